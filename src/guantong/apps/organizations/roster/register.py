"""The register of personal fields: what is held of a person, what for, on which basis, how long, and who sees it.

A field of a table that is about persons and does not stand here fails `tests/house/test_personal_fields.py`. Fields are
named "app.Model.field", of apps above and below alike, which are not imported. Articles are given where they are known
for certain; where only the document is, the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guantong.apps.organizations.models import PostRole
from guantong.core.permits import PERMITS

_PROTECTION = "《中华人民共和国个人信息保护法》"
_DUTY = f"{_PROTECTION}第十三条（履行法定职责所必需）、第三十四条"
_CONSENT = f"{_PROTECTION}第十三条（取得个人同意）"
_RIGHTS = f"{_PROTECTION}第四十五条、第四十六条"
_SAFETY = f"{_PROTECTION}第五十一条"
_EDUCATION = "《中国共产党党员教育管理工作条例》"
_STATUTE = "《中国共产党章程》"
_ELECTION = "《中国共产党基层组织选举工作条例》第五条"
_LEVELS = "《信息安全技术 网络安全等级保护基本要求》"

_ON_ROSTER = "在册期间；离开后留作查证当时由谁办理之用，按本单位档案管理规定处理，系统不自动删除"
_WITH_ACCOUNT = "账号存续期间"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register. `seen` is the permit whose holders see it besides the person; empty for nobody else.

    `told` are the readers in words where no permit says who they are.
    """

    words: str
    fields: tuple[str, ...]
    purpose: str
    basis: str
    retention: str
    seen: str = ""
    told: str = ""

    @property
    def readers(self) -> str:
        """Who sees it, in words."""
        if not self.seen:
            return self.told or "只有本人"
        return f"本人；对所在单位有权限的{'、'.join(_holders(self.seen))}"


def _of(model: str, *fields: str) -> tuple[str, ...]:
    return tuple(f"{model}.{field}" for field in fields)


