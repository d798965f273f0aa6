"""Legal terms that exclude one another (单独同意, 书面同意 …), who acts, and in what manner: facts that an article fixes.

The structure files hold which of them each paragraph has; ``terms.yaml`` is the vocabulary, for the words of laws and for
those of people.  A statement about an article can so be held against it on any machine, without its words.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_rows

__all__ = [
    "Actor",
    "Group",
    "TermFound",
    "actor_in",
    "actors_said",
    "find_terms",
    "groups",
    "polar_said",
    "terms_of_law",
]

_FILE = Path(__file__).parent / "terms.yaml"
_NOBODY = re.compile("(?!)")  # matches nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a group: how laws write it, and how people say it.

    ``acts``: these words say themselves that a body acts; ``within``: the wider term of the group that it is a kind of.
    """

    name: str
    law: re.Pattern[str]
    said: re.Pattern[str]
    acts: bool
    within: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Terms of which one excludes the others.

    ``each``: every one said must be in the article, else it is enough that one of those said is; ``alone``: one said must be there
    even where the article has none of the group; ``offices``: they are bodies, told of only where they act; ``denied``: each has
    two codes, does.applies.yes and does.applies.no.
    """

    name: str
    zh: str
    en: str
    each: bool
    alone: bool
    offices: bool
    denied: bool
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFound:
    """A term said, and where."""

    group: Group
    name: str
    within: str
    start: int
    end: int
    written: str

    @property
    def code(self) -> str:
        """As the structure files name it: consent.single."""
        return f"{self.group.name}.{self.name}"

    @property
    def wider(self) -> str:
        """The code of the wider term that this is a kind of: consent.plain; consent. where there is none."""
        return f"{self.group.name}.{self.within}"


@cache
def groups() -> tuple[Group, ...]:
    """The vocabulary.  Raises DataFileError."""
    return tuple(map(_group, load_rows(_FILE)))


def _group(row: Lines) -> Group:
    terms = row.table("terms")
    return Group(
        name=row.text("group"),
        zh=row.text("zh"),
        en=row.text("en"),
        each=row.flag("each"),
        alone=row.flag("alone"),
        offices=row.flag("offices"),
        denied=row.flag("denied"),
        terms=tuple(_term(name, terms.table(name)) for name in terms),
    )


def _term(name: str, words: Lines) -> Term:
    law = words.pattern("law") if "law" in words else _NOBODY
    return Term(
        name=name,
        law=law,
        said=words.pattern("said") if "said" in words else law,
        acts=words.flag("acts"),
        within=words.text("within") if "within" in words else "",
    )


_MODALS = {
    "duty": "应当|必须|有义务|有责任|须|应(?![对付急用允诺答邀聘])|负责(?!人)|得(?=经|向)",
    "ban": "不得|(?<!的)禁止|不准|严禁|不能|无权|不可以?",
    "may": "可以|有权|(?<![许认即])可(?![能否以靠行])|能够",
}
_PEOPLE, _FIRMS, _STATE = "people", "firms", "state"
_ACTORS_OF_LAW = {
    _PEOPLE: "个人(?!信息)|自然人|消费者(?!组织|协会|委员会|信息)|用户|信息主体|被侵权人|受害人|债务人|借款人|持卡人|公民|义务人|被执行人|保证人|当事人|申请人",
    _FIRMS: "处理者|经营者|运营者|提供者|公司|征信机构|金融机构|银行|企业|贷款人|出借人|债权人|受托人|权利人|用人单位|接收方|受让人",
    _STATE: "法院|执行员|审判员|法官|公安机关|部门|监督管理机构|行政机关|检察院|人民警察|复议机[关构]|仲裁机构",
}
_SAID_TOO = {
    _PEOPLE: "欠款人|客户",
    _FIRMS: "平台|商家|催收[员方]|我[司行方]|本公司",
    _STATE: "公安|警方|派出所|网信办|监管机构|民警|警察",
}


def _any_of(words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in words.items()))


_OF_LAW, _MODAL = _any_of(_ACTORS_OF_LAW), _any_of(_MODALS)
_SAID = _any_of({who: f"{words}|{_SAID_TOO[who]}" for who, words in _ACTORS_OF_LAW.items()})
_SENTENCE = re.compile(r"[^。；：\n]+")
_FARTHEST = 12  # characters between those who act and the word that says how, in what people say


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is said to have to, to be free to, or not to be allowed to do something."""

    who: str
    how: str
    name: str
    written: str

    @property
    def code(self) -> str:
        """As the structure files name it: who.firms.duty."""
        return f"who.{self.who}.{self.how}"


