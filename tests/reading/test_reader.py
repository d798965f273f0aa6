"""Reading: what is marked, what is not, and where. All messages are invented."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.reading import Reading, Recipient, read, read_many
from cuijie.reading.many import labels_many
from cuijie.reading.reader import recipient_of
from cuijie.records import LABELS

LAWFUL = [
    ("若始终联系不上您，我们会请您同意登记的联系人转告您回电，不会说明事由。", "debtor"),
    ("我们不会联系您的家人和单位，请放心。", "debtor"),
    ("我们是＊＊银行的，请他有空回个电话。", "third_party"),
    ("再拖下去我们只能走法律途径了。", "debtor"),
    ("按我发的对公账号转，附言写合同号。", "debtor"),
    ("您看看能不能跟家里商量一下先凑一点。", "debtor"),
    ("凡自称公检法叫你转账的都是骗子。", "unknown"),
    ("债务人：我录音了，再打我家人我就报警！", "debtor"),
    ("【＊＊市人民法院】（2025）＊民初11号一案，定于5月6日9时开庭，请准时到庭。", "debtor"),
    ("受＊＊银行委托函告：请于十日内协商还款。经办律师执业证号＊＊＊，附授权委托书。", "debtor"),
    ("【＊＊银行】您的账单已逾期3天，请尽快还款，以免影响征信。", "debtor"),
    ("后果自负，请自重，我司保留追究法律责任的权利。", "debtor"),
    ("您作为保证人，请按保证合同约定履行代偿责任。", "debtor"),
    ("【顺丰】快递员明天上午上门取件，请保持电话畅通。", "unknown"),
    ("不建议您再去别的平台借钱，咱们慢慢来。", "debtor"),
    ("减免不收取任何费用，凡让您先交保证金的都是骗子。", "debtor"),
    ("您要是一直失联，我们只请您登记的那位捎个话让您回电，绝不会透露内容。", "debtor"),
    ("您的账务我们绝不会透露给您的家里人。", "debtor"),
    ("这笔和解款入账了，本息两清，结清函明天寄出。", "debtor"),
    ("某客户把您设为备用联系人，不愿意可回复N取消。", "third_party"),
    ("求助：对方说要发函到村里，我该怎么办？", "debtor"),
    ("", "debtor"),
    ("？！……", "unknown"),
    ("闹钟给你定了五个，再起不来别怪我", "third_party"),
    ("Your loan payment is 7 days late. Please pay in the app or call us to discuss a plan.", "debtor"),
    ("各位邻居请提高警惕，最近有人上门推销假药，附派出所电话", "third_party"),
    ("上周孟女士接到陌生来电，对方让其从借呗平台贷款三万元，转到指定账户。", "unknown"),
    ("不用拿你的命去还，孩子还小，我打工慢慢还。", "unknown"),
]

UNLAWFUL = [
    ("Pay tonight or I call your boss and all your contacts", "debtor", {"threat_contacts"}),
    (
        "请各位家长保持警惕，二班赵小雨的爸爸拖欠贷款不还，照片附后",
        "third_party",
        {"third_party_disclosure", "public_exposure"},
    ),
    ("再不还打断你的腿", "debtor", {"threat_violence"}),
    ("您的案件将转由第三方处理，方式包括上门走访、单位联系等。", "debtor", {"threat_contacts"}),
    ("你单位领导知道你在外面欠钱吗？要不要我替你说", "debtor", {"threat_contacts"}),
    (
        "您儿子在我们平台的借款逾期了，请督促他今日还清",
        "third_party",
        {"third_party_disclosure", "third_party_pressure"},
    ),
    ("我是＊＊银行催收中心的，麻烦让他回个电话", "third_party", {"third_party_disclosure"}),
    ("你这老赖，不要脸的废物", "debtor", {"insult"}),
    ("没钱就陪我睡一晚，利息给你免了", "debtor", {"obscene"}),
    ("派出所的，你弟弟欠网贷，你知道他在哪不", "third_party", {"impersonate_authority", "third_party_disclosure"}),
    ("逾期7天就构成诈骗，等着坐牢吧", "debtor", {"false_legal_consequence"}),
    ("把你身份证照片发到朋友圈和抖音，让你出名", "debtor", {"public_exposure"}),
    ("明天三个人去你家坐着，不给钱不走", "debtor", {"visit_threat"}),
    ("拉黑没用，我换号一天打你两百个电话", "debtor", {"harass_volume"}),
    ("你去借呗提出来还我们", "debtor", {"induce_new_loan"}),
    ("系统坏了，直接转我微信，我给你销账", "debtor", {"private_payment"}),
    ("先交认证金三百才能给你打五折结清", "debtor", {"fee_scam"}),
    ("我已经报警了，你现在还清我就去撤案", "debtor", {"false_legal_consequence"}),
    ("您的欠款已涉嫌信用卡诈骗，我行已报案，近日对您实施抓捕。", "debtor", {"false_legal_consequence"}),
]


@pytest.mark.parametrize(("text", "recipient"), LAWFUL)
def test_a_lawful_text_gets_no_label(text: str, recipient: str) -> None:
    assert read(text, recipient=recipient).names == ()


@pytest.mark.parametrize(("text", "recipient", "labels"), UNLAWFUL)
def test_unlawful_conduct_is_labelled(text: str, recipient: str, labels: set[str]) -> None:
    assert set(read(text, recipient=recipient).names) == labels


@pytest.mark.parametrize(("text", "recipient", "labels"), UNLAWFUL)
def test_every_label_shows_where(text: str, recipient: str, labels: set[str]) -> None:
    for hit in read(text, recipient=recipient).labels:
        assert hit.spans
        assert all(0 <= start < end <= len(text) for start, end in hit.spans)


def test_a_span_points_into_the_original_text() -> None:
    text = "今晚不还，我就\u200b爆.通.讯.录！"
    hit = next(hit for hit in read(text, recipient="debtor").labels if hit.label == "threat_contacts")
    assert any("爆.通.讯.录" in text[start:end] for start, end in hit.spans)


@pytest.mark.parametrize(
    "text",
    [
        "今晚不還，打斷你的腿",
        "今晚不还 打 断 你 的 腿",
        "今晚不还，打断你的腿🔪",
        "今晚不还，打\u200b断\u200b你的腿",
        "今晚不还，打.断.你.的.腿",
    ],
)
def test_a_disguised_threat_is_still_a_threat(text: str) -> None:
    assert "threat_violence" in read(text, recipient="debtor").names


def test_only_the_collectors_turns_are_judged() -> None:
    reading = read(
        "客服：您好，您的账单到期了。客户：你们是不是要打断我的腿？客服：不会的，您放心。", recipient="debtor"
    )
    assert reading.names == ()
    reading = read("催收：再不还打断你的腿。客户：你这是威胁，我要报警。", recipient="debtor")
    assert reading.names == ("threat_violence",)


def test_bare_speaker_marks_of_a_recogniser_are_understood() -> None:
    text = "客服 您好您这期方便处理吗\n客户 你们是不是要去我单位堵我\n客服 没有的 我们只跟您本人联系"
    assert read(text, recipient="debtor").names == ()


def test_third_party_labels_are_never_put_on_words_to_the_debtor() -> None:
    names = read("你儿子欠的钱你替他还，督促他今日还款", recipient="debtor").names
    assert not {"third_party_disclosure", "third_party_pressure"} & set(names)


def test_contact_threats_are_never_put_on_words_to_a_third_party() -> None:
    assert "threat_contacts" not in read("再不还爆你通讯录，打给你妈", recipient="third_party").names


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("co_debtor", "debtor"),
        ("heir", "debtor"),
        ("agreed_contact", "third_party"),
        ("other", "third_party"),
        (None, "unknown"),
    ],
)
def test_words_of_the_contact_record_are_understood(word: str | None, meant: str) -> None:
    assert recipient_of(word) == meant
    assert read("您好", recipient=word).recipient == meant


def test_an_unknown_recipient_word_is_refused() -> None:
    with pytest.raises(ValueError, match="boss"):
        read("您好", recipient="boss")


def test_a_wish_to_be_left_alone_is_a_fact_and_no_violation() -> None:
    reading = read("我跟他不熟，请你们别再打我电话了，再打我就投诉", recipient="third_party")
    assert reading.names == ()
    assert reading.facts.refuses_contact is True
    assert reading.facts.debtor_speaks is True


def test_a_wish_in_the_called_persons_turn_is_a_fact() -> None:
    facts = read("联系人：别打我了。客服：好的，今后不会再打。", recipient="third_party").facts
    assert facts.refuses_contact is True
    assert facts.debtor_speaks is None


@pytest.mark.parametrize(
    "text",
    [
        "别再给我发了",
        "以后别发了",
        "不要再发了，谢谢",
        "能不能别再发给我了",
        "别老给我发这些",
        "请停止发送",
        "退订",
        "催收员：今天还不还？\n我：别再发过来了。\n催收员：那就还钱。",
        "烦死了别再发了",
        "你们别发了，我不认识他",
    ],
)
def test_words_against_further_messages_are_a_refusal(text: str) -> None:
    reading = read(text, recipient="debtor")
    assert reading.names == ()
    assert reading.facts.refuses_contact is True


@pytest.mark.parametrize(
    "text",
    [
        "别再发脾气了，把钱还了",
        "凭证不用再发了，已入账",
        "已经收到，不用再发了",
        "请勿转发本短信",
        "处理完我们就不用再发了",
        "短信已经给您发了，请查收",
        "如不想再收到请回复T",
        "我行下月起停止发送纸质账单",
    ],
)
def test_a_collectors_word_about_sending_is_no_refusal(text: str) -> None:
    assert read(text, recipient="debtor").facts.refuses_contact is None


@pytest.mark.parametrize("name", ["何秋生", "欧阳雪", "周文斌", "张先生", "老马", "秋生"])
@pytest.mark.parametrize("demand", ["，还钱", "，该还钱了", "：还钱。", "，请还款", " 还钱！"])
def test_a_name_and_pay_back_is_no_insult(name: str, demand: str) -> None:
    assert read(name + demand, recipient="debtor").names == ()
    assert "insult" in read(f"{name}你个废物{demand}", recipient="debtor").names


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            "何先生您好，您已逾期三十天，未处理我司将冻结你全部银行卡和微信。有困难可与客服协商",
            "false_legal_consequence",
        ),
        ("催收员：再不还，把你支付宝微信统统关掉。\n我：我真没钱。\n催收员：自己看着办。", "false_legal_consequence"),
        ("您好何先生，您的分期已逾期，实在没办法可以去借别的平台先还上，避免影响征信", "induce_new_loan"),
        ("说话人1：跟别的公司再借一笔还我们。\n说话人2：没额度了。", "induce_new_loan"),
    ],
)
def test_a_breach_is_heard_among_courtesies_and_in_a_conversation(text: str, label: str) -> None:
    assert label in read(text, recipient="debtor").names


def test_withdrawn_consent_is_a_fact() -> None:
    facts = read("本人撤回对贵平台读取通讯录的授权，请书面确认。").facts
    assert facts.withdraws_consent is True


def test_what_the_text_does_not_tell_stays_unknown() -> None:
    facts = read("您好", recipient="debtor").facts
    assert facts.asks_payment is None
    assert facts.caller_identified is None
    assert facts.refuses_contact is None


def test_a_signature_names_the_institution() -> None:
    facts = read("【＊＊消费金融】您的借款已到期，请尽快还款。", recipient="debtor").facts
    assert facts.signature == "＊＊消费金融"
    assert facts.caller_identified is True
    assert facts.asks_payment is True


def test_a_call_back_without_a_debt_is_told_apart_from_one_with() -> None:
    assert read("麻烦转告他回个电话", recipient="third_party").facts.call_back_only is True
    assert read("他逾期了，麻烦转告他回个电话", recipient="third_party").facts.call_back_only is None


def test_labels_come_in_the_fixed_order() -> None:
    names = read("老赖，明天上你家堵门，再给你妈打电话，打断你的腿", recipient="debtor").names
    assert list(names) == [label for label in LABELS if label in names]
    assert len(names) >= 3


TEXTS = st.lists(st.sampled_from([text for text, _ in LAWFUL] + [text for text, _, _ in UNLAWFUL]), max_size=6)


@settings(deadline=None, max_examples=30)
@given(TEXTS, st.sampled_from(["debtor", "third_party", "unknown"]))
def test_a_batch_reads_as_one_by_one(texts: list[str], recipient: str) -> None:
    rows = [(text, recipient, None) for text in texts]
    assert read_many(rows) == [read(text, recipient=recipient) for text in texts]


@settings(deadline=None, max_examples=150)
@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("你妈打死爆通讯录老赖客服：\n 还钱＊🔪.x")), max_size=80
    )
)
def test_any_text_at_all_is_read_without_error(text: str) -> None:
    reading: Reading = read(text)
    assert reading.text == text
    for hit in reading.labels:
        assert 0 <= hit.score <= 1
        assert all(0 <= start < end <= len(text) for start, end in hit.spans)


PIECES = st.lists(
    st.sampled_from(
        [
            *(text for text, _ in LAWFUL),
            *(text for text, _, _ in UNLAWFUL),
            "【＊＊银行】",
            "爆.通.讯.录",
            "t x l",
            "APP",
            "🔪",
            "您的账单已出，",
            "请按时还款。",
            "客户：",
            "客服：",
            "\n",
            " ",
            "暴同讯录",
            "上 门 抓 你",
            "爆☠通☠讯☠录",
            "帳",
            "\u200b",
            "cnm",
            "x",
            "㎏",
            "，，",
        ]
    ),
    max_size=5,
).map("".join)


@settings(deadline=None, max_examples=120)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=8), st.sampled_from(["debtor", "third_party", "unknown"])
)
def test_the_quick_way_gives_the_labels_of_the_slow_way(texts: list[str], recipient: Recipient) -> None:
    quick = labels_many([(text, recipient) for text in texts])
    assert quick == [read(text, recipient=recipient).labels for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "三天之内钱不到，你那条腿我记着。",
        "把账清了，我就不去你家。",
        "不给钱是吧，行，周末见。",
        "今晚十二点前见不到钱，你爸妈那边我亲自打。",
        "你直接转我支付宝，我给你销账。",
        "借呗提出来，先把这边填上。",
    ],
)
def test_a_threat_that_presses_for_money_asks_for_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True


@pytest.mark.parametrize("text", ["晚上出门小心点。", "狗东西，装死呢。", "您的借款展期申请已通过。"])
def test_where_no_money_is_asked_for_it_stays_unknown(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is None


def test_what_a_warning_quotes_is_not_held_against_it() -> None:
    warning = "【合规部】以下话术一律禁用：“不还就去你单位”“抓你坐牢”“你这个骗子”，违者停岗。"
    assert read(warning, recipient="unknown").labels == ()
    assert "insult" in read("你这个骗子，还钱", recipient="debtor").names


def test_coarse_jokes_among_friends_are_no_collection() -> None:
    assert read("哈哈，排位又输了，你这废物打野", recipient="unknown").labels == ()
    assert "insult" in read("你这废物，欠钱不还，哈哈", recipient="unknown").names


@pytest.mark.slow
@pytest.mark.skipif("CUIJIE_SHARED" not in os.environ, reason="CUIJIE_SHARED is not set: no development messages")
def test_the_development_messages_are_read_as_the_goal_asks() -> None:
    path = Path(os.environ["CUIJIE_SHARED"]) / "messages" / "dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    said = [set(read(row["text"], recipient=row["recipient"], channel=row["channel"]).names) for row in rows]
    real = [set(row["labels"]) for row in rows]
    scores = []
    for label in LABELS:
        right = sum(label in a and label in b for a, b in zip(said, real, strict=True))
        scores.append(2 * right / sum((label in a) + (label in b) for a, b in zip(said, real, strict=True)))
    assert sum(scores) / len(scores) >= 0.90
    flagged = [bool(a) for a in said]
    bad = [bool(b) for b in real]
    both = sum(a and b for a, b in zip(flagged, bad, strict=True))
    assert 2 * both / (sum(flagged) + sum(bad)) >= 0.96


@pytest.mark.parametrize(
    "text",
    ["我已截图保存你的朋友圈，明天发你单位", "我录音了，你再不还我就告诉你爸妈"],
)
def test_a_collector_who_keeps_screenshots_is_not_taken_for_the_debtor(text: str) -> None:
    reading = read(text, recipient="debtor")
    assert reading.facts.debtor_speaks is None
    assert "threat_contacts" in reading.names


@pytest.mark.parametrize("text", ["还钱", "今天还钱", "在吗", "好的"])
def test_a_few_characters_alone_are_no_offence(text: str) -> None:
    assert read(text, recipient="debtor").labels == ()


@pytest.mark.parametrize(
    ("text", "label"), [("老赖", "insult"), ("弄死你", "threat_violence"), ("爆通讯录", "threat_contacts")]
)
def test_a_few_characters_that_say_it_all_are_still_read(text: str, label: str) -> None:
    assert label in {hit.label for hit in read(text, recipient="debtor").labels}
