//! Plain copy: how it is understood, and which guesses are reported.

use std::collections::BTreeMap;

use banmian::engine::RenderResult;
use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output, PageRecord};
use serde::Deserialize;

use crate::reader;
use crate::record;
use crate::support::{FIXTURES, KEYED_SEED, PLAIN_SEED};
use crate::support::{assert_same, bare_text, check_each, engine, read, request, sheet};

/// Content of a plain page as a person reads it, from the `*.expected.json` beside it.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Understood {
    publication: String,
    date: String,
    number: String,
    section: String,
    banner: String,
    credits: Credits,
    articles: Vec<Article>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Credits {
    editors: Vec<String>,
    proofreaders: Vec<String>,
    layout_designers: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Article {
    headline: String,
    kicker: String,
    deck: String,
    authors: Vec<String>,
    affiliation: String,
    dateline: String,
    crossheads: usize,
    paragraphs: usize,
}

/// Number of blocks of an article that satisfy a test.
fn count(article: &proto::Article, test: fn(&Content) -> bool) -> usize {
    article
        .body
        .iter()
        .filter_map(|block| block.content.as_ref())
        .filter(|content| test(content))
        .count()
}

fn crossheads(article: &proto::Article) -> usize {
    count(article, |content| matches!(content, Content::Crosshead(_)))
}

fn paragraphs(article: &proto::Article) -> usize {
    count(article, |content| matches!(content, Content::Paragraph(_)))
}

/// Affiliation of the author, from the note （作者系…） at the end of an article.
fn affiliation(article: &proto::Article) -> String {
    let note = article.body.iter().find_map(|block| match &block.content {
        Some(Content::Note(note)) => Some(note.text.clone()),
        _ => None,
    });
    let note = note.unwrap_or_default();
    let inner = note.trim_start_matches('（').trim_end_matches('）');
    let inner = inner.trim_start_matches("作者系").trim_start_matches("作者单位：");
    inner.to_owned()
}

fn understood(record: &PageRecord) -> Understood {
    let credits = record.credits.clone().unwrap_or_default();
    let article = |article: &proto::Article| Article {
        headline: article.headline.clone(),
        kicker: article.kicker.clone(),
        deck: article.deck.clone(),
        authors: article.bylines.iter().map(|byline| byline.name.clone()).collect(),
        affiliation: affiliation(article),
        dateline: article.dateline.clone(),
        crossheads: crossheads(article),
        paragraphs: paragraphs(article),
    };
    Understood {
        publication: record
            .publication
            .as_ref()
            .map(|paper| paper.name.clone())
            .unwrap_or_default(),
        date: record.date.clone(),
        number: record.number.clone(),
        section: record.section.clone(),
        banner: record.banner.clone(),
        credits: Credits {
            editors: credits.editors,
            proofreaders: credits.proofreaders,
            layout_designers: credits.layout_designers,
        },
        articles: record.articles.iter().map(article).collect(),
    }
}

#[test]
fn plain_pages_are_understood() {
    for name in ["news-page", "supplement-page"] {
        let path = format!("tests/fixtures/plain/{name}");
        let expected: Understood = serde_json::from_slice(&read(&format!("{path}.expected.json")))
            .expect("what is expected");
        let got = understood(&sheet(&format!("{path}.txt")).record());
        for (k, (mine, theirs)) in expected.articles.iter().zip(&got.articles).enumerate() {
            assert_eq!(mine, theirs, "{name}: article {k}");
        }
        assert_eq!(expected, got, "{name}");
    }
}

/// Plain copy loses nothing: every line of it is in the record or in a finding.
#[test]
fn no_line_of_plain_copy_is_lost() {
    for path in [
        PLAIN_SEED,
        "tests/fixtures/plain/news-page.txt",
        "tests/fixtures/plain/supplement-page.txt",
    ] {
        let sheet = sheet(path);
        let (record, report) = (sheet.record(), &sheet.report);
        let mut all: Vec<String> = record::furniture(&record);
        for article in &record.articles {
            all.extend(record::article(article).into_iter().map(|piece| piece.text));
        }
        // Marks are normalised, so only letters are compared, full-width ones as half-width.
        let half = |c: char| match c {
            '０'..='ｚ' => char::from_u32(u32::from(c) - 0xfee0).expect("ASCII"),
            c => c,
        };
        let letters =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).map(half).collect::<String>();
        let all = letters(&all.concat());
        let plain = String::from_utf8(read(path)).expect("UTF-8");
        for (k, line) in plain.lines().enumerate() {
            let reported = report.findings.iter().any(|d| d.source_line as usize == k + 1);
            let kept = all.contains(&letters(line));
            assert!(kept || reported, "{path}:{}: {line}", k + 1);
            assert!(kept || line.chars().count() < 60, "{path}:{}: copy is kept", k + 1);
        }
    }
}

