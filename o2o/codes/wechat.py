"""WeChat mini-program codes (小程序码): what may stand in one, and the interface that draws them.

They can't be drawn offline: WeChat's server draws each from a scene and a page (getUnlimitedQRCode: permanent, 5,000
calls a minute). Source: developers.weixin.qq.com, getUnlimitedQRCode, getStableAccessToken, URL Link and URL Scheme.
"""

import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from o2o.errors import O2OError, SettingError

if TYPE_CHECKING:
    import httpx

API = "https://api.weixin.qq.com"
LONGEST_SCENE = 32
WIDTHS = range(280, 1281)
CALLS_A_MINUTE = 5_000

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_RESERVED = "scancode_time"
_BUSY, _BAD_TOKENS, _TOO_OFTEN = -1, (40001, 40014, 42001), (45009, 45011)
_TRIES = 4
_FIRST_PAUSE = 0.5
_MINUTE = 60.0
_TOKEN_SECONDS = 7200.0
_RENEWED_BEFORE = 300.0

_ERRORS = {
    -1: ("WeChat's server is busy", "try again in a minute"),
    40001: (
        "the access token is not valid",
        "check app id and secret; another program may use the old token interface",
    ),
    40013: ("there is no such app id", "copy it from the mini-program's settings"),
    40014: ("the access token is not valid", "check app id and secret"),
    40097: ("a parameter is not valid", "check width and colour"),
    40125: ("the app secret is not valid", "copy it from the mini-program's settings, or reset it there"),
    40129: ("the scene is not valid", "use at most 32 of the characters that WeChat allows"),
    40159: ("the page is too long or the request no JSON", "use a shorter page"),
    40164: ("this machine's address is not on the mini-program's list", "add it to the IP whitelist in its settings"),
    40165: ("the page is not valid", "write it as pages/scan/index"),
    40169: ("the scene is too long or not valid", "use at most 32 of the characters that WeChat allows"),
    40212: ("the page has a query", "move it into the scene"),
    40243: ("the app secret is frozen", "unfreeze it in the mini-program's settings"),
    41002: ("the app id is missing", "give it with --app-id"),
    41004: ("the app secret is missing", "give it in O2O_WECHAT_SECRET"),
    41030: ("the published mini-program has no such page", "publish it first, or correct the page"),
    42001: ("the access token has expired", "try again"),
    45009: ("too many calls in this minute or day", "wait, and go on: codes that were fetched are kept"),
    45011: ("too many calls in this minute", "wait, and go on: codes that were fetched are kept"),
    45029: ("all codes of this kind are used up", "use the unlimited interface"),
    47001: ("the request is no JSON", "check scene and page for characters that nobody sees"),
    48001: ("this account may not use the interface", "verify the mini-program's account"),
    50002: ("the mini-program is suspended", "look into its message centre"),
    50007: ("the account is frozen", "look into its message centre"),
    85096: ("scancode_time is WeChat's own parameter", "take it out of scene and page"),
    89503: ("this machine's address waits for an administrator", "confirm it in the mini-program's message centre"),
}
"""What the documented error numbers mean and what to do."""


class WechatError(O2OError):
    """WeChat refused a request."""

    def __init__(self, number: int, message: str) -> None:
        reason, advice = _ERRORS.get(number, (message or "it says no more", "look the number up in WeChat's documents"))
        super().__init__(f"WeChat error {number}: {reason}; {advice}")
        self.number = number


class NoAnswerError(O2OError):
    """WeChat could not be asked, or what came back is not its answer."""

    def __init__(self, api: str, reason: str) -> None:
        super().__init__(f"WeChat {api!r}: {reason}; check this machine's network and its proxy, and try again")


@dataclass(frozen=True, slots=True)
class MiniProgramCode:
    """What a mini-program code opens and how it looks; ``line_colour`` such as ``#1a2b3c``, WeChat's own without it."""

    scene: str
    page: str = ""
    width: int = 430
    line_colour: str = ""
    transparent: bool = field(default=False, kw_only=True)
    version: str = "release"
    check_page: bool = field(default=True, kw_only=True)

    @property
    def key(self) -> str:
        """What tells this code from any other: scene, page and look."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def check(self) -> None:
        """Raise SettingError for what WeChat would refuse, before it is asked."""
        check_scene(self.scene)
        if self.page.startswith("/") or "?" in self.page:
            raise SettingError("page", self.page, "begins with / or has a query", "write it as pages/scan/index")
        if _RESERVED in self.page or _RESERVED in self.scene:
            raise SettingError("scene or page", _RESERVED, "WeChat keeps it for itself", "take it out")
        if self.width not in WIDTHS:
            raise SettingError("width", str(self.width), "not between 280 and 1280 px", "430 is usual")
        if self.line_colour and not re.fullmatch(r"#[0-9A-Fa-f]{6}", self.line_colour):
            raise SettingError("line colour", self.line_colour, "not a colour", "write it as #1a2b3c")
        if self.version not in ("release", "trial", "develop"):
            raise SettingError("version", self.version, "no such version", "use release, trial or develop")

    def as_request(self) -> dict[str, Any]:
        """Return the body of getUnlimitedQRCode."""
        body: dict[str, Any] = {
            "scene": self.scene,
            "check_path": self.check_page,
            "env_version": self.version,
            "width": self.width,
            "is_hyaline": self.transparent,
        }
        if self.page:
            body["page"] = self.page
        if self.line_colour:
            red, green, blue = bytes.fromhex(self.line_colour[1:])
            body |= {"auto_color": False, "line_color": {"r": red, "g": green, "b": blue}}
        return body


def check_scene(scene: str) -> None:
    """Raise SettingError for a scene that WeChat can't put into a code."""
    if not scene:
        raise SettingError("scene", scene, "it is empty", "give the code of a touchpoint")
    if len(scene) > LONGEST_SCENE:
        raise SettingError("scene", scene, f"{len(scene)} characters", f"WeChat takes {LONGEST_SCENE} at most")
    if not _SCENE.fullmatch(scene):
        wrong = next(character for character in scene if not _SCENE.fullmatch(character))
        raise SettingError("scene", scene, f"WeChat takes no {wrong!r}", "use digits, letters and !#$&'()*+,/:;=?@-._~")


