"""Finds every legal citation in a text: names, articles, references back (该法, 前款), document numbers."""

from __future__ import annotations

import re
from dataclasses import replace

from cuijie.law.citations.finding.articles import BARE, Reference, read_references
from cuijie.law.citations.finding.english import with_english
from cuijie.law.citations.finding.inferring import AMENDMENT, MOST_OF_AN_AMENDMENT, has, meant, numbers_evidence
from cuijie.law.citations.finding.lexicon import Lexicon, Named
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.naming import NameFound, names_in
from cuijie.law.citations.finding.view import View
from cuijie.law.locator import Locator

__all__ = ["read_mentions"]


_CONNECT = re.compile(
    r"[》〕”」]?(?:（[^（）\n]{0,60}(?:（[^（）]{0,30}）)?[^（）\n]{0,40}）){0,3}(?:的|中|之|里|之中)?"
    r"(?:[总物合人婚继侵][\u4e00-\u9fff]{1,4}编|总则|分则|附则)?(?:第[零一二三四五六七八九十百0-9]+(?:分编|编|章|节)(?:[《“]?[\u4e00-\u9fff、]{0,14}?[》”]?))*(?:的|中|之|里)?[：，]?(?:关于[\u4e00-\u9fff]{2,14}的)?"
)
_YEAR = re.compile(r"》?（((?:19|20)\d{2})年?[^（）\d]{0,8}(?:修[正订改]|文本|版)[^（）]{0,6}）")
_STATES = re.compile(r"[》”]?(?:也|均|都|已|还|同样)?(?:明确)?(?:规定|要求|明确|禁止|指出|严禁|里|中|上)")

_TYPED = re.compile(
    r"《?(?P<word>该|本|同一?[个部份]?|此|上述|前述|前引|上引|[这那]一?[部个份]?|[前上]面[那这][个部份]|新|现行)?(?P<type>司法解释|法典|法律|法|条例|办法|规定|解释|规则|通知|意见|指引|公约|国标|标准|决定|批复)》?"
    r"(?:的|中|之)?(?=第[零一二三四五六七八九十百千0-9]+条|[0-9]+条)"
)
_SAME_ARTICLE = re.compile(
    r"(?:(?:[这那]一?|同一)条的?(?=第)|(?:该|同一?|此|上述|前述|上引|本)条(?:文|款(?=(?:还|也|并)?(?:明确|明文)?规定))?)(?P<place>第?（?[零一二三四五六七八九十0-9]+）?[款项](?:第?（?[零一二三四五六七八九十0-9]+）?项)?)?"
)
# 该指引严禁……, 违反该国家标准的……: rules whose articles are not cited by number
_SAME_INSTRUMENT = re.compile(r"该(?P<type>指引|公约|(?:国家)?标准|国标)(?=规定|要求|严禁|禁止|明确|还|也|(?<=标准)的)")
_SPOKEN_OF = re.compile(
    r"规定|明确|还|也|并|要求|禁止|(?:开头|[前后][半一]?[句段]|但书)?[即就已亦]?(?:写明|写着|写道|载明|写的)"
)
_SAME_PARAGRAPH = re.compile(
    r"(?:该|同|本)款(?P<item>第?（?[零一二三四五六七八九十0-9]+）?项)|(?:前|上|该|同)款(?=规定|所|的|第|，|之)|[该同本]款(?=“)|(?:前|上)条(?=规定|所|的|之)"
)
_ONLY_PART = re.compile(
    r"(?:其中的?|其|同时|以及|特别是|尤其是|，|。|；|、|（|和|与|及|[走依按看见])(?=(?P<part>第（?[零一二三四五六七八九十0-9]+）?[款项](?:第?（?[零一二三四五六七八九十0-9]+）?项)?))"
)
_OF_A_JUDGMENT = re.compile(r"判令|判决|判项|驳回|请求|诉请|改判|撤销")  # 第三项判令……
_SAME_RULES = re.compile(r"(?:上述|前述|以上)(?:法律)?(?:规定|条款|法条|条文)")
# the articles of a law whose name is not known are nobody else's
_UNKNOWN_LAW = re.compile(
    r"[\u4e00-\u9fff]{2,}(?<![该本同此的述])(?:法|条例|办法|规定|规则|修正案|解释|细则|意见|通知|决定|标准|规范|指引)(?:（[^）]{0,12}）)?$"
)
_BEHIND = re.compile(r"（(?:见|参见|依据|出自)?")
# 两高2013年解释第二条 is no article of the law named before it
_INTERPRETATION_OF_A_YEAR = re.compile(r"(?:19|20)\d{2}年(?:的|那[个部份])?(?:司法)?解释$")
_CONTRACT = re.compile(
    r"(?:合同|协议|章程|承诺书|须知|(?:规章|管理|考勤|公司|内部|单位|员工|财务|保密|奖惩|催收|行内|平台)制度|通知书|计划|方案|规约|判决|手册|条款|借据|授权书|说明书|契约|约定|规章)(?:书)?》?(?:（[^）]*）)?[”」]?(?:中|的|之|里)?(?:约定的?)?$"
)
_QUOTES, _STOPS = re.compile(r"[“”「」『』]"), re.compile(r"[。！？\n]")
_SUM = re.compile(r"(?:额|息|金|费|价|款|数|号码?|电话|密码|编号)是$")
_REACH = 400
_OWN_FIRST = re.compile(
    r"(?:^|\n)#*第[一1]条(?![、，和及与的规之款第]).*\n(?s:.{0,4000}?\n)#*第[二2]条(?![、，和及与的规之款第])"
)


