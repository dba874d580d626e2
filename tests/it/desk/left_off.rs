//! Pages that cannot hold everything: as little as possible is left off, it is reported, and it is
//! complete in the appendix.

use std::time::{Duration, Instant};

use banmian::error::Error;
use banmian::proto::plan_page_request::Source as Planned;
use banmian::proto::render_page_request::Source;
use banmian::proto::{
    Article, Byline, Finding, Output, PageRecord, PlanPageRequest, Policy, Severity,
};

use super::{
    assert_sound, lock, on_page, page, paragraph, picture, picture_block, place, rendered, wishes,
};
use crate::reader;
use crate::record;
use crate::support::{RenderedPage, assert_same, bare_text, engine, request};

const LEFT: &str = "BM-OVERSET-002";

/// Time limit for a page: far more than any page takes, for machines that are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns a page that two locks fill, with two more articles and a picture.
fn filled() -> PageRecord {
    let mut record = page(4, "six");
    let third = &mut record.articles[2];
    third.bylines = vec![Byline { name: "张巳".to_owned(), ..Byline::default() }];
    third.pictures = vec![picture("w1", [300, 200]), picture("w2", [100, 400])];
    third.body.insert(1, picture_block("w2"));
    record.articles[3].boxed = true;
    record.pictures = vec![picture("w3", [300, 900])];
    let whole = |row, rows| [Some(0), Some(row), Some(6), Some(rows)];
    wishes(&mut record).locks = vec![lock("a1", whole(4, 60)), lock("a2", whole(65, 46))];
    record
}

fn left_off_findings(sheet: &RenderedPage) -> Vec<&Finding> {
    sheet.report.findings.iter().filter(|note| note.code == LEFT).collect()
}

/// Checks that each article that is left off has a finding with its field and a fit that counts all
/// of it as overset, and that its text is complete in the appendix. Returns the ids.
fn assert_left_off(sheet: &RenderedPage, record: &PageRecord) -> Vec<String> {
    assert_sound(sheet);
    let pages = reader::read(&sheet.pdf).pages;
    let appendix: String = pages[1..].iter().map(|page| bare_text(&page.text())).collect();
    let understood = sheet.record();
    let mut ids = Vec::new();
    for (at, article) in understood.articles.iter().enumerate() {
        let fit = &sheet.geometry().fit[at];
        assert_eq!(fit.article_id, article.id);
        if on_page(sheet, &article.id) {
            continue;
        }
        assert_eq!((fit.capacity_lines, fit.set_lines, fit.set_chars), (0, 0, 0), "{fit:?}");
        assert_eq!(fit.over_chars, sheet.report.articles[at].characters, "{fit:?}");
        assert!(fit.over_lines > 0, "{fit:?}");
        let start: String = article.headline.chars().take(20).collect();
        assert!(fit.first_over_text.starts_with(&start), "{fit:?}");
        let finding = left_off_findings(sheet)
            .into_iter()
            .find(|note| note.article_ids == [article.id.clone()]);
        let finding = finding.unwrap_or_else(|| panic!("{} is not reported", article.id));
        assert_eq!(
            (finding.field.as_str(), finding.severity()),
            (&*format!("articles[{at}]"), Severity::Error)
        );
        if article.pictures.is_empty() && !article.brief {
            let pieces = record::article(article).into_iter().map(|piece| piece.text);
            let whole = format!("{}撤稿{}", article.id, pieces.collect::<String>());
            assert!(appendix.contains(&whole), "{whole} in {appendix}");
        }
        ids.push(article.id.clone());
    }
    let lone = record.pictures.iter().filter(|picture| !on_page(sheet, &picture.id));
    ids.extend(lone.map(|picture| picture.id.clone()));
    assert_eq!(left_off_findings(sheet).len(), ids.len());
    ids
}

#[test]
fn articles_without_room_beside_locks_are_in_the_appendix() {
    let record = filled();
    let sheet = rendered(&record);
    assert_eq!(assert_left_off(&sheet, &record), ["a3", "a4", "w3"]);
    for note in left_off_findings(&sheet) {
        let words = note.message.as_ref().expect("words");
        assert!(words.zh.contains("a1、a2") && words.en.contains("a1、a2"), "{words:?}");
    }
    // Pictures are drawn in full, not only named.
    let pdf = reader::read(&sheet.pdf);
    let names = pdf.document.objects.values().filter_map(|object| object.as_stream().ok());
    let images = names.filter(|stream| {
        stream
            .dict
            .get(b"Subtype")
            .and_then(lopdf::Object::as_name)
            .is_ok_and(|name| name == b"Image")
    });
    assert_eq!(images.count(), 3, "the pictures of a3 and the lone one");
}

