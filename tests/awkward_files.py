"""Files as ERPs, tills and tired operators make them, each with one real trouble, and what must become of its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

Write = Callable[[Path], None]


@dataclass(frozen=True)
class Awkward:
    """One file: how it is written, the rows that must come out, the lines that are explained, what must be said.

    ``rows`` maps each id to some columns as they are stored; ``left`` maps a line that is left out, and ``warned`` one
    that is taken, to a piece of what is said of it; ``said`` are pieces of the remarks.
    """

    trouble: str
    name: str
    write: Write
    kind: str = "products"
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)
    warned: dict[int, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    currency: str = "CNY"


def text(content: str, encoding: str = "utf-8") -> Write:
    """Return what writes a text file."""
    return lambda path: path.write_bytes(content.replace("\n", "\r\n").encode(encoding))


def book(**sheets: Sequence[Sequence[Any]]) -> Write:
    """Return what writes an XLSX workbook of these sheets."""

    def write(path: Path) -> None:
        import openpyxl

        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        workbook.save(path)

    return write


def merged_book(path: Path) -> None:
    """Write a workbook with a title, a header of two rows with merged cells, and totals."""
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (
        ["商品价目表", None, None, None, None],
        ["编制：采购部", None, None, None, None],
        ["商品信息", None, None, "价格", None],
        ["商品编码", "品名", "规格", "售价", "会员价"],
        ["000123", "有机鸡蛋", "10枚", 25.8, 23.9],
        ["000124", "纯牛奶", "1L", 12.5, None],
        ["合计", None, None, 38.3, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A3:C3")
    sheet.merge_cells("D3:E3")
    workbook.save(path)


def padded_book(path: Path) -> None:
    """Write ids that are numbers which the sheet shows with zeros before them, by a number format."""
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["商品编码", "品名", "售价"])
    for sku, name in ((690, "酱油"), (12345, "香醋")):
        sheet.append([sku, name, 9.9])
        sheet.cell(sheet.max_row, 1).number_format = "000000"
    workbook.save(path)


def merged_body_book(path: Path) -> None:
    """Write a store's name merged over the rows of its products."""
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["门店编号", "商品编码", "通道", "货架"])
    for row in (["S1", "007", "A", "1"], [None, "008", "A", "2"], ["S2", "007", "B", "9"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    workbook.save(path)


def old_book(path: Path) -> None:
    """Write an .xls of Excel 97 with ids that are numbers and a real date."""
    import xlwt

    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("变价单")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, name in enumerate(("商品编码", "门店编号", "新售价", "生效日期", "截止日期")):
        sheet.write(0, column, name)
    sheet.write(1, 0, "007")
    sheet.write(1, 1, "")
    sheet.write(1, 2, 8.8)
    sheet.write(1, 3, datetime(2026, 3, 1), day)
    sheet.write(1, 4, datetime(2026, 3, 31), day)
    workbook.save(str(path))


_LOOK_ALIKE = "s\u043au"  # with a Cyrillic ka
_ZERO_WIDTH = "\u200b"

FILES = (
    Awkward(
        "title rows above, totals and a signature below, GB18030",
        "商品.csv",
        text(
            "某某超市商品主档,,,\n打印日期：2026-05-01,,,\n\n商品编码,品名,规格,售价\n000123,有机鸡蛋,10枚,25.80\n"
            "000124,纯牛奶,1L,12.50\n合计,,,38.30\n制表人：王小明,,,\n",
            "gb18030",
        ),
        rows={"000123": {"name": "有机鸡蛋", "price": 2580}, "000124": {"name": "纯牛奶", "price": 1250}},
        said=("GB18030", "7"),
    ),
    Awkward(
        "semicolons, decimal commas, thousands in blanks and Polish letters in Windows-1250",
        "towary.csv",
        text(
            "sku;name;unit;price;net_content;net_unit\n00017;Śmietana łąkowa;szt;4,99;0,2;kg\n"
            "00018;Ekspres do kawy;szt;1 299,00;;\n00019;Żółty ser;kg;39,90;;\n",
            "cp1250",
        ),
        rows={
            "00017": {"name": "Śmietana łąkowa", "price": 499, "net_content": 0.2},
            "00018": {"name": "Ekspres do kawy", "price": 129900},
            "00019": {"name": "Żółty ser", "price": 3990},
        },
        said=("1250",),
        currency="PLN",
    ),
    Awkward(
        "French letters in Windows-1252",
        "produits.csv",
        text("sku;name;price\n0042;Crème brûlée à l'œuf;3,50\n0043;Pâté de campagne;12,80\n", "cp1252"),
        rows={"0042": {"name": "Crème brûlée à l'œuf", "price": 350}, "0043": {"price": 1280}},
        said=("1252",),
        currency="EUR",
    ),
    Awkward(
        "Unicode text of a spreadsheet: UTF-16, tabs, .txt",
        "goods.txt",
        text("sku\tname\tprice\n00690\t酱油\t9.90\n00691\t香醋\t7.50\n", "utf-16"),
        rows={"00690": {"name": "酱油", "price": 990}, "00691": {"name": "香醋", "price": 750}},
        said=("UTF-16",),
    ),
    Awkward(
        "a header of two rows with merged cells, a title and a total",
        "价目表.xlsx",
        merged_book,
        rows={"000123": {"name": "有机鸡蛋", "price": 2580, "member_price": 2390}, "000124": {"price": 1250}},
        said=("7",),
    ),
    Awkward(
        "a sheet for each of two kinds, and one of notes",
        "全部.xlsx",
        book(
            说明=[["本文件由采购部维护"], ["有问题请联系 8001"]],
            商品=[["商品编码", "品名", "售价"], ["000123", "有机鸡蛋", 25.8]],
            门店=[["门店编号", "门店名称"], ["S9", "新店"]],
        ),
        rows={"000123": {"price": 2580}},
        said=("说明",),
    ),
    Awkward(
        "Excel 97 with real dates",
        "变价单.xls",
        old_book,
        kind="prices",
        rows={"007": {"price": 880, "store_id": ""}},
    ),
    Awkward(
        "ids that are numbers and shown with zeros by a number format",
        "补零.xlsx",
        padded_book,
        rows={"000690": {"name": "酱油", "price": 990}, "012345": {"name": "香醋"}},
    ),
    Awkward(
        "ids and barcodes that a spreadsheet has shortened: digits were lost",
        "科学计数.csv",
        text("商品编码,品名,条码\n6.9E+12,酱油,\n6.90123E+12,香醋,\n000125,米醋,6.90123E+12\n000126,白醋,\n"),
        rows={"000126": {"name": "白醋"}},
        left={2: "文本", 3: "文本", 4: "文本"},
    ),
    Awkward(
        "18 digits in a number cell: a spreadsheet keeps 15 of them",
        "长编码.xlsx",
        book(商品=[["商品编码", "品名"], [123456789012345678, "酱油"], ["123456789012345678", "香醋"]]),
        rows={"123456789012345678": {"name": "香醋"}},
        left={2: "文本"},
    ),
    Awkward(
        "currency signs, full-width digits, units in the cell",
        "价格.csv",
        text('商品编码,品名,售价,会员价\n1,鸡蛋,¥12.80,￥１１．８０\n2,牛奶,12.50元,"1,012.00"\n3,大米,CNY 88,-\n'),
        rows={
            "1": {"price": 1280, "member_price": 1180},
            "2": {"price": 1250, "member_price": 101200},
            "3": {"price": 8800, "member_price": None},
        },
        warned={3: "会员价"},
    ),
    Awkward(
        "an amount that may mean one or a thousand",
        "ceny.csv",
        text("sku;name;price\n1;mleko;1.299\n2;ser;2.499\n"),
        left={2: "1.299", 3: "2.499"},
        currency="PLN",
    ),
    Awkward(
        "the same amount in a column whose other cells tell: a thousand",
        "ceny2.csv",
        text("sku;name;price\n1;mleko;1.299\n2;ser;24,99\n"),
        rows={"1": {"price": 129900}, "2": {"price": 2499}},
        currency="PLN",
    ),
    Awkward(
        "blanks and characters that nobody sees in ids and headers",
        "隐形.csv",
        text(f"商品编码{_ZERO_WIDTH}, 品名 ,售价\u00a0\n0007{_ZERO_WIDTH} ,酱油\u3000,9.90\n\ufeff0008,香醋,7.50\n"),
        rows={"0007": {"name": "酱油", "price": 990}, "0008": {"price": 750}},
    ),
    Awkward(
        "headers in look-alike letters and traditional characters",
        "look-alike.csv",
        text(f"{_LOOK_ALIKE},品名,售價,條碼\n0007,酱油,9.90,6901234567892\n"),
        rows={"0007": {"name": "酱油", "price": 990, "gtin": "6901234567892"}},
    ),
    Awkward(
        "two columns that mean the same and agree",
        "twice.csv",
        text("商品编码,货号,品名,售价\n0007,0007,酱油,9.90\n0008,0008,香醋,7.50\n"),
        rows={"0007": {"price": 990}, "0008": {"price": 750}},
        said=("货号",),
    ),
    Awkward(
        "columns that only this merchant has",
        "extra.csv",
        text("sku,name,等级,品牌,图片,英文名,货架寿命\n0007,酱油,特级,海天,soy.png,Soy sauce,18个月\n"),
        rows={
            "0007": {
                "extra": {
                    "grade": "特级",
                    "brand": "海天",
                    "photo": "soy.png",
                    "name_en": "Soy sauce",
                    "货架寿命": "18个月",
                }
            }
        },
    ),
    Awkward(
        "several barcodes in one cell, and in repeated rows that agree",
        "barcodes.csv",
        text(
            "sku,name,gtin,pack_quantity\n1,cola,6901234567892;16901234567899,1;24\n"
            "2,egg,6907992100272,1\n2,egg,6921168509256,12\n"
        ),
        rows={
            "1": {"barcodes": ["6901234567892", "16901234567899"]},
            "2": {"barcodes": ["6907992100272", "6921168509256"]},
        },
    ),
    Awkward(
        "barcodes of the shop's own, of scales, books and journals, and one with a slip",
        "odd-barcodes.csv",
        text(
            "sku,name,gtin\n1,scale,200123401280004567\n2,own,2000000000015\n3,banana,4011\n4,book,978-7-02-000220-7\n"
            "5,journal,ISSN 1002-1027\n6,slip,6901234567893\n7,upc-e,01234565\n"
        ),
        rows={
            "1": {"gtin": "200123401280004567"},
            "2": {"gtin": "2000000000015"},
            "3": {"gtin": "4011"},
            "4": {"gtin": "978-7-02-000220-7"},
            "5": {"gtin": "ISSN 1002-1027"},
            "6": {"gtin": "6901234567893"},
            "7": {"gtin": "01234565"},
        },
        warned={2: "Code 128", 3: "Code 128", 4: "Code 128", 7: "check digit"},
    ),
    Awkward(
        "one barcode on two products, and one product said in two ways",
        "clash.csv",
        text("sku,name,gtin\n1,cola,6901234567892\n2,cola new,6901234567892\n3,egg,\n3,eggs,\n"),
        rows={"1": {"name": "cola"}, "3": {"name": "egg"}},
        left={3: "line 2", 5: "line 4"},
    ),
    Awkward(
        "a price list with serial dates of a spreadsheet, and an end before its start",
        "变价.csv",
        text(
            "商品编码,门店编号,新售价,促销价,开始日期,结束日期\n007,,9.80,8.80,46082,46112\n008,S1,7.00,,2026/4/1,2026-03-01\n"
        ),
        kind="prices",
        rows={"007": {"price": 980, "promo_price": 880}},
        left={3: "2026"},
    ),
    Awkward(
        "line breaks, quotes, separators and formulas in texts, a sep= line, blank and short lines",
        "quoted.csv",
        text(
            'sep=,\nsku,name,spec,price\n0007,"酱油\n(生抽)",500ml,9.90\n\n0008,"say ""hi"", =1+1",,7.50\n'
            "0009,米\n,,,\n"
        ),
        rows={
            "0007": {"name": "酱油\r\n(生抽)", "price": 990},
            "0008": {"name": 'say "hi", =1+1', "price": 750},
            "0009": {"name": "米", "price": None},
        },
    ),
    Awkward(
        "a header that means nothing to us, said once with --map",
        "erp.csv",
        text("FNumber,FName,FSalePrice\n000123,有机鸡蛋,25.80\n"),
        rows={"000123": {"name": "有机鸡蛋", "price": 2580}},
        options=("--map", "FNumber=sku", "--map", "FName=name", "--map", "FSalePrice=price"),
    ),
    Awkward(
        "a product that lies in two spots",
        "陈列.csv",
        text("门店编号,商品编码,通道,货架,层\nS1,007,A,1,2\nS1,007,端架,9,1\n"),
        kind="assortment",
        rows={"007": {"spots": {"": ("A", "1", "2"), "2": ("端架", "9", "1")}}},
    ),
    Awkward(
        "a store merged over the rows of its products",
        "门店商品.xlsx",
        merged_body_book,
        kind="assortment",
        rows={"007": {"stores": {"S1", "S2"}}, "008": {"stores": {"S1"}}},
    ),
    Awkward(
        "leavers: dates in the chain's own way",
        "员工.csv",
        text(
            "工号,门店编号,姓名,岗位,入职日期,离职日期\n0009,S1,王小明,导购,2025年3月1日,2026.4.30\n0010,S1,李雷,收银员,2025/3/1,\n"
        ),
        kind="people",
        rows={"0009": {"name": "王小明"}, "0010": {"name": "李雷"}},
    ),
)
"""The awkward files."""

SHELF = {"007": "酱油", "008": "香醋"}
"""The products that some of them refer to, in stores S1 and S2."""

TODAY = date(2026, 5, 29)
