"""What is told of a citation, in Chinese and in English: one function for each thing to say.

Titles of laws, subjects of articles and quoted words stay Chinese in the English sentences: they are what is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuijie.law.dates import LegalDate
from cuijie.law.locator import Locator
from cuijie.law.structure.amounts import Amount

__all__ = [
    "NOTHING",
    "Note",
    "authority_gone",
    "began_later",
    "belongs_to",
    "changed_words",
    "contrary",
    "draft",
    "draft_as_said",
    "gone_as_said",
    "has_exception",
    "label_en",
    "label_of",
    "lacks",
    "left_out",
    "new_number",
    "newer_than_held",
    "no_article",
    "no_part",
    "no_text",
    "no_text_of_year",
    "not_confirmed",
    "not_held",
    "nowhere_in",
    "old_number",
    "other_amount",
    "other_part",
    "quoted_from",
    "repealed",
    "repealed_outside",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One remark in both languages; empty where there is nothing to say."""

    zh: str = ""
    en: str = ""


NOTHING = Note()


def label_of(key: str) -> str:
    """第二百五十三条之一 for 253-1; empty for keys that name no place."""
    place = Locator.from_key(key)
    return place.label if place else ""


def label_en(key: str) -> str:
    """Article 253-1 for 253-1, Article 13(1)(2) for 13.1.2; empty for keys that name no place."""
    article, *parts = key.split(".")
    return f"Article {article}" + "".join(f"({part})" for part in parts) if Locator.from_key(key) else ""


def _day_en(day: LegalDate | None) -> str:
    return str(day) if day else ""


def _all_en(keys: Sequence[str]) -> str:
    return ", ".join(map(label_en, keys))


def _all_zh(keys: Sequence[str]) -> str:
    return "、".join(map(label_of, keys))


def repealed_outside(title: str, since: LegalDate, by: str | None) -> Note:
    """A law outside the library that is gone."""
    return Note(
        zh=f"《{title}》已于{since.words_zh}废止（{by or '被新文本取代'}）。",
        en=f"《{title}》 was repealed on {since}" + (f" ({by})." if by else ", replaced by a new text."),
    )


def gone_as_said() -> Note:
    """The text says itself that it is gone."""
    return Note(zh="文中说明了它已经废止。", en="The text itself says that it is repealed.")


def not_held(title: str) -> Note:
    """A law that the library does not hold."""
    return Note(zh=f"法律库没有收录《{title}》，没有核对。", en=f"《{title}》 is not in the library: not checked.")


def no_text_of_year(title: str, year: int) -> Note:
    """A version of a stated year that is not held."""
    return Note(
        zh=f"没有{year}年的《{title}》文本，没有核对。", en=f"The {year} text of 《{title}》 is not held: not checked."
    )


def newer_than_held(title: str, newest: int, stated: int) -> Note:
    """A version of a year after the newest one held."""
    return Note(
        zh=f"法律库里《{title}》最新的文本是{newest}年的，没有见过{stated}年的文本，没有核对。",
        en=f"The newest text of 《{title}》 in the library is of {newest}; none of {stated} is known: not checked.",
    )


def no_article(title: str, key: str, last: str = "", total: int | None = None) -> Note:
    """No such article; *last* is the last one where it lies beyond it, *total* how many there are where only that is known."""
    if total is not None:
        return Note(
            zh=f"《{title}》共{total}条，没有{label_of(key)}。",
            en=f"《{title}》 has {total} articles; there is no {label_en(key)}.",
        )
    if last:
        return Note(
            zh=f"《{title}》到{label_of(last)}为止，没有{label_of(key)}。",
            en=f"《{title}》 ends with {label_en(last)}; there is no {label_en(key)}.",
        )
    return Note(zh=f"《{title}》没有{label_of(key)}。", en=f"《{title}》 has no {label_en(key)}.")


