"""Kinds of review are data: a second kind, open where the first is blind, walks the whole way without its own code."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from inspect import getsource
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.enums import OrganisationKind
from accounts.roles import Role
from accounts.services import issue_token
from evaluation import documents, kinds, permissions, policy, selectors, services
from evaluation.enums import PanelState, ReviewKind
from evaluation.forms import EngagementForm
from evaluation.kinds import Case, Kind, Material
from evaluation.models import Engagement, EngagementBatch, Panel, ReviewEdition
from evaluation.policy import Parties
from evaluation.services import sweeps
from institutes.book.reading import Chapter, Item
from institutes.models import Institute
from portal.policy.document import read_policy_file
from records import audit, clock
from records.errors import IllegalMove
from records.models import Attachment, Document
from records.names import plain_name
from tests.evaluation.test_rounds import INTEGRITY
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.evaluation import (
    OPINION,
    AssignmentFactory,
    EngagementFactory,
    ExpertFactory,
    PanelFactory,
    ReviewEditionFactory,
    make_pool,
    reviewed_application,
    sheet,
    signed,
)
from tests.factories.funding import a_scan
from tests.factories.institutes import InstituteFactory
from tests.factories.records import AttachmentFactory

pytestmark = pytest.mark.django_db

ACCEPTANCE = ReviewKind.ACCEPTANCE.value
OF_THE_HOUSE = {"recognition", ACCEPTANCE, "performance", "joint_project", "project_midterm", "project_final"}
"""Every kind of review that a room registers."""
BUILT = date(2026, 1, 19)


# --- an acceptance, as the room that owns it would say it -----------------------------------------------------------


def read(institute: Institute, *, blind: bool) -> Material:
    facts = (Item("targets/done", "建设目标完成情况", f"{institute.name}：十项目标完成九项。"),)
    return Material(
        chapters=lambda: [Chapter("targets", "1", "建设目标", facts)],
        annexes=lambda: Attachment.objects.about(institute).current().order_by("pk"),
        needles={institute.host.name: "【依托单位】"},
        hide=lambda text: text.replace(institute.name, "【研究院】") if blind else text,
    )


def conclude(institute: Institute, result, /, *, by, at) -> None:
    """Who passes has no building period any more; the result stands in the register."""
    if result.passed:
        institute.build_from = institute.build_to = None
        institute.save(update_fields=["build_from", "build_to"])
    data = {"score": str(result.score), "passed": result.passed, "opinion": result.opinion}
    audit.record("institutes.institute.accept", institute, by=by, at=at, **data)


@pytest.fixture
def engagement(db):
    """An agency that is engaged for acceptances as a whole, not for a call."""
    found = EngagementFactory()
    EngagementBatch.objects.create(engagement=found, kind=ACCEPTANCE)
    return found


@pytest.fixture
def acceptance(engagement, monkeypatch):
    ReviewEditionFactory(kind=ACCEPTANCE)
    ReviewEditionFactory()
    kind = Kind(
        code=ACCEPTANCE,
        label=ReviewKind.ACCEPTANCE.label,
        model=Institute,
        under_review=Q(build_to__isnull=False),
        handed_to=lambda user: (
            Institute.objects.all() if user.holds(Role.AGENCY) else Institute.objects.none()
        ),
        describe=lambda one: Case(
            title=one.name,
            number="",
            host=one.host,
            division=one.division,
            agency=engagement.agency,
            chain=one.chain,
        ),
        read=read,
        parties=lambda one: Parties(units=frozenset({one.host.name}), people=frozenset({one.director})),
        conclude=conclude,
        page="institutes:institute",
        passed="专家组建议通过验收",
        failed="专家组建议不通过验收",
        follows="写入验收案卷，由市科技局作出验收结论\n汇总后不能再修改",
        withdrawn="研究院已撤回验收申请。",
        clause="四(四)",
    )
    monkeypatch.setitem(kinds._KINDS, kind.code, kind)
    return kind


@pytest.fixture
def institute():
    found = InstituteFactory(build_from=date(2024, 1, 19), build_to=BUILT)
    AttachmentFactory(subject=found, kind="summary", name="建设总结报告.pdf")
    return found


@pytest.fixture
def manager(engagement):
    return person(Role.AGENCY, organisation=engagement.agency)


def program(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(user=user).key}")
    return client


def take(client, subject, action, **typed):
    address = reverse(f"evaluation:{subject._meta.model_name}-move", args=[subject.pk, action])
    answer = client.post(address, typed)
    assert answer.status_code == 302, (action, answer.status_code, answer.content.decode()[-900:])


def opened(institute, manager) -> Panel:
    panel = services.open_panel(case=institute, kind=ACCEPTANCE, by=manager)
    services.search_package(package=panel.package)
    panel.refresh_from_db()
    return panel


def scored(panel, manager, share="0.80") -> list:
    services.pledge_draw(panel=panel, by=manager)
    with clock.at(panel.draws.get().draws_after):
        services.draw_panel(panel=panel, by=manager)
    seats = list(panel.assignments.select_related("expert__user", "panel__edition").order_by("position"))
    for seat in seats:
        services.commit_assignment(assignment=seat, **signed(seat))
        services.save_scores(assignment=seat, entries=sheet(seat, share), by=seat.expert.user)
        services.lock_scores(assignment=seat, by=seat.expert.user)
    panel.refresh_from_db()
    return seats


# --- the whole way --------------------------------------------------------------------------------------------------


def test_a_second_kind_walks_from_the_draw_to_its_conclusion_by_pages_and_programs(
    acceptance, institute, manager, client
):
    make_pool()
    client.force_login(manager)
    waiting = client.get("/panels/").content.decode()
    assert (institute.name in waiting, "建设期验收" in waiting) == (True, True)

    client.post(reverse("evaluation:panel-open", args=[institute.pk]), {"kind": ACCEPTANCE})
    panel = Panel.objects.get()
    assert (panel.kind, panel.case, panel.title, panel.application) == (
        ACCEPTANCE,
        institute,
        institute.name,
        None,
    )
    services.search_package(package=panel.package)
    take(client, panel, "pledge")
    with clock.at(panel.draws.get().draws_after):
        take(client, panel, "draw")

    first, *others = panel.assignments.select_related("expert__user", "panel__edition").order_by("position")
    expert = first.expert.user
    client.force_login(expert)
    take(client, first, "commit", confidential="on", no_conflict="on", signature=expert.name)
    page = client.get(first.get_absolute_url()).content.decode()
    assert (institute.name in page, "本次评审不隐去单位" in page, "已隐去申报单位" in page) == (
        True,
        True,
        False,
    )
    boxes = {f"{code}_{name}": said for code, entry in sheet(first).items() for name, said in entry.items()}
    client.post(reverse("evaluation:sheet-save", args=[first.pk]), boxes)
    take(client, first, "lock")
    for seat in others:
        theirs = program(seat.expert.user)
        path, name = f"/api/v1/assignments/{seat.pk}/", seat.expert.user.name
        said = {"confidential": True, "no_conflict": True, "signature": name}
        assert theirs.post(f"{path}moves/commit/", said, format="json").status_code == 200
        package = theirs.get(f"{path}package/").json()
        assert institute.name in package["chapters"][0]["items"][0]["text"]
        assert [file["number"] for file in package["files"]] == [1]
        entries = {
            code: {"points": str(e["points"]), "comment": e["comment"]} for code, e in sheet(seat).items()
        }
        assert theirs.patch(path, {"entries": entries}, format="json").status_code == 200
        assert theirs.post(f"{path}moves/lock/", {}, format="json").status_code == 200

    agency = program(manager)
    moves = {m["action"]: m for m in agency.get(f"/api/v1/panels/{panel.pk}/moves/").json()}
    assert moves["conclude"]["allowed"] is True
    done = agency.post(f"/api/v1/panels/{panel.pk}/moves/conclude/", {"opinion": OPINION}, format="json")
    assert done.status_code == 200
    shown = agency.get(f"/api/v1/panels/{panel.pk}/").json()
    assert (shown["kind"], shown["case"]["name"], shown["application"]) == (ACCEPTANCE, institute.name, None)
    assert (shown["state"], shown["score"], shown["passed"]) == ("concluded", "80.00", True)
    client.force_login(manager)
    assert "专家组建议通过验收" in client.get(panel.get_absolute_url()).content.decode()
    institute.refresh_from_db()
    line = audit.history(institute).get(verb="institutes.institute.accept")
    assert (institute.build_to, line.data["score"], line.data["passed"]) == (None, "80.00", True)
    assert [check() for check in INTEGRITY] == [[]] * len(INTEGRITY)


def test_its_papers_speak_of_its_case(acceptance, institute, manager):
    make_pool()
    panel = opened(institute, manager)
    scored(panel, manager)
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    events = audit.history(panel).filter(data__has_key="paper")
    papers = [services.issue_paper(event=event) for event in events]
    context = documents.score_sheet(panel, {"number": "示例"})

    assert [paper.kind for paper in papers] == ["draw_record", "score_sheet"]
    assert (context["institute"], context["score"]) == (institute.name, "80.00")
    assert len(context["rows"]) == len(panel.edition.sheet) == 5
    assert Document.objects.about(panel).count() == 2


# --- each rule is the edition's -------------------------------------------------------------------------------------


def test_an_open_package_is_frozen_as_it_stands(acceptance, institute, manager):
    panel = opened(institute, manager)

    package = panel.package
    assert (package.state, package.hits.count()) == ("frozen", 0)
    assert institute.name in package.content[0]["items"][0]["text"]
    assert [file.finding for file in package.files.all()] == ["clear"]
    assert selectors.hider_of(panel)(institute.name) == institute.name


def test_the_same_kind_is_blind_where_its_edition_says_so(acceptance, institute, manager):
    edition = ReviewEdition.objects.get(kind=ACCEPTANCE)
    edition.terms["panel"]["blind"] = True
    edition.save(update_fields=["terms"])
    panel = opened(institute, manager)

    seen = selectors.panels_visible_to(manager).get()
    assert (panel.package.state, seen.shown_case.title, seen.shown_case.is_blinded) == (
        "frozen" if not selectors.open_hits_of(panel.package) else "preparing",
        "申报 ",
        True,
    )
    assert not selectors.search_panels(selectors.panels_visible_to(manager), institute.name).exists()
    assert selectors.hider_of(panel)(institute.name) == "【研究院】"


def test_an_open_case_is_found_and_named_before_it_has_concluded(acceptance, institute, manager):
    panel = opened(institute, manager)

    found = selectors.search_panels(selectors.panels_visible_to(manager), institute.name)

    assert [(one.pk, str(one.shown_case)) for one in found] == [(panel.pk, institute.name)]


def test_size_make_up_trimming_and_pass_mark_are_those_of_the_edition(acceptance, institute, manager):
    edition = ReviewEdition.objects.get(kind=ACCEPTANCE)
    edition.terms["panel"] |= {"size": 7, "technical_min": 4, "finance_min": 2}
    edition.terms["scoring"]["pass_mark"] = "85.00"
    edition.save(update_fields=["terms"])
    make_pool()
    panel = opened(institute, manager)

    seats = scored(panel, manager)
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    composition = selectors.composition_of(panel)
    assert (len(seats), composition.technical_min, composition.finance_min) == (7, 4, 2)
    assert (panel.score, panel.passed) == (Decimal("80.00"), False)
    institute.refresh_from_db()
    assert institute.build_to == BUILT


def test_the_analysis_of_a_panel_of_any_kind_opens_without_a_batch(acceptance, institute, manager, client):
    panel = opened(institute, manager)
    make_pool()
    scored(panel, manager)
    client.force_login(manager)

    page = client.get(reverse("evaluation:panel-analysis", args=[panel.pk]))
    told = client.get(f"/api/v1/panels/{panel.pk}/analysis/")

    assert (page.status_code, "本批次分析" in page.text, page.text.count('<svg class="bar-chart__plot"')) == (
        200,
        False,
        4,
    )
    assert (told.status_code, told.json()["scores"]) == (200, {panel.code: "80.00"})


def test_whom_the_case_names_is_kept_away(acceptance, institute, manager):
    barred = ExpertFactory(employer=institute.host.name)
    panel = opened(institute, manager)

    pool, excluded = selectors.pool_for(panel)

    assert (excluded[str(barred.pk)], barred.pk in {one.pk for one in pool}) == ("same_employer", False)
    assert selectors.parties_of(panel).agencies == {plain_name(manager.organisations[0].name)}


def test_a_panel_whose_case_is_withdrawn_ends_in_the_words_of_its_kind(acceptance, institute, manager):
    panel = opened(institute, manager)
    Institute.objects.update(build_from=None, build_to=None)

    assert sweeps.cancel_panels_without_case() == 1

    panel.refresh_from_db()
    line = audit.history(panel).last()
    assert (panel.state, line.reason) == (PanelState.CANCELLED, "研究院已撤回验收申请。")


def test_a_panel_needs_an_engagement_for_its_kind(acceptance, institute, manager):
    EngagementBatch.objects.filter(kind=ACCEPTANCE).delete()

    with pytest.raises(IllegalMove, match="没有覆盖“建设期验收”的有效评审委托"):
        services.open_panel(case=institute, kind=ACCEPTANCE, by=manager)

    Engagement.objects.update(state="ended", ended_at=clock.now(), ended_by=manager)
    assert (
        selectors.engagement_for(clock.today(), agency=manager.organisations[0].pk, kind=ACCEPTANCE) is None
    )


def test_an_engagement_is_drafted_for_a_kind_as_a_whole_and_its_panels_go_to_a_successor(
    acceptance, institute, manager
):
    panel, told = opened(institute, manager), []
    kinds.register(
        replace(acceptance, change_agency=lambda case, **said: told.append((case, said["agency"])))
    )
    form = EngagementForm()
    assert {code for code, _label in form.fields["kinds"].choices} == OF_THE_HOUSE - {"recognition"}
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    successor = services.draft_engagement(
        agency=OrganisationFactory(kind=OrganisationKind.AGENCY),
        number="示例委托合同〔2026〕验收号",
        title="示例建设期验收",
        begins_on=clock.today(),
        ends_on=date(2099, 12, 31),
        calls=[],
        kinds=[ACCEPTANCE],
        contract=a_scan(),
        by=clerk,
    )
    services.approve_engagement(engagement=successor, by=approver)
    former = panel.engagement
    services.end_engagement(engagement=former, reason="示例理由", by=approver)
    assert (list(selectors.panels_left(former)), list(selectors.successors_of(former, clock.today()))) == (
        [panel],
        [successor],
    )

    services.hand_over_engagement(engagement=former, successor=successor, reason="示例理由", by=approver)

    panel.refresh_from_db()
    assert (panel.agency, panel.engagement, told) == (
        successor.agency,
        successor,
        [(institute, successor.agency)],
    )
    assert [(row["batch"].kind, row["open"]) for row in selectors.progress_of(successor)] == [(ACCEPTANCE, 1)]


def test_only_the_agency_of_the_case_opens_its_panel(acceptance, institute, manager, client):
    stranger = person(Role.AGENCY)
    client.force_login(stranger)

    page = client.post(reverse("evaluation:panel-open", args=[institute.pk]), {"kind": ACCEPTANCE})
    unknown = client.post(reverse("evaluation:panel-open", args=[institute.pk]), {"kind": "assessment"})

    assert (page.status_code, unknown.status_code, Panel.objects.exists()) == (403, 404, False)
    assert permissions.may_open_panel(manager, institute)


def test_a_program_opens_a_panel_of_any_kind(acceptance, institute, manager):
    agency = program(manager)

    wrong = agency.post("/api/v1/panels/", {"kind": ACCEPTANCE, "case": institute.pk + 1}, format="json")
    made = agency.post("/api/v1/panels/", {"kind": ACCEPTANCE, "case": institute.pk}, format="json")
    unknown = agency.post("/api/v1/panels/", {"kind": "示例", "case": institute.pk}, format="json")

    assert (wrong.status_code, made.status_code, unknown.status_code) == (422, 201, 422)
    assert made.json()["case"] == {"id": institute.pk, "name": institute.name, "number": ""}


def test_panels_of_two_kinds_stand_in_one_list_with_the_same_number_of_queries(acceptance, manager, client):
    user = person(Role.BUREAU_CLERK)
    client.force_login(user)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get("/panels/").status_code == 200
        return len(found)

    opened(InstituteFactory(build_to=BUILT), manager)
    PanelFactory(code="示例-0")
    asked()
    few = asked()
    for n in range(1, 4):
        opened(InstituteFactory(build_to=BUILT), manager)
        PanelFactory(code=f"示例-{n}")
    assert (Panel.objects.count(), asked()) == (8, few)


# --- what the database holds ----------------------------------------------------------------------------------------


def test_a_case_is_reviewed_once_in_a_kind(acceptance, institute, manager):
    panel = opened(institute, manager)
    assert services.open_panel(case=institute, kind=ACCEPTANCE, by=manager) == panel

    other = opened(InstituteFactory(build_to=BUILT), manager)
    with pytest.raises(IntegrityError, match="evaluation_panel_once_for_a_case"), transaction.atomic():
        Panel.objects.filter(pk=other.pk).update(case_id=panel.case_id)


def test_the_foreign_key_and_the_key_of_the_case_cannot_differ():
    panel = PanelFactory()
    with pytest.raises(IntegrityError, match="evaluation_panel_tied_to_its_case"), transaction.atomic():
        Panel.objects.filter(pk=panel.pk).update(case_id=panel.case_id + 1)
    with pytest.raises(IntegrityError, match="evaluation_panel_kind_known"), transaction.atomic():
        Panel.objects.filter(pk=panel.pk).update(kind="示例")


def test_an_engagement_covers_a_kind_as_a_whole_once(engagement):
    with (
        pytest.raises(IntegrityError, match="evaluation_engagementbatch_kind_once"),
        transaction.atomic(),
    ):
        EngagementBatch.objects.create(engagement=engagement, kind=ACCEPTANCE)
    assert str(engagement.batches.get()) == "建设期验收"


def test_panels_from_before_keep_what_the_kind_says_of_their_application():
    panel = PanelFactory(application=reviewed_application())
    kept = (
        "kind",
        "case_type",
        "case_id",
        "title",
        "number",
        "host_id",
        "division_id",
        "chain_id",
        "call_id",
    )
    told = {name: getattr(panel, name) for name in kept}
    other = PanelFactory()
    Panel.objects.filter(pk=panel.pk).update(
        title="", number="", host=other.host, division=other.division, chain=None, call=None
    )

    class Editor:
        def execute(self, statement):
            with connection.cursor() as cursor:
                cursor.execute(statement)

    import_module("evaluation.migrations.0008_kinds_of_review").carry_over(apps, Editor())

    panel.refresh_from_db()
    assert {name: getattr(panel, name) for name in kept} == told


# --- the policy file and the code -----------------------------------------------------------------------------------


def editions() -> dict:
    found = read_policy_file(Path(settings.POLICY_FILE)).editions
    return {
        one.kind: ReviewEdition(kind=one.kind, terms=one.terms)
        for one in found
        if one.model == "ReviewEdition"
    }


def test_the_policy_file_has_a_whole_edition_for_every_kind():
    known = editions()
    for code, blind, full in (
        ("recognition", True, "100.00"),
        ("acceptance", False, "100.00"),
        ("performance", False, "8.00"),
        ("joint_project", True, "100.00"),
        ("project_midterm", False, "100.00"),
        ("project_final", False, "100.00"),
    ):
        edition = known[code]
        points = sum(Decimal(row["full_mark"]) for row in edition.sheet)
        assert (edition.is_blind, points) == (blind, Decimal(full))
        assert Decimal(edition.terms["scoring"]["full_mark"]) == points
        assert edition.terms.keys() >= {"panel", "draw", "scoring", "numbers", "commitments", "recusal"}
        limits = ("forming", "blinding", "invitation", "commitment", "scoring", "discussion", "rescoring")
        assert None not in [edition.working_days(key) for key in limits]
        terms = edition.terms["panel"]
        seats = sum(terms[f"{seat}_min"] for seat in ("technical", "finance", "management"))
        assert (terms["size"] in terms["sizes"], terms["size"] % 2, seats <= terms["size"]) == (True, 1, True)
        assert policy.aggregate([points] * 5, edition.terms["scoring"]).passed
    assert ({one.value for one in ReviewKind}, known["recognition"].needs_visit) == (
        set(known) - {"assessment"},
        True,
    )
    assert not any(one.needs_visit for code, one in known.items() if code != "recognition")


def kinds_with_a_sheet() -> dict[str, ReviewEdition]:
    """Every kind that experts judge; of the annual assessment three offices find, and nobody scores."""
    found = editions()
    del found["assessment"]
    return found


@pytest.mark.parametrize("code", sorted(ReviewKind.values))
def test_every_item_of_every_sheet_says_what_earns_which_points(code):
    edition, cent = kinds_with_a_sheet()[code], Decimal("0.01")
    items = edition.anchored_sheet

    assert {one["dimension"] for one in edition.terms["anchors"]} == {item["code"] for item in items}
    for item in items:
        anchors = item["anchors"]
        lows, highs = ([Decimal(one[end]) for one in anchors] for end in ("low", "high"))
        assert [one["level"] for one in anchors] == ["优", "良", "中", "差"]
        assert (highs[0], lows[-1]) == (Decimal(item["full_mark"]), 0)
        assert [high + cent for high in highs[1:]] == lows[:-1]
        assert (item["guide"] != "", len({one["words"] for one in anchors})) == (True, 4)
        assert all(len(one["words"]) > 10 for one in anchors)


@pytest.mark.parametrize("code", sorted(ReviewKind.values))
def test_the_weights_of_every_kind_come_to_a_hundred(code):
    edition = kinds_with_a_sheet()[code]
    weights = edition.terms.get("indicators") or edition.sheet
    name = "weight" if edition.terms.get("indicators") else "full_mark"

    assert sum(Decimal(row[name]) for row in weights) == Decimal("100")


@pytest.mark.parametrize("code", sorted(ReviewKind.values))
def test_an_expert_reads_the_anchors_of_every_kind_on_page_and_by_program(code, client, edition):
    seat = AssignmentFactory(state="committed")
    terms = kinds_with_a_sheet()[code].terms
    ReviewEdition.objects.filter(pk=seat.panel.edition_id).update(terms=edition.terms | terms)
    client.force_login(seat.expert.user)

    page = client.get(seat.get_absolute_url()).text
    told = client.get(f"/api/v1/assignments/{seat.pk}/").json()["dimensions"]

    words = [anchor["words"] for anchor in terms["anchors"]]
    assert [word for word in words if word not in page] == []
    assert [anchor["words"] for item in told for anchor in item["anchors"]] == words
    assert page.count("评分参照") == len(told) == len(terms.get("sheet") or terms["dimensions"])


def test_the_points_of_experts_for_performance_are_those_of_its_indicators():
    edition = editions()["performance"]
    weights = {row["code"]: row for row in edition.terms["indicators"]}

    for row in edition.sheet:
        indicator = weights[row["code"]]
        share = 100 - Decimal(indicator.get("linear_share", "0"))
        assert Decimal(row["full_mark"]) == Decimal(indicator["weight"]) * share / 100
        assert row["dimension"] == indicator["dimension"]
    assert edition.sheet == [row for row in edition.sheet if weights[row["code"]]["scale"] != "linear"]


GENERIC = (
    *(f"services.{name}" for name in ("blind", "draws", "panels", "papers", "rounds", "scoring", "sheets")),
    *(f"selectors.{name}" for name in ("analysis", "blind", "draws", "invitations", "panels", "sheets")),
    *(f"views.{name}" for name in ("agency", "blind", "draws", "panelfile", "scoring")),
    *("forms.blind", "forms.panels", "permissions", "integrity", "lifecycle", "notifications", "desk"),
)


@pytest.mark.parametrize("name", GENERIC)
def test_what_serves_every_kind_names_none(name):
    source = getsource(import_module(f"evaluation.{name}"))

    assert not re.search(r"ReviewKind|\bApplication\b|\.application\b|\"recognition\"|\"acceptance\"", source)


def test_a_kind_is_described_without_a_branch_for_it(acceptance):
    assert {kind.code for kind in kinds.all_kinds()} == OF_THE_HOUSE
    assert kinds.kind_for(InstituteFactory()) == acceptance
    assert replace(acceptance, by_call=True) != acceptance
