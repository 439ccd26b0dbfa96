"""Labels of the form, recognised in pieces whatever their spacing, brackets and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from parsers.numerals import squeeze
from parsers.pieces import Piece

MAX_LINES = 8
"""In how many pieces one label may be cut: `结 / 果 / 维 / 持` on a page with one character a line, plus notes."""

SHORTEST_MISPRINT, LONG_LABEL = 4, 8
"""Characters: a shorter label with a wrong character is another word; longer ones bear a second mistake."""

SHORTEST_CUT = 3
SHORTEST_REST = 3
"""Characters of what is left of a label that lost its first (政许可)."""

_TRADITIONAL = "檔時間佈期發係內動務區問單國執報審對屬廢強後復應採據數於會條業構機權決沒況減為無爲獲現當發確祕穩穫範糾納組結經維總織繫繳繼續罰舉萬處補製複規計訟訪設許訴詢認說説請議護費購踰轉辦這進過開關隻項題額類體"
_SIMPLIFIED = "档时间布期发系内动务区问单国执报审对属废强后复应采据数于会条业构机权决没况减为无为获现当发确秘稳获范纠纳组结经维总织系缴继续罚举万处补制复规计讼访设许诉询认说说请议护费购逾转办这进过开关只项题额类体"
"""The characters of labels in both scripts. Copies of pages are converted, also wrongly: 強製 for 强制, 隻計 for 只计 (layouts.md H)."""
_IN_NAMES = (
    "縣鄉鎮監環衛財農興稅氣資劃軍醫療園灣龍陽東紅雲長馬門黃蘇廣濟寧慶漢遼貴瓊臺島嶺嶼溝灘澤溫滬濱瀋蘭蓮萊葉薩藍豐鳳鳥魚鷹鐵銅銀錢鋼鍾鎖錫鄭鄰鄧酈賓賀賈趙車軒輝遠運達邊連遙郵釋響頂順領頭顧飛館駐騰驛騎鵝鶴鷄"
    "點齊齡優傑倉傳傷儀價億儲兒兩冊凱劉劍創勝勞勢勳勵協卻參號員喬喚啟圍圓圖團堅場塊塢塗塵墊壩壯夢夾奧婦孫寶實寫寬尋導將專岡崗嶽峽巖幫幹廠廳張彎彈徑徵從憲懷戰戶掃掛揚換擇擊擴擁損搶敵斷晉晝暫曉曆書棗棟棧樓樂"
    "樹橋橫檢歐歡歲歷殘毀沖淚淵淺測湊湧滄滿漁漲潔潤澗瀏灑煙煉熱燈爾牆狀獎獨獻瑪瓏畝畫異盤眾矚碼磚礦禮禦稱積穀窯競筆築簡簽糧級紀約紡紋純紙紹終綠綜綱網緊線編緣縱績繡羅聖聞聯聲職聽腳腦臨舊舖艦藝藥術衝裏裝褲見視覽親觀觸討記講論評詳誌語誠課調談證譜讀變豎貝負貢貧貨質貿賢賽贛贊趕跡踐躍轄迴遞遊適選遺還邁鄒釣鋪錄鍋鎢鏡鑄鑽閔閣闊陣陰陳陸隊際隨險雙雜雞離難電霧靈靜韓韻須預頌頻顆願風養餘駕驗驚鬆魯鮑鮮鴨鴻鹽麗麥黨齋龐龜"
)
_IN_NAMES_SIMPLIFIED = (
    "县乡镇监环卫财农兴税气资划军医疗园湾龙阳东红云长马门黄苏广济宁庆汉辽贵琼台岛岭屿沟滩泽温沪滨沈兰莲莱叶萨蓝丰凤鸟鱼鹰铁铜银钱钢钟锁锡郑邻邓郦宾贺贾赵车轩辉远运达边连遥邮释响顶顺领头顾飞馆驻腾驿骑鹅鹤鸡"
    "点齐龄优杰仓传伤仪价亿储儿两册凯刘剑创胜劳势勋励协却参号员乔唤启围圆图团坚场块坞涂尘垫坝壮梦夹奥妇孙宝实写宽寻导将专冈岗岳峡岩帮干厂厅张弯弹径征从宪怀战户扫挂扬换择击扩拥损抢敌断晋昼暂晓历书枣栋栈楼乐"
    "树桥横检欧欢岁历残毁冲泪渊浅测凑涌沧满渔涨洁润涧浏洒烟炼热灯尔墙状奖独献玛珑亩画异盘众瞩码砖矿礼御称积谷窑竞笔筑简签粮级纪约纺纹纯纸绍终绿综纲网紧线编缘纵绩绣罗圣闻联声职听脚脑临旧铺舰艺药术冲里装裤见视览亲观触讨记讲论评详志语诚课调谈证谱读变竖贝负贡贫货质贸贤赛赣赞赶迹践跃辖回递游适选遗还迈邹钓铺录锅钨镜铸钻闵阁阔阵阴陈陆队际随险双杂鸡离难电雾灵静韩韵须预颂频颗愿风养余驾验惊松鲁鲍鲜鸭鸿盐丽麦党斋庞龟"
)
"""Further characters of the names of bodies and places, which a title in traditional script prints."""
_FOLD = str.maketrans(
    dict.fromkeys("、.．,，;；:：·", ".")
    | dict.fromkeys("（【〔[「", "(")
    | dict.fromkeys("）】〕]」", ")")
    | dict.fromkeys("“”‘’'＂", '"')
    | {"\\": "/"}
    | dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
)
_SIMPLE = str.maketrans(_TRADITIONAL + _IN_NAMES, _SIMPLIFIED + _IN_NAMES_SIMPLIFIED)
_PINYIN = re.compile(r"\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüɡ]+\)")
"""Readings that converted copies print behind characters: 規(guī)章."""


def simplified(text: str) -> str:
    """The text in simplified script, character by character: those of the form's labels and of most names."""
    return text.translate(_SIMPLE)


