//! Paragraphs drawn one below the other into one PDF, and read back from it.
//!
//! Each line has its own baseline, so a glyph belongs to the line with the nearest baseline,
//! whatever the writer intended. The result has the same shape as the lines of the library, so one
//! check serves both.

use banmian::font::{FontId, GlyphId};
use banmian::line::{
    ParagraphText, PreparedParagraph, TextLine, break_into_lines, prepare, prepare_vertical,
};
use banmian::makeup::{LinePosition as Place, draw_line};
use banmian::model::TextSpan;
use banmian::output::pdf::{PdfKind, PdfMetadata, PdfOrder, write};
use banmian::page::{CmykColour, ItemOwner, Page, PageItem, TextRole};
use banmian::script::{CompositionProfile, PunctuationStyle};
use banmian::unit::{Abs, Em, Point, TypeSize};

use crate::reader;
use crate::support::engine;

/// Type size, distance between baselines, and margin, in pt.
const SIZE: i64 = 10;
const PITCH: i64 = 16;
const MARGIN: i64 = 40;
/// Number of baselines on a page, and its width: the widest measure is 41 字.
const ROWS: usize = 100;
const WIDTH: i64 = 520;
const HEIGHT: i64 = PITCH * 101 + 2 * MARGIN;

/// Punctuation style in which the rules are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// 开明式: NP-CN, the default.
    Kaiming,
    /// 全角式.
    Full,
    /// 半角式.
    Half,
}

impl Style {
    pub(crate) const ALL: [Self; 3] = [Self::Kaiming, Self::Full, Self::Half];

    pub(crate) fn profile(self) -> CompositionProfile {
        let marks = match self {
            Self::Kaiming => PunctuationStyle::Kaiming,
            Self::Full => PunctuationStyle::Full,
            Self::Half => PunctuationStyle::Half,
        };
        CompositionProfile { punctuation: marks, ..CompositionProfile::default() }
    }
}

/// A paragraph to set. Lengths are in thousandths of a 字.
#[derive(Clone, Copy)]
pub(crate) struct ParagraphSpec<'a> {
    pub(crate) text: &'a str,
    pub(crate) spans: &'a [TextSpan],
    pub(crate) face: FontId,
    pub(crate) style: Style,
    pub(crate) measure: i64,
    pub(crate) indent: i64,
    /// True if its lines run down the page.
    pub(crate) vertical: bool,
}

impl<'a> ParagraphSpec<'a> {
    /// Returns a horizontal paragraph in the song face.
    pub(crate) fn song(text: &'a str, style: Style, measure: i64, indent: i64) -> Self {
        let face = role("song");
        Self { text, spans: &[], face, style, measure, indent, vertical: false }
    }
}

pub(crate) fn role(name: &str) -> FontId {
    engine().fonts().find_role(name).unwrap_or_else(|| panic!("no face for {name}"))
}

/// A glyph on a line. Lengths are in 字, along the line from the start of the measure.
#[derive(Clone, Debug)]
pub(crate) struct PlacedGlyph {
    /// Characters that it draws; a hyphen that the line added is a soft one.
    pub(crate) text: String,
    pub(crate) x: f64,
    /// Distance from the left edge of a vertical line.
    pub(crate) across: f64,
    pub(crate) advance: f64,
    pub(crate) turned: bool,
    /// Glyph or code, which distinguishes two shapes of one text.
    pub(crate) shape: u16,
    /// Glyph that the library placed here.
    pub(crate) glyph: Option<(FontId, GlyphId)>,
}

impl PlacedGlyph {
    /// Returns its first character.
    pub(crate) fn first(&self) -> char {
        self.text.chars().next().unwrap_or('\0')
    }
}

/// Glyphs of a line, in reading order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row(pub(crate) Vec<PlacedGlyph>);

impl Row {
    /// Returns its characters, without a hyphen that was added.
    pub(crate) fn text(&self) -> String {
        self.0.iter().flat_map(|spot| spot.text.chars()).filter(|c| *c != '\u{ad}').collect()
    }
}

/// A paragraph that was set: as the library returns it and as the PDF shows it.
pub(crate) struct Setting {
    pub(crate) text: PreparedParagraph,
    pub(crate) lines: Vec<TextLine>,
    /// Measure, in 字.
    pub(crate) measure: f64,
    pub(crate) full: Em,
    pub(crate) indent: Em,
    pub(crate) library_rows: Vec<Row>,
    pub(crate) pdf_rows: Vec<Row>,
}

fn set_paragraph(spec: &ParagraphSpec<'_>) -> Setting {
    let (fonts, profile) = (engine().fonts(), spec.style.profile());
    let copy = ParagraphText { text: spec.text, face: spec.face, spans: spec.spans };
    let prepare = if spec.vertical { prepare_vertical } else { prepare };
    let text = prepare(fonts, copy, &profile).unwrap_or_else(|m| panic!("{}: {m:?}", spec.text));
    let (full, indent) = (Em::milli(spec.measure), Em::milli(spec.indent));
    let lines = break_into_lines(&text, full, indent);
    let library_rows = lines.iter().map(|line| library_row(&text, line)).collect();
    Setting {
        text,
        lines,
        measure: full.to_f64(),
        full,
        indent,
        library_rows,
        pdf_rows: Vec::new(),
    }
}

