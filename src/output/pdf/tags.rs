//! Tags: marked contents and the structure tree over them, for readers who have the page read aloud
//! (ISO 32000-1 14.7, ISO 14289-1).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::links::{LinkAnnotation, LinkIndex};
use crate::output::pdf::objects::{name_object, text_object};
use crate::page::{ItemOwner, PageItem, TextRole};
use crate::unit::Rect;

/// Tag of a marked content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContentTag {
    /// A rule or a tint: nothing to read.
    Artifact,
    /// Part of a text.
    Text { owner: ItemOwner, role: TextRole },
    /// Part of a text that shows a link.
    Link { owner: ItemOwner, role: TextRole, link: LinkIndex },
    /// A picture.
    Figure {
        owner: ItemOwner,
        /// Number of marked contents before it on the page; tells pictures of one owner apart.
        ordinal: usize,
        /// Text that replaces the picture; may be empty.
        alt: String,
        /// Place on the page, from the top left of the trim.
        rect: Rect,
    },
}

/// Identity of a structure element: marked contents with equal keys belong to one element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ElementKey {
    owner: ItemOwner,
    /// Index of the page if numbers start again on each page, else 0.
    page: usize,
    kind: ElementKind,
    number: usize,
}

/// Kind of a structure element within its owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ElementKind {
    Artifact,
    Headline,
    Line,
    Block,
    Crosshead,
    Caption,
    Figure,
    Link,
}

impl ContentTag {
    /// Returns the tag of an item that is drawn after `ordinal` marked contents.
    pub(crate) fn of_item(item: &PageItem, ordinal: usize) -> Self {
        match item {
            PageItem::Run(run) => Self::Text { owner: run.owner, role: run.role },
            PageItem::Fill(_) | PageItem::Disc(_) => Self::Artifact,
            PageItem::Picture(picture) => Self::Figure {
                owner: picture.owner,
                ordinal,
                alt: picture.alt.clone(),
                rect: picture.rect,
            },
        }
    }

    /// Standard structure type of the tag.
    pub(crate) fn structure_type(&self) -> &'static str {
        match self {
            Self::Artifact => "Artifact",
            Self::Text { role: TextRole::Headline, .. } => "H1",
            Self::Text { role: TextRole::Crosshead(_), .. } => "H2",
            Self::Text { .. } => "P",
            Self::Link { .. } => "Link",
            Self::Figure { .. } => "Figure",
        }
    }

    /// Returns the key of the element that this tag on page `page` belongs to. Blocks, crossheads
    /// and links continue over pages, so the page is no part of their keys.
    fn element_key(&self, page: usize) -> ElementKey {
        // Equal keys are one element: here it is decided what a reader hears as one piece.
        let (owner, page, kind, number) = match self {
            Self::Artifact => (ItemOwner::Furniture, page, ElementKind::Artifact, 0),
            Self::Text { owner, role } => match role {
                TextRole::Headline => (*owner, page, ElementKind::Headline, 0),
                TextRole::Line(n) => (*owner, page, ElementKind::Line, *n as usize),
                TextRole::Block(n) => (*owner, 0, ElementKind::Block, *n as usize),
                TextRole::Crosshead(n) => (*owner, 0, ElementKind::Crosshead, *n as usize),
                TextRole::Caption(n) => (*owner, page, ElementKind::Caption, *n as usize),
            },
            Self::Figure { owner, ordinal, .. } => (*owner, page, ElementKind::Figure, *ordinal),
            Self::Link { owner, link, .. } => (*owner, 0, ElementKind::Link, link.0),
        };
        ElementKey { owner, page, kind, number }
    }
}

/// Index of an element among the nodes of the tree.
#[derive(Clone, Copy)]
struct NodeIndex(usize);

/// Number of a marked content on its page, from 0.
#[derive(Clone, Copy)]
struct Mcid(usize);

/// Part of an element, on one page.
struct TagPart {
    /// Index of the page, from 0.
    page: usize,
    child: TagChild,
}

/// Child of an element.
enum TagChild {
    Content(Mcid),
    /// Another element: a link in a text.
    Element(NodeIndex),
}

/// An element of the tree.
struct TagNode {
    tag: ContentTag,
    /// Parts in reading order.
    parts: Vec<TagPart>,
    /// Parent element of a link: the text that holds it. `None` for elements that are no link.
    parent: Option<NodeIndex>,
    /// Index of the article that the element is part of.
    article: Option<u16>,
}

