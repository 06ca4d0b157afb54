"""The picture of the chains: its tree and where each box stands, and who reads what of it."""

import re
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import Division
from accounts.roles import Role
from portal.chain_picture import BOX_HEIGHT, Kind, Node, broken, laid_out, walk
from portal.selectors.chain_picture import scene
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ChainMemberFactory,
    ChainSegmentFactory,
    IndustryChainFactory,
    InstituteFactory,
    RecognitionFactory,
)
from tests.factories.projects import ProjectFactory
from tests.factories.running import RunningFactory

HERE = "130102"

# --- where the boxes stand ------------------------------------------------------------------------------------------


def tree() -> Node:
    segment = Node(Kind.SEGMENT, "原料药")
    segment.children = [
        Node(Kind.LEADER, "甲", children=[Node(Kind.INSTITUTE, "院")]),
        Node(Kind.MORE, "骨干企业 2 家"),
    ]
    return Node(
        Kind.CHAIN,
        "生物医药",
        children=[segment, Node(Kind.SEGMENT, "制剂", children=[Node(Kind.GAP, "尚无研究院")])],
    )


def test_no_two_boxes_overlap_and_each_kind_has_its_column():
    boxes = laid_out([tree(), tree()]).boxes

    by_column = {}
    for box in boxes:
        by_column.setdefault(box.x, []).append(box)
    for column in by_column.values():
        tops = sorted(box.y for box in column)
        assert all(below - above >= BOX_HEIGHT for above, below in pairwise(tops))
    assert [box.node.kind for box in sorted(boxes, key=lambda box: box.x)][:2] == [Kind.CHAIN, Kind.CHAIN]


def test_the_picture_holds_every_box_and_a_line_to_each_but_the_roots():
    roots = [tree(), tree()]
    picture = laid_out(roots)

    assert [box.node for box in picture.boxes] == list(walk(roots))
    assert len(picture.edges) == len(picture.boxes) - len(roots)
    assert all(box.y + BOX_HEIGHT <= picture.height and box.x < picture.width for box in picture.boxes)


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("", [""]),
        ("原料药", ["原料药"]),
        ("一二三四五六七八九十甲乙丙", ["一二三四五六七八九十甲乙", "丙"]),
        ("一二三四五六七八九十甲乙" * 3, ["一二三四五六七八九十甲乙", "一二三四五六七八九十甲…"]),
    ],
    ids=["nothing", "one", "two", "cut"],
)
def test_a_long_name_is_broken_and_then_cut(label, lines):
    assert broken(label) == lines


# --- what stands on it ----------------------------------------------------------------------------------------------


@pytest.fixture
def chain(db):
    """A segment with a leader that has an institute with a joint project, and a backbone; and a segment without."""
    chain = IndustryChainFactory(code="bio", name="示例生物医药产业链")
    first, second = (
        ChainSegmentFactory(chain=chain, name="原料药"),
        ChainSegmentFactory(chain=chain, name="制剂"),
    )
    leader = ChainMemberFactory(segment=first, name="示例链主企业")
    ChainMemberFactory(
        segment=first, name="示例骨干企业", role="backbone", division=Division.objects.get(code="130104")
    )
    ChainMemberFactory(segment=second, name="示例骨干企业二", role="backbone")
    host = OrganisationFactory(uscc=leader.uscc, division__code=HERE)
    institute = InstituteFactory(host=host, chain=chain, name="示例原料药产业技术研究院")
    application = ApplicationFactory(state="recognised", host=host, chain=chain, segment=first)
    RecognitionFactory(institute=institute, application=application)
    RunningFactory(institute=institute, state="running", title="示例连续流合成", leader_name="示例负责人")
    ProjectFactory(institute=institute, title="示例未签任务书的项目")
    return chain


def lines(user, chain, division=None) -> list[str]:
    found = scene(user, on=[chain], division=division, whole=True)
    return [f"{node.kind}:{node.label}" for node in walk(found.roots)]


PUBLIC = [
    "chain:示例生物医药产业链",
    "segment:原料药",
    "leader:示例链主企业",
    "institute:示例原料药产业技术研究院",
    "project:示例连续流合成",
    "more:骨干企业 1 家",
    "segment:制剂",
    "more:骨干企业 1 家",
    "gap:尚无研究院",
]


def test_everybody_sees_leaders_institutes_projects_under_way_and_gaps(chain):
    assert lines(AnonymousUser(), chain) == PUBLIC
    assert lines(person(Role.ENT_ADMIN), chain) == PUBLIC


def test_who_keeps_the_map_reads_every_enterprise_and_every_project(chain):
    found = lines(person(Role.BUREAU_CLERK), chain)

    assert {"backbone:示例骨干企业", "backbone:示例骨干企业二", "project:示例未签任务书的项目"} <= set(found)
    assert not [line for line in found if line.startswith("more:")]


def test_a_county_s_part_has_its_own_rows_alone(chain):
    county = Division.objects.get(code="130104")

    assert lines(AnonymousUser(), chain, county) == [
        "chain:示例生物医药产业链",
        "segment:原料药",
        "more:骨干企业 1 家",
    ]
    assert scene(AnonymousUser(), on=[chain], division=county, whole=True).enterprises == 1


def test_every_box_leads_to_a_page_its_reader_may_open(client, chain):
    for user in (None, person(Role.BUREAU_CLERK)):
        if user:
            client.force_login(user)
        found = scene(user or AnonymousUser(), on=[chain], division=None, whole=True)
        for node in walk(found.roots):
            assert client.get(node.url).status_code == 200, node


def test_a_county_s_officer_opens_foreign_projects_by_their_institute(chain):
    found = scene(person(Role.COUNTY_STAFF, division="130104"), on=[chain], division=None, whole=True)

    project = next(node for node in walk(found.roots) if node.kind == Kind.PROJECT)
    assert project.url.startswith("/directory/")


@pytest.mark.parametrize("asked", ["", "?chain=all", f"?division={HERE}", "?chain=nonsense&division=never"])
def test_the_page_says_the_same_as_picture_and_as_list(client, chain, asked):
    text = client.get(f"/chain-picture/{asked}").text

    boxes = re.findall(r'<a class="box box--(\w+)"', text)
    assert boxes == re.findall(r'tree__kind--(\w+)">', text.split('class="picture-list"')[1])
    assert boxes


def test_no_person_is_named_on_the_public_picture(client, chain):
    text = client.get(reverse("chain-picture")).text

    assert "示例连续流合成" in text
    assert "示例负责人" not in text
    assert "示例院长" not in text


def test_an_empty_map_says_so(client, db):
    assert "图谱还在梳理" in client.get(reverse("chain-picture")).text


def test_as_many_questions_for_many_chains_as_for_one(chain, django_assert_num_queries):
    others = [ChainMemberFactory(segment__chain__code=f"other-{at}").segment.chain for at in range(3)]
    clerk = person(Role.BUREAU_CLERK)
    clerk.memberships_active  # noqa: B018 (read once per request)

    for on in ([chain], [chain, *others]):
        with django_assert_num_queries(6):
            scene(clerk, on=on, division=None, whole=True)
