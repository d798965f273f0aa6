"""What to do with a file that cannot be read: said beside *kept as evidence, not read*, where the beginning tells what it is."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["what_to_do"]

_OLE: Final = b"\xd0\xcf\x11\xe0"
_OFFICE: Final = (  # streams of old Office files are named in UTF-16
    ("PowerPoint Document", "这是旧版演示文稿（.ppt）：请用 WPS 或 PowerPoint 另存为 PDF 再收。"),
    ("Workbook", "这是表格，但里面没有认得出的列名；请在第一行写列名（时间、方式、号码、内容）再收。"),
)
_LOCKED_TABLE: Final = re.compile(
    rb"\x09\x08\x10\x00\x00\x06.{14}\x2f\x00", re.DOTALL
)  # a workbook's start, then its lock
_OLD_OFFICE: Final = "这是旧版 Office 一类的文件（doc、xls、msg），里面是什么认不出，可能没有下载完整：请重新下载，或用 WPS 打开，另存为 PDF 再收。"
_PACKED: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def what_to_do(head: bytes) -> str | None:
    """One Chinese sentence, or None where the first bytes tell nothing."""
    if head.startswith(_OLE) and _LOCKED_TABLE.search(head):
        return (
            "这是加了密码的旧版表格（.xls），这种旧的加密打不开：请用 WPS 或 Excel 打开，去掉密码，另存为 xlsx 再收。"
        )
    if head.startswith(_OLE):
        return next((words for name, words in _OFFICE if name.encode("utf-16-le") in head), _OLD_OFFICE)
    if head.startswith(b"PK\x03\x04") and (b"ppt/" in head or b"Index/Document.iwa" in head):
        return "这是演示文稿或苹果的 Pages、Numbers、Keynote 文稿：请打开它，导出为 PDF（表格导出为 xlsx）再收。"
    if head.startswith(b"L\0\0\0\x01\x14\x02\0"):
        return "这只是一个快捷方式（.lnk），文件本身不在里面：请右键看它的“打开文件所在的位置”，收那里的文件。"
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        return "这是压缩包（rar、7z、tar 等），打不开：请先解压，再收里面的文件。"
    if head.startswith(b"SQLite format 3") and b"ZCLOUDRECORDING" in head:
        return (
            "这是苹果“语音备忘录”的目录，里面没有录音本身：请在语音备忘录里逐条“分享 → 存储到文件”，再收录音（.m4a）；"
            "或收整份苹果备份。"
        )
    if b"<manifest" in head[:4096] and b"<uses-permission" in head:
        return "这是一个应用的清单文件（AndroidManifest）：用 cuijie phone read 看它要了哪些权限。"
    return None
