"""Chance, digests and what else there is."""

import base64
import binascii
import hashlib
import uuid

from domain.surveys.message import N_
from domain.surveys.xpath.environment import Environment
from domain.surveys.xpath.errors import XPathTypeError
from domain.surveys.xpath.functions.registry import function
from domain.surveys.xpath.numbers import java_int
from domain.surveys.xpath.values import Scalar, to_number, to_string

_ALGORITHMS = ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@function("random", 0)
def random_(environment: Environment) -> float:
    return environment.rng.random()


@function("uuid", 0, 1)
def uuid_(environment: Environment, length: Scalar | None = None) -> str:
    """A random UUID (version 4), or so many random letters and digits."""
    if length is None:
        return str(uuid.UUID(int=environment.rng.getrandbits(128), version=4))
    count = max(0, java_int(to_number(length)))
    environment.spend_text(count)
    return "".join(environment.rng.choice(_DIGITS) for _ in range(count))


@function("version", 0)
def version(environment: Environment) -> str:
    """The form's version."""
    return environment.version


@function("digest", 2, 3)
def digest(
    environment: Environment, value: Scalar, algorithm: Scalar, encoding: Scalar = "base64"
) -> str:
    """A digest of the UTF-8 bytes, in base64 or in hex."""
    name = to_string(algorithm).upper().replace("-", "")
    if name not in _ALGORITHMS:
        raise XPathTypeError(N_("digest() does not know %(text)s"), text=to_string(algorithm))
    text = to_string(value)
    environment.spend_text(len(text))
    result = hashlib.new(name, text.encode(errors="replace"), usedforsecurity=False).digest()
    form = to_string(encoding).upper()
    if form == "HEX":
        return result.hex()
    if form == "BASE64":
        return base64.b64encode(result).decode()
    raise XPathTypeError(N_("digest() does not know %(text)s"), text=to_string(encoding))


@function("base64-decode", 1)
def base64_decode(environment: Environment, value: Scalar) -> str:
    """The UTF-8 text of a base64 string, blank for anything else."""
    text = to_string(value)
    environment.spend_text(len(text))
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
