"""Refusals as sentences that say what is the matter and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from guantong.core.deviation import FactCode
from guantong.core.matters import Indicator
from guantong.core.moves import (
    AssignmentMove,
    AssignmentState,
    CaseMove,
    CaseState,
    DirectiveMove,
    DirectiveState,
)
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused
from guantong.web.words import fact, show, word

_MATTERS: Mapping[str, tuple[type[StrEnum], type[StrEnum], str]] = {
    "directive": (DirectiveState, DirectiveMove, "这件部署"),
    "assignment": (AssignmentState, AssignmentMove, "这项任务"),
    "computed assignment": (AssignmentState, AssignmentMove, "这项任务（自动统计）"),
    "deviation": (CaseState, CaseMove, "这条情况"),
}
_CODES: Mapping[tuple[str, str], type[StrEnum]] = {
    ("only_transmitted", "kind"): ClauseKind,
    ("not_asking", "indicator"): Indicator,
    ("directive_ended", "state"): DirectiveState,
    ("not_a_draft", "state"): DirectiveState,
}
"""Facts of a refusal that are codes, by the refusal's code and the fact's name."""

SENTENCES: Mapping[str, str] = {
    # moves
    "no_such_move": "{matter}现在是“{state}”，不能再“{move}”，可能刚刚有人办过。请看下面的最新情况。",
    # issuing
    "nothing_to_assign": "这份文件里没有可以交办的条款，只能传达，不能下达任务。",
    "only_transmitted": "“{kind}”类条款只能传达，不能作为任务下达。请把它改为“传达”。",
    "reason_missing": "请写明理由后再提交。",
    "consent_missing": "要求书面回告须经批准人同意。请先报批，或改用其他方式。",
    "due_missing": "“节点”类任务要有完成时间，请填写。",
    "due_past": "完成时间 {due} 已经过去，请改为今天或以后的日期。",
    "target_empty": "目标值没有约束作用，请填写大于 0 的数，或去掉目标。",
    "sign_limit_short": "签收期限只有 {days} 个工作日，至少要留 {least} 个工作日。请把签收期限往后改。",
    "limits_crossed": "承接期限早于签收期限，请把承接期限改到与签收期限同一天或更晚。",
    "second_approval_missing": "有 {asking} 条要求单位办理，超过 {most} 条，须先经第二人批准。请先报批，或减少办理条款。",
    "second_approval_same_person": "批准人和下达人不能是同一个人，请由另一位负责人批准。",
    "no_clause": "还没有选条款，请至少选一条。",
    "no_organization": "还没有选单位，请至少选一个。",
    "clause_twice": "同一条款选了两次，请去掉重复的。",
    "organization_twice": "同一单位选了两次，请去掉重复的。",
    "not_below": "选中的单位不在本单位之下，不能向它下达。请重新选择。",
    # signing, adopting, acting, reporting, verifying
    "already_signed": "这件部署已在 {on} 签收，不用再签。",
    "not_of_receipt": "任务和签收单不是同一件部署、同一个单位的，请返回重新打开。",
    "not_asking": "承接方式不能是“{indicator}”，请选择一种要办理的方式。",
    "day_ahead": "日期 {day} 还没有到，请填今天（{today}）或以前的日期。",
    "parts_open": "还有 {open} 个下级部分没有核验，全部核验后才能报办结。",
    "figure_of_other_kind": "目标单位是“{unit}”：比率要同时填分子和分母，数量只填一个数。请改正后再报。",
    "judgement_missing": "书面回告要给出核验结论，请选择“达到”或“未达到”。",
    "indicator_fixed": "自动统计与需要办理的任务不能互改，也不能改为只传达。请另行免办或撤回。",
    "only_guided": "该单位只受本单位业务指导，不能由本单位免办。请与其上级党组织联系。",
    "not_the_same": "只能并入同一单位另一项还在办理的任务，请重新选择。",
    "still_open": "还有 {open} 项任务没有办结，暂不能办结这件部署。",
    "target_not_a_number": "目标值应是 0 到 10 亿之间的数，最多四位小数，请改正。",
    "directive_ended": "这件部署{state}，不再办理。",
    "text_long": "内容有 {length} 个字，最多 {most} 个字，请精简。",
    "reply_waits": "同类申请已经提交，正在等待答复，不能重复提交。",
    # documents and their clauses
    "document_twice": "这份文件已经录入过，不用再录。请在“文件”里找到它。",
    "received_ahead": "收文日期 {on} 还没有到，请填今天（{today}）或以前的日期。",
    "clause_changed": "这一条刚刚被别人改过。请对照最新内容，再决定是否修改。",
    "clause_rejected": "这一条已标为不是任务，不能再改。请先恢复。",
    "clause_in_use": "这一条已随部署下达，不能再改。",
    "clauses_apart": "只能与紧挨着的下一条合并。",
    "clause_overlaps": "选中的文字与另一条重叠，请重新选取。",
    "span_outside": "选取的位置不在这一条或这份文件的文字之内，请重新选取。",
    "span_blank": "选中的只有空白，请重新选取。",
    "deadline_rule_unknown": "不认识这种周期，请从列出的周期中选择。",
    "text_too_long": "有一栏填了 {length} 个字，最多 {most} 个字，请精简。",
    "operator_unknown": "目标的比较方式只能是不低于、不高于或等于，请重新选择。",
    # drafting and receiving a directive
    "unknown_clause": "选中的条款不在这份文件里，或还没有确认。请返回重新选择。",
    "not_a_draft": "这件部署{state}，不能再改。",
    "without_party_duties": "选中的科室不承担党组织职责，不能向它下达。请另选单位。",
    "signed_for_already": "已有 {signed} 个单位签收，不能撤回。确需停止的，请废止。",
    "not_signed": "请先签收，再承接。",
    "nothing_to_adopt": "这件部署的任务都已承接，不用再承接。",
    "owner_elsewhere": "责任人不在本单位，请另选。",
    "already_part": "这个对象已经分到一部分，不能再分。",
    "before_handed_on": "日期 {day} 早于下达日期 {handed_on}，请改正。",
    "figure_missing": "这项任务有目标值，请填写实际完成的数。",
    "not_a_prohibition": "只有“禁止”类条款才登记检查结果。",
    "clauses_unconfirmed": "还有 {clauses} 条没有确认，请先在文件里逐条确认，再下达。",
    "chosen_rejected": "选中的条款 {clause} 已标为不作条款，请去掉它再下达。",
    "prohibition_computed": "“禁止”类条款由检查结果自动统计，不能要求单位填报。请改为“自动统计”。",
    "due_far": "日期 {due} 太远，请填十年以内的日期。",
    "limit_long": "期限有 {days} 个工作日，最多 {most} 个，请改短。",
    "part_over_whole": "完成数 {part} 大于总数 {whole}，请核对。",
    "before_effective": "检查日期 {day} 不在要求生效（{effective_on}）之后，请改正。",
    "own_report": "不能核验自己报的办结，请由其他人核验。",
    "owner_cannot_act": "选中的责任人在本单位没有可以办理的职务，请另选人。",
    "as_asked": "这一条本来就是按要求承接的，不用再改。",
    "assignment_lifted": "这项任务已免办、撤回或废止，不用再登记检查结果。",
    "note_missing": "发现问题时请写明核实的情况。",
    "text_missing": "请填写内容后再提交。",
    "reply_decided": "这个申请已经办理过了。请看下面的最新情况。",
    "case_open": "这项任务已有一条情况正在处理，请先把它办完。",
    "nothing_to_explain": "这项任务目前没有需要说明的情况。",
    # splitting
    "no_part": "还没有选分解对象，请至少选一个。",
    "part_twice": "同一对象分了两次，请去掉重复的。",
    "owner_missing": "分给本单位内部的部分要指定责任人，请补上。",
    "part_later": "分解的完成时间 {due} 晚于要求的 {asked}，请改早。",
    "target_missing": "有 {parts} 个部分没有填目标，请补齐，或全部不填。",
    "target_other": "各部分目标的单位应与原目标一致（{unit}），请改正。",
    "parts_below_target": "各部分合起来达不到原目标（{op} {target}），请调整。",
    # cases
    "explain_limit_short": "说明期限只有 {days} 个工作日，至少要留 {least} 个工作日。",
    "still_time_to_explain": "单位的说明期限到 {until}，期满后才能确认。",
    "put_right": "“{fact}”已在期限内改正，不能再确认。请看下面的最新情况。",
    # organizations and the calendar
    "calendar_unpublished": "{year} 年的放假安排还没有随软件发布，请按公布的通知手工录入。",
    "below_itself": "不能把单位并入或移到它自己或它的下级。请另选单位。",
    "other_district": "两个单位不在同一个区，不能移动或合并。",
    "tree_full": "这个单位下面不能再增加单位了，请换一个上级单位。",
    "persons_left_over": "名册上还有 {count} 人没有转出，请先把他们转到别的单位，再撤销。",
    "still_parent": "它下面还有 {children} 个单位，请先移走或撤销。",
    "organization_closed": "这个单位已在 {on} 撤销，不能再改。",
    "name_taken": "同一上级下已有同名单位，请换一个名称。",
    "district_stays": "最上级的单位只能改名，不能移动、撤销、拆分或改类别。",
    "year_closed": "{year} 年的情况已经固定，不能再改，请填今年的日期。",
    "before_last_change": "生效日期 {day} 早于最近一次有关变动（{since}），请填当天或以后的日期。",
    "heir_missing": "要移交没有办完的工作，请先选择并入的单位。",
    "not_a_child": "选中的单位不在它之下，或已经撤销。请重新选择。",
    "organization_open": "这个单位没有撤销，不用恢复。",
    "parent_closed": "它的上级单位已经撤销，请先恢复上级单位。",
    "still_issuing": "它下达的部署还有 {open} 项任务没有办完，请先办结、撤回或废止，再撤销单位。",
    "still_asked": "还有 {open} 项任务由原来的上级下达，移动后原上级管不到。请先办结或撤回，再移动。",
    "tasks_open": "这个单位还有 {open} 项任务没有办完，科室不承办任务。请先办结、撤回，再改类别。",
    "same_line": "业务指导单位应在另一条线上，不能是它的上级或下级。请另选单位。",
    "guide_elsewhere": "由别的区指导，要由区教育工委办理。请与区教育工委联系，或另选单位。",
    "organization_unknown": "选中的单位不存在，或不在本区。请重新选择。",
    "group_unknown": "选中的单位组不存在，请重新选择。",
    "group_empty": "单位组里还没有单位，请选择类别、学段，或逐个列出单位。",
    "group_mixed": "单位组要么按类别、学段，要么逐个列出单位，不能同时用。",
    "kind_unknown": "不认识这种单位类别，请从列出的类别中选择。",
    "stage_unknown": "不认识这个学段，请从列出的学段中选择。",
    "meaning_not_one": "一个名称只能对应一个单位或一个单位组，请只选一个。",
    "name_missing": "请填写名称。",
    "name_long": "名称有 {length} 个字，最多 {most} 个字，请缩短。",
    "day_unknown": "{date} 没有单独登记过，不用删除。",
    "until_before_since": "结束日期 {until} 早于开始日期 {since}，请改正。",
    "vacation_long": "假期有 {days} 天，最多 {most} 天，请核对起止日期。",
    "vacation_overlaps": "与已有的假期（{since} 至 {until}）重叠，请核对起止日期。",
    # posts
    "person_unknown": "选中的人不在您管理的名册里，请重新选择。要任用别的单位的人，请找管理两个单位的上级或安全管理员办理。",
    "own_post": "不能给自己任职或免职，请由其他有权限的人办理。",
    "secretary_already": "这个单位已有书记，请先免去现任书记。",
    "portfolio_of_members_only": "只有委员才选分工，其他职务请选“没有分工”。",
    "portfolio_held": "这个单位已有这个分工的委员，请先免去现任，再任命。",
    "administrators_at_the_top": "系统、安全、审计管理员只在区一级设，请到区教育工委任命。",
    "administrators_apart": "系统、安全、审计三种管理员不能由同一个人担任，请另选人。",
    "administrator_alone": "系统、安全、审计管理员不能同时担任别的职务，请先免去原来的职务，或另选人。",
    "post_twice": "这个人在该单位已有同样的职务，不用再任。",
    "post_ended": "这个职务已在 {on} 结束，不能再延长。",
    "cover_unknown": "要代理的职务不在这个单位，或本身就是代理。请重新选择。",
    "cover_without_end": "代理要有结束日期，请填写。",
    "cover_outside_term": "代理时间要在被代理职务的任期之内（{since}起），请核对起止日期。",
    "cover_twice": "这段时间已有人代理这个职务，请核对起止日期。",
    "cover_later": "{since}起已有人代理这个职务，结束日期请填 {since} 或以后。",
    "post_begun": "这个职务 {since} 已经开始，不能撤销，请改用免职。",
    "post_not_begun": "这个职务 {since} 才开始，交接日期要在这一天之后。任错了的，请在“任职”里撤销任职，再任命接任人。",
    "post_later": "这个人 {since} 才任现在的职务，调动、离开的日期要在这一天之后，请改填。",
    "post_handed": "这个职务已经交接过，不能再交。请在“任职”里查看现任。",
    "handed_to_the_same": "接任人和现任是同一个人，请另选接任人。",
    # persons
    "person_twice": "名册里已有同名的人（{places}），请核对。是同一个人的，请改用“调动”；确实是另一个人的，请勾选“是另一个人”后再提交。",
    "sex_unknown": "性别只能填“男”或“女”，请改正。",
    "birth_year_wrong": "出生年份 {year} 不在 {first} 到 {last} 之间，请核对。",
    "status_missing": "填了党籍起始日期，还要选择党员身份，请补上。",
    "since_missing": "选了党员身份，还要填写从哪天起，请补上。",
    "own_record": "不能办理自己的名册事项，请由其他有权限的人办理；有误的可在“我的信息”申请更正。",
    "person_left": "这个人已在 {on} 离开，不能再办。回来的，请先办理调动。",
    "spells_overlap": "{since}起已有党籍记录，日期重叠。请核对日期。",
    "probation_after_full": "{since}前已是正式党员，不能再改为预备党员。请核对。",
    "before_coming": "这个人 {since} 才到现在的单位，以前的身份由原单位登记。请填这一天或以后的日期。",
    "came_along": "这个身份是 {since} 从原单位转来的，起始日期不能改。以后有变化的，请登记新的身份和日期。",
    "before_leaving": "这个人 {on} 才离开，调回的日期不能早于这一天，请改填。",
    "not_a_member": "这个人目前没有党籍记录，不用停止。",
    "same_organization": "这个人本来就在该单位，请另选单位。",
    "posts_open": "这个人还有 {count} 个职务没有结束。请先免职，或勾选“同时免去职务”后再提交。",
    "correction_waits": "您上次的更正申请还在办理，请等答复后再提交。",
    "correction_settled": "这个更正申请已经办理过了。请看下面的最新情况。",
    # import and export
    "batch_done": "这批数据已经办理过，或已过期清除，不能再改。请看下面的最新情况。",
    "batch_open": "还有 {bad} 行有问题、{asked} 行待确认。请改正、答复后再全部导入，或只导入没有问题的行。",
    "batch_nothing": "没有可以导入的行。请按下面的说明改正表格后重新上传。",
    "batch_changed": "核对之后单位或人员有了变化，还没有导入。请看下面重新核对的结果，再确认。",
    "column_unknown": "列的对应不完整，请重新选择每一列对应的内容。",
    "column_twice": "有两列都对应“{words}”，请只留一列，其余选“不导入”。",
    "file_gone": "上传的文件已经清除，请重新上传。",
    "answer_unknown": "选中的答复不在可选范围内，请重新选择。",
    "not_accounts": "账号导入以后才能领取一次性代码。",
    "codes_none": "这批账号都已启用，不再需要一次性代码。忘记密码的，请在账号页面重置。",
    "export_long": "共 {count} 行，一次最多导出 {most} 行。请先用上面的条件缩小范围再导出。",
    # the demo
    "demo_elsewhere": "这个数据库里已有别的数据，不能在里面建示例。请换一个空的数据库。",
    # accounts
    "account_name_taken": "这个账号名已有人使用，请换一个。",
    "account_name_bad": "账号名要有 2 到 64 个字，只用文字、数字和 . _ - @，请改正。",
    "account_held": "这个人已有账号，不能再建。",
    "account_missing": "这个人还没有账号，请先开通。",
    "account_closed": "这个账号已停用，请先重新启用。",
    "account_open": "这个账号没有停用，不用重新启用。",
    "own_account": "不能办理自己的账号。改密码请用右上角的“修改密码”，其他事项请找上级党务干部或系统管理员。",
    "person_gone": "这个人已不在名册上，不能开通或启用账号。回来的，请先在名册上重新编入。",
    "code_wrong": "这个一次性代码刚刚用过或已过期，请找开通账号的人重新要一个。",
    "factor_missing": "这个账号没有绑定动态口令，不用取消。",
    "factor_bound": "您已经绑定过动态口令，不用再绑。",
    "figures_wrong": "这 6 位数字不对，或者已经用过。请等验证器换出新的数字再填；连续填错的，每次要多等一会儿。",
    "set_up_already": "系统已经设置过了，请直接登录。",
    "password_wrong": "原密码不对，或连续输错次数太多。请核对后重填；仍不成功的，请过 15 分钟到 1 小时再试。",
    "password_short": "新密码太短，至少 {least} 个字符。",
    "password_plain": "新密码太简单：小写字母、大写字母、数字、其他符号至少要有 {kinds} 种。",
    "password_named": "新密码里不能有账号名或姓名，请换一个。",
    "password_common": "新密码太常见，容易被猜到，请换一个。",
    "password_same": "新密码要与原密码不同，请换一个。",
    "password_again": "新密码不能与最近用过的 {last} 个相同，请换一个。",
}
"""A sentence for every code of refusal: what is the matter, and what to do. Fields are facts of the refusal."""

STALE = frozenset(
    {
        "no_such_move",
        "already_signed",
        "put_right",
        "organization_closed",
        "organization_open",
        "account_held",
        "directive_ended",
        "reply_waits",
        "reply_decided",
        "case_open",
        "clause_changed",
        "clause_rejected",
        "clause_in_use",
        "document_twice",
        "not_a_draft",
        "batch_done",
        "batch_changed",
        "nothing_to_adopt",
        "signed_for_already",
        "account_name_taken",
        "account_closed",
        "account_open",
        "code_wrong",
        "factor_missing",
        "factor_bound",
        "set_up_already",
        "post_ended",
        "post_begun",
        "post_handed",
        "person_left",
        "correction_waits",
        "correction_settled",
    }
)
"""Codes that mean: the state is no longer what the sender saw (HTTP 409)."""


def sentence(refused: Refused) -> str:
    """A refusal as one Chinese sentence. Raises KeyError for a code that has none; a test keeps that from happening."""
    matter = _MATTERS.get(str(refused.facts.get("matter", "")))
    told = {name: _fact(refused.code, name, value, matter) for name, value in refused.facts.items()}
    return SENTENCES[refused.code].format(**told)


def _fact(
    code: str, name: str, value: object, matter: tuple[type[StrEnum], type[StrEnum], str] | None
) -> str:
    if matter is not None and name in ("matter", "state", "move"):
        states, moves, called = matter
        return {
            "matter": lambda: called,
            "state": lambda: word(states(str(value))),
            "move": lambda: word(moves(str(value))),
        }[name]()
    if (kind := _CODES.get((code, name))) is not None:
        return word(kind(str(value)))
    if name == "fact":
        return fact(FactCode(str(value)))
    if name == "op":
        return {">=": "≥", "<=": "≤"}.get(str(value), str(value))
    return show(value)
