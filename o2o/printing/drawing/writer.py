"""What fills a file with pages: PDF, pictures, or the language of a label printer."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from o2o.printing.drawing.items import Item, Panel

Area = tuple[float, float, float, float]
"""Left, top, width and height in mm, from the top left of the page."""


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """What is left of a page once it is cut (trim), and how far its print reaches beyond (bleed)."""

    trim: Area
    bleed: Area


class Writer(Protocol):
    """A file under way: start a page, place things on it, end it; at last finish the file.

    Lengths are in mm from the top left of the page. A writer writes into the file that it was made with as it goes.
    """

    pages: int
    duplex: str
    """About which edge a sheet of two sides is turned: long-edge or short-edge."""

    inks: tuple[str, ...]
    """The only colours of the pages to come, where they are shown by a panel that has but a few."""

    def start_page(self, width: float, height: float, dpi: int, boxes: PageBoxes | None = None) -> None:
        """Begin a page of this size; ``boxes`` where it will be cut."""

    def name_page(self, name: str) -> None:
        """Name the page after what it shows, where a page is a file of its own."""

    def place(self, items: Iterable[Item], x: float, y: float, within: Area | None = None) -> None:
        """Draw things from a point of the page on, but nothing outside of ``within`` where it is named."""

    def place_parts(self, parts: Iterable[tuple[Item, ...]], x: float, y: float, within: Area | None = None) -> None:
        """Draw parts as ``place`` does things; a part that is the very one drawn before need not be drawn anew."""
        self.place(chain.from_iterable(parts), x, y, within)

    def mark_sample(self, codes: Iterable[Panel]) -> None:
        """Write 样张 SAMPLE across the page, over everything but codes and their quiet zones."""

    def end_page(self) -> None:
        """Close the page."""

    def close(self) -> None:
        """Write all that takes long, such as fonts, once there are no more pages."""

    def finish(self, subject: str) -> None:
        """Write the rest of the file; ``subject`` names the print job."""