#[test]
fn the_seed_has_three_articles() {
    let record = sheet(PLAIN_SEED).record();
    let got: Vec<(&str, &str, usize)> = record
        .articles
        .iter()
        .map(|a| (a.headline.as_str(), a.bylines[0].name.as_str(), crossheads(a)))
        .collect();
    assert_eq!(
        got,
        [
            ("全力谱写察右后旗高质量发展新篇章", "崔勇", 4),
            ("实现边疆民族地区共同富裕是实现中国式现代化的应有之义", "刘悦", 0),
            ("以民为本 为民服务 推动民政事业高质量发展", "吴云霞", 4),
        ]
    );
    assert!(record.articles.iter().all(|a| a.bylines.len() == 1 && a.kicker.is_empty()));
    assert_eq!((record.date.as_str(), record.banner.as_str()), ("2023-10-29", "凝心聚力 挺膺担当"));
    assert_eq!(record::furniture(&record)[1], "责任编辑张晓晨校对周晶宇版式设计李海兰");
    // Facts that the file does not state are not made up.
    assert!(record.publication.is_none() && record.section.is_empty() && record.number.is_empty());
}

#[test]
fn findings_on_the_seed_name_their_lines() {
    let report = &sheet(PLAIN_SEED).report;
    let plain = String::from_utf8(read(PLAIN_SEED)).expect("UTF-8");
    let line = |number: u32| plain.lines().nth(number as usize - 1).expect("a line of the file");
    let of = |code: &str| {
        let found = report.findings.iter().filter(|d| d.code == code);
        found.cloned().collect::<Vec<proto::Finding>>()
    };
    // The three paragraphs that column breaks cut: the finding names the line that was joined on.
    let joins = of("BM-PLAIN-001");
    assert_eq!(joins.len(), 3, "{joins:?}");
    for (join, (before, after)) in joins.iter().zip([
        ("环保督察反", "馈问题举一反三"),
        ("锂电池", "负极材料升级行动"),
        ("全局工作中的", "定位和作用"),
    ]) {
        assert!(line(join.source_line).trim().starts_with(after), "{}", join.source_line);
        let above = (1..join.source_line).rev().map(line).find(|line| !line.trim().is_empty());
        assert!(above.expect("a line above").trim().ends_with(before), "{}", join.source_line);
        assert!(
            join.before.contains('¶') && join.before.replace('¶', "") == join.after,
            "{join:?}"
        );
    }
    let opens = of("BM-PLAIN-003");
    assert_eq!(opens.len(), 1, "{opens:?}");
    assert_eq!(opens[0].field, "articles[2].body");
    assert_eq!(line(opens[0].source_line).trim(), "坚持人民至上，切实增进民生福祉");
    // R81: brackets and the plus sign between Han characters, each with its place.
    let mut changes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for change in of("BM-COPY-002") {
        assert!(change.field.starts_with("articles[") && change.range.is_some(), "{change:?}");
        *changes.entry((change.before, change.after)).or_default() += 1;
    }
    for (before, after) in [("(", "（"), (")", "）"), ("+", "＋")] {
        let mine = plain.matches(before).count();
        let reported = changes.get(&(before.to_owned(), after.to_owned())).copied().unwrap_or(0);
        assert!(mine > 0 && reported == mine, "{before}: {mine} in the file, {reported} reported");
    }
}

#[test]
fn the_record_as_understood_gives_the_same_page_again() {
    check_each(
        FIXTURES,
        |path| (*path).to_owned(),
        |path| {
            let first = sheet(path);
            let again =
                request(Source::Page(first.record()), &[Output::PressPdf, Output::RecordJson]);
            let RenderResult { artifacts, .. } = engine().render(again, &()).expect("a page");
            let artifacts = artifacts.expect("files");
            let (mine, theirs) = (&first.json, &artifacts[1].bytes);
            assert_same(path, &String::from_utf8_lossy(mine), &String::from_utf8_lossy(theirs));
            assert!(artifacts[0].bytes == first.pdf, "{path}: the PDF is the same byte for byte");
        },
    );
}

/// Returns the blocks of an article in sorted order.
fn sorted(article: &proto::Article) -> Vec<String> {
    let mut blocks: Vec<String> =
        record::article(article).into_iter().map(|piece| piece.text).collect();
    blocks.sort();
    blocks
}

#[test]
fn the_keyed_seed_is_the_plain_one_in_corrected_order() {
    let (plain, keyed) = (sheet(PLAIN_SEED).record(), sheet(KEYED_SEED).record());
    assert_eq!(plain.articles.len(), keyed.articles.len());
    for (k, (a, b)) in plain.articles.iter().zip(&keyed.articles).enumerate() {
        assert_eq!(sorted(a), sorted(b), "article {k}: the same texts");
        let same = record::article(a)
            .iter()
            .map(|p| &p.text)
            .eq(record::article(b).iter().map(|p| &p.text));
        assert_eq!(same, k != 2, "article {k}: only the third was out of order");
    }
    // R98: the third article opens with its lead, on the page as well.
    let lead = record::article(&keyed.articles[2]).into_iter().nth(2).expect("a lead").text;
    assert!(lead.starts_with("党的二十大是在全党"), "{lead}");
    let text = bare_text(&reader::read(&sheet(KEYED_SEED).pdf).only().text());
    let mut from = 0;
    for article in &keyed.articles {
        for piece in record::article(article) {
            let at = text[from..].find(&piece.text);
            let at = at.unwrap_or_else(|| panic!("{} is missing or out of order", piece.text));
            from += at + piece.text.len();
        }
    }
    assert_eq!(from, text.len(), "nothing follows the last paragraph");
}
