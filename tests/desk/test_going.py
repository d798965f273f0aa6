"""Long work, and the looks a reader chose, in a real Chromium at the sizes of a phone and a desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .browser import DESKTOP, PHONE, check_page, looking, unlock
from .client import until
from .conftest import Workbench
from .uploads import sms

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(chromium: Any, workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[Any]:
    with looking(chromium, workbench.address, request.param) as page:
        yield page


def file(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_files_chosen_go_at_once_and_their_progress_is_shown_to_its_end(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/more")
    assert not page.get_by_role("button", name="收进来").is_visible()
    page.locator("input[type=file]").set_input_files([file("一.xml", sms(40)), file("空.txt", b"")])
    page.locator(".job li", has_text="收下 40 条").wait_for()
    page.locator(".job li.wrong", has_text="空文件").wait_for()
    page.locator(".job[data-state=done]").wait_for()
    assert "收下 40 条" in page.get_by_role("status").and_(page.locator("[data-ended]")).inner_text()  # read out
    check_page(page)
    page.get_by_role("button", name="收起").click()
    page.locator(".job").wait_for(state="detached")


def test_a_file_chosen_before_the_script_has_arrived_goes_too(page: Any, workbench: Workbench) -> None:
    unlock(page)
    asked: list[Any] = []
    page.route("**/going.js", lambda script: asked.append(script))  # held back on its way
    page.goto(f"{workbench.base}/c/1/more", wait_until="commit")
    page.locator("input[type=file]").set_input_files(file("一.xml", sms(40)))
    until(lambda: asked or page.wait_for_timeout(20))
    asked[0].continue_()
    page.locator(".job li", has_text="收下 40 条").wait_for()


def test_a_form_that_takes_longer_than_a_moment_says_so(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/facts/loan")
    page.evaluate("() => addEventListener('submit', (event) => event.preventDefault())")  # no answer comes
    page.locator("main button.main").click()
    page.locator(".wait", has_text="正在做").wait_for()
    check_page(page)


def test_a_job_is_seen_from_other_pages_and_stopped_by_keyboard(page: Any, workbench: Workbench) -> None:
    unlock(page)
    (place,) = workbench.shelf.places()
    with place.guard:  # whatever is to be written has to wait
        page.goto(f"{workbench.base}/c/1/more")
        page.locator("input[type=file]").set_input_files(file("一.xml", sms(40)))
        page.locator(".job[data-state=running]").wait_for()
        check_page(page)
        page.goto(f"{workbench.base}/c/1/findings")
        page.locator(".going a", has_text="收进 1 个文件").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="正在做的事").wait_for()
        check_page(page)
        assert place.jobs is not None
        (job,) = place.jobs.all()
        stop = page.get_by_role("button", name="停下")
        stop.hover()
        page.mouse.down()
        pressed = stop.element_handle()
        with page.expect_response("**/jobs.part*"):
            job.say("还在看第一件", "still at the first")
        with page.expect_response("**/status"):  # it has looked again since
            pass
        assert pressed.evaluate("button => button.isConnected")  # a card made anew takes no press away
        page.mouse.move(1, 1)
        page.mouse.up()
        page.locator(".job li", has_text="第一件").wait_for()
        stop.focus()
        job.say("还在看第二件", "still at the second")
        page.locator(".job li", has_text="第二件").wait_for()  # the card is another, the focus is on the same button
        with page.expect_response(lambda answer: answer.request.method == "POST"):  # heard before the work may go on
            page.keyboard.press("Enter")
    page.locator(".job[data-state=cancelled]").wait_for()
    assert "整个撤回" in page.locator(".job").inner_text()
    check_page(page)


def test_the_bundle_is_made_beside_the_page_and_fetched(page: Any, workbench: Workbench) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/evidence")
    page.get_by_role("button", name="导出").click()
    page.get_by_role("link", name="取走证据包").wait_for()
    check_page(page)
    with page.expect_download() as bundle:
        page.get_by_role("link", name="取走证据包").click()
    assert bundle.value.path().read_bytes().startswith(b"PK\x03\x04")


@pytest.mark.parametrize(("size", "theme"), [("很大", "深色"), ("大", "浅色")])
def test_text_size_and_theme_stay_chosen_and_every_page_stays_whole(
    page: Any, workbench: Workbench, size: str, theme: str
) -> None:
    unlock(page)
    page.goto(f"{workbench.base}/c/1/findings")
    page.get_by_role("link", name="字号和深浅").click()
    page.get_by_role("heading", name="字号和深浅").wait_for()
    check_page(page)
    page.get_by_label(size, exact=True).check()
    page.get_by_label(theme, exact=True).check()
    page.get_by_role("button", name="就这样").click()
    page.wait_for_url(f"{workbench.base}/c/1/findings")  # not the page that names it as the way back
    assert page.evaluate("document.documentElement.dataset.theme") == {"深色": "dark", "浅色": "light"}[theme]
    for path in (
        "/",
        "/c/1/timeline",
        "/c/1/findings",
        "/c/1/next",
        "/c/1/more",
        "/c/1/jobs",
        "/c/1/evidence",
        "/looks",
    ):
        page.goto(f"{workbench.base}{path}")
        check_page(page)
    names = {one["name"] for one in page.context.cookies()}
    assert names == {"cuijie_key", "cuijie_size", "cuijie_theme"}


def test_the_system_decides_where_nothing_was_chosen(page: Any, workbench: Workbench) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"{workbench.base}/looks")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 25, 28)"
    check_page(page)
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"


def test_the_page_for_phones_is_whole_in_every_state(chromium: Any, tmp_path: Any) -> None:
    from .client import desk_of

    with desk_of([], tmp_path / "home", phones=True) as desk:
        for size in (PHONE, DESKTOP):
            with looking(chromium, f"{desk.origin}/?key={desk.door.key}", size) as page:
                page.goto(f"{desk.origin}/phone")
                check_page(page)
                page.get_by_role("button", name="打开手机入口").click()
                page.get_by_role("img", name="手机打开用的二维码").wait_for()
                check_page(page)
                page.get_by_role("button", name="关上手机入口").click()
                page.get_by_role("button", name="打开手机入口").wait_for()
