//! Pictures of a record: how they are read, and every fault that they can have.

use banmian::config::RequestLimits;
use banmian::error::Error;
use banmian::finding::Finding;
use banmian::image::{PictureSupply, sha256_hex};
use banmian::intake::{
    CheckContext, NormaliseSwitches, normalise_and_check, read_record, write_record,
};
use banmian::model::{BodyBlock, PageCopy};

use super::{file, quartered};
use crate::support::{check_each, engine};

/// Checks a record. Two pictures are supplied: `bridge` and, by its checksum only, the grey one.
fn checked(json: &str, limits: &RequestLimits) -> Result<(PageCopy, Vec<Finding>), Error> {
    let mut record = read_record(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"));
    let mut pictures = PictureSupply::default();
    pictures.insert(Some("bridge"), file("turned"));
    pictures.insert(Some("drawing"), b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec());
    pictures.insert(None, file("grey"));
    let context = CheckContext {
        fonts: engine().fonts(),
        limits,
        switches: &NormaliseSwitches::resolve(None, None),
        staff_roles: &engine().styles()[0].furniture.staff_roles,
        pictures: &pictures,
        drops_bad_locks: false,
    };
    let noted = normalise_and_check(&mut record, &context)?;
    // The record as understood must be understood in the same way.
    let mut again = read_record(&write_record(&record)).expect("own JSON");
    let second = normalise_and_check(&mut again, &context).expect("the same page");
    assert_eq!(second.value, noted.value, "{json}");
    assert_eq!(again, record);
    Ok((noted.value, noted.findings))
}

/// Returns a page: fields of the record, fields of its one article.
fn page(record: &str, article: &str) -> String {
    format!(r#"{{{record}"articles":[{{"id":"a","headline":"标题",{article}}}]}}"#)
}

/// Returns a body of one paragraph and some blocks.
fn body(blocks: &str) -> String {
    format!(r#""body":[{{"paragraph":{{"text":"正文。"}}}}{blocks}]"#)
}

fn block(id: &str) -> String {
    format!(r#",{{"picture":{{"pictureId":"{id}"}}}}"#)
}

/// Returns the `pictures` field of a page.
fn of_page(pictures: &str) -> String {
    format!(r#""pictures":[{pictures}],"#)
}

fn codes(notes: &[Finding]) -> Vec<(&str, &str)> {
    notes.iter().map(|note| (note.code.id(), note.place.field.as_str())).collect()
}

#[test]
fn pictures_belong_to_the_article_that_names_them() {
    let sum = sha256_hex(&file("grey"));
    let pictures = format!(
        r#"{{"id":"name"}},{{"id":"ad"}},{{"id":"lone","caption":"桥上的人们","credit":"张三 摄",
            "columns":3,"focalPoint":{{"x":0.25,"y":1}},"sha256":"{sum}"}},{{"id":"bridge"}}"#
    );
    let record = format!(
        r#""publication":{{"mastheadPictureId":"name"}},"reserved":[{{"pictureId":"ad",
            "placement":{{"column":0,"row":9,"columns":1,"rows":9}}}}],{}"#,
        of_page(&pictures)
    );
    let article_pictures = r#""pictures":[{"id":"inset"},{"id":"other"}],"#;
    let blocks = block("bridge") + &block("other");
    let json = page(&record, &format!("{article_pictures}{}", body(&blocks)));
    let (copy, notes) = checked(&json, &RequestLimits::default()).expect("a page");
    let [lone] = copy.pictures.as_slice() else { panic!("{:?}", copy.pictures) };
    assert_eq!((lone.id.as_str(), lone.field.as_str()), ("lone", "pictures[2]"));
    assert_eq!(
        (lone.caption.text.as_str(), lone.caption.field.as_str()),
        ("桥上的人们", "pictures[2].caption")
    );
    assert_eq!((lone.credit.text.as_str(), lone.requested_columns), ("张三 摄", Some(3)));
    assert_eq!((lone.focus_milli, lone.pixel_size()), ([250, 1000], [64, 32]));
    let artwork = copy.reserved[0].picture.as_ref().map(|picture| picture.id.as_str());
    assert_eq!(artwork, Some("ad"));
    let article = &copy.articles[0];
    let ids: Vec<&str> = article.pictures.iter().map(|picture| picture.id.as_str()).collect();
    assert_eq!(ids, ["inset", "other", "bridge"], "one of the page follows the article's own");
    assert!(matches!(
        article.body[..],
        [BodyBlock::Paragraph(_), BodyBlock::Picture(2), BodyBlock::Picture(1)]
    ));
    let [inset, _, bridge] = article.pictures.as_slice() else { panic!("three") };
    assert_eq!(
        (bridge.field.as_str(), bridge.pixel_size()),
        ("pictures[3]", [32, 64]),
        "it is turned"
    );
    assert_eq!((inset.field.as_str(), inset.focus_milli), ("articles[0].pictures[0]", [500; 2]));
    assert!(inset.image.is_none() && inset.requested_columns.is_none());
    // A missing picture has a finding wherever it is used.
    let missing: Vec<&str> = codes(&notes)
        .into_iter()
        .filter_map(|(code, field)| (code == "BM-PICTURE-001").then_some(field))
        .collect();
    let article_pictures = ["articles[0].pictures[0]", "articles[0].pictures[1]"];
    assert_eq!(missing, [&["pictures[0]", "pictures[1]"][..], &article_pictures].concat());
}

