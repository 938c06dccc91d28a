"""Identifier classes: the 18 kinds of identifier that HIPAA's Safe Harbor rule names.

Source: 45 CFR 164.514(b)(2)(i), letters (A) to (R).  Ages over 89 stand under (C) beside
dates there; they are a class of their own here, because a reviewer looks for other things.
"""

from __future__ import annotations

from enum import StrEnum


class IdentifierClass(StrEnum):
    """One kind of identifier.  The value is the type name in the label set “identifiers”."""

    NAME = "name"
    PLACE = "place"
    DATE = "date"
    AGE = "age"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    SSN = "ssn"
    MRN = "mrn"
    HEALTH_PLAN = "health_plan"
    ACCOUNT = "account"
    LICENCE = "licence"
    VEHICLE = "vehicle"
    DEVICE = "device"
    URL = "url"
    IP = "ip"
    BIOMETRIC = "biometric"
    PHOTO = "photo"
    OTHER = "other"

    @property
    def letter(self) -> str:
        """The letter of the class in 45 CFR 164.514(b)(2)(i)."""
        return _KNOWN[self][0]

    @property
    def singular(self) -> str:
        """The class as a person may read it, in the singular."""
        return _KNOWN[self][1]

    @property
    def plural(self) -> str:
        """The class as a person may read it, for counts."""
        return _KNOWN[self][2]

    @property
    def mark(self) -> str:
        """The word that a mask shows where it fits: ``[NAME***]``."""
        return _KNOWN[self][3]


_KNOWN: dict[IdentifierClass, tuple[str, str, str, str]] = {
    IdentifierClass.NAME: ("A", "name", "names", "NAME"),
    IdentifierClass.PLACE: ("B", "place or address", "places and addresses", "PLACE"),
    IdentifierClass.DATE: ("C", "date", "dates", "DATE"),
    IdentifierClass.AGE: ("C", "age over 89", "ages over 89", "AGE"),
    IdentifierClass.PHONE: ("D", "telephone number", "telephone numbers", "PHONE"),
    IdentifierClass.FAX: ("E", "fax number", "fax numbers", "FAX"),
    IdentifierClass.EMAIL: ("F", "e-mail address", "e-mail addresses", "EMAIL"),
    IdentifierClass.SSN: ("G", "social security number", "social security numbers", "SSN"),
    IdentifierClass.MRN: ("H", "medical record number", "medical record numbers", "MRN"),
    IdentifierClass.HEALTH_PLAN: ("I", "health plan number", "health plan numbers", "PLAN"),
    IdentifierClass.ACCOUNT: ("J", "account number", "account numbers", "ACCOUNT"),
    IdentifierClass.LICENCE: (
        "K",
        "licence or certificate number",
        "licence and certificate numbers",
        "LICENCE",
    ),
    IdentifierClass.VEHICLE: ("L", "vehicle number", "vehicle numbers", "VEHICLE"),
    IdentifierClass.DEVICE: ("M", "device number", "device numbers", "DEVICE"),
    IdentifierClass.URL: ("N", "web address", "web addresses", "URL"),
    IdentifierClass.IP: ("O", "network address", "network addresses", "IP"),
    IdentifierClass.BIOMETRIC: ("P", "biometric identifier", "biometric identifiers", "BIOMETRIC"),
    IdentifierClass.PHOTO: ("Q", "photograph", "photographs", "PHOTO"),
    IdentifierClass.OTHER: ("R", "other unique number", "other unique numbers", "ID"),
}
