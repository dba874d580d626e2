//! `docs/measure/editor.md`: the figures of real-pages.md over the generated pages, the faults by
//! rule, the verdicts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::editor::Judged;
use crate::editor::air::{air, filled};
use crate::editor::contrast::relieved;
use crate::editor::generator::Fullness;
use crate::editor::hierarchy::{gutter_run, next_head};
use crate::editor::page::{EditorPage, Head, Module};
use crate::editor::rules::RULES;
use crate::editor::structure::{SideBySide, pairs};
use crate::editor::verdict::Verdict;

const HEAD: &str = "\
# The editor's check

200 pages of real shape, made up from the seed {seed}, rendered and judged by the rules of a layout
editor. The tests make this file and compare it:
`GOLDEN=accept cargo test --release --test it -- editor` rewrites it. `EDITOR_SEED=n` runs other
pages and leaves this file alone; `EDITOR_RECORDS=dir` writes each page there as record, preview and
list of faults. The check reads the geometry of the report, the record and the press PDF; the
make-up's own costs are not asked.

编辑眼光：按真实版面的形状自造 200 个版，逐条检查，真实报纸的数字列在旁边。

160 pages have enough copy, 20 are short (60–95 % of a page at the loosest step), 20 are over
(101–110 % at the closest).

";

/// A figure of some numbers, to two decimals.
fn two(value: f64) -> String {
    format!("{value:.2}")
}

fn percent(part: usize, all: usize) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    format!("{:.0} % ({part} of {all})", part as f64 * 100.0 / all as f64)
}

/// Numbers with their quantiles.
struct Numbers(Vec<f64>);

impl Numbers {
    fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// Quantile in hundredths. 0 if there are none.
    fn at(&self, hundredths: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last * hundredths + 50) / 100).copied().unwrap_or(0.0)
    }

    fn share(&self, keeps: impl Fn(f64) -> bool) -> String {
        percent(self.0.iter().filter(|value| keeps(**value)).count(), self.0.len())
    }

    fn spread(&self) -> String {
        format!("{} ({}–{})", two(self.at(50)), two(self.at(10)), two(self.at(90)))
    }
}

/// All heads with their pages.
fn heads(pages: &[Judged]) -> impl Iterator<Item = (&EditorPage, &Module, &Head)> {
    pages.iter().flat_map(|judged| {
        judged.page.heads().map(move |(module, head)| (&judged.page, module, head))
    })
}

/// A row of the table: what is measured, on real pages, here.
type Row = (&'static str, &'static str, String);

fn count(pages: &[Judged], keeps: impl Fn(&EditorPage) -> bool) -> String {
    percent(pages.iter().filter(|judged| keeps(&judged.page)).count(), pages.len())
}

