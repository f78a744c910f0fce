"""Models: how the credit of a conversion is shared out among its touches, written as a name and perhaps an argument."""

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import ClassVar

from o2o.errors import SettingError
from o2o.subjects import Kind
from o2o.times import DAY, parse_duration

HALF_LIFE = 7 * DAY
"""Time decay where no half-life is given: a touch that is so much older than another earns half of its credit."""

U_SHAPE = (2, 1, 2)
"""The weights of position where none are given, 40/20/40: first, those between, last."""

_HEAVIEST = 1 << 16
_DECIMAL = re.compile(r"[0-9]{1,6}([.][0-9]{1,6})?")
_LONGEST = 36_500 * DAY
_COMMA = re.compile(r"(?<!\\),")


class Model(str):
    """How credit is shared: the text by which users name it, such as ``linear`` or ``time-decay:3d``."""

    __slots__ = ()

    FIRST: ClassVar["Model"]
    LAST: ClassVar["Model"]
    LINEAR: ClassVar["Model"]
    TIME_DECAY: ClassVar["Model"]
    POSITION: ClassVar["Model"]

    @property
    def name(self) -> str:
        """What stands before the colon."""
        return self.partition(":")[0]

    @property
    def argument(self) -> str:
        """What stands after the colon; nothing where there is none."""
        return self.partition(":")[2]


Model.FIRST = Model("first")
Model.LAST = Model("last")
Model.LINEAR = Model("linear")
Model.TIME_DECAY = Model("time-decay")
Model.POSITION = Model("position")

MODELS = (Model.FIRST, Model.LAST, Model.LINEAR, Model.TIME_DECAY, Model.POSITION)
"""The models that ``all`` stands for."""

ALL, AUTO, MARKOV = "all", "auto", "markov"


def parse_half_life(argument: str) -> int:
    """Return the half-life of a time decay in milliseconds; raises SettingError."""
    half_life = parse_duration(argument) if argument else HALF_LIFE
    if not 0 < half_life <= _LONGEST:
        raise SettingError("half-life", argument, "not above 0, or above 100 years", "write 7d, 12h or 45m")
    return half_life


def parse_places(argument: str) -> tuple[int, ...]:
    """Return the weights of first, between and last, or of first, between, middle, between and last, as integers."""
    advice = "write first/between/last as 40/20/40, or first/between/middle/between/last as 30/5/30/5/30"
    weights = _whole(argument.split("/"), argument, advice) if argument else U_SHAPE
    if len(weights) not in (3, 5):
        raise SettingError("weights", argument, "not the weights of positions", advice)
    return tuple(weights)


def parse_kinds(argument: str) -> dict[str, int]:
    """Return the weight of a touch of each kind; kinds that aren't named weigh nothing."""
    advice = "write by-kind:person=3/product=2/place=1"
    names, _, weights = zip(*(part.partition("=") for part in argument.split("/")), strict=True)
    if not set(names) <= set(Kind) or len(set(names)) < len(names):
        raise SettingError("weights", argument, "not the weights of kinds", advice)
    given = dict(zip(names, _whole(weights, argument, advice), strict=True))
    return {kind.value: given.get(kind, 0) for kind in Kind}


def parse_order(argument: str) -> int | None:
    """Return how many touches a state of Markov remembers; none where the data shall choose."""
    if argument == AUTO:
        return None
    if argument not in ("", "1", "2", "3", "4"):
        raise SettingError("order", argument, "not an order of a Markov model", "write markov, markov:2 or markov:auto")
    return int(argument or 1)


def chooses_order(model: Model) -> bool:
    """Whether the data choose how many touches a state of the model remembers."""
    return model.name == MARKOV and model.argument == AUTO


def _whole(weights: Iterable[str], argument: str, advice: str) -> list[int]:
    """Return integers in the proportion of decimals."""
    given = list(weights)
    exact = [Fraction(weight) for weight in given if _DECIMAL.fullmatch(weight)]
    scale = lcm(*(weight.denominator for weight in exact))
    whole = [int(weight * scale) for weight in exact]
    divisor = gcd(*whole)
    if len(exact) < len(given) or not divisor or max(whole) // divisor > _HEAVIEST:
        raise SettingError("weights", argument, "not decimals of up to 4 digits, one above 0", advice)
    return [weight // divisor for weight in whole]


_CHECKS: dict[str, Callable[[str], object]] = {
    "last-non": str,
    "position": parse_places,
    "time-decay": parse_half_life,
    "by-kind": parse_kinds,
    MARKOV: parse_order,
}
"""What reads the argument of a model that may have one."""

FORMS = (
    "first",
    "last",
    "last-non:KEY",
    "linear",
    "position[:40/20/40]",
    "time-decay[:7d]",
    "by-kind:person=3/product=2/place=1",
    "participation",
    "shapley",
    "markov[:1 to 4, or auto]",
    "shapley-ordered",
    "bagged-logistic",
    "probabilistic",
)
"""How models are written; what stands in brackets may be left out."""

_FORM_OF = {re.split(r"\W*:", form)[0]: form for form in FORMS}
NAMES = tuple(_FORM_OF)
"""What models are called without their argument."""


def parse_model(text: str) -> Model:
    """Return the model of a text such as ``linear`` or ``position:30/5/30/5/30``; raises SettingError."""
    model = Model(text.strip())
    form = _FORM_OF.get(model.name)
    if form is None:
        raise SettingError("model", text, "no such model", f"there are {', '.join(FORMS)}")
    needs_argument = ":" in form and "[" not in form
    if bool(model.argument) < needs_argument or (":" in model and not (model.argument and model.name in _CHECKS)):
        raise SettingError("model", text, "not how it is written", f"write {form}")
    if model.argument:
        _CHECKS[model.name](model.argument)
    return model


def split_names(text: str) -> list[str]:
    r"""Return names that are joined by commas; a comma of a name itself is written as ``\,``."""
    return [name.replace(r"\,", ",").strip() for name in _COMMA.split(text) if name.strip()]


def parse_models(texts: Iterable[str]) -> tuple[Model, ...]:
    """Return the models of texts, each one or several joined by commas, in their order and each once."""
    named = [name for text in texts for name in split_names(text)]
    found = [MODELS if name == ALL else (parse_model(name),) for name in named]
    if not found:
        raise SettingError("model", ",".join(texts), "no model", f"name one, or {ALL}")
    return tuple(dict.fromkeys(model for models in found for model in models))
