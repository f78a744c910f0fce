"""What of a line of a log, or of an event, we look at."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from o2o.times import parse_at

UTC = ZoneInfo("UTC")
CUT = "the line is cut"
NOT_A_LOG = "not a line of this log"
HOLDS_NO_REQUEST = "holds no request"


class Client(NamedTuple):
    """Who asked, and when; a user agent of None has no place in the format, a visitor was named by whoever wrote it.

    A ``scan_id`` beside an address is that of a server which was set up by 'o2o destination export-map'.
    """

    at: int
    address: str
    user_agent: str | None
    visitor: str | None = None
    scan_id: str | None = None
    signals: int = 0


Request = tuple[str, str, Any]
"""The method and the target of a line, and what its parser finds the client in."""


class LineParser(Protocol):
    """Reads lines of one format; both raise ValueError with a reason for what they can't read."""

    def find_request(self, text: str) -> Request | None:
        """Return what a line asks for, None for a remark; that most lines ask for no code is found out cheaply."""

    def read_client(self, rest: Any) -> Client:
        """Return who asked, of the third part of a request."""


class LineFormat(Protocol):
    """A format of logs that are read line by line: a module of ``formats``."""

    @property
    def make_parser(self) -> Callable[[Sequence[str]], LineParser]:
        """Return a parser for a log that begins with these lines."""

    @property
    def recognise(self) -> Callable[[Sequence[str]], bool]:
        """Tell whether a file that begins with these lines is of the format."""


def parse_utc(text: str) -> int:
    """Return the instant of a time that is UTC where it names no offset; raises ValueError for anything else."""
    return parse_at(text, UTC)


def said(user_agent: str) -> str:
    """Return a user agent as it was sent, where ``-`` stands for none."""
    return "" if user_agent == "-" else user_agent


def reads(parser: LineParser, text: str) -> bool:
    """Tell whether a parser can read a line."""
    try:
        request = parser.find_request(text)
        return request is not None and parser.read_client(request[2]).at >= 0
    except ValueError:
        return False
