"""What a person's account of a visit tells of the visitors' acts: that they came in, that nobody had let them, that they
would not go or took things.

Only what is told plainly is taken; that an account is silent, or that somebody let them in, settles nothing.
"""

from __future__ import annotations

import re

__all__ = ["acts_told"]

_SAID = re.compile(r"“[^”]*”|「[^」]*」|(?:(?<!分)说|威胁|扬言|声称|要求|要我)[^。！？；!?;\n]*")
_CLAUSE = re.compile(r"[^，。！？；,!?;\n]+")
_THEY = r"他们?|她们?|对方|催收的?|来人|那(?:个|几个)?人|[几个两]个?(?:男|女)?人|男的|女的|有人"
_VISITORS = re.compile(_THEY)
_OWN = re.compile(  # whose act it is: 我进了屋, but 我开门他们就挤进来了
    rf"^(?:后来|然后|于是)?(?:我|本人|家人|孩子|邻居|警察|民警|保安|物业)(?:(?!{_THEY}).)*?[进入闯搬抢堵砸拖]"
)
# whose visit is no collecting; who only says so is left out
_OFFICIALS = re.compile(
    r"(?<!自称)(?<!自称是)(?<!冒充)(?<!假冒)(?:法院(?:执行|的人|来人|工作人员)|法警|执行(?:局|法官|干警))"
)
_LET_IN = re.compile(rf"[让请放领带]了?(?:{_THEY})?[^，]{{0,2}}进")
# somebody coming home; no further than the stairs
_ELSEWHERE = re.compile(r"回[家来到]|(?<!进)到家|下班|放学|小区|保安|单元|楼道|电梯")
_NOT_DONE = re.compile(
    r"(?:没有?|未|别|不(?!由分说)|想|要|怕|担心|以为|试图|打算|准备|企图|差点|差一点|如果|否则|再)[^，]{0,6}?(?=进|闯|冲|挤|堵|赖|砸|搬|拿|抢)"
)
_NO_CONSENT = re.compile(  # 没经我同意就进了屋, but not 我没同意他们进门
    r"(?:(?:没有?|未|不)(?:经过?|得到|征得|征求)?过?[^，。；没不]{0,6}?(?:同意|允许|许可)过?|没人(?:同意|允许)|不顾[^，。；]{0,8}(?:反对|阻拦|拒绝|阻止|劝阻))"
    r"(?=[^，。；]{0,3}(?:就|便|还|强|推|硬|闯|冲|直接|擅自|自己|进[了到入])|[，,。；;！!\s]|$)"
)
_FORCED = re.compile(r"强行|硬(?=闯|挤|冲|往|要|推)|闯|撬|踹|撞|破门|砸门|翻墙|翻窗|挤(?=进)")
_INSIDE = re.compile(
    r"进(?:来|去)|入室|入户了|(?:闯入|进[入到了]?)了?我?(?:们|爸妈|父母|[爸妈])?的?(?:单位|公司)?的?"
    r"(?:家|屋|门(?!卫|岗)|房(?:间|里|子|内)|客厅|卧室|厨房|宿舍|办公|工位|里面)"
)
_COERCED = re.compile(
    r"堵(?:住|着|了|在|死)*(?:我们?)?家?的?(?:大|房)?门|(?:赖|坐|守|待|呆|躺)[^，]{0,4}不(?:肯|愿)?走|赶也?[^，]{0,3}不走|(?:怎么|死活)[^，]{0,4}不(?:肯)?走"
    r"|砸(?:了|坏|烂|碎)|(?:搬|抢|拖)走|拿走了?我(?!们?[签写填给交])"
)


def acts_told(account: str) -> dict[str, bool]:
    """The visit's columns that *account* settles: ``entered``, ``entry_consented``, ``visit_coercive``."""
    done = _SAID.sub("", account)
    if _OFFICIALS.search(done):
        return {}
    is_unasked = _NO_CONSENT.search(done) is not None
    told: dict[str, bool] = {}
    is_theirs, is_others = is_unasked, False
    for clause in map(str.strip, _CLAUSE.findall(_NO_CONSENT.sub("", done))):
        if _OWN.match(clause):
            is_theirs, is_others = is_unasked, True
            continue
        if _VISITORS.search(clause):
            is_theirs, is_others = True, False
        if _NOT_DONE.search(clause):
            continue
        is_forced = _FORCED.search(clause) is not None
        if _INSIDE.search(clause) and (is_theirs or is_forced) and not _ELSEWHERE.search(clause):
            told["entered"] = True
            if is_forced or (is_unasked and not _LET_IN.search(clause)):
                told["entry_consented"] = False
        if _COERCED.search(clause) and not is_others:
            told["visit_coercive"] = True
    return told
