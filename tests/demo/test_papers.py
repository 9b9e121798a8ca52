"""The PDFs that the demo's people bring."""

import datetime as dt
import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from mine_de_soleil.demo import papers

DECIDED = papers.Deliberation("Lens", "SAS Mine de Soleil", dt.date(2019, 7, 3), 240, 50, "Marc Delebarre")
NOTICES = [
    papers.deed(),
    papers.deliberation(DECIDED),
    papers.statutes_in_brief("SAS Mine de Soleil", dt.date(2019, 7, 12), "entre 7 000 € et 500 000 €"),
    papers.information(
        "SAS Mine de Soleil, Loos-en-Gohelle", "Toit #1 « école »", "Un $toit* _plein_ sud.", (10, 20, 30)
    ),
]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.title)
def test_a_notice_is_a_tagged_pdf(notice: papers.Notice):
    content = notice.as_pdf()
    root = PdfFileReader(io.BytesIO(content)).root
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]


def test_the_same_notice_gives_the_same_bytes():
    assert papers.deed().as_pdf() == papers.deed().as_pdf()
