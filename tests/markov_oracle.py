"""Markov removal effects by their definition: build the chain, send states to null, solve it in fractions."""

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise

CONVERSION, NULL = "(conversion)", "(null)"


def removal_effects(rows, order):
    """Return touch -> (effect on conversions, effect on value) of rows (touches, conversions, value, nulls)."""
    steps, value, converted = _count(rows, order)
    pays = {state: Fraction(value[state]) / converted[state] for state in converted if converted[state]}
    start = ()
    whole = _follow(steps, start, pays, removed=())
    effects = {}
    for touch in {touch for touches, *_ in rows for touch in touches}:
        left = _follow(steps, start, pays, removed=(touch,))
        effects[touch] = tuple(1 - part / all_ if all_ else Fraction(0) for part, all_ in zip(left, whole, strict=True))
    return effects


def worth(rows, order, present):
    """Return what a path is expected to bring, conversions and value, where only some touches are there."""
    steps, value, converted = _count(rows, order)
    pays = {state: Fraction(value[state]) / converted[state] for state in converted if converted[state]}
    others = {touch for touches, *_ in rows for touch in touches} - set(present)
    return _follow(steps, (), pays, removed=others)


def _count(rows, order):
    steps, value, converted = defaultdict(Counter), Counter(), Counter()
    for touches, conversions, worth, nulls in rows:
        if not conversions + nulls:
            continue
        states = [(), *(tuple(touches[max(0, end - order) : end]) for end in range(1, len(touches) + 1))]
        for source, target in pairwise(states):
            steps[source][target] += conversions + nulls
        steps[states[-1]][CONVERSION] += conversions
        steps[states[-1]][NULL] += nulls
        value[states[-1]] += worth
        converted[states[-1]] += conversions
    return steps, value, converted


def _follow(steps, start, pays, removed):
    """Return what a path is expected to bring from the start: conversions, and value."""
    states = [state for state in steps if not set(removed) & set(state)]
    if start not in states:
        return Fraction(0), Fraction(0)
    place = {state: number for number, state in enumerate(states)}
    rows = []
    for state in states:
        total = sum(steps[state].values())
        row = [Fraction(0)] * len(states)
        row[place[state]] += 1
        for target, count in steps[state].items():
            if target in place:
                row[place[target]] -= Fraction(count, total)
        chance = Fraction(steps[state][CONVERSION], total)
        rows.append([*row, chance, chance * pays.get(state, 0)])
    solved = _eliminate(rows)
    return solved[place[start]][-2], solved[place[start]][-1]


def _eliminate(rows):
    for column in range(len(rows)):
        pivot = next(row for row in range(column, len(rows)) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [cell / rows[column][column] for cell in rows[column]]
        for other in range(len(rows)):
            factor = rows[other][column]
            if other != column and factor:
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[column], strict=True)]
    return rows
