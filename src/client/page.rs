//! One page rendered at a server, and its files put together from the messages of the response.

use std::path::Path;

use crate::client::connection::{ServerAddress, ServerChannel, connect, typeset_client};
use crate::client::error::{RemoteError, broken_response};
use crate::image::sha256_hex;
use crate::proto;
use crate::proto::render_page_response::Part;
use crate::proto::typeset_service_client::TypesetServiceClient;

/// A file that arrived complete and with the hash that was announced.
#[derive(Debug)]
pub(crate) struct ReceivedFile {
    /// Name that the server suggests, without a folder.
    pub(crate) file_name: String,
    /// Content.
    pub(crate) bytes: Vec<u8>,
}

/// Response of a remote render.
#[derive(Debug)]
pub(crate) struct RemoteResult {
    /// The report, if the server got that far.
    pub(crate) report: Option<proto::RenderReport>,
    /// The files, or the reason why there are none.
    pub(crate) artifacts: Result<Vec<ReceivedFile>, RemoteError>,
}

/// Renders a page at a server.
///
/// # Errors
/// The server cannot be reached.
pub(crate) async fn render_page(
    address: &ServerAddress,
    request: proto::RenderPageRequest,
) -> Result<RemoteResult, RemoteError> {
    let mut client = typeset_client(connect(address).await?);
    let mut assembler = PageAssembler::default();
    let received = receive(&mut client, request, &mut assembler).await;
    let report = assembler.report.take();
    Ok(RemoteResult { report, artifacts: received.and_then(|()| assembler.finish()) })
}

async fn receive(
    client: &mut TypesetServiceClient<ServerChannel>,
    request: proto::RenderPageRequest,
    assembler: &mut PageAssembler,
) -> Result<(), RemoteError> {
    let mut stream = client.render_page(request).await?.into_inner();
    while let Some(message) = stream.message().await? {
        assembler.push(message)?;
    }
    Ok(())
}

/// Puts the messages of a page together as they arrive.
#[derive(Debug, Default)]
pub(crate) struct PageAssembler {
    /// The report, once it has arrived.
    pub(crate) report: Option<proto::RenderReport>,
    files: Vec<ReceivedFile>,
    /// Header and bytes of the file that is arriving.
    current_file: Option<(proto::ArtifactHeader, Vec<u8>)>,
}

impl PageAssembler {
    /// Adds a message.
    ///
    /// # Errors
    /// Messages out of order, or a file with another hash than announced.
    pub(crate) fn push(&mut self, message: proto::RenderPageResponse) -> Result<(), RemoteError> {
        match (message.part, &mut self.current_file) {
            (Some(Part::Report(report)), _) => self.report = Some(report),
            (Some(Part::ArtifactHeader(header)), None) => {
                self.current_file = Some((header, Vec::new()));
            }
            (Some(Part::Chunk(chunk)), Some((_, bytes))) => bytes.extend_from_slice(&chunk),
            // The hash is checked before a file counts as received.
            (Some(Part::ArtifactEnd(end)), current) => {
                let Some((header, bytes)) = current.take() else {
                    let what = "文件只有结尾，没有开头 / artifact end without a header";
                    return Err(broken_response(what.to_owned()));
                };
                if sha256_hex(&bytes) != end.sha256 || bytes.len() as u64 != end.total_bytes {
                    let name = header.file_name;
                    let what = format!("{name}：传输中损坏 / damaged in transfer");
                    return Err(broken_response(what));
                }
                // The server suggests names; a name must not lead out of the directory.
                let name = Path::new(&header.file_name).file_name().and_then(|name| name.to_str());
                let file_name = name.unwrap_or("page").to_owned();
                self.files.push(ReceivedFile { file_name, bytes });
            }
            (None, _) | (Some(Part::ArtifactHeader(_) | Part::Chunk(_)), _) => {
                let what = "消息次序有误 / messages out of order";
                return Err(broken_response(what.to_owned()));
            }
        }
        Ok(())
    }

    /// Returns the files.
    ///
    /// # Errors
    /// The last file is incomplete.
    pub(crate) fn finish(self) -> Result<Vec<ReceivedFile>, RemoteError> {
        match self.current_file {
            None => Ok(self.files),
            Some((header, _)) => {
                let what = format!("{}：文件不完整 / incomplete", header.file_name);
                Err(broken_response(what))
            }
        }
    }
}
