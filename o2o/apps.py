"""The super-app and the operating system behind a user agent."""

from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

_T = TypeVar("_T")
_REMEMBERED = 16_384


class App(StrEnum):
    """A super-app whose scanner opens links in a browser of its own."""

    WECHAT = "wechat"
    WECOM = "wecom"
    ALIPAY = "alipay"
    DOUYIN = "douyin"
    QQ = "qq"
    WEIBO = "weibo"
    DINGTALK = "dingtalk"


class System(StrEnum):
    """An operating system."""

    IOS = "ios"
    ANDROID = "android"
    HARMONYOS = "harmonyos"
    WINDOWS = "windows"
    MACOS = "macos"
    CHROMEOS = "chromeos"
    LINUX = "linux"
    OTHER = "other"


APP_NAMES = {
    App.WECHAT: ("微信", "WeChat"),
    App.WECOM: ("企业微信", "WeCom"),
    App.ALIPAY: ("支付宝", "Alipay"),
    App.DOUYIN: ("抖音", "Douyin"),
    App.QQ: ("QQ", "QQ"),
    App.WEIBO: ("微博", "Weibo"),
    App.DINGTALK: ("钉钉", "DingTalk"),
}
"""Chinese and English name of each super-app."""

MOBILE = (System.IOS, System.ANDROID, System.HARMONYOS)
"""The systems of phones and tablets."""

# WeCom calls itself WeChat too, DingTalk an app of Alipay's maker: the strongest first. " qq/" is no QQ browser.
_APPS = (
    (App.WECOM, ("wxwork",)),
    (App.DINGTALK, ("dingtalk",)),
    (App.ALIPAY, ("alipayclient", "aliapp(ap/")),
    (App.WEIBO, ("__weibo__",)),
    (App.DOUYIN, ("aweme",)),
    (App.WECHAT, ("micromessenger", "windowswechat", "macwechat")),
    (App.QQ, (" qq/",)),
)
_APP_SAMPLES = {
    App.WECHAT: "MicroMessenger/8.0.50",
    App.WECOM: "wxwork/4.1.22 MicroMessenger/7.0.1",
    App.ALIPAY: "AliApp(AP/10.5.96) AlipayClient/10.5.96",
    App.DOUYIN: "aweme_300500 BytedanceWebview/d8a21c6",
    App.QQ: "QQ/9.0.60",
    App.WEIBO: "Weibo (phone__weibo__14.6.1)",
    App.DINGTALK: "AliApp(DingTalk/7.5.20)",
}
_SYSTEM_SAMPLES = {
    System.IOS: "iPhone; CPU iPhone OS 17_5 like Mac OS X",
    System.ANDROID: "Linux; Android 14; V2309A",
    System.HARMONYOS: "Phone; OpenHarmony 5.0",
    System.WINDOWS: "Windows NT 10.0; Win64; x64",
    System.MACOS: "Macintosh; Intel Mac OS X 10_15_7",
    System.CHROMEOS: "X11; CrOS x86_64 15917.71.0",
    System.LINUX: "X11; Linux x86_64",
    System.OTHER: "unknown",
}
_NOBODY = ("wechatdevtools", "qcloudcdn")  # developers' tools and Tencent's own fetcher

# HarmonyOS up to 4 is an Android that runs its apps, and says both; Windows Phone claimed to be everything.
_SYSTEMS = (
    (System.OTHER, ("windows phone", "iemobile", "symbian", "kaios")),
    (System.ANDROID, ("android", "; adr ")),
    (System.HARMONYOS, ("harmonyos", "openharmony")),
    (System.IOS, ("iphone", "ipad", "ipod")),
    (System.CHROMEOS, (" cros ",)),
    (System.MACOS, ("macintosh", "mac os x", "macwechat")),
    (System.WINDOWS, ("windows",)),
    (System.LINUX, ("linux", "x11")),
)


@lru_cache(_REMEMBERED)
def find_app(user_agent: str) -> App | None:
    """Return the super-app that a user agent is of, or None for a browser and everything else."""
    text = f" {user_agent.lower()}"
    if _NOBODY[0] in text or _NOBODY[1] in text:
        return None
    return _find(text, _APPS)


@lru_cache(_REMEMBERED)
def find_system(user_agent: str) -> System:
    """Return the operating system that a user agent names."""
    text = user_agent.lower()
    return _find(text, _SYSTEMS) or System.OTHER


def _find(text: str, table: tuple[tuple[_T, tuple[str, ...]], ...]) -> _T | None:
    for found, words in table:
        for word in words:  # a loop is quicker than any() for each phone seen for the first time
            if word in text:
                return found
    return None


def sample_agent(app: App | None, system: System) -> str:
    """Return a user agent as a phone with that app and system sends it, to try rules with."""
    return f"Mozilla/5.0 ({_SYSTEM_SAMPLES[system]}) Mobile {_APP_SAMPLES[app] if app else 'Safari/604.1'}"
