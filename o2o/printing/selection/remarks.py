"""What is worth knowing of a selection before it is printed: what can't be, and what one may not expect."""

from collections.abc import Iterator, Mapping, Sequence

from o2o.catalog.prices import prices_in_force
from o2o.config import UrlForm
from o2o.links import read_code
from o2o.printing.selection.choice import PrintProblem, minting, shorten
from o2o.printing.selection.records import Records
from o2o.printing.selection.search import Search
from o2o.subjects import KIND_TABLES, Kind
from o2o.touchpoints import retired_since, subject_name

_BATCH = 1000


def find_missing(search: Search, records: Records, named: Sequence[str]) -> Iterator[PrintProblem]:
    """Yield a problem for each subject that was named and has no code to print; a category leaves others out."""
    if not named or search.choice.categories:
        return
    kind, choice = records.kind, search.choice
    there = {subject_id for (subject_id,) in records.queue.select("subject_id")}
    table = KIND_TABLES[kind][0]
    for subject_id in named:
        if subject_id in there:
            continue
        name = subject_name(search.db, kind, subject_id)
        since = retired_since(search.db, kind, subject_id, max(search.at, search.now))
        if since:
            reason, advice = (
                f"it is retired since {since}",
                f"if it is back, import it again: o2o catalog import {table}.csv",
            )
        elif name and choice.store_id and search.has_code(kind, subject_id):
            reason, advice = f"it has no code to print in store {choice.store_id!r}", "leave out --store"
        elif name:
            reason, advice = "it has no code to print here", f"run '{minting(kind, choice)}'"
        else:
            reason, advice = f"there is no such {kind}", f"import it first: o2o catalog import {table}.csv"
        yield PrintProblem(kind, subject_id, name, reason, advice)


def find_uncoded(search: Search, kind: Kind) -> Iterator[PrintProblem]:
    """Yield a problem for each person or place that has no code; of products a store may code but some."""
    if kind is Kind.PERSON or (kind is Kind.PLACE and not search.choice.carrier):
        for row in search.uncoded(kind):
            advice = f"run '{minting(kind, search.choice)}'"
            yield PrintProblem(kind, row["id"], row["name"], "it has no code to print yet", advice)


def remark_tags(search: Search, records: Records) -> Iterator[str]:
    """Yield how many products of a store have no code and so no tag, a chain-wide code, or no price."""
    mint = minting(Kind.PRODUCT, search.choice)
    if uncoded := sum(1 for _ in search.uncoded(Kind.PRODUCT)):
        yield f"{uncoded:,} product(s) of the store have no code yet and no tag here; run '{mint}'"
    if chain_wide := records.queue.select("sum(chain_wide)").fetchone()[0]:
        yield f"{chain_wide:,} tag(s) carry a chain-wide code, which doesn't tell stores apart; run '{mint}'"
    if priceless := _count_priceless(search, records):
        yield f"{priceless:,} tag(s) have no price; import products or the assortment with prices"


def _count_priceless(search: Search, records: Records) -> int:
    if "price" in search.choice.words:
        return 0 if search.choice.words["price"] else len(records)
    query = "printing/selection/remarks.priceless"
    doubtful = records.queue.take_all(query, store_id=search.choice.store_id, at=search.at)
    count = 0
    while asked := doubtful.fetchmany(_BATCH):
        held = prices_in_force(search.db, asked, search.at)
        count += sum(held[subject].price is None for subject in asked)
    return count


def remark_codes(records: Records) -> Iterator[str]:
    """Yield which codes are printed that one may not expect: several of one subject, those of who works elsewhere.

    And which are not: those of who has left.
    """
    queue, table = records.queue, KIND_TABLES[records.kind][0]
    if queue.gone:
        who = _such(records.describe(queue.length))
        yield f"{queue.gone:,} code(s) are passed over: their {table} are retired or not there, {who}"
    over, first_over, left, first_left = queue.select(_COUNTS).fetchone()
    if over:
        campaign = records.describe(first_over - queue.start)["campaign_id"]
        yield f"{over:,} code(s) are of a campaign that is over by then, such as {campaign}"
    if again := len(records) - queue.count_different("subject_id, carrier, spot"):
        yield f"{again:,} code(s) more of the same subjects, for other campaigns or labels; --campaign takes one's only"
    if left:
        one = records.describe(first_left - queue.start)
        yield (
            f"{left:,} code(s) are of {table} that the catalogue has in another store now, {_such(one)}; "
            f"retire them with 'o2o touchpoint retire {one['code']}', or let them go along with 'o2o touchpoint move'"
        )


_COUNTS = "sum(over), min(iif(over, number, NULL)), sum(elsewhere), min(iif(elsewhere, number, NULL))"


def _such(values: Mapping[str, str]) -> str:
    return f"such as {values['id']} {values.get('name', '')}"


def remark_links(search: Search, records: Records) -> Iterator[str]:
    """Yield how many codes keep the short link where Digital Links are wanted."""
    if search.settings.url_form == UrlForm.SHORT:
        return
    short, first = 0, 0
    for start in range(0, len(records), _BATCH):
        urls = records.find_urls(range(start, min(start + _BATCH, len(records))))
        numbers = [start + number for number, url in enumerate(urls) if not read_code(url)]
        first = first if short or not numbers else numbers[0]
        short += len(numbers)
    if short:
        kind, one = records.kind, records[first]
        such = f"{kind} {one.subject_id} {shorten(one.values.get('name', ''))}"
        yield f"{short:,} code(s) are short links, as no GS1 key is known for {such}; {_NEEDED[kind]}"


_NEEDED = {
    Kind.PRODUCT: "import its GTIN as barcode",
    Kind.PERSON: "import people with a column gsrn",
    Kind.PLACE: "import stores with a column gln, or places with gln or giai",
}
