"""What a report says in sentences: what was found, how sure it is, and what the method cannot see."""

from __future__ import annotations

from cuijie.audit.report.agreeing import Agreement
from cuijie.audit.report.figures import Figures, Sure, Weights
from cuijie.audit.report.reading import Column
from cuijie.audit.report.words import Language, assumed_line, day_words, percent, thousands
from cuijie.audit.texts import READ_COLUMNS

__all__ = ["agreement_lines", "assumed_lines", "doubts", "headline", "limits", "missing_columns", "span"]

_ASKED_OF_LOGS = 12


def span(figures: Figures, language: Language) -> str:
    """The days of the log in words."""
    quality = figures.quality
    if quality.first is None:
        return "日志里没有一行写明日期" if language == "zh" else "no row of the log has a date"
    first, last = day_words(quality.first, language), day_words(quality.last, language)
    if first == last:
        return first
    return f"{first}至{last}" if language == "zh" else f"{first} to {last}"


def headline(figures: Figures, language: Language) -> list[str]:
    """What was found, in how many contacts of how many, how sure."""
    found, of = figures.sure_contacts, figures.contacts
    zh = language == "zh"
    if not of:
        return ["没有一次联系可以判断。" if zh else "There was no contact to judge."]
    if not found.all:
        return [
            f"{thousands(of)} 次联系里，没有发现违反规则的联系。"
            if zh
            else f"In {thousands(of)} contacts no breach of a rule was found."
        ]
    share = percent(found.all, of)
    lines = [
        f"{thousands(of)} 次联系里，{thousands(found.all)} 次（{share}）涉嫌违反至少一条规则。"
        if zh
        else f"Of {thousands(of)} contacts, {thousands(found.all)} ({share}) seem to break at least one rule."
    ]
    lines.append(_surety(found, zh))
    if figures.by_weight.law < found.all:
        lines.append(_weight(figures.by_weight, zh))
    return lines


def _weight(of: Weights, zh: bool) -> str:
    """What is law, what a standard, and what a limit of the institution's own; what no contact breaks is not mentioned."""
    words = (
        (of.law, "{} 次涉嫌违反法律、法规或监管规定", "{} may concern law or a regulator's rule"),
        (of.standard, "{} 次只涉及推荐性标准或行业自律", "{} only a recommended standard or a code of the trade"),
        (of.own, "{} 次只超出机构自己定的限度（不是法律）", "{} only limits that the institution set itself (not law)"),
        (
            of.untold,
            "{} 次依据的规则本机没有，分不出是哪一类",
            "{} rest on rules that are not here, so that it cannot be told",
        ),
    )
    told = [(one if zh else other).format(thousands(number)) for number, one, other in words if number]
    return f"{'，'.join(told)}。" if zh else f"Of these {', '.join(told)}."


def _surety(found: Sure, zh: bool) -> str:
    """How sure the contacts named are; a degree that no contact has is not mentioned."""
    words = (
        ("{} 次凭记录已能认定", "the records establish {}"),
        ("{} 次很可能", "{} are likely"),
        ("{} 次需要人判断", "{} need a person's judgement"),
    )
    told = [
        (one[0] if zh else one[1]).format(thousands(number))
        for one, number in zip(words, found.parts, strict=True)
        if number
    ]
    return f"其中 {'，'.join(told)}。" if zh else f"Of these {'; '.join(told)}."


def doubts(figures: Figures, language: Language) -> list[str]:
    """What the headline rests on, and what stays open."""
    zh, lines = language == "zh", []
    if figures.machine_read:
        n = thousands(figures.machine_read)
        lines.append(
            f"{n} 项发现依据程序读出的话，最多算“很可能”，发出前要有人看原文。"
            if zh
            else f"{n} findings rest on words a machine read; they are likely at most, and a person should read the text."
        )
    if figures.unknown:
        n = thousands(figures.unknown)
        lines.append(
            f"另有 {n} 项判断缺少事实，没有算作违反，也没有算作合规（一次联系可有几项）。"
            if zh
            else f"{n} further verdicts lack a fact; they count neither as breaches nor as lawful (a contact can have several)."
        )
    if figures.quality.set_aside:
        n, share = thousands(figures.quality.set_aside), percent(figures.quality.set_aside, figures.quality.read)
        lines.append(
            f"{n} 行（{share}）不能用，没有判断。"
            if zh
            else f"{n} rows ({share}) could not be used and were not judged."
        )
    if figures.agreement is None:
        lines.append("还没有人复核过抽样。" if zh else "No sample has been judged by people yet.")
    else:
        lines += agreement_lines(figures.agreement, language)[:1]
    return lines


