//! The rules counted on real copy: every paragraph of the repository's records, at the measures of
//! newspapers, read back from the PDF.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use banmian::intake::normalise_and_check;
use banmian::model::{BodyBlock, CopyText};

use crate::conformance::check::{
    INK_LEFT, INK_RIGHT, address, forbidden, is_han, line_end_tolerance,
};
use crate::conformance::fault_free::{WIDE, fault_free_lines};
use crate::conformance::read_back::{ParagraphSpec, PlacedGlyph, Row, Setting, Style, draw, role};
use crate::conformance::rules::{RULES, Severity};
use crate::support::{FIXTURES, context, record};

/// Measures in 字.
pub(crate) const MEASURES: [i64; 9] = [11, 13, 15, 17, 18, 21, 27, 34, 41];

/// Gap between Han characters that readers do not notice (R37), in em.
const SEEN: f64 = 0.12;
/// Measure from which a last line of two characters is a warning (R43), in 字.
const LONELY_FROM: f64 = 21.0;
/// Tolerance for a place in the PDF, in em; marks of some faces are moved within their cells.
const OFF: f64 = 3e-3;
const MOVED: f64 = 0.03;

/// Rules that are counted at every line end.
const ENDS: [&str; 17] = [
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R12", "R13", "R14",
    "R15", "R16", "R17", "R19",
];

/// Results at one measure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    pub(crate) paragraphs: usize,
    pub(crate) lines: usize,
    /// Faults and warnings by rule.
    pub(crate) faults: BTreeMap<&'static str, usize>,
    pub(crate) warnings: BTreeMap<&'static str, usize>,
    /// Faults of paragraphs that have them in every possible setting.
    pub(crate) forced: BTreeMap<&'static str, usize>,
    /// Widest gap between Han characters, in em.
    pub(crate) worst: f64,
    /// Lines with a fault.
    pub(crate) shown: Vec<String>,
}

/// Returns the counts of the measures, in order.
pub(crate) fn counts() -> &'static [Count] {
    static COUNTS: OnceLock<Vec<Count>> = OnceLock::new();
    COUNTS.get_or_init(|| {
        let copy = copy();
        MEASURES.iter().map(|measure| count(&copy, *measure)).collect()
    })
}

/// Returns the paragraphs of the records, as the page would set them.
fn copy() -> Vec<CopyText> {
    let mut out = Vec::new();
    for path in FIXTURES.iter().filter(|path| path.ends_with(".json")) {
        let copy = normalise_and_check(&mut record(path), &context()).expect("a page").value;
        for block in copy.articles.into_iter().flat_map(|article| article.body) {
            match block {
                BodyBlock::Paragraph(text) => out.push(text),
                BodyBlock::Note(_)
                | BodyBlock::Aside(_)
                | BodyBlock::Crosshead(_)
                | BodyBlock::Lines(_)
                | BodyBlock::PullQuote(_)
                | BodyBlock::Picture(_)
                | BodyBlock::JumpFrom(_)
                | BodyBlock::JumpTo(_) => {}
            }
        }
    }
    out
}

fn count(copy: &[CopyText], measure: i64) -> Count {
    let face = role("song");
    let specs: Vec<ParagraphSpec<'_>> = copy
        .iter()
        .map(|text| ParagraphSpec {
            text: &text.text,
            spans: &text.spans,
            face,
            style: Style::Kaiming,
            measure: measure * 1000,
            indent: 2000,
            vertical: false,
        })
        .collect();
    let mut count = Count { paragraphs: copy.len(), ..Count::default() };
    for setting in draw(&specs) {
        let mut found = Count::default();
        found.paragraph(&setting);
        count.take(found, &setting);
    }
    count
}

impl Count {
    fn add(&mut self, rule: &'static str, line: &str) {
        let grave = RULES.iter().any(|r| r.id == rule && r.severity == Severity::E);
        if grave {
            self.shown.push(format!("{rule} {line}"));
        }
        let table = if grave { &mut self.faults } else { &mut self.warnings };
        *table.entry(rule).or_default() += 1;
    }

    /// Adds the results of a paragraph. Gaps and runts count as faults only if the paragraph can be
    /// set without them.
    fn take(&mut self, found: Self, setting: &Setting) {
        let gaps =
            |table: &BTreeMap<&str, usize>| table.keys().any(|rule| matches!(*rule, "R37" | "R43"));
        let other = if gaps(&found.faults) { fault_free_lines(setting) } else { None };
        let forced = gaps(&found.faults) && other.is_none();
        self.lines += found.lines;
        self.worst = self.worst.max(found.worst);
        for (rule, n) in found.warnings {
            *self.warnings.entry(rule).or_default() += n;
        }
        for (rule, n) in found.faults {
            let forced = forced && matches!(rule, "R37" | "R43");
            let table = if forced { &mut self.forced } else { &mut self.faults };
            *table.entry(rule).or_default() += n;
        }
        if !forced {
            let other = other.map(|other| format!(", not set as {other}")).unwrap_or_default();
            self.shown.extend(found.shown.into_iter().map(|line| format!("{line}{other}")));
        }
    }

