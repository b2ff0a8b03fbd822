"""Names of organizations and posts: how they end, and how an enumeration of them comes apart."""

from __future__ import annotations

import re

from guantong.core.reading.lexicon import words

# What the name of an organization or of a post ends in, by length.
_ENDINGS = words("""
    党组织 党委 党组 党总支 支部 党工委 工委 纪委 纪工委 纪检组 检察院 法院 监委 委员会 常委会 领导小组 工作组 专班
    小组 指挥部 办公室 部门 单位 机关 机构 政府 学校 院校 高校 中学 小学 幼儿园 高中 各校 科研院所 研究院
    研究所 园区 校区 总局 办事处 人大 政协 组织 团体 协会 联盟 学会 联合会 工会 共青团 妇联 企业 公司
    集团 医院 街道 乡镇 各镇 辖镇 社区 中心 服务站 监测站 派出所 处室 科室 支队 大队 中队 总队 地区
    各地 各级 各省 自治区 直辖市 各市 各县 各区 各乡 各村 属地村 村委会 居委会 村两委 省区市 地方 基层 所在地
    防御区 城市 辖区 网格 课题组 班子 书记 校长 园长 院长 主任 局长 处长 科长 部长 组长 所长 站长
    班主任 干部 党员 团员 青年 教师 教职工 职工 人员 公务员 负责人 负责同志 责任人 成员 委员 代表 领导 同胞
    队伍 网格员 志愿者 一把手 行政学院 党校 主体 行业 各方 基金会 人民银行 气象台 总署 专署 公署 行署 省财政 市财政
    区财政 县财政 镇财政 乡财政 管委会 大学 全校上下 全局上下 全区上下 全市上下 全县上下 全省上下 同学 学员 两级政府 少先队 食堂 督学
    家长 公办园 民办园 各园 家委会 各班 班级 年级
""")
_BY_LENGTH = tuple(frozenset(e for e in _ENDINGS if len(e) == n) for n in (2, 3, 4))
# One character that ends a name, unless the two before the end make another word.
_SHORT_ENDINGS = frozenset("局部委处科厅站所院室组")
_OTHER_WORDS = words("""
    大局 结局 格局 布局 全局 时局 开局 棋局 当局 内部 外部 全部 局部 原委 到处 用处 好处 益处
    深处 高处 处处 四处 各处 住处 难处 长处 短处 同科 学科 专科 本科 百科 客厅 车站 网站 场所
    厕所 住所 处所 前所 庭院 后院 教室 验室 书室 览室 温室 居室 卧室 下室 议室 各室 动室 改组
    分组 重组 编组 成组
""")
_PLACES = re.compile(r"[、各][省市县区州镇乡村]$")
_BRACKET_TAIL = re.compile(r"（[^（）]*）$")

# A name holds none of these: they show that the stretch is a sentence of its own.
_NO_NAME = re.compile(
    r"[“”《》，。；：由被]|(?<!一)把|是(?!否)|了|不|着(?!力)|(?:加强|推进|完善|建立|落实|提高|增强|开展|发挥|形成|实现)"
)
_NOBODY = re.compile(
    r"^(?:大家|我们?|同志们|咱们|他们|这些|其|本人|你们|自己|谁)$|的$|^\d|^(?:对|把|将|使|让|为)"
)
_LONGEST = 34

_HIDE = str.maketrans("、和及与", "\x00\x01\x02\x03")
_SHOW = str.maketrans("\x00\x01\x02\x03", "、和及与")
_LIST = re.compile(r"[、，]|(?<=地区|部门|单位|各地|学校|高校|乡镇)(?=各)")
_JOINED = re.compile(
    r"各?[省市县区]（[^（）]*）、[省市县区]（[^（）]*）|（[^（）]*）|各?省、自治区、直辖市|中、小学|及其|"
    r"和其他|[一二三四五六七八九](?:、[一二三四五六七八九])+年级|[省市区县乡镇村](?:、[省市区县乡镇村])+(?![\u4e00-\u9fff]?[、，])"
)
_AND = re.compile(r"(?<!工业|文化|发展|资源|住房|环境|体育|卫生|交通)[和及与]")
_ETC = re.compile(r"等(?=各|有关|相关|其他|国务院|省|市|区|县|单位|部门|处室|科室|$)")
_BARE_CLASS = re.compile(r"(?:部门|单位|处室|科室|机构|方面|组织|按|分别|共同|职责|分工)*")
_HEAD = re.compile(r"(?:并由|其中|以及|由|请|凡|以|及|和)")
_TAIL = re.compile(r"(?:按照?(?:各自)?职责(?:分工)?|按分工|分工|依职责|分别|共同|具体)$")


def ends_name(text: str) -> bool:
    """Whether `text` ends like the name of an organization or a post; a bracket behind it may belong to the name."""
    if text.endswith("）") and (tail := _BRACKET_TAIL.search(text)):
        text = text[: tail.start()]
    if text[-2:] in _BY_LENGTH[0] or text[-3:] in _BY_LENGTH[1] or text[-4:] in _BY_LENGTH[2]:
        return True
    if _PLACES.search(text):
        return True
    return len(text) > 1 and text[-1] in _SHORT_ENDINGS and text[-2:] not in _OTHER_WORDS


def split_names(text: str) -> list[str]:
    """The single names of an enumeration; 、 inside a name (各省、自治区、直辖市人民政府) stays."""
    names: list[str] = []
    for part in re.split(
        "以及|；", _JOINED.sub(lambda m: m[0].translate(_HIDE), text.strip(" 　，。；：、"))
    ):
        # 从国外、境外引进技术和设备的单位: what qualifies a name is no list
        qualifier, de, rest = part.rpartition("的")
        for piece in _LIST.split(qualifier.translate(_HIDE) + de + rest):
            names += _split_and(piece)
    return [name for name in dict.fromkeys(_tidy(n.translate(_SHOW)) for n in names) if name]


def checked_names(text: str) -> tuple[str, ...]:
    """The names in `text` if it holds nothing but names, else ()."""
    names = split_names(text)
    if not names or not ends_name(names[-1]):
        return ()
    if any(len(n) > _LONGEST or _NOBODY.search(n) or _NO_NAME.search(n) for n in names):
        return ()
    return tuple(names)


def _split_and(part: str) -> list[str]:
    pieces = []
    for chunk in _ETC.split(part):
        start = 0
        for match in _AND.finditer(chunk):
            left, right = chunk[start : match.start()], chunk[match.end() :]
            if right not in ("", "单位", "部门") and (
                ends_name(left) or (len(left) > 2 and left[-1] in "区县市州")
            ):
                pieces.append(left)
                start = match.end()
        pieces.append(chunk[start:])
    return pieces


def _tidy(name: str) -> str:
    name = name.strip(" 　、，。；：的")
    if head := _HEAD.match(name):
        name = name[head.end() :]
    name = _TAIL.sub("", name)
    every = name.find("各", 1)
    if (
        every > 0
        and name[every - 1] not in "的级区市县省国校属"
        and ends_name(name)
        and not ends_name(name[:every])
    ):
        name = name[every:]  # 主要任务各牵头处室 → 各牵头处室
    return "" if _BARE_CLASS.fullmatch(name) else name
