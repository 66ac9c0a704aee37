//! Connections: how many at once, how long one may be silent, and a bounded end.

use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// Most connections at once; further ones wait in the system's queue.
const CONNECTIONS_MAX: usize = 512;
/// A connection on which nothing moved for so long is closed. Longer than any request may take.
const SILENCE_MS: u64 = 60_000;
/// Requests that are being answered when the end comes have so long.
const ENDING_MS: u64 = 5_000;

/// Serves until `stop`, then ends gracefully: what was asked before is answered, but the end does
/// not wait longer than five seconds for it.
///
/// # Errors
/// If the listener breaks.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let doorway = Doorway {
        listener,
        room: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
        silence: Duration::from_millis(SILENCE_MS),
    };
    let serving = axum::serve(doorway, router).with_graceful_shutdown(async move {
        stop.await;
        // Nobody listens any more if serving has ended by itself.
        let _ = stopping.send(());
    });
    let mut serving = std::pin::pin!(serving.into_future());
    tokio::select! {
        served = &mut serving => return served,
        _ = stopped => {}
    }
    match timeout(Duration::from_millis(ENDING_MS), serving).await {
        Ok(served) => served,
        Err(_) => {
            tracing::warn!("some requests were still being answered at the end");
            Ok(())
        }
    }
}

/// A listener that lets in only so many at once.
struct Doorway {
    listener: TcpListener,
    room: Arc<Semaphore>,
    silence: Duration,
}

impl Listener for Doorway {
    type Io = Caller;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Caller, SocketAddr) {
        let place = match Arc::clone(&self.room).acquire_owned().await {
            Ok(place) => place,
            // The semaphore is never closed.
            Err(_) => std::future::pending().await,
        };
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let quiet = Box::pin(sleep(self.silence));
        (Caller { stream, quiet, silence: self.silence, _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that is given up after a long silence.
struct Caller {
    stream: TcpStream,
    quiet: Pin<Box<Sleep>>,
    silence: Duration,
    _place: OwnedSemaphorePermit,
}

impl Caller {
    /// Passes on what happened, or that nothing did for too long.
    fn watched<T>(
        &mut self,
        context: &mut Context<'_>,
        moved: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.quiet.as_mut().reset(Instant::now() + self.silence);
            return moved;
        }
        self.quiet.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Caller {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let moved = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watched(context, moved)
    }
}

impl AsyncWrite for Caller {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, moved)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watched(context, moved)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn doorway(room: usize, silence_ms: u64) -> (Doorway, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let room = Arc::new(Semaphore::new(room));
        (Doorway { listener, room, silence: Duration::from_millis(silence_ms) }, address)
    }

    #[tokio::test]
    async fn a_silent_connection_is_given_up() {
        let (mut doorway, address) = doorway(1, 50).await;
        let _silent = TcpStream::connect(address).await.unwrap();
        let (mut caller, _) = doorway.accept().await;
        let error = caller.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_full_house_lets_nobody_in_until_somebody_leaves() {
        let (mut doorway, address) = doorway(1, 60_000).await;
        let _both = (TcpStream::connect(address).await, TcpStream::connect(address).await);
        let (first, _) = doorway.accept().await;
        let wait = Duration::from_millis(50);
        assert!(timeout(wait, doorway.accept()).await.is_err(), "a second one got in");
        drop(first);
        assert!(timeout(wait * 100, doorway.accept()).await.is_ok(), "the place stayed taken");
    }
}
