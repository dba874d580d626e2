//! Properties of lines: generated paragraphs at any measure, and short ones compared with every way
//! to break them.

use banmian::line::testing::cost_of;
use banmian::line::{
    ParagraphText, PreparedParagraph, TextLine, break_into_lines, dump_lines, first_fit,
    lines_broken_at, prepare,
};
use banmian::script::{CompositionProfile, LineBreak};
use banmian::unit::Em;
use proptest::prelude::*;

use crate::props::{LATIN, check, paragraph};
use crate::support::engine;

/// Marks that may not start a line, by GB/T 15834-2011 5.1 and the house style: written out here a
/// second time, so that a slip in the table of the program is noticed. Those below may not end one.
const NOT_FIRST: &str = "，。、：；？！”’）》〉」』】〕］｝·～–—/…%‰℃°";
const NOT_LAST: &str = "“‘（《〈「『【〔［｛￥$/";

/// True if a line that starts with `text` breaks a rule; —— may start a line, — may not.
fn starts_badly(text: &str) -> bool {
    !text.starts_with("——") && text.starts_with(|c| NOT_FIRST.contains(c))
}

/// True if a break between two characters cuts a number, a word or a two-cell mark.
fn cuts_a_unit(before: char, after: char) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric();
    let inner = |c: char| matches!(c, ',' | '.' | '-');
    (token(before) || inner(before)) && (token(after) || inner(after))
        || before == after && matches!(before, '—' | '…')
}

fn set_song(text: &str, measure: u16) -> (PreparedParagraph, Vec<TextLine>) {
    let song = engine().fonts().find_role("song").expect("song");
    let copy = ParagraphText { text, face: song, spans: &[] };
    let prepared =
        prepare(engine().fonts(), copy, &CompositionProfile::default()).expect("glyphs for all");
    let lines = break_into_lines(&prepared, Em::zi(measure.into()), Em::zi(2));
    (prepared, lines)
}

#[test]
fn any_paragraph_keeps_the_rules_at_any_measure() {
    check(20_000, &(paragraph(&LATIN, 1..14), 5..=40_u16), |(text, measure)| {
        let (prepared, lines) = set_song(&text, measure);
        let full = Em::zi(measure.into());
        let shown = |line: &TextLine| text[line.text_range(&prepared)].to_owned();
        let texts: Vec<String> = lines.iter().map(shown).collect();
        // Every character once, in order.
        prop_assert_eq!(texts.concat(), &*text);
        for (k, pair) in texts.windows(2).enumerate() {
            let (before, after) = (pair[0].as_str(), pair[1].as_str());
            // A space at a line end is dropped; the words are separated there.
            let (a, b) =
                (before.chars().last().expect("a character"), after.chars().next().expect("one"));
            let relaxed = lines[k].lifted_prohibition.is_some();
            // The longest indivisible run is shorter than seven 字, and the first line has two less.
            prop_assert!(!relaxed || measure < 9, "{before}|{after}: given up at {measure}");
            prop_assert!(relaxed || !starts_badly(after), "{before}|{after}: R01–R09");
            prop_assert!(relaxed || !NOT_LAST.contains(a), "{before}|{after}: R03");
            // R18: a word is broken at a hyphen, its own or an added one.
            let hyphen = prepared.units()[lines[k].units.end - 1].break_after == LineBreak::Hyphen;
            prop_assert!(relaxed || hyphen || !cuts_a_unit(a, b), "{before}|{after}: R07–R13");
        }
        for (k, line) in lines.iter().enumerate() {
            let (width, last) = (line.width(&prepared), k + 1 == lines.len());
            // A number or word alone on a line has no gap that could stretch.
            let stiff = line.justification.even_gaps == 0 && width < full;
            prop_assert!(!stiff || last || !has_gap(&texts[k]), "{}: falls short", texts[k]);
            prop_assert!(last || stiff || width == full, "{}: {width:?}", texts[k]);
            prop_assert!(width <= full, "{}: runs over", texts[k]);
            prop_assert!(line.justification.even_stretch >= Em::ZERO, "R36");
            let mut before: Option<(char, f64)> = None;
            line.place_glyphs(&prepared, |placed| {
                if placed.is_added_hyphen {
                    return;
                }
                let c =
                    text[placed.glyph.text_byte as usize..].chars().next().expect("a character");
                let x = placed.x.to_f64();
                if let Some((a, at)) = before.filter(|(a, _)| is_han(*a) && is_han(c)) {
                    assert!(x - at >= 0.999, "R36: {a}{c} are {} apart", x - at);
                }
                before = Some((c, x));
            });
        }
        // R43, if the paragraph is long enough to have a choice.
        let end = texts[texts.len() - 1].chars().filter(|c| c.is_alphanumeric()).count();
        let wide = texts.len() > 2 && measure >= 10;
        prop_assert!(!wide || end >= 2, "R43: {} is alone", texts[texts.len() - 1]);
        let (again, twice) = set_song(&text, measure);
        prop_assert_eq!(dump_lines(&again, &twice, full), dump_lines(&prepared, &lines, full));
        Ok(())
    });
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// True if a line has two Han characters side by side, between which a gap can always be widened.
fn has_gap(line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    chars.windows(2).any(|pair| is_han(pair[0]) && is_han(pair[1]))
}

/// Generates copy with everything that newspapers print and that makes lines difficult.
fn rich(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let plain = paragraph(&LATIN, 1..3).prop_map(|text| text.trim_end_matches('。').to_owned());
    let piece = prop_oneof![
        8 => plain,
        1 => prop::sample::select(vec![
            "“他说‘读《论“语”》’了”", "（见《国务院令》〔2023〕5号）", "𠮷野家的𠀀字𰻞", "增长3.5%～4.2‰",
            "￥1,234.56元", "“稀土＋”", "COVID-19", "international cooperation", "infrastructure",
            "http://www.example.com/a/b-c?d=1&e=2", "editor@example.com", "北京—上海", "约翰·罗纳德·鲁埃尔",
            "真的？！", "不！！！", "……", "——", "零下5℃", "1/2", "AT&T", "don’t", "①②③", "第20240315号",
        ]).prop_map(str::to_owned),
    ];
    let mark = prop::sample::select(vec!["，", "。", "、", "；", "：", "", ""]);
    prop::collection::vec((piece, mark), pieces)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, mark)| piece + mark).collect())
}

