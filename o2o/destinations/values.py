"""The values of conditions that are lists, names and numbers: each read into the one way in which it is kept.

What can't be read raises ValueError with a reason, and perhaps "; " and what to write instead.
"""

import re

from o2o.apps import APP_NAMES, MOBILE, App, System
from o2o.destinations.languages import read_tag
from o2o.subjects import parse_carrier

GS1 = "gs1:"
"""What the name of a link type begins with."""

ANY, NONE = "any", "none"
"""Any super-app at all, or none of them."""

_LONGEST_LIST = 200
_VOCABULARY = re.compile(r"(?:gs1:|https?://(?:www\.|ref\.)?gs1\.org/voc/)([A-Za-z][A-Za-z0-9]*)")
_COUNTS = re.compile(r"(\d{1,6})(?:(-)(\d{1,6})?)?", re.ASCII)
_SYSTEM_GROUPS = {
    "mobile": MOBILE,
    "desktop": (System.WINDOWS, System.MACOS, System.LINUX, System.CHROMEOS),
    "harmony": (System.HARMONYOS,),
    "iphone": (System.IOS,),
    "mac": (System.MACOS,),
}


def read_list(text: str) -> str:
    """Return values parted by commas, each once."""
    return ",".join(_items(text))


def read_carriers(text: str) -> str:
    """Return carriers by the names that we keep."""
    return ",".join(dict.fromkeys(parse_carrier(item) for item in _items(text)))


def read_apps(text: str) -> str:
    """Return super-apps by the names that we keep, ``any`` or ``none``."""
    return ",".join(dict.fromkeys(_read_app(item) for item in _items(text)))


def _read_app(text: str) -> str:
    known = {word.lower(): app.value for app, names in APP_NAMES.items() for word in (app.value, *names)}
    if (app := (known | {ANY: ANY, NONE: NONE}).get(text.lower())) is None:
        raise ValueError(f"{text!r} is no super-app; use {', '.join(App)}, any or none")
    return app


def read_systems(text: str) -> str:
    """Return operating systems; ``mobile`` and ``desktop`` stand for several."""
    found = [system.value for item in _items(text.lower()) for system in _read_system(item)]
    return ",".join(dict.fromkeys(found))


def _read_system(text: str) -> tuple[System, ...]:
    if text not in list(System) and text not in _SYSTEM_GROUPS:
        raise ValueError(f"{text!r} is no system; use {', '.join(System)}, mobile or desktop")
    return _SYSTEM_GROUPS.get(text) or (System(text),)


def read_languages(text: str) -> str:
    """Return language tags as they are compared."""
    return ",".join(dict.fromkeys(read_tag(item) for item in _items(text)))


def read_visitor(text: str) -> str:
    """Return ``new`` or ``returning``."""
    word = {"新": "new", "老": "returning", "回访": "returning"}.get(text.strip(), text.strip().lower())
    if word not in ("new", "returning"):
        raise ValueError("write new or returning")
    return word


def read_counts(text: str) -> str:
    """Return numbers of scans: ``1``, ``2-5``, ``3-``."""
    for item in _items(text):
        match = _COUNTS.fullmatch(item)
        if match is None or int(match[1]) < 1 or (match[3] and int(match[3]) < int(match[1])):
            raise ValueError("not a number of scans; write 1, 2-5 or 3-")
    return read_list(text)


def read_uses(text: str) -> str:
    """Return a number of uses."""
    if not text.strip().isascii() or not text.strip().isdigit() or not 0 < int(text) < 10**9:
        raise ValueError("not a number of uses; write 200")
    return str(int(text))


def read_share(text: str) -> str:
    """Return a percentage without its sign."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*%?", text.strip(), re.ASCII)
    if match is None or not 0 < float(match[1]) <= 100:
        raise ValueError("not a share; write a percentage such as 50 or 12.5")
    return f"{float(match[1]):g}"


def read_link_types(text: str) -> str:
    """Return link types of GS1 as ``gs1:pip``."""
    found = [find_link_type(item) or find_link_type(GS1 + item) for item in _items(text)]
    if not all(found):
        raise ValueError("not a link type of GS1; write gs1:pip")
    return ",".join(found)


def find_link_type(text: str) -> str:
    """Return a link type, or its address in GS1's vocabulary, as ``gs1:pip``; an empty text for none."""
    match = _VOCABULARY.fullmatch(text)
    return GS1 + match[1] if match else ""


def _items(text: str) -> list[str]:
    items = [item.strip() for item in text.split(",")]
    if not all(items) or len(items) > _LONGEST_LIST:
        raise ValueError(f"an empty value, or more than {_LONGEST_LIST}; write a,b,c")
    return list(dict.fromkeys(items))
