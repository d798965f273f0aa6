"""Errors that a text quotes in order to refute them: somebody else says it before, and the text says behind that it is wrong."""

from __future__ import annotations

import re

__all__ = ["denounced"]

# whose words they are: 网上说……, 说法一：“……, 别再抄……, 问：……
_OTHERS = re.compile(
    r"网上|网传|网络上|流传|传言|误区|有人|有的?(?:文章|帖子|网友|博主|人)|(?:不少|很多|许多|大量|多数)[^，。；]{0,4}(?:文章|帖子|人|网友|博主|模板)"
    r"|[老旧](?:文章|帖子|模板)|说法(?:[零一二三四五六七八九十0-9]{1,3}[：，、“]|是：?“)|(?:对方|催收员?|客服|小编|对面)[^，。；“]{0,10}(?:说|写|称|告诉他?)"
    r"|(?:图|表|文|帖子?|群|视频|信|函|短信|模板)[里上中](?:也|还|都)?(?:写|说|称|讲|引)|有(?:学者|观点)|上一?[期篇]|前[一几]篇|[别莫]再?(?:这么|这样)?(?:抄|引|写|用|搬|套)|问：|答主|楼[主上]|层主"
    r"|(?:被告|原告|上诉人|被申请人|申请人)[^，。；]{0,4}(?:辩称|主张|认为|抗辩)|(?:您|你|来函)[^，。；]{0,6}(?:称|主张)|(?:手册|文件|公告|海报|传单)[^，。；]{0,8}(?:还|仍)"
)
_WRONG = re.compile(
    r"❌|✗|✘|╳|（×）|(?:不对|错了|是错的?|有误|实误|错误|不准确|不成立)(?![吗么？])|站不住|不(?:赞成|同意|认同)|谣言|胡说|瞎[编写]|吓(?:唬|人)|唬人|忽悠|纯属|不认可|不予(?:采纳|采信)|与(?:条文|法条|原文|规定)[^，。；]{0,4}不符|(?<=[，。”])(?:也|都)?错(?=[，。！])|其实[^。；\n]{0,60}不适用|偷换概念|混为一谈|张冠李戴|以讹传讹|过时"
    r"|更正|(?:早|已经?|都|前|就|年)(?:就|都)?(?:不叫|不在了|没了|废止?了?|作废|摘了?|撤了?)|不叫这个|[老旧]的?(?:编号|条号|模板|版本|写法|说法)|换了?号"
    r"|(?:今年|现在|如今|眼下)(?:起|再这么|再这样|要写|应该?写|得写|要引|应该?引)|没有这一?条|别[再信]"
)
_AGREES = re.compile(r"赞同|赞成(?!这么)|没错|是对的|说得对|(?<!不)正确|放心|有道理|(?<!不)认可|果然|确实")
# 别再抄第…条: nothing else need be said;  第…条还能用吗？早没了
_DISSUADES = re.compile(r"[别莫]再?(?:这么|这样)?(?:抄|引|写|用|搬|套)(?:什么)?[《“]?$")
# 合规手册还停在过去：引用……; 常见错误：……
_WRONG_AHEAD = re.compile(
    r"(?:停(?:留)?在过去|常见(?:的)?(?:引用)?错误|(?:引用|写法|说法)(?:已经?|早就?)?(?:过时|错误|有误)|错误(?:引用|写法|说法))[^。！？“]{0,10}[：]"
)
# ……，你们客服这么说，我不认可
_TOLD_BEHIND = re.compile(
    r"(?:客服|对方|催收员?|网上|有人|平台)[^，。；]{0,4}(?:这么|这样|如此)(?:说|写|讲|称|答复|回复)"
)
_ASKED = re.compile(r"[^，。！？\n]{0,14}[吗呢]？")
_BEFORE, _BEHIND = 60, 110
_ANSWERED = re.compile(r"\n(?:答|回答|A)[^\n：]{0,6}：([^\n]*)")


def denounced(text: str, start: int, end: int) -> bool:
    """Whether the citation at *start* to *end* of the view is somebody else's that the text itself calls wrong."""
    line = text.rfind("\n", 0, start) + 1
    if _DISSUADES.search(text, max(line, start - _BEFORE), start):
        return True
    if _WRONG_AHEAD.search(text, line, start):
        return True
    until = text.find("\n", end)
    behind = text[end : until if until >= 0 else len(text)][:_BEHIND]
    others = _OTHERS.search(text, max(line, start - _BEFORE), start) or _TOLD_BEHIND.search(behind)
    if not others and not _ASKED.match(text, end):
        return False
    if until >= 0 and text.startswith("问", line) and (answer := _ANSWERED.match(text, until)):
        behind += answer[1][:_BEHIND]
    wrong, agrees = _WRONG.search(behind), _AGREES.search(behind)
    return wrong is not None and (agrees is None or wrong.start() < agrees.start())
