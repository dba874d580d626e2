//! Compiles `proto/` into messages, their proto3 JSON, the service stubs and the descriptor set for
//! reflection. Output goes to `OUT_DIR`; protoc is not needed.

use std::env;
use std::error::Error;
use std::path::PathBuf;

/// Contract files under `proto/banmian/v1`.
const PROTO_FILES: [&str; 7] =
    ["record", "finding", "geometry", "report", "typeset", "catalog", "proof"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    let has_service = env::var_os("CARGO_FEATURE_GRPC").is_some();

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(PROTO_FILES.map(|name| format!("banmian/v1/{name}.proto")))?;
    let descriptors = compiler.encode_file_descriptor_set();
    std::fs::write(out_dir.join("banmian.bin"), &descriptors)?;

    tonic_prost_build::configure()
        .build_client(has_service)
        .build_server(has_service)
        .bytes(".banmian.v1.RenderPageResponse.chunk")
        .compile_fds(compiler.file_descriptor_set())?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.build(&[".banmian.v1"])?;
    Ok(())
}