#[test]
fn rich_copy_loses_nothing_and_never_runs_over() {
    check(6_000, &(rich(1..12), 5..=60_u16), |(text, measure)| {
        let (prepared, lines) = set_song(&text, measure);
        let full = Em::zi(measure.into());
        let mut at = 0;
        for line in &lines {
            let range = line.text_range(&prepared);
            prop_assert_eq!(range.start, at, "every character once, in order");
            at = range.end;
            prop_assert!(line.width(&prepared) <= full, "{} runs over", &text[range]);
            let short = !line.is_last && line.width(&prepared) < full;
            prop_assert!(!short || line.justification.even_gaps == 0, "a line with gaps is full");
        }
        prop_assert_eq!(at, text.len());
        // The optimal setting is never worse than breaking line by line.
        let indent = Em::zi(2);
        let simple = first_fit(&prepared, full, indent);
        let costs = [&lines, &simple].map(|lines| cost_of(&prepared, full, indent, lines));
        prop_assert!(costs[0] <= costs[1], "{} > {}", costs[0], costs[1]);
        Ok(())
    });
}

#[test]
fn threads_give_equal_lines() {
    check(100, &(rich(3..12), 8..=40_u16), |(text, measure)| {
        let one = || {
            let (prepared, lines) = set_song(&text, measure);
            dump_lines(&prepared, &lines, Em::zi(measure.into()))
        };
        let here = one();
        std::thread::scope(|scope| {
            let others: Vec<_> = (0..2).map(|_| scope.spawn(one)).collect();
            for other in others {
                assert_eq!(other.join().expect("a thread"), here);
            }
        });
        Ok(())
    });
}

/// Number of faults by the E rules of lines, least serious first: gaps too wide (R37), runts (R43),
/// prohibitions (R01–R13).
fn faults(prepared: &PreparedParagraph, lines: &[TextLine]) -> [usize; 3] {
    let mut faults = [0; 3];
    for line in lines {
        // A line without a gap is as bad as one with too wide gaps, except for parts of addresses
        // (R20).
        let parts = |at: usize| prepared.units()[at].break_after == LineBreak::Address;
        let (start, end) = (line.units.start, line.units.end);
        let address = parts(end - 1) || start > 0 && parts(start - 1);
        let half = line.width(prepared) < line.justification.remainder;
        let stiff = line.justification.even_gaps == 0
            && line.justification.remainder > Em::milli(250)
            && (!address || half);
        let wide = line.justification.even_gap().to_milli() > 250 || stiff;
        faults[0] += usize::from(wide && !line.is_last);
        let units = &prepared.units()[line.units.clone()];
        let chars = units.iter().filter(|unit| {
            prepared.text()[unit.text_range.start as usize..unit.text_range.end as usize]
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '①'..='⑳'))
        });
        faults[1] += usize::from(line.is_last && lines.len() > 1 && chars.count() < 2);
        faults[2] += usize::from(line.lifted_prohibition.is_some());
    }
    faults
}

