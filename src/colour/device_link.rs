//! From the colours of pictures to the inks of a press: a grid of inks, and straight lines between its corners.

use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::colour::profile::press_inks;

/// Corners of the grid along a side: as many as the profiles of presses have themselves.
const SIDE: usize = 33;

/// Grids that are kept: the press of a house, with the few profiles that cameras and agencies use.
const KEPT: usize = 16;

/// The inks of a press for colours of one kind: a grid over red, green and blue.
///
/// Between corners inks are mixed over tetrahedra along the grey axis, so that greys are mixed of greys alone.
pub struct DeviceLink {
    /// Inks in 1/65 535, blue fastest.
    corners: Vec<[u16; 4]>,
}

/// The hashes of a picture's profile, if it has one, and of the press's.
type LinkKey = (Option<[u8; 32]>, [u8; 32]);

/// The grids of the process, the last that was used at the end.
static LINKS: Mutex<Vec<(LinkKey, Arc<DeviceLink>)>> = Mutex::new(Vec::new());

impl DeviceLink {
    /// The grid between the profile of a picture, sRGB if it has none, and that of a press; `None` if a profile cannot
    /// be used. Grids are kept for the process, the ones used last.
    pub fn between(source: Option<&[u8]>, press: &[u8]) -> Option<Arc<Self>> {
        let key = (source.map(|bytes| Sha256::digest(bytes).into()), Sha256::digest(press).into());
        if let Some(link) = kept(&key) {
            return Some(link);
        }
        let share = |k: usize| f32::from(u8::try_from(k).unwrap_or(u8::MAX)) / (SIDE - 1) as f32;
        let corners: Vec<[f32; 3]> = (0..SIDE * SIDE * SIDE)
            .map(|k| [share(k / (SIDE * SIDE)), share(k / SIDE % SIDE), share(k % SIDE)])
            .collect();
        let corners = press_inks(source, press, &corners)?;
        let corners = corners.into_iter().map(|inks| inks.map(to_u16_level)).collect();
        let link = Arc::new(Self { corners });
        let mut links = LINKS.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= KEPT {
            links.remove(0);
        }
        links.push((key, Arc::clone(&link)));
        Some(link)
    }

    /// The inks of a colour, 255 for full ink.
    pub fn inks_of(&self, rgb: [u8; 3]) -> [u8; 4] {
        const STRIDES: [usize; 3] = [SIDE * SIDE, SIDE, 1];
        let mut corner = 0;
        // How far the colour is from its corner along each side in 1/255, and the step along it.
        let mut steps = [(0_u32, 0_usize); 3];
        for ((step, level), stride) in steps.iter_mut().zip(rgb).zip(STRIDES) {
            let at = usize::from(level) * (SIDE - 1);
            corner += at / 255 * stride;
            *step = (u32::try_from(at % 255).unwrap_or(0), stride);
        }
        steps.sort_unstable_by_key(|(rest, _)| std::cmp::Reverse(*rest));
        let mut sums = [0_u32; 4];
        let mut whole = 255;
        for (rest, stride) in steps {
            add(&mut sums, self.corners.get(corner), whole - rest);
            (whole, corner) = (rest, corner + stride);
        }
        add(&mut sums, self.corners.get(corner), whole);
        sums.map(|sum| u8::try_from((sum + 32_767) / 65_535).unwrap_or(u8::MAX))
    }
}

/// The grid of a key, which is then the last one used.
fn kept(key: &LinkKey) -> Option<Arc<DeviceLink>> {
    let mut links = LINKS.lock().unwrap_or_else(PoisonError::into_inner);
    let at = links.iter().position(|(known, _)| known == key)?;
    let found = links.remove(at);
    let link = Arc::clone(&found.1);
    links.push(found);
    Some(link)
}

/// Adds so many parts of a corner; beyond the grid there are none to add.
fn add(sums: &mut [u32; 4], corner: Option<&[u16; 4]>, parts: u32) {
    if let Some(corner) = corner {
        sums.iter_mut().zip(corner).for_each(|(sum, ink)| *sum += u32::from(*ink) * parts);
    }
}

/// A share of one in 1/65 535.
pub(super) fn to_u16_level(share: f32) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 65 535"
    )]
    let level = (share.clamp(0.0, 1.0) * 65_535.0).round() as u16;
    level
}

/// The ink that lies on a pixel, in 1/255 of one full ink.
pub fn total_ink(inks: [u8; 4]) -> u32 {
    inks.into_iter().map(u32::from).sum()
}

