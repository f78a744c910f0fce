"""Short codes: decode(encode(x)) = x, and no slip of the pen is another code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.codes.short import ALPHABET, LENGTH, MisreadCodeError, check_character, is_code, make_code, parse_code

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


@given(bodies)
def test_a_code_reads_back_in_either_case(body: str) -> None:
    code = body + check_character(body)
    assert parse_code(code) == parse_code(f" {code.lower()} ") == code


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_refused(body: str, position: int, wrong: str) -> None:
    code = body + check_character(body)
    mistyped = code[:position] + wrong + code[position + 1 :]
    assert is_code(mistyped) == (mistyped == code)


@given(bodies, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_swapped_characters_are_refused(body: str, one: int, other: int) -> None:
    letters = list(body + check_character(body))
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert is_code(swapped) == (swapped == body + check_character(body))


@pytest.mark.parametrize("text", ["", "K7M2X9P", "K7M2X9PQ2", "O0I1L000", "../etc/p", "Ｋ7M2X9PQ"])
def test_a_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(MisreadCodeError, match="compare it with the print"):
        parse_code(text)


def test_ten_thousand_codes_are_all_different() -> None:
    assert len({make_code() for _ in range(10_000)}) == 10_000
