"""The evidence page: what it checks, what leaves by it, and to whom."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from cuijie.casefile import Case
from cuijie.casefile.keys import new_identity
from cuijie.intake import HandRecord, add_by_hand

from ..client import Desk, desk_of
from ..conftest import PASSPHRASE


def test_every_original_is_listed_and_checked_one_by_one(desk: Desk) -> None:
    assert "sms-20261101093000.xml" in desk.get("/c/1/evidence").words
    checked = desk.settled("/c/1/evidence/check", {})
    assert "7 件全部没有改动" in checked.words
    assert checked.words.count("还没有外部时间戳") >= 6


def test_notes_told_by_hand_are_told_apart_in_the_list(desk: Desk) -> None:
    case = desk.place().opened
    add_by_hand(case, HandRecord(kind="call", when="2026-10-21 22:41", recipient="母亲", is_collection=True))
    add_by_hand(case, HandRecord(kind="visit", when="2026-10-22", is_collection=True))
    words = desk.get("/c/1/evidence").words
    assert "手工记录（2026-10-21 22时41分 电话）.json 母亲 凭记忆记下的一次联系" in words
    assert "手工记录（2026-10-22 上门）.json" in words


def test_a_case_is_taken_to_another_computer_as_its_page_says(desk: Desk, tmp_path: Path) -> None:
    folder = desk.place().folder
    assert str(folder) in desk.get("/c/1/evidence").words
    desk.post("/lock", {})
    there = tmp_path / "另一台" / "催界案卷"
    shutil.copytree(folder, there / folder.name)
    with desk_of([], there) as other:
        assert folder.name in other.get("/").words
        assert other.post("/open", {"slug": "1", "passphrase": PASSPHRASE}).status == 303
        assert "sms-20261101093000.xml" in other.get("/c/1/evidence").words


def test_an_original_that_was_altered_on_the_disk_is_named(desk: Desk) -> None:
    case = desk.place().opened
    item = next(one for one in case.items() if one.about.name.startswith("calls-"))
    path = case.blob_path(item.item_id)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    words = desk.settled("/c/1/evidence/check", {}).words
    assert "有对不上的" in words
    row = words.split("calls-20261101093000.xml")[1].split("母亲")[0]
    assert "对不上" in row


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "word"), [("full", "完整"), ("complaint", "遮盖")])
def test_a_bundle_is_made_handed_out_whole_and_nothing_of_it_stays_behind(
    desk: Desk, profile: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    page = desk.settled("/c/1/evidence/bundle", {"profile": profile})
    assert "取走证据包" in page.words
    assert {"full": "随原件一起交出", "complaint": "没有放入："}[profile] in page.words  # not only at a terminal
    link = re.search(r"/c/1/jobs/[0-9a-f]+/file", page.text)
    assert link is not None
    answer = desk.get(link[0])
    assert answer.status == 200, answer.words
    assert zipfile.ZipFile(io.BytesIO(answer.body)).testzip() is None
    assert quote(word) in (answer.headers["Content-Disposition"] or "")
    assert desk.place().opened.ledger()[-1].act == "exported"
    waiting = desk.place().folder / "waiting"
    assert [path for path in waiting.rglob("*") if b"PK" in path.read_bytes()[:4]] == []
    desk.post(link[0].replace("/file", "/forget"), {"back": "evidence"})
    assert list(waiting.iterdir()) == []
    assert desk.get(link[0]).status == 403


def test_an_original_that_was_looked_at_goes_into_the_masked_bundle_as_it_is(desk: Desk) -> None:
    case = desk.place().opened
    whole = next(one for one in case.items() if one.about.name == "sms-20261101093000.xml")
    page = desk.settled("/c/1/evidence/bundle", {"profile": "complaint", "also": whole.item_id})
    link = re.search(r"/c/1/jobs/[0-9a-f]+/file", page.text)
    assert link is not None
    with zipfile.ZipFile(io.BytesIO(desk.get(link[0]).body)) as made:
        originals = [name for name in made.namelist() if "/原件/" in name]
        assert len(originals) == 1
        assert made.read(originals[0]) == case.open_item(whole.item_id).read()
        assert any("/摘录/" in name for name in made.namelist())  # the others stay masked


def test_a_case_without_evidence_says_so_instead_of_a_bundle(desk: Desk, tmp_path: Path) -> None:
    desk.post("/new", {"name": "空的", "passphrase": "four plain words", "again": "four plain words"})
    answer = desk.post("/c/2/evidence/bundle", {"profile": "full"})
    assert answer.status == 403
    assert "还没有材料" in answer.words
    assert "还没有材料可以核对" in desk.settled("/c/2/evidence/check", {}).words


def test_a_time_stamp_is_asked_for_by_name_only_and_can_be_queued_offline(desk: Desk) -> None:
    answer = desk.post("/c/1/evidence/stamp", {"authority": "http://tsa.example/stamp", "now": ""})
    assert answer.location == "/c/1/evidence#stamps"
    page = desk.get("/c/1/evidence").words
    assert "http://tsa.example/stamp" in page
    assert "等待申请" in page


@pytest.mark.parametrize("address", ["", "ftp://tsa.example", "javascript:alert(1)", "file:///etc/passwd"])
def test_what_is_no_address_of_an_authority_is_refused(desk: Desk, address: str) -> None:
    answer = desk.post("/c/1/evidence/stamp", {"authority": address, "now": "1"})
    assert answer.status == 400
    assert desk.place().opened.stamps.all() == ()


def test_a_case_shared_by_public_key_opens_with_the_other_key_until_it_is_taken_off(desk: Desk) -> None:
    secret, public = new_identity()
    desk.post("/c/1/evidence/share", {"key": f" {public} ", "label": "王律师"})
    assert "王律师" in desk.get("/c/1/evidence").words
    recipient = next(one for one in desk.place().opened.sharing.recipients() if one.label == "王律师")
    folder = desk.place().folder
    with Case.open(folder, secret, writable=False) as case:
        assert case.items()
    desk.post("/c/1/evidence/unshare", {"recipient": recipient.recipient_id})
    assert all(one.label != "王律师" for one in desk.place().opened.sharing.recipients())


@pytest.mark.parametrize("key", ["", "age1short", "AGE-SECRET-KEY-1XYZ", "ssh-ed25519 AAAA"])
def test_what_is_no_public_key_is_refused_and_nobody_is_added(desk: Desk, key: str) -> None:
    before = desk.place().opened.sharing.recipients()
    answer = desk.post("/c/1/evidence/share", {"key": key, "label": "王律师"})
    assert answer.status == 400
    beside = answer.text.partition('id="share"')[2]
    assert "没有共享出去" in beside
    assert 'value="王律师"' in beside
    assert ("这是私钥" in beside) == key.startswith("AGE-SECRET")
    assert desk.place().opened.sharing.recipients() == before


def test_the_passphrase_itself_cannot_be_taken_off_the_page(desk: Desk) -> None:
    own = desk.place().opened.sharing.recipients()[0]
    assert desk.post("/c/1/evidence/unshare", {"recipient": own.recipient_id}).status == 400
    assert desk.place().opened.sharing.recipients()[0] == own
