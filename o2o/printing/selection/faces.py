"""The face of a print: what it shows of its subject, field by field, and how two of them differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from o2o.printing.selection.records import Record
from o2o.printing.template.boxes import Template


class Reason(StrEnum):
    """Why a tag is to be printed anew."""

    NEW = "new"
    PRICE = "price"
    MEMBER_PRICE = "member price"
    PROMOTION = "promotion"
    NAME = "name"
    POSITION = "position"
    CODE = "code"
    BARCODE = "barcode"
    FACTS = "facts"
    TEMPLATE = "template"


_REASONS = {
    "price": Reason.PRICE, "unit_price": Reason.PRICE, "member_price": Reason.MEMBER_PRICE,
    "promo_price": Reason.PROMOTION, "promo_from": Reason.PROMOTION, "promo_to": Reason.PROMOTION,
    "name": Reason.NAME, "position": Reason.POSITION, "aisle": Reason.POSITION, "aisle_name": Reason.POSITION,
    "bay": Reason.POSITION, "shelf": Reason.POSITION, "slot": Reason.POSITION,
    "ean": Reason.BARCODE, "barcode": Reason.BARCODE, "url": Reason.CODE,
}  # fmt: skip
_OF_THE_DAY = frozenset(("date", "url", "language", "locale", "logo", "currency", "slogan"))
"""What isn't said of the subject; the day alone makes no other face."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a field said before, and what it says now."""

    field: str
    before: str
    after: str

    @property
    def reason(self) -> Reason:
        """What kind of change it is."""
        if self.field.startswith("lowest_price"):
            return Reason.PROMOTION
        return _REASONS.get(self.field, Reason.FACTS)


class Faces:
    """Reads off records what their templates may show of their subjects."""

    def __init__(self) -> None:
        self._fields: dict[Path, tuple[str, ...]] = {}

    def of(self, record: Record) -> dict[str, str]:
        """Return what the template of a record may show of its subject: a text for each field that has one."""
        path, values = record.template.path, record.values
        fields = self._fields.get(path) or self._fields.setdefault(path, _fields_of(record.template))
        return {name: text for name in fields if (text := values.get(name))}


def _fields_of(template: Template) -> tuple[str, ...]:
    words = frozenset[str]().union(*template.words.values())
    return tuple(sorted((template.fields | {"name", "ean", "barcode"}) - _OF_THE_DAY - words))


def compare_values(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return where two faces differ, the price first."""
    return tuple(sorted(_differences(before, after), key=lambda one: (list(Reason).index(one.reason), one.field)))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield Difference(name, was, now)
