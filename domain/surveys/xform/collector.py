"""The garbage collector out of the way of short work that makes many lasting objects."""

import gc
from threading import Lock


class _Pause:
    """No collections of cycles meanwhile, in the whole process; then as it was before.

    Several threads may do so at once: the last one that is done lets the collector go on. What is
    made and kept is no garbage, and the collector would look through it again and again.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._pauses = 0
        self._was_enabled = False

    def __enter__(self) -> None:
        with self._lock:
            if self._pauses == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._pauses += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._pauses -= 1
            if self._pauses == 0 and self._was_enabled:
                gc.enable()


#: `with paused_collector:`
paused_collector = _Pause()
