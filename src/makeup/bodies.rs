//! The bodies of an item, one for each number of characters that its columns may have.

use crate::fit::{BodyVariants, ShapedItem, compose_body, estimate_body};
use crate::makeup::task::SearchEffort;
use crate::model::{DensityStep, HouseStyle, InnerColumns};

/// The bodies of an item: one for each number of 字 that its columns have over some width of the
/// page.
#[derive(Clone, Debug)]
pub(crate) struct ItemBodies {
    /// Measure in 字, and the body at it.
    by_chars: Vec<(i64, BodyVariants)>,
    /// The columns of the body, by the width of the module less one.
    inner_columns: Vec<InnerColumns>,
}

impl ItemBodies {
    /// Composes the bodies of an item. For the choice of a density step bodies are counted, not
    /// set.
    pub(crate) fn new(
        ready: &ShapedItem,
        style: &HouseStyle,
        step: &DensityStep,
        effort: SearchEffort,
    ) -> Self {
        // Each column may lack a line; paragraphs that run longer make up for it.
        let longer = usize::try_from(step.columns).unwrap_or(0);
        let frame = ready.is_framed().then_some(&style.frame);
        let inner_columns: Vec<InnerColumns> =
            (1..=step.columns).map(|columns| step.inner_columns(columns, frame)).collect();
        let mut by_chars: Vec<(i64, BodyVariants)> = Vec::new();
        for strip in &inner_columns {
            // Widths without a frame share one measure, so there is one body for all of them.
            if by_chars.iter().all(|(chars, _)| *chars != strip.chars) {
                let body = match effort {
                    SearchEffort::Full => compose_body(ready, style, step, strip.chars, longer),
                    SearchEffort::Probe | SearchEffort::HeadsOnly => {
                        estimate_body(ready, style, step, strip.chars)
                    }
                };
                by_chars.push((strip.chars, body));
            }
        }
        Self { by_chars, inner_columns }
    }

    /// The columns of the body in a module of `columns` columns, at least one.
    pub(crate) fn inner_columns_over(&self, columns: i64) -> InnerColumns {
        self.inner_columns[width_index(columns)]
    }

    /// The bodies in a module of `columns` columns, at least one.
    pub(crate) fn over_columns(&self, columns: i64) -> &BodyVariants {
        let chars = self.inner_columns_over(columns).chars;
        let found = self.by_chars.iter().find(|(known, _)| *known == chars);
        &found.unwrap_or(&self.by_chars[0]).1
    }
}

/// Index of a width of `columns` columns.
fn width_index(columns: i64) -> usize {
    usize::try_from(columns - 1).expect("a width of at least one column")
}
