//! ICC profiles: whether they can be used, black point compensation, and inks for the corners of a grid.

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, ToneReprCurve, TransformOptions,
};

/// What the samples that a profile is for stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileSpace {
    /// Grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
}

/// Whether bytes are a profile of a space.
pub fn is_profile_of(bytes: &[u8], space: ProfileSpace) -> bool {
    read(bytes, space).is_some()
}

fn read(bytes: &[u8], space: ProfileSpace) -> Option<ColorProfile> {
    let profile = ColorProfile::new_from_slice(bytes).ok()?;
    let right = match space {
        ProfileSpace::Grey => profile.color_space == DataColorSpace::Gray,
        ProfileSpace::Cmyk => profile.color_space == DataColorSpace::Cmyk,
        ProfileSpace::Rgb => {
            profile.color_space == DataColorSpace::Rgb
                && (profile.is_matrix_shaper() || has_tables(&profile))
        }
    };
    right.then_some(profile)
}

/// Whether tables say what its colours are, and not three curves and a matrix.
fn has_tables(profile: &ColorProfile) -> bool {
    profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some()
}

/// Relative colorimetric: paper is white, what paper and inks can show stays as it is.
fn options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    }
}

/// Runs colours of `N` samples through a transform to colours of `M`, all as shares of one.
fn through<const N: usize, const M: usize>(
    (from, from_layout): (&ColorProfile, Layout),
    (to, to_layout): (&ColorProfile, Layout),
    colours: &[[f32; N]],
) -> Option<Vec<[f32; M]>> {
    let transform = from.create_transform_f32(from_layout, to, to_layout, options()).ok()?;
    let mut out = vec![[0.0; M]; colours.len()];
    transform.transform(colours.as_flattened(), out.as_flattened_mut()).ok()?;
    Some(out)
}

/// The inks of a press for colours of a picture, with black point compensation: the picture's black becomes the
/// darkest that the press has and everything above it is drawn together by as much. `None` if a profile cannot be
/// used; the picture's own may be missing, which is sRGB.
pub(super) fn press_inks(
    source: Option<&[u8]>,
    press: &[u8],
    colours: &[[f32; 3]],
) -> Option<Vec<[f32; 4]>> {
    let press = read(press, ProfileSpace::Cmyk)?;
    let source = match source {
        Some(bytes) => read(bytes, ProfileSpace::Rgb)?,
        None => ColorProfile::new_srgb(),
    };
    let black = black_of(&press)?;
    if !has_tables(&source) {
        let raised = raised(source, black)?;
        return through((&raised, Layout::Rgb), (&press, Layout::Rgba), colours);
    }
    // A profile of tables has no curves to raise: its colours take the way through a space that holds them.
    let wide = ColorProfile::new_pro_photo_rgb();
    let colours: Vec<[f32; 3]> = through((&source, Layout::Rgb), (&wide, Layout::Rgb), colours)?;
    let colours: Vec<[f32; 3]> =
        colours.into_iter().map(|colour| colour.map(|part| part.clamp(0.0, 1.0))).collect();
    let raised = raised(wide, black)?;
    through((&raised, Layout::Rgb), (&press, Layout::Rgba), &colours)
}

/// How light the darkest of a press is, as a share of its paper: what its profile makes of black, there and back.
fn black_of(press: &ColorProfile) -> Option<f32> {
    let rgb = ColorProfile::new_srgb();
    let inks: Vec<[f32; 4]> = through((&rgb, Layout::Rgb), (press, Layout::Rgba), &[[0.0; 3]])?;
    let seen: Vec<[f32; 3]> = through((press, Layout::Rgba), (&rgb, Layout::Rgb), &inks)?;
    let curve = rgb.green_trc.as_ref()?.make_linear_evaluator().ok()?;
    let [r, g, b] = seen.first()?.map(|part| curve.evaluate_value(part.clamp(0.0, 1.0)));
    // The luminance of sRGB; black above L* 50 would be no black.
    Some((0.2126 * r + 0.7152 * g + 0.0722 * b).min(0.184))
}

/// The profile with its light drawn together to `black` and above. Compensation is linear in light and keeps white,
/// and so does a profile of three curves and a matrix: to raise the curves is the same.
fn raised(mut profile: ColorProfile, black: f32) -> Option<ColorProfile> {
    const STEPS: u16 = 4096;
    for curve in [&mut profile.red_trc, &mut profile.green_trc, &mut profile.blue_trc] {
        let light = curve.as_ref()?.make_linear_evaluator().ok()?;
        let raised = (0..STEPS).map(|step| {
            let light =
                light.evaluate_value(f32::from(step) / f32::from(STEPS - 1)).clamp(0.0, 1.0);
            super::device_link::to_u16_level(black + (1.0 - black) * light)
        });
        *curve = Some(ToneReprCurve::Lut(raised.collect()));
    }
    // A description by code points would be taken instead of the curves.
    profile.cicp = None;
    Some(profile)
}
