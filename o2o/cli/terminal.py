"""What a terminal can show: old Windows code pages have no ``¥`` and no ``✓``, and a pipe wants plain text."""

import codecs
import sys

_SUBSTITUTES = {
    "¥": "￥",
    "✓": "√",
    "✗": "x",
    "×": "x",
    "–": "-",
    "—": "-",
    "…": "...",
    "→": "->",
    "−": "-",
    "·": ".",
}


def prepare_streams() -> None:
    """Let stdout and stderr replace what their encoding lacks instead of failing."""
    codecs.register_error("o2o_substitute", _substitute)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="o2o_substitute")


def _substitute(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_encodable(character, error.encoding) for character in missing), error.end


def _encodable(character: str, encoding: str) -> str:
    for candidate in (_SUBSTITUTES.get(character, "?"), "?"):
        try:
            candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"
