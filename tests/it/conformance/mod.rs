//! The typographic rules of lines by number: one table of cases a rule, each checked on lines as the
//! library gives them and again on the glyphs read back from a finished PDF.
//!
//! `docs/measure/conformance.md` is what comes of it. The second reading shares nothing with the writer, and the
//! checks are written from the reference; only the outlines of glyphs come from the faces.

mod breaks;
mod check;
mod free;
mod ink;
mod keyed;
mod pages;
mod report;
mod rules;
mod run;
mod sheet;
mod widths;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(crate) use crate::conformance::keyed::NORMALISED;

use crate::conformance::check::{Expect, Found, forbidden};
use crate::conformance::rules::{RULES, Severity};
use crate::conformance::sheet::{Ask, Row, Setting, Style, draw};
use crate::conformance::widths::Width;
use crate::golden;
use crate::support::root;

/// Lengths as the library gives them are exact but for the decimals of the table; a PDF has thousandths of
/// the type size, and our reader single precision.
const OFF_LINES: f64 = 1e-4;
const OFF_PDF: f64 = 2e-3;

/// A column of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    /// NP-CN, by the library.
    Lines,
    /// NP-CN, by the PDF.
    Pdf,
    /// 全角式, by both.
    Full,
    /// 半角式, by both.
    Half,
}

/// How many cases pass, of how many.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    passed: usize,
    total: usize,
}

/// What came of all cases.
#[derive(Default)]
struct Outcome {
    tallies: BTreeMap<(&'static str, Column), Tally>,
    /// Column and what is wrong.
    faults: Vec<(&'static str, Column, String)>,
}

impl Outcome {
    fn add(&mut self, rule: &'static str, column: Column, what: &str, found: Result<(), String>) {
        let tally = self.tallies.entry((rule, column)).or_default();
        tally.total += 1;
        match found {
            Ok(()) => tally.passed += 1,
            Err(fault) => {
                self.faults.push((rule, column, format!("{rule} {column:?} {what}: {fault}")));
            }
        }
    }

    fn both(
        &mut self,
        (rule, style): (&'static str, Style),
        what: &str,
        [lines, pdf]: [Result<(), String>; 2],
    ) {
        match style {
            Style::Kaiming => {
                self.add(rule, Column::Lines, what, lines);
                self.add(rule, Column::Pdf, what, pdf);
            }
            Style::Full => self.add(rule, Column::Full, what, lines.and(pdf)),
            Style::Half => self.add(rule, Column::Half, what, lines.and(pdf)),
        }
    }
}

/// A case: a paragraph and what is expected of it; in styles that the reference gives no positions for, only
/// what the rule forbids.
struct Case {
    rule: &'static str,
    ask: Ask<'static>,
    expect: Option<Expect>,
}

fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for (rule, measure, text, expect) in breaks::BREAKS {
        for style in Style::ALL {
            let ask = Ask::song(text, style, *measure, 0);
            // Where a line is full depends on the style; what a rule forbids does not.
            let positions = matches!(expect, Expect::Lines(_) | Expect::Ends(_));
            let holds = style == Style::Kaiming || !positions;
            let expect = holds.then_some(*expect);
            out.push(Case { rule, ask, expect });
        }
    }
    let tables: [(&[Width], bool); 5] = [
        (widths::EDGES, false),
        (widths::MARKS, false),
        (widths::FILLS, false),
        (widths::STIFF, false),
        (widths::UPRIGHT, true),
    ];
    for (table, vertical) in tables {
        for (rule, styles, measure, indent, text, expect) in table {
            for style in *styles {
                let ask = Ask { vertical, ..Ask::song(text, *style, *measure, *indent) };
                out.push(Case { rule, ask, expect: Some(*expect) });
            }
        }
    }
    for (rule, least, expect) in widths::ALWAYS {
        for text in widths::ANY {
            for style in Style::ALL {
                for measure in *least..=30 {
                    let ask = Ask::song(text, style, measure * 1000, 2000);
                    out.push(Case { rule, ask, expect: Some(*expect) });
                }
            }
        }
    }
    out
}

/// What is asked of every paragraph, what the rule forbids, and what the row expects.
fn judge(case: &Case, found: &Found<'_>) -> Result<(), String> {
    let shown = |fault: String| format!("{fault}: {}", found.texts().join("|"));
    found.kept().map_err(shown)?;
    prohibited(case.rule, found).map_err(shown)?;
    match &case.expect {
        Some(expect) => found.check(expect).map_err(shown),
        None => Ok(()),
    }
}

/// What a rule forbids at each line end.
fn prohibited(rule: &str, found: &Found<'_>) -> Result<(), String> {
    let texts = found.texts();
    for (k, pair) in texts.windows(2).enumerate() {
        let before = pair[0].trim_end().chars().next_back().unwrap_or(' ');
        let after = pair[1].chars().next().unwrap_or(' ');
        // R17 alone may give way: its rows say where.
        if rule != "R17" && forbidden(rule, pair[0].trim_end(), &pair[1]) {
            return Err(format!("{before}|{after}"));
        }
        let hyphen = found.rows[k].0.last().is_some_and(|spot| spot.text == "\u{ad}");
        let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
        if rule == "R18" && letters && !hyphen {
            return Err(format!("{before}|{after} without a hyphen"));
        }
        let inside = before.is_ascii_graphic() && after.is_ascii_graphic();
        if rule == "R20" && inside && (hyphen || !"/.?&=-".contains(before)) {
            return Err(format!("{before}|{after} in an address"));
        }
    }
    Ok(())
}

/// The two sources of a setting.
fn sources(setting: &Setting) -> [(&[Row], f64); 2] {
    [(&setting.told, OFF_LINES), (&setting.seen, OFF_PDF)]
}

/// The shapes in which the characters of a text are drawn.
fn shapes(rows: &[Row], of: &str) -> BTreeMap<char, u16> {
    let spots = rows.iter().flat_map(|row| &row.0);
    let wanted = spots.filter(|spot| of.contains(spot.first()) && spot.first() != '\0');
    wanted.map(|spot| (spot.first(), spot.shape)).collect()
}

/// R99: marks that a vertical line draws as a horizontal one would.
fn same_shapes(across: &[Row], down: &[Row], marks: &str) -> Result<(), String> {
    let (across, down) = (shapes(across, marks), shapes(down, marks));
    for mark in marks.chars() {
        match (across.get(&mark), down.get(&mark)) {
            (Some(a), Some(b)) if a != b => {}
            other => return Err(format!("{mark} has no vertical form: {other:?}")),
        }
    }
    Ok(())
}

/// Every case, drawn into one PDF and read once.
fn outcome() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| {
        let (cases, looks) = (cases(), ink::looks());
        // Marks as a horizontal line draws them, for those of vertical lines to differ from.
        let flat = Ask::song("“”—（）", Style::Kaiming, 20_000, 0);
        let mut asks: Vec<Ask<'_>> = cases.iter().map(|case| case.ask).collect();
        asks.extend(looks.iter().map(|look| look.ask));
        asks.push(flat);
        let settings = draw(&asks);
        let (flat, settings) = settings.split_last().expect("a setting for each");
        let mut outcome = Outcome::default();
        for (case, setting) in cases.iter().zip(settings) {
            let ask = &case.ask;
            let what = format!("at {} {}", ask.measure, ask.text);
            let across = [&flat.told, &flat.seen];
            let found = [0, 1].map(|k| {
                let (rows, off) = sources(setting)[k];
                judge(case, &Found { setting, rows, off })?;
                match case.expect {
                    Some(Expect::Vertical(marks)) => same_shapes(across[k], rows, marks),
                    Some(_) | None => Ok(()),
                }
            });
            outcome.both((case.rule, ask.style), &what, found);
        }
        for (look, setting) in looks.iter().zip(&settings[cases.len()..]) {
            let found = sources(setting).map(|(rows, _)| ink::check(look.rule, setting, rows));
            outcome.both((look.rule, look.ask.style), look.face, found);
        }
        pages::add(&mut outcome);
        keyed::add(&mut outcome);
        outcome
    })
}

