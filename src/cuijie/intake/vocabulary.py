"""The words people and Chinese programs use in tables, as values of the contact record.

A word that is not known stays unknown; nothing is guessed from a part of a word.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from cuijie.records import EntryKind
from cuijie.records.contact import RecipientRelation, RecipientRole

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = [
    "OWN_WORDS",
    "channel_of",
    "direction_of",
    "duration_of",
    "kin_word",
    "money_of",
    "relation_and_name",
    "relation_of",
    "role_of",
    "simplified",
    "was_missed",
    "yes_no",
]

OWN_WORDS: Final = frozenset({"我", "本人", "自己", "本机", "me"})
"""What exports call the owner of the phone where they name nobody."""

# calls that came in and were not answered
_TURNED_AWAY: Final = (
    "语音信箱", "语音留言", "voicemail", "已拦截", "拦截", "骚扰拦截", "黑名单", "已拒接", "已拒绝", "拒绝接听",
)  # fmt: skip
_CHANNEL_WORDS: Final[dict[EntryKind, str]] = {
    "call": "call 电话 语音 来电 去电 通话 座机 拨打 手机 打电话 电话催收 来电话 语音电话 未接来电 未接 已接来电 "
    "已接 拒接 已拨电话 已拨 已拨打 已接听 未接听 未接通 呼入 呼出 主叫 被叫 incoming outgoing missed "
    "rejected declined blocked 传入 传出 拨入 拨出 打入 打出 phone voice 已取消 cancelled canceled",
    "sms": "sms 短信 彩信 短消息 简讯 imessage rcs textmessage shortmessage mms 发短信 短信催收 inbox sent received 收件箱 "
    "发件箱 短讯 收件匣 寄件匣 寄件备份",
    "im": "im 微信 qq 聊天 钉钉 企业微信 抖音私信 私信 支付宝消息 即时通讯 发微信 微信消息 微信聊天 wechat "
    "whatsapp telegram line dingtalk",
    "email": "email 邮件 电子邮件 邮箱",
    "letter": "letter 信函 书信 信 律师函 快递 函件 催收函",
    "visit": "visit 上门 走访 外访 现场 上门催收 登门",
    "public_post": "public_post 公开 张贴 朋友圈 群发 网上发布 公开发布 贴吧 微博",
    "payment": "payment 付款 还款",
}
_CHANNELS: Final[dict[str, EntryKind]] = {
    **{word: kind for kind, words in _CHANNEL_WORDS.items() for word in words.split()},
    **dict.fromkeys(_TURNED_AWAY, "call"),
}
_ROBOT: Final = {"robot", "机器人", "ai", "自动语音", "智能语音", "ai电话", "机器人电话"}
_INBOUND: Final = {
    "来电",
    "呼入",
    "被叫",
    "接收",
    "收到",
    "打来",
    "收",
    "接听",
    "未接",
    "未接来电",
    "拒接",
    "接入",
    "发来",
    "收件",
    "收信",
    "来自",
    "催收方",
    "已接来电",
    "已接",
    "已接听",
    "未接听",
    "收件箱",
    "收件匣",
    "传入",
    "拨入",
    "打入",
    "incoming",
    "missed",
    "rejected",
    "declined",
    "blocked",
    "received",
    "inbox",
    "in",
    "come",
    *_TURNED_AWAY,
}
_OUTBOUND: Final = {"去电", "呼出", "主叫", "发送", "发出", "拨出", "打出", "发", "已发送", "本人", "我方", "回拨",
    "已拨电话", "已拨", "已拨打", "发件箱", "寄件匣", "寄件备份", "传送", "已传送", "发件", "发信", "发至", "发往", "发给", "传出", "outgoing", "sent", "out", "go",
    "已取消", "cancelled", "canceled",
}  # fmt: skip
_MISSED: Final = {
    "未接来电",
    "未接",
    "未接听",
    "未接通",
    "拒接",
    "missed",
    "rejected",
    "declined",
    "blocked",
    "已取消",
    "cancelled",
    "canceled",
    *_TURNED_AWAY,
}
_YES: Final = {
    "是",
    "有",
    "true",
    "yes",
    "y",
    "1",
    "√",
    "对",
    "接通",
    "已接",
    "已接通",
    "已接听",
    "接听",
    "接了",
    "接到了",
    "已同意",
    "同意",
}
_NO: Final = {
    "否",
    "无",
    "没有",
    "false",
    "no",
    "n",
    "0",
    "×",
    "不",
    "未接",
    "未接通",
    "未接听",
    "拒接",
    "没接",
    "没接到",
    "没接通",
    "没有接",
    "无人接听",
    "未应答",
    "无法接通",
    "对方忙",
    "占线",
    "未同意",
    "不同意",
}
_RELATION_WORDS: Final[dict[RecipientRelation, str]] = {
    "family": "family mother mom mum father dad parents wife husband son daughter sister brother spouse 兄弟 姐妹 伴侣 "
    "家人 亲属 亲戚 父亲 母亲 爸爸 妈妈 爸 妈 父母 老爸 老妈 丈夫 妻子 老公 老婆 配偶 爱人 儿子 女儿 孩子 "
    "哥哥 弟弟 姐姐 妹妹 哥 弟 姐 妹 爷爷 奶奶 外公 外婆 姥姥 姥爷 公公 婆婆 岳父 岳母 舅舅 姑姑 姨 阿姨 叔叔 伯伯 "
    "表哥 表弟 表姐 表妹 堂哥 堂弟 堂姐 堂妹 嫂子 姐夫 妹夫 儿媳 女婿 前夫 前妻 "
    "舅妈 姑妈 姑父 姨妈 姨父 大姨 小姨 大姑 小姑 大伯 伯父 伯母 叔父 婶婶 婶子 表姨 表叔 侄子 侄女 外甥 外甥女 孙子 孙女 弟媳 亲家 公婆 岳父母 "
    "媳妇 爸妈 丈母娘 老丈人 小舅子 小姨子 大舅哥 二姨 二姑 二舅 大舅 小舅 二叔 大姐 二姐 大哥 二哥 大嫂 弟妹 堂叔 儿媳妇",
    "friend": "friend classmate 朋友 好友 同学 室友 闺蜜 男友 女友 男朋友 女朋友 战友 师兄 师弟 师姐 师妹 发小 老乡",
    "colleague": "colleague coworker 同事 工友 下属 前同事",
    "employer": "employer boss 单位 公司 领导 老板 主管 上司 人事 人事部 部门经理 人力资源 hr 经理 站长 雇主 前台 办公室",
    "community": "community neighbour neighbor 邻居 村委 村委会 村里 村长 村主任 居委 居委会 社区 物业 村支书 房东",
    "stranger": "stranger 陌生人 不认识 不认识的人",
}
_RELATIONS: Final = {word: relation for relation, words in _RELATION_WORDS.items() for word in words.split()}
_ROLES: Final[dict[str, RecipientRole]] = {
    **dict.fromkeys(("debtor", "me", "myself", "债务人", "借款人", "本人", "我", "自己", "我本人"), "debtor"),
    **dict.fromkeys(("co_debtor", "共同借款人", "担保人", "保证人", "抵押人", "出质人"), "co_debtor"),
    **dict.fromkeys(("heir", "继承人"), "heir"),
    **dict.fromkeys(("agreed_contact", "约定联系人", "紧急联系人", "约定的联系人"), "agreed_contact"),
    **dict.fromkeys(("other", "第三人", "其他人", "无关第三人"), "other"),
}


@cache
def _folding() -> OpenCC:
    from opencc import OpenCC  # here: only the first table pays for it

    return OpenCC("t2s")


@lru_cache(maxsize=1024)  # a column says the same few words
def simplified(word: str) -> str:
    """*word* with its traditional characters in their simplified form."""
    return word if word.isascii() else str(_folding().convert(word))


def _key(word: str) -> str:
    return simplified(re.sub(r"\s", "", word).lower())


def _way_key(word: str) -> str:
    """The word for a kind or way, ``Rejected Call`` and 拒接来电 without their last part, without signs (📥) around it.

    A program's own name for it (``CallType.wifiIncoming``) is the word behind the point.
    """
    key = re.sub(r"^[\W_]+|[\W_]+$|^[a-z]+\.(?:wifi)?(?=[a-z])", "", _key(word))
    return re.sub(r"(?<=[a-z])(?:_?calls?|_type)$|(?<=[接入出拨截])(?:来电|电话)$", "", key)


def channel_of(word: str) -> tuple[EntryKind | None, bool]:
    """The kind of contact *word* names, and whether it says a machine called."""
    key = _way_key(word)
    if key in _ROBOT:
        return "call", True
    kind = _CHANNELS.get(key) or _CHANNELS.get(re.sub(r"(?:催收|联系|消息|通知|语音)$", "", key))
    return kind or ("call" if re.search(r"[a-z]calls?$", _key(word)) else None), False  # Standard Call, Video Call


def direction_of(word: str) -> bool | None:
    """True if *word* says the owner was called or written to, False if the owner did; from the owner's side."""
    key = _way_key(word)
    if key in _INBOUND:
        return True
    return False if key in _OUTBOUND else None


