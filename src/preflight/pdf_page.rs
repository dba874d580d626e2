//! Pages of a file and their boxes.

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::file::{PdfFile, as_number};
use crate::preflight::finding::{FindingCollector, FindingSite};
use crate::unit::{Abs, Rect};

/// Difference up to which boxes count as equal, in points: writers round to hundredths.
const BOX_TOLERANCE_PT: f64 = 0.02;
/// Difference up to which the trim has the required size, in points: 0.1 mm.
const SIZE_TOLERANCE_PT: f64 = 0.1 * 72.0 / 25.4;
/// Largest number of nodes of the page tree that are searched for inherited entries.
const TREE_DEPTH_MAX: usize = 64;

/// A page of a file.
pub(crate) struct PdfPage<'a> {
    /// Number of the page, from 1.
    pub(crate) number: usize,
    pub(crate) dict: &'a Dictionary,
    pub(crate) resources: Option<&'a Dictionary>,
    pub(crate) media: PageArea,
    pub(crate) bleed: PageArea,
    pub(crate) trim: PageArea,
}

impl<'a> PdfPage<'a> {
    /// Reads a page and checks its boxes. `None` for a page without media box, which cannot be
    /// drawn.
    pub(crate) fn read(
        file: &'a PdfFile,
        dict: &'a Dictionary,
        number: usize,
        findings: &mut FindingCollector,
    ) -> Option<Self> {
        let own_box = |key: &str| PageArea::from_numbers(&file.numbers(dict, key)?);
        let inherited_box = |key: &str| {
            let object = inherited_entry(file, dict, key)?;
            PageArea::from_numbers(&read_numbers(file, object)?)
        };
        let Some(media) = inherited_box("MediaBox") else {
            findings.add(PressCheck::NoBox, FindingSite::object(number, "MediaBox"), || {
                Bilingual::new("没有介质框", "no MediaBox")
            });
            return None;
        };
        let crop = inherited_box("CropBox");
        let (trim_box, art_box) = (own_box("TrimBox"), own_box("ArtBox"));
        // PDF/X requires exactly one of the two.
        if trim_box.is_some() == art_box.is_some() {
            let site = FindingSite::object(number, "TrimBox");
            findings.add(PressCheck::NoBox, site, || match trim_box {
                None => Bilingual::new("没有成品框和作品框", "neither TrimBox nor ArtBox"),
                Some(_) => Bilingual::new(
                    "成品框和作品框只能有一个",
                    "both TrimBox and ArtBox are present",
                ),
            });
        }
        let bleed_box = own_box("BleedBox");
        // Without a trim box the page is checked against the next box outwards.
        let trim = trim_box.or(art_box).or(bleed_box).unwrap_or(media);
        let bleed = bleed_box.unwrap_or(trim);
        let resources =
            inherited_entry(file, dict, "Resources").and_then(|object| object.as_dict().ok());
        let page = Self { number, dict, resources, media, bleed, trim };
        page.check_nesting(crop, findings);
        Some(page)
    }

    /// Checks that trim, bleed and media are nested, and that the crop box cuts off none of it.
    fn check_nesting(&self, crop: Option<PageArea>, findings: &mut FindingCollector) {
        let page = self.number;
        for (inner, outer, inner_name, outer_name) in [
            (self.trim, self.bleed, "TrimBox", "BleedBox"),
            (self.bleed, self.media, "BleedBox", "MediaBox"),
            // Checked too, because a bleed box that fails may hide it.
            (self.trim, self.media, "TrimBox", "MediaBox"),
        ] {
            if !inner.is_within(outer, BOX_TOLERANCE_PT) {
                let site = FindingSite { page, object: inner_name, rect: self.rect_of(inner) };
                findings.add(PressCheck::BoxNesting, site, || {
                    Bilingual::new(
                        format!("{inner_name} 超出 {outer_name}"),
                        format!("the {inner_name} extends beyond the {outer_name}"),
                    )
                });
            }
        }
        // A crop box larger than the bleed hides nothing and may stay.
        if crop.is_some_and(|crop| !self.bleed.is_within(crop, BOX_TOLERANCE_PT)) {
            let site = FindingSite { page, object: "CropBox", rect: self.rect_of(self.trim) };
            findings.add(PressCheck::CropBox, site, || {
                Bilingual::new("裁剪框切入版面", "the CropBox cuts into the page")
            });
        }
    }

    /// Checks that the trim has the required width and height.
    pub(crate) fn check_size(&self, required: (Abs, Abs), findings: &mut FindingCollector) {
        let size = [self.trim.width(), self.trim.height()];
        let required = [required.0, required.1].map(Abs::to_pt);
        let differs = |(side, required): (&f64, f64)| (side - required).abs() > SIZE_TOLERANCE_PT;
        if size.iter().zip(required).any(differs) {
            let mm = |side: f64| side * 25.4 / 72.0;
            let [width, height] = size.map(mm);
            let [w, h] = required.map(mm);
            let site = FindingSite::object(self.number, "TrimBox");
            findings.add(PressCheck::PageSize, site, || {
                Bilingual::new(
                    format!("成品尺寸 {width:.1} × {height:.1} mm，应为 {w:.1} × {h:.1} mm"),
                    format!(
                        "the trim is {width:.1} × {height:.1} mm instead of {w:.1} × {h:.1} mm"
                    ),
                )
            });
        }
    }

    /// Converts an area of the page to a rectangle from the top left of the trim. `None` if a
    /// length is out of range.
    pub(crate) fn rect_of(&self, area: PageArea) -> Option<Rect> {
        Some(Rect::new(
            Abs::from_pt(area.left - self.trim.left)?,
            Abs::from_pt(self.trim.top - area.top)?,
            Abs::from_pt(area.right - area.left)?,
            Abs::from_pt(area.top - area.bottom)?,
        ))
    }

    /// Converts a rectangle from the top left of the trim to an area of the page.
    pub(crate) fn area_of(&self, rect: &Rect) -> PageArea {
        let [left, top] = [self.trim.left + rect.x.to_pt(), self.trim.top - rect.y.to_pt()];
        PageArea::new(left, top - rect.height.to_pt(), left + rect.width.to_pt(), top)
    }
}

fn read_numbers(file: &PdfFile, object: &Object) -> Option<Vec<f64>> {
    let array = object.as_array().ok()?;
    array.iter().map(|object| as_number(file.resolve(object))).collect()
}

/// Returns an entry of a page or of the nearest node above it that has the entry.
fn inherited_entry<'a>(file: &'a PdfFile, page: &'a Dictionary, key: &str) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..TREE_DEPTH_MAX {
        if let Some(object) = file.entry(node, key) {
            return Some(object);
        }
        // Bounded by the loop, because a damaged tree may lead in a circle.
        node = file.dict(node, "Parent")?;
    }
    None
}
