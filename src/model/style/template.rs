//! Fixed templates, and the order of strength of places on a page.

use crate::unit::GridRect;

/// Template (模板): a page with fixed places for articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTemplate {
    /// Name used in records.
    pub name: String,
    /// Name of the step on whose grid it lies.
    pub step: String,
    /// Slots, strongest first, each with its name.
    pub slots: Vec<(String, GridRect)>,
}

/// Quarter of the page that comes third in strength, after 上左 and 上右 (区序).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuarterOrder {
    /// 下右 before 下左, as in most handbooks.
    #[default]
    LowerRight,
    /// 下左 before 下右.
    LowerLeft,
}
