from __future__ import annotations

import pytest

from cuijie.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "【＊＊消费金融】您尾号1234的账户还款500.00元已入账，感谢您的支持。",
        "已收到您的还款5,000元，剩余应还0元。",
        "您的自动扣款已成功，本次还款金额200元。",
        "您的借款已全部结清，感谢您的信任。",
        "您的贷款已结清，感谢您按时还款。",
    ],
)
def test_a_receipt_asks_for_no_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is False


@pytest.mark.parametrize(
    "text",
    [
        "感谢您一直按时、足额还款，您的额度已提升",
        "您已成功申请延期还款，新的还款日为5月10日",
        "如需延期还款，可致电客服办理",
    ],
)
def test_thanks_and_a_deferral_ask_for_no_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is None


@pytest.mark.parametrize(
    "text", ["您已逾期，感谢您尽快还款", "感谢您的配合，请按时还款", "延期还款到期了，今天必须还款"]
)
def test_a_civil_reminder_still_asks_for_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True


@pytest.mark.parametrize(
    "text",
    [
        "六点前没动静，你单位见",
        "再不接电话，欠的钱我就找你爸妈要",
        "先生您的借款逾期九天了，今天能还吗",
        "限三日内还清，否则向法院提起诉讼",
        "两千块拖到什么时候",
        "逾期的事给我回电",
    ],
)
def test_a_term_a_condition_or_a_call_back_about_the_debt_asks_for_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True


@pytest.mark.parametrize(
    "text",
    [
        "钱备得咋样了",
        "那个账单今天能弄完不",
        "还差三百二，下班前补一下哈",
        "说好中午的，到现在没动静，咋回事",
        "【青湾银行】您名下贷款已连续两期未履约，累计4,310元。",
        "老妹儿，那账整利索没啊，都到点儿了",
        "您好 查到您昨天那笔没有扣成功 您看今天怎么安排",
    ],
)
def test_a_demand_that_names_no_paying_asks_for_payment_and_tells_of_a_debt(text: str) -> None:
    facts = read(text, recipient="debtor").facts
    assert facts.asks_payment is True
    assert facts.reveals_debt is True


@pytest.mark.parametrize(
    "text",
    [
        "方案备得咋样了，甲方等着看",
        "说好请客的，地方订了没，大家都饿着呢",
        "【国网】本月电费已出账，可在APP查看。",
        "你再不起床我就把你的早饭吃了",
        "",
    ],
)
def test_who_asks_for_something_else_is_not_said_to_ask_for_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is None


def test_a_receipt_tells_of_no_debt() -> None:
    facts = read("您已提前还清本笔借款，额度已恢复。", recipient="debtor").facts
    assert (facts.asks_payment, facts.reveals_debt) == (False, None)


@pytest.mark.parametrize("times", [2, 40])
def test_one_demand_in_a_long_and_civil_text_is_heard(times: int) -> None:
    courtesy = "您好，感谢您一直以来对我们的支持，天气转凉，请您注意保暖，祝您和家人身体健康、工作顺利、万事如意。"
    assert read(courtesy * times, recipient="debtor").facts.asks_payment is None
    assert read(courtesy * times + "您那笔逾期的账单今天能处理吗？", recipient="debtor").facts.asks_payment is True


@pytest.mark.parametrize("text", ["催收员：我知道你困难，但是这钱要还", "废物，这点钱都还不起，活着丢人"])
def test_what_the_collector_says_of_hardship_is_not_the_debtors_plea(text: str) -> None:
    assert read(text, recipient="debtor").facts.hardship_stated is None


