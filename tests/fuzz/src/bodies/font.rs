//! Font files of a newsroom.

use banmian::engine::Engine;
use banmian::font::FontFolder;
use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Article, Block, Output, PageRecord, Paragraph, Policy, RenderPageRequest};

use super::page::{FACE, check_render, engine, limits};
use super::sampled;

/// Font table that gives the file the role of the body face.
const TABLE: &str = "[[face]]\nrole = \"song\"\nfile = \"face\"\n";

/// Text to set; the faces of the corpus have these characters.
const TEXT: &str = "中国一二，“三”——……《A》fi 12。 VAT e\u{301}";

/// Loads a font file into a font set and, if it is accepted, sets a page with it.
pub fn font(data: &[u8]) -> bool {
    if data.len() > limits().font_bytes {
        return false;
    }
    let files = vec![(FACE.to_owned(), data.to_vec())];
    let folder = FontFolder { table: Some(TABLE.to_owned()), files };
    let (fonts, faults) = engine().fonts().with_folder(folder).expect("the faces of the binary");
    for fault in &faults {
        assert!(!fault.zh.is_empty() && !fault.en.is_empty(), "{fault:?}");
    }
    let shipped = engine().fonts().catalog().faces().len();
    if fonts.catalog().faces().len() == shipped {
        assert!(!faults.is_empty(), "a file is neither accepted nor rejected");
        return false;
    }
    let engine = Engine::with_fonts(fonts, limits(), &[]).expect("the style of the binary");
    let text = TEXT.to_owned();
    let block = Content::Paragraph(Paragraph { text, spans: Vec::new() });
    let article = Article {
        headline: TEXT.to_owned(),
        body: vec![Block { content: Some(block) }; 2],
        ..Article::default()
    };
    let outputs = [Output::PressPdf, Output::WebPdf, Output::PreviewPng, Output::PreviewSvg];
    let request = RenderPageRequest {
        source: Some(Source::Page(PageRecord { articles: vec![article], ..PageRecord::default() })),
        outputs: outputs.map(i32::from).to_vec(),
        policy: Policy::Mark.into(),
        ..RenderPageRequest::default()
    };
    check_render(&engine, request, sampled(data, 8));
    true
}
