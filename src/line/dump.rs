//! Lines as canonical text, for goldens and for people.

use std::fmt::Write as _;

use crate::line::justify::TextLine;
use crate::line::prepare::PreparedParagraph;
use crate::unit::Em;

/// One row a line: number, text, natural width and measure in 字, and what gave.
///
/// `N` natural, `M` half marks restored, `S` sentence ends squeezed, `L` Latin gaps, `G` even gaps with
/// the white added to each in thousandths of an em.
pub fn dump_lines(paragraph: &PreparedParagraph, lines: &[TextLine], measure: Em) -> String {
    let mut out = String::new();
    for (k, line) in lines.iter().enumerate() {
        let text = &paragraph.text()[line.text_range(paragraph)];
        let indent = "　".repeat(usize::try_from(line.start_x.to_milli() / 1000).unwrap_or(0));
        let natural = (line.start_x + paragraph.natural_width(line.units.clone())).to_milli();
        let _ = write!(
            out,
            "{:>3} |{indent}{text}| {}/{}",
            k + 1,
            milli(natural),
            milli(measure.to_milli())
        );
        let [words, brackets, pauses, latin, stops] = line.justification.shrunk;
        let [more_words, more_latin, marks] = line.justification.stretched;
        for (name, used) in [
            ("L", more_words + more_latin - words - latin),
            ("M", marks - brackets - pauses),
            ("S", -stops),
        ] {
            if used != Em::ZERO {
                let _ = write!(out, " {name}{:+}", used.to_milli());
            }
        }
        if line.justification.even_stretch != Em::ZERO {
            let _ = write!(
                out,
                " G{}×{}",
                line.justification.even_gap().to_milli(),
                line.justification.even_gaps
            );
        }
        if let Some(relaxed) = line.lifted_prohibition {
            let _ = write!(out, " !{relaxed:?}");
        }
        out.push('\n');
    }
    out
}

/// Thousandths as a decimal without trailing zeros.
fn milli(value: i64) -> String {
    let text = format!("{}.{:03}", value / 1000, (value % 1000).abs());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
