"""Asked for, granted and used are told apart in every layout; broken files say what is wrong."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.prevention.apps.access import AppAccess, Permission, PhoneSourceUnreadable, merged
from cuijie.prevention.apps.apk import read_apk, read_manifest
from cuijie.prevention.apps.guide import looks_like_loan_app
from cuijie.prevention.apps.reading import read_phone_file, read_phone_text

DUMPSYS = """Packages:
  Package [com.example.kuaidai] (5e6f7a8):
    userId=10231
    versionCode=7 minSdk=21 targetSdk={sdk}
    versionName=1.2.3
    firstInstallTime=2026-02-11 10:02:35
    installerPackageName=null
    requested permissions:
      android.permission.READ_CONTACTS
      android.permission.READ_SMS
      android.permission.INTERNET
    install permissions:
      android.permission.INTERNET: granted=true
    User 0: ceDataInode=1 installed=true
      runtime permissions:
        android.permission.READ_CONTACTS: granted=true, flags=[ USER_SET]
        android.permission.READ_SMS: granted=false, flags=[ USER_SET]
    User 999: ceDataInode=2 installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=true, flags=[ USER_SET]

Hidden system packages:
  Package [com.example.hidden] (1):
    requested permissions:
      android.permission.READ_CONTACTS
"""
APPOPS = """Current AppOps Service state:
  Uid u0a231:
    Package com.example.kuaidai:
      READ_CONTACTS (allow):
          Access: [fg-s] 2026-10-15 09:30:00.315 (-4h50m23s772ms)
      READ_SMS (ignore):
          Reject: [fg-s]2026-10-15 09:30:01.000 (-4h)
"""


def permissions(apps: tuple[AppAccess, ...], package: str = "com.example.kuaidai") -> dict[str, Permission]:
    app = next(app for app in apps if app.package == package)
    return {permission.name: permission for permission in app.permissions}


def test_a_grant_counts_for_the_main_user_only_and_hidden_copies_do_not() -> None:
    apps = read_phone_text(DUMPSYS.format(sdk=30), "x")
    assert [app.package for app in apps] == ["com.example.kuaidai"]
    assert apps[0].installer == ""
    found = permissions(apps)
    assert (found["READ_CONTACTS"].requested, found["READ_CONTACTS"].granted) == (True, True)
    assert found["READ_SMS"].granted is False
    assert found["READ_CONTACTS"].used is None


def test_old_target_versions_are_granted_at_installation() -> None:
    text = DUMPSYS.format(sdk=22).split("    User 0:")[0]
    assert permissions(read_phone_text(text, "x"))["READ_CONTACTS"].granted is True


def test_appops_tells_of_use_and_several_sources_are_joined() -> None:
    apps = merged([*read_phone_text(DUMPSYS.format(sdk=30), "x"), *read_phone_text(APPOPS, "x")])
    contacts = permissions(apps)["READ_CONTACTS"]
    assert (contacts.requested, contacts.granted, contacts.used) == (True, True, True)
    assert contacts.last_used_at == datetime(2026, 10, 15, 9, 30, 0, 315000, tzinfo=SHANGHAI)
    assert permissions(apps)["READ_SMS"].used is None


def test_older_phones_say_only_how_long_ago() -> None:
    text = "Current AppOps Service state:\n  Uid 1:\n    Package com.a.b:\n      READ_CONTACTS (allow): time=+3d4h5m6s7ms ago\n"
    taken = datetime(2026, 10, 20, 12, 0, tzinfo=SHANGHAI)
    used = permissions(read_phone_text(text, "x", taken), "com.a.b")["READ_CONTACTS"].last_used_at
    assert used is not None
    assert used.strftime("%m-%d %H:%M") == "10-17 07:54"


def report(*rows: dict[str, object]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def access(kind: str, at: str, category: str = "contacts") -> dict[str, object]:
    return {
        "type": "access",
        "accessor": {"identifier": "com.a.b"},
        "category": category,
        "kind": kind,
        "timeStamp": at,
    }


def test_an_iphone_report_dates_every_reading_even_without_its_end() -> None:
    text = report(
        access("intervalBegin", "2026-10-15T09:00:01.123+08:00"),
        access("intervalEnd", "2026-10-15T09:00:04+08:00"),
        access("intervalBegin", "2026-10-16T23:30:00+08:00"),
        {"type": "networkActivity", "domain": "example.com", "bundleID": "com.a.b"},
    )
    contacts = permissions(read_phone_text(text + "\n{broken", "x"), "com.a.b")["READ_CONTACTS"]
    assert contacts.used is True
    assert len(contacts.uses) == 2


def test_an_end_without_its_beginning_is_a_use_and_a_time_without_zone_is_not_guessed() -> None:
    text = report(
        access("intervalEnd", "2026-10-15T09:00:04+08:00"),
        access("intervalBegin", "2026-10-16T23:30:00"),
    )
    assert len(permissions(read_phone_text(text, "x"), "com.a.b")["READ_CONTACTS"].uses) == 1


def test_hostile_nesting_is_refused() -> None:
    with pytest.raises(PhoneSourceUnreadable):
        read_phone_text('{"type":' + "[" * 100_000, "x")


def test_parts_after_the_packages_grant_nothing_and_a_second_report_is_read_after_hidden_copies() -> None:
    text = (
        DUMPSYS
        + """
