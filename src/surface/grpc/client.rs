//! The client of the service, for the command line.

pub(crate) mod batch;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::config::RequestLimits;
use crate::finding::Bilingual;
use crate::image::sha256_hex;
use crate::proto;
use crate::proto::render_page_response::Part;
use crate::proto::typeset_service_client::TypesetServiceClient;
use crate::surface::batch::FailureKind;

/// A file as it came over the wire, complete and checked.
#[derive(Debug)]
pub(crate) struct ReceivedFile {
    /// The name that the server suggests, without a folder.
    pub(crate) file_name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// What a remote render gave.
#[derive(Debug)]
pub(crate) struct RemoteResult {
    /// The report, if the server got that far.
    pub(crate) report: Option<proto::RenderReport>,
    /// The files, or why there are none.
    pub(crate) artifacts: Result<Vec<ReceivedFile>, RemoteError>,
}

/// Why a remote render gave no files.
#[derive(Debug)]
pub(crate) struct RemoteError {
    /// The status code.
    pub(crate) code: Code,
    /// What happened, a line each.
    pub(crate) lines: Vec<String>,
}

impl From<Status> for RemoteError {
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

pub(crate) fn broken(what: String) -> RemoteError {
    RemoteError { code: Code::DataLoss, lines: vec![what] }
}

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// Room for all files of a page at once: a client that still asks for more while a draining server
/// closes the connection loses what was on its way.
const WINDOW_BYTES: u32 = 64 << 20;
/// A report of a full page with all its findings stays far below.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// A server, how it is trusted, and who asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerAddress {
    /// `http://…`, or `https://…` for encryption.
    pub(crate) url: String,
    /// Authorities that the server's certificate may be of, PEM; those of the system if not given.
    pub(crate) authorities: Option<Vec<u8>>,
    /// Certificate and key of the client, PEM.
    pub(crate) identity: Option<[Vec<u8>; 2]>,
    /// The token to show.
    pub(crate) token: Option<BearerToken>,
}

/// Shows a token with every call.
#[derive(Clone)]
pub(crate) struct BearerToken(MetadataValue<Ascii>);

impl BearerToken {
    /// `None` if it cannot be sent.
    pub(crate) fn new(token: &str) -> Option<Self> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {token}").parse().ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }
}

/// A token is for no log.
impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A connection that shows who asks.
pub(crate) type ServerChannel = InterceptedService<Channel, TokenInterceptor>;

/// What puts the token into calls.
#[derive(Clone, Debug)]
pub(crate) struct TokenInterceptor(Option<BearerToken>);

impl Interceptor for TokenInterceptor {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(BearerToken(value)) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

/// Connects to a server: the one place that knows how.
///
/// # Errors
/// The server cannot be reached, or the two do not trust each other.
pub(crate) async fn connect(link: &ServerAddress) -> Result<ServerChannel, RemoteError> {
    let address = &link.url;
    let unreachable = |error: &dyn std::error::Error| {
        let mut text = format!("无法连接服务 / the server cannot be reached: {address}: {error}");
        if let Some(source) = error.source() {
            text += &format!(" ({source})");
        }
        RemoteError { code: Code::Unavailable, lines: vec![text] }
    };
    let mut endpoint =
        Endpoint::from_shared(address.to_owned()).map_err(|error| unreachable(&error))?;
    if address.starts_with("https:") {
        let tls = ClientTlsConfig::new();
        let mut tls = match &link.authorities {
            Some(pem) => tls.ca_certificate(Certificate::from_pem(pem)),
            None => tls.with_native_roots(),
        };
        if let Some([certificate, key]) = &link.identity {
            tls = tls.identity(Identity::from_pem(certificate, key));
        }
        endpoint = endpoint.tls_config(tls).map_err(|error| unreachable(&error))?;
    }
    let endpoint = endpoint
        .connect_timeout(CONNECT)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES);
    let channel = endpoint.connect().await.map_err(|error| unreachable(&error))?;
    Ok(InterceptedService::new(channel, TokenInterceptor(link.token.clone())))
}

/// The typesetting calls over a connection.
fn typesetting(door: ServerChannel) -> TypesetServiceClient<ServerChannel> {
    let most = usize::try_from(RequestLimits::default().input_bytes).unwrap_or(usize::MAX);
    TypesetServiceClient::new(door)
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(most)
}

/// Whether a request is small enough to be sent.
///
/// # Errors
/// What to tell if it is not.
pub(crate) fn small_enough(
    request: &proto::RenderPageRequest,
    most: usize,
) -> Result<(), Bilingual> {
    let bytes = proto::encoded_len(request);
    if bytes <= most {
        return Ok(());
    }
    Err(Bilingual::new(
        format!("图片太大，无法随请求发送：{bytes} 字节，上限 message_bytes {most}"),
        format!(
            "the pictures are too large to be sent along: {bytes} bytes, over the limit \
             message_bytes: {most}"
        ),
    ))
}

/// What kind of failure a status is.
pub(crate) fn kind(code: Code) -> FailureKind {
    match code {
        Code::FailedPrecondition => FailureKind::Unfit,
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::Cancelled => {
            FailureKind::Lost
        }
        Code::Internal | Code::Unknown | Code::DataLoss => FailureKind::Bug,
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Unauthenticated => FailureKind::Refused,
    }
}

/// Renders at a server.
///
/// # Errors
/// The server cannot be reached.
pub(crate) async fn render(
    link: &ServerAddress,
    request: proto::RenderPageRequest,
) -> Result<RemoteResult, RemoteError> {
    let mut client = typesetting(connect(link).await?);
    let mut parts = PageAssembler::default();
    let received = receive(&mut client, request, &mut parts).await;
    let report = parts.report.take();
    Ok(RemoteResult { report, artifacts: received.and_then(|()| parts.complete()) })
}

async fn receive(
    client: &mut TypesetServiceClient<ServerChannel>,
    request: proto::RenderPageRequest,
    parts: &mut PageAssembler,
) -> Result<(), RemoteError> {
    let mut stream = client.render_page(request).await?.into_inner();
    while let Some(message) = stream.message().await? {
        parts.take(message)?;
    }
    Ok(())
}

/// The messages of a page, put together as they come.
#[derive(Debug, Default)]
struct PageAssembler {
    report: Option<proto::RenderReport>,
    done: Vec<ReceivedFile>,
    open: Option<(proto::ArtifactHeader, Vec<u8>)>,
}

impl PageAssembler {
    fn take(&mut self, message: proto::RenderPageResponse) -> Result<(), RemoteError> {
        match (message.part, &mut self.open) {
            (Some(Part::Report(told)), _) => self.report = Some(told),
            (Some(Part::ArtifactHeader(header)), None) => self.open = Some((header, Vec::new())),
            (Some(Part::Chunk(chunk)), Some((_, bytes))) => bytes.extend_from_slice(&chunk),
            (Some(Part::ArtifactEnd(end)), opened) => {
                let Some((header, bytes)) = opened.take() else {
                    return Err(broken("文件未曾开始 / an end without a header".to_owned()));
                };
                if sha256_hex(&bytes) != end.sha256 || bytes.len() as u64 != end.total_bytes {
                    let name = header.file_name;
                    return Err(broken(format!("{name}：传输有误 / it was damaged on the way")));
                }
                // The server suggests names; a name is not to lead out of the directory.
                let name = Path::new(&header.file_name).file_name().and_then(|name| name.to_str());
                let file_name = name.unwrap_or("page").to_owned();
                self.done.push(ReceivedFile { file_name, bytes });
            }
            (None, _) | (Some(Part::ArtifactHeader(_) | Part::Chunk(_)), _) => {
                return Err(broken("消息次序有误 / messages out of order".to_owned()));
            }
        }
        Ok(())
    }

    /// The files, if none is half there.
    fn complete(self) -> Result<Vec<ReceivedFile>, RemoteError> {
        match self.open {
            None => Ok(self.done),
            Some((header, _)) => {
                Err(broken(format!("{}：文件不完整 / it is incomplete", header.file_name)))
            }
        }
    }
}
