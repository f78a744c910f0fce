"""Texts without the characters that no font has, for those who would rather print than correct."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from o2o.printing.drawing.fonts import REGULAR, missing_characters
from o2o.printing.selection.records import Record
from o2o.printing.template.boxes import Template

_SHOWN = 10


@dataclass(slots=True)
class Dropper:
    """Takes characters out of records, and remembers of which."""

    records: int = 0
    first: list[str] = field(default_factory=list)
    _chains: dict[Path, frozenset[str]] = field(default_factory=dict)

    def drop(self, record: Record) -> Record:
        """Return a record that its template's fonts can print; a text of which nothing would be left stays as it is."""
        template = record.template
        chains = self._chains.get(template.path) or self._chains.setdefault(template.path, _chains(template))
        lacking = {name: lacked for name, text in record.values.items() if (lacked := _lacking(text, chains))}
        if not lacking:
            return record
        dropped = {name: _without(record.values[name], lacked) for name, lacked in lacking.items()}
        kept = {name: text for name, text in dropped.items() if text}
        if kept:
            self.records += 1
            if len(self.first) < _SHOWN:
                taken = "".join(dict.fromkeys("".join(lacking[name] for name in kept)))
                self.first.append(f"{record.kind} {record.subject_id} ({taken})")
        return replace(record, values={**record.values, **kept})

    def remarks(self) -> Iterable[str]:
        """Yield what is worth knowing about what was left out."""
        if self.records:
            more = f" and {self.records - len(self.first):,} more" if self.records > len(self.first) else ""
            yield (
                f"characters that no font has were left out of {self.records:,} print(s): {', '.join(self.first)}{more}"
                "; 'o2o fonts check --every' lists all such texts"
            )


def _chains(template: Template) -> frozenset[str]:
    boxes = (*template.boxes, *template.back)
    return frozenset(font for box in boxes if (font := getattr(box, "font", ""))) or frozenset((REGULAR,))


def _lacking(text: str, chains: frozenset[str]) -> str:
    return "".join(
        dict.fromkeys(
            character for chain in sorted(chains) for character in missing_characters(text, chain) if character != "\n"
        )
    )


def _without(text: str, lacking: str) -> str:
    return re.sub(" {2,}", " ", "".join(character for character in text if character not in lacking)).strip()
