//! The typographic rules of lines by number: one table of cases a rule, each checked on the lines
//! that the library returns and again on the glyphs read back from a finished PDF.
//!
//! The results are written to `docs/measure/conformance.md`. The second reader shares no code with
//! the writer, and the checks are written from the reference; only the outlines of glyphs come from
//! the faces.

mod breaks;
mod check;
mod fault_free;
mod ink;
mod normalised;
mod pages;
mod read_back;
mod real_copy;
mod report;
mod rules;
mod widths;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(crate) use crate::conformance::normalised::NORMALISED;

use crate::conformance::check::{CheckedParagraph, Expect, forbidden};
use crate::conformance::read_back::{ParagraphSpec, Row, Setting, Style, draw};
use crate::conformance::rules::{RULES, Severity};
use crate::conformance::widths::WidthCase;
use crate::golden;
use crate::support::root;

/// Tolerances: lengths from the library are exact up to the decimals of the table; a PDF has
/// thousandths of the type size, and our reader single precision.
const OFF_LINES: f64 = 1e-4;
const OFF_PDF: f64 = 2e-3;

/// A column of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    /// NP-CN, lines of the library.
    Lines,
    /// NP-CN, glyphs of the PDF.
    Pdf,
    /// 全角式, both sources.
    Full,
    /// 半角式, both sources.
    Half,
}

/// Number of cases, and of those that pass.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    passed: usize,
    total: usize,
}

/// Results of all cases.
#[derive(Default)]
struct Outcome {
    tallies: BTreeMap<(&'static str, Column), Tally>,
    /// Rule, column, and description of the fault.
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

/// A case: a paragraph and its expectation. In styles for which the reference gives no positions,
/// only the rule's prohibitions are checked.
struct Case {
    rule: &'static str,
    spec: ParagraphSpec<'static>,
    expect: Option<Expect>,
}

fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for (rule, measure, text, expect) in breaks::BREAKS {
        for style in Style::ALL {
            let spec = ParagraphSpec::song(text, style, *measure, 0);
            // The end of a full line depends on the style; the prohibitions of a rule do not.
            let positions = matches!(expect, Expect::Lines(_) | Expect::Ends(_));
            let holds = style == Style::Kaiming || !positions;
            let expect = holds.then_some(*expect);
            out.push(Case { rule, spec, expect });
        }
    }
    let tables: [(&[WidthCase], bool); 5] = [
        (widths::EDGES, false),
        (widths::MARKS, false),
        (widths::FILLS, false),
        (widths::STIFF, false),
        (widths::UPRIGHT, true),
    ];
    for (table, vertical) in tables {
        for (rule, styles, measure, indent, text, expect) in table {
            for style in *styles {
                let spec = ParagraphSpec {
                    vertical,
                    ..ParagraphSpec::song(text, *style, *measure, *indent)
                };
                out.push(Case { rule, spec, expect: Some(*expect) });
            }
        }
    }
    for (rule, least, expect) in widths::ALWAYS {
        for text in widths::ANY {
            for style in Style::ALL {
                for measure in *least..=30 {
                    let spec = ParagraphSpec::song(text, style, measure * 1000, 2000);
                    out.push(Case { rule, spec, expect: Some(*expect) });
                }
            }
        }
    }
    out
}

/// Checks the general properties of a paragraph, the prohibitions of the rule, and the expectation
/// of the row.
fn check_case(case: &Case, found: &CheckedParagraph<'_>) -> Result<(), String> {
    let shown = |fault: String| format!("{fault}: {}", found.texts().join("|"));
    found.check_text_and_measure().map_err(shown)?;
    check_prohibitions(case.rule, found).map_err(shown)?;
    match &case.expect {
        Some(expect) => found.check(expect).map_err(shown),
        None => Ok(()),
    }
}

/// Checks the prohibitions of a rule at each line end.
fn check_prohibitions(rule: &str, found: &CheckedParagraph<'_>) -> Result<(), String> {
    let texts = found.texts();
    for (k, pair) in texts.windows(2).enumerate() {
        let before = pair[0].trim_end().chars().next_back().unwrap_or(' ');
        let after = pair[1].chars().next().unwrap_or(' ');
        // Only R17 may give way: its rows say where.
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

/// The two sources of a setting, with the tolerance of each.
fn sources(setting: &Setting) -> [(&[Row], f64); 2] {
    [(&setting.library_rows, OFF_LINES), (&setting.pdf_rows, OFF_PDF)]
}

/// Returns the glyphs with which the characters of a text are drawn.
fn shapes(rows: &[Row], of: &str) -> BTreeMap<char, u16> {
    let spots = rows.iter().flat_map(|row| &row.0);
    let matching = spots.filter(|spot| of.contains(spot.first()) && spot.first() != '\0');
    matching.map(|spot| (spot.first(), spot.shape)).collect()
}

/// R99: checks that a vertical line draws these marks with other glyphs than a horizontal line.
fn check_vertical_shapes(across: &[Row], down: &[Row], marks: &str) -> Result<(), String> {
    let (across, down) = (shapes(across, marks), shapes(down, marks));
    for mark in marks.chars() {
        match (across.get(&mark), down.get(&mark)) {
            (Some(a), Some(b)) if a != b => {}
            other => return Err(format!("{mark} has no vertical form: {other:?}")),
        }
    }
    Ok(())
}

/// Draws every case into one PDF, reads it once and returns the results.
fn outcome() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| {
        let (cases, ink_cases) = (cases(), ink::ink_cases());
        // Marks as a horizontal line draws them: on vertical lines they must differ.
        let flat = ParagraphSpec::song("“”—（）", Style::Kaiming, 20_000, 0);
        let mut specs: Vec<ParagraphSpec<'_>> = cases.iter().map(|case| case.spec).collect();
        specs.extend(ink_cases.iter().map(|case| case.spec));
        specs.push(flat);
        let settings = draw(&specs);
        let (flat, settings) = settings.split_last().expect("a setting for each");
        let mut outcome = Outcome::default();
        for (case, setting) in cases.iter().zip(settings) {
            let spec = &case.spec;
            let what = format!("at {} {}", spec.measure, spec.text);
            let across = [&flat.library_rows, &flat.pdf_rows];
            let found = [0, 1].map(|k| {
                let (rows, off) = sources(setting)[k];
                check_case(case, &CheckedParagraph { setting, rows, off })?;
                match case.expect {
                    Some(Expect::Vertical(marks)) => check_vertical_shapes(across[k], rows, marks),
                    Some(_) | None => Ok(()),
                }
            });
            outcome.both((case.rule, spec.style), &what, found);
        }
        for (case, setting) in ink_cases.iter().zip(&settings[cases.len()..]) {
            let found = sources(setting).map(|(rows, _)| ink::check(case.rule, setting, rows));
            outcome.both((case.rule, case.spec.style), case.face, found);
        }
        pages::add(&mut outcome);
        normalised::add(&mut outcome);
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
    let is_listed = |id: &str| RULES.iter().any(|rule| rule.id == id);
    for (rule, _) in outcome.tallies.keys() {
        assert!(is_listed(rule), "{rule} is not in the table of rules");
    }
}

#[test]
fn the_report_is_current() {
    let text = report::text(outcome(), real_copy::counts());
    let file = root("docs/measure/conformance.md");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "accept") {
        std::fs::write(&file, &text).expect("write");
        return;
    }
    let committed = std::fs::read(&file).unwrap_or_default();
    if let Some(fault) = golden::texts(&committed, text.as_bytes()) {
        panic!("docs/measure/conformance.md: {fault}\nGOLDEN=accept takes it over");
    }
}
