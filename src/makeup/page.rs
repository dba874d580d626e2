//! The result of a make-up: the page with its modules, furniture and lines, and the fit of each
//! article.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::finding::Finding;
use crate::fit::Reflow;
use crate::makeup::charge::{LayoutCharge, LayoutFault};
use crate::makeup::head::HeadPosition;
use crate::model::{DensityStep, LockSubject};
use crate::page::Page;
use crate::unit::{Abs, Em, GridRect, Point, Rect};

/// A made-up page: one complete layout (方案), drawn, with its findings.
#[derive(Clone, Debug)]
pub struct MadeUpPage {
    /// Density step of the page.
    pub step: DensityStep,
    /// The page, followed by the pages of the appendix (余稿附页) with the overset copy.
    pub pages: Vec<Page>,
    /// Modules in the order of the record.
    pub modules: Vec<PageModule>,
    /// Furniture in drawing order.
    pub furniture: Vec<FurnitureItem>,
    /// Starts of the baselines of body rows, in drawing order.
    pub baselines: Vec<Point>,
    /// Lines of copy on the page, in drawing order.
    pub lines: Vec<PageLine>,
    /// Fit of each article, in the order of the record.
    pub fits: Vec<ArticleFit>,
    /// Quality of the lines of all bodies.
    pub line_quality: LineQuality,
    /// Findings about copy, lines and layout.
    pub findings: Vec<Finding>,
    /// Total cost of the layout. Costs have no unit; they only rank the layouts of one page.
    pub cost: i64,
    /// Charges that make up the cost.
    pub charges: Vec<LayoutCharge>,
    /// Number of pairs of subtrees that the search joined.
    pub pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub has_groups: bool,
    /// Number of empty grid cells (one row by one column), inside modules and outside them.
    pub white_cells: i64,
    /// Number of grid cells that are open to articles.
    pub article_cells: i64,
}

impl MadeUpPage {
    /// True if all copy is on the page: nothing is overset and no item is left off.
    pub fn holds_all(&self) -> bool {
        let on = self.charges.iter().all(|charge| charge.fault != LayoutFault::LeftOff);
        on && self.fits.iter().all(|fit| fit.over_lines == 0)
    }
}

/// Place of an article or a stand-alone picture on the page, and of its parts.
#[derive(Clone, Debug)]
pub struct PageModule {
    /// Article or picture of the record.
    pub subject: LockSubject,
    /// Id of the article or picture.
    pub id: String,
    /// Its cells.
    pub grid: GridRect,
    /// The whole module.
    pub rect: Rect,
    /// Box of the lines of the head; `None` without a head.
    pub head_rect: Option<Rect>,
    /// Position of the head in the module.
    pub head_position: HeadPosition,
    /// Columns of the body in reading order.
    pub body_columns: Vec<Rect>,
    /// Ids and rectangles of the pictures, without captions.
    pub pictures: Vec<(String, Rect)>,
    /// Areas that open the article in a digital edition. No two modules share an area.
    pub touch_zones: Vec<Rect>,
    /// Size of the headline.
    pub headline_size: Abs,
    /// Wording of the headline that is set: 0 for the first, n for the n-th alternative.
    pub headline_variant: usize,
    /// Measure of the body in 字.
    pub measure_chars: i64,
    /// Setting of the body: paragraphs set longer, or lines saved.
    pub reflow: Reflow,
}

/// Copyfit (组版调整) of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFit {
    /// Id of the article.
    pub id: String,
    /// Number of rows that its columns hold.
    pub capacity_lines: i64,
    /// Number of rows set on the page.
    pub set_lines: i64,
    /// Number of overset rows (排不下).
    pub over_lines: i64,
    /// Number of overset 字.
    pub over_chars: usize,
    /// Number of rows of its columns that stay empty (缺稿).
    pub under_lines: i64,
    /// First 20 characters of the overset copy.
    pub over_opening: String,
    /// Number of 字 set on the page.
    pub set_chars: usize,
    /// Rows of white in head and crossheads beyond their usual white; negative if they have less.
    pub air_rows: i64,
    /// Measure of its columns in 字.
    pub measure_chars: i64,
    /// True if the article is left off the page (撤稿).
    pub is_left_off: bool,
}

/// Quality of the lines of all bodies on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineQuality {
    /// Number of lines.
    pub line_count: usize,
    /// Widest gap between the cells of Han characters.
    pub worst_gap: Em,
    /// Id of the article with that gap.
    pub worst_article: String,
    /// Text of the line with that gap.
    pub worst_text: String,
    /// Numbers of warnings and errors, by rule.
    pub findings_by_rule: BTreeMap<&'static str, [usize; 2]>,
}

/// A piece of furniture (版面附件) on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurnitureItem {
    /// Kind of furniture.
    pub kind: FurnitureKind,
    /// Position and size on the page.
    pub rect: Rect,
    /// Text of the item; empty for rules.
    pub text: String,
    /// Id of a reserved box; empty for other kinds.
    pub id: String,
}

/// Kind of furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FurnitureKind {
    /// Page head (报眉): date, section, page number, paper.
    PageHead,
    /// Staff line (责任编辑 …).
    StaffLine,
    /// Banner (通栏语).
    Banner,
    /// Horizontal rule between modules or under the page head, or a side of a border.
    Rule,
    /// Vertical rule between the columns of two articles.
    ColumnRule,
    /// Common head of a group of briefs (栏头).
    GroupHead,
    /// Reserved box (广告、固定框).
    Reserved,
}

/// A line of copy on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// Path of the field in the record.
    pub field: Arc<str>,
    /// Bytes of the text in the line, counted from the start of the field's own content. Text that
    /// is set before that content has negative offsets.
    pub range: Range<i64>,
    /// Items of the page that draw the line.
    pub items: Range<usize>,
    /// Em boxes of the line's characters, over its filled length.
    pub rect: Rect,
    /// True if the line runs from top to bottom.
    pub is_vertical: bool,
}
