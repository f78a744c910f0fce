"""Choosing where a scan goes, among five rules and among none, beside a plain loop that reads conditions as it goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest
from o2o.apps import App, System, sample_agent
from o2o.collect.routing.targets import Targets, load_targets
from o2o.destinations import RuleDraft, Scope, Visit, add_rule, set_destination
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 100_000
"""Scans."""

_PRODUCTS = 100
_URL = "https://m.yourshop.com/item?sku={sku}&store={store}"
_RULES = (
    {"weekday": "mon,tue,wed,thu,fri", "hour": "6-10", "app": "alipay"},
    {"app": "wechat", "system": "android"},
    {"language": "en"},
    {"date": "2030-01-01..2030-12-31"},
    {"query.src": "poster"},
)
_TOKENS = {"wechat": "MicroMessenger/", "alipay": "AlipayClient/", "android": "Android", "ios": "iPhone"}
_PHONES = [sample_agent(app, system) for app in (None, App.WECHAT, App.QQ) for system in (System.IOS, System.WINDOWS)]


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Choose for scans of products, which have five rules of which none holds, and again without rules."""
    db = create_shop(folder / "shop.db", SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _PRODUCTS), now=1)
    codes = [touchpoint.code for touchpoint in mint_touchpoints(db, MintRequest(Kind.PRODUCT), 1)]
    set_destination(db, Scope.DEFAULT, "", _URL)
    plain = load_targets(db, 2)
    for when in _RULES:
        text = " ".join(f"{name}={value}" for name, value in when.items())
        add_rule(db, RuleDraft(Scope.DEFAULT, "", _URL, text), 1)
    ruled = load_targets(db, 2)
    db.close()
    visits = [(codes[n % len(codes)], _visit(n)) for n in range(size)]
    loop = {"a loop over conditions": lambda: sum(map(_choose_plainly, visits))}
    yield (
        Contest("choosing a destination, five rules", "scans/s", lambda: _choose_all(ruled, visits), loop),
        Contest("the same without rules", "scans/s", lambda: _choose_all(plain, visits), loop),
    )


def _visit(number: int) -> Visit:
    at = 1_789_000_000_000 + 7_919 * number
    return Visit(at, _PHONES[number % len(_PHONES)], "zh-CN,zh;q=0.9,en;q=0.8", "a=1", f"v{number}", f"click{number}")


def _choose_all(targets: Targets, visits: list[tuple[str, Visit]]) -> int:
    done = 0
    for code, visit in visits:
        target = targets.find(code)
        done += target is not None and target.choose(visit).url != ""
    return done


def _choose_plainly(scan: tuple[str, Visit]) -> bool:
    """Choose as one would write it first: each condition is read and compared anew, and the address formatted."""
    code, visit = scan
    moment = datetime.fromtimestamp(visit.at / 1000, ZoneInfo("Asia/Shanghai"))
    for rule in _RULES:
        if all(_holds(name, text, visit, moment) for name, text in rule.items()):
            break
    url = _URL.format(sku=code, store="")
    return f"{url}&o2o_scan={visit.click_id}" != ""


def _holds(name: str, text: str, visit: Visit, moment: datetime) -> bool:
    match name:
        case "weekday":
            return moment.strftime("%a").lower() in text.split(",")
        case "hour":
            first, last = map(int, text.split("-"))
            return first <= moment.hour < last
        case "date":
            first_day, last_day = text.split("..")
            return first_day <= moment.date().isoformat() <= last_day
        case "language":
            return visit.language.split(",")[0].partition("-")[0] == text
        case "query.src":
            return f"src={text}" in visit.query.split("&")
        case _:
            return _TOKENS[text] in visit.user_agent
