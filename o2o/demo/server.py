"""Runs the real command ``o2o serve`` in a process of its own, and stops it as its operator would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from o2o.errors import O2OError

LOOPBACK = "127.0.0.1"
_PATIENCE_SECONDS = 20
_POLL_SECONDS = 0.05
_ON_WINDOWS = sys.platform == "win32"
_GENTLY = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM)
# Ctrl-C in the terminal is for the demo, which then stops its server in good order
_ALONE: dict[str, Any] = {
    "start_new_session": not _ON_WINDOWS,
    "creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
}


class ServerNotReadyError(O2OError):
    """The server that the demo started doesn't answer."""

    def __init__(self, host: str, port: int, said: str) -> None:
        reason = said.strip().splitlines()[-1] if said.strip() else "it says nothing"
        super().__init__(f"o2o serve on {host}:{port} can't start: {reason}; choose another --port or --host")


def claim_port(host: str = LOOPBACK, port: int = 0) -> int:
    """Return the port (0: any) once nobody else listens on it here; else raise ServerNotReadyError."""
    with closing(socket.socket()) as probe:
        if not _ON_WINDOWS:  # where it would let two listen at once
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServerNotReadyError(host, port, error.strerror or str(error)) from None
        claimed: int = probe.getsockname()[1]
    return claimed


@contextmanager
def serving(db_path: Path, host: str, port: int, *, proxy: str = "") -> Iterator[None]:
    """Serve a shop's file for the length of the block; requests of ``proxy`` may tell whose they are."""
    command = [sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--host", host, "--port", str(port)]
    command += ["--proxy", proxy] if proxy else []
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=said, stderr=subprocess.STDOUT, env=_environment(), **_ALONE
        )
        try:
            if not _answers(process, host, port):
                said.seek(0)
                raise ServerNotReadyError(host, port, said.read().decode(errors="replace"))
            yield
        finally:
            _stop(process)


def _environment() -> dict[str, str]:
    # the same o2o as this one, installed or not
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"}


def _answers(process: subprocess.Popen[bytes], host: str, port: int) -> bool:
    patience = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < patience and process.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(_GENTLY)
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # what it answered is on disk already
        process.wait()
