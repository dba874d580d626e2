//! `serve`.

use std::io::Write as _;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Config;
use crate::surface::cli::args::ServeArgs;
use crate::surface::cli::{Exit, Failed, config, engine, load, tell};
use crate::surface::grpc;
use crate::surface::live::Live;

/// Serves until SIGTERM or SIGINT, then drains. SIGHUP reads fonts and house styles anew.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), Failed> {
    let mut config = config(&args.common)?;
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    if let Some(workers) = args.workers {
        config.workers = workers;
    }
    if let Some(queue) = args.queue {
        config.queue = queue;
    }
    if let Some(grace) = args.grace_seconds {
        config.grace_seconds = grace;
    }
    // A bad font or house style stops the start before any port is bound.
    let live = Live::from(engine(&config)?);
    let bug = |error: &dyn std::fmt::Display| Failed::new(Exit::Bug, error.to_string());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| bug(&error))?;
    let drained = runtime.block_on(async {
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            Failed::new(
                Exit::Unavailable,
                format!("{}：无法监听 / cannot listen: {error}", config.listen),
            )
        })?;
        let address = listener.local_addr().map_err(|error| bug(&error))?;
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| bug(&error))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| bug(&error))?;
        let hangup = signal(SignalKind::hangup()).map_err(|error| bug(&error))?;
        tokio::spawn(reload_on(hangup, live.clone(), config.clone()));
        tell::line(&format!("正在监听 listening on http://{address}"));
        // Whoever started us may be waiting for the line above.
        let _ = std::io::stdout().flush();
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => (),
                _ = interrupt.recv() => (),
            }
            tell::line("正在停止 draining");
        };
        grpc::serve(listener, live, &config, stop).await.map_err(|error| bug(&error))
    })?;
    // Workers still on a page that nobody waits for do not hold the process.
    runtime.shutdown_background();
    if drained {
        tell::line("已停止 stopped");
        Ok(())
    } else {
        Err(Failed::new(
            Exit::Unfit,
            "宽限时间已到，仍有请求未完成 / the grace is over with requests unfinished",
        ))
    }
}

/// Reads fonts and house styles anew at each signal. Calls go on with what they began with; where anything is wrong
/// the set in use stays, and why is told.
async fn reload_on(mut hangup: Signal, live: Live, config: Config) {
    while hangup.recv().await.is_some() {
        let (held, config) = (live.engine(), config.clone());
        let read = move || {
            let engine = load(&config, held.fonts())?;
            let counts = (engine.fonts().catalog().faces().len(), engine.styles().len());
            Ok::<_, Failed>((engine, counts))
        };
        // Reading takes as long as the disk does: not on a thread that serves connections.
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok((engine, (faces, styles)))) => {
                live.exchange(engine);
                tell::line(&format!(
                    "已重新载入 reloaded: 字体 faces {faces} · 版式规范 house styles {styles}"
                ));
            }
            Ok(Err(failed)) => {
                tell::warn(&failed);
                tell::line("未重新载入，沿用原有字体和版式 not reloaded, the set in use stays");
            }
            Err(error) => {
                tell::warn(&Failed::new(Exit::Bug, error.to_string()));
                tell::line("未重新载入，沿用原有字体和版式 not reloaded, the set in use stays");
            }
        }
    }
}
