"""What a machine read, confirmed or put right by a person; pictures and recordings beside it."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import pytest

from cuijie.casefile import ItemFacts
from cuijie.desk.contacts.correcting import SAID
from cuijie.desk.contacts.media import kind_of
from cuijie.records import Answer, Entry
from cuijie.records.revisions import EntryBefore, EntryNote

from ..client import Desk


def entry_with(desk: Desk, words: str) -> Entry:
    return next(one for one in desk.place().opened.all(Entry) if words in (one.text or ""))


def silent_call(desk: Desk) -> Entry:
    calls = [one for one in desk.place().opened.all(Entry) if one.kind == "call" and one.tie and one.connected]
    return next(one for one in calls if one.text is None)


def certainty(desk: Desk, rule: str, contact: str) -> str | None:
    found = desk.place().view().assessment.findings
    return next((one.certainty for one in found if one.rule == rule and contact in one.contacts), None)


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(b"\0\xff\xff\xff")
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def keep(desk: Desk, data: bytes, name: str, media_type: str | None = None) -> str:
    return desk.place().opened.keep(io.BytesIO(data), ItemFacts(name=name, media_type=media_type)).item_id


def test_what_a_machine_read_is_ticked_and_confirmed_by_a_person_it_stands(desk: Desk) -> None:
    entry = entry_with(desk, "老赖、废物")
    page = desk.get(f"/c/1/e/{entry.entry_id}").text
    assert 'value="says_insult" checked' in page
    said = [("said", "says_insult"), ("said", "says_threat_violence")]
    assert desk.post(f"/c/1/e/{entry.entry_id}/confirm", said).status == 303
    answers = {one.question: one.value for one in desk.place().opened.all(Answer)}
    assert answers == {f"{name}@{entry.entry_id}": name in {"says_insult", "says_threat_violence"} for name in SAID}
    assert "你确认过了" in desk.get(f"/c/1/e/{entry.entry_id}").words


def test_what_the_person_unticks_is_no_finding_any_more(desk: Desk) -> None:
    entry = entry_with(desk, "老赖、废物")
    before = {f.rule for f in desk.place().view().assessment.findings if entry.entry_id in f.contacts}
    assert before
    desk.post(f"/c/1/e/{entry.entry_id}/confirm", [("said", "asks_payment")])
    after = {f.rule for f in desk.place().view().assessment.findings if entry.entry_id in f.contacts}
    assert "cn.insult" not in after
    assert after < before


def test_words_of_a_call_without_words_are_typed_as_a_summary_and_judged(desk: Desk) -> None:
    call = silent_call(desk)
    page = desk.get(f"/c/1/e/{call.entry_id}")
    assert "没有留下文字" in page.words
    fields = {"text": "说再不还就打死我全家", "inbound": "yes", "number_raw": call.number_raw or "", "connected": "yes"}
    at = {
        name: page.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("occurred_at", "occurred_at_time")
    }
    desk.post(f"/c/1/e/{call.entry_id}/correct", {**fields, **at, "text_kind": ""})
    new = desk.place().opened.get(Entry, call.entry_id)
    assert new is not None
    assert (new.text, new.text_kind) == ("说再不还就打死我全家", "summary")
    assert (new.occurred_at, new.time_precision, new.tie) == (call.occurred_at, call.time_precision, call.tie)
    assert certainty(desk, "cn.threat.violence", call.entry_id) == "likely"


def test_a_correction_keeps_what_was_and_can_be_undone(desk: Desk) -> None:
    case = desk.place().opened
    entry = entry_with(desk, "老赖、废物")
    guessed = replace(entry, is_inferred=True)
    case.put(guessed)
    path = f"/c/1/e/{entry.entry_id}"
    fields = {
        "text": "林舟，请尽快还款。",
        "text_kind": "verbatim",
        "inbound": "yes",
        "number_raw": entry.number_raw or "",
    }
    desk.post(f"{path}/correct", {**fields, "occurred_at": "2026-10-23T20:00"})
    new = case.get(Entry, entry.entry_id)
    assert new is not None
    assert not new.is_inferred
    assert new.time_precision == "minute"
    (before,) = case.all(EntryBefore)
    assert before.entry == guessed
    assert set(before.fields) >= {"text", "occurred_at"}
    assert "老赖" in desk.get(path).words
    acts = [one for one in case.ledger() if one.act == "corrected"]
    assert "老赖" not in str(acts[-1].detail)
    desk.post(f"{path}/undo", {})
    assert case.get(Entry, entry.entry_id) == guessed
    assert desk.post(f"{path}/undo", {}).status == 403


def test_new_words_make_an_earlier_confirmation_go(desk: Desk) -> None:
    entry = entry_with(desk, "老赖、废物")
    desk.post(f"/c/1/e/{entry.entry_id}/confirm", [("said", "says_insult")])
    fields = {"text": "请还款", "inbound": "yes", "number_raw": entry.number_raw or "", "text_kind": "verbatim"}
    desk.post(f"/c/1/e/{entry.entry_id}/correct", {**fields, "occurred_at": "2026-10-23T21:02"})
    assert desk.place().opened.all(Answer) == ()


@pytest.mark.parametrize("at", ["2099-01-01T10:00", "昨天"])
def test_a_time_that_cannot_be_is_said_and_nothing_changes(desk: Desk, at: str) -> None:
    entry = entry_with(desk, "老赖、废物")
    answer = desk.post(f"/c/1/e/{entry.entry_id}/correct", {"text": "改过", "inbound": "yes", "occurred_at": at})
    assert answer.status == 400
    assert desk.place().opened.get(Entry, entry.entry_id) == entry


def test_a_note_is_kept_and_taken_away(desk: Desk) -> None:
    entry = entry_with(desk, "老赖、废物")
    desk.post(f"/c/1/e/{entry.entry_id}/note", {"note": "<b>当时在医院</b>"})
    page = desk.get(f"/c/1/e/{entry.entry_id}").text
    assert "&lt;b&gt;当时在医院" in page
    desk.post(f"/c/1/e/{entry.entry_id}/note", {"note": " "})
    assert desk.place().opened.all(EntryNote) == ()


def test_private_takes_a_contact_out_and_bringing_it_back_ties_it_again(desk: Desk) -> None:
    entry = entry_with(desk, "老赖、废物")
    desk.post(f"/c/1/e/{entry.entry_id}/private", {"private": "1"})
    assert all(entry.entry_id not in f.contacts for f in desk.place().view().assessment.findings)
    desk.post(f"/c/1/e/{entry.entry_id}/private", {"private": "0"})
    back = desk.place().opened.get(Entry, entry.entry_id)
    assert back is not None
    assert back.tie is not None


def test_a_picture_stands_beside_its_words_and_is_sealed_off(desk: Desk) -> None:
    case = desk.place().opened
    item_id = keep(desk, png(), "截图.png", "text/html")  # what was declared does not count
    entry = entry_with(desk, "老赖、废物")
    case.put(replace(entry, attachments=(item_id,), is_inferred=True))
    page = desk.get(f"/c/1/e/{entry.entry_id}").text
    assert f'<img src="/c/1/item/{item_id}"' in page
    answer = desk.get(f"/c/1/item/{item_id}")
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "image/png", png())
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("图.png", b"<!doctype html><script>alert(1)</script>"),
        ("图.jpg", b"\n\x89PNG\r\n\x1a\n<script>"),
        ("文.pdf", b"%PDF-1.7 /JavaScript"),
        ("空.png", b""),
    ],
)
def test_what_could_run_is_never_shown_whatever_it_is_called(desk: Desk, name: str, data: bytes) -> None:
    answer = desk.get(f"/c/1/item/{keep(desk, data, name, 'image/png')}")
    assert answer.status in {400, 403}
    assert b"<script>alert" not in answer.body


def test_a_recording_is_handed_out_in_pieces_so_that_it_can_be_wound(desk: Desk) -> None:
    sound = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 8
    item_id = keep(desk, sound, "录音.wav")
    part = desk.get(f"/c/1/item/{item_id}", Range="bytes=10-19")
    assert (part.status, part.body) == (206, sound[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(sound)}"
    for odd in ("bytes=99999999-", "bytes=5-2", "bytes=a-b", "items=1-2", "bytes=-5"):
        assert desk.get(f"/c/1/item/{item_id}", Range=odd).body == sound


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF0000WEBPVP8 ", "image/webp"),
        (b"#!AMR\n", "audio/amr"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\xff\xf1\x50", "audio/aac"),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_kinds_are_told_by_their_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


def test_a_contact_that_left_no_file_is_told_by_hand_as_testimony(desk: Desk) -> None:
    answer = desk.post(
        "/c/1/told",
        {"kind": "visit", "recipient": "母亲", "occurred_at": "2026-10-29T19:30", "said": "堵着门说不还不走"},
    )
    entry = desk.place().opened.get(Entry, answer.location.rpartition("/")[2])
    assert entry is not None
    assert (entry.kind, entry.owner, entry.text_kind) == ("visit", "mother", "summary")
    assert entry.is_user_converted
    assert entry.tie is not None


def test_a_told_contact_in_the_future_is_refused_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.post("/c/1/told", {"kind": "call", "occurred_at": "2099-01-01T10:00", "said": "打来骂人"})
    assert answer.status == 400
    assert "将来" in answer.words
    assert "打来骂人" in answer.words


def test_an_entry_that_is_not_there_is_said(desk: Desk) -> None:
    assert "没有这条记录" in desk.get("/c/1/e/nosuch").words


def test_what_is_told_of_a_day_alone_stays_a_day_and_no_letter_is_asked_for_its_hour(desk: Desk) -> None:
    answer = desk.post(
        "/c/1/told", {"kind": "letter", "occurred_at": "2026-10-29", "occurred_at_time": "", "said": "要求还款"}
    )
    path = answer.location
    page = desk.get(path).text
    assert 'name="occurred_at" value="2026-10-29"' in page
    assert 'name="occurred_at_time" value=""' in page
    entry = next(one for one in desk.place().opened.all(Entry) if one.kind == "letter")
    assert entry.time_precision == "day"
    assert f"occurred_at@{entry.entry_id}" not in {one.id for one in desk.place().view().assessment.questions}
    desk.post(
        f"{path}/correct", {"text": "要求还款", "text_kind": "summary", "inbound": "yes", "occurred_at": "2026-10-28"}
    )
    moved = next(one for one in desk.place().opened.all(Entry) if one.kind == "letter")
    assert (str(moved.occurred_at), moved.time_precision) == ("2026-10-28 00:00:00+08:00", "day")
    refused = desk.post("/c/1/told", {"kind": "call", "occurred_at": "", "occurred_at_time": "21:10", "said": "打来"})
    assert (refused.status, "请也写上是哪一天" in refused.words) == (400, True)


def test_the_words_that_were_read_in_an_account_are_marked_in_it(desk: Desk) -> None:
    told = {"kind": "call", "recipient": "母亲", "occurred_at": "2026-10-29", "occurred_at_time": "19:30"}
    answer = desk.post("/c/1/told", {**told, "said": "我说别打了，他骂我是老赖，还说再不还就打死我全家"})
    page = desk.get(answer.location).text
    assert "<mark>打死我</mark>全家" in page
    assert "我说别打了，他骂<mark>我是老赖</mark>" in page


def test_the_address_of_a_case_alone_leads_into_it(desk: Desk) -> None:
    assert desk.get("/c/1").location == "/c/1/timeline"


def test_who_was_contacted_can_be_put_right(desk: Desk) -> None:
    answer = desk.post("/c/1/told", {"kind": "call", "occurred_at": "2026-10-29", "said": "让她替我还"})
    mother = next(one for one in desk.place().view().state.persons if one.relation_word == "母亲")
    fields = {"text": "让她替我还", "text_kind": "summary", "inbound": "yes", "occurred_at": "2026-10-29"}
    desk.post(f"{answer.location}/correct", {**fields, "owner": mother.person_id})
    entry = next(one for one in desk.place().opened.all(Entry) if one.text == "让她替我还")
    assert entry.owner == mother.person_id
    assert f'value="{mother.person_id}" checked' in desk.get(answer.location).text
    desk.post(f"{answer.location}/correct", {**fields, "owner": ""})
    assert next(one for one in desk.place().opened.all(Entry) if one.text == "让她替我还").owner == mother.person_id
