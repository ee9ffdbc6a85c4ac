"""What is wrong with a workbook, and where."""

from dataclasses import dataclass

from domain.surveys.message import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """An error or a warning. Sheet, row (from 1, as Excel counts) and column where known.

    `hint` says how to mend it.
    """

    message: Message
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    hint: Message | None = None

    @property
    def text(self) -> str:
        """Message and hint in English."""
        return str(self.message) if self.hint is None else f"{self.message} {self.hint}"

    def as_json(self) -> dict[str, str | int | None]:
        """The shape of `lanka survey check --json`, in English."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "message": self.text,
        }


class UnreadableError(Exception):
    """The file cannot be read as a workbook at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem.message))
        self.problem = problem


class WorkbookError(Exception):
    """A workbook that holds no valid form, with all of its errors."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems = problems
