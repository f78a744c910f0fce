"""The encoding of a file is known by what stands in it, and said when it isn't UTF-8."""

import gzip
from pathlib import Path

import pytest

from o2o.errors import InputFileError, SettingError
from o2o.importers.encodings import check_encoding, open_text, recognise_bytes, recognise_encoding

CHINESE = "商品编码,品名,价格\n001,鸡蛋,12.80\n"
POLISH = "indeks;nazwa;cena\n1;Śmietana 18% łagodna;3,49\n2;Mąka żytnia;4,99\n"


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "known_as"),
    [
        ("sku,name\n1,egg\n", "ascii", "utf-8-sig"),
        (CHINESE, "utf-8", "utf-8-sig"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        ("sku\tname\r\n1\tegg\r\n", "utf-16-le", "utf-16-le"),
        (CHINESE, "gb18030", "gb18030"),
        ("sku,品名\n1,蛋\n", "gb18030", "gb18030"),
        ("sku,name\n1,T恤\n2,iPhone手机\n3,A级\n", "gb18030", "gb18030"),
        ("商品編號,品名,售價\n1,雞蛋,1\n2,鮮牛奶,2\n", "gb18030", "gb18030"),
        ("编码,品名\n1,喆𠮷\n2,镕\n", "gb18030", "gb18030"),
        (POLISH, "cp1250", "cp1250"),
        ("sku;name\n1;żółw\n", "cp1250", "cp1250"),
        ("sku;name\n1;masło\n", "cp1250", "cp1250"),
        ("sku;name\n1;ŁĄCZNIK\n", "cp1250", "cp1250"),
        ("sku;name\n1;stół\n2;kość\n", "cp1250", "cp1250"),
        ("sku;name\n1;Jabłka Gala kl. I\n2;ZIEMNIAKI MŁODE\n", "cp1250", "cp1250"),
        ("sku;name\n1;café crème\n", "cp1252", "cp1252"),
        ("sku;name\n1;œufs frais\n2;cœur de bœuf\n", "cp1252", "cp1252"),
        ("sku;name\n1;Müsli, Käse, Weißbier\n", "cp1252", "cp1252"),
        ("sku;name\n1;piña\n2;¿Qué tal?\n", "cp1252", "cp1252"),
        ("sku;name;m³\n1;gas 5 m³;5 cm³\n", "cp1252", "cp1252"),
        ("sku;name;price\n1;tea;£5 €3\n", "cp1252", "cp1252"),
        ("sku;name\n1;鸡蛋\n", "utf-32", "utf-32"),
    ],
)
def test_an_encoding_is_recognised(tmp_path: Path, text: str, encoding: str, known_as: str) -> None:
    path = write(tmp_path / "file.csv", text.encode(encoding))
    assert recognise_encoding(path) == known_as
    with open_text(path, known_as) as file:
        assert file.read() == text


def test_a_packed_file_is_recognised_too(tmp_path: Path) -> None:
    assert recognise_encoding(write(tmp_path / "file.csv.gz", gzip.compress(CHINESE.encode("gbk")))) == "gb18030"


def test_half_a_character_does_not_make_chinese_text_european() -> None:
    assert recognise_bytes("鸡蛋,牛奶,面包".encode("gbk") + b",\xbc;") == "gb18030"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (CHINESE.encode() + b"2,\xff\xfe,1\n", "line 3: it can't be read as UTF-8; save it as CSV UTF-8"),
        (b"sku,name\n1,a\0b\n", "line 2: a byte 0 is in it: neither UTF-8 nor GB18030 text"),
        ("编,名\n".encode("gbk") * 20 + b"2,\xbc;\n", "line 21: it can't be read as GB18030; .*--encoding"),
        (b" \n", "the file is empty"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = write(tmp_path / "file.csv", data)
    with pytest.raises(InputFileError, match=message), open_text(path, recognise_encoding(path)) as file:
        file.read()


@pytest.mark.parametrize(("name", "known_as"), [("UTF8", "utf-8-sig"), ("GBK", "gbk"), ("windows-1250", "cp1250")])
def test_an_encoding_may_be_given_by_any_of_its_names(name: str, known_as: str) -> None:
    assert check_encoding(name) == known_as


@pytest.mark.parametrize("name", ["klingon", "base64"])
def test_an_encoding_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match="no such encoding; say utf-8"):
        check_encoding(name)
