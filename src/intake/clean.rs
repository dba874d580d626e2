//! Normalisation of copy (R80–R84). Every change is a finding with the text before and after.
//!
//! The passes are repeated until nothing changes, so cleaning clean text changes nothing.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::switches::NormaliseSwitches;
use crate::script::{CharClass, class_of, is_combining, is_han, is_ignorable, is_latin};

/// Meaning of a space between Han characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpaceMeaning {
    /// No meaning: it is removed (body copy).
    Stray,
    /// End of a clause: one space is kept (heads, banner, names).
    Clause,
}

/// A character and its place in the source.
#[derive(Clone, Copy, Debug)]
struct SourceChar {
    c: char,
    /// Index of the code point in the text as received.
    source_index: u32,
}

/// Copy after cleaning.
#[derive(Clone, Debug)]
pub(crate) struct CleanedText {
    /// The cleaned text.
    pub(crate) text: String,
    /// For each character of `text`, the index of its code point in the text as received.
    source_indices: Vec<u32>,
    /// Changes that were made.
    pub(crate) notes: Vec<Finding>,
}

impl CleanedText {
    /// Characters of the cleaned text, each with the index of its code point in the source.
    pub(crate) fn chars(&self) -> impl Iterator<Item = (char, u32)> {
        self.text.chars().zip(self.source_indices.iter().copied())
    }

    /// Returns the byte range of the cleaned text that came from code points `range` of the source.
    /// Empty if nothing did.
    pub(crate) fn bytes_of_source(&self, range: Range<u32>) -> Range<usize> {
        let mut bytes = self.text.len()..0;
        for ((start, c), at) in self.text.char_indices().zip(&self.source_indices) {
            if range.contains(at) {
                bytes.start = bytes.start.min(start);
                bytes.end = bytes.end.max(start + c.len_utf8());
            }
        }
        // The start is past the end if no character came from the range.
        if bytes.start < bytes.end { bytes } else { 0..0 }
    }
}

/// Upper bound on rounds, larger than any text needs, so that a faulty pass cannot loop forever.
const ROUNDS_MAX: usize = 12;

/// Cleans one text.
pub(crate) fn clean(
    text: &str,
    spaces: SpaceMeaning,
    switches: &NormaliseSwitches,
    place: &FindingPlace,
) -> CleanedText {
    if is_clean(text) {
        // Nothing moved, so each character is at its own place in the source.
        let origin = (0..).zip(text.chars()).map(|(at, _)| at).collect();
        return CleanedText { text: text.to_owned(), source_indices: origin, notes: Vec::new() };
    }
    let mut pass = CleaningPass {
        chars: text.chars().zip(0..).map(|(c, at)| SourceChar { c, source_index: at }).collect(),
        place,
        notes: Vec::new(),
    };
    pass.run_all(spaces, switches);
    CleanedText {
        text: pass.chars.iter().map(|ch| ch.c).collect(),
        source_indices: pass.chars.iter().map(|ch| ch.source_index).collect(),
        notes: pass.notes,
    }
}

/// Returns true if no pass would change the text. Most texts pass this quick test: Han characters,
/// letters, digits and marks in their normal form, with no stops in a row.
fn is_clean(text: &str) -> bool {
    let mut before = ' ';
    text.chars().all(|c| {
        let before = std::mem::replace(&mut before, c);
        match c {
            // Two stops in a row may be half of an ellipsis.
            '。' => before != c,
            // After a digit it is a decimal point. Elsewhere a pass may turn it into a stop.
            '.' => before.is_ascii_digit(),
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => true,
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '%' | '￥' | '℃' => true,
            '，' | '、' | '；' | '：' | '？' | '！' => true,
            '“' | '”' | '‘' | '’' | '《' | '》' | '（' | '）' => true,
            // Not a fault: the passes look at the text and may leave it unchanged.
            _ => false,
        }
    })
}

struct CleaningPass<'a> {
    chars: Vec<SourceChar>,
    place: &'a FindingPlace,
    notes: Vec<Finding>,
}

