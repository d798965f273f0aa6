"""What people are called where several are named together."""

from __future__ import annotations

from cuijie.records import Person
from cuijie.records.names import spoken_names


def test_who_shares_a_word_with_another_has_the_name_beside_it() -> None:
    people = (
        Person(person_id="m", relation_word="母亲", name="周桂兰"),
        Person(person_id="a", relation_word="同事", name="李芳"),
        Person(person_id="b", relation_word="同事", name="同事周师傅"),
        Person(person_id="c", relation_word="同事"),
        Person(person_id="d", name="郑海"),
        Person(person_id="e"),
    )
    assert list(spoken_names(people).values()) == ["母亲", "同事 李芳", "同事周师傅", "同事", "郑海", ""]
