//! `serve`.

use std::collections::BTreeMap;
use std::io::Write as _;

use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{LogFormat, ServiceConfig, TlsConfig};
use crate::font::FontSet;
use crate::surface::calls::ServiceCalls;
use crate::surface::calls::tenants::TenantRegistry;
use crate::surface::cli::args::{LogArg, ServeArgs};
use crate::surface::cli::{CommandError, ExitStatus, config, embedded, load, tell};
use crate::surface::live::EngineGeneration;
use crate::surface::log;
use crate::surface::net::tls::TlsCertificates;
use crate::surface::server::ServerParts;

/// Serves until SIGTERM or SIGINT, then drains. SIGHUP reads fonts, house styles, tenants and certificates anew.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), CommandError> {
    let config = settings(args)?;
    if args.print_config {
        let text = config.to_toml().map_err(|error| CommandError::new(ExitStatus::Bug, error))?;
        tell::line(text.trim_end());
        return Ok(());
    }
    // A bad font, house style or certificate stops the start before any port is bound.
    let set = set(&config, &embedded()?)?;
    let bug = |error: &dyn std::fmt::Display| CommandError::new(ExitStatus::Bug, error.to_string());
    let refused =
        |error: &dyn std::fmt::Display| CommandError::new(ExitStatus::Refused, error.to_string());
    let told = counts(&set);
    let server = ServerParts::new(set, &config).map_err(|error| refused(&error))?;
    if args.check {
        tell::line(&format!("配置无误 the configuration is sound: {told}"));
        return Ok(());
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| bug(&error))?;
    let drained = runtime.block_on(async {
        let begun = log::begin(config.log, config.otlp.as_deref());
        let _ending = begun.map_err(|error| refused(&error))?;
        listen(server, &config, args).await
    })?;
    // Workers still on a page that nobody waits for do not hold the process.
    runtime.shutdown_background();
    if drained {
        tell::line("已停止 stopped");
        Ok(())
    } else {
        Err(CommandError::new(
            ExitStatus::Unfit,
            "宽限时间已到，仍有请求未完成 / the grace is over with requests unfinished",
        ))
    }
}

/// Listens, and serves until a signal comes. Says whether all calls were finished.
async fn listen(
    server: ServerParts,
    config: &ServiceConfig,
    args: &ServeArgs,
) -> Result<bool, CommandError> {
    let bug = |error: &dyn std::fmt::Display| CommandError::new(ExitStatus::Bug, error.to_string());
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        let line = format!("{}：无法监听 / cannot listen: {error}", config.listen);
        CommandError::new(ExitStatus::Unavailable, line)
    })?;
    let address = listener.local_addr().map_err(|error| bug(&error))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| bug(&error))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| bug(&error))?;
    let hangup = signal(SignalKind::hangup()).map_err(|error| bug(&error))?;
    let certificates = server.certificates().cloned();
    tokio::spawn(reload_on(hangup, server.calls().clone(), certificates, args.clone()));
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    tell::line(&format!("正在监听 listening on {scheme}://{address}"));
    // Whoever started us may be waiting for the line above.
    let _ = std::io::stdout().flush();
    notify(&[NotifyState::Ready]);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
        tell::line("正在停止 draining");
        notify(&[NotifyState::Stopping]);
    };
    server.serve(listener, stop).await.map_err(|error| bug(&error))
}

/// Tells a supervisor, if there is one.
fn notify(state: &[NotifyState<'_>]) {
    // Without a supervisor there is nobody to tell.
    let _ = sd_notify::notify(state);
}

/// The settings of the service: flags over all others.
fn settings(args: &ServeArgs) -> Result<ServiceConfig, CommandError> {
    let mut config = config(&args.common)?;
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
        let known = config.tls.take().and_then(|tls| tls.client_ca);
        let client_ca = args.tls_client_ca.clone().or(known);
        config.tls =
            Some(TlsConfig { certificate: certificate.clone(), key: key.clone(), client_ca });
    }
    let bad = |error| CommandError::usage(format!("配置有误 / bad configuration: {error}"));
    config.check().map_err(bad)?;
    Ok(config)
}

/// The engines of a configuration: one for all, and one for each tenant with faces or house styles of its own.
fn set(config: &ServiceConfig, known: &FontSet) -> Result<EngineGeneration, CommandError> {
    let common = load(config, known)?;
    let mut own = BTreeMap::new();
    for tenant in &config.tenants {
        if tenant.fonts.is_none() && tenant.house_styles.is_empty() {
            continue;
        }
        let mut config = config.clone();
        config.house_styles.extend(tenant.house_styles.iter().cloned());
        config.fonts = tenant.fonts.clone().or(config.fonts);
        let mut engine = load(&config, common.fonts());
        if let Err(failed) = &mut engine {
            failed.lines.insert(0, format!("租户 tenant {}", tenant.name));
        }
        own.insert(tenant.name.clone(), engine?);
    }
    Ok(EngineGeneration::new(common, own, TenantRegistry::new(config)))
}

/// `字体 faces 10 · 版式规范 house styles 1 · 租户 tenants 0`.
fn counts(set: &EngineGeneration) -> String {
    let common = set.engine("");
    format!(
        "字体 faces {} · 版式规范 house styles {} · 租户 tenants {}",
        common.fonts().catalog().faces().len(),
        common.styles().len(),
        set.tenants.len()
    )
}

/// Reads fonts, house styles, tenants and certificates anew at each signal. Calls go on with what they began with; where
/// anything is wrong all that is in use stays, and why is told.
async fn reload_on(
    mut hangup: Signal,
    calls: ServiceCalls,
    certificates: Option<TlsCertificates>,
    args: ServeArgs,
) {
    while hangup.recv().await.is_some() {
        reloading();
        let held = calls.engines().set();
        let args = args.clone();
        let read = move || {
            let config = settings(&args)?;
            let set = set(&config, held.engine("").fonts())?;
            let certificates = config.tls.as_ref().map(TlsCertificates::read).transpose();
            Ok::<_, CommandError>((
                set,
                certificates.map_err(|error| CommandError::new(ExitStatus::Refused, error))?,
            ))
        };
        // Reading takes as long as the disk does: not on a thread that serves connections.
        let read = tokio::task::spawn_blocking(read).await;
        let read =
            read.unwrap_or_else(|error| Err(CommandError::new(ExitStatus::Bug, error.to_string())));
        let done = read.and_then(|(set, new)| match (&certificates, new) {
            (Some(_), None) | (None, Some(_)) => Err(CommandError::usage(
                "启用或停用 TLS 需要重新启动 / switching TLS on or off takes a restart",
            )),
            (held, new) => {
                if let (Some(held), Some(new)) = (held, new) {
                    held.exchange(&new);
                }
                let told = counts(&set);
                calls.engines().exchange(set);
                Ok(told)
            }
        });
        calls.metrics().reload(done.is_ok());
        match done {
            Ok(told) => tell::line(&format!("已重新载入 reloaded: {told}")),
            Err(failed) => {
                tell::warn(&failed);
                tell::line("未重新载入，沿用原有设置 not reloaded, what is in use stays");
            }
        }
        notify(&[NotifyState::Ready]);
    }
}

/// A supervisor is told that a reload begins, and when by its clock.
fn reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        notify(&[NotifyState::Reloading, now]);
    }
}
