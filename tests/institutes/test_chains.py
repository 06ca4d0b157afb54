"""The map of chains: kept by the bureau, each entry by a document; nothing that is referred to disappears."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import book, permissions, selectors, services
from institutes.enums import ApplicationState, ChainRole, ChainState
from institutes.lifecycle import CHAIN
from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete
from tests.factories.accounts import make_uscc, person, system_user
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    ChainMemberFactory,
    ChainProposalFactory,
    ChainSegmentFactory,
    IndustryChainFactory,
    RecognitionFactory,
)

pytestmark = pytest.mark.django_db
ACTIVE, RETIRED = ChainState.ACTIVE, ChainState.RETIRED
LAWFUL = {
    (ACTIVE, "revise"): ACTIVE,
    (ACTIVE, "add_segment"): ACTIVE,
    (ACTIVE, "revise_segment"): ACTIVE,
    (ACTIVE, "merge_segment"): ACTIVE,
    (ACTIVE, "retire_segment"): ACTIVE,
    (ACTIVE, "enter_member"): ACTIVE,
    (ACTIVE, "import_members"): ACTIVE,
    (ACTIVE, "revise_member"): ACTIVE,
    (ACTIVE, "change_role"): ACTIVE,
    (ACTIVE, "end_member"): ACTIVE,
    (ACTIVE, "retire"): RETIRED,
    (RETIRED, "restore"): ACTIVE,
}
NEEDS_A_REASON = {"merge_segment", "retire_segment", "revise_member", "end_member", "retire"}
EDITS = {action for state, action in LAWFUL if action not in ("retire", "restore")}
MAY = {Role.BUREAU_CLERK: EDITS, Role.BUREAU_APPROVER: EDITS | {"retire", "restore"}}


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def segment():
    return ChainSegmentFactory()


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(CHAIN.moves))
@pytest.mark.parametrize("state", ChainState)
def test_chain_table(state, action):
    assert CHAIN.allows(IndustryChain(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert CHAIN.moves[action].target == LAWFUL[state, action]


def test_what_takes_something_off_the_map_needs_a_reason():
    assert {name for name, move in CHAIN.moves.items() if move.reason} == NEEDS_A_REASON


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(role, segment):
    user = system_user() if role == Role.SYSTEM else person(role)
    taken = {action for action, grant in permissions.CHAIN_WHO.items() if grant(user, segment.chain)}

    assert taken == MAY.get(role, set())
    assert permissions.may_keep_the_map(user) == (role in MAY)


@pytest.mark.parametrize("role", Role)
def test_the_offices_read_the_map_everybody_else_the_public_one(role, segment):
    user = system_user() if role == Role.SYSTEM else person(role)
    offices = {Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}

    seen = selectors.chains_visible_to(user).filter(pk=segment.chain_id).exists()

    assert seen == (role in offices | {Role.SYSTEM})


# --- what the database refuses --------------------------------------------------------------------------------------


def refused_by(name, change):
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("model", "change", "name"),
    [
        (IndustryChain, {"state": "gone"}, "institutes_industrychain_state_known"),
        (ChainSegment, {"position": "beside"}, "institutes_chainsegment_position_known"),
        (ChainMember, {"role": "king"}, "institutes_chainmember_role_known"),
        (ChainMember, {"until": date(2025, 12, 31)}, "institutes_chainmember_since_not_after_until"),
        (ChainMember, {"uscc": "12345"}, "institutes_chainmember_uscc_of_18"),
    ],
)
def test_no_row_of_the_map_is_stored_wrong(model, change, name):
    ChainMemberFactory()

    refused_by(name, lambda: model.objects.update(**change))


def test_a_merged_segment_is_closed_and_never_its_own_heir():
    one, other = ChainSegmentFactory(), ChainSegmentFactory()
    row = ChainSegment.objects.filter(pk=one.pk)

    refused_by("institutes_chainsegment_merged_is_closed", lambda: row.update(merged_into=other))
    refused_by(
        "institutes_chainsegment_not_into_itself", lambda: row.update(merged_into=one, is_active=False)
    )


def test_a_name_stands_once_among_the_segments_in_use():
    one = ChainSegmentFactory()

    refused_by("institutes_chainsegment_once", lambda: ChainSegmentFactory(chain=one.chain, name=one.name))
    ChainSegmentFactory(chain=one.chain, name=one.name, is_active=False)


def test_an_enterprise_stands_once_on_a_segment_and_a_document_once_on_record():
    member = ChainMemberFactory()
    twin = {"segment": member.segment, "uscc": member.uscc}

    refused_by("institutes_chainmember_once", lambda: ChainMemberFactory(**twin))
    ChainMemberFactory(**twin, until=date(2026, 2, 1))
    refused_by(
        "institutes_chainsource_once",
        lambda: ChainSource.objects.create(title=member.source.title, number=member.source.number),
    )


# --- chains and segments --------------------------------------------------------------------------------------------


def test_a_chain_enters_the_map_with_its_segments_in_order(clerk):
    chain = services.enter_chain(
        code="new",
        name="示例新链",
        industry="示例",
        by=clerk,
        segments=[("upstream", "甲"), ("downstream", "乙")],
    )

    assert [(s.position, s.name, s.order) for s in chain.segments.all()] == [
        ("upstream", "甲", 1),
        ("downstream", "乙", 2),
    ]
    assert audit.history(chain).get().verb == "institutes.industrychain.begin"


def test_a_name_or_code_that_is_taken_is_refused_with_both_reasons(clerk):
    chain = IndustryChainFactory()

    with pytest.raises(Conflict) as refused:
        services.enter_chain(code=chain.code, name=chain.name, industry="示例", by=clerk)

    assert [reason.field for reason in refused.value.reasons] == ["name", "code"]


def test_renaming_leaves_the_old_and_the_new_name_in_the_register(clerk):
    chain = IndustryChainFactory(name="示例旧名")

    services.revise_chain(chain=chain, name="示例新名", industry=chain.industry, is_priority=True, by=clerk)

    line = audit.history(chain).get()
    assert (line.data["before"]["name"], line.data["after"]["name"]) == ("示例旧名", "示例新名")
    assert IndustryChain.objects.get(pk=chain.pk).is_priority


def test_the_type_of_a_chain_is_said_and_kept_in_the_register(clerk):
    chain = services.enter_chain(code="new", name="示例新链", industry="示例", kind="county", by=clerk)

    services.revise_chain(chain=chain, name=chain.name, industry=chain.industry, kind="emerging", by=clerk)

    line = audit.history(chain).filter(verb__endswith="revise").get()
    assert (line.data["before"]["kind"], line.data["after"]["kind"]) == ("county", "emerging")
    assert IndustryChain.objects.get(pk=chain.pk).get_kind_display() == "战略性新兴"


def test_segments_run_from_upstream_to_downstream():
    chain = IndustryChainFactory()
    for position, order in (("downstream", 0), ("upstream", 2), ("midstream", 0), ("upstream", 1)):
        ChainSegmentFactory(chain=chain, position=position, order=order)

    drawn = selectors.drawn([chain])[0]

    assert [(p.segment.position, p.segment.order) for p in drawn.places] == [
        ("upstream", 1),
        ("upstream", 2),
        ("midstream", 0),
        ("downstream", 0),
    ]


def test_merging_takes_everybody_along_and_counts_institutes_with_the_heir(clerk):
    segment = ChainSegmentFactory()
    heir = ChainSegmentFactory(chain=segment.chain)
    moved, twice = ChainMemberFactory(segment=segment), ChainMemberFactory(segment=segment)
    ChainMemberFactory(segment=heir, uscc=twice.uscc)
    recognition = RecognitionFactory(
        institute__chain=segment.chain, application__chain=segment.chain, application__segment=segment
    )

    services.merge_segment(chain=segment.chain, segment=segment, into=heir, reason="示例合并", by=clerk)

    drawn = selectors.drawn([segment.chain])[0]
    assert [place.segment for place in drawn.places] == [heir]
    assert {member.uscc for member in drawn.places[0].members} == {moved.uscc, twice.uscc}
    assert drawn.places[0].institutes == [recognition.institute]
    twice.refresh_from_db()
    assert twice.until == clock.today()


def test_a_later_merge_hands_the_heirs_on(clerk):
    first, second, third = (ChainSegmentFactory(chain=IndustryChainFactory(code="one")) for _n in range(3))
    services.merge_segment(chain=first.chain, segment=first, into=second, reason="示例", by=clerk)
    services.merge_segment(chain=first.chain, segment=second, into=third, reason="示例", by=clerk)

    first.refresh_from_db()

    assert first.merged_into == third


@pytest.mark.parametrize("into_itself", [True, False])
def test_a_segment_merges_only_into_another_one_of_its_chain(clerk, segment, into_itself):
    into = segment if into_itself else ChainSegmentFactory()

    with pytest.raises(Conflict) as refused:
        services.merge_segment(chain=segment.chain, segment=segment, into=into, reason="示例", by=clerk)

    assert refused.value.reasons[0].field == "into"
    assert not audit.history(segment.chain).exists()


def test_a_segment_on_which_something_stands_is_not_closed(clerk, segment):
    ChainMemberFactory(segment=segment)
    ApplicationFactory(state=ApplicationState.DRAFT, chain=segment.chain, segment=segment)

    with pytest.raises(Conflict) as refused:
        services.retire_segment(chain=segment.chain, segment=segment, reason="示例", by=clerk)

    said = str(refused.value)
    assert "1 家在列企业" in said
    assert "1 份在办申报" in said
    segment.refresh_from_db()
    assert segment.is_active


def test_an_empty_segment_is_closed_and_can_be_chosen_no_more(clerk, segment):
    services.retire_segment(chain=segment.chain, segment=segment, reason="示例停用", by=clerk)

    assert not ChainSegment.objects.active().filter(pk=segment.pk).exists()
    with pytest.raises(Conflict, match="不在"):
        services.revise_segment(
            chain=segment.chain, segment=segment, position="upstream", name="甲", by=clerk
        )


def test_a_chain_in_use_is_not_retired():
    approver, segment = person(Role.BUREAU_APPROVER), ChainSegmentFactory()
    ApplicationFactory(state=ApplicationState.REVIEWING, chain=segment.chain, segment=segment)
    ChainProposalFactory(segment=segment, state="proposed")

    with pytest.raises(Conflict) as refused:
        services.retire_chain(chain=segment.chain, reason="示例", by=approver)

    assert len(refused.value.reasons) == 2


def test_a_retired_chain_is_off_the_public_map_until_it_is_restored(client, segment):
    approver = person(Role.BUREAU_APPROVER)
    services.retire_chain(chain=segment.chain, reason="示例停用", by=approver)

    assert client.get(f"/industry-chains/{segment.chain.code}/").status_code == 404
    with pytest.raises(IllegalMove):
        services.add_segment(chain=segment.chain, position="upstream", name="示例", by=approver)

    services.restore_chain(chain=segment.chain, by=approver)
    assert client.get(f"/industry-chains/{segment.chain.code}/").status_code == 200


# --- enterprises ----------------------------------------------------------------------------------------------------


def entry(segment, **changed) -> dict:
    facts = {
        "chain": segment.chain,
        "segment": segment,
        "name": "示例链上企业",
        "uscc": make_uscc(),
        "role": ChainRole.LEADER,
        "since": date(2026, 3, 1),
        "source_title": "示例名单",
        "source_number": "示链〔2026〕3号",
    }
    return facts | changed


def test_an_enterprise_enters_by_a_document_registered_here_or_not(clerk, segment):
    one = services.enter_member(**entry(segment), by=clerk)
    other = services.enter_member(**entry(segment), by=clerk)

    assert one.source == other.source
    assert str(one.source) == "示例名单（示链〔2026〕3号）"
    line = audit.history(segment.chain).last()
    assert (line.verb, line.data["enterprise"]) == ("institutes.industrychain.enter_member", "示例链上企业")


def test_without_a_document_nothing_is_entered(clerk, segment):
    with pytest.raises(Incomplete, match="依据文件"):
        services.enter_member(**entry(segment, source_title=" "), by=clerk)

    assert not ChainMember.objects.exists()
    assert not audit.history(segment.chain).exists()


def test_everything_wrong_with_an_entry_is_said_at_once(clerk, segment):
    member = ChainMemberFactory(segment=segment)
    tomorrow = clock.today() + timedelta(days=1)

    with pytest.raises(Conflict) as refused:
        services.enter_member(**entry(segment, uscc=member.uscc, since=tomorrow), by=clerk)

    assert [reason.field for reason in refused.value.reasons] == ["since", "uscc"]


def test_another_role_begins_where_the_former_ends(clerk):
    member = ChainMemberFactory(role=ChainRole.BACKBONE, since=date(2025, 1, 1))

    later = services.change_role(
        chain=member.segment.chain,
        member=member,
        role=ChainRole.LEADER,
        since=date(2026, 4, 1),
        source_title="示例名单",
        by=clerk,
    )

    member.refresh_from_db()
    assert (member.until, later.since, later.role) == (date(2026, 3, 31), date(2026, 4, 1), ChainRole.LEADER)
    assert list(selectors.former_members(member.segment.chain)) == [member]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": ChainRole.LEADER}, "role"),
        ({"since": date(2026, 1, 1)}, "since"),
        ({"since": clock.today() + timedelta(days=1)}, "since"),
    ],
)
def test_a_change_of_role_that_makes_no_sense_is_refused(clerk, change, field):
    member = ChainMemberFactory(role=ChainRole.LEADER, since=date(2026, 1, 1))
    facts = {"role": ChainRole.BACKBONE, "since": date(2026, 4, 1), "source_title": "示例"} | change

    with pytest.raises(Conflict) as refused:
        services.change_role(chain=member.segment.chain, member=member, **facts, by=clerk)

    assert [reason.field for reason in refused.value.reasons] == [field]


def test_who_is_taken_off_stays_on_record(clerk):
    member = ChainMemberFactory()
    chain = member.segment.chain

    services.end_member(chain=chain, member=member, until=date(2026, 5, 1), reason="示例迁出", by=clerk)

    assert not selectors.standing_on_the_map(member.uscc).exists()
    assert selectors.former_members(chain).get() == member
    with pytest.raises(Conflict, match="已不在"):
        services.end_member(chain=chain, member=member, until=date(2026, 5, 1), reason="示例", by=clerk)


@pytest.mark.parametrize("until", [date(2025, 12, 31), clock.today() + timedelta(days=1)])
def test_a_last_day_lies_between_the_first_and_today(clerk, until):
    member = ChainMemberFactory(since=date(2026, 1, 1))

    with pytest.raises(Conflict) as refused:
        services.end_member(chain=member.segment.chain, member=member, until=until, reason="示例", by=clerk)

    assert refused.value.reasons[0].field == "until"


def test_a_mistake_is_mended_with_its_reason(clerk):
    member = ChainMemberFactory(name="示例错名")

    services.revise_member(
        chain=member.segment.chain,
        member=member,
        name="示例正名",
        since=member.since,
        division=member.division,
        reason="登记时写错",
        by=clerk,
    )

    line = audit.history(member.segment.chain).get()
    assert (line.data["before"], line.data["after"]) == ({"name": "示例错名"}, {"name": "示例正名"})
    assert line.reason == "登记时写错"


# --- the map as it is drawn -----------------------------------------------------------------------------------------


def test_the_map_says_what_is_missing():
    with_leader = ChainMemberFactory()
    chain = with_leader.segment.chain
    empty = ChainSegmentFactory(chain=chain)
    RecognitionFactory(
        institute__chain=chain, application__chain=chain, application__segment=with_leader.segment
    )

    drawn = selectors.drawn([chain])[0]

    assert [place.segment for place in drawn.without_institute] == [empty]
    assert [place.segment for place in drawn.without_leader] == [empty]
    assert drawn.has_leader
    assert drawn.counties[0][:3] == (str(with_leader.division), 1, 1)


def test_drawing_ten_chains_asks_as_often_as_drawing_one(django_assert_num_queries):
    for _n in range(10):
        ChainMemberFactory()

    with django_assert_num_queries(5):
        selectors.drawn(IndustryChain.objects.all())


# --- what applications make of it -----------------------------------------------------------------------------------


def test_the_map_proves_the_role_of_an_enterprise_by_its_code():
    application = ApplicationFactory(state=ApplicationState.DRAFT)
    member = ChainMemberFactory(uscc=application.host.uscc)

    setting = book.setting_of(application)

    assert setting.host.chain_roles == {(member.segment.chain_id, "leader")}


def test_an_application_may_keep_what_it_chose_though_it_was_closed_since(clerk):
    segment = ChainSegmentFactory(name="示例原环节")
    heir = ChainSegmentFactory(chain=segment.chain, name="示例新环节")
    mine = ApplicationFactory(state=ApplicationState.DRAFT, chain=segment.chain, segment=segment)
    other = ApplicationFactory(state=ApplicationState.DRAFT)
    services.merge_segment(chain=segment.chain, segment=segment, into=heir, reason="示例", by=clerk)

    assert segment.pk in dict(book.setting_of(mine).choices("segments"))
    assert segment.pk not in dict(book.setting_of(other).choices("segments"))


def test_a_version_calls_chain_and_segment_as_they_were_called(clerk):
    segment = ChainSegmentFactory(name="示例旧环节")
    application = ApplicationFactory(
        state=ApplicationState.FORMAL_REVIEW, chain=segment.chain, segment=segment
    )
    names = {f"segments:{segment.pk}": str(segment)}
    version = ApplicationVersionFactory(
        application=application, answers={"basics": {"segment": segment.pk}, "_names": names}
    )
    services.revise_segment(
        chain=segment.chain, segment=segment, position="upstream", name="示例改名", by=clerk
    )

    setting = book.with_frozen_names(book.setting_of(application), version.answers)

    assert setting.label_of("segments", segment.pk).endswith("示例旧环节")


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (frozenset(), []),
        (frozenset({(1, "leader")}), []),
        (
            frozenset({(1, "backbone")}),
            ["市产业链图谱中依托单位为“骨干企业”，与所填“链主企业”不一致，请核对。"],
        ),
        (frozenset({(2, "leader")}), ["市产业链图谱把依托单位列在“示例乙链”，不在所选产业链，请核对。"]),
    ],
)
def test_what_the_map_says_otherwise_is_a_hint(standing, words):
    declared = book.of_edition("2022")
    setting = book.setting_of(ApplicationFactory(state=ApplicationState.DRAFT))
    host = type(setting.host)(chain_roles=standing)
    options = {**setting.options, "chains": ((1, "示例甲链"), (2, "示例乙链"))}
    read = type(setting)(**{**fields_of(setting), "host": host, "options": options})
    answers = {"basics": {"chain": 1}, "host": {"chain_role": "leader"}}

    found = [hint.text for hint in book.hints(declared, answers, read) if hint.path == "chain_role"]

    assert found == words


def fields_of(setting) -> dict:
    return {name: getattr(setting, name) for name in setting.__slots__}
