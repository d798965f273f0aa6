"""The text as the citation reader sees it: folded signs, no line breaks inside sentences, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["View", "view_of"]

_FOLD = str.maketrans(
    {
        **{chr(0xFF10 + n): str(n) for n in range(10)},
        **{chr(0xFF21 + n): chr(65 + n) for n in range(26)},
        **{chr(0xFF41 + n): chr(97 + n) for n in range(26)},
        "(": "（",
        ")": "）",
        "〈": "《",
        "〉": "》",
        "＜": "《",
        "＞": "》",
        "«": "《",
        "»": "》",
        "﹝": "〔",
        "﹞": "〕",
        "［": "〔",
        "］": "〕",
        "【": "〔",
        "】": "〕",
        "§": "第",
        "〇": "零",
        "○": "零",
        "Ｏ": "零",
        "﹣": "-",
        "－": "-",
        "–": "-",
        "—": "-",
        "～": "-",
        "~": "-",
        "〜": "-",
        "﹐": "，",
        ",": "，",
        ";": "；",
        ":": "：",
        "／": "/",
        "｜": "|",
        "│": "|",
        # the traditional forms that citations are written with
        **dict(
            zip(
                "條項個資訊護網絡費權協業監督責侵處罰則關於幹問題釋規貸銀險機構徵險單據證與無從華國當務電詐騙婦爾記錄號輿實隱範圍進聯債審間適糾紛償還訴訟應約"
                "對沒這為時屆滿會開發們現際運動傳輸財產損賠額職員錢銷長門節嚴嚇輕幾較並擾亂寫執聲請調離變類後給結終經過邊達選遺繼親屬認說議讓論設許評試該詳誤"
                "誹謗譽買賣質賬帳車載轉辦隨雙雖難靜須預領頭願顯風驗體齡萬億兩團場壞將導層幣師帶幫廠廣廢異強彙態慮憲懲戶掛採換擁擇擊擔擬擴攜攝敗數斷暫歷書標樓"
                "樣檢歲歸殘殺毀氣決況洩淨測準滅濟爭獎獨獲環畫盜盤眾確碼種稱窮競筆簡簽籌紀級純紙細組絕統綜緊線編緣縣總繳續羅義習聞聽脅臨舉舊術衛衝裝見視覺觀訂"
                "計討託訪診詢誠談諮謂講識讀負貨販貼貿賃賴贈趕跡踐軍軟輔輛轄辭農違遞遲遷郵鄰醫錯鎖鏈閱隊階陳靈頻顧養蹤竊偽慫剝奪勞納撥劃凍輯備盡緩減價壹臺灣貞"
                "綁謀贓賭鬥槍彈誘僱賄賂瀆誣縱搶憑滯曆贖連鑒鑑複餘齊轟煩惱驚壓纏噴塗閉綱語憶佈瀏覽點讚賞勵誡訓諒勸裡裏麼嗎誰別徑稅報內來傷僅惡濫觸圖毆復穢話騷棄響營窺補慣織夠狀尋釁虛訃雜購區礎沖罵專挾楊闖戰勢詞礙韓顏優豐臉腦蘇",
                "条项个资讯护网络费权协业监督责侵处罚则关于干问题释规贷银险机构征险单据证与无从华国当务电诈骗妇尔记录号舆实隐范围进联债审间适纠纷偿还诉讼应约"
                "对没这为时届满会开发们现际运动传输财产损赔额职员钱销长门节严吓轻几较并扰乱写执声请调离变类后给结终经过边达选遗继亲属认说议让论设许评试该详误"
                "诽谤誉买卖质账账车载转办随双虽难静须预领头愿显风验体龄万亿两团场坏将导层币师带帮厂广废异强汇态虑宪惩户挂采换拥择击担拟扩携摄败数断暂历书标楼"
                "样检岁归残杀毁气决况泄净测准灭济争奖独获环画盗盘众确码种称穷竞笔简签筹纪级纯纸细组绝统综紧线编缘县总缴续罗义习闻听胁临举旧术卫冲装见视觉观订"
                "计讨托访诊询诚谈谘谓讲识读负货贩贴贸赁赖赠赶迹践军软辅辆辖辞农违递迟迁邮邻医错锁链阅队阶陈灵频顾养踪窃伪怂剥夺劳纳拨划冻辑备尽缓减价一台湾贞"
                "绑谋赃赌斗枪弹诱雇贿赂渎诬纵抢凭滞历赎连鉴鉴复余齐轰烦恼惊压缠喷涂闭纲语忆布浏览点赞赏励诫训谅劝里里么吗谁别径税报内来伤仅恶滥触图殴复秽话骚弃响营窥补惯织够状寻衅虚讣杂购区础冲骂专挟杨闯战势词碍韩颜优丰脸脑苏",
                strict=True,
            )
        ),
    }
)
_ENDS = "。！？；：!?;:”」』》）)|"
# circled numbers, squares, stars, ticks and little pictures
_BULLET = r"[\u2460-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
_LIST = re.compile(
    rf"[ \t\u3000]*(?:[（(]?[一二三四五六七八九十]{{1,3}}[）)、．.]|[（(]?\d{{1,2}}[）)、．.]|第[^，。]{{1,9}}[条章节]|[-*•●·#>|]|{_BULLET}|\d\ufe0f?\u20e3|\U0001f51f)"
)
# pages written for search engines have 靠前 for every 第一: 靠前千零三十四条
_FIRST = re.compile(r"靠前(?=[百千])")
_WRAPPED = 15
_FULL = 0.8
_APART = 2  # signs between the cells of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """``text`` to search in; ``at[i]`` is the place of its character i in the original."""

    text: str
    at: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of the characters start to end of the view."""
        return self.at[start], self.at[end - 1] + 1

    def index(self, place: int) -> int:
        """The first character of the view that stands at *place* of the original or after it."""
        return bisect_right(self.at, place - 1)


