"""The titles of a contact log as phrases and questions: 被催收的时间, 打到谁那里, “3、您是什么时候接到催收电话的？（必填）”.

What a phrase asks for its interrogative tells, else its last word; each must speak of the contact itself, so that
处理时间 or 身份证号码 are none.  A title that is a plain word (``COLUMN_NAMES``) goes before.
"""

from __future__ import annotations

import re
from typing import Final

from cuijie.intake.tables.titles import Phrases

__all__ = ["PHRASES"]

_OF_CONTACT: Final = r"(?=.*(?:催|骚扰|来电|电话|打|通话|接到|联系|上门|对方))"
_NOT_HIS: Final = r"(?!.*(?:您的|你的|我的|本人|自己|被叫|接听|被联系|首次|最近|最后|第一次))"
PHRASES: Final[Phrases] = tuple((field, re.compile(phrase)) for field, phrase in (
    ("count", r"(?=.*(?:催|骚扰|来电|电话|打|联系)).*(?:次数|几次|多少次|几个|多少个)$"),
    ("duration_s", r".*(?:(?:通话|聊|打|讲).*(?:多久|多长时间)|(?:通话|通信)(?:时间|时长)\((?:单位[:：]?)?秒\))$"),
    ("recipient_relation", r".*(?:什么关系|什么人|与\S{1,4}的?关系)$"),
    ("recipient", r".*(?:打[给到]|找|骚扰|联系|催)(?:了|的是|过)?(?:谁|哪个人|什么人).*|(?:骚扰|联系|催收|拨打|来电)对象$"),
    ("recipient", r"[您你]的?(?:姓名|称呼|名字)$|(?:接到?电话|被骚扰|被联系|被催收?)的?人$"),
    ("collector_id", r".*(?:对方|催收员?|来电人?).*(?:称呼自己|自称.*|是谁)$|自称.{0,4}$"),
    ("lender_id", r"(?=.*(?:催|哪)).*(?:哪个?(?:公司|平台|机构|家).*|平台名称?)$"),
    ("text", r".*(?:怎么|如何)(?:说|讲|骂|威胁).*|.*(?:说|讲|骂)[了过的些]*(?:什么|啥|哪些话?|话).*"),
    ("text", r"(?=.*(?:催|骚扰|来电|通话|对方)).*(?:内容|原话|话术|的话)$"),
    ("connected", r"(?:是否|有无|有没有)接[通听到]?(?:电话)?$|接[通听了](?:没有?|吗)$"),
    ("channel", r"(?=.*(?:催|骚扰|联系)).*(?:方式|渠道|形式|途径)$"),
    ("from_number", rf"(?=.*(?:催|骚扰|来电|对方|打来|打过来|拨打)){_NOT_HIS}.*(?:号码?|电话|手机号?|来电)$"),
    ("date", rf"{_OF_CONTACT}.*(?:日期|哪一?天|几[月]?[日号])$"),
    ("clock", r"(?:具体|大概|大约|接到|打来)?的?(?:几点|钟点)(?:打的|接到的)?$"),
    ("occurred_at", rf"{_OF_CONTACT}.*(?:什么时[候间]|何时|几时).*|{_OF_CONTACT}(?!.*(?:次|最后|最近|结束)).*时间$"),
))  # fmt: skip
"""Field and phrase, in the order in which they are tried."""
