//! One article on its own: why its lines are as they are.

use crate::engine::{
    CallObserver, CheckedPage, Engine, PageInput, PageSource, bad_value, default_step,
};
use crate::error::Error;
use crate::finding::Bilingual;
use crate::fit::{BodyRowKind, ComposedBody, Reflow, ShapedBlock, ShapedItem, compose_body};
use crate::line::{
    BreakReason, LineEndAction, LineFault, PreparedParagraph, TextLine, break_reason, line_faults,
};
use crate::makeup::item_index_of;
use crate::model::{DensityStep, HouseStyle, LockSubject};
use crate::proto;
use crate::unit::Em;

/// The body of an article, line by line.
#[derive(Clone, Debug)]
pub struct BodyExplanation {
    /// Its id.
    pub article_id: String,
    /// Its headline.
    pub headline: String,
    /// The density step.
    pub step: String,
    /// 字 per column.
    pub column_chars: i64,
    /// The blocks of its body.
    pub blocks: Vec<BlockExplanation>,
}

/// A block of the body.
#[derive(Clone, Debug)]
pub struct BlockExplanation {
    /// Its field in the record.
    pub field: String,
    /// Its lines.
    pub lines: Vec<LineExplanation>,
}

/// A line and how it came about. Widths are in thousandths of a 字.
#[derive(Clone, Debug)]
pub struct LineExplanation {
    /// Its text.
    pub text: String,
    /// Its measure.
    pub measure_milli: i64,
    /// Its width before justification, the indent included.
    pub natural_milli: i64,
    /// What gave, in order: what it is, by how much together (negative: squeezed).
    pub adjustments: Vec<(Bilingual, i64)>,
    /// The white in each gap that opened evenly, and over how many gaps.
    pub even_gap: (i64, i64),
    /// Why it ends where it does.
    pub reason: Bilingual,
    /// The rule that made it so; empty if none had to.
    pub rule: &'static str,
    /// The rules it breaks, `E` or `W` behind each.
    pub faults: Vec<String>,
}

impl LineExplanation {
    fn new(text: &PreparedParagraph, line: &TextLine, measure: Em) -> Self {
        // In the order of the steps of shrinking and stretching.
        const SHRUNK: [(&str, &str); 5] = [
            ("词距", "word spaces"),
            ("括号", "brackets"),
            ("点号", "pauses"),
            ("中西间距", "Han–Latin"),
            ("句末", "stops"),
        ];
        const STRETCHED: [(&str, &str); 3] =
            [("词距", "word spaces"), ("中西间距", "Han–Latin"), ("标点", "marks")];
        let BreakReason { action: act, rule } = break_reason(text, line, measure);
        let (zh, en) = match act {
            LineEndAction::ParagraphEnd => ("段末", "ends"),
            LineEndAction::FullLine => ("满行", "full"),
            LineEndAction::PushedIn => ("挤进", "pushed in"),
            LineEndAction::PushedOut => ("推出", "pushed out"),
        };
        let shrunk = SHRUNK.into_iter().zip(line.justification.shrunk.map(|by| -by));
        let stretched = STRETCHED.into_iter().zip(line.justification.stretched);
        let gave = shrunk.chain(stretched).filter(|(_, by)| *by != Em::ZERO);
        let fault =
            |fault: &LineFault| format!("{}{}", fault.rule, if fault.is_error { 'E' } else { 'W' });
        Self {
            text: text.text()[line.text_range(text)].to_owned(),
            measure_milli: measure.to_milli(),
            natural_milli: (line.start_x + text.natural_width(line.units.clone())).to_milli(),
            adjustments: gave
                .map(|((zh, en), by)| (Bilingual::new(zh, en), by.to_milli()))
                .collect(),
            even_gap: (line.justification.even_gap().to_milli(), line.justification.even_gaps),
            reason: Bilingual::new(zh, en),
            rule,
            faults: line_faults(text, line, measure).iter().map(fault).collect(),
        }
    }
}

