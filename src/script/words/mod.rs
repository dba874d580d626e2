//! Break points of headlines. Lines of body text break between any two characters (R44), headlines
//! only between words (R63).

mod lexicon;

use crate::script::words::lexicon::split_words;

/// Characters that never start a headline line: they belong to the word before (R64).
const NEVER_FIRST: &str = "的地得了着过们性化式者等之吗呢吧";

/// Words of one character for a place or a time: they belong to the word before (在…上, 三年来).
const PLACE_AND_TIME_WORDS: &str = "上下中里内外前后间来时";

/// Characters that never end a headline line: they belong to the word after.
const NEVER_LAST: &str = "和与及或在把被将对为是向从以于让使第各每不";

/// Returns the byte offsets in `text` at which a headline may break, as far as words are concerned.
/// The end of the text is among them unless its last character never ends a line.
///
/// `names` are kept whole whatever the dictionary says (R66).
pub fn headline_breaks(text: &str, names: &[String]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut end = 0;
    for word in split_words(text) {
        if word.chars().nth(1).is_none() && PLACE_AND_TIME_WORDS.contains(word) {
            // No break before it.
            ends.pop();
        }
        end += word.len();
        ends.push(end);
    }
    ends.retain(|end| {
        // Candidates are ends of words; the prohibitions only take some away and add none.
        let (before, after) = text.split_at(*end);
        let next_first = after.chars().next();
        let last = before.chars().next_back();
        // A break at either end of a name does not split it.
        let splits_name = names.iter().filter(|name| !name.is_empty()).any(|name| {
            text.match_indices(name.as_str())
                .any(|(start, name)| start < *end && *end < start + name.len())
        });
        // R66, R65 and R64; a number may stand at the end of the text.
        !splits_name
            && (next_first.is_none() || !ends_with_number(before))
            && next_first.is_none_or(|c| !NEVER_FIRST.contains(c))
            && last.is_none_or(|c| !NEVER_LAST.contains(c))
    });
    ends
}

/// True if a text ends with a number, 万 and 亿 included: a number stays with the unit it counts
/// (R65).
fn ends_with_number(text: &str) -> bool {
    let is_numeral = |c: char| "万亿千百余多".contains(c);
    // 万 after a digit is part of the number, 万 after Han is a word.
    let digits = text.trim_end_matches(is_numeral);
    digits.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '%' | '.'))
}

#[cfg(test)]
mod tests {
    use super::headline_breaks;

    #[test]
    fn headlines_break_between_words_only() {
        for (rule, text, never) in [
            ("R63", "马凯开出扩大内需“五剂药方”", "马凯开出扩大内"),
            ("R64", "今年广东群众性文化活动", "今年广东群众"),
            ("R64", "中国式现代化的应有之义", "中国式现代化"),
            ("R55", "在保障和改善民生上务实功", "在保障和改善民生"),
            ("R65", "阿莱克斯20万欧元赔偿金到账", "阿莱克斯20万"),
            ("R66", "欢迎欧阳修文归来", "欢迎欧阳"),
        ] {
            let ends = headline_breaks(text, &["欧阳修文".to_owned()]);
            assert!(!ends.contains(&never.len()), "{rule}: {text} breaks after {never}");
            assert!(ends.contains(&text.len()), "{rule}: the end is an end");
        }
    }
}
