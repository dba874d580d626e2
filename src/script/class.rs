//! Character classes (字类).

/// Class of a character: its behaviour on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CharClass {
    /// Han characters, kana, bopomofo and everything else that is set on a full cell.
    Han,
    /// Opening quotes and brackets, with their ink at the right of the cell.
    Opening,
    /// Closing quotes and brackets, with their ink at the left of the cell.
    Closing,
    /// Marks inside a sentence: ，、；：.
    Pause,
    /// Marks that end a sentence: 。！？．.
    Stop,
    /// Two of ！？ in one cell (GB/T 15834-2011 5.1.2); the pair has no white half.
    StopPair,
    /// 间隔号, between the parts of a name.
    Interpunct,
    /// 连接号: ～ – — and the hyphen between digits.
    Connector,
    /// 分隔号.
    Solidus,
    /// 破折号, two cells in one stroke.
    Dash,
    /// 省略号, two cells.
    Ellipsis,
    /// A digit of a number, with the points and commas inside it.
    Digit,
    /// A letter of a Latin, Greek or Cyrillic word, or a joiner inside such a word.
    Latin,
    /// Currency signs and № before a number, + − ± as a sign.
    Prefix,
    /// % ‰ ° ℃ ′ ″ after a number.
    Postfix,
    /// The space between words, or between the clauses of a headline.
    Space,
    /// Signs that break like Han but keep the width the font gives: ①★→.
    Symbol,
}

/// Position of the ink of a mark in its full cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InkPosition {
    /// In the left half: the right half may be trimmed.
    Left,
    /// In the right half: the left half may be trimmed.
    Right,
    /// In the middle: the mark is drawn centred in its cell, whatever the width of the cell.
    Centre,
}

/// Marks by class, in the order of [`CharClass`].
///
/// Source: CLREQ `#table_of_chinese_punctuation_marks` and `#prohibition_rules_for_line_start_end`,
/// GB/T 15834-2011 5.1.1–5.1.9. The opening and closing brackets beyond those are the same signs in
/// the shapes that mainland papers also use.
const MARKS: &[(CharClass, &str)] = &[
    (CharClass::Opening, "“‘（《〈「『【〔〖〘〚［｛｟〝"),
    (CharClass::Closing, "”’）》〉」』】〕〗〙〛］｝｠〞〟"),
    (CharClass::Pause, "，、：；"),
    (CharClass::Stop, "。！？．‼⁇⁈⁉"),
    (CharClass::Interpunct, "·‧・•"),
    (CharClass::Connector, "～〜–‑—"),
    (CharClass::Solidus, "/／"),
    (CharClass::Dash, "⸺"),
    (CharClass::Ellipsis, "…⋯‥"),
    (CharClass::Prefix, "￥¥$＄£￡€№＃±"),
    (CharClass::Postfix, "%‰％°℃℉¢′″"),
];

/// Returns every mark listed in the table of classes.
pub fn all_marks() -> impl Iterator<Item = char> {
    MARKS.iter().flat_map(|(_, marks)| marks.chars())
}

/// Returns the class of a character on its own; [`crate::script::segment()`] refines it by the
/// neighbours.
pub fn class_of(c: char) -> CharClass {
    // The most common case first: four of five characters of copy are Han.
    if is_han(c) {
        return CharClass::Han;
    }
    if c.is_ascii_digit() {
        return CharClass::Digit;
    }
    if c == ' ' || c == '\u{3000}' || c == '\u{a0}' {
        return CharClass::Space;
    }
    // The table goes before `is_wide`, whose ranges contain most of the marks.
    if let Some((class, _)) = MARKS.iter().find(|(_, marks)| marks.contains(c)) {
        return *class;
    }
    // Greek and Cyrillic letters lie in no range of `is_wide`, so the order of these two is free.
    if is_latin(c) {
        return CharClass::Latin;
    }
    // Kana, bopomofo and full-width forms break and space like Han.
    if is_wide(c) { CharClass::Han } else { CharClass::Symbol }
}

/// Returns the position of a mark's ink in horizontal setting. CLREQ figure
/// `punctuation-adjustment-space-hans`.
pub fn ink_position(class: CharClass) -> InkPosition {
    match class {
        CharClass::Closing | CharClass::Pause | CharClass::Stop => InkPosition::Left,
        CharClass::Opening => InkPosition::Right,
        CharClass::Han
        | CharClass::StopPair
        | CharClass::Interpunct
        | CharClass::Connector
        | CharClass::Solidus
        | CharClass::Dash
        | CharClass::Ellipsis
        | CharClass::Digit
        | CharClass::Latin
        | CharClass::Prefix
        | CharClass::Postfix
        | CharClass::Space
        | CharClass::Symbol => InkPosition::Centre,
    }
}

/// True for Han ideographs, 〇 and 々.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}'
        | '\u{f900}'..='\u{faff}' | '〇' | '々')
}

/// True for letters of the scripts that are set in words: Latin, Greek and Cyrillic.
pub fn is_latin(c: char) -> bool {
    // The second test leaves out × and ÷, which lie among the letters.
    c.is_ascii_alphabetic()
        || (matches!(c, '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}') && c.is_alphabetic())
}

/// True for other characters on a full cell: radicals, kana, bopomofo, Hangul, full-width forms.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{33ff}' | '\u{a000}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}')
}

/// True for marks that combine with the character before them and never stand alone.
pub fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{302a}'..='\u{302f}' | '\u{3099}' | '\u{309a}')
}

/// True for characters that print nothing: joiners, selectors, bidi controls, byte order marks.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{CharClass, MARKS, class_of};

    #[test]
    fn every_listed_mark_has_its_class_once() {
        for (class, marks) in MARKS {
            for mark in marks.chars() {
                assert_eq!(class_of(mark), *class, "{mark}");
                let lists = MARKS.iter().filter(|(_, m)| m.contains(mark)).count();
                assert_eq!(lists, 1, "{mark} stands in {lists} lists");
            }
        }
    }

    #[test]
    fn letters_digits_and_signs() {
        for (c, class) in [
            ('党', CharClass::Han),
            ('㛃', CharClass::Han),
            ('𠀀', CharClass::Han),
            ('〇', CharClass::Han),
            ('か', CharClass::Han),
            ('＋', CharClass::Han),
            ('7', CharClass::Digit),
            ('é', CharClass::Latin),
            ('Ж', CharClass::Latin),
            ('①', CharClass::Symbol),
            ('★', CharClass::Symbol),
            ('\u{3000}', CharClass::Space),
        ] {
            assert_eq!(class_of(c), class, "{c}");
        }
    }
}
