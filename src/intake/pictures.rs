//! Pictures: their bytes, what is printed below them, and what names them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::GRID_MAX;
use crate::diag::{Code, Diagnostic, Place, Words};
use crate::image::{Fault, Image};
use crate::intake::check::{Check, shown};
use crate::model::{Block, Picture};
use crate::proto;
use crate::proto::picture::Content;

/// The pictures of the record on their way to who shows them.
#[derive(Default)]
pub(crate) struct Shelf {
    /// The ids that are taken on the page.
    pub(crate) ids: BTreeSet<String>,
    /// The page's own; `None` once something uses one.
    page: Vec<(String, Option<Picture>)>,
    /// Those of the article in hand, and those of the page that it uses.
    article: Vec<Picture>,
    /// The ids that something names.
    named: BTreeSet<String>,
    /// Pixels of the pictures read until now.
    pixels: usize,
}

impl Shelf {
    /// The pictures of the page that nothing uses: they stand alone.
    pub(crate) fn lone(&mut self) -> Vec<Picture> {
        self.page.drain(..).filter_map(|(_, picture)| picture).collect()
    }

    /// The pictures of the article in hand, when its blocks are read.
    pub(crate) fn of_article(&mut self) -> Vec<Picture> {
        std::mem::take(&mut self.article)
    }
}

impl Check<'_> {
    /// Reads the pictures of the page. `false` if it has too many with those of its articles.
    pub(crate) fn page_pictures(
        &mut self,
        pictures: &mut [proto::Picture],
        articles: &[proto::Article],
    ) -> bool {
        let theirs: usize = articles.iter().map(|article| article.pictures.len()).sum();
        let (count, most) = (pictures.len() + theirs, self.context.limits.pictures);
        if !self.limit(&Place::field("pictures"), "pictures", count, most) {
            return false;
        }
        for (k, picture) in pictures.iter_mut().enumerate() {
            let place = Place::field(format!("pictures[{k}]"));
            let picture = self.picture(picture, &place);
            self.shelf.page.push((picture.id.clone(), Some(picture)));
        }
        true
    }

    /// Reads the pictures of an article and keeps them for its blocks.
    pub(crate) fn article_pictures(&mut self, pictures: &mut [proto::Picture], place: &Place) {
        self.shelf.article.clear();
        for (k, picture) in pictures.iter_mut().enumerate() {
            let field = format!("{}[{k}]", place.field);
            let place = Place::field(field).in_article(&place.article);
            let picture = self.picture(picture, &place);
            self.shelf.article.push(picture);
        }
    }

    /// The place of a picture in the copy.
    pub(crate) fn picture_block(&mut self, id: &str, place: &Place) -> Option<Block> {
        if !self.name(id, place) {
            return None;
        }
        if let Some(own) = self.shelf.article.iter().position(|picture| picture.id == id) {
            return Some(Block::Picture(own));
        }
        let picture = self.of_page(id, place)?;
        self.shelf.article.push(picture);
        Some(Block::Picture(self.shelf.article.len() - 1))
    }

    /// The picture of the page that a masthead or a reserved box is drawn with, if it names one.
    pub(crate) fn artwork(&mut self, id: &str, place: &Place) -> Option<Picture> {
        if id.is_empty() || !self.name(id, place) { None } else { self.of_page(id, place) }
    }

    /// A picture is used once.
    fn name(&mut self, id: &str, place: &Place) -> bool {
        let fresh = self.shelf.named.insert(id.to_owned());
        if !fresh {
            let id = shown(id);
            self.error(
                Code::BadId,
                place.clone(),
                format!("图片“{id}”已在别处使用"),
                format!("the picture “{id}” is used elsewhere"),
            );
        }
        fresh
    }

    fn of_page(&mut self, id: &str, place: &Place) -> Option<Picture> {
        let known = self.shelf.page.iter_mut().find(|(known, _)| known == id);
        let picture = known.and_then(|(_, picture)| picture.take());
        if picture.is_none() {
            let id = shown(id);
            self.error(
                Code::BadId,
                place.clone(),
                format!("没有图片“{id}”"),
                format!("there is no picture “{id}”"),
            );
        }
        picture
    }

    fn picture(&mut self, picture: &mut proto::Picture, place: &Place) -> Picture {
        let proto::Picture {
            id,
            content,
            caption,
            credit,
            focal_point,
            min_ppi,
            columns,
            rights,
            alt_text,
        } = picture;
        let field =
            |name: &str| Place::field(format!("{}.{name}", place.field)).in_article(&place.article);
        self.picture_id(id, &field("id"));
        for (name, given) in [
            ("minPpi", *min_ppi > 0),
            ("rights", !rights.is_empty()),
            ("altText", !alt_text.is_empty()),
        ] {
            self.unserved(&field(name).field, given);
        }
        let [most, _] = GRID_MAX;
        if *columns > most {
            self.error(
                Code::BadValue,
                field("columns"),
                format!("图宽 {columns} 栏，最多 {most} 栏"),
                format!("{columns} columns wide; at most {most}"),
            );
        }
        let line = self.line();
        let caption = self.text(caption, &field("caption"), line);
        self.phrase(&caption.text, field("caption"));
        Picture {
            id: id.clone(),
            field: place.field.clone(),
            caption,
            credit: self.text(credit, &field("credit"), line),
            focus: self.focus(focal_point.as_ref(), field("focalPoint")),
            columns: (1..=most).contains(columns).then(|| i64::from(*columns)),
            image: self.image(id, content.as_ref(), place),
        }
    }

    fn picture_id(&mut self, id: &str, place: &Place) {
        if id.is_empty() {
            self.error(Code::BadId, place.clone(), "图片没有标识", "the picture has no id");
        } else {
            self.id(id, place);
        }
    }

    /// R73: a phrase below a picture has no full stop.
    fn phrase(&mut self, caption: &str, place: Place) {
        let phrase = caption.strip_suffix('。');
        if phrase.is_some_and(|phrase| !phrase.contains(['。', '！', '？'])) {
            let words = Words::new(
                "图说是一句短语，句末不用句号",
                "the caption is a phrase and takes no full stop",
            );
            self.notes.push(Diagnostic::new(Code::CaptionStop, place, words).rule("R73"));
        }
    }

    /// What a crop keeps in view, in thousandths.
    fn focus(&mut self, focus: Option<&proto::FocalPoint>, place: Place) -> [i64; 2] {
        let Some(proto::FocalPoint { x, y }) = focus else { return [500; 2] };
        if [x, y].into_iter().any(|share| !(0.0..=1.0).contains(share)) {
            self.error(
                Code::BadValue,
                place,
                format!("焦点 {x}, {y} 不在 0–1 之间"),
                format!("the point {x}, {y} is not between 0 and 1"),
            );
            return [500; 2];
        }
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1000")]
        [*x, *y].map(|share| (share * 1000.0).round() as i64)
    }

    /// The picture itself: as it came in the record, else by what names it among those at hand.
    fn image(&mut self, id: &str, content: Option<&Content>, place: &Place) -> Option<Arc<Image>> {
        let limits = self.context.limits;
        let at = |field: &str| {
            Place::field(format!("{}.{field}", place.field)).in_article(&place.article)
        };
        let (found, place) = match content {
            Some(Content::Data(bytes)) => {
                let place = at("data");
                if !self.limit(&place, "picture_bytes", bytes.len(), limits.picture_bytes) {
                    return None;
                }
                (Some(Image::read(bytes.clone()).map(Arc::new)), place)
            }
            Some(Content::Sha256(sum)) => {
                let place = at("sha256");
                if !self.is_sum(sum, &place) {
                    return None;
                }
                (self.context.pictures.by_sha256(sum).cloned(), place)
            }
            None => (self.context.pictures.by_id(id).cloned(), place.clone()),
        };
        match found {
            Some(Ok(image)) => {
                let [width, height] = image.size().map(u64::from);
                let pixels = usize::try_from(width * height).unwrap_or(usize::MAX);
                let (bytes, most) = (image.bytes().len(), limits.picture_bytes);
                let small = self.limit(&place, "picture_bytes", bytes, most);
                let fits = self.limit(&place, "picture_pixels", pixels, limits.picture_pixels);
                self.shelf.pixels = self.shelf.pixels.saturating_add(pixels);
                let all = self.shelf.pixels;
                let page = self.limit(&place, "page_pixels", all, limits.page_pixels);
                (small && fits && page).then_some(image)
            }
            Some(Err(fault)) => {
                self.notes.push(unreadable(&fault, place));
                None
            }
            None => {
                let words = Words::new(
                    format!("没有图片“{}”的数据", shown(id)),
                    format!("the bytes of the picture “{}” are not there", shown(id)),
                );
                self.notes.push(Diagnostic::new(Code::NoPicture, place, words));
                None
            }
        }
    }

    fn is_sum(&mut self, sum: &str, place: &Place) -> bool {
        let right = sum.len() == 64 && sum.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !right {
            self.error(
                Code::BadValue,
                place.clone(),
                "不是 SHA-256（64 位小写十六进制数字）",
                "it is no SHA-256 of 64 lowercase hexadecimal digits",
            );
        }
        right
    }
}

