"""HTML from values: all text is escaped unless it is ``Markup`` already, so no name can become code."""

from html import escape


class Markup(str):
    """Text that is HTML already; only ``element`` and ``join`` make it."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element; ``class_`` is class, ``aria_label`` is aria-label, attributes that are None are left out."""
    opening = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(f"{value}")}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{opening}>{join(*children)}</{tag}>")


def join(*children: str) -> Markup:
    """Return children one after the other, each escaped unless it is Markup."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))
