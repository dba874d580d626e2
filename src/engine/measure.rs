//! Measuring one article.

use crate::engine::Job;
use crate::fit::{Part, Rank, compose, heads, pour_best};
use crate::model::Step;
use crate::proto;

/// The measures of the job's article over each number of columns; `target` rows are to be filled, 0 for no
/// target.
pub(crate) fn measures(
    job: &Job<'_>,
    step: &Step,
    counts: &[i64],
    target: i64,
) -> Vec<proto::ArticleMeasure> {
    let style = job.style;
    let Some(ready) = job.ready(step).first() else { return Vec::new() };
    // As the page pours it: a paragraph may run longer to level the feet.
    let longer = usize::try_from(step.columns).unwrap_or(0);
    let bodies = compose(ready, style, step, longer);
    let body = bodies.best();
    let small = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    let measure = |columns: i64| {
        let set = heads(ready, style, step, step.width(columns), Rank::Lead);
        let poured = pour_best(
            &bodies,
            &vec![0; usize::try_from(columns).unwrap_or(1)],
            style.crosshead_air,
        );
        let head = set.best();
        let rows = head.rows + poured.depth;
        let headline = head.lines.iter().filter(|line| line.part == Part::Headline);
        let text = &ready.headline.line;
        let all = set.heads().iter();
        let least = all.clone().map(|head| set.least(head)).min().unwrap_or(1);
        let most = all.map(|head| set.most(head)).max().unwrap_or(1);
        let spare = (target - least - poured.depth) * columns;
        let chars = |lines: i64| if target == 0 { 0 } else { small(lines * step.chars) };
        proto::ArticleMeasure {
            columns: small(columns),
            lines: small(body.lines()),
            rows: small(rows),
            min_rows: small(least + poured.depth),
            max_rows: small(most + poured.depth),
            depth_pt: (step.pitch * rows).to_pt(),
            headline_rows: small(head.rows),
            headline_size_pt: head.size.to_pt(),
            headline_lines: headline
                .map(|line| text.text()[line.line.range(text)].trim().to_owned())
                .collect(),
            cut_chars: chars(-spare),
            add_chars: chars(spare),
            exceeds_page: least + poured.depth > step.rows,
        }
    };
    counts.iter().map(|columns| measure(*columns)).collect()
}
