//! The body of an article at one measure, as rows of the grid and pieces that columns are made of.

use std::ops::{Add, Range, Sub};

use crate::fit::balance::{balance_lines, head_break_cost, lines_begun};
use crate::fit::picture::{fit_picture, quote_lines};
use crate::fit::shaped::{FlushSide, ShapedBlock, ShapedItem, ShapedLines, ShapedText};
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, RowRange};

/// Text that a row of the body comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSource {
    /// Index of the block in [`ShapedItem::body`].
    pub block: usize,
    /// Index of the text in the block: 0 unless it is [`ShapedBlock::Lines`].
    pub text: usize,
}

/// One row of text of the body.
#[derive(Clone, Debug)]
pub struct BodyRow {
    /// Text that the line belongs to.
    pub source: RowSource,
    /// The line.
    pub line: TextLine,
    /// Setting of the line.
    pub kind: BodyRowKind,
    /// Distance from the left edge of the column to the start of its measure.
    pub inset: Em,
}

/// Setting of a row of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyRowKind {
    /// In the size of the body, on the grid.
    Body,
    /// Centred, in the size of crossheads.
    Crosshead,
    /// Centred, in the size of pull quotes.
    Quote,
}

/// Kind of a piece of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPieceKind {
    /// One line.
    Line,
    /// All lines of a crosshead.
    Crosshead,
    /// A pull quote with its rules.
    Quote,
    /// The picture with this index in [`ShapedItem::pictures`].
    Picture(usize),
}

/// Position of a piece in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PiecePosition {
    /// First in its column.
    ColumnTop,
    /// Below another piece.
    Inside,
}

/// A number of rows that differs at the top of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowsByPlace {
    /// Below another piece.
    pub inside: i64,
    /// At the top of a column.
    pub at_top: i64,
}

impl RowsByPlace {
    /// Number of rows at a position.
    pub fn at(self, position: PiecePosition) -> i64 {
        match position {
            PiecePosition::ColumnTop => self.at_top,
            PiecePosition::Inside => self.inside,
        }
    }
}

/// A part of the body that no column break divides: a line, all lines of a crosshead, a picture.
#[derive(Clone, Debug)]
pub struct BodyPiece {
    /// Rows of text in [`ComposedBody::rows`].
    pub rows: Range<usize>,
    /// Cost of a column break before the piece.
    pub break_cost: i64,
    /// Kind of the piece.
    pub kind: BodyPieceKind,
    /// Rows of the grid that it takes, without white.
    pub depth_rows: i64,
    /// Usual rows of white that belong to it.
    pub white_rows: RowsByPlace,
    /// Rows that it can take beyond that, to level the feet of columns.
    pub extra_rows: RowsByPlace,
}

/// Rows of consecutive pieces in one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnRows {
    /// Rows that the pieces take with their usual white.
    pub(crate) rows: i64,
    /// Rows that they can take beyond that.
    pub(crate) extra_rows: i64,
}

impl Add for ColumnRows {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, extra_rows: self.extra_rows + other.extra_rows }
    }
}

impl Sub for ColumnRows {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { rows: self.rows - other.rows, extra_rows: self.extra_rows - other.extra_rows }
    }
}

/// The body of an article at one measure.
#[derive(Clone, Debug)]
pub struct ComposedBody {
    /// Rows of text, in order.
    pub rows: Vec<BodyRow>,
    /// Pieces, in order.
    pub pieces: Vec<BodyPiece>,
    /// Rows of all pieces before each piece and, as last entry, of all pieces; none is counted as
    /// standing at the top of a column. The rows of a column are the difference of two entries.
    running_rows: Vec<ColumnRows>,
    /// Number of pieces that lose white at the top of a column.
    top_white_pieces: i64,
    /// Most rows of white that one of them loses.
    top_white_most: i64,
    /// Indices of the pieces that are crossheads.
    pub(crate) crossheads: Vec<usize>,
}

