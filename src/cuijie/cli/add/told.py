"""The options of ``cuijie add`` for what to leave out, and for what left no file: told by hand, or stated by a relative."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cuijie.cli.case.words import ClosedList
from cuijie.cli.dates import DAY
from cuijie.cli.language import t
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from cuijie.casefile import Case
    from cuijie.intake import HandRecord
    from cuijie.records import Entry
    from cuijie.records.case import EntryKind
    from cuijie.records.contact import VisitPlace

__all__ = ["Chosen", "Told", "choice_options", "hand_options", "is_told", "take_told"]

_KINDS: Final = ClosedList(
    "kind",
    {
        "call": ("电话", "来电", "通话"),
        "sms": ("短信",),
        "im": ("聊天", "微信", "QQ"),
        "email": ("邮件",),
        "letter": ("信函", "信", "快递"),
        "visit": ("上门",),
        "public_post": ("公开发布", "张贴", "朋友圈"),
        "other": ("其他",),
    },
)
_PLACES: Final = ClosedList("place", {"home": ("家", "家里"), "workplace": ("单位", "公司"), "other": ("其他",)})
_STATEMENT_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which days, numbers and people are taken in."""

    since: date | None
    until: date | None
    numbers: tuple[str, ...]
    people: tuple[str, ...]
    only_matching: bool

    @property
    def is_for_files(self) -> bool:
        """True if anything was chosen but numbers, which what is told by hand has too."""
        return bool(self.since or self.until or self.people or self.only_matching)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The quick form, or a statement."""

    by_hand: bool
    statement: Path | None
    kind: EntryKind | None
    when: str | None
    said: str | None
    verbatim: bool
    connected: bool | None
    duration: str | None
    times: int
    place: VisitPlace | None
    group: str | None
    about_debt: bool


choice_options = grouped(
    "chosen",
    Chosen,
    click.option("--since", type=DAY, help=t("只收这一天起的记录（北京时间）", "only records from this day on")),
    click.option("--until", type=DAY, help=t("只收到这一天为止的记录", "only records up to this day")),
    click.option(
        "--number",
        "numbers",
        multiple=True,
        help=t("只收和这个号码的记录（可写多次）；手工记录时：打来的号码", "only records with this number; by hand: who called"),
    ),
    click.option(
        "--person",
        "people",
        multiple=True,
        help=t(
            "通讯录里还要收这个人：姓名、称呼或号码（可写多次）",
            "also take this person of an address book: name, relation or number (repeatable)",
        ),
    ),
    click.option(
        "--only-matching",
        is_flag=True,
        help=t("不留整份原件，只留符合条件的记录和原件的指纹", "do not keep the original, only what matches and its hash"),
    ),
)  # fmt: skip


hand_options = grouped(
    "told",
    Told,
    click.option("--by-hand", is_flag=True, help=t("手工记一件事：没有留下文件的电话、上门、口信", "tell one event by hand")),
    click.option(
        "--statement",
        type=click.Path(path_type=Path),
        help=t("收一份陈述（文本文件，- 为标准输入），--of 写是谁的陈述", "a relative's statement as text (- = stdin), by --of"),
    ),
    click.option("--kind", type=_KINDS, help=t("手工：电话、短信、聊天、邮件、信函、上门、公开发布", "by hand: call, sms, visit …")),
    click.option("--when", help=t("手工：什么时候，如“2025-03-04 21:30”；只记得哪天就写哪天", "by hand: when")),
    click.option("--said", help=t("手工：说了什么", "by hand: what was said")),
    click.option("--verbatim", is_flag=True, help=t("手工：--said 是原话，不是大意", "by hand: the very words")),
    click.option("--connected/--missed", default=None, help=t("手工：接了／没接", "by hand: answered or not")),
    click.option("--duration", help=t("手工：多长时间，如“1分20秒”", "by hand: how long, e.g. 1m20s")),
    click.option("--times", type=click.IntRange(1, 9999), default=1, help=t("手工：共几次", "by hand: how often")),
    click.option("--place", type=_PLACES, help=t("手工：上门到哪里：家、单位、其他", "by hand: place of a visit")),
    click.option("--group", help=t("手工：发在哪个群里", "by hand: name of the chat group")),
    click.option("--about-debt", is_flag=True, help=t("手工：说的是催这笔债", "by hand: it was about the debt")),
)  # fmt: skip


def is_told(told: Told) -> bool:
    """True if the user tells something instead of giving files."""
    if told.by_hand or told.statement is not None:
        return True
    if told.kind or told.when or told.said or told.place or told.group or told.duration:
        raise click.UsageError(t("这些选项是手工记录用的，请加上 --by-hand。", "these options need --by-hand"))
    return False


def take_told(
    case: Case, who: str, numbers: tuple[str, ...], names: tuple[str, ...], told: Told, *, as_json: bool
) -> None:
    """Puts the event, or the statement with the event it tells of, into *case* and says so."""
    from cuijie.intake import Statement, add_by_hand, add_statement

    record = _record(who, numbers, names, told) if told.by_hand else None
    before = _extent(case)
    if told.statement is None:
        entries: tuple[Entry, ...] = (add_by_hand(case, record),) if record is not None else ()
    else:
        text = _statement(told.statement)
        statement = Statement(
            who=who, told_on=case.clock.now(), text=text, contacts=() if record is None else (record,)
        )
        entries = add_statement(case, statement)
    if as_json:
        print_json({"told_by": who, "entries": [entry.entry_id for entry in entries]})
    elif _extent(case) == before:
        say("已有，没有新内容。", "It is in the case already; nothing new.")
    elif told.statement is None:
        tied = t("，已归到催收方。", ", tied to its collector.") if entries[0].tie else t("，等你确认是不是催收。", ".")
        click.echo(t("手工记录：已收下 1 条", "Told by hand: 1 entry") + tied)
    else:
        say(
            f"{'本人' if who == 'debtor' else who}的陈述：已作为证据收好，记下 {len(entries)} 件事。",
            f"Statement kept, {len(entries)} events.",
        )


def _extent(case: Case) -> tuple[int, int]:
    """How many items and entries the case holds: the same words told once more add none."""
    from cuijie.records import Entry

    return len(case.items()), len(case.all(Entry))


def _record(who: str, numbers: tuple[str, ...], names: tuple[str, ...], told: Told) -> HandRecord:
    from cuijie.intake import HandRecord
    from cuijie.intake.vocabulary import duration_of

    if told.kind is None:
        raise click.UsageError(t("请用 --kind 写明是电话、短信、上门还是别的。", "say --kind"))
    if len(numbers) > 1 or len(names) > 1:
        raise click.UsageError(
            t("手工一次记一件事，只写一个号码、一个催收方。", "one number and one collector at a time")
        )
    duration = duration_of(told.duration) if told.duration else None
    if told.duration and duration is None:
        raise BadInput(t(f"时长“{told.duration}”看不懂。", "bad duration"), remedy="请写成“1分20秒”或秒数。")
    return HandRecord(
        kind=told.kind,
        when=told.when or "",
        recipient=who,
        number=numbers[0] if numbers else None,
        said=told.said,
        is_verbatim=told.verbatim,
        connected=True if duration and told.connected is None else told.connected,
        duration_s=duration,
        count=told.times,
        visit_place=told.place,
        group_name=told.group,
        is_collection=told.about_debt or bool(names),
        collector=names[0] if names else None,
    )


def _statement(path: Path) -> str:
    """The words of a statement, in whatever encoding the file has."""
    from cuijie.intake.encoding import decode_text

    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_STATEMENT_BYTES + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(_STATEMENT_BYTES + 1)
    except OSError as error:
        raise BadInput(t(f"读不到“{path}”。", f"cannot read {path}"), remedy="请核对路径和权限。") from error
    if len(data) > _STATEMENT_BYTES or (b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise BadInput(t(f"“{path.name}”不是一份文字陈述。", "not a text"), remedy="请存成纯文本（.txt）再收。")
    return decode_text(data).text
