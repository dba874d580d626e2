//! The body of an article at one measure, with its variants: paragraphs set a line longer or
//! shorter where no reader notices.
//!
//! Columns seldom end level by themselves. A paragraph with many lines can be spread over one
//! more without visible gaps, which fills a row; one whose last line is short can lose that line.
//! Such variants are made here once for each measure. Pouring ([`crate::fit::pour_at_depth`])
//! decides which of them to use.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::fit::composed_body::{
    ASIDE_INSET, BodyBuilder, BodyContext, BodyPiece, BodyPieceKind, BodyRow, ComposedBody,
    RowsByPlace, assemble_body, widow_cost,
};
use crate::fit::reflow::{LooseSet, Reflow};
use crate::fit::shaped::{BlockLines, ShapedBlock, ShapedItem, ShapedText};
use crate::line::{PreparedParagraph, TextLine, break_into_lines, break_with_variants};
use crate::model::{DensityStep, HouseStyle};
use crate::unit::Em;

/// Costs of lines are divided by this to compare them with costs of layouts: a layout counts 5
/// for what lines count 100.
const LINE_COST_DIVISOR: i64 = 20;
/// Number of lines by which one paragraph may be set longer.
const EXTRA_LINES_MAX: usize = 2;
/// Number of loose paragraphs beyond the requested number of lines, to have a choice.
const SPARE_PARAGRAPHS: usize = 2;
/// A paragraph with fewer lines cannot hide the white of one more.
const LONGER_LINES_MIN: usize = 4;
/// A paragraph with more lines is no paragraph of a newspaper.
const LONGER_LINES_MAX: usize = 100;
/// Longest last line of a paragraph that may lose it: about what its marks can give.
const SHORTER_LAST_LINE_MAX: Em = Em::zi(5);
/// A paragraph with fewer lines has too few marks to lose a line.
const SHORTER_LINES_MIN: usize = 4;
/// Number of paragraphs that are tried a line shorter.
const SHORTER_TRIED_MAX: usize = 4;
/// Number of lines that a body may save.
const LINES_SAVED_MAX: usize = 2;

/// The body of an article at one measure, and its variants.
#[derive(Clone, Debug)]
pub struct BodyVariants {
    best: ComposedBody,
    /// Cheapest first.
    loose_paragraphs: Vec<LooseParagraph>,
    /// The body with the cheapest loose paragraph longer, with the cheapest two, and so on. Made
    /// when first used.
    longer: Vec<OnceLock<ComposedBody>>,
    /// The body one line shorter, then two.
    shorter: Vec<BodyVariant>,
}

/// A body in which some paragraphs are not set best.
#[derive(Clone, Debug)]
struct BodyVariant {
    body: ComposedBody,
    /// Cost of its lines beyond those of the best body, in costs of layouts.
    cost: i64,
}

/// A variant of the body, borrowed.
#[derive(Clone, Copy)]
pub(crate) struct VariantRef<'a> {
    pub(crate) body: &'a ComposedBody,
    /// Cost of its lines beyond those of the best body, in costs of layouts.
    pub(crate) cost: i64,
    pub(crate) reflow: Reflow,
}

/// A paragraph that can be set one line longer without notice. A paragraph that can be set two
/// lines longer has a second entry for that.
#[derive(Clone, Debug)]
pub(crate) struct LooseParagraph {
    /// Cost of the added line, in costs of layouts.
    pub(crate) cost: i64,
    /// Pieces of the paragraph in the best body.
    pub(crate) pieces: Range<usize>,
    /// Lines of the longer setting.
    lines: Vec<TextLine>,
    /// Cost of a column break before its last line.
    widow_cost: i64,
}

impl BodyVariants {
    /// The body with every paragraph in its best number of lines.
    pub fn best(&self) -> &ComposedBody {
        &self.best
    }

    /// Paragraphs that can be set longer, cheapest first. Of a paragraph with two entries, the one
    /// with fewer lines comes first.
    pub(crate) fn loose_paragraphs(&self) -> &[LooseParagraph] {
        &self.loose_paragraphs
    }

