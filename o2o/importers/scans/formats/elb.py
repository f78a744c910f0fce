"""Amazon's load balancers: the application's (ALB, quoted request with the whole URL) and the classic one (ELB)."""

import re
from collections.abc import Sequence

from o2o.importers.scans.requests import CUT, HOLDS_NO_REQUEST, NOT_A_LOG, Client, LineParser, Request, parse_utc, said

_HEAD = re.compile(r"(?:(?:https?|h2|grpcs?|wss?) )?(\d{4}-\d\d-\d\dT[\d:.]+Z) \S+ (\S+) ")


class _Parser:
    def find_request(self, text: str) -> Request:
        parts = text.split('"')
        if len(parts) % 2 == 0:
            raise ValueError(CUT)
        if len(parts) < 3:
            raise ValueError(NOT_A_LOG)
        method, _, rest = parts[1].partition(" ")
        target = rest.rpartition(" ")[0]
        if not target or method == "-":
            raise ValueError(HOLDS_NO_REQUEST)
        return method, target, (parts[0], parts[3] if len(parts) >= 5 else None)

    def read_client(self, rest: tuple[str, str | None]) -> Client:
        head, user_agent = rest
        match = _HEAD.match(head)
        if not match:
            raise ValueError(NOT_A_LOG)
        address = match[2].rpartition(":")[0].strip("[]")
        if not address:
            raise ValueError("has no address")
        return Client(parse_utc(match[1]), address, None if user_agent is None else said(user_agent))


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of a load balancer's log."""
    return _Parser()


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of a load balancer."""
    return any(_HEAD.match(line) and '"' in line for line in lines)
