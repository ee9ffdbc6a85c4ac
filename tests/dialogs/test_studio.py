"""The processes that draw and make files."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_KILLED = """
import asyncio, os, signal
from dialogs.studio import Studio

async def main():
    print(await Studio().make(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a process is followed by its pidfd")
async def test_a_worker_ends_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    bot = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "."}
    )
    assert bot.stdout is not None
    worker = os.pidfd_open(int(await bot.stdout.readline()))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(worker, ended.set)
    try:
        async with asyncio.timeout(10):
            await ended.wait()
            assert await bot.wait() == -signal.SIGKILL
    finally:
        if not ended.is_set():
            signal.pidfd_send_signal(worker, signal.SIGKILL)
        asyncio.get_running_loop().remove_reader(worker)
        os.close(worker)