def view_of(original: str) -> View:
    """The view of *original*: blanks are dropped, a line break stays only where a sentence, a heading or an item ends."""
    signs: list[str] = []
    at: list[int] = []
    place = 0
    lines = original.split("\n")
    for number, line in enumerate(lines):
        for offset, sign in enumerate(line):
            if not (sign.isspace() or sign in "\u200b\ufeff\u00ad*`"):
                signs.append(sign)
                at.append(place + offset)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if number + 1 < len(lines) and not _runs_on(line, following, _width_around(lines, number)):
            signs.append("\n")
            at.append(place + len(line))
        place += len(line) + 1
    text = _FIRST.sub("第一", "".join(signs).translate(_FOLD))
    return View(text=text, at=tuple(at), original=original)


def _width_around(lines: list[str], number: int) -> int:
    """The length of the longest line nearby: a line that was broken by its width is about as long."""
    return max(len(line.strip()) for line in lines[max(0, number - 3) : number + 4])


def _runs_on(line: str, following: str, width: int) -> bool:
    line = line.rstrip()
    if _is_row(line) and _is_row(following):
        return False
    if _SPLIT.search(line) and following.strip():
        return True
    length = len(line.strip())
    if length < max(_WRAPPED, width * _FULL) or not following.strip() or line[-1] in _ENDS:
        return False
    return not (_LIST.match(following) or _LABELLED.match(following))


def _is_row(line: str) -> bool:
    """Whether the line is a row of a table, its cells apart by bars or by tabs."""
    return any(line.strip().count(sign) >= _APART for sign in "|｜│\t")


_LABELLED = re.compile(r"[ \t\u3000]*[^，。；\s]{1,8}[：:|]|[^，。；]{1,12}\d{1,2}[:：]\d{2}")
_SPLIT = re.compile(r"第[零一二三四五六七八九十百千0-9]*$|《[^》]{1,40}$")
