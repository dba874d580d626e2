//! From places on the grid to the display list.

use crate::diag::Diagnostic;
use crate::makeup::appendix::appendix;
use crate::makeup::findings::{fit, look_at_lines, tell};
use crate::makeup::furniture::{Banner, page_head};
use crate::makeup::module::{draw_module, draw_rules};
use crate::makeup::pen::{Drawing, Pen};
use crate::makeup::settle::Placed;
use crate::makeup::{Made, Quality};

/// Draws the page and says how everything fits.
pub(crate) fn seal(
    drawing: &Drawing<'_>,
    placed: &[Placed],
    banner: Option<&Banner>,
) -> Result<Made, Vec<Diagnostic>> {
    let mut pen = Pen::new(drawing.task, drawing.step);
    page_head(&mut pen, drawing.task, drawing.head_rows)?;
    if let Some(banner) = banner {
        banner.draw(&mut pen, drawing.head_rows);
    }
    let mut made = Made {
        step: drawing.step.clone(),
        pages: Vec::new(),
        modules: Vec::new(),
        furniture: Vec::new(),
        fits: Vec::new(),
        quality: Quality::default(),
        notes: Vec::new(),
        cost: 0,
        charges: Vec::new(),
        nodes: 0,
        white_rows: 0,
        rows: 0,
    };
    for placed in placed {
        let ready = &drawing.task.ready[placed.article];
        let bodies = &drawing.bodies[placed.article];
        let body = bodies.get(placed.poured.longer).unwrap_or(bodies.best());
        let module = draw_module(&mut pen, drawing, placed, ready, body);
        made.modules.push(module);
        made.notes.extend(ready.notes.iter().cloned());
        look_at_lines(&mut made, drawing, ready, body);
        let fit = fit(placed, ready, body);
        tell(&mut made.notes, &fit, placed);
        made.white_rows += fit.under_lines;
        made.fits.push(fit);
    }
    for placed in placed {
        draw_rules(&mut pen, placed);
    }
    made.pages.push(pen.page());
    made.pages.extend(appendix(drawing, placed)?);
    made.furniture = pen.furniture;
    Ok(made)
}
