"""One complaint of several borrowers against one lender."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.law import library
from cuijie.remedies.documents.blocks import Item, Table, plain
from cuijie.remedies.documents.group import group_draft
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import Material
from tests.remedies.papers import drafted, words_of
from tests.remedies.sample import ON, sample


def _other_borrower(material: Material) -> Material:
    people = tuple(replace(one, name="欧阳某" if one.role == "debtor" else one.name) for one in material.state.persons)
    return replace(material, state=replace(material.state, persons=people))


def test_several_borrowers_complain_together_with_a_table_of_what_recurs() -> None:
    made = group_draft([sample(), _other_borrower(sample(3))], ON, law=library())
    tables = [block for block in made.blocks if isinstance(block, Table)]
    patterns = {plain(row[0]): [plain(cell) for cell in row[1:]] for row in tables[0].rows}
    assert patterns["向未约定的第三人催收"][:3] == ["2名", "4人", "9次"]
    assert "17000001188" in {plain(row[0]) for row in tables[1].rows}
    assert [plain(row[1]) for row in tables[2].rows] == ["张某", "欧某某"]
    assert made.claims == ()
    assert "张三" not in words_of(made)
    assert "致电其母亲" in words_of(made)
    assert "张三" in words_of(group_draft([sample(), sample()], ON, law=library(), naming="full"))


def test_five_borrowers_are_told_apart_masked_and_each_contact_once() -> None:
    names = ("张三", "李四", "赵小五", "钱六", "孙七七")
    group = []
    for number, name in enumerate(names):
        one = sample(number, text=f"【星河消金】{name}欠款5000元，打给他妈13800001002也一样，请转告他今天还清")
        people = tuple(replace(p, name=name) if p.role == "debtor" else p for p in one.state.persons)
        group.append(replace(one, state=replace(one.state, persons=people)))
    made = group_draft(group, ON, law=library())
    words = words_of(made)
    assert not [name for name in names if name in words]
    assert "13800001002" not in words
    tables = [block for block in made.blocks if isinstance(block, Table)]
    patterns = {plain(row[0]): [plain(cell) for cell in row[1:4]] for row in tables[0].rows}
    assert patterns["向未约定的第三人催收"] == ["5名", "10人", "25次"]  # three each, and 0 + 1 + 2 + 3 + 4 more
    assert patterns["疑似以人身伤害相威胁"] == ["5名", "0人", "5次"]
    assert [plain(row[0]) for row in tables[2].rows] == [f"借款人{one}" for one in "一二三四五"]
    items = [plain(block.runs) for block in made.blocks if isinstance(block, Item)]
    told = [one for one in items if one.startswith("（借款人")]
    assert len(told) == len(set(told))
    full = words_of(group_draft(group, ON, law=library(), naming="full"))
    assert all(name in full for name in names)


def test_a_group_needs_two_borrowers_of_one_lender_with_facts() -> None:
    with pytest.raises(RemedyError, match="两名以上"):
        group_draft([sample()], ON, law=library())
    with pytest.raises(RemedyError, match="两名以上"):
        drafted("group_complaint")
    loan = replace(sample().state.loans[0], lender_name="另一家（虚构）")
    other = replace(sample(), state=replace(sample().state, loans=(loan,)))
    with pytest.raises(RemedyError, match="不是同一家"):
        group_draft([sample(), other], ON, law=library())
    with pytest.raises(RemedyError, match="借款人二"):
        group_draft([sample(), replace(sample(), findings=())], ON, law=library())
