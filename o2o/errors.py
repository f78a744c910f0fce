"""The errors a user can meet; each takes facts and owns the sentence that says what to do next.

    O2OError
    ├── SettingError        a setting or option that can't work
    ├── NotFoundError       an id that the file doesn't know
    ├── DatabaseError       the database file is missing, not ours, newer, locked
    ├── InputFileError      a file that can't be read as what it should be
    ├── ImportRefusedError  rows that a strict import doesn't take
    ├── OutputError         a result that can't be written
    └── MissingPackageError a library that an extra of o2o brings

``cli`` turns each into one line and exit code 1. Modules add children of their own for what only they can meet.
"""

from pathlib import Path
from typing import Any


class O2OError(Exception):
    """An expected failure, told in one sentence."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a process hand it to the one that started it: with its sentence, whatever its facts were."""
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[O2OError], args: tuple[Any, ...], facts: dict[str, Any]) -> O2OError:
    error = kind.__new__(kind, *args)
    error.__dict__ |= facts
    return error


class SettingError(O2OError):
    """A setting or an option whose value can't work."""

    def __init__(self, name: str, value: str, reason: str, advice: str) -> None:
        super().__init__(f"{name} {value!r}: {reason}; {advice}")


class NotFoundError(O2OError):
    """An id that the file doesn't know."""

    def __init__(self, what: str, key: str, advice: str) -> None:
        super().__init__(f"no {what} {str(key)!r} in this file; {advice}")  # of a StrEnum the value only


class DatabaseError(O2OError):
    """The database can't be opened or used as it is."""

    def __init__(self, path: str | Path, reason: str, advice: str) -> None:
        super().__init__(f"{path}: {reason}; {advice}")


class InputFileError(O2OError):
    """A file that can't be read as what it should be."""

    def __init__(
        self, path: str | Path, reason: str, advice: str, line: int | None = None, column: int | None = None
    ) -> None:
        self.path, self.line, self.reason, self.advice = path, line, reason, advice
        place = f"{path}, line {line}" if line else f"{path}"
        place += f", column {column}" if column else ""
        super().__init__(f"{place}: {reason}; {advice}")


class ImportRefusedError(O2OError):
    """Bad rows in an import that takes all or nothing."""

    def __init__(self, path: str | Path, problems: int, problems_file: str | Path) -> None:
        super().__init__(
            f"{path}: {problems} bad row(s), so nothing was taken (--strict); "
            f"correct the rows listed in {problems_file} and import again"
        )


class OutputError(O2OError):
    """A result that can't be written where it was asked for."""

    def __init__(self, path: str | Path, reason: str, advice: str) -> None:
        super().__init__(f"{path} can't be written: {reason}; {advice}")


class MissingPackageError(O2OError):
    """A library that only some installations have."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(f"{what} needs the package {package}; install it: pip install 'o2o[{extra}]'")
