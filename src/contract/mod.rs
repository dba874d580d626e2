//! Descriptions of the contract for other programs: OpenAPI of the HTTP gateway, JSON Schema of the
//! record.

mod openapi;
mod record;
mod schema;

pub(crate) use crate::contract::openapi::openapi_document;
pub(crate) use crate::contract::record::record_schema;
