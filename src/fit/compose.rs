//! An article as a run of grid rows at one measure.

use std::ops::Range;
use std::sync::OnceLock;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::font::{FontId, Fonts};
use crate::line::{Copy, Fill, Line, Prepared, prepare, set, set_in};
use crate::model::{Article, Block, HouseStyle, Step, Text};
use crate::script::{Profile, word_ends};
use crate::unit::Em;

use crate::fit::head::{balanced, break_cost};

/// A text prepared for setting, with where it came from.
#[derive(Clone, Debug)]
pub struct ReadyText {
    /// The prepared text.
    pub line: Prepared,
    /// The field of the record.
    pub field: String,
    /// Where its words end, looked up when it first has to break between words.
    ends: OnceLock<Vec<usize>>,
}

impl ReadyText {
    fn new(line: Prepared, field: &str) -> Self {
        Self { line, field: field.to_owned(), ends: OnceLock::new() }
    }

    /// The bytes at which words end; `names` are kept whole.
    pub(crate) fn ends(&self, names: &[String]) -> &[usize] {
        self.ends.get_or_init(|| word_ends(self.line.text(), names))
    }
}

/// What an article is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// 头条.
    Lead,
    /// Any other.
    Other,
}

/// An article whose texts are all shaped: the same for every step and width.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its id.
    pub id: String,
    /// 栏目.
    pub column_title: Option<ReadyText>,
    /// 引题.
    pub kicker: Option<ReadyText>,
    /// 主题.
    pub headline: ReadyText,
    /// 副题, by line.
    pub deck: Vec<ReadyText>,
    /// 作者.
    pub byline: Option<ReadyText>,
    /// The blocks of the body, each with its lines' texts.
    pub body: Vec<ReadyBlock>,
    /// Importance.
    pub weight: u32,
    /// Names that a head must not split.
    pub names: Vec<String>,
}

/// A block of the body, shaped.
#[derive(Clone, Debug)]
pub enum ReadyBlock {
    /// Indented and filled to the measure.
    Paragraph(ReadyText),
    /// In the face of the crosshead, balanced.
    Crosshead(ReadyText),
    /// Set line by line, not filled.
    Lines(Vec<ReadyText>),
}

/// Shapes the texts of an article.
///
/// # Errors
/// Every character that no face has, with its field.
pub fn ready(
    article: &Article,
    fonts: &Fonts,
    style: &HouseStyle,
    names: &[String],
    rank: Rank,
) -> Result<Ready, Vec<Diagnostic>> {
    let mut shaper = Shaper { fonts, style, id: &article.id, missing: Vec::new() };
    let head = &style.head;
    let face = if rank == Rank::Lead { head.lead_face } else { head.face };
    let headline = shaper.head(&article.headline, face);
    let column_title = shaper.head(&article.column_title, style.crosshead.face);
    let kicker = shaper.head(&article.kicker, head.kicker_face);
    let deck: Vec<ReadyText> =
        article.deck.iter().filter_map(|line| shaper.head(line, head.deck_face)).collect();
    let byline = shaper.byline(&article.byline);
    let body: Vec<ReadyBlock> =
        article.body.iter().filter_map(|block| shaper.block(block)).collect();
    match headline {
        Some(headline) if shaper.missing.is_empty() => Ok(Ready {
            id: article.id.clone(),
            column_title,
            kicker,
            headline,
            deck,
            byline,
            body,
            weight: article.weight,
            names: names.to_vec(),
        }),
        _ => Err(shaper.missing),
    }
}

struct Shaper<'a> {
    fonts: &'a Fonts,
    style: &'a HouseStyle,
    id: &'a str,
    missing: Vec<Diagnostic>,
}

impl Shaper<'_> {
    fn text(&mut self, text: &Text, face: FontId, profile: &Profile) -> Option<ReadyText> {
        if text.is_empty() {
            return None;
        }
        match prepared(self.fonts, text, face, profile, self.id) {
            Ok(line) => Some(ReadyText::new(line, &text.field)),
            Err(missing) => {
                self.missing.extend(missing);
                None
            }
        }
    }

    /// Heads part their clauses by less than a full 字.
    fn head(&mut self, text: &Text, face: FontId) -> Option<ReadyText> {
        let profile =
            Profile { clause_space: self.style.head.clause_space, ..self.style.profile.clone() };
        self.text(text, face, &profile)
    }

    /// R70: names of two characters are spaced to three.
    fn byline(&mut self, byline: &Text) -> Option<ReadyText> {
        if byline.is_empty() {
            return None;
        }
        let names = spaced_names(&byline.text);
        let text =
            Text { text: format!("{}{names}", self.style.head.byline_mark), ..byline.clone() };
        let profile = Profile { clause_space: Em::ONE, ..self.style.profile.clone() };
        self.text(&text, self.style.head.byline_face, &profile)
    }

    fn block(&mut self, block: &Block) -> Option<ReadyBlock> {
        let style = self.style;
        let profile = &style.profile;
        Some(match block {
            Block::Paragraph(text) => {
                ReadyBlock::Paragraph(self.text(text, style.body.face, profile)?)
            }
            Block::Crosshead(text) => ReadyBlock::Crosshead(self.head(text, style.crosshead.face)?),
            Block::Note(text) | Block::Aside(text) => {
                ReadyBlock::Paragraph(self.text(text, style.aside.face, profile)?)
            }
            Block::Lines(lines) => ReadyBlock::Lines(
                lines
                    .iter()
                    .filter_map(|line| self.text(line, style.aside.face, profile))
                    .collect(),
            ),
        })
    }
}

