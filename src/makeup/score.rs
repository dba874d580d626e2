//! What a layout costs: every weight by name, with its reason. Smaller is better; ten is a blemish that
//! only a layout editor sees, a hundred one that a reader might.

/// A module wider than this many times its height, or taller, starts to look like a strip.
const ASPECT_MOST: i64 = 4;
/// For each time beyond.
const ASPECT: i64 = 20;
/// For each line a column has less than the house style wants, squared.
const SHORT_COLUMN: i64 = 15;
/// A column longer than this share of the page, in hundredths: two feet of nine-point type.
const LONG_COLUMN_PERCENT: i64 = 60;
/// For each hundredth beyond.
const LONG_COLUMN: i64 = 3;
/// Two heads at one height, side by side. A rule between them softens what a box would cure.
pub(crate) const BUMP: i64 = 60;
/// A vertical cut that goes through most of the page.
pub(crate) const THROUGH: i64 = 90;
/// How much of the page's depth a cut must go through to count, in hundredths.
pub(crate) const THROUGH_PERCENT: i64 = 85;
/// The lead not as wide as an article below it.
pub(crate) const RANK: i64 = 50;
/// A row of white over one column at the foot of a module set beside a deeper one.
pub(crate) const WHITE_ROW: i64 = 8;
/// A 字 of copy that finds no room. Beyond all taste, and the same at every step.
pub(crate) const OVER_CHAR: i64 = 1_000;

/// The shape of a module: `columns` of `depth` rows out of the page's.
pub(crate) fn shape(columns: i64, depth: i64, page_columns: i64, page_rows: i64) -> i64 {
    // In parts of the page, so that the page itself is square.
    let width = columns * page_rows;
    let height = (depth * page_columns).max(1);
    // A broadsheet is taller than wide by half.
    let wide = width * 2 / (height * 3).max(1);
    let tall = height * 3 / (width * 2).max(1);
    let beyond = (wide - ASPECT_MOST).max(0) + (tall - ASPECT_MOST).max(0);
    beyond * ASPECT
}

/// Columns of `lines` lines where the house style wants at least `wanted`.
pub(crate) fn short_columns(lines: i64, wanted: i64) -> i64 {
    let missing = (wanted - lines).max(0);
    missing * missing * SHORT_COLUMN
}

/// Columns of `lines` lines on a page of `rows`.
pub(crate) fn long_columns(lines: i64, rows: i64) -> i64 {
    let percent = lines * 100 / rows.max(1);
    (percent - LONG_COLUMN_PERCENT).max(0) * LONG_COLUMN
}
