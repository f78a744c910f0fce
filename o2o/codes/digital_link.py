"""GS1 Digital Link addresses: read strictly, and built in their canonical order.

Source: GS1 Digital Link Standard, URI Syntax 1.6. The rightmost primary key in the path counts; what stands before it
is the stem. A key's qualifiers follow it in their order, everything else stands in the query.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import quote, unquote_to_bytes

from o2o.codes.identifiers import (
    Gs1Error,
    Identifier,
    check_associations,
    check_value,
    find_identifier,
    unknown_identifier,
)

CANONICAL_STEM = "https://id.gs1.org"

Element = tuple[str, str]
"""An application identifier and its value."""

_NOT_IN_ADDRESS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_ADDRESS = re.compile(r"(?:http|https|HTTP|HTTPS)://([A-Za-z0-9\-.:\[\]]+)/(.*)")
_ELEMENT = re.compile(r"\((\d{2,4})\)((?:\\\(|[^(])*)")
_GTIN_LENGTHS = (8, 12, 13)
_MOST_QUALIFIERS = 3
_ALPHAS = {
    "sscc": "00", "gtin": "01", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414",
    "payTo": "415", "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010", "gmn": "8013",
    "gsrnp": "8017", "gsrn": "8018", "cpv": "22", "lot": "10", "ser": "21", "tpx": "235", "glnx": "254",
    "refno": "8020", "cpsn": "8011", "srin": "8019",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a Digital Link says: its primary key, the key's qualifiers in order, and attributes as they came."""

    stem: str
    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        """All elements: the key, its qualifiers, the attributes."""
        return (self.key, *self.qualifiers, *self.attributes)

    @property
    def element_string(self) -> str:
        """The elements as a bar code holds them, ``^`` for FNC1: before them, and behind each of variable length."""
        parts = [f"{ai}{value}{'' if _is_fixed(ai) else '^'}" for ai, value in self.elements]
        return "^" + "".join(parts).removesuffix("^")

    @property
    def uri(self) -> str:
        """The address with its qualifiers in order and attributes of fixed length first."""
        path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in (self.key, *self.qualifiers))
        ordered = sorted(self.attributes, key=lambda element: not _is_fixed(element[0]))
        query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in ordered)
        return self.stem.removesuffix("/") + path + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class _Permits:
    """What a reader lets pass that the standard has given up, or doesn't know."""

    zero_suppressed_gtin: bool = False
    convenience_alphas: bool = False
    unknown_ais: bool = False
    unknown_attributes: bool = False


def parse(
    uri: str,
    *,
    zero_suppressed_gtin: bool = False,
    convenience_alphas: bool = False,
    unknown_ais: bool = False,
    unknown_attributes: bool = False,
) -> DigitalLink:
    """Return what a Digital Link says; raises Gs1Error when the standard doesn't allow it.

    ``zero_suppressed_gtin`` takes GTINs of 8, 12 or 13 digits, ``convenience_alphas`` names such as ``/gtin/`` (both
    were allowed once). ``unknown_ais`` takes numbers that GS1's table doesn't have for identifiers to come; as in
    GS1's own engine, these are no attributes either and stay refused in the query, with that reason, unless
    ``unknown_attributes`` takes them there.
    """
    permits = _Permits(zero_suppressed_gtin, convenience_alphas, unknown_ais, unknown_attributes)
    address, path, query = _split_address(uri)
    segments = path.split("/")
    start, elements = _read_path(uri, segments, permits)
    stem = "/".join([uri[: len(address) - len(path)].removesuffix("/"), *segments[:start]])
    attributes = tuple(_read_query(uri, query, [ai for ai, _ in elements], permits))
    link = DigitalLink(stem, elements[0], tuple(elements[1:]), attributes)
    _check_elements(link.elements)
    return link


def build(bracketed: str, *, stem: str | None = None, unknown_attributes: bool = False) -> str:
    """Return the Digital Link of AI data in brackets, such as ``(01)09520123456788(10)ABC``; else raise Gs1Error.

    The first primary key is the link's; an element that stands there twice is taken once; ``stem`` is the merchant's
    own address, GS1's without it. ``unknown_attributes`` takes numbers that GS1's table doesn't have as such.
    """
    if stem:
        _check_stem(stem)
    elements = _read_bracketed(bracketed)
    _check_elements(elements)
    key = next((element for element in elements if _is_key(element[0])), None)
    if key is None:
        raise Gs1Error(repr(bracketed), "it has no primary key such as (01)")
    values = dict(elements)
    sequence = max(_sequences_of(key[0]), key=lambda way: len(way) if values.keys() >= set(way) else -1)
    qualifiers = tuple((ai, values.pop(ai)) for ai in sequence)
    attributes = tuple((ai, value) for ai, value in values.items() if ai != key[0])
    for ai, _ in attributes:
        _check_attribute(bracketed, ai, unknown=unknown_attributes)
    return DigitalLink(stem or CANONICAL_STEM, key, qualifiers, attributes).uri


