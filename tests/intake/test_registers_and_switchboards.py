"""What an office writes down of who called and came: registers of reception and gate, call records of its switchboard."""

from __future__ import annotations

import pytest

from cuijie.intake.contact_lists import switchboard, visitors
from cuijie.intake.found import Note, SetAside
from cuijie.records import Person

from .intake_samples import entries
from .recognising import known, local

REGISTER = """日期,时间,来电/来访,来人姓名,号码/证件,找谁,事由
2026-03-04,09:20,来电,信贷中心,17000001188,张伟,说张伟欠款让公司转告
2026-03-04,10:05,来访,顺丰快递,13900002233,人事部,送快递
2026-03-05,15:40,来访,刘某,430103199001011234,张伟,催收，要见张伟
2026-03-05,16:00,来访,邮政EMS,,张伟,律师函寄到公司
2026-03-05,17:00,来访,自称快递,,张伟,进门后要债
"""
CDR = """calldate,clid,src,dst,dcontext,duration,billsec,disposition,uniqueid
2026-04-01 10:00:01,"x" <17000007788>,17000007788,600,from-trunk,20,0,NO ANSWER,1775008801.1
2026-04-01 10:00:01,"x" <17000007788>,17000007788,102,from-trunk,55,33,ANSWERED,1775008801.1
2026-04-01 22:15:40,anonymous,anonymous,600,from-trunk,18,0,NO ANSWER,1775052940.7
2026-04-02 09:00:00,"101" <101>,101,102,from-internal,12,8,ANSWERED,1775091600.8
2026-04-02 09:10:00,"101" <101>,101,13900002233,from-internal,31,20,ANSWERED,1775092200.9
"""
THREE_CX = """Call Time,Call ID,From,To,Direction,Status,Ringing,Talking
2026-03-09T09:15:20,193,17000001188 (17000001188),前台 (100),Inbound,Answered,00:00:06,00:01:40
2026-03-09T15:00:00,195,王芳 (102),小李 (13900002233),Outbound,Unanswered,00:00:04,00:00:00
"""


def test_a_register_tells_calls_visits_and_letters_apart() -> None:
    found = known(REGISTER.encode(), visitors, "登记.csv", owner="p-office")
    read = [(one.kind, one.number, one.inbound, local(one)[:16]) for one in entries(found)]
    assert read == [
        ("call", "17000001188", True, "2026-03-04 09:20"),
        ("visit", None, True, "2026-03-05 15:40"),
        ("letter", None, True, "2026-03-05 16:00"),
        ("visit", None, True, "2026-03-05 17:00"),
    ]
    assert [one.why for one in found if isinstance(one, SetAside)] == ["写的是快递、送货，不算一次联系"]
    assert {one.owner for one in entries(found)} == {"p-office"}  # who was asked for was not the one who was reached


@pytest.mark.parametrize(("importer", "data"), [(visitors, REGISTER), (switchboard, CDR)])
def test_what_an_office_recorded_is_not_taken_as_the_debtors_own(importer: object, data: str) -> None:
    found = known(data.encode(), importer, "f.csv")  # type: ignore[arg-type]
    (place,) = [one for one in found if isinstance(one, Person)]
    assert {one.owner for one in entries(found)} == {place.person_id}
    assert any(one.is_asked and "登记的单位" in one.text for one in found if isinstance(one, Note))


def test_a_switchboards_call_that_rang_twice_is_one_and_internal_ones_are_none() -> None:
    found = known(CDR.encode(), switchboard, "cdr.csv", owner="p-office")
    read = [(one.number, one.inbound, one.connected, one.duration_s) for one in entries(found)]
    assert read == [
        ("17000007788", True, True, 33), (None, True, False, None), ("13900002233", False, True, 20),
    ]  # fmt: skip
    assert any("另有 1 行是内部分机" in one.text for one in found if isinstance(one, Note))


def test_a_switchboard_that_writes_names_beside_numbers_is_read() -> None:
    found = known(THREE_CX.encode(), switchboard, "calls.csv", owner="p-office")
    read = [(one.number, one.counterpart_name, one.inbound, one.connected, one.duration_s) for one in entries(found)]
    assert read == [("17000001188", None, True, True, 100), ("13900002233", "小李", False, False, None)]


def test_a_switchboards_line_with_two_outside_numbers_and_no_way_is_set_aside() -> None:
    line = "2026-04-03 09:00:00,x,17000007788,02188880000,from-trunk,31,20,ANSWERED,1.1\n"
    found = known((CDR + line).encode(), switchboard, "cdr.csv", owner="p-office")
    assert ["外面的号码" in one.why for one in found if isinstance(one, SetAside)] == [True]
