"""What every look through a real Chromium shares: nothing fails in silence, nothing leaves, every page is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from cuijie.desk.assets import web_file

from .client import LONGEST_S
from .conftest import PASSPHRASE

PHONE, DESKTOP = (360, 780), (1280, 900)

# what makes the page scroll sideways; empty where it does not
_TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  ["page", ...[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)]"""


# what has the keyboard's focus and does not show it, cannot get it, or is hidden under the bar at the foot
_KEYS = """() => { const wrong = [], bar = document.querySelector(".bar");
  const under = bar && getComputedStyle(bar).position === "fixed" ? bar.getBoundingClientRect().top : Infinity;
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false})) continue;
    e.focus();
    const rings = [e, e.nextElementSibling, e.closest("label")].filter(Boolean).map(one => getComputedStyle(one));
    const box = e.getBoundingClientRect();
    if (document.activeElement !== e) wrong.push("no focus: " + e.outerHTML.slice(0, 80));
    else if (!rings.some(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth))) wrong.push("no ring: " + e.outerHTML.slice(0, 80));
    else if (!bar?.contains(e) && box.top >= under - 1 && box.top < innerHeight) wrong.push("under the bar: " + e.outerHTML.slice(0, 80));
  } return wrong; }"""


@contextmanager
def looking(chromium: Any, address: str, size: tuple[int, int] = PHONE, **settings: Any) -> Iterator[Any]:
    """A page at *address*; at the end no script has failed and nothing was asked for elsewhere."""
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **settings)
    context.set_default_timeout(LONGEST_S * 1000)
    page, troubles, parts = context.new_page(), [], urlsplit(address)
    ours = (f"{parts.scheme}://{parts.netloc}", "data:", "blob:")
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if _is_trouble(message) else None)
    page.on("request", lambda asked: None if asked.url.startswith(ours) else troubles.append(asked.url))
    try:
        page.goto(address)
        yield page
    except Exception as error:
        error.add_note(f"{page.url}\n{page.locator('body').inner_text()}")  # what stood there when a test gave up
        raise
    finally:
        context.close()
    assert troubles == []


def _is_trouble(message: Any) -> bool:
    """An error on the console; a refusal we answered on purpose is none."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def unlock(page: Any) -> None:
    """Opens the sample case from the first page."""
    page.get_by_label("密码").fill(PASSPHRASE)
    page.get_by_role("button", name="打开").click()
    page.wait_for_url("**/timeline")


def check_page(page: Any) -> None:
    """Nothing of the page is cut off or scrolls sideways, and axe finds nothing serious."""
    page.wait_for_load_state("load")  # before its style sheet every table is wide
    assert page.evaluate(_TOO_WIDE) == []
    axe = web_file("axe.min.js")
    if axe is None:
        pytest.skip("did not run: axe-core was not fetched by set-up")
    # the page's own policy forbids foreign scripts, so axe comes in through the browser's debugger
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": axe.read_text(encoding="utf-8")})
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def check_keys(page: Any) -> None:
    """Everything that can be pressed is reached by keyboard, shows that it is, and is not hidden then."""
    page.keyboard.press("Tab")
    assert page.evaluate(_KEYS) == []
