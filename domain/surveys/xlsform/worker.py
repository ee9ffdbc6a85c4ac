"""Checks a workbook in a process of its own: a hostile or huge form never stops the program.

The process has a limit of time and memory, and is ended with all that it holds.
"""

import asyncio
import pickle
import resource
import sys
from collections.abc import Mapping
from dataclasses import replace

from domain.surveys.media import ENDINGS
from domain.surveys.message import N_, Message
from domain.surveys.xform import compile_form
from domain.surveys.xlsform.bundle import LISTS
from domain.surveys.xlsform.check import Report, check_workbook
from domain.surveys.xlsform.problems import Problem

#: the largest real form that was found takes three seconds
SECONDS = 30.0
MEMORY = 2 * 1024**3
#: endings of the files that a form may name
BESIDE = (*LISTS, *ENDINGS)
#: processes at a time; others wait for their turn
AT_ONCE = asyncio.Semaphore(2)

TOO_LONG = N_("Reading the file took too long and was stopped.")
TOO_HEAVY = N_("The file could not be read: it asks for too much memory, or breaks the reader.")
SMALLER = N_("Send a smaller form, without sheets and formatting that it does not need.")


async def check_apart(
    data: bytes, name: str, files: Mapping[str, bytes], seconds: float | None = None
) -> Report:
    """`check_workbook` in another process; takes `seconds` at most, `SECONDS` by default."""
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "domain.surveys.xlsform.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            # what else lies in a folder cannot belong to a form
            known = {file: files[file] for file in files if file.lower().endswith(BESIDE)}
            sent = await asyncio.to_thread(pickle.dumps, (data, name, known))
            limit = SECONDS if seconds is None else seconds
            out, _ = await asyncio.wait_for(process.communicate(sent), limit)
        except TimeoutError:
            return _stopped(TOO_LONG)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0 or not out:
        return _stopped(TOO_HEAVY)
    report: Report = pickle.loads(out)  # noqa: S301 - written by our own code, below
    if report.xform:
        form = await asyncio.to_thread(compile_form, report.xform, files)
        return replace(report, form=form)
    return report


def _stopped(msgid: str) -> Report:
    return Report("", "", "", errors=(Problem(Message(msgid), hint=Message(SMALLER)),))


def main() -> None:
    """Read a file and its name from the standard input, write the report to the output.

    The form itself stays behind: it is compiled again from its XForm.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 1))
    data, name, files = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the parent process
    report = replace(check_workbook(data, name, files), form=None)
    sys.stdout.buffer.write(pickle.dumps(report))


if __name__ == "__main__":
    main()
