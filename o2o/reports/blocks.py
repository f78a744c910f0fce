"""Sections, paragraphs and tables, the blocks that pages are built of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from re import sub

from o2o.reports.markup import Markup, element

_NARROW = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its first cell names it; a single cell spans the table."""

    cells: Sequence[str]
    tone: str | None = None


def draw_section(title: str, *content: str) -> Markup:
    """Return content under a heading."""
    return element("section", element("h2", title), *content)


def draw_paragraph(text: str, class_: str | None = None) -> Markup:
    """Return a paragraph, or nothing for an empty text."""
    return element("p", text, class_=class_) if text else Markup()


def draw_table(caption: str, header: Sequence[str], lines: Iterable[Line], text_columns: int = 1) -> Markup:
    """Return a table whose first columns are words and whose others are numbers."""
    head = element(
        "tr", *(_draw_cell("th", text, "col", is_text=index < text_columns) for index, text in enumerate(header))
    )
    # a narrow screen shows each row of a wide table as a card, so that no figure hides behind its edge
    labels = [_strip(text) if len(header) > _NARROW else None for text in header]
    body = (_draw_line(line, labels, text_columns) for line in lines)
    table = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *body),
        class_="cards" if len(header) > _NARROW else None,
    )
    # a narrow screen scrolls the table, not the page
    return element("div", table, class_="scroll", role="region", tabindex=0, aria_label=caption)


def draw_named(name: str, details: str = "", strip: str = "") -> Markup:
    """Return a name with small details and a strip of a chart beside it, or beneath on a narrow screen."""
    # bdi keeps a right-to-left name from turning the line about
    small = [element("small", element("bdi", details))] if details else []
    return element("div", element("div", element("bdi", name), *small, class_="named"), strip, class_="what")


def _draw_line(line: Line, labels: Sequence[str | None], text_columns: int) -> Markup:
    first, *others = line.cells
    if not others:
        return element("tr", element("td", first, colspan=len(labels)), class_=line.tone)
    cells = (
        _draw_cell("td", text, label=labels[index], is_text=index < text_columns)
        for index, text in enumerate(others, start=1)
    )
    return element("tr", element("th", first, class_="wide", scope="row"), *cells, class_=line.tone)


def _draw_cell(tag: str, text: str, scope: str | None = None, label: str | None = None, *, is_text: bool) -> Markup:
    return element(tag, text, class_=None if is_text else "number", scope=scope, data_label=label)


def _strip(text: str) -> str:
    """Return the text of a heading without its markup."""
    return unescape(sub("<[^>]+>", " ", text)).strip() if isinstance(text, Markup) else text