/// Shapes one text.
///
/// # Errors
/// The characters that no face has.
pub(crate) fn prepared(
    fonts: &Fonts,
    text: &Text,
    face: FontId,
    profile: &Profile,
    article: &str,
) -> Result<Prepared, Vec<Diagnostic>> {
    let copy = Copy { text: &text.text, face, ranges: &text.faces };
    prepare(fonts, copy, profile).map_err(|missing| {
        missing
            .into_iter()
            .map(|missing| {
                let at = text.text[..missing.at].chars().count();
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let place = Place::field(&text.field).in_article(article).at(at..at + 1);
                let words = Words::new(
                    format!("所用字体没有“{}”", missing.c),
                    format!("the face asked for has no “{}”", missing.c),
                );
                Diagnostic::new(Code::NoGlyph, place, words).rule("R85")
            })
            .collect()
    })
}

/// `崔勇` → `崔 勇`, word by word of a line of names.
pub(crate) fn spaced_names(line: &str) -> String {
    let spaced = line.split(' ').map(|word| {
        let mut chars = word.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(a), Some(b), None) if crate::script::is_han(a) && crate::script::is_han(b) => {
                // Roles of two characters are words, not names.
                if matches!(word, "记者" | "作者") {
                    word.to_owned()
                } else {
                    format!("{a} {b}")
                }
            }
            _ => word.to_owned(),
        }
    });
    spaced.collect::<Vec<_>>().join(" ")
}

/// One row of the body.
#[derive(Clone, Debug)]
pub struct Row {
    /// The block in [`Ready::body`] and, for lines, the text in it.
    pub block: (usize, usize),
    /// The line.
    pub line: Line,
    /// Whether it is centred and in the crosshead's size.
    pub crosshead: bool,
}

/// A part of the body that no column break parts: a line, or the lines of a crosshead.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its rows in [`Composed::rows`].
    pub rows: Range<usize>,
    /// What a column break before it costs.
    pub before: i64,
    /// Whether it stands in white of its own.
    pub crosshead: bool,
}

/// The body of an article at one measure, and the same with a paragraph or more run a line longer.
#[derive(Clone, Debug)]
pub struct Bodies {
    bodies: Vec<Composed>,
}

impl Bodies {
    /// The body as it is best.
    pub fn best(&self) -> &Composed {
        &self.bodies[0]
    }

    /// The body with `longer` lines more than at its best.
    pub fn get(&self, longer: usize) -> Option<&Composed> {
        self.bodies.get(longer)
    }
}

/// The body of an article at one measure.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Every line, in order.
    pub rows: Vec<Row>,
    /// What columns are made of.
    pub pieces: Vec<Piece>,
    /// What running paragraphs longer costs the look of their lines, as layouts count.
    pub cost: i64,
}

impl Composed {
    /// The number of text rows.
    pub fn lines(&self) -> i64 {
        self.rows.len() as i64
    }

    /// The number of crossheads.
    pub fn crossheads(&self) -> i64 {
        self.pieces.iter().filter(|piece| piece.crosshead).count() as i64
    }
}

/// A column break that the rules forbid: taken only where the columns cannot be filled without.
pub(crate) const FORBIDDEN: i64 = 100_000;
/// The last line of a paragraph alone at the top of a column, at most a third full (R52, error).
const SHORT_WIDOW: i64 = 5_000;
/// The last line of a paragraph alone at the top of a column (warning).
const WIDOW: i64 = 120;
/// The first line of a paragraph alone at the foot of a column (warning; not in narrow columns).
const ORPHAN: i64 = 60;
/// Columns up to this measure are spared the orphan warning.
const NARROW: Em = Em::zi(15);
/// Lines of body that follow a crosshead in its column (R53).
const AFTER_CROSSHEAD: usize = 2;

/// A layout counts five for what lines count a hundred: it weighs pages, they weigh lines.
const LINE_COST_SHARE: i64 = 20;

/// So many lines one paragraph may be run longer.
const LONGER_MOST: usize = 2;

