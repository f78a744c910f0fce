"""The face of a print: what it shows of its subject, field by field, and how two of them differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring
from pathlib import Path
from typing import Self

from o2o.printing.selection.looks import digest_file
from o2o.printing.selection.records import Record
from o2o.printing.template.boxes import Template
from o2o.printing.template.own_columns import picture_fields


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
        self._fields: dict[int, _Fields] = {}

    def of(self, record: Record) -> dict[str, str]:
        """Return what the template of a record may show of its subject: a text for each field that has one.

        Of a picture of the subject it is the name with a digest of what is in the file.
        """
        fields, values = self._fields_of(record.template), record.values
        face = {name: text for name, _ in fields.names if (text := values.get(name))}
        for name in fields.pictures:
            if name in face:
                path = Path(face[name])
                face[name] = f"{path.name} {digest_file(path)}"
        return face

    def pictures_of(self, record: Record) -> frozenset[str]:
        """Return the fields of a record's face that are pictures."""
        return self._fields_of(record.template).pictures

    def write(self, record: Record) -> str:
        """Return the face of a record as JSON, as the encoder of any value writes it, but many times as fast."""
        fields, values = self._fields_of(record.template), record.values
        if fields.pictures:
            values = self.of(record)
        parts = [
            f"{written}: {encode_basestring(text)}" for name, written in fields.names if (text := values.get(name))
        ]
        return f"{{{', '.join(parts)}}}"

    def _fields_of(self, template: Template) -> "_Fields":
        found = self._fields.get(id(template))
        if found is None or found.template is not template:
            found = self._fields[id(template)] = _Fields.of(template)
        return found


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a face in their order, each with its name in JSON, and those that are pictures."""

    template: Template
    names: tuple[tuple[str, str], ...]
    pictures: frozenset[str]

    @classmethod
    def of(cls, template: Template) -> Self:
        words = frozenset[str]().union(*template.words.values())
        names = sorted((template.fields | {"name", "ean", "barcode"}) - _OF_THE_DAY - words)
        pictures = picture_fields(template) - _OF_THE_DAY
        return cls(template, tuple((name, encode_basestring(name)) for name in names), pictures)


def compare_values(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return where two faces differ, the price first."""
    return tuple(sorted(_differences(before, after), key=lambda one: (list(Reason).index(one.reason), one.field)))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield Difference(name, was, now)
