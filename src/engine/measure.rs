//! Measuring one article.

use crate::fit::HeadPart;
use crate::makeup::{MakeupTask, WidthOutlook, outlook_by_width};
use crate::model::DensityStep;
use crate::proto;

/// The measures of the first item over each number of columns; `target` rows are to be filled, 0 for no target.
pub(crate) fn measures(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    counts: &[i64],
    target: i64,
) -> Vec<proto::ArticleMeasure> {
    let all = outlook_by_width(task, step, 0);
    let small = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    let measure = |seen: &WidthOutlook| {
        let [least, usual, most] = seen.rows;
        let head = &seen.head;
        let headline = head.lines.iter().filter(|line| line.part == HeadPart::Headline);
        let text = head.text(HeadPart::Headline, &task.items[0]);
        let line = |line: &crate::line::TextLine| {
            text.map_or("", |text| &text.paragraph.text()[line.text_range(&text.paragraph)])
                .trim()
                .to_owned()
        };
        let spare = (target - least) * seen.columns;
        let chars = |lines: i64| if target == 0 { 0 } else { small(lines * seen.measure_chars) };
        proto::ArticleMeasure {
            columns: small(seen.columns),
            lines: small(seen.body_rows),
            rows: small(usual),
            min_rows: small(least),
            max_rows: small(most),
            depth_pt: (step.pitch * usual).to_pt(),
            headline_rows: small(head.rows),
            headline_size_pt: head.headline_size.to_pt(),
            headline_lines: headline.map(|own| line(&own.line)).collect(),
            cut_chars: chars(-spare),
            add_chars: chars(spare),
            exceeds_page: least > step.rows,
        }
    };
    let of = |columns: &i64| all.iter().find(|seen| seen.columns == *columns);
    counts.iter().filter_map(of).map(measure).collect()
}
