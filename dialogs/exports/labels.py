"""Labels of questions and codes as plain words in a language."""

from dialogs.i18n import Translator
from dialogs.survey.markup import plain
from domain.surveys.form import Form, Text
from domain.surveys.results.codebook import Codebook, Variable

Language = str


class Labels:
    """The words of a form's codebook in the reader's language ('uk', 'en')."""

    def __init__(self, codebook: Codebook, language: Language) -> None:
        form: Form = codebook.form
        self._codebook = codebook  # whose texts are remembered by identity
        self._languages = (form.language(language), form.default_language)
        self._kept: dict[int, str] = {}
        tr = Translator(language)
        self.title = plain(form.title_in(language))
        self.yes, self.no = tr("Yes"), tr("No")

    def question(self, variable: Variable) -> str:
        """A question's label; its name where it has none (calculations)."""
        return self._word(variable.label) or variable.name

    def brief(self, variable: Variable) -> str:
        """A question without what follows it: “Which links? Choose all.” is “Which links?”."""
        label = self.question(variable)
        asked, mark, _ = label.partition("? ")
        return f"{asked}?" if mark else label

    def code(self, variable: Variable, code: str) -> str:
        """A code's label; the code where it has none."""
        return self._word(variable.codes.get(code)) or code

    def text(self, text: Text | None) -> str:
        """Any text of the form: a group's label, for one."""
        return self._word(text)

    def _word(self, text: Text | None) -> str:
        if text is None:
            return ""
        known = self._kept.get(id(text))  # texts live as long as their form
        if known is None:
            parts = text.parts(*self._languages)
            known = plain("".join(part if isinstance(part, str) else "…" for part in parts))
            known = known.replace("….", "…")
            self._kept[id(text)] = known
        return known
