"""What an act changed in the findings, in one calm line."""

from __future__ import annotations

from collections import Counter

from cuijie.assessment import Assessment
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts.timeline import DEGREES
from cuijie.desk.findings import rule_titles
from cuijie.records import Finding

__all__ = ["what_changed"]

_NAMED = 3


def what_changed(place: OpenCase, before: Assessment, *, zh: str = "记下了。", en: str = "Noted.") -> Words:
    """What the act just done changed; where the assessment takes longer, that it was done, and the change later."""
    view = place.view()
    if view.is_current:
        return _change_words(before, view.assessment, zh=zh, en=en)
    place.tell_when_current(lambda after: _change_words(before, after, zh=zh, en=en))
    return Words(f"{zh}正在按它重新核对，好了会在这里说。", f"{en} Checking again; the result will be said here.")


def _change_words(before: Assessment, after: Assessment, *, zh: str = "记下了。", en: str = "Noted.") -> Words:
    """What *after* says more, less or more surely than *before*; begins with the given words."""
    had, has = _by_rule(before), _by_rule(after)
    more = [rule for rule in has if len(has[rule]) > len(had.get(rule, []))]
    gone = [rule for rule in had if len(had[rule]) > len(has.get(rule, []))]
    stayed = [rule for rule in has if len(has[rule]) == len(had.get(rule, []))]
    grown = [rule for rule in stayed if _contacts(has[rule]) != _contacts(had[rule])]
    firmer = [rule for rule in stayed if _degree(has[rule]) < _degree(had[rule])]
    zh_parts, en_parts = [], []
    for rules, zh_word, en_word in (
        (more, "多了 {} 项发现", "{} more findings"),
        (gone, "少了 {} 项发现", "{} findings fewer"),
        (grown, "{} 项发现里的联系有变化", "{} findings name other contacts"),
        (firmer, "{} 项更确定了", "{} are more certain"),
    ):
        if rules:
            names = [rule_titles()[rule] for rule in rules[:_NAMED] if rule in rule_titles()]
            etc = "等" if len(rules) > _NAMED else ""
            zh_parts.append(f"{zh_word.format(len(rules))}（{'、'.join(name.zh for name in names)}{etc}）")
            en_parts.append(f"{en_word.format(len(rules))} ({', '.join(name.en for name in names)})")
    if not zh_parts:
        return Words(f"{zh}发现没有变化。", f"{en} The findings are as before.")
    told = "，".join(zh_parts)
    return Words(f"{zh}因此{' ' if told[0].isdigit() else ''}{told}。", f"{en} {'; '.join(en_parts)}.")


def _by_rule(assessment: Assessment) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def _contacts(findings: list[Finding]) -> Counter[str]:
    return Counter(contact for finding in findings for contact in finding.contacts)


def _degree(findings: list[Finding]) -> int:
    return min(DEGREES.index(finding.certainty) for finding in findings)
