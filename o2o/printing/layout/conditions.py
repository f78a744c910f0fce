"""Whether a box is shown."""

from collections.abc import Callable

from o2o.printing.layout.parts import Values
from o2o.printing.template.boxes import Box
from o2o.printing.template.expressions import read_expression

Condition = Callable[[Values], bool]
"""Tells of the values of one print whether a box is shown."""


def condition_of(box: Box) -> Condition | None:
    """Return what tells whether a box is shown; None for one that always is."""
    wanted, barred = ([read_expression(text) for text in texts] for texts in (box.when, box.unless))
    if not (wanted or barred):
        return None
    if is_plain(box):
        return lambda values: all(map(values.get, box.when)) and not any(map(values.get, box.unless))
    return lambda values: all(one.holds(values) for one in wanted) and not any(one.holds(values) for one in barred)


def is_plain(box: Box) -> bool:
    """Tell whether all conditions of a box are fields by themselves."""
    return all(read_expression(text).fields == {text} for text in (*box.when, *box.unless))
