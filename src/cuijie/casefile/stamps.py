"""The time-stamps of a case: asked for, waiting, received, refused; each a state that the user sees.

A stamp is put on a *statement*: the canonical bytes that name the case, the length of its ledger, the last
hash and the Merkle root; or on the manifest of a bundle.  What the authority returns is judged before it
counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from cryptography import x509

from cuijie import canonical
from cuijie.casefile.acts import Acts
from cuijie.casefile.database.store import Store
from cuijie.casefile.ledger.chain import head_statement
from cuijie.casefile.tokens import TokenFault, Trust, judge, load_certificates, read_token
from cuijie.casefile.tsa import Answer, AuthorityBusy, ask, check_address, request_for
from cuijie.clock import Clock
from cuijie.errors import BadInput

__all__ = ["LEDGER", "STATES", "Stamp", "StampState", "Stamps", "trust_in"]

StampState = Literal["queued", "pending", "granted", "unproven", "invalid", "refused"]
STATES: dict[StampState, str] = {
    "queued": "等待申请",
    "pending": "还没拿到，会再试",
    "granted": "已取得，核验通过",
    "unproven": "已取得，但没有这家机构的根证书可核验",
    "invalid": "拿到的时间戳核验不通过",
    "refused": "时间戳机构拒绝",
}
LEDGER = "ledger"
_OPEN: tuple[StampState, ...] = ("queued", "pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One time-stamp of one authority over one statement, in whatever state it is."""

    stamp_id: int
    authority: str  # the address it was asked of
    subject: str  # "ledger", or "bundle:" and the bundle's id
    data: bytes  # the very bytes that are stamped
    state: StampState
    response: bytes | None
    certificates: bytes | None  # PEM the user gave for this authority
    tried_at: datetime | None
    tries: int
    problem: str | None
    gen_time: datetime | None
    count: int | None  # ledger entries covered
    not_before: datetime | None  # the authority asked not to come back earlier


class _Acting(Protocol):
    clock: Clock

    @property
    def case_id(self) -> str: ...

    def ledger_bodies(self) -> list[bytes]: ...

    def batch(
        self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None
    ) -> AbstractContextManager[Any]: ...


def trust_in(certificates: bytes | None) -> Trust:
    """What a PEM file given for an authority makes trusted; revocation lists in it count too.

    A file of several certificates is a chain: the self-signed ones are roots, and where there is none, all are
    taken at the user's word.  Raises BadInput.
    """
    if not certificates:
        return Trust()
    try:
        found = load_certificates(certificates)
        revoked = _revocation_lists(certificates)
    except ValueError as error:
        raise BadInput("证书文件读不出。", remedy="请给出时间戳机构的根证书（PEM 或 DER 格式）。") from error
    roots = tuple(one for one in found if one.issuer == one.subject)
    others = tuple(one for one in found if one.issuer != one.subject)
    return Trust(roots=roots or others, others=others, revoked=revoked)


