"""JavaRosa as an oracle: the engine inside ODK Collect, taken from pyxform's copy of ODK Validate.

Needs a JDK (`java` and `javac`); where there is none the recorded verdicts of vectors.tsv serve.
`python -m tests.domain.surveys.xpath.oracle` records them anew.
"""

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyxform  # type: ignore[import-untyped]

from tests.domain.surveys.xpath.form import FORM

VECTORS = Path(__file__).with_name("vectors.tsv")
ZONE = "Europe/Kyiv"
_SOURCE = Path(__file__).with_name("JavaRosaOracle.java")
JAR = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
_COLUMNS = ("context", "expression", "javarosa", "ours", "why")
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Vector:
    """An expression at a place of form.xml, and what it is worth, as 'type value'.

    `ours` and `why` are blank where this engine answers as JavaRosa.
    """

    context: str
    expression: str
    javarosa: str
    ours: str = ""
    why: str = ""


def read_vectors() -> list[Vector]:
    """The recorded vectors."""
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Vector(**{column: row[column] for column in _COLUMNS}) for row in rows]


def write_vectors(vectors: Iterable[Vector]) -> None:
    """Write the vectors down."""
    with VECTORS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        # no quoting: expressions hold quotes of both kinds, and no tabs
        writer.writerow(_COLUMNS)
        for vector in vectors:
            file.write("\t".join(getattr(vector, column) for column in _COLUMNS) + "\n")


def available() -> bool:
    """Whether JavaRosa can be asked on this machine."""
    return JAR.exists() and shutil.which("java") is not None and shutil.which("javac") is not None


def ask(questions: Sequence[tuple[str, str]]) -> list[str]:
    """JavaRosa's verdicts ('type value') on pairs of context and expression."""
    lines = "".join(f"{context}\t{expression}\n" for context, expression in questions)
    with tempfile.TemporaryDirectory() as classes:
        compile_it = ["javac", "-nowarn", "-cp", str(JAR), "-d", classes, str(_SOURCE)]
        subprocess.run(compile_it, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
        run = ["java", f"-Duser.timezone={ZONE}", "-Duser.language=en", "-XX:TieredStopAtLevel=1"]
        run += ["-cp", f"{JAR}:{classes}", "JavaRosaOracle", str(FORM)]
        answers = subprocess.run(  # noqa: S603
            run, input=lines.encode(), check=True, capture_output=True, timeout=_SECONDS
        )
    return [verdict.replace("\t", " ", 1) for verdict in answers.stdout.decode().splitlines()]


def record() -> None:
    """Ask JavaRosa again and write its verdicts down."""
    vectors = read_vectors()
    verdicts = ask([(vector.context, vector.expression) for vector in vectors])
    write_vectors(
        Vector(vector.context, vector.expression, verdict, vector.ours, vector.why)
        for vector, verdict in zip(vectors, verdicts, strict=True)
    )


if __name__ == "__main__":
    record()
