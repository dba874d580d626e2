//! The press PDF of every fixture: properties that a press and a reader of the file rely on.

use banmian::proto;

use crate::reader::{self, Glyph, Page};
use crate::record::{self, Piece, Role};
use crate::support::{
    FIXTURES, RenderedPage, TempDir, assert_same, bare_text, check_each, sheet, tool,
};

/// Runs a check on every fixture.
fn check_fixtures(check: impl Fn(&str, &RenderedPage, &Page)) {
    check_each(
        FIXTURES,
        |path| (*path).to_owned(),
        |path| {
            let sheet = sheet(path);
            check(path, sheet, reader::read(&sheet.pdf).only());
        },
    );
}

#[test]
fn boxes_are_the_trim_at_the_origin() {
    const MM: f64 = 72.0 / 25.4;
    check_fixtures(|path, _, page| {
        for name in ["MediaBox", "TrimBox", "BleedBox"] {
            let sides = page.boxes.get(name).unwrap_or_else(|| panic!("{path}: no {name}"));
            for (side, expected) in sides.iter().zip([0.0, 0.0, 390.0, 540.0]) {
                assert!((side / MM - expected).abs() < 0.1, "{path}: {name} {sides:?}");
            }
            assert_eq!(*sides, page.boxes["MediaBox"], "{path}: all boxes are one");
        }
        assert_eq!(page.boxes.len(), 3, "{path}: {:?}", page.boxes);
    });
}

#[test]
fn ink_is_black_and_overprints() {
    // Colour only by `k`; no images, no shadings, no other colour space (R89, R90).
    const KNOWN: &[&str] = &["BT", "ET", "TJ", "Tf", "Tm", "Tz", "f", "gs", "k", "q", "Q", "re"];
    check_fixtures(|path, _, page| {
        for operator in &page.operators {
            assert!(KNOWN.contains(&operator.as_str()), "{path}: operator {operator}");
        }
        let inks = page.glyphs.iter().map(|glyph| (glyph.ink, glyph.over));
        for (ink, over) in inks.chain(page.fills.iter().map(|fill| (fill.ink, fill.over))) {
            assert_eq!(ink, [0.0, 0.0, 0.0, 1.0], "{path}: K100 only");
            assert!(over, "{path}: OP true, op true, OPM 1");
        }
        assert!(page.glyphs.len() > 4000, "{path}: only {} glyphs", page.glyphs.len());
    });
}

#[test]
fn fonts_are_subsets_with_a_text_for_every_glyph() {
    check_fixtures(|path, _, page| {
        for font in page.fonts.values() {
            let name = &font.base;
            let what = [&font.subtype, &font.encoding, &font.descendant].map(String::as_str);
            assert_eq!(what[..2], ["Type0", "Identity-H"], "{path}: {name}");
            assert!(["CIDFontType0", "CIDFontType2"].contains(&what[2]), "{path}: {name}");
            let file = if what[2] == "CIDFontType0" { "FontFile3" } else { "FontFile2" };
            assert_eq!(font.files, [file], "{path}: {name} is embedded");
            let (tag, rest) = name.split_at(6);
            assert!(tag.bytes().all(|b| b.is_ascii_uppercase()) && rest.starts_with('+'), "{name}");
        }
        for glyph in &page.glyphs {
            let text = glyph.text.as_deref().unwrap_or("");
            assert!(!text.is_empty(), "{path}: code {} of {} has no text", glyph.cid, glyph.font);
            assert!(!text.contains(['\0', '\u{fffd}']), "{path}: {text:?}");
            assert_ne!(glyph.cid, 0, "{path}: .notdef for {text}");
        }
    });
}

/// Returns the whole text of a page by its record: furniture, then the articles in order.
pub(crate) fn expected(record: &proto::PageRecord) -> String {
    let mut out: String = record::furniture(record).concat();
    for (_, pieces) in record::in_order(record) {
        out.extend(pieces.into_iter().map(|piece| piece.text));
    }
    out
}

#[test]
fn text_is_that_of_the_record_in_reading_order() {
    check_fixtures(|path, sheet, page| {
        let over: u32 = sheet.geometry().fit.iter().map(|fit| fit.over_chars).sum();
        assert_eq!(over, 0, "{path}: the fixtures fit their pages");
        assert_same(path, &expected(&sheet.as_set()), &bare_text(&page.text()));
    });
}

