"""Takes files into a case: the original first, byte for byte, then what can be read from it.

Each file is one act: it is in the case wholly, with its records, or not at all.
"""

from __future__ import annotations

import errno
import gc
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from cuijie.casefile import Case
from cuijie.errors import CuijieError, cause_of
from cuijie.intake.address_books import vcard
from cuijie.intake.choice import Choice
from cuijie.intake.containers.archives import is_archive, open_bag
from cuijie.intake.found import Details, IntakeError
from cuijie.intake.gather import Given, Handed, beside, files_below, look_at, near
from cuijie.intake.inside import enclosed, members
from cuijie.intake.people import owner_of
from cuijie.intake.registry import Importer, describe, is_evidence, recognise, wanted
from cuijie.intake.report import AddReport, FileReport, ProgressCall
from cuijie.intake.source import HEAD_BYTES, Head, Source
from cuijie.intake.taking import Taking, failed
from cuijie.intake.tally import Tally
from cuijie.intake.unread import what_to_do

__all__ = ["add", "is_address_book"]

_OBJECTS = 20_000
_NOT_OF_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EPIPE}  # no reading ends so: this computer's disk or screen does


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
    adder = _Adder(Taking(case, person_id, person, progress, password, whole_folders, choice or Choice()))
    reports: dict[int, list[FileReport]] = {}
    given = [one if isinstance(one, Handed) else Path(one) for one in paths]
    with _few_looks_for_cycles():
        for number, path in sorted(enumerate(given), key=lambda one: is_address_book(one[1])):
            reports[number] = list(adder.take(path))
        reports[len(given)] = [report for path in adder.books for report in adder.take(path)]
    return AddReport(files=tuple(report for number in sorted(reports) for report in reports[number]))


