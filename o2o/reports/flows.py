"""Flows as one inline SVG: columns of steps, ribbons as wide as they carry; no script, no style attribute."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from o2o.reports.markup import Markup, element

_WIDTH, _TALL, _BAR, _GAP = 1_000, 420, 12, 10
_ROOM = 80  # for each node of the fullest column: a single way is no wall
_LABEL = 16  # what is lower than this has no room for a name
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Flow:
    """How much goes from a node of one column to a node of the next (or a later) one; nodes are (column, name)."""

    source: tuple[int, str]
    target: tuple[int, str]
    amount: float


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    height: float


def draw_flows(flows: Sequence[Flow], names: Mapping[str, str], label: str, tones: Mapping[str, str]) -> Markup:
    """Return the flows as a Sankey diagram; ``tones`` gives nodes a class of their own, ``names`` their names."""
    boxes = _place(flows)
    out: dict[tuple[int, str], float] = defaultdict(float)
    into: dict[tuple[int, str], float] = defaultdict(float)
    scale = _scale(flows)
    ribbons = []
    for flow in sorted(flows, key=lambda one: (boxes[one.source].y, boxes[one.target].y)):
        source, target, wide = boxes[flow.source], boxes[flow.target], flow.amount * scale
        ends = source.y + out[flow.source] + wide / 2, target.y + into[flow.target] + wide / 2
        out[flow.source] += wide
        into[flow.target] += wide
        ribbons.append(_draw_ribbon(source.x + _BAR, target.x, ends, wide, tones.get(flow.target[1], "flow")))
    bars = [_draw_bar(box, names.get(node[1], node[1]), tones.get(node[1], "plus")) for node, box in boxes.items()]
    drawn = element(
        "svg", *ribbons, *bars, class_="flows", viewBox=f"0 0 {_WIDTH} {_height(flows)}", role="img", aria_label=label
    )
    return element("div", drawn, class_="scroll", role="region", tabindex=0, aria_label=label)


def _amounts(flows: Sequence[Flow]) -> dict[tuple[int, str], float]:
    out: dict[tuple[int, str], float] = defaultdict(float)
    into: dict[tuple[int, str], float] = defaultdict(float)
    for flow in flows:
        out[flow.source] += flow.amount
        into[flow.target] += flow.amount
    return {node: max(out[node], into[node]) for node in {**out, **into}}


def _columns(flows: Sequence[Flow]) -> list[list[tuple[int, str]]]:
    amounts = _amounts(flows)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for node in sorted(amounts, key=lambda one: (one[0], -amounts[one], one[1])):
        found[node[0]].append(node)
    return [found[number] for number in sorted(found)]


def _scale(flows: Sequence[Flow]) -> float:
    """Return the height of one unit: the fullest column fills the picture."""
    amounts = _amounts(flows)
    tall = _height(flows)
    return min((tall - _GAP * (len(nodes) + 1)) / sum(amounts[node] for node in nodes) for nodes in _columns(flows))


def _height(flows: Sequence[Flow]) -> int:
    return min(_TALL, 2 * _GAP + _ROOM * max(map(len, _columns(flows))))


def _place(flows: Sequence[Flow]) -> dict[tuple[int, str], _Box]:
    amounts, columns, scale = _amounts(flows), _columns(flows), _scale(flows)
    step = (_WIDTH - 140 - _BAR) / max(len(columns) - 1, 1)
    boxes = {}
    for number, nodes in enumerate(columns):
        y = float(_GAP)
        for node in nodes:
            boxes[node] = _Box(number * step, y, amounts[node] * scale)
            y += amounts[node] * scale + _GAP
    return boxes


def _draw_ribbon(start: float, end: float, heights: tuple[float, float], wide: float, tone: str) -> Markup:
    middle = (start + end) / 2
    (left, right) = heights
    path = f"M{start:.1f} {left:.1f}C{middle:.1f} {left:.1f} {middle:.1f} {right:.1f} {end:.1f} {right:.1f}"
    return element("path", d=path, class_=f"ribbon {tone}", stroke_width=f"{max(wide, 0.5):.1f}")


def _draw_bar(box: _Box, name: str, tone: str) -> Markup:
    rect = element("rect", class_=tone, x=f"{box.x:.1f}", y=f"{box.y:.1f}", width=_BAR, height=f"{box.height:.1f}")
    if box.height < _LABEL:
        return element("g", element("title", name), rect)
    short = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    text = element("text", short, x=f"{box.x + _BAR + 5:.1f}", y=f"{box.y + min(box.height / 2, 40) + 4:.1f}")
    return element("g", element("title", name), rect, text)