    /// Returns the body with the `lines` cheapest loose paragraphs longer, whichever columns they
    /// come to stand in. `None` if there are not as many.
    pub(crate) fn longer_by(&self, lines: usize) -> Option<VariantRef<'_>> {
        // Entry 0 is one line longer; no lines longer is the best body.
        let body = self.longer.get(lines.checked_sub(1)?)?;
        let loose = self.loose_paragraphs.get(..lines)?;
        Some(VariantRef {
            body: body.get_or_init(|| with_longer_paragraphs(&self.best, loose.iter())),
            cost: loose.iter().map(|loose| loose.cost).sum(),
            reflow: Reflow::longer(LooseSet::first(lines)),
        })
    }

    /// Returns the body `lines` lines shorter than best; `None` if it cannot be.
    pub(crate) fn shorter_by(&self, lines: usize) -> Option<VariantRef<'_>> {
        let BodyVariant { body, cost } = self.shorter.get(lines.checked_sub(1)?)?;
        Some(VariantRef { body, cost: *cost, reflow: Reflow::Shorter(lines) })
    }

    /// Number of lines that the body can save.
    pub(crate) fn lines_saved_max(&self) -> usize {
        self.shorter.len()
    }

    /// Returns the body with a reflow applied.
    pub fn reflowed(&self, reflow: Reflow) -> Cow<'_, ComposedBody> {
        match reflow {
            Reflow::Unchanged => Cow::Borrowed(&self.best),
            // Without such a variant, as in a galley, the best body stands for it.
            Reflow::Shorter(lines) => {
                Cow::Borrowed(self.shorter_by(lines).map_or(&self.best, |variant| variant.body))
            }
            Reflow::Longer(_) => {
                let indexed = self.loose_paragraphs.iter().enumerate();
                let longer = indexed.filter(|(index, _)| reflow.lengthens(*index));
                Cow::Owned(with_longer_paragraphs(&self.best, longer.map(|(_, loose)| loose)))
            }
        }
    }
}

/// Rebuilds a body with some paragraphs longer. If a paragraph occurs twice, its second, longer
/// setting is used.
fn with_longer_paragraphs<'a>(
    body: &ComposedBody,
    loose: impl Iterator<Item = &'a LooseParagraph>,
) -> ComposedBody {
    let mut longer: Vec<&LooseParagraph> = Vec::new();
    for paragraph in loose {
        // Entries come with fewer lines first, so the later of two is the longer setting.
        longer.retain(|earlier| earlier.pieces != paragraph.pieces);
        longer.push(paragraph);
    }
    // In the order of the body, for one pass over its pieces.
    longer.sort_by_key(|paragraph| paragraph.pieces.start);
    let count = body.rows.len() + longer.len() * EXTRA_LINES_MAX;
    let (mut rows, mut pieces) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut longer = longer.iter().peekable();
    let mut index = 0;
    while let Some(piece) = body.pieces.get(index) {
        let piece_rows = &body.rows[piece.rows.clone()];
        let Some(paragraph) = longer.next_if(|paragraph| paragraph.pieces.start == index) else {
            // A piece of the best body, with its rows at their new place.
            let start = rows.len();
            rows.extend_from_slice(piece_rows);
            pieces.push(BodyPiece { rows: start..rows.len(), ..piece.clone() });
            index += 1;
            continue;
        };
        // Pieces of a paragraph are single lines: the first serves as pattern for all of them.
        let pattern = &piece_rows[0];
        for (number, line) in paragraph.lines.iter().enumerate() {
            let start = rows.len();
            rows.push(BodyRow { line: line.clone(), ..pattern.clone() });
            // Only the last line moves; the costs before the first two lines stay.
            let break_cost = if number + 1 == paragraph.lines.len() {
                paragraph.widow_cost
            } else if number < 2 {
                body.pieces[index + number].break_cost
            } else {
                0
            };
            pieces.push(BodyPiece { rows: start..start + 1, break_cost, ..piece.clone() });
        }
        // All pieces of the best setting are replaced.
        index = paragraph.pieces.end;
    }
    ComposedBody::new(rows, pieces)
}

/// Estimates the body of an item in columns of `chars` 字 from its length alone, within one row in
/// fifty. The result is one piece as deep as the whole body.
pub(crate) fn estimate_body(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    chars: i64,
) -> BodyVariants {
    let measure = Em::zi(chars);
    let context = BodyContext { item, style, step, measure };
    let lines = |text: &ShapedText, measure: Em| {
        let units = text.paragraph.units().len();
        // Rounded up: a text that just fills its lines needs no further one.
        let length = style.profile.indent + text.paragraph.natural_width(0..units) - Em::raw(1);
        length.units().div_euclid(measure.units().max(1)) + 1
    };
    // Blocks that are no paragraphs are few, and are composed exactly.
    let mut others = BodyBuilder::new(&context);
    let mut rows = 0;
    for (index, block) in item.body.iter().enumerate() {
        match block {
            ShapedBlock::Paragraph(text) => rows += lines(text, measure),
            ShapedBlock::Aside(text) => rows += lines(text, measure - ASIDE_INSET * 2),
            ShapedBlock::Crosshead(_)
            | ShapedBlock::Lines(_)
            | ShapedBlock::Quote(_)
            | ShapedBlock::Picture(_)
            | ShapedBlock::Flush(..) => others.push_block(index, block, &[]),
        }
    }
    let others = others.finish();
    // As if none of them stood at the top of a column.
    rows += others.rows_before(others.pieces.len());
    let whole = BodyPiece {
        rows: 0..0,
        break_cost: 0,
        kind: BodyPieceKind::Line,
        depth_rows: rows,
        white_rows: RowsByPlace::default(),
        extra_rows: RowsByPlace::default(),
    };
    let pieces = if rows > 0 { vec![whole] } else { Vec::new() };
    without_variants(ComposedBody::new(Vec::new(), pieces))
}

