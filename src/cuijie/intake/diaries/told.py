"""What the words of one event of a diary tell: its kind, who called whom, how often, whether and how long they talked.

What somebody is said to have said, or announced, tells nothing of the event itself.
"""

from __future__ import annotations

import re
from typing import Final

from cuijie.intake.times.written import spoken_number
from cuijie.intake.vocabulary import relation_of
from cuijie.records import EntryKind

__all__ = ["contacted", "is_event", "is_no_contact", "kind_of", "parted", "times_of", "was_answered", "way_of"]

_POSTED: Final = re.compile(  # put up where others see it, before any other contact is told of
    r"^(?:(?!电话|来电|打给|打来|打我|接到|收到|短信|微信|QQ|邮件|说|称|威胁).)*?"
    r"(?:(?:墙|门|窗|玻璃|栏|楼[道下梯里]?|电梯|电线杆|单元|路口|村[口里头]|小区|公司|单位|学校|车|到处|全村|满)[^，,。；;]{0,12}?(?<!补)贴(?![吧息身心现近膜砖春对福]|[瓷壁墙窗])"
    r"|贴(?![吧补])[了着]?[^，,。；;]{0,8}?[在到][^，,。；;]{0,8}?(?:墙|门|窗|栏|楼道|电梯|电线杆|单元|村口|小区|公司|单位|学校)"
    r"|(?:墙|门|楼道|电线杆|车)[^，,。；;]{0,12}?(?:喷|刷|泼|写)了?\S{0,4}(?:字|漆|标语)|张贴|公开发布|大字报|[拉挂]了?\S{0,4}(?:横幅|条幅)|[发撒散]了?\S{0,4}传单)"
)
_OF_THE_DEBT: Final = re.compile(r"[我咱]|欠|债|贷|催|逾期|还[钱款]|老赖|骗子|失信|身份证|照片|写着|写了|上面写")
_KINDS: Final[tuple[tuple[EntryKind, re.Pattern[str]], ...]] = (
    (
        "visit",
        re.compile(
            r"上门|登门|敲门|堵门|来(?:我|到)?家|来了\S{0,3}人|(?<![打话拨寄发送])到我?(?:(?<=我)(?:家|单位|公司)|(?:家|单位|公司)(?:来|找))"
            r"|(?:催收的?|他们|对方|有人|[个名]人)\S{0,3}去了?我\S{0,4}(?:家|单位|公司|学校)|蹲守|堵在"
            r"|(?:催收的?|他们|对方|[个名的]人|一男一女)[^\s，,。；;打电话发寄拨加信问]{0,6}?(?:到|来|闯进?)(?:我们?)?(?:家|单位|公司|办公室|楼下|村里)(?!的)"
        ),
    ),
    ("sms", re.compile(r"短信|彩信")),
    ("im", re.compile(r"微信|QQ|私信|钉钉|抖音|[拉进入]\S{0,6}群|群里\S{0,4}[发说@]")),
    ("email", re.compile(r"邮件|邮箱")),
    ("letter", re.compile(r"律师函|催收函|信函|快递")),
    (
        "call",
        re.compile(
            r"电话|来电|去电|致电|打来|打给|打到|打了|打我|拨打|回拨|接到|接通|接了|没接|未接|拒接|挂断|挂了|就挂|响[一1]?下?声|[座手]机(?:又|一直|突然)?响|机器人|主叫|被叫|呼入|呼出|通话"
            r"|(?:又|再|还|还在|一直|不停)打|打过来|打[回过]去|回电|又来了?一个(?!人)|打手机|打座机|打了?\S{1,3}[次通个遍]|打\s*\d{5}"
        ),
    ),
)
# a name in quotation marks ends nothing
_THREAT: Final = re.compile(r"(?:说|(?<!自)称|威胁|扬言|恐吓|要求)(?:[^。；;“”\"]|“[^“”]*”)*")
_WORDED: Final = re.compile(  # 短信：再不还就上门; “明天上门”
    r"(短信|彩信|微信|消息|信息|电话)[^，,。；;：:\d]{0,8}[：:](?!\s*[+\d]).*|“[^“”]*”|「[^「」]*」"
)
_EVENT: Final = re.compile(  # narrow: people call themselves all kinds of things
    r"(?:电话|短信|微信|来电|去电|通话|上门)\s+\d{3}|(?:\d{5}|打)\s*\S{0,3}电话|(?:打给|打到|拨打)我|打我(?:电话|手机)|[没未]接$"
    r"|^(?:来电|去电|呼入|呼出|主叫|被叫|未接|已接|拒接|短信|电话)(?![\u4e00-\u9fff])|\d{5}\S*\s+(?:来电|去电|呼入|呼出|未接)|[接收]到\S{0,6}(?:电话|短信)"
)
_DENIED: Final = re.compile(r"(?:没有?|未)(?:再|收到)?[^，,。；;接通]{0,4}?(?:电话|短信|微信|消息)")
_SAID: Final = re.compile(r"[“「『\"][^”」』\"]*[”」』\"]|[说称][^。；;]*")
_INBOUND: Final = re.compile(
    r"打来|打过来|打电话(?:过来|来)|电话来|来电|[座手]机(?:又|一直|突然)?响|敲门|堵门|来了|到我(?:家|单位|公司)|打给(?!他|她|对方)|打到|收到|发来|来我家|接到|未接|没接|(?<![他她方])接了|响[一两1]?下?声|上门|登门|骚扰|给我(?:打|发)|加我|(?<!我)打了?我|[没不]敢接|机器人|又来了?一个|被|呼入|拦截|去了?我"
    r"|(?:他们?|她|对方|催收的?|有人|陌生人|男的|女的|开头的|号码)(?:换了?个?号码?|又|还|再|就|一直|不停地?|连续|天天|每天|也|直接)*(?:打|发|加我)|(?:骂|威胁|恐吓|吓唬)了?我"
)
_OUTBOUND: Final = re.compile(
    r"(?<![给跟和向找到让求叫])我(?:主动|又|再|就|后来|马上|立刻|赶紧|只好|也|用\S{1,6})*(?:打|拨|回拨|致电|[给向](?:他|她|对方|[^我，,。]{1,6}(?=[打回]))|发给|打给(?:他|她|对方|客服|平台))|回拨|主叫|去电|呼出"
)
_REACHED: Final = (
    r"(?:打电话给|打了?[^，,。；;打]{0,5}电话给|发短信给|发微信给|致电|打给|打到|发[给到]|寄[给到]|联系了|骚扰了?)"
)
_TIMES_WORD: Final = r"[\d一二两三四五六七八九十几好多]+[次通遍个]"
_CALLED: Final = re.compile(
    rf"^(?P<before>[^说称讲要会将再胁]*?){_REACHED}"
    rf"(?P<who>(?:我的?)?[\u4e00-\u9fff]{{1,6}}?)(?P<whose>的(?!电话|手机|微信|号|时)[\u4e00-\u9fff]{{1,4}})?(?=[，,。；;：:\s（(、了说打发的电接没未要催让叫骂逼威]|{_TIMES_WORD}|手机|家?座机|家里?的?电话|$)"
)
_RANG: Final = re.compile(
    r"^[^说称讲要会将再胁]*?(?:打了?|去了?|到|加了?|拉)(?P<who>我的?[\u4e00-\u9fff]{1,4}?)(?:的?(?:电话|手机|座机|家|微信|QQ|好友)|[\d一二两三四五六七八九十几]+个电话|[进入]群|(?=[，,。；;\s了]|$))"
)
_GAVE: Final = re.compile(  # 又给我妈打电话
    r"^[^说称讲要会将再胁其]*?给(?P<who>[我她他][\u4e00-\u9fffA-Za-z]{1,7}?)(?:又|也|连续|一直|连着)?(?:打|发|拨)(?!听)"
)
_VERB: Final = re.compile(r"(?:来|打)+(?:电话|微信|短信)?$|(?:刚才|今天|又|也|哭着)+$")
_SELF_NAMED: Final = re.compile(
    r"自称(?:是)?[^“”「」『』\"，,。；;\s()（）打发]{1,8}?的(?:男|女)?人?(?=打|发|给|来|又|说)|自称(?:是)?[“「『\"]?[^“”「」『』\"，,。；;\s()（）]{1,10}[”」』\"]?"
)
_WHO: Final = r"(?:^|[，,。；;：:\s说有]|但是|不过|结果|后来)(?:早上|上午|中午|下午|傍晚|晚上)?(?P<who>(?:我的?)?(?:(?![说问我])[\u4e00-\u9fff]){1,6}?)"
_RECEIVED: Final = re.compile(
    _WHO
    + r"(?:的?(?:手机|电话))?(?:今天|刚才|刚刚|昨天|那边|也|又|都|就|还)*(?:接到|收到|接了)[^，,。；;]{0,16}?(?:电话|短信|微信|消息|信|来电|\s)"  # a number: blank
)
_TOLD_ME: Final = re.compile(  # 妈打电话给我，说有人打给她; 领导叫我去，说接到催收电话
    _WHO + r"(?:(?:哭着|刚才|今天)*(?:打?电?话?(?:给|跟|和|找|问|叫|喊)我|打(?:电话|来)|来电话?|告诉我|问我)|"
    r"(?:也|又|还)?(?=说(?:\S{0,4}有(?:人|个|一个|号码)|(?:(?!我)\S){0,4}[接收]到)))[^。；;]*?"
    r"(?:给[她他](?:打|发)|打(?:了|过)?[她他]的?(?:电话|手机|座机)|(?:打?电?话?(?:给|到)|电话给|联系(?:了|过)?|骚扰(?:了|过)?|找(?:到|上)?|加)了?[她他]|说(?:(?!我)[^，,。；;]){0,4}(?:接到|收到)[^，,。；;]{0,10}?(?:电话|短信))"
)
_OF_A_PLACE: Final = re.compile(  # 同事小陈说有人打到办公室找我
    r"说(?:刚才|今天|昨天)?有(?:人|个|一个)[^，,。；;]{0,8}?打(?:电话)?到(?:了|我们?的?)*(?P<who>单位|公司|办公室|前台|学校|村委会|村里)"
)
_IN_GROUP: Final = re.compile(  # 在公司群里发我的名字
    r"^[^说称讲要会将再胁]*?[在到进]我?们?的?(?P<who>[\u4e00-\u9fff]{2,4}?)(?:微信|QQ)?群里?[^，,。；;]{0,6}?(?:发|说|骂|@)"
)
_MISSED: Final = re.compile(r"[没不]敢接|拦截|没接|没人接|无人接|未接|拒接|没有接|挂了没接")
_ANSWERED: Final = re.compile(r"接通|接了|通话|说了?(?!有人)|聊了")
_LASTED: Final = re.compile(r"(?:\d{1,3}\s*小时)?\s*(?:\d{1,3}\s*分(?:钟)?)\s*(?:\d{1,2}\s*秒)?|\d{1,4}\s*秒")
_COUNTED: Final = re.compile(
    r"(?<![第\d])(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})(?P<more>[多几来])?\s*(?:[次通遍](?!话)"
    r"|个(?=\s*(?:催收)?(?:电话|未接|来电|骚扰|短信)|\s*[，,。；;、]|\s*$|[都也全我]?没)|条(?=短信|微信|消息|信息|\s*[，,。；;、]|\s*$))"
)
_OFTEN: Final = re.compile(
    r"(?:几|多|无数|数十|几十|十几)[次通遍]|几十?个(?:电话|短信|微信)|(?:不停|一直|连续|反复|轮番)[地在给我]*(?:打|发|拨)|轰炸"
)
_NO_CONTACT: Final = re.compile(
    r"(?:今天|这天|当天|一整?天|全天|白天|上午|下午|晚上|周末|他们|对方)*(?:都|也|倒)?(?:没有?|未|无)(?:再)?"
    r"(?:(?:接到|收到|打来|来|打|任何|催收的?)*(?:电话|短信|微信|动静|联系|骚扰)(?:了|打来|过来|我)*|(?:打来|打过来|打电话来|来电|打扰|联系)(?:了|过|我)*)[！!]?"
)

