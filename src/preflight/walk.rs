//! What a page paints: a small interpreter of content streams.
//!
//! It follows graphics state, colours, text and paths as far as the checks need them, and nothing more. Operators that
//! it does not know change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use crate::config::{PREFLIGHT_FORM_DEPTH, PREFLIGHT_OPERATORS, PREFLIGHT_STATES};
use crate::finding::Bilingual;
use crate::preflight::PressRequirements;
use crate::preflight::file::{PdfFile, UnreadStream, lossy};
use crate::preflight::finding::{FindingCollector, PressCheck};
use crate::preflight::font::PdfFont;
use crate::preflight::ink::PaintedMark;
use crate::preflight::lex::{ContentLexer, Operand};
use crate::preflight::path::PaintPath;
use crate::preflight::sheet::{PageArea, PdfPage};
use crate::preflight::space::ColourSpace;

pub(crate) type PageMatrix = [f64; 6];
pub(crate) const UNIT: PageMatrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `a` applied before `b`.
pub(crate) fn times(a: PageMatrix, b: PageMatrix) -> PageMatrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// Where a point falls.
pub(crate) fn place(matrix: PageMatrix, [x, y]: [f64; 2]) -> [f64; 2] {
    [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]]
}

/// How much larger things become, by area.
pub(crate) fn zoom(matrix: PageMatrix) -> f64 {
    (matrix[0] * matrix[3] - matrix[1] * matrix[2]).abs().sqrt()
}

/// Where nothing is cut off: PDF has no longer lengths that a press could use.
const EVERYWHERE: PageArea = [-1e7, -1e7, 1e7, 1e7];

/// A colour with its space.
#[derive(Clone)]
pub(crate) struct PaintColour {
    pub(crate) space: Rc<ColourSpace>,
    /// Its inks, 0 to 1.
    pub(crate) inks: [f32; 4],
}

/// The graphics state.
#[derive(Clone)]
pub(crate) struct GraphicsState {
    pub(crate) matrix: PageMatrix,
    pub(crate) clip: PageArea,
    pub(crate) fill: PaintColour,
    pub(crate) stroke: PaintColour,
    pub(crate) line_width: f64,
    /// Whether strokes and fills overprint, and whether an ink of zero then leaves its plate alone.
    pub(crate) over_stroke: bool,
    pub(crate) over_fill: bool,
    pub(crate) over_mode: bool,
    pub(crate) font: Option<Rc<PdfFont>>,
    pub(crate) size: f64,
    /// Horizontal scaling as a share of one.
    pub(crate) stretch: f64,
    pub(crate) char_space: f64,
    pub(crate) word_space: f64,
    pub(crate) leading: f64,
    pub(crate) rise: f64,
    pub(crate) mode: i64,
    pub(crate) text: PageMatrix,
    pub(crate) line: PageMatrix,
}

/// What the pages of a file have in common, and what is gathered from them.
#[derive(Default)]
pub(crate) struct WalkContext {
    /// Fonts by the address of their dictionary.
    fonts: BTreeMap<usize, Rc<PdfFont>>,
    /// Names of the colour spaces used.
    pub(crate) spaces: BTreeSet<String>,
    /// The text, in the order of the contents.
    pub(crate) text: String,
    /// Effective resolution of each picture shown, by resource.
    pub(crate) ppi: BTreeMap<String, f64>,
    operators: usize,
}

impl WalkContext {
    /// The fonts that were used.
    pub(crate) fn fonts(&self) -> impl Iterator<Item = &PdfFont> {
        self.fonts.values().map(Rc::as_ref)
    }
}

/// A page while it is interpreted.
pub(crate) struct PageWalk<'a> {
    pub(crate) file: &'a PdfFile,
    pub(crate) wanted: &'a PressRequirements,
    pub(crate) sheet: &'a PdfPage<'a>,
    pub(crate) findings: &'a mut FindingCollector,
    pub(crate) gathered: &'a mut WalkContext,
    pub(crate) state: GraphicsState,
    stack: Vec<GraphicsState>,
    pub(crate) path: PaintPath,
    pub(crate) marks: Vec<PaintedMark>,
    /// For each open piece of marked content whether its text was given with it.
    pub(crate) spoken: Vec<bool>,
    /// The form objects that are being drawn.
    forms: Vec<ObjectId>,
    pub(crate) resources: Option<&'a Dictionary>,
}