impl ComposedBody {
    /// Collects rows and pieces into a body and computes its sums.
    pub(crate) fn new(rows: Vec<BodyRow>, pieces: Vec<BodyPiece>) -> Self {
        let mut running_rows = Vec::with_capacity(pieces.len() + 1);
        let mut sum = ColumnRows::default();
        running_rows.push(sum);
        let (mut top_white_pieces, mut top_white_most) = (0, 0);
        for piece in &pieces {
            sum = sum + rows_inside(piece);
            running_rows.push(sum);
            // Sums count no piece as a column top, so pouring has to know how much they may be too
            // high.
            let lost = piece.white_rows.inside - piece.white_rows.at_top;
            top_white_pieces += i64::from(lost > 0);
            top_white_most = lost.max(top_white_most);
        }
        let is_crosshead = |index: &usize| pieces[*index].kind == BodyPieceKind::Crosshead;
        let crossheads = (0..pieces.len()).filter(is_crosshead).collect();
        Self { rows, pieces, running_rows, top_white_pieces, top_white_most, crossheads }
    }

    /// Number of rows of text.
    pub fn line_count(&self) -> i64 {
        self.rows.len() as i64
    }

    /// Upper bound on the rows of white that pieces lose at the tops of `columns` columns.
    pub fn top_white_rows(&self, columns: i64) -> i64 {
        // Each column has one top, and each piece stands at one top at the most.
        self.top_white_pieces.min(columns) * self.top_white_most
    }

    /// Rows of all pieces before `piece`, none of them at the top of a column.
    pub(crate) fn rows_before(&self, piece: usize) -> i64 {
        self.running_rows[piece].rows
    }

    /// Rows that all pieces together can take beyond their usual white.
    pub(crate) fn extra_rows(&self) -> i64 {
        self.running_rows.last().map_or(0, |total| total.extra_rows)
    }

    /// Index of the first piece before which more than `rows` rows stand; the number of pieces plus
    /// one if there is none.
    pub(crate) fn first_piece_beyond(&self, rows: i64) -> usize {
        self.running_rows.partition_point(|above| above.rows <= rows)
    }

    /// Rows of the pieces from `start` to `end` in one column, the first of them at its top.
    pub(crate) fn column_rows(&self, start: usize, end: usize) -> ColumnRows {
        // No piece, hence no top that could lose white.
        if start == end {
            return ColumnRows::default();
        }
        let lost_at_top = self.pieces.get(start).map_or(ColumnRows::default(), |top| ColumnRows {
            rows: top.white_rows.inside - top.white_rows.at_top,
            extra_rows: top.extra_rows.inside - top.extra_rows.at_top,
        });
        // Constant time: pouring asks for the rows of very many columns.
        self.running_rows[end] - self.running_rows[start] - lost_at_top
    }

    /// Rows of the grid that some pieces take in one column.
    pub fn piece_rows(&self, pieces: Range<usize>) -> i64 {
        self.column_rows(pieces.start, pieces.end.max(pieces.start)).rows
    }

    /// Rows of the whole body in one column.
    pub(crate) fn total_rows(&self) -> i64 {
        self.piece_rows(0..self.pieces.len())
    }
}

/// Rows of a piece that is not at the top of a column.
fn rows_inside(piece: &BodyPiece) -> ColumnRows {
    ColumnRows {
        rows: piece.depth_rows + piece.white_rows.inside,
        extra_rows: piece.extra_rows.inside,
    }
}

/// A column break that the rules forbid (R53): only where the columns cannot be filled otherwise.
pub(crate) const FORBIDDEN_BREAK: i64 = 100_000;
/// The last line of a paragraph alone at the top of a column and at most a third full (R52, error).
const SHORT_WIDOW: i64 = 5_000;
/// The last line of a paragraph alone at the top of a column (孤行, R52, warning).
const WIDOW: i64 = 120;
/// The first line of a paragraph alone at the foot of a column (孤行, warning).
const ORPHAN: i64 = 60;
/// Measure up to which columns are narrow and an orphan costs nothing.
const NARROW_MEASURE: Em = Em::zi(15);
/// Lines of body that follow a crosshead in its column (R53).
const LINES_AFTER_CROSSHEAD: usize = 2;

