"""What importers say of cells and rows, each in Chinese and English; facts stand in braces."""

from o2o.config import Language
from o2o.problems import Message, Words, say


class CellError(ValueError):
    """A cell that can't be taken: the message that says why, and the facts in it."""

    def __init__(self, message: Message, **facts: object) -> None:
        super().__init__(message, facts)
        self.message, self.facts = message, facts

    def __str__(self) -> str:
        return "; ".join(say(words, self.facts, Language.EN) for words in (self.message.reason, self.message.advice))


_CORRECT: Words = ("改正后重新导入", "correct it and import again")
_FILL_IN: Words = ("补上后重新导入", "fill it in and import again")
_DELETE: Words = ("删掉后重新导入", "delete it and import again")
_AS_TEXT: Words = (
    "在表格软件中先把该列设为文本再填写；用 Excel 打开 CSV 时走“数据 > 从文本/CSV”并把该列设为文本，然后重新导出",
    "format the column as text in the spreadsheet, and export it again; "
    "open a CSV in Excel by Data > From Text/CSV with that column as text",
)
_ONE_STYLE: Words = (
    "整列用同一种写法，例如 1299.00，再重新导入",
    "write the whole column one way, such as 1299.00, and import again",
)
_ISO_DAY: Words = ("写成 2026-05-17 这样的日期", "write it as 2026-05-17")

TOO_MANY_CELLS = Message(
    ("这一行有 {cells} 格，表头只有 {width} 格", "the row has {cells} cells, the header {width}"),
    ("含有分隔符的文字请用双引号括起来", "put a text that holds the separator in double quotes"),
)
MISSING = Message(("没有填写", "is missing"), _FILL_IN)
CONTROL_CHARACTER = Message(("含有控制字符", "holds a control character"), _DELETE)
ERROR_VALUE = Message(
    ("是表格软件的出错值", "is an error of a spreadsheet"),
    ("改正公式或清空此格，再重新导出", "mend its formula or empty the cell, and export it again"),
)

ID_TOO_LONG = Message(
    ("超过 {longest} 个字符", "longer than {longest} characters"), ("换一个短些的编号", "give a shorter id")
)
ID_BROKEN = Message(("编号里有制表符、换行或控制字符", "an id with a tab or a line break in it"), _DELETE)
ID_SHORTENED = Message(
    ("被表格软件缩写成科学计数，后面的数字已丢失", "a spreadsheet has shortened this number and lost digits of it"),
    _AS_TEXT,
)
MADE_A_DATE = Message(("被表格软件变成了日期或时间", "a spreadsheet has made a date or time of it"), _AS_TEXT)
ID_FRACTION = Message(("带小数的数字不是编号", "a number with decimals is no id"), _AS_TEXT)
UNKNOWN_ID = Message(
    ("没有这个{what}", "no such {what}"), ("请先导入{kind}，或改正编号", "import the {kind} first, or correct it")
)
CUT_ZEROS = Message(
    (
        "没有这个{what}，但有 {known}：前面的 0 被表格软件去掉了",
        "no such {what}, but {known}: a spreadsheet has cut the zeros",
    ),
    _AS_TEXT,
)
BENT_IDS = frozenset((ID_SHORTENED, ID_FRACTION, MADE_A_DATE, CUT_ZEROS, ERROR_VALUE))
"""What is said of ids that were others before a spreadsheet had them."""

