"""Text becomes HTML in one place, and stays text there."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from o2o.reports.markup import element, join


class Reader(HTMLParser):
    """Keeps the tags, the values of attributes and the text of what it reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[str | None] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


# a carriage return is the one character that a parser may read as another
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"))


@given(texts)
def test_any_text_is_read_back_as_itself_from_content_and_from_an_attribute(text: str) -> None:
    read = Reader(element("p", text, title=text))
    assert (read.tags, read.values, read.text) == (["p"], [text], text)


def test_markup_is_not_escaped_twice() -> None:
    assert element("p", element("b", "A & B"), " < C") == "<p><b>A &amp; B</b> &lt; C</p>"


def test_attributes_are_named_as_html_names_them_and_left_out_when_none() -> None:
    assert element("p", class_="note", aria_label="x", id=None) == '<p class="note" aria-label="x"></p>'


def test_joining_texts_escapes_each() -> None:
    assert join("<", element("b", "x")) == "&lt;<b>x</b>"
