"""Many papers in one file to take away."""

import zipfile
from collections.abc import Iterable
from io import BytesIO

from records.models import Document


def zip_of(papers: Iterable[Document]) -> BytesIO:
    """The papers as they were issued in one archive, each named by its number."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for paper in papers:
            with paper.file.open("rb") as content:
                archive.writestr(f"{_name(paper)}.pdf", content.read())
    target.seek(0)
    return target


def _name(paper: Document) -> str:
    name = f"{paper.number} {paper.title}".strip()
    return "".join("-" if char in '/\\:*?"<>|' else char for char in name)[:120]
