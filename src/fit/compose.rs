//! An article as a run of grid rows at one measure.

use std::ops::Range;

use crate::fit::balance::{balanced, break_cost};
use crate::fit::picture::{fit_picture, quote_lines};
use crate::fit::ready::{ShapedBlock, ShapedItem, ShapedLines, ShapedText};
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em};

/// One row of the body.
#[derive(Clone, Debug)]
pub struct BodyRow {
    /// The block in [`Ready::body`] and, for lines, the text in it.
    pub source: (usize, usize),
    /// The line.
    pub line: TextLine,
    /// How it is set.
    pub kind: BodyRowKind,
    /// How far from the column's left edge its measure starts.
    pub inset: Em,
}

/// How a row of the body is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyRowKind {
    /// In the size of the body, on the grid.
    Body,
    /// Centred, in the size of crossheads.
    Crosshead,
    /// Centred, in the size of pull quotes.
    Quote,
}

/// What a piece of the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPieceKind {
    /// A line.
    Line,
    /// The lines of a crosshead.
    Crosshead,
    /// A pull quote with its rules.
    Quote,
    /// The picture with this index in [`Ready::pictures`].
    Picture(usize),
}

/// A part of the body that no column break parts: a line, the lines of a crosshead, a picture.
#[derive(Clone, Debug)]
pub struct BodyPiece {
    /// Its rows in [`Composed::rows`].
    pub rows: Range<usize>,
    /// What a column break before it costs.
    pub before: i64,
    /// What it is.
    pub kind: BodyPieceKind,
    /// The rows of the grid that it takes, without white.
    pub depth_rows: i64,
    /// The usual rows of white around it in a column, and below it at the top of one.
    pub white_rows: [i64; 2],
    /// The rows that it can take beyond, in a column and at the top of one.
    pub extra_rows: [i64; 2],
}

/// The body of an article at one measure.
#[derive(Clone, Debug)]
pub struct ComposedBody {
    /// Every line, in order.
    pub rows: Vec<BodyRow>,
    /// What columns are made of.
    pub pieces: Vec<BodyPiece>,
    /// Before each piece and after the last: the rows that all above take with their white, and what they can take
    /// beyond. A column is the difference of two.
    heights: Vec<[i64; 2]>,
    /// How many pieces leave white away at the top of a column, and the most that one leaves.
    whites: [i64; 2],
    /// The pieces that are crossheads.
    pub(crate) crossheads: Vec<usize>,
}

impl ComposedBody {
    pub(crate) fn new(rows: Vec<BodyRow>, pieces: Vec<BodyPiece>) -> Self {
        let mut heights = Vec::with_capacity(pieces.len() + 1);
        let mut sum = [0, 0];
        let mut whites = [0, 0];
        heights.push(sum);
        for piece in &pieces {
            sum = [sum[0] + piece.depth_rows + piece.white_rows[0], sum[1] + piece.extra_rows[0]];
            heights.push(sum);
            let top = piece.white_rows[0] - piece.white_rows[1];
            whites = [whites[0] + i64::from(top > 0), whites[1].max(top)];
        }
        let crosshead = |at: &usize| pieces[*at].kind == BodyPieceKind::Crosshead;
        let crossheads = (0..pieces.len()).filter(crosshead).collect();
        Self { rows, pieces, heights, whites, crossheads }
    }

    /// The number of text rows.
    pub fn line_count(&self) -> i64 {
        self.rows.len() as i64
    }

    /// The rows of white that pieces leave away at the top of a column: the most that one of them has, for each of
    /// `columns`.
    pub fn top_white(&self, columns: i64) -> i64 {
        self.whites[0].min(columns) * self.whites[1]
    }

    /// The rows that all pieces before `piece` take, each with its white.
    pub(crate) fn above(&self, piece: usize) -> i64 {
        self.heights[piece][0]
    }

    /// The rows that all pieces can take beyond their usual white.
    pub(crate) fn give(&self) -> i64 {
        self.heights.last().map_or(0, |[_, give]| *give)
    }

    /// The first piece before which all that stands takes more than `rows`.
    pub(crate) fn beyond(&self, rows: i64) -> usize {
        self.heights.partition_point(|[above, _]| *above <= rows)
    }

    /// The rows of the pieces from `start` to `end` in one column, and what they can take beyond: the one at the
    /// top has no white above it.
    pub(crate) fn column(&self, start: usize, end: usize) -> (i64, i64) {
        let ([from, room], [to, more]) = (self.heights[start], self.heights[end]);
        if start == end {
            return (0, 0);
        }
        let off = |[inside, top]: [i64; 2]| inside - top;
        let top =
            self.pieces.get(start).map_or((0, 0), |top| (off(top.white_rows), off(top.extra_rows)));
        (to - from - top.0, more - room - top.1)
    }

