"""What to do with a file that cannot be read: said beside *kept as evidence, not read*, where the beginning tells what it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO, Final

from cuijie.intake.containers.packed_names import names_in_rar
from cuijie.intake.found import IntakeError
from cuijie.intake.source import MEMORY_BYTES
from cuijie.intake.tables.workbook_rows import workbook_rows

__all__ = ["what_to_do"]

_OLE: Final = b"\xd0\xcf\x11\xe0"
_IN_WORKBOOKS: Final = {_OLE: "Workbook".encode("utf-16-le"), b"PK\x03\x04": b"xl/"}  # names of what lies in them
_NO_TITLES: Final = "这是表格，但里面没有认得出的列名；请在第一行写列名（时间、方式、号码、内容）再收。"
_LOCKED_TABLE: Final = re.compile(
    rb"\x09\x08\x10\x00\x00\x06.{14}\x2f\x00", re.DOTALL
)  # a workbook's start, then its lock
_OLD_OFFICE: Final = "这是旧版 Office 一类的文件（doc、xls、msg），里面是什么认不出，可能没有下载完整：请重新下载，或用 WPS 打开，另存为 PDF 再收。"
_SHOWN: Final = 6  # names of packed files
_PACKED: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def what_to_do(head: bytes, name: str, opener: Callable[[], BinaryIO]) -> str | None:
    """Chinese sentences, or None where the first bytes tell nothing; *opener* gives the whole file."""
    if head.startswith(_OLE) and _LOCKED_TABLE.search(head):
        return (
            "这是加了密码的旧版表格（.xls），这种旧的加密打不开：请用 WPS 或 Excel 打开，去掉密码，另存为 xlsx 再收。"
        )
    if (mark := _IN_WORKBOOKS.get(head[:4])) and mark in head:
        return _of_workbook(name, opener)
    if head.startswith(_OLE):
        return _OLD_OFFICE
    if head.startswith(b"PK\x03\x04") and (b"ppt/" in head or b"Index/Document.iwa" in head):
        return (
            "这是读不出的演示文稿，或苹果的 Pages、Numbers、Keynote 文稿：请打开它，导出为 PDF（表格导出为 xlsx）再收。"
        )
    if head.startswith(b"L\0\0\0\x01\x14\x02\0"):
        return "这只是一个快捷方式（.lnk），文件本身不在里面：请右键看它的“打开文件所在的位置”，收那里的文件。"
    if head.startswith(b"Rar!"):
        return _of_rar(opener)
    if head.startswith(_PACKED):
        return "这是压缩包（7z、xz 等），打不开：请先解压，再收里面的文件；或改存成 zip 再收。"
    if b"<manifest" in head[:4096] and b"<uses-permission" in head:
        return "这是一个应用的清单文件（AndroidManifest）：用 cuijie phone read 看它要了哪些权限。"
    return None


def _of_workbook(name: str, opener: Callable[[], BinaryIO]) -> str:
    """Why its head could not be read; else it is its titles that nobody knows."""
    with opener() as stream:
        data = stream.read(MEMORY_BYTES)
    try:
        for _ in workbook_rows(data, name):
            pass
    except IntakeError as error:
        return f"{error.message}{error.remedy}"
    return _NO_TITLES


def _of_rar(opener: Callable[[], BinaryIO]) -> str:
    with opener() as stream:
        names = [name for name in names_in_rar(stream) if name]
    told = "、".join(names[:_SHOWN]) + (f"等 {len(names)} 个" if len(names) > _SHOWN else "")
    inside = f"里面有：{told}。" if names else ""
    return (
        f"这是 rar 压缩包，打不开。{inside}请先解压（电脑用 WinRAR、7-Zip 或 Bandizip，手机用“文件管理”点开），"
        "再收里面的文件；解压要密码的，密码只用在解压上。"
    )
