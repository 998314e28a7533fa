"""Pure decisions about cards: what the code on a card is, and whether it is ours."""

import base64
import hmac
import secrets
import unicodedata
import uuid
from hashlib import sha256

# The short code is read aloud and typed: nothing in it looks like something else.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 8
# What a QR of a card begins with; the rest is base32, so that the QR stays small (alphanumeric mode).
PREFIX = "SX"
SIGNATURE_BYTES = 8
QR_LENGTH = len(PREFIX) + 39
TAIL_LENGTH = 12


def qr_text(card_id: uuid.UUID, key: bytes) -> str:
    """Return what the QR of a card says: its id and the signature of this service, nothing about the person."""
    signed = card_id.bytes + _signature(card_id, key)
    return PREFIX + base64.b32encode(signed).decode().rstrip("=")


def qr_tail(card_id: uuid.UUID, key: bytes) -> str:
    """Return how the QR of a card ends: enough to know it among a roster's, too little to make a copy of it."""
    return qr_text(card_id, key)[-TAIL_LENGTH:]


def id_in_qr(text: str, key: bytes) -> uuid.UUID | None:
    """Return the id of the card whose QR says ``text``, or None when this service did not sign it."""
    if not is_qr(text):
        return None
    try:
        raw = base64.b32decode(text.strip().upper().removeprefix(PREFIX) + "=")
    except ValueError:  # binascii.Error is one; letters that are not ASCII are another
        return None
    card_id = uuid.UUID(bytes=raw[:16])
    return card_id if hmac.compare_digest(raw[16:], _signature(card_id, key)) else None


def is_qr(text: str) -> bool:
    """Tell whether ``text`` has the form of a card's QR, of this service or another."""
    typed = text.strip().upper()
    return typed.startswith(PREFIX) and len(typed) == QR_LENGTH


def code_as_typed(text: str) -> str | None:
    """Return the short code somebody typed (``ABCD-2345``), or None for what cannot be one."""
    typed = "".join(one for one in unicodedata.normalize("NFKC", text).lower() if one.isalnum())
    return typed if len(typed) == CODE_LENGTH and set(typed) <= set(ALPHABET) else None


def draw_code() -> str:
    """Return a short code for a new card; a million cards leave the odds of hitting one by chance at 1 in 850,000."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def code_in_groups(code: str) -> str:
    """Return a short code as it is printed and read aloud: four and four."""
    return f"{code[:4]} {code[4:]}"


def _signature(card_id: uuid.UUID, key: bytes) -> bytes:
    return hmac.digest(key, b"card" + card_id.bytes, sha256)[:SIGNATURE_BYTES]
