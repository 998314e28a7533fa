"""Pure decisions about the codes a phone draws every half minute (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds)."""

import base64
import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# How many half-minutes a phone's clock may be ahead or behind.
DRIFT = 1
RECOVERY_CODES = 8
# Between the password and the second step.
HALF_LASTS = timedelta(minutes=10)
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
ISSUER = "Shuxiang"


def step_at(moment: datetime) -> int:
    """Return the number of the half-minute since 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a half-minute (RFC 4226, section 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8), "sha1")
    first = mac[-1] & 0x0F
    number = int.from_bytes(mac[first : first + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, moment: datetime, last_step: int) -> int | None:
    """Return the half-minute a code is of, None for a wrong one; never one that is not after ``last_step``."""
    now = step_at(moment)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step), code) and step > last_step:
            return step
    return None


def digits_as_typed(text: str) -> str | None:
    """Return the six digits somebody typed (``123 456``, full-width), or None for what cannot be a code."""
    typed = "".join(unicodedata.normalize("NFKC", text).split())
    return typed if SIX_DIGITS.fullmatch(typed) else None


def typed_secret(secret: bytes) -> str:
    """Return a secret as it is typed into an authenticator app: base32, in groups of four."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[first : first + 4] for first in range(0, len(plain), 4))


def address(secret: bytes, account: str) -> str:
    """Return what the QR code for an authenticator app says; ``account`` tells its entries apart."""
    plain = base64.b32encode(secret).decode()
    return f"otpauth://totp/{ISSUER}:{quote(account)}?secret={plain}&issuer={ISSUER}"