def agreement_lines(agreement: Agreement, language: Language) -> list[str]:
    """What people said of the sample."""
    zh, a = language == "zh", agreement
    lines = []
    if a.found_judged:
        share, low, high = percent(a.found_confirmed, a.found_judged), percent(a.found_low, 1), percent(a.found_high, 1)
        lines.append(
            f"人工看了 {a.found_judged} 项发现，{a.found_confirmed} 项（{share}）确认违反；95% 区间 {low}–{high}。"
            if zh
            else f"People judged {a.found_judged} findings and confirmed {a.found_confirmed} ({share}); 95% interval {low}–{high}."
        )
    if a.clear_judged:
        low, high = percent(a.clear_low, 1), percent(a.clear_high, 1)
        lines.append(
            f"看了 {a.clear_judged} 次没有发现问题的联系，其中 {a.clear_missed} 次人认为违反；95% 区间 {low}–{high}。"
            if zh
            else f"Of {a.clear_judged} contacts with nothing found, people saw a breach in {a.clear_missed}; 95% interval {low}–{high}."
        )
    if a.kappa is not None:
        log = "" if a.kappa_log is None else f"（{a.kappa_log:.2f}）" if zh else f" ({a.kappa_log:.2f})"
        lines.append(
            f"程序与人的一致程度 Cohen’s kappa {a.kappa:.2f}；括号内按各层在日志里的大小折算{log}。"
            if zh
            else f"Agreement of program and people, Cohen's kappa: {a.kappa:.2f}; weighted to the whole log{log}."
        )
    if a.second_judged:
        shown = "—" if a.second_kappa is None else f"{a.second_kappa:.2f}"
        lines.append(
            f"{a.second_judged} 条由两个人各看一遍，两人之间 kappa {shown}。"
            if zh
            else f"{a.second_judged} rows were judged by two people; kappa between them {shown}."
        )
    if a.unclear:
        lines.append(
            f"{a.unclear} 条看了仍不清楚，没有计入。" if zh else f"{a.unclear} rows stayed unclear and are not counted."
        )
    return lines


def limits(figures: Figures, language: Language) -> list[str]:
    """What this method cannot see."""
    zh = language == "zh"
    said = [
        ("只看得到日志里记了的联系。没有记的电话、私人手机上的消息，这里看不到。",
         "Only contacts that the log holds are seen: not an unlogged call, not a message from a private phone."),
        ("“涉嫌”不是裁判。是否违法，最终由有权的机关或法院认定。",
         "A finding is no judgment: whether conduct was unlawful is for the authority or the court to say."),
        ("日志没有写的事实一律按“不知道”处理，不猜。缺的列越多，发现越少，不等于越合规。",
         "What the log does not say is taken as not known, never guessed. Fewer columns mean fewer findings, not better conduct."),
        ("比率的分母是全部判断过的联系；一次联系可以违反几条规则，各条的数不能相加。",
         "Rates are of all contacts judged; one contact can break several rules, so the rules do not add up."),
        ("按次数计的规则（如一天几次）以一个窗口为一项，窗口里的联系都列入“涉及”。",
         "A rule that counts contacts gives one finding per window; every contact in it counts as named."),
    ]  # fmt: skip
    lines = [pair[0] if zh else pair[1] for pair in said]
    if figures.elsewhere:
        titles = ("、" if zh else "; ").join(words.zh if zh else words.en for words in figures.elsewhere)
        lines.append(
            f"有 {len(figures.elsewhere)} 条规则说的是借款或投诉本身，联系记录里判不了，这里没有审：{titles}。"
            if zh
            else f"{len(figures.elsewhere)} rules are about the loan or a complaint; a log of contacts cannot tell, they were not judged: {titles}."
        )
    if not figures.run.registers:
        lines.append(
            "没有给登记（约定联系人、拒绝、同意、结清）：要靠登记才能判断的规则多半没有结论。"
            if zh
            else "No registers (agreed contacts, refusals, consents, settlements) were given: rules that need them mostly stay open."
        )
    lines += [
        f"“{column.title_zh}”有 {thousands(column.known)} 行日志自己写了：以日志为准，登记只补空着的 {thousands(column.missing)} 行。"
        "如果那是系统默认填的（例如一律“否”），请在对照里去掉这一列，再审一次。"
        if zh
        else f"{column.name}: {thousands(column.known)} rows of the log tell it themselves and stand; the registers fill"
        f" the {thousands(column.missing)} others. If a system fills it in by default, leave that column out of the mapping and audit again."
        for column in figures.quality.columns
        if column.known and column.name in figures.run.registered
    ]
    if figures.run.unused:
        between = ("；", "、") if zh else ("; ", ", ")
        named = between[0].join(f"{file}: {between[1].join(columns)}" for file, columns in figures.run.unused.items())
        lines.append(
            f"登记里这些列没有用到（有用的请在 registers.yaml 里写明）：{named}。"
            if zh
            else f"These columns of the registers were not used (name them in registers.yaml if they should be): {named}."
        )
    if not figures.is_same_rulebook:
        lines.append(
            "本机现在的规则书和审计时的不完全一样：规则的名称和条文以现在的为准，数字以审计时的为准。"
            if zh
            else "The rulebook here is not quite the one of the run: titles and law are today's, the figures are the run's."
        )
    return lines


def assumed_lines(figures: Figures, language: Language) -> list[str]:
    """How columns of the log were read where one value alone does not tell."""
    return [assumed_line(one.names, one.read_as, one.doubt, language) for one in figures.quality.assumed]


def missing_columns(figures: Figures) -> tuple[Column, ...]:
    """Columns that questions ask for and of which the log knows less than all, the emptiest first.

    Not those that are read in the texts of the log or that registers tell: it need not hold them itself.
    """
    asked = {question.column for question in figures.questions}
    if any(column.name == "text" and column.known for column in figures.quality.columns):
        asked -= set(READ_COLUMNS)
    asked -= {column.name for column in figures.quality.columns if not column.known} & {*figures.run.registered}
    kept = [column for column in figures.quality.columns if column.name in asked and column.missing]
    return tuple(sorted(kept, key=lambda column: (-column.missing, column.name))[:_ASKED_OF_LOGS])
