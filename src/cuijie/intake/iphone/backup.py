"""iPhone backups, plain and encrypted, and their databases one by one: messages, calls, contacts, voice memos."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.containers.sqlite_image import open_tables
from cuijie.intake.found import Attachment, Found, IntakeError, Note, SetAside
from cuijie.intake.iphone.calls import read_calls
from cuijie.intake.iphone.contacts import read_people
from cuijie.intake.iphone.keybag import Keybag, file_facts, load_plist, open_keybag
from cuijie.intake.iphone.messages import read_messages
from cuijie.intake.recordings.memo_list import memos
from cuijie.intake.source import Head, Source, is_one_backup

__all__ = ["KIND", "TITLE", "read", "sniff", "wanted"]

KIND: Final = "ios_backup"
TITLE: Final = "苹果手机备份"

_SQLITE: Final = b"SQLite format 3\0"
_MARKS: Final = (b"chat_message_join", b"ZCALLRECORD", b"ABMultiValue")
_ATTACHMENT_BYTES: Final = 32 * 2**20
_MEMOS: Final = "AppDomainGroup-group.com.apple.VoiceMemos.shared"
_MEMO_LIST: Final = "Recordings/CloudRecordings.db"
_PARTS: Final = {
    "短信": ("HomeDomain", "Library/SMS/sms.db"),
    "通话记录": ("HomeDomain", "Library/CallHistoryDB/CallHistory.storedata"),
    "通讯录": ("HomeDomain", "Library/AddressBook/AddressBook.sqlitedb"),
}


def _file_id(domain: str, path: str) -> str:
    return hashlib.sha1(f"{domain}-{path}".encode(), usedforsecurity=False).hexdigest()


_DATABASES: Final = {part: _file_id(*where) for part, where in _PARTS.items()}
_LOGS: Final = {part: _file_id(domain, path + "-wal") for part, (domain, path) in _PARTS.items()}
_COPY: Final = "请把整个备份文件夹重新复制一次，再收，不会重复。"
_PLISTS: Final = ("Info.plist", "Manifest.plist", "Status.plist", "Manifest.db", "Manifest.db-wal")


def sniff(head: Head) -> bool:
    """True for a backup folder (also the folder above it) and for one of the three databases by itself."""
    if head.names:
        roots = {
            name.removesuffix(end)
            for name in head.names
            for end in ("Manifest.db", "Manifest.mbdb")
            if name.endswith(end)
        }
        roots |= {name[:-43] for name in head.names if name[-40:] in _DATABASES.values()}
        return is_one_backup(head.names, roots)
    if not head.data.startswith(_SQLITE):
        return False
    if head.name.lower().endswith((".sqlitedb", "callhistory.storedata", "sms.db")):
        return True  # its tables may all stand in the log beside it
    return any(mark in head.data or (head.whole is not None and mark in head.whole()) for mark in _MARKS)


def wanted(names: tuple[str, ...]) -> tuple[str, ...]:
    """The descriptions and the three databases; attachments and voice memos are fetched when they are met."""
    ids = {*_DATABASES.values(), *_LOGS.values()}
    return tuple(name for name in names if name.endswith(_PLISTS) or name.rpartition("/")[2] in ids)


def read(source: Source) -> Iterator[Found]:
    """Everything the backup's databases hold.  Raises PasswordNeeded for an encrypted backup without its password."""
    if not source.is_folder:
        yield from _one_database(source, source.members.get("-wal"))
        return
    roots = sorted({name[: -len("Manifest.db")] for name in source.members if name.endswith("Manifest.db")})
    if not roots:
        ids = _DATABASES.values()  # before iOS 10 the files lay beside each other, not in folders named by two letters
        roots = sorted({name[:-43] for name in source.members for one in ids if name.endswith(f"{one[:2]}/{one}")})
    if not roots:
        raise IntakeError("这份苹果备份太旧（没有 Manifest.db），读不了。", remedy="请用现在的电脑重新备份一次。")
    for root in roots:
        yield from _Backup(source, root).read()