/// Returns a body that has no other setting.
fn without_variants(best: ComposedBody) -> BodyVariants {
    BodyVariants { best, loose_paragraphs: Vec::new(), longer: Vec::new(), shorter: Vec::new() }
}

/// Breaks the body of an item in columns of `chars` 字 at the type of a step. Makes variants up to
/// `longer` lines longer; none at all, also no shorter ones, if `longer` is 0.
pub fn compose_body(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    chars: i64,
    longer: usize,
) -> BodyVariants {
    let measure = Em::zi(chars);
    let context = BodyContext { item, style, step, measure };
    // Lines depend on the measure in 字 alone, so density steps with equal columns share them.
    let blocks = item.lines_by_chars.get_or_make(chars, || {
        item.body.iter().map(|block| break_block(block, measure, style.profile.indent)).collect()
    });
    let best_lines: Vec<&[TextLine]> = blocks.iter().map(|block| block.lines.as_slice()).collect();
    let best = assemble_body(&context, &best_lines);
    // A galley has no feet to level, so no paragraph is set in other numbers of lines.
    if longer == 0 {
        return without_variants(best);
    }
    let settings = ParagraphSettings { item, blocks: &blocks };
    let shorter = shorter_bodies(&context, &settings, &best_lines);
    let loose_paragraphs =
        find_loose_paragraphs(&settings, &best, measure, longer + SPARE_PARAGRAPHS);
    // Whole bodies are made for one line per column at the most. The spare paragraphs are for the
    // choice within columns.
    let longer = vec![OnceLock::new(); loose_paragraphs.len().min(longer)];
    BodyVariants { best, loose_paragraphs, longer, shorter }
}

/// Breaks a block of the body into lines, with variants if it is a paragraph of a suitable length.
fn break_block(block: &ShapedBlock, measure: Em, indent: Em) -> BlockLines {
    match block {
        // Breaking with variants is slower, so it is left to paragraphs that can use them.
        ShapedBlock::Paragraph(text) if may_change_length(&text.paragraph, measure) => {
            let (lines, variants) = break_with_variants(&text.paragraph, measure, indent);
            BlockLines { lines, variants }
        }
        ShapedBlock::Paragraph(text) => {
            let lines = break_into_lines(&text.paragraph, measure, indent);
            BlockLines { lines, variants: None }
        }
        ShapedBlock::Aside(text) => {
            let lines = break_into_lines(&text.paragraph, measure - ASIDE_INSET * 2, indent);
            BlockLines { lines, variants: None }
        }
        ShapedBlock::Crosshead(_)
        | ShapedBlock::Lines(_)
        | ShapedBlock::Quote(_)
        | ShapedBlock::Picture(_)
        | ShapedBlock::Flush(..) => BlockLines { lines: Vec::new(), variants: None },
    }
}

/// True if a paragraph has enough lines to hide one more or less, and not more than any paragraph
/// of a newspaper.
fn may_change_length(paragraph: &PreparedParagraph, measure: Em) -> bool {
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let lines = |count: usize| measure * count as i64;
    // Half a line of slack, since the natural width says only roughly how many lines a paragraph
    // has.
    let least = lines(LONGER_LINES_MIN.min(SHORTER_LINES_MIN) - 1) - measure / 2;
    least < natural && natural < lines(LONGER_LINES_MAX)
}

/// Settings of the paragraphs of a body in other numbers of lines.
struct ParagraphSettings<'a> {
    item: &'a ShapedItem,
    blocks: &'a [BlockLines],
}

/// A paragraph in a number of lines that is not its best.
struct ParagraphSetting {
    lines: Vec<TextLine>,
    /// Cost beyond that of the best setting, in costs of lines.
    extra_cost: i64,
}

