"""A mapping is proposed from headers as real logs have them: by meaning, marked as to check, never silently."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cuijie.audit.logs.headers import proposals
from cuijie.audit.logs.mapping import load_mapping
from cuijie.audit.suggesting import suggest_mapping
from cuijie.datafiles import DataFileError
from tests.audit.small_logs import audited, read

HEADER = (
    "流水编号,客户代号,合同编码,放款机构代码,催员工号,拨打日期,拨打时刻,接听情况,通话时长(分),对象类型,对象号码,沟通内容,"
    "录音标志,是否隐号,号码渠道,触达方式,机构代码,失联标志,备用"
)
ROWS = (
    "1,D1,K1,b1,w1,2026/3/5,9:05:03,正常接听,2,本人,17000001188,您好,有,否,通讯录,企微,X,否,",
    "2,D2,K2,b1,w1,2026/3/5,22:05:03,无法接通,0,同事,17000001188,请转告,无,是,申请预留,电话,X,是,",
    "3,D3,K2,b1,w1,2026/3/5,,转人工,0,,17000001188,请转告,无,是,申请预留,电话,X,是,",
)


def suggested(folder: Path, header: str, *rows: str) -> tuple[Path, str]:
    """A log, and the mapping that is proposed for it."""
    (folder / "log.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return folder / "log.csv", suggest_mapping(str(folder / "log.csv"))


def test_headers_are_understood_by_their_parts_and_marked_as_to_check(tmp_path: Path) -> None:
    log, text = suggested(tmp_path, HEADER, *ROWS)
    for line in (
        'contact_id: "流水编号"   # 按字面推测，请核对',
        'debtor_id: "客户代号"   # 按',
        'loan_id: "合同编码"   # 按',
        'lender_id: "放款机构代码"   # 按',
        'collector_id: "催员工号"   # 按',
        'occurred_at: {from: ["拨打日期", "拨打时刻"]}   # 按',
        'duration_s: {from: "通话时长(分)", unit: minutes}   # 按',
        'recipient_id: "对象号码"   # 按',
        'text: "沟通内容"   # 按',
        "# text_kind: {constant: transcript}",
        '"企微": im',
        '"转人工": null   # 不认识',
        '"申请预留": debtor',
        '"无": false   # 和“有”是一对',
        '"是": false   # 意思和这一项相反',
        "# “机构代码”可能是 lender_id 或 agency_id，分不清",
        "# 没有用到的列：备用",
    ):
        assert line in text
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text, encoding="utf-8")
    result = audited(log, tmp_path / "out", mapping=mapping, open_rows=True, only=("cn.time.quiet-hours",))
    assert (result.kept, result.set_aside) == (3, 0)
    assert {row["contact_id"]: row["hour"] for row in read(tmp_path / "out", "open")} == {"2": 22, "3": None}


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("借款人编号", "debtor_id"),
        ("借据代码", "loan_id"),
        ("资金方名称", "lender_id"),
        ("委外公司名称", "agency_id"),
        ("坐席编号", "collector_id"),
        ("联系人手机号", "recipient_id"),
        ("外呼结果", "connected"),
        ("是否有录音", "recorded"),
        ("短信正文", "text"),
        ("录音转写文本", "text"),
        ("与客户的关系", "recipient_relation"),
        ("联系人身份", "recipient_role"),
        ("触达渠道", "channel"),
        ("是否隐藏号码", "number_masked"),
        ("号码来源渠道", "number_source"),
        ("联系人是否拒绝", "recipient_refused"),
        ("触达对象", "recipient_role"),
        ("主叫方号码", "from_number"),
        ("msg_no", "contact_id"),
        ("cust_no", "debtor_id"),
        ("cntr_no", "loan_id"),
        ("emp_id", "collector_id"),
        ("tel_no", "recipient_id"),
        ("caller_num", "from_number"),
        ("dir_cd", "direction"),
        ("rslt_cd", "connected"),
        ("obj_cd", "recipient_role"),
        ("talk_len", "duration_s"),
        ("media.recordingEnabled", "recorded"),
    ],
)
def test_a_header_of_the_trade_is_one_column_of_ours(header: str, ours: str) -> None:
    assert list(proposals([header]).columns) == [ours]


@pytest.mark.parametrize(
    "header",
    [
        *("客户姓名", "身份证号码", "逾期天数", "逾期金额", "备注", "还款日期类型", "拨打次数", "家庭住址"),
        *("task_status", "account.createdAt", "org_no"),
    ],
)
def test_what_is_none_of_ours_is_left_alone(header: str) -> None:
    found = proposals([header])
    assert not found.columns
    assert not found.unclear


def test_a_header_that_may_be_two_columns_is_listed_and_not_used() -> None:
    found = proposals(["号码", "机构编号"])
    assert not found.columns
    assert found.unclear == {"号码": ("from_number", "recipient_id"), "机构编号": ("lender_id", "agency_id")}


def test_a_column_of_numbers_is_whose_the_other_columns_or_its_numbers_leave(tmp_path: Path) -> None:
    one = "1,2026/3/5 9:05:03,4001234567,13800001002"
    _, text = suggested(tmp_path, "流水号,拨打时间,主叫号码,外呼号码", one)
    assert '  recipient_id: "外呼号码"   # 按字面推测，请核对\n' in text
    _, text = suggested(tmp_path, "流水号,拨打时间,外呼号码", "1,2026/3/5 9:05:03,13800001002")
    assert "“外呼号码”可能是 from_number 或 recipient_id，分不清" in text
    for ours, numbers in (("from_number", 2), ("recipient_id", 60)):
        rows = [f"{n},2026/3/5 9:05:03,1380000{1000 + n % numbers}" for n in range(120)]
        _, text = suggested(tmp_path, "流水号,拨打时间,外呼号码", *rows)
        assert f'  {ours}: "外呼号码"   # 按字面推测，请核对\n' in text


@pytest.mark.parametrize("heads", ["主叫号码,被叫号码", "caller,callee"])
def test_caller_and_called_that_change_places_are_told_by_the_direction(tmp_path: Path, heads: str) -> None:
    out = [f"{n},2026/3/5 9:05:0{n},02155501234,1380000100{n},呼出" for n in range(3)]
    back = [f"{n},2026/3/5 9:06:0{n},1380000100{n},02155501234,呼入" for n in (4, 5)]
    log, text = suggested(tmp_path, f"流水号,呼叫时间,{heads},呼叫方向", *out, *back, "6,2026/3/5 9:07:00,1,2,转接")
    caller, called = heads.split(",")
    assert f'  recipient_id: {{from: "{called}", inbound: "{caller}"}}   # 来电时看后一列' in text
    assert f'  from_number: {{from: "{caller}", inbound: "{called}"}}' in text
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    audited(log, tmp_path / "out", mapping=tmp_path / "m.yaml", only=("cn.time.quiet-hours",))
    (staged,) = (tmp_path / "out").rglob("log.parquet")
    rows = pq.read_table(staged, columns=["recipient_id", "from_number"]).to_pylist()
    numbers = sorted(str(row["recipient_id"])[-1] + str(row["from_number"])[-1] for row in rows)
    assert numbers == ["04", "14", "24", "44", "54", "ee"]  # of the call that was put through, nobody knows


@pytest.mark.parametrize(("beside", "from_"), [("", '{from: ["短信内容", "录音转写"]}'), ("您好", '"短信内容"')])
def test_words_that_stand_now_in_one_column_now_in_another_are_taken_from_both(
    tmp_path: Path, beside: str, from_: str
) -> None:
    rows = (f"1,2026/3/5 9:05:03,您好,{beside}", "2,2026/3/5 9:06:03,,请还款")
    _, text = suggested(tmp_path, "流水号,呼叫时间,录音转写,短信内容", *rows)
    assert f"  text: {from_}   #" in text
    assert f"text_kind: {{constant: {'verbatim' if beside else 'transcript'}}}" in text


def test_numbers_that_keep_their_places_are_not_turned_round(tmp_path: Path) -> None:
    rows = [f"{n},2026/3/5 9:05:0{n},02155501234,1380000100{n},{way}" for n, way in enumerate(("呼出", "呼入", "呼入"))]
    _, text = suggested(tmp_path, "流水号,呼叫时间,外显号码,客户号码,呼叫方向", *rows)
    assert "inbound:" not in text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("recipient_id: {from: a, inbound: b}", "direction"),
        ("recipient_id: {from: a, inbound: [a, b]}", "只能一列"),
        ("loan_id: {from: a, inbound: b}", "recipient_id"),
        ("recipient_id: {from: a, inbound: x}", "没有“x”"),
    ],
)
def test_a_column_of_calls_that_came_in_goes_with_a_number_and_a_direction(tmp_path: Path, said: str, why: str) -> None:
    (tmp_path / "m.yaml").write_text(f"columns:\n  occurred_at: t\n  {said}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=why):
        load_mapping(tmp_path / "m.yaml", ("t", "a", "b"), "UTC")


def test_a_line_that_is_no_json_does_not_keep_a_mapping_from_being_proposed(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"流水号": "1", "拨打时间": "2026-03-05 09:05:03"}\n{"流水号": "2"\n', encoding="utf-8")
    assert '  occurred_at: "拨打时间"' in suggest_mapping(str(log))


def test_an_hour_without_a_day_is_said_to_lack_it(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, "流水号,拨打时间,挂断时刻", "1,9:05:03,9:06:00")
    assert "请写联系时间是哪几列" in text
    assert "ended_at" not in text
    _, text = suggested(tmp_path, "流水号,拨打时间,拨打日期", "1,2026/3/5 9:05:03,2026/3/5")
    assert '  occurred_at: "拨打时间"\n' in text


def test_a_column_whose_words_are_of_another_kind_is_that_or_told(tmp_path: Path) -> None:
    moment = "2026/3/5 9:05:03"
    _, text = suggested(tmp_path, "流水号,拨打时间,呼叫类型", f"1,{moment},人工外呼", f"2,{moment},智能外呼")
    assert 'from: "呼叫类型"\n    values:\n      "人工外呼": call' in text
    assert "direction: {constant" in text
    _, text = suggested(tmp_path, "流水号,拨打时间,渠道,号码渠道", f"1,{moment},电话,企微", f"2,{moment},电话,短信")
    assert "更像 channel" in text


def test_the_records_of_a_switch_are_known_by_their_own_names(tmp_path: Path) -> None:
    head = "uuid,start_stamp,answer_stamp,end_stamp,duration,billsec,hangup_cause,caller_id_number,destination_number"
    missed = "u2,2026-04-07 11:40:00,,2026-04-07 11:40:30,30,0,NO_ANSWER,02160000001,13800020001"
    taken = (
        "u1,2026-04-07 09:12:05,2026-04-07 09:12:11,2026-04-07 09:13:02,57,51,NORMAL_CLEARING,02160000001,13800020001"
    )
    _, text = suggested(tmp_path, head, taken, missed)
    assert 'duration_s: "billsec"   # 也可能是 duration' in text
    assert "connected: {from: \"answer_stamp\", values: {'': false}, others: true}" in text
    theirs = {"occurred_at": "start_stamp", "from_number": "caller_id_number", "recipient_id": "destination_number"}
    assert all(f'  {name}: "{one}"' in text for name, one in theirs.items())


@pytest.mark.parametrize(
    ("header", "row", "proposed"),
    [
        ("呼叫日,呼叫时", "2026/3/5,9:05:03", '{from: ["呼叫日", "呼叫时"]}'),
        ("呼叫开始,呼叫结束", "2026/3/5 9:05:03,2026/3/5 9:06:00", '"呼叫开始"'),
        ("agent.createdAt,call.startedAt", "2020-01-01T00:00:00Z,2026-03-05T01:05:03Z", '"call.startedAt"'),
    ],
)
def test_the_time_of_a_contact_is_known_by_how_systems_head_it(
    tmp_path: Path, header: str, row: str, proposed: str
) -> None:
    _, text = suggested(tmp_path, header, row)
    assert f"  occurred_at: {proposed}   # 按字面推测，请核对" in text


def test_a_line_of_totals_puts_no_words_into_a_mapping(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, "流水号,呼叫时间,接通状态", "1,2026/3/5 9:05,接通", "合计,,301通")
    assert '"接通": true' in text
    assert "301通" not in text


def test_a_number_that_each_file_counts_anew_is_no_id_and_hours_have_digits(tmp_path: Path) -> None:
    rows = [f"{n % 2},2026-04-0{1 + n % 3},{9 + n % 3}:10:00,上午" for n in range(12)]
    _, text = suggested(tmp_path, "序号,拨打日期,拨打时段,触达时段", *rows)
    assert "# contact_id: 序号 里许多行是同一个值，不是编号" in text
    assert 'occurred_at: {from: ["拨打日期", "拨打时段"]}' in text


def test_words_that_come_late_in_a_log_are_met_too(tmp_path: Path) -> None:
    early, late = ["电话"] * 60_000, ["短信"] * 60_000
    lines = [f"{n},2026-03-01 09:00:00,{channel}" for n, channel in enumerate((*early, *late))]
    (tmp_path / "a.csv").write_text("流水号,拨打时间,渠道\n" + "\n".join(lines), encoding="utf-8")
    (tmp_path / "b.csv").write_text("流水号,拨打时间,渠道\nx,2026-03-02 09:00:00,上门\n", encoding="utf-8")
    proposed = suggest_mapping(str(tmp_path))
    assert [
        f'"{word}": {ours}' in proposed for word, ours in (("电话", "call"), ("短信", "sms"), ("上门", "visit"))
    ] == [
        True,
        True,
        True,
    ]
    assert suggest_mapping(str(tmp_path)) == proposed


def test_a_usual_word_that_no_sample_held_is_understood_all_the_same(tmp_path: Path) -> None:
    log, text = suggested(tmp_path, "流水号,拨打时间,是否堵门,失联标志", "1,2026/3/5 9:05:03,否,是")
    assert '"否": true' in text  # of what says the opposite both words are written
    with log.open("a", encoding="utf-8") as more:
        more.write("2,2026/3/5 9:05:03,是,否\n3,2026/3/5 9:05:03,1,\n")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text, encoding="utf-8")
    audited(log, tmp_path / "out", mapping=mapping)
    columns = {row["column"]: row for row in json.loads((tmp_path / "out/quality.json").read_text())["columns"]}
    assert (columns["visit_coercive"]["known"], columns["visit_coercive"]["unknown_values"]) == (2, {"1": 1})
    assert columns["debtor_reachable"]["known"] == 2


@pytest.mark.parametrize(
    ("said", "word", "meant"),
    [
        ("values: {否: false}", "是", "true"),
        ("values: {未录: false}", "有录音", "true"),
        ("values: {是: false}", "否", None),  # turned round: no word is taken as usual
        ("values: {录: true}, others: false", "是", None),
        ("values: {否: false}", "1", None),  # a number may be a code
    ],
)
def test_values_that_a_mapping_does_not_name(tmp_path: Path, said: str, word: str, meant: str | None) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(f"columns:\n  occurred_at: 时间\n  recorded: {{from: 录音, {said}}}\n", encoding="utf-8")
    values = load_mapping(path, ("时间", "录音"), "Asia/Shanghai").columns["recorded"].values
    assert values.get(word) == meant


def test_a_dialler_and_objects_within_are_known_and_codes_are_asked_about(tmp_path: Path) -> None:
    row = "a,C1,2026-03-05 09:05:03,NA,13800001002,01062800000,本人"
    _, text = suggested(tmp_path, "ContactID,CustRef,CallStart,DispCode,DNIS,ANI,与客户关系", row)
    for ours, theirs in (("debtor_id", "CustRef"), ("recipient_id", "DNIS"), ("from_number", "ANI")):
        assert f'  {ours}: "{theirs}"\n' in text
    assert '  occurred_at: "CallStart"' in text
    assert "recipient_relation" not in text  # 本人 says nothing of it
    _, text = suggested(
        tmp_path, "ContactID,CallStart,DispCode", "a,2026-03-05 09:05:03,NA", "b,2026-03-05 09:05:03,PTP"
    )
    assert '加一行 "NA": false' in text
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"id": "1", "debtor": {"loanId": "l"}, "call": {"startTs": 1772672703000, "durationMs": 1}}\n', "utf-8"
    )
    text = suggest_mapping(str(log))
    for said in (
        'loan_id: "debtor.loanId"',
        'occurred_at: "call.startTs"',
        'duration_s: {from: "call.durationMs", unit: milli',
    ):
        assert said in text


def test_columns_whose_headers_say_nothing_are_known_by_what_they_hold(tmp_path: Path) -> None:
    rows = (
        f"{1772672703000 + n},voice,1390010{n:04},02155500001,{who},{n % 2}" for n, who in enumerate(("self", "wife"))
    )
    _, text = suggested(tmp_path, "f1,f2,f3,f4,f5,f6", *rows, "1772672799000,sms,13900100002,02155500001,colleague,1")
    for ours, theirs in (("occurred_at", "f1"), ("recipient_id", "f3"), ("from_number", "f4")):
        assert f'  {ours}: "{theirs}"   # 按字面推测，请核对' in text
    assert (
        '  channel:   # 按字面推测，请核对\n    from: "f2"\n    values:\n      "sms": sms\n      "voice": call' in text
    )
    assert '  recipient_relation:   # 按字面推测，请核对\n    from: "f5"' in text
    assert "没有用到的列：f6\n" in text  # 0 and 1 may be anything


def test_a_record_that_stands_in_an_object_is_known_with_its_time_and_its_conversation(tmp_path: Path) -> None:
    turns = [{"type": "ROBOT", "text": "您好，这里是安信小贷"}, {"type": "PERSON", "text": "我打断你的腿"}]
    calls = [
        {"callRecordId": 1_075_135_000 + n, "startTime": f"2026-06-08 10:0{n}:00", "resultStatus": status}
        | {"chatDuration": 9, "callDetailList": turns, "fullAudioUrl": recording}
        for n, (status, recording) in enumerate((("ANSWERED", "https://a.example/1.wav"), ("NO_ANSWER", None)))
    ]
    lines = [json.dumps({"dataType": "ROBOT_CALL_RECORD", "data": call}, ensure_ascii=False) for call in calls]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = suggest_mapping(str(tmp_path / "log.jsonl"))
    for line in (
        'contact_id: "data.callRecordId"   # 按',
        'occurred_at: "data.startTime"   # 按',
        'duration_s: "data.chatDuration"   # 按',
        'text: "data.callDetailList"   # 按',
        "text_kind: {constant: transcript}   # 原文",
        "recorded: {from: \"data.fullAudioUrl\", values: {'': false}, others: true}   # 有录音文件就是录了音",
    ):
        assert line in text
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    audited(tmp_path / "log.jsonl", tmp_path / "out", mapping=tmp_path / "mapping.yaml", only=("cn.threat.violence",))
    assert read(tmp_path / "out", "findings") == [], "what the person called says is not held against the collector"


def test_what_goes_out_in_writing_alone_is_proposed_as_it_was_sent(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, "msgId,channelType,content,receiverType", "1,SMS,请还款,1", "2,WECOM,请回电,2")
    assert "text_kind: {constant: verbatim}   # 原文" in text
    assert '"2": null   # 不认识，请改成 debtor' in text


def test_a_proposal_ends_with_the_facts_of_law_that_no_log_tells(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, "通话ID,拨打时间", "1,2026-06-08 10:01:00")
    *_, named, how = text.splitlines()
    assert "member_nifa（是否中国互联网金融协会会员）" in named
    assert "--law-facts" in how


def test_an_agency_that_is_empty_at_times_tells_who_called(tmp_path: Path) -> None:
    _, text = suggested(
        tmp_path, "通话ID,拨打时间,委外机构", "1,2026-06-08 10:01:00,甲诚资产", "2,2026-06-08 10:02:00,"
    )
    assert "actor: {from: \"委外机构\", values: {'': lender}, others: agency}   # 机构空着就是贷款人自己" in text
    assert 'agency_id: "委外机构"' in text
    _, text = suggested(
        tmp_path,
        "通话ID,拨打时间,委外机构",
        "1,2026-06-08 10:01:00,自营",
        "2,2026-06-08 10:02:00,",
        "3,2026-06-08 10:03:00,乙",
    )
    assert "values: {'': lender, \"自营\": lender}, others: agency}" in text
    _, text = suggested(
        tmp_path, "通话ID,拨打时间,委外机构", "1,2026-06-08 10:01:00,甲诚资产", "2,2026-06-08 10:02:00,乙"
    )
    assert "actor" not in text
