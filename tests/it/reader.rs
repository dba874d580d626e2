//! A second reader of the press PDF: a small interpreter of its contents that shares no code with
//! the writer. Only the syntax is left to lopdf.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// A glyph with its place. Lengths in pt from the top left of the sheet, y down.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    /// Start of the glyph on the baseline.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Height of its em.
    pub(crate) size: f64,
    /// Width of its em: less than the height for 长体.
    pub(crate) wide: f64,
    /// True if it lies on its right side.
    pub(crate) turned: bool,
    /// Distance by which it moves the pen.
    pub(crate) advance: f64,
    /// Its text, by the map of its font; `None` if the map has no entry.
    pub(crate) text: Option<String>,
    /// Name of its font in the resources.
    pub(crate) font: String,
    pub(crate) cid: u16,
    /// Operands of the last `k`.
    pub(crate) ink: [f64; 4],
    /// True if it overprints, by the graphics state.
    pub(crate) over: bool,
}

/// A filled rectangle: x, y, width, height.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled {
    pub(crate) rect: [f64; 4],
    pub(crate) ink: [f64; 4],
    pub(crate) over: bool,
}

/// A font as the document declares it.
#[derive(Debug)]
pub(crate) struct Font {
    pub(crate) base: String,
    pub(crate) subtype: String,
    pub(crate) encoding: String,
    pub(crate) descendant: String,
    /// Those of FontFile, FontFile2 and FontFile3 that its descriptor has.
    pub(crate) files: Vec<String>,
    pub(crate) unicode: BTreeMap<u16, String>,
    widths: BTreeMap<u16, f64>,
    default: f64,
}

/// A file, read.
pub(crate) struct Pdf {
    pub(crate) document: Document,
    pub(crate) pages: Vec<Page>,
}

impl Pdf {
    /// Returns the page of a file that has no other.
    pub(crate) fn only(&self) -> &Page {
        assert_eq!(self.pages.len(), 1, "one page");
        &self.pages[0]
    }
}

/// A page, read.
pub(crate) struct Page {
    /// Boxes of the page by name.
    pub(crate) boxes: BTreeMap<String, [f64; 4]>,
    pub(crate) fonts: BTreeMap<String, Font>,
    /// Every glyph in the order of the contents.
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) fills: Vec<Filled>,
    /// Number of shapes that are drawn by curves.
    pub(crate) discs: usize,
    /// Every operator that occurs.
    pub(crate) operators: BTreeSet<String>,
}

impl Page {
    /// Returns the text of all glyphs, in the order of the contents.
    pub(crate) fn text(&self) -> String {
        self.glyphs.iter().filter_map(|glyph| glyph.text.as_deref()).collect()
    }
}

/// Reads a PDF.
pub(crate) fn read(pdf: &[u8]) -> Pdf {
    let document = Document::load_mem(pdf).expect("a PDF");
    let pages = document.get_pages().into_values().map(|id| page(&document, id)).collect();
    Pdf { document, pages }
}

fn page(document: &Document, id: ObjectId) -> Page {
    let page = document.get_dictionary(id).expect("page");
    let resources = dict(document, page.get(b"Resources").expect("resources"));
    let mut fonts = BTreeMap::new();
    for (name, font) in dict(document, resources.get(b"Font").expect("fonts")) {
        fonts.insert(string(name), self::font(document, dict(document, font)));
    }
    let mut states = BTreeMap::new();
    for (name, state) in dict(document, resources.get(b"ExtGState").expect("states")) {
        let state = dict(document, state);
        let flag = |key: &[u8]| state.get(key).and_then(Object::as_bool).unwrap_or(false);
        let mode = state.get(b"OPM").and_then(Object::as_i64).unwrap_or(0);
        states.insert(string(name), flag(b"OP") && flag(b"op") && mode == 1);
    }
    let mut boxes: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for (name, value) in page {
        if string(name).ends_with("Box") {
            let sides: Vec<f64> = value.as_array().expect("box").iter().map(number).collect();
            boxes.insert(string(name), sides.try_into().expect("four sides"));
        }
    }
    let contents = Content::decode(&document.get_page_content(id)).expect("operators");
    let mut pen = Pen {
        height: boxes["MediaBox"][3],
        fonts: &fonts,
        states: &states,
        state: State::default(),
        stack: Vec::new(),
        path: Vec::new(),
        glyphs: Vec::new(),
        fills: Vec::new(),
        discs: 0,
    };
    let mut operators = BTreeSet::new();
    for operation in &contents.operations {
        operators.insert(operation.operator.clone());
        pen.apply(operation);
    }
    let (glyphs, fills, discs) = (pen.glyphs, pen.fills, pen.discs);
    Page { boxes, fonts, glyphs, fills, discs, operators }
}

