"""What lies inside a file that was taken in: the members of an archive, what is enclosed with a mail.

Each is an item of its own, derived from the file it lay in, and is read as if it had been given by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cuijie.casefile import Item, ItemFacts
from cuijie.intake.containers.archives import Bag, Member, is_archive, open_bag
from cuijie.intake.found import IntakeError, PasswordNeeded
from cuijie.intake.gather import DATABASE_COMPANIONS
from cuijie.intake.registry import is_evidence, recognise
from cuijie.intake.report import FileReport
from cuijie.intake.source import Source
from cuijie.intake.taking import Taking, failed
from cuijie.intake.tally import Tally
from cuijie.intake.unread import what_to_do

__all__ = ["enclosed", "members"]

_DEPTH: Final = 3  # archives in archives, or in mails


def members(taking: Taking, bag: Bag, parent: Item, shown: str, outer: Tally, depth: int = 1) -> Iterator[FileReport]:
    """Each file of *bag*, an archive *depth* deep that was kept as *parent*.  Raises PasswordNeeded if it is locked."""
    listed = sorted(bag.members(), key=lambda member: member.path.lower().endswith(".vcf"))  # address books go last
    paths = {member.path: member for member in listed}
    for member in listed:
        path = f"{shown}/{member.path}"
        if any(member.path.endswith(tail) and member.path.removesuffix(tail) in paths for tail in DATABASE_COMPANIONS):
            continue  # read with its database
        if member.refused is not None:
            yield failed(path, IntakeError(f"{member.path}：{member.refused}。"))
        else:
            beside = {tail: paths[member.path + tail] for tail in DATABASE_COMPANIONS if member.path + tail in paths}
            yield from _member(taking, bag, member, beside, parent, path, outer, depth)


def _member(
    taking: Taking,
    bag: Bag,
    member: Member,
    beside: dict[str, Member],
    parent: Item,
    path: str,
    outer: Tally,
    depth: int,
) -> Iterator[FileReport]:
    tally = Tally(path, "unread")
    try:
        with taking.case.batch("taken_in"):
            item = _derived(taking, bag, member, parent)
            tally.items.append(item)
            if item.size_bytes == 0:
                raise IntakeError(f"“{member.path}”是空文件。")
            companions = {}
            for tail, companion in beside.items():
                tally.items.append(_derived(taking, bag, companion, parent))
                companions[tail] = taking.source(tally.items[-1])
            source = replace(taking.source(item, shown=path), members=companions)
            title, inside = _take_item(taking, item, source, tally, depth)
    except PasswordNeeded:
        raise
    except IntakeError as error:
        taking.ledger = None
        yield failed(path, error)
        return
    yield _report(tally, title, outer)
    yield from inside


def _derived(taking: Taking, bag: Bag, member: Member, parent: Item) -> Item:
    facts = ItemFacts(
        name=member.path.rpartition("/")[2], kind="member", tool="zip", owner=taking.owner, source_path=member.path
    )
    with bag.open(member) as stream:
        return taking.case.derive(parent.item_id, stream, facts)


def enclosed(taking: Taking, outer: Tally, shown: str, depth: int = 1) -> Iterator[FileReport]:
    """Each file that came enclosed with what *outer* counts; it is kept already, also where it cannot be read."""
    for item in outer.enclosed:
        path = f"{shown}/{item.about.name}"
        tally = Tally(path, "unread", items=[item])
        try:
            with taking.case.batch("taken_in"):
                title, inside = _take_item(taking, item, taking.source(item, shown=path), tally, depth)
        except IntakeError as error:
            taking.ledger = None
            words = f"附件已随邮件收好，里面没有读出：{error.message}"
            yield failed(path, IntakeError(words, remedy=error.remedy))
            continue
        yield _report(tally, title, outer)
        yield from inside


def _report(tally: Tally, title: str, outer: Tally) -> FileReport:
    is_changed = tally.changed or any(item.is_new for item in tally.items)
    outer.changed = outer.changed or is_changed
    tally.is_known = not is_changed
    return tally.report(title)


def _take_item(taking: Taking, item: Item, source: Source, tally: Tally, depth: int) -> tuple[str, list[FileReport]]:
    """Reads one item that lay inside something: (what it is, what lies inside it).  Raises IntakeError.

    A lock of its own (a PDF with a password in an open archive) concerns this item alone.
    """
    with taking.case.open_item(item.item_id) as stream:
        is_bag = is_archive(stream.read(4096), stream)
    try:
        if is_bag:
            tally.kind = "archive"
            packed = list(_bag_in_bag(taking, item, source.name, tally, depth))
            return f"压缩包，里面有 {len(packed)} 个文件", packed
        importer = recognise(source.head())
        if importer is None:
            if advice := what_to_do(source.head().data, source.name, source.open):
                tally.notes.append(advice)
            return "不认识的格式", []
        tally.kind = importer.KIND
        inside: list[FileReport] = []
        taking.read(importer, source, tally)
        if depth < _DEPTH:
            inside = list(enclosed(taking, tally, tally.path, depth + 1))
        elif tally.enclosed:
            tally.notes.append(f"里面的 {len(tally.enclosed)} 个附件套得太深，已收好但没有再打开；要读请另存出来再收。")
        tally.check(importer.TITLE, is_evidence=is_evidence(importer))
    except PasswordNeeded as error:
        raise IntakeError(error.message, remedy=error.remedy) from error
    return importer.TITLE, inside


def _bag_in_bag(taking: Taking, item: Item, name: str, tally: Tally, depth: int) -> Iterator[FileReport]:
    if depth >= _DEPTH:
        raise IntakeError(f"“{name}”套了太多层压缩包，没有再打开。", remedy="请先解压，再收里面的文件。")
    with taking.case.open_item(item.item_id) as stream, open_bag(stream, name, taking.password) as bag:
        yield from members(taking, bag, item, tally.path, tally, depth + 1)
