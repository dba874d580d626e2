//! Faults of the file as a whole.

use banmian::model::PressProfile;
use banmian::preflight::{PressCheck, PressRequirements, check};
use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use lopdf::{Object, Stream, dictionary};

use crate::preflight::sample::{Sample, XMP, expect, found, requirements};

#[test]
fn the_sample_is_clean() {
    expect("clean", |_| {}, &requirements(), &[]);
}

type Spoil = fn(&mut Sample);

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one row a fault")]
fn each_fault_of_the_file_is_found() {
    let cases: [(&str, Spoil, &[PressCheck]); 22] = [
        ("version", |s| s.document.version = "1.6".to_owned(), &[PressCheck::Version]),
        (
            "later version in the catalog",
            |s| s.dict(s.catalog).set("Version", "1.7"),
            &[PressCheck::Version],
        ),
        (
            "no intent",
            |s| drop(s.dict(s.catalog).remove(b"OutputIntents")),
            &[PressCheck::NoIntent],
        ),
        ("another intent", |s| s.intent().set("S", "GTS_PDFA1"), &[PressCheck::NoIntent]),
        (
            "no condition",
            |s| drop(s.intent().remove(b"OutputConditionIdentifier")),
            &[PressCheck::NoIntent],
        ),
        (
            "no profile of a press",
            |s| {
                let rgb =
                    s.document.add_object(Stream::new(dictionary! { "N" => 3 }, vec![0; 200]));
                s.intent().set("DestOutputProfile", rgb);
            },
            &[PressCheck::BadProfile],
        ),
        (
            "no standard",
            |s| drop(s.dict(s.info).remove(b"GTS_PDFXVersion")),
            &[PressCheck::NoStandard],
        ),
        (
            "another standard in XMP",
            |s| s.xmp(&XMP.replace("PDF/X-1a:2003", "PDF/X-3:2003")),
            &[PressCheck::NoStandard],
        ),
        ("no XMP", |s| drop(s.dict(s.catalog).remove(b"Metadata")), &[PressCheck::Metadata]),
        ("another title", |s| s.xmp(&XMP.replace(">T<", ">U<")), &[PressCheck::MetadataMismatch]),
        (
            "another date",
            |s| s.xmp(&XMP.replace("03:04:05", "03:04:06")),
            &[PressCheck::MetadataMismatch],
        ),
        (
            "not said whether trapped",
            |s| drop(s.dict(s.info).remove(b"Trapped")),
            &[PressCheck::Trapped],
        ),
        ("no identifier", |s| drop(s.document.trailer.remove(b"ID")), &[PressCheck::NoIdentifier]),
        ("alpha", |s| s.states.set("T", dictionary! { "ca" => 0.5 }), &[PressCheck::Transparency]),
        (
            "blend mode",
            |s| s.states.set("T", dictionary! { "BM" => "Multiply" }),
            &[PressCheck::Transparency],
        ),
        (
            "group",
            |s| {
                let page = s.page;
                s.dict(page).set("Group", dictionary! { "S" => "Transparency" });
            },
            &[PressCheck::Transparency],
        ),
        (
            "layers",
            |s| s.dict(s.catalog).set("OCProperties", dictionary! { "D" => dictionary! {} }),
            &[PressCheck::Layers],
        ),
        (
            "LZW",
            |s| {
                let lzw = Stream::new(dictionary! { "Filter" => "LZWDecode" }, vec![0x80, 0x40]);
                s.document.add_object(lzw);
            },
            &[PressCheck::ForbiddenFilter],
        ),
        (
            "opening action",
            |s| s.dict(s.catalog).set("OpenAction", dictionary! { "S" => "GoTo" }),
            &[PressCheck::Action],
        ),
        (
            "script",
            |s| {
                let script =
                    dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("") };
                s.document.add_object(script);
            },
            &[PressCheck::Action],
        ),
        (
            "file",
            |s| {
                let file = dictionary! { "Type" => "Filespec", "EF" => dictionary! {} };
                s.document.add_object(file);
            },
            &[PressCheck::EmbeddedFile],
        ),
        (
            "annotation",
            |s| {
                let rect = vec![10.into(), 10.into(), 20.into(), 20.into()];
                let note = dictionary! { "Subtype" => "Text", "Rect" => rect };
                s.dict(s.page).set("Annots", vec![note.into()]);
            },
            &[PressCheck::Annotation],
        ),
    ];
    for (name, spoil, checks) in cases {
        expect(name, spoil, &requirements(), checks);
    }
}