def was_missed(word: str) -> bool:
    """True if the word for a kind of call says that nobody answered it."""
    return _way_key(word) in _MISSED


def yes_no(word: str) -> bool | None:
    """True, False, or None where *word* says neither."""
    key = _key(word)
    if key in _YES:
        return True
    return False if key in _NO else None


def relation_of(word: str) -> RecipientRelation | None:
    """The relation to the debtor that the user's word (母亲, 同事) means; None for a word that is no relation."""
    plain = re.sub(r"^(?:我们?的?|借款人的?|债务人的?|(?:单位|公司)的?)", "", _key(word)) or _key(word)
    return _RELATIONS.get(plain) or ("family" if _NUMBERED_KIN.fullmatch(plain) else None)


_NUMBERED_KIN: Final = re.compile(r"[大小二三四五六七八九][爷奶伯婶叔姑姨舅妗嫂哥姐弟妹](?:妈|父)?")  # 七婶, 三姨父
_BRACKETED: Final = re.compile(r"(?P<name>[\u4e00-\u9fffA-Za-z·]{2,12})\s*[(（](?P<kin>[^()（）]{1,6})[)）]")


def relation_and_name(word: str) -> tuple[str | None, str | None]:
    """The word for the relation and the name in ``同事王丽``, ``我同事小王`` or ``王丽（同事）``; None for what is not told."""
    plain = word.strip()
    if relation_of(plain) is not None:
        return plain, None
    found = _BRACKETED.fullmatch(plain)
    if found is not None and relation_of(found["kin"]) is not None:
        return found["kin"], found["name"]
    bare = re.sub(r"^我们?的?", "", plain)
    for length in (3, 2):
        kin, name = bare[:length], bare[length:]
        if relation_of(kin) is None:
            continue
        if relation_of(name) is not None:  # 单位前台, 公司领导
            return plain, None
        if re.fullmatch(r"[\u4e00-\u9fff]{2,3}|某", name):
            return kin, name
    return None, plain or None