@contextmanager
def _few_looks_for_cycles() -> Iterator[None]:
    """The hundreds of thousands of small objects that come are looked through for cycles less often: they have none."""
    cycles = gc.get_threshold()
    gc.set_threshold(max(cycles[0], _OBJECTS), *cycles[1:])
    try:
        yield
    finally:
        gc.set_threshold(*cycles)


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
    """Files and folders of one call, each as one act."""

    taking: Taking
    books: list[Path] = field(default_factory=list)  # address books met in folders: their turn comes last

    def take(self, path: Path | Handed) -> Iterator[FileReport]:
        shown = path.name if isinstance(path, Handed) else str(path)
        try:
            given = look_at(path)
            if given.is_folder:
                yield from self._folder(given)
            else:
                yield from self._file(given, shown)
        except IntakeError as error:
            yield failed(shown, error)
        except OSError as error:  # moved away or unplugged since it was looked at; the case's own files raise CaseError
            if error.errno in _NOT_OF_THE_FILE:
                raise
            yield failed(shown, _out_of_reach(Path(shown).name, error))

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
        elif self.taking.whole_folders:
            mine = set(files.values()) - {companion for path in files.values() for _, companion in beside(path)}
            for path in sorted(given.path.iterdir()):
                if path in mine and is_address_book(path):
                    self.books.append(path)
                elif path in mine or (path.is_dir() and not path.is_symlink()):
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
        is_chosen = self.taking.is_chosen(tally)

        def fetch(name: str) -> Source | None:
            if name not in members and name in files and files[name].stat().st_size:
                about = look_at(files[name])
                tally.items.append(
                    self.taking.kept(about, Details(), folder=f"{given.path.name}/{name}", is_chosen=is_chosen)
                )
                members[name] = self.taking.source(tally.items[-1], shown=str(given.path))
            return members.get(name)

        with self.taking.act(tally):
            for name in names:
                fetch(name)
            source = Source(
                name=given.path.name,
                item_id="",
                owner=self.taking.owner,
                opener=_no_bytes,
                is_folder=True,
                members=dict(members),
                fetch=fetch,
                password=self.taking.password,
                taken_in_at=self.taking.case.clock.now(),
            )
            self.taking.read(importer, source, tally)
            tally.check(importer.TITLE, is_evidence=is_evidence(importer))
        return tally.report(importer.TITLE, skipped_files=len(files) - len(members))

    # -- files -------------------------------------------------------------------------------------

    def _file(self, given: Given, shown: str) -> Iterator[FileReport]:
        with given.open() as stream:
            data = stream.read(HEAD_BYTES)
            bag = is_archive(data, stream)
        if bag:
            yield from self._archive(given, shown)
            return
        outside = self.taking.outside(given)
        importer = recognise(outside.head())
        if importer is None:
            _refuse_hopeless(given, data)
            yield self._unread(given, shown, data)
            return
        details = describe(importer, outside)
        tally = Tally(shown, importer.KIND)
        with self.taking.act(tally):
            is_chosen = self.taking.is_chosen(tally, only=not is_evidence(importer))
            item = self.taking.kept(given, details, is_chosen=is_chosen)
            tally.items.append(item)
            source = self.taking.source(item, folder=given.folder, shown=shown)
            companions = {}
            is_database, is_talk = data.startswith(b"SQLite format 3"), importer.KIND == "recording"
            for tail, companion in near(given, words=is_talk) if is_database or is_talk else ():
                tally.items.append(self.taking.kept(companion, Details(), is_chosen=is_chosen))
                companions[tail] = self.taking.source(tally.items[-1])
            # a recording kept before under a name that says nothing may come again under its own
            name = given.path.name if is_talk else source.name
            self.taking.read(importer, replace(source, name=name, members=companions), tally)
            inside = list(enclosed(self.taking, tally, shown))
            tally.check(importer.TITLE, is_evidence=is_evidence(importer))
        yield tally.report(importer.TITLE)
        yield from inside

    def _unread(self, given: Given, shown: str, data: bytes) -> FileReport:
        """An unknown format is kept as evidence and said to be unread."""
        if self.taking.choice.only_matching:
            raise IntakeError(
                f"不认识“{given.path.name}”的格式，没法只收其中符合条件的记录。",
                remedy="确实要收，请去掉 --only-matching：原件会整份加密存好。",
            )
        tally = Tally(shown, "unread")
        with self.taking.act(tally):
            tally.items.append(self.taking.kept(given, Details()))
        if advice := what_to_do(data, given.path.name, given.open):
            tally.notes.append(advice)
        return tally.report("不认识的格式")

    def _archive(self, given: Given, shown: str) -> Iterator[FileReport]:
        reports: list[FileReport] = []
        if self.taking.choice.only_matching:
            raise IntakeError(
                f"“{given.path.name}”是压缩包，没法只收其中符合条件的记录。",
                remedy="请先解压，再收里面的文件；或去掉 --only-matching（原件会加密存进案卷）。",
            )
        tally = Tally(shown, "archive")
        with self.taking.act(tally):
            parent = self.taking.kept(given, Details(media_type="application/zip"))
            tally.items.append(parent)
            with (
                self.taking.case.open_item(parent.item_id) as stream,
                open_bag(stream, given.path.name, self.taking.password) as bag,
            ):
                reports.extend(members(self.taking, bag, parent, shown, tally))
            if not any(report.error is None for report in reports):
                raise IntakeError(
                    f"压缩包“{given.path.name}”里没有能用的文件。"
                    + (reports[0].error or "" if reports else "它是空的。"),
                    remedy=next((report.remedy for report in reports if report.remedy), None),
                )
        yield tally.report(f"压缩包，里面有 {len(reports)} 个文件")
        yield from reports


def _out_of_reach(name: str, error: OSError) -> IntakeError:
    return IntakeError(
        f"“{name}”没能读完（{cause_of(error)}），没有收进。",
        remedy="请看看它还在不在原处，U 盘或数据线有没有松开，再收一次。",
    )


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


def _no_bytes() -> BinaryIO:
    raise IntakeError("文件夹没有自己的内容。")
