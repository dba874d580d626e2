//! Cutting text into words by a dictionary of 349 000 words, of which only those are loaded that a text may hold.
//!
//! To load them all takes a tenth of a second and tens of megabytes, for the sake of a few headlines. Here the
//! dictionary lies in the binary in the order of its words: what starts like two neighbouring characters of a text is
//! found by halving, and learned when a text first has them.

use std::collections::BTreeSet;
use std::sync::{LazyLock, PoisonError, RwLock};

use jieba_rs::Jieba;

/// A word and how often it was counted, a line each, in the order of their bytes.
static DICTIONARY: &str = include_str!("dictionary.txt");

/// How often all words of the dictionary were counted: a word is as likely as its share of this.
const TOTAL_COUNT: usize = 60_101_964;

/// Counts for all words that are not learned yet. It is no word of any text: what is not for public use is never
/// looked up.
const UNLEARNED_WORDS: &str = "\u{e000}\u{e000}";

static LEXICON: LazyLock<RwLock<WordLexicon>> = LazyLock::new(RwLock::default);

/// The start of a word: two characters, or one and the space after a word of one.
type WordStart = [char; 2];

struct WordLexicon {
    jieba: Jieba,
    /// How often the words that were learned were counted.
    learned_count: usize,
    /// The starts whose words were learned: those of the dictionary, so there is an end to them.
    learned_starts: BTreeSet<WordStart>,
}

impl Default for WordLexicon {
    fn default() -> Self {
        let mut jieba = Jieba::empty();
        jieba.add_word(UNLEARNED_WORDS, Some(TOTAL_COUNT), None);
        Self { jieba, learned_count: 0, learned_starts: BTreeSet::new() }
    }
}

impl WordLexicon {
    fn learn(&mut self, start: WordStart, words: &[(&str, usize)]) {
        if !self.learned_starts.insert(start) {
            return;
        }
        for (word, count) in words {
            self.jieba.add_word(word, Some(*count), None);
            self.learned_count += count;
        }
        self.jieba.add_word(UNLEARNED_WORDS, Some(TOTAL_COUNT - self.learned_count), None);
    }
}

/// The words of a text, all of it; what the dictionary does not have is joined as names mostly are.
pub(crate) fn split_words(text: &str) -> Vec<&str> {
    let lexicon = || LEXICON.read().unwrap_or_else(PoisonError::into_inner);
    let unknown: Vec<WordStart> = {
        let known = &lexicon().learned_starts;
        word_starts(text).filter(|start| !known.contains(start)).collect()
    };
    let found = unknown.into_iter().map(|start| (start, dictionary_words(start)));
    for (start, words) in found.filter(|(_, words)| !words.is_empty()) {
        LEXICON.write().unwrap_or_else(PoisonError::into_inner).learn(start, &words);
    }
    let words = lexicon().jieba.cut(text, true);
    words.into_iter().map(|token| token.word).collect()
}

/// How words may start that a text holds.
fn word_starts(text: &str) -> impl Iterator<Item = WordStart> {
    let next = text.chars().skip(1);
    let pairs = text.chars().zip(next).map(|(a, b)| [a, b]);
    text.chars().map(|c| [c, ' ']).chain(pairs)
}

/// The words of the dictionary that start so, and how often each was counted.
fn dictionary_words(start: WordStart) -> Vec<(&'static str, usize)> {
    let start = String::from_iter(start);
    let (mut from, mut to) = (0, DICTIONARY.len());
    while from < to {
        let middle = from.midpoint(to);
        let line = DICTIONARY.as_bytes()[..middle].iter().rposition(|b| *b == b'\n');
        let line = line.map_or(0, |end| end + 1);
        let end = DICTIONARY[line..].find('\n').map_or(DICTIONARY.len(), |end| line + end);
        if DICTIONARY[line..end] < *start {
            from = (end + 1).min(DICTIONARY.len());
        } else {
            to = line;
        }
    }
    let lines = DICTIONARY[from..].lines().take_while(|line| line.starts_with(&start));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(word, count)| (word, parse_count(count)))
        .collect()
}

fn parse_count(digits: &str) -> usize {
    digits.parse().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{DICTIONARY, TOTAL_COUNT, dictionary_words, parse_count, split_words, word_starts};

    #[test]
    fn the_dictionary_is_in_order_and_whole() {
        let lines: Vec<&str> = DICTIONARY.lines().collect();
        assert!(lines.is_sorted());
        let count = |line: &&str| line.split_once(' ').expect("two columns").1.parse::<usize>();
        let total: usize = lines.iter().map(|line| count(line).expect("a number")).sum();
        assert_eq!((lines.len(), total), (349_045, TOTAL_COUNT));
    }

    #[test]
    fn every_word_is_found_by_its_start() {
        let lines = DICTIONARY.lines();
        let (first, last) = (lines.clone().next(), lines.clone().next_back());
        for line in lines.step_by(997).chain(first).chain(last) {
            let (word, count) = line.split_once(' ').expect("two columns");
            let found =
                word_starts(word).flat_map(dictionary_words).find(|(found, _)| *found == word);
            assert_eq!(found, Some((word, parse_count(count))));
        }
        assert!(
            dictionary_words(['的', '\u{10ffff}']).is_empty()
                && dictionary_words(['\0', '\0']).is_empty()
        );
    }

    #[test]
    fn words_are_cut_alike_whatever_was_learned_before() {
        let text = "国务院总理李强主持召开国务院常务会议";
        let cold = split_words(text).join(" ");
        assert_eq!(cold, "国务院 总理 李强 主持 召开 国务院 常务会议");
        split_words("总理主持会议，研究部署防汛抗旱工作，李强调");
        assert_eq!(split_words(text).join(" "), cold);
        assert_eq!(
            split_words("4S店\u{e000}\u{e000}𠮷野家").concat(),
            "4S店\u{e000}\u{e000}𠮷野家"
        );
        assert!(split_words("").is_empty());
    }
}
