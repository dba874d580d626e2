//! Interpreter of content streams.
//!
//! It follows graphics state, colours, text and paths as far as the checks need them. Operators
//! that it does not know change nothing. The operators of paths, text and pictures are in
//! `path_operators`, `text_operators` and `picture`, the checks of what is painted in `painted`:
//! all are further methods of [`PageWalk`].

use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use crate::config::{PREFLIGHT_FORM_DEPTH_MAX, PREFLIGHT_OPERATORS_MAX, PREFLIGHT_STATES_MAX};
use crate::finding::Bilingual;
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::colour_space::ColourSpace;
use crate::preflight::file::{PdfFile, UnreadStream, as_dict, as_number, lossy_string};
use crate::preflight::finding::{FindingCollector, FindingSite};
use crate::preflight::font::PdfFont;
use crate::preflight::ink::PaintedMark;
use crate::preflight::lexer::{ContentLexer, Operand};
use crate::preflight::matrix::PageMatrix;
use crate::preflight::paint_path::PaintPath;
use crate::preflight::pdf_page::PdfPage;
use crate::preflight::requirements::PressRequirements;
use crate::preflight::state::{GraphicsState, PaintColour, PaintUse};
use crate::preflight::totals::FileTotals;

/// A page while it is interpreted.
pub(crate) struct PageWalk<'a> {
    pub(crate) file: &'a PdfFile,
    pub(crate) requirements: &'a PressRequirements,
    pub(crate) page: &'a PdfPage<'a>,
    pub(crate) findings: &'a mut FindingCollector,
    pub(crate) totals: &'a mut FileTotals,
    pub(crate) state: GraphicsState,
    /// States saved by `q`.
    saved_states: Vec<GraphicsState>,
    pub(crate) path: PaintPath,
    /// Objects painted so far, in the order of painting.
    pub(crate) marks: Vec<PaintedMark>,
    /// For each open marked content: true if its text is given by `ActualText`, so that its glyphs
    /// are not text.
    pub(crate) has_actual_text: Vec<bool>,
    /// Form objects that are being drawn, outermost first.
    open_forms: Vec<ObjectId>,
    pub(crate) resources: Option<&'a Dictionary>,
}

impl<'a> PageWalk<'a> {
    /// Interprets a page and returns what it paints.
    pub(crate) fn interpret(
        file: &'a PdfFile,
        requirements: &'a PressRequirements,
        page: &'a PdfPage<'a>,
        findings: &'a mut FindingCollector,
        totals: &'a mut FileTotals,
    ) -> Vec<PaintedMark> {
        let mut walk = Self {
            file,
            requirements,
            page,
            findings,
            totals,
            state: GraphicsState::initial(),
            saved_states: Vec::new(),
            path: PaintPath::default(),
            marks: Vec::new(),
            has_actual_text: Vec::new(),
            open_forms: Vec::new(),
            resources: page.resources,
        };
        let content = walk.page_content();
        walk.run_content(&content);
        walk.marks
    }

    /// Returns the content of the page: one stream, or several that count as one.
    fn page_content(&mut self) -> Vec<u8> {
        let file = self.file;
        let mut content = Vec::new();
        // A page without contents is blank, which is no fault.
        let parts = match file.entry(self.page.dict, "Contents") {
            Some(Object::Array(parts)) => parts.as_slice(),
            Some(part) => std::slice::from_ref(part),
            None => return content,
        };
        for part in parts {
            match file.resolve(part) {
                Object::Stream(stream) => {
                    content.extend(self.decode_stream(stream, "Contents"));
                    // An operator may not be split over two streams, but two operators may touch at
                    // the joint.
                    content.push(b'\n');
                }
                _ => self.report_damaged("Contents"),
            }
        }
        content
    }