def no_part(title: str, place: Locator, items: Sequence[int]) -> Note:
    """The article has no such paragraph or item; *items* are the numbers of items of its paragraphs."""
    article = place.article
    zh = "、".join(f"第{n}款{count}项" for n, count in enumerate(items, 1) if count)
    en = ", ".join(f"{count} items in paragraph {n}" for n, count in enumerate(items, 1) if count)
    return Note(
        zh=f"《{title}》{article.label}共{len(items)}款"
        + (f"（{zh}）" if zh else "，没有分项")
        + f"，没有{place.label.removeprefix(article.label)}。",
        en=f"{label_en(article.key)} of 《{title}》 has {len(items)} paragraph{'s' * (len(items) > 1)}"
        + (f" ({en})" if en else " and no items")
        + f"; there is no {place.label.removeprefix(article.label)}.",
    )


def draft(title: str) -> Note:
    """A draft cited as if it were law."""
    return Note(
        zh=f"《{title}》是草案，没有生效，不能作依据。",
        en=f"《{title}》 is a draft: not in force, and no ground for anything.",
    )


def draft_as_said() -> Note:
    """A draft, and the text says so."""
    return Note(zh="这是没有生效的草案，文中已说明。", en="A draft that is not in force, as the text says.")


def began_later(title: str, key: str, since: LegalDate) -> Note:
    """Cited for what happened before it was in force; *key* is empty where the whole law began then."""
    return Note(
        zh=f"《{title}》{label_of(key)}自{since.words_zh}起施行，文中所说的时候还没有生效。",
        en=f"{label_en(key) + ' of ' if key else ''}《{title}》 is in force since {since}, after the events of the text.",
    )


def repealed(title: str, since: LegalDate | None, successor: str) -> Note:
    """A law that is gone, with what replaced it."""
    return Note(
        zh=f"《{title}》自{since.words_zh if since else ''}起废止"
        + (f"，由《{successor}》取代。" if successor else "。"),
        en=f"《{title}》 was repealed on {_day_en(since)}"
        + (f" and replaced by 《{successor}》." if successor else "."),
    )


def old_number(key: str, since: LegalDate | None, now: Sequence[str]) -> Note:
    """A number of the older text."""
    return Note(
        zh=f"{since.words_zh if since else ''}起施行新文本，原{label_of(key)}"
        + (f"现为{_all_zh(now)}。" if now else "已经不是这个内容。"),
        en=f"A new text is in force since {_day_en(since)}; the former {label_en(key)} "
        + (f"is now {_all_en(now)}." if now else "no longer says this."),
    )


def new_number(key: str, since: LegalDate | None, then: Sequence[str]) -> Note:
    """A number of the newer text, cited for what happened before."""
    return Note(
        zh=f"{label_of(key)}是{since.words_zh if since else ''}起新文本的条号，事情发生时还没有施行"
        + (f"，当时为{_all_zh(then)}。" if then else "。"),
        en=f"{label_en(key)} is the number in the text in force since {_day_en(since)}, after the events"
        + (f"; then it was {_all_en(then)}." if then else "."),
    )


def nowhere_in(title: str, says: str) -> Note:
    """The whole law has nothing of the kind."""
    return Note(zh=f"《{title}》没有这样的规定：{says}。", en=f"《{title}》 nowhere provides this: {says}.")


def belongs_to(key: str, subject: str, others: Sequence[str], *, surely: bool) -> Note:
    """What is said is the matter of other articles of the same law."""
    zh = f"{label_of(key)}讲的是{_quoted(subject)}；文中所说"
    zh += f"是{_all_zh(others)}的内容。" if surely else f"像是{_all_zh(others)}的内容。"
    en = f"{label_en(key)} is about {_quoted_en(subject)}; what the text says is "
    return Note(zh=zh, en=en + ("" if surely else "more like ") + f"the matter of {_all_en(others)}.")


def left_out(words: Sequence[str]) -> Note:
    """A quotation without a condition on which all depends."""
    return Note(
        zh=f"引文漏了“{'”“'.join(words)}”，意思变了：少了这个条件就不能这样认定。",
        en=f"The quotation leaves out {', '.join(f'“{word}”' for word in words)}: without that condition it does not follow.",
    )


