"""Words that are not known as they stand: slips, the wrong layout, Ukrainian in Latin letters.

What a dictionary knows is left alone: "laundry" is no misspelt programme.
"""

import re
from collections.abc import Collection, Iterator
from itertools import product

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from domain.funding.search.words import (
    STOPWORDS,
    has_cyrillic,
    is_ordinary,
    lemma,
    looks_latin,
)

_KEYS_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_KEYS_UK = "йцукенгшщзхїфівапролджєячсмитьбю"
_EN_TO_UK = str.maketrans(_KEYS_EN, _KEYS_UK)
_UK_TO_EN = str.maketrans(_KEYS_UK, _KEYS_EN)

# Ukrainian letters by how people type them in Latin ones; the longest first.
_SOUNDS: list[tuple[str, tuple[str, ...]]] = [
    ("shch", ("щ",)), ("sch", ("щ",)), ("zgh", ("зг",)), ("zh", ("ж",)), ("kh", ("х",)),
    ("ts", ("ц", "тс")), ("tz", ("ц",)), ("ch", ("ч",)), ("sh", ("ш",)), ("gh", ("г",)),
    ("ya", ("я",)), ("ia", ("я", "іа", "ія")), ("ja", ("я",)), ("yu", ("ю",)), ("iu", ("ю", "іу")),
    ("ju", ("ю",)), ("ye", ("є",)), ("ie", ("є", "іє", "ьє")), ("je", ("є",)), ("yi", ("ї", "ії")),
    ("ji", ("ї",)), ("iy", ("ій", "ий")), ("yy", ("ий",)), ("yj", ("ий",)), ("ij", ("ій",)),
    ("yo", ("йо", "ьо")), ("io", ("іо", "йо")), ("'", ("ь", "'")),
    ("a", ("а",)), ("b", ("б",)), ("c", ("ц", "к", "с")), ("d", ("д",)), ("e", ("е", "є")),
    ("f", ("ф",)), ("g", ("г", "ґ")), ("h", ("г", "х")), ("i", ("і", "и", "ї")), ("j", ("й", "ж")),
    ("k", ("к",)), ("l", ("л", "ль")), ("m", ("м",)), ("n", ("н", "нь")), ("o", ("о",)),
    ("p", ("п",)), ("q", ("к",)), ("r", ("р",)), ("s", ("с", "сь")), ("t", ("т", "ть")),
    ("u", ("у",)), ("v", ("в",)), ("w", ("в",)), ("x", ("кс", "х")), ("y", ("и", "й", "і")),
    ("z", ("з", "зь")),
]  # fmt: skip
# Abbreviations as they sound: ТРЛ, ЕІК, ЕЕН.
_SOUNDS_LATIN = str.maketrans("абвгдеєзиіїйклмнопрстуфхц", "abvgdeeziiijklmnoprstufhc")
_SOUND = re.compile("|".join(re.escape(sound) for sound, _ in _SOUNDS))
_LETTERS = dict(_SOUNDS)
TRIES = 512  # spellings of one Latin word that are looked up at most
LONGEST = 40  # letters of a word that may be a slip; a Latin one has spellings without end
CLOSE = 80.0  # of 100: how near a misspelt word has to be


class Rescuer:
    """Finds what was meant, among the terms that the articles are written in."""

    def __init__(self, vocabulary: Collection[str], strangers: Collection[str] = ()) -> None:
        self._known = frozenset(vocabulary)
        self._strangers = frozenset(strangers)  # right as they stand, and not ours
        self._by_first: dict[str, list[str]] = {}
        for term in sorted(vocabulary):
            if len(term) > 3 and term.isalnum() and not term.isdigit():
                self._by_first.setdefault(term[0], []).append(term)
        self._single = {single: term for term in sorted(vocabulary) if (single := _single(term))}
        self._alike = {alike(term): term for term in sorted(vocabulary) if len(term) > 4}
        self._all = [term for terms in self._by_first.values() for term in terms]
        self._cache: dict[str, tuple[str, float]] = {}

    def rescue(self, word: str, *, ukrainian: bool = False) -> tuple[str, float]:
        """The term that a word is taken for, and how surely: 0 where it remains unknown.

        Where the whole text is `ukrainian` in Latin letters, "yak" is no animal.
        """
        if len(word) > LONGEST:
            return word, 0.0
        if ukrainian and word not in self._known:
            for spelling in cyrillic(word):
                if (term := lemma(spelling)) in self._known or term in STOPWORDS:
                    return term, 0.9
        if word not in self._cache:
            if len(self._cache) > 50_000:
                self._cache.clear()
            self._cache[word] = self._find(word)
        return self._cache[word]

    def _find(self, word: str) -> tuple[str, float]:
        term = lemma(word)
        if term in self._known:
            return term, 1.0
        if term in self._strangers:
            return term, 0.0
        for sure, spelling in self._spellings(word):
            if (other := lemma(spelling)) in self._known:
                return other, sure
        if not has_cyrillic(word) and not is_ordinary(word):
            for spelling in cyrillic(word):
                if is_ordinary(spelling):  # Ukrainian, if not ours: it must not become English
                    return lemma(spelling), 0.0
        if len(word) > 5 and (twin := self._single.get(_single(word) or word)):
            return twin, 0.8  # "twining" is a word, and a slip all the same
        if not is_ordinary(word) and (twin := self._alike.get(alike(term))):
            return twin, 0.9
        if len(word) < 4 or not word.isalnum() or word.isdigit() or is_ordinary(word):
            return term, 0.0
        near = self._near(word.replace("'", ""), term)
        return (near, 0.8) if near else (term, 0.0)

    def _spellings(self, word: str) -> Iterator[tuple[float, str]]:
        if has_cyrillic(word):
            if latin := looks_latin(word):
                yield 1.0, latin
            if not is_ordinary(word):
                yield 0.9, word.translate(_UK_TO_EN)
                yield 0.9, word.translate(_SOUNDS_LATIN)
        elif not is_ordinary(word) or len(word) < 4:
            for spelling in cyrillic(word):
                yield 0.9, spelling
            yield 0.9, word.translate(_EN_TO_UK)

    def _near(self, word: str, term: str) -> str | None:
        """The nearest term: at most one slip in a short word, two in a longer one."""
        slips = 1 if len(word) < 7 else 2
        for candidates in (self._by_first.get(word[0], []), self._all):
            best: tuple[float, str] | None = None
            for form in {word, term}:
                for found, score, _ in process.extract(
                    form, candidates, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=3
                ):
                    if OSA.distance(form, found, score_cutoff=slips) > slips:
                        continue
                    if best is None or score > best[0]:
                        best = (score, found)
            if best is not None:
                return best[1]
        return None


_SAME_SOUND = str.maketrans("иїыєэґw", "іііеегv", "ьъ'")


def alike(word: str) -> str:
    """A word without what people mix up in writing: и and і, е and є, doubled letters, ь."""
    return re.sub(r"(.)\1+", r"\1", word.translate(_SAME_SOUND))


def _single(word: str) -> str | None:
    """A longer word without doubled letters: what fingers double, or forget to."""
    return re.sub(r"(.)\1+", r"\1", word) if len(word) > 5 else None


def cyrillic(word: str) -> Iterator[str]:
    """The Ukrainian spellings that a Latin word can stand for, the likeliest first."""
    parts = [_LETTERS[sound] for sound in _SOUND.findall(word)]
    if not parts or len("".join(_SOUND.findall(word))) != len(word):
        return
    for tried, letters in enumerate(product(*parts)):
        if tried == TRIES:
            return
        yield "".join(letters)
