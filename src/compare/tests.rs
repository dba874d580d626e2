use super::{ChangeExtent, ChangeKind, ChangeSide, CopyChange, compare};
use crate::model::{Article, BodyBlock, CopyText, PageCopy, PagePicture};

fn text(field: &str, text: &str) -> CopyText {
    CopyText { text: text.to_owned(), field: field.to_owned(), ..CopyText::default() }
}

/// An article of paragraphs, and of crossheads where a line starts with `#`.
fn article(id: &str, headline: &str, body: &[&str]) -> Article {
    let block = |(k, line): (usize, &&str)| match line.strip_prefix('#') {
        Some(line) => BodyBlock::Crosshead(text(&format!("{id}.body[{k}]"), line)),
        None => BodyBlock::Paragraph(text(&format!("{id}.body[{k}]"), line)),
    };
    Article {
        id: id.to_owned(),
        headline: text(&format!("{id}.headline"), headline),
        body: body.iter().enumerate().map(block).collect(),
        ..Article::default()
    }
}

fn page(articles: Vec<Article>) -> PageCopy {
    PageCopy { articles, ..PageCopy::default() }
}

/// Changes as text, one line each: `kind extent article before→after @deletion point`.
fn change_lines(changes: &[CopyChange]) -> Vec<String> {
    let line = |change: &CopyChange| {
        let side = |side: &Option<ChangeSide>| {
            side.as_ref().map_or_else(String::new, |side| {
                let chars = side.char_range.as_ref().map(|c| format!("[{}..{}]", c.start, c.end));
                format!("{}{}", side.text, chars.unwrap_or_default())
            })
        };
        let point = change.deletion_point.as_ref();
        let point = point.map(|point| format!(" @{}:{}", point.field, point.byte));
        format!(
            "{:?} {:?} {} {}→{}{}",
            change.kind,
            change.extent,
            change.article_id,
            side(&change.before),
            side(&change.after),
            point.unwrap_or_default()
        )
    };
    changes.iter().map(line).collect()
}

#[test]
fn characters_words_and_paragraphs() {
    let before = article(
        "a1",
        "大桥通车",
        &["大桥昨日通车。", "天晴，风大，人多。", "#现场", "旧段落要删掉了。"],
    );
    let after = article(
        "a1",
        "大桥今通车",
        &["大桥今日通车。", "天晴，人多。", "#现场", "完全另写的一段新文字。"],
    );
    let expected = [
        "Insert Part a1 →今[2..3]",
        "Replace Part a1 昨[2..3]→今[2..3]",
        "Delete Part a1 风大，[3..6]→ @a1.body[1]:9",
        "Delete Whole a1 旧段落要删掉了。→ @a1.body[2]:6",
        "Insert Whole a1 →完全另写的一段新文字。",
    ];
    assert_eq!(change_lines(&compare(&page(vec![before]), &page(vec![after]))), expected);
}

#[test]
fn a_moved_paragraph_is_reported_once() {
    let lines = ["第一段说的是春天。", "第二段讲到了夏日。", "第三段写的秋风起。"];
    let before = article("a1", "四季", &lines);
    let after = article("a1", "四季", &[lines[1], lines[2], lines[0]]);
    let changes = compare(&page(vec![before]), &page(vec![after]));
    assert_eq!(change_lines(&changes), ["Move Whole a1 第一段说的是春天。→第一段说的是春天。"]);
    assert_eq!((changes[0].kind, changes[0].extent), (ChangeKind::Move, ChangeExtent::Whole));
}

#[test]
fn articles_are_matched_although_ids_by_position_shift() {
    let before = page(vec![article("a1", "甲题", &["甲文。"]), article("a2", "乙题", &["乙文。"])]);
    // A new article in front: the others have new ids and are still the same articles.
    let after = page(vec![
        article("a1", "新题", &["新文。"]),
        article("a2", "甲题", &["甲文。"]),
        article("a3", "乙题", &["乙文！"]),
    ]);
    let expected = ["Insert Article a1 →新题", "Replace Part a3 。[2..3]→！[2..3]"];
    assert_eq!(change_lines(&compare(&before, &after)), expected);
    let back = ["Replace Part a2 ！[2..3]→。[2..3]", "Delete Article a1 新题→"];
    assert_eq!(change_lines(&compare(&after, &before)), back);
}

#[test]
fn text_before_a_field_has_no_char_range() {
    let with = |prefix: &str, content: &str| {
        let mut article = article("a1", "题", &[]);
        article.body = vec![BodyBlock::Paragraph(text("f", content).with_prefix(prefix, []))];
        page(vec![article])
    };
    let changes = compare(&with("本报北京电 ", "大桥通车。"), &with("本报上海电 ", "大桥已通车。"));
    let expected = ["Replace Part a1 北京→上海", "Insert Part a1 →已[2..3]"];
    assert_eq!(change_lines(&changes), expected);
}

#[test]
fn texts_and_pictures_of_the_page_itself() {
    let picture = |id: &str, caption: &str| PagePicture {
        id: id.to_owned(),
        field: format!("pictures.{id}"),
        caption: text("caption", caption),
        credit: CopyText::default(),
        focus_milli: [500, 500],
        requested_columns: None,
        image: None,
    };
    let mut before = page(Vec::new());
    before.banner = text("banner", "同心共筑中国梦");
    before.pictures = vec![picture("p1", "大桥"), picture("p2", "河流")];
    let mut after = before.clone();
    after.banner = text("banner", "同心共圆中国梦");
    after.section = text("section", "要闻");
    after.pictures = vec![picture("p1", "大桥夜色"), picture("p3", "山")];
    let expected = [
        "Insert Whole  →要闻",
        "Replace Part  筑[3..4]→圆[3..4]",
        "Insert Part  →夜色[2..4]",
        "Insert Picture  →p3",
        "Delete Picture  p2→",
    ];
    assert_eq!(change_lines(&compare(&before, &after)), expected);
    assert_eq!(compare(&after, &after), []);
}

#[test]
fn a_rewritten_page_is_compared_in_bounded_time() {
    // Nothing in common, with as much copy as a page may hold: the comparison must not take long.
    let lines = |seed: u32| -> Vec<String> {
        let line = |k: u32| {
            let c = |n: u32| char::from_u32(0x4e00 + (n * 7919 + seed * 104_729 + k * 31) % 20_000);
            (0..300).filter_map(c).collect()
        };
        (0..150).map(line).collect()
    };
    let (a, b) = (lines(1), lines(2));
    let page_of = |lines: &[String]| {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        page(vec![article("a1", "题", &lines)])
    };
    let changes = compare(&page_of(&a), &page_of(&b));
    assert!(changes.len() >= 150, "{}", changes.len());
}
