//! A small press file made by hand, clean by PDF/X-1a until a test spoils it.

use banmian::model::{PictureResolution, PressProfile};
use banmian::preflight::{PreflightReport, PressCheck, PressRequirements, check};
use banmian::unit::Abs;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use crate::support::read;

/// Trim size, 200 × 300 mm, in pt.
pub(crate) const TRIM: [f64; 2] = [566.929, 850.394];

/// A file in the making.
pub(crate) struct Sample {
    pub(crate) document: Document,
    pub(crate) catalog: ObjectId,
    pub(crate) page: ObjectId,
    pub(crate) info: ObjectId,
    pub(crate) font: ObjectId,
    pub(crate) descriptor: ObjectId,
    pub(crate) xmp: ObjectId,
    pub(crate) states: Dictionary,
    pub(crate) objects: Dictionary,
    pub(crate) spaces: Dictionary,
    /// Content of the page; at first a black 中.
    pub(crate) content: String,
}

fn text_object(text: &str) -> Object {
    Object::string_literal(text)
}

/// Returns numbers as a PDF array.
#[expect(clippy::cast_possible_truncation, reason = "lopdf keeps singles")]
pub(crate) fn numbers(numbers: &[f64]) -> Object {
    Object::Array(numbers.iter().map(|number| Object::Real(*number as f32)).collect())
}

pub(crate) const XMP: &str = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description>\
    <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">T</rdf:li></rdf:Alt></dc:title>\
    <pdfxid:GTS_PDFXVersion>PDF/X-1a:2003</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>\
    <xmp:CreateDate>2026-01-02T03:04:05+08:00</xmp:CreateDate></rdf:Description></rdf:RDF></x:xmpmeta>";

const MAP: &[u8] = b"1 beginbfchar <0001> <4E2D> endbfchar";

impl Sample {
    pub(crate) fn new() -> Self {
        let mut document = Document::with_version("1.4");
        let program = document.add_object(Stream::new(dictionary! {}, vec![1; 32]));
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => "ABCDEF+Song", "FontFile2" => program,
        });
        let map = document.add_object(Stream::new(dictionary! {}, MAP.to_vec()));
        let cid = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "ABCDEF+Song",
            "FontDescriptor" => descriptor, "DW" => 1000,
        });
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "ABCDEF+Song",
            "Encoding" => "Identity-H", "DescendantFonts" => vec![cid.into()], "ToUnicode" => map,
        });
        let profile = read("src/colour/newsprint-cgats-tr002.icc");
        let mut profile = Stream::new(dictionary! { "N" => 4 }, profile);
        profile.compress().expect("deflated");
        let profile = document.add_object(profile);
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages,
            "MediaBox" => numbers(&[-10.0, -10.0, TRIM[0] + 10.0, TRIM[1] + 10.0]),
            "BleedBox" => numbers(&[-5.0, -5.0, TRIM[0] + 5.0, TRIM[1] + 5.0]),
            "TrimBox" => numbers(&[0.0, 0.0, TRIM[0], TRIM[1]]),
        });
        let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, kids.into());
        let xmp = document.add_object(Stream::new(dictionary! {}, XMP.as_bytes().to_vec()));
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => pages, "Metadata" => xmp,
            "OutputIntents" => vec![Object::Dictionary(dictionary! {
                "Type" => "OutputIntent", "S" => "GTS_PDFX",
                "OutputConditionIdentifier" => text_object("CGATS TR 002"), "DestOutputProfile" => profile,
            })],
        });
        let info = document.add_object(dictionary! {
            "Title" => text_object("T"), "GTS_PDFXVersion" => text_object("PDF/X-1a:2003"),
            "Trapped" => "False", "CreationDate" => text_object("D:20260102030405+08'00'"),
        });
        let id = Object::String(vec![7; 16], StringFormat::Hexadecimal);
        document.trailer.set("Root", catalog);
        document.trailer.set("Info", info);
        document.trailer.set("ID", vec![id.clone(), id]);
        let states = dictionary! {
            "Over" => dictionary! { "OP" => true, "op" => true, "OPM" => 1 },
        };
        let (objects, spaces) = (dictionary! {}, dictionary! {});
        let content =
            "/Over gs BT /F1 12 Tf 0 0 0 1 k 1 0 0 1 100 700 Tm <0001> Tj ET\n".to_owned();
        Self {
            document,
            catalog,
            page,
            info,
            font,
            descriptor,
            xmp,
            states,
            objects,
            spaces,
            content,
        }
    }

    /// Returns a dictionary of the file.
    pub(crate) fn dict(&mut self, id: ObjectId) -> &mut Dictionary {
        self.document.get_dictionary_mut(id).expect("a dictionary")
    }

    /// Adds an image of this many pixels and draws it over this many points.
    pub(crate) fn image(
        &mut self,
        space: impl Into<Object>,
        pixels: [i64; 2],
        bytes: Vec<u8>,
        pt: f64,
    ) {
        let mut stream = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => pixels[0],
                "Height" => pixels[1], "BitsPerComponent" => 8, "ColorSpace" => space.into(),
            },
            bytes,
        );
        stream.compress().expect("deflated");
        let image = self.document.add_object(stream);
        self.objects.set("Im", image);
        self.content += &format!("q {pt} 0 0 {pt} 200 200 cm /Im Do Q\n");
    }

    /// Adds a form object with some content.
    pub(crate) fn form(&mut self, name: &str, content: &str) -> ObjectId {
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form" };
        let form = self.document.add_object(Stream::new(form, content.as_bytes().to_vec()));
        self.objects.set(name, form);
        form
    }

    /// Returns the file.
    pub(crate) fn bytes(mut self) -> Vec<u8> {
        let content = std::mem::take(&mut self.content).into_bytes();
        let content = self.document.add_object(Stream::new(dictionary! {}, content));
        let resources = dictionary! {
            "Font" => dictionary! { "F1" => self.font }, "ExtGState" => self.states.clone(),
            "XObject" => self.objects.clone(), "ColorSpace" => self.spaces.clone(),
        };
        let page = self.dict(self.page);
        page.set("Resources", resources);
        if !page.has(b"Contents") {
            page.set("Contents", content);
        }
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saved");
        bytes
    }
}

/// Requirements with which the samples are checked.
pub(crate) fn requirements() -> PressRequirements {
    PressRequirements {
        profile: Some(PressProfile::X1a),
        ink_limit: Some(2400),
        picture_resolution: Some(PictureResolution {
            error_below: 120,
            warning_below: 170,
            reduce_to: 200,
            reduce_above: 300,
        }),
        trim_size: Some((Abs::mm(200), Abs::mm(300))),
        expected_text: Some("中".to_owned()),
        ..PressRequirements::default()
    }
}

/// Returns the checks that found something, each once.
pub(crate) fn found(preflight: &PreflightReport) -> Vec<PressCheck> {
    let mut checks: Vec<PressCheck> =
        preflight.findings.iter().map(|finding| finding.check).collect();
    checks.sort();
    checks.dedup();
    checks
}

/// Spoils a sample and expects exactly these findings.
pub(crate) fn expect(
    name: &str,
    spoil: impl FnOnce(&mut Sample),
    requirements: &PressRequirements,
    checks: &[PressCheck],
) {
    let mut sample = Sample::new();
    spoil(&mut sample);
    let preflight = check(&sample.bytes(), requirements);
    assert_eq!(found(&preflight), checks, "{name}: {:#?}", preflight.findings);
    for finding in &preflight.findings {
        assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty(), "{name}");
    }
}
