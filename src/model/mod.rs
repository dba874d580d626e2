//! The page in the newsroom's terms: checked articles and pictures, and the house style. No layout.
//!
//! [`crate::intake`] makes the copy and its users rely on the result: texts are normalised and not
//! empty, ids are unique, dates exist. The fields are public, so the compiler does not enforce
//! this; outside of tests no other module builds or changes a [`PageCopy`], but for
//! [`PageCopy::without_locks`].

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