NOT_AN_AMOUNT = Message(("不是金额", "not an amount"), ("写成 12.80 这样的数字", "write it as 12.80"))
NOT_A_NUMBER = Message(("不是数字", "not a number"), ("写成 12.5 这样的数字", "write it as 12.5"))
AMBIGUOUS_NUMBER = Message(
    (
        "可能是 {one}，也可能是 {other}，本列没有别的格能说明",
        "may be {one} or {other}, and its column doesn't say which",
    ),
    _ONE_STYLE,
)
OTHER_SEPARATOR = Message(
    ("小数点的写法与本列其他数字不同", "its decimals are written unlike those of its column"), _ONE_STYLE
)
NEGATIVE = Message(("是负数", "negative"), ("去掉负号", "write it without the minus"))
TOO_MANY_DECIMALS = Message(
    ("{currency} 的小数不超过 {digits} 位", "more than {digits} decimals for {currency}"), _CORRECT
)
TOO_LARGE = Message(
    ("单价超过 {limit}", "more than {limit} for one piece"),
    ("核对是否误填了条码或点错了小数点", "check it for a barcode or a slipped point"),
)
NO_SUCH_AMOUNT = Message(("金额太大", "too large to be an amount"), _CORRECT)
OTHER_CURRENCY = Message(
    ("币种是 {found}，本店记账用 {currency}", "is in {found}, but the shop counts in {currency}"),
    ("换算后重新导入", "convert it and import again"),
)
ZERO_PRICE = Message(
    ("会印成 0", "would be printed as 0"),
    ("已照原样导入；没有价格就留空", "taken as it is; leave it empty where there is none"),
)
ABOVE_PRICE = Message(
    ("高于售价", "is above the price"),
    ("已照原样导入；核对两者是否填反", "taken as it is; check whether they were swapped"),
)
NOT_POSITIVE = Message(("必须大于 0", "must be more than 0"), _CORRECT)
NOT_WHOLE = Message(
    ("不是 {least} 以上的整数", "not a whole number from {least}"), ("写成 12 这样的整数", "write it as 12")
)
NOT_A_UNIT = Message(("不是认识的单位", "not a unit that we know"), ("用 {choices} 之一", "use one of {choices}"))

NOT_A_DATE = Message(("不是日期", "not a date"), _ISO_DAY)
YEAR_OUT_OF_RANGE = Message(("不在 1970 年到 3000 年之间", "not between 1970 and 3000"), ("核对年份", "check the year"))
AMBIGUOUS_DATE = Message(
    (
        "可能是 {one}，也可能是 {other}，本列没有别的格能说明",
        "may be {one} or {other}, and its column doesn't say which",
    ),
    _ISO_DAY,
)
OTHER_DATE_ORDER = Message(
    ("日和月的顺序与本列其他日期不同", "its day and month stand unlike those of its column"), _ISO_DAY
)
END_BEFORE_START = Message(
    ("早于开始日期", "is before the start"), ("改正其中一个日期", "correct one of the two dates")
)

NOT_A_KEY = Message(
    ("不是 {name}：{shape}", "is not a {name}: {shape}"),
    ("与 GS1 的登记核对，不用就留空", "compare it with GS1's certificate, or leave it empty"),
)
NO_SUCH_ZONE = Message(
    ("没有这个时区", "no such time zone"),
    ("用 Asia/Shanghai 这样的 IANA 时区名，或留空", "use an IANA name such as Asia/Shanghai, or leave it empty"),
)
NOT_DEGREES = Message(
    ("不是经纬度", "not a latitude or longitude"),
    ("写成度，纬度 -90 到 90，经度 -180 到 180，如 30.25", "write degrees, -90 to 90 or -180 to 180, such as 30.25"),
)
NOT_HOURS = Message(
    ("不是营业时间", "not opening hours"),
    (
        "写成 Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00 或 周一至周五 9:00-21:00",
        "write Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00",
    ),
)
NOT_A_CARRIER = Message(("不是认识的物料", "not a carrier that we know"), ("用 {choices} 之一", "use one of {choices}"))
NOT_A_GOAL = Message(("不是认识的目标", "not a goal that we know"), ("用 {choices} 之一", "use one of {choices}"))
NOT_A_COST = Message(("不是费用的对象", "not what a cost can be for"), ("用 {choices} 之一", "use one of {choices}"))
TARGET_WITHOUT_GOAL = Message(
    ("没有说明考核什么", "says not what is counted"), ("填写 goal：{choices}", "fill in goal: {choices}")
)
NOT_A_LINK = Message(
    ("不是网址", "not a web address"),
    ("以 https:// 开头写完整", "write it whole, from https:// on"),
)


DUPLICATE = Message(
    ("第 {line} 行已有，但{columns}不同", "is in line {line} too, with another {columns}"),
    ("两行留一行；已导入第 {line} 行", "leave one of the lines; line {line} was taken"),
)
TWO_STORES = Message(
    ("第 {line} 行已有，但{columns}不同", "is in line {line} too, with another {columns}"),
    (
        "一个{what}一次只能属于一个门店：两行留一行，或给出各自的开始日期；已导入第 {line} 行",
        "one {what} is in one store: leave one of the lines, or give each its from; line {line} was taken",
    ),
)