Shared users:
  SharedUser [android.uid.x] (1):
    install permissions:
      android.permission.RECORD_AUDIO: granted=true
Packages:
  Package [com.example.second] (aa):
    targetSdk=22
    requested permissions:
      android.permission.READ_CONTACTS

Shared users:
  SharedUser [android.uid.y] (2):
    install permissions:
      android.permission.RECORD_AUDIO: granted=true
"""
    )
    second = permissions(read_phone_text(text, "x"), "com.example.second")
    assert set(second) == {"READ_CONTACTS"}


def axml(package: str, names: list[str]) -> bytes:
    """A binary manifest as the Android build tools write it."""
    strings = ["manifest", "package", package, "uses-permission", "name", *names]
    pool = b"".join(struct.pack("<H", len(s)) + s.encode("utf-16-le") + b"\0\0" for s in strings)
    offsets, at = [], 0
    for s in strings:
        offsets.append(at)
        at += 2 + 2 * len(s) + 2
    head = struct.pack("<IIIII", len(strings), 0, 0, 28 + 4 * len(strings), 0)
    body = head + struct.pack(f"<{len(offsets)}I", *offsets) + pool
    body += b"\0" * (-len(body) % 4)
    chunks = [struct.pack("<HHI", 0x0001, 28, 8 + len(body)) + body]

    def tag(name: int, key: int, value: int) -> bytes:
        data = struct.pack("<iiIIHHHHHH", 1, -1, 0xFFFFFFFF, name, 20, 20, 1, 0, 0, 0)
        attribute = struct.pack("<IIIHBBI", 0xFFFFFFFF, key, value, 8, 0, 3, value)
        inner = data[8:] + attribute
        return struct.pack("<HHI", 0x0102, 16, 16 + len(inner)) + struct.pack("<ii", 1, -1) + inner

    chunks.append(tag(0, 1, 2))
    chunks += [tag(3, 4, 5 + n) for n in range(len(names))]
    whole = b"".join(chunks)
    return struct.pack("<HHI", 0x0003, 8, 8 + len(whole)) + whole


def apk(manifest: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("AndroidManifest.xml", manifest)
        archive.writestr("classes.dex", b"x")
    out.seek(0)
    return out


def test_a_binary_manifest_inside_an_apk_tells_what_is_asked_for() -> None:
    app = read_apk(
        apk(axml("com.example.dai", ["android.permission.READ_CONTACTS", "android.permission.INTERNET"])), "a.apk"
    )
    assert app.package == "com.example.dai"
    assert [(one.name, one.requested, one.granted) for one in app.permissions] == [("READ_CONTACTS", True, None)]


@given(st.integers(0, 400))
def test_a_manifest_cut_off_anywhere_is_read_in_part_or_refused(length: int) -> None:
    data = axml("com.example.dai", ["android.permission.READ_CONTACTS", "android.permission.READ_SMS"])[:length]
    try:
        app = read_manifest(data, "a.apk")
    except PhoneSourceUnreadable as refused:
        assert "a.apk" in refused.message  # noqa: PT017 — either outcome is right, but not a crash
    else:
        assert {one.name for one in app.permissions} <= {"READ_CONTACTS", "READ_SMS"}


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_manifest_reader(data: bytes) -> None:
    try:
        assert read_manifest(data, "a.apk").package
    except PhoneSourceUnreadable as refused:
        assert refused.message  # noqa: PT017


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04 not a zip", "压缩结构"),
        ("你好，这是一段话".encode(), "没有认出"),
        (b"Unable to find package: com.a.b", "没有这个应用"),
        (b"{not json}\n", "隐私报告"),
        (b"<manifest", "XML"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "权限.txt"
    path.write_bytes(content)
    with pytest.raises(PhoneSourceUnreadable, match=said):
        read_phone_file(path)
    with pytest.raises(PhoneSourceUnreadable, match="文件夹"):
        read_phone_file(tmp_path)


def test_powershell_redirection_is_read(tmp_path: Path) -> None:
    path = tmp_path / "d.txt"
    path.write_bytes(DUMPSYS.format(sdk=30).replace("\n", "\r\n").encode("utf-16"))
    assert read_phone_file(path)[0].package == "com.example.kuaidai"


def test_a_loan_app_is_a_hint_by_name_only() -> None:
    assert looks_like_loan_app(AppAccess(package="com.a.b", label="小舟借款"))
    assert not looks_like_loan_app(AppAccess(package="com.example.weather", label="天气"))
