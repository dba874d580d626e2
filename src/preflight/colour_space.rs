//! Colour spaces: the inks that their colours stand for.

use lopdf::{Dictionary, Object};

use crate::preflight::file::{PdfFile, as_dict, as_number, lossy_string};

/// A colour space, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ColourSpace {
    Gray,
    Cmyk,
    /// RGB, Lab or another space that a press has no inks for.
    Foreign {
        name: String,
        components: usize,
    },
    /// Grey or CMYK with an ICC profile or other calibration.
    Calibrated {
        components: usize,
    },
    /// A spot ink.
    Spot {
        name: String,
        /// Appearance at full strength, as CMYK from 0 to 1.
        full_tint: [f32; 4],
    },
    /// The registration ink, which prints on all plates.
    Registration,
    /// Inks by name: several, or one process ink.
    NamedInks(Vec<String>),
    /// Numbered colours of another space.
    Indexed {
        base: Box<ColourSpace>,
        /// Colours in the base space, a byte for each component.
        table: Vec<u8>,
    },
    Pattern,
    /// A space that could not be resolved.
    Unknown,
}

/// Largest depth of nested spaces; a deeper one counts as unknown.
const SPACE_DEPTH_MAX: usize = 6;

/// Names of the process inks, in the order of CMYK.
const PROCESS_INKS: [&str; 4] = ["Cyan", "Magenta", "Yellow", "Black"];

impl ColourSpace {
    /// Resolves a space: a device space, a name in the resources, or an array.
    pub(crate) fn read(file: &PdfFile, object: &Object, resources: Option<&Dictionary>) -> Self {
        SpaceReader { file, resources }.resolve(object, 0)
    }

    pub(crate) fn device_rgb() -> Self {
        Self::Foreign { name: "DeviceRGB".to_owned(), components: 3 }
    }

    /// Number of components of a colour; 0 if colours cannot be read.
    pub(crate) fn component_count(&self) -> usize {
        match self {
            Self::Gray | Self::Spot { .. } | Self::Registration | Self::Indexed { .. } => 1,
            Self::Cmyk => 4,
            Self::Foreign { components, .. } | Self::Calibrated { components } => *components,
            Self::NamedInks(names) => names.len(),
            Self::Pattern | Self::Unknown => 0,
        }
    }

    /// Name of the space in reports.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Gray => "DeviceGray".to_owned(),
            Self::Cmyk => "DeviceCMYK".to_owned(),
            Self::Foreign { name, .. } => name.clone(),
            Self::Calibrated { components: 1 } => "ICCBased grey".to_owned(),
            Self::Calibrated { .. } => "ICCBased CMYK".to_owned(),
            Self::Spot { name, .. } => format!("Separation {name}"),
            Self::Registration => "Separation All".to_owned(),
            Self::NamedInks(names) => format!("DeviceN {}", names.join("+")),
            Self::Indexed { base, .. } => format!("Indexed {}", base.label()),
            Self::Pattern => "Pattern".to_owned(),
            Self::Unknown => "?".to_owned(),
        }
    }

    /// Converts a colour to CMYK from 0 to 1. A colour of a foreign space counts as grey of its
    /// darkness. Missing components are 0.
    pub(crate) fn inks(&self, colour: &[f32]) -> [f32; 4] {
        let component = |k: usize| colour.get(k).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        match self {
            Self::Gray | Self::Calibrated { components: 1 } => [0.0, 0.0, 0.0, 1.0 - component(0)],
            Self::Cmyk | Self::Calibrated { .. } => {
                [component(0), component(1), component(2), component(3)]
            }
            // An estimate: how a plant converts the colour is not known.
            Self::Foreign { .. } => {
                let light = (component(0) + component(1) + component(2)) / 3.0;
                [0.0, 0.0, 0.0, 1.0 - light]
            }
            Self::Spot { full_tint, .. } => full_tint.map(|ink| ink * component(0)),
            Self::Registration => [component(0); 4],
            Self::NamedInks(names) => {
                let mut inks = [0.0; 4];
                for (k, name) in names.iter().enumerate() {
                    if let Some(plate) = PROCESS_INKS.iter().position(|ink| ink == name) {
                        inks[plate] = component(k);
                    }
                }
                inks
            }
            Self::Indexed { base, table } => {
                let width = base.component_count().max(1);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "an index of a colour, 255 at most"
                )]
                // An index beyond the table reads no entry and counts as no ink.
                let index = colour.first().copied().unwrap_or(0.0).clamp(0.0, 255.0) as usize;
                let entry = table.get(index * width..index * width + width).unwrap_or_default();
                let colour: Vec<f32> = entry.iter().map(|byte| f32::from(*byte) / 255.0).collect();
                base.inks(&colour)
            }
            Self::Pattern | Self::Unknown => [0.0; 4],
        }
    }

    /// True if a press has no inks for the space.
    pub(crate) fn is_foreign(&self) -> bool {
        match self {
            Self::Foreign { .. } => true,
            Self::Indexed { base, .. } => base.is_foreign(),
            Self::Gray
            | Self::Cmyk
            | Self::Calibrated { .. }
            | Self::Spot { .. }
            | Self::Registration
            | Self::NamedInks(_)
            | Self::Pattern
            | Self::Unknown => false,
        }
    }

    /// True if colours of the space lay down no ink but black.
    pub(crate) fn is_black_only(&self) -> bool {
        match self {
            Self::Gray | Self::Calibrated { components: 1 } => true,
            Self::NamedInks(names) => names.iter().all(|name| name == "Black"),
            Self::Indexed { base, .. } => base.is_black_only(),
            _ => false,
        }
    }
}

