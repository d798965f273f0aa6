"""Takes files into a case: the original first, byte for byte, then what can be read from it.

Each file is one act: it is in the case wholly, with its records, or not at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from cuijie.casefile import Case, Item, ItemFacts
from cuijie.errors import CuijieError
from cuijie.intake import vcard
from cuijie.intake.archives import Bag, is_archive, open_bag
from cuijie.intake.choice import Choice, chosen_item
from cuijie.intake.found import Details, IntakeError, PasswordNeeded
from cuijie.intake.gather import Given, Handed, beside, files_below, look_at, near
from cuijie.intake.people import owner_of
from cuijie.intake.registry import Importer, describe, is_evidence, recognise, wanted
from cuijie.intake.report import AddReport, FileReport, Progress, ProgressCall
from cuijie.intake.source import Head, Source
from cuijie.intake.streams import counted
from cuijie.intake.take import Ledger, Tally, take_records
from cuijie.intake.unread import what_to_do
from cuijie.records import Person

__all__ = ["add", "is_address_book"]


_BAGS_IN_BAGS: Final = 3


class _Unchanged(Exception):
    """The file and all its records are in the case already: the act is undone so that nothing changes."""


def add(
    case: Case,
    paths: Sequence[Path | str | Handed],
    *,
    owner: str = "debtor",
    progress: ProgressCall | None = None,
    password: str | None = None,
    whole_folders: bool = False,
    choice: Choice | None = None,
) -> AddReport:
    """Takes *paths* (or what is handed over as streams) in; *owner* is the user's word for whose phone or paper it is.

    A file of which nothing can be used is reported with its error and leaves the case as it was.  A folder is
    taken in if it is a known backup; any other only with *whole_folders*.  *choice* limits what is stored to days,
    numbers and people; address books go last, so that they are held against everything the call brings.  Raises nothing for bad files;
    CaseError and its kinds go through.
    """
    person_id, person = owner_of(case, owner)
    adder = _Adder(case, person_id, person, progress, password, whole_folders, choice or Choice())
    reports: dict[int, list[FileReport]] = {}
    given = [one if isinstance(one, Handed) else Path(one) for one in paths]
    for number, path in sorted(enumerate(given), key=lambda one: is_address_book(one[1])):
        reports[number] = list(adder.take(path))
    return AddReport(files=tuple(report for number in sorted(reports) for report in reports[number]))


def is_address_book(path: Path | Handed) -> bool:
    """True for an address book: it is taken in last, held against everything else; False where it cannot be read."""
    if isinstance(path, Path) and not path.is_file():  # a pipe would be waited for
        return False
    try:
        with path.open("rb") if isinstance(path, Path) else path.opener() as stream:
            return vcard.sniff(Head(name=path.name, data=stream.read(512)))
    except (OSError, ValueError, CuijieError):
        return False  # said when the file's turn comes


@dataclass(slots=True)
class _Adder:
    case: Case
    owner: str
    person: Person | None  # to be made with the first file that is kept
    progress: ProgressCall | None
    password: str | None
    whole_folders: bool
    choice: Choice
    ledger: Ledger | None = None
    unkept: dict[str, Given] = field(default_factory=dict)  # by item id: read from where they lie, not kept

    def take(self, path: Path | Handed) -> Iterator[FileReport]:
        shown = path.name if isinstance(path, Handed) else str(path)
        try:
            given = look_at(path)
            if given.is_folder:
                yield from self._folder(given)
            else:
                yield from self._file(given, shown)
        except IntakeError as error:
            yield _failed(shown, error)

    # -- folders -----------------------------------------------------------------------------------

    def _folder(self, given: Given) -> Iterator[FileReport]:
        files = dict(files_below(given.path))
        if not files:
            raise IntakeError(
                f"“{given.path.name}”是一个空文件夹。", remedy="请给出里面有东西的文件夹，或直接给出文件。"
            )
        importer = recognise(Head(name=given.path.name, names=tuple(files)))
        if importer is not None:
            yield self._backup(given, importer, files)
        elif self.whole_folders:
            mine = set(files.values()) - {companion for path in files.values() for _, companion in beside(path)}
            for path in sorted(given.path.iterdir()):
                if path in mine or (path.is_dir() and not path.is_symlink()):
                    yield from self.take(path)
        else:
            raise IntakeError(
                f"“{given.path.name}”是一个文件夹，里面不是认得出的手机备份。",
                remedy=f"请直接给出里面的文件；确实要把其中 {len(files)} 个文件全部收进，请加 --folder。",
            )

    def _backup(self, given: Given, importer: Importer, files: dict[str, Path]) -> FileReport:
        names = wanted(importer, tuple(files))
        tally = Tally(str(given.path), importer.KIND)
        members: dict[str, Source] = {}
        is_chosen = self._is_chosen(tally)

        def fetch(name: str) -> Source | None:
            if name not in members and name in files and files[name].stat().st_size:
                about = look_at(files[name])
                tally.items.append(
                    self._kept(about, Details(), folder=f"{given.path.name}/{name}", is_chosen=is_chosen)
                )
                members[name] = self._source(tally.items[-1], shown=str(given.path))
            return members.get(name)

        with self._act(tally):
            for name in names:
                fetch(name)
            source = Source(
                name=given.path.name,
                item_id="",
                owner=self.owner,
                opener=_no_bytes,
                is_folder=True,
                members=dict(members),
                fetch=fetch,
                password=self.password,
                taken_in_at=self.case.clock.now(),
            )
            self._read(importer, source, tally)
            tally.check(importer.TITLE, is_evidence=is_evidence(importer))
        return tally.report(importer.TITLE, skipped_files=len(files) - len(members))

    # -- files -------------------------------------------------------------------------------------

    def _file(self, given: Given, shown: str) -> Iterator[FileReport]:
        with given.open() as stream:
            data = stream.read(65_536)
            bag = is_archive(data, stream)
        if bag:
            yield from self._archive(given, shown)
            return
        outside = self._outside(given)
        importer = recognise(outside.head())
        if importer is None:
            _refuse_hopeless(given, data)
            yield self._unread(given, shown, data)
            return
        details = describe(importer, outside)
        tally = Tally(shown, importer.KIND)
        with self._act(tally):
            is_chosen = self._is_chosen(tally, only=not is_evidence(importer))
            item = self._kept(given, details, is_chosen=is_chosen)
            tally.items.append(item)
            source = self._source(item, folder=given.folder, shown=shown)
            companions = {}
            is_database, is_talk = data.startswith(b"SQLite format 3"), importer.KIND == "recording"
            for tail, companion in near(given, words=is_talk) if is_database or is_talk else ():
                tally.items.append(self._kept(companion, Details(), is_chosen=is_chosen))
                companions[tail] = self._source(tally.items[-1])
            self._read(importer, replace(source, members=companions), tally)
            tally.check(importer.TITLE, is_evidence=is_evidence(importer))
        yield tally.report(importer.TITLE)

    def _unread(self, given: Given, shown: str, data: bytes) -> FileReport:
        """An unknown format is kept as evidence and said to be unread."""
        if self.choice.only_matching:
            raise IntakeError(
                f"不认识“{given.path.name}”的格式，没法只收其中符合条件的记录。",
                remedy="确实要收，请去掉 --only-matching：原件会整份加密存好。",
            )
        tally = Tally(shown, "unread")
        with self._act(tally):
            tally.items.append(self._kept(given, Details()))
        if advice := what_to_do(data):
            tally.notes.append(advice)
        return tally.report("不认识的格式")

    def _archive(self, given: Given, shown: str) -> Iterator[FileReport]:
        reports: list[FileReport] = []
        if self.choice.only_matching:
            raise IntakeError(
                f"“{given.path.name}”是压缩包，没法只收其中符合条件的记录。",
                remedy="请先解压，再收里面的文件；或去掉 --only-matching（原件会加密存进案卷）。",
            )
        tally = Tally(shown, "archive")
        with self._act(tally):
            parent = self._kept(given, Details(media_type="application/zip"))
            tally.items.append(parent)
            with (
                self.case.open_item(parent.item_id) as stream,
                open_bag(stream, given.path.name, self.password) as bag,
            ):
                reports.extend(self._members(bag, parent, shown, tally, 1))
            if not any(report.error is None for report in reports):
                raise IntakeError(
                    f"压缩包“{given.path.name}”里没有能用的文件。"
                    + (reports[0].error or "" if reports else "它是空的。"),
                    remedy=next((report.remedy for report in reports if report.remedy), None),
                )
        yield tally.report(f"压缩包，里面有 {len(reports)} 个文件")
        yield from reports

    def _members(self, bag: Bag, parent: Item, shown: str, outer: Tally, depth: int) -> Iterator[FileReport]:
        for member in bag.members():
            path = f"{shown}/{member.path}"
            if member.refused is not None:
                yield _failed(path, IntakeError(f"{member.path}：{member.refused}。"))
            else:
                yield from self._member(bag, member.path, parent, path, outer, depth)

    def _member(self, bag: Bag, name: str, parent: Item, path: str, outer: Tally, depth: int) -> Iterator[FileReport]:
        tally = Tally(path, "unread")
        title = "不认识的格式"
        inside: list[FileReport] = []
        try:
            with self.case.batch("taken_in"):
                facts = ItemFacts(
                    name=name.rpartition("/")[2], kind="member", tool="zip", owner=self.owner, source_path=name
                )
                with bag.open(name) as stream:
                    item = self.case.derive(parent.item_id, stream, facts)
                tally.items.append(item)
                if item.size_bytes == 0:
                    raise IntakeError(f"“{name}”是空文件。")
                source = self._source(item, shown=path)
                with self.case.open_item(item.item_id) as stream:
                    is_bag = is_archive(stream.read(4096), stream)
                importer = None if is_bag else recognise(source.head())
                if is_bag:
                    tally.kind = "archive"
                    inside = list(self._bag_in_bag(item, path, tally, depth))
                    title = f"压缩包里的压缩包，里面有 {len(inside)} 个文件"
                elif importer is not None:
                    tally.kind, title = importer.KIND, importer.TITLE
                    self._read(importer, source, tally)
                    tally.check(title, is_evidence=is_evidence(importer))
                elif advice := what_to_do(source.head().data):
                    tally.notes.append(advice)
        except PasswordNeeded:
            raise
        except IntakeError as error:
            self.ledger = None
            yield _failed(path, error)
            return
        outer.changed = outer.changed or tally.changed or any(item.is_new for item in tally.items)
        yield tally.report(title)
        yield from inside

    def _bag_in_bag(self, item: Item, path: str, tally: Tally, depth: int) -> Iterator[FileReport]:
        if depth >= _BAGS_IN_BAGS:
            raise IntakeError(f"“{path}”套了太多层压缩包，没有再打开。", remedy="请先解压，再收里面的文件。")
        with self.case.open_item(item.item_id) as stream, open_bag(stream, path, self.password) as bag:
            yield from self._members(bag, item, path, tally, depth + 1)

    # -- the pieces --------------------------------------------------------------------------------

    @contextmanager
    def _act(self, tally: Tally) -> Iterator[None]:
        """One file as one act of the case, undone whole if it fails or if it changes nothing."""
        try:
            with self.case.batch("add") as act:
                if self.person is not None:
                    self.case.put(self.person)
                yield
                if not tally.changed and not any(item.is_new for item in tally.items):
                    raise _Unchanged
                act.detail.update(tally.detail())
            self.person = None
        except _Unchanged:
            tally.is_known = True
            self.ledger = None
        except BaseException:
            self.ledger = None  # what it remembers of the undone act is wrong
            raise

    def _is_chosen(self, tally: Tally, *, only: bool = True) -> bool:
        """True if only what matches is to be kept; pictures, recordings and letters are evidence whole or not at all."""
        if self.choice.only_matching:
            tally.notes.append(
                "按你的要求，原件没有收进案卷，只留下所选的记录和原件的指纹（SHA-256）。原件是证据，请另外保管好，不要改动。"
                if only
                else "图片、录音和文书没法只收一部分，已整份收好。"
            )
        return self.choice.only_matching and only

    def _outside(self, given: Given) -> Source:
        return Source(
            name=given.path.name,
            item_id="",
            owner=self.owner,
            opener=given.open,
            size=given.size,
            folder=given.folder,
            modified_at=given.modified_at,
            password=self.password,
        )

    def _kept(self, given: Given, details: Details, *, folder: str | None = None, is_chosen: bool = False) -> Item:
        if is_chosen:
            item = chosen_item(self.case, given, self.choice, self.owner)
            self.unkept[item.item_id] = given
            return item
        facts = ItemFacts(
            name=given.path.name,
            media_type=details.media_type,
            owner=self.owner,
            device=details.device,
            source_path=folder or given.folder or None,
            modified_at=given.modified_at,
            created_at=details.created_at,
            extra=details.extra,
        )
        with given.open() as stream:
            item = self.case.keep(stream, facts)
        now = given.again()
        if now.fingerprint != given.fingerprint or item.size_bytes != given.size:
            raise IntakeError(f"“{given.path.name}”在读取的过程中变了。", remedy="请等它写完（或传完）再收一次。")
        return item

    def _source(self, item: Item, *, folder: str = "", shown: str = "") -> Source:
        def told(done: int) -> None:
            if self.progress is not None:
                size = item.size_bytes if outside is None else outside.size
                self.progress(Progress(path=shown, done_bytes=done, total_bytes=size))

        outside = self.unkept.get(item.item_id)

        def opened() -> BinaryIO:
            return counted(self.case.open_item(item.item_id) if outside is None else outside.open(), told)

        return Source(
            name=item.about.name if outside is None else outside.path.name,
            item_id=item.item_id,
            owner=self.owner,
            opener=opened,
            size=item.size_bytes if outside is None else outside.size,
            folder=folder,
            modified_at=item.about.modified_at,
            taken_in_at=self.case.clock.now(),
            password=self.password,
        )

    def _read(self, importer: Importer, source: Source, tally: Tally) -> None:
        if self.ledger is None:
            self.ledger = Ledger(self.case, self.choice)
        take_records(self.ledger, importer, source, tally)


def _refuse_hopeless(given: Given, data: bytes) -> None:
    """Raises IntakeError for what has nothing in it, or what was cut off so that nothing of it can be opened."""
    name = given.path.name
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe") and given.size <= len(data):
        raise IntakeError(f"“{name}”里只有空白，没有内容。", remedy="请确认导出成功，再从手机里重新传一次。")
    if data.startswith(b"PK\x03\x04"):
        with given.open() as stream:
            if not zipfile.is_zipfile(stream):
                raise IntakeError(
                    f"“{name}”是压缩包或 Office 文件的前半截，没有下载（或传）完整，打不开。",
                    remedy="请重新下载或重新传一次。",
                )


def _failed(path: str, error: IntakeError) -> FileReport:
    return FileReport(
        path=path,
        kind="error",
        understood=error.message,
        read=len(error.set_aside),
        set_aside=error.set_aside,
        error=error.message,
        remedy=error.remedy or None,
    )


def _no_bytes() -> BinaryIO:
    raise IntakeError("文件夹没有自己的内容。")
