"""Prints the part of requirements.lock that the running program needs, hashes and all.

The lock holds the tools of development, too. pip cannot take a subset out of it (hashes in a
constraints file do not count), and resolving again would trust whatever the registry says that
day. But the lock tells with each package who wants it ("# via"): the subset is found by reading.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[A-Za-z0-9._-]+")
PROJECT = "lanka"  # "via lanka" tells neither runtime nor development: pyproject.toml does


def runtime_requirements(lock: str, pyproject: str) -> str:
    """The lock's entries that pyproject's `dependencies` want, directly or through others."""
    # A package stands twice where versions of Python need different ones.
    entries = [(_name(entry), entry) for entry in re.split(r"\n(?=[A-Za-z])", lock.strip())]
    wanted_by: dict[str, set[str]] = {}
    for name, entry in entries:
        wanted_by.setdefault(name, set()).update(_parents(entry))
    needed = {_name(line) for line in tomllib.loads(pyproject)["project"]["dependencies"]}
    missing = needed - wanted_by.keys()
    if missing:
        raise LookupError(f"not in the lock: {', '.join(sorted(missing))}")
    while more := {name for name, by in wanted_by.items() if by & needed} - needed:
        needed |= more
    return "\n".join(entry for name, entry in entries if name in needed) + "\n"


def _name(text: str) -> str:
    found = NAME.match(text)
    if found is None:
        raise ValueError(f"not a requirement: {text[:40]!r}")
    return re.sub(r"[._-]+", "-", found[0]).lower()


def _parents(entry: str) -> list[str]:
    _, _, via = entry.partition("# via")
    names = [_name(line.strip(" #")) for line in via.splitlines() if line.strip(" #")]
    return [name for name in names if name != PROJECT]


if __name__ == "__main__":
    sys.stdout.write(
        runtime_requirements(
            (ROOT / "requirements.lock").read_text(encoding="utf-8"),
            (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        )
    )
