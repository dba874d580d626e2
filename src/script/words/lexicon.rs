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
const TOTAL: usize = 60_101_964;

/// Counts for all words that are not learned yet. It is no word of any text: what is not for public use is never
/// looked up.
const REST: &str = "\u{e000}\u{e000}";

static LEXICON: LazyLock<RwLock<Lexicon>> = LazyLock::new(RwLock::default);

/// The start of a word: two characters, or one and the space after a word of one.
type Start = [char; 2];

struct Lexicon {
    jieba: Jieba,
    /// How often the words that were learned were counted.
    learned: usize,
    /// The starts whose words were learned: those of the dictionary, so there is an end to them.
    starts: BTreeSet<Start>,
}

impl Default for Lexicon {
    fn default() -> Self {
        let mut jieba = Jieba::empty();
        jieba.add_word(REST, Some(TOTAL), None);
        Self { jieba, learned: 0, starts: BTreeSet::new() }
    }
}

impl Lexicon {
    fn learn(&mut self, start: Start, words: &[(&str, usize)]) {
        if !self.starts.insert(start) {
            return;
        }
        for (word, count) in words {
            self.jieba.add_word(word, Some(*count), None);
            self.learned += count;
        }
        self.jieba.add_word(REST, Some(TOTAL - self.learned), None);
    }
}

/// The words of a text, all of it; what the dictionary does not have is joined as names mostly are.
pub(crate) fn cut(text: &str) -> Vec<&str> {
    let lexicon = || LEXICON.read().unwrap_or_else(PoisonError::into_inner);
    let unknown: Vec<Start> = {
        let known = &lexicon().starts;
        starts(text).filter(|start| !known.contains(start)).collect()
    };
    let found = unknown.into_iter().map(|start| (start, words(start)));
    for (start, words) in found.filter(|(_, words)| !words.is_empty()) {
        LEXICON.write().unwrap_or_else(PoisonError::into_inner).learn(start, &words);
    }
    let words = lexicon().jieba.cut(text, true);
    words.into_iter().map(|token| token.word).collect()
}

/// How words may start that a text holds.
fn starts(text: &str) -> impl Iterator<Item = Start> {
    let next = text.chars().skip(1);
    let pairs = text.chars().zip(next).map(|(a, b)| [a, b]);
    text.chars().map(|c| [c, ' ']).chain(pairs)
}

/// The words of the dictionary that start so, and how often each was counted.
fn words(start: Start) -> Vec<(&'static str, usize)> {
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
        .map(|(word, count)| (word, count_of(count)))
        .collect()
}

fn count_of(digits: &str) -> usize {
    digits.parse().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{DICTIONARY, TOTAL, count_of, cut, starts, words};

    #[test]
    fn the_dictionary_is_in_order_and_whole() {
        let lines: Vec<&str> = DICTIONARY.lines().collect();
        assert!(lines.is_sorted());
        let count = |line: &&str| line.split_once(' ').expect("two columns").1.parse::<usize>();
        let total: usize = lines.iter().map(|line| count(line).expect("a number")).sum();
        assert_eq!((lines.len(), total), (349_045, TOTAL));
    }

    #[test]
    fn every_word_is_found_by_its_start() {
        let lines = DICTIONARY.lines();
        let (first, last) = (lines.clone().next(), lines.clone().next_back());
        for line in lines.step_by(997).chain(first).chain(last) {
            let (word, count) = line.split_once(' ').expect("two columns");
            let found = starts(word).flat_map(words).find(|(found, _)| *found == word);
            assert_eq!(found, Some((word, count_of(count))));
        }
        assert!(words(['的', '\u{10ffff}']).is_empty() && words(['\0', '\0']).is_empty());
    }

    #[test]
    fn words_are_cut_alike_whatever_was_learned_before() {
        let text = "国务院总理李强主持召开国务院常务会议";
        let cold = cut(text).join(" ");
        assert_eq!(cold, "国务院 总理 李强 主持 召开 国务院 常务会议");
        cut("总理主持会议，研究部署防汛抗旱工作，李强调");
        assert_eq!(cut(text).join(" "), cold);
        assert_eq!(cut("4S店\u{e000}\u{e000}𠮷野家").concat(), "4S店\u{e000}\u{e000}𠮷野家");
        assert!(cut("").is_empty());
    }
}
