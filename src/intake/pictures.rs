//! Pictures: their bytes, captions and references.

use std::sync::Arc;

use crate::config::GRID_COLUMNS_MAX;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::image::{ImageError, SourceImage};
use crate::intake::checker::{RecordChecker, shorten_id};
use crate::model::{BodyBlock, PagePicture};
use crate::proto;
use crate::proto::picture::Content;

impl RecordChecker<'_> {
    /// Reads the pictures of the page. Returns false if page and articles together have too many.
    pub(crate) fn read_page_pictures(
        &mut self,
        pictures: &mut [proto::Picture],
        articles: &[proto::Article],
    ) -> bool {
        // Counted before any is read: reading takes memory, which is what the limit protects.
        let in_articles: usize = articles.iter().map(|article| article.pictures.len()).sum();
        let (count, most) = (pictures.len() + in_articles, self.context.limits.pictures);
        if !self.check_limit(&FindingPlace::of_field("pictures"), "pictures", count, most) {
            return false;
        }
        for (k, picture) in pictures.iter_mut().enumerate() {
            let place = FindingPlace::of_field(format!("pictures[{k}]"));
            let picture = self.check_picture(picture, &place);
            self.pictures.page_pictures.push((picture.id.clone(), Some(picture)));
        }
        true
    }

    /// Reads the pictures of an article and keeps them for its blocks.
    pub(crate) fn read_article_pictures(
        &mut self,
        pictures: &mut [proto::Picture],
        place: &FindingPlace,
    ) {
        self.pictures.article_pictures.clear();
        for (k, picture) in pictures.iter_mut().enumerate() {
            let field = format!("{}[{k}]", place.field);
            let place = FindingPlace::of_field(field).in_article(&place.article);
            let picture = self.check_picture(picture, &place);
            self.pictures.article_pictures.push(picture);
        }
    }

    /// Block that places a picture in the copy.
    pub(crate) fn claim_picture_block(
        &mut self,
        id: &str,
        place: &FindingPlace,
    ) -> Option<BodyBlock> {
        if !self.claim_picture_id(id, place) {
            return None;
        }
        // Pictures of the article are there already; one of the page moves into the article.
        if let Some(index) =
            self.pictures.article_pictures.iter().position(|picture| picture.id == id)
        {
            return Some(BodyBlock::Picture(index));
        }
        let picture = self.take_page_picture(id, place)?;
        self.pictures.article_pictures.push(picture);
        Some(BodyBlock::Picture(self.pictures.article_pictures.len() - 1))
    }

    /// Takes the picture of the page that a masthead or a reserved box names, if any.
    pub(crate) fn claim_artwork(&mut self, id: &str, place: &FindingPlace) -> Option<PagePicture> {
        // No picture is named, which is allowed.
        if id.is_empty() || !self.claim_picture_id(id, place) {
            None
        } else {
            self.take_page_picture(id, place)
        }
    }

    /// Reports a picture that is used a second time.
    fn claim_picture_id(&mut self, id: &str, place: &FindingPlace) -> bool {
        let is_first_use = self.pictures.claimed_ids.insert(id.to_owned());
        if !is_first_use {
            let id = shorten_id(id);
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                format!("图片“{id}”已在别处使用"),
                format!("the picture “{id}” is already used elsewhere"),
            );
        }
        is_first_use
    }

    fn take_page_picture(&mut self, id: &str, place: &FindingPlace) -> Option<PagePicture> {
        let entry = self.pictures.page_pictures.iter_mut().find(|(picture_id, _)| picture_id == id);
        let picture = entry.and_then(|(_, picture)| picture.take());
        if picture.is_none() {
            let id = shorten_id(id);
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                format!("没有图片“{id}”"),
                format!("there is no picture “{id}”"),
            );
        }
        picture
    }

    fn check_picture(&mut self, picture: &mut proto::Picture, place: &FindingPlace) -> PagePicture {
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
        let field = |name: &str| {
            FindingPlace::of_field(format!("{}.{name}", place.field)).in_article(&place.article)
        };
        self.check_picture_id(id, &field("id"));
        for (name, is_used) in [
            ("minPpi", *min_ppi > 0),
            ("rights", !rights.is_empty()),
            ("altText", !alt_text.is_empty()),
        ] {
            self.note_unsupported(&field(name).field, is_used);
        }
        let most = GRID_COLUMNS_MAX;
        if *columns > most {
            self.report_error(
                FindingCode::BadValue,
                field("columns"),
                format!("图宽 {columns} 栏，最多 {most} 栏"),
                format!("the picture is {columns} columns wide; at most {most} are possible"),
            );
        }
        let line = self.line_rules();
        let caption = self.clean_text(caption, &field("caption"), line);
        self.check_caption_stop(&caption.text, field("caption"));
        PagePicture {
            id: id.clone(),
            field: place.field.clone(),
            caption,
            credit: self.clean_text(credit, &field("credit"), line),
            focus_milli: self.focal_point_milli(focal_point.as_ref(), field("focalPoint")),
            requested_columns: (1..=most).contains(columns).then(|| i64::from(*columns)),
            image: self.find_image(id, content.as_ref(), place),
        }
    }

    fn check_picture_id(&mut self, id: &str, place: &FindingPlace) {
        if id.is_empty() {
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                "图片没有标识",
                "the picture has no id",
            );
        } else {
            self.claim_id(id, place);
        }
    }

    /// R73: a phrase below a picture has no full stop.
    fn check_caption_stop(&mut self, caption: &str, place: FindingPlace) {
        let phrase = caption.strip_suffix('。');
        // Several sentences keep their stops; one phrase has none.
        if phrase.is_some_and(|phrase| !phrase.contains(['。', '！', '？'])) {
            let words = Bilingual::new(
                "图说是一句短语，句末不用句号",
                "the caption is a phrase and takes no full stop",
            );
            self.notes.push(Finding::new(FindingCode::CaptionStop, place, words).with_rule("R73"));
        }
    }

    /// Point that a crop keeps in view, in thousandths of width and height.
    fn focal_point_milli(
        &mut self,
        focus: Option<&proto::FocalPoint>,
        place: FindingPlace,
    ) -> [i64; 2] {
        let Some(proto::FocalPoint { x, y }) = focus else { return [500; 2] };
        if [x, y].into_iter().any(|share| !(0.0..=1.0).contains(share)) {
            self.report_error(
                FindingCode::BadValue,
                place,
                format!("焦点 {x}, {y} 不在 0–1 之间"),
                format!("the focal point {x}, {y} is not between 0 and 1"),
            );
            return [500; 2];
        }
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1000")]
        [*x, *y].map(|share| (share * 1000.0).round() as i64)
    }

    /// Reads the picture itself: from the record, or by id or hash from the pictures supplied.
    fn find_image(
        &mut self,
        id: &str,
        content: Option<&Content>,
        place: &FindingPlace,
    ) -> Option<Arc<SourceImage>> {
        let limits = self.context.limits;
        let at = |field: &str| {
            FindingPlace::of_field(format!("{}.{field}", place.field)).in_article(&place.article)
        };
        let (found, place) = match content {
            Some(Content::Data(bytes)) => {
                let place = at("data");
                // Checked before the bytes are copied and read.
                if !self.check_limit(&place, "picture_bytes", bytes.len(), limits.picture_bytes) {
                    return None;
                }
                (Some(SourceImage::read(bytes.clone()).map(Arc::new)), place)
            }
            Some(Content::Sha256(sum)) => {
                let place = at("sha256");
                if !self.check_sha256(sum, &place) {
                    return None;
                }
                (self.context.pictures.by_sha256(sum).cloned(), place)
            }
            None => (self.context.pictures.by_id(id).cloned(), place.clone()),
        };
        match found {
            Some(Ok(image)) => {
                let [width, height] = image.size().map(|pixels| pixels as usize);
                let pixels = width * height;
                let (bytes, most) = (image.bytes().len(), limits.picture_bytes);
                // Pictures supplied beside the record have not met any limit before.
                let small = self.check_limit(&place, "picture_bytes", bytes, most);
                let fits =
                    self.check_limit(&place, "picture_pixels", pixels, limits.picture_pixels);
                // Counted for rejected pictures too, so that many of them cannot pass one by one.
                self.pictures.pixel_count = self.pictures.pixel_count.saturating_add(pixels);
                let all = self.pictures.pixel_count;
                let page = self.check_limit(&place, "page_pixels", all, limits.page_pixels);
                (small && fits && page).then_some(image)
            }
            Some(Err(fault)) => {
                // A note, not an error: a picture that cannot be read does not stop the page.
                self.notes.push(unreadable_picture(&fault, place));
                None
            }
            None => {
                let words = Bilingual::new(
                    format!("没有图片“{}”的数据", shorten_id(id)),
                    format!("the data of the picture “{}” is missing", shorten_id(id)),
                );
                self.notes.push(Finding::new(FindingCode::MissingPicture, place, words));
                None
            }
        }
    }

    fn check_sha256(&mut self, sum: &str, place: &FindingPlace) -> bool {
        let right = sum.len() == 64 && sum.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !right {
            self.report_error(
                FindingCode::BadValue,
                place.clone(),
                "不是 SHA-256（64 位小写十六进制数字）",
                "not a SHA-256 (64 lowercase hexadecimal digits)",
            );
        }
        right
    }
}

