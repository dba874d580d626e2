//! The pipeline: intake → line and fit → make-up → output, for each call of the service.
//!
//! Synchronous, pure and total. No clock, file or environment is read here; who calls may watch the stages
//! and stop the work between them.

mod article;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod failed;
mod files;
#[cfg(all(feature = "pdf", feature = "preview"))]
mod galley;
#[cfg(feature = "pdf")]
mod links;
mod measure;
#[cfg(feature = "pdf")]
mod pdf;
mod pictures;
#[cfg(feature = "pdf")]
mod press;
mod proof;
mod step;
mod stood;

use std::sync::Arc;

#[cfg(feature = "pdf")]
use crate::colour::{DeviceLink, ProfileSpace, is_profile_of};
use crate::config::{CANDIDATES_MAX, PREVIEW_DPI, RequestLimits};
use crate::engine::files::{RenderContext, check_name, hex, profile_of, served, stamp_of, unfit};
use crate::engine::measure::measures;
use crate::engine::pictures::look_at_pictures;
use crate::engine::step::default_step;
use crate::engine::stood::stood;
use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{Leading, ShapedItem, ShapingContext, has_interlinear_marks, shape_items};
use crate::font::FontSet;
use crate::image::PictureSupply;
use crate::intake::{
    CheckContext, NormaliseSwitches, normalise_and_check, read_plain, write_record,
};
use crate::makeup::{HaltSignal, MakeupTask, PreviousPlacement, change_findings};
use crate::model::{DensityStep, HouseStyle, PageCopy, broadsheet};
use crate::proto;
use crate::proto::{Output, Policy};
use crate::report;
use sha2::{Digest, Sha256};

pub use crate::engine::article::{BlockExplanation, BodyExplanation, LineExplanation};
pub use crate::engine::files::{Artifact, file_ending};
#[cfg(feature = "pdf")]
pub use crate::preflight::FileFacts;

/// The stages of a call, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenderStage {
    /// Reading and checking the record.
    Intake,
    /// Shaping every text.
    Shape,
    /// Lines, fitting, make-up.
    MakeUp,
    /// Press PDF.
    Pdf,
    /// Preview.
    Preview,
    /// Geometry and record as JSON.
    Json,
}

impl RenderStage {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Shape => "shape",
            Self::MakeUp => "makeup",
            Self::Pdf => "pdf",
            Self::Preview => "preview",
            Self::Json => "json",
        }
    }
}

/// Who watches a call: told of each stage as it begins, and free to stop the work there.
pub trait CallObserver: Sync {
    /// A stage begins.
    ///
    /// # Errors
    /// Why the work is to stop: the deadline, or a caller who has gone.
    fn enter(&self, stage: RenderStage) -> Result<(), Error>;

    /// Within a stage, often: whether the work may go on.
    ///
    /// # Errors
    /// As [`Observer::enter`].
    fn check_continue(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// Nobody watches.
impl CallObserver for () {
    fn enter(&self, _: RenderStage) -> Result<(), Error> {
        Ok(())
    }
}

/// What a render gives: the report in any case, the artifacts unless the copy does not fit.
#[derive(Clone, Debug)]
pub struct RenderResult {
    /// What happened.
    pub report: proto::RenderReport,
    /// The files, in the order asked for; or why there are none.
    pub artifacts: Result<Vec<Artifact>, Error>,
}

/// Everything a process needs to make pages. Clones share it.
#[derive(Clone, Debug)]
pub struct Engine {
    fonts: FontSet,
    styles: Arc<Vec<HouseStyle>>,
    limits: RequestLimits,
    pictures: PictureSupply,
}

/// A page on its way: checked, shaped, with its style.
pub(crate) struct CheckedPage<'a> {
    pub(crate) copy: PageCopy,
    pub(crate) record: proto::PageRecord,
    pub(crate) ready: Vec<ShapedItem>,
    /// The same for steps whose lines stand too close for what belongs between them; empty if nothing does.
    tight: Vec<ShapedItem>,
    /// Where its articles stood in the round before, and the step they stood at.
    stood: (String, Vec<PreviousPlacement>),
    pub(crate) style: &'a HouseStyle,
    notes: Vec<Finding>,
    pub(crate) policy: Policy,
    /// Whether the work is to stop, for the loops of the make-up.
    halt: Box<dyn Fn() -> bool + Sync + 'a>,
}

impl CheckedPage<'_> {
    /// The articles as a step sets them.
    pub(crate) fn ready(&self, step: &DensityStep) -> &[ShapedItem] {
        let tight = !self.tight.is_empty() && Leading::of(self.style, step) == Leading::Tight;
        if tight { &self.tight } else { &self.ready }
    }