    fn warn(&mut self, rule: &'static str) {
        *self.warnings.entry(rule).or_default() += 1;
    }

    fn paragraph(&mut self, setting: &Setting) {
        let rows = &setting.pdf_rows;
        let texts: Vec<String> = rows.iter().map(Row::text).collect();
        self.lines += rows.len();
        for (row, pair) in rows.iter().zip(texts.windows(2)) {
            let (before, after) = (pair[0].trim_end(), pair[1].as_str());
            for rule in ENDS.into_iter().filter(|rule| forbidden(rule, before, after)) {
                self.add(rule, &pair.join("|"));
            }
            let letter = |c: char| c.is_ascii_alphabetic();
            let split = before.ends_with(letter) && after.starts_with(letter);
            let hyphen = row.0.last().is_some_and(|spot| spot.text == "\u{ad}");
            if split && !hyphen && !address(before) {
                self.add("R18", &pair.join("|"));
            }
        }
        let last = rows.len() - 1;
        for (k, row) in rows.iter().enumerate() {
            self.start(k, row, &texts[k]);
            self.inside(row, &texts[k]);
            if k < last {
                self.filled(row, &texts[k], setting.measure);
            }
        }
        self.last(setting.measure, rows, &texts[last]);
    }

    /// R23, R24, R25: start of a line.
    fn start(&mut self, k: usize, row: &Row, text: &str) {
        let Some(first) = row.0.first() else { return };
        let opening = INK_RIGHT.contains(first.first());
        let indent = if k == 0 { 2.0 } else { 0.0 };
        let expected = if opening { indent - 0.5 } else { indent };
        if (first.x - expected).abs() > MOVED {
            self.add(
                if k > 0 {
                    "R23"
                } else if opening {
                    "R25"
                } else {
                    "R24"
                },
                text,
            );
        }
    }

    /// R36, R40: no character nearer than its cell, no digit moved from its half cell.
    fn inside(&mut self, row: &Row, text: &str) {
        if row.steps().iter().any(|step| *step < 1.0 - OFF) {
            self.add("R36", text);
        }
        let digit = |spot: &PlacedGlyph| spot.first().is_ascii_digit() && spot.text.len() == 1;
        let mut pairs = row.0.windows(2).filter(|pair| pair.iter().all(digit));
        if pairs.any(|pair| (pair[1].x - pair[0].x - 0.5).abs() > OFF) {
            self.add("R40", text);
        }
    }

    /// R22, R37, R38, R39: filled lines.
    fn filled(&mut self, row: &Row, text: &str, measure: f64) {
        let end = row.end();
        let mark = row.0.last().is_some_and(|spot| INK_LEFT.contains(spot.first()));
        if (end - measure).abs() > line_end_tolerance(text) {
            // A line that is only an address has no gap that could be changed (R20).
            let stiff = !text.contains(is_han) && address(text);
            if !stiff {
                self.add(if mark { "R22" } else { "R37" }, text);
            }
        }
        let gap = row.widest();
        self.worst = self.worst.max(gap);
        if gap > WIDE + OFF {
            self.add("R37", &format!("{gap:.3} em in {text}"));
        } else if gap > SEEN + OFF {
            self.warn("R37");
        }
        let marks = halves(row);
        let least = marks.iter().copied().fold(1.0, f64::min);
        if gap > OFF && least < 1.0 - MOVED {
            self.warn("R38");
        }
        let most = marks.iter().copied().fold(0.0, f64::max);
        if !marks.is_empty() && gap <= OFF && most - least > MOVED && most <= 1.0 {
            self.warn("R39");
        }
    }

    /// R41, R43: the last line.
    fn last(&mut self, measure: f64, rows: &[Row], text: &str) {
        let row = &rows[rows.len() - 1];
        if row.steps().iter().any(|step| (step - 1.0).abs() > OFF) {
            self.add("R41", text);
        }
        let chars = text.chars().filter(|c| c.is_alphanumeric()).count();
        if rows.len() > 1 && chars < 2 {
            self.add("R43", text);
        } else if rows.len() > 1 && chars == 2 && measure >= LONELY_FROM {
            self.warn("R43");
        }
    }
}

/// Returns the width of each bracket, quote and pause mark between two Han characters: each of them
/// has a half that can be restored, and all of them the same.
fn halves(row: &Row) -> Vec<f64> {
    let han = |spot: &PlacedGlyph| spot.text.chars().all(is_han);
    let mark = |spot: &PlacedGlyph| "，、：；”’）》〉“‘（《〈".contains(spot.first());
    let three = row.0.windows(3).filter(|t| han(&t[0]) && mark(&t[1]) && han(&t[2]));
    three.map(|three| three[2].x - three[0].x - 1.0).collect()
}

/// Kinsoku, indivisible runs, edges and indents: no paragraph of real copy is so tight at these
/// measures that they cannot be kept.
#[test]
fn real_copy_breaks_no_rule() {
    let mut faults = Vec::new();
    for (measure, count) in MEASURES.iter().zip(counts()) {
        assert!(count.lines > 1000, "only {} lines at {measure} 字", count.lines);
        faults.extend(count.shown.iter().map(|line| format!("at {measure}: {line}")));
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
