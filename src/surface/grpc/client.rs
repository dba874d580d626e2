//! The client of the service, for the command line.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::config::Limits;
use crate::proto;
use crate::proto::render_page_response::Part;
use crate::proto::typeset_service_client::TypesetServiceClient;

/// A file as it came over the wire, complete and checked.
#[derive(Debug)]
pub(crate) struct Received {
    /// The name that the server suggests.
    pub(crate) file_name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// What a remote render gave.
#[derive(Debug)]
pub(crate) struct Remote {
    /// The report, if the server got that far.
    pub(crate) report: Option<proto::RenderReport>,
    /// The files, or why there are none.
    pub(crate) artifacts: Result<Vec<Received>, Failure>,
}

/// Why a remote render gave no files.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The status code.
    pub(crate) code: Code,
    /// What happened, a line each.
    pub(crate) lines: Vec<String>,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let mut lines = vec![status.message().to_owned()];
        let details = status.get_error_details();
        for violation in details.bad_request().into_iter().flat_map(|bad| &bad.field_violations) {
            lines.push(format!("  {} {}", violation.field, violation.description));
        }
        let unfit = details.precondition_failure().into_iter();
        for violation in unfit.flat_map(|failure| &failure.violations) {
            lines.push(format!("  {} {}", violation.subject, violation.description));
        }
        Self { code: status.code(), lines }
    }
}

fn broken(what: String) -> Failure {
    Failure { code: Code::DataLoss, lines: vec![what] }
}

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// Room for all files of a page at once: a client that still asks for more while a draining server
/// closes the connection loses what was on its way.
const WINDOW_BYTES: u32 = 64 << 20;
/// A report of a full page with all its findings stays far below.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// Renders at a server.
///
/// # Errors
/// The server cannot be reached.
pub(crate) async fn render(
    address: String,
    request: proto::RenderPageRequest,
) -> Result<Remote, Failure> {
    let unreachable = |error: &dyn std::error::Error| {
        let mut text = format!("无法连接服务 / the server cannot be reached: {address}: {error}");
        if let Some(source) = error.source() {
            text += &format!(" ({source})");
        }
        Failure { code: Code::Unavailable, lines: vec![text] }
    };
    let endpoint = tonic::transport::Endpoint::from_shared(address.clone());
    let endpoint = endpoint
        .map_err(|error| unreachable(&error))?
        .connect_timeout(CONNECT)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES);
    let channel = endpoint.connect().await.map_err(|error| unreachable(&error))?;
    let mut client = TypesetServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(
            usize::try_from(Limits::default().input_bytes).unwrap_or(usize::MAX),
        );
    let mut remote = Remote { report: None, artifacts: Ok(Vec::new()) };
    remote.artifacts = receive(&mut client, request, &mut remote.report).await;
    Ok(remote)
}

async fn receive(
    client: &mut TypesetServiceClient<tonic::transport::Channel>,
    request: proto::RenderPageRequest,
    report: &mut Option<proto::RenderReport>,
) -> Result<Vec<Received>, Failure> {
    let mut stream = client.render_page(request).await?.into_inner();
    let mut done: Vec<Received> = Vec::new();
    let mut open: Option<(proto::ArtifactHeader, Vec<u8>)> = None;
    while let Some(message) = stream.message().await? {
        match (message.part, &mut open) {
            (Some(Part::Report(told)), _) => *report = Some(told),
            (Some(Part::ArtifactHeader(header)), None) => open = Some((header, Vec::new())),
            (Some(Part::Chunk(chunk)), Some((_, bytes))) => bytes.extend_from_slice(&chunk),
            (Some(Part::ArtifactEnd(end)), opened) => {
                let Some((header, bytes)) = opened.take() else {
                    return Err(broken("文件未曾开始 / an end without a header".to_owned()));
                };
                let hash: String =
                    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                if hash != end.sha256 || bytes.len() as u64 != end.total_bytes {
                    let name = header.file_name;
                    return Err(broken(format!("{name}：传输有误 / it was damaged on the way")));
                }
                done.push(Received { file_name: header.file_name, bytes });
            }
            (None, _) | (Some(Part::ArtifactHeader(_) | Part::Chunk(_)), _) => {
                return Err(broken("消息次序有误 / messages out of order".to_owned()));
            }
        }
    }
    match open {
        None => Ok(done),
        Some((header, _)) => {
            Err(broken(format!("{}：文件不完整 / it is incomplete", header.file_name)))
        }
    }
}
