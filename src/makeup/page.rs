//! A page made up: its modules, furniture and lines, and how each article fits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::finding::Finding;
use crate::fit::Reflow;
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::head::HeadPosition;
use crate::model::{DensityStep, LockSubject};
use crate::page::Page;
use crate::unit::{Abs, Em, Point, Rect};

/// A page made up.
#[derive(Clone, Debug)]
pub struct MadeUpPage {
    /// The density step it is set at.
    pub step: DensityStep,
    /// The page, and after it the appendix with what found no room.
    pub pages: Vec<Page>,
    /// The modules, in the order of the record.
    pub modules: Vec<PageModule>,
    /// Page head, staff line, banner, rules.
    pub furniture: Vec<FurnitureItem>,
    /// Where the lines of bodies start, in the order in which they were drawn.
    pub baselines: Vec<Point>,
    /// The lines of the record's texts on the page, in the same order.
    pub lines: Vec<PageLine>,
    /// What each article holds and lacks, in the order of the record.
    pub fits: Vec<ArticleFit>,
    /// What was found in the lines.
    pub line_quality: LineQuality,
    /// What was found on the page.
    pub findings: Vec<Finding>,
    /// What the layout costs.
    pub cost: i64,
    /// What it is charged with.
    pub charges: Vec<LayoutCharge>,
    /// Pairs of trees that the search looked at.
    pub pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub has_groups: bool,
    /// Rows of white over one column each, inside the modules and where nothing stands.
    pub white_cells: i64,
    /// Rows of one column each that are open to articles.
    pub article_cells: i64,
}

impl MadeUpPage {
    /// Whether all copy is on the page: none is over, and nothing is left off.
    pub fn holds_all(&self) -> bool {
        let on = self.charges.iter().all(|charge| charge.fault != LayoutFault::LeftOff);
        on && self.fits.iter().all(|fit| fit.over_lines == 0)
    }
}

/// The place of an article, or of a picture that stands alone, and what is in it.
#[derive(Clone, Debug)]
pub struct PageModule {
    /// Its place in the record.
    pub subject: LockSubject,
    /// Its id.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub grid: [i64; 4],
    /// The whole module.
    pub rect: Rect,
    /// The lines of the head; `None` where there is none.
    pub head_rect: Option<Rect>,
    /// Where the head stands.
    pub head_position: HeadPosition,
    /// The columns of the body, in reading order.
    pub body_columns: Vec<Rect>,
    /// The pictures by id, captions not included.
    pub pictures: Vec<(String, Rect)>,
    /// What readers of the digital edition touch for it: rectangles that no other module shares.
    pub touch_zones: Vec<Rect>,
    /// The size of the headline.
    pub headline_size: Abs,
    /// Which wording of the headline is set: 0 its own, n the n-th of its alternatives.
    pub headline_variant: usize,
    /// 字 of a column of the body.
    pub measure_chars: i64,
    /// How the body was run.
    pub reflow: Reflow,
}

/// How an article fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFit {
    /// Its id.
    pub id: String,
    /// Rows that its columns hold.
    pub capacity_lines: i64,
    /// Rows set.
    pub set_lines: i64,
    /// Rows that found no room.
    pub over_lines: i64,
    /// 字 that found no room.
    pub over_chars: usize,
    /// Rows of its columns that stay white.
    pub under_lines: i64,
    /// The first 20 字 that found no room.
    pub over_opening: String,
    /// 字 set.
    pub set_chars: usize,
    /// Rows of white given to head and crossheads beyond their usual.
    pub air_rows: i64,
    /// 字 in a line of its columns.
    pub measure_chars: i64,
    /// Whether it is left off the page as a whole.
    pub is_left_off: bool,
}

/// How good the lines are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineQuality {
    /// Lines of body.
    pub line_count: usize,
    /// The widest gap between Han characters beyond their cells.
    pub worst_gap: Em,
    /// The article it is in.
    pub worst_article: String,
    /// The line it is in.
    pub worst_text: String,
    /// Warnings and errors of its lines, by rule.
    pub findings_by_rule: BTreeMap<&'static str, [usize; 2]>,
}

/// A piece of furniture on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurnitureItem {
    /// What it is.
    pub kind: FurnitureKind,
    /// Where.
    pub rect: Rect,
    /// Its text.
    pub text: String,
    /// The id of a reserved box.
    pub id: String,
}

/// The kinds of furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FurnitureKind {
    /// 报眉: date, section, page number, paper.
    PageHead,
    /// 责任编辑 …
    StaffLine,
    /// 通栏语.
    Banner,
    /// A rule between modules, or under the page head.
    Rule,
    /// A vertical rule between columns of two articles.
    ColumnRule,
    /// The common head of briefs (栏头).
    GroupHead,
    /// A reserved box.
    Reserved,
}

/// A line of the page: what it holds of which text, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// The field of the record.
    pub field: Arc<str>,
    /// Bytes of the text, from the start of what the field holds: what is set before that counts below nought.
    pub range: Range<i64>,
    /// The items of the page that draw it.
    pub items: Range<usize>,
    /// Its measure as far as it is filled, over the em boxes of its characters.
    pub rect: Rect,
    /// Whether it runs from top to bottom.
    pub is_vertical: bool,
}
