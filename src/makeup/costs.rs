//! The cost table of make-up: every number that ranks layouts, with its rule and its reason.
//!
//! Smaller is better. Ten is a blemish that only a layout editor sees, a hundred one that a reader
//! might, a thousand one that no page should have. Costs have no unit of their own; where one
//! counts rows, columns or percent, its comment says so. A limit bounds the cost beside it.
//!
//! The search charges a tree of cuts with everything that can be told before the places of all
//! articles are known; `judge` charges the few best layouts with the rest. Costs of setting one
//! article (breaks, column feet, crossheads) belong to `fit`. The tests print this file as a
//! table: a comment gives the reason, its last line the rule.

use std::ops::RangeInclusive;

// Copy and white.

/// Copy that finds no room (排不下), per 字: no blemish outweighs it, and it counts the same at every
/// density step.
/// Rule: R86.
pub(crate) const OVER_CHAR: i64 = 1_000;
/// An item left off the page, and a density step at which the copy does not go in at all: more than
/// any overset copy, so that a step with room for everything wins.
/// Rule: R86.
pub(crate) const LEFT_OFF: i64 = 1_000_000_000;
/// White at the foot of a module (空白), per row of one column.
/// Rule: R87.
pub(crate) const WHITE_ROW: i64 = 60;
/// A column foot one row short (齐底): readers see an uneven foot before anything else, and often it
/// is one last line.
/// Rule: R51.
pub(crate) const FOOT: i64 = 1000;
/// A column foot more than one row short, per further row.
/// Rule: R51.
pub(crate) const FOOT_MORE: i64 = 150;

/// No layout at all, for a place of an item that leaves none for the others: more than any layout,
/// and far enough from the largest number to be added to.
pub(crate) const NO_LAYOUT: i64 = i64::MAX / 4;

// Heads.

/// Two heads of similar size side by side with no more than two gutters between them, or one close
/// below the other (碰题): the fault that readers see first.
/// Rule: R59.
pub(crate) const TOMBSTONE: i64 = 600;
/// Two heads of similar size in a row, further apart: allowed by the letter, still a row of heads.
/// Rule: R59.
pub(crate) const HEADS_BESIDE: i64 = 90;
/// Limit of `TOMBSTONE`, gutters: heads side by side with more between them are `HEADS_BESIDE`.
/// Rule: R59.
pub(crate) const TOMBSTONE_GUTTERS: i64 = 2;
/// Limit of `TOMBSTONE`, rows: a head with fewer between it and the head above is too close.
/// Rule: R59.
pub(crate) const TOMBSTONE_ROWS: i64 = 3;
/// Limit of `TOMBSTONE` and `HEADS_BESIDE`, percent: heads whose sizes are further apart are no
/// pair.
/// Rule: §4.4.
const SIMILAR_SIZES_PERCENT: i64 = 180;
/// A headline larger than that of a more important article, per pair.
/// Rule: R62.
pub(crate) const SIZE_ORDER: i64 = 60;
/// Added to `SIZE_ORDER` per percent by which the lesser headline is larger.
/// Rule: R62.
pub(crate) const SIZE_ORDER_PERCENT: i64 = 4;
/// Added to `SIZE_ORDER` where the more important article is the lead, the first thing that readers
/// see.
/// Rule: R62.
pub(crate) const LEAD_SMALLER: i64 = 600;
/// A headline reduced for the sake of a more important one: the square of the percent, divided by
/// this.
/// Rule: R62.
pub(crate) const YIELD_DIVISOR: i64 = 8;
/// A head with more rows than its columns have lines, per row: a head over nothing.
const HEAD_HEAVY: i64 = 25;
/// A head over the left columns (串文题): good practice, but a head over all columns is the plain
/// case.
/// Rule: §4.3.
pub(crate) const LEFT_HEAD: i64 = 8;
/// A head that does not stand where the record asks for it.
pub(crate) const HEAD_NOT_AS_REQUESTED: i64 = 300;

