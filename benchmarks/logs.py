"""A million lines of a web server's log into scans with all verdicts, beside GoAccess and one regular expression."""

import re
import shutil
import sqlite3
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.assortment import run_program
from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest, Done, Work
from o2o import times
from o2o.importers.catalog import import_catalog
from o2o.shop import backup_shop, create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 1_000_000
QUICK_SIZE = 20_000
_TOUCHPOINTS = 3_000
_VISITORS_THERE = 2_000
_SHARES = {"a third of them codes": 1 / 3, "every line a code": 1.0}
_COMBINED = re.compile(r'(\S+) \S+ \S+ \[([^]]+)\] "(\S+) (\S+) [^"]*" (\d+) \S+ "[^"]*" "([^"]*)"')
_OTHERS = ("/static/app.css", "/static/app.js", "/favicon.ico", "/api/orders/{}", "/img/{}.jpg", "/index.html")
_PHONE = (
    "Mozilla/5.0 (Linux; Android {}; V{}A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.{} "
    "Mobile Safari/537.36 MicroMessenger/8.0.{} NetType/WIFI Language/zh_CN"
)
_BOTS = ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0")


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Import logs into new copies of a shop, each by a process of its own; minting its codes is not counted."""
    template = folder / "template.db"
    shop = create_shop(template, SETTINGS)
    import_catalog(shop, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    codes = [touchpoint.code for touchpoint in mint_touchpoints(shop, MintRequest(Kind.PRODUCT), times.now())]
    runs = count()

    def race(what: str, log: Path) -> Contest:
        def ours() -> Done:
            db_path = folder / f"ours-{next(runs)}.db"
            backup_shop(shop, template, db_path)
            return run_program(size, "o2o", "scan", "import", "--db", str(db_path), str(log))

        def regex() -> int:
            _with_regex(log, folder / f"peer-{next(runs)}.db")
            return size

        peers: dict[str, Work] = {"one regex into a bare table": regex}
        if shutil.which("goaccess"):
            peers["GoAccess"] = lambda: _with_goaccess(log, folder / "report.json", size)
        return Contest(f"log import, {what}", "lines/s", ours, peers, once=True)

    yield tuple(
        race(what, write_log(folder / f"{number}.log", codes, size, share))
        for number, (what, share) in enumerate(_SHARES.items())
    )
    shop.close()


def write_log(path: Path, codes: Sequence[str], size: int, share: float) -> Path:
    """Write a log of that many lines, of which this share asks for one of the codes."""
    random = Random(1)
    agents = [_PHONE.format(random.randrange(9, 15), n + 1_000, n, n % 60) for n in range(400)]
    there: deque[tuple[str, str]] = deque(maxlen=_VISITORS_THERE)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    who, target = ("192.0.2.1", agents[0]), "/"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(size):
            at += timedelta(seconds=random.expovariate(1.2))
            if random.random() > 0.08:  # else the same visitor asks for the same once more
                who = random.choice(there) if there and random.random() < 0.5 else _new_visitor(random, agents)
                there.append(who)
                other = random.choice(_OTHERS).format(random.randrange(100_000))
                target = f"/{random.choice(codes)}" if random.random() < share else other
            file.write(f'{who[0]} - - [{at:%d/%b/%Y:%H:%M:%S %z}] "GET {target} HTTP/1.1" 302 0 "-" "{who[1]}"\n')
    return path


def _new_visitor(random: Random, agents: Sequence[str]) -> tuple[str, str]:
    address = ".".join(str(random.randrange(1, 223)) for _ in range(4))
    return address, random.choice(agents if random.random() < 0.9 else _BOTS)


def _with_goaccess(log: Path, report: Path, size: int) -> int:
    command = ["goaccess", str(log), "--log-format=COMBINED", "--no-progress", "-o", str(report)]
    subprocess.run(command, check=True, capture_output=True)
    return size


def _with_regex(log: Path, db_path: Path) -> None:
    connection = sqlite3.connect(db_path)
    connection.execute("CREATE TABLE hits (address, at, method, path, status, user_agent)")
    with log.open(encoding="utf-8") as file:
        matches = (_COMBINED.match(line) for line in file)
        connection.executemany("INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?)", (m.groups() for m in matches if m))
    connection.commit()
    connection.close()
