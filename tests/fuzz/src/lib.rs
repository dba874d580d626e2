//! The fuzz targets. What they do stands in `bodies`, which the test that replays the corpus includes too.

pub mod bodies;
pub mod tree;

/// A target for the fuzzer.
///
/// Panics that the program catches itself, of readers that are not ours, are none of the fuzzer's: it hears of a panic
/// only once the target is left by it.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        libfuzzer_sys::fuzz_target!(
            init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))),
            |data: &[u8]| {
                $crate::bodies::$name(data);
            }
        );
    };
}