/// Distance of an editor's note from both edges of its column (1–2 字 in the papers).
pub(crate) const ASIDE_INSET: Em = Em::ONE;

/// Inputs of composing a body.
#[derive(Clone, Copy)]
pub(crate) struct BodyContext<'a> {
    pub(crate) item: &'a ShapedItem,
    pub(crate) style: &'a HouseStyle,
    pub(crate) step: &'a DensityStep,
    pub(crate) measure: Em,
}

/// Composes a body whose paragraphs are broken into `lines`, by block.
pub(crate) fn assemble_body(context: &BodyContext<'_>, lines: &[&[TextLine]]) -> ComposedBody {
    let mut builder = BodyBuilder::new(context);
    // Blocks without lines take one or two rows each.
    let count = lines.iter().map(|lines| lines.len().max(2)).sum();
    builder.rows.reserve(count);
    builder.pieces.reserve(count);
    for (index, block) in context.item.body.iter().enumerate() {
        builder.push_block(index, block, lines[index]);
    }
    builder.finish()
}

/// Collects the rows and pieces of a body, block by block.
pub(crate) struct BodyBuilder<'a> {
    context: &'a BodyContext<'a>,
    /// Number of coming lines that must stay in the column of the crosshead above them.
    tied_lines: usize,
    rows: Vec<BodyRow>,
    pieces: Vec<BodyPiece>,
}

impl<'a> BodyBuilder<'a> {
    /// Returns a builder without any block.
    pub(crate) fn new(context: &'a BodyContext<'a>) -> Self {
        Self { context, tied_lines: 0, rows: Vec::new(), pieces: Vec::new() }
    }

    /// Returns the body of all blocks so far.
    pub(crate) fn finish(self) -> ComposedBody {
        ComposedBody::new(self.rows, self.pieces)
    }

    /// Adds the block with an index. `lines` are those of a paragraph; other blocks are broken
    /// here.
    pub(crate) fn push_block(&mut self, index: usize, block: &ShapedBlock, lines: &[TextLine]) {
        match block {
            ShapedBlock::Paragraph(text) => self.push_paragraph(index, text, lines, Em::ZERO),
            ShapedBlock::Aside(text) => self.push_paragraph(index, text, lines, ASIDE_INSET),
            ShapedBlock::Lines(lines) => self.push_kept_lines(index, lines),
            ShapedBlock::Crosshead(text) => self.push_crosshead(index, text),
            ShapedBlock::Quote(text) => self.push_quote(index, text),
            ShapedBlock::Picture(picture) => self.push_picture(*picture),
            ShapedBlock::Flush(text, side) => self.push_flush_line(index, text, *side),
        }
    }

    /// Returns the cost of a break before the next piece: `cost`, unless a crosshead holds the
    /// piece.
    fn next_break_cost(&mut self, cost: i64) -> i64 {
        // Each piece below a crosshead uses up one of its tied lines, whatever its kind.
        let is_tied = self.tied_lines > 0;
        self.tied_lines = self.tied_lines.saturating_sub(1);
        if is_tied { FORBIDDEN_BREAK } else { cost }
    }

    /// Adds a line that is a piece on its own.
    fn push_line(&mut self, row: BodyRow, break_cost: i64) {
        let index = self.rows.len();
        self.rows.push(row);
        self.pieces.push(BodyPiece {
            rows: index..index + 1,
            break_cost,
            kind: BodyPieceKind::Line,
            depth_rows: 1,
            white_rows: RowsByPlace::default(),
            extra_rows: RowsByPlace::default(),
        });
    }

    /// Adds lines that stay together as one piece.
    fn push_unbroken_lines(
        &mut self,
        block: usize,
        lines: Vec<TextLine>,
        kind: BodyRowKind,
        piece: BodyPiece,
    ) {
        let start = self.rows.len();
        let source = RowSource { block, text: 0 };
        let rows = lines.into_iter().map(|line| BodyRow { source, line, kind, inset: Em::ZERO });
        self.rows.extend(rows);
        self.pieces.push(BodyPiece { rows: start..self.rows.len(), ..piece });
    }

