"""The flows of one loan: what reached the borrower, what went back, to whom and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["Flow", "FlowKind", "FlowSource", "span_days"]

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


def span_days(flows: tuple[Flow, ...]) -> int:
    """Days from the first to the last flow."""
    days = [flow.on for flow in flows]
    return (max(days) - min(days)).days if days else 0
