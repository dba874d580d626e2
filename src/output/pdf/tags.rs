//! What the parts of a page are, for those who have it read to them: marked contents and the tree over them
//! (ISO 32000-1 14.7, ISO 14289-1).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::output::pdf::fonts::{name, text};
use crate::output::pdf::links::LinkAnnotation;
use crate::page::{ItemOwner, PageItem, TextRole};
use crate::unit::Rect;

/// What a marked content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContentTag {
    /// Rules and tints: nothing to read.
    Artifact,
    /// A part of a text.
    Text(ItemOwner, TextRole),
    /// A part of a text that is a link: whose, of what, which.
    Link(ItemOwner, TextRole, usize),
    /// A picture: whose, the how manieth marked content, what it shows, where.
    Figure(ItemOwner, usize, String, Rect),
}

impl ContentTag {
    /// What an item is, drawn after so many marked contents.
    pub(crate) fn of(item: &PageItem, marked: usize) -> Option<Self> {
        Some(match item {
            PageItem::Run(run) => Self::Text(run.owner, run.role),
            PageItem::Fill(_) | PageItem::Disc(_) => Self::Artifact,
            PageItem::Picture(picture) => {
                Self::Figure(picture.owner, marked, picture.alt.clone(), picture.rect)
            }
        })
    }

    /// The standard structure type.
    pub(crate) fn role(&self) -> &'static str {
        match self {
            Self::Artifact => "Artifact",
            Self::Text(_, TextRole::Headline) => "H1",
            Self::Text(_, TextRole::Crosshead(_)) => "H2",
            Self::Text(..) => "P",
            Self::Link(..) => "Link",
            Self::Figure(..) => "Figure",
        }
    }

    /// Whose it is, and what tells it from the other things of the same: the page counts where numbers are of a page.
    fn key(&self, page: usize) -> (ItemOwner, usize, u8, u64) {
        let number = |n: u32| u64::from(n);
        match self {
            Self::Artifact => (ItemOwner::Furniture, page, 0, 0),
            Self::Text(owner, TextRole::Headline) => (*owner, page, 1, 0),
            Self::Text(owner, TextRole::Line(n)) => (*owner, page, 2, number(*n)),
            Self::Text(owner, TextRole::Block(n)) => (*owner, 0, 3, number(*n)),
            Self::Text(owner, TextRole::Crosshead(n)) => (*owner, 0, 4, number(*n)),
            Self::Text(owner, TextRole::Caption(n)) => (*owner, page, 5, number(*n)),
            Self::Figure(owner, n, ..) => (*owner, page, 6, *n as u64),
            Self::Link(owner, _, link) => (*owner, 0, 7, *link as u64),
        }
    }
}

/// What an element of the tree is made of, with the page.
enum TagPart {
    /// A marked content by its number.
    Marked(i64),
    /// Another element by its place among the nodes: a link in a text.
    Inner(usize),
}

/// An element of the tree.
struct TagNode {
    tag: ContentTag,
    parts: Vec<(usize, TagPart)>,
    /// The element that it is part of, by its place among the nodes: the text of a link.
    outer: Option<usize>,
    /// The article that it is part of.
    article: Option<u16>,
}

/// Puts the tree over the marked contents of the pages. `box_of` gives a place on a page in PDF's units.
pub(crate) fn tree(
    document: &mut Document,
    pages: &[ObjectId],
    (marked, linked): (&[Vec<ContentTag>], &[LinkAnnotation]),
    box_of: &dyn Fn(&Rect) -> Object,
) -> Object {
    let nodes = nodes(marked);
    let root = document.new_object_id();
    let top = document.new_object_id();
    let ids: Vec<ObjectId> = nodes.iter().map(|_| document.new_object_id()).collect();
    let mut parents: Vec<Vec<Object>> =
        marked.iter().map(|page| vec![Object::Null; page.len()]).collect();
    let mut articles: BTreeMap<u16, (ObjectId, Vec<Object>)> = BTreeMap::new();
    let mut kids: Vec<Object> = Vec::new();
    let mut headed = false;
    for (node, id) in nodes.iter().zip(&ids) {
        let parent = match (node.outer, node.article) {
            (Some(outer), _) => ids[outer],
            (None, None) => {
                kids.push(Object::Reference(*id));
                top
            }
            (None, Some(article)) => {
                let (own, parts) = articles.entry(article).or_insert_with(|| {
                    let own = document.new_object_id();
                    kids.push(Object::Reference(own));
                    (own, Vec::new())
                });
                parts.push(Object::Reference(*id));
                *own
            }
        };
        // No heading of the second rank comes before the first of the first.
        let role = if headed || node.tag.role() != "H2" { node.tag.role() } else { "H1" };
        headed |= role == "H1";
        for (page, part) in &node.parts {
            let TagPart::Marked(number) = part else { continue };
            if let Some(slot) =
                usize::try_from(*number).ok().and_then(|n| parents[*page].get_mut(n))
            {
                *slot = Object::Reference(*id);
            }
        }
        let mut element = node.element(role, parent, (pages, &ids), box_of);
        node.point_to(&mut element, linked);
        document.objects.insert(*id, Object::Dictionary(element));
    }
    for (own, parts) in articles.into_values() {
        document.objects.insert(own, element("Art", top, Object::Array(parts)).into());
    }
    document.objects.insert(top, element("Document", root, Object::Array(kids)).into());
    let numbers = parents.into_iter().enumerate().flat_map(|(page, parents)| {
        let parents = document.add_object(parents);
        [Object::Integer(page as i64), Object::Reference(parents)]
    });
    let mut numbers: Vec<Object> = numbers.collect();
    for own in linked {
        let node = nodes.iter().position(|node| node.is_link(own.link));
        let parent = node.map_or(Object::Null, |node| Object::Reference(ids[node]));
        numbers.extend([Object::Integer(own.parent_tree_key as i64), parent]);
    }
    let mut tree = Dictionary::new();
    tree.set("Nums", numbers);
    let tree = document.add_object(tree);
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("StructTreeRoot"));
    dictionary.set("K", vec![Object::Reference(top)]);
    dictionary.set("ParentTree", tree);
    dictionary.set("ParentTreeNextKey", (marked.len() + linked.len()) as i64);
    document.objects.insert(root, dictionary.into());
    Object::Reference(root)
}

