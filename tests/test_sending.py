"""Files on their way to a printer, which here is a socket of this machine."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from o2o.errors import InputFileError, SettingError
from o2o.printing.thermal.sending import Address, SendingError, parse_address, send_file

LABELS = b"^XA^FO24,32^GB80,16,16,B^FS^PQ1^XZ\n" * 4000


class Printer:
    """Listens, reads at most so many bytes, and keeps them."""

    def __init__(self, most: int = 1 << 30, *, resets: bool = False, stalls: bool = False) -> None:
        self.taken = b""
        self.done = threading.Event()
        self._most, self._resets, self._stalls = most, resets, stalls
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.address = Address("127.0.0.1", self._server.getsockname()[1])
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            while len(self.taken) < self._most and (piece := connection.recv(1000)):
                self.taken += piece
            if self._stalls:
                self.done.wait(5)
            if self._resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def stop(self) -> None:
        """End it."""
        self.done.set()
        self._thread.join(5)
        self._server.close()


@contextmanager
def listening(most: int = 1 << 30, **how: bool) -> Iterator[Printer]:
    """Run a printer."""
    printer = Printer(most, **how)
    try:
        yield printer
    finally:
        printer.stop()


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Return a file of 140 kB of ZPL."""
    path = tmp_path / "tags.zpl"
    path.write_bytes(LABELS)
    return path


def test_a_printer_gets_every_byte_of_a_file(labels: Path) -> None:
    with listening() as printer:
        assert send_file(labels, printer.address) == len(LABELS)
    assert printer.taken == LABELS


def test_its_pieces_can_be_watched(labels: Path) -> None:
    seen = []
    with listening() as printer:
        send_file(labels, printer.address, progress=lambda pieces: (seen.append(piece) or piece for piece in pieces))
    assert b"".join(seen) == LABELS
    assert len(seen) > 1


def test_a_printer_that_takes_no_more_is_told_with_what_it_took(tmp_path: Path) -> None:
    large = tmp_path / "many.zpl"
    large.write_bytes(LABELS * 60)
    with (
        listening(1000, stalls=True) as printer,
        pytest.raises(
            SendingError, match=r"it took [\d,]+ of 8,400,000 bytes and then no more for 0.3 s; look whether"
        ),
    ):
        send_file(large, printer.address, 0.3)


def test_a_printer_that_breaks_off_is_told(tmp_path: Path) -> None:
    large = tmp_path / "many.zpl"
    large.write_bytes(LABELS * 60)
    with (
        listening(1000, resets=True) as printer,
        pytest.raises(SendingError, match=r"it broke off after [\d,]+ of 8,400,000 bytes \("),
    ):
        send_file(large, printer.address)


def test_nothing_listening_is_told(labels: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SendingError, match=rf"printer 127\.0\.0\.1:{port}: nothing listens there; check the address"):
        send_file(labels, Address("127.0.0.1", port))


def test_an_unknown_host_is_told(labels: Path) -> None:
    with pytest.raises(SendingError, match=r"printer no-such-printer\.invalid:9100: "):
        send_file(labels, Address("no-such-printer.invalid"))


@pytest.mark.parametrize(
    ("start", "name"), [(b"%PDF-1.7", "a PDF"), (b"\x89PNG\r\n", "a PNG"), (b"PK\x03\x04", "a zip")]
)
def test_what_label_printers_would_print_as_text_is_refused_unless_forced(
    tmp_path: Path, start: bytes, name: str
) -> None:
    path = tmp_path / "tags.prn"
    path.write_bytes(start)
    with listening() as printer:
        with pytest.raises(InputFileError, match=f"{name}, which label printers don't understand; print it as .zpl"):
            send_file(path, printer.address)
        assert send_file(path, printer.address, force=True) == len(start)
    assert printer.taken == start


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.50", Address("192.168.1.50", 9100)),
        (" printer-2:9101 ", Address("printer-2", 9101)),
        ("[fe80::1]", Address("fe80::1", 9100)),
        ("[fe80::1%eth0]:6101", Address("fe80::1%eth0", 6101)),
    ],
)
def test_an_address_is_a_host_and_perhaps_a_port(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert parse_address(str(address)) == address


@pytest.mark.parametrize("text", ["", "a b", "http://printer", "printer:", "printer:0", "printer:70000", "fe80::1"])
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(SettingError, match=r"write it as 192\.168\.1\.50:9100"):
        parse_address(text)
