"""Invents shoppers whose true influences are known: what each will scan, and whether that makes them buy.

Each planted influence is met independently of all others and of everything else, so that the ratio of
purchase rates with and without it is, but for chance, the multiplier planted here. The report never
sees this module; it has to find the multipliers in scans and orders.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from o2o.codes.short import ALPHABET
from o2o.demo.chain import FLAGSHIP
from o2o.demo.traffic import Client, Request
from o2o.subjects import Kind

_BASE_RATE = 0.10
_EXPOSURE = 0.20
_FLAGSHIP_SHARE = 0.80
_CASH_SHARE = 0.20
_MEMBER_SHARE = 0.25
_PULL = {Kind.PERSON: 1, Kind.PLACE: 3, Kind.PRODUCT: 2}  # how often each kind is scanned

_PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.54(0x18003632) NetType/WIFI Language/zh_CN",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.57(0x1800392c) NetType/5G Language/zh_CN",
    "Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300473 MMWEBSDK/20250201 MMWEBID/4412 "
    "MicroMessenger/8.0.57.2820(0x28003956) WeChat/arm64 Weixin NetType/5G Language/zh_CN ABI/arm64",
    "Mozilla/5.0 (Linux; Android 12; ALN-AL00 Build/HUAWEIALN-AL00; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260183 MMWEBSDK/20241202 MMWEBID/903 "
    "MicroMessenger/8.0.56.2800(0x2800385B) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 NebulaSDK/1.8.100112 Nebula AlipayDefined(nt:WIFI,ws:390|780|3.0) AliApp(AP/10.6.80.6000) "
    "AlipayClient/10.6.80.6000 Language/zh-Hans",
    "Mozilla/5.0 (Linux; Android 14; SM-S9210) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 "
    "Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; PKB110) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 14; zh-cn; 23013RK75C Build/UKQ1.230804.001) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Version/4.0 Chrome/119.0.6045.193 Mobile Safari/537.36 XiaoMi/MiuiBrowser/19.1.30314",
    "Mozilla/5.0 (Linux; Android 10; HarmonyOS; NOH-AN00) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
)
_BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "python-requests/2.32.3",
    "curl/8.7.1",
)
_PREVIEWS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.24.6.77 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
)


class Payment(StrEnum):
    """What an order of a shopper carries that can join it with scans."""

    ONLINE = "online"
    """The click id: the shop's page took it from the link that the scan opened."""
    MEMBER = "member"
    """Click id and member card, and another purchase on the card alone."""
    CASH = "cash"
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Influence:
    """A touchpoint of the flagship that multiplies the chance of a purchase of those who scan it."""

    kind: Kind
    subject_id: str
    multiplier: float


PLANTED = (
    Influence(Kind.PERSON, "00101", 3.0),
    Influence(Kind.PLACE, f"{FLAGSHIP}-04", 2.0),
    Influence(Kind.PRODUCT, "004011", 1.5),
    Influence(Kind.PLACE, f"{FLAGSHIP}-03", 1.0),
)
"""A guide, an end-cap, a shelf tag, and a screen that does nothing."""


@dataclass(frozen=True, slots=True)
class Market:
    """What shoppers can meet, as the URLs read from the paper: the planted ones, and each store's others by kind."""

    planted: tuple[tuple[Influence, str], ...]
    plain: dict[str, dict[Kind, tuple[str, ...]]]

    @property
    def urls(self) -> list[str]:
        """All of them."""
        plain = [url for kinds in self.plain.values() for urls in kinds.values() for url in urls]
        return plain + [url for _, url in self.planted]


@dataclass(frozen=True, slots=True)
class Shopper:
    """One shopper: the phone and its requests, and what the till will see of them."""

    client: Client
    store_id: str
    payment: Payment | None
    """None: buys nothing."""


def plan_shoppers(market: Market, count: int, rng: Random) -> list[Shopper]:
    """Return ``count`` shoppers, most of them of the flagship, the rest spread over the other stores."""
    others = sorted(market.plain.keys() - {FLAGSHIP})
    stores = [FLAGSHIP if rng.random() < _FLAGSHIP_SHARE else rng.choice(others) for _ in range(count)]
    return [_plan_shopper(number, store, market, rng) for number, store in enumerate(stores)]


def _plan_shopper(number: int, store: str, market: Market, rng: Random) -> Shopper:
    met = [each for each in market.planted if store == FLAGSHIP and rng.random() < _EXPOSURE]
    # one plain scan at least, so that whoever meets nothing planted is seen too
    urls = _stroll(market.plain[store], rng) + [url for _, url in met]
    rng.shuffle(urls)
    rate = _BASE_RATE
    for influence, _ in met:
        rate *= influence.multiplier
    buys, payment = rng.random() < rate, _choose_payment(rng)
    requests = [request for url in urls for request in _scan_like_people(url, rng)]
    address = f"10.{number >> 8}.{number & 255}.{rng.randrange(2, 250)}"
    return Shopper(Client(address, rng.choice(_PHONES), tuple(requests)), store, payment if buys else None)


def _stroll(plain: dict[Kind, tuple[str, ...]], rng: Random) -> list[str]:
    kinds = rng.choices(list(plain), [_PULL[kind] for kind in plain], k=rng.choice((1, 1, 2, 2, 3)))
    return list(dict.fromkeys(_choose_popular(plain[kind], rng) for kind in kinds))


def _choose_popular(urls: tuple[str, ...], rng: Random) -> str:
    """Return one of these, the first ones more often: a shop has few favourites and a long tail."""
    return urls[int(len(urls) * rng.random() ** 2)]


def _choose_payment(rng: Random) -> Payment:
    drawn = rng.random()
    if drawn < _CASH_SHARE:
        return Payment.CASH
    return Payment.MEMBER if drawn < _CASH_SHARE + _MEMBER_SHARE else Payment.ONLINE


def _scan_like_people(url: str, rng: Random) -> Iterator[Request]:
    """Yield the requests of one scan: now and then mistyped first, asked for by HEAD first, or scanned twice."""
    drawn = rng.random()
    if drawn < 0.01:
        yield Request("GET", mistype(url, rng))
    elif drawn < 0.03:
        yield Request("HEAD", url)
    yield Request("GET", url)
    if drawn > 0.97:
        yield Request("GET", url)


def mistype(url: str, rng: Random) -> str:
    """Return a URL with one character of its code wrong."""
    place = len(url) - 1 - rng.randrange(8)
    wrong = rng.choice([character for character in ALPHABET if character != url[place].upper()])
    return url[:place] + wrong + url[place + 1 :]


def plan_machines(market: Market, count: int, rng: Random) -> list[Client]:
    """Return bots that crawl printed codes and messengers that fetch a preview of one: nobody of the shop."""
    urls = market.urls
    return [_plan_machine(number, urls, rng) for number in range(count)]


def _plan_machine(number: int, urls: list[str], rng: Random) -> Client:
    crawls = rng.random() < 0.5
    user_agent = rng.choice(_BOTS if crawls else _PREVIEWS)
    requests = [Request("GET", url) for url in rng.sample(urls, rng.randrange(3, 8) if crawls else 1)]
    return Client(f"198.18.{number >> 8 & 255}.{number & 255}", user_agent, tuple(requests))