class _Reading:
    """One pass over the view: mentions in order, with what was named last."""

    def __init__(self, view: View, lexicon: Lexicon) -> None:
        self.view, self.text, self.lexicon = view, view.text, lexicon
        self.mentions: list[Mention] = []
        self.group = 0
        self.last: NameFound | None = None
        self.used_to = 0
        self.named_at: dict[int, Named | None] = {}
        # a contract or a law has articles of its own: its 第…条, 前款 and 本法 are no citations
        self.own_articles = bool(_OWN_FIRST.search(self.text))
        self.contract_cited = any(
            _CONTRACT.search(self.text[max(0, m.start() - 14) : m.start()]) for m in BARE.finditer(self.text)
        )

    def run(self) -> list[Mention]:
        names = names_in(self.view, self.lexicon)
        self.named_at = {name.start: name.named for name in names}
        events: list[tuple[int, int, object]] = [(name.start, 0, name) for name in names]
        for order, pattern in enumerate(
            (_TYPED, _SAME_ARTICLE, _SAME_PARAGRAPH, _SAME_RULES, BARE, _ONLY_PART, _SAME_INSTRUMENT), 1
        ):
            events += [(match.start(), order, match) for match in pattern.finditer(self.text)]
        steps = (
            self._typed,
            self._same_article,
            self._same_paragraph,
            self._same_rules,
            self._bare,
            self._only_part,
            self._same_instrument,
        )
        for start, order, event in sorted(events, key=lambda e: (e[0], e[1])):
            if start < self.used_to:
                continue
            if isinstance(event, NameFound):
                self._name(event)
            elif isinstance(event, re.Match):
                steps[order - 1](event)
        return with_english(self.text, names, self.mentions)

    def _name(self, name: NameFound) -> None:
        if name.named is None:
            self.last, self.used_to = name, name.end
            return
        named = name.named
        if (stated := _YEAR.match(self.text, name.end)) and named.year is None:
            named = replace(named, year=int(stated[1]))
            name = replace(name, named=named)
        connected = _CONNECT.match(self.text, name.end)
        at = connected.end() if connected else name.end
        references = read_references(self.text, at) or read_references(self.text, name.end)
        if name.by_number and self._completes(name):
            self.used_to = name.end
            return
        if references:
            self._add(name.start, references, named, bracketed=name.bracketed, by_number=name.by_number)
        elif not name.vague or self._is_spoken_of(name, named):
            self._single(name)
        else:
            return
        self.last = name

    def _is_spoken_of(self, name: NameFound, named: Named) -> bool:
        """Whether a vague name (国标规定……) means the law without an article; 治安上 never does."""
        if not named.versions or self.text[name.start : name.end] == "治安":
            return False
        return bool(_STATES.match(self.text, name.end)) and self._about_collection()

    def _completes(self, name: NameFound) -> bool:
        """Whether a document number only repeats the law named right before it: 《…》（法释〔2020〕17号）."""
        held = self.mentions[-1] if self.mentions else None
        if held is None or name.named is None:
            return False
        between = self.text[held.end : name.start]
        near = len(between) <= 14 and re.fullmatch(r"（?[^。；\n《》]*", between) and "（" in between
        return bool(near) and (not name.named.gone_since) and held.place is None

    def _about_collection(self) -> bool:
        return any(word in self.text for word in ("催收", "贷", "欠款", "债务"))

    def _single(self, name: NameFound) -> None:
        if name.named is None:
            return
        self.group += 1
        self.mentions.append(
            Mention(
                start=name.start,
                end=name.end,
                named=name.named,
                place=None,
                group=self.group,
                bracketed=name.bracketed,
                by_number=name.by_number,
            )
        )
        self.used_to = name.end

    def _add(
        self,
        start: int,
        references: tuple[Reference, ...],
        named: Named,
        *,
        back: bool = False,
        inferred: bool = False,
        heads_line: bool = False,
        bracketed: bool = False,
        by_number: bool = False,
        beside: bool = False,
    ) -> None:
        self.group += 1
        for index, reference in enumerate(references):
            self.mentions.append(
                Mention(
                    start=start if index == 0 else reference.start,
                    end=reference.end,
                    named=named,
                    place=reference.place,
                    group=self.group,
                    refers_back=back,
                    inferred=inferred,
                    heads_line=heads_line,
                    bracketed=bracketed,
                    by_number=by_number,
                    beside=beside,
                )
            )
        self.used_to = max(m.end for m in self.mentions[-len(references) :])

    def _antecedent(self, kind: str | None, at: int) -> Named | None:
        """The law that 该法, 该条例 … speak of: the last one named whose title ends so."""
        for mention in reversed(self.mentions):
            title = mention.named.title
            if (
                kind in (None, "法律")
                or title.endswith(kind or "")
                or (kind in ("解释", "司法解释") and ".interp-" in str(mention.named.versions))
                or (kind == "国标" and "45251" in str(mention.named.versions))
            ):
                return mention.named
            if kind == "法" and title.endswith("法典"):
                return mention.named
            if (
                kind in ("规定", "解释", "标准", "公约", "指引", "办法", "意见")
                and kind in re.sub(r"（[^）]*）", "", title)[-8:]
            ):
                return mention.named
        return None

    def _typed(self, match: re.Match[str]) -> None:
        word, bracketed = match["word"], match[0].startswith("《")
        if not word and not bracketed:
            if match["type"] in ("法", "法典"):
                self._old_law(match)
                return
            before = self.text[match.start() - 1 : match.start()]
            if not re.match(r"[\W_]|据|照|按|反|了|合|和|及|与|$", before):
                return
        named = self._antecedent(match["type"], match.start())
        references = read_references(self.text, match.end())
        if word == "本" and self.own_articles and not _in_quote(self.text, match.start()):
            named = None
        if named is not None and references:
            last = next(m.end for m in reversed(self.mentions) if m.named is named)
            self._add(match.start(), references, named, back=True)
            if not word and match["type"].endswith("解释") and "\n" in self.text[last : match.start()]:
                # 司法解释第五条 a paragraph after another interpretation may well be of a third one
                self.mentions[-len(references) :] = [replace(m, loose=True) for m in self.mentions[-len(references) :]]
        elif references:
            self.used_to = references[-1].end

    def _old_law(self, match: re.Match[str]) -> None:
        """旧法第四十二条: of the law named last of which there are several texts."""
        references = read_references(self.text, match.end())
        named = next((m.named for m in reversed(self.mentions) if len(m.named.versions) > 1), None)
        if named and references and self.text.startswith(("旧", "老"), match.start() - 1):
            self._add(references[0].start, references, named, back=True, inferred=True)

    def _same_instrument(self, match: re.Match[str]) -> None:
        kind = "国标" if "标" in match["type"] else match["type"]
        held = next((one for one in reversed(self.mentions) if one.named.title), None)
        if held and self._antecedent(kind, match.start()) is held.named and match.start() - held.end <= _REACH:
            self._again(match, replace(held, place=None), None)

    def _same_article(self, match: re.Match[str]) -> None:
        held = self._last_article()
        if held is None or held.place is None or match.start() - held.end > _REACH:
            return
        place = held.place
        if match["place"]:  # 该条第（二）项 is an item of the article, whatever paragraph was cited before
            part = self._part_of(Locator(article=place.article), match["place"])
            if part is None:
                return
            place = part
        elif match[0] == "本条" or not (
            _SPOKEN_OF.match(self.text, match.end()) or _in_brackets(self.text, match.start(), match.end())
        ):
            return
        else:
            place = Locator(article=place.article)
        self._again(match, held, place)

    def _same_paragraph(self, match: re.Match[str]) -> None:
        held = None if self.own_articles else self._last_article()
        if held and held.place and match.start() - held.end <= _REACH and not _in_quote(self.text, match.start()):
            place = Locator(article=held.place.article, paragraph=held.place.paragraph)
            if match["item"]:
                self._again(match, held, self._part_of(place, match["item"]) or place)
            else:
                self._again(match, held, place, loose=match[0][0] in "前上")

    def _same_rules(self, match: re.Match[str]) -> None:
        held = self._last_article()
        if held and held.place and match.start() - held.end <= _REACH and not _in_quote(self.text, match.start()):
            self._again(match, held, held.place, loose=True)

    def _only_part(self, match: re.Match[str]) -> None:
        """其中第（一）项: a part of the article cited last, in the same line."""
        held = self._last_article()
        if held is None or held.place is None or match.start() - held.end > _REACH // 2 or self.own_articles:
            return
        if "\n" in self.text[held.end : match.start()] or _in_quote(self.text, match.start()):
            return
        if _OF_A_JUDGMENT.match(self.text, match.end("part")):
            return
        place = self._part_of(held.place, match["part"])
        if place is not None:
            start, end = match.span("part")
            self.group += 1
            self.mentions.append(
                replace(held, start=start, end=end, place=place, group=self.group, refers_back=True, by_number=False)
            )
            self.used_to = end

    @staticmethod
    def _part_of(place: Locator, written: str) -> Locator | None:
        parsed = read_references(f"第{place.article.main}条{written}", 0)
        if not parsed:
            return None
        fresh = parsed[-1].place
        paragraph = fresh.paragraph or (place.paragraph if fresh.item else None)
        return replace(place, paragraph=paragraph, item=fresh.item, subitem=None)

    def _again(self, match: re.Match[str], held: Mention, place: Locator | None, *, loose: bool = False) -> None:
        self.group += 1
        mention = replace(
            held,
            start=match.start(),
            end=match.end(),
            place=place,
            group=self.group,
            refers_back=True,
            by_number=False,
            loose=loose,
        )
        self.mentions.append(mention)
        self.used_to = match.end()

    def _last_article(self) -> Mention | None:
        return next((mention for mention in reversed(self.mentions) if mention.place), None)

    def _bare(self, match: re.Match[str]) -> None:
        """第十四条 without a law: it belongs to the law named last, unless a contract stands between."""
        before = self.text[max(0, match.start() - 14) : match.start()]
        if _CONTRACT.search(before) or self.last is None or self.last.named is None:
            if _CONTRACT.search(before):
                self.last = NameFound(start=match.start(), end=match.start(), named=None)
            return
        if _UNKNOWN_LAW.search(before) or numbers_evidence(self.text, match.start(), match.end()):
            return
        if _INTERPRETATION_OF_A_YEAR.search(before) and "解释" not in self.last.named.title:
            return
        held = self.mentions[-1] if self.mentions else None
        if self.text.startswith("（", match.start() - 1) and not match[0].startswith("第"):
            held = self._last_article()  # （192条）: of the law whose article was cited last
        listed = match.start() == 0 or self.text[match.start() - 1] == "\n"
        if listed and self.own_articles:
            self.last = NameFound(start=match.start(), end=match.start(), named=None)
            return
        if held is None or (match.start() - held.end > _REACH and not listed):
            return
        between = self.text[held.end : match.start()]
        if _in_quote(self.text, match.start()) and not listed and _QUOTES.search(between):
            return
        if match[0].isdigit() and not (self._numbered(held) and not _STOPS.search(between) and not _SUM.search(before)):
            return
        if self.contract_cited and "\n" in self.text[held.end : match.start()]:
            return
        references = read_references(self.text, match.start(), plain=not match[0].endswith("条"))
        if references:
            behind = self._named_behind(references[-1].end)
            named = behind or held.named
            if named.title == AMENDMENT and references[0].place.article.main > MOST_OF_AN_AMENDMENT:
                named = self.lexicon.resolve("刑法") or named  # 修正案（十一）增设的第二百九十三条之一
            elif not (listed and named.versions) or (
                self._is_repealed(named) and has(named, references[0].place) is False
            ):
                named = meant(references[0].place, named, [m.named for m in self.mentions])
            beside = named is held.named and not _STOPS.search(between)
            self._add(
                match.start(), references, named, back=True, inferred=not behind, heads_line=listed, beside=beside
            )

    def _is_repealed(self, named: Named) -> bool:
        """Whether a repealed law was named, beside which a text often tells the one that took its place."""
        return self.lexicon.library.instrument(named.versions[-1]).repealed is not None

    def _numbered(self, held: Mention) -> bool:
        """Whether the citation before is a number without 条 as well: 过错责任是民法典1165，共同侵权是1168."""
        return self.text[held.end - 1].isdigit()

    def _named_behind(self, end: int) -> Named | None:
        """The law named in brackets right behind its article: 第一千零三十二条（《民法典》）."""
        behind = _BEHIND.match(self.text, end)
        return self.named_at.get(behind.end()) if behind else None


def _in_brackets(text: str, start: int, end: int) -> bool:
    """Whether brackets hold nothing else: ……最多三十日（同条）."""
    return text[start - 1 : start] == "（" and text[end : end + 1] == "）"


def _in_quote(text: str, at: int) -> bool:
    """Whether the place stands inside “…” or 「…」 that opens in the same line."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return any(line.count(left) > line.count(right) for left, right in ("“”", "「」", "『』"))


def read_mentions(view: View, lexicon: Lexicon) -> list[Mention]:
    """The citations in the view, in the order in which they stand."""
    return _Reading(view, lexicon).run()
