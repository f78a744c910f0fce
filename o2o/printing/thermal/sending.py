"""Sends a file to a label printer as it is, over the raw port that printers listen on (JetDirect, 9100)."""

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from o2o.errors import InputFileError, O2OError, SettingError
from o2o.text_files import read_bytes

RAW_PORT = 9100
"""Where printers take what they shall print without a protocol around it."""

Progress = Callable[[Iterable[bytes]], Iterable[bytes]]

_PIECE = 1 << 14
_NOT_FOR_PRINTERS = {b"%PDF": "a PDF", b"\x89PNG": "a PNG", b"PK\x03\x04": "a zip", b"\xff\xd8\xff": "a JPEG"}
_CLOSING = 2.0  # seconds that a printer gets to say that it did not take all of it
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:/\[\]]+))(?::(\d{1,5}))?")


class SendingError(O2OError):
    """A printer that does not take what is sent."""

    def __init__(self, address: "Address", reason: str, advice: str) -> None:
        super().__init__(f"printer {address}: {reason}; {advice}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a printer listens."""

    host: str
    port: int = RAW_PORT

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Return the address of ``192.168.1.50``, ``printer-2:9101`` or ``[fe80::1]:9100``; raises SettingError."""
    match = _ADDRESS.fullmatch(text.strip())
    if not match or not 0 < int(match[3] or RAW_PORT) < 1 << 16:
        raise SettingError("address", text, "this is no host with or without a port", "write it as 192.168.1.50:9100")
    return Address(match[1] or match[2], int(match[3] or RAW_PORT))


def send_file(
    path: Path, address: Address, timeout: float = 10.0, progress: Progress = iter, *, force: bool = False
) -> int:
    """Send a file to a printer and return its bytes; raises SendingError when the printer does not take them all.

    A picture or PDF is refused unless ``force``: a label printer would print page after page of its bytes as text.
    """
    data = read_bytes(path)
    if not force:
        _check_language(path, data)
    with _connect(address, timeout) as connection:
        sent = 0
        try:
            for piece in progress([data[start : start + _PIECE] for start in range(0, len(data), _PIECE)]):
                for taken in _send_piece(connection, piece):
                    sent += taken
            _close(connection)
        except TimeoutError:
            raise SendingError(
                address, f"it took {sent:,} of {len(data):,} bytes and then no more for {timeout:g} s",
                "look whether it is out of labels or paused, clear it, and send the file again",
            ) from None  # fmt: skip
        except OSError as error:
            raise SendingError(
                address, f"it broke off after {sent:,} of {len(data):,} bytes ({_why(error)})",
                "look at its display, and send the file again",
            ) from None  # fmt: skip
    return len(data)


def _check_language(path: Path, data: bytes) -> None:
    for start, name in _NOT_FOR_PRINTERS.items():
        if data.startswith(start):
            raise InputFileError(
                path, f"{name}, which label printers don't understand",
                "print it as .zpl or .tspl, or send it with --force to a printer that does",
            )  # fmt: skip


def _connect(address: Address, timeout: float) -> socket.socket:
    try:
        return socket.create_connection((address.host, address.port), timeout)
    except socket.gaierror:
        raise SendingError(address, "there is no such host", "check the name or use its IP address") from None
    except ConnectionRefusedError:
        raise SendingError(
            address, "nothing listens there", "check the address, and that raw printing (port 9100) is on"
        ) from None
    except TimeoutError:
        raise SendingError(
            address, f"no answer within {timeout:g} s", "check that it is on and in the same network"
        ) from None
    except OSError as error:
        raise SendingError(address, _why(error), "check the address and the network") from None


def _send_piece(connection: socket.socket, piece: bytes) -> Iterator[int]:
    """Yield how many bytes of a piece the printer takes at a time."""
    rest = piece
    while rest:
        taken = connection.send(rest)
        rest = rest[taken:]
        yield taken


def _close(connection: socket.socket) -> None:
    """Say that this is all, and wait a moment for a refusal; many printers say nothing and keep the line open."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(_CLOSING)
    with suppress(TimeoutError):
        while connection.recv(1 << 12):
            continue


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
