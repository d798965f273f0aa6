"""What is done for each request: from a decoded body to the gate and back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar

from cuijie.gate import strict_json
from cuijie.gate.asking.asks import Ask, ask_from_plain, ordinary_ask, settlement_from_plain
from cuijie.gate.correcting import correction_from_plain
from cuijie.gate.decision import Decision
from cuijie.gate.decision_log.replay import replay
from cuijie.gate.errors import (
    AskError,
    ChainError,
    Contradiction,
    GateError,
    KeyReused,
    NoLongerAllowed,
    NothingToCorrect,
    RegisterError,
    ReservationUnknown,
    StoreUnreachable,
)
from cuijie.gate.gate import Gate
from cuijie.gate.http.bodies import (
    BatchAnswers,
    Begun,
    Counted,
    Decided,
    EndBody,
    Entered,
    EntriesBody,
    IdsBody,
    ReplayBody,
    Replays,
    RulebookView,
    RuleView,
    check_years,
    ids_in,
    replay_view,
    row_of,
    view_of,
)
from cuijie.gate.http.gathering import Gathering
from cuijie.gate.http.operations import Answer, Call
from cuijie.gate.http.refusals import KINDS, UNREADABLE, Refusal, of_decoding
from cuijie.gate.http.schemas import KEY_PATTERN, MOST_ASKS
from cuijie.gate.http.turns import Turns
from cuijie.gate.http.wire import decision_bytes
from cuijie.gate.registers.rows import RegisterRow

__all__ = ["Handlers"]

_Result = TypeVar("_Result")
_is_key = re.compile(KEY_PATTERN).fullmatch
_KEY_ZH = "幂等键应是 1 到 200 个看得见的 ASCII 字符。"
_KEY_EN = "A key is 1 to 200 visible ASCII characters."
_NUMBERED = frozenset({"count", "duration_s", "contact"})


class Handlers:
    """The service's answers; everything that touches the store waits for its turn."""

    def __init__(self, gate: Gate, turns: Turns, *, most: int = 128, abreast: int = 1, patience_s: float = 0.0) -> None:
        self.gate = gate
        self._turns = turns
        self._gathering = Gathering(
            gate, turns, read=_asked, write=_told, most=most, abreast=abreast, patience_s=patience_s
        )
        self._register_columns = tuple(gate.registers.columns)

    async def decide(self, call: Call) -> Answer:
        """One ask."""
        try:
            return await self._gathering.answer(call)
        except GateError as error:
            raise _refusal(error) from error

    async def decide_many(self, call: Call) -> Answer:
        """Many asks, in one turn."""
        asks = [_ask(item, None, f"第 {n} 条", f"asks[{n - 1}]") for n, item in enumerate(_list(call.body, "asks"), 1)]
        found: list[Decision | GateError]
        try:
            found = await self._do(lambda: self.gate.decide_many(asks))
        except StoreUnreachable as error:
            found = [self.gate.unreachable(ask, error) for ask in asks]
        call.decided = [(item.decision, _reasons(item)) for item in found if isinstance(item, Decision)]
        return Answer.of(BatchAnswers(answers=tuple([_decided(item) for item in found])))

    async def settle(self, call: Call) -> Answer:
        """What became of a reserved contact."""
        try:
            settlement = settlement_from_plain(_with_whole_numbers(call.body))
        except AskError as error:
            raise _refusal(error) from error
        check_years(settlement.ended_at, at="ended_at")
        return Answer.of(await self._do(lambda: self.gate.settle(settlement)))

    async def correct(self, call: Call) -> Answer:
        """What really became of a contact settled otherwise."""
        try:
            correction = correction_from_plain(_with_whole_numbers(call.body))
        except AskError as error:
            raise _refusal(error) from error
        check_years(correction.settlement.ended_at, at="ended_at")
        return Answer.of(await self._do(lambda: self.gate.correct(correction)))

    async def begin(self, call: Call) -> Answer:
        """The contact is being made."""
        id_ = _reservation(call.body)
        await self._do(lambda: self.gate.begin(id_))
        return Answer.of(Begun(reservation=id_))

    async def count(self, call: Call) -> Answer:
        """Contacts made without the gate."""
        items = _list(call.body, "contacts")
        contacts = []
        for number, item in enumerate(items, start=1):
            if not isinstance(item, dict) or item.get("contact_id") is None:
                zh, en = "每条要有自己的 contact_id。", "Each needs a contact_id of its own."
                raise Refusal("wrong_field", at=f"contacts[{number - 1}].contact_id", zh=zh, en=en)
            contacts.append(_ask({"contact": item}, None, f"第 {number} 条", f"contacts[{number - 1}]").contact)
        left = await self._do(lambda: self.gate.count(contacts))
        return Answer.of(Counted(counted=len(contacts) - len(left), left=left))

    async def enter(self, call: Call) -> Answer:
        """New register entries."""
        body = call.body
        assert isinstance(body, EntriesBody)  # noqa: S101 -- decoded by the operation's own decoder
        rows = [row_of(entry, self._register_columns, place) for place, entry in enumerate(body.entries)]
        entries = await self._do(lambda: self.gate.registers.enter(rows, source=call.key or "http"))
        return Answer.of(Entered(entries=tuple([view_of(entry) for entry in entries])))

    async def end(self, call: Call) -> Answer:
        """An entry that holds no longer."""
        body = call.body
        assert isinstance(body, EndBody)  # noqa: S101 -- decoded by the operation's own decoder
        check_years(body.at, at="at")
        ids = ids_in(body)

        def act() -> Entered:
            found = next((e for e in self.gate.registers.history(ids) if e.id == body.id), None)
            if found is None:
                zh = "在这些编号名下没有这一条登记；recipient_id、lender_id 等要和原来的一条一样。"
                en = "There is no such entry under these ids; they must be those of the entry."
                raise Refusal("not_known", at="id", zh=zh, en=en)
            row = RegisterRow(
                column=found.column, value=True, keys=ids, since=body.at, until=None, ends=body.id, where="end"
            )
            made = self.gate.registers.enter([row], source=call.key or "http")
            return Entered(entries=tuple([view_of(entry) for entry in made]))

        return Answer.of(await self._do(act))

    async def history(self, call: Call) -> Answer:
        """Every entry ever made under these ids."""
        body = call.body
        assert isinstance(body, IdsBody)  # noqa: S101 -- decoded by the operation's own decoder
        ids = ids_in(body)
        if not ids:
            raise Refusal("wrong_field", zh="至少要写一个编号。", en="Name at least one id.")
        entries = await self._do(lambda: self.gate.registers.history(ids))
        return Answer.of(Entered(entries=tuple([view_of(entry) for entry in entries])))

    async def replay(self, call: Call) -> Answer:
        """Why a contact was allowed or not on its day."""
        body, log = call.body, self.gate.log
        assert isinstance(body, ReplayBody)  # noqa: S101 -- decoded by the operation's own decoder
        if log is None:
            raise Refusal("not_known", zh="这个闸门没有决定日志。", en="This gate keeps no decision log.")
        try:
            # beside the turns: rules are read again, which takes longer than others should wait
            found = await asyncio.to_thread(lambda: list(replay(log, body.contact_id)))
        except ChainError as error:
            raise Refusal("not_known", zh=str(error).replace("\n", ""), en=error.en) from error
        return Answer.of(Replays(replays=tuple([replay_view(item) for item in found])))

    async def rulebook(self, call: Call) -> Answer:
        """The rulebook that decides."""
        rules = tuple(
            RuleView(
                id=linked.rule.id,
                version=linked.rule.version,
                number=linked.rule.number,
                title=linked.rule.title.zh,
                title_en=linked.rule.title.en,
                about=linked.rule.about,
            )
            for linked in self.gate.rulebook.rules
            if linked.rule.about != "case"
        )
        stale = self.gate.stale_since(self.gate.clock.now())
        return Answer.of(RulebookView(digest=self.gate.rulebook_digest, stale_days=stale, rules=rules))

    async def _do(self, job: Callable[[], _Result]) -> _Result:
        try:
            return await self._turns.run(job)
        except GateError as error:
            raise _refusal(error) from error


