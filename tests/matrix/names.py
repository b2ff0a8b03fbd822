"""The permits in the words of an office, grouped as the manual shows them."""

from __future__ import annotations

from guantong.core.permits import Reach

GROUPS: dict[str, dict[str, str]] = {
    "组织与任职": {
        "organization.see": "查看组织",
        "organization.change": "新设、更名、划转、合并、撤销组织",
        "person.see": "查看名册",
        "person.change": "登记人员，更正名册",
        "post.change": "登记任职、离任、交接",
        "administrator.change": "指定系统、安全、审计管理员，重置其账号",
        "account.see": "查看有哪些账号",
        "account.change": "开通、重置、停用账号",
    },
    "日历与名称": {
        "calendar.change": "更正系统日历（放假、调休、学校假期）",
        "name.bind": "登记文件中的名称指哪个单位",
    },
    "文件": {
        "document.import": "收录文件",
        "document.see": "查看文件",
        "document.confirm": "确认文件的条款",
    },
    "部署": {
        "directive.draft": "拟定部署，选定条款和单位",
        "directive.submit": "送审部署",
        "directive.approve": "审批部署",
        "directive.issue": "下达部署",
        "directive.discard": "作废部署草稿",
        "directive.conclude": "办结部署",
        "directive.withdraw": "撤回部署",
        "directive.repeal": "废止部署",
        "directive.see": "查看部署及其落实情况",
    },
    "签收与承接": {
        "receipt.see": "查看收到的部署",
        "receipt.sign": "签收部署",
        "assignment.see": "查看任务项",
        "assignment.adopt": "承接任务项，改为按要求承接",
        "assignment.split": "把任务项分解到下级组织和人员",
    },
    "落实与核验": {
        "assignment.act": "登记进展",
        "assignment.report": "报办结",
        "assignment.request": "申请调整、免办",
        "assignment.verify": "核验、退回报办结",
        "assignment.inspect": "登记禁止事项的检查结果",
        "assignment.adjust": "审批调整申请",
        "assignment.exempt": "审批免办申请",
        "assignment.withdraw": "撤回任务项",
        "assignment.repeal": "废止任务项",
        "assignment.merge": "合并重复的任务项",
        "assignment.settle": "按记录结算任务项",
    },
    "情况说明与偏差": {
        "case.see": "查看有待说明的事实",
        "case.ask": "请单位说明情况",
        "case.explain": "说明情况",
        "case.clear": "采纳说明",
        "case.confirm": "确认偏差",
        "case.lift": "撤销确认",
    },
    "办理记录": {
        "ledger.see": "查看办理记录",
    },
}

REACHES = {
    Reach.OWN: "本级",
    Reach.BELOW: "下级",
    Reach.TREE: "本级及下级",
    Reach.GUIDED: "业务指导单位",
}

NOBODY = "没有岗位可以办理，由系统自动进行"
