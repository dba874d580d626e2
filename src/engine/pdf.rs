//! A PDF as it is asked for: which kind, what it says of itself, what lies around the page and over it.

use crate::colour;
use crate::engine::Engine;
use crate::engine::files::RenderContext;
use crate::engine::links::links;
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

impl Engine {
    /// What is to be written for an output.
    pub(crate) fn order(
        &self,
        output: Output,
        draft: &RenderContext<'_>,
    ) -> Result<PdfOrder, Error> {
        let kind = match (output, draft.profile) {
            (Output::WebPdf, _) => PdfKind::Web,
            (Output::ProofPdf, _) => PdfKind::Proof,
            (_, PressProfile::X1a) => PdfKind::X1a,
            (_, PressProfile::X4) => PdfKind::X4,
        };
        let copy = &draft.job.copy;
        let style = &draft.job.style.press;
        let condition = condition(kind, style)?;
        let pictures = match kind {
            PdfKind::Web => pdf::PictureTarget::Screen,
            PdfKind::X1a | PdfKind::X4 | PdfKind::Proof => {
                pdf::PictureTarget::Press(pdf::PressPictures {
                    icc: condition.icc.clone(),
                    ink_limit: style.ink_max_milli,
                    target_ppi: style.ppi.reduce_to,
                    reduce_above_ppi: style.ppi.reduce_above,
                })
            }
        };
        let mut order = PdfOrder {
            condition,
            picture_target: pictures,
            page_label: copy.page_number.text.clone(),
            stories: stories(draft),
            spots: spots(&draft.job.style.inks),
            ..PdfOrder::new(kind, meta(draft))
        };
        if matches!(kind, PdfKind::X1a | PdfKind::X4) {
            order.margin = self.margin(draft, kind)?;
        }
        if kind == PdfKind::Web {
            order.links = links(draft.made, copy);
        }
        if kind == PdfKind::Proof {
            order.proof_layer = Some(self.layer(draft)?);
        }
        Ok(order)
    }

    /// What lies around the trim of a press file.
    fn margin(&self, draft: &RenderContext<'_>, kind: PdfKind) -> Result<SheetMargin, Error> {
        let style = &draft.job.style.press;
        let mut margin = SheetMargin { bleed: style.bleed, slug: None };
        if style.has_marks {
            let mut slug = page_name(&draft.job.copy);
            slug.extend(kind.pdfx_version().map(str::to_owned));
            slug.extend([style.condition.clone(), hash(draft).to_owned()]);
            let task = self.task(draft.job, &draft.made.step);
            let marks = press_marks(&task, draft.made, &slug.join(" "), style.bleed);
            margin.slug = Some(marks.map_err(Error::Rejected)?);
        }
        Ok(margin)
    }

    /// The marks of a proof.
    fn layer(&self, draft: &RenderContext<'_>) -> Result<ProofLayer, Error> {
        let none = ProofSheet::default();
        let sheet = draft.proof.as_ref().unwrap_or(&none);
        let task = self.task(draft.job, &draft.made.step);
        let words = words(sheet, draft);
        let notes = &draft.job.notes;
        let marks = proof_marks(&task, draft.made, notes, &words, &draft.changes);
        let [under, over] = marks.map_err(Error::Rejected)?;
        Ok(ProofLayer { name: "校样标记".to_owned(), below: under, above: over })
    }

    /// The sheets of a proof that say what changed.
    pub(crate) fn list_of_changes(&self, draft: &RenderContext<'_>) -> Result<Vec<Page>, Error> {
        let task = self.task(draft.job, &draft.made.step);
        change_sheets(&task, draft.made, &draft.changes).map_err(Error::Rejected)
    }
}

/// So much of the layout's hash is shown to people.
const HASH_SHOWN: usize = 12;

fn hash<'a>(draft: &'a RenderContext<'_>) -> &'a str {
    let hash = &draft.told.layout_hash;
    hash.get(..HASH_SHOWN).unwrap_or(hash)
}

/// What tells the page from others: paper, date, number and section, as far as the record has them.
fn page_name(copy: &PageCopy) -> Vec<String> {
    let date = copy.date.map(|date| date.to_string()).unwrap_or_default();
    let parts = [&copy.paper_name.text, &date, &copy.page_number.text, &copy.section.text];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect()
}

/// The line and the boxes of a proof.
fn words(sheet: &ProofSheet, draft: &RenderContext<'_>) -> ProofSlip {
    let stage = match sheet.stage() {
        ProofStage::Unspecified | ProofStage::Page => "大样",
        ProofStage::Final => "清样",
    };
    let time = if sheet.printed_at.is_empty() { &draft.stamp } else { &sheet.printed_at };
    let hash = hash(draft);
    let editor =
        if sheet.editor.is_empty() { String::new() } else { format!(" 编辑 {}", sheet.editor) };
    let line = format!("校样 {stage} 第 {} 校 {time} 版面 {hash}{editor}", sheet.round.max(1));
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
    ProofSlip { heading: line, boxes: boxes.collect() }
}

/// What a file is made for.
fn condition(kind: PdfKind, style: &PressStyle) -> Result<PrintingCondition, Error> {
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
    // A newsroom's own profile goes with every file: its condition may be known to nobody else.
    Ok(PrintingCondition {
        name: style.condition.clone(),
        description: style.condition_info.clone(),
        icc: style.icc.clone().unwrap_or_else(colour::newsprint_profile),
        is_registered: style.icc.is_none(),
        ink_count: 4,
    })
}

fn spots(ink: &PageInks) -> Vec<SpotPlate> {
    let one = |spot: &SpotInk| SpotPlate { name: spot.name.clone(), colour: CmykColour(spot.cmyk) };
    ink.spots.iter().map(one).collect()
}

/// The articles on the first page, as people go through them.
fn stories(draft: &RenderContext<'_>) -> Vec<ArticleStory> {
    let articles = &draft.job.copy.articles;
    let modules = draft.made.modules.iter().filter_map(|module| {
        let LockSubject::Article(at) = module.subject else { return None };
        let article = articles.get(at)?;
        let title = [&article.headline, &article.column_title].into_iter();
        let title = title.map(|text| &text.text).find(|text| !text.is_empty());
        let start = module.head_rect.unwrap_or(module.rect);
        Some(ArticleStory {
            title: title.unwrap_or(&module.id).clone(),
            start: Point::new(start.x, start.y),
            beads: module.body_columns.clone(),
        })
    });
    modules.collect()
}

fn meta(draft: &RenderContext<'_>) -> PdfMetadata {
    let copy = &draft.job.copy;
    let headlines: Vec<String> = copy.articles.iter().map(|a| a.headline.text.clone()).collect();
    let mut authors: Vec<String> = Vec::new();
    for byline in draft.job.record.articles.iter().flat_map(|article| &article.bylines) {
        if !authors.contains(&byline.name) {
            authors.push(byline.name.clone());
        }
    }
    let date = copy.date.map(|date| date.to_string()).unwrap_or_default();
    let mut title = page_name(copy);
    let name = if copy.banner.is_empty() { headlines.first() } else { Some(&copy.banner.text) };
    title.extend(name.cloned());
    PdfMetadata {
        title: title.join(" "),
        authors,
        subjects: headlines,
        credits: copy.staff.iter().map(|s| format!("{} {}", s.role, s.names.join("、"))).collect(),
        publication: copy.paper_name.text.clone(),
        section: copy.section.text.clone(),
        page_number: copy.page_number.text.clone(),
        date,
        timestamp: draft.stamp.clone(),
        layout_hash: draft.told.layout_hash.clone(),
        producer: report::VERSION.to_owned(),
    }
}
