//! Changes to the number of lines of paragraphs that level the feet of columns.

/// Which paragraphs of a body were set longer, or how many lines were saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reflow {
    /// Every paragraph in its best number of lines.
    #[default]
    Unchanged,
    /// Some paragraphs one or two lines longer, by their entries in the loose
    /// paragraphs of a [`crate::fit::BodyVariants`].
    Longer(LooseSet),
    /// This many lines fewer than best. Never zero.
    Shorter(usize),
}

impl Reflow {
    /// Returns the reflow with some loose paragraphs longer.
    pub(crate) fn longer(set: LooseSet) -> Self {
        if set == LooseSet::default() { Self::Unchanged } else { Self::Longer(set) }
    }

    /// True if the loose paragraph with this index is set longer.
    pub(crate) fn lengthens(self, index: usize) -> bool {
        match self {
            Self::Longer(set) => set.contains(index),
            Self::Unchanged | Self::Shorter(_) => false,
        }
    }
}

/// A set of indices of loose paragraphs, below its capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LooseSet(u64);

impl LooseSet {
    /// Number of indices that a set can hold.
    pub(crate) const CAPACITY: usize = 64;

    /// Returns the set of the first `count` indices.
    pub(crate) fn first(count: usize) -> Self {
        let mut set = Self::default();
        (0..count).for_each(|index| set.insert(index));
        set
    }

    /// Adds an index.
    pub(crate) fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// True if the set has an index.
    fn contains(self, index: usize) -> bool {
        index < Self::CAPACITY && self.0 & 1 << index != 0
    }
}
