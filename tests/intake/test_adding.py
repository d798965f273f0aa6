"""Taking files into a case: originals first, nothing twice, every record accounted for, bad files leave no trace."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from cuijie.casefile import Case
from cuijie.intake import Progress, add, make_choice, mark_collector, suggest, tie_untied
from cuijie.intake.gather import Given
from cuijie.records import Answer, Collector, Entry, Person

from . import intake_samples as samples
from .adding import AT, CHEAP, LOAN, one, put
from .intake_samples import call_row, mms_row, ms, sms_row, xml


def test_the_original_is_kept_byte_for_byte_and_each_record_points_to_its_place(case: Case, tmp_path: Path) -> None:
    data = xml("smses", [sms_row("17000001188", samples.THREAT, AT)])
    report = one(add(case, [put(tmp_path, "sms.xml", data)]))
    assert report.item_id is not None
    with case.open_item(report.item_id) as stream:
        assert stream.read() == data
    (entry,) = case.all(Entry)
    assert entry.places == (f"{report.item_id}#sms:1",)
    assert (report.kind, report.read, report.kept, report.merged) == ("sms_backup", 1, 1, 0)


def test_adding_the_same_file_twice_changes_nothing_and_says_so(case: Case, tmp_path: Path) -> None:
    path = put(
        tmp_path, "sms.xml", xml("smses", [sms_row("1", "一", AT), mms_row("2", "二", AT, picture=b"\xff\xd8\xffpic")])
    )
    add(case, [path])
    before = (case.ledger(), case.all(Entry), case.items())
    again = one(add(case, [path]))
    assert (again.kept, again.merged, again.is_known) == (0, 2, True)
    assert "以前都收过" in again.understood
    assert (case.ledger(), case.all(Entry), case.items()) == before


def test_two_equal_records_of_one_export_stay_two_and_are_reported(case: Case, tmp_path: Path) -> None:
    rows = [
        sms_row("17000001188", samples.THREAT, AT, sub_id="1"),
        sms_row("17000001188", samples.THREAT, AT, sub_id="2"),
    ]
    report = one(add(case, [put(tmp_path, "a.xml", xml("smses", rows))]))
    assert (report.kept, report.repeats) == (2, 1)
    assert len(case.all(Entry)) == 2
    overlap = one(add(case, [put(tmp_path, "b.xml", xml("smses", [*rows, sms_row("1", "新", AT)]))]))
    assert (overlap.kept, overlap.merged) == (1, 2)
    assert sorted(len(entry.places) for entry in case.all(Entry)) == [1, 2, 2]


def test_overlapping_exports_give_the_same_ids_in_either_order(tmp_path: Path) -> None:
    rows = [sms_row("1", f"第{n}条", AT + n) for n in range(6)]
    paths = [put(tmp_path, "a.xml", xml("smses", rows[:4])), put(tmp_path, "b.xml", xml("smses", rows[2:]))]
    ids = []
    for order in (paths, paths[::-1]):
        with Case.create(tmp_path / f"c{len(ids)}", "密码", cost=CHEAP) as case:
            add(case, order)
            ids.append({entry.entry_id for entry in case.all(Entry)})
    assert ids[0] == ids[1]
    assert len(ids[0]) == 6


def test_one_call_in_five_sources_is_one_entry_with_five_proofs(case: Case, tmp_path: Path) -> None:
    at = ms("2025-03-03 12:30:05")
    listed = [
        ["查询月份：2025-03"],
        samples.OPERATOR_HEADER,
        ["2025-03-03 12:30:06", "深圳", "被叫", "17000001188", "2分5秒", "国内", "0"],
    ]
    adb = {"_id": 1, "number": "+8617000001188", "date": at, "duration": 125, "type": 1}
    own = [["时间", "方式", "号码", "方向", "时长"], ["2025-03-03 12:30", "电话", "170 0000 1188", "来电", ""]]
    report = add(case, [
        put(tmp_path, "calls.xml", xml("calls", [call_row("17000001188", at + 123, duration=125)])),
        put(tmp_path, "adb.txt", samples.adb_rows([adb])),
        put(tmp_path, "oppo.xml", samples.coloros_calls([("17000001188", at, 1, 125)])),
        put(tmp_path, "详单.csv", samples.table(listed, "gb18030")),
        put(tmp_path, "own.csv", samples.table(own)),
    ])  # fmt: skip
    assert [file.merged for file in report.files] == [0, 1, 1, 1, 1]
    (entry,) = case.all(Entry)
    assert len(entry.places) == 5
    assert entry.time_precision == "second"
    assert not entry.is_user_converted
    again = add(case, [tmp_path / name for name in ("own.csv", "oppo.xml", "calls.xml", "详单.csv", "adb.txt")])
    assert [file.is_known for file in again.files] == [True] * 5
    assert case.all(Entry) == (entry,)


@pytest.mark.parametrize(
    "other",
    [
        call_row("17000001189", AT, duration=30),  # another number, the same instant
        call_row("17000001188", AT + 60_000, duration=30),  # a minute later
        call_row("17000001188", AT, kind=2, duration=30),  # the other direction
        call_row("17000001188", AT, kind=3, duration=0),  # not answered
        call_row("0755817000001188", AT, duration=30),  # the same ending
    ],
)
def test_what_differs_in_number_time_direction_or_answer_is_not_merged(case: Case, tmp_path: Path, other: str) -> None:
    add(
        case,
        [
            put(tmp_path, "a.xml", xml("calls", [call_row("17000001188", AT, duration=30)])),
            put(tmp_path, "b.xml", xml("calls", [other])),
        ],
    )
    assert len(case.all(Entry)) == 2


def test_the_same_call_on_two_phones_is_two_contacts(case: Case, tmp_path: Path) -> None:
    path = put(tmp_path, "a.xml", xml("calls", [call_row("17000001188", AT)]))
    add(case, [path])
    report = one(add(case, [path], owner="母亲"))
    assert report.kept == 1
    mother = next(person for person in case.all(Person))
    assert (mother.relation, mother.relation_word, mother.role, mother.name) == ("family", "母亲", None, None)
    assert {entry.owner for entry in case.all(Entry)} == {"debtor", mother.person_id}
    add(case, [put(tmp_path, "b.xml", xml("calls", [call_row("1", AT)]))], owner="母亲")
    assert case.all(Person) == (mother,)


@pytest.mark.parametrize("word", ["妈妈", "老妈", "我妈", "13800001002", "+86 138 0000 1002"])
def test_the_same_relative_by_another_word_or_by_number_is_one_person(case: Case, tmp_path: Path, word: str) -> None:
    case.put(Person(person_id="mother", name="沈兰", relation="family", relation_word="母亲", numbers=("13800001002",)))
    add(case, [put(tmp_path, "a.xml", xml("calls", [call_row("17000001188", AT)]))], owner=word)
    assert [entry.owner for entry in case.all(Entry)] == ["mother"]
    for name in ("妈妈", "大姨沈兰"):  # in somebody else's address book she is an aunt
        card = samples.CARD.replace("林 舟妈妈", name).replace("林;舟妈妈", f";{name}")
        add(case, [put(tmp_path, "c.vcf", card.encode())])
    assert [person.person_id for person in case.all(Person)] == ["mother"]


def test_a_gateway_signature_of_the_known_lender_ties_and_private_texts_stay_candidates(
    case: Case, tmp_path: Path
) -> None:
    case.put(LOAN)
    rows = [
        sms_row("106900000001001", samples.DEBT, AT),
        sms_row("13800001002", "转发给你：" + samples.DEBT, AT + 1),
        sms_row("13800001003", samples.DEBT, AT + 2),  # typed into a private phone
        sms_row("106900000001001", "【别家商店】满100减20", AT + 3),
        sms_row("13800001002", "晚上回来吃饭吗", AT + 4),
    ]
    report = one(add(case, [put(tmp_path, "sms.xml", xml("smses", rows))]))
    tied = [entry for entry in case.all(Entry) if entry.tie is not None]
    assert (report.tied, [entry.text for entry in tied]) == (1, [samples.DEBT])
    assert tied[0].tie is not None
    assert tied[0].tie.basis == "signature"
    assert [who.lender_id for who in case.all(Collector)] == ["lender-1"]


def test_a_number_the_user_names_ties_what_is_there_and_what_comes(case: Case, tmp_path: Path) -> None:
    add(case, [put(tmp_path, "a.xml", xml("calls", [call_row("17000001188", AT), call_row("13800001002", AT)]))])
    mark_collector(case, ["170-0000-1188", "【某资产】"])
    assert tie_untied(case) == 1
    report = one(add(case, [put(tmp_path, "b.xml", xml("calls", [call_row("+86 17000001188", AT + 90_000)]))]))
    assert report.tied == 1
    assert {entry.number for entry in case.all(Entry) if entry.tie} == {"17000001188"}


def test_a_suggestion_names_debt_numbers_with_reasons_and_leaves_family_out(case: Case, tmp_path: Path) -> None:
    rows = [
        sms_row("17000001188", "你的借款逾期了，再不处理我们就联系你通讯录里的所有人，后果自负", AT),
        sms_row("17100001155", "你的借款逾期了，再不处理我们就联系你通讯录里的所有人，说到做到", AT + 5_000_000),
        sms_row("13800001002", "有人说你欠钱不还，怎么回事", AT, contact_name="妈妈"),
        sms_row("13900001000", "周末去爬山吗", AT),
    ]
    add(case, [put(tmp_path, "a.xml", xml("smses", rows))])
    (found,) = suggest(case.each(Entry))
    assert found.numbers == ("17000001188", "17100001155")
    assert "短信或消息的话术几乎一样" in found.why
    assert len(found.entries) == 2


EMPTY = ("空文件", "0 字节")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.xml", b"", EMPTY),
        ("图.jpg", b"", EMPTY),
        ("短.png", b"\x89PNG\r\n\x1a\n", ("几乎是空的",)),
        ("没有记录.xml", b"<smses count='5'></smses>", ("一条记录也没有",)),
        ("坏.xml", b"<smses count='1'><sms date='bad' body='x' /></smses>", ("一条也没能读出", "bad")),
        ("敌意.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><smses><sms date='1740964502118' body='&b;'/></smses>", ("实体",)),
        ("坏.zip", b"PK\x03\x04" + b"\0" * 60, ("压缩包",)),
        ("坏.pdf", b"%PDF-1.4\nnothing", ("损坏",)),
        ("坏.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, ()),
    ],
)
def test_a_file_of_no_use_gives_a_chinese_reason_and_leaves_the_case_as_it_was(
    case: Case, tmp_path: Path, name: str, data: bytes, words: tuple[str, ...]
) -> None:
    before = case.ledger()
    report = one(add(case, [put(tmp_path, name, data)]))
    if not words:
        assert report.kind == "unread"
        return
    assert report.error is not None
    assert all(word in report.error for word in words)
    assert (case.ledger(), case.items(), case.all(Entry)) == (before, (), ())


def test_missing_folders_pipes_and_forbidden_files_are_told_apart(case: Case, tmp_path: Path) -> None:
    (tmp_path / "空夹").mkdir()
    put(tmp_path, "夹/a.txt", b"hello hello")
    os.mkfifo(tmp_path / "管道")
    reasons = [
        file.error or "" for file in add(case, [tmp_path / name for name in ("没有", "空夹", "夹", "管道")]).files
    ]
    assert [
        "找不到" in reasons[0],
        "空文件夹" in reasons[1],
        "不是认得出的手机备份" in reasons[2],
        "不是普通文件" in reasons[3],
    ] == [True] * 4


@pytest.mark.skipif(os.geteuid() == 0, reason="did not run: root may read everything")
def test_a_file_without_permission_says_so(case: Case, tmp_path: Path) -> None:
    path = put(tmp_path, "a.xml", xml("smses", [sms_row("1", "x", AT)]))
    path.chmod(0)
    assert "没有权限" in (one(add(case, [path])).error or "")


def test_an_unknown_format_is_kept_as_evidence_and_said_to_be_unread(case: Case, tmp_path: Path) -> None:
    data = bytes(range(256)) * 4
    report = one(add(case, [put(tmp_path, "什么.bin", data)]))
    assert (report.kind, report.error) == ("unread", None)
    assert "没有读" in report.understood
    with case.open_item(report.item_id or "") as stream:
        assert stream.read() == data


def test_one_bad_file_among_good_ones_spoils_nothing(case: Case, tmp_path: Path) -> None:
    good = put(tmp_path, "a.xml", xml("smses", [sms_row("1", "x", AT)]))
    report = add(case, [tmp_path / "没有.xml", good, put(tmp_path, "空.xml", b"")])
    assert [file.error is None for file in report.files] == [False, True, False]
    assert len(case.all(Entry)) == 1


def test_a_file_that_changes_while_it_is_read_is_noticed(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "a.xml", xml("smses", [sms_row("1", "x", AT)]))
    keep = case.keep

    def slow_keep(*given: object, **more: object) -> object:
        item = keep(*given, **more)  # type: ignore[arg-type]
        path.write_bytes(path.read_bytes() + b"<!-- more -->")
        return item

    monkeypatch.setattr(case, "keep", slow_keep)
    assert "变了" in (one(add(case, [path])).error or "")
    assert case.items() == ()


@pytest.mark.parametrize("opening", range(1, 7))
def test_a_file_that_is_unplugged_is_told_and_the_others_are_taken_in(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opening: int
) -> None:
    gone, good = (
        put(tmp_path, f"{n}.csv", f"时间,方式,号码\n2025-03-04 21:30,电话,1700000118{n}\n".encode()) for n in (1, 2)
    )
    opened, count = Given.open, itertools.count(1)

    def unplugged(given: Given) -> BinaryIO:
        if given.path == gone and next(count) == opening:
            gone.unlink()
        return opened(given)

    monkeypatch.setattr(Given, "open", unplugged)
    bad, well = add(case, [gone, good]).files
    assert "没能读完" in (bad.error or "")
    assert bad.remedy
    assert (well.kept, len(case.items()), len(case.all(Entry)), case.unfinished_files()) == (1, 1, 1, 0)


@pytest.mark.parametrize("is_keeping", [True, False], ids=["sealed", "read"])
def test_an_interruption_in_the_middle_leaves_the_case_as_it_was(case: Case, tmp_path: Path, is_keeping: bool) -> None:
    path = put(tmp_path, "a.xml", xml("smses", [sms_row("1", "x" * 2000, AT + n) for n in range(2000)]))

    def stop(progress: Progress) -> None:
        if progress.is_keeping == is_keeping and progress.done_bytes > 1_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add(case, [path], progress=stop)
    assert (case.items(), case.all(Entry), case.unfinished_files()) == ((), (), 0)
    assert one(add(case, [path])).kept == 2000


def test_contacts_give_people_and_a_contact_log_finds_them(case: Case, tmp_path: Path) -> None:
    chosen = make_choice(people=["13800001002"])
    cards = one(add(case, [put(tmp_path, "c.vcf", samples.CARD.encode())], choice=chosen))
    assert (cards.kept, cards.persons) == (1, 1)
    log = [
        ["时间", "方式", "号码", "被联系人", "被联系人号码"],
        ["2025-03-04 21:30", "电话", "17000001188", "林舟妈妈", "13800001002"],
    ]
    add(case, [put(tmp_path, "log.csv", samples.table(log))])
    (person,) = case.all(Person)
    assert [entry.owner for entry in case.all(Entry)] == [person.person_id]


def test_what_a_log_states_of_one_contact_becomes_the_users_answer(case: Case, tmp_path: Path) -> None:
    log = [["contact_id", "occurred_at", "channel", "from_number", "recorded", "says_insult", "recipient_refused", "actor", "visit_place"],
           ["1", "2025-03-04T21:30:00+08:00", "robot_call", "17000001188", "false", "是", "true", "agency", "nowhere"]]  # fmt: skip
    add(case, [put(tmp_path, "log.csv", samples.table(log))])
    (entry,) = case.all(Entry)
    assert {answer.question: answer.value for answer in case.all(Answer)} == {
        f"channel@{entry.entry_id}": "robot_call",
        f"recorded@{entry.entry_id}": False,
        f"says_insult@{entry.entry_id}": True,
        f"actor@{entry.entry_id}": "agency",
        "recipient_refused@debtor": True,  # of the person, not of the contact
    }


def test_no_name_number_or_word_reaches_the_ledger(case: Case, tmp_path: Path) -> None:
    add(
        case,
        [put(tmp_path, "sms.xml", xml("smses", [sms_row("17000001188", samples.THREAT, AT, contact_name="催收老王")]))],
    )
    acts = "".join(str(act) for act in case.ledger())
    assert not any(secret in acts for secret in ("17000001188", "再不还钱", "催收老王"))


# -- the command -----------------------------------------------------------------------------------


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CUIJIE_PASSPHRASE": "密码"}
    return subprocess.run(
        [sys.executable, "-m", "cuijie", "add", str(folder), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_the_command_prints_the_agreed_json_and_partly_read_is_exit_0(tmp_path: Path) -> None:
    Case.create(tmp_path / "案", "密码", cost=CHEAP).close()
    path = put(tmp_path, "sms.xml", xml("smses", [sms_row("1", "好", AT), "<sms address='2' date='坏' />"]))
    done = run(tmp_path / "案", path, "--of", "母亲", "--json")
    assert done.returncode == 0, done.stderr
    (file,) = json.loads(done.stdout)["files"]
    assert {key: file[key] for key in ("path", "kind", "read", "kept", "merged")} == {
        "path": str(path), "kind": "sms_backup", "read": 2, "kept": 1, "merged": 0,
    }  # fmt: skip
    assert file["set_aside"] == [{"at": "第 4 行（第 2 条，短信）", "why": "时间写的是“坏”，读不出"}]


def test_the_command_says_what_it_understood_and_fails_with_2_where_nothing_could_be_read(tmp_path: Path) -> None:
    Case.create(tmp_path / "案", "密码", cost=CHEAP).close()
    good, bad = put(tmp_path, "sms.xml", xml("smses", [sms_row("17000001188", "好", AT)])), put(tmp_path, "空.xml", b"")
    done = run(tmp_path / "案", good, bad, "--collector", "17000001188")
    assert done.returncode == 2
    assert "读到 1 条，收下 1 条，1 条已归到催收方" in done.stdout
    assert "空文件" in done.stdout
    assert "合计" in done.stdout
    assert "Traceback" not in done.stderr
