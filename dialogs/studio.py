"""Pictures and files are made in processes of their own: the bot answers others meanwhile."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from dialogs.pictures.kinds import Bar, Bars, Head, Picture

P = ParamSpec("P")
T = TypeVar("T")


class Studio:
    """Two workers, started when they are first needed: one draws, one makes files.

    A file of a hundred thousand responses takes a minute; a picture does not wait for it.
    """

    def __init__(self) -> None:
        self._pools: dict[str, ProcessPoolExecutor] = {}

    async def draw(self, picture: Picture) -> bytes:
        """A picture as PNG."""
        return await self._run("pictures", _draw, picture)

    async def make(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do heavy work elsewhere; `work` and what it is given must be picklable."""
        return await self._run("files", work, *args, **kwargs)

    async def _run(
        self, pool: str, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        job = self._pool(pool).submit(work, *args, **kwargs)
        try:
            return await asyncio.wrap_future(job)
        except BrokenProcessPool:  # the worker was killed: the next one gets a new worker
            self._pools.pop(pool).shutdown(wait=False)
            raise

    def warm(self) -> None:
        """Start the worker that draws before the first picture is asked for."""
        self._pool("pictures").submit(_ready)

    def _pool(self, name: str) -> ProcessPoolExecutor:
        if name not in self._pools:
            self._pools[name] = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_settle_in,
                initargs=(5 if name == "pictures" else 10,),
            )
        return self._pools[name]

    def close(self) -> None:
        """Let go of the workers."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        self._pools.clear()


def _settle_in(niceness: int) -> None:
    """In a new worker: let the bot go first, and end with it even where it is killed."""
    os.nice(niceness)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)  # the pool holds both ends of its pipe, so its worker would wait for ever


def _draw(picture: Picture) -> bytes:
    from dialogs.pictures.charts import draw  # matplotlib is loaded in the worker alone

    return draw(picture)


def _ready() -> None:
    _draw(Bars(Head("…", "…"), [Bar("…", 0.5, "…")]))
