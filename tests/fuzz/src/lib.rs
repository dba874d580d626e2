//! Fuzz targets. Their bodies are in `bodies`, which the test that replays the corpus includes as
//! well.

pub mod bodies;
pub mod tree;

/// Defines a target for the fuzzer.
///
/// The program itself catches panics of third-party readers. The fuzzer must not count those: it
/// sees a panic only if it leaves the target.
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
