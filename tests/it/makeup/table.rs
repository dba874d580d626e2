//! `docs/measure/make-up.md`: how pages are made up, the costs that rank layouts, and the results
//! for the 200 generated pages.

use std::fmt::Write as _;

use crate::makeup::costs::COSTS;
use crate::makeup::generated::{ARTICLES_MOST, capacity};
use crate::makeup::inspect::Inspection;
use crate::makeup::is_good;

const HEAD: &str = "\
# Make-up

How articles find their places on a page, what a layout costs, and the result on 200 generated pages. The tests generate
this file and compare it; after an intended change, `GOLDEN=accept cargo test --release --test it makeup` rewrites it.
What a designer can ask of the make-up: [guide/make-up.md](../guide/make-up.md).

组版：每篇稿件占一个整栏整行的矩形，先求各种切法，再定行数和题号，按下表的代价择优；200 个自造版面的结果附后。

## How it works

**The page** is a grid of basic columns and baseline rows. Each article gets one module: a rectangle of whole columns
and rows, with the head on top and the body in columns below. Page head and banner take the first rows. Briefs (简讯)
with the same column title share one module under that title; a picture that stands alone is a module too.

**Forms.** Each article has a few forms for each width in columns. The head stands over all columns (盖文题), or over
the left ones, at least half of them, while the others run up to its top (串文题). On request it stands in the middle
with columns on both sides (眉心题), or vertically at the left (左侧竖题). The headline size comes from the ladder of
the house style; the spanned width and the rank (lead or not) set the largest. The headline is broken by sense into one
to three lines, and may be drawn a little narrower (长体) to keep a size. The body is poured into the columns so that
the feet are level; paragraphs may run a line longer in the columns that need it, or a line or two shorter if that saves
a line. Pictures stand at the top of the columns, from the right, beside or below the head; their blocks are whole rows
deep, and they are cropped a little to fit the depth. A picture block in the copy stands in its column. Articles with a
border or a tint have the same number of columns, narrower by whole 字. Each alternative headline adds forms. A form has
a range of depths: a head can give up a row of white or take six more, crossheads take some, pictures take what their
crop allows.

**Cutting.** The page is cut by straight cuts into two parts, one above the other or side by side, and each part is cut
again. For every set of articles and every width the search keeps the cheapest few ways to cut it. Ranges of depth add
up when parts are stacked, and must meet when they stand side by side; if they do not, the shallower part pays for its
white. At each cut the part with the most important article comes first, above or at the left, so the lead stands top
left.

**Fixed places.** Locks, the slots of a template and reserved boxes are placed first. The area they leave free is cut
into rectangles in every straight way, and the articles are distributed over these in every way, with the lead in the
strongest place (上左 > 上右 > 下右 > 下左). If a lock fixes only part of a place, the other values are tried. Items
with only a fixed width or depth stay in the search.

**Pruning.** For each set and width 6 to 64 ways are kept, fewer where there are more sets. A way is dropped if another
is as cheap, as shallow and as deep, and has text at the upper corners where this one has. With up to four articles this
keeps the cheapest layout there is: a test compares with every layout of small pages. Ways deeper than the page are
dropped too. Gutters through the whole page are charged while the trees of the page are built. If nothing is left, the
search runs again and keeps the least deep ways: then there is too much copy. If not even heads and pictures fit, as few
items as possible are left off the page, the least important first, and a locked item only after all others.

**More than nine articles** are grouped first: neighbours in the order of importance with the fewest rows become one
item, never with the lead, and at most four as long as that is enough. Each group is cut on its own, then the groups are
cut in the same way.

**Settling.** The 72 cheapest layouts of the page (144 with up to five articles) are settled; each is abandoned as soon
as it costs more than the best so far. Each cut shares its rows: parts take their usual depth, and missing or surplus
rows are shared according to the range of each part. Heads and pictures take the remaining white, and bodies are poured
again. With too little copy every module ends with level feet and the white is left below it.

**Sizes.** Then, from the most important article down, no headline may be larger than that of a more important one. A
headline that is larger takes a smaller size in the rows it has.

**Judging.** Each settled layout is charged with everything in the table below, and the cheapest wins. `PlanPage`
returns the next ones too, with their charges. The density step is the cheapest of the three that suit the amount of
copy best, found by a lighter search with groups down to seven; if copy is over there, the next step is taken.

Work is bounded by counts alone, so the same record gives the same page on every machine.

## Costs

Ten is a blemish that only a layout editor sees, a hundred one that a reader might see, a thousand one that no page
should have. Costs of `fit/` rank the ways to set one article. Limits bound the choice. The tests compare the values
with the source.

| where | name | value | rule | reason |
|---|---|---|---|---|
";

const PAGES: &str = "
## Pages

Each page consists of sentences of the seed and the fixtures, cut and recombined, without a density step. Its fullness
is its number of 字 of body against the number that just fits at the step `six`: {one} 字 for one article, {more} fewer
for each further article. The checks read the geometry alone and are written from the rules:

