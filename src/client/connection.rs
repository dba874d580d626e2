//! Connection to a server: address, trust, token, size of messages.

use std::fmt;
use std::time::Duration;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};

use crate::client::error::RemoteError;
use crate::config::RequestLimits;
use crate::finding::Bilingual;
use crate::proto;
use crate::proto::typeset_service_client::TypesetServiceClient;

/// Time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Flow-control window, with room for all files of a page at once: a client that still asks for
/// more while a draining server closes the connection loses what was on its way.
const WINDOW_BYTES: u32 = 64 << 20;
/// Bytes of a message from the server. The report of a full page with all its findings is far
/// smaller.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// Address of a server, its trusted certificates, and the identity of the caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerAddress {
    /// `http://…`, or `https://…` for encryption.
    pub(crate) url: String,
    /// Authorities of the server's certificate, PEM; `None` for those of the system.
    pub(crate) authorities: Option<Vec<u8>>,
    /// Certificate and key of the client, PEM.
    pub(crate) identity: Option<[Vec<u8>; 2]>,
    /// Token of the caller.
    pub(crate) token: Option<BearerToken>,
}

/// Token that is sent with every call.
#[derive(Clone)]
pub(crate) struct BearerToken(MetadataValue<Ascii>);

impl BearerToken {
    /// Returns `None` if the token has characters that a header cannot carry.
    pub(crate) fn new(token: &str) -> Option<Self> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {token}").parse().ok()?;
        // HTTP/2 then keeps it out of its header table, and logs do not show it.
        value.set_sensitive(true);
        Some(Self(value))
    }
}

/// Hides the token from logs.
impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken")
    }
}

/// Connection that sends the token with every call.
pub(crate) type ServerChannel = InterceptedService<Channel, TokenInterceptor>;

/// Adds the token to the headers of a call.
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

/// Connects to a server.
///
/// # Errors
/// The server cannot be reached, or one side does not trust the other.
pub(crate) async fn connect(address: &ServerAddress) -> Result<ServerChannel, RemoteError> {
    let url = &address.url;
    let unreachable = |error: &dyn std::error::Error| {
        let mut text = format!("无法连接服务 / the server cannot be reached: {url}: {error}");
        // The transport says only that it failed; the cause is one level down.
        if let Some(source) = error.source() {
            text += &format!(" ({source})");
        }
        RemoteError { code: Code::Unavailable, lines: vec![text] }
    };
    let mut endpoint =
        Endpoint::from_shared(url.to_owned()).map_err(|error| unreachable(&error))?;
    if url.starts_with("https:") {
        let tls = ClientTlsConfig::new();
        let mut tls = match &address.authorities {
            Some(pem) => tls.ca_certificate(Certificate::from_pem(pem)),
            None => tls.with_native_roots(),
        };
        if let Some([certificate, key]) = &address.identity {
            tls = tls.identity(Identity::from_pem(certificate, key));
        }
        endpoint = endpoint.tls_config(tls).map_err(|error| unreachable(&error))?;
    }
    let endpoint = endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES);
    let channel = endpoint.connect().await.map_err(|error| unreachable(&error))?;
    Ok(InterceptedService::new(channel, TokenInterceptor(address.token.clone())))
}

/// Client of the typesetting calls.
pub(crate) fn typeset_client(channel: ServerChannel) -> TypesetServiceClient<ServerChannel> {
    let request_bytes_max =
        usize::try_from(RequestLimits::default().input_bytes).unwrap_or(usize::MAX);
    TypesetServiceClient::new(channel)
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(request_bytes_max)
}

/// Checks that a request is not larger than the `message_bytes` that a server reads.
///
/// # Errors
/// Text that says so.
pub(crate) fn check_request_size(
    request: &proto::RenderPageRequest,
    message_bytes: usize,
) -> Result<(), Bilingual> {
    let bytes = proto::encoded_len(request);
    if bytes <= message_bytes {
        return Ok(());
    }
    Err(Bilingual::new(
        format!("图片太大，无法随请求发送：{bytes} 字节，上限 message_bytes {message_bytes}"),
        format!(
            "the pictures are too large to send with the request: {bytes} bytes, over the limit \
             message_bytes: {message_bytes}"
        ),
    ))
}