/// Inks of which no more lies on a pixel than `most`, in 1/255 of one full ink (R91). Black draws and stays; the
/// colours give way by one share, which keeps their hue.
pub fn limit_total_ink(inks: [u8; 4], most: u32) -> [u8; 4] {
    if total_ink(inks) <= most {
        return inks;
    }
    let [c, m, y, black] = inks.map(u32::from);
    let black = black.min(most);
    let colour = (c + m + y).max(1);
    let part = |ink: u32| (ink * (most - black) / colour).min(ink);
    [part(c), part(m), part(y), black].map(|ink| u8::try_from(ink).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::{DeviceLink, limit_total_ink, total_ink};
    use crate::colour::{NEWSPRINT_PROFILE, ProfileSpace, is_profile_of};

    fn newsprint() -> std::sync::Arc<DeviceLink> {
        DeviceLink::between(None, NEWSPRINT_PROFILE).expect("the profile of the binary")
    }

    #[test]
    fn inks_are_those_that_another_reckons() {
        // Little CMS 2: relative colorimetric with black point compensation, from its own sRGB.
        for (rgb, expected) in [
            ([240; 3], [1, 0, 0, 12]),
            ([192; 3], [6, 1, 0, 64]),
            ([128; 3], [18, 4, 0, 143]),
            ([80; 3], [46, 12, 8, 209]),
            ([64; 3], [75, 46, 39, 232]),
            ([48; 3], [114, 82, 77, 236]),
            ([0; 3], [150, 109, 106, 240]),
            ([255, 0, 0], [0, 243, 247, 2]),
            ([0, 255, 0], [107, 0, 213, 0]),
            ([0, 0, 255], [251, 193, 0, 0]),
            ([0, 255, 255], [85, 0, 23, 0]),
            ([255, 255, 0], [7, 0, 251, 0]),
            ([120, 60, 30], [6, 118, 157, 181]),
            ([30, 90, 50], [168, 4, 151, 177]),
        ] {
            let inks = newsprint().inks_of(rgb);
            let near = inks.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 4);
            assert!(near, "{rgb:?}: {inks:?} for {expected:?}");
        }
    }

    #[test]
    fn greys_stay_neutral_and_grow_darker() {
        let link = newsprint();
        assert_eq!(link.inks_of([255; 3]), [0; 4], "white is paper");
        let mut before = 0;
        for grey in (0..=255).rev() {
            let inks = link.inks_of([grey; 3]);
            let [c, m, y, black] = inks.map(i32::from);
            // Newsprint wants more cyan than magenta and yellow for a neutral grey; 95 % is the most black.
            let neutral = (0..50).contains(&(c - m)) && (-4..10).contains(&(m - y));
            assert!(neutral && black <= 243, "{grey}: {inks:?}");
            let sum = i32::try_from(total_ink(inks)).expect("small");
            assert!(sum >= before - 2, "{grey}: {inks:?}");
            before = sum;
        }
        assert!(total_ink(link.inks_of([0; 3])) <= 612, "240 %");
    }

    #[test]
    fn a_profile_of_tables_says_the_same() {
        use moxcms::{ColorProfile, LutMultidimensionalType, LutWarehouse, ToneReprCurve};
        // sRGB once more: its curve, its matrix in the numbers of a table, which end at 1 + 32 767/32 768.
        let mut tables = ColorProfile::new_srgb();
        let curve = tables.red_trc.clone().expect("a curve");
        let mut matrix = tables.colorant_matrix();
        matrix.v.as_flattened_mut().iter_mut().for_each(|part| *part *= 32_768.0 / 65_535.0);
        let table = LutWarehouse::Multidimensional(LutMultidimensionalType {
            num_input_channels: 3,
            num_output_channels: 3,
            grid_points: [0; 16],
            clut: None,
            a_curves: Vec::new(),
            m_curves: vec![curve; 3],
            matrix,
            bias: moxcms::Vector3d::default(),
            b_curves: vec![ToneReprCurve::Lut(Vec::new()); 3],
        });
        tables.lut_a_to_b_perceptual = Some(table.clone());
        tables.lut_a_to_b_colorimetric = Some(table);
        let tables = tables.encode().expect("a profile");
        assert!(is_profile_of(&tables, ProfileSpace::Rgb));
        let (link, plain) = (DeviceLink::between(Some(&tables), NEWSPRINT_PROFILE), newsprint());
        let link = link.expect("a link");
        for rgb in [[255; 3], [0; 3], [128; 3], [200, 30, 40], [20, 90, 160], [60, 40, 20]] {
            let (found, expected) = (link.inks_of(rgb), plain.inks_of(rgb));
            // A little off: on its way it falls between the corners of another grid.
            let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 12);
            assert!(near, "{rgb:?}: {found:?} for {expected:?}");
        }
    }

    #[test]
    fn ink_is_limited_and_its_hue_kept() {
        assert_eq!(limit_total_ink([255, 204, 153, 0], 612), [255, 204, 153, 0]);
        assert_eq!(limit_total_ink([255; 4], 612), [119, 119, 119, 255]);
        assert_eq!(limit_total_ink([200, 100, 0, 255], 405), [100, 50, 0, 255]);
        assert_eq!(limit_total_ink([255; 4], 200), [0, 0, 0, 200]);
        for inks in [[255, 254, 253, 1], [0, 0, 0, 255], [1, 1, 1, 255], [90, 255, 255, 255]] {
            for most in 0..=1020 {
                assert!(total_ink(limit_total_ink(inks, most)) <= most, "{inks:?} {most}");
            }
        }
    }

    #[test]
    fn a_profile_is_known_by_its_space() {
        assert!(is_profile_of(NEWSPRINT_PROFILE, ProfileSpace::Cmyk));
        assert!(
            !is_profile_of(NEWSPRINT_PROFILE, ProfileSpace::Rgb)
                && !is_profile_of(NEWSPRINT_PROFILE, ProfileSpace::Grey)
        );
        assert!(
            !is_profile_of(&NEWSPRINT_PROFILE[..5000], ProfileSpace::Cmyk)
                && !is_profile_of(b"", ProfileSpace::Rgb)
        );
        assert!(DeviceLink::between(Some(NEWSPRINT_PROFILE), NEWSPRINT_PROFILE).is_none());
        assert!(DeviceLink::between(None, b"no profile").is_none());
    }
}
