//! Limits on requests and on the work of the program.

use serde::{Deserialize, Serialize};

/// Limits on one request and on the files of a command. Exceeding one is an error that names the
/// limit, except `findings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestLimits {
    /// Articles on a page. A page of briefs has about forty.
    pub articles: usize,
    /// Reserved boxes on a page. A page of small advertisements has about thirty.
    pub reserved: usize,
    /// Code points in one article. A whole page holds about 12 000.
    pub article_chars: usize,
    /// Code points on a page. Bounds the time and memory of a request.
    pub page_chars: usize,
    /// Code points in a headline, kicker or deck.
    pub headline_chars: usize,
    /// Code points in any other single line.
    pub line_chars: usize,
    /// Code points in an id.
    pub id_chars: usize,
    /// Blocks in the body of an article.
    pub blocks: usize,
    /// Spans in a paragraph. No real copy has more than one for each word.
    pub spans: usize,
    /// Combining marks on one base character. No language needs more; hostile input does.
    pub combining_marks: usize,
    /// Pictures on a page, those of its articles included.
    pub pictures: usize,
    /// Bytes of a picture. A photograph for a whole page has about twenty million.
    pub picture_bytes: usize,
    /// Pixels of a picture. Bounds the memory that drawing it takes.
    pub picture_pixels: usize,
    /// Pixels of all pictures of a page. Bounds the time that pictures take; `picture_pixels`
    /// bounds the memory, about eight bytes for each pixel of the picture being drawn.
    pub page_pixels: usize,
    /// Bytes of a font file. A collection of five faces of 65 535 glyphs has about thirty million.
    pub font_bytes: usize,
    /// Bytes of all files of a font folder. They stay in memory.
    pub fonts_bytes: usize,
    /// Bytes of an input file on the command line.
    pub input_bytes: u64,
    /// Bytes of an incoming gRPC message.
    pub message_bytes: usize,
    /// Findings in a report. Further ones are counted.
    pub findings: usize,
    /// Lowest and highest resolution of a preview, in dots per inch.
    pub preview_dpi: [u32; 2],
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            articles: 100,
            reserved: 50,
            article_chars: 200_000,
            page_chars: 400_000,
            headline_chars: 400,
            line_chars: 2_000,
            id_chars: 128,
            blocks: 5_000,
            spans: 1_000,
            combining_marks: 8,
            pictures: 100,
            picture_bytes: 64 << 20,
            picture_pixels: 100_000_000,
            page_pixels: 400_000_000,
            font_bytes: 64 << 20,
            fonts_bytes: 1 << 30,
            input_bytes: 64 << 20,
            message_bytes: 4 << 20,
            findings: 2_000,
            preview_dpi: [20, 300],
        }
    }
}

/// Resolution of a preview in dots per inch, if the request names none.
pub const PREVIEW_DPI: u32 = 100;

/// Most files in a directory of pictures. A day's delivery of an agency has a few thousand.
pub const PICTURE_FILES_MAX: usize = 20_000;

/// Most font files in a font folder. Face ids are one byte, and a newsroom has about thirty files.
pub const FONT_FILES_MAX: usize = 200;

/// Largest table of a font folder, in bytes.
pub const FONT_TABLE_BYTES_MAX: u64 = 1 << 20;

/// Bytes of an artifact in one message: large enough to make framing negligible, small enough that
/// a slow client ties up little memory.
pub const CHUNK_BYTES: usize = 256 << 10;

/// Largest chunk of an upload, in bytes; stated in the contract.
pub const CHUNK_BYTES_MAX: usize = 1 << 20;

/// Most pages in one stream of a batch. Their keys are kept, to find duplicates.
pub const BATCH_PAGES_MAX: usize = 100_000;

/// Most field violations in the details of an error. Larger trailers are rejected by peers.
pub const VIOLATIONS_MAX: usize = 10;

/// Largest details of an error, in bytes.
pub const DETAILS_BYTES_MAX: usize = 4 << 10;

/// Most candidates that `PlanPage` returns.
pub const CANDIDATES_MAX: u32 = 16;

/// Most code points of a page number: section letters and digits.
pub const PAGE_NUMBER_CHARS: usize = 16;

/// Most alternative wordings of one head; stated in the contract.
pub const ALTERNATIVES_MAX: usize = 8;

/// Columns of the largest grid on which a place may be requested: no house style may have more. The
/// make-up checks places against the grid in use.
pub const GRID_COLUMNS_MAX: u32 = 12;

/// Rows of the largest grid on which a place may be requested: of the least pitch, 4 pt, they are
/// deeper than a broadsheet.
pub const GRID_ROWS_MAX: u32 = 400;

/// Most bytes that one stream of a PDF may decode to in preflight. A picture of a whole
/// broadsheet in CMYK at 300 ppi has 118 million.
pub const PREFLIGHT_STREAM_BYTES_MAX: usize = 128 << 20;

/// Most bytes that all streams of a PDF together may decode to in preflight.
pub const PREFLIGHT_BYTES_MAX: usize = 512 << 20;

/// Most operators of a PDF that preflight reads. A page of text has about twenty thousand, a map a
/// million.
pub const PREFLIGHT_OPERATORS_MAX: usize = 5_000_000;

/// Most graphics states that a page may have saved at one time. Viewers stop at between 28 (ISO
/// 32000-1, annex C) and some hundreds.
pub const PREFLIGHT_STATES_MAX: usize = 512;

/// Deepest nesting of form objects that preflight follows.
pub const PREFLIGHT_FORM_DEPTH_MAX: usize = 24;

/// Most pages of a PDF that preflight reads. A press file has one.
pub const PREFLIGHT_PAGES_MAX: usize = 64;

/// Most pixels of a picture whose ink is measured.
pub const PREFLIGHT_PIXELS_MAX: usize = 100_000_000;
