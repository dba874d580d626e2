//! Limits and defaults of the program, each with its reason.
//!
//! Settings come from flags, then the environment, then a file, then the defaults here.

mod layers;
mod limits;
mod service;

pub use crate::config::layers::ENVIRONMENT_PREFIX;
pub use crate::config::limits::{
    ALTERNATIVES_MAX, BATCH_PAGES_MAX, CANDIDATES_MAX, CHUNK_BYTES, CHUNK_BYTES_MAX,
    DETAILS_BYTES_MAX, FONT_FILES_MAX, FONT_TABLE_BYTES_MAX, GRID_COLUMNS_MAX, GRID_ROWS_MAX,
    PAGE_NUMBER_CHARS, PICTURE_FILES_MAX, PREFLIGHT_BYTES_MAX, PREFLIGHT_FORM_DEPTH_MAX,
    PREFLIGHT_OPERATORS_MAX, PREFLIGHT_PAGES_MAX, PREFLIGHT_PIXELS_MAX, PREFLIGHT_STATES_MAX,
    PREFLIGHT_STREAM_BYTES_MAX, PREVIEW_DPI, RequestLimits, VIOLATIONS_MAX,
};
pub use crate::config::service::{LogFormat, ServiceConfig, TenantConfig, TlsConfig};
