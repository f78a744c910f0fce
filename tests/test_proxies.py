import pytest

from o2o.collect.serving.proxies import Proxies
from o2o.errors import SettingError

LISTED = Proxies.parse(["10.0.0.0/8", "2001:db8::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("10.0.0.1", "10.9.9.9, 10.2.3.4", "10.9.9.9"),
        ("2001:db8::1", "[2001:db8:5::7]:443", "2001:db8:5::7"),
        ("10.0.0.1", "198.51.100.1:5123", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1,", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_not_a_listed_proxy(peer, forwarded, client):
    assert LISTED.find_client(peer, forwarded) == client


def test_nobody_is_believed_when_no_proxy_is_listed():
    assert Proxies().find_client("127.0.0.1", "198.51.100.1") == "127.0.0.1"


@pytest.mark.parametrize("text", ["proxy.example.com", "10.0.0.1/8", ""])
def test_a_proxy_that_is_no_address_or_network_is_an_error(text):
    with pytest.raises(SettingError, match=r"--proxy .*write 10\.0\.0\.5"):
        Proxies.parse([text])
