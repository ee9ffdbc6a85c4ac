"""Looks for secrets in the files that git knows: `python .ci/secrets.py [FILE…]`.

Exit code 1 names file and line, never the secret. Only shapes that nothing else has: a check that
cries at every long word is soon switched off.
"""

import re
import subprocess
import sys
from pathlib import Path

SHAPES = {
    "a bot token of Telegram": r"(?<![\d:])\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a key of AWS": r"\bAKIA[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b",
    "a token of Slack": r"\bxox[abprs]-[A-Za-z0-9-]{20,}\b",
    "a key of an API": r"\b(?:sk|pk|rk)[-_](?:live|ant|proj)[-_][A-Za-z0-9_-]{20,}\b",
}
BIGGEST = 2_000_000  # bytes of a file that is looked at; larger ones are data


def secrets_in(path: Path) -> list[str]:
    """What looks like a secret in a file, as `file:line: what`."""
    if not path.is_file() or path.stat().st_size > BIGGEST:
        return []
    text = path.read_bytes().decode("utf-8", "replace")
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}"
        for what, shape in SHAPES.items()
        for found in re.finditer(shape, text)
    ]


def main(names: list[str]) -> int:
    """Print what is found; the exit code."""
    if not names:
        listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True)  # noqa: S607
        names = [name for name in listed.stdout.decode().split("\0") if name]
    found = [line for name in names for line in secrets_in(Path(name))]
    print("\n".join(found) or "no secrets")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
