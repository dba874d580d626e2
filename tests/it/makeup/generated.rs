//! Generated pages: one to twenty articles of sentences cut from the seed and the fixtures and put
//! together again.
//!
//! No text is written for them, so the lines are those of the copy in this repository. The numbers
//! come from a generator of our own with a fixed start: the pages change only if this file or the
//! copy does.

use banmian::proto::block::Content;
use banmian::proto::{
    Article, Block, Byline, Credits, Crosshead, PageRecord, Paragraph, Publication,
};

use crate::record::count;
use crate::support::{KEYED_SEED, names, record, root};

/// Number of generated pages.
pub(crate) const PAGES: usize = 200;
/// Largest number of articles on one of them.
pub(crate) const ARTICLES_MOST: usize = 20;

/// Fullness of the pages, in hundredths of the capacity: each number of articles is used with each
/// of these.
const FULLNESS: [usize; 10] = [85, 87, 89, 91, 93, 96, 98, 100, 102, 105];

/// Room for the copy on a page of `six` beside its heads: 字 of body that fill it with one article,
/// and the loss for the head of each further article. Measured: copy was added to pages of each
/// number of articles until the first line was overset.
const ROOM: usize = 9_400;
const HEAD: usize = 88;

/// Returns the 字 of body that fill a page of this many articles at the step `six`.
pub(crate) fn capacity(articles: usize) -> usize {
    ROOM - HEAD * (articles - 1)
}

/// Lengths relative to the mean, in hundredths: the deciles of a log-normal distribution of σ ¾. A
/// few long, many short.
const LENGTHS: [usize; 10] = [29, 46, 60, 75, 91, 110, 133, 166, 217, 343];
/// Length of the shortest brief, in 字.
const BRIEF: usize = 90;

/// A generator of numbers (xorshift64*).
pub(crate) struct NumberGenerator(u64);

impl NumberGenerator {
    pub(crate) fn new(page: usize) -> Self {
        let mut numbers = Self(0x9E37_79B9_7F4A_7C15 ^ (page as u64 + 1).wrapping_mul(0x2545_F491));
        for _ in 0..8 {
            numbers.next();
        }
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Returns a number of `range`.
    pub(crate) fn of(&mut self, range: std::ops::Range<usize>) -> usize {
        let span = (range.end - range.start).max(1) as u64;
        range.start + usize::try_from((self.next() >> 33) % span).unwrap_or(0)
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.of(0..100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.of(0..from.len())]
    }
}

/// Copy from which the pages are made.
pub(crate) struct Pool {
    /// In the order of the copy, so that consecutive sentences make sense.
    sentences: Vec<String>,
    /// Parts of sentences that can stand over an article.
    clauses: Vec<String>,
    crossheads: Vec<String>,
    bylines: Vec<Vec<Byline>>,
    datelines: Vec<String>,
    columns: Vec<String>,
}

impl Pool {
    pub(crate) fn read() -> Self {
        let folder = "tests/fixtures/records";
        let mut paths = vec![KEYED_SEED.to_owned()];
        paths.extend(names(&root(folder)).into_iter().map(|name| format!("{folder}/{name}")));
        let mut pool = Self {
            sentences: Vec::new(),
            clauses: Vec::new(),
            crossheads: Vec::new(),
            bylines: Vec::new(),
            datelines: Vec::new(),
            columns: Vec::new(),
        };
        for article in paths.iter().flat_map(|path| record(path).articles) {
            pool.take(article);
        }
        assert!(pool.sentences.len() > 400 && pool.clauses.len() > 400, "copy enough to draw from");
        pool
    }

    fn take(&mut self, article: Article) {
        for block in article.body {
            match block.content {
                Some(Content::Paragraph(paragraph)) => {
                    let cut = sentences(&paragraph.text);
                    self.clauses.extend(cut.iter().flat_map(|text| clauses(text)));
                    self.sentences.extend(cut);
                }
                Some(Content::Crosshead(crosshead)) => self.crossheads.push(crosshead.text),
                Some(
                    Content::Note(_)
                    | Content::Verse(_)
                    | Content::Picture(_)
                    | Content::Table(_)
                    | Content::PullQuote(_),
                )
                | None => {}
            }
        }
        // Only plain bylines: an affiliation would be copy after the body.
        let plain = article.bylines.iter().all(|byline| byline.affiliation.is_empty());
        if !article.bylines.is_empty() && plain {
            self.bylines.push(article.bylines);
        }
        self.datelines.extend(Some(article.dateline).filter(|text| !text.is_empty()));
        self.columns.extend(Some(article.column_title).filter(|text| !text.is_empty()));
    }