    /// Adds the lines of a paragraph, each as a piece. Breaks before a widow and after an orphan
    /// have a cost.
    fn push_paragraph(&mut self, block: usize, text: &ShapedText, lines: &[TextLine], inset: Em) {
        // `index` counts the lines above the break: a break before line 1 leaves one line at the
        // foot.
        let measure = self.context.measure;
        let source = RowSource { block, text: 0 };
        for (index, line) in lines.iter().enumerate() {
            // A paragraph of two lines has a widow and no orphan: the widow is worse.
            let cost = match index {
                0 => 0,
                _ if index + 1 == lines.len() => widow_cost(&text.paragraph, line, measure),
                1 if measure > NARROW_MEASURE => ORPHAN,
                _ => 0,
            };
            let break_cost = self.next_break_cost(cost);
            let kind = BodyRowKind::Body;
            self.push_line(BodyRow { source, line: line.clone(), kind, inset }, break_cost);
        }
    }

    /// Adds lines that are kept as they are, each as a piece.
    fn push_kept_lines(&mut self, block: usize, lines: &ShapedLines) {
        for (index, row) in kept_rows(block, lines, self.context.measure).into_iter().enumerate() {
            // No column starts with the white row between two stanzas.
            let is_blank = row.line.units.is_empty();
            let cost = if is_blank && index > 0 { FORBIDDEN_BREAK } else { 0 };
            let break_cost = self.next_break_cost(cost);
            self.push_line(row, break_cost);
        }
    }

    /// Adds a crosshead, which holds the first lines below it in its column.
    fn push_crosshead(&mut self, block: usize, text: &ShapedText) {
        let BodyContext { style, step, measure, item } = *self.context;
        // The measure is in ems of the body; the crosshead has its own size, and fewer or more 字 in
        // it.
        let width = measure.at(step.body).in_em(style.crosshead.size(step).width);
        let lines = crosshead_lines(text, width, &item.names);
        let [_, usual, most] = style.crosshead_air_rows;
        let piece = BodyPiece {
            rows: 0..0,
            break_cost: self.next_break_cost(0),
            kind: BodyPieceKind::Crosshead,
            depth_rows: lines.len() as i64,
            // At the top of a column it keeps as far from the copy below as inside one.
            white_rows: RowsByPlace { inside: usual, at_top: usual },
            extra_rows: RowsByPlace { inside: most - usual, at_top: 0 },
        };
        self.push_unbroken_lines(block, lines, BodyRowKind::Crosshead, piece);
        // After `next_break_cost`: the crosshead itself may start a column.
        self.tied_lines = LINES_AFTER_CROSSHEAD;
    }

    /// Adds a pull quote with its rules as one piece.
    fn push_quote(&mut self, block: usize, text: &ShapedText) {
        let BodyContext { style, step, measure, item } = *self.context;
        let size = style.quote.size(step);
        let width = measure.at(step.body).in_em(size.width);
        let lines = quote_lines(text, width, &item.names);
        let height = style.quote_pitch(size.height) * lines.len() as i64;
        // Rounded up to whole rows, but less than a point over a row is no further row.
        let text_rows = (height + step.pitch - Abs::pt(1)).count_fitting(step.pitch);
        let piece = BodyPiece {
            rows: 0..0,
            break_cost: self.next_break_cost(0),
            kind: BodyPieceKind::Quote,
            // Each rule takes one row with the white inside it.
            depth_rows: text_rows + 2,
            white_rows: RowsByPlace { inside: 1, at_top: 0 },
            extra_rows: RowsByPlace { inside: 1, at_top: 0 },
        };
        self.push_unbroken_lines(block, lines, BodyRowKind::Quote, piece);
    }

    /// Adds the picture with an index at its usual depth; it can grow to its greatest.
    fn push_picture(&mut self, index: usize) {
        let BodyContext { style, step, measure, item } = *self.context;
        let Some(picture) = item.pictures.get(index) else { return };
        let fitted = fit_picture(picture, style, step, measure.at(step.body));
        // The usual depth is the least here: pouring fills columns and never takes rows away from a
        // piece.
        let RowRange { usual, most, .. } = fitted.rows;
        let start = self.rows.len();
        let break_cost = self.next_break_cost(0);
        self.pieces.push(BodyPiece {
            // No rows of text, but the place among them, so that pieces stay in order.
            rows: start..start,
            break_cost,
            kind: BodyPieceKind::Picture(index),
            depth_rows: usual,
            white_rows: RowsByPlace { inside: 1, at_top: 0 },
            extra_rows: RowsByPlace { inside: most - usual, at_top: most - usual },
        });
    }