/// Returns the places of a line's glyphs according to the library.
pub(crate) fn library_row(text: &PreparedParagraph, line: &TextLine) -> Row {
    let mut row = Row::default();
    line.place_glyphs(text, |placed| {
        let source = &text.text()[placed.text_bytes.start as usize..placed.text_bytes.end as usize];
        let glyph = placed.glyph;
        let advance = engine().fonts().face(glyph.font).advance(glyph.id).to_f64();
        row.0.push(PlacedGlyph {
            text: if placed.is_added_hyphen { "\u{ad}".to_owned() } else { source.to_owned() },
            x: placed.x.to_f64(),
            across: glyph.y.to_f64(),
            advance: advance * f64::from(glyph.scale_percent) / 100.0,
            turned: glyph.is_turned,
            shape: glyph.id.0,
            glyph: Some((glyph.font, glyph.id)),
        });
    });
    row
}

/// Start of a line: its page and its origin in pt.
#[derive(Clone, Copy)]
struct Origin {
    page: usize,
    x: i64,
    y: i64,
}

/// Gives every line its own baseline. A paragraph stays on one page, and a vertical one has its own
/// page.
fn origins(specs: &[ParagraphSpec<'_>], settings: &[Setting]) -> Vec<Vec<Origin>> {
    let (mut page, mut row) = (0, 0);
    let mut out = Vec::with_capacity(settings.len());
    for (spec, setting) in specs.iter().zip(settings) {
        let count = setting.lines.len();
        assert!(count <= ROWS, "{} is too long for a page", spec.text);
        if row > 0 && (spec.vertical || row + count > ROWS) {
            (page, row) = (page + 1, 0);
        }
        let line = |k: usize| {
            let step = PITCH * i64::try_from(row + k + 1).expect("few rows");
            let (x, y) = if spec.vertical { (step, 0) } else { (0, step) };
            Origin { page, x: MARGIN + x, y: MARGIN + y }
        };
        out.push((0..count).map(line).collect());
        row = if spec.vertical { ROWS } else { row + count };
    }
    out
}

fn pages(settings: &[Setting], origins: &[Vec<Origin>]) -> Vec<Page> {
    let last = origins.iter().flatten().map(|origin| origin.page).max().unwrap_or(0);
    let mut items: Vec<Vec<PageItem>> = vec![Vec::new(); last + 1];
    for (setting, origins) in settings.iter().zip(origins) {
        for (line, origin) in setting.lines.iter().zip(origins) {
            let place = Place {
                owner: ItemOwner::Body(0),
                role: TextRole::Block(0),
                size: TypeSize::square(Abs::pt(SIZE)),
                origin: Point::new(Abs::pt(origin.x), Abs::pt(origin.y)),
                colour: CmykColour([0, 0, 0, 1000]),
            };
            draw_line(&mut items[origin.page], &setting.text, line, &place);
        }
    }
    let page = |items| Page::new(Abs::pt(WIDTH), Abs::pt(HEIGHT), items);
    items.into_iter().map(page).collect()
}

/// Sets paragraphs, draws them into one PDF and reads it back.
pub(crate) fn draw(specs: &[ParagraphSpec<'_>]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = specs.iter().map(set_paragraph).collect();
    let origins = origins(specs, &settings);
    let meta =
        PdfMetadata { timestamp: "2023-10-29T00:00:00+08:00".to_owned(), ..PdfMetadata::default() };
    let bytes =
        write(&pages(&settings, &origins), engine().fonts(), &PdfOrder::new(PdfKind::X1a, meta))
            .expect("a PDF");
    let pdf = reader::read(&bytes);
    // Lines of each page, to which its glyphs are assigned.
    let mut lines: Vec<Vec<(usize, usize, Origin)>> = vec![Vec::new(); pdf.pages.len()];
    for (k, origins) in origins.iter().enumerate() {
        settings[k].pdf_rows = vec![Row::default(); origins.len()];
        for (at, origin) in origins.iter().enumerate() {
            lines[origin.page].push((k, at, *origin));
        }
    }
    for (page, lines) in pdf.pages.iter().zip(&lines) {
        let vertical = specs[lines[0].0].vertical;
        for glyph in &page.glyphs {
            // The baseline of a raised glyph lies above that of its line.
            let away = |origin: &Origin| {
                if vertical {
                    glyph.x - origin.x as f64 - SIZE as f64 / 2.0
                } else {
                    glyph.y - origin.y as f64
                }
            };
            let nearest = lines.iter().min_by(|a, b| away(&a.2).abs().total_cmp(&away(&b.2).abs()));
            let (k, at, origin) = nearest.expect("a page has lines");
            assert!(away(origin).abs() < PITCH as f64 / 2.0, "{glyph:?} is on no line");
            let [x, y] = [glyph.x - origin.x as f64, glyph.y - origin.y as f64];
            let (along, across) = if vertical { (y, x) } else { (x, -y) };
            settings[*k].pdf_rows[*at].0.push(PlacedGlyph {
                text: glyph.text.clone().unwrap_or_default(),
                x: along / SIZE as f64,
                across: across / SIZE as f64,
                advance: glyph.advance / SIZE as f64,
                turned: glyph.turned,
                shape: glyph.cid,
                glyph: None,
            });
        }
    }
    settings
}
