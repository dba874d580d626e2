//! Inks as a screen shows them: a plain conversion without profiles, the same in every output.

/// Converts cyan, magenta, yellow and black to red, green and blue; all as shares of one.
pub(crate) fn inks_to_rgb(inks: [f64; 4]) -> [f64; 3] {
    let [c, m, y, k] = inks.map(|ink| 1.0 - ink);
    [c * k, m * k, y * k]
}
