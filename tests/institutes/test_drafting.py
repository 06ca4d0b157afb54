"""A unit fills in its application: beginning, autosave, merging, clashes, annexes."""

import re

import pytest
from django.utils.timezone import localdate

from accounts.roles import Role
from institutes import book, services
from institutes.models import Application, ApplicationSection
from records import audit, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, StaleVersion, TooLate
from records.models import Attachment
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    ChainMemberFactory,
    IndustryChainFactory,
    a_pdf,
    fill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def application(filler):
    return ApplicationFactory(host=filler.organisations[0], institute_name="")


# --- begin ----------------------------------------------------------------------------------------------------------


def test_begin_fills_in_what_is_known_and_is_due_on_the_last_day(filler):
    host, call = filler.organisations[0], CallFactory()
    member = ChainMemberFactory(uscc=host.uscc)

    application = services.begin_application(call=call, host=host, by=filler)

    answers = book.answers_of_draft(application)
    assert (answers["host"]["host_name"], answers["host"]["uscc"]) == (host.name, host.uscc)
    assert answers["basics"] == {"chain": member.segment.chain_id, "segment": member.segment_id}
    assert (application.division, application.begun_by, application.chain_role) == (
        host.division,
        filler,
        "leader",
    )
    assert deadlines.current(application).due_on == localdate(call.closes_at)
    assert audit.history(application).get().data == {"call": call.number}


def test_begin_takes_nothing_over_unasked(filler):
    host = filler.organisations[0]
    fill(ApplicationFactory(host=host, state="withdrawn"))

    application = services.begin_application(call=CallFactory(), host=host, by=filler)

    assert set(book.answers_of_draft(application)) == {"host"}


@pytest.mark.parametrize("when", ["over", "upcoming", "drafted"])
def test_begin_only_while_the_call_is_open(filler, when):
    with pytest.raises(TooLate):
        services.begin_application(call=CallFactory(**{when: True}), host=filler.organisations[0], by=filler)

    assert not Application.objects.exists()


def test_begin_names_every_reason_against_it(filler):
    host = OrganisationFactory(pending=True, division__code="130181", division__active=False)
    host.division.active = False
    host.division.save(update_fields=["active"])
    earlier = ApplicationFactory(host=host)

    with pytest.raises(Conflict) as refused:
        services.begin_application(call=CallFactory(), host=host, by=filler)

    assert [reason.text for reason in refused.value.reasons] == [
        "单位注册尚未经县级科技管理部门确认，确认后方可申报。",
        "单位所在县（市、区）不在本市推荐范围内，不能申报。",
        f"本单位已有一份正在办理的申报“{earlier}”，办结或撤回后方可另行申报。",
    ]


# --- save -----------------------------------------------------------------------------------------------------------


def save(application, by, version=0, section="basics", **changes):
    return services.save_section(
        application=application, section=section, changes=changes, version=version, by=by
    )


def test_save_stores_only_what_changed_and_counts_versions(application, filler):
    save(application, filler, industry="示例材料")
    row = save(application, filler, version=1, institute_name="石家庄市示例材料产业技术研究院")

    application.refresh_from_db()
    assert row.answers == {"industry": "示例材料", "institute_name": "石家庄市示例材料产业技术研究院"}
    assert (row.version, row.field_versions["industry"]["version"], row.saved_by) == (2, 1, filler)
    assert application.institute_name == "石家庄市示例材料产业技术研究院"


def test_saving_the_same_again_changes_nothing(application, filler):
    save(application, filler, industry="示例材料")

    assert save(application, filler, version=1, industry="示例材料").version == 1


def test_two_people_on_different_boxes_are_merged(application, filler):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    save(application, filler, industry="甲")

    row = save(application, colleague, established_on="2026-01-02")

    assert row.answers == {"industry": "甲", "established_on": "2026-01-02"}


def test_two_people_on_the_same_box_see_both_values_and_nothing_is_lost(application, filler):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    save(application, filler, industry="甲")

    with pytest.raises(StaleVersion) as refused:
        save(application, colleague, industry="乙", established_on="2026-01-02")

    (clash,) = refused.value.clashes
    assert (clash.field, clash.mine, clash.theirs, clash.by) == ("industry", "乙", "甲", filler.name)
    assert ApplicationSection.objects.get().answers == {"industry": "甲"}
    assert (
        save(application, colleague, version=str(refused.value.version), industry="乙").answers["industry"]
        == "乙"
    )


def test_one_person_in_two_windows_is_told_that_it_was_them(application, filler):
    save(application, filler, industry="甲")

    with pytest.raises(StaleVersion, match="您编辑期间，您在另一个窗口修改了同一栏目。"):
        save(application, filler, industry="乙")


def test_one_s_own_saving_does_not_hide_what_another_saved_before(application, filler):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    save(application, filler, industry="甲", established_on="2026-01-01")
    save(application, colleague, version=1, established_on="2026-01-02")
    save(application, filler, version=1, industry="丙")

    with pytest.raises(StaleVersion):
        save(application, filler, version="1.3", established_on="2026-01-03")


