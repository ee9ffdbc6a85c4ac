"""What is kept of the instances of a repeat, when instances come and go."""

from collections.abc import Callable

from domain.surveys.form import Form, Repeat
from domain.surveys.instance import Node
from domain.surveys.tree import plain_path


class Kept:
    """The answers and counts of one response by positioned path, and what of them was written.

    `write` keeps an answer by path.
    """

    def __init__(
        self,
        form: Form,
        answers: dict[str, str],
        repeats: dict[str, int],
        written: dict[str, str],
        write: Callable[[str, str], None],
    ) -> None:
        self._form = form
        self._answers = answers
        self._repeats = repeats
        self._written = written
        self._write = write

    def note_counts(self, instance: Node) -> None:
        """Keep how many instances the repeats inside have: elsewhere they would have others."""
        for node in instance.walk():
            for name, inside in node.by_name.items():
                path = f"{node.path()}/{name}"
                repeat = self._form.by_path.get(plain_path(path))
                if isinstance(repeat, Repeat) and repeat.count is None:
                    self._repeats.setdefault(path, len(inside))

    def forget(self, prefix: str) -> list[str]:
        """Drop what is known below a removed instance, whose place a new one takes; its paths."""
        paths = [path for path in self._answers if path.startswith(prefix)]
        for path in paths:
            del self._answers[path]
        for path in [path for path in self._repeats if path.startswith(prefix)]:
            del self._repeats[path]
        return paths

    def move(self, source: str, target: str) -> None:
        """Let the answers of one instance take the place of another's."""
        for path in [path for path in self._answers if path.startswith(target)]:
            self._written[path] = ""
            del self._answers[path]
        for path in [path for path in self._answers if path.startswith(source)]:
            self._write(target + path[len(source) :], self._answers[path])
        for path in [path for path in self._repeats if path.startswith(target)]:
            del self._repeats[path]
        for path in [path for path in self._repeats if path.startswith(source)]:
            self._repeats[target + path[len(source) :]] = self._repeats[path]
