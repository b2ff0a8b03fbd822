"""The tables of the tree, of names and places once held, of persons, posts and the calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.core.matters import OrganizationKind, Stage
from guantong.core.permits import Portfolio, Role
from guantong.core.persons import MemberStatus


class Kind(models.TextChoices):
    """What an organization is; a section of the bureau (科室) stands in the tree without Party duties."""

    WORK_COMMITTEE = OrganizationKind.WORK_COMMITTEE, "教育工委"
    COMMITTEE = OrganizationKind.COMMITTEE, "党委"
    GENERAL_BRANCH = OrganizationKind.GENERAL_BRANCH, "党总支"
    BRANCH = OrganizationKind.BRANCH, "党支部"
    SECTION = "section", "科室"


class SchoolStage(models.TextChoices):
    """The stage a school works in."""

    KINDERGARTEN = Stage.KINDERGARTEN, "幼儿园"
    PRIMARY = Stage.PRIMARY, "小学"
    JUNIOR = Stage.JUNIOR, "初中"
    SENIOR = Stage.SENIOR, "高中"
    NINE_YEAR = Stage.NINE_YEAR, "九年一贯制"
    VOCATIONAL = Stage.VOCATIONAL, "职业学校"
    SPECIAL = Stage.SPECIAL, "特殊教育"
    OFFICE = Stage.OFFICE, "机关"


class Organization(models.Model):
    """A node of the tree. `path` has four digits a level; what stands under it begins with its path."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    spelled = models.TextField(blank=True)  # its pinyin and initials, see `spelling`
    kind = models.CharField(max_length=16, choices=Kind.choices)
    stage = models.CharField(max_length=16, choices=SchoolStage.choices, blank=True)
    guided_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="guides")
    order = models.PositiveIntegerField(default=0)  # the official order in which units stand
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)  # the first day on which it is no more
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="split_off")
    invented = models.BooleanField(default=False)  # at the top of a tree: the whole of it is an example

    class Meta:
        indexes = [
            models.Index(fields=["kind", "stage"], name="organization_kind_stage"),
            models.Index(fields=["parent", "order", "path"], name="organization_children"),
            # what an actor's organizations guide, asked for at every request: nearly all guide none
            models.Index(fields=["guided_by"], condition=~Q(guided_by=None), name="organization_guided"),
        ]

    def __str__(self) -> str:
        return self.name


class PastName(models.Model):
    """What an organization was called from a day to a day, both counted in."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="past_names")
    name = models.CharField(max_length=100)
    since = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.since}–{self.until}"


class PastPlace(models.Model):
    """Where an organization stood in the tree from a day to a day, both counted in."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="past_places")
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.path} {self.since}–{self.until}"


class PastClosure(models.Model):
    """From when to when an organization was closed that was opened again, both counted in."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="past_closures")
    merged_into = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.since}–{self.until}"


class Group(models.Model):
    """A collective name (各级党组织, 各中学): all of some kinds and stages, or the organizations listed.

    With kinds alone it means every such organization at any level; with stages it means schools, each by the
    organization at its head, not the branches under that.
    """

    district = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    kinds = models.JSONField(default=list)
    stages = models.JSONField(default=list)
    members = models.ManyToManyField(Organization, related_name="groups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="group_once")]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """What documents of a district call an organization, a section or a group; bound once, remembered."""

    district = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    text = models.CharField(max_length=100)  # folded: even widths, no spaces
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="aliases")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="aliases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "text"], name="alias_once"),
            models.CheckConstraint(
                condition=Q(organization=None, group__isnull=False)
                | Q(organization__isnull=False, group=None),
                name="alias_means_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Sex(models.TextChoices):
    """As it stands on the roster."""

    FEMALE = "female", "女"
    MALE = "male", "男"


class Person(models.Model):
    """Somebody on the roster, at the organization they belong to now.

    The roster holds no more than this, memberships and posts (product boundary 11); what each field is for is said in
    `register`.
    """

    name = models.CharField(max_length=50)
    spelled = models.TextField(blank=True)  # its pinyin and initials, see `spelling`
    sex = models.CharField(max_length=8, choices=Sex.choices, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="persons", db_index=False)
    contact = models.CharField(max_length=100, blank=True)  # only if the person gives one
    left_on = models.DateField(null=True)  # the first day on which they belong to no organization here

    class Meta:
        indexes = [models.Index(fields=["organization", "name"], name="person_organization")]

    def __str__(self) -> str:
        return self.name


class PartyStatus(models.TextChoices):
    """What somebody is to the Party; why rights rest is never held."""

    PROBATIONARY = MemberStatus.PROBATIONARY, "预备党员"
    FULL = MemberStatus.FULL, "正式党员"
    RESTING = MemberStatus.RESTING, "不计入"


class Membership(models.Model):
    """What somebody is to the Party, at an organization, from a day to a day, both counted in."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships", db_index=False)
    status = models.CharField(max_length=16, choices=PartyStatus.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="membership_open_once"),
        ]
        indexes = [models.Index(fields=["organization", "since"], name="membership_organization")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status} {self.since}"


