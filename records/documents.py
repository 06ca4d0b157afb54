"""Issuing papers: from data to bytes that never change again, and that anybody can verify."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from records import audit, pdf
from records.models import Document
from records.models.file import verification_code
from records.models.subject import subject_type

STYLES = ("css/paper.css",)


def verification_url(code: str) -> str:
    """The public address at which a paper is verified; the one in its QR code."""
    return settings.PORTAL_URL + reverse("verify-code", args=[code])


def qr_svg(text: str, *, scale: int = 3) -> SafeString:
    """A QR code as inline SVG, for pages and papers."""
    drawing = segno.make(text, error="m").svg_inline(scale=scale, border=0, omitsize=True)
    return mark_safe(drawing)  # made here, of squares: nothing of ``text`` stands in it


def make_pdf(template: str, context: dict, *, code: str = "") -> bytes:
    """Lay ``context`` out by ``template``; with ``code``, every page carries its QR."""
    return pdf.render(_page(template, context, code), css=_styles())


def _page(template: str, context: dict, code: str) -> str:
    url = verification_url(code) if code else ""
    check = {"verification_code": code, "verification_url": url, "qr": qr_svg(url) if url else ""}
    return pdf.numbers_kept_whole(pdf.spelled_out(render_to_string(template, {**context, **check})))


def _styles() -> list[str]:
    return [_style(name) for name in STYLES]


def _style(name: str) -> str:
    with open(finders.find(name), encoding="utf-8") as sheet:
        return sheet.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of ``kind`` about ``subject``, as it is to be made.

    ``at`` is the moment of the deed that the paper certifies: it is dated so, however late it is drawn. When it
    was drawn the register says.
    """

    kind: str
    subject: models.Model
    title: str
    template: str
    context: dict
    by: Any
    at: datetime
    number: str = ""
    public: bool = False
    replaces: Document | None = None


def issue(paper: Paper) -> Document:
    """Render and store a paper; a second call returns the one that exists.

    Rendering is slow and touches no row, so it happens before the transaction that stores the paper. To be
    called from a task, never inside the transaction of a move.
    """
    if earlier := _existing(paper):
        return earlier
    code = verification_code()
    return _store(paper, code, make_pdf(paper.template, paper.context, code=code))


def issue_many(papers: Iterable[Paper]) -> list[Document]:
    """Render what of ``papers`` does not exist yet in one run, and store each as a file of its own.

    To be called from a job, a few dozen at a time.
    """
    wanted = [paper for paper in papers if not _existing(paper)]
    codes = [verification_code() for _paper in wanted]
    pages = [_page(paper.template, paper.context, code) for paper, code in zip(wanted, codes, strict=True)]
    contents: Sequence[bytes] = pdf.render_many(pages, css=_styles()) if pages else []
    return [_store(*each) for each in zip(wanted, codes, contents, strict=True)]


def _existing(paper: Paper) -> Document | None:
    """The paper that was made already: of this kind, or, where one replaces another, under this number."""
    if paper.replaces is None:
        return paper_of(paper.subject, paper.kind)
    same = Document.objects.about(paper.subject).filter(kind=paper.kind, number=paper.number)
    return same.exclude(number="").first()


@transaction.atomic
def _store(paper: Paper, code: str, content: bytes) -> Document:
    # Two workers may have rendered the same paper: the subject's row decides who stores it.
    subject = paper.subject
    type(subject)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    if earlier := _existing(paper):
        return earlier
    document = Document(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        kind=paper.kind,
        title=paper.title,
        number=paper.number,
        code=code,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        template=paper.template,
        context=paper.context,
        public=paper.public,
        issued_at=paper.at,
        issued_by=paper.by,
        replaces=paper.replaces,
    )
    document.file.save(f"{paper.kind}.pdf", ContentFile(content), save=False)
    document.save()
    audit.record(
        "records.document.issue",
        subject,
        by=paper.by,
        kind=document.kind,
        number=document.number,
        sha256=document.sha256,
    )
    return document


def paper_of(subject: models.Model, kind: str) -> Document | None:
    """The paper of ``kind`` about ``subject`` that is in force."""
    return Document.objects.about(subject).in_force().filter(kind=kind).first()
