//! `schema`: the description of records and of the HTTP gateway for other programs.

use crate::cli::args::{SchemaArg, SchemaArgs};
use crate::cli::error::CommandError;
use crate::cli::print::print_line;
use crate::contract::{openapi_document, record_schema};

/// Prints a description of the contract as JSON.
pub(crate) fn schema(args: &SchemaArgs) -> Result<(), CommandError> {
    let document = match args.which {
        SchemaArg::Record => record_schema(),
        SchemaArg::Openapi => openapi_document(),
    };
    print_line(document.trim_end());
    Ok(())
}
