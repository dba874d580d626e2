//! `render`, `plan`: pages.

use std::path::Path;

use serde::Serialize;

use crate::config::RequestLimits;
use crate::engine::RenderResult;
use crate::image::PictureSupply;
use crate::intake::{NormaliseSwitches, read_geometry, read_plain, read_record};
use crate::proto::picture::Content;
use crate::proto::render_page_request::Source as From;
use crate::proto::{self, Output, PageRecord};
use crate::report;
use crate::surface::cli::args::{
    LookArgs, MakeArg, OrderArgs, PlanArgs, PolicyArg, RenderArgs, ServerArgs, SourceArgs,
};
use crate::surface::cli::{CommandError, ExitStatus, config, engine, files, tell};
use crate::surface::grpc::client::{self, BearerToken, RemoteResult, ServerAddress};
use crate::surface::order::{RenderOrder, StyleChoice, is_json};
use crate::surface::pictures::{PictureFolder, fill};
use crate::surface::watch::CallWatch;

/// Typesets a page here or at a server, and writes what came of it.
pub(crate) fn render(args: &RenderArgs) -> Result<(), CommandError> {
    let config = config(&args.common)?;
    let most = config.limits.input_bytes;
    let bytes = files::read_input(&args.source.input, most)?;
    let stem = args.source.input.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.filter(|stem| *stem != "-").unwrap_or_default();
    let mut request = order(&args.order, &args.source.look).page(stem, bytes)?;
    request.previous_geometry = previous(&args.source, most)?;
    if let (Some(path), Some(proof)) = (&args.since, &mut request.proof) {
        proof.previous_page = Some(copy(&files::read_input(path, most)?)?.0);
    }
    let record = match &request.source {
        Some(From::Page(record)) => Some(record),
        Some(From::PlainCopy(_)) | None => None,
    };
    let pictures = pictures(args.order.pictures.as_deref(), record, &config.limits)?;
    if let Some(link) = link(&args.server)? {
        if !pictures.is_empty() {
            embed(&mut request, &pictures, config.limits.message_bytes)?;
        }
        return remote(args, &link, request);
    }
    let engine = engine(&config)?.with_pictures(pictures);
    let (watch, _waiting) = CallWatch::new(None);
    let RenderResult { mut report, artifacts } = engine.render(request, &watch)?;
    report.stage_times = watch.times();
    tell::report(&report, args.verbose);
    let artifacts = artifacts?;
    let made: Vec<(String, &[u8])> =
        artifacts.iter().map(|a| (a.file_name.clone(), a.bytes.as_slice())).collect();
    write(args, &made)
}

/// Sends the pictures along, if the message may be as large.
fn embed(
    request: &mut proto::RenderPageRequest,
    pictures: &PictureSupply,
    most: usize,
) -> Result<(), CommandError> {
    if let Some(From::Page(record)) = &mut request.source {
        for fault in fill(record, pictures, |image| Content::Data(image.bytes().to_vec())) {
            tell::warn(&CommandError::new(ExitStatus::Refused, fault.to_string()));
        }
    }
    client::small_enough(request, most)
        .map_err(|words| CommandError::new(ExitStatus::Refused, words.to_string()))
}

/// The server that is to do the work, if one is named.
pub(crate) fn link(args: &ServerArgs) -> Result<Option<ServerAddress>, CommandError> {
    let Some(url) = &args.remote else { return Ok(None) };
    let pem = |path: &Path| files::read_limited(path, "input_bytes", PEM_MOST);
    let token = match &args.token_file {
        Some(path) => Some(files::read_text(path)?),
        None => std::env::var("BANMIAN_TOKEN").ok(),
    };
    let token = token.as_deref().map(str::trim).filter(|token| !token.is_empty());
    let bad = || {
        CommandError::usage(
            "访问口令含有无法发送的字符 / the token has characters that cannot be sent",
        )
    };
    let identity = match (&args.cert, &args.key) {
        (Some(cert), Some(key)) => Some([pem(cert)?, pem(key)?]),
        _ => None,
    };
    Ok(Some(ServerAddress {
        url: url.clone(),
        authorities: args.ca.as_deref().map(pem).transpose()?,
        identity,
        token: token.map(|token| BearerToken::new(token).ok_or_else(bad)).transpose()?,
    }))
}

/// Larger files of certificates are not known.
const PEM_MOST: u64 = 4 << 20;

fn remote(
    args: &RenderArgs,
    link: &ServerAddress,
    request: proto::RenderPageRequest,
) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CommandError::new(ExitStatus::Bug, error.to_string()))?;
    let RemoteResult { report, artifacts } = runtime.block_on(client::render(link, request))?;
    if let Some(report) = &report {
        tell::report(report, args.verbose);
    }
    let artifacts = artifacts?;
    let made: Vec<(String, &[u8])> =
        artifacts.iter().map(|a| (a.file_name.clone(), a.bytes.as_slice())).collect();
    write(args, &made)
}

