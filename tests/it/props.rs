//! Properties of generated copy: any page of one to six articles.
//!
//! The numbers come from a fixed seed, so a failure here is a failure everywhere; `PROPTEST_CASES`
//! makes the run longer.

use std::ops::Range;

use banmian::engine::RenderResult;
use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::reader;
use crate::record;
use crate::support::{PLAIN_SEED, bare_text, engine, read, request};

/// Checks a property for `cases` values, or for the number that the environment sets.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let configured = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: configured.unwrap_or(cases),
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(strategy, test)
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Returns the Han characters of the seed, as often as they occur there.
fn han() -> Vec<char> {
    let seed = String::from_utf8(read(PLAIN_SEED)).expect("UTF-8");
    seed.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect()
}

/// Generates a few Han characters, as they occur in copy.
pub(crate) fn words() -> impl Strategy<Value = String> + Clone {
    let han = han();
    (0..han.len() - 12, 1..12_usize)
        .prop_map(move |(at, count)| han[at..at + count].iter().collect())
}

/// Latin words of copy; all but the last count as one 字 each, however they are spaced.
pub(crate) const LATIN: [&str; 7] = ["APP", "5G", "GDP", "WiFi", "COVID-19", "offer", "New York"];

/// Generates a piece of copy that does not end with a mark.
fn piece(latin: &'static [&'static str]) -> impl Strategy<Value = String> {
    let words = words();
    let short = words.clone().prop_map(|text| text.chars().take(3).collect::<String>());
    prop_oneof![
        12 => words.clone(),
        2 => short.clone().prop_map(|text| format!("“{text}”")),
        1 => short.clone().prop_map(|text| format!("“{text}‘{text}’{text}”")),
        1 => short.clone().prop_map(|text| format!("《{text}》《{text}》")),
        1 => short.clone().prop_map(|text| format!("（{text}）")),
        1 => (words.clone(), words.clone()).prop_map(|(a, b)| format!("{a}——{b}")),
        1 => (words.clone(), words.clone()).prop_map(|(a, b)| format!("{a}……{b}")),
        1 => (short.clone(), short.clone()).prop_map(|(a, b)| format!("{a}·{b}")),
        2 => (1..3000_u32, words.clone()).prop_map(|(n, text)| format!("{n}{text}")),
        1 => (1..100_u32, 0..10_u32).prop_map(|(a, b)| format!("{a}.{b}%")),
        1 => (1..50_u32, 50..99_u32).prop_map(|(a, b)| format!("{a}%～{b}%")),
        1 => (1..9_u32).prop_map(|n| format!("{n},000元")),
        1 => prop::sample::select(latin).prop_map(str::to_owned),
    ]
}

/// Generates a paragraph: pieces, each with a mark, the last with a full stop.
pub(crate) fn paragraph(
    latin: &'static [&'static str],
    pieces: Range<usize>,
) -> impl Strategy<Value = String> {
    let mark = prop_oneof![
        5 => Just("，"),
        2 => Just("、"),
        2 => Just("。"),
        1 => prop::sample::select(vec!["；", "：", "！", "？", ""]),
    ];
    prop::collection::vec((piece(latin), mark), pieces).prop_map(|pieces| {
        let text: String = pieces.into_iter().map(|(piece, mark)| piece + mark).collect();
        let text = text.trim_end_matches(['，', '、', '；', '：', '。', '！', '？']);
        format!("{text}。")
    })
}

fn set_text(text: String) -> Content {
    Content::Paragraph(proto::Paragraph { text, spans: Vec::new() })
}

/// Generates an article: a headline, sometimes other parts of a head, and a body of paragraphs,
/// crossheads and notes that starts with a paragraph.
fn article() -> impl Strategy<Value = proto::Article> {
    let head = (words(), words()).prop_map(|(a, b)| format!("{a} {b}"));
    let over = (prop::option::of(words()), prop::option::of(words()));
    let name = words().prop_map(|text| text.chars().take(3).collect::<String>());
    let role = prop::sample::select(vec!["", "记者", "通讯员"]);
    let byline = (name, role, prop::option::weighted(0.2, words()));
    let byline = byline.prop_map(|(name, role, affiliation)| proto::Byline {
        name,
        role: role.to_owned(),
        affiliation: affiliation.unwrap_or_default(),
    });
    let block = prop_oneof![
        12 => paragraph(&LATIN[..6], 3..20).prop_map(set_text),
        2 => words().prop_map(|text| Content::Crosshead(proto::Crosshead { text })),
        1 => words().prop_map(|text| Content::Note(proto::Note { text })),
        1 => prop::collection::vec(words(), 1..6).prop_map(|lines| Content::Verse(proto::Verse { lines })),
    ];
    let first = paragraph(&LATIN[..6], 2..20).prop_map(set_text);
    let body = (first, prop::collection::vec(block, 0..24));
    let bylines = prop::collection::vec(byline, 0..3);
    (head, over, bylines, body, 0..=100_u32).prop_map(
        |(headline, (kicker, deck), bylines, body, weight)| {
            let body = std::iter::once(body.0).chain(body.1);
            proto::Article {
                headline,
                kicker: kicker.unwrap_or_default(),
                deck: deck.unwrap_or_default(),
                bylines,
                body: body.map(|content| proto::Block { content: Some(content) }).collect(),
                weight,
                ..proto::Article::default()
            }
        },
    )
}