REGISTER: tuple[Entry, ...] = (
    Entry(
        "姓名（及其拼音，供查找）",
        _of("organizations.Person", "id", "name", "spelled"),
        "认定谁在册、谁任职、谁负责一项任务",
        f"{_STATUTE}第八条；{_DUTY}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "性别",
        _of("organizations.Person", "sex"),
        "党员名册的栏目，党内统计",
        f"{_EDUCATION}；{_DUTY}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "出生年份（不含月、日）",
        _of("organizations.Person", "birth_year"),
        "分清同名的人；党员名册栏目",
        f"{_EDUCATION}；{_DUTY}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "所在单位、离开日期",
        _of("organizations.Person", "organization", "left_on"),
        "编入一个组织，组织关系转接",
        f"{_STATUTE}第八条；{_EDUCATION}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "联系方式（本人愿意才填）",
        _of("organizations.Person", "contact"),
        "办事时联系本人",
        _CONSENT,
        "本人可随时修改或删去；离开时自动删去",
        "person.see",
    ),
    Entry(
        "党员身份及起止日期（权利暂不行使的只显示“不计入”，不记原因）",
        _of("organizations.Membership", "id", "person", "organization", "status", "since", "until"),
        "计算应到会和有表决权的人数",
        f"{_STATUTE}第七条；{_ELECTION}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "职务、分工、任职起止、主持工作、代理、交接",
        _of(
            "organizations.Post",
            *("id", "person", "organization", "role", "portfolio", "acting", "covers", "since"),
            *("until", "handed_from", "note"),
        ),
        "决定谁能办什么、待办交给谁",
        f"《中国共产党支部工作条例（试行）》；{_DUTY}",
        _ON_ROSTER,
        "person.see",
    ),
    Entry(
        "账号名、开通和停用情况、最近一次登录时间",
        _of(
            "people.Account",
            *("id", "name", "person", "is_active", "must_change", "made_at", "set_at", "generation"),
            "last_login",
        ),
        "登录时认出本人",
        f"{_LEVELS}；{_SAFETY}",
        f"{_WITH_ACCOUNT}；停用后保留，用于说明当时由谁办理",
        "account.see",
    ),
    Entry(
        "密码、用过的密码、一次性代码（只存不可还原的摘要）",
        (
            *_of("people.Account", "password"),
            *_of("people.PastPassword", "id", "account", "password"),
            *_of("people.Code", "id", "account", "digest", "until"),
        ),
        "核对登录的是本人",
        f"{_LEVELS}；{_SAFETY}",
        f"{_WITH_ACCOUNT}；一次性代码用后或过期即作废",
        told="任何人都看不到",
    ),
    Entry(
        "动态口令的绑定",
        _of(
            "otp_totp.TOTPDevice",
            *(
                "id",
                "user",
                "name",
                "confirmed",
                "key",
                "step",
                "t0",
                "digits",
                "tolerance",
                "drift",
                "last_t",
            ),
            *("throttling_failure_timestamp", "throttling_failure_count", "created_at", "last_used_at"),
        ),
        "管理员等岗位登录时的第二道核对",
        f"{_LEVELS}；{_SAFETY}",
        "取消绑定即删去",
        told="是否绑定：本人和办理账号的人；密钥任何人都看不到",
    ),
    Entry(
        "登录状态",
        _of("sessions.Session", "session_key", "session_data", "expire_date"),
        "登录后不用每一页都输密码",
        f"{_LEVELS}；{_SAFETY}",
        "退出、超时或任职结束即作废",
        told="任何人都看不到",
    ),
    Entry(
        "连续输错密码的次数（账号名和来源地址只存摘要，不能还原）",
        _of("people.Tries", "id", "origin", "name", "failed", "tried_at", "signed_in"),
        "防止有人反复猜密码",
        f"{_LEVELS}；{_SAFETY}",
        "输错的 24 小时，登录成功的 90 天",
        told="任何人都看不到",
    ),
    Entry(
        "更正申请和答复",
        _of(
            "members.Correction",
            *(
                "id",
                "person",
                "organization",
                "text",
                "asked_at",
                "outcome",
                "answer",
                "settled_at",
                "settled_by",
            ),
        ),
        "本人要求更正、补充自己的信息",
        _RIGHTS,
        _ON_ROSTER,
        "person.change",
    ),
    Entry(
        "批量导入的表格和其中的各行",
        _of(
            "intake.Batch",
            *(
                "id",
                "kind",
                "district",
                "file_name",
                "sha256",
                "kept",
                "sheet",
                "sheets",
                "heads",
                "heads_at",
            ),
            *("columns", "left_out", "total", "lines", "counts", "state", "made_at", "keep_until"),
            *("done_at", "imported", "entered"),
        ),
        "把现有名册录进系统，导入前核对",
        _DUTY,
        "全部导入或放弃后即删去；最迟到批次写明的日期。只留导入了多少行、编号和时间",
        told="导入的人和对全区名册有权限的人",
    ),
    Entry(
        "任务的责任人",
        _of("directives.Assignment", "owner"),
        "一项任务由谁负责",
        _DUTY,
        "与任务的记录一同保存",
        "assignment.see",
    ),
    Entry(
        "一件事由谁办的（起草、批准、下达、签收、登记、核验、答复等）",
        (
            *_of("ledger.Entry", "actor"),
            *_of("notices.Notice", "settled_by"),
            *_of("documents.Document", "made_by"),
            *_of("replies.Reply", "made_by", "decided_by"),
            *_of("evidence.Reference", "made_by"),
            *_of("directives.Directive", "drafted_by", "issued_by", "approved_by"),
            *_of("directives.DirectiveClause", "consent_by"),
            *_of("directives.Receipt", "signed_by"),
            *_of("directives.Case", "asked_by", "decided_by"),
            *_of("directives.Progress", "entered_by"),
            *_of("directives.Inspection", "entered_by"),
            *_of("intake.Batch", "made_by"),
            *_of("intake.Mapping", "said_by"),
        ),
        "分清责任，事后可查",
        _DUTY,
        "与所办事项的记录一同保存；操作记录只追加、不修改",
        told="看得到该事项的人；操作记录只按事项查，不按人统计",
    ),
)
"""Every field of every table that is about persons, in the order in which people ask."""


def _holders(permit: str) -> list[str]:
    """The roles that give a permit, in words, in the order of the roles."""
    roles = {role for grant in PERMITS[permit] for role in grant.roles}
    return [str(role.label) for role in PostRole if role.value in roles]


def entry_of(field: str) -> Entry:
    """The row in which a field stands. Raises KeyError."""
    return _BY_FIELD[field]


_BY_FIELD: Mapping[str, Entry] = {field: entry for entry in REGISTER for field in entry.fields}
