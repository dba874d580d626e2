//! Names of changes, and of the parts of the copy in which they are, for readers of a proof.

use crate::compare::{ChangeExtent, ChangeKind, CopyChange};
use crate::finding::Bilingual;
use crate::model::PageCopy;

/// Limit on the characters of a text that a finding quotes. The list of changes has all of it.
const EXCERPT_CHARS_MOST: usize = 60;

/// Name of the edit, in the terms of proofreaders.
pub(crate) fn action_name(change: &CopyChange) -> Bilingual {
    let (zh, en) = match (change.extent, change.kind) {
        (ChangeExtent::Article, ChangeKind::Insert) => ("新稿", "new article"),
        (ChangeExtent::Article, _) => ("撤稿", "article removed"),
        (ChangeExtent::Picture, ChangeKind::Insert) => ("加图", "picture added"),
        (ChangeExtent::Picture, ChangeKind::Delete) => ("撤图", "picture removed"),
        (ChangeExtent::Picture, _) => ("换图", "picture replaced"),
        (_, ChangeKind::Insert) => ("增补", "inserted"),
        (_, ChangeKind::Delete) => ("删除", "deleted"),
        (_, ChangeKind::Replace) => ("改正", "replaced"),
        (_, ChangeKind::Move) => ("转移", "moved"),
    };
    Bilingual::new(zh, en)
}

/// Start of a text, with an ellipsis if it is longer than the limit.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS_MOST) {
        Some((end, _)) => format!("{}……", &text[..end]),
        None => text.to_owned(),
    }
}

/// Name of the place of a change: the article and the part of it. A deletion is named by the field
/// that it had before.
pub(crate) fn place_name(change: &CopyChange, copy: &PageCopy) -> Bilingual {
    let side = change.after.as_ref().or(change.before.as_ref());
    let field = side.map_or("", |side| side.field.as_str());
    let part = part_name(field);
    if change.article_id.is_empty() {
        return part;
    }
    let article = copy.articles.iter().find(|article| article.id == change.article_id);
    let title = article.map_or("", |article| article.headline.text.as_str());
    let (id, title) = (&change.article_id, excerpt(title));
    match change.extent {
        ChangeExtent::Article => Bilingual::new(id.clone(), id.clone()),
        ChangeExtent::Part | ChangeExtent::Whole | ChangeExtent::Picture => Bilingual::new(
            format!("{id}《{title}》{}", part.zh),
            format!("{id} “{title}”, {}", part.en),
        ),
    }
}

/// Fields of the page itself, with their Chinese and English names.
const PAGE_PARTS: [(&str, &str, &str); 5] = [
    ("publication.name", "报名", "name of the paper"),
    ("date", "日期", "date"),
    ("number", "版次", "page number"),
    ("section", "版名", "section"),
    ("credits", "责任人员", "staff line"),
];

/// Segments of field paths, with the Chinese and English names of what they hold. The first one
/// that occurs in a path names it.
const ARTICLE_PARTS: [(&str, &str, &str); 14] = [
    ("caption", "图说", "caption"),
    ("credit", "摄影署名", "photo credit"),
    ("pictures", "图片", "picture"),
    ("columnTitle", "栏目", "column title"),
    ("kicker", "引题", "kicker"),
    ("headline", "主题", "headline"),
    ("deck", "副题", "deck"),
    ("abstract", "提要", "abstract"),
    ("editorNote", "编者按", "editor's note"),
    ("bylines", "作者", "byline"),
    ("dateline", "电头", "dateline"),
    ("jumpTo", "下转", "jump line"),
    ("jumpFrom", "上接", "jump line"),
    ("banner", "通栏语", "banner"),
];

/// Name of a part of a page or an article, by the path of its field. An unknown path is
/// returned unchanged.
fn part_name(field: &str) -> Bilingual {
    if let Some((_, zh, en)) = PAGE_PARTS.iter().find(|(path, ..)| *path == field) {
        return Bilingual::new(*zh, *en);
    }
    let segments: Vec<&str> = field.split('.').collect();
    let body_index = segments.iter().find_map(|part| part.strip_prefix("body[")?.strip_suffix(']'));
    if let Some(index) = body_index.and_then(|index| index.parse::<usize>().ok()) {
        let number = index + 1;
        let (zh, en) = (format!("正文第 {number} 段"), format!("block {number} of the body"));
        return Bilingual::new(zh, en);
    }
    let names = segments.iter().map(|part| part.split('[').next().unwrap_or_default());
    let names: Vec<&str> = names.collect();
    let part = ARTICLE_PARTS.iter().find(|(segment, ..)| names.contains(segment));
    part.map_or_else(|| Bilingual::new(field, field), |(_, zh, en)| Bilingual::new(*zh, *en))
}
