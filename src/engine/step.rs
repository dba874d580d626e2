//! Which density step a page is set at, and its best layouts there.

use crate::engine::{CheckedPage, Engine};
use crate::error::Error;
use crate::fit::ShapedItem;
use crate::makeup::{MadeUpPage, check_pinned_places, make_up, probe_step_cost};
use crate::model::{DensityStep, HouseStyle, PagePicture};

impl Engine {
    /// The step that the record asks for, `None` if it leaves the choice.
    pub(crate) fn step_of<'a>(
        &self,
        job: &CheckedPage<'a>,
    ) -> Result<Option<&'a DensityStep>, Error> {
        let wishes = &job.copy.requests;
        // A template is drawn on the grid of its step.
        let templates = &job.style.templates;
        let template = templates.iter().find(|template| template.name == wishes.template);
        let own = template.map_or("", |template| template.step.as_str());
        let wanted =
            if wishes.density_step.is_empty() { own } else { wishes.density_step.as_str() };
        if wanted.is_empty() {
            return Ok(None);
        }
        let step = job.style.step(wanted).map(Some);
        step.ok_or_else(|| Error::NotFound {
            kind: "density step",
            id: wanted.chars().take(64).collect(),
        })
    }

    /// The best layout at the step asked for, or at the step that suits the copy best. Under a policy that marks, locks
    /// that no page can hold are dropped on the way.
    pub(crate) fn first(&self, job: &mut CheckedPage<'_>) -> Result<MadeUpPage, Error> {
        loop {
            match self.best(job, 1) {
                Err(Error::Rejected(why)) if job.drop_locks(&why) => {}
                made => return Ok(made?.swap_remove(0)),
            }
        }
    }

    /// The best layouts at that step, best first, never empty.
    pub(crate) fn best(
        &self,
        job: &CheckedPage<'_>,
        count: usize,
    ) -> Result<Vec<MadeUpPage>, Error> {
        let at = |step: &DensityStep| -> Result<Vec<MadeUpPage>, Error> {
            let mut made = make_up(&self.task(job, step), step, count).map_err(Error::Rejected)?;
            for note in made.iter_mut().flat_map(|made| &mut made.findings) {
                note.severity = job.style.severity(note);
            }
            if made.is_empty() { Err(Error::Internal("no layout".to_owned())) } else { Ok(made) }
        };
        let fits = |made: &[MadeUpPage]| made[0].holds_all();
        if let Some(step) = self.step_of(job)? {
            return at(step);
        }
        // A page that comes back keeps its grid as long as its copy fits there.
        let stood = job.style.step(&job.stood.0).and_then(|step| at(step).ok());
        if let Some(made) = stood.filter(|made| fits(made)) {
            return Ok(made);
        }
        let mut steps = Vec::new();
        // A step that cannot hold what is locked is passed over; none can: what lacks least is told.
        let mut refused = None;
        let mut others = self.by_room(job)?;
        for step in others.drain(..STEPS_TRIED.min(others.len())) {
            match probe_step_cost(&self.task(job, step), step) {
                Ok(cost) => steps.push((cost, step)),
                Err(why) => refused = milder(refused, Error::Rejected(why)),
            }
        }
        steps.sort_by_key(|(cost, _)| *cost);
        steps.extend(others.into_iter().map(|step| (i64::MAX, step)));
        // The estimates may be off: the next step is asked where copy is over.
        let mut best: Option<Vec<MadeUpPage>> = None;
        for (_, step) in steps {
            let made = match at(step) {
                Ok(made) => made,
                Err(why) => {
                    refused = milder(refused, why);
                    continue;
                }
            };
            let done = fits(&made);
            if best.as_ref().is_none_or(|known| made[0].cost < known[0].cost) {
                best = Some(made);
            }
            if done {
                break;
            }
        }
        best.ok_or_else(|| refused.unwrap_or_else(|| Error::Internal("no density step".to_owned())))
    }
}

/// Of two refusals the one with fewer findings, the first of equal ones.
fn milder(known: Option<Error>, why: Error) -> Option<Error> {
    Some(known.filter(|known| known.findings().len() <= why.findings().len()).unwrap_or(why))
}

pub(crate) fn default_step(style: &HouseStyle) -> &DensityStep {
    style.step(&style.default_step).unwrap_or(&style.steps[0])
}

/// The part of a page, in hundredths, that the body of one article fills when its head and white have their
/// usual share; each further article takes one for its own head, down to the least.
const BODY_SHARE: i64 = 87;
const BODY_SHARE_LEAST: i64 = 66;
/// How many steps are made up for the choice: the estimate by 字 alone is good to one step or two.
const STEPS_TRIED: usize = 3;

impl Engine {
    /// The steps that have every place the desk asks for, nearest first to what the copy needs.
    fn by_room<'a>(&self, job: &CheckedPage<'a>) -> Result<Vec<&'a DensityStep>, Error> {
        let chars: usize = job.ready.iter().map(ShapedItem::body_characters).sum();
        let chars = i64::try_from(chars).unwrap_or(i64::MAX / 1000);
        let articles = i64::try_from(job.copy.articles.len()).unwrap_or(i64::MAX);
        let share = (BODY_SHARE - articles).max(BODY_SHARE_LEAST);
        let mut refused = None;
        let mut steps: Vec<(i64, &DensityStep)> = Vec::new();
        for step in &job.style.steps {
            match check_pinned_places(&self.task(job, step), step) {
                Ok(reserved) => {
                    let cells = step.columns * step.rows - reserved - picture_cells(job, step);
                    let room = (cells * step.chars).max(1);
                    steps.push(((chars * 100 / room - share).abs(), step));
                }
                Err(why) => refused = milder(refused, Error::Rejected(why)),
            }
        }
        if let (Some(why), true) = (refused, steps.is_empty()) {
            return Err(why);
        }
        steps.sort_by_key(|(off, _)| *off);
        Ok(steps.into_iter().map(|(_, step)| step).collect())
    }
}

/// The cells of the grid that pictures take, roughly: as wide as asked for, or over two columns.
fn picture_cells(job: &CheckedPage<'_>, step: &DensityStep) -> i64 {
    let articles = job.copy.articles.iter().flat_map(|article| &article.pictures);
    let cells = |picture: &PagePicture| {
        let columns = picture.requested_columns.unwrap_or(PICTURE_COLUMNS).min(step.columns);
        let [wide, high] = picture.pixel_size().map(|pixels| i64::from(pixels.max(1)));
        let deep = step.width(columns).scale(high, wide).min(step.pitch * step.rows);
        columns * (deep.count_fitting(step.pitch) + 2)
    };
    articles.chain(&job.copy.pictures).map(cells).sum::<i64>().min(step.columns * step.rows / 2)
}

/// The width of a picture of which nothing is known.
const PICTURE_COLUMNS: i64 = 2;
