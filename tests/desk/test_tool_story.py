"""The main path of each page of money and prevention in a real Chromium, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cuijie.desk.assets import web_file
from tests.prevention.made import contract_pdf, long_report_pdf
from tests.prevention.test_phone import APPOPS, DUMPSYS

from .browser import DESKTOP, PHONE, check_page, looking, unlock
from .conftest import Workbench

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(params=[(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop in the dark"])
def page(chromium: Any, workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[Any]:
    size, theme = request.param
    with looking(chromium, workbench.address, size, color_scheme=theme) as page:
        yield page


def test_from_what_arrived_to_the_letter_that_asks_for_the_account(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/more")
    page.get_by_role("link", name="到底欠多少").click()
    for heading in ("约定怎么还", "真正到手的和付出去的", "对方说的数", "家里的收支"):
        group = page.locator("details.fold", has=page.locator("summary", has_text=heading))
        if group.get_attribute("open") is None:
            group.locator("summary").first.click()
    page.get_by_label("分几期").fill("12")
    page.get_by_label("第一期是哪天").fill("2026-03-18")
    page.get_by_label("每期还多少").fill("480")
    page.get_by_label("实际到手的钱").fill("2026-02-18 4700")
    page.get_by_label("已经付出去的钱").fill("2026-03-18 480\n2026-04-18 480\n2026-04-18 30 会员费 某平台")
    page.get_by_label("对方说要还多少").fill("本金 4500\n违约金 1800")
    page.get_by_label("家里每月收入").fill("5200")
    page.get_by_label("每月必要的生活开支").fill("4600")
    page.get_by_role("button", name="记下，算一算").click()
    page.get_by_role("status").get_by_text("重新算过了").wait_for()
    assert "到手 4,700.00 元，已还 1,719.90 元，对方还要 6,300.00 元" in page.locator("figcaption").inner_text()
    if web_file("echarts.min.js"):
        page.locator(".stairs canvas").wait_for()
    page.get_by_text("一笔一笔看").click()
    assert page.locator("figure table tbody tr").count() == 24  # with the eight payments of the bill
    check_page(page)
    page.get_by_role("link", name="写信请对方书面说明").click()
    assert "实际到手：4,700.00元" in page.locator("#f-own_record").input_value()
    check_page(page)


def test_the_staircase_prints_in_black(page: Any, workbench: Workbench) -> None:
    if web_file("echarts.min.js") is None:
        pytest.skip("did not run: ECharts was not fetched by set-up")
    page.goto(f"{workbench.base}/money")
    page.locator("summary", has_text="真正到手的").first.scroll_into_view_if_needed()
    page.get_by_label("实际到手的钱").fill("2026-02-18 4700")
    page.get_by_label("已经付出去的钱").fill("2026-03-18 480")
    page.get_by_role("button", name="算一算").click()
    page.locator(".stairs canvas").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    colours = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('.stairs')).getOption().series.map(s => s.lineStyle.color)"
    )
    assert set(colours) == {"#000"}
    shapes = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('.stairs')).getOption().series.map(s => s.symbol)"
    )
    assert len(set(shapes)) == len(shapes)


def test_a_contract_from_its_file_to_confirmed_terms(page: Any, workbench: Workbench, tmp_path: Path) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/contract")
    check_page(page)
    page.get_by_label("合同、授权书").set_input_files(contract_pdf(tmp_path / "合同.pdf"))
    page.get_by_role("button", name="看，并收进案件").click()
    page.get_by_text("第 2 页").first.wait_for()
    page.get_by_label("合同本金").check()
    page.get_by_label("期数").check()
    page.get_by_role("button", name="勾的这些没错，写进案卷").click()
    page.get_by_role("status").get_by_text("2 项写进了这笔借款").wait_for()
    check_page(page)


def test_a_phone_put_beside_the_first_calls(page: Any, workbench: Workbench, tmp_path: Path) -> None:
    unlock(page)
    path = tmp_path / "权限.txt"
    path.write_text(DUMPSYS.format(sdk=30) + APPOPS, encoding="utf-8")
    page.goto(f"{workbench.base}/c/1/apps")
    page.get_by_label("手机导出的文件").set_input_files(path)
    page.get_by_role("button", name="看，并收进案件").click()
    page.get_by_role("heading", name="谁先谁后").wait_for()
    assert page.locator("ol.timeline li.read").count() == 1
    check_page(page)
    page.locator("ol.timeline li.first_contact a").first.click()
    page.wait_for_url("**/e/*")


def test_a_credit_report_to_its_dispute(page: Any, workbench: Workbench, tmp_path: Path) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/credit")
    page.get_by_label("个人信用报告").set_input_files(long_report_pdf(tmp_path / "详版.pdf"))
    page.get_by_role("button", name="看，并收进案件").click()
    page.locator("table.months td.late").first.wait_for()
    check_page(page)
    page.locator("input[name=flag]").first.check()
    page.get_by_role("button", name="写异议申请").click()
    page.wait_for_url("**/paper/credit_dispute")
    assert "逾期金额 8,756 元" in page.locator("#f-item").input_value()


def test_an_offer_of_help_and_a_month_without_any_case(page: Any, workbench: Workbench) -> None:
    page.goto(f"{workbench.base}/scam")
    page.get_by_label("对方的话").fill("先交2000定金，停息挂账包成功，款打到我的支付宝。")
    page.get_by_role("button", name="看一看").click()
    page.locator(".said-by mark").first.wait_for()
    check_page(page)
    page.goto(f"{workbench.base}/budget")
    page.get_by_label("家里每月收入").fill("5200")
    page.get_by_label("每月必要的生活开支").fill("4600")
    page.get_by_label("打算借，到手").fill("5000")
    page.get_by_label("分几期").fill("12")
    page.get_by_label("每期还多少").fill("480")
    page.get_by_role("button", name="算一算").click()
    page.get_by_text("借了以后每月还剩 120.00 元").wait_for()
    check_page(page)
