"""Pictures drawn as phones draw them, read by the real recogniser in its own process."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from cuijie.intake.screens.layout import read_screen
from cuijie.intake.screens.ocr import PictureUnreadable, read_picture

from . import drawing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not drawing.FONT.exists(), reason="did not run: the fonts of set-up are not there"),
]

TALK = [
    ("time", "昨天 21:03"),
    ("L", "你好，我是小舟借款委外部门的，你的5386.52元什么时候处理？"),
    ("R", "你是哪家公司的？请出示授权委托书，并说明你的工号"),
    ("time", "下午3:15"),
    ("L", "再不还就把你的事告诉你通讯录里的人，电话13800001002是你妈吧"),
    ("R", "我已截图"),
]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: how long a user would wait is not what these tests are about."""
    monkeypatch.setattr("cuijie.intake.screens.ocr._SECONDS_AT_MOST", 1_800.0)


def said(data: bytes) -> list[tuple[str, str | None, str]]:
    return [(b.side, b.time_words, b.text) for b in read_screen(read_picture(data)).bubbles]


def letters(text: str) -> str:
    return "".join(c for c in text.translate(str.maketrans("，？：。", ",?:.")) if not c.isspace())


@pytest.mark.parametrize(
    "theme",
    [drawing.WECHAT, drawing.WECHAT_DARK, drawing.IOS, drawing.ANDROID],
    ids=["wechat", "dark", "ios", "android"],
)
def test_bubbles_keep_their_side_time_and_words(theme: drawing.Theme) -> None:
    found = said(drawing.draw(TALK, title="催收-小张", theme=theme).png())
    assert [side for side, _, _ in found] == ["other", "own", "other", "own"]
    assert [letters(words or "") for _, words, _ in found] == ["昨天21:03"] * 2 + ["下午3:15"] * 2
    assert [letters(text) for _, _, text in found] == [letters(words) for kind, words in TALK if kind in "LR"]


def test_a_photograph_of_a_screen_is_still_read() -> None:
    found = said(drawing.draw(TALK, title="催收-小张").photographed())
    assert [side for side, _, _ in found] == ["other", "own", "other", "own"]
    assert "13800001002" in letters(found[2][2])


def test_a_long_screenshot_is_read_whole_and_nothing_twice() -> None:
    items = [("time", "昨天 9:00")] + [
        ("L" if n % 3 else "R", f"第{n}条：请在今天之内处理，不要再拖，收到请回复") for n in range(24)
    ]
    found = said(drawing.draw(items, title="催收-小张").png())
    assert [letters(text).split(":")[0] for _, _, text in found] == [f"第{n}条" for n in range(24)]


def test_a_group_names_its_senders() -> None:
    items = [("time", "10:20"), ("name", "李某"), ("L", "林舟欠钱不还，大家小心"), ("name", "王某"), ("L", "真的吗？")]
    screen = read_screen(read_picture(drawing.draw(items, title="同学群(35)").png()))
    assert screen.group_name == "同学群"
    assert [bubble.sender for bubble in screen.bubbles] == ["李某", "王某"]


@pytest.mark.parametrize(
    ("title", "second", "group"),
    [("同学群", "李某", "同学群"), ("", "王某", "没拍到名称的群"), ("李某", "李某", None)],
)
def test_names_above_what_others_say_tell_a_group_whose_title_does_not(
    title: str, second: str, group: str | None
) -> None:
    items = [("time", "10:20"), ("name", "李某"), ("L", "林舟欠钱不还，大家小心"), ("name", second), ("L", "真的吗？")]
    screen = read_screen(read_picture(drawing.draw(items, title=title).png()))
    assert screen.group_name == group


def test_a_call_list_gives_numbers_counts_times_and_labels() -> None:
    rows = [
        ("170 0000 2101 (3)", "被12人标记为骚扰电话", "昨天"),
        ("妈妈", "响铃 5 声", "星期一"),
        ("021-0000 2001", "上海 未接", "8:30"),
        ("13800002099", "移动", "2月27日"),
    ]
    calls = read_screen(read_picture(drawing.draw_calls(rows).png())).calls
    assert [(letters(call.who), call.count) for call in calls] == [
        ("17000002101", 3), ("021-00002001", 1), ("13800002099", 1),
    ]  # fmt: skip
    assert [letters(call.time_words) for call in calls] == ["昨天", "8:30", "2月27日"]
    assert [call.inbound for call in calls] == [None, True, True]  # numbers in red; of three calls only the last was
    assert calls[0].label is not None
    assert "骚扰" in calls[0].label


def test_a_picture_that_is_no_phone_screen_gives_no_records() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "#7799bb").save(out, "PNG")
    screen = read_screen(read_picture(out.getvalue()))
    assert not screen.bubbles
    assert not screen.calls


@pytest.mark.parametrize("hurt", ["truncated", "bomb", "nonsense"])
def test_a_broken_picture_is_refused_and_the_next_one_is_read(hurt: str) -> None:
    good = drawing.draw(TALK[:2], title="催收-小张").png()
    data = {
        "truncated": good[:200],
        "bomb": _bomb(),
        "nonsense": b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    }[hurt]
    with pytest.raises(PictureUnreadable):
        read_picture(data)
    assert said(good)


def _bomb() -> bytes:
    """A tiny file that says it is 60,000 by 60,000 pixels."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)
