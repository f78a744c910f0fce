"""Links that expire before paper does: WeChat's URL Link and URL Scheme live for 30 days at most.

Source: developers.weixin.qq.com, URL Link and URL Scheme.
"""

import re

from o2o.errors import SettingError

_EXPIRING_LINK = re.compile(
    r"(?<![\w-])(?:(?:https?://)?(?:[\w-]+\.)*(?:wxaurl|wxmpurl)\.cn(?![\w-]|\.\w)|weixin://dl\b)\S*",
    re.IGNORECASE,
)
EXPIRES = "a URL Link or URL Scheme of WeChat expires within 30 days, printed paper doesn't"
LASTING = "print the short link of your own domain, or a mini-program code (小程序码)"


def find_expiring_link(text: str) -> str:
    """Return the first link of WeChat in a text that expires within 30 days, or nothing."""
    lower = text.lower()
    found = _EXPIRING_LINK.search(text) if "wx" in lower or "weixin" in lower else None
    return found[0] if found else ""


def check_lasting(text: str) -> None:
    """Raise SettingError for a text with a WeChat link that expires within 30 days: paper lasts longer."""
    if link := find_expiring_link(text):
        raise SettingError("link", link, EXPIRES, LASTING)
