"""WeChat's mini-program codes: checked before they are asked for, fetched with patience, each refusal explained."""

from collections.abc import Iterator

import pytest

from o2o.codes.wechat import (
    _ERRORS,
    CALLS_A_MINUTE,
    MiniProgramClient,
    MiniProgramCode,
    NoAnswerError,
    WechatError,
    check_scene,
)
from o2o.errors import SettingError
from tests.wechat_server import APP_ID, PICTURE, SECRET, Wechat, serving_wechat


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds


@pytest.fixture
def wechat() -> Iterator[Wechat]:
    """WeChat, on loopback."""
    with serving_wechat() as server:
        yield server


@pytest.fixture
def time() -> Time:
    """A clock at its start."""
    return Time()


@pytest.fixture
def client(wechat: Wechat, time: Time) -> Iterator[MiniProgramClient]:
    """A client with the right secret."""
    with MiniProgramClient(APP_ID, SECRET, api=wechat.address, pause=time.pause, clock=time.clock) as client:
        yield client


CODE = MiniProgramCode("K7M2X9PQ", "pages/scan/index")


def test_a_code_is_fetched_with_one_token_for_all(client: MiniProgramClient, wechat: Wechat) -> None:
    assert client.fetch(CODE) == PICTURE
    assert client.fetch(MiniProgramCode("a=1&b=2", line_colour="#c8102e", width=280, transparent=True)) == PICTURE
    assert [token["grant_type"] for token in wechat.tokens] == ["client_credential"]
    assert wechat.codes[0] == {
        "scene": "K7M2X9PQ",
        "page": "pages/scan/index",
        "check_path": True,
        "env_version": "release",
        "width": 430,
        "is_hyaline": False,
    }
    assert wechat.codes[1]["line_color"] == {"r": 0xC8, "g": 0x10, "b": 0x2E}
    assert "page" not in wechat.codes[1]


def test_a_token_is_renewed_before_it_ends(client: MiniProgramClient, wechat: Wechat, time: Time) -> None:
    client.fetch(CODE)
    time.seconds += 6_000
    client.fetch(CODE)
    assert len(wechat.tokens) == 1
    time.seconds += 1_000
    client.fetch(CODE)
    assert [token["force_refresh"] for token in wechat.tokens] == [False, False]


def test_a_token_that_another_program_voided_is_fetched_anew_once(client, wechat: Wechat) -> None:
    client.fetch(CODE)
    wechat.valid_token = "another's"
    assert client.fetch(CODE) == PICTURE
    assert [token["force_refresh"] for token in wechat.tokens] == [False, True]
    wechat.troubles = [40001, 40001, 40001]
    with pytest.raises(WechatError, match=r"40001.*app id and secret"):
        client.fetch(CODE)
    assert wechat.troubles == [40001]


@pytest.mark.parametrize(
    ("troubles", "pauses"),
    [([-1], [0.5]), ([-1, 503, -1], [0.5, 1.0, 2.0]), ([45009], [60.0]), ([45011, 429], [60.0, 1.0])],
)
def test_what_passes_by_is_tried_again(client, wechat: Wechat, time: Time, troubles: list[int], pauses: list) -> None:
    wechat.troubles = troubles
    assert client.fetch(CODE) == PICTURE
    assert time.pauses == pauses


@pytest.mark.parametrize("number", sorted(_ERRORS.keys() - {-1, 40001, 40014, 42001, 45009, 45011}))
def test_what_does_not_pass_by_is_said_at_once_with_what_to_do(client, wechat: Wechat, time: Time, number: int) -> None:
    wechat.troubles = [number]
    with pytest.raises(WechatError, match=f"WeChat error {number}: .+; .+") as refusal:
        client.fetch(CODE)
    assert "more" not in str(refusal.value)
    assert time.pauses == []


