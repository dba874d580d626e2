//! An article as a run of grid rows at one measure.

use std::ops::Range;

use crate::fit::balance::{balanced, break_cost};
use crate::fit::picture::{picture_set, quote_lines};
use crate::fit::ready::{Ready, ReadyBlock, ReadyLines, ReadyText};
use crate::line::{Line, Prepared, set};
use crate::model::{HouseStyle, Shape, Step};
use crate::unit::{Abs, Em};

/// One row of the body.
#[derive(Clone, Debug)]
pub struct Row {
    /// The block in [`Ready::body`] and, for lines, the text in it.
    pub block: (usize, usize),
    /// The line.
    pub line: Line,
    /// How it is set.
    pub kind: RowKind,
    /// How far from the column's left edge its measure starts.
    pub inset: Em,
}

/// How a row of the body is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// In the size of the body, on the grid.
    Body,
    /// Centred, in the size of crossheads.
    Crosshead,
    /// Centred, in the size of pull quotes.
    Quote,
}

/// What a piece of the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
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
pub struct Piece {
    /// Its rows in [`Composed::rows`].
    pub rows: Range<usize>,
    /// What a column break before it costs.
    pub before: i64,
    /// What it is.
    pub kind: PieceKind,
    /// The rows of the grid that it takes, without white.
    pub height: i64,
    /// The usual rows of white around it in a column, and below it at the top of one.
    pub white: [i64; 2],
    /// The rows that it can take beyond, in a column and at the top of one.
    pub give: [i64; 2],
}

/// The body of an article at one measure.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Every line, in order.
    pub rows: Vec<Row>,
    /// What columns are made of.
    pub pieces: Vec<Piece>,
    /// Before each piece and after the last: the rows that all above take with their white, and what they can take
    /// beyond. A column is the difference of two.
    heights: Vec<[i64; 2]>,
    /// How many pieces leave white away at the top of a column, and the most that one leaves.
    whites: [i64; 2],
    /// The pieces that are crossheads.
    pub(crate) crossheads: Vec<usize>,
}

impl Composed {
    pub(crate) fn new(rows: Vec<Row>, pieces: Vec<Piece>) -> Self {
        let mut heights = Vec::with_capacity(pieces.len() + 1);
        let mut sum = [0, 0];
        let mut whites = [0, 0];
        heights.push(sum);
        for piece in &pieces {
            sum = [sum[0] + piece.height + piece.white[0], sum[1] + piece.give[0]];
            heights.push(sum);
            let top = piece.white[0] - piece.white[1];
            whites = [whites[0] + i64::from(top > 0), whites[1].max(top)];
        }
        let crosshead = |at: &usize| pieces[*at].kind == PieceKind::Crosshead;
        let crossheads = (0..pieces.len()).filter(crosshead).collect();
        Self { rows, pieces, heights, whites, crossheads }
    }

    /// The number of text rows.
    pub fn lines(&self) -> i64 {
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
        let top = self.pieces.get(start).map_or((0, 0), |top| (off(top.white), off(top.give)));
        (to - from - top.0, more - room - top.1)
    }

    /// The rows of the grid that the pieces from `start` to `end` take one below the other.
    pub fn height(&self, pieces: Range<usize>) -> i64 {
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
pub(crate) struct Setting<'a> {
    pub(crate) ready: &'a Ready,
    pub(crate) style: &'a HouseStyle,
    pub(crate) step: &'a Step,
    pub(crate) measure: Em,
}

/// The rows and pieces of a body whose paragraphs are set as `lines`.
pub(crate) fn assemble(setting: &Setting<'_>, lines: &[&[Line]]) -> Composed {
    let mut assembly = Assembly::new(setting);
    // What else there is takes a row or two a block.
    let count = lines.iter().map(|lines| lines.len().max(2)).sum();
    assembly.rows.reserve(count);
    assembly.pieces.reserve(count);
    for (b, block) in setting.ready.body.iter().enumerate() {
        assembly.block_of(b, block, lines[b]);
    }
    assembly.done()
}

pub(crate) struct Assembly<'a> {
    setting: &'a Setting<'a>,
    /// Lines that may still not be parted from a crosshead above them.
    tied: usize,
    rows: Vec<Row>,
    pieces: Vec<Piece>,
}

impl<'a> Assembly<'a> {
    pub(crate) fn new(setting: &'a Setting<'a>) -> Self {
        Self { setting, tied: 0, rows: Vec::new(), pieces: Vec::new() }
    }

    pub(crate) fn done(self) -> Composed {
        Composed::new(self.rows, self.pieces)
    }

    /// A block; `lines` are those of a paragraph.
    pub(crate) fn block_of(&mut self, b: usize, block: &ReadyBlock, lines: &[Line]) {
        match block {
            ReadyBlock::Paragraph(text) => self.paragraph(b, text, lines, Em::ZERO),
            ReadyBlock::Aside(text) => self.paragraph(b, text, lines, ASIDE_INSET),
            ReadyBlock::Lines(lines) => self.verse(b, lines),
            ReadyBlock::Crosshead(text) => self.crosshead(b, text),
            ReadyBlock::Quote(text) => self.quote(b, text),
            ReadyBlock::Picture(at) => self.picture(*at),
            ReadyBlock::Flush(text, right) => self.flush(b, text, *right),
        }
    }

    /// What a break before the next piece costs where it is tied to what is above it.
    fn tie(&mut self, cost: i64) -> i64 {
        let tied = self.tied > 0;
        self.tied = self.tied.saturating_sub(1);
        if tied { FORBIDDEN } else { cost }
    }