_KIN: Final = {
    word: words.split()[0]
    for words in (
        "母亲 妈妈 妈 老妈 娘 母親", "父亲 爸爸 爸 老爸 爹 父親", "妻子 老婆 媳妇", "丈夫 老公", "姐姐 姐", "妹妹 妹", "哥哥 哥", "弟弟 弟",
        "外婆 姥姥", "外公 姥爷",
    )
    for word in words.split()
}  # fmt: skip


def kin_word(word: str) -> str:
    """One word for those that name the same relative: 妈妈, 老妈 and 我妈 are 母亲; any other word is itself."""
    plain = re.sub(r"^我的?", "", word.strip())
    return _KIN.get(plain, word.strip())


def role_of(word: str) -> RecipientRole | None:
    """The role in the loan that the user's word names."""
    return _ROLES.get(_key(word))


_PARTS: Final = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h(?:(?:ou)?rs?)?|:(?=\d+:)))?\s*(?:(\d+)\s*(?:分钟|分|m(?:in(?:ute)?s?)?|'|′|:))?\s*"
    r"(?:(\d+)(?:\.\d+)?\s*(?:秒钟|秒|s(?:ec(?:ond)?s?)?|\"|″|'')?)?",
    re.IGNORECASE,
)


def duration_of(written: str) -> int | None:
    """Seconds of ``1分2秒``, ``62秒``, ``62``, ``00:01:02``, ``1'02"``, ``1小时2分3秒``; None for ``--`` and nonsense."""
    text = written.strip().strip("'\t ")
    if not text or not any(character.isdigit() for character in text):
        return None
    found = _PARTS.fullmatch(text)
    if found is None or len(text) > 32:
        return None
    hours, minutes, seconds = (int(part) if part else 0 for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def money_of(written: str) -> int | None:
    """Fen of ``¥1,234.50``, ``1234.5元``, ``-3.00``; None where no amount is written.  Never rounds: half a fen is None."""
    text = re.sub(r"[\s,，¥￥元人民币CNYRMB]", "", written)
    if not re.fullmatch(r"[-+]?\d{1,13}(?:\.\d{1,8})?", text):
        return None
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        return None
    if fen != fen.to_integral_value():
        # a workbook's float tail (235.60999999999999) is the amount to the fen; anything else is not money
        rounded = fen.quantize(Decimal(1))
        return int(rounded) if abs(fen - rounded) < Decimal("0.0001") else None
    return int(fen)
