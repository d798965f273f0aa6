"""Who is who in a case: persons, collectors, and which entries belong to a collector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.case.words import ACTORS, NUMBER, RELATIONS, ROLES, YESNO
from cuijie.cli.dates import DAY
from cuijie.cli.language import t
from cuijie.cli.output import as_typed, json_option, passphrase_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.records import Collector, Entry, Loan, Person

__all__ = ["candidates", "collector", "dismiss", "person", "tie"]


@click.command(help=t("填写一个人：母亲、同事、紧急联系人……及其号码。", "Enter a person and their numbers."))
@click.argument("folder", type=CASE)
@click.argument("who")
@click.option("--number", "numbers", type=NUMBER, multiple=True, help=t("号码，可以多次", "number; repeatable"))
@click.option("--name", help=t("姓名", "name"))
@click.option("--role", type=ROLES, help=t("身份：本人、共同借款人、紧急联系人、其他人", "role"))
@click.option(
    "--loan", "loan_id", help=t("--role 只对这笔借款（例如只是这一笔的保证人）", "--role is to this loan only")
)
@click.option("--relation", help=t("与借款人的关系：母亲、同事、朋友……", "relation to the debtor"))
@click.option(
    "--refused-on",
    help=t("哪天（哪时）明确说过不要再联系，如 2026-03-05 或“2026-03-05 19:10”", "day or moment they said stop"),
)
@click.option("--consented", type=YESNO, help=t("本人是否同意被联系", "did this person agree"))
@click.option("--remove", is_flag=True, help=t("删去这个人", "remove this person"))
@passphrase_option
@json_option
def person(folder: Path, who: str, passphrase_file: Path | None, as_json: bool, remove: bool, **facts: Any) -> None:
    """Enter, change or remove a person; WHO is a name, a relation word, or an id."""
    from cuijie.intake.people import called
    from cuijie.records import Person, to_plain

    with opened(folder, passphrase_file, writable=True) as case, case.batch("person"):
        known = _find_person(case, who)
        if remove:
            if known is None or not case.drop(Person, known.person_id):
                raise BadInput(t(f"案卷里没有“{who}”。", f"no such person: {who}"))
            say(f"已删去 {who}。", f"Removed {who}.")
            return
        if facts["loan_id"] is not None:
            facts["loan_id"] = _loan_named(case, facts["loan_id"]).loan_id
        changed = _person_with(known, facts) if known else called(who, _person_with(_new_person(case, who), facts))
        case.put(changed)
        if as_json:
            print_json(to_plain(changed))
        else:
            relation = RELATIONS.title(changed.relation)
            role = ROLES.title(dict(changed.loan_roles).get(facts["loan_id"], changed.role))
            click.echo(
                f"{changed.person_id}  {changed.name or changed.relation_word or who}  {role}  {relation}  {'、'.join(changed.numbers)}"
            )


def _find_person(case: Case, who: str) -> Person | None:
    from cuijie.intake.vocabulary import kin_word, relation_and_name
    from cuijie.records import Person

    kin, name = relation_and_name(who)
    for one in case.each(Person):
        called = {kin_word(word) for word in (one.name, one.relation_word) if word}  # 妈 of a diary is 母亲
        if who == one.person_id or kin_word(who) in called or (kin and name and name == one.name):
            return one
    return None


def _new_person(case: Case, who: str) -> Person:
    from cuijie.casefile.filling import free_id
    from cuijie.intake.vocabulary import relation_and_name
    from cuijie.records import Person

    if who in {"debtor", *ROLES.words["debtor"]}:
        return Person(person_id="debtor", role="debtor")
    person_id = free_id("person", {one.person_id for one in case.each(Person)})
    kin, name = relation_and_name(who)
    return Person(person_id=person_id, name=name, relation_word=kin)


def _person_with(known: Person, facts: dict[str, Any]) -> Person:
    from cuijie.intake.vocabulary import relation_of

    given = {name: facts[name] for name in ("name", "role") if facts[name] is not None}
    if (loan_id := facts["loan_id"]) is not None:
        if "role" not in given:
            raise BadInput(
                t("--loan 说的是对哪笔借款的身份，要和 --role 一起写。", "--loan needs --role."),
                remedy=t(f"例如 --role 保证人 --loan {loan_id}。", f"For example --role 保证人 --loan {loan_id}."),
            )
        given["loan_roles"] = tuple(sorted({**dict(known.loan_roles), loan_id: given.pop("role")}.items()))
    if (word := facts["relation"]) is not None:
        given["relation"] = relation_of(word) or RELATIONS.convert(word, None, None)
        given["relation_word"] = known.relation_word if word in RELATIONS.words else word  # an id is nobody's word
    elif known.relation is None and known.relation_word:
        given["relation"] = relation_of(known.relation_word)
    if facts["refused_on"] is not None:
        given["refused_at"] = _moment(facts["refused_on"])
    if facts["consented"] is not None:
        given["consented"] = facts["consented"] == "yes"
    numbers = tuple(dict.fromkeys((*known.numbers, *facts["numbers"])))
    return replace(known, numbers=numbers, **given)


def _moment(written: str) -> datetime:
    """The moment *written*; a day alone is its midnight, which the assessment takes for a day without a time."""
    from cuijie.clock import SHANGHAI

    day, _, clock = written.strip().replace("T", " ").replace("：", ":").partition(" ")
    try:
        at = time.fromisoformat(clock.strip().zfill(5)) if clock.strip() else time()
    except ValueError as error:
        raise BadInput(
            t(f"时刻“{clock}”看不懂。", f"not a time: {clock}"), remedy=t("请写成 19:10。", "Write 19:10.")
        ) from error
    return datetime.combine(DAY.convert(day, None, None), at, tzinfo=SHANGHAI)


@click.command(
    help=t(
        "填写一个催收方：名称、号码、短信签名；对得上的记录自动归到它名下。",
        "Enter a collector; matching entries are tied to it.",
    )
)
@click.argument("folder", type=CASE)
@click.argument("who")
@click.option("--number", "numbers", type=NUMBER, multiple=True, help=t("号码，可以多次", "number; repeatable"))
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    help=t("短信签名，如 【某某消金】，可以多次", "SMS signature; repeatable"),
)
@click.option("--actor", type=ACTORS, help=t("由谁：贷款人、催收公司、平台、债权受让方", "who acts"))
@click.option("--agency", "agency_name", help=t("催收公司名称", "agency's name"))
@click.option(
    "--loan",
    "loan_id",
    help=t("为哪笔借款：编号或贷款人、平台的名称（默认唯一的一笔）", "for which loan: its id or lender"),
)
@click.option("--drop-number", type=NUMBER, multiple=True, help=t("去掉这个号码", "take a number off"))
@click.option("--remove", is_flag=True, help=t("删去这个催收方，记录回到待确认", "remove this collector"))
@passphrase_option
@json_option
def collector(folder: Path, who: str, passphrase_file: Path | None, as_json: bool, remove: bool, **facts: Any) -> None:
    """Enter, change or remove a collector; WHO is its name or id."""
    from cuijie.casefile.filling import retie
    from cuijie.records import Collector, to_plain

    with opened(folder, passphrase_file, writable=True) as case, case.batch("collector") as act:
        known = _find_collector(case, who)
        if remove:
            if known is None or not case.drop(Collector, known.collector_id):
                raise BadInput(t(f"案卷里没有催收方“{who}”。", f"no such collector: {who}"))
            changed: Collector | None = None
        else:
            changed = _collector_with(case, known or _new_collector(case, who), facts)
            case.put(changed)
        moved = retie(case)
        act.detail["retied"] = moved
        if as_json:
            print_json({"collector": to_plain(changed) if changed else None, "retied": moved})
            return
        done = t("已删去", "Removed") if changed is None else f"{changed.collector_id}  {changed.name}"
        click.echo(f"{done}  {t(f'归属有变的记录 {moved} 条', f'{moved} entries retied')}")


def _find_collector(case: Case, who: str) -> Collector | None:
    from cuijie.records import Collector

    for one in case.each(Collector):
        if who in {one.collector_id, one.name, one.agency_name}:
            return one
    return None


def _new_collector(case: Case, who: str) -> Collector:
    from cuijie.casefile.filling import free_id
    from cuijie.records import Collector

    taken = {one.collector_id for one in case.each(Collector)}
    return Collector(collector_id=free_id("collector", taken), name=who)


def _collector_with(case: Case, known: Collector, facts: dict[str, Any]) -> Collector:
    from cuijie.intake.tying import names_loan
    from cuijie.records import Loan
    from cuijie.records.ties import bare_signature

    given = {name: facts[name] for name in ("actor", "agency_name") if facts[name] is not None}
    loans = case.all(Loan)
    if facts["loan_id"] is not None:
        given["lender_id"] = _loan_named(case, facts["loan_id"]).lender_id
    elif known.lender_id is None:
        its = loans if len(loans) == 1 else [one for one in loans if known.name and names_loan(one, known.name)]
        given["lender_id"] = its[0].lender_id if len(its) == 1 else None
    numbers = [one for one in (*known.numbers, *facts["numbers"]) if one not in facts["drop_number"]]
    signatures = (*known.signatures, *map(bare_signature, facts["signatures"]))
    return replace(known, numbers=tuple(dict.fromkeys(numbers)), signatures=tuple(dict.fromkeys(signatures)), **given)


def _loan_named(case: Case, words: str) -> Loan:
    """The loan of that id, else the only one whose lender or platform *words* name."""
    from cuijie.intake.tying import names_loan
    from cuijie.records import Loan

    loans = case.all(Loan)
    found = [one for one in loans if one.loan_id == words] or [one for one in loans if names_loan(one, words)]
    if len(found) != 1:
        known_ones = "、".join(f"{one.loan_id}（{one.lender_name or '贷款人不知道'}）" for one in loans)
        raise BadInput(
            t(f"案卷里有 {len(found)} 笔借款是“{words}”的，请写编号。", f"{len(found)} loans of {words}: give the id")
            if found
            else t(f"案卷里没有借款 {words}。", f"no such loan: {words}"),
            remedy=t(f"案卷里的借款：{known_ones}。", f"Loans of the case: {known_ones}."),
        )
    return found[0]


@dataclass(slots=True)
class _Group:
    """Candidates of one sender: by signature, else by number, else by name."""

    sender: str
    entries: list[Entry]


def _sender(entry: Entry) -> str:
    return (
        (entry.signature and f"【{entry.signature.strip('【】')}】")
        or entry.number
        or entry.counterpart_name
        or _nobody()
    )


def _nobody() -> str:
    return t("没有号码、姓名的", "without number and name")


def _begin(text: str) -> str:
    return " ".join(text.split())[:40]


@click.command(
    help=t("列出还没有确认属于催收的记录，按来源归拢。", "List the entries not tied to a collector, by sender.")
)
@click.argument("folder", type=CASE)
@passphrase_option
@json_option
def candidates(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List senders of candidate entries, most entries first."""
    from cuijie.records import Entry

    groups: dict[str, _Group] = {}
    with opened(folder, passphrase_file) as case:
        for entry in case.each(Entry):
            if entry.tie is None and not entry.is_dismissed and entry.channel is not None:
                groups.setdefault(_sender(entry), _Group(_sender(entry), [])).entries.append(entry)
    found = sorted(groups.values(), key=lambda group: (-len(group.entries), group.sender))
    if as_json:
        print_json(
            {"candidates": [{"sender": one.sender, "entries": [e.entry_id for e in one.entries]} for one in found]}
        )
        return
    for one in found:
        sample = next((e.text for e in one.entries if e.text), None)
        tail = f"  例：{_begin(sample)}" if sample else ""
        say(f"{one.sender}  {len(one.entries)} 条{tail}", f"{one.sender}  {len(one.entries)} entries")
        if one.sender == _nobody() and len(one.entries) > 1:  # a visit, a letter, a call noted: not one sender's
            for entry in one.entries:
                click.echo(f"    {entry.entry_id}  {_begin(entry.text or '')}")
    if found:
        say(
            "归到催收方：cuijie case tie 案卷 来源… --to 名称；私人的：cuijie case dismiss 案卷 来源…",
            "Next: case tie … --to NAME, or case dismiss …",
        )
    else:
        say("没有待确认的记录。", "No candidates.")