impl ParagraphSettings<'_> {
    /// Returns the paragraph of a block in exactly `count` lines; `None` if it has no such setting.
    fn in_lines(&self, block: usize, count: usize) -> Option<ParagraphSetting> {
        let ShapedBlock::Paragraph(text) = &self.item.body[block] else { return None };
        let variants = self.blocks[block].variants.as_ref()?;
        let (lines, extra_cost) = variants.in_line_count(&text.paragraph, count)?;
        Some(ParagraphSetting { lines, extra_cost })
    }
}

/// Finds the loose paragraphs among the `count` longest paragraphs, cheapest first.
fn find_loose_paragraphs(
    settings: &ParagraphSettings<'_>,
    best: &ComposedBody,
    measure: Em,
    count: usize,
) -> Vec<LooseParagraph> {
    let mut loose: Vec<LooseParagraph> = Vec::new();
    for block in longest_blocks(settings.blocks, count) {
        let ShapedBlock::Paragraph(text) = &settings.item.body[block] else { continue };
        // A picture has no rows. It is no piece of the paragraph whose rows follow it.
        let is_before = |piece: &BodyPiece| match best.rows.get(piece.rows.start) {
            Some(row) if piece.rows.is_empty() => row.source.block <= block,
            Some(row) => row.source.block < block,
            None => false,
        };
        let first = best.pieces.partition_point(is_before);
        let best_count = settings.blocks[block].lines.len();
        let mut cost_before = 0;
        for more in 1..=EXTRA_LINES_MAX {
            // Without a setting one line longer, none of two lines is tried.
            let Some(setting) = settings.in_lines(block, best_count + more) else { break };
            // The second line counts no less than the first, so it never comes before it.
            let line_cost = (setting.extra_cost - cost_before).max(cost_before);
            let last = setting.lines.last();
            loose.push(LooseParagraph {
                cost: line_cost / LINE_COST_DIVISOR,
                pieces: first..first + best_count,
                widow_cost: last.map_or(0, |line| widow_cost(&text.paragraph, line, measure)),
                lines: setting.lines,
            });
            cost_before = setting.extra_cost;
        }
    }
    loose.sort_by_key(|loose| (loose.cost, loose.pieces.start, loose.lines.len()));
    // A set of loose paragraphs is one 64-bit number.
    loose.truncate(LooseSet::CAPACITY);
    loose
}

/// Returns the `count` blocks with the most lines: they hide the white of one more best.
fn longest_blocks(blocks: &[BlockLines], count: usize) -> Vec<usize> {
    let lines = |block: &usize| blocks[*block].lines.len();
    let mut order: Vec<usize> =
        (0..blocks.len()).filter(|block| lines(block) >= LONGER_LINES_MIN).collect();
    // Of equally long ones the first, so that the result does not depend on the sort.
    order.sort_by_key(|block| (std::cmp::Reverse(lines(block)), *block));
    order.truncate(count);
    order
}

/// Returns the body with one paragraph a line shorter, then with two: the paragraphs with the
/// shortest last lines, if their marks can give as much.
fn shorter_bodies(
    context: &BodyContext<'_>,
    settings: &ParagraphSettings<'_>,
    best_lines: &[&[TextLine]],
) -> Vec<BodyVariant> {
    let mut candidates: Vec<(Em, usize)> = Vec::new();
    for (block, lines) in best_lines.iter().enumerate() {
        let (ShapedBlock::Paragraph(text), Some(last)) = (&context.item.body[block], lines.last())
        else {
            continue;
        };
        let last_width = last.width(&text.paragraph);
        if lines.len() >= SHORTER_LINES_MIN && last_width <= SHORTER_LAST_LINE_MAX {
            candidates.push((last_width, block));
        }
    }
    // The shortest last line first: it takes the least white out of the marks.
    candidates.sort();
    let shorter = candidates.into_iter().take(SHORTER_TRIED_MAX).filter_map(|(_, block)| {
        Some((block, settings.in_lines(block, best_lines[block].len() - 1)?))
    });
    // The iterator is lazy, so no more settings are made than are taken.
    let shorter: Vec<(usize, ParagraphSetting)> = shorter.take(LINES_SAVED_MAX).collect();
    let mut lines = best_lines.to_vec();
    let mut cost = 0;
    let mut bodies = Vec::new();
    for (block, setting) in &shorter {
        // Kept for the next turn: the second body has both paragraphs shorter.
        lines[*block] = &setting.lines;
        // The sum: both paragraphs are set tighter in the second body.
        cost += setting.extra_cost / LINE_COST_DIVISOR;
        bodies.push(BodyVariant { body: assemble_body(context, &lines), cost });
    }
    bodies
}
