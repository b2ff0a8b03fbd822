"""谁能办什么: the policy as a page of the manual. `python -m tests.matrix.table` writes it anew."""

from __future__ import annotations

from html import escape
from pathlib import Path

from guantong.core.permits import PERMITS, Grant, Reach, Role

from .names import GROUPS, NOBODY, REACHES

PAGE = Path(__file__).parents[2] / "docs/manual/who-may-do-what.html"
_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 24px; color: #1f1f1f; }
table { border-collapse: collapse; font-size: 13px; }
caption { text-align: left; padding: 4px 0; }
th, td { border: 1px solid #8c8c8c; padding: 3px 6px; text-align: center; vertical-align: middle; }
th[scope="row"] { text-align: left; font-weight: normal; }
th[scope="rowgroup"] { text-align: left; background: #f0f0f0; }
thead th { background: #fafafa; }
@media print { @page { size: A4 landscape; } thead { display: table-header-group; } body { margin: 0; } }
"""
_INTRO = (
    "能办什么，只看当天的任职，不看个人。任职到期、离任或所在组织撤销，权限当日终止。",
    "“本级”是任职所在的组织；“下级”是其下各级组织；“业务指导单位”是隶属关系在别处、由任职所在组织指导的组织及其下级。",
    "看不到的，与不存在的一样显示；看得到而不能办的，会写明没有权限。空格表示不能办理。",
    "分解下去的任务项，由分解它的组织核验。业务指导单位可以请其说明，不作免办审批，也不确认偏差。",
)


def page(roles: dict[Role, str]) -> str:
    """The page, with the roles in the words given for them."""
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in roles.values())
    groups = "\n".join(_group(title, permits, list(roles)) for title, permits in GROUPS.items())
    intro = "\n".join(f"<p>{escape(line)}</p>" for line in _INTRO)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>谁能办什么 · 贯通</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>谁能办什么</h1>
{intro}
<table>
<caption>事项与岗位</caption>
<thead><tr><th scope="col">事项</th>{heads}</tr></thead>
{groups}
</table>
</body>
</html>
"""


def _group(title: str, permits: dict[str, str], roles: list[Role]) -> str:
    head = f'<tr><th scope="rowgroup" colspan="{len(roles) + 1}">{escape(title)}</th></tr>'
    rows = "\n".join(_row(permit, word, roles) for permit, word in permits.items())
    return f"<tbody>\n{head}\n{rows}\n</tbody>"


def _row(permit: str, word: str, roles: list[Role]) -> str:
    grants = PERMITS[permit]
    if not grants:
        told = f'<td colspan="{len(roles)}">{escape(NOBODY)}</td>'
    else:
        told = "".join(f"<td>{escape(reach_of(grants, role))}</td>" for role in roles)
    return f'<tr><th scope="row">{escape(word)}</th>{told}</tr>'


def reach_of(grants: tuple[Grant, ...], role: Role) -> str:
    """How far a role's permit goes, in words; empty for a role that has none."""
    reached = {grant.reach for grant in grants if role in grant.roles}
    if {Reach.OWN, Reach.BELOW} <= reached:
        reached = reached - {Reach.OWN, Reach.BELOW} | {Reach.TREE}
    return "、".join(word for reach, word in REACHES.items() if reach in reached)


def main() -> None:
    """Write the page."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
    django.setup()
    from guantong.apps.organizations.models import PostRole

    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page({Role(role): word for role, word in PostRole.choices}), encoding="utf-8")


if __name__ == "__main__":
    main()
