//! Paragraphs drawn one below the other into one PDF, and read back from it.
//!
//! Each line has a baseline of its own, so a glyph belongs to the line whose baseline it is nearest to,
//! whatever the writer meant. What comes back has the shape of what the library says of its lines, and
//! one check serves both.

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

/// The type size, the steps from baseline to baseline, and the margin, in pt.
const SIZE: i64 = 10;
const PITCH: i64 = 16;
const MARGIN: i64 = 40;
/// Baselines on a page, and its width: the widest measure is 41 字.
const ROWS: usize = 100;
const WIDTH: i64 = 520;
const HEIGHT: i64 = PITCH * 101 + 2 * MARGIN;

/// A style of marks that the rules are looked at in.
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

/// A paragraph to be set. Lengths are in thousandths of a 字.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) text: &'a str,
    pub(crate) spans: &'a [TextSpan],
    pub(crate) face: FontId,
    pub(crate) style: Style,
    pub(crate) measure: i64,
    pub(crate) indent: i64,
    /// Whether its lines run down the page.
    pub(crate) vertical: bool,
}

impl<'a> Ask<'a> {
    /// In the song face, horizontal.
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
pub(crate) struct Spot {
    /// What it draws; a hyphen that the line added is a soft one.
    pub(crate) text: String,
    pub(crate) x: f64,
    /// On a vertical line, how far right of the line's left edge.
    pub(crate) across: f64,
    pub(crate) advance: f64,
    pub(crate) turned: bool,
    /// What tells two shapes of one text apart: glyph or code.
    pub(crate) shape: u16,
    /// The glyph that the library put here.
    pub(crate) glyph: Option<(FontId, GlyphId)>,
}

impl Spot {
    /// Its first character.
    pub(crate) fn first(&self) -> char {
        self.text.chars().next().unwrap_or('\0')
    }
}

/// A line as its glyphs stand, in reading order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row(pub(crate) Vec<Spot>);

impl Row {
    /// Its characters, without a hyphen that was added.
    pub(crate) fn text(&self) -> String {
        self.0.iter().flat_map(|spot| spot.text.chars()).filter(|c| *c != '\u{ad}').collect()
    }
}

/// A paragraph, set: as the library says and as the PDF shows.
pub(crate) struct Setting {
    pub(crate) text: PreparedParagraph,
    pub(crate) lines: Vec<TextLine>,
    /// The measure, in 字.
    pub(crate) measure: f64,
    pub(crate) full: Em,
    pub(crate) indent: Em,
    pub(crate) told: Vec<Row>,
    pub(crate) seen: Vec<Row>,
}

fn set_one(ask: &Ask<'_>) -> Setting {
    let (fonts, profile) = (engine().fonts(), ask.style.profile());
    let copy = ParagraphText { text: ask.text, face: ask.face, spans: ask.spans };
    let prepare = if ask.vertical { prepare_vertical } else { prepare };
    let text = prepare(fonts, copy, &profile).unwrap_or_else(|m| panic!("{}: {m:?}", ask.text));
    let (full, indent) = (Em::milli(ask.measure), Em::milli(ask.indent));
    let lines = break_into_lines(&text, full, indent);
    let told = lines.iter().map(|line| told(&text, line)).collect();
    Setting { text, lines, measure: full.to_f64(), full, indent, told, seen: Vec::new() }
}

/// Where the library puts the glyphs of a line.
pub(crate) fn told(text: &PreparedParagraph, line: &TextLine) -> Row {
    let mut row = Row::default();
    line.place_glyphs(text, |placed| {
        let own = &text.text()[placed.text_bytes.start as usize..placed.text_bytes.end as usize];
        let glyph = placed.glyph;
        let advance = engine().fonts().face(glyph.font).advance(glyph.id).to_f64();
        row.0.push(Spot {
            text: if placed.is_added_hyphen { "\u{ad}".to_owned() } else { own.to_owned() },
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

/// Where a line begins: its page and its origin in pt.
#[derive(Clone, Copy)]
struct Origin {
    page: usize,
    x: i64,
    y: i64,
}

/// Gives every line its own baseline; a paragraph stays on one page, and a vertical one has its own.
fn origins(asks: &[Ask<'_>], settings: &[Setting]) -> Vec<Vec<Origin>> {
    let (mut page, mut row) = (0, 0);
    let mut out = Vec::with_capacity(settings.len());
    for (ask, setting) in asks.iter().zip(settings) {
        let count = setting.lines.len();
        assert!(count <= ROWS, "{} is too long for a page", ask.text);
        if row > 0 && (ask.vertical || row + count > ROWS) {
            (page, row) = (page + 1, 0);
        }
        let line = |k: usize| {
            let step = PITCH * i64::try_from(row + k + 1).expect("few rows");
            let (x, y) = if ask.vertical { (step, 0) } else { (0, step) };
            Origin { page, x: MARGIN + x, y: MARGIN + y }
        };
        out.push((0..count).map(line).collect());
        row = if ask.vertical { ROWS } else { row + count };
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
pub(crate) fn draw(asks: &[Ask<'_>]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = asks.iter().map(set_one).collect();
    let origins = origins(asks, &settings);
    let meta =
        PdfMetadata { timestamp: "2023-10-29T00:00:00+08:00".to_owned(), ..PdfMetadata::default() };
    let bytes =
        write(&pages(&settings, &origins), engine().fonts(), &PdfOrder::new(PdfKind::X1a, meta))
            .expect("a PDF");
    let pdf = reader::read(&bytes);
    // The lines of each page, and where their glyphs go.
    let mut lines: Vec<Vec<(usize, usize, Origin)>> = vec![Vec::new(); pdf.pages.len()];
    for (k, origins) in origins.iter().enumerate() {
        settings[k].seen = vec![Row::default(); origins.len()];
        for (at, origin) in origins.iter().enumerate() {
            lines[origin.page].push((k, at, *origin));
        }
    }
    for (page, lines) in pdf.pages.iter().zip(&lines) {
        let vertical = asks[lines[0].0].vertical;
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
            settings[*k].seen[*at].0.push(Spot {
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