    /// Returns page `page` of [`PAGES`].
    pub(crate) fn page(&self, page: usize) -> PageRecord {
        let articles = page % ARTICLES_MOST + 1;
        let full = FULLNESS[(page / ARTICLES_MOST + 3 * articles) % FULLNESS.len()];
        self.page_of(page, articles, capacity(articles) * full / 100)
    }

    /// Returns a page of this many articles with about `total` 字 of body.
    pub(crate) fn page_of(&self, page: usize, articles: usize, total: usize) -> PageRecord {
        let mut numbers = NumberGenerator::new(page);
        let lengths = lengths(&mut numbers, articles, total);
        let mut weight = 100;
        // Each article continues where the last one ended, so that the page says nothing twice.
        let mut at = numbers.of(0..self.sentences.len());
        let articles = lengths.iter().enumerate().map(|(index, length)| {
            if index > 0 && !numbers.chance(25) {
                weight -= numbers.of(2..5);
            }
            let article = self.article(&mut numbers, *length, &mut at);
            Article {
                id: format!("a{}", index + 1),
                weight: u32::try_from(weight).unwrap_or(0),
                ..article
            }
        });
        let staff = |name: &str| vec![name.to_owned()];
        PageRecord {
            publication: Some(Publication {
                name: "示例日报".to_owned(), ..Default::default()
            }),
            date: "2024-09-03".to_owned(),
            number: format!("{:02}", page % 16 + 1),
            section: "综合".to_owned(),
            credits: Some(Credits {
                editors: staff("蒋戊"),
                proofreaders: staff("沈己"),
                layout_designers: staff("韩庚"),
                ..Default::default()
            }),
            articles: articles.collect(),
            ..Default::default()
        }
    }

    /// Returns an article with about `length` 字 of body and the head that articles of that length
    /// have.
    fn article(&self, numbers: &mut NumberGenerator, length: usize, at: &mut usize) -> Article {
        let long = length > 700;
        let crossed = long && numbers.chance(70);
        let body = self.body(numbers, length, crossed, at);
        let [kicker, deck, column] =
            if long { [30, 35, 12] } else { [12, 10, 8] }.map(|percent| numbers.chance(percent));
        let bylined = numbers.chance(55);
        let datelined = numbers.chance(if bylined { 15 } else { 70 });
        let some = |included: bool, text: String| if included { text } else { String::new() };
        Article {
            headline: self.headline(numbers),
            kicker: some(kicker, self.clause(numbers, 6..16)),
            deck: some(deck, format!("——{}", self.clause(numbers, 8..19))),
            column_title: some(column && !kicker, numbers.pick(&self.columns).clone()),
            bylines: if bylined { numbers.pick(&self.bylines).clone() } else { Vec::new() },
            dateline: some(datelined, numbers.pick(&self.datelines).clone()),
            body,
            ..Article::default()
        }
    }

    /// Returns a clause with a length in this range, in 字.
    fn clause(&self, numbers: &mut NumberGenerator, range: std::ops::Range<usize>) -> String {
        loop {
            let clause = numbers.pick(&self.clauses);
            if range.contains(&count(clause)) {
                return clause.clone();
            }
        }
    }

    /// Returns a headline of 8–26 字: one clause, or two with a space between.
    fn headline(&self, numbers: &mut NumberGenerator) -> String {
        if numbers.chance(45) {
            return self.clause(numbers, 8..19);
        }
        let halves = [self.clause(numbers, 5..13), self.clause(numbers, 5..13)];
        halves.join(" ")
    }

