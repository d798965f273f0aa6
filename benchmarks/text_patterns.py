"""Three hundred text patterns and invented messages for timing; they judge nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["PATTERNS", "texts"]

_WHO = ("你", "你们", "您", "你家", "你老婆", "你父母", "你单位", "你朋友", "你孩子", "你亲戚",
        "你领导", "你同事", "你全家", "你这种人", "你邻居", "你爸", "你妈", "你哥", "你姐", "你老板")  # fmt: skip
_WHAT = ("去死", "不要脸", "等着瞧", "别想好过", "小心点", "丢人现眼", "没好下场", "不得安生",
         "滚出来", "是骗子", "是老赖", "都会知道", "上门找", "身败名裂", "贴出来")  # fmt: skip
PATTERNS: tuple[str, ...] = tuple(f"{who}[^，。]{{0,4}}{what}" for who in _WHO for what in _WHAT)
"""Twenty times fifteen: someone named, up to four characters, something said."""

_KIND = (
    "【示例金融】尊敬的客户，您的账单已逾期{n}天，请于今日{m}点前还款，如已还款请忽略。",
    "【示例金融】您好，您尾号{n}的借款本期应还{m}元，请保持账户余额充足。",
    "您好，这里是示例金融委托的催收机构，关于您逾期的款项请尽快联系我们，工号{n}{m}。",
    "提醒：本月还款日为{m}日，逾期会产生费用，详询客服。流水{n}。",
)
_RUDE = "{who}再不还钱{what}，编号{n}{m}。"


def texts(chance: np.random.Generator, size: int) -> Any:
    """Messages, about one in two hundred of them rude."""
    said = [part for number in range(4000) for part in _one(number)]
    picked = chance.integers(0, len(said), size)
    return pa.array(said).take(pa.array(picked))


def _one(number: int) -> tuple[str, ...]:
    n, m = number % 97, number % 23
    polite = tuple(kind.format(n=n * 131 + number, m=m) for kind in _KIND)
    if number % 50:
        return polite
    rude = _RUDE.format(who=_WHO[number // 50 % 20], what=_WHAT[number // 50 % 15], n=n, m=m)
    return (*polite, rude)
