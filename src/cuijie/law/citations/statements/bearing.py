"""Who bears what, where the article says so: 由让与人负担 told as 由您负担.

The article's words are not at hand: of each of those whom laws let bear something it is asked whether the fingerprint has
由…负担, 由…承担 or 由…支付.  Parties to a suit are left out: 诉讼费用由被告负担 is a court's order in a case.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.structure import Structure

__all__ = ["borne_by_another"]

_BEARERS = (
    "让与人|受让人|债权人|债务人|保证人|出借人|借款人|贷款人|委托人|受托人|义务人|侵权人|受害人|监护人|经营者|消费者|处理者"
    "|用人单位|用工单位|工作人员|行为人|被侵权人|受损害方|继承人|买受人|出卖人"
)
_SAID = re.compile(
    rf"由(?P<who>{_BEARERS}|您|你|客户|欠款人|持卡人|用户|员工|催收员|职工)(?:先行|自行|自己|全部|全额|一并|单独|本人)*(?P<how>承担|负担|支付|指定|选择)"
)
_AS_THE_LAW = {
    "您": "债务人",
    "你": "债务人",
    "客户": "债务人",
    "欠款人": "债务人",
    "持卡人": "债务人",
    "用户": "债务人",
    "员工": "工作人员",
    "职工": "工作人员",
    "催收员": "工作人员",
}
_HOW = ("负担", "承担", "支付")
_CHOSEN = ("指定", "选择")  # 由债务人在清偿时指定


def borne_by_another(words: str, cited: Collection[str], shape: Structure) -> str | None:
    """What is said to be borne by one whom the articles do not name, though they name who bears it; None where none is."""
    for said in _SAID.finditer(words):
        who = _AS_THE_LAW.get(said["who"], said["who"])
        bearers = {
            one
            for key in cited
            for one in _BEARERS.split("|")
            for how in ((said["how"],) if said["how"] in _CHOSEN else _HOW)
            if _has(f"由{one}", key, shape) and _has(how if how in _CHOSEN else f"{one}{how}", key, shape)
        }
        if bearers and who not in bearers and not any(_has(f"由{who}", key, shape) for key in cited):
            return said[0]
    return None


def _has(words: str, key: str, shape: Structure) -> bool:
    return shared(words, shape.prints, key) == 1.0
