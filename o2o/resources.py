"""Finds templates/ and assets/: inside the installed package, or beside it in a checkout."""

from pathlib import Path

from o2o.errors import OutputError

_PACKAGE = Path(__file__).resolve().parent


def find_resource(folder: str, name: str = "") -> Path:
    """Return the path of a file (or of the folder itself) in ``templates`` or ``assets``."""
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root / folder / name
        if path.exists():
            return path
    raise OutputError(_PACKAGE / folder / name, "the installation has no such file", "install o2o again")


def templates_folder() -> Path:
    """Return the folder of the templates that o2o ships."""
    return find_resource("templates")