/// Returns true for the characters that make up a Chinese context.
///
/// Each pass goes over the text once, so a round is linear in its length apart from the moves that
/// a replacement causes.
fn is_chinese(c: char) -> bool {
    is_han(c)
        || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
        || matches!(c, '\u{3001}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_latin(c)
}

impl CleaningPass<'_> {
    fn run_all(&mut self, spaces: SpaceMeaning, switches: &NormaliseSwitches) {
        // Once is enough for these two: no pass below adds a control or a combining mark.
        self.remove_controls();
        self.compose_marks();
        // One pass may create work for another, so they are repeated until nothing changes. Each
        // change shortens the text or brings a character to its normal form, so few rounds are
        // needed.
        for _ in 0..ROUNDS_MAX {
            let before = self.notes.len();
            self.run_round(spaces, switches);
            // Every change leaves a note, so no new note means that nothing changed.
            if self.notes.len() == before {
                break;
            }
        }
    }

    /// Runs every pass that is switched on once.
    fn run_round(&mut self, spaces: SpaceMeaning, switches: &NormaliseSwitches) {
        if switches.spaces {
            self.normalise_spaces(spaces);
        }
        // Letters and digits first: the passes for marks look at them as neighbours.
        for (on, pass) in [
            (switches.alphanumerics, Self::narrow_alphanumerics as fn(&mut Self)),
            (switches.dashes, Self::normalise_dashes),
            (switches.ellipses, Self::normalise_ellipses),
            (switches.interpuncts, Self::normalise_interpuncts),
            (switches.connectors, Self::normalise_connectors),
            (switches.quotes, Self::curl_quotes),
            (switches.marks, Self::widen_marks),
        ] {
            if on {
                pass(self);
            }
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|ch| ch.c)
    }

    fn char_before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.char_at(at))
    }

    /// Number of consecutive characters from `at` on that satisfy `test`.
    fn run_length(&self, at: usize, test: impl Fn(char) -> bool) -> usize {
        self.chars[at..].iter().take_while(|ch| test(ch.c)).count()
    }

    /// Replaces `count` characters from `at` on and records the change.
    fn replace(
        &mut self,
        at: usize,
        count: usize,
        with: &str,
        code: FindingCode,
        rule: &'static str,
    ) {
        let old = &self.chars[at..at + count];
        let before: String = old.iter().map(|ch| ch.c).collect();
        // Text that is in its normal form already is no change and no finding.
        if before == with {
            return;
        }
        let start = old[0].source_index;
        let end = old[count - 1].source_index + 1;
        let new: Vec<SourceChar> = with
            .chars()
            .zip(0..)
            // Longer than what it replaces: the surplus points at the last code point replaced.
            .map(|(c, k)| SourceChar { c, source_index: (start + k).min(end - 1) })
            .collect();
        self.chars.splice(at..at + count, new);
        self.record_change(start..end, &before, with, code, rule);
    }

    fn record_change(
        &mut self,
        range: Range<u32>,
        before: &str,
        after: &str,
        code: FindingCode,
        rule: &'static str,
    ) {
        let words = if code == FindingCode::ControlCharacters {
            Bilingual::new("删去不可印出的字符", "characters that do not print were removed")
        } else {
            Bilingual::new("按规范改正", "normalised")
        };
        let place = self.place.clone().at_range(range);
        self.notes
            .push(Finding::new(code, place, words).with_change(before, after).with_rule(rule));
    }

    /// Removes controls, bidi overrides, joiners and combining marks without a base, none of which
    /// print.
    fn remove_controls(&mut self) {
        let mut at = 0;
        let mut seen_base = false;
        while at < self.chars.len() {
            let c = self.chars[at].c;
            // A combining mark at the start, or after a space, has nothing to stand on.
            let lone = is_combining(c) && !seen_base;
            let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
            let noncharacter =
                (u32::from(c) & 0xfffe) == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
            if lone || control || noncharacter || is_ignorable(c) {
                // Neighbours that go for the same reason are one finding.
                let test = |d: char| {
                    (lone && is_combining(d))
                        || (d.is_control() && !matches!(d, '\t' | '\n' | '\r'))
                        || is_ignorable(d)
                };
                let count = self.run_length(at, test).max(1);
                self.replace(at, count, "", FindingCode::ControlCharacters, "R82");
            } else {
                seen_base = !c.is_whitespace();
                at += 1;
            }
        }
    }

    /// Replaces a letter and its combining marks by the one precomposed character, if Unicode has
    /// it. Faces have é, but seldom the mark alone.
    fn compose_marks(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let marks =
                self.chars.get(at + 1..).map_or(0, |_| self.run_length(at + 1, is_combining));
            if marks > 0 {
                let parts: String = self.chars[at..=at + marks].iter().map(|ch| ch.c).collect();
                let whole: String = parts.nfc().collect();
                self.replace(at, marks + 1, &whole, FindingCode::NormalisedText, "R82");
                // A base without a composed form keeps its marks, so this may be more than one
                // character.
                at += whole.chars().count();
            } else {
                at += 1;
            }
        }
    }

    /// R82: spaces, tabs, line ends and U+3000 inside copy.
    fn normalise_spaces(&mut self, meaning: SpaceMeaning) {
        let mut at = 0;
        while at < self.chars.len() {
            let count = self.run_length(at, char::is_whitespace);
            if count == 0 {
                at += 1;
                continue;
            }
            let before = self.char_before(at);
            let after = self.char_at(at + count);
            let with = match (before, after) {
                // At the start and the end of a text a space means nothing.
                (None, _) | (_, None) => "",
                (Some(a), Some(b)) if is_word_edge(a) && is_word_edge(b) => " ",
                (Some(a), Some(b)) => {
                    // A mark that divides clauses needs no space beside it.
                    let parts = ends_clause(a) && starts_clause(b);
                    if meaning == SpaceMeaning::Clause && parts { " " } else { "" }
                }
            };
            self.replace(at, count, with, FindingCode::NormalisedText, "R82");
            at += with.len();
        }
    }

    /// R83: full-width digits, letters and percent signs become half-width.
    fn narrow_alphanumerics(&mut self) {
        let half = |c: char| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => {
                char::from_u32(u32::from(c) - 0xfee0)
            }
            _ => None,
        };
        let mut at = 0;
        while at < self.chars.len() {
            let count = self.run_length(at, |c| half(c).is_some());
            if count > 0 {
                let with: String =
                    self.chars[at..at + count].iter().filter_map(|ch| half(ch.c)).collect();
                self.replace(at, count, &with, FindingCode::NormalisedText, "R83");
                at += count;
                continue;
            }
            // These are also marks of Chinese text; between letters or digits they belong to a
            // word.
            let joins = |c: Option<char>| c.is_some_and(|c| is_word_char(c) || half(c).is_some());
            if let Some(with) = match self.chars[at].c {
                '－' => Some("-"),
                '／' => Some("/"),
                '．' => Some("."),
                _ => None,
            } && joins(self.char_before(at))
                && joins(self.char_at(at + 1))
            {
                self.replace(at, 1, with, FindingCode::NormalisedText, "R83");
            }
            at += 1;
        }
    }

    /// R84: every form of the dash becomes ——. A single — is a connector and stays.
    fn normalise_dashes(&mut self) {
        let form = |c: char| matches!(c, '—' | '─' | '―' | '⸺');
        let mut at = 0;
        while at < self.chars.len() {
            let forms = self.run_length(at, form);
            let hyphens = self.run_length(at, |c| c == '-');
            if forms >= 2 || (forms == 1 && matches!(self.chars[at].c, '⸺')) {
                // Longer runs are rules drawn with dashes; an even number of them is kept.
                let pairs = if forms == 1 { 1 } else { forms / 2 };
                self.replace(at, forms, &"——".repeat(pairs), FindingCode::NormalisedText, "R84");
                at += pairs * 2;
            } else if hyphens >= 2 {
                // Two hyphens stand for a dash on keyboards without one; one is a hyphen.
                self.replace(at, hyphens, "——", FindingCode::NormalisedText, "R84");
                at += 2;
            } else {
                // Past the whole run, or the rest of it would be read as another run.
                at += forms.max(hyphens).max(1);
            }
        }
    }

    /// R84: every form of the ellipsis becomes ……; twelve dots stay twelve.
    fn normalise_ellipses(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let dots = self.run_length(at, |c| matches!(c, '…' | '⋯' | '‥'));
            let stops = self.run_length(at, |c| c == '.').max(self.run_length(at, |c| c == '。'));
            if dots > 0 {
                // One … alone was meant as a whole ellipsis; more than twelve dots are cut to
                // twelve.
                let pairs = dots.div_ceil(2).min(2);
                self.replace(at, dots, &"……".repeat(pairs), FindingCode::NormalisedText, "R84");
                at += pairs * 2;
            } else if stops >= 3 {
                // Three and more: two stops may be a typing error, which is for the editor to see.
                self.replace(at, stops, "……", FindingCode::NormalisedText, "R84");
                at += 2;
            } else {
                at += 1;
            }
        }
    }

    /// R84: every form of the interpunct becomes ·.
    fn normalise_interpuncts(&mut self) {
        for at in 0..self.chars.len() {
            let between_han = self.char_before(at).is_some_and(is_han)
                && self.char_at(at + 1).is_some_and(is_han);
            match self.chars[at].c {
                '•' | '‧' | '・' => {
                    self.replace(at, 1, "·", FindingCode::NormalisedText, "R84");
                }
                // Between digits or letters ． is a point; see `narrow_alphanumerics`.
                '．' if between_han => {
                    self.replace(at, 1, "·", FindingCode::NormalisedText, "R84");
                }
                _ => {}
            }
        }
    }

    /// R84: tildes between Han characters or numbers become ～.
    fn normalise_connectors(&mut self) {
        for at in 0..self.chars.len() {
            if matches!(self.chars[at].c, '~' | '∼' | '〜' | '˜') {
                let side = |c: Option<char>| {
                    c.is_some_and(|c| is_chinese(c) || c.is_ascii_digit() || "%‰℃°".contains(c))
                };
                if side(self.char_before(at)) && side(self.char_at(at + 1)) {
                    self.replace(at, 1, "～", FindingCode::NormalisedText, "R84");
                }
            }
        }
    }

    /// R81: half-width marks in a Chinese context become full-width.
    fn widen_marks(&mut self) {
        // True for each open bracket that was widened: a closing one takes the width of its
        // partner.
        let mut open: Vec<bool> = Vec::new();
        for at in 0..self.chars.len() {
            let c = self.chars[at].c;
            let chinese = |c: Option<char>| c.is_some_and(is_chinese);
            let (before, after) = (self.char_before(at), self.char_at(at + 1));
            let with = match c {
                '(' => {
                    // A term in Latin may stand inside; what surrounds the bracket decides, then
                    // what it holds.
                    let full = chinese(before) || self.bracket_holds_chinese(at);
                    open.push(full);
                    full.then_some("（")
                }
                // Without a partner the character before it decides.
                ')' => open.pop().unwrap_or_else(|| chinese(before)).then_some("）"),
                ',' | ';' | ':' | '!' | '?' => {
                    // After a Latin word the mark is Chinese only if Chinese follows: in `A, B` it
                    // is not.
                    let beside =
                        chinese(before) || (before.is_some_and(is_word_char) && chinese(after));
                    beside.then_some(match c {
                        ',' => "，",
                        ';' => "；",
                        ':' => "：",
                        '!' => "！",
                        _ => "？",
                    })
                }
                // After Han and before Han or the end. Before a letter it may be a file name or an
                // address.
                '.' if before.is_some_and(is_han) && after.is_none_or(is_chinese) => Some("。"),
                '+' if chinese(before) => Some("＋"),
                _ => None,
            };
            if let Some(with) = with {
                self.replace(at, 1, with, FindingCode::NormalisedText, "R81");
            }
        }
    }

    /// Returns true if the bracket that opens at `at` holds Chinese, looking 200 characters ahead.
    fn bracket_holds_chinese(&self, at: usize) -> bool {
        self.chars[at + 1..]
            .iter()
            .take(200)
            .take_while(|ch| ch.c != ')')
            .any(|ch| is_chinese(ch.c))
    }

    /// R80: straight quotes become curly ones, paired and nested.
    fn curl_quotes(&mut self) {
        // Open quotes, innermost last; true for a double one.
        let mut open: Vec<bool> = Vec::new();
        for at in 0..self.chars.len() {
            let c = self.chars[at].c;
            match c {
                '“' | '‘' => open.push(c == '“'),
                // A closing quote that matches nothing is left alone; it may be an apostrophe.
                '”' | '’' if open.last() == Some(&(c == '”')) => {
                    open.pop();
                }
                // An apostrophe inside a word, such as don't, opens and closes nothing.
                '\'' if self.char_before(at).is_some_and(is_word_char)
                    && self.char_at(at + 1).is_some_and(is_word_char) =>
                {
                    self.replace(at, 1, "’", FindingCode::NormalisedText, "R80");
                }
                '"' | '\'' => {
                    let double = c == '"';
                    // A straight quote says nothing about its side: it closes if its kind is the
                    // innermost open one.
                    let closes = open.last() == Some(&double);
                    let with = match (closes, double) {
                        (true, true) => "”",
                        (true, false) => "’",
                        (false, true) => "“",
                        (false, false) => "‘",
                    };
                    if closes {
                        open.pop();
                    } else {
                        open.push(double);
                    }
                    self.replace(at, 1, with, FindingCode::NormalisedText, "R80");
                }
                _ => {}
            }
        }
    }
}

/// Returns true for characters beside which a word space may stand.
fn is_word_edge(c: char) -> bool {
    is_word_char(c) || c.is_ascii_punctuation()
}

/// Returns true if a clause of a head can end here: not after a mark that itself separates clauses,
/// nor after one that opens.
fn ends_clause(c: char) -> bool {
    use CharClass::{Closing, Digit, Ellipsis, Han, Latin, Postfix, Symbol};
    matches!(class_of(c), Han | Latin | Digit | Symbol | Postfix | Closing | Ellipsis)
}

/// Returns true if a clause of a head can start here.
fn starts_clause(c: char) -> bool {
    use CharClass::{Digit, Han, Latin, Opening, Prefix, Symbol};
    matches!(class_of(c), Han | Latin | Digit | Symbol | Opening | Prefix)
}

#[cfg(test)]
mod tests;