/// Breaks the body of an article at the measure of a step, and again with up to `longer` lines more.
pub fn compose(ready: &Ready, style: &HouseStyle, step: &Step, longer: usize) -> Bodies {
    let measure = step.measure();
    let indent = style.profile.indent;
    let best: Vec<Vec<Line>> = ready
        .body
        .iter()
        .map(|block| match block {
            ReadyBlock::Paragraph(text) => set(&text.line, measure, indent),
            ReadyBlock::Crosshead(_) | ReadyBlock::Lines(_) => Vec::new(),
        })
        .collect();
    let mut bodies = vec![assemble(ready, style, step, &best, 0)];
    if longer == 0 {
        return Bodies { bodies };
    }
    // Which paragraphs take a line more, cheapest first.
    let mut loose: Vec<(i64, usize, Vec<Line>)> = Vec::new();
    for b in longest(&best, longer + LONGER_SPARE) {
        let ReadyBlock::Paragraph(text) = &ready.body[b] else { continue };
        let mut last = 0;
        for more in 1..=LONGER_MOST {
            let Some((lines, cost)) = set_in(&text.line, measure, indent, best[b].len() + more)
            else {
                break;
            };
            // The second line costs no less than the first, so it never comes before it.
            let step = (cost - last).max(last);
            loose.push((step, b, lines));
            last = cost;
        }
    }
    loose.sort_by_key(|(cost, b, lines)| (*cost, *b, lines.len()));
    let mut lines = best;
    let mut cost = 0;
    for (more, b, longer_lines) in loose.into_iter().take(longer) {
        lines[b] = longer_lines;
        cost += more / LINE_COST_SHARE;
        bodies.push(assemble(ready, style, step, &lines, cost));
    }
    Bodies { bodies }
}

/// More paragraphs than lines are tried, for the choice.
const LONGER_SPARE: usize = 2;
/// A paragraph of fewer lines cannot hide the white of one more.
const LONGER_LINES_MIN: usize = 4;

/// The `count` paragraphs of most lines: they hide the white of one more best.
fn longest(best: &[Vec<Line>], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..best.len()).filter(|b| best[*b].len() >= LONGER_LINES_MIN).collect();
    order.sort_by_key(|b| (std::cmp::Reverse(best[*b].len()), *b));
    order.truncate(count);
    order
}

/// The rows and pieces of a body whose paragraphs are set as `lines`.
fn assemble(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    lines: &[Vec<Line>],
    cost: i64,
) -> Composed {
    let measure = step.measure();
    let mut out = Composed { rows: Vec::new(), pieces: Vec::new(), cost };
    // Lines that may still not be parted from a crosshead above them.
    let mut tied = 0;
    for (b, block) in ready.body.iter().enumerate() {
        match block {
            ReadyBlock::Paragraph(text) => {
                let count = lines[b].len();
                for (k, line) in lines[b].iter().enumerate() {
                    let mut before = match k {
                        0 => 0,
                        _ if k + 1 == count => widow(&text.line, line, measure),
                        1 if measure > NARROW => ORPHAN,
                        _ => 0,
                    };
                    if tied > 0 {
                        before = FORBIDDEN;
                        tied -= 1;
                    }
                    push(&mut out, (b, 0), line.clone(), before);
                }
            }
            ReadyBlock::Lines(texts) => {
                for (t, text) in texts.iter().enumerate() {
                    // Verse keeps its lines and is not filled.
                    for line in set(&text.line, measure, Em::ZERO) {
                        let line = Line { fill: Fill::default(), ..line };
                        let before = if tied > 0 { FORBIDDEN } else { 0 };
                        tied = usize::max(tied, 1) - 1;
                        push(&mut out, (b, t), line, before);
                    }
                }
            }
            ReadyBlock::Crosshead(text) => {
                let width = step.width(1).in_em(style.crosshead.size(step));
                let start = out.rows.len();
                for line in crosshead(text, width, &ready.names) {
                    out.rows.push(Row { block: (b, 0), line, crosshead: true });
                }
                let before = if tied > 0 { FORBIDDEN } else { 0 };
                out.pieces.push(Piece { rows: start..out.rows.len(), before, crosshead: true });
                tied = AFTER_CROSSHEAD;
            }
        }
    }
    out
}

fn push(out: &mut Composed, block: (usize, usize), line: Line, before: i64) {
    let at = out.rows.len();
    out.rows.push(Row { block, line, crosshead: false });
    out.pieces.push(Piece { rows: at..at + 1, before, crosshead: false });
}

fn widow(paragraph: &Prepared, line: &Line, measure: Em) -> i64 {
    if line.width(paragraph) * 3 <= measure { SHORT_WIDOW } else { WIDOW }
}

/// R55: a crosshead over as few lines as it needs, balanced, broken after a mark where it can.
fn crosshead(text: &ReadyText, width: Em, names: &[String]) -> Vec<Line> {
    let units = text.line.units().len();
    let natural = text.line.natural(0..units);
    let ends = if natural > width { text.ends(names) } else { &[] };
    let fewest = natural.units().div_euclid(width.units().max(1)) + 1;
    let fewest = if natural == width { fewest - 1 } else { fewest };
    for count in fewest.max(1)..fewest + 2 {
        let cost = |at| break_cost(&text.line, at, ends);
        if let Some(lines) = balanced(&text.line, usize::try_from(count).unwrap_or(1), width, &cost)
        {
            return lines;
        }
    }
    set(&text.line, width, Em::ZERO)
}
