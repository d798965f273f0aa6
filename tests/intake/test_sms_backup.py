"""SMS Backup & Restore XML: what each element means, what is repaired, what is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.intake import Attachment, Declared, IntakeError, Note, SetAside
from cuijie.intake.android import sms_backup
from cuijie.intake.registry import recognise

from . import intake_samples as samples
from .intake_samples import call_row, entries, mms_row, ms, read_all, sms_row, source_of, xml

AT = ms("2025-03-03 21:03:11")


def test_a_text_keeps_number_time_words_and_signature() -> None:
    (entry,) = entries(read_all(sms_backup, xml("smses", [sms_row("106900000001001", samples.DEBT, AT + 640)])))
    assert (entry.kind, entry.number, entry.inbound, entry.signature) == ("sms", "106900000001001", True, "晴川消费")
    assert entry.text == samples.DEBT
    assert entry.occurred_at is not None
    assert entry.occurred_at.isoformat() == "2025-03-03T13:03:11.640000+00:00"
    assert (entry.zone_basis, entry.time_raw, entry.text_kind) == ("epoch", str(AT + 640), "verbatim")


@pytest.mark.parametrize(
    ("box", "inbound", "is_proof"),
    [
        (1, True, True),
        (2, False, True),
        (3, False, False),
        (4, False, False),
        (5, False, False),
        (6, False, False),
        (9, None, False),
    ],
)
def test_drafts_and_failed_texts_are_no_proof_of_contact(box: int, inbound: bool | None, is_proof: bool) -> None:
    (entry,) = entries(read_all(sms_backup, xml("smses", [sms_row("17000001188", "x", AT, box=box)])))
    assert (entry.inbound, entry.is_proof_of_contact) == (inbound, is_proof)


@pytest.mark.parametrize(
    ("kind", "seconds", "inbound", "connected"),
    [
        (1, 30, True, True), (1, 0, True, None), (2, 30, False, True), (2, 0, False, False), (3, 0, True, False),
        (4, 0, True, False), (5, 0, True, False), (6, 0, True, False), (7, 0, True, True), (12, 5, None, None),
    ],
)  # fmt: skip
def test_call_types_say_who_called_and_whether_it_was_answered(
    kind: int, seconds: int, inbound: bool | None, connected: bool | None
) -> None:
    (entry,) = entries(read_all(sms_backup, xml("calls", [call_row("17000001188", AT, kind=kind, duration=seconds)])))
    assert (entry.inbound, entry.connected, entry.duration_s) == (inbound, connected, seconds)


def test_a_withheld_number_is_not_shown_rather_than_empty() -> None:
    (entry,) = entries(read_all(sms_backup, xml("calls", [call_row("-2", AT, presentation="2")])))
    assert (entry.number, entry.number_shown) == (None, False)


@pytest.mark.parametrize(
    "words", ["别装睡😡，后果自负😀", "第一行\n第二行", "a & b < c > \"d\" 'e'", "\u3000全角", "𠮷野家"]
)
def test_words_come_back_as_they_were_typed(words: str) -> None:
    (entry,) = entries(read_all(sms_backup, xml("smses", [sms_row("1", words, AT)])))
    assert entry.text == words


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_words_survive_the_round_trip(words: str) -> None:
    found = entries(read_all(sms_backup, xml("smses", [sms_row("17000001188", words, AT)])))
    assert found[0].text == (None if words == "null" else words)


def test_half_an_emoji_becomes_a_replacement_mark_and_a_remark() -> None:
    data = xml("smses", [sms_row("1", "坏XY的", AT)]).replace(b"XY", b"&#55357;")
    found = read_all(sms_backup, data)
    assert entries(found)[0].text == "坏\ufffd的"
    assert any("1 个字符" in one.text for one in found if isinstance(one, Note))


def test_emoji_written_as_two_three_byte_halves_are_joined() -> None:
    data = xml("smses", [sms_row("1", "坏XY的", AT)]).replace(b"XY", "\ud83d\ude21".encode("utf-8", "surrogatepass"))
    assert entries(read_all(sms_backup, data))[0].text == "坏😡的"


def test_a_picture_message_gives_words_picture_and_everyone_it_went_to() -> None:
    picture = b"\xff\xd8\xff\xe0" + b"p" * 100
    row = mms_row("17000001188", "大家看看", AT, picture=picture, to=["13800001001", "13800001004"])
    attachment, entry = [one for one in read_all(sms_backup, xml("smses", [row])) if not isinstance(one, Declared)]
    assert isinstance(attachment, Attachment)
    assert attachment.data == picture
    (entry,) = entries([entry])
    assert (entry.kind, entry.number, entry.text, entry.attachments) == (
        "mms",
        "17000001188",
        "大家看看",
        (attachment.key,),
    )
    assert dict(entry.extra)["recipients"] == "13800001001、13800001004"


def test_a_damaged_picture_keeps_the_message_and_says_so() -> None:
    data = xml("smses", [mms_row("17000001188", "看", AT, picture=b"12345")]).replace(
        b'data="MTIzNDU="', b'data="MTIzN"'
    )
    found = read_all(sms_backup, data)
    assert entries(found)[0].text == "看"
    assert any("附件" in one.text for one in found if isinstance(one, Note))


def test_an_own_group_message_names_its_receivers_and_no_single_number() -> None:
    row = mms_row("13800001001", "群发", AT, box=2, to=["13800001003", "13800001004"]).replace(
        'address="13800001001" sub', 'address="13800001003~13800001004" sub'
    )
    (entry,) = entries(read_all(sms_backup, xml("smses", [row])))
    assert entry.inbound is False
    assert dict(entry.extra)["recipients"] == "13800001003、13800001004"


def test_a_broken_entry_is_named_with_its_line_and_the_rest_comes_in() -> None:
    rows = [
        sms_row("1", "一", AT),
        '<sms address="2" body="断了 date="3" />',
        sms_row("3", "三", AT),
        sms_row("4", "四", 0).replace('"0"', '"坏"'),
    ]
    found = read_all(sms_backup, xml("smses", rows))
    assert [one.text for one in entries(found)] == ["一", "三"]
    broken = [one for one in found if isinstance(one, SetAside)]
    assert [one.at for one in broken] == ["第 4 行（第 2 条，短信）", "第 6 行（第 4 条，短信）"]
    assert "引号" in broken[0].why
    assert "坏" in broken[1].why


def test_a_file_that_breaks_off_says_after_which_entry() -> None:
    data = xml("smses", [sms_row("1", f"第{n}条", AT + n) for n in range(58)])
    found = read_all(sms_backup, data[: data.rindex(b"<sms") + 40])
    assert len(entries(found)) == 57
    assert [one.why for one in found if isinstance(one, SetAside)] == ["文件在这里断了，这一条不完整"]
    assert any(
        one.text.startswith("这份备份在第 57 条之后断了。前面 57 条已收好。可以重新导出一次")
        for one in found
        if isinstance(one, Note)
    )


def test_a_picture_message_without_its_end_is_set_aside() -> None:
    data = xml("smses", [mms_row("1", "看", AT).replace("</mms>", ""), sms_row("2", "后", AT)])
    found = read_all(sms_backup, data)
    assert [one.text for one in entries(found)] == ["后"]
    assert ["没有结尾" in one.why for one in found if isinstance(one, SetAside)] == [True]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>',
        '<!DOCTYPE smses SYSTEM "http://example.invalid/x.dtd">',
        '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_files_that_define_entities_are_refused_before_anything_is_read(prolog: str) -> None:
    data = xml("smses", [sms_row("1", "&xxe;", AT)]).replace(b"<smses", prolog.encode() + b"<smses")
    with pytest.raises(IntakeError, match="实体"):
        read_all(sms_backup, data)


def test_raw_angle_brackets_in_a_value_are_read_all_the_same() -> None:
    data = xml("smses", [sms_row("1", "XX", AT)]).replace(b"XX", "还款<仅限本人>".encode())
    assert entries(read_all(sms_backup, data))[0].text == "还款<仅限本人>"


def test_tags_longer_than_a_reading_step_are_put_together() -> None:
    picture = bytes(range(256)) * 12_000
    row = mms_row("17000001188", "大图", AT, picture=picture)
    found = read_all(sms_backup, xml("smses", [sms_row("1", "前", AT), row, sms_row("2", "后", AT)]))
    assert [one.text for one in entries(found)] == ["前", "大图", "后"]
    assert [one.data for one in found if isinstance(one, Attachment)] == [picture]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_file_saved_again_in_another_encoding_is_still_read(encoding: str) -> None:
    data = xml("smses", [sms_row("1", "你好", AT)]).decode().encode(encoding)
    assert recognise(source_of(data).head()) is sms_backup
    found = read_all(sms_backup, data)
    assert entries(found)[0].text == "你好"
    assert any("编码" in one.text for one in found if isinstance(one, Note)) == (encoding != "utf-8-sig")


def test_the_real_public_files_give_what_they_hold(shared: Path) -> None:
    folder = shared / "formats" / "sms_backup_restore"
    counts = {
        path.name: len(entries(read_all(sms_backup, path.read_bytes()))) for path in sorted(folder.glob("*/*.xml"))
    }
    assert counts == {
        "calls-20250320030000.xml": 10, "sms-20250320030000.xml": 11, "devadvance_sample_mms.xml": 4, "devadvance_sms_small.xml": 12,
        "fkleon_emptySms.xml": 0, "shruggie_malformed.xml": 0, "shruggie_minimal_calls.xml": 1, "shruggie_minimal_sms.xml": 1,
        "shruggie_mixed.xml": 4,
    }  # fmt: skip
