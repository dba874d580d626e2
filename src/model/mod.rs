//! What the newsroom means: a page of articles, checked, with nothing about layout.
//!
//! Only [`crate::intake`] makes these values, so whatever holds one may rely on it: texts are normalised and
//! not empty, ids are unique, dates exist.

mod copy;
mod style;

pub use crate::model::copy::{
    Article, BodyBlock, CopyText, DeskRequests, HeadRequest, HeadVariant, KeptLines, LockPlace,
    LockSubject, PageCopy, PagePicture, PlacementLock, ReservedArea, ReservedBox, ReservedKind,
    SpanStyle, StaffEntry, TextSpan, count_chars,
};
pub use crate::model::style::{
    COLUMNS_MAX, DensityStep, FindingLimits, FrameStyle, FurnitureStyle, HeadStyle, HeadlineShape,
    HouseStyle, InnerColumns, ModuleStyle, PageHeadStyle, PageInks, PageTemplate,
    PictureResolution, PressProfile, PressStyle, QuarterOrder, SizeBand, SpotInk, TextStyle,
    broadsheet,
};
