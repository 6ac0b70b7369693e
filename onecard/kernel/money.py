"""Money is a whole number of fen (分), rates are basis points. No float, no Decimal."""

from __future__ import annotations

FEN_PER_YUAN = 100
BASIS_POINTS = 10_000


def yuan(amount_fen: int) -> str:
    """The amount as people read it: 1234567 -> "12,345.67", -5 -> "-0.05"."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def plain_yuan(amount_fen: int) -> str:
    """The same without thousands separated, for files that programs read: 1234567 -> "12345.67"."""
    return yuan(amount_fen).replace(",", "")


def fen(text: str) -> int:
    """Read an amount in yuan as people write it ("12", "12.3", "1,234.50") into fen; ValueError says what is wrong."""
    plain = text.strip().replace(",", "")
    whole, _, rest = plain.partition(".")
    sign = -1 if whole.startswith("-") else 1
    whole = whole.removeprefix("-")
    if not (whole.isascii() and whole.isdigit()) or (rest and not (rest.isascii() and rest.isdigit())) or len(rest) > 2:
        raise ValueError(f"{text!r} is not an amount in yuan with at most two decimals")
    return sign * (int(whole) * FEN_PER_YUAN + int(rest.ljust(2, "0") or "0"))


def divide_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded half up (away from zero for the half); the rounding of every fee and tariff."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    if numerator < 0:
        return -divide_half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def round_up(amount_fen: int, *, step_fen: int) -> int:
    """The smallest multiple of step_fen that is not below amount_fen."""
    return -(-amount_fen // step_fen) * step_fen
