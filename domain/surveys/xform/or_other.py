"""The words that `or_other` adds: pyxform writes them in English only."""

from collections.abc import Sequence

from domain.surveys.form import Text, language_for

_CHOICE = "Other"
_QUESTION = "Specify other."
_WORDS = {"uk": {_CHOICE: "Інше", _QUESTION: "Уточніть, будь ласка."}}


def in_languages(text: Text, languages: Sequence[str]) -> Text:
    """The text, with our words where it is pyxform's and says the same in every language."""
    said = set(text.variants.values())
    if said not in ({(_CHOICE,)}, {(_QUESTION,)}):
        return text
    ((english,),) = said
    ours = {
        language: (words[str(english)],)
        for code, words in _WORDS.items()
        if (language := language_for(code, languages)) is not None
    }
    return Text({**text.variants, **ours}, text.media) if ours else text