/// Builds the finding that bytes are not a usable picture, with the reason.
pub fn unreadable_picture(fault: &ImageError, place: FindingPlace) -> Finding {
    let words = match fault {
        ImageError::Empty => Bilingual::new("图片数据是空的", "the picture data is empty"),
        ImageError::UnsupportedFormat(kind) => Bilingual::new(
            format!("不支持 {kind} 格式的图片"),
            format!("pictures in {kind} format are not supported"),
        ),
        ImageError::UnknownFormat => {
            Bilingual::new("不是 JPEG、PNG、TIFF 或 WebP", "not a JPEG, PNG, TIFF or WebP")
        }
        ImageError::Truncated => Bilingual::new("图片数据不完整", "the picture is truncated"),
        ImageError::Damaged => Bilingual::new("图片数据已损坏", "the picture is damaged"),
        ImageError::BadSize([width, height]) => Bilingual::new(
            format!("图片尺寸不合理：{width} × {height} 像素"),
            format!("unusable picture size: {width} × {height} pixels"),
        ),
        ImageError::UnsupportedPrecision(bits) => Bilingual::new(
            format!("不支持 {bits} 位的 JPEG，应为 8 位"),
            format!("a JPEG with {bits} bits per sample is not supported; it must have 8"),
        ),
        ImageError::UnsupportedProcess(process) => Bilingual::new(
            format!("不支持这种 JPEG 编码（{process}）"),
            format!("this JPEG encoding ({process}) is not supported"),
        ),
        ImageError::UnsupportedComponents(count) => Bilingual::new(
            format!("JPEG 有 {count} 个分量，应为灰度、RGB 或 CMYK"),
            format!(
                "a JPEG with {count} components is not supported; it must be grey, RGB or CMYK"
            ),
        ),
        ImageError::UnsupportedFeature(kind, what) => Bilingual::new(
            format!("不支持这种 {kind}（{what}）"),
            format!("this kind of {kind} ({what}) is not supported"),
        ),
    };
    Finding::new(FindingCode::BadPicture, place, words)
}
