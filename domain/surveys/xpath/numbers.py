"""Numbers as Java has them: how JavaRosa writes, truncates, divides and rounds a double."""

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

# JavaRosa treats numbers as equal, and as zero, within this distance
EPSILON = 1e-12
_INT_LIMIT = 2**31 - 1
_LONG_LIMIT = 2**63
_MAX_DECIMALS = 30


def number_text(number: float) -> str:
    """The string value of a number.

    Whole numbers of 32 bits have no decimal point; the rest is Java's `Double.toString`: '2.5',
    but '1.0E-5' and '3.0E9'.
    """
    if number != number:
        return "NaN"
    if abs(number) < EPSILON:
        return "0"
    if abs(number) <= _INT_LIMIT + 1:
        whole = math.trunc(number)
        if abs(number - whole) < EPSILON and whole <= _INT_LIMIT:
            return str(whole)
    return double_text(number)


def double_text(number: float) -> str:
    """A double as Java's `Double.toString` writes it: '2.0', '1.0E-5', 'Infinity'."""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(float(number))
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    power = int(exponent) + len(digits) - 1
    fraction = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{fraction}E{power}"


def java_int(number: float) -> int:
    """A double narrowed to 32 bits: NaN is 0, what is too large stops at the limit."""
    if number != number:
        return 0
    return int(max(-_INT_LIMIT - 1.0, min(float(_INT_LIMIT), number)))


def java_long(number: float) -> int:
    """A double narrowed to 64 bits, like `java_int`."""
    if number != number:
        return 0
    return max(-_LONG_LIMIT, min(_LONG_LIMIT - 1, int(max(-1e19, min(1e19, number)))))


def truncate(number: float) -> float:
    """`int()`: towards zero; NaN, infinities and what exceeds 64 bits stay as they are."""
    if not abs(number) < _LONG_LIMIT:
        return number
    return math.copysign(float(math.trunc(number)), number)


def divide(dividend: float, divisor: float) -> float:
    """IEEE 754 division: by zero gives an infinity, or NaN."""
    if divisor:
        return dividend / divisor
    if not dividend or dividend != dividend or divisor != divisor:
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def remainder(dividend: float, divisor: float) -> float:
    """IEEE 754 remainder with the sign of the dividend, as Java's `%`."""
    if not divisor or math.isinf(dividend) or dividend != dividend or divisor != divisor:
        return math.nan
    return math.fmod(dividend, divisor)


def power(base: float, exponent: float) -> float:
    """Java's `Math.pow`: NaN and infinities instead of exceptions."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        odd = exponent == math.trunc(exponent) and math.fmod(exponent, 2) != 0
        return -math.inf if base < 0 and odd else math.inf
    except ValueError:
        # zero to a negative power, or a root of a negative number
        if base != 0:
            return math.nan
        odd = exponent == math.trunc(exponent) and math.fmod(exponent, 2) != 0
        return math.copysign(math.inf, base) if odd else math.inf


def round_half_up(number: float, decimals: int) -> float:
    """`round(number, decimals)`: halves go up, of negative numbers towards zero, as in XPath.

    For negative `decimals` JavaRosa adds a half and cuts, which takes negative numbers one step
    too far; kept, since the reference decides.
    """
    if number != number or math.isinf(number):
        return number
    if abs(decimals) > _MAX_DECIMALS:
        return math.nan
    if decimals >= 0:
        mode = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
        exact = Decimal(repr(number))
        # what has fewer decimals already stays, also where it has too many digits to quantize
        exponent = exact.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= decimals:
            return number
        # Java's BigDecimal has no negative zero
        return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=mode)) + 0.0
    scaled = Decimal(repr(number)).scaleb(decimals)
    return float(Decimal(java_long(float(scaled) + 0.5)).scaleb(-decimals))
