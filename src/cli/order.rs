//! Request for a page as the flags have it.

use crate::batch::{RenderOrder, StyleChoice};
use crate::cli::args::{LookArgs, MakeArg, OrderArgs, PolicyArg};
use crate::proto::{self, Output};

/// Builds the request that the flags make for every page.
pub(crate) fn render_order(args: &OrderArgs, look: &LookArgs) -> RenderOrder {
    let policy = match args.policy {
        PolicyArg::Strict => proto::Policy::Strict,
        PolicyArg::Mark => proto::Policy::Mark,
    };
    let request = proto::RenderPageRequest {
        outputs: args.make.iter().map(|make| output_of(*make).into()).collect(),
        policy: policy.into(),
        stamp: args.stamp.clone(),
        preview_dpi: args.dpi,
        pdf_profile: args.profile.clone(),
        proof: args.make.contains(&MakeArg::Proof).then(|| proto::ProofSheet {
            round: args.round,
            editor: args.editor.clone(),
            ..proto::ProofSheet::default()
        }),
        ..proto::RenderPageRequest::default()
    };
    RenderOrder { request, style: style_choice(look) }
}

fn output_of(make: MakeArg) -> Output {
    match make {
        MakeArg::Pdf => Output::PressPdf,
        MakeArg::Proof => Output::ProofPdf,
        MakeArg::Web => Output::WebPdf,
        MakeArg::Png => Output::PreviewPng,
        MakeArg::Svg => Output::PreviewSvg,
        MakeArg::Json => Output::RecordJson,
        MakeArg::Geometry => Output::GeometryJson,
    }
}

/// House style and density step that the flags choose.
pub(crate) fn style_choice(args: &LookArgs) -> StyleChoice {
    StyleChoice { style: args.style.clone(), step: args.step.clone() }
}
