"""Which encoding a text file is in, by what stands in it, and its text line by line."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from o2o.errors import InputFileError, SettingError
from o2o.text_files import open_bytes

UTF8 = "utf-8-sig"
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_BOMS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_LE: "utf-16", codecs.BOM_BE: "utf-16"}
"""What a file begins with; the mark of UTF-32 before that of UTF-16, which it begins with."""
_HIGH_LINES = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
_FOUR_BYTES = re.compile(rb"(?:[\x81-\xfe][0-9]){2}")
_HIGH_RUNS = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([\x00-\x7f]?)")
_POLISH = re.compile(
    r"""[a-zó][ąź]                  # ¹ Ÿ
    | [A-ZÓ][ĄŻŹŁ] | [ĄŁŻŹ][A-Za-zóĄĘ]  # ¥ ¯ £, which are no part of a word
    | [a-zó]ż | ż[a-złóą]         # ¿ stands before a capital
    | ł[a-zążęó] | [A-Za-zó]{3}ł  # ³, but of a cubic measure
    | [śŚ][KLMNPRWklmnprwćźąęó] | [a-z]ść  # œ stands before vowels
    """,
    re.VERBOSE,
)
"""Letters of cp1250 where their bytes would be signs of cp1252 in the midst of a word."""


def check_encoding(name: str) -> str:
    """Return the name of an encoding as Python has it; raises SettingError for one that there isn't."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)  # some codecs are of bytes, not of text
    except LookupError:
        raise SettingError(
            "--encoding", name, "no such encoding", "say utf-8, utf-16, gb18030, cp1252 or cp1250"
        ) from None
    return UTF8 if known == "utf-8" else known


def recognise_encoding(path: Path) -> str:
    """Return the encoding of a text file; raises InputFileError for one that is none we know.

    It is UTF-8 if all of it can be that; else what its first lines with other than ASCII characters look like.
    """
    with open_bytes(path) as file:
        block = file.read(_BLOCK)
        for mark, encoding in _BOMS.items():
            if block.startswith(mark):
                return encoding
        if wide := _wide_encoding(block):
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        lines, beyond, text = 0, 0, ""
        empty = True
        while block:
            if b"\0" in block:
                raise _no_text(path, lines + block[: block.find(b"\0")].count(b"\n") + 1)
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                start = max(error.start - _SAMPLE // 2, 0)
                return _encoding_of(block[start : start + _SAMPLE], beyond)
            beyond += 0 if text.isascii() else len(text.encode()) - len(text)
            lines += block.count(b"\n")
            empty = empty and not text.strip()
            block = file.read(_BLOCK)
    if empty and text != "\ufeff":
        raise InputFileError(path, "the file is empty", "export it again with its header and rows")
    return UTF8


def looks_like_utf8(path: Path) -> bool:
    """Tell whether a file begins with letters beyond ASCII that all are UTF-8: no other encoding looks so by chance."""
    with open_bytes(path) as file:
        block = file.read(_BLOCK)
    with suppress(UnicodeDecodeError):
        return not codecs.getincrementaldecoder("utf-8")().decode(block).isascii()
    return False


def recognise_bytes(sample: bytes) -> str:
    """Return which of the encodings of a country some lines look like that aren't UTF-8.

    GB18030 can read almost anything. But in Chinese text most bytes above ASCII come in pairs of two of them; in
    European words one of them stands alone among letters.
    """
    pairs, chinese = _FOUR_BYTES.subn(b"", sample)
    european = 0
    for before, run, after in _HIGH_RUNS.findall(pairs):
        if len(run) % 2:
            european += 1
        elif len(run) > 2 or not (before or after.isalpha()):
            chinese += sum(lead >= 0x81 and trail >= 0xA1 for lead, trail in zip(run[::2], run[1::2], strict=True))
        elif min(run) < 0xA1:
            european += 1
    if chinese > 2 * european:
        return "gb18030"
    if _POLISH.search(sample.decode("cp1250", "replace")):
        return "cp1250"
    with suppress(UnicodeDecodeError):
        sample.decode("cp1252")
        return "cp1252"
    return "cp1250"


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a plain or gzipped file for reading its text line by line, each with its own line end."""
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        try:
            yield text
        except UnicodeDecodeError:
            raise _undecodable(path, encoding) from None


def _wide_encoding(block: bytes) -> str:
    """Return the UTF-16 that a file without its mark is in: of each ASCII character one byte is 0."""
    even, odd = block[::2].count(0), block[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 20 * others:
            text = block.decode(encoding, "replace")
            if zeros > 3 and "\0" not in text and not set(text).isdisjoint("\n\r,;\t"):
                return encoding
    return ""


def _encoding_of(block: bytes, beyond: int) -> str:
    """Return the encoding of a file with a ``block`` that isn't UTF-8, behind ``beyond`` bytes of letters that are."""
    text = block.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = beyond + sum(character > "\x7f" for character in text) - wrong
    if right >= wrong:
        return UTF8
    return recognise_bytes(b"\n".join(_HIGH_LINES.findall(block)))


def _undecodable(path: Path, encoding: str) -> InputFileError:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with open_bytes(path) as file:
        for raw in file:
            try:
                decoder.decode(raw)
            except UnicodeDecodeError:
                break
            line += 1
    advice = "save it as CSV UTF-8 and import again, or say its encoding with --encoding"
    return InputFileError(path, f"it can't be read as {name_of(encoding)}", advice, line)


def name_of(encoding: str) -> str:
    """Return an encoding as people call it."""
    return "UTF-8" if encoding == UTF8 else encoding.upper() if encoding[:2] in ("ut", "gb") else encoding


def _no_text(path: Path, line: int) -> InputFileError:
    reason = "a byte 0 is in it: neither UTF-8 nor GB18030 text"
    return InputFileError(path, reason, "save it as CSV UTF-8 and import again", line)