/// Returns the object that a reference points to, or the object itself.
pub(crate) fn resolved<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).expect("an object that exists").1
}

fn dict<'a>(document: &'a Document, object: &'a Object) -> &'a Dictionary {
    resolved(document, object).as_dict().expect("a dictionary")
}

fn stream<'a>(document: &'a Document, object: &'a Object) -> &'a Stream {
    resolved(document, object).as_stream().expect("a stream")
}

pub(crate) fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn number(object: &Object) -> f64 {
    f64::from(object.as_float().expect("a number"))
}

fn code(object: &Object) -> u16 {
    u16::try_from(object.as_i64().expect("a number")).expect("two bytes")
}

fn name(dictionary: &Dictionary, key: &[u8]) -> String {
    dictionary.get(key).and_then(Object::as_name).map(string).unwrap_or_default()
}

fn font(document: &Document, font: &Dictionary) -> Font {
    let descendants = font.get(b"DescendantFonts").map(|list| resolved(document, list));
    let descendants = descendants.and_then(Object::as_array).expect("a composite font");
    assert_eq!(descendants.len(), 1, "one descendant");
    let cid = dict(document, &descendants[0]);
    let descriptor = dict(document, cid.get(b"FontDescriptor").expect("descriptor"));
    let files =
        descriptor.iter().map(|(key, _)| string(key)).filter(|key| key.starts_with("FontFile"));
    let mut widths = BTreeMap::new();
    let list = resolved(document, cid.get(b"W").expect("widths")).as_array().expect("widths");
    let mut rest = list.as_slice();
    while let [first, second, tail @ ..] = rest {
        let start = code(first);
        if let Ok(row) = resolved(document, second).as_array() {
            widths.extend((start..).zip(row.iter().map(number)));
            rest = tail;
        } else {
            let width = number(&tail[0]);
            widths.extend((start..=code(second)).map(|cid| (cid, width)));
            rest = &tail[1..];
        }
    }
    let unicode = font.get(b"ToUnicode").map(|map| stream(document, map));
    let unicode = unicode.map(|map| map.decompressed_content().expect("a map")).unwrap_or_default();
    Font {
        base: name(font, b"BaseFont"),
        subtype: name(font, b"Subtype"),
        encoding: name(font, b"Encoding"),
        descendant: name(cid, b"Subtype"),
        files: files.collect(),
        unicode: to_unicode(&string(&unicode)),
        widths,
        default: cid.get(b"DW").map(number).unwrap_or(1000.0),
    }
}

/// Parses a ToUnicode map: `bfchar` and `bfrange`.
fn to_unicode(map: &str) -> BTreeMap<u16, String> {
    let code = |hex: &str| u16::from_str_radix(hex, 16).expect("a code");
    let units = |hex: &str| -> Vec<u16> {
        (0..hex.len() / 4).map(|k| code(&hex[4 * k..4 * k + 4])).collect()
    };
    let text = |units: &[u16]| String::from_utf16(units).expect("UTF-16");
    let mut out = BTreeMap::new();
    for (kind, width) in [("bfchar", 2), ("bfrange", 3)] {
        for section in map.split(&format!("begin{kind}")).skip(1) {
            let section = section.split(&format!("end{kind}")).next().unwrap_or_default();
            let words: Vec<&str> = section.split(['<', '>']).skip(1).step_by(2).collect();
            for row in words.chunks(width) {
                let mut value = units(row[width - 1]);
                for cid in code(row[0])..=code(row[width - 2]) {
                    out.insert(cid, text(&value));
                    if let Some(last) = value.last_mut() {
                        *last = last.wrapping_add(1);
                    }
                }
            }
        }
    }
    out
}

