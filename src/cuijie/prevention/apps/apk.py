"""The permissions in an APK's own manifest, plain or binary; malformed files give what can be read or say why not.

The app is never run, and nothing but ``AndroidManifest.xml`` is taken out of the archive, within limits.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from cuijie.prevention.apps.access import AppAccess, Permission, PhoneSourceUnreadable, watched

__all__ = ["read_apk", "read_manifest"]

_MANIFEST = "AndroidManifest.xml"
_LARGEST = 16 << 20
_STRING_POOL, _START_TAG = 0x0001, 0x0102
_UTF8 = 0x100
_ANDROID = "{http://schemas.android.com/apk/res/android}"


def read_apk(stream: BinaryIO, name: str) -> AppAccess:
    """What the APK in *stream* asks for.  Raises PhoneSourceUnreadable."""
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(_MANIFEST) as member:
            data = member.read(_LARGEST + 1)
    except KeyError as error:
        raise PhoneSourceUnreadable(f"{name} 里没有 {_MANIFEST}，不是安卓安装包。") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise PhoneSourceUnreadable(
            f"{name} 的压缩结构损坏或被加密，读不出权限清单。", remedy="可以改在手机上看：设置 → 应用 → 权限。"
        ) from error
    if len(data) > _LARGEST:
        raise PhoneSourceUnreadable(f"{name} 的清单大得不正常，没有读。")
    return read_manifest(data, name)


def read_manifest(data: bytes, name: str) -> AppAccess:
    """What a manifest asks for, binary (as inside an APK) or decoded XML.  Raises PhoneSourceUnreadable."""
    if data.lstrip()[:1] == b"<":
        return _plain(data, name)
    if len(data) < 8 or struct.unpack_from("<H", data)[0] not in (0x0003, 0x0000, 0x0001):
        raise PhoneSourceUnreadable(f"{name} 的清单不是认得的格式。")
    tags = list(_tags(data))
    if not tags:
        raise PhoneSourceUnreadable(f"{name} 的清单损坏，读不出权限。")
    package = next((attributes.get("package") for tag, attributes in tags if tag == "manifest"), None)
    asked = [attributes.get("name", "") for tag, attributes in tags if tag.startswith("uses-permission")]
    services = [attributes.get("permission", "") for tag, attributes in tags if tag == "service"]
    return _access(package or name, [*asked, *services])


def _access(package: str, asked: list[str]) -> AppAccess:
    names = watched(asked)
    return AppAccess(package=package, permissions=tuple(Permission(name=one, requested=True) for one in names))


def _plain(data: bytes, name: str) -> AppAccess:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise PhoneSourceUnreadable(f"{name} 不是完整的 XML 清单。") from error
    asked = [
        element.get(f"{_ANDROID}name", "")
        for element in root.iter()
        if isinstance(element.tag, str) and element.tag.startswith("uses-permission")
    ]
    asked += [element.get(f"{_ANDROID}permission", "") for element in root.iter("service")]
    return _access(root.get("package") or name, asked)


def _tags(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Start tags of a binary XML with the attributes that are text; stops quietly where the file is damaged."""
    strings: list[str] = []
    at = 8
    while at + 8 <= len(data):
        kind, head, size = struct.unpack_from("<HHI", data, at)
        if size < 8 or at + size > len(data) + 8:
            return
        try:
            if kind == _STRING_POOL:
                strings = _strings(data[at : at + size])
            elif kind == _START_TAG:
                yield _tag(data, at + head, strings)
        except (struct.error, IndexError):
            return
        at += size


def _tag(data: bytes, at: int, strings: list[str]) -> tuple[str, dict[str, str]]:
    name, start, width, count = struct.unpack_from("<4xI HHH", data.ljust(at + 20, b"\0"), at)
    attributes: dict[str, str] = {}
    for number in range(min(count, 200)):
        place = at + start + number * width
        key, raw = struct.unpack_from("<4xII", data, place)
        if raw != 0xFFFFFFFF:
            attributes[strings[key]] = strings[raw]
        else:
            kind, value = struct.unpack_from("<15xBI", data, place)
            if kind == 0x03:
                attributes[strings[key]] = strings[value]
    return strings[name], attributes


def _strings(chunk: bytes) -> list[str]:
    count, _, flags, start = struct.unpack_from("<IIII", chunk, 8)
    offsets = struct.unpack_from(f"<{min(count, 65_536)}I", chunk, 28)
    return [_string(chunk, start + offset, bool(flags & _UTF8)) for offset in offsets]


def _string(chunk: bytes, at: int, is_utf8: bool) -> str:
    if is_utf8:
        at += 2 if chunk[at] & 0x80 else 1
        length = chunk[at]
        if length & 0x80:
            length, at = ((length & 0x7F) << 8) | chunk[at + 1], at + 1
        text = chunk[at + 1 : at + 1 + length].decode("utf-8", "replace")
    else:
        length = struct.unpack_from("<H", chunk, at)[0]
        if length & 0x8000:
            length, at = ((length & 0x7FFF) << 16) | struct.unpack_from("<H", chunk, at + 2)[0], at + 2
        text = chunk[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    return re.sub(r"[\x00-\x1f]", "", text)
