"""The folder that a demo fills: its own files are made anew each time, anybody else's are never touched."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from o2o.errors import OutputError

_MARK = ".o2o-demo"
_ADVICE = "choose a new or empty folder with --out"


def prepare_folder(out: Path, own: Sequence[str]) -> None:
    """Make the folder of a demo, or remove from it what an earlier demo left there; else raise OutputError.

    ``own`` are the names (patterns as in ``Path.glob``) of all that the demo writes.
    """
    try:
        if out.is_dir() and any(out.iterdir()):
            _remove_earlier(out, own)
        (out / "input").mkdir(parents=True, exist_ok=True)
        (out / _MARK).touch()
    except OSError as error:
        raise OutputError(out, (error.strerror or str(error)).lower(), _ADVICE) from None


def _remove_earlier(out: Path, own: Sequence[str]) -> None:
    if not (out / _MARK).is_file():
        raise OutputError(out, "the folder holds files that are not a demo's", _ADVICE)
    for path in [path for pattern in own for path in out.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