/// The elements in the order in which they are first met.
fn nodes(marked: &[Vec<ContentTag>]) -> Vec<TagNode> {
    let mut nodes: Vec<TagNode> = Vec::new();
    let mut known: BTreeMap<(ItemOwner, usize, u8, u64), usize> = BTreeMap::new();
    for (page, tags) in marked.iter().enumerate() {
        for (tag, number) in tags.iter().zip(0_i64..) {
            let mut at = |tag: &ContentTag, outer: Option<usize>| {
                let key = tag.key(page);
                if let Some(at) = known.get(&key) {
                    return *at;
                }
                let article = match key.0 {
                    ItemOwner::Head(article) | ItemOwner::Body(article) => Some(article),
                    ItemOwner::Furniture | ItemOwner::Lone(_) => None,
                };
                let at = nodes.len();
                nodes.push(TagNode { tag: tag.clone(), parts: Vec::new(), outer, article });
                if let Some(outer) = outer {
                    nodes[outer].parts.push((page, TagPart::Inner(at)));
                }
                known.insert(key, at);
                at
            };
            let outer = match tag {
                ContentTag::Link(owner, element, _) => {
                    Some(at(&ContentTag::Text(*owner, *element), None))
                }
                ContentTag::Artifact | ContentTag::Text(..) | ContentTag::Figure(..) => None,
            };
            let at = at(tag, outer);
            nodes[at].parts.push((page, TagPart::Marked(number)));
        }
    }
    nodes
}

impl TagNode {
    fn is_link(&self, link: usize) -> bool {
        matches!(self.tag, ContentTag::Link(_, _, own) if own == link)
    }

    /// The annotations of a link are part of its element.
    fn point_to(&self, element: &mut Dictionary, linked: &[LinkAnnotation]) {
        let own = linked.iter().filter(|own| self.is_link(own.link)).map(|own| {
            let mut kid = Dictionary::new();
            kid.set("Type", name("OBJR"));
            kid.set("Pg", own.page);
            kid.set("Obj", own.annotation);
            Object::Dictionary(kid)
        });
        if let Ok(kids) = element.get_mut(b"K").and_then(Object::as_array_mut) {
            kids.extend(own);
        }
    }

    fn element(
        &self,
        role: &str,
        parent: ObjectId,
        (pages, ids): (&[ObjectId], &[ObjectId]),
        box_of: &dyn Fn(&Rect) -> Object,
    ) -> Dictionary {
        let first = self.parts.first().map_or(0, |(page, _)| *page);
        let kids = self.parts.iter().map(|(page, part)| {
            let number = match part {
                TagPart::Inner(node) => return Object::Reference(ids[*node]),
                TagPart::Marked(number) => number,
            };
            if *page == first {
                return Object::Integer(*number);
            }
            let mut kid = Dictionary::new();
            kid.set("Type", name("MCR"));
            kid.set("Pg", pages[*page]);
            kid.set("MCID", *number);
            Object::Dictionary(kid)
        });
        let mut dictionary = element(role, parent, Object::Array(kids.collect()));
        dictionary.set("Pg", pages[first]);
        if let ContentTag::Figure(_, _, alt, rect) = &self.tag {
            dictionary.set("Alt", text(if alt.is_empty() { "图片" } else { alt }));
            let mut layout = Dictionary::new();
            layout.set("O", name("Layout"));
            layout.set("Placement", name("Block"));
            layout.set("BBox", box_of(rect));
            dictionary.set("A", layout);
        }
        dictionary
    }
}

fn element(role: &str, parent: ObjectId, kids: Object) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("StructElem"));
    dictionary.set("S", name(role));
    dictionary.set("P", parent);
    dictionary.set("K", kids);
    dictionary
}
