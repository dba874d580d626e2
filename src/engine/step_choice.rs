//! Choice of the density step, and the best layouts at that step.
//!
//! The step is the one that the record or its template names. Without one, a page that comes back
//! keeps its step as long as its copy fits. Otherwise the steps are sorted by how well their
//! capacity suits the amount of copy; the first [`STEPS_PROBED`] are searched roughly for their
//! cost, and the page is made up at the cheapest. If copy is overset there, the next step is tried.

use std::borrow::Cow;

use crate::engine::makeup_input::MakeupInput;
use crate::engine::observer::CallObserver;
use crate::error::{Error, ResourceKind};
use crate::finding::Finding;
use crate::fit::ShapedItem;
use crate::makeup::{MadeUpPage, Stop, check_pinned_places, make_up, probe_step_cost};
use crate::model::{DensityStep, HouseStyle, PageCopy, PagePicture};
use crate::proto::Policy;

/// Number of steps that are probed. The estimate by 字 alone is off by one or two steps.
const STEPS_PROBED: usize = 3;

/// Usual share of a page, in percent, that the body of a single article fills. Each further
/// article takes one percent for its own head and white, down to [`BODY_SHARE_PERCENT_MIN`].
const BODY_SHARE_PERCENT: i64 = 87;
const BODY_SHARE_PERCENT_MIN: i64 = 66;

/// Assumed width of a picture without a requested width, in columns.
const DEFAULT_PICTURE_COLUMNS: i64 = 2;

/// Page at its best step, with the copy that it was made from.
pub(crate) struct LaidOutPage<'a> {
    pub(crate) page: MadeUpPage,
    /// Copy of the page, without the locks that had to be dropped.
    pub(crate) copy: Cow<'a, PageCopy>,
    /// One note for each lock that was dropped.
    pub(crate) dropped_locks: Vec<Finding>,
}

/// Density step that the record asks for. `None` if it leaves the choice.
///
/// # Errors
/// A name that the house style does not have.
pub(crate) fn requested_step<'a>(
    copy: &PageCopy,
    style: &'a HouseStyle,
) -> Result<Option<&'a DensityStep>, Error> {
    let requests = &copy.requests;
    // A template is drawn on the grid of its step.
    let template = style.templates.iter().find(|template| template.name == requests.template);
    let template_step = template.map_or("", |template| template.step.as_str());
    let name =
        if requests.density_step.is_empty() { template_step } else { &requests.density_step };
    if name.is_empty() {
        return Ok(None);
    }
    let step = style.step(name).map(Some);
    step.ok_or_else(|| Error::not_found(ResourceKind::DensityStep, name))
}

/// Step that the house style uses if nothing else decides.
pub(crate) fn default_step(style: &HouseStyle) -> &DensityStep {
    style.step(&style.default_step).unwrap_or(&style.steps[0])
}

