"""What a unit asks for: what proves it, what stands against it, what an approval does, what stays on record."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Division
from accounts.roles import Role
from institutes import selectors, services
from institutes.enums import ApplicationState, ChangeKind, Standing
from institutes.models import Institute, Tenure
from institutes.services.changes import EVIDENCE
from notices.models import Notice
from portal.selectors import public
from records import audit, clock, deadlines
from records.documents import paper_of
from records.errors import BadFile, Conflict, IllegalMove, Incomplete
from records.models import Attachment, AuditEvent, Document
from tests.factories.accounts import OrganisationFactory, make_uscc, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    ChainMemberFactory,
    ChainSegmentFactory,
    ChangeFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    RevocationFactory,
    SuspensionFactory,
    a_user,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
K = ChangeKind
NEW_NAME = "石家庄市示例新材料产业技术研究院"


@pytest.fixture
def recognition():
    RecognitionEditionFactory()
    found = RecognitionFactory()
    ApplicationVersionFactory(application=found.application, answers={})
    audit.record(
        "institutes.application.recognise",
        found.application,
        by=a_user("decision-approver"),
        to_state="recognised",
        paper={"kind": "certificate", "number": found.certificate_number},
    )
    return found


def files_for(kind: str) -> dict:
    return {file.value: pdf_upload(f"{file.value}.pdf") for file in EVIDENCE[kind]}


def draft(recognition, kind: str, *, files=None, **facts):
    by = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    return services.draft_change(
        institute=recognition.institute,
        kind=kind,
        grounds="示例理由。",
        files=files_for(kind) if files is None else files,
        by=by,
        **facts,
    )


def to_decision(change, *, finding: str = "approve"):
    admin = person(Role.ENT_ADMIN, organisation=change.host)
    services.hand_up_change(change=change, by=admin)
    services.hand_in_change(change=change, by=admin)
    services.give_county_opinion(
        change=change, position="agrees", opinion="示例：属实。", by=person(Role.COUNTY_STAFF)
    )
    services.check_change(
        change=change, finding=finding, opinion="示例：材料齐全。", by=person(Role.BUREAU_CLERK)
    )
    return change


def approve(change):
    services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))
    change.refresh_from_db()
    return change


def a_host(recognition):
    """Another enterprise that may lead on the same chain, in another county."""
    host = OrganisationFactory(division=Division.objects.get(code="130104"))
    ChainMemberFactory(
        segment=ChainSegmentFactory(chain=recognition.institute.chain), uscc=host.uscc, name=host.name
    )
    return host


def refusals(error) -> list[str]:
    return [reason.text for reason in error.value.reasons]


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_draft_says_what_stands_now_and_what_is_asked_for(recognition):
    change = draft(recognition, K.NAME, value=NEW_NAME)

    assert (change.former, change.value) == (recognition.institute.name, NEW_NAME)
    assert change.state == "draft"
    assert {row.kind for row in Attachment.objects.about(change)} == {"resolution"}


@pytest.mark.parametrize("kind", EVIDENCE)
def test_it_is_not_handed_up_without_what_proves_it(recognition, kind):
    facts = {
        K.NAME: {"value": NEW_NAME},
        K.HOST_NAME: {"value": "示例更名后有限公司"},
        K.HOST: {"uscc": a_host(recognition).uscc},
        K.DIRECTOR: {"value": "示例新院长"},
        K.ADD_CO_BUILDER: {"value": "示例新共建大学"},
        K.DROP_CO_BUILDER: {"value": "示例大学"},
        K.EXTENSION: {"value": (clock.today() + timedelta(days=400)).isoformat()},
    }
    if kind == K.EXTENSION:
        recognition.institute.build_to = clock.today() + timedelta(days=100)
        recognition.institute.save(update_fields=["build_to"])
    if kind == K.DROP_CO_BUILDER:
        recognition.institute.co_builders = ["示例大学", "示例研究所"]
        recognition.institute.save(update_fields=["co_builders"])
    change = draft(recognition, kind, files={}, **facts.get(kind, {}))

    with pytest.raises(Incomplete) as error, transaction.atomic():
        services.hand_up_change(change=change, by=person(Role.ENT_FILLER, organisation=change.host))

    assert [reason.field for reason in error.value.reasons] == [f"file_{one.value}" for one in EVIDENCE[kind]]


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(recognition):
    bad = pdf_upload("示例.pdf")
    bad.name = "示例.exe"

    with pytest.raises(BadFile) as error:
        draft(recognition, K.NAME, value=NEW_NAME, files={"resolution": bad})

    assert error.value.reasons[0].field == "file_resolution"


def test_what_is_missing_is_said_at_once(recognition):
    by = person(Role.ENT_FILLER, organisation=recognition.institute.host)

    with pytest.raises(Incomplete) as error:
        services.draft_change(institute=recognition.institute, kind=K.NAME, grounds=" ", by=by)

    assert [reason.field for reason in error.value.reasons] == ["grounds", "value"]


def test_a_name_is_borne_by_one_institute_and_not_given_twice(recognition):
    other = RecognitionFactory()
    Tenure.objects.create(
        institute=other.institute,
        kind="name",
        value="石家庄市示例从前产业技术研究院",
        since="2025-01-01",
        until="2025-06-01",
    )
    ApplicationFactory(state=ApplicationState.PUBLICITY, institute_name="石家庄市示例在报产业技术研究院")

    for taken in (
        recognition.institute.name,
        other.institute.name,
        "石家庄市示例从前产业技术研究院",
        "石家庄市示例在报产业技术研究院",
        "示例中心",
    ):
        with pytest.raises(Conflict) as error:
            draft(recognition, K.NAME, value=taken)
        assert error.value.reasons[0].field == "value"


def test_a_host_must_be_one_that_may_lead(recognition):
    university = OrganisationFactory(kind="university", uscc=make_uscc(600_001))
    busy = RecognitionFactory().institute.host

    with pytest.raises(Incomplete, match="尚未在本平台注册"):
        draft(recognition, K.HOST, uscc="91130100000000011X")
    with pytest.raises(Conflict) as error:
        draft(recognition, K.HOST, uscc=university.uscc)
    assert any("不是企业" in text for text in refusals(error))
    with pytest.raises(Conflict) as error:
        draft(recognition, K.HOST, uscc=busy.uscc)
    assert any("图谱" in text for text in refusals(error))
    assert any("已有 1 家在册研究院" in text for text in refusals(error))


def test_the_last_co_builder_does_not_leave(recognition):
    with pytest.raises(Conflict, match="先增加共建单位"):
        draft(recognition, K.DROP_CO_BUILDER, value="示例大学")


def test_one_request_of_a_kind_at_a_time(recognition):
    draft(recognition, K.DIRECTOR, value="示例甲")

    with pytest.raises(Conflict, match="在办"):
        draft(recognition, K.DIRECTOR, value="示例乙")


def test_nobody_leaves_or_hands_over_while_a_revocation_is_open(recognition):
    RevocationFactory(institute=recognition.institute, state="statement")

    with pytest.raises(Conflict, match="正在办理撤销认定"):
        draft(recognition, K.WITHDRAWAL)
    with pytest.raises(Conflict, match="正在办理撤销认定"):
        draft(recognition, K.HOST, uscc=a_host(recognition).uscc)


def test_a_draft_can_be_revised_and_nothing_else(recognition):
    change = draft(recognition, K.DIRECTOR, value="示例甲")
    by = person(Role.ENT_FILLER, organisation=change.host)
    services.revise_change(change=change, value="示例乙", grounds="示例二。", by=by)
    assert (change.value, change.grounds) == ("示例乙", "示例二。")
    services.hand_up_change(change=change, by=by)

    with pytest.raises(IllegalMove):
        services.revise_change(change=change, value="示例丙", grounds="示例三。", by=by)


# --- the way --------------------------------------------------------------------------------------------------------


def test_each_holder_has_its_days_and_hears_of_it(recognition):
    change = draft(recognition, K.DIRECTOR, value="示例甲")
    admin, staff = person(Role.ENT_ADMIN, organisation=change.host), person(Role.COUNTY_STAFF)
    clerk = person(Role.BUREAU_CLERK)
    services.hand_up_change(change=change, by=person(Role.ENT_FILLER, organisation=change.host))
    services.hand_in_change(change=change, by=admin)
    assert deadlines.current(change).holder_role == Role.COUNTY_STAFF
    assert Notice.objects.filter(recipient=staff, subject_id=change.pk).exists()
    services.give_county_opinion(change=change, position="objects", opinion="示例：不妥。", by=staff)
    due = deadlines.current(change).due_on
    assert Notice.objects.filter(recipient=clerk, subject_id=change.pk).exists()
    services.check_change(change=change, finding="refuse", opinion="示例：不符。", by=clerk)
    assert deadlines.current(change).due_on == due
    services.return_change_check(change=change, reason="请再核。", by=person(Role.BUREAU_APPROVER))

    assert (change.state, deadlines.current(change).due_on) == ("checking", due)
    assert Notice.objects.filter(recipient=admin, title__startswith="县级已出具意见").exists()


def test_the_decision_follows_the_check(recognition):
    change = to_decision(draft(recognition, K.DIRECTOR, value="示例甲"), finding="refuse")

    with pytest.raises(Conflict, match="退回经办复核"):
        services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))
    services.refuse_change(change=change, reason="不符合条件。", by=person(Role.BUREAU_APPROVER))

    recognition.institute.refresh_from_db()
    assert recognition.institute.director == "示例院长"
    paper = AuditEvent.objects.get(verb="institutes.change.refuse").data["paper"]
    assert paper["kind"] == "change_decision"


# --- what an approval does ------------------------------------------------------------------------------------------


def test_an_approved_name_is_the_institutes_and_the_former_one_stays(recognition):
    former = recognition.institute.name
    change = approve(to_decision(draft(recognition, K.NAME, value=NEW_NAME)))

    institute = Institute.objects.get(pk=recognition.institute_id)
    assert institute.name == NEW_NAME
    held = list(institute.tenures.filter(kind="name").values_list("value", "until", "ended_with"))
    assert held == [(former, clock.today(), change.pk), (NEW_NAME, None, None)]
    assert list(selectors.search_institutes(Institute.objects.all(), former)) == [institute]
    assert list(public.directory(text=former)) == [institute]
    line = AuditEvent.objects.get(verb="institutes.institute.change")
    assert (line.data["before"]["name"], line.data["after"]["name"]) == (former, NEW_NAME)


def test_a_renamed_unit_bears_its_name_everywhere(recognition):
    host, former = recognition.institute.host, recognition.institute.host.name
    approve(to_decision(draft(recognition, K.HOST_NAME, value="示例更名后有限公司")))

    host.refresh_from_db()
    assert host.name == "示例更名后有限公司"
    assert list(recognition.institute.tenures.filter(kind="host").values_list("value", flat=True)) == [
        former,
        host.name,
    ]


def test_another_host_takes_the_institute_over_with_its_county(recognition):
    former, host = recognition.institute.host, a_host(recognition)
    change = approve(to_decision(draft(recognition, K.HOST, uscc=host.uscc)))

    institute = Institute.objects.get(pk=recognition.institute_id)
    assert (institute.host, institute.division) == (host, host.division)
    assert institute in selectors.institutes_visible_to(person(Role.ENT_ADMIN, organisation=host))
    assert institute not in selectors.institutes_visible_to(person(Role.ENT_ADMIN, organisation=former))
    assert change in selectors.changes_visible_to(person(Role.ENT_ADMIN, organisation=former))
    assert [row.organisation for row in institute.tenures.filter(kind="host")] == [former, host]


def test_co_builders_come_and_go(recognition):
    approve(to_decision(draft(recognition, K.ADD_CO_BUILDER, value="示例新共建大学")))
    recognition.institute.refresh_from_db()
    approve(to_decision(draft(recognition, K.DROP_CO_BUILDER, value="示例大学")))

    institute = Institute.objects.get(pk=recognition.institute_id)
    assert institute.co_builders == ["示例新共建大学"]
    assert dict(institute.tenures.filter(kind="co_builder").values_list("value", "until")) == {
        "示例大学": clock.today(),
        "示例新共建大学": None,
    }


def test_what_was_taken_in_the_meantime_is_seen_at_the_approval(recognition):
    change = to_decision(draft(recognition, K.NAME, value=NEW_NAME))
    other = RecognitionFactory().institute
    Institute.objects.filter(pk=other.pk).update(name=NEW_NAME)

    with pytest.raises(Conflict, match="不能使用"), transaction.atomic():
        services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))

    change.refresh_from_db()
    assert change.state == "decision"


def test_an_institute_that_withdraws_counts_no_more_and_what_it_asked_for_lapses(recognition):
    SuspensionFactory(institute=recognition.institute, state="in_force")
    other = draft(recognition, K.DIRECTOR, value="示例甲")
    change = approve(to_decision(draft(recognition, K.WITHDRAWAL)))

    recognition.refresh_from_db()
    other.refresh_from_db()
    assert (recognition.standing, recognition.suspended_at) == (Standing.WITHDRAWN, None)
    assert (change.state, other.state) == ("approved", "withdrawn")
    assert recognition.institute not in Institute.objects.recognised()
    assert list(public.directory(standing="withdrawn")) == [recognition.institute]
    assert not selectors.editions_of_certificate(recognition) > 1


# --- the certificate ------------------------------------------------------------------------------------------------


@pytest.fixture
def reissued(recognition, django_capture_on_commit_callbacks):
    services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))
    change = to_decision(draft(recognition, K.NAME, value=NEW_NAME))
    approve(change)
    services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))
    return recognition


def test_the_certificate_is_replaced_under_the_same_number_of_recognition(reissued):
    old, new = Document.objects.filter(kind="certificate").order_by("pk")

    assert new.replaces == old
    assert paper_of(reissued.application, "certificate") == new
    assert new.number == f"{reissued.certificate_number} 换发1"
    assert (new.context["number"], new.context["institute"]) == (reissued.certificate_number, NEW_NAME)
    assert new.context["edition"] == 2


def test_the_page_of_the_former_certificate_leads_to_the_new_one(reissued, client):
    old, new = Document.objects.filter(kind="certificate").order_by("pk")
    page = client.get(f"/verify/{old.code}/").content.decode()

    assert "证书已被换发" in page
    assert new.code in page
    assert "现行有效" in client.get(f"/verify/{new.code}/").content.decode()


def test_of_three_editions_the_first_leads_to_the_last(reissued):
    institute = Institute.objects.get(pk=reissued.institute_id)
    reissued.institute = institute
    approve(to_decision(draft(reissued, K.ADD_CO_BUILDER, value="示例新共建大学")))
    services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))
    first, second, third = Document.objects.filter(kind="certificate").order_by("pk")

    assert (second.replaces, third.replaces) == (first, second)
    assert public.last_edition_of(first) == third
    assert public.last_edition_of(third) is None


def test_making_the_papers_twice_makes_them_once(reissued):
    count = Document.objects.count()

    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 0
    assert Document.objects.count() == count


def test_a_certificate_that_waits_for_a_notice_comes_first(recognition):
    held = RecognitionFactory()
    audit.record(
        "institutes.application.recognise",
        held.application,
        by=a_user("decision-approver"),
        to_state="recognised",
        paper={"kind": "certificate", "number": held.certificate_number},
        with_notice=True,
    )
    change = to_decision(draft(held, K.NAME, value=NEW_NAME))

    with pytest.raises(Conflict, match="先下达认定通知"):
        services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))


# --- who sees it ----------------------------------------------------------------------------------------------------


def test_a_draft_is_the_units_own(recognition):
    change = ChangeFactory(institute=recognition.institute)

    assert change in selectors.changes_visible_to(person(Role.ENT_FILLER, organisation=change.host))
    for role in (Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.AUDITOR, Role.FINANCE):
        assert change not in selectors.changes_visible_to(person(role))
    assert change not in selectors.changes_visible_to(person(Role.ENT_ADMIN))
