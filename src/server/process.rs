//! A server as a process: opens its port, follows signals, reports to its supervisor.
//!
//! Sole entry of the command line into the server. SIGTERM and SIGINT drain it; SIGHUP reads fonts,
//! house styles, tenants and certificates again.

use std::fmt::Display;
use std::net::SocketAddr;

use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::ServiceConfig;
use crate::font::FontSet;
use crate::server::connections::TlsCertificates;
use crate::server::log;
use crate::server::serve::ServerParts;
use crate::service::calls::ServiceCalls;
use crate::service::engines::EngineGeneration;
use crate::service::metrics::ReloadResult;

/// Program that runs a server: reads its settings and shows its events.
pub(crate) trait ServerHost: Clone + Send + Sync + 'static {
    /// Reads configuration and engines again. `fonts` are those in use, so that unchanged files are
    /// not parsed twice.
    ///
    /// # Errors
    /// Lines with the errors.
    fn reload(&self, fonts: &FontSet) -> Result<(ServiceConfig, EngineGeneration), Vec<String>>;

    /// Reports the events of the server to the operator.
    fn report(&self, event: ServerEvent<'_>);
}

/// Events that an operator sees.
#[derive(Debug)]
pub(crate) enum ServerEvent<'a> {
    /// The port is open.
    Listening {
        /// `http` or `https`.
        scheme: &'static str,
        /// Address with the port that was chosen.
        address: SocketAddr,
    },
    /// A signal came; running calls are finished.
    Draining,
    /// New engines and certificates are in use.
    Reloaded(&'a EngineGeneration),
    /// The reload failed; these are the reasons.
    ReloadFailed(&'a [String]),
}

/// Reason why a server does not start or run.
#[derive(Debug)]
pub(crate) struct ServerError {
    /// Kind, which decides the exit code.
    pub(crate) kind: ServerErrorKind,
    /// Text, in both languages where it is ours.
    pub(crate) message: String,
}

/// Kinds of [`ServerError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerErrorKind {
    /// A setting or a file that it names is wrong.
    Configuration,
    /// The port cannot be opened.
    Port,
    /// The system or the program fails.
    Internal,
}

impl ServerError {
    fn new(kind: ServerErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    fn configuration(error: impl Display) -> Self {
        Self::new(ServerErrorKind::Configuration, error.to_string())
    }

    fn internal(error: impl Display) -> Self {
        Self::new(ServerErrorKind::Internal, error.to_string())
    }
}

/// A server that is set up but not yet listening.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    parts: ServerParts,
    config: ServiceConfig,
}

impl ServerProcess {
    /// Checks the configuration, reads the certificates and starts the worker threads.
    ///
    /// # Errors
    /// A configuration or certificates that cannot be used, or no threads.
    pub(crate) fn new(
        config: ServiceConfig,
        engines: EngineGeneration,
    ) -> Result<Self, ServerError> {
        let parts = ServerParts::new(engines, &config).map_err(ServerError::configuration)?;
        Ok(Self { parts, config })
    }

    /// Serves until SIGTERM or SIGINT, then drains. Returns whether every call was finished within
    /// the grace.
    ///
    /// # Errors
    /// The log or the port cannot be opened, or the system fails.
    pub(crate) fn run(self, host: impl ServerHost) -> Result<bool, ServerError> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        // Two threads: they only move bytes, pages run on the workers.
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(ServerError::internal)?;
        let drained = runtime.block_on(async {
            let log = log::init(self.config.log, self.config.otlp.as_deref());
            let _guard = log.map_err(ServerError::configuration)?;
            self.listen_and_serve(host).await
        })?;
        // Workers still on a page that nobody waits for do not hold the process.
        runtime.shutdown_background();
        Ok(drained)
    }

    async fn listen_and_serve(self, host: impl ServerHost) -> Result<bool, ServerError> {
        let Self { parts, config } = self;
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            let message = format!("{}：无法监听 / cannot listen: {error}", config.listen);
            ServerError::new(ServerErrorKind::Port, message)
        })?;
        let address = listener.local_addr().map_err(ServerError::internal)?;
        // Registered before the port is announced, so that no signal is missed.
        let on = |kind| signal(kind).map_err(ServerError::internal);
        let mut terminate = on(SignalKind::terminate())?;
        let mut interrupt = on(SignalKind::interrupt())?;
        let reloader = Reloader {
            calls: parts.calls().clone(),
            certificates: parts.certificates().cloned(),
            host: host.clone(),
        };
        tokio::spawn(reloader.reload_at(on(SignalKind::hangup())?));
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        host.report(ServerEvent::Listening { scheme, address });
        // The port is open: connections queue in the system until they are accepted.
        notify(&[NotifyState::Ready]);
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => (),
                _ = interrupt.recv() => (),
            }
            host.report(ServerEvent::Draining);
            notify(&[NotifyState::Stopping]);
        };
        parts.serve(listener, stop).await.map_err(ServerError::internal)
    }
}

/// Tells the supervisor, if there is one.
fn notify(state: &[NotifyState<'_>]) {
    // Without a supervisor nothing has to be reported.
    let _ = sd_notify::notify(state);
}

/// Tells the supervisor that a reload begins, with the time by its clock.
fn notify_reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        notify(&[NotifyState::Reloading, now]);
    }
}

/// Exchanges engines and certificates of a running server.
struct Reloader<H> {
    calls: ServiceCalls,
    certificates: Option<TlsCertificates>,
    host: H,
}

impl<H: ServerHost> Reloader<H> {
    /// Reloads at each signal. Running calls keep the configuration that they began with. On any
    /// error, the current configuration stays in use.
    async fn reload_at(self, mut hangup: Signal) {
        while hangup.recv().await.is_some() {
            notify_reloading();
            let result = self.reload().await;
            let reload = if result.is_ok() { ReloadResult::Done } else { ReloadResult::Failed };
            self.calls.metrics().record_reload(reload);
            match result {
                Ok(()) => {
                    let current = self.calls.engines().current();
                    self.host.report(ServerEvent::Reloaded(&current));
                }
                Err(lines) => self.host.report(ServerEvent::ReloadFailed(&lines)),
            }
            notify(&[NotifyState::Ready]);
        }
    }

    async fn reload(&self) -> Result<(), Vec<String>> {
        let (host, current) = (self.host.clone(), self.calls.engines().current());
        let read = move || {
            let (config, engines) = host.reload(current.common().fonts())?;
            let certificates = config.tls.as_ref().map(TlsCertificates::read).transpose();
            Ok((engines, certificates.map_err(|error| vec![error])?))
        };
        // Reading takes as long as the disk does: not on a thread that serves connections.
        let read = tokio::task::spawn_blocking(read).await;
        let (engines, certificates) = read.unwrap_or_else(|error| Err(vec![error.to_string()]))?;
        match (&self.certificates, certificates) {
            // Connections are accepted in one way for the life of the listener.
            (Some(_), None) | (None, Some(_)) => {
                return Err(vec![
                    "启用或停用 TLS 需要重新启动 / enabling or disabling TLS requires a restart"
                        .to_owned(),
                ]);
            }
            (Some(current), Some(new)) => current.replace(&new),
            (None, None) => {}
        }
        // Last, when nothing can fail any more: either all is exchanged or nothing.
        self.calls.engines().replace(engines);
        Ok(())
    }
}
