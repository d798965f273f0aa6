"""The story in a real Chromium: open the case, look, answer, see everything change, take the paper home."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from cuijie.desk.pictures import pictures
from cuijie.records import Person

from .browser import DESKTOP, PHONE, check_page, looking, unlock
from .client import until
from .conftest import Workbench

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(chromium: Any, workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[Any]:
    with looking(chromium, workbench.address, request.param) as page:
        yield page


def test_a_wrong_passphrase_says_so_kindly_and_the_right_one_opens(page: Any) -> None:
    page.get_by_label("密码").fill("not-this-one")
    page.get_by_role("button", name="打开").click()
    assert "密码" in page.get_by_role("alert").inner_text()
    unlock(page)
    assert "key=" not in page.url


def test_answering_who_the_mother_is_changes_the_findings_at_once(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/findings")
    card = page.locator("section.card", has=page.locator('input[value="recipient_role@mother"]'))
    before = page.locator("#cn\\.third-party\\.not-agreed li").count()
    card.get_by_label("没有约定过的其他人").check()
    card.get_by_role("button", name="就这样").click()
    page.get_by_role("status").get_by_text("因此").wait_for()
    after = page.locator("#cn\\.third-party\\.not-agreed li").count()
    assert after > before
    assert page.locator('input[value="recipient_role@mother"]').count() == 0
    page.get_by_role("button", name="撤回刚才的回答").click()
    page.get_by_role("status").get_by_text("撤回了").wait_for()
    assert page.locator("#cn\\.third-party\\.not-agreed li").count() == before


def test_from_the_five_taps_to_a_case_with_its_first_record(page: Any, workbench: Workbench) -> None:
    page.goto(f"{workbench.base}/check")
    for words in ("家人、亲戚", "都不是", "电话，接通了", "对别人说了欠款的事", "消费金融公司"):
        page.get_by_label(words, exact=True).check()
    page.get_by_label("什么时候").fill("2026-03-01")
    page.get_by_label("几点几分").fill("22:41")
    page.get_by_role("button", name="看结果").click()
    page.get_by_role("button", name="建一个案卷，把这次联系留住").click()
    page.get_by_label("给它起个名字").fill("我的记事")
    page.get_by_label("密码").fill("four plain words")
    page.get_by_label("再输一次").fill("four plain words")
    page.get_by_role("button", name="建好它").dblclick()  # in impatience: it is made once
    page.get_by_label("放款的是谁（全称）").fill("远山消费金融有限公司")
    check_page(page)
    page.get_by_role("button", name="记下，接着填").click()
    page.locator("#debtor-name").fill("林舟")  # not saved by its own button, nor by the next card's, and not lost
    page.get_by_text("加一个人").click()
    page.locator("#new-relation_word").fill("同事")
    with page.expect_navigation():  # the page before said 记下了 as well
        page.get_by_role("button", name="加上").click()
    page.get_by_role("status").get_by_text("记下了").wait_for()
    page.get_by_text("加一个人").click()
    page.locator("#new-relation_word").fill("室友")
    page.get_by_role("link", name="写好了，下一步").click()
    page.get_by_text("加一个催收方").click()  # the one of the five taps is there already, without a number
    page.locator("#new-name").fill("没报名字的人")
    page.locator("#new-numbers").fill("17000002101")
    page.get_by_role("button", name="加上").click()
    page.get_by_role("link", name="写好了，去收材料").click()  # the next collector could be written first
    page.get_by_role("heading", name="收进材料").wait_for()
    people = workbench.shelf.places()[1].opened.all(Person)
    assert {"林舟", "同事", "室友"} <= {one.name or one.relation_word for one in people}
    page.goto(f"{workbench.base}/c/2/findings")
    assert "联系未约定的第三人催收" in page.locator("main").inner_text()


def test_a_message_is_confirmed_by_keyboard_alone(page: Any, workbench: Workbench) -> None:
    unlock(page)
    entry = page.locator("article.contact", has_text="老赖、废物").locator("time a")
    entry.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="这次说了什么").wait_for()
    check_page(page)
    page.get_by_label("公开曝光").focus()
    assert page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    page.keyboard.press("Space")
    assert page.get_by_label("公开曝光").is_checked()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("你确认过了").wait_for()


def test_the_paper_is_filled_in_looked_at_and_recorded_as_sent(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/next")
    page.get_by_role("link", name=re.compile("准备文书")).first.click()
    page.get_by_label("唯一指定的联系方式").fill("电话13800002001")
    page.get_by_role("button", name="填好了，看样子").click()
    page.get_by_text("填好了，下面就是").wait_for()
    sheet = page.locator(".sheets img").first
    sheet.scroll_into_view_if_needed()
    assert sheet.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    page.get_by_role("link", name="寄出了，记一笔").click()
    page.get_by_label("怎样寄交的").fill("EMS")
    check_page(page)
    page.get_by_role("button", name="记下", exact=True).click()
    page.get_by_role("status").get_by_text("记下了").wait_for()


def test_the_notice_to_stop_can_be_taken_home_as_word_and_pdf(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/papers")
    card = page.locator("#cease_letter_lender-debtor")
    with page.expect_download() as word:
        card.get_by_role("link", name=re.compile("Word")).click()
    with zipfile.ZipFile(word.value.path()) as document:
        assert "林舟" in document.read("word/document.xml").decode()
    with page.expect_download() as pdf:
        card.get_by_role("link", name=re.compile("下载 PDF")).click()
    assert pdf.value.path().read_bytes().startswith(b"%PDF")


def test_who_collects_is_asked_by_number_three_at_a_time_put_off_and_taken_back(
    page: Any, workbench: Workbench
) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/timeline")
    page.get_by_role("link", name=re.compile("三个三个地看|看看哪些是催收")).click()
    cards = page.locator("section.card")
    first = cards.first.locator("h2").inner_text()
    assert cards.count() <= 3
    cards.first.get_by_role("button", name="稍后再说").click()
    page.get_by_role("button", name=re.compile("放到后面")).wait_for()
    assert first not in page.locator("section.card h2").all_inner_texts()
    page.get_by_role("button", name=re.compile("放到后面")).click()
    page.locator("section.card h2", has_text=first).wait_for()
    cards.first.get_by_role("button", name="不是，别再问").click()
    page.get_by_role("status").get_by_text("不再问").wait_for()
    assert first not in page.locator("section.card h2").all_inner_texts()
    page.get_by_text(re.compile("你说过“不是”的")).click()
    page.get_by_role("button", name=re.compile("放回来")).click()
    page.locator("section.card h2", has_text=first).wait_for()


def test_a_file_dropped_on_the_page_is_taken_in_and_said_in_one_line(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/more")
    export = (
        '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><sms address="17000002101" date="1793200000000" '
        'type="1" body="再不还就去你单位" read="1" status="-1" /></smses>'
    ).encode()
    page.locator("input[type=file]").set_input_files({"name": "sms-1.xml", "mimeType": "text/xml", "buffer": export})
    page.locator(".job li", has_text="收下 1 条").wait_for()


def test_the_five_taps_name_what_is_wrong_with_the_law_of_that_day(page: Any, workbench: Workbench) -> None:
    page.goto(f"{workbench.base}/check")
    for words in ("家人、亲戚", "都不是", "电话，接通了", "对别人说了欠款的事", "消费金融公司"):
        page.get_by_label(words, exact=True).check()
    page.get_by_label("什么时候").fill("2026-03-01")
    page.get_by_label("几点几分").fill("22:41")
    page.get_by_role("button", name="看结果").click()
    result = page.locator("#result").inner_text()
    assert "联系未约定的第三人催收" in result
    assert "向第三人透露债务" in result


def test_leaving_quickly_leaves_nothing_to_see_not_even_by_going_back(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/findings")
    page.get_by_role("button", name="快速离开").click()
    page.wait_for_function("document.title === '新标签页'")
    assert page.url == f"{workbench.base}/leave"
    assert page.locator("body").inner_text().strip() == ""
    (place,) = workbench.shelf.places()
    until(lambda: place.case is None)
    page.go_back()
    page.get_by_text("这个案卷已锁定").wait_for()
    assert "沈兰" not in page.locator("body").inner_text()
    page.goto(workbench.base)
    unlock(page)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_function("document.title === '新标签页'")
    until(lambda: place.case is None)


def test_a_page_goes_away_when_its_case_is_locked_and_stays_open_while_somebody_writes(
    page: Any, workbench: Workbench
) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/told")
    (place,) = workbench.shelf.places()
    place.touched = before = place.touched - 600
    page.evaluate("stillOpen('here')")
    assert place.touched > before
    place.close()
    page.evaluate("void stillOpen('status')")
    page.get_by_text("案卷锁上了").wait_for()
    check_page(page)


def test_the_slider_shows_whom_they_had_contacted_by_then(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/timeline")
    (place,) = workbench.shelf.places()
    drawn = pictures(place.view())
    slider = page.locator("#upto")
    for step in (len(drawn.days) - 1, 0):
        slider.evaluate("(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }", str(step))
        seen = sum(one.from_step <= step for one in drawn.people)
        assert page.locator(".who g.one:visible a").count() == seen
        assert f"{seen} 人" in page.locator(".who output").inner_text()
