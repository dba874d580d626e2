//! Planning: the layout of a page.
//!
//! 1. `draft` finds the forms of every item over every width (`forms`, `picture_blocks`) and
//!    takes the places that the layout desk fixed (`pins`).
//! 2. `regions` cuts what is left free into rectangles.
//! 3. `search` finds the cheapest trees of cuts (`join`); `leave` leaves off items for which no
//!    layout has room.
//! 4. `settle` gives every module its rows and shares them between head, pictures and body
//!    (`shares`).
//! 5. `judge` charges each settled layout with its faults; `choose` keeps the cheapest.
//!
//! A page that comes back keeps its layout if it can (`stay`). `outlook` measures one item,
//! `survey` the search alone.

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