* over: 字 that did not fit. filled: the share of the page that is not white, %; white: rows of one column.
* hollow: modules with more than one white row at their foot. feet: modules whose columns end on different rows, and
  the most rows between two feet (R51).
* 碰题: heads of like size side by side, no more than two gutters apart, or one within three rows below another (R59).
* 通线: gutters that no module crosses over 85 % of the depth (R60). 断版: cuts across the page beyond one. 腰斩: one at
  45–55 % (R61).
* sizes: pairs in which the more important article has the smaller headline (R62). lead: whether the most important
  article stands top left, and has the largest headline.
* short: columns below five rows. R57: first lines more than two rows below their head. fill: heads whose widest line
  fills less than 0.60 of the columns it spans, and more than 0.96 (R68).

A page is good if nothing is over, it is 99 % filled, its feet are level and it has no 碰题.

| page | articles | 字 | full % | step | over | filled | white | hollow | feet | 碰题 | 通线 | 断版 | 腰斩 | sizes | lead | short | R57 | fill | good |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

const COUNTS: &str = "
## By number of articles

Number of pages that pass each check, by number of articles.

";

/// A check: its name, and a function that is true if a page passes it.
type Check = (&'static str, fn(&Inspection) -> bool);

const CHECKS: [Check; 15] = [
    ("nothing over", |inspection| inspection.over == 0),
    ("99 % filled", |inspection| inspection.utilisation >= 0.99),
    ("none hollow", |inspection| inspection.hollow == 0),
    ("feet level", |inspection| inspection.uneven == 0),
    ("no 碰题", |inspection| inspection.tombstones == 0),
    ("no 通线", |inspection| inspection.gutters_through == 0),
    ("no 断版", |inspection| inspection.cuts_across == 0),
    ("no 腰斩", |inspection| inspection.middle == 0),
    ("sizes in order", |inspection| inspection.inversions == 0),
    ("lead top left", |inspection| inspection.lead),
    ("lead largest", |inspection| inspection.largest),
    ("columns ≥ 5", |inspection| inspection.short == 0),
    ("串文题 ≥ ½", |inspection| inspection.narrow == 0),
    ("R57", |inspection| inspection.apart == 0),
    ("good", is_good),
];

/// Returns the text of the document.
pub(crate) fn text(pages: &[Inspection]) -> String {
    let mut out = HEAD.to_owned();
    for cost in COSTS {
        let row = [cost.file, cost.name, cost.value, cost.rule, cost.reason].join(" | ");
        let _ = writeln!(out, "| {row} |");
    }
    let one = capacity(1);
    let more = (one - capacity(2)).to_string();
    out += &PAGES.replace("{one}", &one.to_string()).replace("{more}", &more);
    for (page, inspection) in pages.iter().enumerate() {
        let _ = writeln!(out, "| {} | {} |", page + 1, row(inspection).join(" | "));
    }
    out += COUNTS;
    let names: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(out, "| articles | pages | {} |", names.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(CHECKS.len() + 2));
    for articles in 1..=ARTICLES_MOST {
        let matching: Vec<&Inspection> =
            pages.iter().filter(|inspection| inspection.articles == articles).collect();
        let _ = writeln!(out, "| {articles} | {} |", kept(&matching));
    }
    let _ = writeln!(out, "| all | {} |", kept(&pages.iter().collect::<Vec<_>>()));
    out
}

/// Number of pages, and of those that pass each check.
fn kept(pages: &[&Inspection]) -> String {
    let count = |(_, check): &Check| {
        pages.iter().filter(|inspection| check(inspection)).count().to_string()
    };
    let counts: Vec<String> = CHECKS.iter().map(count).collect();
    format!("{} | {}", pages.len(), counts.join(" | "))
}

fn row(inspection: &Inspection) -> Vec<String> {
    let some = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    let yes = |value: bool| if value { "✓" } else { "✗" };
    let feet = match inspection.uneven {
        0 => String::new(),
        modules => format!("{modules} ({})", inspection.feet),
    };
    vec![
        inspection.articles.to_string(),
        inspection.chars.to_string(),
        (inspection.chars * 100 / capacity(inspection.articles)).to_string(),
        inspection.step.clone(),
        some(inspection.over as usize),
        format!("{:.1}", inspection.utilisation * 100.0),
        some(inspection.white as usize),
        some(inspection.hollow),
        feet,
        some(inspection.tombstones),
        some(inspection.gutters_through),
        some(inspection.cuts_across),
        some(inspection.middle),
        some(inspection.inversions),
        format!("{}{}", yes(inspection.lead), yes(inspection.largest)),
        some(inspection.short),
        some(inspection.apart),
        format!("{}/{}", inspection.loose, inspection.tight),
        if is_good(inspection) { "good" } else { "" }.to_owned(),
    ]
}
