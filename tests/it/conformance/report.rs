//! `docs/measure/conformance.md`: the rules with the results of their cases, and the counts on real
//! copy.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::conformance::real_copy::{Count, MEASURES};
use crate::conformance::rules::RULES;
use crate::conformance::{Column, Outcome, Tally};

const HEAD: &str = "\
# Conformance

How far the typographic rules of lines are kept, measured. Each rule has a table of short cases in
`tests/it/conformance/`. A case is set, drawn into a PDF, and checked twice: on the lines as the library returns
them, and on the glyph positions that an independent reader finds in the PDF. The checks are written from the
rules, not from the program. The tests generate this file and compare it; after an intended change,
`GOLDEN=accept cargo test --release --test it conformance` rewrites it.

本文件由测试生成：逐条列出中文排版规则的用例数与通过情况，同一用例在排版库的行上和成品 PDF 的字形坐标上各量一次。

## Rules

Severity: E blocks sign-off, W warns, I is a matter of house style. Clauses: GB is GB/T 15834-2011, CLREQ the W3C
requirements, house the practice of mainland papers. NP-CN is the default profile (开明式); its two columns are the
library and the PDF. 全角 and 半角 are the same rules under the full-width and half-width punctuation styles, with both
sources together. In short cases of R01–R21 the other styles are only checked for what the rule forbids, not for where
the line is full. Rules that need a page are read from its PDF alone. n/n: passed cases of all cases; blank: the rule
has no case there.

The last three columns are the results of one-paragraph cases of the rule in other tools at the time the rules were
written (Typst 0.15.2; Chromium 156; XeTeX with xeCJK 3.9.1): ✓ kept, ✗ broken, ~ in part, – not recorded.

| rule | says | severity | clause | cases | NP-CN lines | NP-CN PDF | 全角 | 半角 | Typst | Chromium | xeCJK |
|---|---|---|---|---|---|---|---|---|---|---|---|
";

const COPY: &str = "
## Real copy

Every paragraph of the records under `seeds/` and `tests/fixtures/records/`, set in NP-CN at the measures of newspapers
and read back from the PDF. E is the number of faults, W the warnings per 1 000 lines, by rule in brackets. Forced
faults are gaps (R37) and lonely characters (R43) of paragraphs for which every arrangement of lines has a fault; all
arrangements are tried. The worst gap is the widest white between two Han characters, in em.

| measure | paragraphs | lines | E | forced | W per 1 000 lines | worst gap |
|---|---|---|---|---|---|---|
";

/// Returns the text of the report.
pub(crate) fn text(outcome: &Outcome, counts: &[Count]) -> String {
    let mut out = HEAD.to_owned();
    let mut sums: BTreeMap<Column, Tally> = BTreeMap::new();
    for rule in RULES {
        let tally = |column| outcome.tallies.get(&(rule.id, column)).copied();
        let columns = [Column::Lines, Column::Pdf, Column::Full, Column::Half];
        let mut cells = Vec::new();
        let mut cases = 0;
        for column in columns {
            let Some(found) = tally(column) else {
                cells.push(String::new());
                continue;
            };
            let sum = sums.entry(column).or_default();
            sum.passed += found.passed;
            sum.total += found.total;
            // The two sources of NP-CN check the same cases.
            let twice = column == Column::Pdf && tally(Column::Lines).is_some();
            cases += if twice { 0 } else { found.total };
            cells.push(tally_text(found));
        }
        let tools: Vec<&str> = rule.tools.split(' ').collect();
        let row = [rule.id, rule.says, &format!("{:?}", rule.severity), rule.clause].join(" | ");
        let _ =
            writeln!(out, "| {row} | {cases} | {} | {} |", cells.join(" | "), tools.join(" | "));
    }
    let sums: Vec<String> = sums.into_values().map(tally_text).collect();
    let _ = writeln!(out, "| all | | | | | {} | | | |", sums.join(" | "));
    out.push_str(COPY);
    for (measure, count) in MEASURES.iter().zip(counts) {
        let faults: usize = count.faults.values().sum();
        let forced: usize = count.forced.values().sum();
        let warnings: usize = count.warnings.values().sum();
        let per_mille = |n: usize| format!("{:.1}", n as f64 * 1000.0 / count.lines as f64);
        let _ = writeln!(
            out,
            "| {measure} | {} | {} | {faults}{} | {forced}{} | {}{} | {:.3} |",
            count.paragraphs,
            count.lines,
            listed(&count.faults, |n| n.to_string()),
            listed(&count.forced, |n| n.to_string()),
            per_mille(warnings),
            listed(&count.warnings, per_mille),
            count.worst
        );
    }
    out
}

fn tally_text(tally: Tally) -> String {
    let mark = if tally.passed == tally.total { "" } else { "✗ " };
    format!("{mark}{}/{}", tally.passed, tally.total)
}

/// Formats the rules of a count in brackets, or nothing if there are none.
fn listed(table: &BTreeMap<&'static str, usize>, number: impl Fn(usize) -> String) -> String {
    if table.is_empty() {
        return String::new();
    }
    let rules = table.iter().map(|(rule, n)| format!("{rule} {}", number(*n)));
    format!(" ({})", rules.collect::<Vec<_>>().join(", "))
}
