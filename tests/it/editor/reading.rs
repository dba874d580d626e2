//! What `read` makes of pages whose record asks for what few generated pages have.

use banmian::proto::{HeadPosition, PageRecord};

use crate::editor::generator::{Pool, SEED};
use crate::editor::page::{EditorPage, HeadLine, Kind};
use crate::editor::{judged, page};

/// A page of four articles or more of news, without pictures, changed by `change`.
fn read(change: impl Fn(&mut PageRecord)) -> EditorPage {
    let pool = Pool::read();
    let plain = |record: &PageRecord| {
        let news = record.articles.iter().filter(|article| !article.brief);
        news.count() >= 4
    };
    let mut record =
        (0..40).map(|page| pool.page(SEED, page)).find(plain).expect("a page of four articles");
    record.pictures.clear();
    for article in &mut record.articles {
        article.pictures.clear();
        (article.boxed, article.tinted) = (false, false);
    }
    change(&mut record);
    judged(&record, 0).page
}

fn text(lines: &[HeadLine]) -> String {
    lines.iter().map(HeadLine::text).collect()
}

#[test]
fn vertical_heads_are_read_down() {
    let page = read(|record| {
        record.articles[1].head_position = HeadPosition::Vertical.into();
        "例河镇修成一条5G产业路".clone_into(&mut record.articles[1].headline);
    });
    let head = page.module("a2").and_then(|module| module.head.as_ref()).expect("a head");
    assert!(head.vertical, "{head:?}");
    assert_eq!(text(&head.lines), "例河镇修成一条5G产业路");
    let steps = head.lines[0].spots.windows(2);
    assert!(steps.into_iter().all(|pair| pair[1].start > pair[0].start), "{:?}", head.lines);
    let flat = page.heads().filter(|(module, head)| module.id != "a2" && head.vertical);
    assert_eq!(flat.count(), 0, "no other head is vertical");
}

#[test]
fn boxes_and_tints_are_seen() {
    let page = read(|record| {
        record.articles[1].boxed = true;
        record.articles[2].tinted = true;
    });
    let framed = |id: &str| page.module(id).map(|module| (module.boxed, module.tinted));
    assert_eq!(framed("a2"), Some((true, false)));
    assert_eq!(framed("a3"), Some((false, true)));
    assert_eq!(framed("a1"), Some((false, false)));
}

#[test]
fn copy_that_is_over_is_seen() {
    let page = read(|record| {
        for article in &mut record.articles {
            article.body = vec![article.body.clone(); 4].concat();
        }
    });
    let over: u32 = page.modules.iter().map(|module| module.over).sum();
    let out: u32 = page.left_out.iter().map(|left| left.chars).sum();
    assert!(over + out > page.chars / 10, "{over} and {out} of {}", page.chars);
}

#[test]
fn a_clause_space_has_its_width_and_a_byline_its_gaps() {
    let page = read(|record| {
        let article = &mut record.articles[0];
        "老灶新火 旧瓦新声".clone_into(&mut article.headline);
        article.dateline.clear();
        article.bylines = ["张巳", "孔午"]
            .map(|name| banmian::proto::Byline {
                name: name.to_owned(),
                role: "本报记者".to_owned(),
                ..Default::default()
            })
            .into();
    });
    let lead = page.module("a1").expect("the lead");
    let head = lead.head.as_ref().expect("a head");
    assert_eq!(text(&head.lines), "老灶新火旧瓦新声");
    if let [line] = &head.lines[..] {
        let gap = line.spots[4].start - line.spots[3].end;
        assert!(gap > 0.4 * head.size * head.scale, "{gap}");
    }
    let byline = lead.byline.as_ref().expect("a byline");
    assert_eq!((byline.inside.len(), byline.between.len()), (2, 1), "{byline:?}");
    assert!(byline.inside.iter().all(|gap| *gap > 0.5), "{byline:?}");
    assert_eq!(lead.kind, Kind::News);
    assert_eq!(lead.rank, 1);
    assert!(page.heads().all(|(_, head)| head.lines.iter().all(readable)), "lines in order");
}

/// True if the characters of a line follow each other.
fn readable(line: &HeadLine) -> bool {
    line.spots.windows(2).all(|pair| pair[1].start > pair[0].start - page::OFF)
}
