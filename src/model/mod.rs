//! What the newsroom means: a page of articles, checked, with nothing about layout.
//!
//! Only [`crate::intake`] makes these values, so whatever holds one may rely on it: texts are normalised and
//! not empty, ids are unique, dates exist.

mod copy;
mod style;

pub use crate::model::copy::{
    Area, Article, Block, Dress, HeadWish, Lines, Lock, LockPlace, PageCopy, Picture, Reserved,
    ReservedKind, Span, Staff, Subject, Text, Variant, Wishes, count,
};
pub use crate::model::style::{
    Band, COLUMNS_MOST, Element, FrameStyle, FurnitureStyle, HeadStyle, HouseStyle, Ink, Limits,
    Places, PressProfile, PressStyle, Resolution, Shape, Spot, Step, Strip, Template, broadsheet,
};
