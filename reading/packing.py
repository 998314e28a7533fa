"""Answers made small for the way: gzip where it is done anew each time, else brotli, which packs more and slower.

A page of 6,259 bytes came to 2,475 with gzip (level 6) in 34 µs, to 2,540 with brotli (quality 4) in 73 µs.

Flask-Compress does this and more (streams, four algorithms, a cache), and looks at every answer for as long as a
whole empty request takes; nothing here streams, so a length says at once that there is nothing to do.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import brotli
from flask import Flask, Response, request
from markupsafe import Markup
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from reading import style

KINDS = frozenset(
    (
        "text/html", "text/css", "text/plain", "text/javascript", "application/javascript", "application/json",
        "image/svg+xml",
    )
)  # fmt: skip
# In bytes: less fits one packet of the network anyway.
LEAST = 500
BROTLI_QUALITY, BROTLI_BEST, GZIP_LEVEL, GZIP_BEST = 4, 9, 6, 9
# More than there are in static/, each packed in two ways.
MOST_FILES = 64
# A gzip that is put together of parts: what stands before them, and the empty block that ends it.
HEAD, END = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"
# Less than this goes as it is within a gzip; what is packed for one answer is packed in a hurry: with a window and a
# memory no larger than such a part. The usual ones are taken from the system and given back each time: 60 µs.
LEAST_PART = 200
HURRIED, WINDOW, MEMORY = 1, -12, 5
# More than there are languages and text sizes, which is all that stands before the stylesheet.
MOST_LEADS = 16
# In the order of our liking, for what is packed once and sent often, and for what is packed for one phone.
OFTEN, ONCE = ("br", "gzip"), ("gzip", "br")


def init_app(app: Flask) -> None:
    """Let ``app`` pack its answers. Call it before whatever makes them whole: that must be done first."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.status_code != 200 or response.is_streamed:
        return response
    said = response.get_data()
    if len(said) < LEAST or response.mimetype not in KINDS or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    is_file = request.endpoint == "static"
    way = chosen(request.headers.get("Accept-Encoding", ""), OFTEN if is_file else ONCE)
    if way is not None:
        response.set_data(_packed_file(said, way) if is_file else packed(said, way))
        response.headers["Content-Encoding"] = way
        _mark(response, way)
    return response


def _mark(response: Response, way: str) -> None:
    """Give the packed answer a mark (ETag) of its own, and answer with 304 whoever holds it."""
    mark, is_weak = response.get_etag()
    if mark:
        response.set_etag(mark if is_weak else f"{mark}:{way}", bool(is_weak))
        response.make_conditional(request)


@lru_cache(256)
def chosen(told: str, ways: tuple[str, ...] = OFTEN) -> str | None:
    """Return which of ``ways`` a phone that sends this Accept-Encoding likes best; None for none."""
    way: str | None = parse_accept_header(told, Accept).best_match(ways)
    return way


def packed(said: bytes, way: str, quality: int = BROTLI_QUALITY) -> bytes:
    """Return ``said`` packed in one of the ways."""
    return brotli.compress(said, quality=quality) if way == "br" else together(parts(said))


@lru_cache(2 * MOST_FILES)
def _packed_file(said: bytes, way: str) -> bytes:
    """Return a file packed as small as it gets; it changes with a new version of the service alone."""
    return packed(said, way, BROTLI_BEST)


class Part(NamedTuple):
    """A part of a text, as it is and as it stands in a gzip together with others; and its checksum (CRC-32)."""

    plain: bytes
    block: bytes
    checksum: int

    def __html__(self) -> str:
        """Return it as it is, for a page that is made as a whole."""
        return self.plain.decode()


class Several(tuple["Markup | Part", ...]):
    """Texts one after another, some of which are packed already."""

    def __html__(self) -> str:
        """Return them as one text, for a page that is made as a whole."""
        return "".join(one.__html__() for one in self)

    def parts(self) -> list[Part]:
        """Return them packed."""
        return [one if isinstance(one, Part) else passing_part(one.encode()) for one in self]


def part(
    plain: bytes, level: int = GZIP_LEVEL, window: int = -zlib.MAX_WBITS, memory: int = zlib.DEF_MEM_LEVEL
) -> Part:
    """Return a part that can be used in many texts: packed once, and by itself."""
    packing = zlib.compressobj(level, zlib.DEFLATED, window, memory)
    return Part(plain, packing.compress(plain) + packing.flush(zlib.Z_FULL_FLUSH), zlib.crc32(plain))


def parts(plain: bytes) -> list[Part]:
    """Return the parts of a page, or of its beginning: the first ends with the stylesheet, where that is inside."""
    at = style.place_in(plain)
    return [part(plain)] if at < 0 else [_lead(plain[:at]), part(plain[at + len(style.SENT) :])]


@lru_cache(MOST_LEADS)
def _lead(plain: bytes) -> Part:
    """Return what stands before the stylesheet, and that: packed and kept once for all pages."""
    return part(plain + style.SENT, GZIP_BEST)


def passing_part(plain: bytes) -> Part:
    """Return a part that is used once: packed in a hurry, and where it is short not at all."""
    if len(plain) >= LEAST_PART:
        return part(plain, HURRIED, WINDOW, MEMORY)
    length = len(plain)
    told = length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    return Part(plain, b"\x00" + told + plain, zlib.crc32(plain))


def together(made_of: Iterable[Part]) -> bytes:
    """Return the gzip of a text that is made of these parts (RFC 1951: blocks; RFC 1952: what is around them)."""
    plain, blocks, (checksum, *_) = zip(*made_of, strict=True)
    # The first is the longest by far, and its sum is known.
    rest = b"".join(plain[1:])
    length = len(plain[0]) + len(rest) & 0xFFFFFFFF
    told = zlib.crc32(rest, checksum).to_bytes(4, "little") + length.to_bytes(4, "little")
    return b"".join((HEAD, *blocks, END, told))