    /// The rows of the grid that the pieces from `start` to `end` take one below the other.
    pub fn piece_rows(&self, pieces: Range<usize>) -> i64 {
        self.column(pieces.start, pieces.end.max(pieces.start)).0
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

/// How far an editor's note stands in from both edges of its column (§3: 1–2 字).
pub(crate) const ASIDE_INSET: Em = Em::ONE;

/// What a body is composed with.
#[derive(Clone, Copy)]
pub(crate) struct BodyMeasure<'a> {
    pub(crate) ready: &'a ShapedItem,
    pub(crate) style: &'a HouseStyle,
    pub(crate) step: &'a DensityStep,
    pub(crate) measure: Em,
}

/// The rows and pieces of a body whose paragraphs are set as `lines`.
pub(crate) fn assemble(setting: &BodyMeasure<'_>, lines: &[&[TextLine]]) -> ComposedBody {
    let mut assembly = BodyBuilder::new(setting);
    // What else there is takes a row or two a block.
    let count = lines.iter().map(|lines| lines.len().max(2)).sum();
    assembly.rows.reserve(count);
    assembly.pieces.reserve(count);
    for (b, block) in setting.ready.body.iter().enumerate() {
        assembly.block_of(b, block, lines[b]);
    }
    assembly.done()
}

pub(crate) struct BodyBuilder<'a> {
    setting: &'a BodyMeasure<'a>,
    /// Lines that may still not be parted from a crosshead above them.
    tied: usize,
    rows: Vec<BodyRow>,
    pieces: Vec<BodyPiece>,
}

impl<'a> BodyBuilder<'a> {
    pub(crate) fn new(setting: &'a BodyMeasure<'a>) -> Self {
        Self { setting, tied: 0, rows: Vec::new(), pieces: Vec::new() }
    }

    pub(crate) fn done(self) -> ComposedBody {
        ComposedBody::new(self.rows, self.pieces)
    }

    /// A block; `lines` are those of a paragraph.
    pub(crate) fn block_of(&mut self, b: usize, block: &ShapedBlock, lines: &[TextLine]) {
        match block {
            ShapedBlock::Paragraph(text) => self.paragraph(b, text, lines, Em::ZERO),
            ShapedBlock::Aside(text) => self.paragraph(b, text, lines, ASIDE_INSET),
            ShapedBlock::Lines(lines) => self.verse(b, lines),
            ShapedBlock::Crosshead(text) => self.crosshead(b, text),
            ShapedBlock::Quote(text) => self.quote(b, text),
            ShapedBlock::Picture(at) => self.picture(*at),
            ShapedBlock::Flush(text, right) => self.flush(b, text, *right),
        }
    }

    /// What a break before the next piece costs where it is tied to what is above it.
    fn tie(&mut self, cost: i64) -> i64 {
        let tied = self.tied > 0;
        self.tied = self.tied.saturating_sub(1);
        if tied { FORBIDDEN } else { cost }
    }

    /// A line that is a piece of its own.
    fn push(&mut self, row: BodyRow, before: i64) {
        let at = self.rows.len();
        self.rows.push(row);
        self.pieces.push(BodyPiece {
            rows: at..at + 1,
            before,
            kind: BodyPieceKind::Line,
            depth_rows: 1,
            white_rows: [0; 2],
            extra_rows: [0; 2],
        });
    }

    /// Lines that stay together.
    fn block(&mut self, block: usize, lines: Vec<TextLine>, kind: BodyRowKind, piece: BodyPiece) {
        let start = self.rows.len();
        let rows = lines.into_iter().map(|line| BodyRow {
            source: (block, 0),
            line,
            kind,
            inset: Em::ZERO,
        });
        self.rows.extend(rows);
        self.pieces.push(BodyPiece { rows: start..self.rows.len(), ..piece });
    }

    fn paragraph(&mut self, block: usize, text: &ShapedText, lines: &[TextLine], inset: Em) {
        let measure = self.setting.measure;
        let count = lines.len();
        for (k, line) in lines.iter().enumerate() {
            let before = match k {
                0 => 0,
                _ if k + 1 == count => widow(&text.paragraph, line, measure),
                1 if measure > NARROW => ORPHAN,
                _ => 0,
            };
            let before = self.tie(before);
            let row =
                BodyRow { source: (block, 0), line: line.clone(), kind: BodyRowKind::Body, inset };
            self.push(row, before);
        }
    }

    fn verse(&mut self, block: usize, lines: &ShapedLines) {
        for (k, row) in verse(block, lines, self.setting.measure).into_iter().enumerate() {
            // No column starts with the white row between two stanzas.
            let blank = row.line.units.is_empty();
            let before = self.tie(if blank && k > 0 { FORBIDDEN } else { 0 });
            self.push(row, before);
        }
    }

