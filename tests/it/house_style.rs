//! The house style file: tables that may be left out, and a check that each of their keys is used.

use banmian::engine::Engine;
use banmian::proto::Output;
use banmian::proto::render_page_request::Source;

use crate::support::{KEYED_SEED, engine, record, request, root};

const NAME: &str = "name = \"broadsheet\"";

/// Returns the layout hash of the seed page, with a banner and a whole page head, in a house style.
fn layout_hash(style: &str) -> String {
    let style = style.replacen(NAME, "name = \"other\"", 1);
    let engine = Engine::new(engine().limits().to_owned(), &[style]).expect("a house style");
    let mut record = record(KEYED_SEED);
    "同心共筑中国梦".clone_into(&mut record.banner);
    "大江日报".clone_into(&mut record.publication.get_or_insert_default().name);
    "3".clone_into(&mut record.number);
    "要闻".clone_into(&mut record.section);
    record.layout.get_or_insert_default().house_style = "other".to_owned();
    let request = request(Source::Page(record), &[Output::GeometryJson]);
    let rendered = engine.render(request, &()).expect("a page");
    rendered.report.geometry.expect("geometry").layout_hash
}

fn broadsheet() -> String {
    std::fs::read_to_string(root("src/model/broadsheet.toml")).expect("the house style")
}

/// Returns a house style without one of its tables.
fn without_table(style: &str, name: &str) -> String {
    let header = format!("[{name}]\n");
    let start = style.find(&header).expect(name);
    let rest = &style[start + header.len()..];
    let end = rest.find("\n[").map_or(style.len(), |end| start + header.len() + end + 1);
    format!("{}{}", &style[..start], &style[end..])
}

#[test]
fn a_file_without_the_proportions_gives_the_same_page() {
    let full = broadsheet();
    let older = without_table(&without_table(&full, "module"), "page_head");
    let mut older = older.replacen("banner_depth_percent = 150\n", "", 1);
    for line in [
        "pitch_percent = 145\n",
        "other_largest_percent = 86\n",
        "minor_least_percent = 115\n",
        "deck_most_percent = 200\n",
        "vertical_column_title_percent = 115\n",
        "column_title_percent = 120\n",
        "summary_percent = 115\n",
        "byline_percent = 115\n",
        "group_title_percent = 160\n",
        "air_least_percent = 20\n",
        "line_white_percent = 24\n",
    ] {
        assert_eq!(older.matches(line).count(), 1, "{line}");
        older = older.replacen(line, "", 1);
    }
    assert!(!older.contains("quote_rule_percent") && !older.contains("banner_depth_percent"));
    assert_eq!(layout_hash(&older), layout_hash(&full));
}

#[test]
fn proportions_change_the_page_and_are_checked() {
    let full = broadsheet();
    let hash = layout_hash(&full);
    for (from, to) in [
        ("banner_depth_percent = 150", "banner_depth_percent = 250"),
        ("foot_percent = 70", "foot_percent = 60"),
        ("pitch_percent = 155", "pitch_percent = 145"),
        ("number_percent = 120", "number_percent = 100"),
        ("head_below_percent = 54", "head_below_percent = 70"),
        ("other_largest_percent = 86", "other_largest_percent = 60"),
        ("line_white_percent = 24", "line_white_percent = 80"),
    ] {
        assert_eq!(full.matches(from).count(), 1, "{from}");
        assert_ne!(layout_hash(&full.replacen(from, to, 1)), hash, "{to}");
    }
    let absurd = full.replacen("quote_rule_percent = 55", "quote_rule_percent = 5500", 1);
    let error = Engine::new(engine().limits().to_owned(), &[absurd]).expect_err("a ratio of 55");
    assert!(error.contains("module.quote_rule_percent: 应在 0 至 400 之间"), "{error}");
}
