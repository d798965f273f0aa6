"""Words that decide what comes before every paper: of not wanting to live, that tell somebody to die, of who poses as the state."""

from __future__ import annotations

import re

from cuijie.reading import read

__all__ = ["goads", "speaks_as_legal_staff", "words_of_despair"]

_DESPAIR = re.compile(
    r"(?<!没有)(?<!没想)(?<!不会)(?<!从没)(?<!并不)(?:不想活|活不下去|活着没意思|活够了|想死|去死算了|自杀|轻生|寻短见|自尽|"
    r"结束(?:自己的)?生命|一死了之|一了百了|跳楼|跳河|割腕|遗书|不如死|死了算|撑不下去了|撑不住了|不想再醒)"
)
_GOADS = re.compile(
    r"去死(?!信|亡)|死给(?:我|他|她|你)|(?:怎么|为什么|为啥|咋)(?:还)?不(?:去)?死|早点死|死了(?:才|就)?(?:算了|干净|清净)|不如死|"
    r"(?:去|赶紧|赶快|直接|怎么(?:还)?不(?:去)?|要不)(?:跳楼|跳河|自杀|上吊|割腕|喝药|撞死|了断)"
)

_LEGAL_STAFF = re.compile("律师|律所|法务")
_OFFICE = re.compile("公安|警|派出所|刑侦|法院|法庭|检察|政府|司法|调解|仲裁|人民银行|监管")


def words_of_despair(text: str | None) -> bool:
    """Whether *text*, the user's own words, speaks of not wanting to live.  Errs on the side of asking gently."""
    return bool(text and _DESPAIR.search(text))


def goads(text: str | None) -> bool:
    """Whether *text*, a collector's words, tells somebody to die."""
    return bool(text and _GOADS.search(text))


def speaks_as_legal_staff(text: str | None) -> bool:
    """Whether who speaks in *text* says to be a lawyer or a lender's 法务, and no office of the state they may write about."""
    if not text or not _LEGAL_STAFF.search(text):
        return False
    hits = (hit for hit in read(text).labels if hit.label == "impersonate_authority")
    said = [text[start:end] for hit in hits for start, end in hit.spans] or [text]
    return all(_LEGAL_STAFF.search(one) and not _OFFICE.search(one) for one in said)
