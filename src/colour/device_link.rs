//! Device links: from the colours of pictures to the inks of a press, over a grid with linear
//! interpolation.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::colour::profile::{press_inks, to_u16_level};

/// Grid points along each side, as many as the profiles of presses have themselves.
const GRID_SIDE: usize = 33;

/// Number of links kept: the press of a house, with the few profiles that cameras and agencies use.
const KEPT_LINKS_MAX: usize = 16;

/// Conversion from RGB colours of one profile to the inks of one press: a grid over red, green and
/// blue.
pub struct DeviceLink {
    /// Inks at the grid points in 1/65 535, blue fastest.
    points: Vec<[u16; 4]>,
}

/// SHA-256 of a picture's profile, if it has one, and of the press's.
type LinkKey = (Option<[u8; 32]>, [u8; 32]);

/// Links used by this process, the most recently used last.
///
/// Kept for the life of the process, at most [`KEPT_LINKS_MAX`]; the least recently used is dropped
/// first. A link is a function of the two profiles in its key, so results do not depend on which
/// links are kept: only the time of a conversion does.
static KEPT_LINKS: Mutex<Vec<(LinkKey, Arc<DeviceLink>)>> = Mutex::new(Vec::new());

impl DeviceLink {
    /// Returns the link between the profile of a picture (`None`: sRGB) and that of a press. `None`
    /// if a profile cannot be used.
    ///
    /// Links are kept between calls, see `KEPT_LINKS`.
    pub fn between(source: Option<&[u8]>, press: &[u8]) -> Option<Arc<Self>> {
        let key = (source.map(|bytes| Sha256::digest(bytes).into()), Sha256::digest(press).into());
        if let Some(link) = find_kept(&key) {
            return Some(link);
        }
        // Built without the lock: other pictures go on. Two threads may build the same link, which
        // costs time only.
        let link = Arc::new(Self::build(source, press)?);
        let mut links = KEPT_LINKS.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= KEPT_LINKS_MAX {
            links.remove(0);
        }
        links.push((key, Arc::clone(&link)));
        Some(link)
    }

    /// Converts all grid points.
    fn build(source: Option<&[u8]>, press: &[u8]) -> Option<Self> {
        let level =
            |k: usize| f32::from(u8::try_from(k).unwrap_or(u8::MAX)) / (GRID_SIDE - 1) as f32;
        let colours: Vec<[f32; 3]> = (0..GRID_SIDE * GRID_SIDE * GRID_SIDE)
            // Blue runs fastest, as `inks_of` expects.
            .map(|k| (k / (GRID_SIDE * GRID_SIDE), k / GRID_SIDE % GRID_SIDE, k % GRID_SIDE))
            .map(|(red, green, blue)| [level(red), level(green), level(blue)])
            .collect();
        let inks = press_inks(source, press, &colours)?;
        Some(Self { points: inks.into_iter().map(|inks| inks.map(to_u16_level)).collect() })
    }

    /// Returns the inks of a colour, 255 for full ink.
    ///
    /// Interpolates over tetrahedra. The colour lies in a cube of eight grid points. The path from
    /// the lowest to the highest of them, one axis at a time, axes with the larger remainder first,
    /// visits the four corners of the tetrahedron that holds the colour; their weights are the
    /// differences of successive remainders. All tetrahedra share the grey diagonal of the cube, so
    /// a grey is mixed from greys alone.
    pub fn inks_of(&self, rgb: [u8; 3]) -> [u8; 4] {
        const STRIDES: [usize; 3] = [GRID_SIDE * GRID_SIDE, GRID_SIDE, 1];
        let mut corner = 0;
        // For each axis: the remainder of the colour above its grid point, in 1/255 of a grid step,
        // and the stride to the next point on that axis.
        let mut steps = [(0_u32, 0_usize); 3];
        for ((step, level), stride) in steps.iter_mut().zip(rgb).zip(STRIDES) {
            // Level times grid steps: divided by 255 the grid point, the remainder the place above
            // it.
            let position = usize::from(level) * (GRID_SIDE - 1);
            corner += position / 255 * stride;
            *step = (u32::try_from(position % 255).unwrap_or(0), stride);
        }
        steps.sort_unstable_by_key(|(remainder, _)| Reverse(*remainder));
        let mut sums = [0_u32; 4];
        let mut previous = 255;
        for (remainder, stride) in steps {
            // The four weights add up to 255.
            add_corner(&mut sums, self.points.get(corner), previous - remainder);
            (previous, corner) = (remainder, corner + stride);
        }
        add_corner(&mut sums, self.points.get(corner), previous);
        // 65 535 × 255 at full ink: rounded back to 0 to 255.
        sums.map(|sum| u8::try_from((sum + 32_767) / 65_535).unwrap_or(u8::MAX))
    }
}

