"""How fast the reader labels a column of texts, beside what only looks for patterns, on the same texts in one run.

    python -m benchmarks.reader [--megabytes 4] [--repeat 3]

One core.  ``labels_many`` gives labels and spans; the others only say where something matched, or whether anything did:
plain ``re`` with the lexicon's own patterns one after the other, ahocorasick-rs with the words those patterns cannot do
without, Hyperscan (if installed) with the same patterns on each text and on all texts joined.  Read the ratios, not the
megabytes: the machine differs.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from statistics import median

from ahocorasick_rs import AhoCorasick

from cuijie.reading.compiled import expect, kernels
from cuijie.reading.lexicon import lexicon
from cuijie.reading.many import labels_many
from cuijie.reading.reader import read

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from reader_data import CORPUS, messages

_POLITE = (
    "【示例消费金融】尊敬的{name}，您的账单已逾期{n}天，应还{amount}元，请于今日{m}点前还款，如已还款请忽略。",
    "【示例银行】{name}您好，您尾号{tail}的借款本期应还{amount}元，请在{m}日前保持账户余额充足，退订回T。",
    "您好，这里是示例银行委托的机构，关于您{amount}元逾期款项请尽快联系我们协商，工号{tail}。",
    "提醒：本月还款日为{m}日，您本期账单{amount}元，逾期会产生费用，详询官方客服。流水{tail}{n}。",
)
_RUDE = (
    "{name}，欠{amount}元拖了{n}天，今天{m}点前不还就打给你单位领导和你爸妈，看你还要不要脸，编号{tail}。",
    "{name}你个老赖，{amount}块钱都还不起，再不还明天上门堵你家门口，工号{tail}。",
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def _made(templates: Sequence[str], size: int, chance: random.Random) -> list[str]:
    texts: list[str] = []
    while size > 0:
        texts.append(
            chance.choice(templates).format(
                name=chance.choice(_SURNAMES) + chance.choice(("先生", "女士")),
                amount=f"{chance.uniform(90, 99999):.2f}", n=chance.randint(1, 200), m=chance.randint(8, 21),
                tail=chance.randint(1000, 9999),
            )
        )  # fmt: skip
        size -= len(texts[-1].encode())
    return texts


def mixes(size: int) -> dict[str, list[str]]:
    """Named columns of about *size* bytes each."""
    chance = random.Random(5)  # noqa: S311 - reproducible texts, no secret
    reminders = _made(_POLITE, size, chance)
    mixed = _made(_POLITE, size * 19 // 20, chance) + _made(_RUDE, size // 20, chance)
    chance.shuffle(mixed)
    corpus = messages(CORPUS, most=20)
    return {
        "reminders, amounts and names change": reminders,
        "the same, 5 % unlawful": mixed,
        "lawful texts, no two alike": [row.text for row in corpus if not row.labels],
        "unlawful texts, no two alike": [row.text for row in corpus if row.labels][:4000],
    }


def _labels(texts: Sequence[str]) -> object:
    return labels_many([(text, "debtor") for text in texts])


def _plain_re(texts: Sequence[str]) -> object:
    patterns = [pattern.regex for pattern in lexicon().patterns]
    return [[found.span() for pattern in patterns if (found := pattern.search(text))] for text in texts]


@cache
def _needed_words() -> list[str]:
    """Words of which every match of a pattern holds one: of each of its alternatives, the set of the longest."""
    alternatives = [alternative for pattern in lexicon().patterns for alternative in pattern.needed]
    return sorted({word for sets in alternatives for word in max(sets, key=lambda words: min(map(len, words)))})


def _words(texts: Sequence[str]) -> object:
    finder = AhoCorasick(_needed_words())
    return [finder.find_matches_as_indexes(text, overlapping=True) for text in texts]


def _hyperscan() -> tuple[Callable[[Sequence[str]], object], Callable[[Sequence[str]], object]] | None:
    """The lexicon's patterns in Hyperscan, as a prefilter (it knows no look-around): per text, and joined."""
    try:
        import hyperscan
    except ImportError:
        return None
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_ALLOWEMPTY
    expressions = [
        re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), pattern.regex.pattern).encode()
        for pattern in lexicon().patterns
    ]

    def compiled(more: int) -> hyperscan.Database:
        made = hyperscan.Database()
        numbers = list(range(len(expressions)))
        made.compile(expressions=expressions, ids=numbers, elements=len(numbers), flags=flags | more)
        return made

    database, joined_base = compiled(hyperscan.HS_FLAG_SINGLEMATCH), compiled(0)

    def note(seen: list[int]) -> Callable[..., None]:
        return lambda number, *_: seen.append(number)

    def each(texts: Sequence[str]) -> object:
        found: list[list[int]] = []
        for text in texts:
            seen: list[int] = []
            database.scan(text.encode(), match_event_handler=note(seen))
            found.append(seen)
        return found

    def joined(texts: Sequence[str]) -> object:
        seen: list[int] = []
        joined_base.scan("\n".join(texts).encode(), match_event_handler=note(seen))
        return seen

    return each, joined


def _seconds(work: Callable[[Sequence[str]], object], texts: Sequence[str], repeat: int) -> float:
    taken = []
    for _ in range(repeat):
        fresh = [text[:1] + text[1:] for text in texts]  # no hash remembered from the last time
        began = time.process_time()
        work(fresh)
        taken.append(time.process_time() - began)
    return median(taken)


def _one_message(texts: Sequence[str]) -> float:
    """Median seconds of ``read`` for one message, labels and facts."""
    taken = []
    for text in texts[:500]:
        began = time.process_time()
        read(text, recipient="debtor")
        taken.append(time.process_time() - began)
    return median(taken)


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=float, default=4.0, help="size of each made column")
    arguments.add_argument("--repeat", type=int, default=3)
    options = arguments.parse_args()
    scanners = _hyperscan()
    rivals: dict[str, tuple[Callable[[Sequence[str]], object], int]] = {
        "plain re": (_plain_re, 2000), "ahocorasick-rs, words": (_words, 20_000),
    }  # fmt: skip
    if scanners is not None:
        rivals |= {"Hyperscan, a call a text": (scanners[0], 20_000), "Hyperscan, joined": (scanners[1], 20_000)}
    expect(1 << 40)  # a column so long that the compiled loops pay
    _labels(["您好", "您"] * 2)  # loads lexicon, model and loops
    print(f"{len(lexicon().patterns)} patterns; Hyperscan {'in use' if scanners else 'not installed'}", end="; ")
    print(f"loops {'compiled' if kernels() else 'not compiled (no numba)'}\n")
    print("| texts | labels with spans, MB/s | µs a text | " + " | ".join(f"× {name}" for name in rivals) + " |")
    print("|---" * (3 + len(rivals)) + "|")
    for name, texts in mixes(int(options.megabytes * 1e6)).items():
        size = sum(len(text.encode()) for text in texts)
        taken = _seconds(_labels, texts, options.repeat)
        ratios = []
        for work, most in rivals.values():
            some = texts[:most]
            share = sum(len(text.encode()) for text in some) / _seconds(work, some, 1)
            ratios.append(f"{size / taken / share:.2f}")
        print(f"| {name} | {size / taken / 1e6:.1f} | {taken / len(texts) * 1e6:.1f} | {' | '.join(ratios)} |")
    unlawful = mixes(1000)["unlawful texts, no two alike"]
    print(f"\none message, labels and facts: {_one_message(unlawful) * 1e3:.2f} ms (unlawful texts, median)")


if __name__ == "__main__":
    main()
