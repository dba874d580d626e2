//! Pages of real shape, made up from a seed: counts, lengths, heads and pictures as editor.md F has
//! them. Copy is that of the made-up fixtures, recombined; the same seed gives the same pages.

use std::collections::BTreeSet;

use banmian::proto::block::Content;
use banmian::proto::picture;
use banmian::proto::{
    Article, ArticleGroup, Block, Byline, Credits, Crosshead, Layout, PageRecord, Paragraph,
    Picture, Publication, Verse,
};

use crate::editor::picture::landscape;
use crate::editor::random::Random;
use crate::editor::words;
use crate::record::count;
use crate::support::{names, record, root};

/// Pages by kind: with enough copy, short, slightly over.
pub(crate) const ENOUGH: usize = 160;
pub(crate) const SHORT: usize = 20;
pub(crate) const OVER: usize = 20;
pub(crate) const PAGES: usize = ENOUGH + SHORT + OVER;

/// The seed of the table in docs/measure/editor.md.
pub(crate) const SEED: u64 = 20_261;

/// Articles by page of a four-page daily: least, quartile, median, quartile, most (editor.md F).
const ARTICLES: [[usize; 5]; 4] =
    [[2, 5, 7, 8, 9], [2, 6, 9, 12, 18], [3, 6, 7, 9, 12], [1, 4, 5, 7, 9]];
/// 字 of body of a page at its deciles, p0 to p100 (editor.md F: medians 4 880–6 972, p10
/// 3 580–5 236, p90 5 836–10 594).
const BODIES: [usize; 11] = [3400, 4300, 4800, 5200, 5450, 5700, 6100, 6700, 7400, 8600, 10_600];
/// 字 of an article at p0, p10, p25, p50, p75, p90, p99 and beyond (editor.md F).
const LENGTHS: [(usize, usize); 8] =
    [(0, 90), (10, 146), (25, 268), (50, 673), (75, 1169), (90, 1650), (99, 3423), (100, 4200)];
/// Share of the type area of the largest picture, in thousandths, at its deciles (real pages:
/// p10 7 %, median 13 %, p90 30 %).
const LARGEST: [usize; 11] = [50, 70, 85, 100, 115, 130, 145, 165, 200, 300, 330];

/// Density steps of the house style, loosest first: basic columns, and cells of one 字 that a page
/// has below its page head.
const STEPS: [(usize, usize); 6] =
    [(5, 7_650), (6, 8_190), (6, 9_690), (6, 10_914), (8, 11_544), (8, 12_064)];
/// Share of the cells that lines of copy fill, in thousandths: the rest are ends of paragraphs and
/// white at crossheads. Probed on rendered pages, as are the two below.
const EVEN: usize = 940;
/// Share of a page that its heads take with their usual white, in thousandths, and with the least:
/// for none, and for each article.
const HEADS_USUAL: (usize, usize) = (100, 11);
const HEADS_LEAST: (usize, usize) = (35, 6);
/// Share of a picture's area that it takes with its caption, in hundredths; the least where there
/// is too much copy and pictures give way.
const CAPTIONED: usize = 112;
const CAPTIONED_LEAST: usize = 75;
/// Pictures of a page that is over take this much of it at most, in thousandths.
const PICTURED_OVER: usize = 140;
const TYPE_AREA: [usize; 2] = [999, 1389];

/// Kind of a generated page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fullness {
    Enough,
    Short,
    Over,
}

/// The kind of a page: every tenth is short, every tenth over.
pub(crate) fn fullness(page: usize) -> Fullness {
    match page % 10 {
        4 => Fullness::Short,
        9 => Fullness::Over,
        _ => Fullness::Enough,
    }
}

/// Copy that pages are made of.
pub(crate) struct Pool {
    sentences: Vec<String>,
    crossheads: Vec<String>,
}

impl Pool {
    pub(crate) fn read() -> Self {
        let mut pool = Self { sentences: Vec::new(), crossheads: Vec::new() };
        let mut known = BTreeSet::new();
        for folder in ["tests/fixtures/records", "tests/fixtures/made-up"] {
            for name in names(&root(folder)) {
                let page = record(&format!("{folder}/{name}"));
                for block in page.articles.into_iter().flat_map(|article| article.body) {
                    if let Some(Content::Paragraph(paragraph)) = &block.content {
                        let cut = words::sentences(&paragraph.text);
                        let new = cut.into_iter().filter(|text| known.insert(text.clone()));
                        pool.sentences.extend(new);
                    } else if let Some(Content::Crosshead(crosshead)) = block.content {
                        pool.crossheads.push(crosshead.text);
                    }
                }
            }
        }
        assert!(pool.sentences.len() > 300, "{} sentences", pool.sentences.len());
        pool
    }