    /// Under a policy that marks, drops the locks that findings name, and tells it; whether there were any.
    pub(crate) fn drop_locks(&mut self, findings: &[Finding]) -> bool {
        let locks = &mut self.copy.requests.locks;
        let before = locks.len();
        for finding in findings.iter().filter(|_| self.policy == Policy::Mark) {
            let known = locks.len();
            locks.retain(|lock| lock.field != finding.place.field);
            if locks.len() < known {
                let mut note = finding.clone().with_dropped_lock();
                note.severity = self.style.severity(&note);
                self.notes.push(note);
            }
        }
        locks.len() < before
    }
}

/// What a page is read from, and how.
#[derive(Default)]
struct PageInput<'a> {
    source: Option<PageSource>,
    layout: Option<proto::Layout>,
    normalise: Option<&'a proto::Normalise>,
    policy: Policy,
}

/// What a page is read from.
enum PageSource {
    Record(Box<proto::PageRecord>),
    Plain(Vec<u8>),
}

impl Engine {
    /// An engine with the faces and house style of the binary, and further house styles as the texts of
    /// their files.
    ///
    /// # Errors
    /// A house style that cannot be read, with its place.
    pub fn new(limits: RequestLimits, house_styles: &[String]) -> Result<Self, String> {
        Self::with_fonts(FontSet::embedded()?, limits, house_styles)
    }

    /// The same with faces of one's own.
    ///
    /// # Errors
    /// A house style that cannot be read, or that names a role which no face plays.
    pub fn with_fonts(
        fonts: FontSet,
        limits: RequestLimits,
        house_styles: &[String],
    ) -> Result<Self, String> {
        let mut styles = vec![broadsheet(&fonts)?];
        for text in house_styles {
            let style = HouseStyle::parse(text, &fonts)?;
            #[cfg(feature = "pdf")]
            press::severities(&style)?;
            // A newsroom's own file of the same name takes the place of the one in the binary.
            styles.retain(|known| known.name != style.name);
            styles.push(style);
        }
        Ok(Self { fonts, styles: Arc::new(styles), limits, pictures: PictureSupply::default() })
    }

    /// The same engine with the ICC profile of a house style's press.
    ///
    /// # Errors
    /// Bytes that are no CMYK output profile.
    #[cfg(feature = "pdf")]
    pub fn with_profile(mut self, style: &str, icc: &[u8]) -> Result<Self, String> {
        if !is_profile_of(icc, ProfileSpace::Cmyk) || DeviceLink::between(None, icc).is_none() {
            return Err(format!("{style}: press.icc: not a CMYK output profile"));
        }
        for known in Arc::make_mut(&mut self.styles).iter_mut().filter(|known| known.name == style)
        {
            known.press.icc = Some(icc.into());
        }
        Ok(self)
    }

    /// The same engine with pictures at hand, for records that name them without their bytes.
    #[must_use]
    pub fn with_pictures(self, pictures: PictureSupply) -> Self {
        Self { pictures, ..self }
    }

    /// The faces.
    pub fn fonts(&self) -> &FontSet {
        &self.fonts
    }

    /// The house styles.
    pub fn styles(&self) -> &[HouseStyle] {
        &self.styles
    }

    /// The limits.
    pub fn limits(&self) -> &RequestLimits {
        &self.limits
    }