/// A text of the page with its lines: the glyphs on each baseline.
pub(crate) struct Set<'a> {
    /// Index of the article, `None` for furniture.
    pub(crate) article: Option<usize>,
    pub(crate) role: Role,
    pub(crate) lines: Vec<Vec<&'a Glyph>>,
}

/// Assigns each glyph to its text by the record; their order is tested above.
pub(crate) fn sets<'a>(record: &proto::PageRecord, page: &'a Page) -> Vec<Set<'a>> {
    let furniture = record::furniture(record).into_iter();
    let furniture = furniture.map(|text| (None, Piece { role: Role::Head, text }));
    let articles = record::in_order(record)
        .into_iter()
        .flat_map(|(index, pieces)| pieces.into_iter().map(move |piece| (Some(index), piece)));
    let has_ink = |glyph: &&Glyph| !bare_text(glyph.text.as_deref().unwrap_or("")).is_empty();
    let mut glyphs = page.glyphs.iter().filter(has_ink).peekable();
    let mut out = Vec::new();
    for (article, piece) in furniture.chain(articles) {
        let mut set = Set { article, role: piece.role, lines: Vec::new() };
        let mut left = piece.text.chars().count();
        while left > 0 {
            let glyph = glyphs.next().expect("a glyph for every character");
            left =
                left.checked_sub(glyph.text.iter().flat_map(|t| t.chars()).count()).expect("whole");
            match set.lines.last_mut() {
                Some(line) if same_line(line[line.len() - 1], glyph) => line.push(glyph),
                _ => set.lines.push(vec![glyph]),
            }
        }
        out.push(set);
    }
    assert!(glyphs.peek().is_none(), "every glyph belongs to a text");
    out
}

/// True if two glyphs are on one baseline, left to right: ” and “ are drawn over each other's white
/// half, so from one place.
fn same_line(before: &Glyph, glyph: &Glyph) -> bool {
    (before.y - glyph.y).abs() < 0.01 && glyph.x > before.x - 0.01
}

/// Marks with ink in the left half of their cell: the other half is white and may stand outside.
const INK_LEFT: &str = "，。、：；？！”’）》〉」』】〕］｝";
const INK_RIGHT: &str = "“‘（《〈「『【〔［｛";

/// Returns the left and right end of a glyph's ink cell. A glyph with ink in both halves, like ？！,
/// fills its cell.
fn cell(glyph: &Glyph) -> (f64, f64) {
    let (x, right, half) = (glyph.x, glyph.x + glyph.advance, glyph.wide / 2.0);
    let text = glyph.text.as_deref().unwrap_or("");
    let full = (glyph.advance - glyph.wide).abs() < 0.01;
    match text.chars().next() {
        Some(c) if full && INK_LEFT.contains(c) => (x, x + half),
        Some(c) if full && INK_RIGHT.contains(c) => (x + half, right),
        Some('·') if full => (x + half / 2.0, right - half / 2.0),
        _ => (x, right),
    }
}