impl<'a> PageWalk<'a> {
    /// Interprets a page; what it paints is in `marks` then.
    pub(crate) fn page(
        file: &'a PdfFile,
        wanted: &'a PressRequirements,
        sheet: &'a PdfPage<'a>,
        findings: &'a mut FindingCollector,
        gathered: &'a mut WalkContext,
    ) -> Self {
        let black = PaintColour { space: Rc::new(ColourSpace::Gray), inks: [0.0, 0.0, 0.0, 1.0] };
        let state = GraphicsState {
            matrix: UNIT,
            clip: EVERYWHERE,
            fill: black.clone(),
            stroke: black,
            line_width: 1.0,
            over_stroke: false,
            over_fill: false,
            over_mode: false,
            font: None,
            size: 0.0,
            stretch: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            text: UNIT,
            line: UNIT,
        };
        let mut walk = Self {
            file,
            wanted,
            sheet,
            findings,
            gathered,
            state,
            stack: Vec::new(),
            path: PaintPath::default(),
            marks: Vec::new(),
            spoken: Vec::new(),
            forms: Vec::new(),
            resources: sheet.resources,
        };
        let content = walk.contents();
        walk.run(&content);
        walk
    }

    /// The content of the page: one stream, or several that count as one.
    fn contents(&mut self) -> Vec<u8> {
        let file = self.file;
        let mut out = Vec::new();
        let parts = match file.entry(self.sheet.dict, "Contents") {
            Some(Object::Array(parts)) => parts.as_slice(),
            Some(part) => std::slice::from_ref(part),
            None => return out,
        };
        for part in parts {
            match file.get(part) {
                Object::Stream(stream) => {
                    out.extend(self.content(stream, "Contents"));
                    out.push(b'\n');
                }
                _ => self.damaged("Contents"),
            }
        }
        out
    }

    pub(crate) fn content(&mut self, stream: &Stream, object: &str) -> Vec<u8> {
        match self.file.content(stream) {
            Ok(content) => content,
            Err(UnreadStream::TooMuch) => {
                self.too_much(object, Bilingual::new("数据流过大", "a stream that is too large"));
                Vec::new()
            }
            Err(UnreadStream::Damaged) => {
                self.damaged(object);
                Vec::new()
            }
        }
    }

    fn damaged(&mut self, object: &str) {
        self.findings.add(PressCheck::Damaged, self.sheet.number, object, None, || {
            Bilingual::new("数据流无法解开", "a stream that cannot be decoded")
        });
    }

    fn too_much(&mut self, object: &str, words: Bilingual) {
        self.findings.add(PressCheck::TooMuch, self.sheet.number, object, None, || words);
    }

    pub(crate) fn note(
        &mut self,
        check: PressCheck,
        object: &str,
        area: Option<PageArea>,
        words: impl FnOnce() -> Bilingual,
    ) {
        let rect = area.and_then(|area| self.sheet.rect(area));
        self.findings.add(check, self.sheet.number, object, rect, words);
    }

    fn run(&mut self, content: &[u8]) {
        let mut lexer = ContentLexer::new(content);
        let floor = self.stack.len();
        while let Some(operator) = lexer.next() {
            if self.gathered.operators >= PREFLIGHT_OPERATORS {
                let words = Bilingual::new("运算符过多", "too many operators");
                self.too_much("Contents", words);
                break;
            }
            self.gathered.operators += 1;
            match operator {
                b"q" if self.stack.len() < PREFLIGHT_STATES => self.stack.push(self.state.clone()),
                b"q" => {
                    let words =
                        Bilingual::new("图形状态嵌套过深", "graphics states nested too deep");
                    self.too_much("Contents", words);
                    break;
                }
                b"Q" if self.stack.len() > floor => {
                    self.state = self.stack.pop().unwrap_or_else(|| self.state.clone());
                }
                b"ID" => lexer.skip_image(),
                _ => self.operator(operator, &lexer),
            }
        }
        self.stack.truncate(floor);
    }

    fn operator(&mut self, operator: &[u8], lexer: &ContentLexer<'_>) {
        match operator {
            b"cm" => {
                if let Some(matrix) = numbers::<6>(lexer) {
                    self.state.matrix = times(matrix, self.state.matrix);
                }
            }
            b"w" => self.state.line_width = number(lexer).unwrap_or(self.state.line_width),
            b"gs" => self.graphics_state(lexer),
            b"Do" => self.object(lexer),
            b"sh" => self.shading(lexer),
            b"BDC" | b"BMC" => self.begin_marked(lexer),
            b"EMC" => {
                self.spoken.pop();
            }
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" => self.colour(operator, lexer, false),
            b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => self.colour(operator, lexer, true),
            b"BI" => {}
            _ => {
                if !self.path_operator(operator, lexer) {
                    self.text_operator(operator, lexer);
                }
            }
        }
    }

