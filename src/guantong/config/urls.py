"""Addresses of all pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from guantong.web import (
    accounts,
    assignment_acts,
    assignments,
    calendar,
    directive_acts,
    directives,
    documents,
    entry,
    groups,
    home,
    organization,
    organization_acts,
    organization_ends,
    organizations,
    picker,
    receipts,
    second_factor,
    setup,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("password/", entry.password, name="password"),
    path("setup/", setup.setup, name="setup"),
    path("code/", entry.code, name="code"),
    path("second-factor/", second_factor.second_factor, name="second-factor"),
    path("second-factor/enrol/", second_factor.enrol, name="enrol"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("persons/<int:pk>/account/", accounts.open_account, name="open-account"),
    path("persons/<int:pk>/account/reset/", accounts.reset_account, name="reset-account"),
    path("persons/<int:pk>/account/close/", accounts.close_account, name="close-account"),
    path("persons/<int:pk>/account/reopen/", accounts.reopen_account, name="reopen-account"),
    path("persons/<int:pk>/account/factor/", accounts.drop_factor, name="drop-factor"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/names/", documents.unit_names, name="unit-names"),
    path("documents/<int:pk>/bind/", documents.bind, name="bind"),
    path("directives/", directives.directives, name="directives"),
    path("directives/<int:pk>/", directives.directive, name="directive"),
    path("directives/<int:pk>/withdraw/", directive_acts.withdraw, name="withdraw"),
    path("directives/<int:pk>/repeal/", directive_acts.repeal, name="repeal"),
    path("directives/<int:pk>/conclude/", directive_acts.conclude, name="conclude"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("receipts/<int:pk>/paper/", receipts.paper, name="paper"),
    path("receipts/<int:pk>/sign/", receipts.sign, name="sign"),
    path("receipts/<int:pk>/adopt/", receipts.adopt_all, name="adopt-all"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("assignments/<int:pk>/", assignments.assignment, name="assignment"),
    *(
        path(f"assignments/<int:pk>/{name}/", view, name=name)
        for name, view in (
            ("adopt", assignment_acts.adopt),
            ("restore", assignment_acts.restore),
            ("record", assignment_acts.record),
            ("report", assignment_acts.report),
            ("verify", assignment_acts.verify),
            ("send-back", assignment_acts.send_back),
            ("split", assignment_acts.split),
            ("adjust", assignment_acts.adjust),
            ("exempt", assignment_acts.exempt),
            ("inspect", assignment_acts.inspect),
            ("ask", assignment_acts.ask),
            ("explain", assignment_acts.explain),
            ("judge", assignment_acts.judge),
        )
    ),
    path("assignments/<int:pk>/decide/<int:reply>/", assignment_acts.decide, name="decide"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/changes/", organizations.changes, name="organization-changes"),
    path("organizations/pick/", picker.pick_organization, name="pick-organization"),
    path("organizations/<int:pk>/", organization.organization, name="organization"),
    path("organizations/<int:pk>/found/", organization_acts.found, name="found"),
    path("organizations/<int:pk>/rename/", organization_acts.rename, name="rename"),
    path("organizations/<int:pk>/move/", organization_ends.move, name="move-organization"),
    path("organizations/<int:pk>/close/", organization_ends.close, name="close-organization"),
    path("organizations/<int:pk>/split/", organization_acts.split, name="split-organization"),
    path("organizations/<int:pk>/reopen/", organization_acts.reopen, name="reopen-organization"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/year/", calendar.enter_year, name="enter-year"),
    path("calendar/day/", calendar.set_day, name="set-day"),
    path("calendar/day/remove/", calendar.remove_day, name="remove-day"),
    path("calendar/vacation/", calendar.add_vacation, name="add-vacation"),
    path("calendar/vacation/remove/", calendar.remove_vacation, name="remove-vacation"),
]

handler400 = "guantong.web.errors.bad_request"
handler403 = "guantong.web.errors.forbidden"
handler404 = "guantong.web.errors.not_found"
handler500 = "guantong.web.errors.broken"
