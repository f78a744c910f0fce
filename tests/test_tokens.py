"""Tokens of those who may report scans."""

import pytest

from o2o.collect.serving.tokens import is_token, list_tokens, load_token_hashes, make_token, revoke_token
from o2o.errors import NotFoundError, SettingError

SECRET = b"s" * 32


def test_a_token_is_known_until_it_is_revoked(db) -> None:
    token = make_token(db, SECRET, "mini-program", 5)
    make_token(db, SECRET, "kiosk", 6)
    assert is_token(SECRET, token, load_token_hashes(db))
    assert not is_token(SECRET, token + "x", load_token_hashes(db))
    assert not is_token(b"t" * 32, token, load_token_hashes(db))
    revoke_token(db, "mini-program", 7)
    assert not is_token(SECRET, token, load_token_hashes(db))
    assert [(one.name, one.created_at, one.revoked_at) for one in list_tokens(db)] == [
        ("mini-program", 5, 7),
        ("kiosk", 6, None),
    ]


def test_the_file_holds_no_token(db, db_path) -> None:
    token = make_token(db, SECRET, "kiosk", 0)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert token.encode() not in db_path.read_bytes()


def test_a_name_is_taken_once_and_must_be_plain(db) -> None:
    make_token(db, SECRET, "kiosk", 0)
    with pytest.raises(SettingError, match="there is one of this name"):
        make_token(db, SECRET, "kiosk", 0)
    with pytest.raises(SettingError, match="not a plain name"):
        make_token(db, SECRET, "a\nb", 0)


def test_a_token_that_is_not_in_use_cannot_be_revoked(db) -> None:
    make_token(db, SECRET, "kiosk", 0)
    revoke_token(db, "kiosk", 1)
    with pytest.raises(NotFoundError, match="scan token list"):
        revoke_token(db, "kiosk", 2)


def test_tokens_are_made_listed_and_revoked_by_commands(run) -> None:
    made = run("scan", "token", "new", "kiosk")
    assert made.stdout.startswith("o2o_")
    assert "isn't shown again" in made.stderr
    assert run("scan", "token", "revoke", "kiosk").exit_code == 0
    listed = run("scan", "token", "list", "--format", "csv").stdout
    assert listed.startswith("name,since,revoked\nkiosk,")
    assert made.stdout.strip() not in listed
