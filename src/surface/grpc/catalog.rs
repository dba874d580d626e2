//! What the server has: house styles and faces.

use tonic::{Request, Response, Status};

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::engine::Engine;
use crate::error::Error;
use crate::model::HouseStyle;
use crate::proto;
use crate::proto::catalog_service_server::CatalogService;
use crate::report;
use crate::surface::grpc::status::status;

/// Lists what the server has.
#[derive(Debug)]
pub(crate) struct Catalog {
    engine: Engine,
}

/// Rows on a page when the request does not say, and at most.
const PAGE: [usize; 2] = [50, 100];

impl Catalog {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

/// The rows of one page and the token of the next; a token is the place to go on from.
fn page<T>(mut all: Vec<T>, size: u32, token: &str) -> Result<(Vec<T>, String), Status> {
    let size = match usize::try_from(size).unwrap_or(PAGE[1]) {
        0 => PAGE[0],
        size => size.min(PAGE[1]),
    };
    let start = if token.is_empty() { Some(0) } else { token.parse().ok() };
    let Some(start) = start.filter(|start| *start <= all.len()) else {
        let words = Words::new("没有这个分页标记", "there is no such page token");
        let place = Place::field("pageToken");
        return Err(status(&Error::rejected(Diagnostic::new(Code::BadValue, place, words))));
    };
    let mut rest = all.split_off(start);
    let more = rest.len() > size;
    rest.truncate(size);
    Ok((rest, if more { (start + size).to_string() } else { String::new() }))
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

#[tonic::async_trait]
impl CatalogService for Catalog {
    async fn list_house_styles(
        &self,
        request: Request<proto::ListHouseStylesRequest>,
    ) -> Result<Response<proto::ListHouseStylesResponse>, Status> {
        let proto::ListHouseStylesRequest { page_size, page_token } = request.into_inner();
        let all = self.engine.styles().iter().map(house_style).collect();
        let (house_styles, next_page_token) = page(all, page_size, &page_token)?;
        Ok(Response::new(proto::ListHouseStylesResponse { house_styles, next_page_token }))
    }

    async fn list_fonts(
        &self,
        request: Request<proto::ListFontsRequest>,
    ) -> Result<Response<proto::ListFontsResponse>, Status> {
        let proto::ListFontsRequest { page_size, page_token } = request.into_inner();
        let faces = self.engine.fonts().catalog().faces().iter();
        let font = |info: &crate::font::FaceInfo| proto::Font {
            name: info.name.clone(),
            family: info.name.clone(),
            roles: vec![info.role.clone()],
            licence: info.licence.clone(),
            embedding: proto::FontEmbedding::Subset.into(),
            source: proto::FontSource::BuiltIn.into(),
            ..proto::Font::default()
        };
        let (fonts, next_page_token) = page(faces.map(font).collect(), page_size, &page_token)?;
        Ok(Response::new(proto::ListFontsResponse { fonts, next_page_token }))
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn pages_follow_each_other() {
        let all: Vec<u32> = (0..5).collect();
        let (first, token) = page(all.clone(), 2, "").expect("first");
        assert_eq!((first.as_slice(), token.as_str()), (&[0, 1][..], "2"));
        let (last, token) = page(all.clone(), 2, "4").expect("last");
        assert_eq!((last.as_slice(), token.as_str()), (&[4][..], ""));
        assert!(page(all, 2, "x").is_err());
    }
}
