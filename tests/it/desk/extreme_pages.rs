//! Extreme pages that no desk should send: each is made up within seconds, and nothing is lost.

use std::time::{Duration, Instant};

use banmian::proto::{Article, PageRecord};

use super::{
    assert_sound, findings_with_code, lock, module, page, paragraph, picture, picture_block, place,
    rendered, wishes,
};
use crate::support::{RenderedPage, check_each};

/// Time limit for a page: far more than any page takes, for machines that are busy.
const PATIENCE: Duration = Duration::from_secs(30);

const TEXT: &str = "这一条只有二十个字的简短消息写在这里了。";

fn short(count: usize, sentences: usize) -> PageRecord {
    let article = |k: usize| Article {
        headline: format!("第{k}条消息"),
        body: vec![paragraph(&TEXT.repeat(sentences))],
        ..Article::default()
    };
    PageRecord { articles: (1..=count).map(article).collect(), ..page(1, "") }
}

fn render_in_time(record: &PageRecord) -> RenderedPage {
    let start = Instant::now();
    let sheet = rendered(record);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert_sound(&sheet);
    assert_eq!(sheet.geometry().modules.len(), record.articles.len() + record.pictures.len());
    sheet
}

fn pages() -> Vec<(&'static str, PageRecord)> {
    let mut long = page(1, "");
    long.articles[0].body = vec![long.articles[0].body.clone(); 8].concat();
    let mut headline = page(5, "six");
    headline.articles[1].headline = "在同一片土地上生长的文脉与绿脉怎样".repeat(5);
    headline.articles[1].deck = String::new();
    wishes(&mut headline).locks = vec![lock("a2", [Some(5), Some(4), Some(1), Some(60)])];
    let mut briefs = short(12, 4);
    for brief in &mut briefs.articles {
        (brief.brief, brief.column_title) = (true, "简讯".to_owned());
    }
    let mut lone = page(1, "");
    lone.pictures = vec![picture("w1", [300, 200])];
    let mut all_locked = page(5, "six");
    for (k, id) in ["a1", "a2", "a3", "a4", "a5"].iter().enumerate() {
        let column = u32::try_from(k).expect("a column");
        let rows = if k < 4 { 50 } else { 107 };
        wishes(&mut all_locked).locks.push(lock(id, [Some(column), Some(4), Some(1), Some(rows)]));
    }
    let mut wide = page(3, "six");
    wide.articles[2].pictures = vec![picture("w1", [300, 200])];
    wide.articles[2].pictures[0].columns = 6;
    wishes(&mut wide).locks = vec![lock("a3", [None, None, Some(2), None])];
    let mut one = short(1, 1);
    one.articles[0].body = vec![paragraph("字")];
    vec![
        ("an article longer than the page", long),
        ("a headline of eighty in one column", headline),
        ("ten articles", short(10, 20)),
        ("fifty articles", short(50, 6)),
        ("fifty long articles", short(50, 30)),
        ("a hundred articles", short(100, 1)),
        ("only briefs", briefs),
        ("an article and a picture", lone),
        ("all locked", all_locked),
        ("a picture wider than its module", wide),
        ("one character", one),
    ]
}

#[test]
fn extreme_pages_are_made_and_lose_nothing() {
    check_each(
        pages(),
        |(name, _)| (*name).to_owned(),
        |(name, record)| {
            let sheet = render_in_time(record);
            let over = sheet.geometry().fit.iter().filter(|fit| fit.over_lines > 0).count();
            assert_eq!(findings_with_code(&sheet, "BM-OVERSET-001").len(), over, "{name}");
            match *name {
                "all locked" | "an article longer than the page" | "fifty long articles" => {
                    assert!(over > 0, "{name}");
                }
                "a picture wider than its module" => {
                    assert_eq!(findings_with_code(&sheet, "BM-PICTURE-101").len(), 1);
                }
                _ => {}
            }
        },
    );
}

#[test]
fn a_picture_without_room_in_the_copy_is_in_the_appendix() {
    let mut record = page(1, "");
    record.articles[0].body = vec![record.articles[0].body.clone(); 8].concat();
    record.articles[0].body.push(picture_block("w1"));
    record.articles[0].pictures = vec![picture("w1", [300, 200])];
    render_in_time(&record);
}

#[test]
fn the_order_of_the_record_breaks_ties() {
    let mut record = page(4, "six");
    for article in &mut record.articles {
        article.weight = 0;
    }
    let first = render_in_time(&record);
    let [column, row, ..] = place(module(&first, "a1"));
    let top = first.geometry().modules.iter().map(|module| place(module)[1]).min();
    assert_eq!((column, Some(row)), (0, top), "the first is the lead");
    let most = |sheet: &RenderedPage| {
        let sizes = sheet.geometry().modules.iter().map(|module| module.headline_size_pt);
        sizes.fold(0.0, f64::max)
    };
    assert!(module(&first, "a1").headline_size_pt >= most(&first));
    record.articles.rotate_left(1);
    let second = render_in_time(&record);
    let [column, row, ..] = place(module(&second, "a2"));
    assert_eq!((column, Some(row)), (0, top), "the first is the lead");
    assert!(module(&second, "a2").headline_size_pt >= most(&second));
}

#[test]
fn findings_about_the_page_name_their_place() {
    let pool = crate::makeup::pool();
    let mut codes = std::collections::BTreeSet::new();
    for at in [19, 38, 77, 95, 116, 154] {
        let sheet = rendered(&pool.page(at));
        let area = sheet.geometry().type_area.expect("type area");
        for finding in &sheet.geometry().findings {
            if !finding.code.starts_with("BM-PAGE-") {
                continue;
            }
            let rect = finding.rect.unwrap_or_else(|| panic!("{finding:?} is somewhere"));
            assert!(crate::makeup::inspect::within(&rect, &area), "{finding:?}");
            codes.insert(finding.code.clone());
            let alone = ["BM-PAGE-002", "BM-PAGE-003"].contains(&finding.code.as_str());
            assert_eq!(finding.article_ids.is_empty(), alone, "{finding:?}");
            let is_on_page =
                |id: &String| sheet.geometry().fit.iter().any(|fit| fit.article_id == *id);
            assert!(finding.article_ids.iter().all(is_on_page), "{finding:?}");
        }
    }
    assert!(codes.len() > 1, "pages with something to tell: {codes:?}");
}
