"""What a barcode is: a number of GS1, of a book or a serial, of a till or a scale, or just text.

Sources: GS1 General Specifications, 1.4.3 (prefixes), 2.1.11 (restricted circulation numbers), 5.2.2 (UPC-E), 7.9
(check digits); ISBN Users' Manual (978, 979, check digit X); ISO 3297 (ISSN, 977); IFPS (PLU: 3000 to 4999, five
digits after 8 or 9); 18 digits of Chinese scales: 2, a digit, PLU, weight, amount.

Blanks and hyphens between digits are passed over, and what a number is called before it (``ISSN 1002-1027``). Where a
number is right in two ways:

- Eight digits that are right as EAN-8 and as UPC-E are UPC-E if they begin with 0 (as EAN-8 they would be a store's
  own), and EAN-8 if with 1 (GS1 gives no UPC-E to number system 1).
- Eight digits are an ISSN only with a hyphen in the middle or X at the end.
- UPC-E has all its eight digits: six have no check digit, and of seven one in ten numbers of a store would be right.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from o2o.codes.check_digits import GTIN_LENGTHS, check_digit, is_gtin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class BarcodeForm(StrEnum):
    """What kind of number or text a barcode is."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    UPC_A = "upc_a"
    UPC_E = "upc_e"
    GTIN14 = "gtin14"
    ISBN10 = "isbn10"
    ISBN13 = "isbn13"
    ISSN = "issn"
    IN_STORE = "in_store"
    PLU = "plu"
    SCALE = "scale"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    TEXT = "text"

    @property
    def is_global(self) -> bool:
        """Tell whether the number means the same product everywhere, and may be an EAN or a GS1 Digital Link."""
        return self not in _LOCAL


