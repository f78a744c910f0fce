"""Linear codes: EAN-13, UPC-A, EAN-8 and Code 128 as modules, with what stands below them.

Sources: ISO/IEC 15420 (EAN: each digit is seven modules; the first digit of thirteen is told by which of two sets,
odd (A) or even (B), draws each of the six digits on the left), ISO/IEC 15417 (Code 128: sets, values, check).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from o2o.codes.barcode_forms import BarcodeForm, compact_barcode, ean13_of, identify_barcode, normalise_barcode
from o2o.codes.check_digits import check_digit
from o2o.codes.reader import Format
from o2o.errors import SettingError

MODULES = 95
"""Width of the bars of an EAN-13 in modules, without the quiet zones."""

QUIET_ZONES = (11, 7)
"""Modules that stay light on the left and on the right of an EAN-13."""

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_MIRRORED = tuple(pattern.translate(str.maketrans("01", "10")) for pattern in _ODD)
_EVEN = tuple(pattern[::-1] for pattern in _MIRRORED)
_SETS_BY_FIRST_DIGIT = (
    ("AA", "AA", "AA"), ("AA", "BA", "BB"), ("AA", "BB", "AB"), ("AA", "BB", "BA"), ("AB", "AA", "BB"),
    ("AB", "BA", "AB"), ("AB", "BB", "AA"), ("AB", "AB", "AB"), ("AB", "AB", "BA"), ("AB", "BA", "BA"),
)  # fmt: skip
_SETS = {"A": _ODD, "B": _EVEN}
_PAIRS = tuple(product(range(10), repeat=2))
_GUARD, _CENTRE = "101", "01010"
_LEFT = {
    one + other: {f"{first}{second}": _SETS[one][first] + _SETS[other][second] for first, second in _PAIRS}
    for one, other in product("AB", repeat=2)
}
_BEGIN = {sets: {pair: _GUARD + modules for pair, modules in _LEFT[sets].items()} for sets in _LEFT}
_MIDDLE = {sets: {pair: modules + _CENTRE for pair, modules in _LEFT[sets].items()} for sets in _LEFT}
_RIGHT = {f"{first}{second}": _MIRRORED[first] + _MIRRORED[second] for first, second in _PAIRS}
_END = {pair: modules + _GUARD for pair, modules in _RIGHT.items()}
_LEFT_BY_FIRST_DIGIT = [(_BEGIN[first], _LEFT[second], _MIDDLE[third]) for first, second, third in _SETS_BY_FIRST_DIGIT]
_EAN13_GUARDS = frozenset({0, 2, 46, 48, 92, 94})

_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122"
    "123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323"
    "131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131"
    "213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122"
    "141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112"
    "124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141"
    "4111312114122112142112322331112"
)
"""The widths of bars and spaces of each value of Code 128, six in turn, bar first."""

_STOP = "2331112"
_Rest = dict[str, tuple[int, ...]]
_STARTS = {"A": 103, "B": 104, "C": 105}
_SWITCHES = {"A": 101, "B": 100, "C": 99}
_SHIFT = 98


@dataclass(slots=True)  # never changed, though not frozen: frozen ones take four times as long to make
class LinearCode:
    """A linear code: what it says, its parts, the light modules on each side, the texts below, which bars are longer.

    A part, which no bar reaches beyond, is 1 for each dark and 0 for each light module.
    A text has the first of the modules below which it is centred, and how many they are.
    """

    said: str
    parts: tuple[str, ...]
    quiet: tuple[int, int]
    texts: tuple[tuple[str, int, int], ...]
    guards: frozenset[int] = frozenset()

    @property
    def modules(self) -> str:
        """All modules but those of the quiet zones."""
        return "".join(self.parts)

    @property
    def width(self) -> int:
        """How many modules it is wide, with its quiet zones."""
        return sum(map(len, self.parts), sum(self.quiet))


def linear_format(barcode: str) -> Format:
    """Return as what a barcode is printed: an EAN only where it means the same product everywhere."""
    if ean13_of(barcode):
        return Format.EAN13
    return Format.EAN8 if identify_barcode(barcode) is BarcodeForm.EAN8 else Format.CODE128


def make_linear(barcode: str) -> LinearCode:
    """Return the linear code as which a barcode is printed; raises SettingError where it is not ASCII."""
    match linear_format(barcode):
        case Format.EAN13:
            digits = ean13_of(barcode)
            return make_upc_a(digits[1:]) if digits[0] == "0" else _make_ean13(digits)
        case Format.EAN8:
            return make_ean8(normalise_barcode(barcode)[-8:])
    return make_code128(compact_barcode(barcode))


def make_ean13(digits: str) -> LinearCode:
    """Return the EAN-13 of 13 digits with the right check digit."""
    _check_digits(digits, 13)
    return _make_ean13(digits)


def _make_ean13(digits: str) -> LinearCode:
    texts = ((digits[0], -10, 9), (digits[1:7], 4, 41), (digits[7:], 50, 41))
    return LinearCode(digits, _ean13_parts(digits), QUIET_ZONES, texts, _EAN13_GUARDS)


def make_upc_a(digits: str) -> LinearCode:
    """Return the UPC-A of 12 digits with the right check digit: the bars of an EAN-13 that begins with 0.

    The outer digits stand small beside the bars, and their bars are long (GS1 General Specifications, 5.2.6.6).
    """
    _check_digits(digits, 12)
    parts = _ean13_parts(f"0{digits}")
    modules = "".join(parts)
    texts = ((digits[0], -9, 6), (digits[1:6], 10, 35), (digits[6:11], 50, 35), (digits[11], 98, 6))
    long = (*range(10), 46, 48, *range(85, MODULES))
    return LinearCode(f"0{digits}", parts, (9, 9), texts, frozenset(at for at in long if modules[at] == "1"))


def make_ean8(digits: str) -> LinearCode:
    """Return the EAN-8 of 8 digits with the right check digit."""
    texts = ((digits[:4], 3, 28), (digits[4:], 36, 28))
    return LinearCode(digits, _ean8_parts(digits), (7, 7), texts, frozenset({0, 2, 32, 34, 64, 66}))


def make_code128(text: str) -> LinearCode:
    """Return the Code 128 of a text in ASCII."""
    parts = _code128_parts(text)
    return LinearCode(text, parts, (10, 10), ((text, 0, sum(map(len, parts))),))


def ean13_modules(digits: str) -> str:
    """Return 95 characters, 1 for a dark and 0 for a light module, of 13 digits with the right check digit."""
    _check_digits(digits, 13)
    return "".join(_ean13_parts(digits))


def upc_a_modules(digits: str) -> str:
    """Return 95 characters, 1 for a dark and 0 for a light module, of 12 digits with the right check digit."""
    _check_digits(digits, 12)
    return ean13_modules(f"0{digits}")


def ean8_modules(digits: str) -> str:
    """Return 67 characters, 1 for a dark and 0 for a light module, of 8 digits with the right check digit."""
    return "".join(_ean8_parts(digits))


def code128_modules(text: str) -> str:
    """Return 1 for each dark and 0 for each light module of the shortest Code 128 of a text in ASCII."""
    return "".join(_code128_parts(text))


def _ean13_parts(digits: str) -> tuple[str, ...]:
    first, second, third = _LEFT_BY_FIRST_DIGIT[int(digits[0])]
    return (
        first[digits[1:3]], second[digits[3:5]], third[digits[5:7]],
        _RIGHT[digits[7:9]], _RIGHT[digits[9:11]], _END[digits[11:]],
    )  # fmt: skip


def _ean8_parts(digits: str) -> tuple[str, ...]:
    _check_digits(digits, 8)
    return (_BEGIN["AA"][digits[:2]], _MIDDLE["AA"][digits[2:4]], _RIGHT[digits[4:6]], _END[digits[6:]])


def _check_digits(digits: str, count: int) -> None:
    if len(digits) != count or not digits.isascii() or not digits.isdigit() or check_digit(digits[:-1]) != digits[-1]:
        reason = f"not {count} digits with the right check digit"
        raise SettingError("EAN", digits, reason, "compare it with the package")


def _code128_parts(text: str) -> tuple[str, ...]:
    """Return the parts of the shortest Code 128 of a text in ASCII."""
    if not text or not text.isascii():
        raise SettingError("Code 128", text, "not a text in ASCII", "write it in letters, digits and signs of ASCII")
    values = _shortest_values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return (*(_draw_widths(_WIDTHS[6 * value : 6 * value + 6]) for value in (*values, check)), _draw_widths(_STOP))


@cache
def _draw_widths(widths: str) -> str:
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))


def _shortest_values(text: str) -> tuple[int, ...]:
    """Return the fewest values that say a text, the start character first, found from the end of the text on."""
    rests: list[_Rest] = [dict.fromkeys(_STARTS, ())]  # what follows from a place on, by the set in force there
    for place in reversed(range(len(text))):
        rest: _Rest = {}
        stays = {name: min(_encodings(text, place, name, rests), key=len, default=None) for name in _STARTS}
        for name in _STARTS:
            switched = ((_SWITCHES[other], *values) for other, values in stays.items() if values and other != name)
            rest[name] = min(filter(None, (stays[name], *switched)), key=len)
        rests.insert(0, rest)
    return min(((_STARTS[name], *values) for name, values in rests[0].items()), key=len)


def _encodings(text: str, place: int, name: str, rests: list[_Rest]) -> Iterator[tuple[int, ...]]:
    """Yield what says a text from a place on without a switch there; ``rests`` begin behind that place."""
    if name == "C":
        if (pair := text[place : place + 2]).isdigit() and len(pair) == 2:
            yield (int(pair), *rests[1]["C"])
        return
    for other in "AB":
        value = _value_of(text[place], other)
        if value is not None:
            yield (*(() if other == name else (_SHIFT,)), value, *rests[0][name])


def _value_of(character: str, name: str) -> int | None:
    code = ord(character)
    if name == "A":
        return None if code > 95 else code - 32 if code >= 32 else code + 64
    return None if code < 32 else code - 32