impl Sample {
    fn intent(&mut self) -> &mut lopdf::Dictionary {
        let catalog = self.dict(self.catalog);
        let intents = catalog.get_mut(b"OutputIntents").and_then(Object::as_array_mut);
        intents.expect("intents")[0].as_dict_mut().expect("an intent")
    }

    fn xmp(&mut self, text: &str) {
        let stream = Stream::new(dictionary! {}, text.as_bytes().to_vec());
        self.document.objects.insert(self.xmp, stream.into());
    }
}

#[test]
fn pdfx_4_allows_and_requires_more() {
    let x4 = PressRequirements { profile: Some(PressProfile::X4), ..requirements() };
    let spoil = |s: &mut Sample| {
        s.document.version = "1.6".to_owned();
        s.xmp(&XMP.replace("PDF/X-1a:2003", "PDF/X-4"));
        s.dict(s.info).remove(b"GTS_PDFXVersion");
        s.states.set("T", dictionary! { "ca" => 0.5 });
    };
    expect("X-4", spoil, &x4, &[]);
    let profile = |s: &mut Sample| {
        spoil(s);
        s.intent().remove(b"DestOutputProfile");
    };
    expect("X-4 without its profile", profile, &x4, &[PressCheck::BadProfile]);
    // Without a standard no such thing is required.
    let none = PressRequirements { profile: None, ..requirements() };
    expect("none", |s| s.states.set("T", dictionary! { "ca" => 0.5 }), &none, &[]);
}

#[test]
fn broken_and_encrypted_files_are_reported_as_such() {
    let bytes = Sample::new().bytes();
    for (bytes, expected) in [
        (&b""[..], PressCheck::NotPdf),
        (b"%!PS-Adobe-3.0", PressCheck::NotPdf),
        (&bytes[..bytes.len() / 2], PressCheck::Damaged),
        (b"%PDF-1.4\nstartxref\n9\n%%EOF", PressCheck::Damaged),
    ] {
        assert_eq!(found(&check(bytes, &requirements())), [expected], "{} bytes", bytes.len());
    }
    let mut sample = Sample::new();
    let state = EncryptionState::try_from(EncryptionVersion::V2 {
        document: &sample.document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: Permissions::all(),
    });
    sample.document.encrypt(&state.expect("a key")).expect("encrypted");
    let mut bytes = Vec::new();
    sample.document.save_to(&mut bytes).expect("saved");
    assert_eq!(found(&check(&bytes, &requirements())), [PressCheck::Encrypted]);
}

#[test]
fn any_damage_is_a_finding_and_no_panic() {
    let bytes = Sample::new().bytes();
    let hook = std::panic::take_hook();
    let mut faulty = 0;
    for cut in (0..bytes.len().min(4_000)).step_by(97) {
        let mut spoilt = bytes.clone();
        spoilt[cut] ^= 0x15;
        check(&spoilt, &requirements());
        let start = bytes.len() - 1 - cut.min(bytes.len() - 1);
        faulty += usize::from(!found(&check(&bytes[..start], &requirements())).is_empty());
    }
    std::panic::set_hook(hook);
    assert!(faulty > 0, "some cut file has a finding");
}

#[test]
fn work_is_bounded() {
    // A stream of zeros deflates to a thousandth.
    let bomb = |s: &mut Sample| {
        let mut stream = Stream::new(dictionary! {}, vec![b' '; (128 << 20) + 1]);
        stream.compress().expect("deflated");
        let bomb = s.document.add_object(stream);
        s.dict(s.page).set("Contents", bomb);
    };
    let silent = PressRequirements { expected_text: None, ..requirements() };
    expect("bomb", bomb, &silent, &[PressCheck::TooMuch]);
    let itself = |s: &mut Sample| {
        s.form("A", "/B Do");
        s.form("B", "/A Do");
        s.content += "/A Do\n";
    };
    expect("a form that draws itself", itself, &requirements(), &[PressCheck::Damaged]);
    // Twenty forms that each draw the next one ten times would never end.
    let many = |s: &mut Sample| {
        for k in 0..20 {
            s.form(&format!("N{k}"), &format!("/N{} Do ", k + 1).repeat(10));
        }
        s.form("N20", "n");
        s.content += "/N0 Do\n";
    };
    expect("laughs", many, &requirements(), &[PressCheck::TooMuch]);
    let deep = |s: &mut Sample| s.content += &"q ".repeat(100_000);
    expect("states", deep, &requirements(), &[PressCheck::TooMuch]);
}
