//! Input of the make-up at any density step.

use crate::engine::checked::CheckedPage;
use crate::engine::previous::PreviousPage;
use crate::engine::shaped::ShapedItems;
use crate::font::FontSet;
use crate::makeup::{HaltSignal, MakeupTask};
use crate::model::{DensityStep, HouseStyle, PageCopy};

/// Page that is ready to be made up.
#[derive(Clone, Copy)]
pub(crate) struct MakeupInput<'a> {
    pub(crate) copy: &'a PageCopy,
    pub(crate) style: &'a HouseStyle,
    pub(crate) fonts: &'a FontSet,
    pub(crate) items: &'a ShapedItems,
    pub(crate) previous: &'a PreviousPage,
    pub(crate) halt: HaltSignal<'a>,
}

impl<'a> MakeupInput<'a> {
    pub(crate) fn new(
        checked: &'a CheckedPage<'_>,
        fonts: &'a FontSet,
        items: &'a ShapedItems,
        previous: &'a PreviousPage,
        halt: HaltSignal<'a>,
    ) -> Self {
        Self { copy: &checked.copy, style: checked.style, fonts, items, previous, halt }
    }

    /// Task of the make-up at one step.
    pub(crate) fn at(&self, step: &DensityStep) -> MakeupTask<'a> {
        MakeupTask {
            copy: self.copy,
            items: self.items.at(self.style, step),
            style: self.style,
            fonts: self.fonts,
            previous: self.previous.placements_at(step),
            halt: self.halt,
        }
    }
}