// The lead.

/// The lead in another than the strongest free place.
/// Rule: R62.
pub(crate) const LEAD_PLACE: i64 = 2_000;
/// The lead narrower than the articles beside it.
/// Rule: R62.
pub(crate) const LEAD_NARROWER: i64 = 50;
/// The lead over fewer columns than two fifths of the page, per column: 4 to 6 of 8 are usual.
/// Rule: §3.1.
const LEAD_COLUMN_MISSING: i64 = 120;

// Cuts of the page.

/// A gutter that goes through the page (通线); printed pages with one do appear.
/// Rule: R60.
pub(crate) const THROUGH: i64 = 400;
/// Limit of `THROUGH`, percent of the depth of the page: a gutter open this far goes through.
/// Rule: R60.
pub(crate) const THROUGH_PERCENT: i64 = 85;
/// A cut across the whole page (断版). One is allowed, so it is cheap.
/// Rule: §4.4.
pub(crate) const ACROSS: i64 = 30;
/// A cut across near the middle (腰斩): it makes two pages of one.
/// Rule: R61.
pub(crate) const MIDDLE_CUT: i64 = 400;
/// Limit of `MIDDLE_CUT`, percent of the depth of the page: the middle of the page.
/// Rule: R61.
const MIDDLE_PERCENT: RangeInclusive<i64> = 45..=55;
/// Uncertainty of the row of a cut in the search, percent of the depth of the page: a cut this
/// close to the middle may settle in it.
/// Rule: R61.
const CUT_UNCERTAINTY_PERCENT: i64 = 3;

// Shapes of modules.

/// A module that looks like a strip, per multiple of its depth beyond the limit.
/// Rule: §4.2.
const ASPECT: i64 = 20;
/// Limit of `ASPECT`: a module this many times wider than deep, or deeper than wide, is a strip.
/// Rule: §4.2.
const ASPECT_MOST: i64 = 4;
/// A column with fewer lines than the house style wants (孤栏), per missing line, squared.
/// Rule: §4.4.
const SHORT_COLUMN: i64 = 60;
/// A short column of a settled module, per missing line, squared; the search has charged
/// `SHORT_COLUMN` already.
/// Rule: §4.4.
pub(crate) const SHORT_COLUMN_JUDGED: i64 = 10;
/// A long column, per percent of the depth of the page beyond the limit.
const LONG_COLUMN: i64 = 3;
/// Limit of `LONG_COLUMN`, percent of the depth of the page: two feet of nine-point type.
const LONG_COLUMN_PERCENT: i64 = 60;
/// Briefs (简讯) over more than one column, per further column: they are a column.
const WIDE_BRIEFS: i64 = 40;

// Pictures.

/// Pictures that take too little or too much of a module, per percent outside the limits.
const PICTURE_SHARE_OFF: i64 = 2;
/// Limits of `PICTURE_SHARE_OFF`, percent of the cells of the module: a third is good.
const PICTURE_SHARE: [i64; 2] = [18, 42];
/// A picture cropped for its depth, per row, squared.
/// Rule: §4.4.
pub(crate) const CROP: i64 = 3;

// Requests of the layout desk.

/// An article that does not stand where it stood in the previous round.
/// Rule: R102.
pub(crate) const MOVED: i64 = 50;
/// Two articles that touch although the layout desk keeps them apart: as grave as anything but
/// overset.
pub(crate) const ADJACENT: i64 = 20_000;
/// Articles of one grade over different numbers of columns, or with headlines of different sizes.
pub(crate) const GRADE: i64 = 1_500;

// Estimates: they rank the ways to share the rows of a module before its body is poured.

/// Head and pictures deeper than the module: used only where every other way is as bad.
pub(crate) const SHARE_TOO_DEEP: i64 = 100_000;
/// Copy without room, per row.
pub(crate) const SHARE_ROW_MISSING: i64 = 1_000;
/// A row too many, up to one for each column: paragraphs that run a line longer fill it.
pub(crate) const SHARE_ROW_FILLED: i64 = 8;
/// A row too many beyond one for each column.
pub(crate) const SHARE_ROW_WHITE: i64 = 200;

