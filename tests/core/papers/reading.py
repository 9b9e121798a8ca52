"""What a PDF says and how it is built: pyHanko's reader and a page of code, no other library."""

import re
from collections import Counter
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader

MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
STRING = rb"[^()\\]|\\."
TOKEN = re.compile(
    rb"/Lang\(\w+\)|/ActualText<FEFF(?P<spoken>[0-9A-F]*)>|/(?P<name>\w+)|(?P<act>[A-Za-z]+\*?)"
    # A string may hold pairs of brackets.
    rb"|\((?P<literal>(?:%b|\((?:%b|\((?:%b)*\))*\))*)\)|<(?P<hexadecimal>[0-9A-F]+)>"
    % (STRING, STRING, STRING),
    re.DOTALL,
)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
INVISIBLE = re.compile(r"[\s\u200b]+")


def reader(pdf: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(pdf))


def pages(pdf: bytes) -> list:
    return [page.get_object() for page in reader(pdf).root["/Pages"]["/Kids"]]


def text_of(pdf: bytes) -> str:
    """All the text in the order it is drawn, page by page."""
    return "\n".join(text_of_page(page) for page in pages(pdf))


def says(pdf: bytes, *texts: str) -> list[str]:
    """Those of `texts` that are not in the PDF; spaces and line ends aside."""
    whole = INVISIBLE.sub("", text_of(pdf))
    return [text for text in texts if INVISIBLE.sub("", text) not in whole]


def text_of_page(page) -> str:
    fonts = {
        name[1:].encode(): letters_of(font.get_object()) for name, font in page["/Resources"]["/Font"].items()
    }
    said, letters, font, is_spoken = [], {}, b"", False
    for token in TOKEN.finditer(page["/Contents"].data):
        if token["spoken"] is not None:
            said.append(bytes.fromhex(token["spoken"].decode()).decode("utf-16-be"))
            is_spoken = True
        elif token["name"] is not None:
            font = token["name"]
        elif token["act"] == b"Tf":
            letters = fonts[font]
        elif token["act"] == b"EMC":
            said.append("" if is_spoken else "\n")
            is_spoken = False
        elif not is_spoken and (token["literal"] is not None or token["hexadecimal"]):
            said.append(spelled(drawn(token), letters))
    return "".join(said)


def drawn(token: re.Match) -> bytes:
    """The bytes of a string, written in letters or in hexadecimal."""
    if token["hexadecimal"]:
        return bytes.fromhex(token["hexadecimal"].decode())
    return ESCAPED.sub(unescaped, token["literal"])


def unescaped(match: re.Match) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else CONTROLS.get(code, code)


def spelled(glyphs: bytes, letters: dict[bytes, str]) -> str:
    return "".join(letters.get(glyphs[i : i + 2], "?") for i in range(0, len(glyphs), 2))


def letters_of(font) -> dict[bytes, str]:
    """Letter by glyph number, from the font's /ToUnicode."""
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for glyph, letter in MAPPED.findall(font["/ToUnicode"].data)
    }


def structure(pdf: bytes) -> Counter[str]:
    """How many elements of each kind the structure tree has."""
    found: Counter[str] = Counter()
    todo = [reader(pdf).root["/StructTreeRoot"]["/K"]]
    while todo:
        node = todo.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            todo += list(node)
        elif isinstance(node, dict):
            found[str(node.get("/S", ""))[1:]] += 1
            todo += [node.raw_get("/K")] if "/K" in node else []
    return found


def metadata(pdf: bytes) -> str:
    return reader(pdf).root["/Metadata"].data.decode("utf-8")
