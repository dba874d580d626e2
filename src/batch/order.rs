//! Request that is made for every page of a command.

use crate::error::Error;
use crate::intake::read_record;
use crate::proto::render_page_request::Source;
use crate::proto::{Layout, RenderPageRequest};

/// Request that is made for every page of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct RenderOrder {
    /// The request, without a page.
    pub(crate) request: RenderPageRequest,
    /// Style that replaces the one in the record.
    pub(crate) style: StyleChoice,
}

/// Style that replaces the one in a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct StyleChoice {
    /// Name of the house style; `None` keeps the record's.
    pub(crate) style: Option<String>,
    /// Name of the density step; `None` keeps the record's.
    pub(crate) step: Option<String>,
}

impl RenderOrder {
    /// Builds the request for a page from the bytes of a record or of plain copy. `name` is the
    /// stem of its files.
    pub(crate) fn request_for(
        &self,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<RenderPageRequest, Error> {
        let (source, layout) = if looks_like_json(&bytes) {
            let mut record = read_record(&bytes)?;
            record.layout = self.style.apply_to(record.layout);
            (Source::Page(record), None)
        } else {
            (Source::PlainCopy(bytes), self.style.apply_to(None))
        };
        let name = name.to_owned();
        Ok(RenderPageRequest { source: Some(source), layout, name, ..self.request.clone() })
    }
}

impl StyleChoice {
    /// Returns the layout with this style.
    pub(crate) fn apply_to(&self, layout: Option<Layout>) -> Option<Layout> {
        if self.style.is_none() && self.step.is_none() {
            return layout;
        }
        let mut layout = layout.unwrap_or_default();
        if let Some(style) = &self.style {
            layout.house_style.clone_from(style);
        }
        if let Some(step) = &self.step {
            layout.density_step.clone_from(step);
        }
        Some(layout)
    }
}

/// True if an input is JSON: plain copy never starts with a brace.
pub(crate) fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}