    /// Returns sentences from `at` on, in paragraphs of one to five, with crossheads between them
    /// if requested.
    fn body(
        &self,
        numbers: &mut NumberGenerator,
        length: usize,
        crossed: bool,
        at: &mut usize,
    ) -> Vec<Block> {
        let block = |content| Block { content: Some(content) };
        let mut out = Vec::new();
        let (mut set, mut since) = (0, 0);
        let apart = numbers.of(280..520);
        while set < length {
            if crossed && since >= apart && length - set > 150 {
                let text = numbers.pick(&self.crossheads).clone();
                set += count(&text);
                out.push(block(Content::Crosshead(Crosshead { text })));
                since = 0;
            }
            let mut text = String::new();
            for _ in 0..numbers.of(1..6) {
                let sentence = &self.sentences[*at];
                *at = (*at + 1) % self.sentences.len();
                text += sentence;
                if set + count(&text) >= length {
                    break;
                }
            }
            let chars = count(&text);
            (set, since) = (set + chars, since + chars);
            out.push(block(Content::Paragraph(Paragraph { text, spans: Vec::new() })));
        }
        out
    }
}

/// Returns the lengths of the articles; longer ones are likely to come first, as important articles
/// are often but not always long.
fn lengths(numbers: &mut NumberGenerator, articles: usize, total: usize) -> Vec<usize> {
    let mut shares: Vec<(usize, usize)> = (0..articles)
        .map(|_| {
            let share = *numbers.pick(&LENGTHS) * numbers.of(88..113);
            (share * numbers.of(40..200), share)
        })
        .collect();
    shares.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
    let sum: usize = shares.iter().map(|(_, share)| share).sum();
    shares.iter().map(|(_, share)| (total * share / sum).max(BRIEF)).collect()
}

/// Returns the 字 of an article's body, without its head.
pub(crate) fn body_count(article: &Article) -> usize {
    let block = |block: &Block| match &block.content {
        Some(Content::Paragraph(paragraph)) => count(&paragraph.text),
        Some(Content::Crosshead(crosshead)) => count(&crosshead.text),
        Some(
            Content::Note(_)
            | Content::Verse(_)
            | Content::Picture(_)
            | Content::Table(_)
            | Content::PullQuote(_),
        )
        | None => 0,
    };
    article.body.iter().map(block).sum()
}

/// Returns the sentences of a paragraph that can stand alone: with both marks of every pair.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut sentence = String::new();
    let mut chars = paragraph.chars().peekable();
    while let Some(c) = chars.next() {
        sentence.push(c);
        let closes = |next: &char| "”’）》".contains(*next);
        if !"。！？".contains(c) || chars.peek().is_some_and(closes) {
            let ends = "”’".contains(c) && sentence.chars().rev().nth(1).is_some_and(is_stop);
            if !ends || chars.peek().is_some_and(closes) {
                continue;
            }
        }
        out.push(std::mem::take(&mut sentence));
    }
    out.retain(|text| (10..=140).contains(&count(text)) && paired(text) && is_clean(text));
    out
}

fn is_stop(c: char) -> bool {
    "。！？".contains(c)
}

/// True if intake would correct nothing: typing errors of the fixtures are tested elsewhere, and a
/// straight quote cannot be told from its partner once the sentence stands alone.
fn is_clean(text: &str) -> bool {
    let amiss = |c: char| "\"',;:?!()".contains(c) || c.is_whitespace();
    let wide = |c: char| ('\u{ff10}'..='\u{ff5a}').contains(&c) && c.is_alphanumeric();
    !text.chars().any(|c| amiss(c) || wide(c))
}

/// True if every opening mark is closed.
fn paired(text: &str) -> bool {
    ["“”", "‘’", "（）", "《》"].iter().all(|pair| {
        let mut marks = pair.chars().map(|mark| text.chars().filter(|c| *c == mark).count());
        marks.next() == marks.next()
    })
}

/// Returns the clauses of a sentence that can be a headline: no mark but quotes, and no number at
/// the start.
fn clauses(sentence: &str) -> Vec<String> {
    let plain = |text: &str| {
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        text.chars().next().is_some_and(han)
            && text.chars().all(|c| han(c) || c.is_ascii_alphanumeric() || "“”、.%".contains(c))
            && paired(text)
    };
    let cut = sentence.split(['，', '。', '；', '：', '！', '？']).filter(|text| plain(text));
    cut.map(str::to_owned).filter(|text| (5..19).contains(&count(text))).collect()
}
