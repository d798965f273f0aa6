"""Files as a page sends them, and the job that takes them in."""

from __future__ import annotations

import json
from urllib.parse import quote

from cuijie.desk.jobs import Job

from .client import Desk

WORDS = "four plain words"


def sms(count: int, words: str = "请尽快还款", start: int = 0) -> bytes:
    rows = "".join(
        f'<sms address="17000002101" date="{1793200000000 + n * 60_000}" type="1" body="{words}{n}" read="1" />'
        for n in range(start, start + count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><smses count="{count}">{rows}</smses>'.encode()


def send(desk: Desk, name: str, data: bytes, **headers: str) -> tuple[int, dict[str, str]]:
    """A file as the page's own script sends it."""
    sent = {"X_Name": quote(name), "X_Owner": "debtor", "Content_Type": "application/octet-stream"} | headers
    answer = desk.ask("POST", "/c/1/add", body=data, Cookie=desk.cookie, Origin=desk.origin, **sent)
    return answer.status, json.loads(answer.text)


def the_job(desk: Desk) -> Job:
    jobs = desk.place().jobs
    assert jobs is not None
    return jobs.all()[0]
