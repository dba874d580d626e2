//! Compiles `proto/` into messages, their proto3 JSON, the service stubs and the descriptor set for reflection.
//! Everything goes to `OUT_DIR`; no protoc is needed.

use std::env;
use std::error::Error;
use std::path::PathBuf;

const FILES: [&str; 6] = ["record", "geometry", "report", "typeset", "catalog", "proof"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let service = env::var_os("CARGO_FEATURE_GRPC").is_some();

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(FILES.map(|name| format!("banmian/v1/{name}.proto")))?;
    let descriptors = compiler.encode_file_descriptor_set();
    std::fs::write(out.join("banmian.bin"), &descriptors)?;

    tonic_prost_build::configure()
        .build_client(service)
        .build_server(service)
        .bytes(".banmian.v1.RenderPageResponse.chunk")
        .compile_fds(compiler.file_descriptor_set())?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.build(&[".banmian.v1"])?;
    Ok(())
}
