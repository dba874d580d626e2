use super::*;
use crate::font::FontSet;
use crate::line::justify::Justification;
use crate::line::paragraph::ParagraphText;
use crate::line::prepare::prepare;
use crate::script::{CompositionProfile, PunctuationStyle};

#[test]
fn the_quick_pass_finds_the_cheapest_lines_or_nothing() {
    let fonts = FontSet::embedded().expect("fonts");
    let face = fonts.find_role("song").expect("song");
    let part = "“稳粮”“增绿”，use of steel plates：3 200吨、（约14%）！他说：“好。”《报》。全区各族群众一条心，";
    let (mut found, mut rejected) = (0, 0);
    for (punctuation, times) in [
        (PunctuationStyle::Full, 1),
        (PunctuationStyle::Full, 7),
        (PunctuationStyle::Kaiming, 1),
        (PunctuationStyle::Kaiming, 7),
    ] {
        let profile = CompositionProfile { punctuation, ..CompositionProfile::default() };
        let text = part.repeat(times);
        let source = ParagraphText { text: &text, face, spans: &[] };
        let paragraph = prepare(&fonts, source, &profile).expect("glyphs");
        for half in 4..60 {
            let (measure, indent) = (Em::HALF * half, Em::zi(2));
            let run = |mode| BreakSearch { paragraph: &paragraph, measure, indent, mode }.run(None);
            let SearchOutcome::Found(best, cost) = run(BreakMode::AnyGaps) else { continue };
            match run(BreakMode::InvisibleGaps) {
                SearchOutcome::Found(quick, quick_cost) => {
                    assert_eq!((quick, quick_cost), (best, cost), "{measure:?}");
                    found += 1;
                }
                SearchOutcome::NoSolution => rejected += 1,
                SearchOutcome::StepLimit => unreachable!("there are few steps"),
            }
        }
    }
    assert!(found > 10 && rejected > 10, "{found} found, {rejected} rejected");
}

#[test]
fn lines_are_priced_as_they_are_justified() {
    let fonts = FontSet::embedded().expect("fonts");
    let face = fonts.find_role("song").expect("song");
    let text = "“稳粮”“增绿”，use of steel：3 200吨、（约14%）！他说：“好。”《报》。";
    for punctuation in [PunctuationStyle::Full, PunctuationStyle::Kaiming] {
        let profile = CompositionProfile { punctuation, ..CompositionProfile::default() };
        let source = ParagraphText { text, face, spans: &[] };
        let paragraph = prepare(&fonts, source, &profile).expect("glyphs");
        let count = paragraph.units().len();
        let (measure, indent) = (Em::zi(9), Em::ZERO);
        let mode = BreakMode::LiftProhibitions;
        let search = BreakSearch { paragraph: &paragraph, measure, indent, mode };
        let (mut has_shrunk, mut has_stretched) = (false, false);
        for (start, end) in (0..count).flat_map(|a| (a + 1..=count).map(move |b| (a, b))) {
            let line = paragraph.line_totals(&(start..end));
            for milli in (-3000..3000).step_by(125) {
                let slack = Em::milli(milli);
                let solved = Justification::solve(&line, line.natural + slack);
                let (cost, rest) = search.stepped_cost(start, end, slack);
                let solved_rest = solved.even_stretch + solved.remainder;
                assert_eq!(rest, solved_rest, "{start}..{end} {milli}");
                let is_full = punctuation == PunctuationStyle::Full;
                let mark = if is_full { SQUEEZED_FULL } else { SQUEEZED };
                let shrink = [SQUEEZED, mark, mark, SQUEEZED, STOPS_SQUEEZED].into_iter();
                let stretch = [LATIN_STRETCHED, LATIN_STRETCHED, MARKS_RESTORED].into_iter();
                let shrunk = shrink.zip(solved.shrunk.into_iter().zip(line.shrink));
                let stretched = stretch.zip(solved.stretched.into_iter().zip(line.stretch));
                let expected = shrunk.chain(stretched).map(|(weight, (part, whole))| {
                    let is_used = part != Em::ZERO;
                    if is_used { weight * percent_squared(part, whole) / 10_000 } else { 0 }
                });
                assert_eq!(cost, expected.sum::<LineCost>(), "{start}..{end} {milli}");
                has_shrunk |= cost > 0 && slack <= Em::ZERO;
                has_stretched |= cost > 0 && slack > Em::ZERO;
            }
        }
        assert!(has_shrunk && has_stretched, "gaps shrink and stretch");
    }
}
