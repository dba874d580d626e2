//! Measuring one article.

use crate::fit::Part;
use crate::makeup::{Outlook, Task, outlook};
use crate::model::Step;
use crate::proto;

/// The measures of the first item over each number of columns; `target` rows are to be filled, 0 for no target.
pub(crate) fn measures(
    task: &Task<'_>,
    step: &Step,
    counts: &[i64],
    target: i64,
) -> Vec<proto::ArticleMeasure> {
    let all = outlook(task, step, 0);
    let small = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    let measure = |seen: &Outlook| {
        let [least, usual, most] = seen.rows;
        let head = &seen.head;
        let headline = head.lines.iter().filter(|line| line.part == Part::Headline);
        let text = head.text(Part::Headline, &task.ready[0]);
        let line = |line: &crate::line::Line| {
            text.map_or("", |text| &text.line.text()[line.range(&text.line)]).trim().to_owned()
        };
        let spare = (target - least) * seen.columns;
        let chars = |lines: i64| if target == 0 { 0 } else { small(lines * seen.chars) };
        proto::ArticleMeasure {
            columns: small(seen.columns),
            lines: small(seen.lines),
            rows: small(usual),
            min_rows: small(least),
            max_rows: small(most),
            depth_pt: (step.pitch * usual).to_pt(),
            headline_rows: small(head.rows),
            headline_size_pt: head.size.to_pt(),
            headline_lines: headline.map(|own| line(&own.line)).collect(),
            cut_chars: chars(-spare),
            add_chars: chars(spare),
            exceeds_page: least > step.rows,
        }
    };
    let of = |columns: &i64| all.iter().find(|seen| seen.columns == *columns);
    counts.iter().filter_map(of).map(measure).collect()
}
