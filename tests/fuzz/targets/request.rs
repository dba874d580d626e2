#![no_main]

use libfuzzer_sys::fuzz_mutator;

banmian_fuzz::target!(request);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    banmian_fuzz::tree::mutate(data, size, max_size, seed)
});