#[test]
fn strict_gives_a_report_and_no_file() {
    let mut strict = request(Source::Page(filled()), &[Output::GeometryJson]);
    strict.policy = Policy::Strict.into();
    let rendered = engine().render(strict, &()).expect("a report");
    let fits = &rendered.report.geometry.as_ref().expect("geometry").fit;
    assert!(fits[2].over_lines > 0 && fits[3].over_lines > 0, "{fits:?}");
    let Err(Error::Unfit(why)) = &rendered.artifacts else { panic!("{:?}", rendered.artifacts) };
    let reported: Vec<(&str, &str)> = why
        .iter()
        .filter(|note| note.code.id() == LEFT)
        .map(|note| (note.place.article.as_str(), note.place.field.as_str()))
        .collect();
    assert_eq!(reported, [("w3", "pictures[0]"), ("a3", "articles[2]"), ("a4", "articles[3]")]);
    let words = Error::Unfit(why.clone()).message();
    assert!(words.zh.contains("撤稿 3 件") && words.en.contains("3 left off"), "{words}");
}

#[test]
fn a_plan_reports_what_is_left_off() {
    let request =
        PlanPageRequest { source: Some(Planned::Page(filled())), ..PlanPageRequest::default() };
    let plan = engine().plan(request, &()).expect("a plan");
    for candidate in &plan.candidates {
        let geometry = candidate.geometry.as_ref().expect("geometry");
        assert_eq!(geometry.findings.iter().filter(|finding| finding.code == LEFT).count(), 3);
        assert!(candidate.costs.iter().any(|cost| cost.name == "left-off"));
    }
}

/// Returns articles of long heads and a line or two, the last one the most important.
fn long_heads(count: usize, step: &str) -> PageRecord {
    let article = |k: usize| Article {
        kicker: "引题同样不短也要占去几行".to_owned(),
        headline: format!("第{k}条消息的标题写得很长要占去版面上许多行才能排得下"),
        deck: "副题再说一遍标题说过的话\n第二行副题又说一遍".to_owned(),
        body: vec![paragraph("这一条只有二十个字的简短消息写在这里了。")],
        weight: u32::try_from(k).expect("a weight"),
        ..Article::default()
    };
    PageRecord { articles: (1..=count).map(article).collect(), ..page(1, step) }
}

#[test]
fn a_hundred_long_heads_fill_the_page_and_the_rest_is_left_off() {
    let record = long_heads(100, "");
    let start = Instant::now();
    let sheet = rendered(&record);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    let left = assert_left_off(&sheet, &record);
    let on = 100 - left.len();
    assert!(on >= 60 && !left.is_empty(), "{on} on the page");
    assert_eq!(sheet.geometry().modules.len(), on);
    let heavy = (101 - on..=100).filter(|k| on_page(&sheet, &format!("a{k}"))).count();
    assert!(heavy * 10 >= on * 9, "only {heavy} of the {on} heaviest");
}

#[test]
fn the_rest_of_the_page_is_used() {
    let mut record = page(6, "six");
    wishes(&mut record).locks = vec![lock("a1", [Some(0), Some(4), Some(6), Some(80)])];
    // Far more than fits into the remaining space, if the others were not there.
    record.articles[1].pictures = vec![picture("w1", [100, 900])];
    record.articles[1].pictures[0].columns = 6;
    let sheet = rendered(&record);
    let left = assert_left_off(&sheet, &record);
    assert!(left.len() < 5, "{left:?}");
    assert!(place(super::module(&sheet, "a1")) == [0, 4, 6, 80]);
}

#[test]
fn briefs_are_left_off_as_a_group() {
    let mut record = filled();
    for brief in &mut record.articles[2..] {
        (brief.brief, brief.column_title) = (true, "简讯".to_owned());
        brief.pictures = Vec::new();
        brief.boxed = false;
    }
    record.articles[2].body.remove(1);
    let sheet = rendered(&record);
    assert_eq!(assert_left_off(&sheet, &record), ["a3", "a4", "w3"]);
    let appendix = bare_text(&reader::read(&sheet.pdf).pages[1].text());
    assert_same("its title", "附页余稿w3撤稿", &appendix.chars().take(8).collect::<String>());
}

#[test]
fn a_step_that_holds_everything_is_preferred() {
    let free = rendered(&long_heads(72, ""));
    assert!(left_off_findings(&free).is_empty(), "{}", free.geometry().density_step);
    let at_requested_step = rendered(&long_heads(72, "feature"));
    assert!(
        !left_off_findings(&at_requested_step).is_empty(),
        "at another step something is left off"
    );
}
