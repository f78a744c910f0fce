"""``o2o print send`` as its user types it."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError, NotFoundError
from tests.test_sending import LABELS, listening


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "tags.zpl"
    path.write_bytes(LABELS)
    return path


def test_labels_are_sent_to_a_host(run, labels: Path) -> None:
    with listening() as printer:
        result = run("print", "send", labels, "--host", str(printer.address))
    assert result.stdout == f"{labels}: 140,000 bytes sent to {printer.address}\n"
    assert printer.taken == LABELS


def test_labels_are_sent_to_a_printer_that_is_known_by_name(run, labels: Path) -> None:
    with listening() as printer:
        assert run("printer", "add", "back", "--address", str(printer.address)).exit_code == 0
        assert run("print", "send", labels, "--printer", "BACK").exit_code == 0
    assert printer.taken == LABELS


def test_a_pdf_is_refused_unless_forced(run, tmp_path: Path) -> None:
    path = tmp_path / "tags.pdf"
    path.write_bytes(b"%PDF-1.7")
    with listening() as printer:
        assert isinstance(run("print", "send", path, "--host", str(printer.address)).exception, InputFileError)
        assert run("print", "send", path, "--host", str(printer.address), "--force").exit_code == 0
    assert printer.taken == b"%PDF-1.7"


@pytest.mark.parametrize("words", [(), ("--host", "a", "--printer", "b")])
def test_where_to_is_said_once(run, labels: Path, words: tuple[str, ...]) -> None:
    result = run("print", "send", labels, *words)
    assert result.exit_code == 2
    assert "either --host or --printer" in result.stderr


def test_an_unknown_printer_or_one_without_an_address_is_told(run, labels: Path) -> None:
    assert isinstance(run("print", "send", labels, "--printer", "back").exception, NotFoundError)
    run("printer", "add", "back")
    result = run("print", "send", labels, "--printer", "back")
    assert result.exit_code == 2
    assert "printer 'back' has no address; name one with --host" in result.stderr
