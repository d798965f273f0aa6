"""R9: time-stamps asked for, waiting, received and refused are states the user sees; nothing is lost on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.stamps import Stamp
from cuijie.casefile.tsa import check_address
from cuijie.clock import SystemClock
from cuijie.errors import BadInput
from tests.small_case import PASSPHRASE, SteppingClock, keep, new_case
from tests.tsa_authority import Authority, Served

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="did not run: openssl is not installed")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        keep(case, b"one")
        yield case


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("pki"))


def _states(case: Case) -> list[str]:
    return [stamp.state for stamp in case.stamps.all()]


def _only(case: Case) -> Stamp:
    (stamp,) = case.stamps.all()
    return stamp


def test_a_stamp_is_queued_without_the_network_and_sent_later(case: Case, authority: Authority) -> None:
    with authority.serving() as served:
        case.stamps.ask_for([(served.url, authority.root.pem)])
        assert (_states(case), served.asked) == (["queued"], [])
        case.stamps.send()
        assert _states(case) == ["granted"]
    assert case.ledger()[-1].act == "stamped"
    report = check_case(case)
    assert report.holds
    assert (report.anchored, report.entries) == (3, 4)
    assert [item.state for item in report.items] == ["intact"]


def test_only_a_digest_leaves_the_machine(case: Case, authority: Authority) -> None:
    with authority.serving() as served:
        case.stamps.ask_for([(served.url, None)])
        case.stamps.send()
    assert len(served.asked[0]) < 100
    assert case.case_id.encode() not in served.asked[0]


def test_several_authorities_are_asked_and_stand_each_for_itself(
    case: Case, authority: Authority, tmp_path: Path
) -> None:
    other = Authority.make(tmp_path / "另一家", "另一家")
    with authority.serving() as one, other.serving() as two:
        case.stamps.ask_for([(one.url, authority.root.pem), (two.url, other.root.pem), ("http://127.0.0.1:9/", None)])
        case.stamps.send()
    assert _states(case) == ["granted", "granted", "pending"]


def test_without_a_root_the_stamp_is_kept_as_unproven_and_proven_later(case: Case, authority: Authority) -> None:
    with authority.serving() as served:
        case.stamps.ask_for([(served.url, None)])
        case.stamps.send()
    assert _states(case) == ["unproven"]
    assert [item.state for item in check_case(case).items] == ["untimed"]
    case.stamps.trust(served.url, authority.root.pem)
    assert _states(case) == ["granted"]
    assert [item.state for item in check_case(case).items] == ["intact"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": 503}, "HTTP 503"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, "HTTP 429"),
        ({"answer": lambda _: b"<html>login</html>", "kind": "text/html"}, "不是时间戳"),
        ({"answer": lambda _: b""}, "不是时间戳"),
        ({"answer": lambda _: b"\x30" + bytes(2 << 20)}, "大得不合情理"),
    ],
    ids=["down", "too many", "html", "empty", "huge"],
)
def test_an_authority_that_does_not_deliver_leaves_the_stamp_pending(
    case: Case, authority: Authority, change: dict[str, object], words: str
) -> None:
    with authority.serving() as served:
        normal = dict(vars(served))
        for name, value in change.items():
            setattr(served, name, value)
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
        stamp = _only(case)
        assert stamp.state == "pending"
        assert words in (stamp.problem or "")
        assert stamp.tries == 1
        for name in change:
            setattr(served, name, normal[name])
        tried = case.stamps.send()
        if "headers" in change:
            assert tried == ()  # it asked us not to come back yet
        else:
            assert _states(case) == ["granted"]


def test_a_block_of_a_day_is_kept_to_and_then_over(tmp_path: Path, authority: Authority) -> None:
    clock = SteppingClock(datetime.now(tz=UTC))
    with new_case(tmp_path / "b", clock) as case, authority.serving() as served:
        served.status, served.headers = 429, {"Retry-After": "86400"}
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
        served.status = 200
        clock.instant += timedelta(hours=23)
        assert case.stamps.send() == ()
        clock.instant += timedelta(hours=2)
        case.stamps.send()
        assert _states(case) == ["granted"]


def test_an_answer_that_does_not_verify_is_kept_and_called_invalid(
    case: Case, authority: Authority, tmp_path: Path
) -> None:
    impostor = Authority.make(tmp_path / "假", "样例时间戳机构")
    with impostor.serving() as served:
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
    assert _only(case).state == "invalid"
    assert _only(case).response is not None
    assert not check_case(case).holds


def test_a_replayed_answer_is_invalid(case: Case, authority: Authority) -> None:
    with authority.serving() as served:
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
        old = _only(case).response or b""
    replay = Served(answer=lambda _: old)
    with replay.running():
        case.stamps.ask_for([(replay.url, authority.root.pem)])
        case.stamps.send()
    assert _states(case)[-1] == "invalid"


def test_a_ledger_rewritten_after_the_stamp_is_found_by_the_stamp(
    case: Case, authority: Authority, tmp_path: Path
) -> None:
    """R2: the one who owns the disk and a key rewrites chain, head and anchor; the stamp from outside does not agree."""
    from cuijie.casefile.ledger.chain import new_entry

    with authority.serving() as served:
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
    prev, entries = "0" * 64, case.ledger()
    for entry in entries:
        act = "forged" if entry.seq == 1 else entry.act
        forged = new_entry(
            seq=entry.seq, at=entry.at, actor=entry.actor, act=act, detail=entry.detail, prev=prev, clock=None
        )
        case._store.run("update ledger set body = ? where seq = ?", (forged.body, entry.seq))
        prev = forged.hash
    case._book.anchor(case._keys.keyring.anchor)
    report = check_case(case)
    assert not report.holds
    assert report.anchored == 0
    assert "整个改写" in report.stamps[0].why
    assert report.problems == ()  # inside, all agrees: only the outside proof tells


def test_stamps_survive_closing_and_opening(case: Case, authority: Authority) -> None:
    case.stamps.ask_for([("http://127.0.0.1:9/", None)])
    case.stamps.send()
    case.close()
    with Case.open(case.folder, PASSPHRASE) as again:
        assert [stamp.authority for stamp in again.stamps.waiting()] == ["http://127.0.0.1:9/"]


@pytest.mark.parametrize("url", ["", "ftp://a/b", "file:///etc/passwd", "http://", "tsa.example", "javascript:1"])
def test_only_web_addresses_can_be_authorities(url: str) -> None:
    with pytest.raises(BadInput):
        check_address(url)


def test_a_certificate_file_that_is_none_is_refused_before_anything_is_asked(case: Case) -> None:
    with pytest.raises(BadInput, match="证书文件读不出"):
        case.stamps.ask_for([("http://127.0.0.1:9/", b"not a certificate")])
    assert case.stamps.all() == ()
