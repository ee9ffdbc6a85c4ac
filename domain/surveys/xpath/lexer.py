"""Cuts the source of an expression into tokens, where XPath is ambiguous by JavaRosa's rules."""

import re
from typing import NamedTuple

from domain.surveys.message import N_
from domain.surveys.xpath.errors import XPathError

NAME, PATH, NUMBER, STRING, SYMBOL, OPERATOR, END = (
    "name",
    "path",
    "number",
    "string",
    "symbol",
    "operator",
    "end",
)

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>[^\W\d][\w.\-]*(?::(?:[^\W\d][\w.\-]*|\*))?)
      | (?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<symbol>//|\.\.|::|!=|<=|>=|[()\[\]@,|+=<>*/.\-])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_KINDS = ("", NAME, NUMBER, STRING, SYMBOL, END)
# What most of a form's expressions consist of, and would else be two tokens for each name.
_PLAIN_PATH = re.compile(r"\s*((?:/[^\W\d][\w.\-]*+)++)(?!\s*[/:(\[])")
# JavaRosa wants no space after these: '1and1'.
_WORD_OPERATOR = re.compile(r"and|or|div|mod")
_BINARY_SYMBOLS = frozenset(("=", "!=", "<", "<=", ">", ">=", "+", "-", "|"))
_ENDS_OPERAND = frozenset((")", "]", ".", ".."))


class Token(NamedTuple):
    """A piece of the source; `text` is normalised: quotes taken off.

    A PATH is an absolute path of names alone, without spaces: '/data/org/name'.
    """

    kind: str
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """Cut a source into tokens, the last of kind END.

    After an operand a name is an operator, and '*' multiplies (XPath 1.0, 3.7). Raises XPathError
    at the first character that begins nothing.
    """
    tokens: list[Token] = []
    place = 0
    after_operand = False
    token, plain_path = _TOKEN.match, _PLAIN_PATH.match
    while True:
        if not after_operand and (match := plain_path(source, place)) is not None:
            tokens.append(Token(PATH, match[1], match.start(1)))
            place = match.end()
            after_operand = True
            continue
        match = token(source, place)
        if match is None:
            start = len(source) - len(source[place:].lstrip())
            text = source[start : start + 20]
            if text[0] in "'\"":
                raise XPathError(N_("this quote is not closed: %(text)s"), start, text=text)
            raise XPathError(N_("unexpected character: %(text)s"), start, text=text)
        group = match.lastindex or 0
        kind = _KINDS[group]
        text = match[group]
        place = match.end()
        start = place - len(text)  # a token ends the match
        if kind == END:
            tokens.append(Token(END, "", start))
            return tokens
        if after_operand and kind == NAME:
            word = _WORD_OPERATOR.match(source, start)
            if word is None:
                raise XPathError(N_("an operator is missing before %(text)s"), start, text=text)
            kind, text, place = OPERATOR, word[0], word.end()
        elif after_operand and kind in (NUMBER, STRING):
            raise XPathError(N_("an operator is missing before %(text)s"), start, text=text)
        elif kind == SYMBOL and (
            text in _BINARY_SYMBOLS if after_operand or text != "-" else False
        ):
            kind = OPERATOR
        elif kind == SYMBOL and text == "*":
            kind = OPERATOR if after_operand else NAME
        elif kind == STRING:
            text = text[1:-1]
        after_operand = kind in (NAME, NUMBER, STRING) or (
            kind == SYMBOL and text in _ENDS_OPERAND
        )
        tokens.append(Token(kind, text, start))
