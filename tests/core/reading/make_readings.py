"""Small invented documents for the tests of the reader, and short views of a reading."""

from __future__ import annotations

from guantong.core.reading import BlockKind, Clause, Reading, read

TITLE = "云岫区教育局工作方案"

# A yearly work plan with a letter of transmission, and brackets behind its items.
POINTS = """云岫区教育局2026年工作要点
云教〔2026〕3号
各中小学、幼儿园，局机关各科室：
现将《云岫区教育局2026年工作要点》印发给你们，请认真贯彻执行。
云岫区教育局
2026年2月10日

云岫区教育局2026年工作要点
2026年全区教育工作的总体要求是：坚持党对教育工作的全面领导，落实立德树人根本任务。
一、加强党的全面领导
1.落实党组织领导的校长负责制。6月底前完成议事规则修订，报局党委备案。（责任科室：组织科；完成时限：2026年6月30日前）
2.深化“三会一课”质量提升行动。各支部每季度召开一次支部党员大会，党员参与率不低于95%。（责任科室：组织科、宣传科；完成时限：全年）
3．抓好意识形态责任制落实。（责任科室：宣传科；配合科室：办公室、信息中心；完成时限：长期坚持）
二、推进教育优质均衡发展
4.扩大优质学位供给。各镇新建学校3所，新增学位3200个。（责任科室：基建科；完成时限：8月底前）
5.规范办学行为。严禁中小学校举办重点班，不得以考试成绩排名。（责任科室：基教科；完成时限：长期坚持）
三、保障措施
各学校要高度重视，切实增强责任感和紧迫感。
"""

# A speech in parts, its headings glued to what follows.
SPEECH = """在云岫区教育系统党建工作会议上的讲话提纲
（2026年3月5日）
同志们：
去年，全系统党建工作总体平稳，但是冷热不均的情况还在。下面，我讲几点意见。
第一方面：把准方向，扛牢责任
一要把责任扛在肩上。一个学校办得怎么样，首先看班子。各学校党组织书记要每半年至少主持召开1次专题会。二要把规矩立在前面。各学校党组织要严格执行请示报告制度，不得迟报、瞒报。三要把风气养在平时。大家不要有“可以放一放”的想法。
第二方面：建强组织，夯实基础
一要抓好组织生活。各党支部要按期落实“三会一课”，坚持每月开展一次主题党日。二要抓好书记队伍。各位书记要把述职评议考核当作一面镜子，9月底前全部整改到位。（组织科牵头，各学校党组织负责）
同志们，让我们携起手来，为办好教育而努力！
"""


def make_plan(*lines: str) -> str:
    """A plan under an invented title, one paragraph a line."""
    return "\n".join([TITLE, *lines]) + "\n"


def make_speech(*lines: str) -> str:
    """A speech: there only modals and orders oblige."""
    return "\n".join(["在云岫区教育系统工作会议上的讲话", "同志们：", *lines]) + "\n"


def read_all(*lines: str) -> list[Clause]:
    """The clauses of a plan."""
    return list(read(make_plan(*lines)).clauses)


def read_one(sentence: str) -> Clause:
    """The only clause of a plan with one heading and this sentence."""
    (clause,) = read_all("一、重点工作", sentence)
    return clause


def outline_of(text: str) -> list[tuple[int, str, str]]:
    """Level, marker and title of every numbered node."""
    return [(h.level, h.marker, h.title) for h in read(text).outline if h.level]


def nodes_of(text: str) -> list[tuple[int, str]]:
    """Level and marker of every numbered node."""
    return [(level, marker) for level, marker, _ in outline_of(text)]


def pieces(reading: Reading, kind: BlockKind) -> list[str]:
    """The texts of all blocks of a kind."""
    return [reading.text[b.start : b.end] for b in reading.blocks if b.kind is kind]


def cut(reading: Reading) -> list[tuple[str, str]]:
    """Text and reason of all furniture, without the blanks around it."""
    return [(reading.text[f.start : f.end].strip(), f.reason) for f in reading.furniture]
