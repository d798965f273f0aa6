"""How well pictures of phone screens are read: characters, sides, time lines and phone numbers, per kind of picture.

    python -m benchmarks.screens [VARIANT ...] [--show]

Draws invented conversations as the apps lay them out (tests/intake/screens/drawing.py), hurts the pictures as
senders, cameras and small screens do, reads them with the real recogniser and prints one line per variant.
Blanks and full-width punctuation are not counted as differences.  Emoji are not expected to be read.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.intake.screens.drawing import (
    ANDROID,
    FACE,
    IOS,
    IOS_DARK,
    WECHAT,
    WECHAT_DARK,
    Drawn,
    Theme,
    draw,
    draw_calls,
)

from cuijie.intake.screens.layout import Bubble, Screen, read_screen
from cuijie.intake.screens.ocr import read_picture

Items = list[tuple[str, str]]
_WIDTHS = str.maketrans("，？：；。！（）“”、", ',?:;.!()"",')
_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|95\d{3,6}|106\d{7,12})(?!\d)")

_LENDER: Items = [
    ("time", "3月3日 星期二"),
    ("L", "【晴川消费】尊敬的林舟，您的借款5386.52元已逾期12天，请于今日18:00前处理，详询95001234。退订回T"),
    ("L", "【晴川消费】尊敬的林舟，您的借款5386.52元已逾期12天，请于今日18:00前处理，详询95001234。退订回T"),
    ("time", "昨天 21:03"),
    ("L", "我是晴川委外部的，你的手机尾号2101，今晚不处理就联系你的紧急联系人13800001002"),
    ("R", "请出示委托书，不要联系我的家人。我的电话是17000002101"),
]
_COLLECTOR: Items = [
    ("time", "星期一 22:41"),
    ("L", "你再不还，明天就去你单位找领导，021-00002001是你们前台吧"),
    ("R", "这是骚扰"),
    ("sys", "“催收-小张”撤回了一条消息"),
    ("time", "下午3:15"),
    ("L", "随便你怎么说"),
    ("L", "随便你怎么说"),
    ("R", "我已截图，会向12378和12363投诉"),
]
_SHORT: Items = [
    ("time", "凌晨0:05"),
    ("L", "睡了吗"),
    ("R", "？"),
    ("L", "还钱！！"),
    ("R", "不要半夜打电话，我妈13800001002也接到了"),
    ("time", "2月28日 晚上9:03"),
    ("L", "最后一次通知，案件编号20260228001，本金8000元，罚息1260.5元，合计9260.5元"),
]
_TALKS = (_LENDER, _COLLECTOR, _SHORT)
_GROUP: Items = [
    ("time", "10:20"),
    ("name", "李某"), ("L", "林舟欠钱不还，电话13800001001，大家小心"),
    ("name", "王某"), ("L", "真的吗？"),
    ("R", "请你们删掉，这是我的个人信息"),
    ("name", "李某"), ("L", "有本事报警啊"),
]  # fmt: skip
_TRADITIONAL: Items = [
    ("time", "昨天 21:03"),
    ("L", "林先生，您的借款已經逾期，請儘快處理，否則我們將聯繫您的單位與親屬"),
    ("R", "請勿騷擾，我會保留證據"),
    ("L", "聯絡電話13800001002，請今天之內還清欠款五千元"),
]
_BROKEN: Items = [
    ("time", "8:30"),
    *(("L", "请" * pad + "打电话13800001002或17000001188，也可以打021-00002001") for pad in (1, 5, 9, 12)),
    ("R", "你们换了号码17100001155又打来，13900002003也是你们的"),
]
_LINKS: Items = [
    ("time", "前天 8:05"),
    ("L", f"还款链接 https://pay.example.com/r?id=8Kq2&n=13800001001 点开就能还{FACE}"),
    ("R", f"不点{FACE}{FACE}"),
    ("picture", ""),
    ("L", f"{FACE}这是你吧，再不还就发到朋友圈 www.example.net"),
    ("R", "我报警了"),
]
_LONG: Items = [("time", "昨天 9:00")] + [
    ("L" if n % 3 else "R", f"第{n}条：请在今天之内处理，电话138{n:04d}1002，不要再拖") for n in range(50)
]
_ROWS = [
    ("170 0000 2101 (3)", "被12人标记为骚扰电话", "昨天"),
    ("170 0000 2101", "上海 移动", "昨天"),
    ("021-0000 2001", "上海 未接", "8:30"),
    ("13800002099", "移动", "2月27日"),
    ("95001234", "响铃 5 声", "星期一"),
    ("106900000001", "北京 联通", "12:41"),
]


@dataclass(slots=True)
class Score:
    """What was expected, what was found, over all pictures of one variant."""

    characters: int = 0
    wrong: int = 0
    bubbles: int = 0
    sides: int = 0
    times: int = 0
    senders: int = 0
    named: int = 0
    numbers: int = 0
    exact: int = 0
    missing: int = 0
    extra: int = 0
    pictures: int = 0
    seconds: float = 0.0


def plain(text: str) -> str:
    """Without blanks, emoji and the width of punctuation."""
    return "".join(c for c in text.replace(FACE, "").translate(_WIDTHS) if not c.isspace())


def distance(one: str, other: str) -> int:
    """Insertions, deletions and replacements between two texts."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def paired(wanted: list[str], found: list[str]) -> Iterator[tuple[int | None, int | None, int]]:
    """The cheapest pairing in order: (wanted, found, wrong characters); None where one has no partner."""
    costs = [[distance(w, f) for f in found] for w in wanted]
    best: list[list[int]] = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for i in range(len(wanted), -1, -1):
        for j in range(len(found), -1, -1):
            best[i][j] = min(_ways(i, j, wanted, found, costs, best), default=0)
    i = j = 0
    while i < len(wanted) or j < len(found):
        if i < len(wanted) and j < len(found) and best[i][j] == costs[i][j] + best[i + 1][j + 1]:
            yield i, j, costs[i][j]
            i, j = i + 1, j + 1
        elif i < len(wanted) and best[i][j] == len(wanted[i]) + best[i + 1][j]:
            yield i, None, len(wanted[i])
            i += 1
        else:
            yield None, j, len(found[j])
            j += 1


