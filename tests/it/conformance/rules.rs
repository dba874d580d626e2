//! Rules of the report: their severity, their source, and measured results of other tools.

/// Severity of breaking a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Blocks sign-off.
    E,
    /// Warns.
    W,
    /// A matter of house style.
    I,
}

/// A rule as the report shows it.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) says: &'static str,
    pub(crate) clause: &'static str,
    /// Typst, Chromium and xeCJK: ✓ kept, ✗ broken, ~ partly, – not recorded.
    pub(crate) tools: &'static str,
}

const EDGES: &str = "CLREQ #prohibition_rules_for_line_start_end";
const PAIRS: &str = "CLREQ #adjust_space_of_consecutive_punctuation_marks";
const ADJUST: &str = "CLREQ #text_adjustment";
const UNITS: &str = "CLREQ issue 262";

const fn rule(
    id: &'static str,
    severity: Severity,
    clause: &'static str,
    tools: &'static str,
    says: &'static str,
) -> Rule {
    Rule { id, severity, says, clause, tools }
}

use Severity::{E, I, W};

/// Rules in order. GB is GB/T 15834-2011. The results of the tools were measured on one-paragraph
/// cases of the same rules: Typst 0.15.2, Chromium 156, XeTeX with xeCJK 3.9.1.
pub(crate) const RULES: &[Rule] = &[
    rule("R01", E, "GB 5.1.1, 5.1.2", "✓ ✓ ✓", "，。、：；！？ start no line"),
    rule("R02", E, "GB 5.1.3", "✓ ✓ ✓", "closing marks start no line"),
    rule("R03", E, "GB 5.1.3", "✓ ✓ ✓", "opening marks end no line"),
    rule("R04", E, "GB 5.1.7", "✗ ✗ ✓", "· starts no line"),
    rule("R05", E, "GB 5.1.6", "✗ ✗ ~", "～ – — start no line"),
    rule("R06", W, "GB 5.1.9", "✗ ✗ ✓", "/ neither starts nor ends a line"),
    rule("R07", E, "GB 5.1.4", "✓ ✓ ✓", "—— is never split"),
    rule("R08", E, "GB 5.1.5", "✓ ✓ ✓", "…… is never split"),
    rule("R09", W, "house", "✓ ✓ ✗", "…… starts no line"),
    rule("R10", E, EDGES, "✓ ✓ ✗", "marks around —— stay with it"),
    rule("R11", I, "GB 5.1.4", "– – –", "—— may start a line"),
    rule("R12", E, "GB/T 15835", "– – –", "a number is not split"),
    rule("R13", E, UNITS, "✓ ✓ ✓", "% ‰ ℃ stay with their number"),
    rule("R14", E, "house", "✓ ✓ ✗", "％ ‰ ℃ start no line"),
    rule("R15", E, UNITS, "✓ ✓ ✓", "currency stays with its number"),
    rule("R16", E, UNITS, "– – –", "± + − stay with their number, ＋ with its word"),
    rule("R17", W, "house", "✗ ✗ ✗", "a number is better kept with 年 月 元"),
    rule("R18", E, "house", "✗ ✗ ✓", "words break by hyphenation only"),
    rule("R19", W, "house", "– – –", "tokens of letters and figures are whole"),
    rule("R20", E, "house", "✓ ✗ ✗", "addresses break after their marks, and never run over"),
    rule("R21", E, EDGES, "✓ ✗ ✓", "between ” and “ a line may break"),
    rule("R22", E, "GB 5.1.10", "✓ ✗ ~", "a mark at line end is half a cell"),
    rule("R23", W, PAIRS, "✓ ✓ ✓", "an opening mark at line start is half a cell"),
    rule("R24", E, "CLREQ, paragraph indent", "– – –", "the indent is two 字"),
    rule("R25", W, "CLREQ, paragraph indent", "✗ ✓ ✓", "an opening mark after it is half a cell"),
    rule("R26", I, "house (开明式)", "✗ ✗ ~", "。！？ a cell, other marks half a one"),
    rule("R27", W, PAIRS, "✓ ✓ ✓", "全角式: two marks in a row are 1.5 em"),
    rule("R28", W, PAIRS, "✗ ✗ ✓", "开明式, 半角式: two marks in a row"),
    rule("R29", W, "GB 5.1.2", "✗ ✗ ✗", "？！ is one em, ？！？ two"),
    rule("R30", E, "GB 5.1.4", "✓ ✓ ✗", "—— is two em in one stroke"),
    rule("R31", W, "GB 5.1.5", "✓ ✓ ✓", "…… is two em, centred in height"),
    rule("R32", W, "GB 5.1.7", "✗ ✗ ~", "· is half an em"),
    rule("R33", I, "GB 5.1.6, 5.1.9", "– – –", "– / are half an em, — ～ one"),
    rule("R34", E, "house", "– – –", "trimming clips no ink"),
    rule("R35", W, "CLREQ #text_adjustment, GB 5.1.11", "✓ ✗ ✓", "push in before push out"),
    rule("R36", E, "house", "– – –", "no Han nearer to the next than its cell; lines are full"),
    rule("R37", E, "house", "✗ ✗ ✓", "white between Han ≤ 0.12 em unseen, > 0.25 em a fault"),
    rule("R38", W, "house (开明式)", "✗ ✗ ~", "half marks are restored before Han gaps open"),
    rule("R39", W, ADJUST, "– – –", "what gives, gives alike"),
    rule("R40", E, ADJUST, "– – –", "numbers, words, ～ — and —— never stretch"),
    rule("R41", E, "house", "✓ ✓ ✓", "the last line is not stretched"),
    rule("R42", E, "house", "– – –", "a single line is never stretched"),
    rule("R43", E, "CLREQ, widows", "✗ ✗ ✓", "the last line has two characters or more"),
    rule("R44", E, "house", "✓ ✓ ✓", "body copy breaks between any two Han"),
    rule("R45", E, "house", "– – –", "one pitch in an article"),
    rule("R46", E, "house", "✗ ✗ ✗", "body baselines stand on the grid of the page"),
    rule("R55", W, "house", "– – –", "crossheads wrap balanced, after marks first"),
    rule("R70", I, "house", "– – –", "names of two 字 take three"),
    rule("R71", W, "house", "– – –", "datelines are bold and whole"),
    rule("R80", E, "CLREQ, quotes", "~ – –", "straight quotes are curled and nested"),
    rule("R81", W, "house", "– – –", "() , : between Han are full-width"),
    rule("R82", E, "house", "– – –", "stray spaces are dropped"),
    rule("R83", W, "house", "– – –", "full-width figures and letters become half-width"),
    rule(
        "R84",
        W,
        "GB 5.1.4–5.1.7",
        "– – –",
        "dashes, ellipses, interpuncts by their standard signs",
    ),
    rule("R85", E, "house", "~ ~ ~", "no character comes out blank"),
    rule("R99", W, "GB 5.2", "✗ ✓ ~", "vertical lines: marks turned, two figures in a cell"),
];
