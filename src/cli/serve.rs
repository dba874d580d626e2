//! `serve`: settings, engines and messages of a server.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::cli::args::{LogArg, ServeArgs};
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::load::{embedded_fonts, engine_with_fonts, load_config};
use crate::cli::print;
use crate::config::{LogFormat, ServiceConfig, TlsConfig};
use crate::font::FontSet;
use crate::server::process::{
    ServerError, ServerErrorKind, ServerEvent, ServerHost, ServerProcess,
};
use crate::service::engines::EngineGeneration;
use crate::service::tenants::TenantRegistry;

/// Serves until SIGTERM or SIGINT, then drains.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), CommandError> {
    let config = serve_config(args)?;
    if args.print_config {
        let toml =
            config.to_toml().map_err(|error| CommandError::new(ExitStatus::Internal, error))?;
        print::print_line(toml.trim_end());
        return Ok(());
    }
    // A bad font, house style or certificate stops the start before any port is opened.
    let engines = load_generation(&config, &embedded_fonts()?)?;
    let summary = generation_summary(&engines);
    let process = ServerProcess::new(config, engines)?;
    if args.check {
        print::print_line(&format!("配置无误 configuration OK: {summary}"));
        return Ok(());
    }
    if process.run(ServeCommand(args.clone()))? {
        print::print_line("已停止 stopped");
        Ok(())
    } else {
        Err(CommandError::new(
            ExitStatus::Unfit,
            "宽限时间已到，仍有请求未完成 / the grace period ended with unfinished requests",
        ))
    }
}

impl From<ServerError> for CommandError {
    fn from(error: ServerError) -> Self {
        let exit = match error.kind {
            ServerErrorKind::Configuration => ExitStatus::Rejected,
            ServerErrorKind::Port => ExitStatus::Unavailable,
            ServerErrorKind::Internal => ExitStatus::Internal,
        };
        Self::new(exit, error.message)
    }
}

/// Arguments of the running command: read again on a reload; its events are printed.
#[derive(Clone)]
struct ServeCommand(ServeArgs);

impl ServerHost for ServeCommand {
    fn reload(&self, fonts: &FontSet) -> Result<(ServiceConfig, EngineGeneration), Vec<String>> {
        let read = || {
            let config = serve_config(&self.0)?;
            let engines = load_generation(&config, fonts)?;
            Ok((config, engines))
        };
        read().map_err(|error: CommandError| error.lines)
    }

    fn report(&self, event: ServerEvent<'_>) {
        match event {
            ServerEvent::Listening { scheme, address } => {
                print::print_line(&format!("正在监听 listening on {scheme}://{address}"));
                // Whoever started the server may be waiting for the line above.
                let _ = std::io::stdout().flush();
            }
            ServerEvent::Draining => print::print_line("正在停止 draining"),
            ServerEvent::Reloaded(engines) => {
                let summary = generation_summary(engines);
                print::print_line(&format!("已重新载入 reloaded: {summary}"));
            }
            ServerEvent::ReloadFailed(lines) => {
                print::print_warning(lines);
                print::print_line(
                    "未重新载入，沿用原有设置 not reloaded, still using the previous settings",
                );
            }
        }
    }
}

/// Settings of the service: flags over all others.
fn serve_config(args: &ServeArgs) -> Result<ServiceConfig, CommandError> {
    let mut config = load_config(&args.common)?;
    config.listen = args.listen.unwrap_or(config.listen);
    config.workers = args.workers.unwrap_or(config.workers);
    config.queue = args.queue.unwrap_or(config.queue);
    config.grace_seconds = args.grace_seconds.unwrap_or(config.grace_seconds);
    config.log = match args.log {
        None => config.log,
        Some(LogArg::Json) => LogFormat::Json,
        Some(LogArg::Text) => LogFormat::Text,
        Some(LogArg::Off) => LogFormat::Off,
    };
    if let (Some(certificate), Some(key)) = (&args.tls_certificate, &args.tls_key) {
        // Flags name the certificate; the authorities of the file stay unless a flag replaces them.
        let configured_ca = config.tls.take().and_then(|tls| tls.client_ca);
        let client_ca = args.tls_client_ca.clone().or(configured_ca);
        config.tls =
            Some(TlsConfig { certificate: certificate.clone(), key: key.clone(), client_ca });
    }
    config
        .check()
        .map_err(|error| CommandError::usage(format!("配置有误 / bad configuration: {error}")))?;
    Ok(config)
}

/// Loads the engines of a configuration: one for all, and one for each tenant with custom fonts or
/// house styles.
fn load_generation(
    config: &ServiceConfig,
    fonts: &FontSet,
) -> Result<EngineGeneration, CommandError> {
    let common = engine_with_fonts(config, fonts)?;
    let mut tenant_engines = BTreeMap::new();
    for tenant in &config.tenants {
        // Most tenants share the common engine.
        if tenant.fonts.is_none() && tenant.house_styles.is_empty() {
            continue;
        }
        let mut config = config.clone();
        config.house_styles.extend(tenant.house_styles.iter().cloned());
        config.fonts = tenant.fonts.clone().or(config.fonts);
        // The fonts of the common engine are not parsed again.
        let mut engine = engine_with_fonts(&config, common.fonts());
        if let Err(error) = &mut engine {
            error.lines.insert(0, format!("租户 tenant {}", tenant.name));
        }
        tenant_engines.insert(tenant.name.clone(), engine?);
    }
    Ok(EngineGeneration::new(common, tenant_engines, TenantRegistry::new(config)))
}

/// `字体 faces 10 · 版式规范 house styles 1 · 租户 tenants 0`.
fn generation_summary(engines: &EngineGeneration) -> String {
    let common = engines.common();
    format!(
        "字体 faces {} · 版式规范 house styles {} · 租户 tenants {}",
        common.fonts().catalog().faces().len(),
        common.styles().len(),
        engines.tenants.len()
    )
}