def _ways(
    i: int, j: int, wanted: list[str], found: list[str], costs: list[list[int]], best: list[list[int]]
) -> Iterator[int]:
    if i < len(wanted) and j < len(found):
        yield costs[i][j] + best[i + 1][j + 1]
    if i < len(wanted):
        yield len(wanted[i]) + best[i + 1][j]
    if j < len(found):
        yield len(found[j]) + best[i][j + 1]


def expected(items: Items) -> Iterator[tuple[str, str, str, str | None]]:
    """(side, words, time line, sender) of each bubble and notice."""
    when, sender = "", None
    for kind, words in items:
        if kind == "time":
            when = words
        elif kind == "name":
            sender = words
        elif kind != "picture":
            yield {"L": "other", "R": "own"}.get(kind, "notice"), words, when, sender if kind == "L" else None
            sender = None


def score_talk(items: Items, screen: Screen, score: Score) -> None:
    """Adds one conversation to the score."""
    wanted = list(expected(items))
    found: tuple[Bubble, ...] = screen.bubbles
    for i, j, wrong in paired([plain(words) for _, words, _, _ in wanted], [plain(b.text) for b in found]):
        score.wrong += wrong
        if i is None:
            score.extra += 1
            continue
        side, words, when, sender = wanted[i]
        numbers = _NUMBER.findall(plain(words))
        score.bubbles += 1
        score.characters += len(plain(words))
        score.numbers += len(numbers)
        score.named += sender is not None
        if j is None:
            score.missing += 1
            continue
        read = found[j]
        score.sides += read.side == side
        score.times += plain(read.time_words or "") == plain(when)
        score.exact += sum(number in _NUMBER.findall(plain(read.text)) for number in numbers)
        score.senders += sender is not None and plain(read.sender or "") == plain(sender)


def score_calls(rows: list[tuple[str, str, str]], screen: Screen, score: Score) -> None:
    """Adds one call list to the score: its number and count stand for the words."""
    wanted = [plain(who) for who, _, _ in rows]
    found = [plain(f"{call.who}({call.count})" if call.count > 1 else call.who) for call in screen.calls]
    for i, j, wrong in paired(wanted, found):
        score.wrong += wrong
        if i is None:
            score.extra += 1
            continue
        score.bubbles += 1
        score.characters += len(wanted[i])
        score.numbers += 1
        score.missing += j is None
        if j is not None:
            score.sides += 1
            score.exact += wanted[i] == found[j]
            score.times += plain(screen.calls[j].time_words) == plain(rows[i][2])


def _talks(
    how: Callable[[Drawn], bytes], theme: Theme = WECHAT, title: str = "催收-小张"
) -> Iterator[tuple[Items, bytes]]:
    for items in _TALKS:
        yield items, how(draw(items, title=title, theme=theme))


def _one(
    items: Items, how: Callable[[Drawn], bytes], *, title: str = "催收-小张", theme: Theme = WECHAT
) -> Iterable[tuple[Items, bytes]]:
    return [(items, how(draw(items, title=title, theme=theme)))]