type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Returns the matrix that applies `a` before `b`.
fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    text: Matrix,
    line: Matrix,
    font: String,
    size: f64,
    /// Horizontal scaling as a share of one.
    stretch: f64,
    ink: [f64; 4],
    over: bool,
}

impl Default for State {
    fn default() -> Self {
        // The initial colour is DeviceGray black, which is not CMYK: NaN fails every check.
        let ink = [f64::NAN; 4];
        Self {
            matrix: UNIT,
            text: UNIT,
            line: UNIT,
            font: String::new(),
            size: 0.0,
            stretch: 1.0,
            ink,
            over: false,
        }
    }
}

struct Pen<'a> {
    height: f64,
    fonts: &'a BTreeMap<String, Font>,
    states: &'a BTreeMap<String, bool>,
    state: State,
    stack: Vec<State>,
    path: Vec<[f64; 4]>,
    glyphs: Vec<Glyph>,
    fills: Vec<Filled>,
    discs: usize,
}

impl Pen<'_> {
    fn apply(&mut self, operation: &Operation) {
        let operands = &operation.operands;
        let numbers = || -> Vec<f64> { operands.iter().map(number).collect() };
        let state = &mut self.state;
        match operation.operator.as_str() {
            "q" => self.stack.push(state.clone()),
            "Q" => *state = self.stack.pop().expect("a state to go back to"),
            "cm" => state.matrix = times(numbers().try_into().expect("six"), state.matrix),
            "gs" => state.over = self.states[&string(operands[0].as_name().expect("name"))],
            "k" => state.ink = numbers().try_into().expect("four inks"),
            "BT" => (state.text, state.line) = (UNIT, UNIT),
            "ET" => {}
            "Tf" => {
                state.font = string(operands[0].as_name().expect("name"));
                state.size = number(&operands[1]);
            }
            "Tz" => state.stretch = number(&operands[0]) / 100.0,
            "Tm" => {
                state.text = numbers().try_into().expect("six");
                state.line = state.text;
            }
            "Td" => {
                let by = numbers();
                state.line = times([1.0, 0.0, 0.0, 1.0, by[0], by[1]], state.line);
                state.text = state.line;
            }
            "Tj" => self.show(&operands[0]),
            "TJ" => {
                for item in operands[0].as_array().expect("array") {
                    if matches!(item, Object::String(..)) {
                        self.show(item);
                    } else {
                        self.advance(-number(item) / 1000.0 * self.state.size * self.state.stretch);
                    }
                }
            }
            "re" => {
                let [x, y, width, height]: [f64; 4] = numbers().try_into().expect("four");
                assert_eq!(state.matrix, UNIT, "rectangles are not transformed");
                self.path.push([x, self.height - y - height, width, height]);
            }
            "f" | "f*" => {
                let (ink, over) = (state.ink, state.over);
                self.fills.extend(self.path.drain(..).map(|rect| Filled { rect, ink, over }));
            }
            "n" => self.path.clear(),
            "m" => self.discs += 1,
            // Other operators cannot pass unnoticed: a test lists all operators.
            _ => {}
        }
    }

    fn advance(&mut self, by: f64) {
        self.state.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.state.text);
    }

    fn show(&mut self, codes: &Object) {
        let font = &self.fonts[&self.state.font];
        for code in codes.as_str().expect("string").chunks(2) {
            let cid = u16::from_be_bytes(code.try_into().expect("two bytes a code"));
            let place = times(self.state.text, self.state.matrix);
            let wide = self.state.size * self.state.stretch;
            let advance = font.widths.get(&cid).unwrap_or(&font.default) / 1000.0 * wide;
            let zoom = (place[0] * place[0] + place[1] * place[1]).sqrt();
            self.glyphs.push(Glyph {
                x: place[4],
                y: self.height - place[5],
                size: self.state.size * zoom,
                wide: wide * zoom,
                turned: place[1] < -0.5 * zoom,
                advance,
                text: font.unicode.get(&cid).cloned(),
                font: self.state.font.clone(),
                cid,
                ink: self.state.ink,
                over: self.state.over,
            });
            self.advance(advance);
        }
    }
}
