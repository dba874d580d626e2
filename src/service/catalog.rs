//! Lists of the house styles and fonts of a server.

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::font::{EmbeddingRights, FaceInfo, FontFace, FontId, FontSource};
use crate::model::{DensityStep, HouseStyle, PageTemplate, SpotInk};
use crate::proto;
use crate::report;
use crate::service::caller::CallContext;
use crate::service::calls::ServiceCalls;

/// Entries of a page of a list by default.
const PAGE_SIZE: usize = 50;
/// Entries of a page of a list at most.
const PAGE_SIZE_MAX: usize = 100;

/// Returns one page of a list and the token of the next, which is empty at the end. A token has the
/// number of the engines in use, because others may be loaded in between, and the index to go on
/// from.
fn page_of<T>(
    mut all: Vec<T>,
    size: u32,
    token: &str,
    generation: u64,
) -> Result<(Vec<T>, String), Error> {
    let size = match usize::try_from(size).unwrap_or(PAGE_SIZE_MAX) {
        0 => PAGE_SIZE,
        size => size.min(PAGE_SIZE_MAX),
    };
    let start = match token.split_once('.') {
        None if token.is_empty() => Some(0),
        // A token of other engines would skip or repeat entries.
        Some((number, start)) if number == generation.to_string() => start.parse().ok(),
        _ => None,
    };
    let Some(start) = start.filter(|start| *start <= all.len()) else {
        let message = Bilingual::new("分页标记无效", "invalid page token");
        let place = FindingPlace::of_field("pageToken");
        return Err(Error::rejected(Finding::new(FindingCode::BadValue, place, message)));
    };
    let mut rest = all.split_off(start);
    let has_more = rest.len() > size;
    rest.truncate(size);
    Ok((rest, if has_more { format!("{generation}.{}", start + size) } else { String::new() }))
}

fn house_style_message(style: &HouseStyle) -> Result<proto::HouseStyle, Error> {
    let area = &style.type_area;
    let step = |step: &DensityStep| {
        let grid = Some(report::grid(style, step)?);
        Ok(proto::DensityStep { name: step.name.clone(), grid })
    };
    Ok(proto::HouseStyle {
        name: style.name.clone(),
        title: Some(report::localized(&Bilingual::new(style.title.clone(), style.name.clone()))),
        width_pt: style.trim.0.to_pt(),
        height_pt: style.trim.1.to_pt(),
        type_area: Some(report::rect(area)),
        density_steps: style.steps.iter().map(step).collect::<Result<_, Error>>()?,
        default_density_step: style.default_step.clone(),
        templates: style.templates.iter().map(template_message).collect(),
        line_profile: "NP-CN".to_owned(),
        pdf_profile: style.press.profile.name().to_owned(),
        output_condition: style.press.condition.clone(),
        total_ink_percent: u32::try_from(style.press.ink_max_milli / 10).unwrap_or(0),
        spot_colours: style.inks.spots.iter().map(spot_message).collect(),
        sha256: style.sha256.clone(),
    })
}

fn template_message(template: &PageTemplate) -> proto::Template {
    let slots = template.slots.iter().map(|(name, grid)| {
        let numbers = [grid.column, grid.row, grid.columns, grid.rows];
        let [column, row, columns, rows] = numbers.map(|number| u32::try_from(number).ok());
        let placement = Some(proto::Placement { column, row, columns, rows });
        proto::Slot { name: name.clone(), placement }
    });
    proto::Template {
        name: template.name.clone(),
        title: Some(report::localized(&Bilingual::new(
            template.name.clone(),
            template.name.clone(),
        ))),
        density_step: template.step.clone(),
        slots: slots.collect(),
    }
}

fn spot_message(spot: &SpotInk) -> proto::SpotColour {
    let [cyan, magenta, yellow, black] = spot.cmyk.map(|ink| f64::from(ink) / 10.0);
    proto::SpotColour { name: spot.name.clone(), cyan, magenta, yellow, black }
}

fn font_message(face: &FontFace, info: &FaceInfo) -> proto::Font {
    let facts = face.facts();
    let name =
        if facts.postscript_name.is_empty() { face.base_name() } else { &facts.postscript_name };
    proto::Font {
        name: name.to_owned(),
        family: if facts.family.is_empty() { info.name.clone() } else { facts.family.clone() },
        roles: info.roles.clone(),
        version: facts.version.clone(),
        characters: face.character_count(),
        glyphs: facts.glyph_count,
        licence: info.licence.clone(),
        embedding: match face.embedding() {
            EmbeddingRights::Subset => proto::FontEmbedding::Subset.into(),
            EmbeddingRights::Whole => proto::FontEmbedding::Whole.into(),
        },
        source: match info.source {
            FontSource::Shipped => proto::FontSource::BuiltIn.into(),
            FontSource::Newsroom => proto::FontSource::Newsroom.into(),
        },
        sha256: info.sha256(),
        file: info.file.clone(),
        index: info.index,
    }
}

/// Lists the house styles of a caller.
///
/// # Errors
/// A page token that is not one of this server.
pub(crate) fn list_house_styles(
    calls: &ServiceCalls,
    caller: &CallContext,
    request: proto::ListHouseStylesRequest,
) -> Result<proto::ListHouseStylesResponse, Error> {
    let proto::ListHouseStylesRequest { page_size, page_token } = request;
    let engines = calls.engines().current();
    let all = engines
        .engine(&caller.tenant)
        .styles()
        .iter()
        .map(house_style_message)
        .collect::<Result<_, _>>()?;
    let (house_styles, next_page_token) = page_of(all, page_size, &page_token, engines.number)?;
    Ok(proto::ListHouseStylesResponse { house_styles, next_page_token })
}

/// Lists the fonts of a caller.
///
/// # Errors
/// A page token that is not one of this server.
pub(crate) async fn list_fonts(
    calls: &ServiceCalls,
    caller: &CallContext,
    request: proto::ListFontsRequest,
) -> Result<proto::ListFontsResponse, Error> {
    let proto::ListFontsRequest { page_size, page_token } = request;
    let engines = calls.engines().current();
    let (number, engine) = (engines.number, engines.engine(&caller.tenant).clone());
    let all = move || -> Vec<proto::Font> {
        let fonts = engine.fonts();
        let all = fonts.catalog().faces().iter().enumerate();
        all.filter_map(|(index, info)| Some(font_message(fonts.face(FontId::new(index)?), info)))
            .collect()
    };
    // The first list counts the characters of every face: not on a thread that serves connections.
    let all = tokio::task::spawn_blocking(all).await;
    let all = all.map_err(|error| Error::Internal(error.to_string()))?;
    let (fonts, next_page_token) = page_of(all, page_size, &page_token, number)?;
    Ok(proto::ListFontsResponse { fonts, next_page_token })
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn pages_follow_each_other() {
        let all: Vec<u32> = (0..5).collect();
        let (first, token) = page_of(all.clone(), 2, "", 7).expect("first");
        assert_eq!((first.as_slice(), token.as_str()), (&[0, 1][..], "7.2"));
        let (last, token) = page_of(all.clone(), 2, "7.4", 7).expect("last");
        assert_eq!((last.as_slice(), token.as_str()), (&[4][..], ""));
        for wrong in ["x", "4", "7.6", "7.", "8.2"] {
            assert!(page_of(all.clone(), 2, wrong, 7).is_err(), "{wrong}");
        }
    }
}
