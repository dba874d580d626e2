//! Findings on the pictures of a made-up page: resolution, ink and colour profile.

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::image::SourceImage;
use crate::model::{HouseStyle, PageCopy, PagePicture};
use crate::page::{ItemOwner, Page, PageItem, PlacedPicture};

/// Picture of the record.
struct RecordPicture<'a> {
    picture: &'a PagePicture,
    /// Id of its article; empty if it stands alone or is artwork.
    article: &'a str,
    /// Owners that its items on the page may have.
    owners: Vec<ItemOwner>,
}

/// Check of the total ink of pictures. It takes decoding the pixels, so that it is done for a press
/// file only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InkCheck {
    /// The ink is measured.
    Measure,
    /// The ink is not measured.
    Skip,
}

/// Findings on all pictures that are shown.
pub(crate) fn picture_findings(
    pages: &[Page],
    copy: &PageCopy,
    style: &HouseStyle,
    ink_check: InkCheck,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for RecordPicture { picture, article, owners } in record_pictures(copy)? {
        let Some(image) = &picture.image else { continue };
        let Some(shown) = lowest_resolution_place(pages, image, &owners) else { continue };
        let place = FindingPlace::of_field(picture.field.as_str()).in_article(article);
        let place = place.on_page(Some(shown.rect));
        findings.extend(check_resolution(picture, shown, style, place.clone()));
        #[cfg(feature = "pdf")]
        {
            findings.extend(check_profile(picture, image, place.clone()));
            if ink_check == InkCheck::Measure {
                findings.extend(check_ink(picture, image, style, place));
            }
        }
        #[cfg(not(feature = "pdf"))]
        let _ = ink_check;
    }
    style.adjust_severities(&mut findings);
    Ok(findings)
}

/// All pictures of a record, in its order.
fn record_pictures(copy: &PageCopy) -> Result<Vec<RecordPicture<'_>>, Error> {
    let id = |index: usize| {
        u16::try_from(index).map_err(|_| Error::Internal(format!("{index} is no index of a page")))
    };
    let mut pictures = Vec::new();
    for (index, article) in copy.articles.iter().enumerate() {
        let owners = [ItemOwner::Head(id(index)?), ItemOwner::Body(id(index)?)];
        pictures.extend(article.pictures.iter().map(|picture| RecordPicture {
            picture,
            article: &article.id,
            owners: owners.to_vec(),
        }));
    }
    for (index, picture) in copy.pictures.iter().enumerate() {
        let owners = vec![ItemOwner::Lone(id(index)?)];
        pictures.push(RecordPicture { picture, article: "", owners });
    }
    let artwork = copy.reserved.iter().filter_map(|reserved| reserved.picture.as_ref());
    pictures.extend(artwork.map(|picture| RecordPicture {
        picture,
        article: "",
        owners: vec![ItemOwner::Furniture],
    }));
    Ok(pictures)
}

/// Place where a picture is shown with the fewest pixels per inch. Items of a group belong to the
/// head of the group, so the places of other owners count if the picture has none of its own.
fn lowest_resolution_place<'a>(
    pages: &'a [Page],
    image: &SourceImage,
    owners: &[ItemOwner],
) -> Option<&'a PlacedPicture> {
    let places = pages.iter().flat_map(Page::items).filter_map(|item| match item {
        // Equal bytes are one picture, however often the record has it.
        PageItem::Picture(picture) if *picture.image == *image => Some((picture, picture.ppi()?)),
        PageItem::Picture(_) | PageItem::Run(_) | PageItem::Fill(_) | PageItem::Disc(_) => None,
    });
    let (own, others): (Vec<_>, Vec<_>) =
        places.partition(|(picture, _)| owners.contains(&picture.owner));
    let places = if own.is_empty() { others } else { own };
    let lowest = places.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    lowest.map(|(picture, _)| picture)
}

