"""The two languages of the pages say the same things."""

import re
from pathlib import Path
from string import Formatter

import pytest

from o2o.attribution.models import FORMS, NAMES
from o2o.attribution.question import Level, Outcome, Reach, Thinning
from o2o.attribution.report import STITCHES, Fault
from o2o.config import Language
from o2o.reports import words as module
from o2o.reports.words import WORDS, Words

MEANS = {f"{name}_{form}" for name in NAMES for form in ("means", "given", "auto")} & WORDS.keys()


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_take_the_same_values(key: str) -> None:
    chinese, english = WORDS[key]
    assert chinese and english
    for form in english.split("|"):
        assert fields(form) == fields(chinese)


@pytest.mark.parametrize("key", WORDS)
def test_only_the_chinese_words_are_in_chinese(key: str) -> None:
    assert not re.search(r"[\u4e00-\u9fff]", WORDS[key][1])


@pytest.mark.parametrize(
    "key",
    [*Level, *NAMES, *Outcome, *Fault, *sorted(MEANS)],
)
def test_each_level_model_outcome_and_fault_has_its_words(key: str) -> None:
    assert WORDS[key]


def test_each_way_of_writing_a_model_says_what_it_means() -> None:
    for form in FORMS:
        name, has_argument, needs_argument = (
            form.split(":")[0].rstrip("["),
            ":" in form,
            ":" in form and "[" not in form,
        )
        assert (f"{name}_given" in WORDS) >= has_argument
        assert (f"{name}_means" in WORDS) >= (not needs_argument)


def test_no_words_are_left_over() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(module.__file__).parent.glob("*.py")
                   if not path.name.endswith("words.py"))  # fmt: skip
    made = {*Level, *NAMES, *Outcome, *Fault} | MEANS
    made |= {f"conversions_{o}" for o in Outcome} | {f"n_{o}" for o in Outcome} | {f"by_{level}" for level in Level}
    made |= {f"reach_{reach}" for reach in Reach} | {f"transform_{thinning}" for thinning in Thinning} | {*STITCHES}
    made |= {word for word in WORDS if word.startswith(("design_", "measure_", "finding_", "note_", "experiment_o"))}
    made |= {f"incremental_{state}{of}" for state in ("final", "open", "none", "versus") for of in ("", "_of")}
    made |= {word for word in WORDS if word.endswith(("_note", "_answer", "_rate", "_count"))}
    assert [key for key in WORDS if key not in made and f'"{key}"' not in code] == []


def test_english_counts_one_scan_and_two_scans() -> None:
    english, chinese = Words(Language.EN), Words(Language.ZH)
    assert [english.count("n_scans", n) for n in (0, 1, 2, 1_000)] == ["0 scans", "1 scan", "2 scans", "1,000 scans"]
    assert chinese.count("n_scans", 1) == "1 次扫码"
