"""What barcodes are: each rule of the GS1 General Specifications, the ISBN Users' Manual, ISO 3297 and IFPS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.codes.barcode_forms import (
    BarcodeForm,
    classify_barcodes,
    ean13_of,
    gtin_of,
    identify_barcode,
    normalise_barcode,
    split_barcodes,
)
from o2o.codes.check_digits import check_digit

FORMS = [
    # text, form, EAN-13 to print; source
    ("6901234567892", "ean13", "6901234567892"),  # GenSpecs 2.1.1
    ("690-1234-56789 2", "ean13", "6901234567892"),
    ("9506000134352", "ean13", "9506000134352"),  # GenSpecs, the example of many figures
    ("614141999996", "upc_a", "0614141999996"),  # GenSpecs 2.1.1, GTIN-12
    ("0 12345 67890 5", "upc_a", "0012345678905"),
    ("0012345678905", "ean13", "0012345678905"),
    ("96385074", "ean8", ""),  # GenSpecs 5.2.2.3
    ("0000096385074", "ean8", ""),  # GenSpecs 1.4.2: five zeros before a GTIN-8
    ("00000096385074", "gtin14", ""),
    ("04252614", "upc_e", "0042100005264"),  # GenSpecs 5.2.2.4.2: 0 421000 05264 becomes 425261
    ("01234531", "upc_e", "0012300000451"),  # ends in 3
    ("01234543", "upc_e", "0012340000053"),  # ends in 4
    ("01234565", "upc_e", "0012345000065"),  # ends in 5 to 9
    ("01234505", "upc_e", "0012000003455"),  # ends in 0 to 2
    ("10614141000415", "gtin14", ""),  # GenSpecs 2.1.7
    ("06901234567892", "gtin14", "6901234567892"),  # indicator 0
    ("7-111-07575-4", "text", ""),  # ten digits that are no ISBN
    ("0-306-40615-2", "isbn10", "9780306406157"),  # ISBN Users' Manual, appendix 1
    ("080442957X", "isbn10", "9780804429573"),
    ("0-8044-2957-x", "isbn10", "9780804429573"),
    ("0804429571", "text", ""),
    ("ISBN 0-306-40615-2", "isbn10", "9780306406157"),  # with what it is called
    ("ISBN-13: 978-0-306-40615-7", "isbn13", "9780306406157"),
    ("ISSN 1002-1027", "issn", "9771002102009"),
    ("EAN:6901234567892", "ean13", "6901234567892"),
    ("ISSNX", "text", ""),
    ("0-8044-2958-X", "wrong_check_digit", ""),
    ("978-0-306-40615-7", "isbn13", "9780306406157"),
    ("9791090636071", "isbn13", "9791090636071"),
    ("9790260000438", "ean13", "9790260000438"),  # ISMN Users' Manual: music
    ("0317-8471", "issn", "9770317847001"),  # ISO 3297
    ("2434-561X", "issn", "9772434561006"),
    ("2434561x", "issn", "9772434561006"),
    ("03178471", "wrong_check_digit", ""),  # without the hyphen it would be an EAN-8
    ("2434-562X", "wrong_check_digit", ""),
    ("9770317847001", "issn", "9770317847001"),
    ("2100123456789", "in_store", ""),  # GenSpecs 1.4.3: 20 to 29
    ("2999999999991", "in_store", ""),
    ("0212345678909", "in_store", ""),  # 02
    ("212345678909", "in_store", ""),  # the same as UPC-A: number system 2
    ("0412345678903", "in_store", ""),  # 04
    ("20123451", "in_store", ""),  # RCN-8: 2
    ("00010009", "in_store", ""),  # RCN-8: 0
    ("0000000123457", "in_store", ""),
    ("4011", "plu", ""),  # IFPS: bananas
    ("94011", "plu", ""),  # grown without chemicals
    ("83000", "plu", ""),
    ("2999", "text", ""),
    ("54011", "text", ""),
    ("40 11", "text", ""),
    ("210012300500012345", "scale", ""),
    ("110012300500012345", "text", ""),
    ("6901234567893", "wrong_check_digit", ""),
    ("614141999997", "wrong_check_digit", ""),
    ("96385075", "wrong_check_digit", ""),
    ("10614141000416", "wrong_check_digit", ""),
    ("69012345678", "text", ""),
    ("123456", "text", ""),  # six of a UPC-E: nothing to check
    ("1234565", "text", ""),
    ("ABC-1234", "text", ""),
    ("６９０１２３４５６７８９２", "text", ""),  # full-width digits are made plain before
    ("690 1234567892", "ean13", "6901234567892"),
    ("690--1234567892", "text", ""),
    ("无", "text", ""),
    ("", "text", ""),
    ("0", "text", ""),
    ("00000000", "text", ""),
    ("0000000000000", "text", ""),
]
numbers = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
cells = st.one_of(st.text("0123456789-Xx ;"), numbers, st.text(), st.sampled_from([text for text, _, _ in FORMS]))


@pytest.mark.parametrize(("text", "form", "ean"), FORMS)
def test_each_barcode_is_what_its_standard_says(text: str, form: str, ean: str) -> None:
    assert identify_barcode(text) == form
    assert ean13_of(text) == ean


@given(st.lists(cells))
def test_many_are_what_each_is_alone(texts: list[str]) -> None:
    assert classify_barcodes(texts) == [identify_barcode(text) for text in texts]


@given(st.lists(st.text("0123456789", min_size=13, max_size=13)))
def test_many_of_thirteen_digits_are_what_each_is_alone(texts: list[str]) -> None:
    assert classify_barcodes(texts) == [identify_barcode(text) for text in texts]


@given(cells)
def test_what_is_printed_as_ean13_is_a_number_of_the_whole_world(text: str) -> None:
    ean = ean13_of(text)
    if ean:
        assert identify_barcode(ean).is_global
        assert ean13_of(ean) == ean
        assert normalise_barcode(ean) == normalise_barcode(text)
        assert gtin_of(text) == "0" + ean


@pytest.mark.parametrize("length", [7, 11, 12, 13])
@given(data=st.data())
def test_the_check_digit_catches_every_wrong_digit(length: int, data: st.DataObject) -> None:
    body = data.draw(st.text("0123456789", min_size=length, max_size=length).filter(lambda text: text.strip("0")))
    number = body + check_digit(body)
    place = data.draw(st.integers(0, length))
    wrong = (
        number[:place]
        + data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
        + number[place + 1 :]
    )
    expected = {BarcodeForm.WRONG_CHECK_DIGIT, BarcodeForm.TEXT}
    assert identify_barcode(wrong) in (expected | {BarcodeForm.UPC_E} if length == 7 else expected)


@pytest.mark.parametrize(
    "spellings",
    [
        ["614141999996", "0614141999996", "00614141999996", "6-14141-99999-6"],
        ["0-306-40615-2", "0306406152", "9780306406157", "978-0-306-40615-7"],
        ["0317-8471", "9770317847001"],
        ["04252614", "042100005264", "0042100005264"],
        ["96385074", "0000096385074", "00000096385074"],
    ],
)
def test_spellings_of_one_number_are_the_same(spellings: list[str]) -> None:
    assert len({normalise_barcode(text) for text in spellings}) == 1


@pytest.mark.parametrize("text", ["", "0", "-", "无", "N/A", "0000000000000", "00-000"])
def test_what_stands_for_no_barcode_is_like_nothing(text: str) -> None:
    assert normalise_barcode(text) == ""


@pytest.mark.parametrize(
    ("cell", "barcodes"),
    [
        ("", []),
        ("6901234567892", ["6901234567892"]),
        ("6901234567892;6901234567908", ["6901234567892", "6901234567908"]),
        (
            "6901234567892； 4011、ABC|96385074\n614141999996",
            ["6901234567892", "4011", "ABC", "96385074", "614141999996"],
        ),
        ("6901234567892,6901234567908", ["6901234567892", "6901234567908"]),
        ("6901234567892，;6901234567908;", ["6901234567892", "6901234567908"]),
        ("6,901,234,567,892", ["6,901,234,567,892"]),
        ("6901234567892 96385074", ["6901234567892", "96385074"]),
        ("690 1234 567892", ["690 1234 567892"]),
        ("978 7 111 07575 2", ["978 7 111 07575 2"]),
        ("box 12", ["box 12"]),
    ],
)
def test_a_cell_may_hold_several(cell: str, barcodes: list[str]) -> None:
    assert split_barcodes(cell) == barcodes