def _revocation_lists(pem: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    begin, end = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"
    pieces = [begin + part.split(end)[0] + end + b"\n" for part in pem.split(begin)[1:]]
    return tuple(x509.load_pem_x509_crl(piece) for piece in pieces)


class Stamps:
    """The time-stamps of one open case."""

    def __init__(self, case: _Acting, store: Store, acts: Acts) -> None:
        self._case, self._store, self._acts = case, store, acts

    def ask_for(
        self, authorities: Iterable[tuple[str, bytes | None]], *, subject: str = LEDGER, data: bytes | None = None
    ) -> None:
        """Queues one stamp per authority (address, PEM or None), over the ledger as it is or over *data*."""
        chosen = [(check_address(url), pem) for url, pem in authorities]
        for _, pem in chosen:
            trust_in(pem)
        with self._acts.joined("stamp_asked", entry=False):  # the entry and what waits: both or neither
            with self._case.batch("stamp_asked", {"authorities": [url for url, _ in chosen], "subject": subject}):
                pass
            bodies = self._case.ledger_bodies() if data is None else []
            statement = head_statement(self._case.case_id, bodies) if data is None else data
            for url, pem in chosen:
                self._store.run(
                    "insert into stamp (authority, subject, data, state, certificates, tries, count)"
                    " values (?, ?, ?, 'queued', ?, 0, ?)",
                    (url, subject, statement, pem, len(bodies) or None),
                )

    def all(self) -> tuple[Stamp, ...]:
        """Every stamp ever asked for, oldest first."""
        return tuple(self._each())

    def _each(self) -> Iterator[Stamp]:
        rows = self._store.rows(
            "select stamp_id, authority, subject, data, state, response, certificates, tried_at, tries, problem,"
            " gen_time, count, not_before from stamp order by stamp_id"
        )
        for row in rows:
            yield Stamp(
                stamp_id=row[0],
                authority=row[1],
                subject=row[2],
                data=bytes(row[3]),
                state=row[4],
                response=None if row[5] is None else bytes(row[5]),
                certificates=None if row[6] is None else bytes(row[6]),
                tried_at=_instant(row[7]),
                tries=row[8],
                problem=row[9],
                gen_time=_instant(row[10]),
                count=row[11],
                not_before=_instant(row[12]),
            )

    def authorities(self) -> tuple[tuple[str, bytes | None], ...]:
        """The authorities asked so far with the certificates last given for each."""
        known: dict[str, bytes | None] = {}
        for stamp in self._each():
            known[stamp.authority] = stamp.certificates or known.get(stamp.authority)
        return tuple(known.items())

    def waiting(self) -> tuple[Stamp, ...]:
        """Stamps that were asked for and have not come."""
        return tuple(stamp for stamp in self._each() if stamp.state in _OPEN)

    def send(self, *, post: Callable[[str, bytes, Clock], Answer] = ask) -> tuple[Stamp, ...]:
        """Goes to the authority of each waiting stamp (but not before the time it named); answers what was tried."""
        tried = []
        for stamp in self.waiting():
            if stamp.not_before is not None and self._case.clock.now() < stamp.not_before:
                continue
            tried.append(stamp.stamp_id)
            self._try(stamp, post)
        return tuple(stamp for stamp in self._each() if stamp.stamp_id in tried)

    def _try(self, stamp: Stamp, post: Callable[[str, bytes, Clock], Answer]) -> None:
        request, nonce = request_for(stamp.data)
        try:
            answer = post(stamp.authority, request, self._case.clock)
        except AuthorityBusy as busy:
            self._mark(stamp, "pending", problem=busy.words, not_before=busy.not_before)
            return
        now = self._case.clock.now()
        try:
            token = judge(answer.body, stamp.data, trust_in(stamp.certificates), now=now, nonce=nonce)
        except TokenFault as fault:
            state: StampState = "refused" if fault.reason == "refused" else "invalid"
            if fault.reason == "untrusted" and not stamp.certificates:
                token, state = read_token(answer.body), "unproven"
                self._receive(stamp, state, answer.body, token.gen_time)
                return
            self._mark(stamp, state, problem=fault.words, response=answer.body)
            return
        self._receive(stamp, "granted", answer.body, token.gen_time)

    def _receive(self, stamp: Stamp, state: StampState, response: bytes, gen_time: datetime) -> None:
        detail = {"authority": stamp.authority, "subject": stamp.subject, "gen_time": gen_time, "count": stamp.count}
        with self._case.batch("stamped", {name: _plain(value) for name, value in detail.items()}):
            self._mark(stamp, state, response=response, gen_time=gen_time)

    def _mark(
        self,
        stamp: Stamp,
        state: StampState,
        *,
        problem: str | None = None,
        response: bytes | None = None,
        gen_time: datetime | None = None,
        not_before: datetime | None = None,
    ) -> None:
        self._store.run(
            "update stamp set state = ?, problem = ?, response = ?, gen_time = ?, not_before = ?, tried_at = ?,"
            " tries = tries + 1 where stamp_id = ?",
            (
                state,
                problem,
                response,
                _plain(gen_time),
                _plain(not_before),
                _plain(self._case.clock.now()),
                stamp.stamp_id,
            ),
        )

    def trust(self, authority: str, certificates: bytes) -> tuple[Stamp, ...]:
        """Gives an authority's certificates afterwards and judges its stamps again; answers those judged."""
        trust, judged = trust_in(certificates), []
        for stamp in self._each():
            if stamp.authority != authority or stamp.response is None:
                continue
            judged.append(stamp.stamp_id)
            state, problem, at = "granted", None, stamp.gen_time
            try:
                at = judge(stamp.response, stamp.data, trust, now=self._case.clock.now()).gen_time
            except TokenFault as fault:
                state, problem = "invalid", fault.words
            self._store.run(
                "update stamp set state = ?, problem = ?, gen_time = ?, certificates = ? where stamp_id = ?",
                (state, problem, _plain(at), certificates, stamp.stamp_id),
            )
        return tuple(stamp for stamp in self._each() if stamp.stamp_id in judged)


def _plain(value: object) -> Any:
    return canonical.instant(value) if isinstance(value, datetime) else value


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
