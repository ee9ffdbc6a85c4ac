"""Words of a text, as they are compared: folded, lemmatised, without those that say nothing.

A term is the lemma of a word without its apostrophe. Ukrainian and English terms never meet by
accident, since they are written in different letters; what means the same in both is brought
together by the thesaurus.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from domain.funding.search.dictionary import is_known, lemmatize

APOSTROPHES = "'’ʼ`´‘ʹ′"
_WORD = re.compile(rf"[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*(?:\+\+?)?", re.UNICODE)
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
# Letters that look alike: typed in the wrong layout they are noticed by nobody.
_TO_CYRILLIC = str.maketrans("aceopxyiktmhb", "асеорхуіктмнв")
_TO_LATIN = str.maketrans("асеорхуіктмнв", "aceopxyiktmhb")
_RUSSIAN = str.maketrans("ыэъё", "иє'е")  # what surzhyk is typed with
_BEFORE_APOSTROPHE = re.compile(r"(?<=[бвмпфзркнжшчдт])(?=[яюєї])")
_ALIKE = set("асеорхуіктмнв")
# Endings that make one thing of another: партнер, партнерство, партнерський.
_SUFFIXES = re.compile(
    r"(?:ування|ювання|ення|ання|яння|іння|ський|зький|цький|ство|цтво|ційний|ація|яція|ізація"
    r"|увати|ювати|ований|ний|ній|овий|евий|ити|іти|ати|яти|ник|ниця|ість|ець|тель|ка|ок|ія|а|я"
    r"|о|е|ь|й)(?:ся)?$"
)
_ENGLISH_SUFFIXES = re.compile(
    r"(?:ization|isation|ational|ation|ition|ments?|ness|ships?|ities|ity|ings?|ers?|ors?|ies|ied"
    r"|ed|al|ive|able|ible|ion|ic|ly|es|s|e|y)$"
)


def has_cyrillic(text: str) -> bool:
    """Whether any letter is Cyrillic."""
    return _CYRILLIC.search(text) is not None


def fold(text: str) -> str:
    """Lower case, one form of each letter, one apostrophe, no accents."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFC", text.replace("\u0301", ""))
    return _APOSTROPHE.sub("'", text)


def words(text: str) -> Iterator[str]:
    """The words of a text, folded, each in one script."""
    for match in _WORD.finditer(fold(text)):
        yield one_script(match.group())


@lru_cache(maxsize=20_000)
def one_script(word: str) -> str:
    """A word typed in two scripts, or in the one that only looks right, in the one it is meant in.

    Short abbreviations of letters that look alike (`ЕІС`, `СОЅТ`) are Latin: nothing here has
    such a Ukrainian name.
    """
    cyrillic, latin = _CYRILLIC.search(word), _LATIN.search(word)
    if cyrillic and latin:
        letters = len(_CYRILLIC.findall(word)) - len(_LATIN.findall(word))
        word = word.translate(_TO_CYRILLIC if letters >= 0 else _TO_LATIN)
    return word


def looks_latin(word: str) -> str | None:
    """A Cyrillic word of look-alike letters alone, as the Latin one it may be meant for."""
    return word.translate(_TO_LATIN) if word and set(word) <= _ALIKE else None


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The dictionary form of a folded word, without apostrophe; the word itself if unknown."""
    if word.isdigit():
        return word
    if not has_cyrillic(word):
        return lemmatize(word, "en").casefold().replace("'", "")
    word = word.translate(_RUSSIAN)
    for form in (word, _BEFORE_APOSTROPHE.sub("'", word.replace("'", ""), count=1)):
        if is_known(form, "uk"):
            return lemmatize(form, "uk").casefold().replace("'", "")
    return _without_ending(word.replace("'", ""))


@lru_cache(maxsize=50_000)
def is_ordinary(word: str) -> bool:
    """Whether a dictionary of its language knows the word: then it is no slip of the finger."""
    if word.isdigit():
        return True
    return is_known(word, "uk" if has_cyrillic(word) else "en")


_ENDINGS = re.compile(
    r"(?:ість|істю|ості|ами|ями|ого|ому|ими|ові|еві|ах|ях|ів|їв|ом|ем|єм|ою|ею|єю|ам|ям|их|им|ій|ої|ою|ий|і|и|у|ю"
    r"|а|я|е|о|ї)$"
)


def _without_ending(word: str) -> str:
    """Borrowed names bend like nouns and are in no dictionary: патфайндера, медтеху."""
    cut = _ENDINGS.sub("", word)
    return cut if len(cut) >= 4 else word


@lru_cache(maxsize=100_000)
def stem(term: str) -> str:
    """What a term shares with its relatives (`~партнер`), marked so that it is not a term."""
    if len(term) < 5 or term.isdigit():
        return ""
    pattern = _SUFFIXES if has_cyrillic(term) else _ENGLISH_SUFFIXES
    cut = pattern.sub("", term)
    if len(cut) < 4:
        cut = term[:4]
    return "~" + cut


def listed(text: str) -> frozenset[str]:
    """The words of a text that is nothing but a list."""
    return frozenset(re.findall(r"\S+", text))


STOPWORDS = listed(
    """
    а або але аби адже б без би бо був була були було бути в вам вас ваш весь від він вона
    вони воно все всі всіх вже ви га далі де дещо для до є ж же з за зі з-за і із й його
    йому її їй їм їх коли котрий крім ледве лише ми мене мені мій між мною моя моє мої на
    навіть над нам нами нас наш не нема немає нехай ні ніж них ним но ну о об однак он ось
    от ото по під при про п'ять саме сам свій свого себе так такий там та те теж тепер ти
    тим то той тобі тобто тоді тому туди тут у усе усі хай хоч хоча хто це цей ця ці цього
    цьому чи чим чого чому ще що щоб щось я як яка який яке які якби якщо якусь якась якийсь
    дуже просто взагалі лиш тільки ледь бодай десь куди звідки скільки звичайно будь ласка
    привіт добрий день дякую може можна могти треба потрібно потрібний потрібен хотіти
    хотіла маю мати маємо ставати стати зробити робити знати сказати казати розказати
    розповісти підказати шо шоб якшо чо інший кожен один два три раз також дати дай давати
    є пара пару десяток чотири п'ять шість сім вісім дев'ять десять багато кілька декілька чимало
    думати казати говорити чути бажати бажано колега якось назад взагалі
    сколько какой какая какие какую что где когда можно нужно надо есть чтобы чтоб если или как
    это мне вам хотим даёт дает дают получается только очень тоже сейчас
    зараз вчора сьогодні завтра уже можливо зовсім перший другий рік місяць тиждень a about
    am an and any are as at be been but by can could did do does doing done for from get got
    had has have having he her here him his how i if in into is it its just let like may me
    more most much my no nor not of off on one only or other our out over own per please she
    should so some such than that the their them then there these they this those through to
    too under up us very via was we were what when where which who whom why will with would
    you your yes need want give tell know make take go come look say also still really
    lot few several four five six seven eight nine ten someone somebody something anything told
    said heard guess think thought wonder maybe perhaps please quite very
    actually honestly hello hi hey dear thanks year month week two three
    """
)
