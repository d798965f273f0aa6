"""The words for the flows of one loan: what reached the borrower, what went back, and for what."""

from __future__ import annotations

from typing import get_args

from cuijie.records.money import Flow, FlowKind, FlowSource

__all__ = ["KIND_NAMES", "Flow", "FlowKind", "FlowSource", "kind_named"]

KIND_NAMES: dict[str, FlowKind] = {
    "本金": "principal", "利息": "interest", "服务费": "fee", "会员费": "fee", "手续费": "fee", "管理费": "fee", "审核费": "fee",
    "费用": "fee", "担保费": "guarantee", "保险费": "insurance", "保费": "insurance", "罚息": "penalty", "违约金": "penalty",
    "滞纳金": "penalty", "逾期费": "penalty", "还款": "repayment", "还本付息": "repayment",
    "放款": "disbursement", "到手": "disbursement",
}  # fmt: skip


def kind_named(written: str) -> FlowKind | None:
    """The kind for 会员费, fee and so on; None if not known."""
    return KIND_NAMES.get(written) or next((one for one in get_args(FlowKind) if one == written), None)