def test_a_letter_names_its_sender_at_its_end() -> None:
    letter = (
        "还款通知书：您与我司签订的借款合同项下第四、五期款项至今尚未清偿，请于月底前转入约定账户，如有异议请书面提出。"
    )
    assert read(letter + "平原银行股份有限公司", recipient="debtor").facts.caller_identified is True
    assert read(letter, recipient="debtor").facts.caller_identified is None
    for signer in ("沪江银行信用卡中心\n2026年10月11日", "平原银行", "平原农村信用社", "鼎远信用管理有限公司法务部"):
        assert read(f"{letter}\n{signer}", recipient="debtor").facts.caller_identified is True, signer
    wrapped = "\n".join(letter[at : at + 20] for at in range(0, len(letter), 20))  # as a PDF gives its lines
    assert read(f"{wrapped}\n沪江银行信用卡中心\n2026年10月11日", recipient="debtor").facts.caller_identified is True


@pytest.mark.parametrize(
    "text",
    [
        "【＊＊消金】您的号码已从系统移除，今后不会再联系您。",
        "【＊＊银行】如遇还款困难，可要求停止催收电话，改为书面沟通。",
        "这个号码我们会从系统里删除，之后不再联系您",
    ],
)
def test_a_firms_own_message_refuses_no_contact_and_pleads_no_hardship(text: str) -> None:
    facts = read(text, recipient="debtor").facts
    assert (facts.refuses_contact, facts.hardship_stated) == (None, None)


def test_a_refusal_told_in_an_account_with_a_threat_is_still_a_refusal() -> None:
    assert read("他说再不还就打断我的腿，我说以后别再联系我", recipient="debtor").facts.refuses_contact is True


def test_a_threat_without_a_term_says_nothing_of_payment() -> None:
    reading = read("我去你单位找你领导聊聊", recipient="debtor")
    assert reading.names
    assert reading.facts.asks_payment is None


def test_who_disputes_or_promises_in_a_text_by_nobody_marked_is_the_debtor() -> None:
    assert read("我去年就结清了，别再打了", recipient="debtor").facts.debtor_speaks is True
    assert read("您的号码已删除，别打错账户", recipient="debtor").facts.debtor_speaks is None


@pytest.mark.parametrize(
    "text",
    [
        "还款500元已入账，剩余逾期金额3000元请今日还款",
        "您今天还款成功我就撤案",
        "扣款未成功，请确保余额充足并尽快还款",
        "您的借款今日到期，如您的还款已到账请忽略本短信。",
    ],
)
def test_a_payment_that_is_only_hoped_for_or_not_enough_is_no_receipt(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True


@pytest.mark.parametrize(
    "text",
    [
        "您本期无需还款。",
        "请勿提前还款，会产生违约金。",
        "您已成功申请分期还款，共12期。",
        "如需还款，请通过官方APP，切勿转账给个人。",
    ],
)
def test_a_notice_about_paying_is_no_demand(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is not True


@pytest.mark.parametrize(
    "text",
    [
        "他欠你们的钱关我什么事，我是他前妻。",
        "你们催收的都是一群疯狗，老子就是不还。",
        "你敢来我家我就放狗咬你，打断你的腿。",
        "再发短信我就把你们公司挂网上。",
        "麻烦把我从你们的外呼名单里移除。",
    ],
)
def test_who_answers_a_collector_back_is_the_person_called(text: str) -> None:
    reading = read(text, recipient="unknown")
    assert reading.facts.debtor_speaks is True
    assert reading.names == ()


@pytest.mark.parametrize(
    "text",
    [
        "我是银保监下派的注销专员，可以给您看工号，需要您先缴验证金，验完退",
        "我这边是省金融监管局督查组，你欠的这笔必须今天清",
        "后天我带两个人去你出租屋，冰箱洗衣机能搬的都搬走抵账，你报警也没用。",
    ],
)
def test_a_collector_who_names_police_or_regulator_is_not_taken_for_the_debtor(text: str) -> None:
    reading = read(text, recipient="debtor")
    assert reading.facts.debtor_speaks is None
    assert reading.names


def test_that_consent_can_be_withdrawn_is_no_withdrawal() -> None:
    assert read("您可以随时在APP里撤回授权。", recipient="debtor").facts.withdraws_consent is None
    assert read("我取消之前给你们的通讯录权限。").facts.withdraws_consent is True
