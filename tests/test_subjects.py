"""The names of carriers."""

import pytest

from o2o.subjects import CARRIER_ALIASES, CARRIER_NAMES, Carrier, parse_carrier


@pytest.mark.parametrize("carrier", Carrier)
def test_a_carrier_is_known_by_each_of_its_names(carrier: Carrier) -> None:
    for name in (carrier.value, carrier.value.upper(), *CARRIER_NAMES[carrier]):
        assert parse_carrier(name) is carrier


@pytest.mark.parametrize("alias", CARRIER_ALIASES)
def test_an_alias_is_no_other_carriers_name(alias: str) -> None:
    assert parse_carrier(f" {alias} ") is CARRIER_ALIASES[alias]


@pytest.mark.parametrize("text", ["", "-", "海豹", "door"])
def test_another_name_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(ValueError, match="use one of door_sign 门头, "):
        parse_carrier(text)
