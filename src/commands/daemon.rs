//! `run` and `healthcheck`: the daemon, and whether it is well.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::Exit;
use super::upstream::wait;
use crate::config::Settings;
use crate::daemon;
use crate::doors::tell;
use crate::house::House;

/// A daemon that does not answer within this is not well.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Most bytes of its answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Runs until a signal says stop.
pub(super) fn run(house: House) -> Result<Exit> {
    daemon::start_log(&house.settings.log);
    // Refused where one is installed already, which is as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let listen = house.settings.web.listen;
    wait(async move {
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("listening on {listen}: another program may use it; set [web] listen")
        })?;
        let stop = CancellationToken::new();
        let ended = stop.clone();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            ended.cancel();
        });
        daemon::run(Arc::new(house), listener, stop).await
    })?;
    Ok(Exit::Fine)
}

/// Asks the daemon that these settings describe whether it is alive and ready.
pub(super) fn healthcheck(settings: &Settings, out: &mut impl Write) -> Result<Exit> {
    let listen = settings.web.listen;
    match readiness(reachable(listen)) {
        Ok((200, _)) => {
            writeln!(out, "ready")?;
            Ok(Exit::Fine)
        }
        Ok((status, body)) => {
            tell!("not ready: http://{listen}/readyz answers {status}");
            for (part, error) in failing(&body) {
                tell!("{part}: {error}");
            }
            Ok(Exit::Failed)
        }
        Err(error) => {
            tell!("no daemon answers on {listen}: {error}");
            Ok(Exit::Failed)
        }
    }
}

/// Where a daemon that listens everywhere is reached from its own machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The status and the body of `/readyz`.
fn readiness(address: SocketAddr) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    let read = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let Some(status) = status else {
        return Err(read.err().unwrap_or_else(|| std::io::Error::other("the answer is not HTTP")));
    };
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, body.to_owned()))
}

/// The parts that fail, each with its error, as `/readyz` tells them; none if it tells something
/// else.
fn failing(body: &str) -> Vec<(String, String)> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |part: &Value, key: &str| Some(part.get(key)?.as_str()?.to_owned());
    let parts = body["failing"].as_array().map_or(&[][..], Vec::as_slice);
    parts.iter().filter_map(|part| Some((text(part, "part")?, text(part, "error")?))).collect()
}