/// The finding that bytes are no picture that can be set, and why.
pub fn unreadable(fault: &Fault, place: Place) -> Diagnostic {
    let words = match fault {
        Fault::Empty => Words::new("图片数据是空的", "the picture has no bytes"),
        Fault::Foreign(kind) => Words::new(
            format!("尚不支持 {kind} 格式的图片"),
            format!("pictures in {kind} are not served yet"),
        ),
        Fault::Unknown => Words::new(
            "不是 JPEG、PNG、TIFF 或 WebP",
            "it is neither JPEG nor PNG nor TIFF nor WebP",
        ),
        Fault::Truncated => Words::new("图片数据不完整", "the picture is cut short"),
        Fault::Damaged => Words::new("图片数据已损坏", "the picture is damaged"),
        Fault::Size([width, height]) => Words::new(
            format!("图片大小不合理：{width} × {height} 像素"),
            format!("{width} × {height} pixels are no picture for a page"),
        ),
        Fault::Precision(bits) => Words::new(
            format!("尚不支持 {bits} 位的 JPEG，应为 8 位"),
            format!("a JPEG of {bits} bits a sample is not served; it is to have 8"),
        ),
        Fault::Process(process) => Words::new(
            format!("不支持这种 JPEG 编码（{process}）"),
            format!("a JPEG of this kind ({process}) is not served"),
        ),
        Fault::Components(count) => Words::new(
            format!("JPEG 有 {count} 个分量，应为灰度、RGB 或 CMYK"),
            format!("a JPEG of {count} components is neither grey nor RGB nor CMYK"),
        ),
        Fault::Variant(kind, what) => Words::new(
            format!("尚不支持这种 {kind}（{what}）"),
            format!("a {kind} of this kind ({what}) is not served"),
        ),
    };
    Diagnostic::new(Code::BadPicture, place, words)
}
