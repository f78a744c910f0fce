"""Which of some languages a customer prefers: Accept-Language with its weights, after RFC 9110 and RFC 4647."""

import re
from functools import lru_cache

_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_RANGE = re.compile(
    r"\s*(\*|[a-z]{1,8}(?:[-_][a-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)
_MOST = 20
_SCRIPTS = {"zh": "hans", "zh-cn": "hans", "zh-sg": "hans", "zh-tw": "hant", "zh-hk": "hant", "zh-mo": "hant"}


def read_tag(text: str) -> str:
    """Return a language tag as it is compared: ``zh-TW`` is ``zh-hant-tw``; raises ValueError for none."""
    tag = text.strip().lower().replace("_", "-")
    if not _TAG.fullmatch(tag):
        raise ValueError("not a language; write zh, zh-Hant, en or en-GB")
    return tag if tag == "zh" else _with_script(tag)


@lru_cache(16_384)
def choose_language(accepted: str, tags: tuple[str, ...], own: str) -> str | None:
    """Return the one of ``tags`` that an Accept-Language likes best, or None; ``*`` means ``own``."""
    for wanted in parse_accepted(accepted):
        fitting = [tag for tag in tags if wanted == tag or wanted.startswith(tag + "-")]
        if wanted == "*":
            return own
        if fitting:
            return max(fitting, key=len)
    return None


def parse_accepted(accepted: str) -> list[str]:
    """Return the languages of an Accept-Language, the most wanted first, those not wanted (``q=0``) left out."""
    matches = filter(None, map(_RANGE.fullmatch, accepted.split(",")[:_MOST]))
    weighted = [(float(match[2] or 1), _with_script(match[1].lower().replace("_", "-"))) for match in matches]
    return [tag for weight, tag in sorted(weighted, key=lambda one: -one[0]) if weight > 0]


def _with_script(tag: str) -> str:
    if script := _SCRIPTS.get(tag):
        language, _, region = tag.partition("-")
        return "-".join(part for part in (language, script, region) if part)
    return tag
