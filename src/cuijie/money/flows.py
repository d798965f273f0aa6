"""The flows of one loan: what reached the borrower, what went back, to whom and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

__all__ = ["KIND_NAMES", "Flow", "FlowKind", "FlowSource", "kind_named"]

FlowKind = Literal[
    "disbursement",  # 到手
    "principal",  # 本金
    "interest",  # 利息
    "fee",  # 服务费、会员费、手续费等
    "guarantee",  # 担保费
    "insurance",  # 保险费
    "penalty",  # 罚息、违约金、滞纳金
    "repayment",  # 还款，没有分开写是什么
]
FlowSource = Literal["statement", "contract", "told"]

KIND_NAMES: dict[str, FlowKind] = {
    "本金": "principal", "利息": "interest", "服务费": "fee", "会员费": "fee", "手续费": "fee", "管理费": "fee", "审核费": "fee",
    "费用": "fee", "担保费": "guarantee", "保险费": "insurance", "保费": "insurance", "罚息": "penalty", "违约金": "penalty",
    "滞纳金": "penalty", "逾期费": "penalty", "还款": "repayment", "还本付息": "repayment",
    "放款": "disbursement", "到手": "disbursement",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One payment; ``fen`` is positive, its direction follows from ``kind`` (only a disbursement reaches the borrower)."""

    on: date
    fen: int
    kind: FlowKind
    payee: str | None = None  # who got it, or for a disbursement who paid it
    source: FlowSource = "told"

    @property
    def signed_fen(self) -> int:
        """Seen from the borrower: received positive, paid negative."""
        return self.fen if self.kind == "disbursement" else -self.fen


def kind_named(written: str) -> FlowKind | None:
    """The kind for 会员费, fee and so on; None if not known."""
    return KIND_NAMES.get(written) or next((one for one in get_args(FlowKind) if one == written), None)
