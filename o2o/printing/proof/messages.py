"""What a proof says of printed pages and codes, each in Chinese and English; facts stand in braces."""

from dataclasses import dataclass
from typing import Self

from o2o.config import Language
from o2o.problems import Message, Words, say


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and what to do, before it is said in a language: ``facts`` fill the braces of its message."""

    message: Message
    facts: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, message: Message, **facts: object) -> Self:
        """Return a fault with its facts."""
        return cls(message, tuple(facts.items()))

    def reason(self, language: Language = Language.EN) -> str:
        """Return what is wrong."""
        return say(self.message.reason, dict(self.facts), language)

    def advice(self, language: Language = Language.EN) -> str:
        """Return what to do."""
        return say(self.message.advice, dict(self.facts), language)

    def of_all(self) -> "Fault":
        """Return the fault as one of a code and of all that are made like it."""
        every = (self.message.reason[0] + _SO_ARE_ALL[0], self.message.reason[1] + _SO_ARE_ALL[1])
        return Fault(Message(every, self.message.advice), self.facts)


def but_found(shown: str) -> Words:
    """Return the end of a sentence that says what is there instead, when there is something."""
    return (f"，而是{shown}", f", but {shown}") if shown else ("", "")


_SO_ARE_ALL: Words = ("，同类的码都如此", ", and so do all codes like it")
_AGAIN: Words = ("这一页作废，重新打印", "throw this page away and print it again")
_AS_PRINTED: Words = ("使用 o2o print 生成的原文件", "take the PDF as 'o2o print' made it")
_LARGER: Words = ("在模板里把码放大后重新打印", "make its box larger in the template and print it again")
_FINER: Words = ("在纸张或模板里设定打印机的 dpi", "choose the printer's dpi in the stock or template")

BARCODE: Words = ("条码", "barcode")
EAN: Words = ("EAN 条码", "EAN")

IN_NO_CELL = Message(("{text} 不在任务的任何一格内", "{text} lies in no cell of the job"), _AGAIN)
WRONG_PLACE = Message(
    ("这是任务的第 {page} 页，位置不对或重复", "this is page {page} of the job, at the wrong place or twice"),
    _AS_PRINTED,
)
NOT_OF_THE_JOB = Message(("这一页不属于该任务", "this page is not of the job"), _AS_PRINTED)
PAGE_MISSING = Message(("缺第 {page} 页", "page {page} is missing"), _AS_PRINTED)
PAGES_MISSING = Message(("缺第 {first} 至 {last} 页", "pages {first} to {last} are missing"), _AS_PRINTED)
NOT_PRINTED = Message(("印有本任务没有的 {shown}", "shows {shown}, which was not printed by the job"), _AGAIN)
ANOTHER_CODE = Message(("码不对，读出的是 {shown}", "shows {shown} instead of its own code"), _AGAIN)
CODE_UNREAD = Message(("二维码读不出", "its code can't be read"), _AGAIN)
CODE_BESIDE = Message(("除自己的码外还有 {shown}", "shows {shown} beside its own code"), _AGAIN)
LINEAR_UNREAD = Message(("{kind} {wanted} 读不出{found}", "its {kind} {wanted} can't be read{found}"), _AGAIN)
COVERED = Message(("{text}被遮住", "something lies over {text}"), _AGAIN)
TEXT_MISSING = Message(("缺少{text}{found}", "{text} is not there{found}"), _AGAIN)
TEXT_ADDED = Message(("多出本任务没有的{text}", "{text} was not printed by the job"), _AGAIN)
SMALL_MODULES = Message(
    ("模块边长 {module:.2f} mm，手机需要 {least} mm", "its modules are {module:.2f} mm, phones need {least}"), _LARGER
)
BAD_GRADE = Message(
    (
        "难以扫描，等级 {grade}：剩余纠错 {unused:.0%}，对比度 {contrast:.0%}",
        "scans badly, grade {grade}: {unused:.0%} of its error correction is unused, contrast {contrast:.0%}",
    ),
    _AGAIN,
)
QUIET_ZONE_LOST = Message(
    (
        "静区不足：{quiet} 个模块外就有别的内容，应空出 {wanted} 个",
        "something lies {quiet} module(s) from it, {wanted} must stay clear",
    ),
    _AGAIN,
)
DOTS_UNREAD = Message(("在 {dpi} dpi 下读不出", "at {dpi} dpi it can't be read"), _FINER)
FEW_DOTS = Message(
    (
        "在 {dpi} dpi 下每个模块只有 {dots:.1f} 点，需要 {least} 点",
        "at {dpi} dpi its modules have {dots:.1f} dots, {least} are needed",
    ),
    _FINER,
)
TOO_DARK = Message(("在 {dpi} dpi 下偏黑 {growth:.0%}", "at {dpi} dpi it prints {growth:.0%} too dark"), _FINER)
