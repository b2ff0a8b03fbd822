"""The only code that writes the tables of directives: one function for each thing people do."""

from __future__ import annotations

from guantong.apps.directives.services.adjusting import decide_request, request_adjustment, request_exemption
from guantong.apps.directives.services.cases import (
    ask_case,
    clear_case,
    confirm_case,
    explain_case,
    lift_case,
)
from guantong.apps.directives.services.drafting import (
    Choice,
    address,
    approve_directive,
    choose_clauses,
    discard_directive,
    draft_directive,
    return_directive,
    submit_directive,
)
from guantong.apps.directives.services.ending import (
    conclude_directive,
    repeal_directive,
    withdraw_assignment,
    withdraw_directive,
)
from guantong.apps.directives.services.issuing import issue_directive
from guantong.apps.directives.services.looking import refresh_due
from guantong.apps.directives.services.receiving import (
    adopt_as_assigned,
    adopt_assignment,
    restore_assignment,
    sign_receipt,
)
from guantong.apps.directives.services.splitting import PartTo, split_assignment
from guantong.apps.directives.services.verifying import (
    return_assignment,
    verify_assignment,
    verify_assignments,
)
from guantong.apps.directives.services.working import (
    record_inspection,
    record_progress,
    report_done,
    settle_assignments,
)

__all__ = [
    "Choice",
    "PartTo",
    "address",
    "adopt_as_assigned",
    "adopt_assignment",
    "approve_directive",
    "ask_case",
    "choose_clauses",
    "clear_case",
    "conclude_directive",
    "confirm_case",
    "decide_request",
    "discard_directive",
    "draft_directive",
    "explain_case",
    "issue_directive",
    "lift_case",
    "record_inspection",
    "record_progress",
    "refresh_due",
    "repeal_directive",
    "report_done",
    "request_adjustment",
    "request_exemption",
    "restore_assignment",
    "return_assignment",
    "return_directive",
    "settle_assignments",
    "sign_receipt",
    "split_assignment",
    "submit_directive",
    "verify_assignment",
    "verify_assignments",
    "withdraw_assignment",
    "withdraw_directive",
]
