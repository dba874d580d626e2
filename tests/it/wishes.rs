//! Requests of the layout desk: how they are understood, and which are rejected.

use banmian::finding::Finding;
use banmian::intake::{normalise_and_check, read_record, write_record};
use banmian::model::{
    Article, BodyBlock, CopyText, HeadRequest, LockPlace, LockSubject, PageCopy, PlacementLock,
    ReservedArea, ReservedKind,
};
use banmian::proto::{self, PageRecord};
use banmian::unit::{Abs, GridRect, Rect};
use proptest::prelude::*;

use crate::props::{self, words};
use crate::support::{check_each, context};

/// Checks a record. Returns the page and its findings, or the errors.
fn checked(record: &mut PageRecord) -> Result<(PageCopy, Vec<Finding>), Vec<Finding>> {
    match normalise_and_check(record, &context()) {
        Ok(noted) => Ok((noted.value, noted.findings)),
        Err(error) => Err(error.findings().to_vec()),
    }
}

/// Returns the JSON of a page: fields of its two articles `a` and `b`, and fields of the page
/// itself.
fn page(a: &str, b: &str, page_fields: &str) -> String {
    let article = |id: &str, fields: &str| {
        let body = r#""body":[{"paragraph":{"text":"正文。"}}]"#;
        let fields = [&format!(r#""id":"{id}","headline":"标题""#), fields];
        let fields = fields.into_iter().filter(|fields| !fields.is_empty());
        let fields = fields.collect::<Vec<&str>>().join(",");
        if fields.contains(r#""body""#) {
            format!("{{{fields}}}")
        } else {
            format!("{{{fields},{body}}}")
        }
    };
    let page_fields =
        if page_fields.is_empty() { String::new() } else { format!(",{page_fields}") };
    format!(r#"{{"articles":[{},{}]{page_fields}}}"#, article("a", a), article("b", b))
}

fn read(json: &str) -> PageRecord {
    read_record(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error:?}"))
}

/// Returns the page of a valid record.
fn understood(json: &str) -> PageCopy {
    let (page, notes) = checked(&mut read(json)).unwrap_or_else(|e| panic!("{json}: {e:?}"));
    let ignored: Vec<&Finding> =
        notes.iter().filter(|d| d.code.id() == "BM-UNSERVED-001").collect();
    assert!(ignored.is_empty(), "{json}: {ignored:?}");
    page
}

/// Words that a message must contain.
type Names = &'static [&'static str];

/// Record, code and field of its first finding, and words of its message.
type Row = (String, &'static str, &'static str, Names);

const VALUE: &str = "BM-RECORD-003";
const LIMIT: &str = "BM-RECORD-004";
const ID: &str = "BM-RECORD-005";

/// Invalid locks.
fn locks() -> Vec<Row> {
    let row = |locks: &str, code, field, names: Names| {
        (page("", "", &format!(r#""layout":{{"locks":[{locks}]}}"#)), code, field, names)
    };
    let at = |placement: &str| format!(r#"{{"articleId":"a","placement":{{{placement}}}}}"#);
    let slots = |locks: &str| format!(r#""layout":{{"template":"t","locks":[{locks}]}}"#);
    let a = at(r#""column":0,"row":0,"columns":4,"rows":20"#);
    let b = r#"{"articleId":"b","placement":{"column":3,"row":19,"columns":1,"rows":1}}"#;
    let first_lock = "layout.locks[0]";
    let value = |field, placement: &str| row(&at(placement), VALUE, field, &[]);
    let both = r#"{"articleId":"a","placement":{"column":0},"slot":"s"}"#;
    let unknown = r#"{"articleId":"x","placement":{"column":0}}"#;
    let unnamed = r#"{"placement":{"column":0}}"#;
    let twice = r#"{"articleId":"a","placement":{}},{"articleId":"a","placement":{"row":9}}"#;
    let same = r#"{"articleId":"a","slot":"s"},{"articleId":"b","slot":"s"}"#;
    let slot = r#"{"articleId":"a","slot":"lead"}"#;
    vec![
        row(r#"{"articleId":"a"}"#, VALUE, first_lock, &["placement", "slot"]),
        row(both, VALUE, first_lock, &["placement", "slot"]),
        row(unknown, ID, "layout.locks[0].articleId", &["“x”"]),
        row(unnamed, ID, "layout.locks[0].articleId", &["“”"]),
        row(&at(""), VALUE, "layout.locks[0].placement", &[]),
        row(twice, VALUE, "layout.locks[0].placement", &[]),
        value("layout.locks[0].placement.column", r#""column":12"#),
        value("layout.locks[0].placement.row", r#""row":400"#),
        value("layout.locks[0].placement.columns", r#""columns":0"#),
        value("layout.locks[0].placement.columns", r#""column":0,"row":0,"columns":13,"rows":9"#),
        value("layout.locks[0].placement.rows", r#""rows":0"#),
        value("layout.locks[0].placement.rows", r#""rows":401"#),
        value("layout.locks[0].placement.rows", r#""rows":4294967295"#),
        row(&format!("{a},{b}"), VALUE, "layout.locks[1].placement", &["“a”", "“b”"]),
        row(&format!("{a},{a}"), ID, "layout.locks[1].articleId", &["“a”", "locks[0]", "locks[1]"]),
        row(slot, VALUE, "layout.locks[0].slot", &["“lead”", "layout.template"]),
        (page("", "", &slots(same)), VALUE, "layout.locks[1].slot", &["“a”", "“b”", "“s”"]),
    ]
}

/// Places that articles request themselves.
fn placements() -> Vec<Row> {
    let all = r#""placement":{"column":0,"row":8,"columns":4,"rows":20}"#;
    let lock = |id: &str| {
        let placement = r#""placement":{"column":3,"row":0,"columns":4,"rows":9}"#;
        format!(r#""layout":{{"locks":[{{"articleId":"{id}",{placement}}}]}}"#)
    };
    let twice: Names = &["“a”", "layout.locks[0]", "articles[0].placement"];
    vec![
        (page(all, "", &lock("a")), ID, "articles[0].placement", twice),
        (page(all, "", &lock("b")), VALUE, "articles[0].placement", &["“b”", "“a”"]),
        (page(all, all, ""), VALUE, "articles[1].placement", &["“a”", "“b”"]),
        (page(r#""placement":{}"#, "", ""), VALUE, "articles[0].placement", &[]),
        (
            page(r#""placement":{"columns":0}"#, "", ""),
            VALUE,
            "articles[0].placement.columns",
            &["columns", "1", "12"],
        ),
    ]
}

/// Invalid reserved boxes.
fn boxes() -> Vec<Row> {
    let row = |boxes: &str, code, field, names: Names| {
        (page("", "", &format!(r#""reserved":[{boxes}]"#)), code, field, names)
    };
    let rect = |x: &str, width: &str| {
        format!(r#"{{"rect":{{"x":{x},"y":60,"width":{width},"height":90}}}}"#)
    };
    let grid = r#"{"id":"g","placement":{"column":0,"row":0,"columns":2,"rows":9}}"#;
    let some = r#"{"placement":{"column":0,"row":0,"columns":2}}"#;
    let both = format!(r#"{{"rect":{{}},{}"#, &grid[1..]);
    let named = |id: &str| format!(r#"{{"id":"{id}",{}"#, &rect("0", "9")[1..]);
    let art = format!(r#"{{"pictureId":"p",{}"#, &rect("0", "9")[1..]);
    let lock = r#"{"articleId":"b","placement":{"column":1,"row":8,"columns":1,"rows":1}}"#;
    let locked = format!(r#""reserved":[{grid}],"layout":{{"locks":[{lock}]}}"#);
    let picture = format!(r#""pictures":[{{"id":"p"}}],"reserved":[{}]"#, named("p"));
    let inside = format!(r#""reserved":[{}]"#, named("q"));
    let many = vec![rect("0", "9"); 51].join(",");
    vec![
        row("{}", VALUE, "reserved[0]", &["rect", "placement"]),
        row(&both, VALUE, "reserved[0]", &["rect", "placement"]),
        row(some, VALUE, "reserved[0].placement", &["rows"]),
        row(r#"{"placement":{}}"#, VALUE, "reserved[0].placement", &[]),
        row(&rect("-1", "9"), VALUE, "reserved[0].rect.x", &["-1"]),
        row(&rect("\"NaN\"", "9"), VALUE, "reserved[0].rect.x", &["NaN"]),
        row(&rect("1e300", "9"), VALUE, "reserved[0].rect.x", &[]),
        row(&rect("0", "0"), VALUE, "reserved[0].rect.width", &["0"]),
        row(&rect("0", "1e-9"), VALUE, "reserved[0].rect.width", &[]),
        row(&rect("0", "\"Infinity\""), VALUE, "reserved[0].rect.width", &["inf"]),
        row(&named("a"), ID, "reserved[0].id", &["“a”"]),
        row(&format!("{0},{0}", named("x")), ID, "reserved[1].id", &["“x”"]),
        row(&named("x\\u0007"), ID, "reserved[0].id", &[]),
        (page("", "", &picture), ID, "reserved[0].id", &["“p”"]),
        (page(r#""pictures":[{"id":"q"}]"#, "", &inside), ID, "reserved[0].id", &["“q”"]),
        row(&art, ID, "reserved[0].pictureId", &["“p”"]),
        row(
            &[rect("0", "9"), rect("8", "9")].join(","),
            VALUE,
            "reserved[1].rect",
            &["“r1”", "“r2”"],
        ),
        row(
            &[grid, &grid.replace("\"g\"", "\"h\"")].join(","),
            VALUE,
            "reserved[1].placement",
            &["“g”", "“h”"],
        ),
        (page("", "", &locked), VALUE, "layout.locks[0].placement", &["“g”", "“b”"]),
        row(&many, LIMIT, "reserved", &["51", "50"]),
    ]
}

/// Requests of an article that cannot be met.
fn articles() -> Vec<Row> {
    let row = |fields: &str, code, field, names: Names| (page(fields, "", ""), code, field, names);
    let variants = |count: usize| {
        format!(r#""alternatives":[{}]"#, vec![r#"{"headline":"又题"}"#; count].join(","))
    };
    let long = format!(r#""alternatives":[{{"headline":"{}"}}]"#, "长".repeat(401));
    let quote = r#""body":[{"pullQuote":{"text":"只有摘句。"}}],"jumpTo":{"page":"3"}"#;
    let glyph = r#""alternatives":[{"headline":"又题"},{"headline":"题","deck":"名𲀀"}]"#;
    vec![
        row(&variants(9), LIMIT, "articles[0].alternatives", &["9", "8"]),
        row(
            r#""alternatives":[{"kicker":"引题"}]"#,
            VALUE,
            "articles[0].alternatives[0].headline",
            &[],
        ),
        row(&long, LIMIT, "articles[0].alternatives[0].headline", &["401"]),
        row(glyph, "BM-GLYPH-001", "articles[0].alternatives[1].deck", &[]),
        row(r#""jumpTo":{}"#, VALUE, "articles[0].jumpTo.page", &[]),
        row(r#""jumpFrom":{"page":" "}"#, VALUE, "articles[0].jumpFrom.page", &[]),
        row(
            r#""jumpFrom":{"page":"12345678901234567"}"#,
            LIMIT,
            "articles[0].jumpFrom.page",
            &["17", "16"],
        ),
        row(
            r#""jumpTo":{"page":"3","articleId":"x\u0007"}"#,
            ID,
            "articles[0].jumpTo.articleId",
            &[],
        ),
        row(quote, "BM-RECORD-002", "articles[0].body", &[]),
    ]
}

#[test]
fn impossible_requests_are_rejected_and_both_parties_named() {
    let rows = [locks(), placements(), boxes(), articles()].concat();
    check_each(
        rows,
        |(json, ..)| json.chars().take(200).collect(),
        |(json, code, field, names)| {
            let errors = checked(&mut read(json)).expect_err(json);
            let first = &errors[0];
            let place = (first.code.id(), first.place.field.as_str());
            assert_eq!(place, (*code, *field), "{errors:?}");
            for name in *names {
                let words = &first.message;
                assert!(words.zh.contains(name) && words.en.contains(name), "{name}: {words}");
            }
        },
    );
}

#[test]
fn unknown_enum_numbers_are_rejected() {
    let mut record = read(&page("", "", r#""reserved":[{"rect":{"width":1,"height":1}}]"#));
    record.articles[1].head_position = 99;
    record.reserved[0].kind = -1;
    let errors = checked(&mut record).expect_err("two errors");
    let places: Vec<&str> = errors.iter().map(|error| error.place.field.as_str()).collect();
    assert_eq!(places, ["articles[1].headPosition", "reserved[0].kind"]);
    assert!(errors[0].message.zh.contains("99") && errors[1].message.en.contains("-1"));
}

#[test]
fn locks_are_kept_by_place_in_the_record() {
    let page_fields = r#""layout":{"template":"t","locks":[{"articleId":"b","slot":"lead"}]}"#;
    let page = understood(&page(r#""placement":{"row":0,"columns":4}"#, "", page_fields));
    assert_eq!(page.requests.template, "t");
    let lock =
        |subject, place, field: &str| PlacementLock { subject, place, field: field.to_owned() };
    let grid = LockPlace::Grid([None, Some(0), Some(4), None]);
    assert_eq!(
        page.requests.locks,
        [
            lock(
                LockSubject::Article(1),
                LockPlace::Slot("lead".to_owned()),
                "layout.locks[0].slot"
            ),
            lock(LockSubject::Article(0), grid, "articles[0].placement"),
        ]
    );
}

#[test]
fn touching_and_partial_places_do_not_overlap() {
    for (a, b) in [
        // Side by side, one above the other, and a corner.
        ("[0,0,4,20]", "[4,0,4,20]"),
        ("[0,0,4,20]", "[0,20,4,20]"),
        ("[0,0,4,20]", "[4,20,4,20]"),
        // A value that is left open may give way.
        ("[0,0,4,20]", "[0,0,4,null]"),
        ("[null,0,4,20]", "[0,0,4,20]"),
    ] {
        let placement = |values: &str| {
            let values: Vec<Option<u32>> = serde_json::from_str(values).expect("four values");
            let named = ["column", "row", "columns", "rows"].into_iter().zip(values);
            let named = named.filter_map(|(name, value)| Some(format!(r#""{name}":{}"#, value?)));
            format!(r#""placement":{{{}}}"#, named.collect::<Vec<_>>().join(","))
        };
        let page = understood(&page(&placement(a), &placement(b), ""));
        assert_eq!(page.requests.locks.len(), 2, "{a} {b}");
    }
}

#[test]
fn reserved_boxes_have_ids_kinds_and_places() {
    let boxes = r#"
        {"id":"ad-7","kind":"RESERVED_KIND_ADVERTISEMENT","label":" 广告 A1 ","pictureId":"p",
         "rect":{"x":0.5,"y":10,"width":200,"height":100.25}},
        {"kind":"RESERVED_KIND_WHITE","placement":{"column":6,"row":90,"columns":2,"rows":10}},
        {"rect":{"x":200.5,"y":10,"width":9,"height":9}}"#;
    let mut record =
        read(&page("", "", &format!(r#""pictures":[{{"id":"p"}}],"reserved":[{boxes}]"#)));
    let (page, _) = checked(&mut record).expect("a page");
    let units = |tenths: i64| Abs::raw(tenths * Abs::PER_PT / 100);
    let rect = Rect::new(units(50), units(1000), units(20_000), units(10_025));
    let found: Vec<(&str, &str, ReservedKind, &str)> = page
        .reserved
        .iter()
        .map(|b| (b.id.as_str(), b.field.as_str(), b.kind, b.label.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("ad-7", "reserved[0]", ReservedKind::Advertisement, "广告 A1"),
            ("r2", "reserved[1]", ReservedKind::White, ""),
            ("r3", "reserved[2]", ReservedKind::Box, ""),
        ]
    );
    assert_eq!(page.reserved[0].area, ReservedArea::Lengths(rect));
    assert_eq!(page.reserved[1].area, ReservedArea::Grid(GridRect::new(6, 90, 2, 10)));
    let ids: Vec<&str> = record.reserved.iter().map(|reserved| reserved.id.as_str()).collect();
    assert_eq!(ids, ["ad-7", "r2", "r3"], "the record says what was understood");
    assert_eq!(record.reserved[0].label, "广告 A1");
}

#[test]
fn heads_have_other_wordings_and_places() {
    let mut all = Vec::new();
    for name in ["UNSPECIFIED", "ABOVE", "CENTRED", "LEFT", "VERTICAL"] {
        let fields = format!(r#""headPosition":"HEAD_POSITION_{name}""#);
        all.push(understood(&page(&fields, "", "")).articles[0].head_request);
    }
    let Ok(
        [
            HeadRequest::Any,
            HeadRequest::Above,
            HeadRequest::Centred,
            HeadRequest::Left,
            HeadRequest::Vertical,
        ],
    ) = <[HeadRequest; 5]>::try_from(all)
    else {
        panic!("each position is served")
    };
    let fields = r#""kicker":"引","boxed":true,"alternatives":[
        {"headline":"又一题(甲)\n分行","deck":"副一\n副二"},{"kicker":"又引","headline":"三题"}]"#;
    let page = understood(&page(fields, r#""tinted":true,"brief":true"#, ""));
    let [a, b] = &page.articles[..] else { panic!("two articles") };
    assert_eq!((a.is_boxed, a.is_tinted, a.is_brief), (true, false, false));
    assert_eq!((b.is_boxed, b.is_tinted, b.is_brief), (false, true, true));
    let [first, second] = &a.head_variants[..] else { panic!("two wordings") };
    let texts = |texts: &[CopyText]| texts.iter().map(|t| t.text.clone()).collect::<Vec<_>>();
    assert_eq!(first.headline.text, "又一题（甲） 分行", "cleaned and turned as a headline is");
    assert_eq!(first.headline.spans.len(), 1);
    assert_eq!(first.headline.field, "articles[0].alternatives[0].headline");
    assert!(first.kicker.is_empty(), "what is not given stays as the article has it");
    assert_eq!(texts(&first.deck), ["副一", "副二"]);
    assert_eq!((second.kicker.text.as_str(), second.headline.text.as_str()), ("又引", "三题"));
    assert!(second.deck.is_empty());
}

/// Returns the body of an article: a letter and the text for each block.
fn body(article: &Article) -> Vec<String> {
    let show = |block: &BodyBlock| {
        let kind = match block {
            BodyBlock::Paragraph(_) => 'P',
            BodyBlock::Crosshead(_) => 'C',
            BodyBlock::Lines(_) => 'L',
            BodyBlock::Note(_) => 'N',
            BodyBlock::Aside(_) => 'A',
            BodyBlock::PullQuote(_) => 'Q',
            BodyBlock::Picture(_) => 'I',
            BodyBlock::JumpFrom(_) => 'F',
            BodyBlock::JumpTo(_) => 'O',
        };
        let texts: Vec<&str> = block.texts().iter().map(|text| text.text.as_str()).collect();
        format!("{kind} {}", texts.join("/"))
    };
    article.body.iter().map(show).collect()
}

#[test]
fn jump_lines_and_quotes_stand_in_their_order() {
    let note = r#""editorNote":"读者来信。","dateline":"本报讯","bylines":[{"name":"张三","affiliation":"某大学"}]"#;
    let fields = format!(
        r#"{note},"jumpFrom":{{"page":"１"}},"jumpTo":{{"page":"A03","articleId":"z"}},"body":[
        {{"pullQuote":{{"text":"摘句(一)。"}}}},{{"paragraph":{{"text":"正文。"}}}}]"#
    );
    let mut record = read(&page(&fields, r#""jumpTo":{"page":"12"}"#, ""));
    let (page, _) = checked(&mut record).expect("a page");
    assert_eq!(
        body(&page.articles[0]),
        [
            "A 编者按：读者来信。",
            "F （上接第一版）",
            "Q 摘句（一）。",
            "P 本报讯 正文。",
            "O （下转A03版）",
            "N （作者系某大学）",
        ]
    );
    assert_eq!(body(&page.articles[1]), ["P 正文。", "O （下转第十二版）"]);
    assert_eq!(record.articles[0].jump_from.as_ref().expect("a jump").page, "1");
    let fields: Vec<&str> = page
        .articles
        .iter()
        .flat_map(|article| &article.body)
        .filter(|block| matches!(block, BodyBlock::JumpFrom(_) | BodyBlock::JumpTo(_)))
        .map(|block| block.texts()[0].field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["articles[0].jumpFrom.page", "articles[0].jumpTo.page", "articles[1].jumpTo.page"]
    );
    // The quote repeats copy, so it is not counted.
    let counted: usize = [
        "编者按：读者来信。",
        "（上接第一版）",
        "本报讯正文。",
        "（下转A03版）",
        "（作者系某大学）",
    ]
    .into_iter()
    .map(crate::record::count)
    .sum();
    assert_eq!(page.articles[0].body_char_count(), counted);
}

/// Generates a place with at least one value, in its own cell of the grid so that no two overlap.
fn placement(index: u32) -> impl Strategy<Value = proto::Placement> {
    (any::<[bool; 4]>(), 1..=2_u32, 1..=20_u32).prop_map(move |(present, columns, rows)| {
        let [column, row, wide, deep] = present;
        proto::Placement {
            column: column.then_some(index * 2),
            row: row.then_some(8 + index * 20),
            columns: (wide || !present.contains(&true)).then_some(columns),
            rows: deep.then_some(rows),
        }
    })
}

fn variant() -> impl Strategy<Value = proto::HeadlineVariant> {
    (prop::option::of(words()), words(), prop::option::of(words())).prop_map(
        |(kicker, headline, deck)| proto::HeadlineVariant {
            kicker: kicker.unwrap_or_default(),
            headline,
            deck: deck.map(|deck| format!("——{deck}\n{deck}")).unwrap_or_default(),
        },
    )
}

fn jump() -> impl Strategy<Value = proto::JumpReference> {
    let number = prop_oneof![
        (1..200_u32).prop_map(|page| page.to_string()),
        (1..30_u32).prop_map(|page| format!("A{page:02}")),
    ];
    number.prop_map(|page| proto::JumpReference { page, article_id: String::new() })
}

/// Generates a paragraph, sometimes with a pull quote before it.
fn blocks() -> impl Strategy<Value = Vec<proto::Block>> {
    use proto::block::Content::{Paragraph, PullQuote};
    let text = |pieces| props::paragraph(&props::LATIN, pieces);
    (prop::option::of(text(1..3)), text(1..6)).prop_map(|(quote, text)| {
        let quote = quote.map(|text| PullQuote(proto::PullQuote { text }));
        let text = Paragraph(proto::Paragraph { text, spans: Vec::new() });
        let all = quote.into_iter().chain([text]);
        all.map(|content| proto::Block { content: Some(content) }).collect()
    })
}

/// Generates an article with every kind of request.
fn wish(index: u32) -> impl Strategy<Value = proto::Article> {
    let copy = (words(), prop::collection::vec(variant(), 0..=8), blocks());
    let jumps = (prop::option::of(jump()), prop::option::of(jump()));
    let place = (prop::option::of(placement(index)), 0..5_i32, any::<[bool; 3]>());
    (copy, jumps, place).prop_map(|(copy, (jump_to, jump_from), place)| {
        let (headline, alternatives, body) = copy;
        let (placement, head_position, [boxed, tinted, brief]) = place;
        proto::Article {
            headline,
            alternatives,
            body,
            jump_to,
            jump_from,
            placement,
            head_position,
            boxed,
            tinted,
            brief,
            ..proto::Article::default()
        }
    })
}

/// Generates a page of four articles, the last one locked by the layout, with boxes below them.
fn wished() -> impl Strategy<Value = PageRecord> {
    let rect = (0..=4_i32, 1.0..200.0_f64, 1.0..90.0_f64, words(), 0..4_i32);
    let boxes = prop::collection::vec(rect, 0..5).prop_map(|boxes| {
        let each = boxes.into_iter().enumerate().map(|(k, (left, width, height, label, kind))| {
            let rect = proto::Rect {
                x: f64::from(left) * 200.0,
                y: 900.0 + k as f64 * 90.0,
                width,
                height,
            };
            proto::ReservedBox { rect: Some(rect), label, kind, ..proto::ReservedBox::default() }
        });
        each.collect::<Vec<_>>()
    });
    let slot = (words(), words());
    ((wish(0), wish(1), wish(2), wish(3)), boxes, slot).prop_map(
        |((a, b, c, mut d), reserved, (template, slot))| {
            d.placement = None;
            let lock = proto::Lock { article_id: "a4".to_owned(), placement: None, slot };
            let layout = proto::Layout { template, locks: vec![lock], ..proto::Layout::default() };
            let articles = vec![a, b, c, d];
            PageRecord { articles, reserved, layout: Some(layout), ..PageRecord::default() }
        },
    )
}

#[test]
fn a_record_with_layout_requests_reads_back_as_understood() {
    props::check(200, &wished(), |original| {
        let mut record = original;
        let (page, notes) =
            checked(&mut record).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        let unserved = notes.iter().filter(|note| note.code.id() == "BM-UNSERVED-001");
        prop_assert_eq!(unserved.count(), 0, "{:?}", notes);
        let mut again = read_record(&write_record(&record)).expect("own JSON");
        prop_assert_eq!(&again, &record);
        let (same, _) = checked(&mut again).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        prop_assert_eq!(&same, &page);
        prop_assert_eq!(&again, &record, "checked again it stays as it is");
        let places = record.articles.iter().filter(|article| article.placement.is_some());
        prop_assert_eq!(page.requests.locks.len(), places.count() + 1);
        for (article, original) in page.articles.iter().zip(&record.articles) {
            prop_assert_eq!(article.head_variants.len(), original.alternatives.len());
            let lines = article
                .body
                .iter()
                .filter(|block| matches!(block, BodyBlock::JumpFrom(_) | BodyBlock::JumpTo(_)));
            let jumps =
                usize::from(original.jump_to.is_some()) + usize::from(original.jump_from.is_some());
            prop_assert_eq!(lines.count(), jumps);
        }
        Ok(())
    });
}
