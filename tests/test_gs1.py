"""The room of GS1 as a caller sees it."""

import pytest

from o2o.codes import gs1


def test_a_link_is_built_of_data_in_brackets_and_says_them_again() -> None:
    uri = gs1.build("(01)09506000134352(10)ABC/1(17)271231", stem="https://s.example.com")
    assert uri == "https://s.example.com/01/09506000134352/10/ABC%2F1?17=271231"
    link = gs1.parse(uri)
    assert isinstance(link, gs1.DigitalLink)
    assert link.element_string == "^010950600013435210ABC/1^17271231"


def test_what_the_standard_has_given_up_is_read_only_when_it_is_permitted() -> None:
    for uri, option in (
        ("https://s.example.com/01/9506000134352", "zero_suppressed_gtin"),
        ("https://s.example.com/gtin/09506000134352", "convenience_alphas"),
    ):
        with pytest.raises(gs1.Gs1Error):
            gs1.parse(uri)
        assert gs1.parse(uri, **{option: True}).key == ("01", "09506000134352")