#[test]
fn body_lines_fill_their_columns_on_the_grid() {
    check_fixtures(|path, sheet, page| {
        let geometry = sheet.geometry();
        let grid = geometry.grid.as_ref().expect("grid");
        let pitch = grid.pitch_pt;
        let mut filled = 0;
        for set in sets(&sheet.as_set(), page) {
            let inset = match set.role {
                Role::Paragraph => 0.0,
                Role::Aside => grid.body_pt,
                Role::Head | Role::Crosshead | Role::Line => continue,
            };
            let count = set.lines.len();
            // In a frame the columns are narrower than those of the grid (R95), but still a whole
            // number of 字 (R48).
            let id = &sheet.as_set().articles[set.article.expect("body")].id;
            let module = geometry.modules.iter().find(|module| module.article_id == *id);
            let columns = &module.expect("a module").body_rects;
            let width = columns[0].width;
            let chars = width / grid.body_pt;
            assert!((chars - chars.round()).abs() < 1e-6, "{path}: {chars} 字 (R48)");
            let lefts: Vec<f64> = columns.iter().map(|column| column.x).collect();
            for (k, line) in set.lines.iter().enumerate() {
                let (first, last) = (line[0], line[line.len() - 1]);
                let text: String = line.iter().filter_map(|g| g.text.as_deref()).collect();
                let left = lefts
                    .iter()
                    .copied()
                    .find(|left| (left - 0.01..left + width).contains(&cell(first).0));
                let left = left.unwrap_or_else(|| panic!("{path}: {text} is in no column"));
                let indent = if k == 0 { 2.0 * grid.body_pt } else { 0.0 };
                let start = cell(first).0 - left - inset - indent;
                assert!(start.abs() < 0.01, "{path}: {text} starts {start:.3} pt off (R23, R24)");
                let end = left + width - inset - cell(last).1;
                if k + 1 < count {
                    assert!(end.abs() < 0.01, "{path}: {text} ends {end:.3} pt off its measure");
                    filled += 1;
                } else {
                    assert!(end > -0.01, "{path}: {text} runs over by {end:.3} pt");
                }
                // R46: one grid for all columns, whatever stands above.
                let row = (first.y - grid.first_baseline_pt) / pitch;
                let off = (row - row.round()) * pitch;
                assert!(off.abs() < 0.05, "{path}: {text} is {off:.3} pt off the grid (R46)");
            }
            // R45: within a column each line is one pitch below the last.
            for pair in set.lines.windows(2) {
                let down = pair[1][0].y - pair[0][0].y;
                let turned = pair[1][0].x > pair[0][0].x + width / 2.0;
                assert!(
                    turned || (down - pitch).abs() < 0.01,
                    "{path}: a step of {down:.3} pt (R45)"
                );
            }
        }
        assert!(filled > 200, "{path}: only {filled} lines were measured");
    });
}

/// Returns the box of a line: ink cells across, em boxes down.
fn line_box(line: &[&Glyph]) -> [f64; 4] {
    let fold = |of: fn(f64, f64) -> f64, get: &dyn Fn(&Glyph) -> f64| {
        line.iter().map(|glyph| get(glyph)).reduce(of).expect("a line has glyphs")
    };
    [
        fold(f64::min, &|g| cell(g).0),
        fold(f64::min, &|g| g.y - 0.88 * g.size),
        fold(f64::max, &|g| cell(g).1),
        fold(f64::max, &|g| g.y + 0.12 * g.size),
    ]
}

#[test]
fn nothing_leaves_the_type_area_and_no_two_texts_overlap() {
    check_fixtures(|path, sheet, page| {
        let area = sheet.geometry().type_area.expect("type area");
        let (right, bottom) = (area.x + area.width, area.y + area.height);
        for fill in &page.fills {
            let [x, y, w, h] = fill.rect;
            let inside = x > area.x - 0.01 && y > area.y - 0.01;
            let inside = inside && x + w < right + 0.01 && y + h < bottom + 0.01;
            assert!(inside, "{path}: rule {:?}", fill.rect);
        }
        let sets = sets(&sheet.as_set(), page);
        let mut boxes: Vec<(Option<usize>, [f64; 4])> = Vec::new();
        for set in &sets {
            for line in &set.lines {
                let found = line_box(line);
                let inside = found[0] > area.x - 0.01 && found[1] > area.y - 0.01;
                let inside = inside && found[2] < right + 0.01 && found[3] < bottom + 0.01;
                let text: String = line.iter().filter_map(|g| g.text.as_deref()).collect();
                assert!(inside, "{path}: {text} at {found:?} leaves the type area");
                boxes.push((set.article, found));
            }
        }
        for (k, (one, a)) in boxes.iter().enumerate() {
            for (two, b) in &boxes[k + 1..] {
                let apart = a[2] <= b[0] + 0.01 || b[2] <= a[0] + 0.01;
                let apart = apart || a[3] <= b[1] + 0.01 || b[3] <= a[1] + 0.01;
                assert!(apart || one == two, "{path}: {one:?} at {a:?} meets {two:?} at {b:?}");
            }
        }
    });
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let path = FIXTURES[1];
    let again = RenderedPage::render(path, crate::support::source(path), None);
    let first = sheet(path);
    assert!(first.pdf == again.pdf, "PDF");
    assert!(first.png == again.png, "preview");
    assert!(first.json == again.json, "record");
}