    /// Typesets a page.
    ///
    /// # Errors
    /// Why there is not even a report: input that is no page, something unknown or not served.
    pub fn render(
        &self,
        request: proto::RenderPageRequest,
        observer: &dyn CallObserver,
    ) -> Result<RenderResult, Error> {
        let proto::RenderPageRequest {
            source,
            outputs,
            policy,
            pdf_profile,
            normalise,
            previous_geometry,
            mut proof,
            stamp,
            locale: _,
            preview_dpi,
            layout,
            name,
        } = request;
        observer.enter(RenderStage::Intake)?;
        let outputs = served(&outputs)?;
        let policy = self.policy(policy, &outputs)?;
        let dpi = self.dpi(preview_dpi)?;
        check_name(&name)?;
        let source = source.map(|source| match source {
            proto::render_page_request::Source::Page(record) => {
                PageSource::Record(Box::new(record))
            }
            proto::render_page_request::Source::PlainCopy(bytes) => PageSource::Plain(bytes),
        });
        let given = PageInput { source, layout, normalise: normalise.as_ref(), policy };
        let mut job = self.job(given, observer)?;
        let stamp = stamp_of(&stamp, &job.copy)?;
        let profile = profile_of("pdfProfile", &pdf_profile, &job.style.press)?;
        job.stood = stood(previous_geometry, job.style, &job.ready);
        let changes = self.changes(&mut proof, &outputs, normalise.as_ref(), &job)?;
        observer.enter(RenderStage::MakeUp)?;
        let made = self.first(&mut job);
        // A make-up that was stopped has nothing to tell.
        observer.check_continue()?;
        let made = made?;
        job.notes.extend(change_findings(&made, &job.copy, &changes));
        let press = outputs.contains(&Output::PressPdf);
        let notes = look_at_pictures(&made.pages, &job.copy, job.style, press);
        job.notes.extend(notes);
        let mut told = report::render_report(
            &made,
            &job.copy,
            &job.record,
            job.style,
            &job.notes,
            self.limits.findings,
        );
        let record_json = write_record(&job.record);
        told.record_sha256 = hex(&Sha256::digest(&record_json));
        let unfit = unfit(made.findings.iter().chain(&job.notes), &outputs);
        if policy == Policy::Strict && !unfit.is_empty() {
            return Ok(RenderResult { report: told, artifacts: Err(Error::Unfit(unfit)) });
        }
        let draft = RenderContext {
            made: &made,
            job: &job,
            told: &told,
            stamp,
            dpi,
            name,
            record_json,
            profile,
            proof,
            changes,
        };
        let files = self.artifacts(&outputs, &draft, observer)?;
        told.preflight = files.preflight;
        // Whatever the policy: a press file with an error in it is no press file.
        let ready = files.faults.is_empty();
        let artifacts = if ready { Ok(files.artifacts) } else { Err(Error::Unfit(files.faults)) };
        Ok(RenderResult { report: told, artifacts })
    }

