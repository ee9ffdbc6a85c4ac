"""What a question is after: an amount, who can apply, how to apply; or is it only a greeting?"""

import re

from domain.funding.search.words import fold, has_cyrillic, listed, words

# By what people write; the first that is found decides. Sections are those of an article.
_SIGNS: list[tuple[str, list[str]]] = [
    (
        "amount",
        [
            r"скільки (?!партнер|треба партнер|мінімум|людей|країн|часу|учасник)",
            r"(?:яка|який|якого|якій|як[аі] макс\w*) (?:сум|розмір|бюджет|частк|ставк)",
            r"відсот|процент|сума|суму|суми|розмір|бюджет|аванс|кешбек|співфінансув",
            r"власний внесок|повертають|платять|максимум грош",
            r"how much|how big|amount|percent|%|rate\b|budget|max(?:imum)? (?:grant|sum)",
            r"per month|ceiling|co-?financ|prefinanc|reimburs|total of|stipend|do they pay",
            r"\bskilky\b|\bsuma\b",
        ],
    ),
    (
        "who",
        [
            r"чи мож[еу](?:мо|ть)?\b|чи можна|чи має право|чи має[мш]|чи підход|підходить",
            r"чи підпада|хто може|кому|чи беруть|чи приймають|чи вход|чи нам|чи вважа|мають право",
            r"закрит[іа] для|для нас закрит|ми (?:ще )?(?:мсп|мал)|чи стосується|умови участі",
            r"вимоги|мінімум партнер|скільки (?:мінімум )?партнер",
            r"\bcan (?:a|an|we|i|our|the|two|one|ukrainian|doctors?|hospitals?|private)\b",
            r"\bare we\b|\bis (?:a|an|our|my|it open)\b|who can|eligib|allowed|qualif|entitled",
            r"does .+ fit|are .+ accepted|minimum partner|open for|\bchy mozhe\b",
        ],
    ),
    (
        "apply",
        [
            r"як (?:\w+ ){0,3}(?:пода|отрима|стати|зареєстр|приєдн|долуч|потрап|знайти|написа)",
            r"як (?:\w+ ){0,3}(?:почат|оформ|завест|вступ|взяти|вигра|створ)",
            r"куди (?:\w+ )?(?:пода|зверн|писат|йти)|з чого (?:почати|почин)|кроки|документ",
            r"папери|податис|подати|заявк|реєстр|дедлайн|строк",
            r"коли (?:відкри|закри|поча|пода|кінец|наступн)",
            r"how (?:do|to|can|does|should)|steps|apply|register|sign up|join|deadline|documents",
            r"when (?:is|does|do|will)|procedure|where (?:do|to|can)|next call",
            r"\byak (?:podaty|otrymaty|staty|zare)",
        ],
    ),
    (
        "pays",
        [
            r"на що (?:можна|дають|ідуть|витра)|що (?:оплачу|покрива|фінансу|дає|пропону)",
            r"які витрати|що можна купити|eligible costs|spend|actually offer",
            r"what (?:do they|does it|can it|costs?|expenses) .*(?:pay|cover|fund|offer|finance)",
            r"what is in it|what can .* gain",
        ],
    ),
]
_COMPILED = [(section, re.compile("|".join(patterns))) for section, patterns in _SIGNS]

_DEFINITION = re.compile(
    r"\b[шщ]о (?:ж |то |це )?(?:таке|за звір)\b|^(?:а )?[шщ]о це\b|^shcho take\b"
    r"|^what(?:'s| is| are) (?:a |an |the )?\w+(?: \w+)?\??$"
)

GREETINGS = listed(
    """
    привіт привітик вітаю вітання доброго добрий день дня ранок ранку вечір вечора
    здрастуйте здоровенькі були хай салют доброї ночі слава україні героям дякую спасибі
    дяка бувай па побачення до як справи ви ти тут агов алло ало hi hello hey good morning
    evening afternoon day greetings howdy yo thanks thank you bye goodbye how are there dear
    lanka ланка бот боте bot everyone all pryvit vitayu dobryi den dyakuyu
    """
)
_NOT_ALONE = listed(
    """
    до як ви ти тут день дня are there all you how day dear
    """
)


def section_of(question: str) -> str:
    """The section that answers a question of this form: `what` unless it says otherwise."""
    text = fold(question)
    for section, pattern in _COMPILED:
        if pattern.search(text):
            return section
    return "what"


def is_definition(question: str) -> bool:
    """Whether a question asks what something is."""
    return _DEFINITION.search(fold(question)) is not None


def is_greeting(text: str) -> bool:
    """Whether a message only greets or thanks."""
    said = list(words(text))
    return (
        0 < len(said) <= 6
        and all(word in GREETINGS for word in said)
        and not all(word in _NOT_ALONE for word in said)
    ) or text.strip() in ("👋", "🙏", "👍", "🙂", "😊")


def guess_language(text: str) -> str:
    """The language a question is in: Latin letters may still be Ukrainian, if no English shows."""
    if has_cyrillic(text):
        return "uk"
    said = list(words(text))
    ukrainian = sum(word in _LATIN_UKRAINIAN for word in said)
    english = sum(word in _ENGLISH for word in said)
    return "uk" if ukrainian > english else "en"


_LATIN_UKRAINIAN = listed(
    """
    yak jak de chy chi dlya dlia na z zi v u shcho scho sho koly chomu hto khto my nam
    mozhna treba hroshi groshi hrant otrymaty otrymat podaty zayavku kliniku klinika
    likarnya likarnia firma firmy ye e yest skilky skilki pro do ta i abo potribno hochemo
    khochemo hochu khochu nasha nash
    """
)
_ENGLISH = listed(
    """
    the a an of to for is are can we our i my what how who which with from and or in on do
    does grant money funding help need want apply company hospital
    """
)
