"""The page ``cuijie assess`` prints: findings, who may claim what, what is still missing, and a word on the debt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cuijie.assessment import Assessment, to_ask
from cuijie.assessment.answers import choices_of, is_dated
from cuijie.assessment.asking import PER_NUMBER
from cuijie.assessment.degrees import CERTAINTY_WORDS, LEVEL_WORDS, TIER_WORDS
from cuijie.assessment.explaining import Explanation, Incident, LawLine, explain_all, local_time
from cuijie.assessment.plain import notes_of
from cuijie.assessment.value_words import value_words
from cuijie.cli.language import LANGUAGE, as_called, t
from cuijie.records import Certainty, ContactRecord, Question
from cuijie.rulebook import Words
from cuijie.rulebook.rule import WordList

__all__ = ["BORROWER", "Keeper", "page"]

_AS_WRITTEN = {"occurred_at": ("'2026-03-05 21:30'",), "contract_on": ("2026-03-05",), "overdue_since": ("2026-03-05",)}
_FEW, _NAMED, _QUOTED = 8, 3, 60
_COLON, _SEMICOLON, _COMMA = t("：", ": "), t("；", "; "), t("，", ", ")
_STOP = t("。", ". ")
_STRENGTH_ORDER: tuple[Certainty, ...] = ("established", "likely", "to_judge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Whose case it is, and what they are told of owing for the borrower (Chinese, English)."""

    person_id: str = "debtor"
    borrower_lives: bool = True
    owing: tuple[str, str] | None = None


BORROWER = Keeper()


def page(
    assessment: Assessment, *, case: str, names: Mapping[str, str], everything: bool = False, keeper: Keeper = BORROWER
) -> str:
    """The whole page as text; *case* as a shell takes it, *names* the words for people and lenders by their ids."""
    explanations = sorted(explain_all(assessment), key=lambda e: _STRENGTH_ORDER.index(e.part.finding.certainty))
    shown = 10**9 if everything else _FEW
    lines = [_headline(assessment, explanations), ""]
    for number, explanation in enumerate(explanations, start=1):
        lines += [*_finding(number, explanation, names, shown), ""]
    if explanations:
        lines += [*_claims(explanations, names, keeper.person_id, may_defer=keeper.borrower_lives), ""]
    if assessment.questions:
        lines += [*_questions(assessment, case, names, shown), ""]
    lines += [t("请记得", "Please note")]
    first, *others = [_said(words) for words in notes_of(assessment, owes=keeper.person_id == "debtor")]
    lines += [f"  · {note}" for note in (first, *([t(*keeper.owing)] if keeper.owing else []), *others)]
    return "\n".join(lines)


def _bracketed(words: str) -> str:
    return t(f"（{words}）", f" ({words})")


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _said(words: Words) -> str:
    return t(words.zh, words.en)


def _listed(words: WordList) -> tuple[str, ...]:
    return words.en if LANGUAGE == "en" else words.zh


def _headline(assessment: Assessment, explanations: Sequence[Explanation]) -> str:
    counted = len(assessment.inputs.contacts)
    if not counted:
        return t("还没有可以判断的联系记录。", "There are no contacts to judge yet.")
    kinds = [
        (word, sum(1 for e in explanations if e.part.finding.certainty == certainty))
        for certainty, word in CERTAINTY_WORDS.items()
    ]
    if not explanations and assessment.questions:
        return t(
            f"看了 {counted} 次联系，单看记录还没有看出违规。有些事不知道，说不了合法还是违法：请先回答下面的问题。",
            f"{_plural(counted, 'contact')} looked at; the records alone show no breach. Some facts are not known, so "
            "nothing more can be said: please answer below.",
        )
    if not explanations:
        return t(
            f"看了 {counted} 次联系。就现有的记录和法律，没有能指出的违规。",
            f"{_plural(counted, 'contact')} looked at. On these records and this law, no breach can be named.",
        )
    parts = _COMMA.join(t(f"{n} 项{w.zh}", f"{n} {w.en}") for w, n in kinds if n)
    return t(
        f"看了 {counted} 次联系，有 {len(explanations)} 项发现：{parts}。",
        f"{_plural(counted, 'contact')}, {_plural(len(explanations), 'finding')}: {parts}.",
    )