    /// Makes a page up without drawing it.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn plan(
        &self,
        request: proto::PlanPageRequest,
        observer: &dyn CallObserver,
    ) -> Result<proto::PlanPageResponse, Error> {
        let proto::PlanPageRequest {
            source,
            candidates,
            normalise,
            previous_geometry,
            layout,
            locale: _,
        } = request;
        observer.enter(RenderStage::Intake)?;
        if candidates > CANDIDATES_MAX {
            return Err(bad_value(
                "candidates",
                format!("最多 {CANDIDATES_MAX} 个方案"),
                format!("at most {CANDIDATES_MAX} candidates"),
            ));
        }
        let wanted = if candidates == 0 { 3 } else { candidates } as usize;
        let source = source.map(|source| match source {
            proto::plan_page_request::Source::Page(record) => PageSource::Record(Box::new(record)),
            proto::plan_page_request::Source::PlainCopy(bytes) => PageSource::Plain(bytes),
        });
        let policy = Policy::Strict;
        let given = PageInput { source, layout, normalise: normalise.as_ref(), policy };
        let mut job = self.job(given, observer)?;
        job.stood = stood(previous_geometry, job.style, &job.ready);
        observer.enter(RenderStage::MakeUp)?;
        let layouts = self.best(&job, wanted);
        observer.check_continue()?;
        let layouts = layouts?;
        let ready = job.ready(&layouts[0].step);
        let candidates = layouts
            .iter()
            .map(|made| {
                let hash = crate::page::layout_hash(&made.pages);
                let air: i64 = made.fits.iter().map(|fit| fit.air_rows).sum();
                proto::PlanCandidate {
                    geometry: Some(report::geometry(made, &job.copy, job.style, &hash)),
                    cost: made.cost as f64,
                    costs: report::plan_costs(made, ready, job.style),
                    air_rows: i32::try_from(air).unwrap_or(0),
                    reason: Some(report::plan_reason(made, layouts.first(), ready)),
                }
            })
            .collect();
        Ok(proto::PlanPageResponse {
            candidates,
            findings: job.notes.iter().map(report::finding).collect(),
            grouped: layouts.first().is_some_and(|made| made.has_groups),
            search_nodes: layouts
                .first()
                .map_or(0, |made| u32::try_from(made.pairs_joined).unwrap_or(u32::MAX)),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Measures one article over each number of columns.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn measure(
        &self,
        request: proto::MeasureArticleRequest,
        observer: &dyn CallObserver,
    ) -> Result<proto::MeasureArticleResponse, Error> {
        let proto::MeasureArticleRequest {
            article,
            house_style,
            density_step,
            column_counts,
            target_rows,
            normalise,
            protected_names,
            locale: _,
        } = request;
        observer.enter(RenderStage::Intake)?;
        let layout = proto::Layout {
            house_style,
            density_step,
            protected_names,
            ..proto::Layout::default()
        };
        let record = proto::PageRecord {
            articles: article.into_iter().collect(),
            layout: Some(layout),
            ..proto::PageRecord::default()
        };
        let source = Some(PageSource::Record(Box::new(record)));
        let normalise = normalise.as_ref();
        let job = self.job(PageInput { source, normalise, ..PageInput::default() }, observer)?;
        observer.enter(RenderStage::MakeUp)?;
        let style = job.style;
        let step = self.step_of(&job)?.unwrap_or_else(|| default_step(style));
        let counts = if column_counts.is_empty() {
            (1..=step.columns).collect()
        } else {
            column_counts.iter().map(|count| i64::from(*count)).collect::<Vec<_>>()
        };
        if let Some(bad) = counts.iter().find(|count| !(1..=step.columns).contains(*count)) {
            return Err(bad_value(
                "columnCounts",
                format!("栏数 {bad} 不在 1–{} 之间", step.columns),
                format!("{bad} columns are not between 1 and {}", step.columns),
            ));
        }
        if i64::from(target_rows) > step.rows {
            return Err(bad_value(
                "targetRows",
                format!("{target_rows} 行，版心只有 {} 行", step.rows),
                format!("{target_rows} rows; the type area has {}", step.rows),
            ));
        }
        let measures = measures(&self.task(&job, step), step, &counts, i64::from(target_rows));
        let characters: usize =
            job.copy.articles.iter().map(crate::model::Article::char_count).sum();
        Ok(proto::MeasureArticleResponse {
            measures,
            characters: u32::try_from(characters).unwrap_or(u32::MAX),
            grid: Some(report::grid(style, step)),
            house_style: style.name.clone(),
            density_step: step.name.clone(),
            findings: job.notes.iter().map(report::finding).collect(),
        })
    }

    /// Reads, checks and shapes a page.
    fn job<'a>(
        &'a self,
        given: PageInput<'_>,
        observer: &'a dyn CallObserver,
    ) -> Result<CheckedPage<'a>, Error> {
        let PageInput { source, layout, normalise, policy } = given;
        let (mut record, mut notes) = match source {
            None => {
                let words = Bilingual::new("请求中没有版面", "the request has no page");
                return Err(Error::rejected(Finding::new(
                    FindingCode::EmptyInput,
                    FindingPlace::of_field("page"),
                    words,
                )));
            }
            Some(PageSource::Record(record)) => {
                if layout.is_some() {
                    return Err(bad_value(
                        "layout",
                        "记录自带 layout，请求不应再给",
                        "the record has a layout of its own",
                    ));
                }
                (*record, Vec::new())
            }
            Some(PageSource::Plain(bytes)) => {
                let switches = NormaliseSwitches::resolve(normalise, None);
                let mut noted = read_plain(&bytes, switches.rejoin_paragraphs)?;
                noted.value.layout = layout;
                (noted.value, noted.findings)
            }
        };
        let wanted = record.layout.as_ref().map_or("", |layout| layout.house_style.as_str());
        let style = self.style(wanted)?;
        let switches = NormaliseSwitches::resolve(normalise, record.normalise.as_ref());
        let context = CheckContext {
            fonts: &self.fonts,
            limits: &self.limits,
            switches: &switches,
            staff_roles: &style.furniture.staff_roles,
            pictures: &self.pictures,
            drops_bad_locks: policy == Policy::Mark,
        };
        let checked = normalise_and_check(&mut record, &context)?;
        notes.extend(checked.findings);
        let copy = checked.value;
        observer.enter(RenderStage::Shape)?;
        let ready = self.shape(&copy, style, Leading::Open)?;
        let tight = if copy.articles.iter().any(has_interlinear_marks) {
            self.shape(&copy, style, Leading::Tight)?
        } else {
            Vec::new()
        };
        for note in &mut notes {
            note.severity = style.severity(note);
        }
        let stood = (String::new(), Vec::new());
        let halt = Box::new(move || observer.check_continue().is_err());
        Ok(CheckedPage { copy, record, ready, tight, stood, style, notes, policy, halt })
    }

    fn shape(
        &self,
        copy: &PageCopy,
        style: &HouseStyle,
        lead: Leading,
    ) -> Result<Vec<ShapedItem>, Error> {
        let names = &copy.requests.protected_names;
        let shaping = ShapingContext { fonts: &self.fonts, style, names, leading: lead };
        shape_items(copy, &shaping).map_err(Error::Rejected)
    }

    fn style(&self, name: &str) -> Result<&HouseStyle, Error> {
        let wanted = if name.is_empty() { "broadsheet" } else { name };
        let style = self.styles.iter().find(|style| style.name == wanted);
        style.ok_or_else(|| Error::NotFound {
            kind: "house style",
            id: wanted.chars().take(64).collect(),
        })
    }

    fn task<'a>(&'a self, job: &'a CheckedPage<'_>, step: &DensityStep) -> MakeupTask<'a> {
        // At another step the grid is another one.
        let stood = if job.stood.0 == step.name { job.stood.1.as_slice() } else { &[] };
        let ready = job.ready(step);
        let halt = HaltSignal(&*job.halt);
        MakeupTask {
            copy: &job.copy,
            items: ready,
            style: job.style,
            fonts: &self.fonts,
            previous: stood,
            halt,
        }
    }

    fn policy(&self, policy: i32, outputs: &[Output]) -> Result<Policy, Error> {
        match Policy::try_from(policy) {
            Ok(Policy::Unspecified) => {
                let press = outputs.contains(&Output::PressPdf);
                Ok(if press { Policy::Strict } else { Policy::Mark })
            }
            Ok(Policy::Jump) => Err(Error::Unsupported { feature: "POLICY_JUMP".to_owned() }),
            Ok(policy) => Ok(policy),
            Err(_) => Err(bad_value(
                "policy",
                format!("没有策略 {policy}"),
                format!("there is no policy {policy}"),
            )),
        }
    }

    fn dpi(&self, dpi: u32) -> Result<u32, Error> {
        let [least, most] = self.limits.preview_dpi;
        match dpi {
            0 => Ok(PREVIEW_DPI),
            dpi if (least..=most).contains(&dpi) => Ok(dpi),
            dpi => Err(bad_value(
                "previewDpi",
                format!("{dpi} dpi 不在 {least}–{most} 之间"),
                format!("{dpi} dpi is not between {least} and {most}"),
            )),
        }
    }
}

pub(crate) fn bad_value(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::rejected(Finding::new(
        FindingCode::BadValue,
        FindingPlace::of_field(field),
        Bilingual::new(zh, en),
    ))
}
