#!/usr/bin/env python3
"""Makes docs/images/record-to-page.png: an excerpt of a record beside the page set from it.

    cargo run --release -- render seeds/20231029.json --make png -o out/
    python3 -m venv target/pillow && target/pillow/bin/pip install pillow==13.0.0
    target/pillow/bin/python tests/tools/readme_picture.py out/20231029.png

The Chinese face comes from fonts/; the monospaced one is DejaVu Sans Mono (Debian fonts-dejavu-core),
or the file given by --mono.
"""

import argparse
import json
import pathlib
import unicodedata

from PIL import Image, ImageDraw, ImageFont

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"

# Sizes in pixels.
PAGE_HEIGHT = 830
MARGIN = 30
PANEL = 500
ARROW = 66
TYPE = 13
HAN = 15
PITCH = 20
# Longest line of the excerpt in half-width cells.
CELLS = 54

PAPER, SHEET, EDGE = "#eef0f2", "#ffffff", "#b9bec4"
MARK, KEY, TEXT, FAINT = "#6b7580", "#1f5f99", "#14202b", "#8a949e"


def width(text):
    """Returns the width in half-width cells: a Han character or a full-width mark takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def cut(text, cells):
    """Returns the start of a text that fits, with an ellipsis if something is left out."""
    if width(text) <= cells:
        return text
    out = ""
    for c in text:
        if width(out + c) > cells - 2:
            break
        out += c
    return out + "…"


def excerpt(record):
    """Lines of (depth, key, value, tail); a value of None prints the tail alone."""
    credits = record["credits"]
    rows = [
        (0, None, None, "{"),
        (1, "date", record["date"], ","),
        (1, "banner", record["banner"], ","),
        (1, "credits", None, "{"),
        (2, "editors", credits["editors"], ","),
        (2, "proofreaders", credits["proofreaders"], ","),
        (2, "layoutDesigners", credits["layoutDesigners"], ""),
        (1, None, None, "},"),
        (1, "articles", None, "["),
    ]
    for at, article in enumerate(record["articles"]):
        blocks = article["body"]
        rows += [
            (2, None, None, "{"),
            (3, "id", article["id"], ","),
            (3, "headline", article["headline"], ","),
            (3, "bylines", article["bylines"], ","),
            (3, "body", None, "["),
            (4, "paragraph", blocks[0]["paragraph"]["text"], ","),
        ]
        if at == 0:
            rows.append((4, "crosshead", blocks[1]["crosshead"]["text"], ","))
            rows.append((4, "paragraph", blocks[2]["paragraph"]["text"], ","))
        rows += [
            (4, None, None, "…"),
            (3, None, None, "]"),
            (2, None, None, "}" if at == len(record["articles"]) - 1 else "},"),
        ]
    rows += [(1, None, None, "]"), (0, None, None, "}")]
    return rows


class Pen:
    """Draws text of two scripts on a grid of half-width cells."""

    def __init__(self, draw, mono):
        self.draw = draw
        self.mono = ImageFont.truetype(mono, TYPE)
        self.han = ImageFont.truetype(str(ROOT / "fonts/NotoSansCJKsc-Regular.otf"), HAN)
        self.cell = self.mono.getlength("0")

    def write(self, x, y, text, fill):
        for c in text:
            wide = width(c) == 2
            font = self.han if wide else self.mono
            left = x + ((2 * self.cell - HAN) / 2 if wide else 0)
            self.draw.text((left, y), c, font=font, fill=fill, anchor="ls")
            x += self.cell * width(c)
        return x


def row(pen, x, y, depth, key, value, tail):
    x += 2 * depth * pen.cell
    used = 2 * depth
    block = key in ("paragraph", "crosshead")
    if key is not None:
        lead = '{"' if block else '"'
        x = pen.write(x, y, lead, MARK)
        x = pen.write(x, y, key, KEY)
        x = pen.write(x, y, '": ', MARK)
        used += width(lead + key) + 3
    if value is not None:
        inner, close = value, ""
        if block:
            x = pen.write(x, y, '{"text": "', MARK)
            close, used = '"}}', used + 10
        elif isinstance(value, list) and isinstance(value[0], dict):
            x = pen.write(x, y, '[{"name": "', MARK)
            inner, close, used = value[0]["name"], '"}]', used + 11
        elif isinstance(value, list):
            x = pen.write(x, y, '["', MARK)
            inner, close, used = value[0], '"]', used + 2
        else:
            x = pen.write(x, y, '"', MARK)
            close, used = '"', used + 1
        shown = cut(inner, CELLS - used - len(close) - len(tail))
        x = pen.write(x, y, shown, TEXT)
        x = pen.write(x, y, close, MARK)
    pen.write(x, y, tail, FAINT if tail == "…" else MARK)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", help="the page as PNG")
    parser.add_argument("--record", default=ROOT / "seeds/20231029.json")
    parser.add_argument("--mono", default=MONO)
    parser.add_argument("--out", default=ROOT / "docs/images/record-to-page.png")
    args = parser.parse_args()
    record = json.loads(pathlib.Path(args.record).read_text("utf-8"))

    page = Image.open(args.page).convert("L")
    page = page.resize((round(page.width * PAGE_HEIGHT / page.height), PAGE_HEIGHT), Image.LANCZOS)
    size = (MARGIN * 2 + PANEL + ARROW + page.width, MARGIN * 2 + PAGE_HEIGHT)
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)

    left = (MARGIN, MARGIN, MARGIN + PANEL, MARGIN + PAGE_HEIGHT)
    draw.rectangle(left, fill=SHEET, outline=EDGE)
    pen = Pen(draw, args.mono)
    rows = excerpt(record)
    y = MARGIN + (PAGE_HEIGHT - PITCH * (len(rows) - 1)) // 2 + TYPE // 3
    for line in rows:
        row(pen, MARGIN + 22, y, *line)
        y += PITCH

    middle, start = MARGIN + PAGE_HEIGHT // 2, MARGIN + PANEL + 14
    end = MARGIN + PANEL + ARROW - 14
    draw.line((start, middle, end, middle), fill=MARK, width=3)
    draw.polygon(((end + 4, middle), (end - 10, middle - 8), (end - 10, middle + 8)), fill=MARK)

    x = MARGIN + PANEL + ARROW
    image.paste(page.convert("RGB"), (x, MARGIN))
    draw.rectangle((x, MARGIN, x + page.width, MARGIN + PAGE_HEIGHT), outline=EDGE)

    # The picture has few tones: a palette makes the file much smaller.
    image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(args.out, optimize=True)
    print(args.out, image.size, pathlib.Path(args.out).stat().st_size)


if __name__ == "__main__":
    main()
