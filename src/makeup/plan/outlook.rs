//! The room that one item takes over each width of the page.

use crate::fit::{ArticleHead, ArticleRole};
use crate::makeup::bodies::ItemBodies;
use crate::makeup::plan::forms::{WidthOptions, options_by_width};
use crate::makeup::task::{MakeupTask, SearchEffort};
use crate::model::DensityStep;

/// What an item takes over one width.
#[derive(Clone, Debug)]
pub struct WidthOutlook {
    /// Basic columns.
    pub columns: i64,
    /// Lines of its body.
    pub body_rows: i64,
    /// The fewest, the usual and the most rows of the module.
    pub rows: [i64; 3],
    /// The head that suits it best.
    pub head: ArticleHead,
    /// 字 in a line of its columns.
    pub measure_chars: i64,
}

/// What an item takes over every width of the page.
pub fn outlook_by_width(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    item: usize,
) -> Vec<WidthOutlook> {
    let Some(ready) = task.items.get(item) else { return Vec::new() };
    let bodies = ItemBodies::new(ready, task.style, step, SearchEffort::Full);
    let leaves =
        options_by_width(ready, task.style, step, &bodies, (ArticleRole::Lead, SearchEffort::Full));
    let one = |(leaf, columns): (WidthOptions, i64)| {
        let best = leaf.forms.first()?;
        let least = leaf.forms.iter().map(|form| form.rows[0]).min().unwrap_or(0);
        let most = leaf.forms.iter().map(|form| form.rows[2]).max().unwrap_or(0);
        Some(WidthOutlook {
            columns,
            body_rows: bodies.over_columns(columns).best().line_count(),
            rows: [least, best.rows[1], most],
            head: best.head.clone(),
            measure_chars: leaf.inner_columns.chars,
        })
    };
    leaves.into_iter().zip(1..).filter_map(one).collect()
}
