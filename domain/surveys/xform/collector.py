"""The garbage collector out of the way of a short piece of work that makes many lasting objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pauses = 0
_was_enabled = False


@contextmanager
def paused_collector() -> Iterator[None]:
    """No collections of cycles meanwhile, in the whole process; then as it was before.

    Several threads may do so at once: the last one that is done lets the collector go on. What is
    made and kept is no garbage, and the collector would look through it again and again.
    """
    global _pauses, _was_enabled
    with _lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()
