//! The numbers that rank layouts, with the reason for each; the source is compared with this table.

use crate::support::read;

/// A number of the source.
pub(crate) struct Cost {
    /// Path from `src/`.
    pub(crate) file: &'static str,
    pub(crate) name: &'static str,
    /// Value as in the source, without underscores.
    pub(crate) value: &'static str,
    /// Purpose of the number, and the reason for its size.
    pub(crate) reason: &'static str,
    /// Rule of the reference; empty if it is a matter of taste.
    pub(crate) rule: &'static str,
}

const fn cost(
    [file, name, value]: [&'static str; 3],
    rule: &'static str,
    reason: &'static str,
) -> Cost {
    Cost { file, name, value, reason, rule }
}

const SCORE: &str = "makeup/score.rs";
const SEARCH: &str = "makeup/search.rs";
const HEAD: &str = "fit/head.rs";
const HEAD_SETTER: &str = "fit/head_setter.rs";
const POUR: &str = "fit/pour.rs";
const COMPOSE: &str = "fit/composed_body.rs";
const BODIES: &str = "fit/body_variants.rs";
const BALANCE: &str = "fit/balance.rs";

/// Files of which every number must be in the table.
const FULLY_LISTED_FILES: [&str; 4] = [SCORE, HEAD, HEAD_SETTER, POUR];

/// Every number that ranks layouts.
pub(crate) const COSTS: &[Cost] = &[
    cost([SCORE, "OVER_CHAR", "1000"], "R86", "a 字 that finds no room; no blemish outweighs it"),
    cost([SCORE, "BUMP", "600"], "R59", "two heads that bump: the fault that readers see first"),
    cost([SCORE, "SIZE_LARGER", "4"], "R62", "and for each hundredth by which it is larger"),
    cost(
        [SCORE, "HEAD_HEAVY", "25"],
        "",
        "a row of head more than the columns have lines: a head over nothing",
    ),
    cost(
        [SCORE, "MOVED", "50"],
        "R102",
        "an article that does not stand where it stood in the round before",
    ),
    cost([SCORE, "ADJACENT", "20000"], "", "two articles touch that the layout desk keeps apart"),
    cost(
        [SCORE, "GRADE", "1500"],
        "",
        "articles of one grade that differ in columns or headline size",
    ),
    cost([SCORE, "LEAD_SMALLER", "600"], "R62", "another headline is larger than the lead's"),
    cost([SCORE, "LEAD_PLACE", "2000"], "R62", "the lead in another than the strongest free place"),
    cost([SCORE, "UNWISHED", "300"], "", "a head that does not stand where the record asks for it"),
    cost([SCORE, "SHORT_JUDGED", "10"], "§4.4", "a settled column too short, per line squared"),
    cost([SCORE, "WIDE_BRIEFS", "40"], "", "each column more than one over which briefs are set"),
    cost(
        [SCORE, "PICTURE_SHARE", "[18, 42]"],
        "",
        "limit: the share of a module that its pictures take, hundredths",
    ),
    cost([SCORE, "PICTURE_OFF", "2"], "", "each hundredth off that share"),
    cost([SCORE, "CROP", "3"], "§4.4", "a picture cropped for the depth, per row squared"),
    cost([HEAD_SETTER, "OTHER_WORDING", "15"], "", "another wording than the article's own"),
    cost(
        [HEAD_SETTER, "UNEVEN_LINES", "5"],
        "R67",
        "each 字 that a line of a headline is off the mean",
    ),
    cost(
        [HEAD_SETTER, "UNFILLED_PERCENT", "1"],
        "R68",
        "each hundredth that a headline lacks of its width",
    ),
    cost([HEAD_SETTER, "FILL_PERCENT_MIN", "60"], "R68", "limit: so much it fills, hundredths"),
    cost(
        [HEAD_SETTER, "OWN_WORDING_HEADS_MAX", "4"],
        "",
        "limit: heads kept of an article's own wording",
    ),
    cost(
        [HEAD_SETTER, "OTHER_WORDING_HEADS_MAX", "2"],
        "",
        "limit: heads kept of each other wording",
    ),
    cost(
        [POUR, "SHALLOW_DEPTHS_TRIED", "8"],
        "",
        "limit: depths tried for copy that fills no column",
    ),
    cost([POUR, "CROSSHEADS_BESIDE", "70"], "R54", "two crossheads beside each other (碰小题)"),
    cost([POUR, "CROSSHEADS_BESIDE_ROWS", "3"], "R54", "limit: less far apart they are a pair"),
    cost(
        [BALANCE, "WAITING_END", "60"],
        "R64",
        "a line of a head that ends with 、 or 的 waits for its end",
    ),
    cost([SCORE, "MIDDLE_CUT", "400"], "R61", "a cut across the middle makes two pages of one"),
    cost([SCORE, "FOOT_MORE", "150"], "R51", "each row beyond the first by which a foot is short"),
    cost([SCORE, "LEAD_NARROW", "120"], "§3.1", "each column that the lead lacks of two fifths"),
    cost([SCORE, "HEADS_BESIDE", "90"], "R59", "heads in a row, apart: allowed, still a row"),
    cost([SCORE, "THROUGH", "400"], "R60", "a gutter through the page; pages with one do appear"),
    cost([SCORE, "SIZE_ORDER", "60"], "R62", "each pair whose lesser article has the larger head"),
    cost([SCORE, "WHITE_ROW", "60"], "R87", "a white row of one column at the foot of a module"),
    cost([SCORE, "RANK", "50"], "R62", "the lead is narrower than what stands beside it"),
    cost([SCORE, "ACROSS", "30"], "§4.4", "a cut across the page; one is allowed, so it is cheap"),
    cost([SCORE, "FOOT", "1000"], "R51", "a foot one row short: a warning, often one last line"),
    cost([SCORE, "ASPECT", "20"], "§4.2", "each time that a module is longer than a fair strip"),
    cost([SCORE, "SHORT_COLUMN", "60"], "§4.4", "a column short of five lines, per line squared"),
    cost([SCORE, "LEFT", "8"], "§4.3", "a head over the left columns; the plain head goes first"),
    cost([SCORE, "YIELDS", "8"], "R62", "a head made smaller: hundredths squared over this"),
    cost([SCORE, "LONG_COLUMN", "3"], "", "each hundredth of the page beyond a long column"),
    cost([SCORE, "ASPECT_MOST", "4"], "§4.2", "limit: so many times longer is a strip"),
    cost([SCORE, "LONG_COLUMN_PERCENT", "60"], "", "limit: two feet of nine-point type"),
    cost([SCORE, "ALIKE_PERCENT", "180"], "§4.4", "limit: heads further apart in size are no pair"),
    cost([SCORE, "THROUGH_PERCENT", "85"], "R60", "limit: a gutter open this far goes through"),
    cost(
        [HEAD_SETTER, "SMALLER_SIZE", "40"],
        "R68",
        "a headline one step below the largest that goes in",
    ),
    cost(
        [HEAD, "MISSING_WHITE_ROW", "30"],
        "",
        "a head's white a row less than usual, per row squared",
    ),
    cost(
        [HEAD_SETTER, "EXTRA_LINE", "25"],
        "",
        "each line more of a headline; the third counts twice",
    ),
    cost(
        [HEAD, "EXTRA_WHITE_ROW", "4"],
        "",
        "a head's white a row more, per row squared: it gives first",
    ),
    cost([HEAD_SETTER, "CONDENSED_DIVISOR", "10"], "§3.1", "长体: hundredths squared over this"),
    cost(["fit/shaped.rs", "HEADLINE_LINES_MAX", "3"], "", "limit: lines of a headline"),
    cost(
        [HEAD_SETTER, "UNDERSIZE_DIVISOR", "12"],
        "R68",
        "a headline too small: percent squared over this",
    ),
    cost([POUR, "FOOT_ROWS_TRIED", "12"], "", "limit: rows short at which no later start is tried"),
    cost([HEAD_SETTER, "SIZES_KEPT", "2"], "", "limit: sizes kept for a number of lines"),
    cost(
        [HEAD_SETTER, "WIDTH_PERCENTS", "[100, 95, 90, 80]"],
        "§3.1",
        "limit: widths of 长体, hundredths",
    ),
    cost([POUR, "FOOT_SHORTER", "400"], "R51", "a foot more than a row short, per row squared"),
    cost([POUR, "FOOT_SHORT", "400"], "R51", "a foot one row short, among ways to pour one body"),
    cost([POUR, "DEEPER_ROW", "25"], "", "each row of a column deeper than the body needs"),
    cost(
        [POUR, "CROSSHEAD_WHITE_ROW", "12"],
        "§4.4",
        "a row of white more at a crosshead: 齐底 asks it first",
    ),
    cost([POUR, "DEPTHS_TRIED", "3"], "", "limit: rows deeper that are tried for better breaks"),
    cost([COMPOSE, "FORBIDDEN_BREAK", "100000"], "R53", "a column break that the rules forbid"),
    cost([COMPOSE, "SHORT_WIDOW", "5000"], "R52", "a last line, a third full, alone at a top"),
    cost([COMPOSE, "WIDOW", "120"], "R52", "a last line alone at the top of a column"),
    cost([COMPOSE, "ORPHAN", "60"], "§4.4", "a first line alone at the foot of a column"),
    cost(
        [BODIES, "LINE_COST_DIVISOR", "20"],
        "",
        "costs of lines, on the scale of a page: over this",
    ),
    cost([BALANCE, "INSIDE_WORD", "10000"], "R63", "a headline broken inside a word"),
    cost([BALANCE, "SHORT_LAST_LINE", "60"], "R55", "a last line of less than four 字"),
    cost([BALANCE, "IMBALANCE", "10"], "§4.6", "each 字 that a line is off the mean"),
    cost([BALANCE, "AFTER_CLAUSE", "-80"], "R67", "a headline broken at its clause space"),
    cost([BALANCE, "AFTER_MARK", "-60"], "R55", "a crosshead broken after a mark"),
    cost([SEARCH, "GAP", "1"], "R57", "rows between modules stacked; the rule stands in it"),
    cost([SEARCH, "ITEMS_MOST", "9"], "", "limit: articles or groups cut in every way"),
    cost([SEARCH, "ITEMS_PROBED", "7"], "", "limit: the same for the choice of a step"),
    cost([SEARCH, "GROUP_MOST", "4"], "", "limit: articles of a group"),
    cost(["makeup/leaf.rs", "HEADS_LEFT", "2"], "", "limit: heads tried over the left columns"),
    cost(["makeup/mod.rs", "JUDGED", "72"], "", "limit: layouts settled and judged"),
    cost(["makeup/mod.rs", "JUDGED_OF_FEW", "144"], "", "limit: the same of up to five items"),
];

/// Returns the differences between the table and the source.
pub(crate) fn faults() -> Vec<String> {
    let mut out = Vec::new();
    for cost in COSTS {
        let Cost { file, name, value, .. } = cost;
        match constants(file).into_iter().find(|(constant_name, _)| constant_name == name) {
            None => out.push(format!("{file} has no {name}")),
            Some((_, got)) if got != *value => {
                out.push(format!("{file}: {name} is {got}, the table says {value}"));
            }
            Some(_) => {}
        }
    }
    for file in FULLY_LISTED_FILES {
        let listed = |name: &str| COSTS.iter().any(|cost| cost.file == file && cost.name == name);
        let missing = constants(file).into_iter().filter(|(name, _)| !listed(name));
        out.extend(missing.map(|(name, value)| format!("{file}: {name} = {value} is not told")));
    }
    out
}

/// Returns the constants of a source file: name and value.
fn constants(file: &str) -> Vec<(String, String)> {
    let text = String::from_utf8(read(&format!("src/{file}"))).expect("UTF-8");
    let constant = |line: &str| {
        let (_, rest) = line.split_once("const ")?;
        let (name, rest) = rest.split_once(": ")?;
        let (_, value) = rest.split_once(" = ")?;
        let name_is = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        name_is.then(|| (name.to_owned(), value.trim_end_matches(';').replace('_', "")))
    };
    text.lines().filter(|line| !line.trim_start().starts_with("//")).filter_map(constant).collect()
}
