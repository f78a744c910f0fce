"""What importers say: in both languages, with the same facts."""

import re
from string import Formatter

import pytest

from o2o.config import Language
from o2o.importers import messages
from o2o.importers.messages import CUT_ZEROS, NOT_AN_AMOUNT, TOO_MANY_DECIMALS
from o2o.problems import Finding, Message, Origin, Severity

MESSAGES = {name: message for name, message in vars(messages).items() if isinstance(message, Message)}
TEXTS = {
    f"{name} {part}": getattr(message, part) for name, message in MESSAGES.items() for part in ("reason", "advice")
}
TEXTS |= {name: text for name, text in vars(messages).items() if isinstance(text, tuple)}


def facts_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_is_in_both_languages_and_names_the_same_facts(name: str) -> None:
    chinese, english = TEXTS[name]
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert english.isascii()
    assert facts_in(chinese) == facts_in(english)


@pytest.mark.parametrize(
    ("language", "called", "said"),
    [
        (Language.EN, "price", "p.csv, line 7, price: '1.005' more than 2 decimals for CNY; correct it"),
        (Language.EN, "Price", "p.csv, line 7, Price: '1.005' more than 2 decimals"),
        (Language.EN, "Sale price", "p.csv, line 7, Sale price (price): '1.005' more than"),
        (Language.ZH, "售价", "p.csv, line 7, 售价 (price): '1.005' CNY 的小数不超过 2 位; 改正后重新导入"),
    ],
)
def test_a_finding_is_said_in_the_words_of_its_table(language: Language, called: str, said: str) -> None:
    finding = Finding(7, "price", "1.005", TOO_MANY_DECIMALS, {"digits": 2, "currency": "CNY"})
    assert str(Origin("p.csv", {"price": called}, language).explain(finding)).startswith(said)


def test_facts_that_are_words_are_said_in_the_language_too() -> None:
    finding = Finding(2, "store_id", "1", CUT_ZEROS, {"what": ("门店", "store"), "known": "001"}, Severity.ERROR)
    said = [Origin("f", {}, language).explain(finding).reason for language in Language]
    assert said == [
        "没有这个门店，但有 001：前面的 0 被表格软件去掉了",
        "no such store, but 001: a spreadsheet has cut the zeros",
    ]


def test_a_problem_keeps_its_sheet_and_its_row_and_shows_the_begin_of_a_long_value() -> None:
    problem = Origin("b.xlsx", {}, Language.EN, "Sheet 2").explain(
        Finding(3, "price", "x" * 500, NOT_AN_AMOUNT), ("1",)
    )
    assert (problem.sheet, problem.cells, len(problem.value)) == ("Sheet 2", ("1",), 81)
