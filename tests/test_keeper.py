"""What a worker knows of the file."""

from pathlib import Path

import pytest

from o2o.collect.serving.keeper import Keeper
from o2o.db import Database
from o2o.errors import DatabaseError
from o2o.times import DAY, HOUR, SECOND, now


def test_a_file_that_lacks_a_part_is_refused_with_what_it_is(db: Database, db_path: Path) -> None:
    db.conn.execute("DROP TABLE touchpoint_changes")
    with pytest.raises(DatabaseError, match=r"a part of it is missing \(no such table: touchpoint_changes\)"):
        Keeper(db_path).open()


def test_the_age_of_the_salt_goes_on_when_no_newer_one_can_be_made(db: Database, db_path: Path, monkeypatch) -> None:
    keeper = Keeper(db_path)
    keeper.open()
    midnight = now() // DAY * DAY
    for at, age in ((midnight + 3 * HOUR, 3), (midnight + DAY + 2 * HOUR, 26), (midnight - HOUR, 23)):
        monkeypatch.setattr("o2o.collect.serving.keeper.now", lambda at=at: at)
        assert keeper.salt_age_seconds == age * HOUR // SECOND
    keeper.close()
