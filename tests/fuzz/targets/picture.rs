#![no_main]

banmian_fuzz::target!(picture);
