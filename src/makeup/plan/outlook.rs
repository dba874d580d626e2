//! The room that one item takes over each width of the page.

use crate::fit::{ArticleHead, ArticleRole};
use crate::makeup::bodies::ItemBodies;
use crate::makeup::plan::forms::item_options;
use crate::makeup::task::{MakeupTask, SearchEffort};
use crate::model::DensityStep;
use crate::unit::RowRange;

/// The room that an item takes over one width.
#[derive(Clone, Debug)]
pub struct WidthOutlook {
    /// Width in basic columns.
    pub columns: i64,
    /// Lines of its body.
    pub body_rows: i64,
    /// Rows of the module: over all forms, the usual number being that of the cheapest form.
    pub rows: RowRange,
    /// The head of the cheapest form.
    pub head: ArticleHead,
    /// 字 in a line of its columns.
    pub measure_chars: i64,
}

/// The room that an item takes over every width of the page that has a form for it; empty if the
/// task has no such item.
pub fn outlook_by_width(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    item: usize,
) -> Vec<WidthOutlook> {
    let Some(item) = task.items.get(item) else { return Vec::new() };
    let effort = SearchEffort::Full;
    let bodies = ItemBodies::new(item, task.style, step, effort);
    // As the lead, which may have the largest headline: the outlook is the most room that the item
    // takes.
    let options = item_options(item, task.style, step, &bodies, (ArticleRole::Lead, effort));
    let widths = options.by_width().filter_map(|(columns, options)| {
        let cheapest = options.forms.first()?;
        let rows = options.forms.iter().map(|form| form.rows);
        let least = rows.clone().map(|rows| rows.least).min()?;
        let most = rows.map(|rows| rows.most).max()?;
        Some(WidthOutlook {
            columns,
            body_rows: bodies.over_columns(columns).best().line_count(),
            rows: RowRange::new(least, cheapest.rows.usual, most),
            head: cheapest.head.clone(),
            measure_chars: options.inner_columns.chars,
        })
    });
    widths.collect()
}
