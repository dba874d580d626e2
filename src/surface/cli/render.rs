//! `render`, `plan`: pages.

use std::path::Path;

use serde::Serialize;

use crate::config::Limits;
use crate::engine::Rendered;
use crate::image::Pictures;
use crate::intake::{Switches, read_geometry, read_json, read_plain};
use crate::proto::picture::Content;
use crate::proto::render_page_request::Source as From;
use crate::proto::{self, Output, PageRecord};
use crate::report;
use crate::surface::cli::args::{
    LookArgs, Make, OrderArgs, PlanArgs, Policy, RenderArgs, ServerArgs, Source,
};
use crate::surface::cli::{Exit, Failed, config, engine, files, tell};
use crate::surface::grpc::client::{self, Link, Remote, Token};
use crate::surface::order::{Look, Order, is_json};
use crate::surface::pictures::{Folder, fill};
use crate::surface::watch::Watch;

/// Typesets a page here or at a server, and writes what came of it.
pub(crate) fn render(args: &RenderArgs) -> Result<(), Failed> {
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
    let (watch, _waiting) = Watch::new(None);
    let Rendered { mut report, artifacts } = engine.render(request, &watch)?;
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
    pictures: &Pictures,
    most: usize,
) -> Result<(), Failed> {
    if let Some(From::Page(record)) = &mut request.source {
        for fault in fill(record, pictures, |image| Content::Data(image.bytes().to_vec())) {
            tell::warn(&Failed::new(Exit::Refused, fault.to_string()));
        }
    }
    client::small_enough(request, most)
        .map_err(|words| Failed::new(Exit::Refused, words.to_string()))
}

/// The server that is to do the work, if one is named.
pub(crate) fn link(args: &ServerArgs) -> Result<Option<Link>, Failed> {
    let Some(url) = &args.remote else { return Ok(None) };
    let pem = |path: &Path| files::read_limited(path, "input_bytes", PEM_MOST);
    let token = match &args.token_file {
        Some(path) => Some(files::read_text(path)?),
        None => std::env::var("BANMIAN_TOKEN").ok(),
    };
    let token = token.as_deref().map(str::trim).filter(|token| !token.is_empty());
    let bad = || {
        Failed::usage("访问口令含有无法发送的字符 / the token has characters that cannot be sent")
    };
    let identity = match (&args.cert, &args.key) {
        (Some(cert), Some(key)) => Some([pem(cert)?, pem(key)?]),
        _ => None,
    };
    Ok(Some(Link {
        url: url.clone(),
        authorities: args.ca.as_deref().map(pem).transpose()?,
        identity,
        token: token.map(|token| Token::new(token).ok_or_else(bad)).transpose()?,
    }))
}

/// Larger files of certificates are not known.
const PEM_MOST: u64 = 4 << 20;

fn remote(args: &RenderArgs, link: &Link, request: proto::RenderPageRequest) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failed::new(Exit::Bug, error.to_string()))?;
    let Remote { report, artifacts } = runtime.block_on(client::render(link, request))?;
    if let Some(report) = &report {
        tell::report(report, args.verbose);
    }
    let artifacts = artifacts?;
    let made: Vec<(String, &[u8])> =
        artifacts.iter().map(|a| (a.file_name.clone(), a.bytes.as_slice())).collect();
    write(args, &made)
}

fn write(args: &RenderArgs, made: &[(String, &[u8])]) -> Result<(), Failed> {
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
fn previous(source: &Source, most: u64) -> Result<Option<proto::PageGeometry>, Failed> {
    match &source.previous {
        Some(path) if !source.free => Ok(Some(read_geometry(&files::read_input(path, most)?)?)),
        _ => Ok(None),
    }
}

/// What flags ask of every page.
pub(crate) fn order(args: &OrderArgs, look: &LookArgs) -> Order {
    let output = |make: &Make| match make {
        Make::Pdf => Output::PressPdf,
        Make::Proof => Output::ProofPdf,
        Make::Web => Output::WebPdf,
        Make::Png => Output::PreviewPng,
        Make::Svg => Output::PreviewSvg,
        Make::Json => Output::RecordJson,
        Make::Geometry => Output::GeometryJson,
    };
    let policy = match args.policy {
        Policy::Strict => proto::Policy::Strict,
        Policy::Mark => proto::Policy::Mark,
    };
    let request = proto::RenderPageRequest {
        outputs: args.make.iter().map(|make| output(make).into()).collect(),
        policy: policy.into(),
        stamp: args.stamp.clone(),
        preview_dpi: args.dpi,
        pdf_profile: args.profile.clone(),
        proof: args.make.contains(&Make::Proof).then(|| proto::ProofSheet {
            round: args.round,
            editor: args.editor.clone(),
            ..proto::ProofSheet::default()
        }),
        ..proto::RenderPageRequest::default()
    };
    Order { request, look: look_of(look) }
}

fn look_of(args: &LookArgs) -> Look {
    Look { style: args.style.clone(), step: args.step.clone() }
}

/// The folder of pictures, if there is one.
pub(crate) fn folder(dir: Option<&Path>, limits: &Limits) -> Result<Option<Folder>, Failed> {
    Ok(dir.map(|dir| Folder::open(dir, limits)).transpose()?)
}

/// The pictures of a record, from a directory if there is one.
fn pictures(
    dir: Option<&Path>,
    record: Option<&PageRecord>,
    limits: &Limits,
) -> Result<Pictures, Failed> {
    match (folder(dir, limits)?, record) {
        (Some(folder), Some(record)) => Ok(folder.of(record)?),
        _ => Ok(Pictures::default()),
    }
}

/// Prints candidate layouts as JSON.
pub(crate) fn plan(args: &PlanArgs) -> Result<(), Failed> {
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
    response.diagnostics.splice(0..0, notes);
    json(&response)
}

/// Reads an input as a record, with the layout that the flags ask for and what the reader of plain copy
/// guessed.
pub(crate) fn record(
    source: &Source,
    most: u64,
) -> Result<(PageRecord, Vec<proto::Diagnostic>), Failed> {
    let (mut record, notes) = copy(&files::read_input(&source.input, most)?)?;
    record.layout = look_of(&source.look).over(record.layout);
    Ok((record, notes))
}

/// Reads copy as a record, and what the reader of plain copy guessed.
fn copy(bytes: &[u8]) -> Result<(PageRecord, Vec<proto::Diagnostic>), Failed> {
    if is_json(bytes) {
        return Ok((read_json(bytes)?, Vec::new()));
    }
    let noted = read_plain(bytes, Switches::resolve(None, None).rejoin)?;
    Ok((noted.value, noted.notes.iter().map(report::diagnostic).collect()))
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Failed> {
    let text = serde_json::to_string_pretty(value);
    tell::line(&text.map_err(|error| Failed::new(Exit::Bug, error.to_string()))?);
    Ok(())
}
