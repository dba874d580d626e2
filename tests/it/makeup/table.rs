//! `docs/measure/make-up.md`: how pages are made up, the costs that rank layouts, and the results
//! for the 200 generated pages.

use std::fmt::Write as _;

use crate::makeup::costs::costs;
use crate::makeup::generated::{ARTICLES_MOST, capacity};
use crate::makeup::inspect::Inspection;
use crate::makeup::is_good;
use crate::support::read;

/// The document.
const DOCUMENT: &str = "docs/measure/make-up.md";

/// The lines between which a table is written.
fn marks(table: &str) -> [String; 2] {
    [format!("<!-- table: {table} -->\n"), "<!-- end of table -->".to_owned()]
}

/// The document with a table replaced.
fn with_table(document: &str, name: &str, table: &str) -> String {
    let [start, end] = marks(name);
    let (before, rest) = document.split_once(&start).unwrap_or_else(|| panic!("no table {name}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{name} has no end"));
    format!("{before}{start}\n{table}\n{end}{after}")
}

const COSTS: &str = "\
| where | name | value | rule | reason |
|---|---|---|---|---|
";

const PAGES: &str = "\
At the step `six` a page just holds {capacity_of_one} 字 of body for one article, {more} fewer for each further article.

| page | articles | 字 | full % | step | over | filled | white | hollow | feet | 碰题 | 通线 | 断版 | 腰斩 | sizes | lead | short | R57 | fill | good |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
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

/// Returns the document with its tables made again.
pub(crate) fn text(pages: &[Inspection]) -> String {
    let document = String::from_utf8(read(DOCUMENT)).expect("UTF-8");
    let document = with_table(&document, "costs", &cost_table());
    let document = with_table(&document, "pages", &page_table(pages));
    with_table(&document, "checks", &check_table(pages))
}

fn cost_table() -> String {
    let mut out = COSTS.to_owned();
    for cost in costs() {
        let row = [cost.file, &cost.name, &cost.value, &cost.rule, &cost.reason].join(" | ");
        let _ = writeln!(out, "| {row} |");
    }
    out
}

fn page_table(pages: &[Inspection]) -> String {
    let capacity_of_one = capacity(1);
    let more = capacity_of_one - capacity(2);
    let mut out = PAGES
        .replace("{capacity_of_one}", &capacity_of_one.to_string())
        .replace("{more}", &more.to_string());
    for (page, inspection) in pages.iter().enumerate() {
        let _ = writeln!(out, "| {} | {} |", page + 1, table_row(inspection).join(" | "));
    }
    out
}

/// Number of pages that pass each check, by number of articles.
fn check_table(pages: &[Inspection]) -> String {
    let mut out = String::new();
    let names: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(out, "| articles | pages | {} |", names.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(CHECKS.len() + 2));
    for articles in 1..=ARTICLES_MOST {
        let matching: Vec<&Inspection> =
            pages.iter().filter(|inspection| inspection.articles == articles).collect();
        let _ = writeln!(out, "| {articles} | {} |", kept_counts(&matching));
    }
    let _ = writeln!(out, "| all | {} |", kept_counts(&pages.iter().collect::<Vec<_>>()));
    out
}

/// Number of pages, and of those that pass each check.
fn kept_counts(pages: &[&Inspection]) -> String {
    let count = |(_, check): &Check| {
        pages.iter().filter(|inspection| check(inspection)).count().to_string()
    };
    let counts: Vec<String> = CHECKS.iter().map(count).collect();
    format!("{} | {}", pages.len(), counts.join(" | "))
}

fn table_row(inspection: &Inspection) -> Vec<String> {
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
