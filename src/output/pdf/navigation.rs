//! Navigation in viewers: an outline entry and an article thread for each article, and page labels.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::objects::{name_object, text_object};
use crate::output::pdf::order::ArticleStory;

/// The first page, which all outline entries and threads lead to.
pub(crate) struct FirstPage {
    pub(crate) id: ObjectId,
    pub(crate) frame: SheetFrame,
}

/// Writes the outline: one entry for each article, in the order of the record. `None` without
/// articles.
pub(crate) fn write_outline(
    document: &mut Document,
    stories: &[ArticleStory],
    page: &FirstPage,
) -> Option<Object> {
    if stories.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    // Ids first: each entry names its neighbours, and the later one is not written yet.
    let ids: Vec<ObjectId> = stories.iter().map(|_| document.new_object_id()).collect();
    for (index, (story, id)) in stories.iter().zip(&ids).enumerate() {
        let mut entry = Dictionary::new();
        entry.set("Title", text_object(&story.title));
        entry.set("Parent", root);
        for (key, neighbour) in [("Prev", index.checked_sub(1)), ("Next", Some(index + 1))] {
            if let Some(neighbour) = neighbour.and_then(|neighbour| ids.get(neighbour)) {
                entry.set(key, *neighbour);
            }
        }
        let [x, y] = page.frame.point_objects(story.start);
        // A null zoom keeps the zoom of the viewer.
        let target = vec![Object::Reference(page.id), name_object("XYZ"), x, y, Object::Null];
        entry.set("Dest", target);
        document.objects.insert(*id, entry.into());
    }
    let mut outlines = Dictionary::new();
    outlines.set("Type", name_object("Outlines"));
    outlines.set("First", *ids.first()?);
    outlines.set("Last", *ids.last()?);
    outlines.set("Count", ids.len() as i64);
    document.objects.insert(root, outlines.into());
    Some(Object::Reference(root))
}

/// Article threads that are in the file.
pub(crate) struct ArticleThreads {
    /// One thread for each article that has a column.
    pub(crate) threads: Vec<Object>,
    /// Beads of all threads, all on the first page.
    pub(crate) beads: Vec<Object>,
}

/// Writes the article threads. The beads of a thread are the columns of the article's body. `None`
/// if no article has a column.
pub(crate) fn write_threads(
    document: &mut Document,
    stories: &[ArticleStory],
    page: &FirstPage,
) -> Option<ArticleThreads> {
    let mut threads = Vec::new();
    let mut beads = Vec::new();
    for story in stories.iter().filter(|story| !story.beads.is_empty()) {
        let thread = document.new_object_id();
        let ids: Vec<ObjectId> = story.beads.iter().map(|_| document.new_object_id()).collect();
        let count = ids.len();
        for (index, (rect, id)) in story.beads.iter().zip(&ids).enumerate() {
            let mut bead = Dictionary::new();
            bead.set("Type", name_object("Bead"));
            bead.set("T", thread);
            // The beads form a ring: the first follows the last.
            bead.set("N", ids[(index + 1) % count]);
            bead.set("V", ids[(index + count - 1) % count]);
            bead.set("P", page.id);
            bead.set("R", page.frame.rect_object(rect));
            document.objects.insert(*id, bead.into());
        }
        let mut info = Dictionary::new();
        info.set("Title", text_object(&story.title));
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", name_object("Thread"));
        dictionary.set("F", ids[0]);
        dictionary.set("I", info);
        document.objects.insert(thread, dictionary.into());
        threads.push(Object::Reference(thread));
        beads.extend(ids.into_iter().map(Object::Reference));
    }
    (!threads.is_empty()).then_some(ArticleThreads { threads, beads })
}

/// Builds the page labels: the page number (版次), then 附1, 附2 … for the appendix.
pub(crate) fn page_labels(first_label: &str, page_count: usize) -> Dictionary {
    let mut first = Dictionary::new();
    if !first_label.is_empty() {
        first.set("P", text_object(first_label));
    }
    let mut numbers = vec![Object::Integer(0), Object::Dictionary(first)];
    // One range for all pages of the appendix: the viewer counts on by itself.
    if page_count > 1 {
        let mut appendix = Dictionary::new();
        appendix.set("P", text_object("附"));
        appendix.set("S", name_object("D"));
        numbers.extend([Object::Integer(1), Object::Dictionary(appendix)]);
    }
    let mut labels = Dictionary::new();
    labels.set("Nums", numbers);
    labels
}