def _named(case: Case, senders: Iterable[str]) -> list[Entry]:
    from cuijie.records import Entry
    from cuijie.records.numbers import normalise

    wanted = set(senders)
    numbers = {normalise(one) for one in wanted} - {None}
    found: list[Entry] = []
    met: set[str] = set()
    for entry in case.each(Entry):
        names = {entry.entry_id, _sender(entry), entry.signature, entry.counterpart_name, entry.number_raw}
        hits = (wanted & names) | {one for one in wanted if entry.number in numbers and normalise(one) == entry.number}
        if hits:
            met |= hits
            found.append(entry)
    if wanted - met:
        raise BadInput(
            t(f"没有来自“{'、'.join(sorted(wanted - met))}”的记录。", "no such entries"),
            remedy=t("来源照 cuijie case candidates 里的写法，或写记录编号。", "See cuijie case candidates."),
        )
    return found


@click.command(help=t("确认这些来源（号码、签名或记录编号）属于某个催收方。", "Tie entries to a collector."))
@click.argument("folder", type=CASE)
@click.argument("senders", nargs=-1, required=True)
@click.option("--to", "who", required=True, help=t("催收方名称或编号；没有就新建", "collector; made if new"))
@click.option("--loan", "loan_id", help=t("替哪笔借款催：编号或贷款人、平台的名称", "for which loan: its id or lender"))
@passphrase_option
@json_option
def tie(
    folder: Path, senders: tuple[str, ...], who: str, loan_id: str | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """The user's own tick."""
    from cuijie.records import Loan, Tie

    with opened(folder, passphrase_file, writable=True) as case, case.batch("tied") as act:
        entries = _named(case, senders)
        nothing_more: dict[str, Any] = {"actor": None, "agency_name": None, "loan_id": loan_id}
        nothing_more |= {"numbers": (), "signatures": (), "drop_number": ()}
        known = _find_collector(case, who)
        one = _collector_with(case, known or _new_collector(case, who), nothing_more)
        if one != known:
            case.put(one)
        ticked = Tie(collector_id=one.collector_id, basis="user")
        case.put(*(replace(entry, tie=ticked, is_dismissed=False) for entry in entries))
        act.detail["entries"] = len(entries)
        loans = case.all(Loan)
    _tell_count(len(entries), t(f"已归到“{one.name}”名下", f"tied to {one.name}"), as_json)
    if one.lender_id is None and len(loans) > 1 and not as_json:
        which = f"cuijie case collector {as_typed(folder)} {as_typed(one.name or one.collector_id)} --loan {'|'.join(loan.loan_id for loan in loans)}"
        say(
            f"还不知道“{one.name}”替哪笔借款催，按哪家的规则判断要看这个。写明：{which}",
            f"For which loan is not known yet: {which}",
        )


@click.command(help=t("把这些来源标为私人联系，不作催收看待；--undo 撤回。", "Mark entries as private."))
@click.argument("folder", type=CASE)
@click.argument("senders", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help=t("撤回，回到待确认", "take it back"))
@passphrase_option
@json_option
def dismiss(folder: Path, senders: tuple[str, ...], undo: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Dismiss entries that are no collector's."""
    from cuijie.casefile.filling import retie

    with opened(folder, passphrase_file, writable=True) as case, case.batch("dismissed") as act:
        entries = _named(case, senders)
        case.put(*(replace(entry, is_dismissed=not undo, tie=None) for entry in entries))
        if undo:
            retie(case)
        act.detail["entries"] = len(entries)
    _tell_count(len(entries), t("已撤回" if undo else "已标为私人", "undone" if undo else "dismissed"), as_json)


def _tell_count(count: int, what: str, as_json: bool) -> None:
    if as_json:
        print_json({"entries": count})
    else:
        say(f"{count} 条记录{what}。", f"{count} entries {what}.")