    /// An entry of the resources, by its category and the name before the operator.
    fn resource(&self, category: &str, name: &[u8]) -> Option<&'a Object> {
        let category = self.file.dict(self.resources?, category)?;
        category.get(name).ok()
    }

    fn graphics_state(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = name(lexer) else { return };
        let file = self.file;
        let Some(state) = self
            .resource("ExtGState", name)
            .and_then(|object| crate::preflight::file::as_dict(file.get(object)))
        else {
            return;
        };
        let flag = |key: &str| file.entry(state, key).and_then(|flag| flag.as_bool().ok());
        if let Some(over) = flag("OP") {
            (self.state.over_stroke, self.state.over_fill) = (over, over);
        }
        self.state.over_fill = flag("op").unwrap_or(self.state.over_fill);
        if let Some(mode) = file.number(state, "OPM") {
            self.state.over_mode = mode == 1.0;
        }
        self.state.line_width = file.number(state, "LW").unwrap_or(self.state.line_width);
        if let Some([font, size]) = file.array(state, "Font") {
            let size = crate::preflight::file::number(file.get(size)).unwrap_or(0.0);
            self.set_font(font, size);
        }
    }

    /// Takes a font into use.
    pub(crate) fn set_font(&mut self, object: &'a Object, size: f64) {
        let file = self.file;
        let Ok(dictionary) = file.get(object).as_dict() else { return };
        let key = std::ptr::from_ref(dictionary).addr();
        let font = match self.gathered.fonts.get(&key) {
            Some(font) => Rc::clone(font),
            None => {
                let font = Rc::new(PdfFont::read(file, dictionary, self.findings));
                self.gathered.fonts.insert(key, Rc::clone(&font));
                font
            }
        };
        (self.state.font, self.state.size) = (Some(font), size);
    }

    pub(crate) fn font_operator(&mut self, lexer: &ContentLexer<'_>) {
        let [Operand::Name(from, to), Operand::Number(size)] = lexer.operands[..] else { return };
        match self.resource("Font", lexer.bytes(from, to)) {
            Some(font) => self.set_font(font, size),
            None => self.damaged(&format!("Font {}", lossy(lexer.bytes(from, to)))),
        }
    }

    /// The colour operators.
    fn colour(&mut self, operator: &[u8], lexer: &ContentLexer<'_>, stroke: bool) {
        let current = if stroke { &self.state.stroke } else { &self.state.fill };
        let space = match operator {
            b"g" | b"G" => Rc::new(ColourSpace::Gray),
            b"rg" | b"RG" => Rc::new(ColourSpace::Foreign("DeviceRGB".to_owned(), 3)),
            b"k" | b"K" => Rc::new(ColourSpace::Cmyk),
            b"cs" | b"CS" => {
                let Some(name) = name(lexer) else { return };
                let object = Object::Name(name.to_vec());
                Rc::new(ColourSpace::read(self.file, &object, self.resources))
            }
            _ => Rc::clone(&current.space),
        };
        let values: Vec<f32> = lexer.operands.iter().filter_map(single).collect();
        let inks = if matches!(operator, b"cs" | b"CS") {
            // The first colour of a space: black, or full ink.
            match space.as_ref() {
                ColourSpace::Cmyk | ColourSpace::Measured(4) => [0.0, 0.0, 0.0, 1.0],
                ColourSpace::Spot(..) | ColourSpace::All | ColourSpace::Inks(_) => {
                    space.inks(&[1.0; 32])
                }
                other => other.inks(&[0.0; 4]),
            }
        } else {
            space.inks(&values)
        };
        if *space == ColourSpace::Pattern && !matches!(operator, b"cs" | b"CS") {
            self.note(PressCheck::InkNotMeasured, "Pattern", None, || {
                Bilingual::new("图案的墨量未测", "the ink of a pattern is not measured")
            });
        }
        let paint = PaintColour { space, inks };
        if stroke { self.state.stroke = paint } else { self.state.fill = paint }
    }

    /// Looks at the space of a colour that is painted with.
    pub(crate) fn check_space(&mut self, space: &ColourSpace, object: &str, area: PageArea) {
        let label = space.label();
        if !self.gathered.spaces.contains(&label) {
            self.gathered.spaces.insert(label.clone());
        }
        let object = if object.is_empty() { label.as_str() } else { object };
        match space {
            ColourSpace::Foreign(name, _) => self.note(PressCheck::Rgb, object, Some(area), || {
                Bilingual::new(format!("{name} 颜色"), format!("colours in {name}"))
            }),
            ColourSpace::Measured(_) => {
                if self.wanted.profile == Some(crate::model::PressProfile::X1a) {
                    self.note(PressCheck::CalibratedColour, object, Some(area), || {
                        Bilingual::new(format!("{label} 颜色"), format!("colours in {label}"))
                    });
                }
            }
            ColourSpace::Spot(name, _) => {
                self.note(PressCheck::SpotInk, object, Some(area), || {
                    Bilingual::new(format!("专色 {name}"), format!("the spot ink {name}"))
                })
            }
            ColourSpace::Inks(names) => {
                let process = ["Cyan", "Magenta", "Yellow", "Black", "None"];
                if let Some(name) = names.iter().find(|name| !process.contains(&name.as_str())) {
                    let words =
                        Bilingual::new(format!("专色 {name}"), format!("the spot ink {name}"));
                    self.note(PressCheck::SpotInk, object, Some(area), || words);
                }
            }
            ColourSpace::Indexed(base, _) => self.check_space(base, object, area),
            ColourSpace::Gray
            | ColourSpace::Cmyk
            | ColourSpace::All
            | ColourSpace::Pattern
            | ColourSpace::Unknown => {}
        }
    }

    fn shading(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = name(lexer) else { return };
        let file = self.file;
        let shading = self.resource("Shading", name).map(|object| file.get(object));
        let Some(shading) = shading.and_then(crate::preflight::file::as_dict) else { return };
        let label = format!("Shading {}", lossy(name));
        let clip = self.state.clip;
        if let Some(space) = file.entry(shading, "ColorSpace") {
            let space = ColourSpace::read(file, space, self.resources);
            self.check_space(&space, &label, clip);
        }
        self.note(PressCheck::InkNotMeasured, &label, Some(clip), || {
            Bilingual::new("渐变的墨量未测", "the ink of a shading is not measured")
        });
    }

    fn object(&mut self, lexer: &ContentLexer<'_>) {
        let Some(name) = name(lexer) else { return };
        let label = lossy(name);
        let file = self.file;
        let Some(object) = self.resource("XObject", name) else {
            self.damaged(&label);
            return;
        };
        let id = object.as_reference().unwrap_or_default();
        let Object::Stream(stream) = file.get(object) else {
            self.damaged(&label);
            return;
        };
        match file.name(&stream.dict, "Subtype") {
            Some(b"Image") => self.image(stream, &label),
            Some(b"Form") => self.form(stream, id, &label),
            _ => {}
        }
    }

    fn form(&mut self, stream: &'a Stream, id: ObjectId, label: &str) {
        if self.forms.contains(&id) {
            self.note(PressCheck::Damaged, label, None, || {
                Bilingual::new("图形对象画的是它自己", "a form object that draws itself")
            });
            return;
        }
        if self.forms.len() >= PREFLIGHT_FORM_DEPTH {
            let words = Bilingual::new("图形对象嵌套过深", "form objects nested too deep");
            self.too_much(label, words);
            return;
        }
        let content = self.content(stream, label);
        let (state, resources) = (self.state.clone(), self.resources);
        let matrix = self.file.numbers(&stream.dict, "Matrix");
        if let Some(matrix) = matrix.and_then(|numbers| PageMatrix::try_from(numbers).ok()) {
            self.state.matrix = times(matrix, self.state.matrix);
        }
        if let Some(area) = self.file.numbers(&stream.dict, "BBox") {
            self.clip_to(&area);
        }
        // A form without resources of its own has those of the page (PDF 1.1).
        self.resources = self.file.dict(&stream.dict, "Resources").or(resources);
        self.forms.push(id);
        self.run(&content);
        self.forms.pop();
        (self.state, self.resources) = (state, resources);
    }
}

/// The name before an operator.
pub(crate) fn name<'l>(lexer: &'l ContentLexer<'_>) -> Option<&'l [u8]> {
    match lexer.operands.last()? {
        Operand::Name(from, to) => Some(lexer.bytes(*from, *to)),
        _ => None,
    }
}

/// The number before an operator.
pub(crate) fn number(lexer: &ContentLexer<'_>) -> Option<f64> {
    numbers::<1>(lexer).map(|[number]| number)
}

/// The numbers before an operator.
pub(crate) fn numbers<const N: usize>(lexer: &ContentLexer<'_>) -> Option<[f64; N]> {
    let start = lexer.operands.len().checked_sub(N)?;
    let mut out = [0.0; N];
    for (slot, operand) in out.iter_mut().zip(&lexer.operands[start..]) {
        match operand {
            Operand::Number(number) => *slot = *number,
            _ => return None,
        }
    }
    Some(out)
}

fn single(operand: &Operand) -> Option<f32> {
    match operand {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share of one, or the number of a colour"
        )]
        Operand::Number(number) => Some(*number as f32),
        _ => None,
    }
}
