"""What an event is called in commands: its title in Latin letters."""

import re

# Resolution 55 of the Cabinet of Ministers of 2010-01-27; at the beginning of a word some differ.
FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip
APOSTROPHES = re.compile("['’ʼ`ʹ′]")
LONGEST = 40


def latin(text: str) -> str:
    """Ukrainian words in Latin letters, in small ones; what is Latin stays."""
    text = APOSTROPHES.sub("", text.lower()).replace("зг", "zgh")
    text = re.sub(r"(?<!\w)[єїйюя]", lambda found: FIRST[found.group()], text)
    return "".join(LETTERS.get(letter, letter) for letter in text)


def slug_of(title: str) -> str:
    """Latin letters, digits and dashes of a title, at most 40; `event` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", latin(title)).strip("-")[:LONGEST].strip("-") or "event"
