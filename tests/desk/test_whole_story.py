"""From nothing to a complaint that was handed in and answered, as the borrower at a desk and as the mother on a phone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.clock import SHANGHAI
from cuijie.records import Entry, Person
from cuijie.records.remedies import Reply, StepDone

from .browser import DESKTOP, PHONE, check_page, looking
from .conftest import serving

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORDS = "four plain words"
TEXTS = (
    "我是远山消费金融委外的，今天不还钱就去你家闹", "再不还钱就把欠钱的事告诉全村人，让你们没脸见人", "【远山消费】欠款已逾期，请尽快还款",
)  # fmt: skip


def export() -> dict[str, object]:
    rows = "".join(
        f'<sms address="17000002101" date="{1792000000000 + day * 86_400_000}" type="1" body="{text}" read="1" />'
        for day, text in enumerate(TEXTS)
    )
    data = f'<?xml version="1.0" encoding="UTF-8"?><smses count="{len(TEXTS)}">{rows}</smses>'.encode()
    return {"name": "sms.xml", "mimeType": "text/xml", "buffer": data}


@pytest.mark.parametrize(
    ("who", "size"),
    [("家人、亲戚", PHONE), ("借款人本人", DESKTOP)],
    ids=["the mother on a phone", "the borrower at a desk"],
)
def test_from_the_first_page_to_a_complaint_handed_in_and_answered(
    chromium: Any, tmp_path: Path, who: str, size: tuple[int, int]
) -> None:
    with serving([], tmp_path / "home") as workbench, looking(chromium, workbench.address, size) as page:
        page.get_by_role("link", name="出事了，先做什么").click()
        page.get_by_role("link", name="这样催收合法吗？").click()
        for words in (who, "短信", "威胁伤人、毁物", "消费金融公司"):
            page.get_by_label(words, exact=True).check()
        yesterday = datetime.now(SHANGHAI) - timedelta(days=1)  # what is months old asks for no letter now
        page.get_by_label("什么时候").fill(f"{yesterday:%Y-%m-%d}")
        page.get_by_role("button", name="看结果").click()
        page.get_by_role("button", name="建一个案卷，把这次联系留住").click()
        page.get_by_label("给它起个名字").fill("我的记事")
        page.get_by_label("密码").fill(WORDS)
        page.get_by_label("再输一次").fill(WORDS)
        page.get_by_role("button", name="建好它").click()
        page.get_by_label("放款的是谁（全称）").fill("远山消费金融有限公司")
        page.get_by_role("button", name="记下，接着填").click()
        page.get_by_role("link", name="写好了，下一步").click()
        page.get_by_role("link", name="写好了，去收材料").click()

        page.locator("input[type=file]").set_input_files(export())
        page.locator(".job[data-state=done]").wait_for()
        page.get_by_role("link", name="接着说说哪些是催收").click()
        page.get_by_role("button", name="是催收，是另一家").click()
        page.get_by_text("都确认过了").wait_for()
        check_page(page)
        (place,) = workbench.shelf.places()
        owner = next(
            (one.person_id for one in place.opened.all(Person) if one.role != "debtor"), "debtor"
        )  # the five taps made the one who was contacted
        assert {one.owner for one in place.opened.all(Entry)} == {owner}

        page.locator(".bar a").get_by_text("下一步").click()
        page.wait_for_url("**/next")
        page.locator("section.card", has_text="书面通知").get_by_role("link", name=re.compile("准备文书")).first.click()
        page.wait_for_url(f"**/paper/*?for={owner}")
        page.locator(".sheets img").first.scroll_into_view_if_needed()
        page.get_by_role("link", name="寄出了，记一笔").click()
        page.get_by_label("怎样寄交的").fill("邮政 EMS")
        page.get_by_role("button", name="记下", exact=True).click()
        page.get_by_role("link", name="收到答复了？去记下来").click()
        page.get_by_role("link", name=re.compile("^记下答复")).first.click()
        page.get_by_label("拒绝").check()
        check_page(page)
        page.get_by_role("button", name="记下答复").click()
        page.get_by_role("status").get_by_text("记下了").wait_for()
        check_page(page)
        (done,) = place.opened.all(StepDone)
        (reply,) = place.opened.all(Reply)
        assert (done.via, reply.kind) == ("邮政 EMS", "refused")
        assert done.step == reply.step
        assert done.step.endswith(f":{owner}")
        assert done.paper_sha256 is not None
