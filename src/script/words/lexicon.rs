//! Word segmentation by a dictionary of 349 000 words that is loaded piece by piece.
//!
//! Loading all words takes a tenth of a second and tens of megabytes, for the sake of a few
//! headlines. Instead the dictionary is compiled in as text sorted by its bytes. Words that begin
//! with two neighbouring characters of a text are found by binary search and added to the segmenter
//! when a text first has these characters.
//!
//! # Global state
//! The segmenter is shared by the process and only grows, up to the whole dictionary; nothing is
//! ever removed. Results do not depend on what is loaded. Every dictionary word that can occur in a
//! text is loaded before the text is segmented; other words cannot match. The counts of the words
//! not loaded are held by one placeholder, so that the total, and with it the probability of every
//! word, is the same at any time. Unknown names are joined by a model of fixed parameters.

use std::collections::BTreeSet;
use std::sync::{LazyLock, PoisonError, RwLock};

use jieba_rs::Jieba;

/// Words of the dictionary with their counts: `word count`, one word a line, sorted by bytes.
static DICTIONARY: &str = include_str!("dictionary.txt");

/// Sum of the counts of all words. The probability of a word is its count divided by this.
const TOTAL_COUNT: usize = 60_101_964;

/// Placeholder that holds the counts of all words not loaded yet. It consists of private-use
/// characters, which are never looked up, so it is not a word of any text.
const NOT_LOADED: &str = "\u{e000}\u{e000}";

/// Segmenter of this process with the words loaded so far; see the module for why it may grow.
static LEXICON: LazyLock<RwLock<WordLexicon>> = LazyLock::new(RwLock::default);

/// First two characters of a word, or its only character and the space that follows it in the
/// dictionary.
type WordStart = [char; 2];

/// Words loaded so far.
struct WordLexicon {
    jieba: Jieba,
    /// Sum of the counts of the words loaded so far.
    loaded_count: usize,
    /// Word starts whose words are loaded. Only starts that occur in the dictionary are recorded,
    /// so the set is bounded.
    loaded_starts: BTreeSet<WordStart>,
}

impl Default for WordLexicon {
    fn default() -> Self {
        let mut jieba = Jieba::empty();
        jieba.add_word(NOT_LOADED, Some(TOTAL_COUNT), None);
        Self { jieba, loaded_count: 0, loaded_starts: BTreeSet::new() }
    }
}

impl WordLexicon {
    /// Loads the words of a start, unless they are loaded already.
    fn load(&mut self, start: WordStart, words: &[(&str, usize)]) {
        // Another thread may have loaded the start between our read lock and this write lock.
        if !self.loaded_starts.insert(start) {
            return;
        }
        for (word, count) in words {
            self.jieba.add_word(word, Some(*count), None);
            self.loaded_count += count;
        }
        // The placeholder gives up what was loaded, so that the total stays `TOTAL_COUNT`.
        self.jieba.add_word(NOT_LOADED, Some(TOTAL_COUNT - self.loaded_count), None);
    }
}

/// Divides a text into words. Characters that form no dictionary word are joined as unknown names.
/// The words concatenate to the text.
pub(crate) fn split_words(text: &str) -> Vec<&str> {
    // A panic elsewhere leaves words missing at worst, so poison is ignored.
    let lexicon = || LEXICON.read().unwrap_or_else(PoisonError::into_inner);
    // The read lock ends with this block: taking the write lock below while holding it would
    // deadlock.
    let new_starts: Vec<WordStart> = {
        let loaded_starts = &lexicon().loaded_starts;
        word_starts(text).filter(|start| !loaded_starts.contains(start)).collect()
    };
    for start in new_starts {
        // Searched without a lock, because the search reads only the dictionary in the binary.
        let words = dictionary_words(start);
        // Starts without words are not recorded, or hostile text would grow the set without bound.
        if !words.is_empty() {
            LEXICON.write().unwrap_or_else(PoisonError::into_inner).load(start, &words);
        }
    }
    // The lexicon only grows, so every start loaded above is still there.
    let words = lexicon().jieba.cut(text, true);
    words.into_iter().map(|token| token.word).collect()
}

/// Returns the word starts that occur in a text.
fn word_starts(text: &str) -> impl Iterator<Item = WordStart> {
    let next = text.chars().skip(1);
    let pairs = text.chars().zip(next).map(|(a, b)| [a, b]);
    // The single characters too: a word of one character begins with itself and a space.
    text.chars().map(|c| [c, ' ']).chain(pairs)
}

/// Returns the dictionary words with this start and their counts.
///
/// Binary search over byte offsets for the first line that is not less than the start: each middle
/// is moved back to the beginning of its line.
fn dictionary_words(start: WordStart) -> Vec<(&'static str, usize)> {
    let start = String::from_iter(start);
    let (mut low, mut high) = (0, DICTIONARY.len());
    while low < high {
        let middle = low.midpoint(high);
        // Bytes, not characters: `middle` may lie inside a character, but a newline never does.
        let newline = DICTIONARY.as_bytes()[..middle].iter().rposition(|byte| *byte == b'\n');
        let line = newline.map_or(0, |newline| newline + 1);
        let length = DICTIONARY[line..].find('\n');
        let end = length.map_or(DICTIONARY.len(), |length| line + length);
        if DICTIONARY[line..end] < *start {
            // Past the whole line, so the range shrinks in every round and the loop ends.
            low = (end + 1).min(DICTIONARY.len());
        } else {
            high = line;
        }
    }
    let lines = DICTIONARY[low..].lines().take_while(|line| line.starts_with(&start));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(word, count)| (word, parse_count(count)))
        .collect()
}

/// Parses a count of the dictionary, which the tests check.
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
    fn segmentation_does_not_depend_on_loaded_words() {
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
