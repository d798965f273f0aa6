import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.structure.fingerprints import LONG, ArticlePrint, normalise, pack, prints_of, unpack

INVENTED = "催收人员应当在约定的时间内联系借款人本人，不得向无关的人透露借款情况，也不得冒用他人名义。"
CHINESE = st.text(alphabet="借款催收人员应当不得联系他本同意时间，。", min_size=LONG, max_size=80)


@given(CHINESE)
def test_every_run_of_a_text_is_found_in_its_own_fingerprint(text: str) -> None:
    prints = prints_of("cn.test.2030", [("1", text)])
    hashes = prints.long_hashes(text)
    assert prints.articles["1"].has_long(hashes).all()
    assert prints.articles["1"].has_short(prints.short_hashes(text)).all()


def test_words_of_another_text_are_hardly_ever_found() -> None:
    prints = prints_of("cn.test.2030", [("1", INVENTED)])
    strange = "".join(chr(0x4E00 + (at * 7919) % 20000) for at in range(4000))
    assert prints.articles["1"].has_long(prints.long_hashes(strange)).mean() < 0.04


def test_the_same_words_have_other_fingerprints_in_another_law() -> None:
    here, there = (ArticlePrint.of(INVENTED, law) for law in ("cn.one.2030", "cn.two.2030"))
    assert not np.array_equal(here.long, there.long)


@given(st.lists(CHINESE, min_size=1, max_size=6))
def test_a_packed_file_gives_the_same_fingerprints_again(texts: list[str]) -> None:
    prints = prints_of("cn.test.2030", [(str(n), text) for n, text in enumerate(texts, 1)])
    again = unpack(pack(prints), "cn.test.2030", list(prints.articles))
    for key, article in prints.articles.items():
        assert np.array_equal(again.articles[key].long, article.long)
        assert np.array_equal(again.articles[key].short, article.short)
        assert (again.articles[key].long_count, again.articles[key].short_count) == (
            article.long_count,
            article.short_count,
        )


def test_a_file_that_is_cut_foreign_or_of_another_list_is_refused() -> None:
    data = pack(prints_of("cn.test.2030", [("1", INVENTED), ("2", INVENTED)]))
    for broken in (data[:10], b"PK" + data, b""):
        with pytest.raises((ValueError, Exception), match=r"."):
            unpack(broken, "cn.test.2030", ["1", "2"])
    with pytest.raises(ValueError, match="do not fit"):
        unpack(data, "cn.test.2030", ["1"])


def test_normal_form_leaves_out_signs_blanks_and_item_marks() -> None:
    assert normalise("（一）以 电话、短信，ＡＰＰ１２；") == "以电话短信app12"


def test_all_articles_are_looked_up_at_once_with_the_same_answer() -> None:
    prints = prints_of("cn.test.2030", [("1", INVENTED), ("2", INVENTED[::-1]), ("3", "短")])
    hashes = prints.long_hashes(INVENTED[5:30])
    for share, key in prints.shares(hashes):
        assert share == pytest.approx(float(prints.articles[key].has_long(hashes).mean()))
    assert prints.shares(prints.long_hashes("短")) == []
