//! A charge against a layout: the fault, its cost (代价), the items and the place.

use crate::finding::Bilingual;
use crate::fit::ShapedItem;
use crate::unit::GridRect;

/// A fault of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayoutFault {
    /// Heads side by side at one height (碰题).
    Tombstone,
    /// Heads in a row, further apart (标题并列).
    HeadsBeside,
    /// A gutter open from the top of the page to its foot (通线).
    GutterThrough,
    /// A cut across the whole page (断版).
    CutAcross,
    /// A cut across near the middle of the page (腰斩).
    MiddleCut,
    /// A less important article with the larger headline (轻稿题大).
    SizeOrder,
    /// Rows inside a module that stay white (空白).
    White,
    /// Columns of an article that end on different rows (栏脚不齐).
    UnevenFeet,
    /// Copy that does not fit its place (排不下).
    Overset,
    /// An article for which the page has no room (撤稿).
    LeftOff,
    /// More or less white in a head than usual (题区松紧).
    HeadAir,
    /// Articles that must be kept apart share an edge (不得相邻的稿件相邻).
    Adjacent,
    /// Articles of one grade that differ (同等规格的稿件不一致).
    GradeDiffers,
    /// An article that left its place of the previous round (稿件移动).
    Moved,
    /// Crossheads side by side in adjacent columns (碰小题).
    CrossheadsBeside,
    /// A column with too few lines (孤栏).
    ShortColumn,
    /// Body right below the head of another article (题压题).
    UnderHead,
    /// Costs of the articles themselves: shapes, heads and lines.
    OwnForm,
}

impl LayoutFault {
    /// The name of the fault in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tombstone => "tombstone",
            Self::HeadsBeside => "heads-beside",
            Self::GutterThrough => "through",
            Self::CutAcross => "across",
            Self::MiddleCut => "middle-cut",
            Self::SizeOrder => "size-order",
            Self::White => "white",
            Self::UnevenFeet => "feet",
            Self::Overset => "over",
            Self::LeftOff => "left-off",
            Self::HeadAir => "air",
            Self::Adjacent => "adjacent",
            Self::GradeDiffers => "grade",
            Self::Moved => "moved",
            Self::CrossheadsBeside => "crossheads-beside",
            Self::ShortColumn => "short-column",
            Self::UnderHead => "under-head",
            Self::OwnForm => "own",
        }
    }

    /// The number of the rule behind it; empty if there is none.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Tombstone => "R59",
            Self::GutterThrough => "R60",
            Self::MiddleCut => "R61",
            Self::SizeOrder => "R62",
            Self::UnevenFeet => "R51",
            Self::Overset | Self::LeftOff => "R86",
            Self::White => "R87",
            Self::Moved => "R102",
            Self::CrossheadsBeside => "R54",
            Self::UnderHead => "R57",
            Self::HeadsBeside
            | Self::CutAcross
            | Self::HeadAir
            | Self::Adjacent
            | Self::GradeDiffers
            | Self::ShortColumn
            | Self::OwnForm => "",
        }
    }

    /// Name of the fault in words.
    fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Tombstone => ("碰题", "tombstone"),
            Self::HeadsBeside => ("标题并列", "heads side by side"),
            Self::GutterThrough => ("通线", "gutter through the page"),
            Self::CutAcross => ("断版", "cut across the page"),
            Self::MiddleCut => ("腰斩", "cut across the middle of the page"),
            Self::SizeOrder => ("轻稿题大", "a less important article has the larger headline"),
            Self::White => ("空白", "empty rows"),
            Self::UnevenFeet => ("栏脚不齐", "uneven feet"),
            Self::Overset => ("排不下", "overset"),
            Self::LeftOff => ("撤稿", "left off the page"),
            Self::HeadAir => ("题区松紧", "unusual white in the head"),
            Self::Adjacent => {
                ("不得相邻的稿件相邻", "articles that must be kept apart share an edge")
            }
            Self::GradeDiffers => ("同等规格的稿件不一致", "articles of one grade differ"),
            Self::Moved => ("稿件移动", "article moved"),
            Self::CrossheadsBeside => ("碰小题", "crossheads side by side"),
            Self::ShortColumn => ("孤栏", "short column"),
            Self::UnderHead => ("题压题", "body below the head of another article"),
            Self::OwnForm => ("各稿的形状、标题和行", "shapes, heads and lines of the articles"),
        };
        Bilingual::new(zh, en)
    }
}

/// A fault of a layout at one place, with its cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutCharge {
    /// The fault.
    pub fault: LayoutFault,
    /// Cost; the scale is described in `makeup/costs.rs`.
    pub cost: i64,
    /// Indices of the items involved.
    pub items: Vec<usize>,
    /// Its cells. Without columns it is the gutter before its column; without columns and rows it
    /// has no place.
    pub grid: GridRect,
}

impl LayoutCharge {
    /// Describes the charge, such as `碰题：a2、a3，第 40–46 行`.
    pub fn description(&self, ready: &[ShapedItem]) -> Bilingual {
        let ids: Vec<&str> =
            self.items.iter().filter_map(|at| Some(ready.get(*at)?.id.as_str())).collect();
        let Bilingual { mut zh, mut en } = self.fault.words();
        let GridRect { row: first, rows, .. } = self.grid;
        let end = first + rows;
        // Readers count rows from 1, so the first row is one more than its index and the last one
        // is `end`.
        if !ids.is_empty() {
            zh += &format!("：{}", ids.join("、"));
            en += &format!(": {}", ids.join(" and "));
        }
        if end > first {
            zh += &format!("，第 {}–{end} 行", first + 1);
            en += &format!(", rows {}–{end}", first + 1);
        }
        Bilingual::new(zh, en)
    }
}