def without_readings(text: str) -> str:
    """The text without the readings behind its characters."""
    return _PINYIN.sub("", text)


_UNIT = re.compile(r"(?<=.)(?:\((?:单位\.)?件\)|/件)$")
"""The unit of counts behind the name of a column, 总计（件）."""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """A label reduced to what identifies it: simplified script, no white space, no readings, no unit, one kind each of bracket, quote and separator."""
    return _UNIT.sub("", without_readings(squeeze(text).translate(_FOLD)))


_NUMBER = re.compile(r"(?:\((?P<bracketed>[一二三四五六七八九十\d]+)\)|(?P<plain>[一二三四五六七八九十]+|\d+)\.)(?P<words>.+)")
SHORTEST_WITHOUT_NUMBER = 4
"""Characters of a label that stands without its number: 其他 and 总计 are those of columns as well."""


def number_of(label: str) -> str | None:
    """The number that a folded label begins with: `2` of `2.重复申请`, `三` of `(三)不予公开`."""
    match = _NUMBER.fullmatch(label)
    return match and (match["bracketed"] or match["plain"])


def numbered(label: str, number: str) -> Iterator[str]:
    """A folded label with its number written in the other ways seen: `2.重复申请` as `(2)重复申请`, `2重复申请` (also ②) and without."""
    match = _NUMBER.fullmatch(label)
    words = match["words"] if match else label
    yield from (f"({number}){words}", f"{number}.{words}", f"{number}{words}")
    if len(words) >= SHORTEST_WITHOUT_NUMBER:
        yield words


def is_numbered_alike(text: str, label: str) -> bool:
    """Whether a folded text may be a label misprinted: one of few words is told by its number, and another number is that of another row."""
    match, number = _NUMBER.fullmatch(label), number_of(label)
    printed = number_of(text)
    is_other = bool(number and printed) and printed != number and len(printed or "") == len(number or "")
    return not (match and is_other and len(match["words"]) < SHORTEST_WITHOUT_NUMBER)