class PostRole(models.TextChoices):
    """What somebody is at an organization."""

    SECRETARY = Role.SECRETARY, "书记"
    DEPUTY = Role.DEPUTY, "副书记"
    COMMITTEE_MEMBER = Role.COMMITTEE_MEMBER, "委员"
    PRINCIPAL = Role.PRINCIPAL, "校长"
    PARTY_OFFICE = Role.PARTY_OFFICE, "党务干部"
    BRANCH_SECRETARY = Role.BRANCH_SECRETARY, "支部书记"
    MEMBER = Role.MEMBER, "党员"
    MEMBER_IN_CHARGE = Role.MEMBER_IN_CHARGE, "分管领导"
    SECTION_STAFF = Role.SECTION_STAFF, "科室工作人员"
    DISCIPLINE_GROUP = Role.DISCIPLINE_GROUP, "派驻纪检监察组"
    LIAISON = Role.LIAISON, "联系片区"
    SYSTEM_ADMIN = Role.SYSTEM_ADMIN, "系统管理员"
    SECURITY_ADMIN = Role.SECURITY_ADMIN, "安全管理员"
    AUDIT_ADMIN = Role.AUDIT_ADMIN, "审计管理员"


class PostPortfolio(models.TextChoices):
    """What a committee member is called who is in charge of something."""

    ORGANIZATION = Portfolio.ORGANIZATION, "组织委员"
    PUBLICITY = Portfolio.PUBLICITY, "宣传委员"
    DISCIPLINE = Portfolio.DISCIPLINE, "纪检委员"
    UNITED_FRONT = Portfolio.UNITED_FRONT, "统战委员"


class Post(models.Model):
    """A person holds a role at an organization from a day to a day, both counted in."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=PostRole.choices)
    portfolio = models.CharField(max_length=16, choices=PostPortfolio.choices, blank=True)
    acting = models.BooleanField(default=False)  # 主持工作
    covers = models.ForeignKey("self", models.PROTECT, null=True, related_name="covered_by")  # whose leave
    since = models.DateField()
    until = models.DateField(null=True)
    handed_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="handed_to")
    note = models.TextField(blank=True)  # what the one before left word of when the office was handed over

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="post_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(portfolio="") | Q(role=PostRole.COMMITTEE_MEMBER),
                name="post_portfolio_of_members",
            ),
        ]
        indexes = [models.Index(fields=["person", "since"], name="post_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organization_id}"

    @property
    def words(self) -> str:
        """What the post is called wherever it is shown: 书记, 委员, 组织委员."""
        is_principal = (
            self.role == PostRole.PRINCIPAL
        )  # of no other role the stage matters, nor is it fetched
        return called(self.role, self.portfolio, self.organization.stage if is_principal else "")


OFFICIAL = [
    (role.value, portfolio)
    for role in PostRole
    for portfolio in ((*PostPortfolio.values, "") if role == PostRole.COMMITTEE_MEMBER else ("",))
]
"""The order in which posts stand: role and portfolio; among committee members those in charge of something first."""


def called(role: str, portfolio: str = "", stage: str = "") -> str:
    """What an office is called: by what a committee member is in charge of, else by the role.

    The principal of a kindergarten has a word of their own.
    """
    if role == PostRole.PRINCIPAL and stage == SchoolStage.KINDERGARTEN:
        return "园长"
    return str(PostPortfolio(portfolio).label if portfolio else PostRole(role).label)


class Day(models.Model):
    """A day off that would be a working day, or the other way round (调休)."""

    date = models.DateField(primary_key=True)
    works = models.BooleanField()
    name = models.CharField(max_length=30, blank=True)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Vacation(models.Model):
    """Days on which schools of a stage (all, where it is empty) do not work."""

    stage = models.CharField(max_length=16, choices=SchoolStage.choices, blank=True)
    name = models.CharField(max_length=30)
    since = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.since}–{self.until}"