/// Pages of a tagged file and everything on them that has a tag.
pub(crate) struct TaggedPages<'a> {
    pub(crate) pages: &'a [ObjectId],
    /// Tags of the marked contents, by page and MCID.
    pub(crate) contents: &'a [Vec<ContentTag>],
    pub(crate) annotations: &'a [LinkAnnotation],
    /// Frame of the first page; pictures are nowhere else.
    pub(crate) frame: SheetFrame,
}

impl TaggedPages<'_> {
    /// Writes the structure tree and returns a reference to its root.
    ///
    /// The root holds one `Document`, which holds furniture and lone pictures and one `Art` for
    /// each article, in the order in which they are first met.
    pub(crate) fn write_tree(&self, document: &mut Document) -> Object {
        let nodes = collect_nodes(self.contents);
        // Ids first, because parents and children name each other.
        let root = document.new_object_id();
        let top = document.new_object_id();
        let ids: Vec<ObjectId> = nodes.iter().map(|_| document.new_object_id()).collect();
        // By page and MCID: the element that each marked content belongs to, filled below.
        let mut parents: Vec<Vec<Object>> =
            self.contents.iter().map(|tags| vec![Object::Null; tags.len()]).collect();
        let mut articles: BTreeMap<u16, (ObjectId, Vec<Object>)> = BTreeMap::new();
        let mut top_children: Vec<Object> = Vec::new();
        let mut has_heading = false;
        for (node, id) in nodes.iter().zip(&ids) {
            let parent = match (node.parent, node.article) {
                // A link stands inside its text, whatever the article.
                (Some(parent), _) => ids[parent.0],
                (None, None) => {
                    top_children.push(Object::Reference(*id));
                    top
                }
                (None, Some(article)) => {
                    let (article_id, children) = articles.entry(article).or_insert_with(|| {
                        let article_id = document.new_object_id();
                        // The article takes its place in the document where its first element is
                        // met.
                        top_children.push(Object::Reference(article_id));
                        (article_id, Vec::new())
                    });
                    children.push(Object::Reference(*id));
                    *article_id
                }
            };
            // PDF/UA-1 lets no heading of the second level come before the first of the first
            // level.
            let own_type = node.tag.structure_type();
            // A page of briefs may have crossheads and no headline.
            let structure_type = if own_type == "H2" && !has_heading { "H1" } else { own_type };
            has_heading |= structure_type == "H1";
            for part in &node.parts {
                let TagChild::Content(mcid) = part.child else { continue };
                if let Some(parent) = parents[part.page].get_mut(mcid.0) {
                    *parent = Object::Reference(*id);
                }
            }
            let mut element = structure_element(structure_type, parent, self.children(node, &ids));
            self.describe(node, &mut element);
            document.objects.insert(*id, Object::Dictionary(element));
        }
        // Written after the loop, when all children of each article are known.
        for (id, children) in articles.into_values() {
            let article = structure_element("Art", top, children);
            document.objects.insert(id, article.into());
        }
        let top_element = structure_element("Document", root, top_children);
        document.objects.insert(top, top_element.into());
        let parent_tree = self.write_parent_tree(document, parents, &nodes, &ids);
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", name_object("StructTreeRoot"));
        dictionary.set("K", vec![Object::Reference(top)]);
        dictionary.set("ParentTree", parent_tree);
        // Keys of pages, then those of annotations.
        let next_key = self.contents.len() + self.annotations.len();
        dictionary.set("ParentTreeNextKey", next_key as i64);
        document.objects.insert(root, dictionary.into());
        Object::Reference(root)
    }

    /// Writes the parent tree: for each page the elements of its marked contents (`parents`), then
    /// for each annotation the element of its link.
    fn write_parent_tree(
        &self,
        document: &mut Document,
        parents: Vec<Vec<Object>>,
        nodes: &[TagNode],
        ids: &[ObjectId],
    ) -> ObjectId {
        // A number tree is sorted: pages have the first keys, annotations those after them.
        let mut numbers: Vec<Object> = Vec::new();
        for (page, parents) in parents.into_iter().enumerate() {
            let parents = document.add_object(parents);
            numbers.extend([Object::Integer(page as i64), Object::Reference(parents)]);
        }
        // An annotation has one parent, a page has an array of them.
        for annotation in self.annotations {
            let node = nodes.iter().position(|node| node.is_link(annotation.link));
            let parent = node.map_or(Object::Null, |node| Object::Reference(ids[node]));
            numbers.extend([Object::Integer(annotation.parent_tree_key as i64), parent]);
        }
        let mut tree = Dictionary::new();
        tree.set("Nums", numbers);
        document.add_object(tree)
    }

    /// Builds the children of an element: marked contents, inner elements and, for a link, its
    /// annotations. Contents on the page of the first child are named by their MCID alone.
    fn children(&self, node: &TagNode, ids: &[ObjectId]) -> Vec<Object> {
        // An MCID alone refers to the page of the element, its `Pg`.
        let first_page = node.first_page();
        let mut children: Vec<Object> = Vec::new();
        for part in &node.parts {
            children.push(match part.child {
                TagChild::Element(child) => Object::Reference(ids[child.0]),
                TagChild::Content(mcid) if part.page == first_page => {
                    Object::Integer(mcid.0 as i64)
                }
                TagChild::Content(mcid) => {
                    let mut reference = Dictionary::new();
                    reference.set("Type", name_object("MCR"));
                    reference.set("Pg", self.pages[part.page]);
                    reference.set("MCID", mcid.0 as i64);
                    Object::Dictionary(reference)
                }
            });
        }
        // A link that runs over several lines has several annotations.
        for annotation in self.annotations.iter().filter(|other| node.is_link(other.link)) {
            let mut reference = Dictionary::new();
            reference.set("Type", name_object("OBJR"));
            reference.set("Pg", annotation.page);
            reference.set("Obj", annotation.annotation);
            children.push(Object::Dictionary(reference));
        }
        children
    }

    /// Adds the page of an element and, for a figure, its alternate text and place.
    fn describe(&self, node: &TagNode, element: &mut Dictionary) {
        element.set("Pg", self.pages[node.first_page()]);
        if let ContentTag::Figure { alt, rect, .. } = &node.tag {
            // PDF/UA requires an alternate text for every figure.
            element.set("Alt", text_object(if alt.is_empty() { "图片" } else { alt }));
            let mut layout = Dictionary::new();
            layout.set("O", name_object("Layout"));
            layout.set("Placement", name_object("Block"));
            layout.set("BBox", self.frame.rect_object(rect));
            element.set("A", layout);
        }
    }
}

