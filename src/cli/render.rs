//! `render`, `plan`: one page.

use crate::cli::args::{PlanArgs, RenderArgs};
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::input::{InputRecord, previous_geometry, read_copy, read_pictures, read_record};
use crate::cli::load::{load_config, load_engine};
use crate::cli::order::render_order;
use crate::cli::print::{NoteDisplay, print_json, print_report, print_warning, print_written};
use crate::cli::remote::server_address;
use crate::client::{RemoteResult, ServerAddress, check_request_size, render_page};
use crate::engine::RenderResult;
use crate::files::{fill_pictures, read_input, write_files};
use crate::image::PictureSupply;
use crate::proto;
use crate::proto::picture::Content;
use crate::proto::render_page_request::Source;
use crate::service::call_watch::CallWatch;

/// Typesets a page here or at a server, and writes its files.
pub(crate) fn render(args: &RenderArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let bytes_max = config.limits.input_bytes;
    let bytes = read_input(&args.source.input, bytes_max)?;
    let stem = args.source.input.file_stem().and_then(|stem| stem.to_str());
    // Standard input has no name that files could take.
    let stem = stem.filter(|stem| *stem != "-").unwrap_or_default();
    let mut request = render_order(&args.order, &args.source.look).request_for(stem, bytes)?;
    request.previous_geometry = previous_geometry(&args.source, bytes_max)?;
    if let (Some(path), Some(proof)) = (&args.since, &mut request.proof) {
        proof.previous_page = Some(read_copy(&read_input(path, bytes_max)?)?.record);
    }
    let record = match &request.source {
        Some(Source::Page(record)) => Some(record),
        Some(Source::PlainCopy(_)) | None => None,
    };
    let pictures = read_pictures(args.order.pictures.as_deref(), record, &config.limits)?;
    // Before the engine is loaded: a server has fonts and house styles of its own.
    if let Some(address) = server_address(&args.server)? {
        if !pictures.is_empty() {
            embed_pictures(&mut request, &pictures, config.limits.message_bytes)?;
        }
        return render_at_server(args, &address, request);
    }
    let engine = load_engine(&config)?.with_pictures(pictures);
    let (watch, _guard) = CallWatch::new(None);
    let RenderResult { report, artifacts } = engine.render(request, &watch)?;
    // Before the files: the report is worth reading even if there are none.
    print_report(&report, notes_of(args));
    let artifacts = artifacts?;
    let files = artifacts.iter().map(|file| (file.file_name.clone(), file.bytes.as_slice()));
    write_artifacts(args, files.collect())
}

fn notes_of(args: &RenderArgs) -> NoteDisplay {
    if args.verbose { NoteDisplay::Listed } else { NoteDisplay::Counted }
}

/// Puts the pictures into the request.
///
/// # Errors
/// The message becomes larger than a server reads.
fn embed_pictures(
    request: &mut proto::RenderPageRequest,
    pictures: &PictureSupply,
    message_bytes: usize,
) -> Result<(), CommandError> {
    if let Some(Source::Page(record)) = &mut request.source {
        let embed = |image: &crate::image::SourceImage| Content::Data(image.bytes().to_vec());
        for finding in fill_pictures(record, pictures, embed) {
            print_warning(&[finding.to_string()]);
        }
    }
    check_request_size(request, message_bytes)
        .map_err(|message| CommandError::new(ExitStatus::Rejected, message.to_string()))
}

fn render_at_server(
    args: &RenderArgs,
    address: &ServerAddress,
    request: proto::RenderPageRequest,
) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::internal)?;
    let RemoteResult { report, artifacts } = runtime.block_on(render_page(address, request))?;
    if let Some(report) = &report {
        print_report(report, notes_of(args));
    }
    let artifacts = artifacts?;
    let files = artifacts.iter().map(|file| (file.file_name.clone(), file.bytes.as_slice()));
    write_artifacts(args, files.collect())
}

fn write_artifacts(args: &RenderArgs, mut files: Vec<(String, &[u8])>) -> Result<(), CommandError> {
    // `None` for standard input, which no file can overwrite.
    let input = std::fs::canonicalize(&args.source.input).ok();
    for (name, _) in &mut files {
        // The record as understood never replaces the record as received.
        let is_input =
            input.is_some() && std::fs::canonicalize(args.output.join(name.as_str())).ok() == input;
        if is_input {
            *name = format!("understood-{name}");
        }
    }
    let paths = write_files(&args.output, &files)?;
    for (path, (_, bytes)) in paths.iter().zip(&files) {
        print_written(path, bytes.len());
    }
    Ok(())
}

/// Prints candidate layouts as JSON.
pub(crate) fn plan(args: &PlanArgs) -> Result<(), CommandError> {
    let config = load_config(&args.common)?;
    let bytes_max = config.limits.input_bytes;
    let InputRecord { record, notes } = read_record(&args.source, bytes_max)?;
    let pictures = read_pictures(args.pictures.as_deref(), Some(&record), &config.limits)?;
    let request = proto::PlanPageRequest {
        source: Some(proto::plan_page_request::Source::Page(record)),
        candidates: args.candidates,
        previous_geometry: previous_geometry(&args.source, bytes_max)?,
        ..proto::PlanPageRequest::default()
    };
    let mut response = load_engine(&config)?.with_pictures(pictures).plan(request, &())?;
    response.findings.splice(0..0, notes);
    print_json(&response)
}
