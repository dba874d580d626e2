//! Planning: the layout of a page, chosen among those that the search finds.

pub(crate) mod choose;
pub(crate) mod context;
pub(crate) mod draft;
#[cfg(test)]
mod exhaustive;
pub(crate) mod forms;
pub(crate) mod index;
pub(crate) mod join;
pub(crate) mod judge;
pub(crate) mod leave;
pub(crate) mod outlook;
pub(crate) mod picture_blocks;
pub(crate) mod pins;
pub(crate) mod pour_memo;
pub(crate) mod problem;
pub(crate) mod regions;
pub(crate) mod search;
pub(crate) mod settle;
pub(crate) mod shares;
pub(crate) mod stay;
pub(crate) mod survey;