/// Returns the link of a key and marks it as the most recently used.
fn find_kept(key: &LinkKey) -> Option<Arc<DeviceLink>> {
    let mut links = KEPT_LINKS.lock().unwrap_or_else(PoisonError::into_inner);
    let position = links.iter().position(|(kept_key, _)| kept_key == key)?;
    let entry = links.remove(position);
    let link = Arc::clone(&entry.1);
    links.push(entry);
    Some(link)
}

/// Adds a grid point `weight` times. Points beyond the grid are skipped: their weight is 0.
fn add_corner(sums: &mut [u32; 4], corner: Option<&[u16; 4]>, weight: u32) {
    if let Some(corner) = corner {
        sums.iter_mut().zip(corner).for_each(|(sum, ink)| *sum += u32::from(*ink) * weight);
    }
}

/// Returns the total ink on a pixel, in 1/255 of one full ink.
pub fn total_ink(inks: [u8; 4]) -> u32 {
    inks.into_iter().map(u32::from).sum()
}

/// Limits the total ink on a pixel to `max`, in 1/255 of one full ink (R91). Black carries the
/// drawing and stays; the three colours are reduced by one factor, which keeps their hue.
pub fn limit_total_ink(inks: [u8; 4], max: u32) -> [u8; 4] {
    if total_ink(inks) <= max {
        return inks;
    }
    let [cyan, magenta, yellow, black] = inks.map(u32::from);
    let black = black.min(max);
    let colour = (cyan + magenta + yellow).max(1);
    // Rounded down, so that the sum stays within the limit.
    let reduce = |ink: u32| (ink * (max - black) / colour).min(ink);
    [reduce(cyan), reduce(magenta), reduce(yellow), black]
        .map(|ink| u8::try_from(ink).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::{DeviceLink, limit_total_ink, total_ink};
    use crate::colour::builtin::NEWSPRINT_PROFILE;
    use crate::colour::profile::{ProfileSpace, is_profile_of};

    fn newsprint() -> std::sync::Arc<DeviceLink> {
        DeviceLink::between(None, NEWSPRINT_PROFILE).expect("the profile of the binary")
    }

    #[test]
    fn inks_agree_with_little_cms() {
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
            // Newsprint needs more cyan than magenta and yellow for a neutral grey; 95 % is the
            // most black.
            let neutral = (0..50).contains(&(c - m)) && (-4..10).contains(&(m - y));
            assert!(neutral && black <= 243, "{grey}: {inks:?}");
            let sum = i32::try_from(total_ink(inks)).expect("small");
            assert!(sum >= before - 2, "{grey}: {inks:?}");
            before = sum;
        }
        assert!(total_ink(link.inks_of([0; 3])) <= 612, "240 %");
    }

    #[test]
    fn a_profile_of_tables_gives_the_same_inks() {
        use moxcms::{ColorProfile, LutMultidimensionalType, LutWarehouse, ToneReprCurve};
        // sRGB again, its matrix as the numbers of a table, whose values end at 1 + 32 767/32 768.
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
            // Not exactly equal: the colours fall between the grid points of an intermediate table.
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
            for max in 0..=1020 {
                assert!(total_ink(limit_total_ink(inks, max)) <= max, "{inks:?} {max}");
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
