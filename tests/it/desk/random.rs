//! Random pages with random layout requests: none panics, nothing overlaps or is lost, and equal
//! requests give equal pages.

use std::panic::{AssertUnwindSafe, catch_unwind};

use banmian::proto::render_page_request::Source;
use banmian::proto::{
    ArticleGroup, ArticlePair, HeadPosition, HeadlineVariant, JumpReference, Output, PageRecord,
    ReservedBox, ReservedKind,
};

use super::{
    assert_apart, assert_inside, assert_kept, lock, picture, picture_block, placement, quote,
    rendered, wishes,
};
use crate::makeup::generated::NumberGenerator;
use crate::support::{engine, request};

/// Number of generated pages.
const PAGES: usize = 60;

fn number(numbers: &mut NumberGenerator, range: std::ops::Range<usize>) -> u32 {
    u32::try_from(numbers.of(range)).expect("a small number")
}

/// Returns a page of two to nine articles with layout requests.
fn made_up(page: usize) -> PageRecord {
    let mut numbers = NumberGenerator::new(page);
    let articles = numbers.of(2..10);
    let total = numbers.of(3500..8500);
    let mut record = crate::makeup::pool().page_of(page + 1000, articles, total);
    let steps = ["", "", "dense", "news", "six", "theory", "feature"];
    wishes(&mut record).density_step = steps[numbers.of(0..steps.len())].to_owned();
    for at in 0..articles {
        article(&mut numbers, &mut record, at);
    }
    if numbers.chance(25) {
        record.pictures.push(picture("lone", [300, 200]));
    }
    if numbers.chance(35) {
        let kind = [ReservedKind::Advertisement, ReservedKind::White][numbers.of(0..2)];
        let place = [number(&mut numbers, 0..3), number(&mut numbers, 50..70), 2, 15];
        record.reserved.push(ReservedBox {
            id: "ad".to_owned(),
            kind: kind.into(),
            placement: Some(placement(place.map(Some))),
            ..ReservedBox::default()
        });
    }
    if numbers.chance(35) {
        let fixed = [
            numbers.chance(50).then(|| number(&mut numbers, 0..3)),
            numbers.chance(30).then(|| number(&mut numbers, 4..30)),
            Some(number(&mut numbers, 1..4)),
            numbers.chance(40).then(|| number(&mut numbers, 20..45)),
        ];
        wishes(&mut record).locks.push(lock("a2", fixed));
    }
    if numbers.chance(20) {
        let pair = ArticlePair { a: "a1".to_owned(), b: "a2".to_owned() };
        wishes(&mut record).adjacent_forbidden.push(pair);
    }
    if articles > 3 && numbers.chance(20) {
        let ids = ["a3", "a4"].map(str::to_owned).into();
        wishes(&mut record).same_grade.push(ArticleGroup { article_ids: ids });
    }
    record
}

/// Adds layout requests to one article.
fn article(numbers: &mut NumberGenerator, record: &mut PageRecord, at: usize) {
    let article = &mut record.articles[at];
    (article.boxed, article.tinted) = (numbers.chance(20), numbers.chance(10));
    if numbers.chance(30) {
        let all = [HeadPosition::Above, HeadPosition::Centred, HeadPosition::Left];
        article.head_position = all[numbers.of(0..3)].into();
    } else if numbers.chance(15) && !article.headline.contains(['“', '”', '、', '.']) {
        article.head_position = HeadPosition::Vertical.into();
    }
    let pictures = if numbers.chance(30) { numbers.of(1..4) } else { 0 };
    for k in 0..pictures {
        let size = [[300, 200], [200, 260], [400, 160]][numbers.of(0..3)];
        let id = format!("p{at}{k}");
        let mut new_picture = picture(&id, size);
        new_picture.columns = number(numbers, 0..3);
        article.pictures.push(new_picture);
        if numbers.chance(30) {
            article.body.insert(numbers.of(1..article.body.len() + 1), picture_block(&id));
        }
    }
    if numbers.chance(15) {
        article.body.insert(1, quote("一步一步走出来"));
    }
    if numbers.chance(15) {
        let headline = "把小事办好".to_owned();
        article.alternatives.push(HeadlineVariant { headline, ..HeadlineVariant::default() });
    }
    if numbers.chance(15) {
        let jump = JumpReference { page: "A03".to_owned(), ..JumpReference::default() };
        article.jump_to = Some(jump);
    }
    if numbers.chance(20) {
        (article.brief, article.column_title) = (true, "简讯".to_owned());
        article.kicker = String::new();
    }
}

/// Renders a page and checks it. Returns false if the page is rejected, which must have a reason.
fn renders_soundly(record: &PageRecord) -> bool {
    let request = request(Source::Page(record.clone()), &[Output::GeometryJson]);
    if let Err(error) = engine().render(request, &()) {
        let findings = error.findings();
        assert!(!findings.is_empty(), "{error:?}");
        assert!(findings.iter().all(|finding| finding.code.id() == "BM-PLACE-001"), "{error:?}");
        return false;
    }
    let (sheet, again) = (rendered(record), rendered(record));
    assert!(sheet.pdf == again.pdf && sheet.json == again.json, "the same record, the same bytes");
    assert_eq!(sheet.geometry(), again.geometry());
    assert_apart(&sheet);
    assert_kept(&sheet);
    // A page with overset copy has modules too shallow for their heads or pictures.
    if sheet.geometry().fit.iter().all(|fit| fit.over_lines == 0) {
        assert_inside(&sheet);
    }
    true
}

#[test]
fn any_page_with_layout_requests_is_sound() {
    let mut failed = Vec::new();
    let mut made = 0;
    for page in 0..PAGES {
        let record = made_up(page);
        match catch_unwind(AssertUnwindSafe(|| renders_soundly(&record))) {
            Ok(set) => made += usize::from(set),
            Err(_) => {
                if let Some(dir) = std::env::var_os("DESK_RECORDS") {
                    let json = serde_json::to_vec_pretty(&record).expect("JSON");
                    let file = std::path::Path::new(&dir).join(format!("desk-{page:02}.json"));
                    std::fs::write(file, json).expect("write");
                }
                failed.push(page);
            }
        }
    }
    assert!(failed.is_empty(), "see above: pages {failed:?}");
    assert!(made * 10 > PAGES * 7, "only {made} of {PAGES} were made");
}
