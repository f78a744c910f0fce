"""Finds the lines of nginx and Apache that are as they mostly are in a block of bytes; all others are left as they are.

What one expression takes apart, it takes apart as ``formats.combined`` does, in a fraction of the time; most requests
that can't be for a code are told by their looks.
"""

import re
from collections.abc import Callable
from functools import partial

from o2o.importers.scans.formats.combined import parse_log_time
from o2o.importers.scans.learned import Learned
from o2o.times import SECOND

SECONDS = {b"%02d" % second: second * SECOND for second in range(60)}
_MINUTE = len("17/May/2015:10:05:")
_STRICT = r'[^"\\\n]*+'
_QUICK = r'[^"]*+'
"""What is between quotes; without a look at each character where it goes on to another line only if a quote is missing,
and then there are fewer lines than there should be."""
_SHOWN = r"[!#-[\]-~]"  # what is neither a quote nor a backslash
_PART = r"[!#-.0->@-[\]-~]"  # nor a slash or question mark
_NO_CODE = r"[!#-,.:->@[\]^`{-~]"  # nor in any code
_HEAD = r'([^ "\\\n\[]++) - - \[(.{18})([0-5][0-9])(.{6})\] '

PlainLine = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""A line that may be for a code, its address, time to the minute, second, offset, target, user agent; an odd line.

All are empty of a line that is for no code.
"""


class PlainLines:
    """Finds plain lines; remembers what targets are for, and what minutes mean.

    ``find_code`` raises ValueError for a target that is no scan; ``base_path`` is what is before the codes;
    ``is_mapped``: any path may stand for a code.
    """

    def __init__(self, find_code: Callable[[str], str], base_path: str, *, is_mapped: bool) -> None:
        self._lines = _compile_lines(base_path, _STRICT, is_mapped=is_mapped)
        self._quickly = _compile_lines(base_path, _QUICK, is_mapped=is_mapped)
        self.codes = Learned(partial(_learn_target, find_code))
        """The code that each target is for, ELSEWHERE where that is none; None for what is no scan."""
        self.minutes = Learned(_learn_minute)
        """The instants that the minutes of the log begin at, each with its offset; None for what is none."""

    def find(self, whole: bytes) -> list[PlainLine]:
        """Return what each line of a block is; nothing for a block with empty lines."""
        lines = whole.count(b"\n") + 1
        ended = whole + b"\n"
        if whole.count(b'"') % (2 * lines) == 0 and b"\\" not in whole:
            found = self._quickly.findall(ended)
            if len(found) == lines:
                return found
        found = self._lines.findall(ended)
        return found if len(found) == lines else []


def _learn_target(find_code: Callable[[str], str], target: bytes) -> str | None:
    try:
        return find_code(target.decode("ascii"))
    except ValueError:
        return None


def _learn_minute(text: bytes) -> int | None:
    try:
        return parse_log_time((text[:_MINUTE] + b"00" + text[_MINUTE:]).decode("ascii"))
    except ValueError:
        return None


def _compile_lines(base_path: str, text: str, *, is_mapped: bool) -> re.Pattern[bytes]:
    """Return what matches each line that isn't empty: those that may be for a code, those for none, and others."""
    path = rf"{_SHOWN}++" if is_mapped else rf"{re.escape(base_path)}/[0-9A-Za-z_-]{{4,64}}+(?:\?{_SHOWN}*+)?"
    quoted = f'"{text}"'
    end = rf"{_STRICT}(?:{quoted}{_STRICT})*+"
    plain = rf'({_HEAD}"GET ({path}) HTTP/{_SHOWN}*+"{_STRICT}{quoted}{_STRICT}"({text})"{end})'
    elsewhere = rf'{text}"{_SHOWN}++ {_elsewhere(base_path)} HTTP/{_SHOWN}*+"{end}'
    kinds = [plain, "(.+)"] if is_mapped else [plain, elsewhere, "(.+)"]
    return re.compile(rf"(?:{'|'.join(kinds)})\n".encode("ascii"))


def _elsewhere(base_path: str) -> str:
    """Return what matches targets that ``CodeFinder.find_in_target`` finds no code in, though not all of them.

    The first part of their path has a character that no code has, or is followed by another; they are neither our own
    page nor under the base path, and hold no two to four digits between slashes as Digital Links do.
    """
    before = rf"(?!{re.escape(base_path)})" if base_path else ""
    first = rf"(?:[0-9A-Za-z_-]++(?:/{_PART}|{_NO_CODE})|{_NO_CODE})"
    return rf"{before}(?!{_SHOWN}*/\d{{2,4}}/)/(?!p/){first}{_SHOWN}*+"
