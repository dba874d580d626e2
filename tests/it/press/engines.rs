//! One file in several renderers: all of them show the same page.

use std::path::Path;
use std::process::Command;

use banmian::proto::Output;

use crate::press::{press, render_file};
use crate::support::{TempDir, missing, root, tool};

/// Dots per inch of the compared pictures.
const DPI: &str = "200";
/// Number of pixels a side that become one: renderers smooth glyphs differently.
const REDUCE: usize = 8;
/// Edge of the squares in which two pictures are compared, in reduced pixels.
const SQUARE: usize = 8;
/// Smallest mean structural similarity of two renderers' pages; for comparison, the same page
/// shifted by a line has a half.
const ALIKE: f64 = 0.92;
/// Smallest structural similarity of the least similar square: everything is there, if smoothed
/// differently.
const LEAST: f64 = 0.5;

/// Returns a command for pdf.js with a canvas, in the folder that `BANMIAN_PDFJS` names. Returns
/// `None` and prints a line if there is none, which is a failure where external tools are required.
fn pdfjs() -> Option<Command> {
    let folder = std::env::var_os("BANMIAN_PDFJS");
    if folder.is_none() {
        missing("BANMIAN_PDFJS names no folder with pdf.js");
    }
    folder?;
    let mut node = tool("node")?;
    node.arg(root("tests/tools/pdfjs.mjs"));
    Some(node)
}

/// A page in grey.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Reads a portable greymap, which all of the renderers write.
fn greymap(path: &Path) -> Grey {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut numbers = Vec::new();
    let mut at = 2;
    assert_eq!(&bytes[..2], b"P5", "{}", path.display());
    while numbers.len() < 3 {
        if bytes[at] == b'#' {
            at += bytes[at..].iter().position(|byte| *byte == b'\n').expect("a line");
        } else if bytes[at].is_ascii_digit() {
            let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = std::str::from_utf8(&bytes[at..at + digits]).expect("digits");
            numbers.push(number.parse::<usize>().expect("a number"));
            at += digits;
            continue;
        }
        at += 1;
    }
    reduced(numbers[0], numbers[1], &bytes[at + 1..])
}

fn reduced(width: usize, height: usize, pixels: &[u8]) -> Grey {
    let (wide, high) = (width / REDUCE, height / REDUCE);
    let mut out = Vec::with_capacity(wide * high);
    for row in 0..high {
        for column in 0..wide {
            let rows = (0..REDUCE).map(|k| (row * REDUCE + k) * width + column * REDUCE);
            let sum: usize =
                rows.flat_map(|at| &pixels[at..at + REDUCE]).map(|p| usize::from(*p)).sum();
            out.push(u8::try_from(sum / (REDUCE * REDUCE)).expect("a mean"));
        }
    }
    Grey { width: wide, height: high, pixels: out }
}

/// Returns the structural similarity (Wang et al. 2004) of two pages over the squares that are not
/// white on both: mean and minimum.
fn similarity(a: &Grey, b: &Grey) -> (f64, f64) {
    let (width, height) = (a.width.min(b.width), a.height.min(b.height));
    let (mut sum, mut count, mut least) = (0.0, 0.0, 1.0_f64);
    for top in (0..height - SQUARE).step_by(SQUARE) {
        for left in (0..width - SQUARE).step_by(SQUARE) {
            let square = |page: &Grey| -> Vec<f64> {
                let rows = (top..top + SQUARE).map(|row| row * page.width + left);
                rows.flat_map(|at| &page.pixels[at..at + SQUARE]).map(|p| f64::from(*p)).collect()
            };
            let (x, y) = (square(a), square(b));
            let n = x.len() as f64;
            let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
            let (mx, my) = (mean(&x), mean(&y));
            if mx > 254.0 && my > 254.0 {
                continue;
            }
            let moment = |v: &[f64], w: &[f64], mv: f64, mw: f64| {
                v.iter().zip(w).map(|(v, w)| (v - mv) * (w - mw)).sum::<f64>() / n
            };
            let (vx, vy) = (moment(&x, &x, mx, mx), moment(&y, &y, my, my));
            let both = moment(&x, &y, mx, my);
            let (c1, c2) = (6.5025, 58.5225);
            let alike = (2.0 * mx * my + c1) * (2.0 * both + c2)
                / ((mx * mx + my * my + c1) * (vx + vy + c2));
            sum += alike;
            count += 1.0;
            least = least.min(alike);
        }
    }
    (sum / count, least)
}

#[test]
fn four_engines_draw_the_same_page() {
    let dir = TempDir::new();
    for (kind, bytes) in [("press", press("pdfx-1a")), ("web", render_file(Output::WebPdf, |_| {}))]
    {
        let file = dir.write("page.pdf", &bytes);
        let (Some(mut poppler), Some(mut mupdf), Some(mut gs)) =
            (tool("pdftoppm"), tool("mutool"), tool("gs"))
        else {
            return;
        };
        let names = ["poppler", "mupdf.pgm", "gs.pgm", "pdfjs.pgm"];
        let [one, two, three, four] = names.map(|name| dir.path(name));
        poppler.args(["-r", DPI, "-gray", "-singlefile"]).arg(&file).arg(&one);
        mupdf.args(["draw", "-q", "-r", DPI, "-c", "gray", "-o"]).arg(&two).arg(&file).arg("1");
        gs.args(["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pgmraw", "-dTextAlphaBits=4"]);
        gs.args(["-dGraphicsAlphaBits=4", &format!("-r{DPI}"), "-o"]).arg(&three).arg(&file);
        for command in [&mut poppler, &mut mupdf, &mut gs] {
            assert!(command.status().expect("it runs").success(), "{command:?}");
        }
        let mut others = vec![("MuPDF", two), ("Ghostscript", three)];
        if let Some(mut pdfjs) = pdfjs() {
            pdfjs.arg(&file).arg(&four).arg(DPI);
            assert!(pdfjs.status().expect("it runs").success(), "{pdfjs:?}");
            others.push(("pdf.js", four));
        }
        let first = greymap(&one.with_extension("pgm"));
        for (what, path) in others {
            let (mean, least) = similarity(&first, &greymap(&path));
            assert!(mean > ALIKE && least > LEAST, "{kind}: poppler, {what}: {mean} {least}");
        }
    }
}
