"""A step recorded on its page: done, with the paper exactly as it was sent; or answered, with what came back."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import FormData, UploadFile

from cuijie.casefile import Item, ItemFacts
from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.forms import Field, read_form
from cuijie.desk.ladder.steps import ladder_of, material, rung_words, step_words
from cuijie.desk.papers.ids import PaperId, about_words, paper_id
from cuijie.desk.papers.listing import document_words
from cuijie.desk.papers.making import file_of
from cuijie.desk.render import spoken_day
from cuijie.desk.taking_in.files import safe_name
from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.doing import DoneFacts, asked_of, full_step, record_done, record_reply, reply_kind
from cuijie.remedies.ladder import Step
from cuijie.remedies.situation import SUPPLY

__all__ = [
    "DONE_FIELDS",
    "PERFORM_BY",
    "REPLY_CHOICES",
    "REPLY_FIELDS",
    "StepPage",
    "checked",
    "done",
    "done_facts",
    "keep_upload",
    "replied",
    "step_page",
    "uploads",
]

DONE_FIELDS: tuple[Field, ...] = (
    Field(name="done_on", kind="day", label=Words("哪天寄出、提交的", "Sent or handed in on")),
    Field(
        name="via",
        kind="line",
        label=Words("怎样寄交的", "How"),
        hint=Words("例如邮政 EMS、电子邮件、客服工单、现场。", "e.g. EMS, e-mail, ticket, in person"),
    ),
    Field(
        name="ticket_no",
        kind="line",
        label=Words("单号、投诉编号、回执编号", "Tracking or ticket number"),
    ),
    Field(
        name="reached_on",
        kind="day",
        label=Words("对方哪天收到的", "Reached them on"),
        hint=Words(
            "查到签收再填，以后也能补；对方答复的期限从那天算。", "Once it is known; their time to answer runs from it."
        ),
    ),
    Field(name="note", kind="line", label=Words("备注", "Note")),
)
REPLY_FIELDS: tuple[Field, ...] = (
    Field(name="received_on", kind="day", label=Words("哪天收到的", "Received on")),
    Field(name="document_no", kind="line", label=Words("文号（有的话）", "Reference, if any")),
    Field(name="note", kind="line", label=Words("对方怎么说的", "What they said")),
)
PERFORM_BY = Field(
    name="perform_by",
    kind="day",
    label=Words("判决写的履行期限最后一天", "The last day the judgment gives for performing"),
    hint=Words(
        "判决没有写期限的，填生效那天。申请执行的二年从这一天起算。",
        "If it gives none: the day it became final. The two years for enforcement run from it.",
    ),
)
REPLY_CHOICES: tuple[tuple[ReplyKind, Words], ...] = (
    ("stopped", Words("已经停止、达成一致", "stopped, or agreed")),
    ("accepted", Words("受理、立案，或给了受案回执", "accepted, or a case opened")),
    ("partial", Words("只答复了一部分", "answered in part")),
    ("refused", Words("拒绝", "refused")),
    ("more_material", Words("要求补材料", "asks for more")),
    ("extended", Words("说要延期", "will take longer")),
    ("paused", Words("说中止办理、期限先停", "is suspended, its clock stopped")),
    ("resumed", Words("说恢复办理了", "is resumed")),
    ("not_ours", Words("说不是他们的人", "says they are not its people")),
    ("not_competent", Words("说不归他们管、不受理", "says it is not competent")),
    ("no_receipt", Words("报了案，没有给回执", "no receipt given")),
    ("no_case", Words("不予立案", "no case opened")),
    ("decision", Words("作出了处理决定", "a decision was made")),
    ("overdue", Words("到期了一直没有答复", "no answer in time")),
    ("payment_order", Words("我收到了法院的支付令", "I received a court's payment order")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """One step: what it is, what was done, what came back."""

    id: str
    title: Words
    why: Words
    paper: PaperId | None
    document_name: Words
    about: Words | None  # which of several loans, by its lender
    sender: str
    done: tuple[StepDone, ...]
    replies: tuple[tuple[Reply, Words], ...]
    asked: tuple[tuple[str, Words], ...] = ()  # of handing in material: the steps whose office asked for it

    @property
    def reply_fields(self) -> tuple[Field, ...]:
        """What is written down of a reply; of a judgment also until when it is to be performed."""
        return (*REPLY_FIELDS, PERFORM_BY) if self.id.startswith("civil_suit@") else REPLY_FIELDS


def step_page(place: OpenCase, written: str, clock: Clock) -> StepPage:
    """The page of one step.  Raises RemedyError for a step that the case does not have."""
    held = material(place)
    step_id = full_step(held, written)
    steps = [one for one in ladder_of(place, clock) if one.id == step_id]
    step = next(iter(sorted(steps, key=lambda one: not one.is_open)), None)
    past = tuple(one for one in held.steps if one.step == step_id)
    kind = (step.document if step else None) or (past[-1].document if past else None)
    loan_id, _, sender = step_id.partition("@")[2].partition(":")
    words = dict(REPLY_CHOICES)
    return StepPage(
        id=step_id,
        title=rung_words(step_id),
        why=step_words(step)[1] if step else Words("", ""),
        paper=paper_id(held, kind, sender, loan_id) if kind and not document(kind).is_group else None,
        document_name=document_words(kind)[0] if kind else Words("", ""),
        about=about_words(held, loan_id),
        sender=sender,
        done=past,
        replies=tuple(
            (one, words.get(one.kind, Words(one.kind, one.kind))) for one in held.replies if one.step == step_id
        ),
        asked=tuple((one, rung_words(one)) for one in asked_of(held, step_id)) if step_id.startswith(SUPPLY) else (),
    )


def _opened(place: OpenCase, clock: Clock) -> dict[str, Step]:
    return {one.id: one for one in ladder_of(place, clock) if one.is_open}


def _now_open(before: dict[str, Step], place: OpenCase, clock: Clock, zh: str, en: str) -> Words:
    new = [step for id, step in _opened(place, clock).items() if id not in before]
    if not new:
        return Words(zh, en)
    words = "、".join(f"{one.title}{f'（最迟 {spoken_day(one.due_on)}）' if one.due_on else ''}" for one in new[:3])
    named = ", ".join(step_words(one)[0].en for one in new[:3])
    return Words(f"{zh}因此现在可以：{words}。", f"{en} Now possible: {named}.")


def uploads(form: FormData, field: str) -> list[UploadFile]:
    """The files of *field* that were chosen.  Raises ShelfError for an empty one: nothing is recorded then."""
    found = [one for one in form.getlist(field) if isinstance(one, UploadFile) and one.filename]
    for one in found:
        if one.file.seek(0, io.SEEK_END) == 0:
            raise ShelfError(f"“{safe_name(one.filename or '')}”是空文件，没有收进。", remedy="请重新选择文件。")
    return found


def keep_upload(place: OpenCase, upload: UploadFile, kind: str) -> Item:
    """Takes a file of the form into the case, byte for byte."""
    name = safe_name(upload.filename or "")
    upload.file.seek(0)
    about = ItemFacts(
        name=name, kind=kind, media_type=mimetypes.guess_type(name)[0], owner="debtor", obtained="案卷主人提供"
    )
    return place.opened.keep(upload.file, about)


def _paper(place: OpenCase, page: StepPage, form: FormData, clock: Clock) -> Item | None:
    """The paper exactly as sent: the file that is given, or ours frozen as it stands."""
    given = uploads(form, "paper")
    if given:
        return keep_upload(place, given[0], "paper_sent")
    if form.get("ours") != "1" or page.paper is None:
        return None
    data = file_of(place, page.paper, ".pdf", clock)
    about = ItemFacts(
        name=f"{page.document_name.zh}.pdf",
        kind="paper_sent",
        media_type="application/pdf",
        owner="debtor",
        obtained="本程序起草，案卷主人确认寄出",
    )
    return place.opened.keep(io.BytesIO(data), about)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def checked(fields: Sequence[Field], form: FormData) -> dict[str, object]:
    """What was written in *fields*.  Raises ShelfError naming the first that cannot be read."""
    values, troubles = read_form(fields, form)
    if troubles:
        name, why = next(iter(troubles.items()))
        label = next(field.label.zh for field in fields if field.name == name)
        raise ShelfError(f"“{label}”：{why.zh}")
    return dict(values)


def done_facts(values: Mapping[str, object]) -> DoneFacts:
    """What ``DONE_FIELDS`` say of a step, without its files."""
    return DoneFacts(
        done_on=_day(values["done_on"]),
        reached_on=_day(values["reached_on"]),
        ticket_no=_word(values["ticket_no"]),
        via=_word(values["via"]),
        note=_word(values["note"]),
    )


def done(place: OpenCase, written: str, form: FormData, clock: Clock) -> Words:
    """Records a step as done, with its paper and proofs, and says what may be done next.  Raises RemedyError."""
    values = checked(DONE_FIELDS, form)
    case, before, page = place.opened, _opened(place, clock), step_page(place, written, clock)
    held = material(place)
    with case.batch("step_done", {"step": page.id}):
        sent = _paper(place, page, form, clock)
        proofs = tuple(keep_upload(place, one, "proof").item_id for one in uploads(form, "proof"))
        facts = replace(
            done_facts(values),
            paper_item=sent.item_id if sent else None,
            paper_sha256=sent.sha256 if sent else None,
            proof_items=proofs,
            answers=str(form.get("answers", "")) or None,
        )
        case.put(record_done(held, page.id, facts, shanghai_day(clock.now())))
    return _now_open(before, place, clock, "记下了，文书和凭证原样封存。" if sent else "记下了。", "Recorded.")


def replied(place: OpenCase, written: str, form: FormData, clock: Clock) -> Words:
    """Records what came back to a step, and says what may be done next.

    A step that was not recorded yet is recorded with it, if the form says on which day it was done.  Raises RemedyError.
    """
    values = checked((*REPLY_FIELDS, PERFORM_BY, DONE_FIELDS[0]), form)
    kind = reply_kind(str(form.get("kind", "")))
    case, before, held = place.opened, _opened(place, clock), material(place)
    step, done_on, today = full_step(held, written), _day(values["done_on"]), shanghai_day(clock.now())
    with case.batch("reply", {"step": step, "kind": kind}):
        if done_on is not None and all(one.step != step for one in held.steps):
            done = record_done(held, step, DoneFacts(done_on=done_on), today)
            case.put(done)
            held = replace(held, steps=(*held.steps, done))
        if kind != "payment_order" and all(one.step != step for one in held.steps):
            raise ShelfError("还不知道这一步是哪天做的。", remedy="请在“哪天寄出、提交的”里写一个日子，再记答复。")
        record = record_reply(
            held,
            step,
            kind,
            received_on=_day(values["received_on"]),
            today=today,
            document_no=_word(values["document_no"]),
            note=_word(values["note"]),
            items=tuple(keep_upload(place, one, "reply").item_id for one in uploads(form, "file")),
            perform_by=_day(values["perform_by"]),
        )
        case.put(record)
    return _now_open(before, place, clock, "记下了。", "Recorded.")
