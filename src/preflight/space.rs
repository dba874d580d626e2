//! Colour spaces: which inks their values are, and whether a newsprint press has them.

use lopdf::{Dictionary, Object};

use crate::preflight::file::{PdfFile, lossy, number};

/// A colour space, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ColourSpace {
    Gray,
    Cmyk,
    /// RGB, Lab or another that a press has no inks for, by name.
    Foreign(String, usize),
    /// Grey or CMYK by measurement: its number of values.
    Measured(usize),
    /// A spot ink by name, and what it is shown by at full strength.
    Spot(String, [f32; 4]),
    /// The registration ink.
    All,
    /// Several inks by name.
    Inks(Vec<String>),
    /// Numbered colours of another space: bytes of a table.
    Indexed(Box<ColourSpace>, Vec<u8>),
    Pattern,
    /// None that is known.
    Unknown,
}

/// How deep a space may lie in others.
const DEPTH_MOST: usize = 6;

impl ColourSpace {
    /// Resolves a space: a name of the device, of the resources, or an array.
    pub(crate) fn read(file: &PdfFile, object: &Object, resources: Option<&Dictionary>) -> Self {
        Self::at(file, object, resources, 0)
    }

    fn at(file: &PdfFile, object: &Object, resources: Option<&Dictionary>, depth: usize) -> Self {
        if depth > DEPTH_MOST {
            return Self::Unknown;
        }
        match file.get(object) {
            Object::Name(name) => Self::named(file, name, resources, depth),
            Object::Array(array) => Self::array(file, array, resources, depth),
            _ => Self::Unknown,
        }
    }

    fn named(file: &PdfFile, name: &[u8], resources: Option<&Dictionary>, depth: usize) -> Self {
        match name {
            b"DeviceGray" | b"G" => Self::Gray,
            b"DeviceCMYK" | b"CMYK" => Self::Cmyk,
            b"DeviceRGB" | b"RGB" => Self::Foreign("DeviceRGB".to_owned(), 3),
            b"Pattern" => Self::Pattern,
            name => {
                let spaces = resources.and_then(|resources| file.dict(resources, "ColorSpace"));
                let found = spaces.and_then(|spaces| spaces.get(name).ok());
                found.map_or(Self::Unknown, |object| Self::at(file, object, resources, depth + 1))
            }
        }
    }

    fn array(
        file: &PdfFile,
        array: &[Object],
        resources: Option<&Dictionary>,
        depth: usize,
    ) -> Self {
        let Some(Object::Name(kind)) = array.first().map(|object| file.get(object)) else {
            return Self::Unknown;
        };
        let part = |at: usize| array.get(at).map(|object| file.get(object));
        match kind.as_slice() {
            b"ICCBased" => {
                let stream = part(1).and_then(|object| object.as_stream().ok());
                let count = stream.and_then(|stream| file.number(&stream.dict, "N"));
                match count {
                    Some(1.0) => Self::Measured(1),
                    Some(4.0) => Self::Measured(4),
                    _ => Self::Foreign("ICCBased RGB".to_owned(), 3),
                }
            }
            b"CalGray" => Self::Measured(1),
            b"CalRGB" | b"Lab" => Self::Foreign(lossy(kind), 3),
            b"Indexed" | b"I" => {
                let base = part(1)
                    .map_or(Self::Unknown, |base| Self::at(file, base, resources, depth + 1));
                let table = match part(3) {
                    Some(Object::String(bytes, _)) => bytes.clone(),
                    Some(Object::Stream(stream)) => file.content(stream).unwrap_or_default(),
                    _ => Vec::new(),
                };
                Self::Indexed(Box::new(base), table)
            }
            b"Separation" => {
                let name = part(1).and_then(|name| name.as_name().ok()).unwrap_or_default();
                match name {
                    b"All" => Self::All,
                    b"Black" | b"Cyan" | b"Magenta" | b"Yellow" => Self::Inks(vec![lossy(name)]),
                    name => Self::Spot(lossy(name), full_tint(file, part(3))),
                }
            }
            b"DeviceN" | b"NChannel" => {
                let names = part(1).and_then(|names| names.as_array().ok());
                let names = names.into_iter().flatten();
                let name = |name: &Object| file.get(name).as_name().ok().map(lossy);
                Self::Inks(names.filter_map(name).collect())
            }
            b"Pattern" => Self::Pattern,
            name => Self::named(file, name, None, depth + 1),
        }
    }