def quoted_from(owner: str, key: str) -> Note:
    """The words quoted are another article's."""
    return Note(
        zh=f"这段话是{label_of(owner)}的原文，不是{label_of(key)}的。",
        en=f"These are the words of {label_en(owner)}, not of {label_en(key)}.",
    )


def changed_words(key: str, strange: str) -> Note:
    """The words quoted are not the article's; *strange* are those that differ, empty where all are made up."""
    if strange:
        return Note(
            zh=f"引文与{label_of(key)}原文有出入：“{strange}”不是原文。",
            en=f"The quotation differs from {label_en(key)}: “{strange}” is not in it.",
        )
    return Note(
        zh=f"{label_of(key)}没有这段话，引文不是原文。",
        en=f"{label_en(key)} has no such words: the quotation is not its text.",
    )


def differs_by(key: str, changed: Sequence[tuple[str, str]]) -> Note:
    """What the quotation has and what the text at hand has instead (word pairs; "" for nothing)."""
    zh = "；".join(
        f"文中“{quoted}”，原文{f'“{real}”' if real else '没有这几个字'}" for quoted, real in changed[:_MOST_PAIRS]
    )
    en = "; ".join(
        f"“{quoted}” where the text has {f'“{real}”' if real else 'nothing'}" for quoted, real in changed[:_MOST_PAIRS]
    )
    return Note(zh=f"引文与{label_of(key)}原文有出入：{zh}。", en=f"The quotation differs from {label_en(key)}: {en}.")


def lacks(key: str, subject: str | None, says: str, homes: Sequence[tuple[str, str]]) -> Note:
    """The article lacks what is known to stand at *homes* (short title and key of each); *subject* None: not known."""
    zh_homes = "、".join(f"《{short}》{label_of(home)}" for short, home in homes)
    en_homes = ", ".join(f"《{short}》 {label_en(home)}".strip() for short, home in homes)
    about = "" if subject is None else f"讲的是{_quoted(subject)}，"
    about_en = "" if subject is None else f"is about {_quoted_en(subject)} and "
    return Note(
        zh=f"{label_of(key)}{about}没有“{says}”；应引{zh_homes}。",
        en=f"{label_en(key)} {about_en}does not provide “{says}”; cite {en_homes}.",
    )


def other_amount(key: str, written: str, held: Sequence[Amount], part: str, *, misplaced: bool = False) -> Note:
    """A number that is not the provision's; *held* are its numbers of that kind, *part* has the one said.

    *misplaced*: it is the provision's for another case, and *held* are those for the one told.
    """
    if misplaced:
        return Note(
            zh=f"{label_of(key)}对文中所说的情形写的是{'、'.join(map(_amount_zh, held))}，“{written}”说的是另一种情形，请看原文。",
            en=f"For what is told {label_en(key)} says {', '.join(map(_amount_en, held))}; “{written}” is of another case.",
        )
    zh = f"{label_of(key)}没有“{written}”，写的是{'、'.join(map(_amount_zh, held))}"
    en = f"{label_en(key)} does not say “{written}” but {', '.join(map(_amount_en, held))}"
    return Note(
        zh=zh + (f"；“{written}”在{label_of(part)}。" if part else "。"),
        en=en + (f"; “{written}” stands in {label_en(part)}." if part else "."),
    )


def has_exception(key: str, absolute: str) -> Note:
    """A rule told as absolute that has an exception."""
    return Note(
        zh=f"{label_of(key)}有例外（但书），并不是“{absolute}”。",
        en=f"{label_en(key)} has an exception: it does not say “{absolute}” (without exception).",
    )


