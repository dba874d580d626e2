//! What the server has: house styles and faces.

use tonic::{Request, Response, Status};

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::error::Error;
use crate::font::{Embedding, Face, FaceInfo, FontId, FontSource};
use crate::model::HouseStyle;
use crate::proto;
use crate::proto::catalog_service_server::CatalogService;
use crate::report;
use crate::surface::grpc::status::status;
use crate::surface::live::Live;

/// Lists what the server has.
#[derive(Debug)]
pub(crate) struct Catalog {
    engine: Live,
}

/// Rows on a page when the request does not say, and at most.
const PAGE: [usize; 2] = [50, 100];

impl Catalog {
    pub(crate) fn new(engine: Live) -> Self {
        Self { engine }
    }
}

/// The rows of one page and the token of the next: the number of the set, for another may be loaded in between, and
/// the place to go on from.
fn page<T>(mut all: Vec<T>, size: u32, token: &str, set: u64) -> Result<(Vec<T>, String), Status> {
    let size = match usize::try_from(size).unwrap_or(PAGE[1]) {
        0 => PAGE[0],
        size => size.min(PAGE[1]),
    };
    let start = match token.split_once('.') {
        None if token.is_empty() => Some(0),
        Some((of, start)) if of == set.to_string() => start.parse().ok(),
        _ => None,
    };
    let Some(start) = start.filter(|start| *start <= all.len()) else {
        let words = Words::new("没有这个分页标记", "there is no such page token");
        let place = Place::field("pageToken");
        return Err(status(&Error::rejected(Diagnostic::new(Code::BadValue, place, words))));
    };
    let mut rest = all.split_off(start);
    let more = rest.len() > size;
    rest.truncate(size);
    Ok((rest, if more { format!("{set}.{}", start + size) } else { String::new() }))
}

fn house_style(style: &HouseStyle) -> proto::HouseStyle {
    let area = &style.type_area;
    proto::HouseStyle {
        name: style.name.clone(),
        title: Some(report::words(&Words::new(style.title.clone(), style.name.clone()))),
        width_pt: style.trim.0.to_pt(),
        height_pt: style.trim.1.to_pt(),
        type_area: Some(report::rect(area)),
        density_steps: style
            .steps
            .iter()
            .map(|step| proto::DensityStep {
                name: step.name.clone(),
                grid: Some(report::grid(style, step)),
            })
            .collect(),
        default_density_step: style.default_step.clone(),
        line_profile: "NP-CN".to_owned(),
        ..proto::HouseStyle::default()
    }
}

fn font(face: &Face, info: &FaceInfo) -> proto::Font {
    let facts = face.facts();
    let name = if facts.postscript.is_empty() { face.base_name() } else { &facts.postscript };
    proto::Font {
        name: name.to_owned(),
        family: if facts.family.is_empty() { info.name.clone() } else { facts.family.clone() },
        roles: info.roles.clone(),
        version: facts.version.clone(),
        characters: face.characters(),
        glyphs: facts.glyphs,
        licence: info.licence.clone(),
        embedding: match face.embedding() {
            Embedding::Subset => proto::FontEmbedding::Subset.into(),
            Embedding::Whole => proto::FontEmbedding::Whole.into(),
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

#[tonic::async_trait]
impl CatalogService for Catalog {
    async fn list_house_styles(
        &self,
        request: Request<proto::ListHouseStylesRequest>,
    ) -> Result<Response<proto::ListHouseStylesResponse>, Status> {
        let proto::ListHouseStylesRequest { page_size, page_token } = request.into_inner();
        let (set, engine) = self.engine.numbered();
        let all = engine.styles().iter().map(house_style).collect();
        let (house_styles, next_page_token) = page(all, page_size, &page_token, set)?;
        Ok(Response::new(proto::ListHouseStylesResponse { house_styles, next_page_token }))
    }

    async fn list_fonts(
        &self,
        request: Request<proto::ListFontsRequest>,
    ) -> Result<Response<proto::ListFontsResponse>, Status> {
        let proto::ListFontsRequest { page_size, page_token } = request.into_inner();
        let (set, engine) = self.engine.numbered();
        let all = move || -> Vec<proto::Font> {
            let fonts = engine.fonts();
            let all = fonts.catalog().faces().iter().enumerate();
            all.filter_map(|(at, info)| Some(font(fonts.face(FontId::new(at)?), info))).collect()
        };
        // The first list counts the characters of every face: not on a thread that serves connections.
        let all = tokio::task::spawn_blocking(all).await;
        let all = all.map_err(|error| status(&Error::Bug(error.to_string())))?;
        let (fonts, next_page_token) = page(all, page_size, &page_token, set)?;
        Ok(Response::new(proto::ListFontsResponse { fonts, next_page_token }))
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn pages_follow_each_other() {
        let all: Vec<u32> = (0..5).collect();
        let (first, token) = page(all.clone(), 2, "", 7).expect("first");
        assert_eq!((first.as_slice(), token.as_str()), (&[0, 1][..], "7.2"));
        let (last, token) = page(all.clone(), 2, "7.4", 7).expect("last");
        assert_eq!((last.as_slice(), token.as_str()), (&[4][..], ""));
        for wrong in ["x", "4", "7.6", "7.", "8.2"] {
            assert!(page(all.clone(), 2, wrong, 7).is_err(), "{wrong}");
        }
    }
}
