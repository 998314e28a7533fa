"""A film for Chromium's fake camera: codes held up one after another, drawn by the browser itself."""

import base64
from collections.abc import Iterable
from pathlib import Path

import segno
from playwright.sync_api import Browser

FRAMES_A_SECOND = 30
# Ten lines for each digit: L (odd), G (even) and R patterns of EAN-13, and which of L and G the first digit asks for.
LEFT = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
PARITY = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"]

# A hand is never still: a code held up is seen straight and turned a little to both sides (in radians).
SWAYS = (0.0, 0.05, -0.05)

DRAW = """
([rows, sway]) => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  canvas.width = 640; canvas.height = 480;
  pen.fillStyle = "#777"; pen.fillRect(0, 0, 640, 480);
  if (rows.length) {
    const size = Math.floor(Math.min(560 / rows[0].length, 380 / Math.max(rows.length, 30)));
    const wide = size * rows[0].length, high = rows.length === 1 ? 220 : size * rows.length;
    const left = Math.round((640 - wide) / 2), top = Math.round((480 - high) / 2);
    pen.translate(320, 240); pen.rotate(sway); pen.translate(-320, -240);
    pen.fillStyle = "#fff"; pen.fillRect(left - 40, top - 40, wide + 80, high + 80);
    pen.fillStyle = "#000";
    rows.forEach((row, y) => [...row].forEach((dot, x) => {
      if (dot === "1") pen.fillRect(left + x * size, top + y * size, size, rows.length === 1 ? high : size);
    }));
  }
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}
"""


def qr(text: str) -> list[str]:
    """Return the squares of a QR, row by row."""
    return [
        "".join("1" if dot else "0" for dot in row) for row in segno.make(text, error="m", micro=False).matrix
    ]


def torn(text: str) -> list[str]:
    """Return a QR of which a part is inverted: its corners are found, its content is not."""
    rows = qr(text)
    flipped = str.maketrans("01", "10")
    return [
        row[:9] + row[9:-9].translate(flipped) + row[-9:] if 9 <= at < len(rows) - 9 else row
        for at, row in enumerate(rows)
    ]


def ean13(digits: str) -> list[str]:
    """Return the bars of an EAN-13 as one row."""
    right = [pattern.translate(str.maketrans("01", "10")) for pattern in LEFT]
    kinds = {"L": LEFT, "G": [pattern[::-1] for pattern in right]}
    first, left, last = int(digits[0]), digits[1:7], digits[7:]
    bars = "".join(kinds[kind][int(digit)] for kind, digit in zip(PARITY[first], left, strict=True))
    return ["101" + bars + "01010" + "".join(right[int(digit)] for digit in last) + "101"]


NOTHING: list[str] = []


def film(chromium: Browser, path: Path, scenes: Iterable[list[str]], seconds: float) -> Path:
    """Write a film of these scenes, each of so many seconds, as the fake camera reads it: JPEGs one after another."""
    page = chromium.new_page()
    pictures = [base64.b64decode(page.evaluate(DRAW, [scene, sway])) for scene in scenes for sway in SWAYS]
    page.close()
    frames = round(seconds * FRAMES_A_SECOND / len(SWAYS))
    path.write_bytes(b"".join(picture * frames for picture in pictures))
    return path