fn write(args: &RenderArgs, made: &[(String, &[u8])]) -> Result<(), CommandError> {
    let input = std::fs::canonicalize(&args.source.input).ok();
    let made: Vec<(String, &[u8])> = made
        .iter()
        .map(|(name, bytes)| {
            // The record as understood never takes the place of the record as given.
            let same =
                input.is_some() && std::fs::canonicalize(args.output.join(name)).ok() == input;
            let name = if same { format!("understood-{name}") } else { name.clone() };
            (name, *bytes)
        })
        .collect();
    let paths = files::write_all(&args.output, &made)?;
    for (path, (_, bytes)) in paths.iter().zip(&made) {
        tell::written(path, bytes.len());
    }
    Ok(())
}

/// The geometry that articles are to stay by, unless they are to be free.
fn previous(source: &SourceArgs, most: u64) -> Result<Option<proto::PageGeometry>, CommandError> {
    match &source.previous {
        Some(path) if !source.free => Ok(Some(read_geometry(&files::read_input(path, most)?)?)),
        _ => Ok(None),
    }
}

/// What flags ask of every page.
pub(crate) fn order(args: &OrderArgs, look: &LookArgs) -> RenderOrder {
    let output = |make: &MakeArg| match make {
        MakeArg::Pdf => Output::PressPdf,
        MakeArg::Proof => Output::ProofPdf,
        MakeArg::Web => Output::WebPdf,
        MakeArg::Png => Output::PreviewPng,
        MakeArg::Svg => Output::PreviewSvg,
        MakeArg::Json => Output::RecordJson,
        MakeArg::Geometry => Output::GeometryJson,
    };
    let policy = match args.policy {
        PolicyArg::Strict => proto::Policy::Strict,
        PolicyArg::Mark => proto::Policy::Mark,
    };
    let request = proto::RenderPageRequest {
        outputs: args.make.iter().map(|make| output(make).into()).collect(),
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
    RenderOrder { request, look: look_of(look) }
}

fn look_of(args: &LookArgs) -> StyleChoice {
    StyleChoice { style: args.style.clone(), step: args.step.clone() }
}

/// The folder of pictures, if there is one.
pub(crate) fn folder(
    dir: Option<&Path>,
    limits: &RequestLimits,
) -> Result<Option<PictureFolder>, CommandError> {
    Ok(dir.map(|dir| PictureFolder::open(dir, limits)).transpose()?)
}

/// The pictures of a record, from a directory if there is one.
fn pictures(
    dir: Option<&Path>,
    record: Option<&PageRecord>,
    limits: &RequestLimits,
) -> Result<PictureSupply, CommandError> {
    match (folder(dir, limits)?, record) {
        (Some(folder), Some(record)) => Ok(folder.of(record)?),
        _ => Ok(PictureSupply::default()),
    }
}

/// Prints candidate layouts as JSON.
pub(crate) fn plan(args: &PlanArgs) -> Result<(), CommandError> {
    let config = config(&args.common)?;
    let (record, notes) = record(&args.source, config.limits.input_bytes)?;
    let pictures = pictures(args.pictures.as_deref(), Some(&record), &config.limits)?;
    let request = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::Page(record)),
        candidates: args.candidates,
        previous_geometry: previous(&args.source, config.limits.input_bytes)?,
        ..proto::PlanPageRequest::default()
    };
    let mut response = engine(&config)?.with_pictures(pictures).plan(request, &())?;
    response.findings.splice(0..0, notes);
    json(&response)
}

/// Reads an input as a record, with the layout that the flags ask for and what the reader of plain copy
/// guessed.
pub(crate) fn record(
    source: &SourceArgs,
    most: u64,
) -> Result<(PageRecord, Vec<proto::Finding>), CommandError> {
    let (mut record, notes) = copy(&files::read_input(&source.input, most)?)?;
    record.layout = look_of(&source.look).over(record.layout);
    Ok((record, notes))
}

/// Reads copy as a record, and what the reader of plain copy guessed.
fn copy(bytes: &[u8]) -> Result<(PageRecord, Vec<proto::Finding>), CommandError> {
    if is_json(bytes) {
        return Ok((read_record(bytes)?, Vec::new()));
    }
    let noted = read_plain(bytes, NormaliseSwitches::resolve(None, None).rejoin_paragraphs)?;
    Ok((noted.value, noted.findings.iter().map(report::finding).collect()))
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value);
    tell::line(&text.map_err(|error| CommandError::new(ExitStatus::Bug, error.to_string()))?);
    Ok(())
}