fn lead_rows(pages: &[Judged]) -> Vec<Row> {
    let leads = || {
        pages.iter().filter_map(|judged| {
            let lead = judged.page.lead()?;
            Some((&judged.page, lead, lead.head.as_ref()?))
        })
    };
    let next = Numbers::of(pages.iter().filter_map(|judged| Some(next_head(&judged.page)?.1)));
    let body = Numbers::of(leads().map(|(page, _, head)| head.size / page.grid.body_pt));
    let span = Numbers::of(
        leads().map(|(page, lead, _)| f64::from(lead.cells.columns) / f64::from(page.grid.columns)),
    );
    let area = Numbers::of(leads().map(|(page, lead, _)| {
        let field = f64::from(page.grid.columns * page.grid.field_rows());
        f64::from(lead.cells.columns * lead.cells.rows) / field * 100.0
    }));
    let left = leads().filter(|(_, lead, _)| lead.cells.column == 0).count();
    let aside = leads().filter(|(_, _, head)| head.kicker || head.deck).count();
    let sizes = Numbers::of(pages.iter().map(|judged| {
        let mut sizes: Vec<i64> = judged.page.heads().map(|(_, head)| tenths(head.size)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes.len() as f64
    }));
    vec![
        ("lead ÷ next head", "1.37 (1.17–1.73)", next.spread()),
        ("ties and smaller", "7 %", next.share(|ratio| ratio < 1.005)),
        ("lead ÷ next ≥ 1.25", "73 %", next.share(|ratio| ratio >= 1.25)),
        ("lead ÷ body", "5.3 (4.5–6.3)", body.spread()),
        ("lead's span of the width", ".72", span.spread()),
        ("lead's share of the field, %", "26 (10–62)", area.spread()),
        ("lead at the left margin", "94 %", percent(left, leads().count())),
        ("kicker or deck on the lead", "72–80 %", percent(aside, leads().count())),
        ("sizes of heads a page", "3–5", sizes.spread()),
    ]
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of type")]
fn tenths(size: f64) -> i64 {
    (size * 10.0).round() as i64
}

fn head_rows(pages: &[Judged]) -> Vec<Row> {
    let all = heads(pages).count();
    let flat = || heads(pages).filter(|(_, _, head)| !head.vertical);
    let fill = Numbers::of(flat().map(|(_, _, head)| head.fill()));
    let lines = |n: usize| {
        let of = move |head: &Head| head.lines.len().min(3) == n;
        percent(heads(pages).filter(|(_, _, head)| of(head)).count(), all)
    };
    let scale = Numbers::of(heads(pages).map(|(_, _, head)| head.scale));
    let beside = heads(pages).filter(|(_, _, head)| head.beside > 0).count();
    let lead = pages.iter().filter(|judged| {
        let lead = judged.page.lead().and_then(|lead| lead.head.as_ref());
        lead.is_some_and(|head| head.beside > 0)
    });
    let aside = heads(pages).filter(|(_, _, head)| head.kicker || head.deck).count();
    let vertical = heads(pages).filter(|(_, _, head)| head.vertical).count();
    let airs: Vec<_> = heads(pages).filter_map(|(page, m, head)| air(page, m, head)).collect();
    let below = Numbers::of(airs.iter().map(|air| air.below));
    let above = Numbers::of(airs.iter().map(|air| air.above));
    let most = Numbers::of(airs.iter().map(|air| air.above.max(air.below)));
    vec![
        ("fill of the span", ".88 (p10 .57)", fill.spread()),
        ("fill under .60", "12 %", fill.share(|fill| fill < 0.60)),
        ("heads on one line", "82 %", lines(1)),
        ("on two", "18 %", lines(2)),
        ("on three or more", "1 %", lines(3)),
        ("长体 under .90", "28 %", scale.share(|scale| scale < 0.895)),
        ("长体 under .80", "20 %", scale.share(|scale| scale < 0.795)),
        ("text beside a head", "3 %", percent(beside, all)),
        ("on the lead, pages", "1 of 31", percent(lead.count(), pages.len())),
        ("kicker or deck, heads", "40 %", percent(aside, all)),
        ("vertical heads, heads", "7 %", percent(vertical, all)),
        ("white below the head, rows", "1.25 (1.3–2.1)", below.spread()),
        ("white above, rows", "2", above.spread()),
        ("heads with 2 rows of white or more", "–", most.share(|rows| rows >= 2.0)),
        ("with more than 3", "0", most.share(|rows| rows > 3.0)),
    ]
}

fn page_rows(pages: &[Judged]) -> Vec<Row> {
    let full: Vec<&Judged> = pages.iter().filter(|j| j.page.articles().count() >= 3).collect();
    let through = |page: &EditorPage| -> Vec<f64> {
        let open = (1..page.grid.columns).filter(|column| gutter_run(page, *column) >= 0.85);
        open.map(|column| f64::from(column) / f64::from(page.grid.columns)).collect()
    };
    let open = full.iter().filter(|judged| !through(&judged.page).is_empty()).count();
    let strip = full.iter().filter(|judged| {
        let is = |share: &f64| (0.6..=0.83).contains(share) || (0.17..=0.4).contains(share);
        through(&judged.page).iter().any(is)
    });
    let stones = |how: SideBySide| {
        count(pages, |page| pairs(page).iter().any(|(_, _, found)| *found == how))
    };
    let number = pages
        .iter()
        .flat_map(|judged| pairs(&judged.page))
        .filter(|(_, _, how)| *how == SideBySide::Tombstone);
    let faces = |page: &EditorPage| {
        let mut faces: Vec<&str> = page.heads().map(|(_, head)| head.face.as_str()).collect();
        faces.sort_unstable();
        faces.dedup();
        faces.len()
    };
    let vertical = |page: &EditorPage| page.heads().any(|(_, head)| head.vertical);
    let framed = |page: &EditorPage| page.articles().any(Module::framed);
    let labelled = |page: &EditorPage| {
        page.articles().any(|module| module.label.as_ref().is_some_and(|label| label.drawn))
    };
    let fill = Numbers::of(pages.iter().map(|judged| filled(&judged.page)));
    let narrow = || {
        pages.iter().flat_map(|judged| {
            let rows = f64::from(judged.page.grid.rows);
            let one = judged.page.articles().filter(|module| module.cells.columns == 1);
            one.map(move |module| f64::from(module.cells.rows) / rows)
        })
    };
    let deep = narrow().filter(|depth| *depth > 1.0 / 3.0).count();
    let ruled = count(pages, |page| page.rules.iter().any(|rule| !rule.vertical()));
    vec![
        ("fill of the page, white at heads counted", "–", fill.spread()),
        ("pages under .97", "–", fill.share(|fill| fill < 0.97)),
        ("碰题, pages", "10 %", stones(SideBySide::Tombstone)),
        ("碰题, pairs", "–", number.count().to_string()),
        ("parted by 8 gutters of white, pages", "–", stones(SideBySide::Half)),
        ("near misses, pages", "13 %", stones(SideBySide::Near)),
        ("gutter through ≥ .85, of pages with 3 articles", "54 %", percent(open, full.len())),
        ("block and strip", "58 %", percent(strip.count(), full.len())),
        ("vertical heads, pages", "36 %", count(pages, vertical)),
        ("boxes or tints, pages", "49 %", count(pages, framed)),
        ("labels, pages", "67 %", count(pages, labelled)),
        (
            "box, tint, vertical head or label, pages",
            "≈ 80 %",
            count(pages, |p| p.articles().any(relieved)),
        ),
        ("one face for all heads, pages", "–", count(pages, |page| faces(page) < 2)),
        ("one-column modules deeper than 1/3", "17 % (4 of 24)", percent(deep, narrow().count())),
        ("rules between articles, pages", "–", ruled),
    ]
}

fn picture_rows(pages: &[Judged]) -> Vec<Row> {
    let pictures = Numbers::of(
        pages.iter().map(|j| j.page.modules.iter().map(|m| m.pictures.len()).sum::<usize>() as f64),
    );
    let largest = Numbers::of(pages.iter().filter_map(|judged| {
        let all = judged.page.modules.iter().flat_map(|module| &module.pictures);
        let most = all.map(|picture| picture.area.size()).fold(0.0, f64::max);
        (most > 0.0).then(|| most * 100.0 / judged.page.grid.area.size())
    }));
    vec![
        ("pictures, pages", "94 %", pictures.share(|number| number > 0.0)),
        ("pictures a page", "2", pictures.spread()),
        ("largest picture, % of the type area", "13 (7–31)", largest.spread()),
    ]
}

/// The text of the document.
pub(crate) fn text(seed: u64, pages: &[Judged]) -> String {
    let mut out = HEAD.replace("{seed}", &seed.to_string());
    let articles = Numbers::of(pages.iter().map(|j| j.page.articles().count() as f64));
    let chars = Numbers::of(pages.iter().map(|j| f64::from(j.page.chars)));
    let _ = writeln!(
        out,
        "Articles a page: median {:.0} ({:.0}–{:.0}); 字 with heads: median {:.0} ({:.0}–{:.0}).\n",
        articles.at(50),
        articles.at(0),
        articles.at(100),
        chars.at(50),
        chars.at(10),
        chars.at(90)
    );
    out += "## Figures\n\nMedian (p10–p90) or share. Real: 36 pages of 22 mainland papers.\n\n";
    out += "| measure | real pages | here |\n|---|---|---|\n";
    for (what, real, here) in
        [lead_rows(pages), head_rows(pages), page_rows(pages), picture_rows(pages)].concat()
    {
        let _ = writeln!(out, "| {what} | {real} | {here} |");
    }
    out + &verdicts(pages) + &by_rule(pages)
}

/// Kinds of pages with their names. `None`: all.
const KINDS: [(&str, Option<Fullness>); 4] = [
    ("enough copy", Some(Fullness::Enough)),
    ("short", Some(Fullness::Short)),
    ("over", Some(Fullness::Over)),
    ("all", None),
];
/// Rules that are a matter of the house style's drawing, not of the make-up.
const DRAWN: [&str; 3] = ["L18", "L19", "L20"];

fn of_kind(pages: &[Judged], kind: Option<Fullness>) -> Vec<&Judged> {
    pages.iter().filter(|judged| kind.is_none_or(|kind| judged.fullness == kind)).collect()
}

fn verdicts(pages: &[Judged]) -> String {
    let mut out = "\n## Verdicts\n\n".to_owned();
    out += "The last column counts pages that break L18–L20 at most.\n\n";
    out +=
        "| pages | number | signed | change | no | but for L18–L20 |\n|---|---|---|---|---|---|\n";
    for (name, kind) in KINDS {
        let own = of_kind(pages, kind);
        let said = |verdict| own.iter().filter(|judged| judged.verdict == verdict).count();
        let [sign, change, no] = [Verdict::Sign, Verdict::Change, Verdict::No].map(said);
        let drawn = |judged: &&&Judged| judged.faults.iter().all(|f| DRAWN.contains(&f.rule));
        let but = own.iter().filter(drawn).count();
        let _ = writeln!(out, "| {name} | {} | {sign} | {change} | {no} | {but} |", own.len());
    }
    out
}

fn by_rule(pages: &[Judged]) -> String {
    let mut out = "\n## Faults by rule\n\n".to_owned();
    out += "Pages with the fault, by kind of page, and faults in all.\n\n";
    out += "| rule | part | enough (160) | short (20) | over (20) | faults |\n";
    out += "|---|---|---|---|---|---|\n";
    for (rule, name, _) in RULES {
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for judged in pages {
            for fault in judged.faults.iter().filter(|fault| fault.rule == rule) {
                *parts.entry(fault.part).or_default() += 1;
            }
        }
        let mut row = |name: &str, part: Option<&str>, sum: usize| {
            let has = |judged: &&&Judged| {
                let mut own = judged.faults.iter().filter(|fault| fault.rule == rule);
                own.any(|fault| part.is_none_or(|part| fault.part == part))
            };
            let kinds = KINDS.map(|(_, kind)| of_kind(pages, kind).iter().filter(has).count());
            let [enough, short, over, _] = kinds;
            let rule = if part.is_none() { rule } else { "" };
            let _ = writeln!(out, "| {rule} | {name} | {enough} | {short} | {over} | {sum} |");
        };
        row(&format!("**{name}**"), None, parts.values().sum());
        for (part, sum) in &parts {
            row(part, Some(part), *sum);
        }
    }
    out
}