def _one_database(source: Source, log: Source | None) -> Iterator[Found]:
    with open_tables(source, log) as tables:
        known = tables.names & {"message", "ZCALLRECORD", "ABPerson"}
        if "message" in known and "handle" in tables.names:
            yield from read_messages(source, tables, lambda _: None)
        elif known == {"message"}:
            raise IntakeError(
                f"“{source.name}”是很老的苹果系统（iOS 5 以前）的短信库，没有读。",
                remedy="请把原来的短信截图（号码和时间要露出来），再收截图。",
            )
        if "ZCALLRECORD" in known:
            yield from read_calls(source, tables)
        if "ABPerson" in known:
            yield from read_people(source, tables)
        if not known:
            raise IntakeError(
                f"“{source.name}”里没有短信、通话或通讯录的表。",
                remedy="如果旁边有同名的 -wal 文件，请放在同一个文件夹里再收：内容可能都在那里。",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One file as the manifest lists it."""

    file_id: str
    size: int | None
    protection: int | None
    key: bytes | None


class _Backup:
    """One backup: its manifest, its keybag if it is encrypted, its databases."""

    def __init__(self, source: Source, root: str) -> None:
        self._source, self._root = source, root
        self._found: list[Found] = []
        self._keybag: Keybag | None = None
        self._listed: dict[tuple[str, str], _Listed] = {}

    def read(self) -> Iterator[Found]:
        manifest = self._plist("Manifest.plist")
        yield from self._about(self._plist("Info.plist"))
        if manifest.get("IsEncrypted") is True:
            blob = manifest.get("BackupKeyBag")
            self._keybag = open_keybag(blob if isinstance(blob, bytes) else b"", self._source.password)
        if self._root + "Manifest.db" in self._source.members:
            try:
                self._list_files(manifest)
            except IntakeError as error:
                if self._keybag is not None:
                    raise
                yield Note(text=f"备份的清单（Manifest.db）损坏了，短信里的图片可能因此找不到：{error.message}{_COPY}")
        elif self._keybag is not None:
            raise IntakeError("这份加密的备份不完整：里面没有 Manifest.db，解不开。", remedy=_COPY)
        else:
            yield Note(text=f"这份备份不完整：里面没有 Manifest.db（它的清单），别的文件可能也少了。{_COPY}")
        missing = []
        for part, file_id in _DATABASES.items():
            database = self._file(*_PARTS[part], file_id)
            if database is None and (lost := self._lost(*_PARTS[part])):
                yield Note(text=f"这份备份不完整：清单里有{part}（文件 {lost}），文件夹里却没有它，或是空的。{_COPY}")
                continue
            if database is None:
                missing.append(part)
                continue
            domain, path = _PARTS[part]
            log = self._file(domain, path + "-wal", _LOGS[part])
            yield from self._what_is_whole(part, database, log)
        yield from self._memos()
        if missing:
            is_plain = bool(self._listed) and self._keybag is None
            why = "（系统只把通话记录放进加密的备份）" if "通话记录" in missing and is_plain else ""
            yield Note(text=f"这份备份里没有{'、'.join(missing)}{why}。")

    def _plist(self, name: str) -> dict[str, object]:
        part = self._source.members.get(self._root + name)
        return dict(load_plist(part.read_all(2**24), name)) if part is not None else {}

    def _about(self, info: dict[str, object]) -> Iterator[Note]:
        number, version = info.get("Phone Number"), info.get("Product Version")
        if version:
            yield Note(
                text=f"iOS {version} 的备份" + ("，里面写着本机号码，请核对是不是这个人的手机。" if number else "。")
            )

    def _list_files(self, manifest: dict[str, object]) -> None:
        part = self._source.members[self._root + "Manifest.db"]
        if self._keybag is not None:
            wrapped = manifest.get("ManifestKey")
            if not isinstance(wrapped, bytes) or len(wrapped) < 12:
                raise IntakeError("备份的 Manifest.plist 里没有密钥，解不开。", remedy="请重新备份一次。")
            key = self._keybag.unwrap(wrapped[4:], int.from_bytes(wrapped[:4], "little"))
            part = _in_memory(part, self._keybag.decrypt(part.read_all(), key))
        with open_tables(part, self._source.members.get(self._root + "Manifest.db-wal")) as tables:
            for row in tables.rows("Files", ("fileID", "domain", "relativePath", "flags", "file")):
                if row.get("flags") != 1:
                    continue
                domain, path = str(row.get("domain") or ""), str(row.get("relativePath") or "")
                if domain in ("HomeDomain", "MediaDomain", _MEMOS) and (
                    domain == _MEMOS or path.startswith("Library/")
                ):
                    size, protection, key_ = file_facts(row.get("file")) if self._keybag else (None, None, None)
                    self._listed[domain, path] = _Listed(
                        file_id=str(row.get("fileID")), size=size, protection=protection, key=key_
                    )

    def _lost(self, domain: str, path: str) -> str | None:
        """The place of a file that the manifest lists and the folder has not; None if all is well with it."""
        listed = self._listed.get((domain, path))
        place = f"{listed.file_id[:2]}/{listed.file_id}" if listed else None
        return place if place and self._source.fetch(self._root + place) is None else None

    def _file(self, domain: str, path: str, file_id: str | None = None) -> Source | None:
        """The kept file, decrypted in memory if need be; None if the backup has it not."""
        listed = self._listed.get((domain, path))
        name = (listed.file_id if listed else file_id) or ""
        part = self._source.fetch(f"{self._root}{name[:2]}/{name}") if name else None
        if part is None or self._keybag is None:
            return part
        if listed is None or listed.key is None or listed.protection is None:
            return None
        data = self._keybag.decrypt(part.read_all(), self._keybag.unwrap(listed.key, listed.protection))
        return _in_memory(part, data[: listed.size] if listed.size else data)

    def _what_is_whole(self, part: str, database: Source, log: Source | None) -> Iterator[Found]:
        """What *database* gives before the place at which it is damaged, if it is: one such keeps none of the others out."""
        read = 0
        try:
            for found in self._database(part, database, log):
                read += not isinstance(found, Attachment | Note)
                yield found
        except IntakeError as error:
            self._found.clear()
            held = f"损坏的地方以前读出的 {read} 条收下了，请对照手机核对" if read else "里面的一条也没有收"
            why = f"{part}的数据库（文件 {database.name}）损坏了，{held}。"
            if self._parts_in_backup() == 1 and not read:
                raise IntakeError(why, remedy=error.remedy) from error
            yield SetAside(at=part, why=f"{why}{_COPY}")

    def _parts_in_backup(self) -> int:
        return sum(self._file(*where, _DATABASES[part]) is not None for part, where in _PARTS.items())

    def _database(self, part: str, database: Source, log: Source | None) -> Iterator[Found]:
        with open_tables(database, log) as tables:
            if part == "短信":
                for entry in read_messages(database, tables, self._attachment):
                    yield from self._found
                    self._found.clear()
                    yield entry
            elif part == "通话记录":
                yield from read_calls(database, tables)
            else:
                yield from read_people(database, tables)

    def _attachment(self, path: str) -> str | None:
        """The attachment at *path* as a vault item (plain backup) or as decrypted bytes to be kept."""
        relative = path[path.find("Library/") :] if "Library/" in path else ""
        part = self._file("MediaDomain", relative)
        if part is None or part.size > _ATTACHMENT_BYTES:
            return None
        if self._keybag is None:
            return part.item_id
        return self._kept(part, relative.rpartition("/")[2], None)

    def _kept(self, part: Source, name: str, media_type: str | None) -> str:
        data = part.read_all()
        key = hashlib.sha256(data).hexdigest()
        self._found.append(
            Attachment(key=key, name=name, media_type=media_type, data=data, at=f"{part.item_id}#{name}")
        )
        return key

    def _memos(self) -> Iterator[Found]:
        """Voice memos: often the only recording an iPhone has of a call on loudspeaker."""
        names = [
            path
            for domain, path in self._listed
            if domain == _MEMOS and path.lower().endswith((".m4a", ".qta", ".caf"))
        ]
        kept = 0
        for path in names:
            part = self._file(_MEMOS, path)
            if part is None or part.size > _ATTACHMENT_BYTES * 8:
                continue
            kept += 1
            if self._keybag is not None:
                self._kept(part, path.rpartition("/")[2], "audio/mp4")
                yield from self._found
                self._found.clear()
        yield from self._memo_list()
        if kept:
            yield Note(text=f"收下 {kept} 段语音备忘录作为证据；是谁、什么时候打来的，请在案卷里补上。")

    def _memo_list(self) -> Iterator[Found]:
        """What the list of the memos tells: their titles may name whom they were with."""
        part = self._file(_MEMOS, _MEMO_LIST)
        if part is None:
            return
        try:
            with open_tables(part, self._file(_MEMOS, _MEMO_LIST + "-wal")) as tables:
                yield from memos(part, tables, "memo")
        except IntakeError as error:
            yield Note(text=f"语音备忘录的目录没有读：{error.message}")


def _in_memory(part: Source, data: bytes) -> Source:
    return replace(part, opener=lambda: io.BytesIO(data), size=len(data), is_item=False)
