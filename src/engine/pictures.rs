//! What is told of the pictures on a page that is made up: whether they have pixels enough, whether a press can carry
//! their ink, whether their profiles can be used.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::image::SourceImage;
use crate::model::{HouseStyle, PageCopy, PagePicture};
use crate::page::{self, ItemOwner, Page, PageItem};

/// A picture of the record, the article it is in, and who it belongs to on the page.
struct RecordPicture<'a> {
    picture: &'a PagePicture,
    article: &'a str,
    owners: [ItemOwner; 2],
}

/// The findings of all pictures that are shown. How much ink lies on them is asked for a press alone: it takes their
/// pixels to tell.
pub(crate) fn look_at_pictures(
    pages: &[Page],
    copy: &PageCopy,
    style: &HouseStyle,
    press: bool,
) -> Vec<Finding> {
    let mut notes = Vec::new();
    for given in given(copy) {
        let Some(image) = &given.picture.image else { continue };
        let Some(shown) = shown(pages, image, given.owners) else { continue };
        let place = || {
            let place =
                FindingPlace::of_field(given.picture.field.as_str()).in_article(given.article);
            place.on_page(Some(shown.rect))
        };
        notes.extend(resolution(given.picture, shown, style, place()));
        #[cfg(feature = "pdf")]
        notes.extend(colours(given.picture, image, (style, press), place));
        #[cfg(not(feature = "pdf"))]
        let _ = press;
    }
    for note in &mut notes {
        note.severity = style.severity(note);
    }
    notes
}

/// All pictures of a record, in its order.
fn given(copy: &PageCopy) -> Vec<RecordPicture<'_>> {
    // The limits on articles and pictures are far below.
    let index = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    let mut out = Vec::new();
    for (at, article) in copy.articles.iter().enumerate() {
        let owners = [ItemOwner::Head(index(at)), ItemOwner::Body(index(at))];
        let own = |picture| RecordPicture { picture, article: &article.id, owners };
        out.extend(article.pictures.iter().map(own));
    }
    let lone = copy.pictures.iter().enumerate().map(|(at, picture)| {
        let owner = ItemOwner::Lone(index(at));
        RecordPicture { picture, article: "", owners: [owner, owner] }
    });
    out.extend(lone);
    let owners = [ItemOwner::Furniture; 2];
    let boxes = copy.reserved.iter().filter_map(|reserved| reserved.picture.as_ref());
    out.extend(boxes.map(|picture| RecordPicture { picture, article: "", owners }));
    out
}

/// Where a picture is shown with the fewest pixels per inch. Members of a group go by the head of the group, so a place
/// of someone else's is taken where it has none of its own.
fn shown<'a>(
    pages: &'a [Page],
    image: &SourceImage,
    owners: [ItemOwner; 2],
) -> Option<&'a page::PlacedPicture> {
    let all = pages.iter().flat_map(Page::items).filter_map(|item| match item {
        PageItem::Picture(picture) if *picture.image == *image => Some((picture, picture.ppi()?)),
        PageItem::Picture(_) | PageItem::Run(_) | PageItem::Fill(_) | PageItem::Disc(_) => None,
    });
    let (own, other): (Vec<_>, Vec<_>) =
        all.partition(|(picture, _)| owners.contains(&picture.owner));
    let places = if own.is_empty() { other } else { own };
    let least = places.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    least.map(|(picture, _)| picture)
}

/// R92: pixels per inch at the printed size.
fn resolution(
    picture: &PagePicture,
    shown: &page::PlacedPicture,
    style: &HouseStyle,
    place: FindingPlace,
) -> Option<Finding> {
    // Told in whole pixels, so judged in whole pixels.
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
    let (id, [_, _, wide, high]) = (&picture.id, shown.crop);
    let words = Bilingual::new(
        format!("图片“{id}”印出仅 {ppi} ppi（{wide} × {high} 像素），应不低于 {least} ppi"),
        format!(
            "the picture “{id}” is printed at {ppi} ppi ({wide} × {high} pixels); it is to have {least}"
        ),
    );
    Some(Finding::new(code, place, words).with_rule("R92"))
}

/// What is wrong with the colours of a picture.
#[cfg(feature = "pdf")]
fn colours(
    picture: &PagePicture,
    image: &SourceImage,
    (style, press): (&HouseStyle, bool),
    place: impl Fn() -> FindingPlace,
) -> impl Iterator<Item = Finding> {
    use crate::colour::{ProfileSpace, is_profile_of};
    use crate::image::ColourModel;
    let id = &picture.id;
    let (space, name) = match image.colour_model() {
        ColourModel::Grey => (ProfileSpace::Grey, "grey"),
        ColourModel::Rgb => (ProfileSpace::Rgb, "RGB"),
        ColourModel::Cmyk => (ProfileSpace::Cmyk, "CMYK"),
    };
    let broken = image.icc_profile().is_some_and(|profile| !is_profile_of(&profile, space));
    let profile = broken.then(|| {
        let words = Bilingual::new(
            format!("图片“{id}”的 ICC 特性文件已损坏或不是 {name} 的，未予采用"),
            format!("the ICC profile of the picture “{id}” is broken or not one of {name}: it is ignored"),
        );
        Finding::new(FindingCode::BadProfile, place(), words)
    });
    let asked = press && image.is_jpeg() && space == ProfileSpace::Cmyk;
    let most = u64::try_from(style.press.ink_max_milli).unwrap_or(0);
    let ink = asked.then(|| ink_of(image)).flatten().filter(|ink| *ink * 1000 > most * 255);
    let ink = ink.map(|ink| {
        let (percent, most) = (ink * 100 / 255, most / 10);
        let words = Bilingual::new(
            format!("CMYK 图片“{id}”总墨量达 {percent}%，上限 {most}%"),
            format!("the CMYK picture “{id}” has {percent} % of ink, the limit is {most} %"),
        );
        Finding::new(FindingCode::TooMuchInk, place(), words).with_rule("R91")
    });
    profile.into_iter().chain(ink)
}

/// The ink that all but a thousandth of the pixels of a picture keep within, in 1/255 of one full ink: noise of its
/// compression is no ink that a press would see. `None` if its pixels cannot be read, which is told when it is drawn.
#[cfg(feature = "pdf")]
fn ink_of(image: &SourceImage) -> Option<u64> {
    let samples = image.decode().ok()?;
    let mut counts = vec![0_usize; 4 * 255 + 1];
    for inks in samples.bytes.as_chunks::<4>().0 {
        let total = usize::try_from(crate::colour::total_ink(*inks)).ok()?;
        counts[total] += 1;
    }
    let mut above = samples.size[0] * samples.size[1] / 1000;
    let at = counts.iter().rposition(|count| {
        let within = *count > above;
        above = above.saturating_sub(*count);
        within
    });
    u64::try_from(at?).ok()
}