def _refusal(error: GateError) -> Exception:
    if isinstance(error, StoreUnreachable):
        return error
    code = "fault"
    if isinstance(error, ReservationUnknown):
        code = "not_known"
    elif isinstance(error, KeyReused | NoLongerAllowed | NothingToCorrect | Contradiction):
        code = "conflict"
    elif isinstance(error, AskError | RegisterError):
        code = "wrong_field"
    else:
        return error
    return Refusal(code, at=error.at, zh=str(error).replace("\n", ""), en=error.en)


def _asked(call: Call) -> Ask:
    assert isinstance(call.body, bytes)  # noqa: S101 -- read here, beside the other asks
    header = call.headers.get(b"idempotency-key")
    key = None if header is None else header.decode("latin-1")
    ask = ordinary_ask(call.body, key) if key is None or _is_key(key) else None
    if ask is not None:
        return ask
    try:
        body = strict_json.decode(call.body)
    except UNREADABLE as error:
        raise of_decoding(error) from error
    return _ask(body, key, "询问")


def _told(call: Call, decision: Decision) -> Answer:
    call.decided = ((decision.decision, _reasons(decision)),)
    return Answer(status=200, body=decision_bytes(decision))


def _ask(body: object, key: str | None, where: str, place: str = "") -> Ask:
    in_body = body.get("idempotency_key") if isinstance(body, dict) else None
    for said, at in ((key, "Idempotency-Key"), (in_body, "idempotency_key")):
        if said is not None and not (isinstance(said, str) and _is_key(said)):
            raise Refusal("wrong_field", at=at, zh=_KEY_ZH, en=_KEY_EN)
    if key is not None and in_body is not None and key != in_body:
        raise Refusal(
            "conflict",
            at="idempotency_key",
            zh="请求头和正文里的幂等键不一样。",
            en="Header and body name different keys.",
        )
    try:
        return ask_from_plain(_with_whole_numbers(body), where=where, idempotency_key=key)
    except AskError as error:
        error.at = ".".join(filter(None, (place, error.at))) or None
        raise _refusal(error) from error


