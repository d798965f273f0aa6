"""Commands on a real case, as a user types them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cuijie.cli.main import cli
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from cuijie.records import Answer, Collector, Entry, Loan, Person, Tie
from tests.small_case import PASSPHRASE, keep, new_case

_Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> _Run:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)

    def go(*words: object) -> Result:
        result = CliRunner().invoke(cli, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit | CuijieError):
            raise result.exception
        return result

    return go


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A mother called a month ago, though the debtor never named her: the lender is a consumer finance company."""
    folder = tmp_path / "案卷"
    with new_case(folder, SystemClock()) as made:
        export = keep(made, b"<smses/>" * 9, owner="person-1")
        keep(made, b"%PDF-1.7 " * 9, "借款合同.pdf", media_type="application/pdf", owner="debtor")
        when = made.clock.now() - timedelta(days=30)
        made.put(
            Loan(
                loan_id="loan-1",
                lender_id="lender-1",
                lender_name="示例消费金融有限公司（虚构）",
                lender_type="consumer_finance",
                product="online_consumer",
            ),
            Person(person_id="debtor", name="赵某", role="debtor", numbers=("13800001001",)),
            Person(person_id="person-1", name="钱某", role="other", relation="family", relation_word="母亲"),
            Collector(collector_id="collector-1", name="示例催收", numbers=("17000001188",), lender_id="lender-1"),
            Entry(
                entry_id="entry-1",
                kind="sms",
                owner="person-1",
                places=(f"{export.item_id}#sms:3",),
                occurred_at=when,
                time_precision="second",
                inbound=True,
                number="17000001188",
                text="你儿子赵某欠款5000元已经逾期，让他今天还款，不还就天天打给你",
                text_kind="verbatim",
                tie=Tie(collector_id="collector-1", basis="number"),
            ),
            Answer(question="debt_settled@loan-1", value=False, answered_at=when),
        )
    return folder
