"""Sealing what is personal, and names for people that say nothing about them.

`SECRET_KEY` is a list, newest first: everything is sealed with the newest and can be opened with any. The key
that *names* are made with (pseudonyms, web tokens) must outlive a change of SECRET_KEY; it is drawn once and
kept in the store, sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import StoreError

KEY_FILE = "secret.key"
MARK = b"tb1."
_NAME, _NONCE = 4, 12  # bytes
_TOKEN, _PROOF = 18, 12  # bytes of a web token: what names the talk, what proves that we gave it


class Seals:
    """Seals and opens bytes with the keys of SECRET_KEY: AES-256-GCM, a random nonce for each.

    A sealed text is `MARK` and, in base64, which key, nonce, content and tag. It is plain letters, so that it
    can be part of an entry, and has a mark, so that `rekey` finds it.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.fingerprints = tuple(_derived(key, "fingerprint").hex()[:32] for key in keys)
        names = [bytes.fromhex(print_[:8]) for print_ in self.fingerprints]
        self._boxes = {name: AESGCM(_derived(key, "seal")) for name, key in zip(names, keys, strict=True)}
        self._newest = names[0]

    def seal(self, content: bytes) -> bytes:
        """Content only we can read, and nobody can change unnoticed."""
        nonce = os.urandom(_NONCE)
        closed = self._boxes[self._newest].encrypt(nonce, content, None)
        return MARK + base64.urlsafe_b64encode(self._newest + nonce + closed)

    def open(self, sealed: bytes) -> bytes:
        """The content again.

        Raises:
            StoreError: sealed with none of our keys, or damaged.
        """
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
            box = self._boxes[raw[:_NAME]]
            return box.decrypt(raw[_NAME : _NAME + _NONCE], raw[_NAME + _NONCE :], None)
        except (KeyError, ValueError, InvalidTag):
            raise StoreError("sealed") from None

    def renewed(self, sealed: bytes) -> bytes:
        """The same content, sealed with the newest key."""
        return self.seal(self.open(sealed))


class Names:
    """Keyed names: the same person always gets the same one, and nobody can go back from it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def pseudonym(self, *parts: str) -> str:
        """32 hexadecimal digits for what identifies somebody."""
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def proof(self, purpose: str, *parts: str) -> str:
        """22 characters of a URL which only we can make for these parts; of another purpose, others."""
        key = hmac.new(self._key, f"proof\0{purpose}".encode(), hashlib.sha256).digest()
        digest = hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def token(self) -> str:
        """A new unguessable web token."""
        return self._proved(secrets.token_bytes(_TOKEN))

    def knows(self, token: str) -> bool:
        """Whether we gave out this token."""
        try:
            content = base64.b64decode(token.encode("ascii"), b"-_", validate=True)
        except ValueError:
            return False
        return hmac.compare_digest(self._proved(content[:_TOKEN]), token)

    def _proved(self, name: bytes) -> str:
        proof = hmac.new(self._key, b"web token\0" + name, hashlib.sha256).digest()[:_PROOF]
        return base64.urlsafe_b64encode(name + proof).decode()


def kept_keys(folder: Path) -> tuple[str, ...]:
    """The keys of an embedded store: made once, kept readable by their owner only, newest first.

    Raises:
        StoreError: when the folder cannot be written.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            keep_keys(folder, (secrets.token_urlsafe(48),))
        return tuple(path.read_text("ascii").strip().split(","))
    except OSError as error:
        raise StoreError("key_file", file=str(path), error=str(error)) from error


def found_keys(folder: Path) -> tuple[str, ...]:
    """The keys of an embedded store, if there are any; unlike `kept_keys`, makes none."""
    try:
        return tuple((folder / KEY_FILE).read_text("ascii").strip().split(","))
    except (OSError, UnicodeDecodeError):
        return ()


def keep_keys(folder: Path, keys: Sequence[str]) -> None:
    """Keep these keys instead; the file is whole at every moment."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f"{KEY_FILE}.new"
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    with temporary.open("w", encoding="ascii") as file:
        file.write(",".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / KEY_FILE)


def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"trucban/{purpose}".encode()).derive(
        key.encode()
    )
