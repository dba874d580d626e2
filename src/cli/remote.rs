//! The server of `--remote`.

use std::path::Path;

use crate::cli::args::ServerArgs;
use crate::cli::error::CommandError;
use crate::client::{BearerToken, ServerAddress};
use crate::files::{read_limited, read_text};

/// Bytes of a file of certificates: far above any that is in use.
const PEM_BYTES_MAX: u64 = 4 << 20;

/// Returns the server that is to do the work; `None` if the work is done here.
pub(crate) fn server_address(args: &ServerArgs) -> Result<Option<ServerAddress>, CommandError> {
    let Some(url) = &args.remote else { return Ok(None) };
    let read_pem = |path: &Path| read_limited(path, "input_bytes", PEM_BYTES_MAX);
    // A file or a variable, never a flag: flags show in the list of processes.
    let token = match &args.token_file {
        Some(path) => Some(read_text(path)?),
        None => std::env::var("BANMIAN_TOKEN").ok(),
    };
    let token = token.as_deref().map(str::trim).filter(|token| !token.is_empty());
    let unsendable = || {
        CommandError::usage(
            "令牌含有无法发送的字符 / the token contains characters that cannot be sent",
        )
    };
    let identity = match (&args.cert, &args.key) {
        (Some(cert), Some(key)) => Some([read_pem(cert)?, read_pem(key)?]),
        _ => None,
    };
    Ok(Some(ServerAddress {
        url: url.clone(),
        authorities: args.ca.as_deref().map(read_pem).transpose()?,
        identity,
        token: token.map(|token| BearerToken::new(token).ok_or_else(unsendable)).transpose()?,
    }))
}
