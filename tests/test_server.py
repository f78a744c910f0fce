"""A real `o2o serve` for the length of a block."""

import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from o2o.db import Database
from o2o.demo.server import LOOPBACK, ServerNotReadyError, claim_port, serving


def test_it_answers_within_the_block_and_is_gone_after(db: Database, db_path: Path) -> None:
    port = claim_port()
    with serving(db_path, LOOPBACK, port):
        connection = HTTPConnection(LOOPBACK, port, timeout=5)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
    with pytest.raises(OSError):
        socket.create_connection((LOOPBACK, port), timeout=1)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ServerNotReadyError, match="no such file"), serving(tmp_path / "no.db", LOOPBACK, claim_port()):
        pass


def test_a_port_in_use_is_refused() -> None:
    with (
        socket.create_server((LOOPBACK, 0)) as other,
        pytest.raises(ServerNotReadyError, match="choose another --port"),
    ):
        claim_port(LOOPBACK, other.getsockname()[1])


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ServerNotReadyError, match=r"192\.0\.2\.1"):
        claim_port("192.0.2.1")
