"""What a worker knows of the file."""

from pathlib import Path

import pytest

from o2o.collect.serving.keeper import Keeper
from o2o.db import Database
from o2o.errors import DatabaseError


def test_a_file_that_lacks_a_part_is_refused_with_what_it_is(db: Database, db_path: Path) -> None:
    db.conn.execute("DROP TABLE touchpoint_changes")
    with pytest.raises(DatabaseError, match=r"a part of it is missing \(no such table: touchpoint_changes\)"):
        Keeper(db_path).open()
