"""Issuing papers: from data to bytes that never change again, and that anybody can verify."""

import hashlib
from datetime import datetime

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
    url = verification_url(code) if code else ""
    page = {**context, "verification_code": code, "verification_url": url, "qr": qr_svg(url) if url else ""}
    return pdf.render(
        pdf.spelled_out(render_to_string(template, page)), css=[_style(name) for name in STYLES]
    )


def _style(name: str) -> str:
    with open(finders.find(name), encoding="utf-8") as sheet:
        return sheet.read()


def issue(
    *,
    kind: str,
    subject: models.Model,
    title: str,
    template: str,
    context: dict,
    by,
    at: datetime,
    number: str = "",
    public: bool = False,
    replaces: Document | None = None,
) -> Document:
    """Render and store the paper of ``kind`` about ``subject``; a second call returns the one that exists.

    ``at`` is the moment of the deed that the paper certifies: it is dated so, however late it is drawn. When it
    was drawn the register says.

    Rendering is slow and touches no row, so it happens before the transaction that stores the paper. To be
    called from a task, never inside the transaction of a move.
    """
    if earlier := _existing(subject, kind, number, replaces):
        return earlier
    code = verification_code()
    content = make_pdf(template, context, code=code)
    document = Document(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        kind=kind,
        title=title,
        number=number,
        code=code,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        template=template,
        context=context,
        public=public,
        issued_at=at,
        issued_by=by,
        replaces=replaces,
    )
    return _store(document, content, by=by, subject=subject)


def _existing(subject: models.Model, kind: str, number: str, replaces: Document | None) -> Document | None:
    """The paper that was made already: of this kind, or, where one replaces another, under this number."""
    if replaces is None:
        return paper_of(subject, kind)
    return Document.objects.about(subject).filter(kind=kind, number=number).exclude(number="").first()


@transaction.atomic
def _store(document: Document, content: bytes, *, by, subject: models.Model) -> Document:
    # Two workers may have rendered the same paper: the subject's row decides who stores it.
    type(subject)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    if earlier := _existing(subject, document.kind, document.number, document.replaces):
        return earlier
    document.file.save(f"{document.kind}.pdf", ContentFile(content), save=False)
    document.save()
    audit.record(
        "records.document.issue",
        subject,
        by=by,
        kind=document.kind,
        number=document.number,
        sha256=document.sha256,
    )
    return document


def paper_of(subject: models.Model, kind: str) -> Document | None:
    """The paper of ``kind`` about ``subject`` that is in force."""
    return Document.objects.about(subject).in_force().filter(kind=kind).first()