_OF_A_CONTACT: Final = re.compile(r"[钱债催骂逼找问]|威胁|恐吓|[点:：]")


def kind_of(told: str) -> EntryKind | None:
    """What kind of contact it was; what they only said they would do (说要上门) tells it where nothing else does."""
    done = _DENIED.sub("", _WORDED.sub(r"\1", _THREAT.sub("", told)))
    is_visit = _KINDS[0][1].search(done) is not None
    if not is_visit and _POSTED.search(done) and _OF_THE_DEBT.search(told):
        return "public_post"
    told_of = ((done, _KINDS), (told, _KINDS[1:]))  # who says 明天上门 has not come
    return next((name for part, kinds in told_of for name, words in kinds if words.search(part)), None)


def is_event(words: str) -> bool:
    """True for words that say what happened (打给我妈): no sender of a message is named so."""
    return _EVENT.search(words) is not None


def is_no_contact(told: str) -> bool:
    """True for a line that says that nobody called (没有电话), and of nothing else that is a contact (去买菜，没有电话)."""
    clauses = [clause.strip() for clause in re.split(r"[，,；;。]", told) if clause.strip()]
    rest = [clause for clause in clauses if not _NO_CONTACT.fullmatch(clause)]
    return len(rest) < len(clauses) and not any(kind_of(clause) or _OF_A_CONTACT.search(clause) for clause in rest)