    /// Adds a text flush at one edge, on several lines if it is longer than the measure.
    fn push_flush_line(&mut self, block: usize, text: &ShapedText, side: FlushSide) {
        let measure = self.context.measure;
        let source = RowSource { block, text: 0 };
        for line in break_into_lines(&text.paragraph, measure, Em::ZERO) {
            let line = line.ragged();
            let spare = (measure - line.width(&text.paragraph)).max(Em::ZERO);
            // A jump line at the right ends the article: alone at a column top it is an orphan.
            let (inset, cost) = match side {
                FlushSide::Left => (Em::ZERO, 0),
                FlushSide::Right => (spare, ORPHAN),
            };
            let break_cost = self.next_break_cost(cost);
            self.push_line(BodyRow { source, line, kind: BodyRowKind::Body, inset }, break_cost);
        }
    }
}

/// Sets lines that are kept as they are (verse, tables): not justified, turned over where longer
/// than the measure. The block of them stands in the middle of the column by whole 字, and a white
/// row separates stanzas.
fn kept_rows(block: usize, lines: &ShapedLines, measure: Em) -> Vec<BodyRow> {
    let mut rows = Vec::new();
    let mut widest = Em::ZERO;
    let kind = BodyRowKind::Body;
    for (index, text) in lines.texts.iter().enumerate() {
        let source = RowSource { block, text: index };
        // A row without units is the white row between two stanzas.
        if lines.stanza_starts.contains(&index) {
            let line = TextLine { units: 0..0, ..TextLine::whole(&text.paragraph) };
            rows.push(BodyRow { source, line, kind, inset: Em::ZERO });
        }
        // At most half of the measure, so that room for text is left.
        let indent = (Em::HALF * i64::from(lines.indent_halves[index])).min(measure / 2);
        for line in break_into_lines(&text.paragraph, measure - indent, Em::ZERO) {
            let line = line.ragged();
            widest = widest.max(indent + line.width(&text.paragraph));
            rows.push(BodyRow { source, line, kind, inset: indent });
        }
    }
    // All lines move by one amount, so indents stay; by whole 字, so that characters stand under
    // those of the copy above.
    let side = (measure - widest).max(Em::ZERO) / 2;
    let whole_zi = Em::zi(side.units() / Em::ONE.units());
    for row in &mut rows {
        row.inset += whole_zi;
    }
    rows
}

/// Cost of a column break before the last line of a paragraph.
pub(crate) fn widow_cost(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> i64 {
    // At most a third full (R52).
    if line.width(paragraph) * 3 <= measure { SHORT_WIDOW } else { WIDOW }
}

/// Breaks a crosshead into as few lines as it needs, of like length, after a mark where possible
/// (R55).
fn crosshead_lines(text: &ShapedText, width: Em, names: &[String]) -> Vec<TextLine> {
    let paragraph = &text.paragraph;
    let natural = paragraph.natural_width(0..paragraph.units().len());
    // Words are only looked up for a text that has to break: segmenting takes time.
    let word_ends = if natural > width { text.word_ends(names) } else { &[] };
    // A text that just fills one line needs no second one.
    let fewest = lines_begun(natural, width) - usize::from(natural == width);
    let cost = |unit| head_break_cost(paragraph, unit, word_ends);
    // One line more than needed is tried, because breaks by sense fill lines less well.
    let balanced = (fewest.max(1)..fewest + 2)
        .find_map(|count| balance_lines(paragraph, count, width, &cost, HeadlineShape::Equal));
    // A text without a fitting break by sense is broken like copy.
    balanced.unwrap_or_else(|| break_into_lines(paragraph, width, Em::ZERO))
}
