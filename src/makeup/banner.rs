//! The banner (通栏语): a line over the whole width of the page.

use crate::finding::Finding;
use crate::fit::prepare_copy_text;
use crate::line::PreparedParagraph;
use crate::makeup::task::MakeupTask;
use crate::model::DensityStep;
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em};

/// A banner with its text shaped and its size chosen.
#[derive(Clone, Debug)]
pub(crate) struct ShapedBanner {
    pub(crate) text: PreparedParagraph,
    pub(crate) size: Abs,
    /// Rows that it takes, with the white around it.
    pub(crate) rows: i64,
}

impl ShapedBanner {
    /// Shapes the banner of the page; `None` if the record has none.
    ///
    /// # Errors
    /// A character that no face has.
    pub(crate) fn new(
        task: &MakeupTask<'_>,
        step: &DensityStep,
    ) -> Result<Option<Self>, Vec<Finding>> {
        let style = &task.style.furniture;
        if task.copy.banner.is_empty() {
            return Ok(None);
        }
        let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
        let text =
            prepare_copy_text(task.fonts, &task.copy.banner, style.banner_face, &profile, "")?;
        let natural = text.natural_width(0..text.units().len());
        let width = step.width(step.columns).scale(task.style.head.fill_percent_max, 100);
        let ladder = &task.style.head.ladder;
        // The largest size that fits. A banner is never broken.
        let size = ladder
            .iter()
            .rev()
            .find(|size| **size <= style.banner_size && natural.at(**size) <= width)
            .copied()
            // A text too long even for the smallest size is set as large as one line allows.
            .unwrap_or_else(|| width.scale(Em::ONE.units(), natural.units().max(1)));
        // At least a row of type beside its white, whatever the proportions of the house style.
        let rows = step
            .rows_for(size.scale(style.banner_depth_percent, 100))
            .max(style.banner_air_rows[0] + 1);
        Ok(Some(Self { text, size, rows }))
    }
}
