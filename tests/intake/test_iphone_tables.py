"""An iPhone's call and message tables saved as CSV from a database viewer: time, way, number, and what the table lacks."""

from __future__ import annotations

import pytest

from cuijie.intake import Found, Note, SetAside
from cuijie.intake.iphone import table_export

from .intake_samples import entries
from .recognising import known, local

_CALLS = "Z_PK,ZANSWERED,ZORIGINATED,ZDATE,ZDURATION,ZADDRESS,ZSERVICE_PROVIDER\n"


def _read(text: str) -> list[Found]:
    return known(text.encode(), table_export, "export.csv")


def test_a_call_table_gives_what_the_database_gives() -> None:
    came, missed, made, hidden = entries(_read(
        _CALLS + "1,1,0,762669005.123456,65.4,+8617000002101,com.apple.Telephony\n2,0,0,762699600.5,0,17000002101,NULL\n"
        "3,1,1,762739200,12,13900001111,com.apple.Telephony\n4,0,0,762742800.5,0,,com.apple.Telephony\n"
    ))  # fmt: skip
    assert [local(one) for one in (came, missed, made, hidden)] == [
        "2025-03-03 12:30:05", "2025-03-03 21:00:00", "2025-03-04 08:00:00", "2025-03-04 09:00:00",
    ]  # fmt: skip
    assert (came.number, came.inbound, came.connected, came.duration_s) == ("17000002101", True, True, 65)
    assert (missed.inbound, missed.connected) == (True, False)
    assert (made.inbound, made.duration_s) == (False, 12)
    assert (hidden.number, hidden.number_shown) == (None, False)
    assert all(one.is_user_converted for one in (came, missed, made, hidden))


@pytest.mark.parametrize("date", ["767801400000000000", "767801400", "1746108600", "1746108600000"])
def test_the_time_of_a_message_is_told_by_its_size(date: str) -> None:
    (one,) = entries(_read(f'ROWID,m.text,is_from_me,date,id\n1,"还款\n了吗",0,{date},10690001\n'))
    assert (local(one), one.kind, one.inbound, one.number) == ("2025-05-01 22:10:00", "sms", True, "10690001")


def test_what_the_table_lacks_is_said_and_not_guessed() -> None:
    found = _read("ROWID,text,handle_id,date,is_from_me\n1,还款,7,767801400000000000,0\n2,,7,767801500000000000,\n")
    (one,) = entries(found)
    assert (one.number, one.inbound) == (None, True)
    assert [aside.why for aside in found if isinstance(aside, SetAside)] == ["没有写是打进、收到的还是打出、发出的"]
    assert any(isinstance(note, Note) and "handle" in note.text for note in found)
