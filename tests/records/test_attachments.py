import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from records import attachments, audit
from records.errors import BadFile
from records.models import Attachment
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.records import PDF, pdf_upload

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def xlsx(*names: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as book:
        for name in ("[Content_Types].xml", *names):
            book.writestr(name, "<x/>")
    return body.getvalue()


def upload(name: str, body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


@pytest.mark.parametrize(
    ("name", "body"),
    [("营业执照.pdf", PDF), ("照片.PNG", PNG), ("名单.xlsx", xlsx("xl/workbook.xml"))],
)
def test_what_is_welcome(name, body):
    assert attachments.faults_of(upload(name, body)) == []


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("空.pdf", b"", "文件是空的"),
        ("木马.exe", b"MZ", "不接收 .exe"),
        ("木马.pdf", b"MZ" + b"0" * 100, "内容不是 PDF"),
        ("图.svg", b"<svg onload=alert(1)>", "不接收 .svg"),
        ("网页.png", b"<html>", "内容不是 PNG"),
        ("压缩包.xlsx", b"PK\x03\x04 not a book", "无法读取这个工作簿"),
        ("无后缀", PDF, "文件名没有后缀"),
    ],
)
def test_what_is_refused(name, body, words):
    assert words in str(attachments.faults_of(upload(name, body))[0])


def test_a_large_file_of_a_wrong_type_hears_both_reasons(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024

    reasons = [str(reason) for reason in attachments.faults_of(upload("大.exe", b"M" * 2048))]
    assert [text[:4] for text in reasons] == ["文件 0", "不接收 "]


def test_an_edition_s_limits_are_said_with_what_they_rest_on():
    terms = {"file_max_mb": 1, "total_max_mb": 2, "types": ["pdf", "jpg"]}
    large, picture = upload("大.pdf", PDF + b"0" * attachments.MEGABYTE), upload("图.png", PNG)

    def said(file, **ground):
        limits = attachments.Limits.of(terms, ground)
        return [(str(each), each.clause) for each in attachments.faults_of(file, limits=limits)]

    words = "文件 1.0 MB，超过单个附件 1 MB 的上限{}；请压缩或拆分后再传。"
    assert said(large, clause="二(二)") == [(words.format("（二(二)）"), "二(二)")]
    assert said(large, clause="", assumed=True) == [(words.format("（系统默认，待确认）"), "")]
    assert said(large) == [(words.format(""), "")]
    assert said(picture) == [("不接收 .png 文件；请上传 PDF 或 JPG。", "")]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\文档\\执照.pdf", "执照.pdf"),
        ("a\x00b\u202ec.pdf", "abc.pdf"),
        ("长" * 300 + ".pdf", "长" * 110 + ".pdf"),
    ],
)
def test_clean_name(name, clean):
    assert attachments.clean_name(name) == clean


@pytest.mark.django_db
def test_attach_file_keeps_the_bytes_and_writes_the_register():
    subject, by = OrganisationFactory(), UserFactory()

    attachment = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)

    with attachment.file.open() as stored:
        assert stored.read() == PDF
    assert (attachment.content_type, attachment.size, attachment.version) == ("application/pdf", len(PDF), 1)
    assert "示例材料" not in attachment.file.name
    assert audit.history(subject).last().data["sha256"] == attachment.sha256


@pytest.mark.django_db
def test_the_same_bytes_twice_are_kept_once():
    subject, by = OrganisationFactory(), UserFactory()
    first, again = (
        attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by) for _ in range(2)
    )

    assert first == again
    assert Attachment.objects.about(subject).count() == 1


@pytest.mark.django_db
def test_a_replacement_is_the_next_version():
    subject, by = OrganisationFactory(), UserFactory()
    first = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)

    second = attachments.attach_file(
        subject=subject, kind="licence", upload=pdf_upload(body=PDF + b"2"), by=by, replaces=first
    )

    assert second.version == 2
    assert list(Attachment.objects.about(subject).current()) == [second]


@pytest.mark.django_db
def test_a_replacement_tried_again_is_stored_once():
    subject, by = OrganisationFactory(), UserFactory()
    first = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)
    newer = {"kind": "licence", "upload": pdf_upload(body=PDF + b"2"), "replaces": first}

    second, again = (attachments.attach_file(subject=subject, **newer, by=by) for _ in range(2))

    assert second == again
    assert Attachment.objects.about(subject).count() == 2
    assert [one.pk for one in attachments.former_versions([second])[second.pk]] == [first.pk]


@pytest.mark.django_db
def test_the_same_bytes_replace_nothing():
    subject, by = OrganisationFactory(), UserFactory()
    first = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)

    same = attachments.attach_file(
        subject=subject, kind="licence", upload=pdf_upload(), by=by, replaces=first
    )

    assert (same, same.version) == (first, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["removed", "replaced", "another kind"])
def test_only_what_is_there_is_replaced(change):
    subject, by = OrganisationFactory(), UserFactory()
    first = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)
    kind = "charter" if change == "another kind" else "licence"
    if change == "removed":
        attachments.remove_file(attachment=first, subject=subject, by=by)
    if change == "replaced":
        newer = pdf_upload(body=PDF + b"2")
        attachments.attach_file(subject=subject, kind=kind, upload=newer, by=by, replaces=first)

    with pytest.raises(BadFile, match="已被替换或删除"):
        attachments.attach_file(
            subject=subject, kind=kind, upload=pdf_upload(body=PDF + b"3"), by=by, replaces=first
        )


@pytest.mark.django_db
def test_a_twin_of_another_annex_replaces_nothing():
    subject, by = OrganisationFactory(), UserFactory()
    first = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)
    other = pdf_upload(body=PDF + b"2")
    attachments.attach_file(subject=subject, kind="licence", upload=other, by=by)

    with pytest.raises(BadFile, match="与同类附件"):
        attachments.attach_file(subject=subject, kind="licence", upload=other, by=by, replaces=first)


@pytest.mark.django_db
def test_earlier_versions_are_read_at_once(django_assert_num_queries):
    subject, by = OrganisationFactory(), UserFactory()
    kept = []
    for kind in ("licence", "charter"):
        last = None
        for n in range(3):
            body = pdf_upload(body=PDF + kind.encode() + str(n).encode())
            last = attachments.attach_file(subject=subject, kind=kind, upload=body, by=by, replaces=last)
        kept.append(last)

    with django_assert_num_queries(1):
        found = attachments.former_versions(kept)

    assert [[one.version for one in found[each.pk]] for each in kept] == [[2, 1], [2, 1]]


@pytest.mark.django_db
def test_all_files_together_have_a_limit(settings):
    settings.UPLOAD_TOTAL_BYTES = len(PDF) + 10
    subject, by = OrganisationFactory(), UserFactory()
    attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)

    with pytest.raises(BadFile, match="全部附件合计"):
        attachments.attach_file(subject=subject, kind="audit", upload=pdf_upload(body=PDF + b"2"), by=by)
    assert Attachment.objects.about(subject).count() == 1


@pytest.mark.django_db
def test_what_is_removed_stays_on_record():
    subject, by = OrganisationFactory(), UserFactory()
    attachment = attachments.attach_file(subject=subject, kind="licence", upload=pdf_upload(), by=by)

    attachments.remove_file(attachment=attachment, subject=subject, by=by)

    assert not Attachment.objects.about(subject).current().exists()
    assert attachment.file.storage.exists(attachment.file.name)
