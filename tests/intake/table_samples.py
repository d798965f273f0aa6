"""Invented tables, cards and archives; all people and numbers are fictional."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence


def table(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def html_table(rows: Sequence[Sequence[str]]) -> bytes:
    """A web page named .xls, in GBK."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<html><head><meta charset="gbk"></head><body><table>{body}</table></body></html>'.encode("gb18030")


def locked_zip(files: dict[str, bytes], password: str) -> bytes:
    """A zip with AES and a password, as wallets send their bills."""
    import pyzipper

    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zipped(files: Mapping[str, bytes], *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


OPERATOR_HEADER = ["起始时间", "通信地点", "通信方式", "对方号码", "通信时长", "通信类型", "实收通信费(元)"]
CHAT_HEADER = ["消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息"]
BILL_HEADER = [
    "交易时间",
    "交易分类",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/支",
    "金额",
    "收/付款方式",
    "交易状态",
    "交易订单号",
    "商家订单号",
    "备注",
    "",
]
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:林;舟妈妈;;;\r\nFN:林 舟妈妈\r\nTEL;type=CELL:138 0000 1002\r\nEND:VCARD\r\n"


MAIL = (
    "From: a@example.invalid\r\nTo: b@example.invalid\r\nReceived: by x\r\nSubject: test\r\n"
    "Date: Tue, 04 Mar 2025 21:30:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
)
CONTACT = {
    "contact_id": "1",
    "occurred_at": "2025-03-04T21:30:00+08:00",
    "channel": "call",
    "direction": "outbound",
    "from_number": "17000001188",
}


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A minimal xlsx with inline texts and plain numbers."""
    names = list(sheets)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>{parts}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
    }
    for number, lines in enumerate(sheets.values(), 1):
        rows = "".join(
            f'<row r="{r}">' + "".join(_cell(cell, f"{chr(65 + c)}{r}") for c, cell in enumerate(line)) + "</row>"
            for r, line in enumerate(lines, 1)
        )
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return zipped({name: text.encode() for name, text in files.items()})


def workbook_with(more: str, *, before: str = "", number: int = 1) -> bytes:
    """A list, “甲”, and an empty sheet, the one of that number with *more* behind its rows and *before* them."""
    whole = workbook({"甲": [["号码", "秒"], ["17000001188", 35]], "乙": []})
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = f"xl/worksheets/sheet{number}.xml"
    text = parts[name].decode().replace("<sheetData>", f"{before}<sheetData>")
    return zipped(parts | {name: text.replace("</sheetData>", f"{more}</sheetData>").encode()})


def far(row: int) -> str:
    """A note in the last column of a sheet."""
    return f'<row r="{row}"><c r="XFD{row}" t="inlineStr"><is><t>备注</t></is></c></row>'


def _cell(value: object, place: str) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