/// 字 per column that a galley may have: those of a house style.
const CHARS: std::ops::RangeInclusive<i64> = 5..=111;

impl Engine {
    /// Says of every line of an article why it is as it is: as it stands on its page, or in a column of
    /// `chars` 字.
    ///
    /// # Errors
    /// As [`Engine::render`]; an article that the record does not have.
    pub fn explain(
        &self,
        record: proto::PageRecord,
        article: &str,
        chars: Option<i64>,
        observer: &dyn CallObserver,
    ) -> Result<BodyExplanation, Error> {
        let source = Some(PageSource::Record(Box::new(record)));
        let mut job = self.job(PageInput { source, ..PageInput::default() }, observer)?;
        let at = find(&job, article)?;
        let subject = LockSubject::Article(at);
        let (step, reflow) = match chars {
            None => {
                let made = self.first(&mut job)?;
                let module = made.modules.iter().find(|module| module.subject == subject);
                let unchanged = (made.step.chars, Reflow::Unchanged);
                let (chars, reflow) =
                    module.map_or(unchanged, |module| (module.measure_chars, module.reflow));
                // In a frame the columns are narrower than those of the step.
                (DensityStep { chars, ..made.step.clone() }, reflow)
            }
            Some(chars) => (self.column(&job, chars)?, Reflow::Unchanged),
        };
        let ready = job.ready(&step);
        let item = item_index_of(ready, subject)
            .ok_or_else(|| Error::Internal("no such item".to_owned()))?;
        let ready = &ready[item];
        let most = usize::try_from(step.columns).unwrap_or(0);
        let most = if reflow == Reflow::Unchanged { 0 } else { most };
        let bodies = compose_body(ready, job.style, &step, step.chars, most);
        let body = &*bodies.reflowed(reflow);
        let own = &job.copy.articles[at];
        let blocks = blocks(ready, body, job.style, &step).into_iter();
        let member = ready.members.iter().find(|member| member.subject == subject);
        let mine = |block: usize| member.is_some_and(|member| member.blocks.contains(&block));
        Ok(BodyExplanation {
            article_id: own.id.clone(),
            headline: own.headline.text.clone(),
            step: step.name.clone(),
            column_chars: step.chars,
            blocks: blocks.filter(|(at, _)| mine(*at)).map(|(_, block)| block).collect(),
        })
    }

    /// The step of a single column of `chars` 字.
    pub(crate) fn column(&self, job: &CheckedPage<'_>, chars: i64) -> Result<DensityStep, Error> {
        if !CHARS.contains(&chars) {
            let (least, most) = (CHARS.start(), CHARS.end());
            return Err(bad_value(
                "chars",
                format!("栏宽 {chars} 字不在 {least}–{most} 之间"),
                format!("a column of {chars} 字 is not between {least} and {most}"),
            ));
        }
        let step = self.step_of(job)?.unwrap_or_else(|| default_step(job.style));
        Ok(DensityStep { columns: 1, chars, ..step.clone() })
    }
}

/// The article with an id; the first if none is named.
pub(crate) fn find(job: &CheckedPage<'_>, id: &str) -> Result<usize, Error> {
    if id.is_empty() {
        return Ok(0);
    }
    job.copy
        .articles
        .iter()
        .position(|article| article.id == id)
        .ok_or_else(|| Error::NotFound { kind: "article", id: id.chars().take(64).collect() })
}

/// The blocks of a body with their places in it.
fn blocks(
    ready: &ShapedItem,
    body: &ComposedBody,
    style: &HouseStyle,
    step: &DensityStep,
) -> Vec<(usize, BlockExplanation)> {
    let mut blocks: Vec<(usize, BlockExplanation)> = Vec::new();
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let block = &ready.body[row.source.block];
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
            // Broken by sense and evenly, whatever the width would hold.
            line.reason = Bilingual::new("匀称", "balanced");
            line.rule = "R55";
        }
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
