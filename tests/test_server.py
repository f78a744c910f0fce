"""A real `o2o serve` for the length of a block."""

import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from o2o.db import Database
from o2o.demo.server import LOOPBACK, ServerNotReadyError, free_port, serving


def test_it_answers_within_the_block_and_is_gone_after(db: Database, db_path: Path) -> None:
    port = free_port()
    with serving(db_path, LOOPBACK, port):
        connection = HTTPConnection(LOOPBACK, port, timeout=5)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read().startswith(b'{"status": "green"')
        connection.close()
    with pytest.raises(OSError):
        socket.create_connection((LOOPBACK, port), timeout=1)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ServerNotReadyError, match="no such file"), serving(tmp_path / "no.db", LOOPBACK, free_port()):
        pass