_LOCAL = frozenset({
    BarcodeForm.IN_STORE, BarcodeForm.PLU, BarcodeForm.SCALE, BarcodeForm.WRONG_CHECK_DIGIT, BarcodeForm.TEXT,
})  # fmt: skip
_GTIN8 = "000000"  # how a GTIN-8 begins when it is written with 14 digits
_SEPARATORS = "-‐‑‒–—− \u3000"
_NUMBER = re.compile(rf"[0-9](?:[{_SEPARATORS}]?[0-9])*(?:[{_SEPARATORS}]?[Xx])?")
_LABEL = re.compile(r"(?:ISBN|ISSN|ISMN|EAN|GTIN|UPC)(?:-?1[0234])?[:：\s]\s*", re.IGNORECASE)
_REMOVED = dict.fromkeys(map(ord, _SEPARATORS))
_SPLIT_ISSN = re.compile(rf"[0-9]{{4}}[{_SEPARATORS}][0-9]{{3}}[0-9Xx]")
_BETWEEN = re.compile(r"[;；、|,，\r\n]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_PLU = re.compile(r"[34][0-9]{3}|[89][0-9]{4}")


def identify_barcode(text: str) -> BarcodeForm:
    """Return what kind of number or text one barcode is."""
    return _identify_gtin(text) if _is_plain(text) else _identify_other(text)


def _identify_other(text: str) -> BarcodeForm:
    digits = _digits_of(text)
    match len(digits):
        case 8:
            return _identify_eight(digits, text)
        case 10:
            return BarcodeForm.ISBN10 if _is_isbn10(digits) else _unless_x(digits)
        case 12 | 13 | 14 if digits[-1] != "X":
            return _identify_gtin(digits)
        case 4 | 5 if _PLU.fullmatch(text.strip()):
            return BarcodeForm.PLU
        case 18 if digits[0] == "2" and digits[-1] != "X":
            return BarcodeForm.SCALE
    return BarcodeForm.TEXT


_identify = lru_cache(1 << 14)(identify_barcode)


def classify_barcodes(texts: Sequence[str]) -> list[BarcodeForm]:
    """Return what kind of number or text each barcode is; fast for numbers of thirteen digits."""
    import numpy as np

    alike = _are_thirteen_digits(texts)
    plain = texts if alike else [text for text in texts if len(text) == 13 and text.isdigit() and text.isascii()]
    digits = np.frombuffer("".join(plain).encode(), np.uint8).reshape(-1, 13) - ord("0")
    right = digits @ np.array([1, 3] * 6 + [1], np.uint8) % 10 == 0  # their sum is at most 225
    prefixes = digits[:, :4] @ np.array([1000, 100, 10, 1], np.uint16)
    forms = np.where(right, _forms_of_prefixes()[prefixes], _FORMS.index(BarcodeForm.WRONG_CHECK_DIGIT))
    if alike and prefixes.all():
        return list(map(_FORMS.__getitem__, forms.tolist()))
    found = dict(zip(plain, forms.tolist(), strict=True))
    return [_FORMS[found[text]] if text in found and text[:4] != "0000" else _identify(text) for text in texts]


def split_barcodes(cell: str) -> list[str]:
    """Return the barcodes of a cell, which stand between ; 、 | or commas, or between blanks where each is a GTIN."""
    if cell.isdigit() or not cell:
        return [cell] if cell else []
    parts = [cell] if _THOUSANDS.fullmatch(cell) else [part.strip() for part in _BETWEEN.split(cell)]
    return [barcode for part in parts if part for barcode in _split_at_blanks(part)]


def _split_at_blanks(text: str) -> list[str]:
    words = text.split()
    return words if all(word.isdigit() and len(word) in GTIN_LENGTHS for word in words) else [text]


def normalise_barcode(text: str) -> str:
    """Return what two spellings of a barcode have in common: 14 digits of a GTIN, else the text without separators.

    It is empty where a text names nothing: "0", "-", "无".
    """
    if _is_plain(text):
        return "0" + text
    digits = _digits_of(text)
    return _as_gtin(digits, text) or digits or (text.strip() if re.search(r"[1-9]", text) else "")


def _is_plain(text: str) -> bool:
    """Tell whether a text is thirteen digits, as nearly all barcodes are, and not the number of a shorter one."""
    return len(text) == 13 and text.isascii() and text.isdigit() and text[:4] != "0000"


def normalise_barcodes(texts: Sequence[str]) -> list[str]:
    """Return what two spellings of each barcode have in common; fast where all are EAN-13."""
    if _are_thirteen_digits(texts) and min(texts) >= "0001":
        return list(map("0".__add__, texts))
    return list(map(normalise_barcode, texts))


def _are_thirteen_digits(texts: Sequence[str]) -> bool:
    joined = "".join(texts)
    return joined.isascii() and joined.isdigit() and set(map(len, texts)) == {13}


@lru_cache(1 << 14)  # a print asks for each several times
def ean13_of(text: str) -> str:
    """Return the 13 digits that print a barcode as EAN-13, or nothing where it can't be one."""
    number = normalise_barcode(text)
    printed = identify_barcode(text).is_global and number[0] == "0" and not number.startswith(_GTIN8)
    return number[1:] if printed else ""


def compact_barcode(text: str) -> str:
    """Return a barcode as its bars say it: a number without blanks and hyphens, a text as it is, nothing for none."""
    return (_digits_of(text) or text.strip()) if normalise_barcode(text) else ""


def gtin_of(text: str) -> str:
    """Return a barcode as a GTIN of 14 digits, or nothing where it means nothing outside of the store."""
    return normalise_barcode(text) if identify_barcode(text).is_global else ""


def _digits_of(text: str) -> str:
    """Return a number without blanks and hyphens, or nothing for a text that is none, or only zeros."""
    text = _strip_label(text)
    digits = text.translate(_REMOVED).upper() if _NUMBER.fullmatch(text) else ""
    return digits if digits.strip("0") else ""


def _strip_label(text: str) -> str:
    return _LABEL.sub("", text.strip(), count=1) if text[:1].isalpha() else text.strip()


def _as_gtin(digits: str, text: str) -> str:
    match identify_barcode(text):
        case BarcodeForm.ISBN10:
            return "0" + _complete("978" + digits[:9])
        case BarcodeForm.ISSN if len(digits) == 8:
            return "0" + _complete("977" + digits[:7] + "00")
        case BarcodeForm.UPC_E:
            return _expand_upc_e(digits).zfill(14)
    return digits.zfill(14) if digits.isdigit() and len(digits) in GTIN_LENGTHS else ""


def _identify_gtin(digits: str) -> BarcodeForm:
    if not is_gtin(digits):
        return BarcodeForm.WRONG_CHECK_DIGIT
    if len(digits) == 13 and digits[:4] != "0000":
        return _form_of_prefix(digits[:4])
    number = digits.zfill(14)
    if number.startswith(_GTIN8):
        form = _identify_gtin8(number[-8:])
    else:
        form = _form_of_prefix(number[1:5]) if number[0] == "0" else BarcodeForm.GTIN14
    by_length = {12: BarcodeForm.UPC_A, 14: BarcodeForm.GTIN14}
    return form if form is BarcodeForm.IN_STORE else by_length.get(len(digits), form)


def _identify_eight(digits: str, text: str) -> BarcodeForm:
    is_issn = _complete_mod_11(digits[:7], 8) == digits
    if is_issn and (digits[-1] == "X" or _SPLIT_ISSN.fullmatch(_strip_label(text))):
        return BarcodeForm.ISSN
    if digits[-1] == "X":
        return BarcodeForm.WRONG_CHECK_DIGIT
    is_upc_e = digits[0] in "01" and is_gtin(_expand_upc_e(digits))
    if is_upc_e and (digits[0] == "0" or not is_gtin(digits)):
        return BarcodeForm.UPC_E
    return _identify_gtin8(digits) if is_gtin(digits) else BarcodeForm.WRONG_CHECK_DIGIT


def _identify_gtin8(digits: str) -> BarcodeForm:
    return BarcodeForm.IN_STORE if digits[0] in "02" else BarcodeForm.EAN8


def _unless_x(digits: str) -> BarcodeForm:
    return BarcodeForm.WRONG_CHECK_DIGIT if digits[-1] == "X" else BarcodeForm.TEXT


def _is_isbn10(digits: str) -> bool:
    return _complete_mod_11(digits[:9], 10) == digits


def _complete_mod_11(digits: str, length: int) -> str:
    """Return an ISBN-10 or ISSN with its check character: weights down to 2, modulo 11, X is ten."""
    total = sum(weight * int(digit) for weight, digit in zip(range(length, 1, -1), digits, strict=True))
    return digits + "0123456789X"[-total % 11]


def _complete(digits: str) -> str:
    return digits + check_digit(digits)


def _expand_upc_e(digits: str) -> str:
    """Return the twelve digits of a UPC-E: its last of six tells where zeros were left out."""
    system, body, last, check = digits[0], digits[1:6], digits[6], digits[7]
    match last:
        case "0" | "1" | "2":
            return f"{system}{body[:2]}{last}0000{body[2:]}{check}"
        case "3":
            return f"{system}{body[:3]}00000{body[3:]}{check}"
        case "4":
            return f"{system}{body[:4]}00000{body[4]}{check}"
    return f"{system}{body}0000{last}{check}"


_FORMS = tuple(BarcodeForm)


@lru_cache(10_000)
def _form_of_prefix(digits: str) -> BarcodeForm:
    """Return which form an EAN-13 with a right check digit has by its first four digits."""
    form: BarcodeForm = _FORMS[_forms_of_prefixes()[int(digits)]]
    return form


@cache
def _forms_of_prefixes() -> "NDArray[np.uint8]":
    """Return which form an EAN-13 has by its first four digits."""
    import numpy as np

    forms = np.full(10_000, _FORMS.index(BarcodeForm.EAN13), np.uint8)
    forms[200:300] = forms[400:500] = forms[2000:3000] = _FORMS.index(BarcodeForm.IN_STORE)
    forms[9770:9780] = _FORMS.index(BarcodeForm.ISSN)
    forms[9780:9800] = _FORMS.index(BarcodeForm.ISBN13)
    forms[9790] = _FORMS.index(BarcodeForm.EAN13)  # music: ISMN
    return forms