    /// Decodes a stream. Reports one that cannot be decoded and returns no bytes for it.
    fn decode_stream(&mut self, stream: &Stream, object: &str) -> Vec<u8> {
        match self.file.stream_content(stream) {
            Ok(content) => content,
            Err(UnreadStream::TooMuch) => {
                let message = Bilingual::new("数据流过大", "a stream that is too large");
                self.report_too_much(object, message);
                Vec::new()
            }
            Err(UnreadStream::Damaged) => {
                self.report_damaged(object);
                Vec::new()
            }
        }
    }

    fn report_damaged(&mut self, object: &str) {
        self.report(PressCheck::Damaged, object, None, || {
            Bilingual::new("数据流无法解开", "a stream that cannot be decoded")
        });
    }

    fn report_too_much(&mut self, object: &str, message: Bilingual) {
        self.report(PressCheck::TooMuch, object, None, || message);
    }

    /// Adds a finding on the page.
    pub(crate) fn report(
        &mut self,
        check: PressCheck,
        object: &str,
        area: Option<PageArea>,
        message: impl FnOnce() -> Bilingual,
    ) {
        let rect = area.and_then(|area| self.page.rect_of(area));
        self.findings.add(check, FindingSite { page: self.page.number, object, rect }, message);
    }

    /// Runs the operators of a content stream. States that it saves and does not restore are
    /// dropped at its end.
    fn run_content(&mut self, content: &[u8]) {
        let mut lexer = ContentLexer::new(content);
        // The states saved before this content belong to the page or form around it.
        let outer_states = self.saved_states.len();
        while let Some(operator) = lexer.next_operator() {
            if self.totals.operator_count >= PREFLIGHT_OPERATORS_MAX {
                // The count is that of the file, so that many small forms do not evade it.
                let message = Bilingual::new("运算符过多", "too many operators");
                self.report_too_much("Contents", message);
                break;
            }
            self.totals.operator_count += 1;
            match operator {
                b"q" if self.saved_states.len() < PREFLIGHT_STATES_MAX => {
                    self.saved_states.push(self.state.clone());
                }
                b"q" => {
                    let message =
                        Bilingual::new("图形状态嵌套过深", "graphics states nested too deep");
                    self.report_too_much("Contents", message);
                    break;
                }
                // A form may not restore a state that was saved outside it.
                b"Q" if self.saved_states.len() > outer_states => {
                    if let Some(state) = self.saved_states.pop() {
                        self.state = state;
                    }
                }
                // The bytes after `ID` are pixels, which must not be read as operators.
                b"ID" => lexer.skip_inline_image(),
                _ => self.run_operator(operator, &lexer),
            }
        }
        self.saved_states.truncate(outer_states);
    }

