"""Whole forms played in JavaRosa, many in one process. See FormOracle.java for its language."""

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.domain.surveys.xpath.oracle import JAR, ZONE

_SOURCE = Path(__file__).with_name("FormOracle.java")
_SECONDS = 300
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


@dataclass(slots=True)
class State:
    """How a response stands: what there is, what is put to a person, and in which order.

    - `nodes`: relevance and text by path.
    - `questions`: required, read-only, label and hint of what is relevant, in order.
    - `choices`: codes and labels that are offered.
    - `groups`: labels of groups and repeat instances; `prompts`: repeats that offer another one.
    """

    nodes: dict[str, tuple[bool, str]] = field(default_factory=dict)
    questions: dict[str, tuple[bool, bool, str, str]] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    prompts: list[str] = field(default_factory=list)


Action = tuple[str, ...]
Answer = tuple[str, State | None]


def compile_oracle(folder: Path) -> None:
    """Compile the Java program into a folder."""
    command = ["javac", "-nowarn", "-cp", str(JAR), "-d", str(folder), str(_SOURCE)]
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603


def play(actions: Iterable[Action]) -> list[Answer]:
    """What JavaRosa says to each action, and for 'show' how the response stands."""
    script = "".join("\t".join(map(_escaped, action)) + "\n" for action in actions)
    with tempfile.TemporaryDirectory() as classes:
        compile_oracle(Path(classes))
        command = ["java", f"-Duser.timezone={ZONE}", "-Duser.language=en", "-Xss4m"]
        command += ["-XX:TieredStopAtLevel=1", "-cp", f"{JAR}:{classes}", "FormOracle"]
        done = subprocess.run(  # noqa: S603
            command, input=script.encode(), capture_output=True, timeout=_SECONDS, check=True
        )
    return list(_answers(done.stdout.decode().splitlines()))


def _answers(lines: Iterable[str]) -> Iterable[Answer]:
    state: State | None = None
    for line in lines:
        kind, *words = line.split("\t")
        if not words:
            yield ("ok" if kind == "." else kind), (state or State()) if kind == "." else None
            state = None
            continue
        state = state or State()
        path, *words = map(_plain, words)
        if kind == "N":
            state.nodes[path] = (words[0] == "true", words[1])
        elif kind == "Q":
            required, readonly, label, hint = words
            state.questions[path] = (required == "true", readonly == "true", label, hint)
        elif kind == "C":
            state.choices.setdefault(path, []).append((words[0], words[1]))
        elif kind == "G":
            state.groups[path] = words[0]
        else:
            state.prompts.append(path)


def _escaped(text: str) -> str:
    assert not set("\t\n\r") & set(text), "the oracle takes no such characters"
    return text


def _plain(text: str) -> str:
    parts = iter(text.split("\\"))
    plain = next(parts)
    for part in parts:
        # an empty part is the second of two backslashes
        plain += _ESCAPES[part[0]] + part[1:] if part else "\\" + next(parts, "")
    return plain
