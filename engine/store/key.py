"""Key: what a passphrase becomes, once, so that no further connection derives it again."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field

from engine.errors import StoreError
from engine.store.sqlite import Connection

SALT_BYTES = 16
"""An encrypted file begins with its salt; a plain one with SQLite's own words."""

_ROUNDS = 256_000  # SQLCipher 4's own figure, so that its tools open our files with the passphrase


@dataclass(frozen=True, slots=True)
class Key:
    """The raw key of an encrypted project, and the salt it was derived with."""

    raw: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def unlock(self, connection: Connection, schema: str = "main") -> None:
        """Hand the key to a fresh connection."""
        connection.execute(f'PRAGMA {schema}.key = "{self.literal}"')

    @property
    def literal(self) -> str:
        """The key as SQLCipher reads a raw one: no derivation, no quoting of a passphrase."""
        return f"x'{self.raw.hex()}{self.salt.hex()}'"


def derive(passphrase: str, salt: bytes | None = None) -> Key:
    """Return the key for `passphrase` (about 0.15 s); a new salt where none is given.

    The passphrase is taken in Unicode's composed form, since keyboards differ in how they write é.

    Raises:
        StoreError: the passphrase is empty.
    """
    if not passphrase:
        raise StoreError("The passphrase is empty. Give at least one character, or none at all.")
    salt = _new_salt() if salt is None else salt
    words = unicodedata.normalize("NFC", passphrase).encode()
    return Key(hashlib.pbkdf2_hmac("sha512", words, salt, _ROUNDS, 32), salt)


def _new_salt() -> bytes:
    """Return a salt that nobody takes for the beginning of a text file."""
    noise = secrets.token_bytes(SALT_BYTES)
    return bytes([noise[0] | 0x80]) + noise[1:]
