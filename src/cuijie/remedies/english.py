"""What the ladder and the papers' remarks say in English: ``data/english.yaml``, read strictly.  Papers stay Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.remedies.channels import ClockRule
from cuijie.remedies.clocks import Deadline
from cuijie.remedies.documents.catalogue import NOT_ITS_LENDER, documents
from cuijie.remedies.documents.signer import ASK_STANDING, OF_A_MINOR
from cuijie.remedies.limits import Limit
from cuijie.remedies.rungs import rungs

__all__ = ["ChannelWords", "DocumentWords", "English", "english"]

_PATH = Path(__file__).parent / "data" / "english.yaml"
_CAVEAT = "see the latest official notice"
_LATE = (
    "The time may have passed and it may be refused; if there was good reason for the delay, say so. "
    "Conduct that goes on can still be reported."
)
_ASK_STANDING = (
    "Nobody has said what the signer is to this loan: choose it under “More”, the people who were contacted, and the "
    "paper will say it; otherwise leave on paper what is true and strike out the rest."
)
_OF_A_MINOR = (
    "If the signer is under eighteen, a parent or other guardian files it as their legal representative (法定代理人), says so "
    "beside the signature and signs with their own name."
)
_NOT_ITS_LENDER = (
    "The office that gets this paper does not usually deal with lenders of the kind given for this loan: see the next step"
    " for who does; if the kind is wrong, put it right first."
)
_LIMITS = {
    "chars": "no more than {} characters",
    "files": "no more than {} attachments",
    "file_mb": "no more than {} MB for each attachment",
    "types": "attachments only as {}",
    "per_day": "no more than {} a day for one person",
}
_STANDING = {
    "verified": "verified",
    "secondary": f"secondary source, {_CAVEAT}",
    "unverified": "not verified, for information only: not enforced",
}
_UNITS = {"days": "days", "workdays": "working days", "months": "months", "years": "years"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWords:
    """A channel in English; the fields are those of ``Channel``."""

    name: str
    where: str
    can: str
    cannot: str
    cost: str
    bring: tuple[str, ...]
    refuses: tuple[str, ...]
    silent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWords:
    """A document's name, addressee and what to read first, in English."""

    name: str
    recipient: str
    before: tuple[str, ...]  # a line for each of the document's ``advice``


@dataclass(frozen=True, slots=True, kw_only=True)
class English:
    """Every English word remedies have, by the ids of the Chinese files."""

    rungs: Mapping[str, tuple[str, str]]  # title, why
    channels: Mapping[str, ChannelWords]
    clocks: Mapping[str, str]  # by channel/clock
    questions: Mapping[str, str]
    documents: Mapping[str, DocumentWords]
    fields: Mapping[str, str]
    bases: Mapping[str, str]  # by the Chinese citation

    def before(self, document_id: str, lines: Iterable[str]) -> tuple[str, ...]:
        """*lines* of what is said before *document_id* is used, in English; what has none stays as it is."""
        known, spec = self.documents.get(document_id), documents().get(document_id)
        if known is None or spec is None:
            return tuple(lines)
        told = dict(zip((one.say for one in spec.advice), known.before, strict=True)) | {
            NOT_ITS_LENDER: _NOT_ITS_LENDER,
            ASK_STANDING: _ASK_STANDING,
            OF_A_MINOR: _OF_A_MINOR,
        }
        return tuple(told.get(line, line) for line in lines)

    def clock(self, deadline: Deadline) -> str:
        """What the clock of *deadline* is for."""
        rung = rungs().get(deadline.step.partition("@")[0])
        return self.clocks.get(f"{rung.channel if rung else ''}/{deadline.id.rpartition('/')[2]}", deadline.what)

    def basis(self, written: str) -> str:
        """A citation in English, with the caveat of what was not read in an official text."""
        plain = written.removesuffix("（以官方最新公告为准）")
        known = self.bases.get(plain, plain)
        return known if plain == written else f"{known} ({_CAVEAT})"

    def length(self, rule: ClockRule) -> str:
        """How long a clock runs: 15 days, extended lawfully to 30 or 60 days."""
        longer = " or ".join(str(one) for one in rule.extends)
        said = f"{rule.length} {_UNITS[rule.unit]}"
        return f"{said} (lawfully extended: {longer})" if longer else said

    def phone(self, shown: str) -> str:
        """A telephone number with its caveat."""
        return shown.replace("（以官方最新公告为准）", f" ({_CAVEAT})")

    def note(self, deadline: Deadline) -> str | None:
        """What to know of a deadline: a range, or a day moved past a holiday."""
        if deadline.due_on is None:
            advice = (
                f"act by {deadline.earliest_on}"
                if deadline.is_mine
                else f"they are late only after {deadline.latest_on}"
            )
            return (
                f"The holidays of {deadline.latest_on.year} are not published yet: the last day is {deadline.earliest_on} "
                f"at the earliest and {deadline.latest_on} at the latest; {advice}, and check again once they are."
            )
        return "Moved to the first working day after a holiday." if deadline.note else None

    def step_note(self, deadline: Deadline, on: date) -> str | None:
        """What to know of a step's own limit on the day *on*."""
        return _LATE if deadline.is_mine and deadline.is_past(on) else self.note(deadline)

    def limits(self, limits: tuple[Limit, ...], *, has_form: bool) -> tuple[str, ...]:
        """What a channel takes; where a web form's limits are not known, that is said."""
        told = tuple(
            f"{_LIMITS[one.what].format(one.most if one.most is not None else ', '.join(one.types))} "
            f"({_STANDING[one.confidence]})"
            for one in limits
        )
        if has_form and all(one.what == "per_day" or one.confidence == "unverified" for one in limits):
            return (*told, "length, number, size and type of files on the web form: not verified, see the page itself")
        return told


def _pair(lines: Lines, key: str) -> tuple[str, str]:
    texts = lines.texts(key)
    if len(texts) != 2:
        raise lines.wrong(key, "应为英文文字的列表，共 2 条")
    return texts[0], texts[1]


def _channel(lines: Lines, key: str) -> ChannelWords:
    own = lines.table(key)
    return ChannelWords(
        name=own.text("name"),
        where=own.text("where"),
        can=own.text("can"),
        cannot=own.text("cannot"),
        cost=own.text("cost"),
        bring=own.texts("bring"),
        refuses=own.texts("refuses"),
        silent=own.text("silent"),
    )


def _document(lines: Lines, key: str) -> DocumentWords:
    value = lines.get(key)
    match value:
        case [str(name), str(recipient), [*before]] if all(isinstance(one, str) for one in before):
            return DocumentWords(name=name, recipient=recipient, before=tuple(str(one) for one in before))
        case _:
            raise lines.wrong(key, "应为 [名称, 收件人, [先看的话]]")


@cache
def english() -> English:
    """The English words of remedies."""
    table = load_table(_PATH)
    parts = {
        key: table.table(key) for key in ("rungs", "channels", "clocks", "questions", "documents", "fields", "bases")
    }
    return English(
        rungs={id: _pair(parts["rungs"], id) for id in parts["rungs"]},
        channels={id: _channel(parts["channels"], id) for id in parts["channels"]},
        clocks={id: parts["clocks"].text(id) for id in parts["clocks"]},
        questions={id: parts["questions"].text(id) for id in parts["questions"]},
        documents={id: _document(parts["documents"], id) for id in parts["documents"]},
        fields={id: parts["fields"].text(id) for id in parts["fields"]},
        bases={id: parts["bases"].text(id) for id in parts["bases"]},
    )