class MiniProgramClient:
    """Fetches mini-program codes of one mini-program, no faster than WeChat allows; use it as a context manager.

    ``api`` is another address for tests; ``pause`` waits, ``clock`` tells seconds that never go back.
    """

    def __init__(
        self,
        app_id: str,
        secret: str,
        *,
        api: str = API,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = {"appid": app_id, "secret": secret}
        self._http = _open_http(api)
        self._pause, self._clock = pause, clock
        self._token, self._token_ends = "", 0.0
        self._calls: deque[float] = deque(maxlen=CALLS_A_MINUTE)

    def __enter__(self) -> "MiniProgramClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(self, code: MiniProgramCode) -> bytes:
        """Return the picture (JPEG or PNG) of a code.

        Raises SettingError before asking, WechatError when refused, NoAnswerError when there was no answer four times.
        """
        code.check()
        wait, renew = _FIRST_PAUSE, False
        for _ in range(_TRIES - 1):
            try:
                return self._ask(code, renew=renew)
            except NoAnswerError:
                number = _BUSY
            except WechatError as error:
                number = error.number
                if not _passes_by(number, renewed=renew):
                    raise
            renew = number in _BAD_TOKENS
            if not renew:
                self._pause(_MINUTE if number in _TOO_OFTEN else wait)
                wait *= 2
        return self._ask(code, renew=renew)

    def _ask(self, code: MiniProgramCode, *, renew: bool) -> bytes:
        token = self._find_token(renew=renew)
        self._keep_pace()
        answer = self._post("/wxa/getwxacodeunlimit", code.as_request(), {"access_token": token})
        if answer.startswith(_PICTURES):
            return answer
        raise _make_error(self._read_json(answer))

    def _find_token(self, *, renew: bool) -> str:
        if renew or self._clock() >= self._token_ends:
            body = {"grant_type": "client_credential", "force_refresh": renew, **self._credentials}
            facts = self._read_json(self._post("/cgi-bin/stable_token", body, {}))
            if "access_token" not in facts:
                raise _make_error(facts)
            self._token = str(facts["access_token"])
            lasts = facts.get("expires_in")
            seconds = lasts if isinstance(lasts, int | float) else _TOKEN_SECONDS
            self._token_ends = self._clock() + seconds - _RENEWED_BEFORE
        return self._token

    def _keep_pace(self) -> None:
        now = self._clock()
        if len(self._calls) == CALLS_A_MINUTE and now - self._calls[0] < _MINUTE:
            self._pause(_MINUTE - (now - self._calls[0]))
        self._calls.append(self._clock())

    def _post(self, path: str, body: dict[str, Any], query: dict[str, str]) -> bytes:
        import httpx

        # WeChat reads raw UTF-8, no \u escapes
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._http.post(path, content=content, params=query)
        except httpx.HTTPError as error:
            raise NoAnswerError(str(self._http.base_url), f"it can't be reached ({error})") from None
        if not answer.is_success:
            raise NoAnswerError(str(self._http.base_url), f"it answers with status {answer.status_code}")
        return answer.content

    def _read_json(self, answer: bytes) -> dict[str, Any]:
        try:
            facts = json.loads(answer)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            raise NoAnswerError(str(self._http.base_url), "the answer is neither a picture nor WeChat's JSON")
        return facts


def _open_http(api: str) -> "httpx.Client":
    try:
        import httpx
    except ModuleNotFoundError:
        raise SettingError("WeChat", api, "this needs httpx", "pip install 'o2o[wechat]'") from None
    return httpx.Client(base_url=api, timeout=20)


def _passes_by(number: int, *, renewed: bool) -> bool:
    return number in (_BUSY, *_TOO_OFTEN) or (number in _BAD_TOKENS and not renewed)


def _make_error(facts: dict[str, Any]) -> WechatError:
    number = facts.get("errcode")
    return WechatError(number if isinstance(number, int) else 0, str(facts.get("errmsg", "")))