#[test]
fn any_page_of_one_to_six_articles_is_sound() {
    let steps =
        prop::sample::select(vec!["", "", "dense", "news", "six", "theory", "easy", "feature"]);
    let articles = prop::collection::vec(article(), 1..=6);
    check(250, &(articles, steps), |(articles, step)| {
        let layout = proto::Layout { density_step: step.to_owned(), ..proto::Layout::default() };
        let record =
            proto::PageRecord { articles, layout: Some(layout), ..proto::PageRecord::default() };
        let request = request(Source::Page(record), &[Output::PressPdf, Output::RecordJson]);
        let rendered = engine().render(request, &());
        // Policy MARK: there is a page whatever the copy is.
        let RenderResult { report, artifacts } =
            rendered.map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        let artifacts = artifacts.map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        let record: proto::PageRecord =
            serde_json::from_slice(&artifacts[1].bytes).expect("record");
        let geometry = report.geometry.as_ref().expect("geometry");

        // Every character is set once, in order: on the page, or counted as overset and in the
        // appendix.
        let pdf = reader::read(&artifacts[0].bytes);
        let (mut page, mut appendix) = (String::new(), String::new());
        for (article, fit) in record.articles.iter().zip(&geometry.fit) {
            let all: String =
                record::article(article).into_iter().map(|piece| piece.text).collect();
            let first = bare_text(&fit.first_over_text);
            let is_over = |at: &usize| record::count(&all[*at..]) == fit.over_chars as usize;
            let mut starts = all.match_indices(&first).map(|(at, _)| at).filter(is_over);
            let over = if fit.over_chars == 0 { Some(all.len()) } else { starts.next() };
            let over =
                over.ok_or_else(|| TestCaseError::fail(format!("{fit:?}: no such place")))?;
            prop_assert_eq!(fit.over_chars == 0, fit.over_lines == 0);
            page += &all[..over];
            if over < all.len() {
                appendix +=
                    &bare_text(&format!("{}{}{}", article.id, article.headline, &all[over..]));
            }
        }
        let text = |page: &reader::Page| bare_text(&page.text());
        prop_assert_eq!(text(&pdf.pages[0]), page);
        let rest = pdf.pages[1..].iter().map(|page| text(page).replacen("附页余稿", "", 1));
        prop_assert_eq!(rest.collect::<String>(), appendix);

        // Modules stay inside the type area and do not overlap.
        let area = geometry.type_area.expect("type area");
        let rects: Vec<proto::Rect> =
            geometry.modules.iter().map(|m| m.rect.expect("rect")).collect();
        prop_assert_eq!(rects.len(), record.articles.len());
        for (k, a) in rects.iter().enumerate() {
            prop_assert!(
                a.x >= area.x - 0.01 && a.x + a.width <= area.x + area.width + 0.01,
                "{a:?}"
            );
            prop_assert!(
                a.y >= area.y - 0.01 && a.y + a.height <= area.y + area.height + 0.01,
                "{a:?}"
            );
            for b in &rects[k + 1..] {
                let apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
                let apart = apart || a.y + a.height <= b.y || b.y + b.height <= a.y;
                prop_assert!(apart, "{a:?} and {b:?}");
            }
        }
        Ok(())
    });
}

/// Generates copy typed in a hurry: full-width and half-width marks, straight quotes, stray spaces.
fn messy() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "(",
        ")",
        ",",
        ";",
        ":",
        "!",
        "?",
        ".",
        "+",
        "\"",
        "'",
        "“",
        "”",
        "‘",
        "’",
        " ",
        "\u{3000}",
        "\t",
        "--",
        "—",
        "──",
        "...",
        "…",
        "。。。",
        "•",
        "・",
        "．",
        "~",
        "〜",
        "－",
        "／",
        "％",
        "２０",
        "Ａ",
        "3",
        "a",
        "don't",
        "，",
        "。",
        "（",
        "）",
        "\u{200b}",
        "\u{ad}",
    ]);
    let odd = odd.prop_map(str::to_owned);
    let some = words().prop_map(|text| text.chars().take(2).collect::<String>());
    prop::collection::vec(prop_oneof![1 => some, 2 => odd], 1..24)
        .prop_map(|pieces| format!("字{}", pieces.concat()))
}

#[test]
fn normalised_copy_is_not_changed_again() {
    check(3000, &(messy(), messy()), |(headline, text)| {
        let article = proto::Article {
            headline,
            body: vec![proto::Block { content: Some(set_text(text)) }],
            ..proto::Article::default()
        };
        let record = proto::PageRecord { articles: vec![article], ..proto::PageRecord::default() };
        let understand = |record| {
            let request = request(Source::Page(record), &[Output::RecordJson]);
            let rendered = engine().render(request, &()).expect("a page");
            let json = rendered.artifacts.expect("a file").remove(0).bytes;
            let reported = rendered.report.findings.into_iter();
            let reported: Vec<proto::Finding> =
                reported.filter(|d| d.code.starts_with("BM-COPY")).collect();
            (serde_json::from_slice::<proto::PageRecord>(&json).expect("a record"), reported)
        };
        let (once, changes) = understand(record.clone());
        let (twice, more) = understand(once.clone());
        prop_assert_eq!(&twice.articles[0].headline, &once.articles[0].headline);
        prop_assert_eq!(&twice.articles[0].body, &once.articles[0].body);
        prop_assert!(more.is_empty(), "reported again: {more:?}");
        // Every change is reported.
        let same = record.articles[0].body == once.articles[0].body
            && record.articles[0].headline == once.articles[0].headline;
        prop_assert!(changes.is_empty() == same, "{changes:?}");
        Ok(())
    });
}