def _finding(number: int, explanation: Explanation, names: Mapping[str, str], shown: int) -> Iterator[str]:
    finding = explanation.part.finding
    advisory = t("（提示）", " (advisory)") if explanation.severity == "advisory" else ""
    yield f"{number}. {_said(explanation.title)}{advisory}  {t('【', '[')}{_said(CERTAINTY_WORDS[finding.certainty])}{t('】', ']')}  {_reference(explanation)}"
    yield f"   {t('发生了什么', 'What happened')}"
    yield from _happened(explanation, names, shown)
    why, forbids = _headings(explanation)
    yield f"   {why}"
    yield f"     {_said(explanation.why)}"
    yield f"   {t('当时有效的规定', 'The law in force at the time')}"
    for role, title in (("norm", forbids), ("support", t("可以一并引用", "may be cited beside"))):
        yield from _law(title, [line for line in explanation.law if line.role == role], finding.contacts)
    for more in explanation.further:
        yield f"     {t('可能还涉及，现有事实不足以认定', 'May be in question too, not shown by these facts')}{_COLON}{more.cite}{_STOP}{_said(more.needs)}"
    if explanation.incidents:
        yield f"   {t('证据', 'Evidence')}{_COLON}{_said(LEVEL_WORDS[explanation.strength.level])}"
        yield from (f"     · {_said(words)}" for words in explanation.strength.says)
    yield f"   {t('能让它更有力的', 'What would make it stronger')}{_COLON}{_SEMICOLON.join(_listed(explanation.stronger))}"
    if _listed(explanation.exceptions):
        yield f"   {t('不算的情形', 'Exceptions')}{_COLON}{_SEMICOLON.join(_listed(explanation.exceptions))}"
    for note in _listed(explanation.notes):
        yield f"   {t('说明', 'Note')}{_COLON}{note}"


def _headings(explanation: Explanation) -> tuple[str, str]:
    """What stands over why it is wrong and over the norms: what only advises against it does not forbid it."""
    if explanation.part.finding.certainty == "to_judge":
        return (
            t("为什么可能不行", "Why it may not be allowed"),
            t("可能违反，须人判断", "may forbid it, for a person to judge"),
        )
    if explanation.severity == "advisory":
        return t("为什么不宜", "Why it is advised against"), t("写明不宜", "advises against it")
    return t("为什么不行", "Why it is not allowed"), t("直接禁止", "forbids it")


def _reference(explanation: Explanation) -> str:
    number = f"{explanation.number} " if explanation.number else ""
    return f"{number}{explanation.part.finding.rule}"


def _happened(explanation: Explanation, names: Mapping[str, str], shown: int) -> Iterator[str]:
    window = explanation.part.window
    if window is not None:
        most = "" if window.at_most == window.at_least else t("至少 ", "at least ")
        unit, different = ("次", "") if window.distinct is None else ("个不同的人或号码", " different ones")
        against = (
            t("法律没有写满几次算违反，请人判断", "no law sets a number; for a person to judge")
            if explanation.part.finding.certainty == "to_judge"
            else t(f"限额 {window.limit} {unit[0]}", f"against a limit of {window.limit}")
        )
        yield t(
            f"     这段时间里 {most}{window.at_least} {unit}，{against}。",
            f"     {most}{window.at_least}{different} in this window, {against}.",
        )
    complaint = explanation.part.complaint
    if complaint is not None:
        sent = t(f"{complaint.sent_on} 起算，", f"running from {complaint.sent_on}, ") if complaint.sent_on else ""
        yield t(
            f"     · {complaint.channel}：{sent}应在 {complaint.due_on} 以前答复，到今天没有答复。",
            f"     · {complaint.channel}: {sent}an answer was due by {complaint.due_on}; none has come.",
        )
    elif not explanation.incidents:
        yield t("     · 看的是借款本身，不是某一次联系。", "     · This is about the loan itself, not one contact.")
    for incident in explanation.incidents[:shown]:
        yield f"     · {_incident(incident, names)}"
    left = len(explanation.incidents) - shown
    if left > 0:
        yield t(f"     · 还有 {left} 次（用 --all 看全部）", f"     · {left} more (use --all)")
    if any(fact.is_machine_read for incident in explanation.incidents for fact in incident.facts):
        yield t(
            "     其中有的内容是程序读出来的，请核对；确认后会更确定（cuijie answer）。",
            "     Some of this was read by the program; please check it (cuijie answer).",
        )