def _with_whole_numbers(body: object) -> object:
    """*body* with 3.0 as 3, which to JSON is the same number."""
    if not isinstance(body, dict) or not _NUMBERED.intersection(body):
        return body
    if type(body.get("count")) is not float and type(body.get("duration_s")) is not float and "contact" not in body:
        return body
    whole: dict[str, object] = {}
    for name in ("count", "duration_s"):
        said = body.get(name)
        if isinstance(said, float) and said.is_integer():
            whole[name] = int(said)
    inner = body.get("contact")
    if isinstance(inner, dict):
        whole["contact"] = _with_whole_numbers(inner)
    return {**body, **whole} if whole else body


def _list(body: object, name: str) -> list[object]:
    items = body.get(name) if isinstance(body, dict) and set(body) == {name} else None
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ASKS:
        zh, en = (
            f"{name} 应是 1 到 {MOST_ASKS} 条的列表。",
            f"{name} must be a list of 1 to {MOST_ASKS}, and nothing else.",
        )
        raise Refusal("wrong_field", at=name, zh=zh, en=en)
    return items


def _reservation(body: object) -> str:
    id_ = body.get("reservation") if isinstance(body, dict) and set(body) == {"reservation"} else None
    if not isinstance(id_, str) or not id_:
        zh, en = (
            "只写 reservation（放行时给的编号）。",
            "Send reservation, the id given with the allow, and nothing else.",
        )
        raise Refusal("wrong_field", at="reservation", zh=zh, en=en)
    return id_


def _reasons(decision: Decision) -> tuple[str, ...]:
    """Why not, in words that hold nobody's data: rule ids and codes."""
    if decision.decision == "allow":
        return ()
    if decision.decision == "cannot_decide":
        return tuple(need.column for need in decision.needs)
    codes = [reason.code for reason in decision.reasons if reason.code not in ("rule", "limit", "needs")]
    return (*codes, *(rule.id for rule in decision.rules if rule.verdict == "breach" and not rule.advisory))


def _decided(found: Decision | GateError) -> Decided:
    if isinstance(found, Decision):
        return Decided(decision=found)
    kind = KINDS["conflict"]
    return Decided(code=kind.code, zh=str(found).replace("\n", ""), en=found.en or kind.en)
