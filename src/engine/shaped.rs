//! Shaped items of a page, for both leadings that its density steps may have.

use crate::error::Error;
use crate::fit::{Leading, ShapedItem, ShapingContext, has_interlinear_marks, shape_items};
use crate::font::FontSet;
use crate::model::{DensityStep, HouseStyle, PageCopy};

/// Items of a page with their texts shaped.
pub(crate) struct ShapedItems {
    /// Items for steps with room between the lines.
    pub(crate) open: Vec<ShapedItem>,
    /// Items for steps whose lines are too close for readings and emphasis dots. Empty if the copy
    /// has neither, so that `open` serves every step.
    tight: Vec<ShapedItem>,
}

impl ShapedItems {
    /// Shapes the texts of a page.
    pub(crate) fn shape(
        fonts: &FontSet,
        style: &HouseStyle,
        copy: &PageCopy,
    ) -> Result<Self, Error> {
        let shape = |leading: Leading| {
            let names = &copy.requests.protected_names;
            shape_items(copy, &ShapingContext { fonts, style, names, leading })
                .map_err(Error::Rejected)
        };
        // Shaping takes time: the second set is made only if something differs in it.
        let needs_tight = copy.articles.iter().any(has_interlinear_marks);
        Ok(Self {
            open: shape(Leading::Open)?,
            tight: if needs_tight { shape(Leading::Tight)? } else { Vec::new() },
        })
    }

    /// Items as a density step sets them.
    pub(crate) fn at(&self, style: &HouseStyle, step: &DensityStep) -> &[ShapedItem] {
        let is_tight = !self.tight.is_empty() && Leading::of(style, step) == Leading::Tight;
        if is_tight { &self.tight } else { &self.open }
    }
}
