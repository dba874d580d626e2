//! The messages of `banmian.v1`, generated from `proto/`: the record as the newsroom hands it in, and
//! what it gets back. Their JSON is the proto3 mapping.
//!
//! Only [`crate::intake`], [`crate::report`], [`crate::engine`] and the surfaces name them; in between the
//! page is made of values with their own types.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    unused_qualifications,
    reason = "generated code"
)]

include!(concat!(env!("OUT_DIR"), "/banmian.v1.rs"));
include!(concat!(env!("OUT_DIR"), "/banmian.v1.serde.rs"));

/// The descriptor set, for reflection and for tests of the contract.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/banmian.bin"));

/// A message as it is sent. The same message gives the same bytes.
pub fn encode(message: &impl prost::Message) -> Vec<u8> {
    message.encode_to_vec()
}

/// How many bytes a message has as it is sent.
pub fn encoded_len(message: &impl prost::Message) -> usize {
    message.encoded_len()
}
