//! The kinds of PDF and the rules that follow from each.

/// Kind of a PDF file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfKind {
    /// PDF/X-1a:2003 for the press: inks only, no transparency, PDF 1.4.
    X1a,
    /// PDF/X-4 for the press, PDF 1.6.
    X4,
    /// For readers: tagged, PDF/UA-1 and PDF/A-2u, screen colours.
    Web,
    /// For proofreaders: the press page under a layer of proof marks.
    Proof,
}

impl PdfKind {
    /// Version of PDF that the file is written in.
    pub(crate) fn pdf_version(self) -> &'static str {
        match self {
            Self::X1a => "1.4",
            Self::X4 | Self::Proof => "1.6",
            Self::Web => "1.7",
        }
    }

    /// True if colours are the inks of a press, false if they are those of a screen.
    pub(crate) fn uses_inks(self) -> bool {
        self != Self::Web
    }

    /// True if the profile of the printing condition is embedded even when the condition is
    /// registered.
    pub(crate) fn always_embeds_profile(self) -> bool {
        matches!(self, Self::X4 | Self::Web)
    }

    /// Value of `GTS_PDFXVersion`, by which a press file names its standard (ISO 15930). `None` for
    /// files that are not PDF/X.
    pub(crate) fn pdfx_version(self) -> Option<&'static str> {
        match self {
            Self::X1a => Some("PDF/X-1a:2003"),
            Self::X4 => Some("PDF/X-4"),
            Self::Web | Self::Proof => None,
        }
    }
}