/// Compares with every way to break a short paragraph: none is cheaper, and none is without faults
/// if the chosen one has some.
#[test]
fn no_setting_of_a_short_paragraph_is_better() {
    let short = rich(1..3).prop_filter("at most 22 characters", |text| text.chars().count() < 23);
    let tried = std::cell::Cell::new(0_usize);
    check(400, &(short, 4..=11_u16), |(text, measure)| {
        let (prepared, lines) = set_song(&text, measure);
        let (full, indent) = (Em::zi(measure.into()), Em::zi(2));
        let count = prepared.units().len();
        let best = cost_of(&prepared, full, indent, &lines);
        let taken = faults(&prepared, &lines);
        let mut open = vec![vec![]];
        while let Some(ends) = open.pop() {
            let start = ends.last().copied().unwrap_or(0);
            if start == count {
                tried.set(tried.get() + 1);
                let other = lines_broken_at(&prepared, full, indent, &ends);
                let cost = cost_of(&prepared, full, indent, &other);
                prop_assert!(best <= cost, "{best} > {cost} at {ends:?} of {text}");
                let found = faults(&prepared, &other);
                prop_assert!(
                    found != [0; 3] || taken == [0; 3],
                    "{taken:?}, not {ends:?} of {text}"
                );
                continue;
            }
            for end in start + 1..=count {
                let line = &lines_broken_at(&prepared, full, indent, &[&ends[..], &[end]].concat())
                    [ends.len()];
                if line.justification.remainder < Em::ZERO && end > start + 1 {
                    break;
                }
                // Lines far from full are skipped: no reader would accept them.
                let loose = line.justification.even_gap() > Em::ONE * 2
                    || line.justification.remainder > Em::zi(6);
                if line.justification.remainder >= Em::ZERO && (!loose || end == count) {
                    open.push([&ends[..], &[end]].concat());
                }
            }
        }
        Ok(())
    });
    assert!(tried.get() > 2_000, "only {} arrangements were compared", tried.get());
}

/// Any characters of Unicode that a face draws: nothing is lost, no line that could be kept runs
/// over, and the search ends.
#[test]
fn hostile_paragraphs_are_set_as_well_as_possible() {
    let zalgo = format!("正{}文", "\u{301}\u{302}\u{303}\u{304}".repeat(200));
    let joined = "家\u{200d}".repeat(500);
    let invisible = "\u{200b}\u{2060}".repeat(4000);
    let letters = "a".repeat(10_000);
    let digits = "7".repeat(5_000);
    let marks = "，。、；：！？”’）》".repeat(300);
    let opening = "“‘（《〈「『".repeat(300);
    let dashes = "—".repeat(999);
    let spaces = " ".repeat(3_000);
    let quotes = "“".repeat(50) + "甲" + &"”".repeat(50);
    let slashes = "http://".repeat(400);
    let mut set = 0;
    for text in [
        "",
        " ",
        "。",
        "“",
        "……",
        "a",
        "\u{301}",
        "\u{fffe}",
        "שלום עולם مرحبا",
        "甲\u{202e}乙",
        &zalgo,
        &joined,
        &invisible,
        &letters,
        &digits,
        &marks,
        &opening,
        &dashes,
        &spaces,
        &quotes,
        &slashes,
    ] {
        let song = engine().fonts().find_role("song").expect("song");
        let copy = ParagraphText { text, face: song, spans: &[] };
        // A character that no face draws is rejected by name; a record is never set without it.
        let Ok(prepared) = prepare(engine().fonts(), copy, &CompositionProfile::default()) else {
            continue;
        };
        set += 1;
        let widest = prepared.units().iter().map(|unit| unit.cell_width).max().unwrap_or(Em::ZERO);
        for measure in [Em::milli(100), Em::HALF, Em::ONE, Em::zi(5), Em::zi(13), Em::zi(60)] {
            let lines = break_into_lines(&prepared, measure, Em::ZERO);
            let mut at = 0;
            for line in &lines {
                let range = line.text_range(&prepared);
                assert_eq!(range.start, at, "every character once, in order");
                at = range.end;
                let width = line.width(&prepared);
                let alone = line.units.len() == 1;
                assert!(width <= measure || alone && width <= widest, "{range:?}: runs over");
            }
            assert_eq!(at, text.len());
        }
    }
    assert!(set > 10, "only {set} paragraphs were set");
}
