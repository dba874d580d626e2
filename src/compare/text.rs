//! Two wordings of one text, read as a proofreader would: words and numbers change whole, what was changed around a
//! character that happened to stay is one correction, and a clause comes and goes with its mark.

use std::ops::Range;

use crate::compare::edits::{DiffHunk, hunks};

/// Edits of one text up to which they are told one by one. A paragraph with more was rewritten.
const EDITS_MOST: usize = 400;
/// Up to so many characters that stayed between two changes belong to these, if they are no more than either.
const STAYED_MOST: usize = 4;
/// Below this share of characters that stayed, in hundredths, a text was replaced as a whole.
const KEPT_LEAST: usize = 25;
/// How far a change slides to a better place.
const SLIDE_MOST: usize = 64;

/// A change in a text: bytes of the earlier one, bytes of the later one.
pub(crate) type TextEdit = (Range<usize>, Range<usize>);

/// What is edited as one: a character, a word, a number, a dash or an ellipsis.
fn tokens(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::with_capacity(text.len() / 3);
    let (mut start, mut last) = (0, None);
    for (at, c) in text.char_indices() {
        let goes_on = last.is_some_and(|last| joined(last, c, &text[at..]));
        if !goes_on && at > start {
            out.push(&text[start..at]);
            start = at;
        }
        last = Some(c);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// Whether a character goes on what the one before it began; `rest` starts with it.
fn joined(last: char, c: char, rest: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{24f}');
    // A point inside a number.
    let next = rest.chars().nth(1);
    let inside =
        |a: char, b: Option<char>| a.is_ascii_digit() && b.is_some_and(|b| b.is_ascii_digit());
    (word(last) && word(c))
        || (matches!(c, '.' | ',') && inside(last, next))
        || (matches!(last, '.' | ',') && c.is_ascii_digit())
        || (last == c && matches!(c, '…' | '—'))
}

/// Marks at which a clause ends.
fn ends_clause(token: &str) -> bool {
    matches!(token, "，" | "。" | "；" | "：" | "！" | "？" | "、" | "," | "." | ";" | "!" | "?")
}

/// What was changed between two wordings of a text, in order.
pub(crate) fn edits(before: &str, after: &str) -> Vec<TextEdit> {
    if before == after {
        return Vec::new();
    }
    let (a, b) = (tokens(before), tokens(after));
    let found = hunks(&a, &b, EDITS_MOST);
    let mut found = joined_up(&found, &a);
    let chars = |tokens: &[&str]| tokens.iter().map(|token| token.chars().count()).sum::<usize>();
    let changed: usize = found.iter().map(|hunk| chars(&b[hunk.b.clone()])).sum();
    let gone: usize = found.iter().map(|hunk| chars(&a[hunk.a.clone()])).sum();
    let (all_a, all_b) = (chars(&a), chars(&b));
    let kept = (all_b - changed).max(all_a - gone);
    if kept * 100 < all_a.max(all_b) * KEPT_LEAST {
        return vec![(0..before.len(), 0..after.len())];
    }
    for k in 0..found.len() {
        let from = k.checked_sub(1).map_or(DiffHunk { a: 0..0, b: 0..0 }, |k| found[k].clone());
        let to = found.get(k + 1).map_or((a.len(), b.len()), |next| (next.a.start, next.b.start));
        slide(&mut found[k], (from.a.end, from.b.end), to, (&a, &b));
    }
    let (a, b) = (starts(&a), starts(&b));
    let bytes = |starts: &[usize], range: &Range<usize>| starts[range.start]..starts[range.end];
    found.iter().map(|hunk| (bytes(&a, &hunk.a), bytes(&b, &hunk.b))).collect()
}

/// Where each token starts, and where the last one ends.
fn starts(tokens: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let mut out = vec![0];
    out.extend(tokens.iter().map(|token| {
        at += token.len();
        at
    }));
    out
}

/// Joins changes over what only happened to stay between them.
fn joined_up(hunks: &[DiffHunk], a: &[&str]) -> Vec<DiffHunk> {
    let mut out: Vec<DiffHunk> = Vec::new();
    for hunk in hunks {
        if let Some(last) = out.last_mut() {
            let stayed = &a[last.a.end..hunk.a.start];
            let few = stayed.len() <= STAYED_MOST.min(last.size()).min(hunk.size());
            if few && !stayed.iter().any(|token| ends_clause(token)) {
                (last.a.end, last.b.end) = (hunk.a.end, hunk.b.end);
                continue;
            }
        }
        out.push(hunk.clone());
    }
    out
}

/// Moves what was put in or taken out along equal text to where it is a clause with its mark, if it can be read so.
fn slide(
    hunk: &mut DiffHunk,
    from: (usize, usize),
    to: (usize, usize),
    (a, b): (&[&str], &[&str]),
) {
    let put = hunk.a.is_empty();
    if !put && !hunk.b.is_empty() {
        return;
    }
    let (tokens, range) = if put { (b, hunk.b.clone()) } else { (a, hunk.a.clone()) };
    let (least, most) = if put { (from.1, to.1) } else { (from.0, to.0) };
    let score = |range: &Range<usize>| {
        let before = range.start == 0 || ends_clause(tokens[range.start - 1]);
        let after = range.end == tokens.len() || ends_clause(tokens[range.end]);
        let (first, last) = (ends_clause(tokens[range.start]), ends_clause(tokens[range.end - 1]));
        match (before, last, first, after) {
            (true, true, ..) => 3,
            (_, _, true, true) => 2,
            (true, ..) | (_, true, ..) => 1,
            _ => 0,
        }
    };
    let mut best = (score(&range), range.clone());
    let mut place = range.clone();
    for _ in 0..SLIDE_MOST {
        if place.start <= least || tokens[place.start - 1] != tokens[place.end - 1] {
            break;
        }
        place = place.start - 1..place.end - 1;
        if score(&place) > best.0 {
            best = (score(&place), place.clone());
        }
    }
    place = range.clone();
    for _ in 0..SLIDE_MOST {
        if place.end >= most || tokens[place.start] != tokens[place.end] {
            break;
        }
        place = place.start + 1..place.end + 1;
        if score(&place) > best.0 {
            best = (score(&place), place.clone());
        }
    }
    let to = best.1.start;
    let moved = |at: usize| {
        if to >= range.start { at + (to - range.start) } else { at - (range.start - to) }
    };
    *hunk = DiffHunk {
        a: moved(hunk.a.start)..moved(hunk.a.end),
        b: moved(hunk.b.start)..moved(hunk.b.end),
    };
}

/// How alike two texts are, in hundredths: the pairs of neighbouring characters that they share.
pub(crate) fn alike(a: &[[char; 2]], b: &[[char; 2]]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    both * 200 / (a.len() + b.len()).max(1)
}

/// The pairs of neighbouring characters of a text, sorted; the ends have a neighbour too.
pub(crate) fn pairs(text: &str) -> Vec<[char; 2]> {
    let mut last = '\0';
    let mut out: Vec<[char; 2]> =
        text.chars().chain(['\0']).map(|c| [std::mem::replace(&mut last, c), c]).collect();
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::{alike, edits, pairs};

    #[test]
    fn edits_read_as_a_proofreader_writes_them() {
        for (before, after, expected) in [
            ("大桥昨日通车。", "大桥昨日通车。", vec![]),
            ("大桥昨日通车。", "大桥今日通车。", vec![("昨", "今")]),
            // Words and numbers change whole.
            ("全长1998米。", "全长1999米。", vec![("1998", "1999")]),
            ("增长3.5%。", "增长3.6%。", vec![("3.5", "3.6")]),
            ("他是editor。", "他是edition。", vec![("editor", "edition")]),
            ("破折——号", "破折…号", vec![("——", "…")]),
            // One correction around a character that stayed.
            ("提高效率。", "增高速率。", vec![("提高效", "增高速")]),
            // But not over a mark.
            ("甲，乙。", "丙，丁。", vec![("甲", "丙"), ("乙", "丁")]),
            // A clause with its mark.
            ("天晴，风大，人多。", "天晴，人多。", vec![("风大，", "")]),
            ("天晴，人多。", "天晴，风大，人多。", vec![("", "风大，")]),
            // What was doubled.
            ("我们的的家", "我们的家", vec![("的", "")]),
            // Nothing of it stayed.
            ("旧题如此", "新的标语", vec![("旧题如此", "新的标语")]),
            ("", "新", vec![("", "新")]),
        ] {
            let got = edits(before, after);
            let got: Vec<(&str, &str)> =
                got.iter().map(|(a, b)| (&before[a.clone()], &after[b.clone()])).collect();
            assert_eq!(got, expected, "{before} → {after}");
        }
    }

    #[test]
    fn a_text_is_rebuilt_from_its_edits() {
        let (before, after) = (
            "会议指出，要坚持一张蓝图绘到底，久久为功，善作善成。",
            "会议强调，坚持把一张蓝图绘到底，善始善终、善作善成！",
        );
        let (mut out, mut at) = (String::new(), 0);
        for (a, b) in edits(before, after) {
            out += &before[at..a.start];
            out += &after[b];
            at = a.end;
        }
        out += &before[at..];
        assert_eq!(out, after);
    }

    #[test]
    fn likeness_is_of_neighbours() {
        let of = |a: &str, b: &str| alike(&pairs(a), &pairs(b));
        assert_eq!(of("大桥通车", "大桥通车"), 100);
        assert_eq!(of("大桥通车", "天高云淡"), 0);
        assert!(of("大桥昨日通车", "大桥今日通车") > 50);
    }
}