NO_SUCH_STORE = Message(
    ("没有这个门店", "no such store"), ("请先导入门店，或改正编号", "import it first, or correct the id")
)
NO_SUCH_ORDER = Message(
    ("本店没有这张订单", "no such order in this store"),
    ("请把订单与明细一起导入", "import the order with its lines"),
)
NOT_A_SALE = Message(
    ("不是 {currency} 金额，小数不超过 {digits} 位", "not an amount of {currency} with up to {digits} decimals"),
    ("写成 12.80 这样的数字；退款写负数", "write a plain number such as 12.80; refunds are negative"),
)
NOT_A_QUANTITY = Message(
    ("不是数量", "not a quantity"), ("写成 2 或 0.485 这样的数字", "write a number such as 2 or 0.485")
)
NOT_A_REFUND = Message(("是退款却不是负数", "a refund that isn't negative"), ("写成负数", "write it with a minus"))
NOT_A_TIME = Message(
    ("不是时间", "not a time"),
    ("写成 2026-05-17 10:05:03，非本地时间加上时差", "write it as 2026-05-17 10:05:03, with an offset if not local"),
)
NOT_A_COUNT = Message(
    ("不是 0 或以上的普通小数", "not a plain decimal of 0 or more"),
    ("写成 12 或 12.5，不带千位分隔符、货币和指数", "write it as 12 or 12.5, without thousands, currency or exponent"),
)
TOO_MANY_TO_BE_TRUE = Message(
    ("数字大得不可能", "too large to be true"),
    ("检查这一列的数字", "check the numbers of this column"),
)
NOT_A_PATH = Message(
    ("有空的触点，或含有空字符", "a touch in it is empty or holds a null character"),
    ("写出每个触点，用“ > ”连接", "name each touch, and join them with ' > '"),
)
VALUE_OF_NOTHING = Message(
    ("没有转化却有金额", "a value without a conversion"),
    ("填写转化数，或删掉金额", "give its conversions, or no value"),
)
NOT_AN_EVENT = Message(
    ("不是已知的事件", "not an event that we know"),
    ("写 view（浏览）或 registration（注册）", "write view or registration"),
)
NOBODY = Message(
    ("没有访客、会员或扫码编号", "names no visitor, customer or scan_id"),
    ("至少填一个，否则无法归到扫码", "fill in one of them, or it can be joined to no scan"),
)
IN_THE_FUTURE = Message(("在将来", "lies in the future"), ("核对日期", "check the date"))
OTHER_ORDER = Message(
    (
        "与已导入的第 {line} 行是同一张订单，内容却不同",
        "other content than the same order in line {line}, which was taken",
    ),
    ("保留正确的一行", "keep the one that is right"),
)
OTHER_REDEMPTION = Message(
    (
        "与已导入的第 {line} 行是同一张券，内容却不同",
        "other content than the same coupon in line {line}, which was taken",
    ),
    ("保留正确的一行", "keep the one that is right"),
)
NOT_A_VALUE = Message(
    (
        "不是 {currency} 面额，小数不超过 {digits} 位",
        "not the value of a coupon: an amount of {currency} with up to {digits} decimals",
    ),
    ("写成 12.80 这样的数字，不写负数", "write a plain number such as 12.80, not a negative one"),
)
UNKNOWN_CODE = Message(
    ("没有这个短码的触点", "no touchpoint has this code"), ("见 o2o touchpoint list", "see 'o2o touchpoint list'")
)
BAD_PICTURE = Message(
    ("图片不能用：{why}", "{why}"),
    ("重新下载，宽度至少 280 像素", "download it again, at least 280 px wide"),
)

REPEATED_ROWS: Words = (
    "有 {count} 行重复且各格相同，每行只导入一次",
    "{count} row(s) stand there twice, all cells alike; each was taken once",
)
MERGED_ROWS: Words = (
    "有 {count} 行只是同一商品的另一个条码，已合并",
    "{count} row(s) only give another barcode of a product; taken as one product",
)
REMOVED_CHARACTERS: Words = (
    "从编号中去掉了 {count} 个看不见的字符",
    "removed {count} invisible character(s) from ids",
)
MORE_WARNINGS: Words = (
    "还有 {count} 行有同样的提醒，没有逐行列出",
    "{count} more row(s) have the same warnings and are not listed",
)