def test_an_error_that_nobody_documented_is_said_in_its_own_words(client, wechat: Wechat) -> None:
    wechat.troubles = [99999]
    with pytest.raises(WechatError, match="99999: error 99999 rid: 0"):
        client.fetch(CODE)


def test_a_server_that_stays_busy_is_given_up(client, wechat: Wechat) -> None:
    wechat.troubles = [-1] * 9
    with pytest.raises(WechatError, match="busy"):
        client.fetch(CODE)
    assert len(wechat.troubles) == 5


@pytest.mark.parametrize(("app_id", "secret", "number"), [("wx0", SECRET, 40013), (APP_ID, "0", 40125)])
def test_a_wrong_app_id_or_secret_is_said(wechat: Wechat, app_id: str, secret: str, number: int) -> None:
    with MiniProgramClient(app_id, secret, api=wechat.address) as client, pytest.raises(WechatError, match=str(number)):
        client.fetch(CODE)


def test_a_server_that_is_not_there_is_asked_again_and_then_said(time: Time) -> None:
    nowhere = "http://127.0.0.1:9"
    with (
        MiniProgramClient(APP_ID, SECRET, api=nowhere, pause=time.pause) as client,
        pytest.raises(NoAnswerError, match=r"127\.0\.0\.1:9.*can't be reached"),
    ):
        client.fetch(CODE)
    assert time.pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "strange",
    [b"<html>log in to the hotel's network</html>", b"", b"[]", b"\xff\xfe", b'{"errcode": "x"}', b'{"access_token"'],
)
def test_an_answer_that_is_not_wechats_is_said(client, wechat: Wechat, strange: bytes) -> None:
    wechat.strange = strange
    with pytest.raises((NoAnswerError, WechatError), match=r"neither a picture nor WeChat's JSON|says no more"):
        client.fetch(CODE)


def test_a_token_whose_life_is_not_told_is_taken_for_two_hours(client, wechat: Wechat, time: Time) -> None:
    wechat.lifetime = None
    client.fetch(CODE)
    time.seconds += 6_800
    client.fetch(CODE)
    assert len(wechat.tokens) == 1


def test_no_more_is_asked_in_a_minute_than_wechat_allows(client, wechat: Wechat, time: Time) -> None:
    client._calls.extend([0.0] * CALLS_A_MINUTE)
    time.seconds = 20.0
    client.fetch(CODE)
    assert time.pauses == [40.0]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (MiniProgramCode(""), "empty"),
        (MiniProgramCode("x" * 33), "33 characters"),
        (MiniProgramCode("店"), "takes no '店'"),
        (MiniProgramCode("a%20b"), "takes no '%'"),
        (MiniProgramCode("A", "/pages/scan"), "begins with /"),
        (MiniProgramCode("A", "pages/scan?x=1"), "query"),
        (MiniProgramCode("A", width=200), "280"),
        (MiniProgramCode("A", line_colour="red"), "#1a2b3c"),
        (MiniProgramCode("A", version="beta"), "release"),
        (MiniProgramCode("scancode_time=1"), "keeps it for itself"),
    ],
)
def test_what_wechat_would_refuse_is_not_asked(client, wechat: Wechat, code: MiniProgramCode, reason: str) -> None:
    with pytest.raises(SettingError, match=reason):
        client.fetch(code)
    assert wechat.tokens == []


def test_all_characters_that_wechat_allows_may_stand_in_a_scene() -> None:
    for part in ("0123456789abcdefghijklmnopqrstuv", "wxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "!#$&'()*+,/:;=?@-._~"):
        check_scene(part)


def test_a_code_has_a_key_for_each_look() -> None:
    looks = [CODE, MiniProgramCode("K7M2X9PQ"), MiniProgramCode("K7M2X9PQ", "pages/scan/index", 280)]
    assert len({code.key for code in looks}) == len(looks)
    assert CODE.key == MiniProgramCode("K7M2X9PQ", "pages/scan/index").key
