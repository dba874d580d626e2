//! ICC profiles: checks, black point compensation, and the inks at the points of a grid.

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, ToneReprCurve, TransformOptions,
};

/// Colour space of the samples that a profile describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileSpace {
    /// Grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
}

/// Profile at one end of a transform, with the layout of its samples.
#[derive(Clone, Copy)]
struct TransformEnd<'a> {
    profile: &'a ColorProfile,
    layout: Layout,
}

impl<'a> TransformEnd<'a> {
    fn rgb(profile: &'a ColorProfile) -> Self {
        Self { profile, layout: Layout::Rgb }
    }

    /// Four inks; moxcms names the layout by the four samples it has in common with RGBA.
    fn inks(profile: &'a ColorProfile) -> Self {
        Self { profile, layout: Layout::Rgba }
    }
}

/// True if bytes are a usable profile of a colour space.
pub fn is_profile_of(bytes: &[u8], space: ProfileSpace) -> bool {
    read_profile(bytes, space).is_some()
}

/// Parses a profile. `None` if it does not parse or is of another colour space.
fn read_profile(bytes: &[u8], space: ProfileSpace) -> Option<ColorProfile> {
    let profile = ColorProfile::new_from_slice(bytes).ok()?;
    let is_usable = match space {
        ProfileSpace::Grey => profile.color_space == DataColorSpace::Gray,
        ProfileSpace::Cmyk => profile.color_space == DataColorSpace::Cmyk,
        ProfileSpace::Rgb => {
            profile.color_space == DataColorSpace::Rgb
                && (profile.is_matrix_shaper() || has_tables(&profile))
        }
    };
    is_usable.then_some(profile)
}

/// True if tables define the colours of a profile, and not three curves and a matrix.
fn has_tables(profile: &ColorProfile) -> bool {
    profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some()
}

/// Returns the options of all transforms: relative colorimetric, so that paper is white and colours
/// that paper and inks can show stay as they are.
fn colorimetric_options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    }
}

/// Transforms colours of `N` samples to colours of `M` samples, all as shares of 1. `None` if the
/// profiles do not fit together.
fn transform_colours<const N: usize, const M: usize>(
    from: TransformEnd<'_>,
    to: TransformEnd<'_>,
    colours: &[[f32; N]],
) -> Option<Vec<[f32; M]>> {
    let transform = from
        .profile
        .create_transform_f32(from.layout, to.profile, to.layout, colorimetric_options())
        .ok()?;
    let mut transformed = vec![[0.0; M]; colours.len()];
    transform.transform(colours.as_flattened(), transformed.as_flattened_mut()).ok()?;
    Some(transformed)
}

/// Returns the inks of a press for colours of a picture, with black point compensation: black of
/// the picture becomes the darkest colour of the press, and all lighter colours are compressed in
/// proportion. A missing `source` profile means sRGB. `None` if a profile cannot be used.
pub(super) fn press_inks(
    source: Option<&[u8]>,
    press: &[u8],
    colours: &[[f32; 3]],
) -> Option<Vec<[f32; 4]>> {
    let press = read_profile(press, ProfileSpace::Cmyk)?;
    let source = match source {
        Some(bytes) => read_profile(bytes, ProfileSpace::Rgb)?,
        None => ColorProfile::new_srgb(),
    };
    // The press decides how dark black can get; the picture is compressed to that.
    let black = black_luminance(&press)?;
    // Curves and a matrix: the common case of cameras and screens.
    if !has_tables(&source) {
        let raised = with_raised_black(source, black)?;
        return transform_colours(TransformEnd::rgb(&raised), TransformEnd::inks(&press), colours);
    }
    // A profile of tables has no curves to raise, so its colours are first converted to a wide RGB
    // space that holds them.
    let wide = ColorProfile::new_pro_photo_rgb();
    let colours: Vec<[f32; 3]> =
        transform_colours(TransformEnd::rgb(&source), TransformEnd::rgb(&wide), colours)?;
    let colours: Vec<[f32; 3]> =
        // A table may lead a little outside the wide space.
        colours.into_iter().map(|colour| colour.map(|level| level.clamp(0.0, 1.0))).collect();
    let raised = with_raised_black(wide, black)?;
    transform_colours(TransformEnd::rgb(&raised), TransformEnd::inks(&press), &colours)
}

/// Returns the luminance of the darkest colour of a press as a share of its paper: black, converted
/// to inks and back.
fn black_luminance(press: &ColorProfile) -> Option<f32> {
    let srgb = ColorProfile::new_srgb();
    let (screen, press) = (TransformEnd::rgb(&srgb), TransformEnd::inks(press));
    let inks: Vec<[f32; 4]> = transform_colours(screen, press, &[[0.0; 3]])?;
    let printed: Vec<[f32; 3]> = transform_colours(press, screen, &inks)?;
    let curve = srgb.green_trc.as_ref()?.make_linear_evaluator().ok()?;
    // To linear light, in which luminance is a sum.
    let [r, g, b] = printed.first()?.map(|level| curve.evaluate_value(level.clamp(0.0, 1.0)));
    // Luminance of sRGB. A black above L* 50 would not be a black.
    Some((0.2126 * r + 0.7152 * g + 0.0722 * b).min(0.184))
}

/// Returns the profile with its light compressed to the range from `black` to 1. Compensation is
/// linear in light and keeps white, as is a profile of three curves and a matrix, so raising the
/// curves is equivalent.
fn with_raised_black(mut profile: ColorProfile, black: f32) -> Option<ColorProfile> {
    const STEPS: u16 = 4096;
    for curve in [&mut profile.red_trc, &mut profile.green_trc, &mut profile.blue_trc] {
        let evaluator = curve.as_ref()?.make_linear_evaluator().ok()?;
        let raised = (0..STEPS).map(|step| {
            let level = f32::from(step) / f32::from(STEPS - 1);
            let light = evaluator.evaluate_value(level).clamp(0.0, 1.0);
            to_u16_level(black + (1.0 - black) * light)
        });
        *curve = Some(ToneReprCurve::Lut(raised.collect()));
    }
    // If present, a description by code points would replace the curves.
    profile.cicp = None;
    Some(profile)
}

/// Converts a share of 1 to 1/65 535.
pub(super) fn to_u16_level(share: f32) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 65 535"
    )]
    let level = (share.clamp(0.0, 1.0) * 65_535.0).round() as u16;
    level
}