    /// Page `page` of [`PAGES`].
    pub(crate) fn page(&self, seed: u64, page: usize) -> PageRecord {
        let mut random = Random::new(seed, page);
        let [least, low, middle, high, most] = ARTICLES[page % 4];
        let articles = match random.below(4) {
            0 => random.of(least..low + 1),
            1 => random.of(low..middle + 1),
            2 => random.of(middle..high + 1),
            _ => random.of(high..most + 1),
        };
        let kind = fullness(page);
        let mut shares = shares(&mut random);
        let sum: usize = shares.iter().sum();
        if kind == Fullness::Over && sum > PICTURED_OVER {
            shares.iter_mut().for_each(|share| *share = *share * PICTURED_OVER / sum);
        }
        let step = step(&mut random, kind, articles, shares.iter().sum());
        let shots: Vec<Shot> =
            shares.iter().map(|share| Shot::new(&mut random, *share, STEPS[step].0)).collect();
        let pictured = shots.iter().map(|shot| shot.share).sum();
        let total = total(&mut random, kind, articles, step, pictured);
        let lengths = lengths(&mut random, articles, total);
        let briefs = if articles >= 7 && random.chance(35) { random.of(2..5) } else { 0 };
        let mut at = random.below(self.sentences.len());
        let far = random.chance(50);
        let mut weight = random.of(80..101);
        let mut made: Vec<Article> = Vec::new();
        for (index, length) in lengths.iter().enumerate() {
            let brief = index + briefs >= articles && *length < 320;
            let slot = Slot { index, length: *length, brief };
            let mut article = self.article(&mut random, &slot, &mut at);
            weight = weight.saturating_sub(match index {
                0 => 0,
                1 if random.chance(5) => 0,
                1 => random.of(3..15),
                _ if far => random.of(3..15),
                _ => random.of(0..4),
            });
            let own = if brief { weight.min(12) } else { weight.max(4) };
            article.weight = u32::try_from(own).unwrap_or(0);
            made.push(article);
        }
        let mut out = frame(page);
        out.articles = made;
        self.pictures(&mut random, &mut out, &shots, page);
        wishes(&mut random, &mut out);
        out
    }

    fn article(&self, random: &mut Random, slot: &Slot, at: &mut usize) -> Article {
        let lead = slot.index == 0;
        let long = slot.length > 600;
        let mut article = Article {
            id: format!("a{}", slot.index + 1),
            headline: words::headline(random, slot.brief, lead),
            brief: slot.brief,
            ..Article::default()
        };
        if slot.brief {
            "简讯".clone_into(&mut article.column_title);
        } else {
            let (kicker, deck) = if lead { (50, 48) } else { (24, 22) };
            if random.chance(kicker) {
                article.kicker = words::kicker(random);
            }
            if random.chance(deck) {
                article.deck = words::deck(random);
            }
            if random.chance(if lead { 5 } else { 12 }) {
                words::COLUMNS[random.below(words::COLUMNS.len())]
                    .clone_into(&mut article.column_title);
            }
        }
        let verse = !lead && slot.length < 400 && random.chance(6);
        if verse {
            let stanzas = (slot.length / 30).clamp(2, 6);
            let lines = words::verse(random, stanzas);
            article.headline = words::verse_title(random);
            article.body.push(block(Content::Verse(Verse { lines })));
            article.bylines.push(byline("许丑", ""));
            article.brief = false;
            article.column_title.clear();
            return article;
        }
        let crossed = long && random.chance(75);
        article.body = self.body(random, slot.length, crossed, at);
        match random.below(10) {
            0..=5 => article.dateline = dateline(random),
            6..=8 if !slot.brief => {
                article.bylines.push(byline("张巳", "本报记者"));
                if random.chance(50) {
                    article.bylines.push(byline("孔午", "本报记者"));
                }
                if random.chance(40) {
                    article.bylines.push(byline("曹未来", "通讯员"));
                }
            }
            _ if !slot.brief => article.bylines.push(byline("许丑", "")),
            _ => {}
        }
        article
    }

