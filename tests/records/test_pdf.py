"""Papers are made apart from the portal, by a fetcher that goes nowhere."""

import io
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from pypdf import PdfReader

from records import documents, pdf

PAGE = '<html lang="zh"><body style="font-family: House Serif">{}</body></html>'


def words_of(content: bytes, tmp_path) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout


def test_render_embeds_chinese(tmp_path):
    content = pdf.render(PAGE.format("石家庄市产业技术研究院 〔2026〕12号 㐂"))

    assert content.startswith(b"%PDF-")
    assert "石家庄市产业技术研究院 〔2026〕12号" in words_of(content, tmp_path)


def test_nothing_is_fetched_from_outside(tmp_path):
    asked = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    file = secret.as_uri()
    hostile = (
        f'<img src="{address}/a"><link rel="stylesheet" href="{address}/b">'
        f'<link rel="attachment" href="{file}"><object data="{file}"></object><img src="{file}">'
        f'<p style="background:url({address}/c)">正文</p>'
    )

    content = pdf.render(PAGE.format(hostile), css=[f"@import url({address}/d);"])

    server.shutdown()
    server.server_close()
    assert asked == []
    assert "正文" in words_of(content, tmp_path)
    assert "机密" not in words_of(content, tmp_path)
    assert b"EmbeddedFile" not in content


def test_a_paper_that_takes_too_long_is_given_up_and_the_next_is_made(monkeypatch):
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.01)
    with pytest.raises(pdf.RenderFailed, match=r"after 0\.01 seconds"):
        pdf.render(PAGE.format("慢" * 20000))
    monkeypatch.setattr(pdf, "WALL_SECONDS", 120)

    assert pdf.render(PAGE.format("快")).startswith(b"%PDF-")


def test_many_papers_are_made_in_one_run_each_for_itself(tmp_path):
    names = ["石家庄市示例㐂产业技术研究院", "示例 &amp; 龘 靐", "—（印章）〔2026〕"]

    made = pdf.render_many([PAGE.format(name) for name in names], css=["body::after { content: '第 页' }"])

    words = [words_of(content, tmp_path).split("\n")[0] for content in made]
    assert words == ["石家庄市示例㐂产业技术研究院第 页", "示例 & 龘 靐第 页", "—（印章）〔2026〕第 页"]
    assert len(set(made)) == 3
    assert max(map(len, made)) < 20_000
    assert b"\xef\xbf\xbd" not in "".join(words).encode()


def test_a_number_is_not_torn_apart_at_the_end_of_a_line():
    html = '<title>SJZ-GS-2026-001</title><p title="SJZ-GS-2026-001">见（SJZ-GS-2026-001）、A-1</p>'

    assert pdf.numbers_kept_whole(html) == (
        '<title>SJZ-GS-2026-001</title><p title="SJZ-GS-2026-001">'
        '见（<span class="whole">SJZ-GS-2026-001</span>）、A-1</p>'
    )


def test_a_caption_never_stands_alone_at_the_end_of_a_page():
    rows = "".join(f"<tr><td>席位 {n}</td></tr>" for n in range(5))
    table = f"<table class='keep'><caption>抽取结果</caption><tbody>{rows}</tbody></table>"
    heights = range(120, 200, 8)
    pages = [PAGE.format(f"<div style='height: {height}mm'></div>{table}") for height in heights]

    made = pdf.render_many(pages, css=[Path(finders.find(name)).read_text() for name in documents.STYLES])

    torn = 0
    for content in made:
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        torn += len(texts) > 1
        assert ["席位 0" in text for text in texts] == ["抽取结果" in text for text in texts]
    assert 0 < torn < len(made)
