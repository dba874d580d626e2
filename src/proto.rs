//! Messages of `banmian.v1`, generated from `proto/`: the newsroom's input and the results. Their
//! JSON is the proto3 mapping.
//!
//! Only [`crate::intake`], [`crate::report`], [`crate::engine`] and the services use them. In
//! between, a page is made of values with their own types.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    unused_qualifications,
    reason = "generated code"
)]

include!(concat!(env!("OUT_DIR"), "/banmian.v1.rs"));
include!(concat!(env!("OUT_DIR"), "/banmian.v1.serde.rs"));

/// Descriptor set, for reflection and for tests of the contract.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/banmian.bin"));

/// Encodes a message for sending. The same message gives the same bytes.
pub fn encode(message: &impl prost::Message) -> Vec<u8> {
    message.encode_to_vec()
}

/// Number of bytes of an encoded message.
pub fn encoded_len(message: &impl prost::Message) -> usize {
    message.encoded_len()
}
