"""Long runs of texts that a second process packs: what comes into the case is the same as without it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cuijie.casefile import Case, KdfCost
from cuijie.intake import add, stretches
from cuijie.intake.packer import serve
from cuijie.intake.packing import Job, Made, Setup, read_message, write_message
from cuijie.intake.sms_rows import form_of
from cuijie.records import Collector, Entry

from . import intake_samples as samples
from .intake_samples import ms, sms_row, xml

AT = ms("2025-03-03 21:03:11")
Seen = tuple[list[tuple[object, ...]], tuple[Entry, ...], str]


def odd_backups() -> list[bytes]:
    """Two backups that overlap: long plain runs with repeats, a known collector, damage, a picture and a broken tag."""
    rows = [
        sms_row(f"1069{n % 40:08d}", f'【晴川消费】逾期{n}天😡 &amp; "回" T', AT + n * 61_000, box=1 + n % 2)
        for n in range(1500)
    ]
    rows[700] = rows[20]  # the same twice in one file, in one stretch and in two
    rows[1200] = rows[30]
    rows[900] = sms_row("17000001188", "null", AT)
    rows[901] = sms_row("17000001188", "坏\ufffd字", AT + 5)
    rows[902] = sms_row("17000001188", "名字坏了", AT + 6, contact_name="妈\ufffd")
    rows[903] = sms_row("17000001188", "还是坏的", AT + 7, contact_name="妈\ufffd")
    rows[1000] = samples.mms_row("17000001188", "图", AT + 9, picture=b"\x89PNG")
    rows[1100] = '<sms address="1" body="没写完 />'
    rows[1400:1403] = [sms_row("95555", f"【远山贷款】第{n}次", AT + n) for n in range(3)]
    return [
        xml("smses", rows),
        xml("smses", [*rows[1350:], *(sms_row("95555", f"新的{n}", AT + n) for n in range(400))]),
    ]


def taken_in(folder: Path, backups: list[bytes]) -> Seen:
    folder.mkdir()
    paths = [folder / f"{number}.xml" for number in range(len(backups))]
    for path, data in zip(paths, backups, strict=True):
        path.write_bytes(data)
    with Case.create(folder / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
        case.put(Collector(collector_id="c-1", signatures=("远山贷款",), numbers=("106900000007",)))
        reports = add(case, paths).files
        told: list[tuple[object, ...]] = [
            (one.read, one.kept, one.merged, one.repeats, one.tied, one.set_aside, one.notes) for one in reports
        ]
        total = next(one.detail["records"] for one in reversed(case.ledger()) if "records" in one.detail)
        assert f"{case.records_total():x}" == total
        return told, case.all(Entry), str(reports[0].item_id)


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A second process for every file, waited for; the list tells of each of its stretches whether it was used."""
    used: list[bool] = []
    monkeypatch.setattr(stretches, "BIG", 0)
    monkeypatch.setattr(stretches, "_FEWEST", 1)
    monkeypatch.setattr(stretches, "_WAITING", 1_000)
    monkeypatch.setattr("cuijie.intake.sms_rows._MOST_BYTES", 20_000)
    monkeypatch.setattr(stretches, "_is_processor_free", lambda: True)
    monkeypatch.setattr(stretches._PackerBeside, "is_ready", property(lambda self: self._hello.result() is not None))
    real = stretches.Stretches._is_put

    def noted(self: stretches.Stretches, *given: object) -> bool:
        used.append(real(self, *given))  # type: ignore[arg-type]
        return used[-1]

    monkeypatch.setattr(stretches.Stretches, "_is_put", noted)
    return used


def test_a_second_process_changes_nothing_but_the_time(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    alone = taken_in(tmp_path / "alone", odd_backups())
    used: list[bool] = request.getfixturevalue("beside")
    assert taken_in(tmp_path / "beside", odd_backups()) == alone
    assert True in used
    assert False in used


def test_a_second_process_that_dies_loses_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = taken_in(tmp_path / "alone", odd_backups())
    used: list[bool] = request.getfixturevalue("beside")
    real = stretches._PackerBeside.give

    def killed(self: stretches._PackerBeside, job: Job) -> object:
        if used.count(True) == 1:
            self._process.kill()
        return real(self, job)

    monkeypatch.setattr(stretches._PackerBeside, "give", killed)
    assert taken_in(tmp_path / "beside", odd_backups()) == alone
    assert used[-1] is False


def test_a_second_process_that_cannot_be_started_is_not_missed(
    tmp_path: Path, beside: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "没有这个程序"))
    (report, *_), _, _ = taken_in(tmp_path / "beside", odd_backups()[:1])
    assert report[0] == 1500
    assert beside == []


def test_the_packer_ends_when_its_input_ends() -> None:
    given, answers = io.BytesIO(), io.BytesIO()
    write_message(given, Setup("a.xml", "0" * 32, "debtor"))
    row = sms_row("95555", "一", AT).encode()
    written = tuple(part.partition("=")[0].encode() for part in row.decode()[5:].split('" ') if "=" in part)
    write_message(given, Job(row, 1, written, 1, []))
    given.seek(0)
    serve(given, answers)
    answers.seek(0)
    assert read_message(answers, Setup) is not None
    made = read_message(answers, Made)
    assert made is not None
    assert (len(made.ids), len(made.left), made.rest, len(made.firsts)) == (32, 1, [], 1)
    assert read_message(answers, Made) is None
    assert form_of(written).names[0] == ""
    answers.seek(0)
    with pytest.raises(EOFError):
        read_message(io.BytesIO(answers.read()[:30]), Setup)
    with pytest.raises(ValueError, match="no message"):
        read_message(io.BytesIO(b"something printed"), Setup)
