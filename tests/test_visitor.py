import pytest

from o2o.collect.verdicts.hit import Signal
from o2o.collect.visitors.staff import make_card_mark, make_mark
from o2o.collect.visitors.visitor import Traits, VisitorRules, Visitors, address_prefix, hash_visitor
from o2o.keys import Keys, keep_salts, keys_path, load_keys
from o2o.times import DAY, MINUTE

SALT = bytes(16)


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("192.0.2.7", "192.0.2.255", "192.0.3.7"),
        ("2001:db8:1:2::7", "2001:db8:1:ffff::1", "2001:db8:2::7"),
        ("::ffff:192.0.2.7", "192.0.2.9", "2001:db8::"),
        ("host.example.com", "host.example.com", "other.example.com"),
    ],
)
def test_addresses_of_one_network_are_one(address, same, other):
    assert address_prefix(address) == address_prefix(same) != address_prefix(other)


def test_a_visitor_depends_on_salt_network_browser_and_site():
    base = hash_visitor(SALT, "192.0.2.7", "a", "s")
    assert base == hash_visitor(SALT, "192.0.2.8", "a", "s")
    others = [(bytes(15) + b"x", "192.0.2.7", "a", "s"), (SALT, "192.0.3.7", "a", "s"), (SALT, "192.0.2.7", "b", "s"),
              (SALT, "192.0.2.7", "a", "t")]  # fmt: skip
    assert len({base, *(hash_visitor(*other) for other in others)}) == 5


def visit(visitors, at, address="192.0.2.7"):
    visitors.keys = visitors.keys.with_salt_of(at) if at // DAY not in visitors.keys.salts else visitors.keys
    return visitors.identify(Traits(address, "a"), at, "scan").visitor


def test_a_visit_over_midnight_is_one_visitor_and_the_next_day_another():
    visitors = Visitors(Keys.new(), VisitorRules("s"))
    midnight = 20_000 * DAY
    late = visit(visitors, midnight - 5 * MINUTE)
    assert visit(visitors, midnight + 20 * MINUTE) == late
    assert visit(visitors, midnight + 45 * MINUTE) == late
    assert visit(visitors, midnight + 2 * 60 * MINUTE) != late
    assert visit(visitors, midnight + 10 * MINUTE, "198.51.100.7") not in {late}
    assert visit(visitors, midnight + DAY) != late


def test_someone_else_after_midnight_is_a_visitor_of_the_new_day():
    visitors = Visitors(Keys.new(), VisitorRules("s"))
    midnight = 20_000 * DAY
    visit(visitors, midnight - 40 * MINUTE)
    visit(visitors, midnight - 5 * MINUTE, "198.51.100.7")
    first = visit(visitors, midnight + 5 * MINUTE)
    assert first == hash_visitor(visitors.keys.salts[20_000], "192.0.2.7", "a", "s")


def test_salts_are_kept_beside_the_file_for_two_days_and_no_longer(db, db_path):
    first = keep_salts(db_path, 20_000 * DAY)
    assert keep_salts(db_path, 20_000 * DAY + 1).salts == first.salts == load_keys(db_path).salts
    assert set(keep_salts(db_path, 20_001 * DAY).salts) == {20_000, 20_001}
    assert set(keep_salts(db_path, 20_002 * DAY).salts) == {20_001, 20_002}
    assert keys_path(db_path).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def visitors():
    return Visitors(Keys.new().with_salt_of(DAY), VisitorRules("s", cookie_days=180))


def identify(visitors, cookies="", scan_id="scan1", **traits):
    return visitors.identify(Traits("192.0.2.7", "a", cookies, "zh", **traits), DAY, scan_id)


def sent_back(set_cookie):
    return set_cookie.partition(";")[0]


def test_a_cookie_is_the_visitor_once_it_has_come_back_and_names_its_first_scan(visitors):
    first = identify(visitors)
    assert first.visitor == visitors.hash(Traits("192.0.2.7", "a"), DAY)
    assert first.signals == Signal.OFFERED
    assert "; Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax; Secure" in first.set_cookie
    assert identify(visitors, "x=1; " + sent_back(first.set_cookie), "scan2") == ("scan1", Signal.COOKIE, "")


def test_a_phone_that_sends_no_cookie_back_stays_one_visitor(visitors):
    assert identify(visitors).visitor == identify(visitors, scan_id="scan2").visitor


@pytest.mark.parametrize("cookies", ["o2o_visitor=", "o2o_visitor=scan9.", "o2o_visitor=scan9.AAAA", "o2o_visitor=.é"])
def test_a_cookie_that_is_not_ours_names_nobody(visitors, cookies):
    assert identify(visitors, cookies).signals == Signal.OFFERED


def test_the_cookie_of_another_shop_names_nobody(visitors):
    other = Visitors(Keys.new().with_salt_of(DAY), VisitorRules("s", cookie_days=180))
    assert identify(visitors, sent_back(identify(other).set_cookie)).signals == Signal.OFFERED


def test_who_asks_not_to_be_tracked_has_no_visitor_unless_the_shop_says_otherwise(visitors):
    cookie = sent_back(identify(visitors).set_cookie)
    assert identify(visitors, cookie, untracked=True) == (None, Signal.UNTRACKED, "")
    visitors.rules = VisitorRules("s", respects_untracked=False)
    assert identify(visitors, untracked=True).visitor


def test_no_language_is_a_signal(visitors):
    assert visitors.identify(Traits("192.0.2.7", "a"), DAY, "scan").signals & Signal.NO_LANGUAGE


def test_marks_of_staff_are_signals_and_that_of_a_card_ends(visitors):
    secret = visitors.keys.secret
    link = sent_back(make_mark(secret, path="", secure=True))
    card = sent_back(make_card_mark(secret, DAY - 30 * DAY, 30, path="", secure=True))
    gone = sent_back(make_card_mark(secret, DAY - 30 * DAY - 1, 30, path="", secure=True))
    assert identify(visitors, link).signals & ~Signal.OFFERED == Signal.STAFF
    assert identify(visitors, card).signals & ~Signal.OFFERED == Signal.STAFF | Signal.CARD
    assert identify(visitors, gone).signals & ~Signal.OFFERED == Signal.NONE
    assert identify(visitors, card.replace("=", "=9")).signals & ~Signal.OFFERED == Signal.NONE
