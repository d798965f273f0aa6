"""What is told of an instrument whose number, issuer or dates a text states wrongly, in Chinese and in English."""

from __future__ import annotations

from cuijie.law.citations.notes import Note, label_en, label_of
from cuijie.law.dates import LegalDate

__all__ = [
    "asks_for_more",
    "began_otherwise",
    "departs_at",
    "in_the_articles_words",
    "issued_by",
    "no_such_law",
    "number_of_another",
    "only_commences",
    "other_number",
    "passed_otherwise",
    "refuted_as_said",
    "right_when_written",
    "second_hand",
    "word_exchanged",
]


def second_hand(note: Note) -> Note:
    """The same, where what we hold stands in secondary sources and was not seen in the text itself."""
    return Note(
        zh=f"{note.zh}（这一项据二手资料，请再看原文。）",
        en=f"{note.en} (Ours is from secondary sources; look at the text itself.)",
    )


def departs_at(key: str, before: str, words: str, after: str) -> Note:
    """A quotation with *words* that are not the article's, or that leaves some out, between its own (none at an end)."""
    if before and after:
        zh, en = f"“{words}”不是原文", f"“{words}” is not in it"
        if not words:
            zh, en = f"“{before}”与“{after}”之间漏了字", f"something is left out between “{before}” and “{after}”"
    else:
        zh, en = f"“{words}”这里与原文不同", f"the text does not have “{words}” here"
    return Note(zh=f"引文与{label_of(key)}原文有出入：{zh}。", en=f"The quotation differs from {label_en(key)}: {en}.")


def began_otherwise(title: str, since: LegalDate) -> Note:
    """Said to be in force since another day than it is."""
    return Note(zh=f"《{title}》自{since.words_zh}起施行。", en=f"《{title}》 is in force since {since}.")


def passed_otherwise(title: str, day: LegalDate) -> Note:
    """Said to be passed or published on another day than it was."""
    return Note(zh=f"《{title}》是{day.words_zh}通过并公布的。", en=f"《{title}》 was passed and published on {day}.")


def number_of_another(stated: str, title: str, own: str) -> Note:
    """A document number that belongs to another instrument."""
    return Note(
        zh=f"{stated}是《{title}》的文号，这里的是{own}。",
        en=f"{stated} is the number of 《{title}》; this one's is {own}.",
    )


def other_number(stated: str, own: str) -> Note:
    """A document number that is not the instrument's."""
    return Note(zh=f"文号不是{stated}，是{own}。", en=f"The document number is not {stated} but {own}.")


def issued_by(title: str, issuer: str, stated: str) -> Note:
    """Said to be issued by a body that did not issue it."""
    return Note(
        zh=f"《{title}》的制定机关是{issuer}，不是{stated}。",
        en=f"《{title}》 was issued by {issuer}, not by {stated}.",
    )


def right_when_written(bears: LegalDate, now: Note) -> Note:
    """Right by the law of the day or month that the text bears, and what has changed since."""
    day = f"{bears.first.day}日" if bears.first == bears.last else ""
    return Note(
        zh=f"按文中所署的{bears.first.year}年{bears.first.month}月{day}判断，当时是对的；现在：{now.zh}",
        en=f"Right on {bears}, the date the text bears; by now: {now.en}",
    )


def in_the_articles_words(now: Note) -> Note:
    """An article named in the words of another that is quoted: as it was numbered when those were written."""
    return Note(
        zh=f"这是前面所引条文自己的话，条号是它制定时的。{now.zh}",
        en=f"These are the words of the article quoted, with the number of its day. {now.en}",
    )


def word_exchanged(key: str, written: str, held: str) -> Note:
    """The article's own words, but for one that stands there for another."""
    return Note(
        zh=f"{label_of(key)}此处是“{held}”，不是“{written}”。",
        en=f"{label_en(key)} has “{held}” here, not “{written}”.",
    )


def asks_for_more(key: str, written: str, element: str) -> Note:
    """One act is told as enough, where the article asks for more."""
    return Note(
        zh=f"{label_of(key)}还要“{element}”等，不是“{written}”。",
        en=f"{label_en(key)} also asks for “{element}” or the like: not “{written}”.",
    )


def no_such_law(title: str) -> Note:
    """A title that no national law, regulation, rule or interpretation we know of bears."""
    return Note(
        zh=f"没有查到名叫《{title}》的国家法律、法规、规章或者司法解释，引用前请核对。",
        en=f"We found no national law, regulation, rule or judicial interpretation named 《{title}》: check before citing it.",
    )


def refuted_as_said(what: Note) -> Note:
    """The text itself calls the citation wrong; *what* is wrong of it."""
    return Note(zh=f"文中自己指出这样引用不对：{what.zh}", en=f"The text itself calls this citation wrong: {what.en}")


def only_commences(key: str) -> Note:
    """An article on the day from which the law applies, cited for something else."""
    return Note(
        zh=f"{label_of(key)}只规定从哪一天起施行（废止哪些法），没有文中所说的内容。",
        en=f"{label_en(key)} only sets the day from which the law applies (and what it repeals): not what the text says.",
    )