def test_cells_of_a_table_are_merged_too_and_a_changed_row_is_not_removed_unseen(application, filler):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    save(application, filler, section="partners", **{"partners-0-name": "示例大学"})
    save(application, colleague, version=1, section="partners", **{"partners-0-country": "中国"})

    with pytest.raises(StaleVersion):
        save(application, filler, version=1, section="partners", **{"partners-0-DELETE": True})

    row = save(application, filler, version=2, section="partners", **{"partners-0-DELETE": True})
    assert row.answers == {"partners": []}


def test_save_refuses_what_the_book_cannot_hold(application, filler):
    with pytest.raises(Incomplete) as refused:
        save(application, filler, established_on="yesterday", nonsense="x", industry="甲")

    assert {reason.field for reason in refused.value.reasons} == {"basics.established_on", "basics.nonsense"}
    assert not ApplicationSection.objects.filter(version__gt=0).exists()


@pytest.mark.parametrize("state", ["unit_review", "county_review", "reviewing", "recognised", "withdrawn"])
def test_a_locked_book_is_not_changed(filler, state):
    application = ApplicationFactory(state=state)

    with pytest.raises(IllegalMove):
        save(application, filler, industry="甲")
    with pytest.raises(IllegalMove):
        services.attach(application=application, kind="licence", upload=a_pdf(), by=filler)
    assert not Attachment.objects.exists()


def test_a_book_in_supplement_is_changed_again(filler):
    assert save(ApplicationFactory(state="supplement_requested"), filler, industry="甲").version == 1


# --- annexes --------------------------------------------------------------------------------------------------------


def test_an_annex_is_taken_in_and_out_and_stays_on_record(application, filler):
    annex = services.attach(application=application, kind="licence", upload=a_pdf(), by=filler)

    services.remove(application=application, attachment=annex, by=filler)

    assert [event.verb for event in audit.history(application)] == [
        "records.attachment.attach",
        "records.attachment.remove",
    ]
    assert Attachment.objects.about(application).current().count() == 0
    assert Attachment.objects.about(application).count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("示例.pdf", b"MZ" + b"\0" * (10 * 1024 * 1024), "文件内容不是 PDF 格式（后缀与内容不符）"),
        ("示例.pdf", b"", "文件是空的"),
        ("示例.exe", b"%PDF-1.4", "不接收 .exe 文件；请上传 PDF、JPG、PNG 或 XLSX。"),
        ("示例.png", b"%PDF-1.4", "文件内容不是 PNG 格式（后缀与内容不符）"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(application, filler, name, content, words):
    with pytest.raises(BadFile, match=re.escape(words)):
        services.attach(application=application, kind="licence", upload=a_pdf(name, content), by=filler)

    assert not Attachment.objects.exists()


def test_how_large_annexes_may_be_is_said_by_the_edition_of_the_call(application, filler):
    edition = application.call.edition
    edition.terms["uploads"] |= {"file_max_mb": 1, "total_max_mb": 2}
    edition.save(update_fields=["terms"])
    large = [
        a_pdf(f"示例{n}.pdf", b"%PDF-1.4" + bytes([n]) * size + b"%%EOF")
        for n, size in enumerate((1 << 20, 900_000))
    ]

    with pytest.raises(BadFile, match="超过单个附件 1 MB 的上限"):
        services.attach(application=application, kind="licence", upload=large[0], by=filler)
    for n in range(2):
        body = b"%PDF-1.4" + bytes([n]) * 900_000 + b"%%EOF"
        services.attach(application=application, kind="licence", upload=a_pdf(f"{n}.pdf", body), by=filler)
    with pytest.raises(BadFile, match="全部附件合计将超过 2 MB 的上限"):
        services.attach(
            application=application, kind="charter", upload=a_pdf("3.pdf", large[1].read()), by=filler
        )


def test_an_unknown_kind_of_annex_is_refused(application, filler):
    with pytest.raises(BadFile):
        services.attach(application=application, kind="poem", upload=a_pdf(), by=filler)


def test_persons_do_not_get_into_the_register(application, filler):
    save(application, filler, section="host", legal_rep="示例某某", mobile="13900005678")
    services.withdraw_application(application=application, reason="示例", by=UserFactory())

    said = str(list(audit.history(application).values("data", "reason", "subject_label")))
    assert ("示例某某" in said, "13900005678" in said) == (False, False)


def test_the_deadline_is_called_by_the_name_once_there_is_one(filler):
    call = CallFactory()
    application = services.begin_application(call=call, host=filler.organisations[0], by=filler)
    first = deadlines.current(application).subject_label

    save(application, filler, institute_name="石家庄市示例新材料产业技术研究院")

    assert (first, deadlines.current(application).subject_label) == (
        f"{application.host}的申报",
        "石家庄市示例新材料产业技术研究院",
    )


def test_a_clash_on_a_choice_says_its_name(application, filler):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    chains = [IndustryChainFactory(name="示例链甲"), IndustryChainFactory(name="示例链乙")]
    save(application, filler, chain=str(chains[0].pk))

    with pytest.raises(StaleVersion) as refused:
        save(application, colleague, chain=str(chains[1].pk))

    (clash,) = refused.value.clashes
    assert (clash.mine, clash.mine_said) == (str(chains[1].pk), "示例链乙")
    assert (clash.theirs, clash.theirs_said) == (str(chains[0].pk), "示例链甲")