/// Returns the cost of pictures that take `percent` of the cells of their module.
pub(crate) fn picture_share_cost(percent: i64) -> i64 {
    let [least, most] = PICTURE_SHARE;
    ((least - percent).max(0) + (percent - most).max(0)) * PICTURE_SHARE_OFF
}

/// Returns the cost of setting briefs over `columns` columns.
pub(crate) fn wide_briefs_cost(columns: i64) -> i64 {
    (columns - 1) * WIDE_BRIEFS
}

/// True if two heads exist and are of similar size; sizes in any one unit, 0 for no head.
pub(crate) fn similar_sizes(a: impl Into<i64>, b: impl Into<i64>) -> bool {
    let (a, b) = (a.into(), b.into());
    // A percentage of the smaller size, compared without a division.
    a > 0 && b > 0 && a.max(b) * 100 < a.min(b) * SIMILAR_SIZES_PERCENT
}

/// Returns the cost of a module that looks like a strip: `columns` by `rows` on a page of
/// `page_columns` by `page_rows`.
pub(crate) fn shape_cost(columns: i64, rows: i64, page_columns: i64, page_rows: i64) -> i64 {
    // In shares of the page, so that a module in the shape of the page counts as square; a
    // broadsheet is half as deep again as wide.
    let width = columns * page_rows;
    let height = (rows * page_columns).max(1);
    // Whole multiples only, so a shape within the limit costs nothing and a strip costs in steps.
    let times_wider = width * 2 / (height * 3).max(1);
    let times_deeper = height * 3 / (width * 2).max(1);
    let beyond = (times_wider - ASPECT_MOST).max(0) + (times_deeper - ASPECT_MOST).max(0);
    beyond * ASPECT
}

/// Returns the cost of a head of `head_rows` rows over columns of `column_lines` lines.
pub(crate) fn head_heavy_cost(head_rows: i64, column_lines: i64) -> i64 {
    (head_rows - column_lines).max(0) * HEAD_HEAVY
}

/// Returns the cost of setting the lead over `columns` columns of a page of `page_columns`.
pub(crate) fn lead_width_cost(columns: i64, page_columns: i64) -> i64 {
    // Rounded up: 4 of 8 columns, 3 of 6.
    let two_fifths = (page_columns * 2 + 4) / 5;
    (two_fifths - columns).max(0) * LEAD_COLUMN_MISSING
}

/// Returns the cost of columns of `lines` lines where the house style wants `lines_min`.
pub(crate) fn short_column_cost(lines: i64, lines_min: i64) -> i64 {
    let missing = (lines_min - lines).max(0);
    missing * missing * SHORT_COLUMN
}

/// Returns the cost of columns of `lines` lines on a page of `page_rows` rows.
pub(crate) fn long_column_cost(lines: i64, page_rows: i64) -> i64 {
    let percent = lines * 100 / page_rows.max(1);
    (percent - LONG_COLUMN_PERCENT).max(0) * LONG_COLUMN
}

/// True if a cut `row` rows below the top of a page of `page_rows` rows is near its middle (腰斩).
pub(crate) fn is_middle_cut(row: i64, page_rows: i64) -> bool {
    MIDDLE_PERCENT.contains(&(row * 100 / page_rows.max(1)))
}

/// True if a cut that the search expects `row` rows below the top of the page may settle near its
/// middle.
pub(crate) fn is_near_middle_cut(row: i64, page_rows: i64) -> bool {
    let percent = row * 100 / page_rows.max(1);
    let (least, most) = (MIDDLE_PERCENT.start(), MIDDLE_PERCENT.end());
    (least - CUT_UNCERTAINTY_PERCENT..=most + CUT_UNCERTAINTY_PERCENT).contains(&percent)
}