    /// How many values a colour of it has.
    pub(crate) fn values(&self) -> usize {
        match self {
            Self::Gray | Self::Spot(..) | Self::All | Self::Indexed(..) => 1,
            Self::Cmyk => 4,
            Self::Foreign(_, count) | Self::Measured(count) => *count,
            Self::Inks(names) => names.len(),
            Self::Pattern | Self::Unknown => 0,
        }
    }

    /// Its name in reports.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Gray => "DeviceGray".to_owned(),
            Self::Cmyk => "DeviceCMYK".to_owned(),
            Self::Foreign(name, _) => name.clone(),
            Self::Measured(1) => "ICCBased grey".to_owned(),
            Self::Measured(_) => "ICCBased CMYK".to_owned(),
            Self::Spot(name, _) => format!("Separation {name}"),
            Self::All => "Separation All".to_owned(),
            Self::Inks(names) => format!("DeviceN {}", names.join("+")),
            Self::Indexed(base, _) => format!("Indexed {}", base.label()),
            Self::Pattern => "Pattern".to_owned(),
            Self::Unknown => "?".to_owned(),
        }
    }

    /// The inks that a colour lays down, 0 to 1. What a press has no inks for counts by its darkness.
    pub(crate) fn inks(&self, values: &[f32]) -> [f32; 4] {
        let value = |at: usize| values.get(at).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        match self {
            Self::Gray | Self::Measured(1) => [0.0, 0.0, 0.0, 1.0 - value(0)],
            Self::Cmyk | Self::Measured(_) => [value(0), value(1), value(2), value(3)],
            Self::Foreign(..) => [0.0, 0.0, 0.0, 1.0 - (value(0) + value(1) + value(2)) / 3.0],
            Self::Spot(_, full) => full.map(|ink| ink * value(0)),
            Self::All => [value(0); 4],
            Self::Inks(names) => {
                let mut inks = [0.0; 4];
                for (at, name) in names.iter().enumerate() {
                    let process = ["Cyan", "Magenta", "Yellow", "Black"];
                    if let Some(plane) = process.iter().position(|ink| ink == name) {
                        inks[plane] = value(at);
                    }
                }
                inks
            }
            Self::Indexed(base, table) => {
                let width = base.values().max(1);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a number of a colour, 255 at most"
                )]
                let at = values.first().copied().unwrap_or(0.0).clamp(0.0, 255.0) as usize * width;
                let colour = table.get(at..at + width).unwrap_or_default();
                let values: Vec<f32> = colour.iter().map(|byte| f32::from(*byte) / 255.0).collect();
                base.inks(&values)
            }
            Self::Pattern | Self::Unknown => [0.0; 4],
        }
    }

    /// Whether a press has no inks for it.
    pub(crate) fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign(..) => true,
            Self::Indexed(base, _) => base.is_foreign(),
            Self::Gray
            | Self::Cmyk
            | Self::Measured(_)
            | Self::Spot(..)
            | Self::All
            | Self::Inks(_)
            | Self::Pattern
            | Self::Unknown => false,
        }
    }

    /// Whether it can lay down black alone.
    pub(crate) fn is_grey(&self) -> bool {
        match self {
            Self::Gray | Self::Measured(1) => true,
            Self::Inks(names) => names.iter().all(|name| name == "Black"),
            Self::Indexed(base, _) => base.is_grey(),
            _ => false,
        }
    }
}

/// The inks of a spot colour at full strength, where its tint is a plain ramp in CMYK.
fn full_tint(file: &PdfFile, function: Option<&Object>) -> [f32; 4] {
    let function = function.and_then(crate::preflight::file::as_dict);
    let ramp = function.and_then(|function| file.array(function, "C1")).unwrap_or_default();
    let mut inks = [0.0; 4];
    if let [c, m, y, k] = ramp {
        for (ink, object) in inks.iter_mut().zip([c, m, y, k]) {
            #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
            let share = number(file.get(object)).unwrap_or(0.0) as f32;
            *ink = share.clamp(0.0, 1.0);
        }
    }
    inks
}
