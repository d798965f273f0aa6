"""What is known of the recipient, and what the words themselves tell of who is addressed."""

from __future__ import annotations

import pytest

from cuijie.reading import read
from cuijie.reading.telling import as_said

THIRD_PARTY = {"third_party_disclosure", "third_party_pressure"}


@pytest.mark.parametrize(
    "text",
    [
        "【示例银行】王女士，您的贷款已逾期5天，应还1,280.50元，请尽快还款，如已还款请忽略。",
        "赵先生您好，您有一期未还，金额620元，今天方便处理吗？有困难可以申请延期。",
        "尊敬的借款人，您的合同已到期，尚欠本金二万元，请于五日内偿还，否则我行将依法提起诉讼。",
    ],
)
def test_a_reminder_that_names_debtor_and_amount_discloses_nothing_to_a_recipient_unknown(text: str) -> None:
    assert read(text, recipient="unknown").labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "您好，您是李强的姐姐吧？他在我们平台借的钱逾期两个月了，请转告他回电。",
        "你儿子欠我们一万八不还，你们做父母的先替他垫上，再劝劝他。",
    ],
)
def test_words_plainly_to_a_third_person_are_read_so_even_if_the_recipient_is_unknown(text: str) -> None:
    assert THIRD_PARTY & set(read(text, recipient="unknown").names)
    assert not THIRD_PARTY & set(read(text, recipient="debtor").names)


@pytest.mark.parametrize(
    "text",
    [
        "妈，今晚加班，你先吃，别等我，门给我留着就行",
        "搬家那天我带三个兄弟过来，一趟就给你搬空",
        "明天清明，花圈和纸钱我都买好了，早上七点去上坟",
        "我把你填成紧急联系人了，健身房办卡用的，别介意",
        "老板，上次的货款还差三千六，这周能结一下吗？",
    ],
)
def test_everyday_words_to_a_recipient_unknown_are_no_collecting(text: str) -> None:
    assert read(text, recipient="unknown").labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "第二周起催收就没停过，不到一个月她的通讯录被爆光，连老家的表叔都接到电话说她欠钱。",
        "催收员让他当天凑齐八千，不然就爆他的通讯录，把他欠钱的事告诉厂里每一个工友。",
        "借款人逾期满一周后，平台会先发短信，再委托外面的公司打电话，要求尽快还款。",
        "她弟弟在外面赌输了钱，家里商量过，赌债法律不认，谁也别急着拿钱去补这个窟窿，替他还一次就有下一次。",
    ],
)
def test_what_is_told_of_others_to_nobody_accuses_nobody(text: str) -> None:
    assert read(text, recipient="unknown").labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "周某借了钱三年不还，手机也换了，大家把他的照片转到各个群里去，让他在镇上抬不起头。",
        "他欠我们平台一万二，逾期四个月了，麻烦转告他今天之内把钱还上，别让家里人跟着丢脸。",
        "借款人逾期不还的，平台将通知其单位和家属，必要时在网上公开其照片。",
    ],
)
def test_words_about_a_debtor_that_speak_to_somebody_are_no_story(text: str) -> None:
    assert read(text, recipient="unknown").labels


@pytest.mark.parametrize(
    "account", ["叫她替丈夫还", "叫我妈替我还", "要他爸代还", "让我姐帮我还上", "你替你老公还一下"]
)
def test_paying_in_the_debtors_stead_is_asked_of_a_third_person(account: str) -> None:
    hits = read(as_said(account), recipient="third_party", channel="call").labels
    assert "third_party_pressure" in {hit.label for hit in hits if hit.certainty == "likely"}


def test_who_is_asked_to_pay_for_a_spouse_is_a_third_person_and_not_threatened() -> None:
    assert read("你替你老公还一下", recipient="unknown").names == ("third_party_pressure",)
    assert read("你替你老公还", recipient="unknown").names == ("third_party_pressure",)


@pytest.mark.parametrize("recipient", ["debtor", "third_party", "unknown"])
@pytest.mark.parametrize(
    "text",
    [
        "我帮你还一部分",
        "他替我还了",
        "如您本人不便，可委托家人代为还款，请在附言注明客户姓名及卡号。",
        "你帮你妈还一下图书馆的书",
        "您没有义务替您老公还",
        "她问能不能替丈夫还，我们说须本人同意",
    ],
)
def test_help_that_is_offered_given_or_explained_is_no_pressure(text: str, recipient: str) -> None:
    assert read(text, recipient=recipient).labels == ()


@pytest.mark.parametrize("recipient", ["debtor", "unknown"])
@pytest.mark.parametrize(
    "text",
    [
        "丫头，外婆昨晚给你打了七八个电话都没人接，手机别静音，看到回一个",
        "你爷爷一个人住不行，上次差点在院子里滑倒，你回来装个扶手吧。——你大伯",
        "“我手里有你的逮捕证编号”，听到这句话就可以挂了，转给爸妈看。",
        "小子，你再打我爸电话，我去你们公司砍人，你信不信",
    ],
)
def test_a_relatives_words_and_quoting_warnings_are_no_collecting_whoever_receives_them(
    text: str, recipient: str
) -> None:
    assert read(text, recipient=recipient).labels == ()


def test_a_relatives_tone_excuses_nothing_once_money_is_owed() -> None:
    text = "丫头，欠我们的钱再不还，我就给你爸妈和你单位打电话，让他们都知道"
    assert "threat_contacts" in read(text, recipient="debtor").names


def test_the_likeliest_label_of_a_text_that_is_surely_unlawful_is_for_a_person_to_judge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import numpy as np

    from cuijie.reading import reader
    from cuijie.reading.model import Model
    from cuijie.records import LABELS

    scores = np.full(len(LABELS) + 1, -9.0, dtype=np.float32)
    scores[LABELS.index("visit_threat")], scores[-1] = -1.0, 5.0
    monkeypatch.setattr(Model, "scores", lambda *_: scores[None])
    monkeypatch.setattr(Model, "worth_reading", lambda *_: np.array([True]))
    (hit,) = reader.read("东西我们看过了，值几个钱心里有数", recipient="debtor").labels
    assert (hit.label, hit.certainty) == ("visit_threat", "to_judge")
    scores[-1] = 1.0
    assert reader.read("东西我们看过了，值几个钱心里有数", recipient="debtor").labels == ()
