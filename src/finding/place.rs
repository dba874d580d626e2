//! Places of findings.

use std::ops::Range;

use crate::unit::Rect;

/// Place of a finding: in the record, the copy and on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingPlace {
    /// Field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// Id of the article, empty if the place is in none.
    pub article: String,
    /// Range of code points in the text of the field as received.
    pub range: Option<Range<u32>>,
    /// Line of plain copy, from 1; 0 if the input was a record.
    pub source_line: u32,
    /// Ids of the articles and pictures that the finding is between; empty if it concerns one
    /// article.
    pub between: Vec<String>,
    /// Area on the page.
    pub rect: Option<Rect>,
}

impl FindingPlace {
    /// Sets the articles or pictures that the finding is between.
    #[must_use]
    pub fn between(mut self, ids: Vec<String>) -> Self {
        self.between = ids;
        self
    }

    /// Sets the area on the page.
    #[must_use]
    pub fn on_page(mut self, rect: Option<Rect>) -> Self {
        self.rect = rect;
        self
    }

    /// Returns the place of a whole field.
    pub fn of_field(field: impl Into<String>) -> Self {
        Self { field: field.into(), ..Self::default() }
    }

    /// Sets the article.
    #[must_use]
    pub fn in_article(mut self, id: &str) -> Self {
        id.clone_into(&mut self.article);
        self
    }

    /// Sets the range of code points in the field.
    #[must_use]
    pub fn at_range(mut self, range: Range<u32>) -> Self {
        self.range = Some(range);
        self
    }

    /// Sets the line of plain copy.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.source_line = line;
        self
    }
}
