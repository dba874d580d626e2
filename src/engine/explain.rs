//! Explanation of an article's lines: why each of them ends where it does.

use std::ops::RangeInclusive;

use crate::engine::makeup_input::MakeupInput;
use crate::engine::observer::CallObserver;
use crate::engine::previous::PreviousPage;
use crate::engine::request::{PageInput, bad_value};
use crate::engine::setup::Engine;
use crate::engine::step_choice::{default_step, make_up_best_step, requested_step};
use crate::error::Error;
use crate::finding::Bilingual;
use crate::fit::{BodyRowKind, ComposedBody, Reflow, ShapedBlock, ShapedItem, compose_body};
use crate::line::{
    BreakReason, LineEndAction, LineFault, PreparedParagraph, TextLine, break_reason, line_faults,
};
use crate::makeup::{HaltSignal, item_index_of};
use crate::model::{DensityStep, HouseStyle, LockSubject, PageCopy};
use crate::proto;
use crate::unit::Em;

/// Allowed widths of a single column in 字: those of house styles.
const COLUMN_CHARS: RangeInclusive<i64> = 5..=111;

/// Body of an article, line by line.
#[derive(Clone, Debug)]
pub struct BodyExplanation {
    /// Id of the article.
    pub article_id: String,
    /// Headline of the article.
    pub headline: String,
    /// Name of the density step.
    pub step: String,
    /// 字 per column.
    pub column_chars: i64,
    /// Blocks of the body.
    pub blocks: Vec<BlockExplanation>,
}

/// Block of a body.
#[derive(Clone, Debug)]
pub struct BlockExplanation {
    /// Field of the record.
    pub field: String,
    /// Lines of the block.
    pub lines: Vec<LineExplanation>,
}

/// Line of a body, and the reasons for its length.
#[derive(Clone, Debug)]
pub struct LineExplanation {
    /// Text of the line.
    pub text: String,
    /// Measure, in thousandths of a 字.
    pub measure_milli: i64,
    /// Width before justification, including the indent, in thousandths of a 字.
    pub natural_milli: i64,
    /// Kinds of gaps that were changed, in the order of justification, each with the total change
    /// in thousandths of a 字; negative if squeezed.
    pub adjustments: Vec<(Bilingual, i64)>,
    /// White added to each gap between Han characters, in thousandths of a 字.
    pub gap_milli: i64,
    /// Number of gaps to which it was added.
    pub gap_count: i64,
    /// Reason for the end of the line.
    pub reason: Bilingual,
    /// Rule that forced the end of the line; empty if none did.
    pub rule: &'static str,
    /// Rules that the line breaks, each followed by `E` or `W`.
    pub faults: Vec<String>,
}

impl LineExplanation {
    fn new(paragraph: &PreparedParagraph, line: &TextLine, measure: Em) -> Self {
        // Names in the order in which justification shrinks and stretches.
        const SHRUNK: [(&str, &str); 5] = [
            ("词距", "word spaces"),
            ("括号", "brackets"),
            ("点号", "pauses"),
            ("中西间距", "Han–Latin"),
            ("句末", "stops"),
        ];
        const STRETCHED: [(&str, &str); 3] =
            [("词距", "word spaces"), ("中西间距", "Han–Latin"), ("标点", "marks")];
        let BreakReason { action, rule } = break_reason(paragraph, line, measure);
        let (zh, en) = match action {
            LineEndAction::ParagraphEnd => ("段末", "end of paragraph"),
            LineEndAction::FullLine => ("满行", "full line"),
            LineEndAction::PushedIn => ("挤进", "pushed in"),
            LineEndAction::PushedOut => ("推出", "pushed out"),
        };
        let shrunk = SHRUNK.into_iter().zip(line.justification.shrunk.map(|by| -by));
        let stretched = STRETCHED.into_iter().zip(line.justification.stretched);
        let adjusted = shrunk.chain(stretched).filter(|(_, by)| *by != Em::ZERO);
        let fault =
            |fault: &LineFault| format!("{}{}", fault.rule, if fault.is_error { 'E' } else { 'W' });
        Self {
            text: paragraph.text()[line.text_range(paragraph)].to_owned(),
            measure_milli: measure.to_milli(),
            natural_milli: (line.start_x + paragraph.natural_width(line.units.clone())).to_milli(),
            adjustments: adjusted
                .map(|((zh, en), by)| (Bilingual::new(zh, en), by.to_milli()))
                .collect(),
            gap_milli: line.justification.even_gap().to_milli(),
            gap_count: line.justification.even_gaps,
            reason: Bilingual::new(zh, en),
            rule,
            faults: line_faults(paragraph, line, measure).iter().map(fault).collect(),
        }
    }
}