def way_of(told: str) -> str:
    """来电 or 去电 as the writer tells it; nothing where only what was said there tells it."""
    told = _SAID.sub("", _SELF_NAMED.sub("", told))
    return "去电" if _OUTBOUND.search(told) else "来电" if _INBOUND.search(told) else ""


def contacted(told: str) -> str | None:
    """Who was contacted where it was not the writer: in words that stand for a person (我妈, 公司前台)."""
    told = _SELF_NAMED.sub("", told)
    for called in (
        _CALLED.search(told),
        _RANG.search(told),
        _GAVE.search(told),
        _TOLD_ME.search(told),
        _OF_A_PLACE.search(told),
        _IN_GROUP.search(told),
        _RECEIVED.search(told),
    ):
        who = _VERB.sub("", called["who"].lstrip("说是有")) if called else "我"
        if _is_somebody(who):
            return who + (called.groupdict().get("whose") or "" if called else "")
    return None


def _is_somebody(who: str) -> bool:
    """True for a word for a relation (我妈), with a name behind it (同事王丽) or more before it (小学同学)."""
    plain = re.sub(r"^[我她他]的?", "", who)
    parts = (who, plain, plain[:2], plain[:3], plain[-2:])
    if "通讯录" in plain:
        return True
    return who not in {"我", "本人"} and "和" not in who and any(relation_of(part) is not None for part in parts)


def times_of(told: str) -> str:
    """How often, in digits (打了11个电话); 多次 where no number says how often, nothing for once."""
    told = _SAID.sub("", told)
    if (found := _COUNTED.search(told)) is not None:
        return "多次" if found["more"] else str(spoken_number(found["n"]))
    return "多次" if _OFTEN.search(told) else ""


def parted(told: str) -> list[str]:
    """*told* in its clauses where each counts another kind of contact: 12次电话，3条短信."""
    clauses = re.split(r"[，,、；;]", told)
    kinds = {kind_of(clause) for clause in clauses if times_of(clause).isdecimal()}
    return clauses if 1 < len(kinds) == len(clauses) and None not in kinds else [told]


def was_answered(told: str) -> tuple[bool | None, str]:
    """Whether a call was answered, and its length as written."""
    if _MISSED.search(told):
        return False, ""
    if lasted := _LASTED.search(told):
        return True, re.sub(r"\s", "", lasted[0])
    return (True if _ANSWERED.search(told) else None), ""