/// Resolver of colour spaces. It follows nested spaces to a depth of [`SPACE_DEPTH_MAX`].
struct SpaceReader<'a> {
    file: &'a PdfFile,
    resources: Option<&'a Dictionary>,
}

impl SpaceReader<'_> {
    fn resolve(&self, object: &Object, depth: usize) -> ColourSpace {
        // Spaces may name each other in a circle.
        if depth > SPACE_DEPTH_MAX {
            return ColourSpace::Unknown;
        }
        match self.file.resolve(object) {
            Object::Name(name) => self.resolve_name(name, depth),
            Object::Array(array) => self.resolve_array(array, depth),
            _ => ColourSpace::Unknown,
        }
    }

    fn resolve_name(&self, name: &[u8], depth: usize) -> ColourSpace {
        match name {
            b"DeviceGray" | b"G" => ColourSpace::Gray,
            b"DeviceCMYK" | b"CMYK" => ColourSpace::Cmyk,
            b"DeviceRGB" | b"RGB" => ColourSpace::device_rgb(),
            b"Pattern" => ColourSpace::Pattern,
            name => {
                let resources = self.resources;
                let spaces =
                    resources.and_then(|resources| self.file.dict(resources, "ColorSpace"));
                let space = spaces.and_then(|spaces| spaces.get(name).ok());
                space.map_or(ColourSpace::Unknown, |space| self.resolve(space, depth + 1))
            }
        }
    }

    fn resolve_array(&self, array: &[Object], depth: usize) -> ColourSpace {
        let file = self.file;
        let Some(Object::Name(kind)) = array.first().map(|object| file.resolve(object)) else {
            return ColourSpace::Unknown;
        };
        let part = |k: usize| array.get(k).map(|object| file.resolve(object));
        match kind.as_slice() {
            b"ICCBased" => {
                let stream = part(1).and_then(|object| object.as_stream().ok());
                let count = stream.and_then(|stream| file.number(&stream.dict, "N"));
                match count {
                    Some(1.0) => ColourSpace::Calibrated { components: 1 },
                    Some(4.0) => ColourSpace::Calibrated { components: 4 },
                    // Profiles of two components do not exist; three are RGB or Lab.
                    _ => ColourSpace::Foreign { name: "ICCBased RGB".to_owned(), components: 3 },
                }
            }
            b"CalGray" => ColourSpace::Calibrated { components: 1 },
            b"CalRGB" | b"Lab" => ColourSpace::Foreign { name: lossy_string(kind), components: 3 },
            b"Indexed" | b"I" => {
                let base =
                    part(1).map_or(ColourSpace::Unknown, |base| self.resolve(base, depth + 1));
                let table = match part(3) {
                    Some(Object::String(bytes, _)) => bytes.clone(),
                    Some(Object::Stream(stream)) => file.stream_content(stream).unwrap_or_default(),
                    _ => Vec::new(),
                };
                ColourSpace::Indexed { base: Box::new(base), table }
            }
            b"Separation" => {
                let name = part(1).and_then(|name| name.as_name().ok()).unwrap_or_default();
                match name {
                    b"All" => ColourSpace::Registration,
                    // A process ink by name prints on its own plate and is no spot ink.
                    b"Black" | b"Cyan" | b"Magenta" | b"Yellow" => {
                        ColourSpace::NamedInks(vec![lossy_string(name)])
                    }
                    name => ColourSpace::Spot {
                        name: lossy_string(name),
                        full_tint: full_tint(file, part(3)),
                    },
                }
            }
            b"DeviceN" | b"NChannel" => {
                let names = part(1).and_then(|names| names.as_array().ok());
                let names = names.into_iter().flatten();
                let name = |name: &Object| file.resolve(name).as_name().ok().map(lossy_string);
                ColourSpace::NamedInks(names.filter_map(name).collect())
            }
            b"Pattern" => ColourSpace::Pattern,
            // An array of one name. A name in it is not one of the resources.
            name => SpaceReader { file, resources: None }.resolve_name(name, depth + 1),
        }
    }
}

/// Returns the inks of a spot colour at full strength. They are zero unless its tint transform is
/// an exponential function to CMYK.
fn full_tint(file: &PdfFile, function: Option<&Object>) -> [f32; 4] {
    let function = function.and_then(as_dict);
    let end = function.and_then(|function| file.array(function, "C1")).unwrap_or_default();
    let mut inks = [0.0; 4];
    // Other functions are not evaluated: their ink counts as none, and the finding on spot inks
    // stays.
    if let [c, m, y, k] = end {
        for (ink, object) in inks.iter_mut().zip([c, m, y, k]) {
            #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
            let share = as_number(file.resolve(object)).unwrap_or(0.0) as f32;
            *ink = share.clamp(0.0, 1.0);
        }
    }
    inks
}