/// R92: pixels per inch at the printed size.
fn check_resolution(
    picture: &PagePicture,
    shown: &PlacedPicture,
    style: &HouseStyle,
    place: FindingPlace,
) -> Option<Finding> {
    // The message has whole pixels, so the limits are compared with whole pixels too.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a picture has less than 65 536 pixels a side"
    )]
    let ppi = shown.ppi()?.floor() as i64;
    let limits = style.press.ppi;
    let (code, least) = match ppi {
        _ if ppi < limits.error_below => (FindingCode::ResolutionTooLow, limits.error_below),
        _ if ppi < limits.warning_below => (FindingCode::LowResolution, limits.warning_below),
        _ => return None,
    };
    let (id, [_, _, width, height]) = (&picture.id, shown.crop);
    let words = Bilingual::new(
        format!("图片“{id}”印出仅 {ppi} ppi（{width} × {height} 像素），应不低于 {least} ppi"),
        format!(
            "the picture “{id}” is printed at {ppi} ppi ({width} × {height} pixels); \
             at least {least} ppi are required"
        ),
    );
    Some(Finding::new(code, place, words).with_rule("R92"))
}

/// Reports an ICC profile that cannot be used.
#[cfg(feature = "pdf")]
fn check_profile(
    picture: &PagePicture,
    image: &SourceImage,
    place: FindingPlace,
) -> Option<Finding> {
    use crate::colour::{ProfileSpace, is_profile_of};
    use crate::image::ColourModel;
    let id = &picture.id;
    let (space, name) = match image.colour_model() {
        ColourModel::Grey => (ProfileSpace::Grey, "grey"),
        ColourModel::Rgb => (ProfileSpace::Rgb, "RGB"),
        ColourModel::Cmyk => (ProfileSpace::Cmyk, "CMYK"),
    };
    let is_broken = image.icc_profile().is_some_and(|profile| !is_profile_of(&profile, space));
    is_broken.then(|| {
        let words = Bilingual::new(
            format!("图片“{id}”的 ICC 特性文件已损坏或不是 {name} 的，已忽略"),
            format!(
                "the ICC profile of the picture “{id}” is damaged or not for {name}; it is ignored"
            ),
        );
        Finding::new(FindingCode::BadProfile, place, words)
    })
}

/// R91: total ink of a CMYK picture that goes to the press as it is.
#[cfg(feature = "pdf")]
fn check_ink(
    picture: &PagePicture,
    image: &SourceImage,
    style: &HouseStyle,
    place: FindingPlace,
) -> Option<Finding> {
    if !image.is_jpeg() || image.colour_model() != crate::image::ColourModel::Cmyk {
        return None;
    }
    let id = &picture.id;
    let limit_milli = style.press.ink_max_milli;
    let ink = heaviest_ink(image).filter(|ink| *ink * 1000 > limit_milli * 255)?;
    let (percent, most) = (ink * 100 / 255, limit_milli / 10);
    let words = Bilingual::new(
        format!("CMYK 图片“{id}”总墨量达 {percent}%，上限 {most}%"),
        format!(
            "the total ink of the CMYK picture “{id}” is {percent} %, above the limit of {most} %"
        ),
    );
    Some(Finding::new(FindingCode::TooMuchInk, place, words).with_rule("R91"))
}

/// Total ink that all but a thousandth of the pixels keep within, in 1/255 of one full ink. The
/// exceptions are noise of the compression, which a press does not show. `None` if the pixels
/// cannot be read, which is reported when the picture is drawn.
#[cfg(feature = "pdf")]
fn heaviest_ink(image: &SourceImage) -> Option<i64> {
    let samples = image.decode().ok()?;
    let mut counts = vec![0_usize; 4 * 255 + 1];
    for inks in samples.bytes.as_chunks::<4>().0 {
        let total = usize::try_from(crate::colour::total_ink(*inks)).ok()?;
        counts[total] += 1;
    }
    let mut allowed_above = samples.size[0] * samples.size[1] / 1000;
    // From the heaviest ink down, until more pixels than the allowed ones have been passed.
    let heaviest = counts.iter().rposition(|count| {
        let is_exceeded = *count > allowed_above;
        allowed_above = allowed_above.saturating_sub(*count);
        is_exceeded
    });
    i64::try_from(heaviest?).ok()
}
