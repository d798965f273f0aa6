"""The claims check: words that say more than a person's papers can show, read in every draft.

The collector's own words are quoted, not claimed, and are left alone; names of laws are names.  A word that must
not leave (a threat, or that the debt need not be paid) refuses the draft; any other is listed with a milder wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cuijie.remedies.documents.blocks import (
    Block,
    Cell,
    Fields,
    Heading,
    Item,
    Notice,
    PageBreak,
    Paragraph,
    Run,
    Table,
)

__all__ = ["Claim", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One place where a draft says more than it can support."""

    words: str
    sentence: str
    why: str
    instead: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    why: str
    instead: str
    is_refused: bool = False
    is_about_own_debt: bool = False  # a contacted person indeed owes nothing


_REPORTED = re.compile(r"(?:称|说|声称|认为|以为|污蔑|指责)[^，。；]{0,12}$")
"""What makes the words after it those of somebody else."""
_SOFT = re.compile(r"(?:涉嫌|疑似|是否|有无|可能|不下|不构成|不属于)(?:已经)?(?:构成)?$")
"""What makes a word after it a question or a suspicion rather than a claim."""


def _rule(pattern: str, why: str, instead: str, *, refused: bool = False, own_debt: bool = False) -> _Rule:
    return _Rule(re.compile(pattern), why, instead, refused, own_debt)


_RULES = (
    _rule(
        r"(?:不用|无需|无须|不必|不再需要|没有义务|拒绝|不会|不)(?:偿还|归还|还款|还钱|还债|清偿)(?!.{0,6}(?:义务的人|责任的人))"
        r"|债务(?:已经?)?(?:无效|作废|消灭|不存在)|不用还|不还了",
        "违法催收不使债务消灭",
        "改为“本人依法应承担的还款义务不因此改变”",
        refused=True,
        own_debt=True,
    ),
    _rule(
        r"后果自负|走着瞧|等着瞧|让你们?(?:好看|倒闭|坐牢|身败名裂)|弄死|打死|鱼死网破|曝光你们?|让你们?付出代价|同归于尽",
        "这是威胁，会反过来害自己",
        "改为“本人将依法投诉、报案或者起诉”",
        refused=True,
    ),
    _rule(r"所有|全部|一切|一律|从来|从未|每一次|任何时候|人人|无一", "说得太满，现有记录支持不了", "写具体次数、日期，或“现有记录显示”"),
    _rule(r"必然|必定|一定(?!期限|条件|程度|范围|时间|金额|数额|比例)会?|肯定|毫无疑问|显而易见|无可辩驳|毋庸置疑", "下了断语", "删去，或写“可能”“现有记录显示”"),
    _rule(
        r"证明(?!材料|文件|书|目的|对象|责任|标准|清单|人|内容|事项|信息|不了|不能)(?<!结清证明)(?<!身份证明)(?<!困难证明)",
        "能不能证明由机关和法院判断",
        "改为“显示”“可以看到”",
    ),
    _rule(
        r"构成(?:了)?(?:犯罪|[^，。；、“”《》]{2,14}罪)|犯罪(?!记录|嫌疑|线索|的，依法)(?:分子|团伙)?|罪犯",
        "是否犯罪由办案机关和法院认定",
        "改为“涉嫌违法，请依法审查”",
    ),
    _rule(r"黑社会|黑恶势力|恶势力|套路贷|高利贷|诈骗", "是否属于此类由机关认定", "写具体做法，不下定性"),
    _rule(r"非法债务|催收非法债务", "只有高利放贷等产生的债务才谈得上；持牌机构的合法债权不适用", "删去，写具体的催收行为"),
    _rule(r"侵犯公民个人信息罪", "普通联系方式五千条以上等才达到标准，一个人的通讯录通常达不到", "写“请审查信息的来源和批量提供的线索”"),
    _rule(r"骗子|流氓|无耻|丧尽天良|畜生|垃圾公司|人渣|混蛋|王八蛋", "骂人的话会削弱这份文书", "删去，写对方做了什么"),
)  # fmt: skip


def _sentences(runs: Cell) -> Iterable[str]:
    # The collector's words and the names of laws are blanked out, so that neither is read as our claim.
    text = "".join(
        "〇" * len(run.text) if run.kind in {"quote", "law", "blank", "exhibit"} else run.text for run in runs
    )
    text = re.sub(r"《[^》]*》", lambda found: "〇" * len(found.group()), text)
    yield from (part for part in re.split(r"(?<=[。；！？\n])", text) if part.strip())


def _check_runs(runs: Cell, *, is_debtor: bool) -> Iterable[Claim]:
    for sentence in _sentences(runs):
        for rule in _RULES:
            if rule.is_about_own_debt and not is_debtor:
                continue
            for found in rule.pattern.finditer(sentence):
                before = sentence[: found.start()]
                if _REPORTED.search(before) or (not rule.is_refused and _SOFT.search(before)):
                    continue
                yield Claim(
                    words=found.group(),
                    sentence=sentence.replace("〇", "…").strip(),
                    why=rule.why,
                    instead=rule.instead,
                    is_refused=rule.is_refused,
                )


def _cells(block: Block) -> Iterable[Cell]:
    match block:
        case Heading() | Paragraph() | Item() | Notice():
            yield block.runs
        case Fields():
            for field in block.rows:
                yield (Run(text=field.label + "："), *field.runs)
        case Table():
            for row in block.rows:
                yield from row
        case PageBreak():
            return


def check(blocks: Iterable[Block], *, is_debtor: bool = True) -> tuple[Claim, ...]:
    """Every claim in *blocks* that needs support or another wording, in reading order, each once.

    *is_debtor* says whose paper it is: only a debtor's may not say that nothing need be paid.
    """
    cells = (cell for block in blocks for cell in _cells(block))
    return tuple(dict.fromkeys(claim for cell in cells for claim in _check_runs(cell, is_debtor=is_debtor)))
