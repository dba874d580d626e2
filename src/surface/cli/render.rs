//! `render`, `plan`: pages.

use std::path::Path;

use serde::Serialize;
use tonic::Code;

use crate::engine::Rendered;
use crate::image::Pictures;
use crate::intake::{Switches, read_geometry, read_json, read_plain};
use crate::proto::{self, Output, PageRecord};
use crate::report;
use crate::surface::cli::args::{Make, PlanArgs, Policy, RenderArgs, Source};
use crate::surface::cli::{Exit, Failed, config, engine, files, pictures, tell};
use crate::surface::grpc::client::{self, Remote};
use crate::surface::watch::Watch;

/// Typesets a page here or at a server, and writes what came of it.
pub(crate) fn render(args: &RenderArgs) -> Result<(), Failed> {
    let config = config(&args.common)?;
    let most = config.limits.input_bytes;
    let bytes = files::read_input(&args.source.input, most)?;
    let mut request = request(args, bytes, most)?;
    let pictures = pictures::read(args.pictures.as_deref(), record_of(&request), &config.limits)?;
    if let Some(address) = &args.remote {
        if !pictures.is_empty() {
            embed(&mut request, &pictures, config.limits.message_bytes)?;
        }
        return remote(args, address.clone(), request);
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

fn record_of(request: &proto::RenderPageRequest) -> Option<&PageRecord> {
    match &request.source {
        Some(proto::render_page_request::Source::Page(record)) => Some(record),
        Some(proto::render_page_request::Source::PlainCopy(_)) | None => None,
    }
}

/// Sends the pictures along, if the message may be as large.
fn embed(
    request: &mut proto::RenderPageRequest,
    pictures: &Pictures,
    most: usize,
) -> Result<(), Failed> {
    if let Some(proto::render_page_request::Source::Page(record)) = &mut request.source {
        pictures::embed(record, pictures);
    }
    let bytes = proto::encoded_len(request);
    if bytes > most {
        let line = format!(
            "图片太大，无法随请求发送：{bytes} 字节，上限 message_bytes {most} / \
             the pictures are too large to be sent along: {bytes} bytes, over the limit \
             message_bytes: {most}"
        );
        return Err(Failed::new(Exit::Refused, line));
    }
    Ok(())
}

fn remote(
    args: &RenderArgs,
    address: String,
    request: proto::RenderPageRequest,
) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failed::new(Exit::Bug, error.to_string()))?;
    let failed = |failure: client::Failure| {
        let exit = match failure.code {
            Code::FailedPrecondition => Exit::Unfit,
            Code::Unavailable
            | Code::ResourceExhausted
            | Code::DeadlineExceeded
            | Code::Cancelled => Exit::Unavailable,
            Code::Internal | Code::Unknown | Code::DataLoss => Exit::Bug,
            Code::Ok
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated => Exit::Refused,
        };
        Failed { exit, lines: failure.lines }
    };
    let Remote { report, artifacts } =
        runtime.block_on(client::render(address, request)).map_err(failed)?;
    if let Some(report) = &report {
        tell::report(report, args.verbose);
    }
    let artifacts = artifacts.map_err(failed)?;
    // The server suggests names; a name is not to lead out of the directory.
    let name = |name: &str| {
        let name = Path::new(name).file_name().and_then(|name| name.to_str());
        name.unwrap_or("page").to_owned()
    };
    let made: Vec<(String, &[u8])> =
        artifacts.iter().map(|a| (name(&a.file_name), a.bytes.as_slice())).collect();
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

/// Whether an input is JSON: plain copy never starts with a brace.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// The layout that the flags ask for, over what the record has.
fn layout(source: &Source, layout: Option<proto::Layout>) -> Option<proto::Layout> {
    if source.style.is_none() && source.step.is_none() {
        return layout;
    }
    let mut layout = layout.unwrap_or_default();
    if let Some(style) = &source.style {
        layout.house_style.clone_from(style);
    }
    if let Some(step) = &source.step {
        layout.density_step.clone_from(step);
    }
    Some(layout)
}

/// The geometry that articles are to stay by, unless they are to be free.
fn previous(source: &Source, most: u64) -> Result<Option<proto::PageGeometry>, Failed> {
    match &source.previous {
        Some(path) if !source.free => Ok(Some(read_geometry(&files::read_input(path, most)?)?)),
        _ => Ok(None),
    }
}

fn request(
    args: &RenderArgs,
    bytes: Vec<u8>,
    most: u64,
) -> Result<proto::RenderPageRequest, Failed> {
    use proto::render_page_request::Source as From;
    let (source, layout) = if is_json(&bytes) {
        let mut record = read_json(&bytes)?;
        record.layout = layout(&args.source, record.layout);
        (From::Page(record), None)
    } else {
        (From::PlainCopy(bytes), layout(&args.source, None))
    };
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
    let stem = args.source.input.file_stem().and_then(|stem| stem.to_str());
    Ok(proto::RenderPageRequest {
        source: Some(source),
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
        layout,
        previous_geometry: previous(&args.source, most)?,
        name: stem.filter(|stem| *stem != "-").unwrap_or_default().to_owned(),
        ..proto::RenderPageRequest::default()
    })
}

/// Prints candidate layouts as JSON.
pub(crate) fn plan(args: &PlanArgs) -> Result<(), Failed> {
    let config = config(&args.common)?;
    let (record, notes) = record(&args.source, config.limits.input_bytes)?;
    let pictures = pictures::read(args.pictures.as_deref(), Some(&record), &config.limits)?;
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
    let bytes = files::read_input(&source.input, most)?;
    let (mut record, notes) = if is_json(&bytes) {
        (read_json(&bytes)?, Vec::new())
    } else {
        let noted = read_plain(&bytes, Switches::resolve(None, None).rejoin)?;
        (noted.value, noted.notes.iter().map(report::diagnostic).collect())
    };
    record.layout = layout(source, record.layout);
    Ok((record, notes))
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Failed> {
    let text = serde_json::to_string_pretty(value);
    tell::line(&text.map_err(|error| Failed::new(Exit::Bug, error.to_string()))?);
    Ok(())
}
