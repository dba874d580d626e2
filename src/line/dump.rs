//! Lines as canonical text, for golden files and for people.

use std::fmt::Write as _;

use crate::line::justify::TextLine;
use crate::line::paragraph::PreparedParagraph;
use crate::script::LineBreak;
use crate::unit::Em;

/// Writes one row for each line: number, text, natural width and measure in 字, changed gaps, and
/// the prohibition that was lifted, if any.
///
/// `M` half marks restored, `S` sentence ends squeezed, `L` Latin gaps, each with the change in
/// thousandths of an em; `G` even gaps, with the white added to each and their number.
pub fn dump_lines(paragraph: &PreparedParagraph, lines: &[TextLine], measure: Em) -> String {
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let text = &paragraph.text()[line.text_range(paragraph)];
        let indent_zi = line.start_x.to_milli() / 1000;
        let indent: String = (0..indent_zi).map(|_| '　').collect();
        let natural = line.start_x + paragraph.natural_width(line.units.clone());
        let _ = write!(
            out,
            "{:>3} |{indent}{text}| {}/{}",
            index + 1,
            format_milli(natural),
            format_milli(measure)
        );
        let justification = &line.justification;
        let [words, brackets, pauses, latin, stops] = justification.shrunk;
        let [more_words, more_latin, marks] = justification.stretched;
        for (name, change) in [
            ("L", more_words + more_latin - words - latin),
            ("M", marks - brackets - pauses),
            ("S", -stops),
        ] {
            if change != Em::ZERO {
                let _ = write!(out, " {name}{:+}", change.to_milli());
            }
        }
        if justification.even_stretch != Em::ZERO {
            let gap = justification.even_gap().to_milli();
            let _ = write!(out, " G{gap}×{}", justification.even_gaps);
        }
        if let Some(prohibition) = line.lifted_prohibition {
            let _ = write!(out, " !{}", prohibition_name(prohibition));
        }
        out.push('\n');
    }
    out
}

/// Name of a prohibition in the dump. Golden files contain it, whatever the variants are called.
fn prohibition_name(prohibition: LineBreak) -> &'static str {
    match prohibition {
        LineBreak::Free => "Free",
        LineBreak::Forced => "Turn",
        LineBreak::Address => "Address",
        LineBreak::Discouraged => "Soft",
        LineBreak::BetweenDatelineParts => "Dateline",
        LineBreak::InsideDatelinePart => "Part",
        LineBreak::Hyphen => "Hyphen",
        LineBreak::Kinsoku => "Kinsoku",
        LineBreak::Inseparable => "Inside",
    }
}

/// Formats a length in 字 with up to three decimals, without trailing zeros.
fn format_milli(length: Em) -> String {
    let milli = length.to_milli();
    let text = format!("{}.{:03}", milli / 1000, (milli % 1000).abs());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