def _split_address(uri: str) -> tuple[str, str, str]:
    if found := _NOT_IN_ADDRESS.search(uri):
        raise Gs1Error(repr(uri), f"{found[0]!r} can't stand in an address")
    address, _, query = uri.partition("#")[0].partition("?")
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise Gs1Error(repr(uri), "it isn't http(s)://host/path, with the scheme all in lower or all in upper case")
    if address.endswith("/"):
        raise Gs1Error(repr(uri), "its path ends with a slash")
    return address, match[2], query


def _check_stem(stem: str) -> None:
    if {"?", "#"} & set(stem):
        raise Gs1Error(repr(stem), "nothing can stand behind a query or a fragment")
    _split_address(stem.removesuffix("/") + "/x")


def _read_path(uri: str, segments: Sequence[str], permits: _Permits) -> tuple[int, list[Element]]:
    """Return where the rightmost key stands in a path, and the key with its qualifiers."""
    elements: list[Element] = []
    for start in range(len(segments) - 2, -1, -2):
        ai = segments[start]
        if permits.convenience_alphas:
            ai = _ALPHAS.get(ai, ai)
        if find_identifier(ai) is None or len(elements) > _MOST_QUALIFIERS:
            break
        elements.insert(0, (ai, _read_value(ai, segments[start + 1], permits)))
        if _is_key(ai):
            if tuple(name for name, _ in elements[1:]) not in _sequences_of(ai):
                raise Gs1Error(
                    repr(uri), f"({')('.join(name for name, _ in elements)}) isn't a key with its qualifiers"
                )
            return start, elements
    raise Gs1Error(repr(uri), "its path has no primary key such as /01/ at its end")


def _read_query(uri: str, query: str, path: Sequence[str], permits: _Permits) -> Iterator[Element]:
    seen = set(path)
    for part in query.split("&"):
        ai, equals, value = part.partition("=")
        if not equals or not ai.isdigit():
            continue
        if ai in seen:
            raise Gs1Error(repr(uri), f"({ai}) stands there twice")
        seen.add(ai)
        if permits.unknown_ais and not permits.unknown_attributes and find_identifier(ai) is None:
            raise Gs1Error(repr(uri), f"({ai}) is unknown and so no attribute of a Digital Link")
        _check_attribute(uri, ai, unknown=permits.unknown_attributes)
        if any({*path[1:], ai} == set(way) for way in _sequences_of(path[0])):
            raise Gs1Error(repr(uri), f"({ai}) is a qualifier of ({path[0]}) and belongs into the path")
        yield ai, _read_value(ai, value.replace("+", " "), permits)


def _read_value(ai: str, text: str, permits: _Permits) -> str:
    # what is no character of any set is refused by the check of the value, so Latin-1 will do
    value = unquote_to_bytes(text).decode("latin-1")
    if not value:
        raise Gs1Error(f"({ai})", "it has no value")
    if ai == "01" and permits.zero_suppressed_gtin and len(value) in _GTIN_LENGTHS:
        return value.zfill(14)
    return value


def _read_bracketed(bracketed: str) -> list[Element]:
    elements: dict[str, str] = {}
    end = 0
    for match in _ELEMENT.finditer(bracketed):
        ai, value = match[1], match[2].replace("\\(", "(")
        if match.start() != end or not value:
            break
        if elements.setdefault(ai, value) != value:
            raise Gs1Error(f"({ai})", f"it is {elements[ai]!r} and {value!r} at once")
        end = match.end()
    if not bracketed or end != len(bracketed):
        raise Gs1Error(repr(bracketed), "write (AI)value(AI)value; a bracket in a value as \\(")
    return list(elements.items())


def _check_elements(elements: Iterable[Element]) -> None:
    elements = list(elements)
    for ai, value in elements:
        check_value(find_identifier(ai) or unknown_identifier(ai), value)
    check_associations(ai for ai, _ in elements)


def _check_attribute(what: str, ai: str, *, unknown: bool) -> None:
    identifier = find_identifier(ai)
    if identifier is None and not unknown:
        raise Gs1Error(repr(what), f"({ai}) is no application identifier")
    if identifier is not None and not identifier.is_attribute:
        raise Gs1Error(repr(what), f"({ai}) can't stand in the query")


def _sequences_of(key: str) -> list[tuple[str, ...]]:
    """Return the qualifiers that may follow a key: none, or some of one sequence in its order."""
    identifier: Identifier | None = find_identifier(key)
    ways = identifier.sequences if identifier else ()
    some = [chosen for way in ways for count in range(1, len(way) + 1) for chosen in combinations(way, count)]
    return [(), *some]


def _is_key(ai: str) -> bool:
    identifier = find_identifier(ai)
    return identifier is not None and identifier.is_key


def _is_fixed(ai: str) -> bool:
    identifier = find_identifier(ai)
    return identifier is not None and identifier.is_fixed
