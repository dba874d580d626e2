//! Orders for PDF files: kind, metadata, marks around the page and over it.

use crate::colour;
use crate::engine::page_links::page_links;
use crate::engine::render_context::RenderContext;
use crate::engine::setup::Engine;
use crate::error::Error;
use crate::makeup::{ProofSlip, SignatureBox, change_sheets, press_marks, proof_marks};
use crate::model::{LockSubject, PageCopy, PageInks, PressProfile, PressStyle, SpotInk};
use crate::output::pdf::{
    self, ArticleStory, PdfKind, PdfMetadata, PdfOrder, PrintingCondition, ProofLayer, SheetMargin,
    SpotPlate,
};
use crate::page::{CmykColour, Page};
use crate::proto::{Output, ProofSheet, ProofStage, SignatureRole};
use crate::report;
use crate::unit::Point;

/// Number of characters of the layout hash that are shown to people.
const SHORT_HASH_LEN: usize = 12;

impl Engine {
    /// Order for one output of a page.
    pub(crate) fn pdf_order(
        &self,
        output: Output,
        context: &RenderContext<'_>,
    ) -> Result<PdfOrder, Error> {
        let kind = match (output, context.settings.profile) {
            (Output::WebPdf, _) => PdfKind::Web,
            (Output::ProofPdf, _) => PdfKind::Proof,
            (_, PressProfile::X1a) => PdfKind::X1a,
            (_, PressProfile::X4) => PdfKind::X4,
        };
        let press = &context.style.press;
        let condition = printing_condition(kind, press)?;
        // Readers see a file for the web on a screen: no separations and no limit on ink.
        let pictures = match kind {
            PdfKind::Web => pdf::PictureTarget::Screen,
            PdfKind::X1a | PdfKind::X4 | PdfKind::Proof => {
                pdf::PictureTarget::Press(pdf::PressPictures {
                    icc: condition.icc.clone(),
                    ink_limit: press.ink_max_milli,
                    target_ppi: press.ppi.reduce_to,
                    reduce_above_ppi: press.ppi.reduce_above,
                })
            }
        };
        let mut order = PdfOrder {
            condition,
            picture_target: pictures,
            page_label: context.copy.page_number.text.clone(),
            stories: article_stories(context),
            spots: spot_plates(&context.style.inks),
            ..PdfOrder::new(kind, pdf_metadata(context))
        };
        // Each kind has one thing more: marks of the plant, links or proof marks.
        match kind {
            PdfKind::X1a | PdfKind::X4 => order.margin = press_margin(context, kind)?,
            PdfKind::Web => order.links = page_links(context.page, context.copy),
            PdfKind::Proof => order.proof_layer = Some(proof_layer(context)?),
        }
        Ok(order)
    }
}

impl RenderContext<'_> {
    /// Sheets of a proof that list the changes since the previous round.
    pub(crate) fn change_sheets(&self) -> Result<Vec<Page>, Error> {
        change_sheets(&self.task, self.page, self.changes).map_err(Error::Rejected)
    }

    /// Layout hash, shortened for people.
    fn short_hash(&self) -> &str {
        self.layout_hash.get(..SHORT_HASH_LEN).unwrap_or(self.layout_hash)
    }
}

/// Area around the trim of a press file: bleed, marks and slug line.
fn press_margin(context: &RenderContext<'_>, kind: PdfKind) -> Result<SheetMargin, Error> {
    let style = &context.style.press;
    let mut margin = SheetMargin { bleed: style.bleed, slug: None };
    if style.has_marks {
        // Page, standard, condition and hash tell the plant which file a plate was made from.
        let mut slug = page_name_parts(context.copy);
        slug.extend(kind.pdfx_version().map(str::to_owned));
        slug.extend([style.condition.clone(), context.short_hash().to_owned()]);
        let marks = press_marks(&context.task, context.page, &slug.join(" "), style.bleed);
        margin.slug = Some(marks.map_err(Error::Rejected)?);
    }
    Ok(margin)
}

/// Marks of a proof, below and above the page.
fn proof_layer(context: &RenderContext<'_>) -> Result<ProofLayer, Error> {
    let slip = proof_slip(context);
    let marks = proof_marks(&context.task, context.page, context.findings, &slip, context.changes);
    let [below, above] = marks.map_err(Error::Rejected)?;
    Ok(ProofLayer { name: "校样标记".to_owned(), below, above })
}

