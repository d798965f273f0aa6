"""What the words around a citation say of the law's age: repealed as the text itself says, the old text, the new one."""

from __future__ import annotations

import re

from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.statements.claims import Said

__all__ = ["denied", "historical", "new_name", "old_name", "year_before"]

_ENDED = re.compile(
    r"(?:施行|实施|生效|出台)(?:之|以)?前|废止|废了|作废|失效|不再(?:适用|施行|有效)|被.{0,12}(?:取代|替代|吸收)|取代|替代|换号|变迁|沿革|演变|历程|从.{2,12}到.{0,4}民法典|条号|旧条|旧法|(?:须|应|要|得|全部)替换|换掉|(?:别|不要|不能|不得|不应)再(?:引|写|搬|拿|翻)|退场|退出(?:了)?舞台|法》?(?:早就?|已经?|都)*没了"
)
_HISTORY = re.compile(
    r"曾|当时|彼时|此前|以前|过去|早在|前身|现为|现已|改为|变更为|调整为|改成|时代|对应|修订前|修正前|旧文|修改前|升级|吸收|纳入|编入|"
    r"整合|沿用|相比|从前|历史|原来|后移|顺延|新法实施前|已被(?:废|取|替|吸|修|新)|改由|变成|挪到|移到|搬到|换到|转到|换了号|hasbecome|isnow|renumbered|formerly|replacedby|repealed"
)
# told to be the law still: what else the sentence says of its past does not make that right
_STILL = re.compile(
    r"(?<![不非])(?:继续|仍然?|依然|依旧|至今|现在还|目前还)(?:现行)?有效|(?:仍然?|依然|依旧|现在还|目前还)(?:应当?|须|要)?(?:一并|继续)?(?:适用(?!于旧)|是现行)"
)
_STILL_OF_THEN = re.compile(r"发生|履行|签订|成立|当时|争议|以前|之前|旧案|[吗？?]|不是|并非|误")
_OLD = re.compile(
    r"(?:原|旧|前|已废止的|已失效的|修订前的?|修正前的?|旧版|老|废止的|失效的)(?:中华人民共和国)?[《“]?$|[旧老]法$|(?:old|former|previous)$"
)
_NEW = re.compile(r"(?:新修[订正]的?|修[订正]后的?|最新的?|现行的?|新版|最?新的?)(?:中华人民共和国)?[《“]?$")
_DENIED = re.compile(r"(?:不是|并非|而非|不适用)(?:现行的?|新的?)?[《“]?$")
_VERSION_BEFORE = re.compile(
    r"((?:19|20)\d{2})年?(?:版|修[正订改]后?|文本|新修[正订]|[^，。；\n]{0,4}施行)?(?:的)?(?:《|中华|新)?$"
)


def historical(said: Said) -> bool:
    """Whether the text itself speaks of the law as past: what ended it anywhere in the sentence, other words only near."""
    near = f"{said.before[-14:]}|{said.after[:24]}"
    if _STILL.search(said.after) and not _STILL_OF_THEN.search(said.sentence):
        return False
    return bool(_ENDED.search(said.sentence) or _HISTORY.search(near)) or old_name(said)


def denied(said: Said) -> bool:
    """Whether the text says that it is not this one: 适用旧法第四十二条，不是新法第五十条."""
    return bool(_DENIED.search(said.before[-8:]))


def old_name(said: Said) -> bool:
    """Whether the citation itself says that it means the old text: 旧治安管理处罚法."""
    return bool(_OLD.search(said.before[-16:]))


def new_name(mention: Mention, said: Said, context: str) -> bool:
    """Whether the citation itself says that it means the new text: 新治安管理处罚法, 新修订的《…》."""
    return context[mention.start : mention.end].startswith("新") or bool(_NEW.search(said.before[-16:]))


def year_before(before: str) -> int | None:
    """The year of the text that is meant, where it stands right before the name: 2012年修正的《…》."""
    found = _VERSION_BEFORE.search(before)
    return int(found[1]) if found and re.search(r"版|修|文本|施行", found[0]) else None
