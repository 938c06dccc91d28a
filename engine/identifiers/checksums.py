"""Checksums: the check digits of numbers that carry them."""

from __future__ import annotations

_VIN_VALUES = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_VIN_LENGTH = 17
_NPI_DIGITS = 10
_DEA_DIGITS = 7
_ROUTING_DIGITS = 9
_IBAN_LENGTHS = range(15, 35)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _digits(number: str) -> list[int]:
    return [int(mark) for mark in number if mark in "0123456789"]


def luhn_holds(number: str) -> bool:
    """Whether the digits of `number` pass the Luhn check (cards, NPI); other marks are skipped."""
    total = 0
    for place, digit in enumerate(reversed(_digits(number))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled % 10 + doubled // 10
    return total % 10 == 0


def npi_holds(number: str) -> bool:
    """Whether a ten-digit National Provider Identifier is right (Luhn with the prefix 80840)."""
    return len(_digits(number)) == _NPI_DIGITS and luhn_holds("80840" + number)


def iban_holds(number: str) -> bool:
    """Whether an IBAN passes ISO 7064 mod 97-10; blanks are skipped, case is not looked at."""
    plain = "".join(number.split()).upper()
    if not (len(plain) in _IBAN_LENGTHS and plain.isascii() and plain.isalnum()):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(mark, 36)) for mark in turned)) % 97 == 1


def vin_holds(number: str) -> bool:
    """Whether a 17-character vehicle number has the right check digit (North America)."""
    plain = number.upper()
    if len(plain) != _VIN_LENGTH or not plain.isascii():
        return False
    total = 0
    for mark, weight in zip(plain, _VIN_WEIGHTS, strict=True):
        value = int(mark) if mark.isdigit() else _VIN_VALUES.get(mark)
        if value is None:
            return False
        total += value * weight
    return plain[8] == "0123456789X"[total % 11]


def dea_holds(number: str) -> bool:
    """Whether a DEA registration (two letters, seven digits) has the right last digit."""
    digits = _digits(number[2:])
    if len(digits) != _DEA_DIGITS:
        return False
    total = digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])
    return total % 10 == digits[6]


def routing_holds(number: str) -> bool:
    """Whether a nine-digit bank routing number is right (weights 3, 7, 1)."""
    digits = _digits(number)
    if len(digits) != _ROUTING_DIGITS:
        return False
    return sum(digit * weight for digit, weight in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0