/// Collects the elements in the order in which they are first met.
fn collect_nodes(contents: &[Vec<ContentTag>]) -> Vec<TagNode> {
    let mut nodes: Vec<TagNode> = Vec::new();
    let mut indices: BTreeMap<ElementKey, NodeIndex> = BTreeMap::new();
    for (page, tags) in contents.iter().enumerate() {
        for (mcid, tag) in tags.iter().enumerate() {
            // A closure over both tables, because a link may need its text to be added first.
            let mut find_or_add = |tag: &ContentTag, parent: Option<NodeIndex>| {
                let key = tag.element_key(page);
                if let Some(index) = indices.get(&key) {
                    return *index;
                }
                let article = match key.owner {
                    ItemOwner::Head(article) | ItemOwner::Body(article) => Some(article),
                    ItemOwner::Furniture | ItemOwner::Lone(_) => None,
                };
                let index = NodeIndex(nodes.len());
                nodes.push(TagNode { tag: tag.clone(), parts: Vec::new(), parent, article });
                if let Some(parent) = parent {
                    // The link takes its place among the parts of the text, between those before
                    // and after it.
                    nodes[parent.0].parts.push(TagPart { page, child: TagChild::Element(index) });
                }
                indices.insert(key, index);
                index
            };
            let parent = match tag {
                ContentTag::Link { owner, role, .. } => {
                    Some(find_or_add(&ContentTag::Text { owner: *owner, role: *role }, None))
                }
                ContentTag::Artifact | ContentTag::Text { .. } | ContentTag::Figure { .. } => None,
            };
            let index = find_or_add(tag, parent);
            nodes[index.0].parts.push(TagPart { page, child: TagChild::Content(Mcid(mcid)) });
        }
    }
    nodes
}

impl TagNode {
    fn is_link(&self, index: LinkIndex) -> bool {
        matches!(self.tag, ContentTag::Link { link, .. } if link == index)
    }

    /// Index of the page of the first child.
    fn first_page(&self) -> usize {
        self.parts.first().map_or(0, |part| part.page)
    }
}

fn structure_element(structure_type: &str, parent: ObjectId, children: Vec<Object>) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name_object("StructElem"));
    dictionary.set("S", name_object(structure_type));
    dictionary.set("P", parent);
    dictionary.set("K", Object::Array(children));
    dictionary
}
