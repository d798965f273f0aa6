"""Other adb outputs: package lists, ``dumpsys package`` and ``dumpsys appops``: kept for the phone check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note
from cuijie.intake.source import Head, Source

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "read", "sniff"]

KIND: Final = "adb_apps"
TITLE: Final = "用数据线（adb）导出的应用和权限清单"
IS_EVIDENCE: Final = True

_START: Final = re.compile(
    r"^(?:package:/?\S+|Activity Resolver Table:|Packages:|Verifiers:|Current AppOps Service state:|Unable to find package: \S+"
    r"|\[[\w.-]+\]: \[)",
    re.MULTILINE,
)


def sniff(head: Head) -> bool:
    """True for ``pm list packages``, ``dumpsys package``, ``dumpsys appops`` and ``getprop`` text."""
    text = head.data[:8192].decode(detect(head.data[:8192]), "replace").lstrip("\ufeff \r\n\t")
    return _START.match(text) is not None


def read(source: Source) -> Iterator[Found]:
    """No records of contacts: says how many apps it tells of and where it is read further."""
    text = decode_text(source.read_all(64 * 2**20)).text
    packages = len(re.findall(r"^package:", text, re.MULTILINE)) or len(set(re.findall(r"Package \[([\w.]+)\]", text)))
    yield Note(text=(f"提到 {packages} 个应用。" if packages else "") + "哪些应用能读通讯录，用 cuijie phone 看。")
