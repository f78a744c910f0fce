"""What a mini-program is opened with by a scan: ``q``, the printed link, or ``scene``, what its own code holds."""

from urllib.parse import unquote


def find_link(q: str, scene: str, code: str = "") -> str:
    """Return the link or path that an event's ``q``, ``scene`` or ``code`` stands for, empty where it has none.

    WeChat passes ``q`` and ``scene`` on percent-encoded; they are decoded once, also when the program did so already.
    """
    if q:
        return q if "://" in q else unquote(q)
    text = unquote(scene) or code
    return f"/{text.rpartition('=')[2]}" if text else ""