#[test]
fn no_rule_of_lines_is_broken() {
    let outcome = outcome();
    let grave = |id: &str| RULES.iter().any(|r| r.id == id && r.severity != Severity::I);
    let grave = outcome.faults.iter().filter(|(rule, _, _)| grave(rule));
    let faults: Vec<&str> = grave.map(|(_, _, fault)| fault.as_str()).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_rule_has_its_examples() {
    let outcome = outcome();
    for rule in RULES {
        let cases = outcome.tallies.iter().filter(|((id, _), _)| *id == rule.id);
        let most = cases.map(|(_, tally)| tally.total).max().unwrap_or(0);
        assert!(most >= 3, "{} has {most} cases", rule.id);
    }
    let known = |id: &str| RULES.iter().any(|rule| rule.id == id);
    for (rule, _) in outcome.tallies.keys() {
        assert!(known(rule), "{rule} is not in the table of rules");
    }
}

#[test]
fn the_report_is_current() {
    let text = report::text(outcome(), run::counts());
    let file = root("docs/measure/conformance.md");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "accept") {
        std::fs::write(&file, &text).expect("write");
        return;
    }
    let known = std::fs::read(&file).unwrap_or_default();
    if let Some(fault) = golden::texts(&known, text.as_bytes()) {
        panic!("docs/measure/conformance.md: {fault}\nGOLDEN=accept takes it over");
    }
}