    fn crosshead(&mut self, block: usize, text: &ShapedText) {
        let BodyMeasure { style, step, measure, ready } = *self.setting;
        let width = measure.at(step.body).in_em(style.crosshead.size(step).width);
        let lines = crosshead(text, width, &ready.names);
        let [_, white, most] = style.crosshead_air_rows;
        let piece = BodyPiece {
            rows: 0..0,
            before: self.tie(0),
            kind: BodyPieceKind::Crosshead,
            depth_rows: lines.len() as i64,
            // At the top of a column it keeps off the copy below as it does inside one.
            white_rows: [white; 2],
            extra_rows: [most - white, 0],
        };
        self.block(block, lines, BodyRowKind::Crosshead, piece);
        self.tied = AFTER_CROSSHEAD;
    }

    fn quote(&mut self, block: usize, text: &ShapedText) {
        let BodyMeasure { style, step, measure, ready } = *self.setting;
        let size = style.quote.size(step);
        let width = measure.at(step.body).in_em(size.width);
        let lines = quote_lines(text, width, &ready.names);
        let deep = quote_pitch(size.height) * lines.len() as i64;
        let piece = BodyPiece {
            rows: 0..0,
            before: self.tie(0),
            kind: BodyPieceKind::Quote,
            // The rules and the white inside them take a row at each end.
            depth_rows: (deep + step.pitch - Abs::pt(1)).count_fitting(step.pitch) + 2,
            white_rows: [1, 0],
            extra_rows: [1, 0],
        };
        self.block(block, lines, BodyRowKind::Quote, piece);
    }

    fn picture(&mut self, at: usize) {
        let BodyMeasure { style, step, measure, ready } = *self.setting;
        let Some(picture) = ready.pictures.get(at) else { return };
        let [_, usual, most] = fit_picture(picture, style, step, measure.at(step.body)).rows;
        let start = self.rows.len();
        let before = self.tie(0);
        self.pieces.push(BodyPiece {
            rows: start..start,
            before,
            kind: BodyPieceKind::Picture(at),
            depth_rows: usual,
            white_rows: [1, 0],
            extra_rows: [most - usual, most - usual],
        });
    }

    /// One line flush left or right; what is longer than the measure is turned over.
    fn flush(&mut self, block: usize, text: &ShapedText, right: bool) {
        let measure = self.setting.measure;
        for line in break_into_lines(&text.paragraph, measure, Em::ZERO) {
            let line = line.unfilled();
            let rest = (measure - line.width(&text.paragraph)).max(Em::ZERO);
            let inset = if right { rest } else { Em::ZERO };
            let before = self.tie(if right { ORPHAN } else { 0 });
            self.push(BodyRow { source: (block, 0), line, kind: BodyRowKind::Body, inset }, before);
        }
    }
}

/// From line to line of a pull quote.
pub(crate) fn quote_pitch(size: Abs) -> Abs {
    size.scale(145, 100)
}

/// Lines kept as they are: not filled, turned over where they are longer than the measure, and the block of
/// them in the middle of the column by whole 字. A white row parts stanzas.
fn verse(block: usize, lines: &ShapedLines, measure: Em) -> Vec<BodyRow> {
    let mut rows = Vec::new();
    let mut widest = Em::ZERO;
    for (t, text) in lines.texts.iter().enumerate() {
        if lines.stanza_starts.contains(&t) {
            let line = TextLine { units: 0..0, ..TextLine::whole(&text.paragraph) };
            rows.push(BodyRow {
                source: (block, t),
                line,
                kind: BodyRowKind::Body,
                inset: Em::ZERO,
            });
        }
        let indent = (Em::HALF * i64::from(lines.indent_halves[t])).min(measure / 2);
        for line in break_into_lines(&text.paragraph, measure - indent, Em::ZERO) {
            let line = line.unfilled();
            widest = widest.max(indent + line.width(&text.paragraph));
            rows.push(BodyRow { source: (block, t), line, kind: BodyRowKind::Body, inset: indent });
        }
    }
    let spare = (measure - widest).max(Em::ZERO) / 2;
    let whole = Em::zi(spare.units() / Em::ONE.units());
    for row in &mut rows {
        row.inset += whole;
    }
    rows
}

pub(crate) fn widow(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> i64 {
    if line.width(paragraph) * 3 <= measure { SHORT_WIDOW } else { WIDOW }
}

/// R55: a crosshead over as few lines as it needs, balanced, broken after a mark where it can.
fn crosshead(text: &ShapedText, width: Em, names: &[String]) -> Vec<TextLine> {
    let units = text.paragraph.units().len();
    let natural = text.paragraph.natural_width(0..units);
    let ends = if natural > width { text.word_ends(names) } else { &[] };
    let fewest = natural.units().div_euclid(width.units().max(1)) + 1;
    let fewest = if natural == width { fewest - 1 } else { fewest };
    for count in fewest.max(1)..fewest + 2 {
        let cost = |at| break_cost(&text.paragraph, at, ends);
        if let Some(lines) = balanced(
            &text.paragraph,
            usize::try_from(count).unwrap_or(1),
            width,
            &cost,
            HeadlineShape::Equal,
        ) {
            return lines;
        }
    }
    break_into_lines(&text.paragraph, width, Em::ZERO)
}