def _incident(incident: Incident, names: Mapping[str, str]) -> str:
    record = incident.contact
    who = _person(record, names)
    when = incident.at or t("时间不详", "time not known")
    how = _said(value_words("channel", record.channel)) if record.channel else t("方式不详", "means not known")
    facts = _SEMICOLON.join(
        f"{_said(fact.name)}{_COLON}{_said(fact.words)}"
        for fact in incident.facts
        if fact.column not in ("occurred_at", "channel", "recipient_role", "text")
    )
    number = f" {record.from_number}" if record.from_number else ""
    shown = f"{when} {how}{number} → {who}{_bracketed(record.contact_id)}"
    return f"{shown}  {facts}" if facts else shown


def _who(role: str | None, relation: str | None) -> str:
    if role is None:
        return t("身份不详的人", "someone not identified")
    said = _said(value_words("recipient_role", role))
    return said if relation is None else said + _bracketed(_said(value_words("recipient_relation", relation)))


def _law(title: str, lines: Sequence[LawLine], contacts: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"     {title}"
    for tier, words in TIER_WORDS.items():
        for line in (line for line in lines if line.tier == tier):
            some = (
                t(f"（适用于其中 {len(line.contacts)} 次）", f" (for {len(line.contacts)} of them)")
                if len(line.contacts) < len(contacts)
                else ""
            )
            is_internal = line.cite == line.says.zh  # an internal rule is its own label and says no more
            cite, says = (_said(line.says), "") if is_internal else (line.cite, _said(line.says))
            yield f"       {_said(words)}{_COLON}{cite}{some}{_STOP}{says}".rstrip()
            if line.note is not None:
                yield f"         {_said(line.note)}"


def _claims(
    explanations: Sequence[Explanation], names: Mapping[str, str], keeper: str, *, may_defer: bool = True
) -> Iterator[str]:
    """Debtor's and contacted persons' claims apart, each by the numbers of the findings; the *keeper*'s own first."""
    numbered = list(enumerate(explanations, start=1))
    own = "、".join(str(number) for number, e in numbered if "debtor" in e.part.finding.claimants)
    people: dict[str, tuple[str, list[str]]] = {}
    for number, explanation in numbered:
        if "recipient" in explanation.part.finding.claimants:
            for person, said in dict(_others(explanation.incidents, names)).items():
                people.setdefault(person, (said, []))[1].append(str(number))
    yield t("谁可以主张", "Who may claim")
    if own and keeper == "debtor":
        yield t(f"  借款人自己：第 {own} 项", f"  The borrower: {own}")
    for person, (said, numbers) in sorted(people.items(), key=lambda one: one[0] != keeper):
        each = t(f"{said}里的各人", f"those in {said}") if person.startswith("group-") else t(f"{said}本人", said)
        yield t(
            f"  {each}，以自己的名义：第 {'、'.join(numbers)} 项",
            f"  {each}, in their own name: {', '.join(numbers)}",
        )
    if own and keeper != "debtor" and may_defer:
        yield t(
            f"  借款人自己也可以主张第 {own} 项，要由他本人提出，不用替他做",
            f"  The borrower may claim {own} too, but has to do so himself",
        )


def _others(incidents: Iterable[Incident], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for incident in incidents:
        record = incident.contact
        if record.channel == "public_post":
            continue  # whoever may have seen it was not contacted
        said = _person(record, names)
        if record.recipient_role != "debtor" and record.recipient_id is not None:
            yield record.recipient_id, said
        elif record.recipient_role not in ("debtor", None):
            yield said, said  # somebody whose number is not known claims all the same


def _questions(assessment: Assessment, case: str, names: Mapping[str, str], shown: int) -> Iterator[str]:
    """The open questions; what was said in one conversation is asked for once."""
    single, spoken = to_ask(assessment.questions, assessment.inputs.contacts, assessment.inputs.not_known)
    contacts = {contact.contact_id: contact for contact in assessment.inputs.contacts}
    yield t("还缺的事实（一次答一个，不知道也是回答）", "Facts still missing (one at a time; not knowing is an answer)")
    for question in single[:shown]:
        about = _subject(question, contacts, names)
        yield f"  · {question.asks if LANGUAGE == 'zh' else _english(assessment, question)}{about}"
        yield f"    {_decides(question, assessment)}"
        yield as_called(f"    {_answered_with(question.id, case, assessment)}")
    if len(single) > shown:
        yield t(f"  · 还有 {len(single) - shown} 个（用 --all 看全部）", f"  · {len(single) - shown} more (use --all)")
    if spoken:
        yield t(
            f"  · 有 {len(spoken)} 次联系没有对方的原话。记得的话，请写下原话，或收进录音、截图：",
            f"  · Of {_plural(len(spoken), 'contact')} the words are not kept. Write them down, or add a recording:",
        )
        for contact, rules in list(spoken.items())[:shown]:
            said = _brief(contacts[contact], names) if contact in contacts else contact
            yield t(f"    {said}，决定 {len(rules)} 条规则", f"    {said}, decides {len(rules)} rules")
        if len(spoken) > shown:
            yield t(f"    还有 {len(spoken) - shown} 次", f"    {len(spoken) - shown} more")
    skipped = sum(question.id in assessment.inputs.not_known for question in assessment.questions)
    if skipped:
        yield t(f"  · 有 {skipped} 个你答了不知道，以后想起来可以再答。", f"  · {skipped} answered with not known.")


def _answered_with(question: str, case: str, assessment: Assessment) -> str:
    """The line that answers *question*: for which of several loans somebody collects is told of the collector."""
    column, loans = question.partition("@")[0], assessment.inputs.loans
    if column == "lender_id" and len(loans) > 1:
        who = t("催收方名称", "COLLECTOR")
        return f"cuijie case collector {case} {who} --loan {'|'.join(loan.loan_id for loan in loans)}"
    listed = choices_of(question, english=LANGUAGE == "en") or _AS_WRITTEN.get(column, ())
    choices = "|".join((*listed, t("不知道", "unknown"))) if listed else "…"
    day = t("（说过的，请写哪天：2026-03-05）", " (if yes, the day: 2026-03-05)") if is_dated(question) else ""
    return f"cuijie answer {case} '{question}' {choices}{day}"


def _decides(question: Question, assessment: Assessment) -> str:
    if not question.decides:
        return t("决定算一次还是两次；弄清以前只算一次", "decides whether it counts once or twice; until then once")
    titles = [assessment.rulebook.rule(rule).rule.title for rule in question.decides[:_NAMED]]
    more = len(question.decides) > _NAMED
    zh, en = _reached(len(question.contacts))
    return t(
        f"决定 {len(question.decides)} 条规则{zh}：{'、'.join(one.zh for one in titles)}{'等' if more else ''}",
        f"decides {_plural(len(question.decides), 'rule')}{en}: "
        f"{', '.join(one.en for one in titles)}{' …' if more else ''}",
    )


def _reached(contacts: int) -> tuple[str, str]:
    """How many contacts a question decides, in both languages; nothing where it is about the loan itself."""
    return (f"、{contacts} 次联系", f" on {_plural(contacts, 'contact')}") if contacts else ("", "")


def _subject(question: Question, contacts: Mapping[str, ContactRecord], names: Mapping[str, str]) -> str:
    """Whom or which contact a question is about, where its words alone do not tell."""
    column, _, owner = question.id.partition("@")
    if owner in contacts:
        is_of_words = column.startswith("says_") or column in ("asks_payment", "caller_identified")
        return _bracketed(_brief(contacts[owner], names) + (_quoted(contacts[owner]) if is_of_words else ""))
    if column in PER_NUMBER:
        return _bracketed(t(f"号码 {owner}", f"number {owner}"))
    if owner in names:
        return _bracketed(names[owner])
    first = contacts.get(question.contacts[0]) if question.contacts else None
    return _bracketed(_person(first, names)) if first is not None and first.recipient_id == owner else ""


def _quoted(record: ContactRecord) -> str:
    """The words that a question is about, shortened; nothing where they were not kept as they were said."""
    if not record.text or record.text_kind == "summary":
        return ""
    words = " ".join(record.text.split())
    shown = words if len(words) <= _QUOTED else words[:_QUOTED] + "…"
    return t(f"：“{shown}”", f": “{shown}”")


def _brief(record: ContactRecord, names: Mapping[str, str]) -> str:
    how = _said(value_words("channel", record.channel)) if record.channel else t("方式不详", "means not known")
    return f"{local_time(record) or t('时间不详', 'time not known')} {how} → {_person(record, names)}"


def _person(record: ContactRecord, names: Mapping[str, str]) -> str:
    named = names.get(record.recipient_id or "")
    if named:
        return named
    if record.channel == "public_post" and record.recipient_id is None:
        return t("公开的地方", "a public place")
    who = _who(record.recipient_role, record.recipient_relation)
    return f"{who} {record.recipient_id}" if record.recipient_id and record.recipient_role != "debtor" else who


def _english(assessment: Assessment, question: Question) -> str:
    return assessment.rulebook.ask(question.id.partition("@")[0], question.decides[0]).en
