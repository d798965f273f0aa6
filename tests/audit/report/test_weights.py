"""What is law, what a standard and what a limit of one's own are told apart, and none is said to be proven."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cuijie.audit.report.comparing import compared
from cuijie.audit.report.figures import Weights, figures_of
from cuijie.audit.report.reading import open_audit
from cuijie.audit.report.saying import headline
from tests.audit.report.results import NIGHT, result
from tests.audit.small_logs import write_log
from tests.rulebook.builders import at, contact, toy_rule, write_rule

INSULT, OWN = "cn.insult", "xx.toy.loud"
_USUAL = {
    "channel": "call",
    "connected": True,
    "recipient_role": "debtor",
    "lender_type": "consumer_finance",
    "product": "online_consumer",
    "hours_agreed": False,
}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five contacts: an insult that is also too long, a call at night, two that are too long, and a usual one."""
    folder = tmp_path_factory.mktemp("weights")
    write_rule(folder / "rules", toy_rule("channel = 'call' AND duration_s > 600"))
    facts: Sequence[dict[str, object]] = (
        {"says_insult": True, "duration_s": 700},
        {"occurred_at": at(2, 23), "duration_s": 60},
        {"duration_s": 700},
        {"duration_s": 800},
        {"duration_s": 60},
    )
    log = write_log(folder / "log.parquet", [contact(f"c{n}", **_USUAL | own) for n, own in enumerate(facts)])
    for name, only in {"all": (INSULT, NIGHT, OWN), "law": (INSULT, NIGHT)}.items():
        rules = (folder / "rules",) if OWN in only else ()
        result(folder, name=name, log=log, rules=rules, only=only)
    return folder


def test_three_kinds_of_norms_are_counted_apart(three: Path) -> None:
    with open_audit(three / "all") as audit:
        figures = figures_of(audit)
    assert figures.by_weight == Weights(law=1, standard=1, own=2)
    said = headline(figures, "zh")[-1]
    assert said == (
        "1 次涉嫌违反法律、法规或监管规定，1 次只涉及推荐性标准或行业自律，2 次只超出机构自己定的限度（不是法律）。"
    )
    assert "违反的是" not in "".join(headline(figures, "zh"))
    assert "not law" in headline(figures, "en")[-1]


def test_a_rule_of_the_earlier_run_alone_keeps_its_title(three: Path) -> None:
    (three / "rules" / "toy.yaml").rename(three / "toy.yaml")  # it was taken out of the folder in the meantime
    with open_audit(three / "all") as before, open_audit(three / "law") as after:
        (gone,) = (rule for rule in compared(before, after).rules if rule.rule == OWN)
        assert (gone.title.zh, gone.title.en, gone.versions, gone.lost) == ("太吵", "Too loud", (1, None), 3)
        assert figures_of(before).by_weight == Weights(law=1, standard=1, untold=2)
    (three / "toy.yaml").rename(three / "rules" / "toy.yaml")