    /// A line that is a piece of its own.
    fn push(&mut self, row: Row, before: i64) {
        let at = self.rows.len();
        self.rows.push(row);
        self.pieces.push(Piece {
            rows: at..at + 1,
            before,
            kind: PieceKind::Line,
            height: 1,
            white: [0; 2],
            give: [0; 2],
        });
    }

    /// Lines that stay together.
    fn block(&mut self, block: usize, lines: Vec<Line>, kind: RowKind, piece: Piece) {
        let start = self.rows.len();
        let rows =
            lines.into_iter().map(|line| Row { block: (block, 0), line, kind, inset: Em::ZERO });
        self.rows.extend(rows);
        self.pieces.push(Piece { rows: start..self.rows.len(), ..piece });
    }

    fn paragraph(&mut self, block: usize, text: &ReadyText, lines: &[Line], inset: Em) {
        let measure = self.setting.measure;
        let count = lines.len();
        for (k, line) in lines.iter().enumerate() {
            let before = match k {
                0 => 0,
                _ if k + 1 == count => widow(&text.line, line, measure),
                1 if measure > NARROW => ORPHAN,
                _ => 0,
            };
            let before = self.tie(before);
            let row = Row { block: (block, 0), line: line.clone(), kind: RowKind::Body, inset };
            self.push(row, before);
        }
    }

    fn verse(&mut self, block: usize, lines: &ReadyLines) {
        for (k, row) in verse(block, lines, self.setting.measure).into_iter().enumerate() {
            // No column starts with the white row between two stanzas.
            let blank = row.line.units.is_empty();
            let before = self.tie(if blank && k > 0 { FORBIDDEN } else { 0 });
            self.push(row, before);
        }
    }

    fn crosshead(&mut self, block: usize, text: &ReadyText) {
        let Setting { style, step, measure, ready } = *self.setting;
        let width = measure.at(step.body).in_em(style.crosshead.size(step).width);
        let lines = crosshead(text, width, &ready.names);
        let [_, white, most] = style.crosshead_air;
        let piece = Piece {
            rows: 0..0,
            before: self.tie(0),
            kind: PieceKind::Crosshead,
            height: lines.len() as i64,
            // At the top of a column it keeps off the copy below as it does inside one.
            white: [white; 2],
            give: [most - white, 0],
        };
        self.block(block, lines, RowKind::Crosshead, piece);
        self.tied = AFTER_CROSSHEAD;
    }

    fn quote(&mut self, block: usize, text: &ReadyText) {
        let Setting { style, step, measure, ready } = *self.setting;
        let size = style.quote.size(step);
        let width = measure.at(step.body).in_em(size.width);
        let lines = quote_lines(text, width, &ready.names);
        let deep = quote_pitch(size.height) * lines.len() as i64;
        let piece = Piece {
            rows: 0..0,
            before: self.tie(0),
            kind: PieceKind::Quote,
            // The rules and the white inside them take a row at each end.
            height: (deep + step.pitch - Abs::pt(1)).fit(step.pitch) + 2,
            white: [1, 0],
            give: [1, 0],
        };
        self.block(block, lines, RowKind::Quote, piece);
    }

    fn picture(&mut self, at: usize) {
        let Setting { style, step, measure, ready } = *self.setting;
        let Some(picture) = ready.pictures.get(at) else { return };
        let [_, usual, most] = picture_set(picture, style, step, measure.at(step.body)).rows;
        let start = self.rows.len();
        let before = self.tie(0);
        self.pieces.push(Piece {
            rows: start..start,
            before,
            kind: PieceKind::Picture(at),
            height: usual,
            white: [1, 0],
            give: [most - usual, most - usual],
        });
    }

    /// One line flush left or right; what is longer than the measure is turned over.
    fn flush(&mut self, block: usize, text: &ReadyText, right: bool) {
        let measure = self.setting.measure;
        for line in set(&text.line, measure, Em::ZERO) {
            let line = line.unfilled();
            let rest = (measure - line.width(&text.line)).max(Em::ZERO);
            let inset = if right { rest } else { Em::ZERO };
            let before = self.tie(if right { ORPHAN } else { 0 });
            self.push(Row { block: (block, 0), line, kind: RowKind::Body, inset }, before);
        }
    }
}

/// From line to line of a pull quote.
pub(crate) fn quote_pitch(size: Abs) -> Abs {
    size.scale(145, 100)
}

/// Lines kept as they are: not filled, turned over where they are longer than the measure, and the block of
/// them in the middle of the column by whole 字. A white row parts stanzas.
fn verse(block: usize, lines: &ReadyLines, measure: Em) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut widest = Em::ZERO;
    for (t, text) in lines.texts.iter().enumerate() {
        if lines.stanzas.contains(&t) {
            let line = Line { units: 0..0, ..Line::whole(&text.line) };
            rows.push(Row { block: (block, t), line, kind: RowKind::Body, inset: Em::ZERO });
        }
        let indent = (Em::HALF * i64::from(lines.indents[t])).min(measure / 2);
        for line in set(&text.line, measure - indent, Em::ZERO) {
            let line = line.unfilled();
            widest = widest.max(indent + line.width(&text.line));
            rows.push(Row { block: (block, t), line, kind: RowKind::Body, inset: indent });
        }
    }
    let spare = (measure - widest).max(Em::ZERO) / 2;
    let whole = Em::zi(spare.units() / Em::ONE.units());
    for row in &mut rows {
        row.inset += whole;
    }
    rows
}

pub(crate) fn widow(paragraph: &Prepared, line: &Line, measure: Em) -> i64 {
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
        if let Some(lines) =
            balanced(&text.line, usize::try_from(count).unwrap_or(1), width, &cost, Shape::Equal)
        {
            return lines;
        }
    }
    set(&text.line, width, Em::ZERO)
}
