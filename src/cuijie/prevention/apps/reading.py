"""Any phone file the user brings, told by its content."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from cuijie.prevention.apps.access import AppAccess, PhoneSourceUnreadable, merged
from cuijie.prevention.apps.apk import read_apk, read_manifest
from cuijie.prevention.apps.dumpsys import read_appops, read_badging, read_packages
from cuijie.prevention.apps.reports import read_exodus, read_privacy_report

__all__ = ["read_phone_file", "read_phone_text"]

_LARGEST = 1 << 30


def read_phone_file(path: Path) -> tuple[AppAccess, ...]:
    """The apps the file at *path* tells of.  Raises PhoneSourceUnreadable."""
    name = path.name
    try:
        if path.is_dir():
            raise PhoneSourceUnreadable(f"{name} 是文件夹，这里要一个文件。")
        if path.stat().st_size > _LARGEST:
            raise PhoneSourceUnreadable(f"{name} 太大（超过 1 GB），没有读。")
        with path.open("rb") as stream:
            head = stream.read(4)
            if head.startswith(b"PK"):
                stream.seek(0)
                return (read_apk(stream, name),)
            data = head + stream.read()
    except OSError as error:
        raise PhoneSourceUnreadable(f"打不开 {name}（不存在或没有权限）。") from error
    if not data.strip():
        raise PhoneSourceUnreadable(f"{name} 是空文件。")
    if head[:2] == b"\x03\x00":
        return (read_manifest(data, name),)
    return read_phone_text(_decoded(data), name)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # PowerShell redirection
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def read_phone_text(text: str, name: str, taken_at: datetime | None = None) -> tuple[AppAccess, ...]:
    """The apps that *text* tells of, whichever tool wrote it.  Raises PhoneSourceUnreadable."""
    start = text.lstrip("\ufeff \r\n\t")
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    if start.startswith("<"):
        return (read_manifest(io.BytesIO(text.encode()).read(), name),)
    if start.startswith("{") and '"application"' in text:
        return (read_exodus(text, name),)
    if start.startswith("{"):
        return merged(read_privacy_report(text, name))
    if start.startswith("package: name="):
        return merged(read_badging(text))
    if start.startswith("Unable to find package"):
        raise PhoneSourceUnreadable(f"{name}：手机里没有这个应用（{start.splitlines()[0]}）。")
    apps = merged([*read_packages(text), *read_appops(text, taken_at)])
    if not apps:
        raise PhoneSourceUnreadable(
            f"{name} 里没有认出应用权限。",
            remedy="可以读：dumpsys package、dumpsys appops 的文字，APK 安装包，aapt 清单，iPhone 的应用隐私报告。",
        )
    return apps
