//! One article on its own: why its lines are as they are.

use crate::diag::Words;
use crate::engine::{Engine, Given, Job, Observer, Source, bad_value, default_step};
use crate::error::Error;
use crate::fit::{Composed, Ready, ReadyBlock, RowKind, compose};
use crate::line::{Act, Fault, Line, Prepared, Reason, faults, reason};
use crate::makeup::item_of;
use crate::model::{HouseStyle, Step, Subject};
use crate::proto;
use crate::unit::Em;

/// The body of an article, line by line.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its id.
    pub article: String,
    /// Its headline.
    pub headline: String,
    /// The density step.
    pub step: String,
    /// 字 per column.
    pub chars: i64,
    /// The blocks of its body.
    pub blocks: Vec<ExplainedBlock>,
}

/// A block of the body.
#[derive(Clone, Debug)]
pub struct ExplainedBlock {
    /// Its field in the record.
    pub field: String,
    /// Its lines.
    pub lines: Vec<ExplainedLine>,
}

/// A line and how it came about. Widths are in thousandths of a 字.
#[derive(Clone, Debug)]
pub struct ExplainedLine {
    /// Its text.
    pub text: String,
    /// Its measure.
    pub measure: i64,
    /// Its width before justification, the indent included.
    pub natural: i64,
    /// What gave, in order: what it is, by how much together (negative: squeezed).
    pub gave: Vec<(Words, i64)>,
    /// The white in each gap that opened evenly, and over how many gaps.
    pub gap: (i64, i64),
    /// Why it ends where it does.
    pub reason: Words,
    /// The rule that made it so; empty if none had to.
    pub rule: &'static str,
    /// The rules it breaks, `E` or `W` behind each.
    pub faults: Vec<String>,
}

impl ExplainedLine {
    fn new(text: &Prepared, line: &Line, measure: Em) -> Self {
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
        let Reason { act, rule } = reason(text, line, measure);
        let (zh, en) = match act {
            Act::Ends => ("段末", "ends"),
            Act::Full => ("满行", "full"),
            Act::PushedIn => ("挤进", "pushed in"),
            Act::PushedOut => ("推出", "pushed out"),
        };
        let shrunk = SHRUNK.into_iter().zip(line.fill.shrunk.map(|by| -by));
        let stretched = STRETCHED.into_iter().zip(line.fill.stretched);
        let gave = shrunk.chain(stretched).filter(|(_, by)| *by != Em::ZERO);
        let fault =
            |fault: &Fault| format!("{}{}", fault.rule, if fault.error { 'E' } else { 'W' });
        Self {
            text: text.text()[line.range(text)].to_owned(),
            measure: measure.to_milli(),
            natural: (line.start + text.natural(line.units.clone())).to_milli(),
            gave: gave.map(|((zh, en), by)| (Words::new(zh, en), by.to_milli())).collect(),
            gap: (line.fill.gap().to_milli(), line.fill.gaps),
            reason: Words::new(zh, en),
            rule,
            faults: faults(text, line, measure).iter().map(fault).collect(),
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
        observer: &dyn Observer,
    ) -> Result<Explained, Error> {
        let source = Some(Source::Record(Box::new(record)));
        let mut job = self.job(Given { source, ..Given::default() }, observer)?;
        let at = find(&job, article)?;
        let subject = Subject::Article(at);
        let (step, runs) = match chars {
            None => {
                let made = self.first(&mut job)?;
                let module = made.modules.iter().find(|module| module.subject == subject);
                let (chars, runs) =
                    module.map_or((made.step.chars, 0), |module| (module.chars, module.runs));
                // In a frame the columns are narrower than those of the step.
                (Step { chars, ..made.step.clone() }, runs)
            }
            Some(chars) => (self.column(&job, chars)?, 0),
        };
        let ready = job.ready(&step);
        let item = item_of(ready, subject).ok_or_else(|| Error::Bug("no such item".to_owned()))?;
        let ready = &ready[item];
        let most = usize::try_from(step.columns).unwrap_or(0);
        let most = if runs == 0 { 0 } else { most };
        let bodies = compose(ready, job.style, &step, step.chars, most);
        let body = &*bodies.run(runs);
        let own = &job.copy.articles[at];
        let blocks = blocks(ready, body, job.style, &step).into_iter();
        let member = ready.members.iter().find(|member| member.subject == subject);
        let mine = |block: usize| member.is_some_and(|member| member.blocks.contains(&block));
        Ok(Explained {
            article: own.id.clone(),
            headline: own.headline.text.clone(),
            step: step.name.clone(),
            chars: step.chars,
            blocks: blocks.filter(|(at, _)| mine(*at)).map(|(_, block)| block).collect(),
        })
    }

    /// The step of a single column of `chars` 字.
    pub(crate) fn column(&self, job: &Job<'_>, chars: i64) -> Result<Step, Error> {
        if !CHARS.contains(&chars) {
            let (least, most) = (CHARS.start(), CHARS.end());
            return Err(bad_value(
                "chars",
                format!("栏宽 {chars} 字不在 {least}–{most} 之间"),
                format!("a column of {chars} 字 is not between {least} and {most}"),
            ));
        }
        let step = self.step_of(job)?.unwrap_or_else(|| default_step(job.style));
        Ok(Step { columns: 1, chars, ..step.clone() })
    }
}

/// The article with an id; the first if none is named.
pub(crate) fn find(job: &Job<'_>, id: &str) -> Result<usize, Error> {
    if id.is_empty() {
        return Ok(0);
    }
    job.copy
        .articles
        .iter()
        .position(|article| article.id == id)
        .ok_or_else(|| Error::Unknown { kind: "article", id: id.chars().take(64).collect() })
}

/// The blocks of a body with their places in it.
fn blocks(
    ready: &Ready,
    body: &Composed,
    style: &HouseStyle,
    step: &Step,
) -> Vec<(usize, ExplainedBlock)> {
    let mut blocks: Vec<(usize, ExplainedBlock)> = Vec::new();
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let (index, text) = row.block;
        let block = &ready.body[index];
        let Some(text) = block.text(text) else { continue };
        let measure = match block {
            ReadyBlock::Aside(_) => step.measure() - row.inset * 2,
            ReadyBlock::Crosshead(_) => step.width(1).in_em(style.crosshead.size(step).width),
            ReadyBlock::Quote(_) => step.width(1).in_em(style.quote.size(step).width),
            ReadyBlock::Lines(_) => step.measure() - row.inset,
            ReadyBlock::Paragraph(_) | ReadyBlock::Picture(_) | ReadyBlock::Flush(..) => {
                step.measure()
            }
        };
        let mut line = ExplainedLine::new(&text.line, &row.line, measure);
        if row.kind != RowKind::Body && !row.line.last {
            // Broken by sense and evenly, whatever the width would hold.
            line.reason = Words::new("匀称", "balanced");
            line.rule = "R55";
        }
        match blocks.last_mut() {
            Some((last, block)) if *last == index => block.lines.push(line),
            _ => {
                let block = ExplainedBlock { field: text.field.to_string(), lines: vec![line] };
                blocks.push((index, block));
            }
        }
    }
    blocks
}