impl Engine {
    /// Explains every line of an article: as set on its page or, with `column_chars`, in a single
    /// column of that many 字. An empty id stands for the first article.
    ///
    /// # Errors
    /// As [`Engine::render`], or an article that the record does not have.
    pub fn explain(
        &self,
        record: proto::PageRecord,
        article: &str,
        column_chars: Option<i64>,
        observer: &dyn CallObserver,
    ) -> Result<BodyExplanation, Error> {
        let (checked, items) = self.check_and_shape(PageInput::of_record(record), observer)?;
        let style = checked.style;
        let article_index = checked.find_article(article)?;
        let subject = LockSubject::Article(article_index);
        let (step, reflow) = match column_chars {
            None => {
                let previous = PreviousPage::default();
                let is_stopped = || observer.check_continue().is_err();
                let halt = HaltSignal(&is_stopped);
                let input = MakeupInput::new(&checked, self.fonts(), &items, &previous, halt);
                let page = make_up_best_step(input, checked.policy, observer)?.page;
                let module = page.modules.iter().find(|module| module.subject == subject);
                // In a frame the columns are narrower than those of the step.
                let chars = module.map_or(page.step.chars, |module| module.measure_chars);
                (
                    DensityStep { chars, ..page.step },
                    module.map_or(Reflow::Unchanged, |module| module.reflow),
                )
            }
            Some(chars) => (single_column_step(&checked.copy, style, chars)?, Reflow::Unchanged),
        };
        let items = items.at(style, &step);
        let item = item_index_of(items, subject).and_then(|index| items.get(index));
        let item = item.ok_or_else(|| Error::Internal("no such item".to_owned()))?;
        let columns = usize::try_from(step.columns)
            .map_err(|_| Error::Internal(format!("{} columns", step.columns)))?;
        // Lines of a longer setting exist only where the module runs its paragraphs longer.
        let longer = if reflow == Reflow::Unchanged { 0 } else { columns };
        let bodies = compose_body(item, style, &step, step.chars, longer);
        let body = &*bodies.reflowed(reflow);
        // An item may be a group of briefs, of which only one is explained.
        let member = item.members.iter().find(|member| member.subject == subject);
        let is_of_article =
            |block: usize| member.is_some_and(|member| member.blocks.contains(&block));
        let blocks = explain_blocks(item, body, style, &step).into_iter();
        let article = &checked.copy.articles[article_index];
        Ok(BodyExplanation {
            article_id: article.id.clone(),
            headline: article.headline.text.clone(),
            step: step.name.clone(),
            column_chars: step.chars,
            blocks: blocks
                .filter(|(index, _)| is_of_article(*index))
                .map(|(_, block)| block)
                .collect(),
        })
    }
}

/// Density step with a single column of `chars` 字.
pub(crate) fn single_column_step(
    copy: &PageCopy,
    style: &HouseStyle,
    chars: i64,
) -> Result<DensityStep, Error> {
    if !COLUMN_CHARS.contains(&chars) {
        let (least, most) = (COLUMN_CHARS.start(), COLUMN_CHARS.end());
        return Err(bad_value(
            "chars",
            format!("栏宽 {chars} 字不在 {least}–{most} 之间"),
            format!("the column width of {chars} 字 is not between {least} and {most}"),
        ));
    }
    let step = requested_step(copy, style)?.unwrap_or_else(|| default_step(style));
    Ok(DensityStep { columns: 1, chars, ..step.clone() })
}

/// Explains the blocks of a body; each comes with its index among the blocks of the item.
fn explain_blocks(
    item: &ShapedItem,
    body: &ComposedBody,
    style: &HouseStyle,
    step: &DensityStep,
) -> Vec<(usize, BlockExplanation)> {
    let mut blocks: Vec<(usize, BlockExplanation)> = Vec::new();
    // Rows without units are pictures and white.
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let block = &item.body[row.source.block];
        let Some(text) = block.text(row.source.text) else { continue };
        let measure = match block {
            ShapedBlock::Aside(_) => step.measure() - row.inset * 2,
            ShapedBlock::Crosshead(_) => step.width(1).in_em(style.crosshead.size(step).width),
            ShapedBlock::Quote(_) => step.width(1).in_em(style.quote.size(step).width),
            ShapedBlock::Lines(_) => step.measure() - row.inset,
            ShapedBlock::Paragraph(_) | ShapedBlock::Picture(_) | ShapedBlock::Flush(..) => {
                step.measure()
            }
        };
        let mut line = LineExplanation::new(&text.paragraph, &row.line, measure);
        if row.kind != BodyRowKind::Body && !row.line.is_last {
            // These lines are broken by sense and evenly, regardless of what their width could
            // hold.
            line.reason = Bilingual::new("匀称", "balanced");
            line.rule = "R55";
        }
        // Rows come in order, so the rows of one block are neighbours.
        match blocks.last_mut() {
            Some((last, block)) if *last == row.source.block => block.lines.push(line),
            _ => {
                let block = BlockExplanation { field: text.field.to_string(), lines: vec![line] };
                blocks.push((row.source.block, block));
            }
        }
    }
    blocks
}
