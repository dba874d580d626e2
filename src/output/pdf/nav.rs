//! How people go through a file: an outline entry and a thread for each article, the names of the pages.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::output::pdf::fonts::{name, text};
use crate::output::pdf::order::ArticleStory;
use crate::unit::{Point, Rect};

/// Places on the first page in PDF's units.
pub(crate) struct PagePlaces<'a> {
    pub(crate) page: ObjectId,
    pub(crate) box_of: &'a dyn Fn(&Rect) -> Object,
    pub(crate) point: &'a dyn Fn(Point) -> [Object; 2],
}

/// The outline: one entry an article, in the order of the record; `None` without articles.
pub(crate) fn write_outline(
    document: &mut Document,
    stories: &[ArticleStory],
    places: &PagePlaces<'_>,
) -> Option<Object> {
    if stories.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = stories.iter().map(|_| document.new_object_id()).collect();
    for (k, (story, id)) in stories.iter().zip(&ids).enumerate() {
        let mut entry = Dictionary::new();
        entry.set("Title", text(&story.title));
        entry.set("Parent", root);
        for (key, other) in [("Prev", k.checked_sub(1)), ("Next", Some(k + 1))] {
            if let Some(other) = other.and_then(|other| ids.get(other)) {
                entry.set(key, *other);
            }
        }
        let [x, y] = (places.point)(story.start);
        let target = vec![Object::Reference(places.page), name("XYZ"), x, y, Object::Null];
        entry.set("Dest", target);
        document.objects.insert(*id, entry.into());
    }
    let mut outlines = Dictionary::new();
    outlines.set("Type", name("Outlines"));
    outlines.set("First", *ids.first()?);
    outlines.set("Last", *ids.last()?);
    outlines.set("Count", ids.len() as i64);
    document.objects.insert(root, outlines.into());
    Some(Object::Reference(root))
}

/// The article threads: the beads of each are the columns of its body. Gives the threads, and the beads of the first
/// page; `None` where no article has a column.
pub(crate) fn write_threads(
    document: &mut Document,
    stories: &[ArticleStory],
    places: &PagePlaces<'_>,
) -> Option<(Vec<Object>, Vec<Object>)> {
    let mut threads = Vec::new();
    let mut all = Vec::new();
    for story in stories.iter().filter(|story| !story.beads.is_empty()) {
        let thread = document.new_object_id();
        let ids: Vec<ObjectId> = story.beads.iter().map(|_| document.new_object_id()).collect();
        let count = ids.len();
        for (k, (rect, id)) in story.beads.iter().zip(&ids).enumerate() {
            let mut bead = Dictionary::new();
            bead.set("Type", name("Bead"));
            bead.set("T", thread);
            // The beads go round.
            bead.set("N", ids[(k + 1) % count]);
            bead.set("V", ids[(k + count - 1) % count]);
            bead.set("P", places.page);
            bead.set("R", (places.box_of)(rect));
            document.objects.insert(*id, bead.into());
        }
        let mut info = Dictionary::new();
        info.set("Title", text(&story.title));
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", name("Thread"));
        dictionary.set("F", ids[0]);
        dictionary.set("I", info);
        document.objects.insert(thread, dictionary.into());
        threads.push(Object::Reference(thread));
        all.extend(ids.into_iter().map(Object::Reference));
    }
    (!threads.is_empty()).then_some((threads, all))
}

/// The names of the pages: 版次, then the sheets of the appendix.
pub(crate) fn page_labels(first: &str, pages: usize) -> Dictionary {
    let mut page = Dictionary::new();
    if !first.is_empty() {
        page.set("P", text(first));
    }
    let mut numbers = vec![Object::Integer(0), Object::Dictionary(page)];
    if pages > 1 {
        let mut appendix = Dictionary::new();
        appendix.set("P", text("附"));
        appendix.set("S", name("D"));
        numbers.extend([Object::Integer(1), Object::Dictionary(appendix)]);
    }
    let mut labels = Dictionary::new();
    labels.set("Nums", numbers);
    labels
}