_VARIANTS: dict[str, tuple[str, Callable[[], Iterable[tuple[Items, bytes]]]]] = {
    "wechat": ("微信，原图 PNG", lambda: _talks(Drawn.png)),
    "wechat-dark": ("微信，深色", lambda: _talks(Drawn.png, WECHAT_DARK)),
    "ios": ("iPhone 短信", lambda: _talks(Drawn.png, IOS, "+86 170 0000 1155")),
    "ios-dark": ("iPhone 短信，深色", lambda: _talks(Drawn.png, IOS_DARK, "+86 170 0000 1155")),
    "android": ("安卓短信", lambda: _talks(Drawn.png, ANDROID, "106900000001001")),
    "jpeg-60": ("JPEG 质量 60", lambda: _talks(lambda d: d.jpeg(60))),
    "jpeg-20": ("JPEG 质量 20", lambda: _talks(lambda d: d.jpeg(20))),
    "half": ("缩到一半（540 像素宽）", lambda: _talks(lambda d: d.shrunk(0.5).png())),
    "half-jpeg-40": ("缩到一半，JPEG 质量 40", lambda: _talks(lambda d: d.shrunk(0.5).jpeg(40))),
    "third": ("缩到三分之一（360 像素宽）", lambda: _talks(lambda d: d.shrunk(1 / 3).jpeg(70))),
    "noise": ("噪点", lambda: _talks(lambda d: d.noisy().jpeg(60))),
    "dark-noise": ("深色、噪点", lambda: _talks(lambda d: d.noisy().jpeg(60), WECHAT_DARK)),
    "cropped": ("裁掉标题栏", lambda: _talks(lambda d: d.without_header().png())),
    "photo": ("翻拍，稍歪", lambda: _talks(Drawn.photographed)),
    "photo-2": ("翻拍，歪 2 度、较糊", lambda: _talks(lambda d: d.photographed(2.0, 1.4))),
    "photo-side": ("斜着翻拍，光线不匀、有条纹", lambda: _talks(Drawn.photographed_from_the_side)),
    "photo-ios": ("翻拍 iPhone 短信", lambda: _talks(Drawn.photographed, IOS)),
    "long": ("长截图，50 条", lambda: _one(_LONG, Drawn.png)),
    "long-jpeg": ("长截图，JPEG 质量 50", lambda: _one(_LONG, lambda d: d.jpeg(50))),
    "group": ("群聊", lambda: _one(_GROUP, Drawn.png, title="同学群(35)")),
    "group-photo": ("群聊，翻拍", lambda: _one(_GROUP, Drawn.photographed, title="同学群(35)")),
    "traditional": ("繁体字", lambda: _one(_TRADITIONAL, Drawn.png)),
    "broken": ("号码被折到两行", lambda: _one(_BROKEN, Drawn.png)),
    "broken-jpeg": ("号码被折到两行，JPEG 40、缩到一半", lambda: _one(_BROKEN, lambda d: d.shrunk(0.5).jpeg(40))),
    "links": ("链接、表情、图片", lambda: _one(_LINKS, Drawn.png)),
}  # fmt: skip
_CALLS: dict[str, tuple[str, Callable[[Drawn], bytes]]] = {
    "calls": ("通话记录", Drawn.png),
    "calls-half": ("通话记录，缩到一半，JPEG 40", lambda d: d.shrunk(0.5).jpeg(40)),
    "calls-photo": ("通话记录，翻拍", Drawn.photographed),
}


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} %" if whole else "   —  "


def _line(title: str, score: Score) -> str:
    return (
        f"| {title} | {score.pictures} | {_share(score.wrong, score.characters)} | {_share(score.sides, score.bubbles)} "
        f"| {_share(score.times, score.bubbles)} | {_share(score.exact, score.numbers)} ({score.exact}/{score.numbers}) "
        f"| {score.missing} | {score.extra} | {score.seconds / max(1, score.pictures):.1f} s |"
    )


def _show(screen: Screen) -> None:
    print("   ", screen.title, screen.group_name)
    for bubble in screen.bubbles:
        print("   ", bubble.side, bubble.time_words, bubble.sender, bubble.text, bubble.score)
    for call in screen.calls:
        print("   ", call.who, call.count, call.time_words, call.label)


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", help=f"of: {', '.join([*_VARIANTS, *_CALLS])}")
    parser.add_argument("--show", action="store_true", help="print what was read")
    asked = parser.parse_args()
    random.seed(1)
    print("| 图片 | 张数 | 错字率 | 左右（收发）正确 | 时间行正确 | 电话号码全对 | 漏条 | 多条 | 每张 |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name in asked.variants or [*_VARIANTS, *_CALLS]:
        score = Score()
        pictures: Iterable[tuple[Items, bytes]]
        if name in _CALLS:
            title, how = _CALLS[name]
            pictures = [([], how(draw_calls(_ROWS)))]
        else:
            title, make = _VARIANTS[name]
            pictures = make()
        for items, data in pictures:
            begun = time.perf_counter()
            screen = read_screen(read_picture(data))
            score.seconds += time.perf_counter() - begun
            score.pictures += 1
            score_talk(items, screen, score) if items else score_calls(_ROWS, screen, score)
            if asked.show:
                _show(screen)
        print(_line(title, score), flush=True)


if __name__ == "__main__":
    main()