/// Heading and signature boxes of a proof.
fn proof_slip(context: &RenderContext<'_>) -> ProofSlip {
    let sheet: &ProofSheet = &context.settings.proof_sheet;
    let stage = match sheet.stage() {
        ProofStage::Unspecified | ProofStage::Page => "大样",
        ProofStage::Final => "清样",
    };
    // Never the clock, as for the stamp: equal requests give equal bytes.
    let time =
        if sheet.printed_at.is_empty() { &context.settings.stamp } else { &sheet.printed_at };
    let hash = context.short_hash();
    let editor =
        if sheet.editor.is_empty() { String::new() } else { format!(" 编辑 {}", sheet.editor) };
    let heading = format!("校样 {stage} 第 {} 校 {time} 版面 {hash}{editor}", sheet.round.max(1));
    let roles = [
        (SignatureRole::Editor, "责任编辑"),
        (SignatureRole::Proofreader, "校对"),
        (SignatureRole::DeskHead, "版面主任"),
        (SignatureRole::ChiefEditor, "值班总编"),
        (SignatureRole::Press, "付印"),
    ];
    let signed = |role: SignatureRole| {
        let signature = sheet.signatures.iter().find(|signature| signature.role() == role);
        signature.map_or_else(String::new, |signature| signature.name.clone())
    };
    let boxes = roles
        .into_iter()
        .map(|(role, name)| SignatureBox { role: name.to_owned(), name: signed(role) });
    ProofSlip { heading, boxes: boxes.collect() }
}

/// Printing condition for which a file is made.
fn printing_condition(kind: PdfKind, style: &PressStyle) -> Result<PrintingCondition, Error> {
    if kind == PdfKind::Web {
        let name = "sRGB IEC61966-2.1".to_owned();
        let icc = colour::screen_profile().map_err(Error::Internal)?;
        return Ok(PrintingCondition {
            description: name.clone(),
            name,
            icc,
            is_registered: false,
            ink_count: 3,
        });
    }
    // A newsroom's own profile is embedded in every file: nobody else may know its condition.
    Ok(PrintingCondition {
        name: style.condition.clone(),
        description: style.condition_info.clone(),
        icc: style.icc.clone().unwrap_or_else(colour::newsprint_profile),
        is_registered: style.icc.is_none(),
        ink_count: 4,
    })
}

fn spot_plates(inks: &PageInks) -> Vec<SpotPlate> {
    let plate =
        |spot: &SpotInk| SpotPlate { name: spot.name.clone(), colour: CmykColour(spot.cmyk) };
    inks.spots.iter().map(plate).collect()
}

/// Articles on the first page, for article threads and bookmarks.
fn article_stories(context: &RenderContext<'_>) -> Vec<ArticleStory> {
    let modules = context.page.modules.iter().filter_map(|module| {
        let LockSubject::Article(index) = module.subject else { return None };
        let article = context.copy.articles.get(index)?;
        let titles = [&article.headline, &article.column_title].into_iter();
        // An article without a headline is known by its column, else by its id.
        let title = titles.map(|text| &text.text).find(|text| !text.is_empty());
        let start = module.head_rect.unwrap_or(module.rect);
        Some(ArticleStory {
            title: title.unwrap_or(&module.id).clone(),
            start: Point::new(start.x, start.y),
            beads: module.body_columns.clone(),
        })
    });
    modules.collect()
}

fn pdf_metadata(context: &RenderContext<'_>) -> PdfMetadata {
    let copy = context.copy;
    let headlines: Vec<String> =
        copy.articles.iter().map(|article| article.headline.text.clone()).collect();
    let mut authors: Vec<String> = Vec::new();
    for byline in context.record.articles.iter().flat_map(|article| &article.bylines) {
        if !authors.contains(&byline.name) {
            authors.push(byline.name.clone());
        }
    }
    let mut title = page_name_parts(copy);
    // The banner speaks for the whole page, the first headline for its lead.
    let subject = if copy.banner.is_empty() { headlines.first() } else { Some(&copy.banner.text) };
    title.extend(subject.cloned());
    let credits = copy.staff.iter();
    PdfMetadata {
        title: title.join(" "),
        authors,
        subjects: headlines,
        credits: credits
            .map(|entry| format!("{} {}", entry.role, entry.names.join("、")))
            .collect(),
        publication: copy.paper_name.text.clone(),
        section: copy.section.text.clone(),
        page_number: copy.page_number.text.clone(),
        date: copy.date.map(|date| date.to_string()).unwrap_or_default(),
        timestamp: context.settings.stamp.clone(),
        layout_hash: context.layout_hash.to_owned(),
        producer: report::VERSION.to_owned(),
    }
}

/// Paper, date, page number and section, as far as the record has them.
fn page_name_parts(copy: &PageCopy) -> Vec<String> {
    let date = copy.date.map(|date| date.to_string()).unwrap_or_default();
    let parts = [&copy.paper_name.text, &date, &copy.page_number.text, &copy.section.text];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect()
}
