//! The pages of a file: their boxes.

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::preflight::file::PdfFile;
use crate::preflight::finding::{FindingCollector, PressCheck};
use crate::unit::{Abs, Rect};

/// Left, bottom, right, top in points of the page, y up.
pub(crate) type PageArea = [f64; 4];

/// Boxes that differ by less are the same: writers round to hundredths of a point.
const BOX_TOLERANCE: f64 = 0.02;
/// How far the trim may be from the size asked for, in points: 0.1 mm.
const SIZE_TOLERANCE: f64 = 0.1 * 72.0 / 25.4;
/// How deep a page tree is followed upwards.
const TREE_DEPTH_MOST: usize = 64;

/// A page.
pub(crate) struct PdfPage<'a> {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) dict: &'a Dictionary,
    pub(crate) resources: Option<&'a Dictionary>,
    pub(crate) media: PageArea,
    pub(crate) bleed: PageArea,
    pub(crate) trim: PageArea,
}

impl<'a> PdfPage<'a> {
    /// Reads the boxes of a page; `None` for one that cannot be drawn.
    pub(crate) fn read(
        file: &'a PdfFile,
        dict: &'a Dictionary,
        number: usize,
        findings: &mut FindingCollector,
    ) -> Option<Self> {
        let own = |key: &str| area(&file.numbers(dict, key)?);
        let inherited = |key: &str| area(&numbers(file, inherited(file, dict, key)?)?);
        let Some(media) = inherited("MediaBox") else {
            findings.add(PressCheck::NoBox, number, "MediaBox", None, || {
                Bilingual::new("没有介质框", "there is no MediaBox")
            });
            return None;
        };
        let crop = inherited("CropBox");
        let (trim_box, art_box) = (own("TrimBox"), own("ArtBox"));
        if trim_box.is_some() == art_box.is_some() {
            findings.add(PressCheck::NoBox, number, "TrimBox", None, || match trim_box {
                None => Bilingual::new("没有成品框", "there is neither TrimBox nor ArtBox"),
                Some(_) => {
                    Bilingual::new("成品框和作品框只能有一个", "there are both TrimBox and ArtBox")
                }
            });
        }
        let bleed_box = own("BleedBox");
        let trim = trim_box.or(art_box).or(bleed_box).unwrap_or(media);
        let bleed = bleed_box.unwrap_or(trim);
        let resources = inherited_dict(file, dict);
        let sheet = Self { number, dict, resources, media, bleed, trim };
        for (inner, outer, names) in [
            (trim, bleed, ["TrimBox", "BleedBox"]),
            (bleed, media, ["BleedBox", "MediaBox"]),
            (trim, media, ["TrimBox", "MediaBox"]),
        ] {
            if !within(inner, outer, BOX_TOLERANCE) {
                findings.add(PressCheck::BoxNesting, number, names[0], sheet.rect(inner), || {
                    let [inner, outer] = names;
                    Bilingual::new(
                        format!("{inner} 超出 {outer}"),
                        format!("the {inner} leaves the {outer}"),
                    )
                });
            }
        }
        if crop.is_some_and(|crop| !within(bleed, crop, BOX_TOLERANCE)) {
            findings.add(PressCheck::CropBox, number, "CropBox", sheet.rect(trim), || {
                Bilingual::new("裁剪框切入版面", "the CropBox cuts into the page")
            });
        }
        Some(sheet)
    }

    /// Whether the trim has the size asked for.
    pub(crate) fn check_size(&self, wanted: (Abs, Abs), findings: &mut FindingCollector) {
        let size = [self.trim[2] - self.trim[0], self.trim[3] - self.trim[1]];
        let asked = [wanted.0, wanted.1].map(Abs::to_pt);
        if size.iter().zip(asked).any(|(side, asked)| (side - asked).abs() > SIZE_TOLERANCE) {
            let mm = |side: f64| side * 25.4 / 72.0;
            let [width, height] = size.map(mm);
            let [w, h] = asked.map(mm);
            findings.add(PressCheck::PageSize, self.number, "TrimBox", None, || {
                Bilingual::new(
                    format!("成品尺寸 {width:.1} × {height:.1} mm，应为 {w:.1} × {h:.1} mm"),
                    format!(
                        "the trim is {width:.1} × {height:.1} mm instead of {w:.1} × {h:.1} mm"
                    ),
                )
            });
        }
    }

    /// An area of the page as a rectangle from the top left of the trim.
    pub(crate) fn rect(&self, area: PageArea) -> Option<Rect> {
        let [left, bottom, right, top] = area;
        Some(Rect::new(
            Abs::from_pt(left - self.trim[0])?,
            Abs::from_pt(self.trim[3] - top)?,
            Abs::from_pt(right - left)?,
            Abs::from_pt(top - bottom)?,
        ))
    }

    /// A rectangle from the top left of the trim as an area of the page.
    pub(crate) fn area(&self, rect: &Rect) -> PageArea {
        let [left, top] = [self.trim[0] + rect.x.to_pt(), self.trim[3] - rect.y.to_pt()];
        [left, top - rect.height.to_pt(), left + rect.width.to_pt(), top]
    }
}

/// Whether an area lies in another, but for so many points.
pub(crate) fn within(inner: PageArea, outer: PageArea, tolerance: f64) -> bool {
    inner[0] >= outer[0] - tolerance
        && inner[1] >= outer[1] - tolerance
        && inner[2] <= outer[2] + tolerance
        && inner[3] <= outer[3] + tolerance
}

/// What two areas share; its right may lie left of its left if that is nothing.
pub(crate) fn common(a: PageArea, b: PageArea) -> PageArea {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

/// Whether an area has an extent.
pub(crate) fn is_empty(area: PageArea) -> bool {
    area[2] < area[0] || area[3] < area[1]
}

/// Four numbers as an area that has an extent, corners in any order.
pub(crate) fn area(numbers: &[f64]) -> Option<PageArea> {
    let [a, b, c, d] = numbers.try_into().ok()?;
    let area: PageArea = [f64::min(a, c), f64::min(b, d), f64::max(a, c), f64::max(b, d)];
    (area[2] > area[0] && area[3] > area[1]).then_some(area)
}

fn numbers(file: &PdfFile, object: &Object) -> Option<Vec<f64>> {
    let array = object.as_array().ok()?;
    array.iter().map(|object| crate::preflight::file::number(file.get(object))).collect()
}

/// An entry of a page or of the nodes above it.
fn inherited<'a>(file: &'a PdfFile, page: &'a Dictionary, key: &str) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..TREE_DEPTH_MOST {
        if let Some(object) = file.entry(node, key) {
            return Some(object);
        }
        node = file.dict(node, "Parent")?;
    }
    None
}

fn inherited_dict<'a>(file: &'a PdfFile, page: &'a Dictionary) -> Option<&'a Dictionary> {
    inherited(file, page, "Resources")?.as_dict().ok()
}