def opposed(key: str, kind: str, words: str) -> Note:
    """What is said is the opposite of the article, or a penalty or number that it has not."""
    if kind == "needed":
        return Note(
            zh=f"{label_of(key)}的要求正相反，并没有“{words}”。",
            en=f"{label_en(key)} asks for just the opposite of “{words}”.",
        )
    what, what_en = ("处罚", "penalty") if kind == "penalty" else ("期限或者比例", "term or share")
    return Note(
        zh=f"{label_of(key)}没有“{words}”这样的{what}。",
        en=f"{label_en(key)} has no such {what_en} as “{words}”.",
    )


def contrary(key: str, words: str, *, zh: str, en: str) -> Note:
    """A particular of what is said (named *zh*, *en*) is not the article's."""
    return Note(
        zh=f"{label_of(key)}写的不是“{words}”（{zh}不同），请看原文。",
        en=f"{label_en(key)} does not have it as “{words}” ({en}); look at the text.",
    )


def other_part(key: str, part: str) -> Note:
    """What is said stands in another paragraph or item of the article."""
    return Note(
        zh=f"文中所说像是{label_of(part)}的内容，不是{label_of(key)}的。",
        en=f"What the text says is more like {label_en(part)} than {label_en(key)}.",
    )


_MOST_PAIRS = 3
_KINDS = {
    "hours": ("小时", "hours"),
    "days": ("日", "days"),
    "months": ("个月", "months"),
    "age": ("周岁", "years of age"),
    "yuan": ("元", "yuan"),
    "times": ("倍", "times"),
    "percent": ("%", "%"),
    "occasions": ("次", "times over"),
    "records": ("条", "items"),
}


def _amount_zh(amount: Amount) -> str:
    if amount.kind == "months" and amount.value % 12 == 0:
        return f"{amount.value // 12:g}年"
    if amount.kind == "yuan" and amount.value % 10_000 == 0 and amount.value:
        return f"{amount.value // 10_000:g}万元"
    return f"{amount.value:g}{_KINDS[amount.kind][0]}"


def _amount_en(amount: Amount) -> str:
    if amount.kind == "months" and amount.value % 12 == 0:
        return _counted(amount.value // 12, "years")
    return _counted(amount.value, _KINDS[amount.kind][1])


def _counted(number: float, things: str) -> str:
    return f"{number:,.10g} {things.removesuffix('s') if number == 1 else things}"


def no_text(title: str, key: str) -> Note:
    """An article of a law whose text was never read."""
    return Note(
        zh=f"没有《{title}》的全文，{label_of(key)}没有核对。",
        en=f"The full text of 《{title}》 is not held: {label_en(key) or 'it'} was not checked.",
    )


def not_confirmed(key: str, subject: str) -> Note:
    """The article exists, but what is said of it could neither be found in it nor refuted."""
    return Note(
        zh=f"未能核对文中所说是否{label_of(key)}的内容"
        + (f"（该条讲的是“{subject}”）" if subject else "")
        + "，请看原文。",
        en=f"Could not confirm that {label_en(key)} says this"
        + (f" (it is about “{subject}”)" if subject else "")
        + "; please read the text.",
    )


def authority_gone(name: str, year: int, successors: Sequence[str], *, micro: bool, seen: bool) -> Note:
    """A body that is gone; *micro*: the text is about lenders that provinces supervise; *seen*: in an official text."""
    zh, en = f"“{name}”自{year}年起已不存在", f"“{name}” no longer exists since {year}"
    if successors:
        zh += f"，职责由{'、'.join(successors)}承接"
        en += f"; its duties went to {', '.join(successors)}"
    zh, en = (zh + "。", en + ".") if seen else (zh + "（据二手资料）。", en + " (from secondary sources).")
    if micro:
        zh += "小额贷款公司等地方金融组织的投诉找省级地方金融管理机构。"
        en += " For microloan companies and the like, turn to the province's local financial authority."
    return Note(zh=zh, en=en)


def _quoted(subject: str) -> str:
    return f"“{subject}”" if subject else "别的事"


def _quoted_en(subject: str) -> str:
    return f"“{subject}”" if subject else "something else"