    fn run_operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) {
        match operator {
            b"cm" => {
                if let Some(matrix) = lexer.last_numbers::<6>() {
                    // The new matrix applies first, then the ones before it.
                    self.state.matrix = PageMatrix(matrix).then(self.state.matrix);
                }
            }
            b"w" => self.state.line_width = lexer.last_number().unwrap_or(self.state.line_width),
            b"gs" => self.apply_graphics_state(lexer),
            b"Do" => self.draw_object(lexer),
            b"sh" => self.check_shading(lexer),
            b"BDC" | b"BMC" => self.begin_marked_content(lexer),
            b"EMC" => {
                self.has_actual_text.pop();
            }
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" => {
                self.set_colour(operator, lexer, PaintUse::Fill);
            }
            b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => {
                self.set_colour(operator, lexer, PaintUse::Stroke);
            }
            // The dictionary of an inline image; its pixels are skipped at `ID`.
            b"BI" => {}
            _ => {
                if !self.run_path_operator(operator, lexer) {
                    self.run_text_operator(operator, lexer);
                }
            }
        }
    }

    /// Returns an entry of the resources by category and name.
    fn resource(&self, category: &str, name: &[u8]) -> Option<&'a Object> {
        let category = self.file.dict(self.resources?, category)?;
        category.get(name).ok()
    }

    /// Runs `gs`.
    fn apply_graphics_state(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = lexer.last_name() else { return };
        let file = self.file;
        let entries = self.resource("ExtGState", name);
        let Some(entries) = entries.and_then(|object| as_dict(file.resolve(object))) else {
            return;
        };
        let flag = |key: &str| file.entry(entries, key).and_then(|flag| flag.as_bool().ok());
        // `OP` alone sets both flags; `op` sets that of fills (ISO 32000-1 8.4.5).
        if let Some(overprints) = flag("OP") {
            self.state.overprints_strokes = overprints;
            self.state.overprints_fills = overprints;
        }
        self.state.overprints_fills = flag("op").unwrap_or(self.state.overprints_fills);
        // Mode 0 lets a CMYK ink of zero knock out its plate.
        if let Some(mode) = file.number(entries, "OPM") {
            self.state.keeps_inkless_plates = mode == 1.0;
        }
        self.state.line_width = file.number(entries, "LW").unwrap_or(self.state.line_width);
        if let Some([font, size]) = file.array(entries, "Font") {
            let size = as_number(file.resolve(size)).unwrap_or(0.0);
            self.set_font(font, size);
        }
    }

    /// Sets font and size. A font that is new is read and checked.
    fn set_font(&mut self, object: &'a Object, size: f64) {
        let file = self.file;
        let Ok(dictionary) = file.resolve(object).as_dict() else { return };
        // An address identifies a dictionary as long as the file is open; direct font dictionaries
        // have no id.
        let address = std::ptr::from_ref(dictionary).addr();
        let font = match self.totals.fonts.get(&address) {
            Some(font) => Rc::clone(font),
            None => {
                let font = Rc::new(PdfFont::read(file, dictionary, self.findings));
                self.totals.fonts.insert(address, Rc::clone(&font));
                font
            }
        };
        (self.state.font, self.state.font_size) = (Some(font), size);
    }

    /// Runs `Tf`.
    pub(crate) fn select_font(&mut self, lexer: &ContentLexer<'_>) {
        let [Operand::Name(name), Operand::Number(size)] = lexer.operands[..] else { return };
        let name = lexer.bytes(name);
        match self.resource("Font", name) {
            Some(font) => self.set_font(font, size),
            None => self.report_damaged(&format!("Font {}", lossy_string(name))),
        }
    }

    /// Runs a colour operator.
    fn set_colour(&mut self, operator: &[u8], lexer: &ContentLexer<'_>, paint_use: PaintUse) {
        let space = match operator {
            b"g" | b"G" => Rc::new(ColourSpace::Gray),
            b"rg" | b"RG" => Rc::new(ColourSpace::device_rgb()),
            b"k" | b"K" => Rc::new(ColourSpace::Cmyk),
            b"cs" | b"CS" => {
                let Some(name) = lexer.last_name() else { return };
                let object = Object::Name(name.to_vec());
                Rc::new(ColourSpace::read(self.file, &object, self.resources))
            }
            // `sc` and `scn` keep the space and set the components.
            _ => Rc::clone(&self.state.paint(paint_use).space),
        };
        // Choosing a space also sets its initial colour (ISO 32000-1 8.6.8).
        let sets_space = matches!(operator, b"cs" | b"CS");
        let inks = if sets_space {
            initial_inks(&space)
        } else {
            let colour: Vec<f32> = lexer.operands.iter().filter_map(to_f32).collect();
            space.inks(&colour)
        };
        // A pattern is a separate object, which is not interpreted.
        if *space == ColourSpace::Pattern && !sets_space {
            self.report(PressCheck::InkNotMeasured, "Pattern", None, || {
                Bilingual::new("图案的墨量未测", "the ink of a pattern is not measured")
            });
        }
        let paint = PaintColour { space, inks };
        match paint_use {
            PaintUse::Fill => self.state.fill = paint,
            PaintUse::Stroke => self.state.stroke = paint,
        }
    }

    /// Runs `sh`. The colours of a shading are checked, its ink is not measured.
    fn check_shading(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = lexer.last_name() else { return };
        let file = self.file;
        let shading = self.resource("Shading", name).map(|object| file.resolve(object));
        let Some(shading) = shading.and_then(as_dict) else { return };
        let label = format!("Shading {}", lossy_string(name));
        let clip = self.state.clip;
        // Only the space is checked: a shading may take any colour in it.
        if let Some(space) = file.entry(shading, "ColorSpace") {
            let space = ColourSpace::read(file, space, self.resources);
            self.check_colour_space(&space, &label, clip);
        }
        self.report(PressCheck::InkNotMeasured, &label, Some(clip), || {
            Bilingual::new("渐变的墨量未测", "the ink of a shading is not measured")
        });
    }

    /// Runs `Do`.
    fn draw_object(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = lexer.last_name() else { return };
        let label = lossy_string(name);
        let file = self.file;
        let Some(object) = self.resource("XObject", name) else {
            self.report_damaged(&label);
            return;
        };
        // The id shows whether a form is being drawn already.
        let id = object.as_reference().unwrap_or_default();
        let Object::Stream(stream) = file.resolve(object) else {
            self.report_damaged(&label);
            return;
        };
        match file.name(&stream.dict, "Subtype") {
            Some(b"Image") => self.draw_image(stream, &label),
            Some(b"Form") => self.draw_form(stream, id, &label),
            // PostScript objects: PDF/X forbids them, and viewers ignore them.
            _ => {}
        }
    }

    /// Runs the content of a form object. Its changes of the graphics state end with it.
    fn draw_form(&mut self, stream: &'a Stream, id: ObjectId, label: &str) {
        if self.open_forms.contains(&id) {
            self.report(PressCheck::Damaged, label, None, || {
                Bilingual::new("表单对象引用自身", "a form object that refers to itself")
            });
            return;
        }
        if self.open_forms.len() >= PREFLIGHT_FORM_DEPTH_MAX {
            let message = Bilingual::new("表单对象嵌套过深", "form objects nested too deep");
            self.report_too_much(label, message);
            return;
        }
        let content = self.decode_stream(stream, label);
        // Restored below, whatever the content of the form does.
        let (state, resources) = (self.state.clone(), self.resources);
        let matrix = self.file.numbers(&stream.dict, "Matrix");
        // The matrix of the form applies first, then what the page has set.
        if let Some(matrix) = matrix.and_then(|numbers| <[f64; 6]>::try_from(numbers).ok()) {
            self.state.matrix = PageMatrix(matrix).then(self.state.matrix);
        }
        // After the matrix: the box is in the space of the form.
        if let Some(bounds) = self.file.numbers(&stream.dict, "BBox") {
            self.clip_to_rectangle(&bounds);
        }
        // A form without resources uses those of the page (PDF 1.1).
        self.resources = self.file.dict(&stream.dict, "Resources").or(resources);
        self.open_forms.push(id);
        self.run_content(&content);
        self.open_forms.pop();
        (self.state, self.resources) = (state, resources);
    }
}

/// Returns the inks of the colour that a space starts with: black, or full ink.
fn initial_inks(space: &ColourSpace) -> [f32; 4] {
    match space {
        ColourSpace::Cmyk | ColourSpace::Calibrated { components: 4 } => [0.0, 0.0, 0.0, 1.0],
        ColourSpace::Spot { .. } | ColourSpace::Registration | ColourSpace::NamedInks(_) => {
            space.inks(&[1.0; 32])
        }
        // Zero of grey is black; RGB, Lab and indexed spaces start with zeros as well.
        other => other.inks(&[0.0; 4]),
    }
}

fn to_f32(operand: &Operand) -> Option<f32> {
    match operand {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share of one, or the index of a colour"
        )]
        Operand::Number(number) => Some(*number as f32),
        _ => None,
    }
}
