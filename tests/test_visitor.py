import pytest

from o2o.collect.visitor import Visitors, address_prefix, hash_visitor
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
    return visitors.identify(address, "a", "s", at)


def test_a_visit_over_midnight_is_one_visitor_and_the_next_day_another():
    visitors = Visitors(Keys.new())
    midnight = 20_000 * DAY
    late = visit(visitors, midnight - 5 * MINUTE)
    assert visit(visitors, midnight + 20 * MINUTE) == late
    assert visit(visitors, midnight + 45 * MINUTE) == late
    assert visit(visitors, midnight + 2 * 60 * MINUTE) != late
    assert visit(visitors, midnight + 10 * MINUTE, "198.51.100.7") not in {late}
    assert visit(visitors, midnight + DAY) != late


def test_someone_else_after_midnight_is_a_visitor_of_the_new_day():
    visitors = Visitors(Keys.new())
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