    /// Sentences from `at` on in paragraphs of one to four, with a crosshead about every 500 字.
    fn body(
        &self,
        random: &mut Random,
        length: usize,
        crossed: bool,
        at: &mut usize,
    ) -> Vec<Block> {
        let mut out = Vec::new();
        let (mut set, mut since) = (0, 0);
        let apart = random.of(400..600);
        while set < length {
            if crossed && since >= apart && length - set > 200 {
                let text = self.crossheads[random.below(self.crossheads.len())].clone();
                set += count(&text);
                since = 0;
                out.push(block(Content::Crosshead(Crosshead { text })));
            }
            let mut text = String::new();
            for _ in 0..random.of(1..5) {
                text += &self.sentences[*at];
                *at = (*at + 1) % self.sentences.len();
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

    /// Pictures with the shares of `shares`: the largest the lead's on half of the pages, alone on
    /// a third, another article's on the rest.
    fn pictures(&self, random: &mut Random, page: &mut PageRecord, shots: &[Shot], number: usize) {
        let able: Vec<usize> = (0..page.articles.len())
            .filter(|at| !page.articles[*at].brief && length(&page.articles[*at]) > 250)
            .collect();
        for (k, shot) in shots.iter().enumerate() {
            let id = format!("p{}", k + 1);
            let made = picture(random, &id, shot, number * 8 + k, self);
            let home = match random.below(6) {
                0..=2 if k == 0 => able.first().copied(),
                3..=4 if k == 0 => None,
                _ => {
                    let chosen = random.below(able.len());
                    able.get(chosen).copied()
                }
            };
            // A picture for every 900 字 of an article; the others stand alone.
            let bears = |at: &usize| {
                let article = &page.articles[*at];
                article.pictures.len() <= length(article) / 900
            };
            match home.filter(bears) {
                Some(at) => page.articles[at].pictures.push(made),
                None => page.pictures.push(made),
            }
        }
    }
}

/// Place of an article on its page, before it is made.
struct Slot {
    index: usize,
    length: usize,
    brief: bool,
}

/// Shares of the type area of a page's pictures, in thousandths. None on one page in twenty.
fn shares(random: &mut Random) -> Vec<usize> {
    if random.chance(5) {
        return Vec::new();
    }
    let largest = random.decile(&LARGEST);
    let mut out = vec![largest];
    // Two each: 1 on a quarter, 2 on half, 3 or 4 on the rest.
    let more = [0, 1, 1, 1, 2, 3][random.below(6)];
    for _ in 0..more {
        out.push((largest * random.of(25..60) / 100).max(18));
    }
    out
}

/// 字 of body that fill a page at a step, with the usual air or with the least. Its pictures take
/// `pictured` thousandths of it.
fn room(step: usize, articles: usize, pictured: usize, usual: bool) -> usize {
    let (heads, captioned) =
        if usual { (HEADS_USUAL, CAPTIONED) } else { (HEADS_LEAST, CAPTIONED_LEAST) };
    let taken = heads.0 + heads.1 * articles + pictured * captioned / 100;
    STEPS[step].1 * EVEN / 1000 * 1000_usize.saturating_sub(taken).max(250) / 1000
}

/// The step that a page is made for: the loosest for a short one, the closest for one that is over,
/// else the one that the drawn amount of copy fills best.
fn step(random: &mut Random, kind: Fullness, articles: usize, pictured: usize) -> usize {
    let body = random.decile(&BODIES);
    let off = |step: &usize| room(*step, articles, pictured, true).abs_diff(body);
    match kind {
        Fullness::Short => 0,
        Fullness::Over => STEPS.len() - 1,
        Fullness::Enough => (0..STEPS.len()).min_by_key(off).unwrap_or(0),
    }
}

/// 字 of body of a page.
fn total(
    random: &mut Random,
    kind: Fullness,
    articles: usize,
    step: usize,
    pictured: usize,
) -> usize {
    let room = |usual| room(step, articles, pictured, usual);
    match kind {
        Fullness::Enough => room(true) * random.of(970..1021) / 1000,
        Fullness::Short => room(true) * random.of(60..96) / 100,
        Fullness::Over => room(false) * random.of(101..111) / 100,
    }
}

/// Lengths of the articles, longer ones more likely first: what is important is mostly long.
fn lengths(random: &mut Random, articles: usize, total: usize) -> Vec<usize> {
    let mut drawn: Vec<(usize, usize)> = (0..articles)
        .map(|_| {
            let length = random.quantile(&LENGTHS);
            (length * random.of(40..180), length)
        })
        .collect();
    drawn.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
    let sum: usize = drawn.iter().map(|(_, length)| length).sum();
    drawn.iter().map(|(_, length)| (total * length / sum.max(1)).max(80)).collect()
}

/// A picture as the desk wants it.
struct Shot {
    /// Width and height in pt.
    size: [usize; 2],
    /// Basic columns that the record asks for. 0: none.
    columns: usize,
    /// Share of the type area, in thousandths.
    share: usize,
}

impl Shot {
    /// A picture of about a share of the type area, as wide as whole columns.
    fn new(random: &mut Random, share: usize, columns: usize) -> Self {
        let [wide, deep] = TYPE_AREA;
        // Width over height in hundredths: mostly landscape.
        let ratio = [150, 150, 133, 178, 150, 75][random.below(6)];
        let width = (wide * deep * share / 1000 * ratio / 100).isqrt().min(wide);
        let asked = ((width * columns + wide / 2) / wide).clamp(1, columns);
        let width = asked * wide / columns;
        let size = [width, width * 100 / ratio];
        let share = size[0] * size[1] * 1000 / (wide * deep);
        Self { size, columns: if random.chance(85) { asked } else { 0 }, share }
    }
}

/// A picture with the pixels that it needs at its size and more.
fn picture(random: &mut Random, id: &str, shot: &Shot, seed: usize, pool: &Pool) -> Picture {
    // 19/6 pixels a pt are 228 an inch.
    let pixels = |pt: usize| u32::try_from((pt * 19 / 6).clamp(400, 3000)).unwrap_or(400);
    let [w, h] = shot.size.map(pixels);
    let caption: String = {
        let sentence = &pool.sentences[random.below(pool.sentences.len())];
        sentence.chars().take_while(|c| !"，。；：".contains(*c)).take(36).collect()
    };
    Picture {
        id: id.to_owned(),
        content: Some(picture::Content::Data(landscape(seed, w, h))),
        caption,
        credit: "本报记者 张巳 摄".to_owned(),
        columns: u32::try_from(shot.columns).unwrap_or(0),
        ..Picture::default()
    }
}

/// Wishes of the desk: `sameGrade` on some pages, names, a box or a tint on one page in five, a
/// banner on one in twenty.
fn wishes(random: &mut Random, page: &mut PageRecord) {
    let mut layout = Layout::default();
    if random.chance(50) {
        let heads = page.articles.iter().map(|article| article.headline.as_str());
        let names: BTreeSet<String> = heads.flat_map(words::names_in).collect();
        layout.protected_names = names.into_iter().collect();
    }
    let plain: Vec<usize> = (1..page.articles.len())
        .filter(|at| !page.articles[*at].brief && page.articles[*at].pictures.is_empty())
        .collect();
    if plain.len() >= 3 && random.chance(10) {
        let ids = [plain[0], plain[1]].map(|at| page.articles[at].id.clone());
        // Articles of one grade weigh the same.
        page.articles[plain[1]].weight = page.articles[plain[0]].weight;
        layout.same_grade.push(ArticleGroup { article_ids: ids.into() });
    }
    if plain.len() >= 2 && random.chance(20) {
        let at = plain[random.below(plain.len())];
        if random.chance(60) {
            page.articles[at].boxed = true;
        } else {
            page.articles[at].tinted = true;
        }
    }
    if random.chance(5) {
        "贯彻新发展理念 推进高质量发展".clone_into(&mut page.banner);
    }
    page.layout = Some(layout);
}

/// The page without its articles. No page is a front: the masthead is not what is measured.
fn frame(page: usize) -> PageRecord {
    let staff = |name: &str| vec![name.to_owned()];
    PageRecord {
        publication: Some(Publication {
            name: "示例日报".to_owned(), ..Publication::default()
        }),
        date: "2026-09-03".to_owned(),
        number: format!("{:02}", page % 4 + 2),
        section: ["要闻", "综合", "经济", "文化"][page % 4].to_owned(),
        credits: Some(Credits {
            editors: staff("蒋戊"),
            proofreaders: staff("沈己"),
            layout_designers: staff("韩庚"),
            ..Credits::default()
        }),
        ..PageRecord::default()
    }
}

fn block(content: Content) -> Block {
    Block { content: Some(content) }
}

fn byline(name: &str, role: &str) -> Byline {
    Byline { name: name.to_owned(), role: role.to_owned(), ..Byline::default() }
}

fn dateline(random: &mut Random) -> String {
    let all = [
        "本报讯（记者 张三 李四）",
        "本报讯（记者 郑十一）",
        "本报讯（记者 秦癸 通讯员 尤子）",
        "新华社示例市9月2日电（记者 何寅、吕卯）",
        "本报样例县9月2日电（记者 赵六）",
        "本报讯",
    ];
    all[random.below(all.len())].to_owned()
}

/// 字 of the paragraphs, crossheads and verse of an article.
pub(crate) fn length(article: &Article) -> usize {
    let of = |block: &Block| -> usize {
        if let Some(Content::Paragraph(paragraph)) = &block.content {
            count(&paragraph.text)
        } else if let Some(Content::Crosshead(crosshead)) = &block.content {
            count(&crosshead.text)
        } else if let Some(Content::Verse(verse)) = &block.content {
            verse.lines.iter().map(|line| count(line)).sum()
        } else {
            0
        }
    };
    article.body.iter().map(of).sum()
}