/// Returns the best layout at the best step. Under the policy `MARK`, locks that no page can hold
/// are dropped and the page is made up again without them.
pub(crate) fn make_up_best_step<'a>(
    input: MakeupInput<'a>,
    policy: Policy,
    observer: &dyn CallObserver,
) -> Result<LaidOutPage<'a>, Error> {
    let mut copy = Cow::Borrowed(input.copy);
    let mut dropped_locks = Vec::new();
    loop {
        let layouts = best_layouts(&MakeupInput { copy: &copy, ..input }, 1, observer);
        match layouts {
            Ok(mut layouts) => {
                return Ok(LaidOutPage { page: layouts.swap_remove(0), copy, dropped_locks });
            }
            Err(Error::Rejected(findings)) if policy == Policy::Mark => {
                let (without, mut notes) = drop_unplaceable_locks(&copy, &findings);
                // No lock is to blame. Each further round drops one at least, so the loop ends.
                if notes.is_empty() {
                    return Err(Error::Rejected(findings));
                }
                input.style.adjust_severities(&mut notes);
                dropped_locks.extend(notes);
                copy = Cow::Owned(without);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Returns the copy without the locks that findings name, and one note for each of these locks.
fn drop_unplaceable_locks(copy: &PageCopy, findings: &[Finding]) -> (PageCopy, Vec<Finding>) {
    let mut fields: Vec<&str> = Vec::new();
    let mut notes = Vec::new();
    for finding in findings {
        let field = finding.place.field.as_str();
        let is_lock = copy.requests.locks.iter().any(|lock| lock.field == field);
        if is_lock && !fields.contains(&field) {
            fields.push(field);
            notes.push(finding.clone().with_dropped_lock());
        }
    }
    (copy.without_locks(&fields), notes)
}

/// Returns the best layouts at the best step, best first; never empty.
pub(crate) fn best_layouts(
    input: &MakeupInput<'_>,
    count: usize,
    observer: &dyn CallObserver,
) -> Result<Vec<MadeUpPage>, Error> {
    let layouts = search_steps(input, count);
    // The observer knows why a halted call is to stop: a deadline, or a caller who has gone.
    observer.check_continue()?;
    layouts
}

fn search_steps(input: &MakeupInput<'_>, count: usize) -> Result<Vec<MadeUpPage>, Error> {
    if let Some(step) = requested_step(input.copy, input.style)? {
        // The desk has decided: no other step is looked at.
        return layouts_at(input, step, count);
    }
    // A page that comes back keeps its grid as long as its copy fits there.
    let previous_step = input.style.step(&input.previous.step);
    match previous_step.map(|step| layouts_at(input, step, count)) {
        Some(Ok(layouts)) if layouts[0].holds_all() => return Ok(layouts),
        Some(Ok(_) | Err(Error::Rejected(_))) | None => {}
        Some(Err(error)) => return Err(error),
    }
    // Sorted by the estimate: the probe corrects the order among the first few.
    // The previous step is among them: with copy overset everywhere it may still cost the least.
    let mut untried = steps_by_capacity(input)?;
    let mut probed: Vec<(i64, &DensityStep)> = Vec::new();
    // A step that cannot hold the locked places is skipped. If none can, the step with the fewest
    // findings gives the error.
    let mut rejection = None;
    for step in untried.drain(..STEPS_PROBED.min(untried.len())) {
        match probe_step_cost(&input.at(step), step) {
            Ok(cost) => probed.push((cost, step)),
            Err(Stop::Refused(findings)) => {
                rejection = fewer_findings(rejection, Error::Rejected(findings));
            }
            Err(Stop::Halted) => return Err(Error::Cancelled),
        }
    }
    // A stable sort: of equal costs the better capacity comes first.
    probed.sort_by_key(|(cost, _)| *cost);
    let steps = probed.into_iter().map(|(_, step)| step).chain(untried);
    let mut best: Option<Vec<MadeUpPage>> = None;
    for step in steps {
        let layouts = match layouts_at(input, step, count) {
            Ok(layouts) => layouts,
            Err(error @ Error::Rejected(_)) => {
                rejection = fewer_findings(rejection, error);
                continue;
            }
            Err(error) => return Err(error),
        };
        let holds_all = layouts[0].holds_all();
        if best.as_ref().is_none_or(|best| layouts[0].cost < best[0].cost) {
            best = Some(layouts);
        }
        // The probe is an estimate: where copy is overset, the next step may still hold it.
        if holds_all {
            break;
        }
    }
    best.ok_or_else(|| rejection.unwrap_or_else(|| Error::Internal("no density step".to_owned())))
}

/// Returns the best layouts at one step, with the severities of the house style; never empty.
fn layouts_at(
    input: &MakeupInput<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<Vec<MadeUpPage>, Error> {
    let mut layouts = match make_up(&input.at(step), step, count) {
        Ok(layouts) => layouts,
        Err(Stop::Refused(findings)) => return Err(Error::Rejected(findings)),
        Err(Stop::Halted) => return Err(Error::Cancelled),
    };
    for layout in &mut layouts {
        input.style.adjust_severities(&mut layout.findings);
    }
    if layouts.is_empty() { Err(Error::Internal("no layout".to_owned())) } else { Ok(layouts) }
}

/// Of two errors the one with fewer findings; the first if they have the same number.
fn fewer_findings(first: Option<Error>, second: Error) -> Option<Error> {
    let keeps_first = |first: &Error| first.findings().len() <= second.findings().len();
    if first.as_ref().is_some_and(keeps_first) { first } else { Some(second) }
}

/// Steps on which every place requested by the desk exists, best capacity for the copy first.
fn steps_by_capacity<'a>(input: &MakeupInput<'a>) -> Result<Vec<&'a DensityStep>, Error> {
    let body_chars: usize = input.items.open.iter().map(ShapedItem::body_characters).sum();
    let too_many = |_| Error::Internal("more copy than a page can hold".to_owned());
    let body_chars = i64::try_from(body_chars).map_err(too_many)?;
    let articles = i64::try_from(input.copy.articles.len()).map_err(too_many)?;
    let share = (BODY_SHARE_PERCENT - articles).max(BODY_SHARE_PERCENT_MIN);
    let mut rejection = None;
    let mut steps: Vec<(i64, &DensityStep)> = Vec::new();
    for step in &input.style.steps {
        match check_pinned_places(&input.at(step), step) {
            Ok(reserved) => {
                let cells = step.columns * step.rows - reserved - picture_cells(input.copy, step);
                // At least 1: boxes and pictures may take all cells of a step.
                let capacity = (cells * step.chars).max(1);
                steps.push(((body_chars * 100 / capacity - share).abs(), step));
            }
            Err(findings) => rejection = fewer_findings(rejection, Error::Rejected(findings)),
        }
    }
    if let (Some(error), true) = (rejection, steps.is_empty()) {
        return Err(error);
    }
    steps.sort_by_key(|(deviation, _)| *deviation);
    Ok(steps.into_iter().map(|(_, step)| step).collect())
}

/// Estimate of the grid cells that pictures take, at their requested or the default width. At most
/// half of the page.
fn picture_cells(copy: &PageCopy, step: &DensityStep) -> i64 {
    let in_articles = copy.articles.iter().flat_map(|article| &article.pictures);
    let cells = |picture: &PagePicture| {
        let columns = picture.requested_columns.unwrap_or(DEFAULT_PICTURE_COLUMNS);
        let columns = columns.min(step.columns);
        let [width, height] = picture.pixel_size().map(|pixels| i64::from(pixels.max(1)));
        let depth = step.width(columns).scale(height, width).min(step.pitch * step.rows);
        // Two rows more for caption and white.
        columns * (depth.count_fitting(step.pitch) + 2)
    };
    in_articles.chain(&copy.pictures).map(cells).sum::<i64>().min(step.columns * step.rows / 2)
}
