//! What is asked of pages, whichever they are.

use crate::error::Error;
use crate::intake::read_record;
use crate::proto::render_page_request::Source;
use crate::proto::{Layout, RenderPageRequest};

/// What is asked of every page.
#[derive(Clone, Debug, Default)]
pub(crate) struct RenderOrder {
    /// The request, without a page.
    pub(crate) request: RenderPageRequest,
    pub(crate) look: StyleChoice,
}

/// The look that is asked for, over what a record has.
#[derive(Clone, Debug, Default)]
pub(crate) struct StyleChoice {
    /// A house style by name.
    pub(crate) style: Option<String>,
    /// A density step by name.
    pub(crate) step: Option<String>,
}

impl RenderOrder {
    /// The request for a page: the bytes of a record or of plain copy, and a stem for its files.
    pub(crate) fn page(&self, name: &str, bytes: Vec<u8>) -> Result<RenderPageRequest, Error> {
        let (source, layout) = if is_json(&bytes) {
            let mut record = read_record(&bytes)?;
            record.layout = self.look.over(record.layout);
            (Source::Page(record), None)
        } else {
            (Source::PlainCopy(bytes), self.look.over(None))
        };
        let name = name.to_owned();
        Ok(RenderPageRequest { source: Some(source), layout, name, ..self.request.clone() })
    }
}

impl StyleChoice {
    /// The layout with this look.
    pub(crate) fn over(&self, layout: Option<Layout>) -> Option<Layout> {
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

/// Whether an input is JSON: plain copy never starts with a brace.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}
