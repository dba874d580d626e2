//! What a layout costs: every weight by name, with its reason. Smaller is better; ten is a blemish that only a
//! layout editor sees, a hundred one that a reader might, a thousand one that no page should have.
//!
//! What the search can tell of a tree is weighed there as it grows; what needs the places of all articles is
//! charged by `judge` to the few best layouts.

/// A module wider than this many times its height, or taller, starts to look like a strip.
const ASPECT_MOST: i64 = 4;
/// For each time beyond.
const ASPECT: i64 = 20;
/// For each line a column has less than the house style wants, squared (孤栏).
const SHORT_COLUMN: i64 = 60;
/// A column longer than this share of the page, in hundredths: two feet of nine-point type.
const LONG_COLUMN_PERCENT: i64 = 60;
/// For each hundredth beyond.
const LONG_COLUMN: i64 = 3;
/// A head over the left columns: good practice, yet a head above all of them is the plain case.
pub(crate) const LEFT: i64 = 8;
/// Two heads side by side with no more than two gutters between them (碰题, R59).
pub(crate) const BUMP: i64 = 600;
/// Two heads side by side, but apart: no fault by the letter, still a row of heads.
pub(crate) const HEADS_BESIDE: i64 = 90;
/// Heads whose sizes are so far apart, in hundredths, are no pair (§4.4).
const ALIKE_PERCENT: i64 = 180;
/// A vertical cut that goes through most of the page (通线, R60).
pub(crate) const THROUGH: i64 = 400;
/// How much of the page's depth a cut must go through to count, in hundredths.
pub(crate) const THROUGH_PERCENT: i64 = 85;
/// A cut across the whole page (断版).
pub(crate) const ACROSS: i64 = 30;
/// The same near the middle (腰斩, R61).
pub(crate) const MIDDLE_CUT: i64 = 400;
/// The lead not as wide as an article below it.
pub(crate) const RANK: i64 = 50;
/// A larger headline than that of a more important article, for each such pair (R62), and for each hundredth by
/// which it is larger.
pub(crate) const SIZE_ORDER: i64 = 60;
pub(crate) const SIZE_LARGER: i64 = 4;
/// A head of more rows than its columns have lines, for each row: a head over nothing.
const HEAD_HEAVY: i64 = 25;
/// A headline smaller than its width would let it, for the sake of a more important one: the square of the
/// hundredths over this.
pub(crate) const YIELDS: i64 = 8;
/// The lead over fewer columns than two fifths of the page, for each column (§3.1: 头条 over 4–6 of 8).
const LEAD_NARROW: i64 = 120;
/// An article that does not stand where it stood in the round before (R102).
pub(crate) const MOVED: i64 = 50;
/// Two articles that share an edge though the layout desk forbids it: as grave as anything but overset.
pub(crate) const ADJACENT: i64 = 20_000;
/// Articles of one grade over different numbers of columns, or with headlines of different sizes.
pub(crate) const GRADE: i64 = 1_500;
/// A row of white over one column at the foot of a module (空白).
pub(crate) const WHITE_ROW: i64 = 60;
/// A foot one row short, and each row beyond (齐底, R51).
pub(crate) const FOOT: i64 = 1000;
pub(crate) const FOOT_MORE: i64 = 150;
/// A 字 of copy that finds no room. Beyond all taste, and the same at every step.
pub(crate) const OVER_CHAR: i64 = 1_000;

/// A settled column short of the lines that the house style wants, per line squared: the search has charged it too.
pub(crate) const SHORT_JUDGED: i64 = 10;
/// A head that does not stand where the record asks for it.
pub(crate) const UNWISHED: i64 = 300;
/// And where the more important one is the lead: the first thing that readers see (R62, error).
pub(crate) const LEAD_SMALLER: i64 = 600;
/// The lead in another than the strongest free place (R62).
pub(crate) const LEAD_PLACE: i64 = 2_000;
/// Briefs over more than one column, for each more: they are a column.
const WIDE_BRIEFS: i64 = 40;
/// The share of a module that its pictures take, in hundredths: a third is good, less or more costs a hundredth
/// each.
const PICTURE_SHARE: [i64; 2] = [18, 42];
const PICTURE_OFF: i64 = 2;
/// Rows by which a picture is cropped to its depth, squared.
pub(crate) const CROP: i64 = 3;

/// What the share of pictures in a module costs.
pub(crate) fn picture_share(percent: i64) -> i64 {
    let [least, most] = PICTURE_SHARE;
    ((least - percent).max(0) + (percent - most).max(0)) * PICTURE_OFF
}

/// What it costs to set briefs over so many columns.
pub(crate) fn wide_briefs(columns: i64) -> i64 {
    (columns - 1) * WIDE_BRIEFS
}

/// Whether two heads are of like size, both being there.
pub(crate) fn alike(a: impl Into<i64>, b: impl Into<i64>) -> bool {
    let (a, b) = (a.into(), b.into());
    a > 0 && b > 0 && a.max(b) * 100 < a.min(b) * ALIKE_PERCENT
}

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

/// What it costs that a head has more rows than the columns below it have lines.
pub(crate) fn head_heavy(head: i64, lines: i64) -> i64 {
    (head - lines).max(0) * HEAD_HEAVY
}

/// What it costs to set the lead over so few columns.
pub(crate) fn lead_width(columns: i64, page_columns: i64) -> i64 {
    let wanted = (page_columns * 2 + 4) / 5;
    (wanted - columns).max(0) * LEAD_NARROW
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

/// What a step costs at the probe that has no room for the copy; and what an item costs that is left off the page:
/// more than any copy that is over, so that a step at which everything goes in is taken.
pub(crate) const LEFT_OFF_COST: i64 = 1_000_000_000;
