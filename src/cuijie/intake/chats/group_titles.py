"""Whether what a conversation is titled says that it is a group: ``群聊：柳树村乡亲群(186)``, ``与“同学群”的聊天记录``.

How many write in an export does not tell: in a group of hundreds often only two do, and the others read it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

__all__ = ["group_among", "group_named"]

_AROUND: Final = ' \t\u3000#*=-—_~<>《》【】[]“”"「」『』:：'
_RECORD: Final = r"(?:微信|QQ|企业微信|钉钉|飞书)?\s*聊天(?:[記记][錄录])?"
_OF_WHAT: Final = re.compile(
    rf"^(?:导出(?:的|自)?\s*)?(?:(?:{_RECORD}(?:对象|名称|标题)?|会话(?:对象|名称?)?|消息对象|对话|标题|conversation|chat|title)(?:\s|[:：_—-])+|[与與和]\s*(?=[“\"「『])|微信\s*(?=[“\"「『]))",
    re.IGNORECASE,
)
_RECORDED: Final = re.compile(
    rf"[”\"」』]?\s*(?:[的在_—-].{{0,6}})?{_RECORD}(?:如下|导出)?[:：]?$|(?<=群)聊?天?[記记][錄录]$|的$"
)
_LABELLED: Final = re.compile(
    r"^(?:微信|QQ|企业微信|钉钉|飞书)?(?:群(?:聊|组|名称?|聊名称?|组名称?|昵称|对象)?|group\s?name|group)\s*(?:[:：_]|[】\]]|(?=[“\"「『]))\s*(?P<name>\S.*)$",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"^(?P<name>.*\D.*?)\s*(?:[(（\[【]\s*(?:共|成员)?\s*(?:\d{1,5}\s*(?:人|[名位]?成员|members)|(?:[3-9]|\d{2,3}))\s*[)）\]】]|[\s，,·]\s*共?\d{1,5}\s*(?:人|[名位]?成员|members))$"
)
_COUNT: Final = re.compile(r"\s*[(（\[【]\s*(?:共|成员)?\s*\d{1,5}\s*(?:人|[名位]?成员|members)?\s*[)）\]】]$")
_CALLED: Final = re.compile(r".{2,}群聊?$|.+@chatroom$")
_PERSON: Final = re.compile(  # 陈立群 is somebody's name
    r"[王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖贾夏付邹熊孟秦邱侯江尹薛闫雷史陶贺郝顾龚邵钱严覃武戴莫孔汤]\S?群"
)
_UNNAMED: Final = re.compile(
    r"(?:(?:聊天|会话|对话)?类[型别]\s*[:：]\s*)?(?:微信|QQ|企业微信|钉钉|飞书)?群(?:聊|组)|群(?:主|公告|号|ID|人数|成员数?|聊人数)\s*[:：].+"
)
_NO_NAME: Final = re.compile(rf"{_RECORD}|.*(?:消息|短信|记录)")
_LONGEST: Final = 60
_SENTENCE: Final = re.compile(r"[，。！？；：!?;:]")


def group_named(title: str | None, writers: Collection[str | None] = ()) -> str | None:
    """The name of the group that *title* speaks of, empty where it has none (``类型：群聊``).

    None for any other title, and for the name of one of the *writers*.
    """
    whole = (title or "").strip(_AROUND)
    if not whole or len(whole) > _LONGEST or whole in writers:
        return None
    if _UNNAMED.fullmatch(whole):
        return ""
    bare = _RECORDED.sub("", _OF_WHAT.sub("", whole)) if not _LABELLED.match(whole) else whole
    if labelled := _LABELLED.match(bare):
        name = _RECORDED.sub("", labelled["name"])
        return _COUNT.sub("", name.strip(_AROUND)).strip(_AROUND) or None
    bare = bare.strip(_AROUND)
    counted = _COUNTED.match(bare)
    name = (counted["name"] if counted else bare).strip(_AROUND)
    if name in writers or _NO_NAME.fullmatch(name) or _SENTENCE.search(name) or not re.search(r"[^\d\s+-]", name):
        return None
    is_called = _CALLED.fullmatch(name) is not None and _PERSON.fullmatch(name) is None
    return name if counted or is_called else None


def group_among(lines: Iterable[str], writers: Collection[str | None] = ()) -> str | None:
    """What the *lines* above the messages say of a group (``group_named``), the first of them that has a name."""
    told = [name for line in lines if (name := group_named(line, writers)) is not None]
    return next(filter(None, told), "") if told else None
