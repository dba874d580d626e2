"""Realistic pages in any number."""

import json
import random

from google.protobuf.json_format import ParseDict

RECORDS = (
    "seeds/20231029.json",
    *(f"tests/fixtures/records/pages-{n}.json" for n in (1, 2, 4, 5, 6, 8)),
    *(f"tests/fixtures/made-up/articles-{n}.json" for n in (6, 10, 20)),
)
PLAIN = ("seeds/000_a9ba12f2908be50a.txt", "tests/fixtures/plain/news-page.txt")
OUTPUTS = (
    ["OUTPUT_PRESS_PDF"],
    ["OUTPUT_PROOF_PDF"],
    ["OUTPUT_WEB_PDF", "OUTPUT_PREVIEW_PNG"],
    ["OUTPUT_PREVIEW_SVG", "OUTPUT_GEOMETRY_JSON"],
    ["OUTPUT_PRESS_PDF", "OUTPUT_PREVIEW_PNG", "OUTPUT_RECORD_JSON"],
)


class Mix:
    """Requests for pages. The same number gives the same request."""

    def __init__(self, project, pb):
        self.pb = pb
        self.records = [json.loads((project / name).read_text()) for name in RECORDS]
        self.plain = [(project / name).read_bytes() for name in PLAIN]

    def request(self, number):
        """Page with this number. First paragraph and name differ from those of all other numbers."""
        choice = random.Random(number)
        wishes = {"outputs": choice.choice(OUTPUTS), "policy": "POLICY_MARK", "name": f"page-{number}"}
        if choice.random() < 0.1:
            plain = choice.choice(self.plain)
            return ParseDict(wishes, self.pb.RenderPageRequest(plain_copy=plain))
        record = json.loads(json.dumps(choice.choice(self.records)))
        paragraphs = [block["paragraph"] for block in record["articles"][0]["body"] if "paragraph" in block]
        paragraphs[0]["text"] = f"第{number}稿。" + paragraphs[0]["text"]
        return ParseDict({"page": record, **wishes}, self.pb.RenderPageRequest())

    def bad(self, number):
        """A page that is invalid in one of several ways."""
        request = self.request(number)
        way = number % 4
        if way == 0:
            request.ClearField("page")
            request.plain_copy = b"\xff\xfe not text"
        elif way == 1:
            request.preview_dpi = 7
        elif way == 2:
            request.name = "a/b"
        else:
            request.pdf_profile = "no such profile"
        return request

    def large(self, name, dpi=300):
        """A page whose answer has several megabytes."""
        record = self.records[5]
        wishes = {
            "outputs": [
                "OUTPUT_PRESS_PDF",
                "OUTPUT_PROOF_PDF",
                "OUTPUT_WEB_PDF",
                "OUTPUT_PREVIEW_PNG",
                "OUTPUT_PREVIEW_SVG",
            ],
            "policy": "POLICY_MARK",
            "previewDpi": dpi,
            "name": name,
        }
        return ParseDict({"page": record, **wishes}, self.pb.RenderPageRequest())