/// Writes every PDF to a file and runs a tool on it. `check` receives the tool's output or, if the
/// tool writes a file, the path of that file.
fn with_tool(name: &str, args: &[&str], check: impl Fn(&str, &RenderedPage, &str, &str)) {
    let Some(_) = tool(name) else { return };
    let dir = TempDir::new();
    let (file, written) = (dir.path("page.pdf"), dir.path("page.pdf.pbm"));
    check_fixtures(|path, sheet, _| {
        dir.write("page.pdf", &sheet.pdf);
        let args = args.iter().map(|arg| arg.replace("FILE", file.to_str().expect("path")));
        let output = tool(name).expect("found above").args(args).output().expect("the tool runs");
        let (out, err) = (output.stdout, output.stderr);
        let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
        assert!(output.status.success(), "{path}: {name}: {out}{err}");
        let said = if written.exists() { written.to_str().expect("path") } else { &err };
        check(path, sheet, &out, said);
    });
}

#[test]
fn qpdf_reports_nothing() {
    with_tool("qpdf", &["--check", "FILE"], |path, _, out, err| {
        assert_eq!(err, "", "{path}");
        assert!(out.contains("No syntax or stream encoding errors"), "{path}: {out}");
    });
}

#[test]
fn ghostscript_draws_it_without_a_warning() {
    let args = ["-q", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage", "FILE"];
    with_tool("gs", &args, |path, _, out, err| assert_eq!(format!("{out}{err}"), "", "{path}"));
}

/// Ink as Ghostscript draws it: marks whose cells were trimmed do not reach over an edge (R34).
/// Ghostscript's own bounding box counts the control points of curves, so the dots are read
/// instead.
#[test]
#[expect(clippy::cast_possible_truncation, reason = "a page has a few thousand dots a side")]
fn ghostscript_draws_no_ink_outside_the_type_area() {
    const DPI: f64 = 300.0;
    let args =
        ["-q", "-dNOPAUSE", "-dBATCH", "-r300", "-sDEVICE=pbmraw", "-sOutputFile=FILE.pbm", "FILE"];
    with_tool("gs", &args, |path, sheet, _, image| {
        let image = std::fs::read(image).expect("an image");
        let rows = image.splitn(4, |byte| *byte == b'\n').last().expect("rows");
        let area = sheet.geometry().type_area.expect("type area");
        let width = (sheet.geometry().width_pt * DPI / 72.0).round() as usize;
        let height = (sheet.geometry().height_pt * DPI / 72.0).round() as usize;
        let stride = width.div_ceil(8);
        assert_eq!(rows.len(), stride * height, "{path}: {width} × {height} dots");
        // One dot more on each side; below, the descenders of Latin letters.
        let dots = |pt: f64| (pt * DPI / 72.0) as usize;
        let across = dots(area.x) - 1..dots(area.x + area.width) + 2;
        let down = dots(area.y) - 1..dots(area.y + area.height + 1.5);
        let mut ink = 0;
        for (k, byte) in rows.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            for bit in (0..8).filter(|bit| byte >> (7 - bit) & 1 == 1) {
                let (x, y) = (k % stride * 8 + bit, k / stride);
                assert!(across.contains(&x) && down.contains(&y), "{path}: ink at dot {x}, {y}");
                ink += 1;
            }
        }
        assert!(ink * 20 > width * height, "{path}: the page is not blank");
    });
}

#[test]
fn pdffonts_shows_every_face_embedded_and_mapped() {
    with_tool("pdffonts", &["FILE"], |path, _, out, err| {
        assert_eq!(err, "", "{path}");
        let rows: Vec<&str> = out.lines().skip(2).collect();
        assert!(rows.len() >= 3, "{path}: {out}");
        for row in rows {
            let yes = row.split_whitespace().filter(|word| *word == "yes").count();
            assert_eq!(yes, 3, "{path}: embedded, subset, Unicode: {row}");
            assert!(row.contains(" CID ") && !row.contains("Type 3"), "{path}: {row}");
        }
    });
}

#[test]
fn poppler_and_mupdf_give_the_text_back() {
    for (name, args) in [
        ("pdftotext", &["-raw", "-enc", "UTF-8", "FILE", "-"][..]),
        ("mutool", &["draw", "-q", "-F", "txt", "FILE"][..]),
    ] {
        with_tool(name, args, |path, sheet, out, err| {
            // A warning about mutool's own build, whatever the file.
            let err = err.replace("warning: ICC support is not available\n", "");
            assert_eq!(err, "", "{path}");
            assert_same(&format!("{path}: {name}"), &expected(&sheet.as_set()), &bare_text(out));
        });
    }
}
