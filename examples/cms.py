"""From a CMS export to a page: HTML to blocks, plan, render. Python's standard library only.

Reads export.json of the current folder, writes page.pdf; the server must be running. See docs/integrate/cms.md.
"""
import json, urllib.error, urllib.request
from html.parser import HTMLParser

SERVER = "http://127.0.0.1:50051"

class Blocks(HTMLParser):
    """Turns the HTML of a story into the blocks of a body."""
    KINDS = {"p": "paragraph", "h2": "crosshead", "h3": "crosshead", "blockquote": "paragraph"}
    SPANS = {"b": "strong", "strong": "strong", "i": "kai", "em": "kai"}

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.blocks, self.kind, self.text, self.spans, self.open = [], "paragraph", "", [], []
        self.feed(html)
        self.close()
        self.end()

    def end(self):
        if self.text.strip():
            block = {"text": self.text}
            if self.kind == "paragraph" and self.spans:
                block["spans"] = self.spans
            self.blocks.append({self.kind: block})
        self.kind, self.text, self.spans, self.open = "paragraph", "", [], []

    def handle_starttag(self, tag, attrs):
        if tag in self.KINDS:
            self.end()
            self.kind = self.KINDS[tag]
        elif tag == "br":
            self.end()
        elif tag in self.SPANS:
            self.open.append((self.SPANS[tag], len(self.text)))

    def handle_endtag(self, tag):
        if tag in self.KINDS:
            self.end()
        elif tag in self.SPANS and self.open:
            style, start = self.open.pop()
            if start < len(self.text):
                self.spans.append({"start": start, "end": len(self.text), style: True})

    def handle_data(self, data):
        self.text += data        # Python counts code points, as the record does.

def article(story):
    """Maps a story of the export; empty fields are left out, for the record knows no null."""
    fields = {
        "id": str(story["id"]), "weight": story.get("priority"), "headline": story["title"],
        "kicker": story.get("kicker"), "deck": story.get("subtitle"),
        "bylines": [{"name": name, "role": "本报记者"} for name in story.get("authors", [])],
        "body": Blocks(story["html"]).blocks,
    }
    return {key: value for key, value in fields.items() if value}

def call(path, body, accept="application/json"):
    request = urllib.request.Request(SERVER + path, json.dumps(body).encode(), method="POST",
        headers={"content-type": "application/json", "accept": accept, "accept-language": "en"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()

def render(export):
    page = {"date": export["date"], "number": str(export["page"]), "section": export["section"],
            "articles": [article(story) for story in export["stories"]]}
    plan = json.loads(call("/v1/pages:plan", {"page": page, "candidates": 1}))
    for fit in plan["candidates"][0]["geometry"]["fit"]:
        if fit.get("overChars"):
            print(fit["articleId"], fit["advice"]["en"], "from:", fit["firstOverText"])
    try:
        return call("/v1/pages:render", {"page": page, "outputs": ["OUTPUT_PRESS_PDF"]}, "application/pdf")
    except urllib.error.HTTPError as error:
        answer = json.load(error)
        for detail in answer["error"]["details"]:
            print(detail["field"], detail["code"], detail["description"])
        raise SystemExit(answer["error"]["message"])

if __name__ == "__main__":
    with open("export.json", encoding="utf-8") as file:
        pdf = render(json.load(file))
    with open("page.pdf", "wb") as file:
        file.write(pdf)
