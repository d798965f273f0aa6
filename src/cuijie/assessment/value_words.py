"""Plain words for the values of closed columns, in both languages."""

from __future__ import annotations

from cuijie.rulebook import Words

__all__ = ["value_words", "words_of"]


def _w(**pairs: tuple[str, str]) -> dict[str, Words]:
    return {value: Words(zh=zh, en=en) for value, (zh, en) in pairs.items()}


_WORDS: dict[str, dict[str, Words]] = {
    "channel": _w(
        call=("电话", "call"),
        robot_call=("智能语音电话", "robot call"),
        sms=("短信", "text message"),
        im=("微信等即时消息", "chat message"),
        email=("邮件", "email"),
        letter=("信函", "letter"),
        visit=("上门", "visit"),
        public_post=("公开发布", "public post"),
    ),
    "direction": _w(outbound=("对方打来或发来", "from the collector"), inbound=("自己打去或发去", "to the collector")),
    "recipient_role": _w(
        debtor=("借款人本人", "the borrower"),
        co_debtor=("共同借款人或担保人", "a co-borrower or guarantor"),
        heir=("继承人", "an heir"),
        agreed_contact=("约定的联系人", "an agreed contact"),
        other=("没有约定过的其他人", "someone never agreed on"),
    ),
    "recipient_relation": _w(
        family=("家人", "family"),
        friend=("朋友", "friend"),
        colleague=("同事", "colleague"),
        employer=("单位", "employer"),
        community=("村居社区", "community"),
        stranger=("陌生人", "stranger"),
    ),
    "lender_type": _w(
        commercial_bank=("商业银行", "commercial bank"),
        credit_card_center=("信用卡中心", "credit card centre"),
        consumer_finance=("消费金融公司", "consumer finance company"),
        auto_finance_trust=("汽车金融或信托公司", "auto finance or trust company"),
        microloan=("小额贷款公司", "microloan company"),
        guarantee=("融资担保公司", "guarantee company"),
        loan_facilitator=("助贷平台", "loan platform"),
        debt_assignee=("债权受让方", "assignee of the debt"),
        collection_agency=("第三方催收机构", "collection agency"),
        p2p_residual=("网贷存量平台", "former P2P platform"),
        unlicensed=("无牌照放贷", "unlicensed lender"),
        pawn_lease_factoring=("典当、融资租赁或保理", "pawn, lease or factoring company"),
        rental_disguised=("以租代贷", "loan disguised as rental"),
        private_person=("个人", "private person"),
    ),
    "product": _w(
        credit_card=("信用卡", "credit card"),
        online_consumer=("网上消费贷款", "online consumer loan"),
        other=("其他", "other"),
    ),
    "actor": _w(
        lender=("贷款人自己", "the lender itself"),
        agency=("受托催收机构", "an agency"),
        platform=("平台", "a platform"),
        assignee=("债权受让方", "an assignee"),
    ),
    "number_source": _w(
        debtor=("借款人提供", "given by the borrower"),
        contact_list=("通讯录", "contact list"),
        call_log=("通话记录", "call log"),
        public=("公开渠道", "public source"),
        bought=("买来的", "bought"),
        other=("其他来路", "other"),
    ),
    "contact_list_consent": _w(
        none=("没有同意", "none"), bundled=("捆在一起同意", "bundled"), specific=("单独明确同意", "specific")
    ),
    "visit_place": _w(home=("住处", "home"), workplace=("工作单位", "workplace"), other=("别处", "elsewhere")),
    "text_kind": _w(
        verbatim=("原文", "verbatim"), transcript=("录音转写", "transcript"), summary=("自己概括", "summary")
    ),
    "time_precision": _w(second=("到秒", "second"), minute=("到分", "minute"), day=("只到日期", "day")),
}
_YES, _NO = Words(zh="是", en="yes"), Words(zh="否", en="no")


def words_of(column: str) -> dict[str, Words]:
    """The words of every value of *column*; empty for a column without a closed list."""
    return _WORDS.get(column, {})


def value_words(column: str, value: object) -> Words:
    """How *value* of *column* is said; text and numbers stand as they are."""
    if isinstance(value, bool):
        return _YES if value else _NO
    found = _WORDS.get(column, {}).get(str(value))
    return found or Words(zh=str(value), en=str(value))
