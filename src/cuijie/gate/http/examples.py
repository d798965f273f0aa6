"""One body for each operation, as they follow one another in the life of a contact; shown in the OpenAPI document."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ASK",
    "BATCH",
    "CONTACTS",
    "CORRECTION",
    "END",
    "ENTRIES",
    "IDS",
    "REPLAY",
    "RESERVATION",
    "SETTLEMENT",
    "TEXT",
]

ASK: Final = {
    "idempotency_key": "call-000123",
    "debtor_id": "d-1",
    "lender_id": "acme",
    "lender_type": "consumer_finance",
    "product": "online_consumer",
    "actor": "lender",
    "channel": "call",
    "recipient_role": "debtor",
    "recipient_id": "13800001002",
    "number_masked": False,
    "number_source": "debtor",
    "debt_settled": False,
    "asks_payment": True,
    "hours_agreed": False,
}
"""All that can be known before a call to the debtor: answered with allow between 8 and 20 o'clock."""

BATCH: Final = {"asks": [{**ASK, "idempotency_key": f"call-00013{n}", "debtor_id": f"d-{n}"} for n in (2, 3)]}
RESERVATION: Final = {"reservation": "4f1c0a9b7d2e4c6f8a1b3c5d7e9f0a1b.0123456789abcdef"}
SETTLEMENT: Final = {**RESERVATION, "connected": True, "duration_s": 65, "recorded": True, "caller_identified": True}
CORRECTION: Final = {**SETTLEMENT, "reason": "录音显示已接通", "by": "质检 07"}
CONTACTS: Final = {
    "contacts": [
        {**{k: v for k, v in ASK.items() if k != "idempotency_key"}, "contact_id": "by-hand-7", "connected": False,
         "occurred_at": "2026-03-02T10:00:00+08:00"}
    ]
}  # fmt: skip
ENTRIES: Final = {
    "entries": [
        {"column": "recipient_refused", "value": True, "recipient_id": "13800001003", "lender_id": "acme"},
        {"column": "agreed_hours", "value": "20:00-21:30", "debtor_id": "d-1", "lender_id": "acme"},
    ]
}
END: Final = {"id": "72168e428efbf9a86080b4092f6d8d26", "recipient_id": "13800001003", "lender_id": "acme"}
IDS: Final = {"recipient_id": "13800001003"}
REPLAY: Final = {"contact_id": "call-000123"}
TEXT: Final = {"text": "您好，我是某某消费金融的工作人员，您的借款已逾期。", "recipient": "debtor", "channel": "sms"}
