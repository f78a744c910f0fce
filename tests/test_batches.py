import pytest

from o2o.batches import Batch, BatchKind, Chain, add_batch, digest_files, last_chain


def chain_of(db, *batches):
    db.conn.execute("DELETE FROM batches")
    for batch in batches:
        add_batch(db, batch, 0)
    return last_chain(db)


ORDERS = Batch(BatchKind.ORDERS, 2, b"one")
SCANS = Batch(BatchKind.SCANS, 5, b"two")


def test_a_file_without_batches_has_an_empty_chain(db):
    assert last_chain(db) == Chain(0, "")


@pytest.mark.parametrize(
    "other", [(SCANS, ORDERS), (ORDERS,), (ORDERS, SCANS, SCANS), (ORDERS, Batch(BatchKind.SCANS, 6, b"two"))]
)
def test_the_chain_tells_content_number_and_order_of_batches(db, other):
    assert chain_of(db, ORDERS, SCANS) == chain_of(db, ORDERS, SCANS)
    assert chain_of(db, ORDERS, SCANS).digest != chain_of(db, *other).digest


def test_a_batch_that_changed_nothing_is_none(db):
    assert chain_of(db, ORDERS, Batch(BatchKind.ORDERS, 0, b"same")) == chain_of(db, ORDERS)


def test_files_are_told_by_their_bytes(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"1")
    assert digest_files([one]) == digest_files([other]) != digest_files([one, other])
    other.write_bytes(b"2")
    assert digest_files([one]) != digest_files([other])


def test_each_import_adds_to_the_chain_once(db, run, tmp_path):
    files = {
        ("catalog", "import"): "store_id,name\nS1,Shop\n",
        ("order", "import"): "order_id,at,amount\n1,2026-05-17,1\n",
        ("redemption", "import"): "serial,at\n1,2026-05-17\n",
        ("visit", "import"): "at,customer\n2026-05-17,C1\n",
        ("scan", "import"): "at,code,visitor\n2026-05-17,ABC,v1\n",
    }
    for number, (command, text) in enumerate(files.items(), start=1):
        path = tmp_path / f"{command[0]}.csv"
        path.write_text(text, encoding="utf-8")
        assert run(*command, path).exit_code == 0
        before = last_chain(db)
        assert before.batches == number
        run(*command, path)
        assert last_chain(db) == before
    kinds = [kind for (kind,) in db.conn.execute("SELECT kind FROM batches ORDER BY id")]
    assert kinds == ["catalog", "orders", "redemptions", "page_views", "scans"]
    run("visitor", "forget", "--customer", "C1")
    run("catalog", "undo", "1")
    assert last_chain(db).batches == 7
