//! Links in a file for readers: their targets, places and tags.

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Block, Output, PageRecord, Paragraph, Publication};
use lopdf::{Dictionary, Document, Object};

use crate::press::{SEED, catalog, dict, document, entry, first_page, rect, string};
use crate::support::{engine, record, request};

/// Returns the seed with addresses in it: short, long enough for two lines, mail, and one that is
/// not an address.
fn page() -> PageRecord {
    let mut record = record(SEED);
    record.publication = Some(Publication {
        name: "内蒙古日报".to_owned(),
        website: "www.example.com".to_owned(),
        ..Publication::default()
    });
    let text = "详见https://www.example.com/a/long/way/to/go/and/further/on/2023/10/29/index.html?page=3，\
                来信请寄news@example.com。见www.example.org！不是javascript://example.com。";
    record.articles[0].body[0] = Block {
        content: Some(Content::Paragraph(Paragraph { text: text.to_owned(), spans: Vec::new() })),
    };
    record
}

pub(crate) fn file() -> Vec<u8> {
    let request = request(Source::Page(page()), &[Output::WebPdf]);
    let rendered = engine().render(request, &()).expect("a report");
    assert!(rendered.report.findings.iter().all(|f| f.field != "publication.website"));
    rendered.artifacts.expect("a file").swap_remove(0).bytes
}

/// Returns the annotations of the first page.
fn annotations(document: &Document) -> Vec<&Dictionary> {
    let list = entry(document, first_page(document), "Annots").as_array().expect("annotations");
    list.iter().map(|annotation_object| dict(document, annotation_object)).collect()
}

#[test]
fn addresses_are_links() {
    let document = document(&file());
    let sheet = rect(&document, first_page(&document).get(b"TrimBox").expect("trim"));
    let mut targets: Vec<String> = Vec::new();
    for annotation in annotations(&document) {
        let name = |key: &str| entry(&document, annotation, key).as_name().expect(key).to_vec();
        assert_eq!(name("Subtype"), b"Link");
        assert_eq!(entry(&document, annotation, "F").as_i64().expect("F"), 4);
        let action = dict(&document, annotation.get(b"A").expect("A"));
        assert_eq!(entry(&document, action, "S").as_name().expect("S"), b"URI");
        let target = string(&document, action, "URI");
        assert_eq!(string(&document, annotation, "Contents"), target);
        let [left, bottom, right, top] = rect(&document, annotation.get(b"Rect").expect("R"));
        assert!(left < right && bottom < top, "{target}");
        assert!(left >= sheet[0] && right <= sheet[2] && bottom >= sheet[1] && top <= sheet[3]);
        assert!(top - bottom < 40.0, "a line, not a column");
        targets.push(target);
    }
    let count = |target: &str| targets.iter().filter(|candidate| *candidate == target).count();
    assert_eq!(count("http://www.example.com"), 1, "the name of the paper");
    assert_eq!(count("mailto:news@example.com"), 2, "its line ends after a dot");
    assert_eq!(count("http://www.example.org"), 1);
    let long = targets.iter().filter(|target| target.ends_with("index.html?page=3")).count();
    assert!(long >= 2, "one a line: {targets:?}");
    assert!(!targets.iter().any(|target| target.contains("javascript")), "{targets:?}");
}

#[test]
fn links_are_part_of_the_tree() {
    let document = document(&file());
    let tree = dict(&document, catalog(&document).get(b"StructTreeRoot").expect("a tree"));
    let parents = dict(&document, tree.get(b"ParentTree").expect("parents"));
    let numbers = entry(&document, parents, "Nums").as_array().expect("Nums");
    let keys: Vec<i64> = numbers.iter().step_by(2).map(|k| k.as_i64().expect("a key")).collect();
    assert!(keys.is_sorted());
    for annotation in annotations(&document) {
        let key = entry(&document, annotation, "StructParent").as_i64().expect("a key");
        let at = keys.iter().position(|candidate| *candidate == key).expect("it is in the tree");
        let element = dict(&document, &numbers[2 * at + 1]);
        assert_eq!(entry(&document, element, "S").as_name().expect("S"), b"Link");
        let outer = dict(&document, element.get(b"P").expect("P"));
        assert_eq!(entry(&document, outer, "S").as_name().expect("S"), b"P");
        let kids = entry(&document, element, "K").as_array().expect("kids");
        assert!(kids.iter().any(|kid| kid.as_i64().is_ok()), "its text");
        let points = |kid: &&Object| {
            let Ok(kid) = kid.as_dict() else { return false };
            let candidate = kid.get(b"Obj").and_then(Object::as_reference).ok();
            candidate.is_some_and(|candidate| {
                document.get_dictionary(candidate).ok() == Some(annotation)
            })
        };
        assert_eq!(kids.iter().filter(points).count(), 1, "itself");
    }
}
