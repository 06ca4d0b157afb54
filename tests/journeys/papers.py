"""Papers as whoever holds them reads them."""

import re
import subprocess
import tempfile

from records.models import Document


def content_of(paper: Document) -> bytes:
    with paper.file.open() as file:
        return file.read()


def words_of(pdf: bytes) -> str:
    """Every word of a PDF, without the blanks and line ends that its layout put between."""
    assert pdf.startswith(b"%PDF")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        said = subprocess.run(["pdftotext", file.name, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", said.stdout)