def actors_said(words: str) -> Iterator[Actor]:
    """Those who act in what people say, where they are named in the same clause."""
    for modal in _MODAL.finditer(words):
        start = max(words.rfind(sign, 0, modal.start()) for sign in "，。；：、") + 1
        actor = _last(_SAID, words[start : modal.start()])
        if actor and _near(words[start + actor.end() : modal.start()]):
            written = words[start + actor.start() : modal.end()]
            yield Actor(who=_name(actor), how=_name(modal), name=actor[0], written=written)


def terms_of_law(text: str) -> list[str]:
    """The codes of all that the words of a law have; who.any.duty where it is not told who must."""
    codes = {
        f"{group.name}.{term.name}"
        for group in groups()
        for term in group.terms
        if not group.denied and term.law.search(text) and term.law != _NOBODY
    }
    for group in groups():
        for term in group.terms if group.denied else ():
            codes |= {_polar(group, term, text[: match.start()], _NOT) for match in term.law.finditer(text)}
    for sentence in _SENTENCE.findall(text):
        for modal in _MODAL.finditer(sentence):
            actor = _last(_OF_LAW, sentence[: modal.start()])
            if actor:
                codes.add(f"who.{_name(actor)}.{_name(modal)}")
            if actor is None or "，" in sentence[actor.end() : modal.start()]:  # it may be of another who is not known
                codes.add(f"who.any.{_name(modal)}")
    return sorted(codes)


def actor_in(clause: str, *, said: bool) -> str:
    """Who acts in a clause up to its modal word: people, firms or state; "" where nobody known does."""
    actor = _last(_SAID if said else _OF_LAW, clause)
    return _name(actor) if actor and _near(clause[actor.end() :]) else ""


def _near(between: str) -> bool:
    """Whether what stands between who acts and how leaves them tied: not 公安不履行的可以起诉."""
    return len(between) <= _FARTHEST and "的" not in between


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    return next(iter(deque(pattern.finditer(words), maxlen=1)), None)


def _name(match: re.Match[str]) -> str:
    return next(name for name, words in match.groupdict().items() if words is not None)


_NOT = re.compile(r"(?:不(?!服|履|同)|未|没有|无须|无需|无权|免|禁止|拒绝)[^，。；的可应会]{0,5}$")


_NOT_SAID = re.compile(
    r"(?:不(?!服|履|同|足)(?:会|能|可以?|得|应当?|再|用|需要?)?|未|没有|无须|无需|无权|免|禁止|(?<!被)拒绝(?!的|以?后|之后)|别)(?:予以?)?(?:列入|纳入|归入|属于|列为|视为|作为)?"
    r"(?:(?!直接|列入|纳入|归入|属于|列为|视为|作为|[就而便即])[^，。；的可应会]){0,5}$"  # 不予答复列入复议范围 affirms
)


def _polar(group: Group, term: Term, before: str, denied: re.Pattern[str]) -> str:
    """The code of a term that stands behind the words *before*, affirmed or *denied* by them."""
    return f"{group.name}.{term.name}.{'no' if denied.search(before) else 'yes'}"


def polar_said(words: str) -> Iterator[tuple[str, Group, str]]:
    """What people say is done or is not: the code, its group, the words."""
    for group in groups():
        for term in group.terms if group.denied else ():
            for match in term.said.finditer(words):
                yield (
                    _polar(group, term, words[: match.start()], _NOT_SAID),
                    group,
                    words[max(0, match.start() - 4) : match.end()],
                )


_DENIED = re.compile(
    r"(?:不是|并非|而非|不属于|不能|没有|无需|无须|不必|不用|并不|不等于|不(?!良|动产|可抗|正当|当得|法)|非(?!法|银行|金钱))[^，。；]{0,6}$"
)
_ACTS_BEFORE = re.compile(r"(?:由|经|应|向|报|找|去|到|让|请求?|申请)[^，。；、向由]{0,8}$")
_ACTS_AFTER = re.compile(
    r"(?:[^，。；、]{0,4}?(?:可以?|应当?|有权|必须|不得|负责|批准|决定|责令|处以?|作出|受理|依职权|将|罚|拘(?!留所))|报[告案备]|投诉|举报|申请|起诉)"
)


def find_terms(words: str) -> Iterator[TermFound]:
    """The terms that people's *words* say and do not deny, and the bodies that are said to act."""
    for group in groups():
        for term in group.terms if not group.denied else ():
            for match in term.said.finditer(words):
                if _DENIED.search(words[: match.start()]):
                    continue
                if (
                    group.offices
                    and not term.acts
                    and not (_ACTS_BEFORE.search(words[: match.start()]) or _ACTS_AFTER.match(words, match.end()))
                ):
                    continue
                yield TermFound(
                    group=group,
                    name=term.name,
                    within=term.within,
                    start=match.start(),
                    end=match.end(),
                    written=match[0],
                )
