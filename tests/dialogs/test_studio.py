"""The processes that draw and make files."""

import os
import select
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
def test_a_worker_ends_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    env = os.environ | {"PYTHONPATH": "."}
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as bot:  # noqa: S603 - our own
        assert bot.stdout is not None
        worker = os.pidfd_open(int(bot.stdout.readline()))
        assert bot.wait(10) == -signal.SIGKILL
        ended, *_ = select.select([worker], [], [], 30)
        if not ended:
            signal.pidfd_send_signal(worker, signal.SIGKILL)
        os.close(worker)
    assert ended
