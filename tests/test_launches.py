"""What a mini-program is opened with."""

import pytest

from o2o.collect.outside.launches import find_link


@pytest.mark.parametrize(
    ("q", "scene", "code", "link"),
    [
        ("https%3A%2F%2Fs.example.com%2FK7M2X9PQ", "", "", "https://s.example.com/K7M2X9PQ"),
        ("https://s.example.com/K7M2X9PQ", "", "", "https://s.example.com/K7M2X9PQ"),
        ("https%3A%2F%2Fs.example.com%2Fa%2520b", "", "", "https://s.example.com/a%20b"),  # decoded once
        ("https://s.example.com/a%20b", "", "", "https://s.example.com/a%20b"),
        ("", "K7M2X9PQ", "", "/K7M2X9PQ"),
        ("", "c%3DK7M2X9PQ", "", "/K7M2X9PQ"),
        ("", "", "K7M2X9PQ", "/K7M2X9PQ"),
        ("", "", "", ""),
    ],
)
def test_a_launch_names_a_link(q: str, scene: str, code: str, link: str) -> None:
    assert find_link(q, scene, code) == link
