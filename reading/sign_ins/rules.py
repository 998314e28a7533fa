"""How long a sign-in lasts, what stands for its token, and what a device is called; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from reading.text import match_key, pinyin_keys

# ASVS 5.0, 7.3: after so long without a request, and in all, a sign-in is over.
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=12)
RESIDENT_IDLE, RESIDENT_LONGEST = timedelta(days=30), timedelta(days=180)
# When a device was last seen is written this often at most.
STAFF_NOTED_EVERY, RESIDENT_NOTED_EVERY = timedelta(minutes=5), timedelta(days=1)
# Requests sent with the token before, while the answer with the new one was on its way, are taken for so long.
FORMER_TAKEN = timedelta(minutes=1)
MARK_LENGTH = 16
SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone|iPod"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11|CrOS"),
)
# In this order: WeChat and the phone makers' browsers call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("WeChat", r"MicroMessenger"),
    ("QQ", r"MQQBrowser|QQBrowser|\bQQ/"),
    ("UC", r"UCBrowser|UBrowser"),
    ("Quark", r"Quark"),
    ("Huawei", r"HuaweiBrowser|ArkWeb"),
    ("Xiaomi", r"MiuiBrowser"),
    ("Edge", r"\bEdgA?(?:iOS)?/"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)


@dataclass(frozen=True)
class Device:
    """The device that signs in: where it is, what it calls itself, and the hash of the cookie it is known by."""

    address: str
    words: str
    key_hash: str


def hash_of_token(token: str) -> str:
    """Return what is kept of a token: who reads the table cannot sign in with it (a token is drawn, not chosen)."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def mark_of_roles(role_ids: Iterable[UUID]) -> str:
    """Return a short text that stands for these roles, in whatever order, and for no others."""
    ordered = sorted(one.bytes for one in role_ids)
    return sha256(b"".join(ordered)).hexdigest()[:MARK_LENGTH]


def lapses_at(is_staff: bool, token_at: datetime, seen_at: datetime) -> datetime:
    """Return until when a sign-in is good if nothing is asked of it before (ASVS 5.0, 7.3.1 and 7.3.2)."""
    idle, longest = (STAFF_IDLE, STAFF_LONGEST) if is_staff else (RESIDENT_IDLE, RESIDENT_LONGEST)
    return min(seen_at + idle, token_at + longest)


def is_former_taken(token_at: datetime, now: datetime) -> bool:
    """Tell whether the token before the one that holds since ``token_at`` is still taken."""
    return now < token_at + FORMER_TAKEN


def is_to_be_noted(is_staff: bool, seen_at: datetime, now: datetime) -> bool:
    """Tell whether the row may learn that the device was seen now."""
    return now - seen_at >= (STAFF_NOTED_EVERY if is_staff else RESIDENT_NOTED_EVERY)


def device_words(user_agent: str) -> tuple[str, ...]:
    """Return what a browser says it runs on and is, such as ``("Android", "WeChat")``; empty for anything else."""
    said = user_agent[:400]
    found = [
        next((name for name, pattern in known if re.search(pattern, said)), "")
        for known in (SYSTEMS, BROWSERS)
    ]
    return tuple(one for one in found if one)


def is_personal(plain: str, phone: str, name: str) -> bool:
    """Tell whether a folded password is the phone number, or the name (written or in pinyin) with digits."""
    digits = "".join(one for one in plain if one.isdigit())
    letters = "".join(one for one in plain if one.isalpha())
    if phone and (phone in digits or (digits and not letters and digits in phone)):
        return True
    return bool(letters) and letters in (match_key(name), *pinyin_keys(name).split())