class Lexicon:
    """Finds in a run of pieces the labels of a fixed list."""

    def __init__(self, labels: Iterable[str], *, misprinted: Iterable[str] | None = None) -> None:
        """`misprinted` are those that may be meant by a text that is nearly one of them; all where it is not given."""
        self._labels = frozenset(fold(label) for label in labels)
        self._misprinted = self._labels if misprinted is None else self._labels & frozenset(misprinted)
        self._longest = max(map(len, self._labels), default=0)
        self._prefixes = frozenset(label[:end] for label in self._labels for end in range(1, len(label)))
        self._openings = self._prefixes | self._labels
        self._whole = frozenset(label for label in self._labels - self._prefixes if not _in_bracket(label))

    def matches(self, texts: Sequence[str]) -> Mapping[int, tuple[str, int]]:
        """By the index of a piece the longest label that begins with it and the index after that label."""
        openings, labels = self._openings, self._labels
        starts = [
            start
            for start, text in enumerate(texts)
            if text in openings or ("(" in text and text[: text.find("(", 1)] in labels)  # a label with a note
        ]
        return {start: match for start in starts if (match := self.longest_at(texts, start))}

    def longest_at(self, texts: Sequence[str], start: int) -> tuple[str, int] | None:
        """The longest label that begins with piece `start` and the index after it, or None. `texts` are folded."""
        if texts[start] in self._whole:
            return texts[start], start + 1
        if texts[start] not in self._openings and "(" not in texts[start]:
            return None
        found: tuple[str, int] | None = None
        joined = ""
        for end in range(start, min(start + MAX_LINES, len(texts))):
            if not texts[end]:
                break
            joined += texts[end]
            label = self._match(joined)
            if label is not None:
                found = (label, end + 1)
            if joined not in self._prefixes and not _in_bracket(joined):
                break
        return found

    def begins(self, text: str) -> bool:
        """Whether the text is the beginning of a label that was cut (本年新, layouts.md A1)."""
        return len(text) >= SHORTEST_CUT and text in self._prefixes

    def begun_by(self, text: str) -> Iterator[str]:
        """The labels that begin with the text."""
        return (label for label in self._labels if label.startswith(text)) if text in self._prefixes else iter(())

    def nearest(self, text: str) -> tuple[str, ...]:
        """The labels that a misprinted text may mean: one character off, two in long labels, none nearer (三类内容事务)."""
        allowed = 1 if len(text) < LONG_LABEL else 2
        if not SHORTEST_MISPRINT <= len(text) <= self._longest + allowed:
            return ()
        found = process.extract(text, self._misprinted, scorer=Levenshtein.distance, score_cutoff=allowed, limit=None)
        return tuple(str(label) for label, distance, _ in found if distance == found[0][1])

    def left_of(self, text: str) -> tuple[str, ...]:
        """The labels of which a short text is what is left behind their first character; longer ones are as near as a misprint."""
        return tuple(label for label in self._misprinted if label[1:] == text) if len(text) == SHORTEST_REST else ()

    def _match(self, text: str) -> str | None:
        """The label itself, or the label in front of a bracketed note: `规章(设区的市…应提供相关数据)`."""
        if text in self._labels:
            return text
        head, bracket, _ = text.partition("(") if not text.startswith("(") else _partition_second_bracket(text)
        return head if bracket and text.endswith(")") and head in self._labels else None


def _in_bracket(text: str) -> bool:
    return text.count("(") > text.count(")")


def _partition_second_bracket(text: str) -> tuple[str, str, str]:
    """Split behind a leading ordinal in brackets: `(二)部分公开(区分处理…)`."""
    at = text.find("(", 1)
    return (text[:at], "(", text[at + 1 :]) if at > 0 else (text, "", "")


_text_of = attrgetter("text")


def folded(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The folded text of each piece."""
    return tuple(map(fold, map(_text_of, pieces)))
