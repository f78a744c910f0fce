"""Rules as a file that a marketer edits: TOML or CSV, read whole or not at all, with file and line of what is wrong."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from o2o.db import Database, writing
from o2o.destinations.fixed import Scope
from o2o.destinations.rules import Rule, RuleDraft, check_draft, keep_rules, list_rules
from o2o.errors import InputFileError, O2OError
from o2o.subjects import Kind
from o2o.text_files import format_csv, read_bytes, unguard_formula

COLUMNS = ("for", "name", "when", "url")
"""The columns of a CSV of rules, and the names in a table ``[[rule]]`` of a TOML file."""

_NEEDED = ("for", "when", "url")
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*rule[ \t]*\]\]", re.MULTILINE)
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_MOST_TOLD = 50
_ADVICE = 'write each as [[rule]] with for = "product", when = "app=wechat", url = "https://…", and a name if you like'


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of rules did."""

    new: int
    kept: int
    removed: int


class RuleFileError(O2OError):
    """Lines of a file of rules that can't be rules, each with what to do about it."""

    def __init__(self, wrong: Sequence[InputFileError]) -> None:
        said = "\n".join(map(str, wrong[:_MOST_TOLD]))
        more = f"\nand {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        super().__init__(f"{said} (nothing was changed)" if len(wrong) == 1 else f"{said}{more}\nnothing was changed")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    table: object


def parse_scope(text: str) -> tuple[Scope, str]:
    """Return whom ``default``, a kind or a code stands for."""
    word = text.strip()
    if word.lower() == Scope.DEFAULT:
        return Scope.DEFAULT, ""
    return (Scope.KIND, word.lower()) if word.lower() in list(Kind) else (Scope.CODE, word)


def format_scope(scope: Scope, key: str) -> str:
    """Return whom a rule is for, as ``parse_scope`` reads it."""
    return key or scope.value


def import_rules(db: Database, path: Path, now: int, *, full: bool = False) -> Imported:
    """Let the rules of each code, kind or default that a file names be those of the file, in its order; all or nothing.

    ``full``: rules of what it doesn't name are removed. A rule that stays as it was keeps its id.
    """
    lines = _read(path)
    with writing(db):
        before = {(rule.scope, rule.key): list_rules(db, rule.scope, rule.key) for rule in list_rules(db)}
        wanted: dict[tuple[Scope, str], list[Rule]] = {scope: [] for scope in before if full}
        for rule in _check_all(db, path, lines):
            wanted.setdefault((rule.scope, rule.key), []).append(rule)
        new = kept = removed = 0
        for (scope, key), rules in wanted.items():
            there = before.get((scope, key), [])
            named = _recognise(rules, there)
            try:
                keep_rules(db, scope, key, named, now)
            except O2OError as error:
                raise RuleFileError([_wrong(path, None, error)]) from None
            new += sum(rule.rule_id == 0 for rule in named)
            kept += sum(rule.rule_id != 0 for rule in named)
            removed += len({rule.rule_id for rule in there} - {rule.rule_id for rule in named})
    return Imported(new, kept, removed)


def format_rules(rules: Sequence[Rule], file_format: str) -> str:
    """Return rules as the text of a file, ``csv`` or ``toml``, that ``import_rules`` reads."""
    cells = [(format_scope(rule.scope, rule.key), rule.name, rule.when, rule.url) for rule in rules]
    if file_format == "csv":
        return format_csv(COLUMNS, cells)
    return "\n\n".join(_format_table(row) for row in cells)


def _format_table(row: Iterable[str]) -> str:
    pairs = zip(COLUMNS, row, strict=True)
    # a JSON string is a TOML string too
    return "\n".join(
        ["[[rule]]", *(f"{name} = {json.dumps(cell, ensure_ascii=False)}" for name, cell in pairs if cell)]
    )


def _recognise(wanted: Sequence[Rule], there: Sequence[Rule]) -> list[Rule]:
    """Give each rule that is there already its id."""
    ids: dict[object, list[int]] = {}
    for rule in there:
        ids.setdefault((rule.conditions, rule.url), []).append(rule.rule_id)
    found = []
    for rule in wanted:
        same = ids.get((rule.conditions, rule.url))
        found.append(replace(rule, rule_id=same.pop(0)) if same else rule)
    return found


def _check_all(db: Database, path: Path, lines: Sequence[_Line]) -> list[Rule]:
    rules, wrong = [], []
    for line in lines:
        try:
            rules.append(check_draft(db, _draft(path, line)))
        except InputFileError as error:
            wrong.append(error)
        except O2OError as error:
            wrong.append(_wrong(path, line.number, error))
    if wrong:
        raise RuleFileError(wrong)
    return rules


def _wrong(path: Path, line: int | None, error: O2OError) -> InputFileError:
    reason, _, advice = str(error).rpartition("; ")
    return InputFileError(path, reason, advice, line)


def _read(path: Path) -> list[_Line]:
    readers = {".toml": _read_toml, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputFileError(path, "neither .toml nor .csv", "see 'o2o destination rules --format toml' for a pattern")
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError(path, "not UTF-8", "save it as UTF-8 (of Excel: CSV UTF-8)") from None
    lines = reader(path, text)
    if not lines:
        raise InputFileError(path, "no rule in it", _ADVICE)
    return lines


def _read_toml(path: Path, text: str) -> list[_Line]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        reason = _AT_LINE.sub("", str(error))
        raise InputFileError(path, f"not TOML: {reason}", _ADVICE, int(found[1]) if found else None) from None
    tables = content.pop("rule", [])
    if content or not isinstance(tables, list):
        raise InputFileError(path, f"unknown: {', '.join(content) or 'rule'}", _ADVICE)
    numbers = [text.count("\n", 0, match.start()) + 1 for match in _TABLE.finditer(text)]
    numbers += [1] * len(tables)  # rule = [{…}] in one line
    return [_Line(number, table) for number, table in zip(numbers, tables, strict=False)]


def _read_csv(path: Path, text: str) -> list[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in _NEEDED if name not in header]:
            raise InputFileError(path, f"no column {missing[0]}", f"name the columns {','.join(COLUMNS)}", 1)
        lines = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                named = dict(zip(header, map(unguard_formula, cells), strict=False))
                lines.append(_Line(reader.line_num, {name: named[name] for name in COLUMNS if name in named}))
    except csv.Error as error:
        raise InputFileError(path, f"not a CSV: {error}", "save it as CSV UTF-8", reader.line_num) from None
    return lines


def _draft(path: Path, line: _Line) -> RuleDraft:
    table, number = line.table, line.number
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise InputFileError(path, "a rule holds texts only", _ADVICE, number)
    if unknown := [name for name in table if name not in COLUMNS]:
        raise InputFileError(path, f"unknown {unknown[0]!r}", f"a rule has {', '.join(COLUMNS)}", number)
    if missing := [name for name in _NEEDED if not table.get(name, "").strip()]:
        raise InputFileError(path, f"a rule without {missing[0]}", _ADVICE, number)
    scope, key = parse_scope(table["for"])
    return RuleDraft(scope, key, table["url"].strip(), table["when"], table.get("name", ""))