#[test]
fn a_picture_can_replace_a_body() {
    for article in [
        r#""pictures":[{"id":"bridge"}]"#,
        r#""pictures":[{"id":"bridge"}],"body":[{"picture":{"pictureId":"bridge"}}]"#,
        r#""body":[{"picture":{"pictureId":"bridge"}}]"#,
    ] {
        let fields = if article.contains("pictures") {
            String::new()
        } else {
            of_page(r#"{"id":"bridge"}"#)
        };
        let (copy, _) = checked(&page(&fields, article), &RequestLimits::default()).expect(article);
        assert_eq!(copy.articles[0].pictures.len(), 1, "{article}");
        assert!(copy.pictures.is_empty());
    }
}

#[test]
fn a_dateline_leads_the_copy_and_not_a_picture() {
    let blocks = r#""dateline":"本报讯","pictures":[{"id":"bridge"}],
        "body":[{"picture":{"pictureId":"bridge"}},{"paragraph":{"text":"正文。"}}]"#;
    let (copy, _) = checked(&page("", blocks), &RequestLimits::default()).expect("a page");
    let [BodyBlock::Picture(0), BodyBlock::Paragraph(text)] = copy.articles[0].body.as_slice()
    else {
        panic!("{:?}", copy.articles[0].body)
    };
    assert_eq!(text.text, "本报讯 正文。");
}

#[test]
fn a_phrase_below_a_picture_has_no_full_stop() {
    for (caption, reported) in [
        ("行进中的学生方队。", true),
        ("行进中的学生方队", false),
        ("大桥通车了。市民纷纷前来。", false),
        ("通车了！市民纷纷前来。", false),
        ("谁在桥上？", false),
    ] {
        let fields = of_page(&format!(r#"{{"id":"bridge","caption":"{caption}"}}"#));
        let (_, notes) =
            checked(&page(&fields, &body("")), &RequestLimits::default()).expect("a page");
        let expected = [("BM-PICTURE-003", "pictures[0].caption")];
        assert_eq!(codes(&notes), if reported { &expected[..] } else { &[] }, "{caption}");
        assert!(notes.iter().all(|note| note.rule == "R73"));
    }
}

#[test]
fn bytes_that_are_no_picture_are_reported() {
    let base64 = |text: &str| match text {
        "" => String::new(),
        // GIF89a, and a JPEG that ends at once.
        "GIF" => "R0lGODlh".to_owned(),
        _ => "/9j/4A==".to_owned(),
    };
    for (picture, field, words) in [
        (format!(r#""id":"x","data":"{}""#, base64("")), ".data", "is empty"),
        (format!(r#""id":"x","data":"{}""#, base64("GIF")), ".data", "GIF"),
        (format!(r#""id":"x","data":"{}""#, base64("JPEG")), ".data", "truncated"),
        (r#""id":"drawing""#.to_owned(), "", "SVG"),
        (r#""id":"nowhere""#.to_owned(), "", "is missing"),
        (format!(r#""id":"bridge","sha256":"{}""#, "0".repeat(64)), ".sha256", "is missing"),
    ] {
        let json = page(&of_page(&format!("{{{picture}}}")), &body(""));
        let (copy, notes) = checked(&json, &RequestLimits::default()).expect("a page all the same");
        let [note] = notes.as_slice() else { panic!("{picture}: {notes:?}") };
        assert!(note.message.en.contains(words), "{note}");
        assert_eq!(note.place.field, format!("pictures[0]{field}"));
        let missing = words == "is missing";
        assert_eq!(note.code.id(), if missing { "BM-PICTURE-001" } else { "BM-PICTURE-002" });
        assert_eq!(
            (copy.pictures[0].image.is_none(), copy.pictures[0].pixel_size()),
            (true, [1500, 1000])
        );
    }
}

#[test]
fn ignored_fields_are_reported() {
    let fields = of_page(r#"{"id":"bridge","minPpi":200,"rights":"新华社","altText":"桥"}"#);
    let (_, notes) = checked(&page(&fields, &body("")), &RequestLimits::default()).expect("a page");
    let expected = ["minPpi", "rights", "altText"].map(|field| format!("pictures[0].{field}"));
    let reported: Vec<(&str, &str)> = codes(&notes);
    assert_eq!(reported, expected.each_ref().map(|field| ("BM-UNSERVED-001", field.as_str())));
}

/// Name, record, code and field of the first error.
type Row = (&'static str, String, &'static str, &'static str);

fn faulty_records() -> Vec<Row> {
    let picture = |fields: &str| page(&of_page(&format!("{{{fields}}}")), &body(""));
    let valued = |fields: &str| picture(&format!(r#""id":"bridge",{fields}"#));
    let named = |record: &str, blocks: &str| page(record, &body(blocks));
    let bridge = of_page(r#"{"id":"bridge"}"#);
    let article_pictures = r#""pictures":[{"id":"bridge"}],"#;
    let masthead = format!(r#""publication":{{"mastheadPictureId":"bridge"}},{bridge}"#);
    let (place, many) =
        ("articles[0].body[1].picture.pictureId", vec![r#"{"id":"x"}"#; 101].join(","));
    let long = format!(r#""id":"{}""#, "长".repeat(129));
    let line = format!(r#""caption":"{}""#, "字".repeat(2001));
    let theirs = format!(
        r#"{{"articles":[{{"headline":"甲",{article_pictures}{}}},{{"headline":"乙",{}}}]}}"#,
        body(""),
        body(&block("bridge"))
    );
    let id = |name, json| (name, json, "BM-RECORD-005", "pictures[0].id");
    let value = |name, fields, field| (name, valued(fields), "BM-RECORD-003", field);
    let block_of = |name, json, field| (name, json, "BM-RECORD-005", field);
    let focus = "pictures[0].focalPoint";
    let sum = format!(r#""sha256":"{}""#, "A".repeat(64));
    vec![
        id("no id", picture(r#""caption":"桥""#)),
        id("a control in an id", picture(r#""id":"x\u0007""#)),
        ("a long id", picture(&long), "BM-RECORD-004", "pictures[0].id"),
        block_of(
            "an id twice",
            page(&of_page(r#"{"id":"x"},{"id":"x"}"#), &body("")),
            "pictures[1].id",
        ),
        block_of(
            "an id of the page's",
            page(&bridge, &format!("{article_pictures}{}", body(""))),
            "articles[0].pictures[0].id",
        ),
        block_of(
            "an article's id",
            page("", &format!(r#""pictures":[{{"id":"a"}}],{}"#, body(""))),
            "articles[0].pictures[0].id",
        ),
        ("101 pictures", page(&of_page(&many), &body("")), "BM-RECORD-004", "pictures"),
        value("columns", r#""columns":13"#, "pictures[0].columns"),
        value("a point outside", r#""focalPoint":{"x":1.5,"y":0}"#, focus),
        value("a point that is no number", r#""focalPoint":{"x":"NaN","y":0}"#, focus),
        value("a sum", r#""sha256":"abc""#, "pictures[0].sha256"),
        ("a sum in capitals", valued(&sum), "BM-RECORD-003", "pictures[0].sha256"),
        ("a long caption", valued(&line), "BM-RECORD-004", "pictures[0].caption"),
        ("no glyph", valued(r#""credit":"\ue000摄""#), "BM-GLYPH-001", "pictures[0].credit"),
        block_of("an unknown picture", named(&bridge, &block("other")), place),
        block_of("a block without a picture", named(&bridge, &block("")), place),
        block_of("another article's picture", theirs, "articles[1].body[1].picture.pictureId"),
        block_of(
            "named twice",
            named(&bridge, &(block("bridge") + &block("bridge"))),
            "articles[0].body[2].picture.pictureId",
        ),
        block_of("the masthead's picture", named(&masthead, &block("bridge")), place),
        block_of(
            "an unknown masthead",
            named(r#""publication":{"mastheadPictureId":"x"},"#, ""),
            "publication.mastheadPictureId",
        ),
        block_of(
            "an unknown artwork",
            named(r#""reserved":[{"pictureId":"x"}],"#, ""),
            "reserved[0].pictureId",
        ),
    ]
}

#[test]
fn each_fault_is_named_by_its_field() {
    check_each(
        faulty_records(),
        |(name, ..)| (*name).to_owned(),
        |(name, json, code, field)| {
            let error = checked(json, &RequestLimits::default()).expect_err(name);
            let first = error.findings().first().unwrap_or_else(|| panic!("{name}: {error}"));
            assert_eq!((first.code.id(), first.place.field.as_str()), (*code, *field), "{name}");
            assert!(!first.message.zh.is_empty() && !first.message.en.is_empty());
        },
    );
}

#[test]
fn limits_of_pictures_are_named() {
    let png = quartered();
    for (limits, name, field, fields) in [
        (
            RequestLimits { picture_pixels: 2047, ..RequestLimits::default() },
            "picture_pixels",
            "pictures[0]",
            "",
        ),
        (
            RequestLimits { picture_bytes: 100, ..RequestLimits::default() },
            "picture_bytes",
            "pictures[0]",
            "",
        ),
        (
            RequestLimits { picture_bytes: 5, ..RequestLimits::default() },
            "picture_bytes",
            "pictures[0].data",
            r#","data":"R0lGODlh""#,
        ),
    ] {
        assert!(png.len() < 2047);
        let json = page(&of_page(&format!(r#"{{"id":"bridge"{fields}}}"#)), &body(""));
        let error = checked(&json, &limits).expect_err(name);
        let finding = &error.findings()[0];
        assert_eq!((finding.code.id(), finding.place.field.as_str()), ("BM-RECORD-004", field));
        assert!(finding.message.en.contains(name), "{finding}");
    }
}
