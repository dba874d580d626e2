//! Streams of a connection: with a limit on waiting, and closed without losing bytes on their way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep};

/// First bytes of HTTP/2 (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Stream that fails if its peer sends nothing at first, or later stops reading.
pub(crate) struct TimedStream<S> {
    inner: S,
    /// Runs until the first byte has come; `None` afterwards.
    first_byte_timer: Option<Pin<Box<Sleep>>>,
    /// Number of bytes of the HTTP/2 preface that have come.
    preface_bytes: usize,
    /// Runs while a write waits for the peer.
    stall_timer: Pin<Box<Sleep>>,
    is_stalled: bool,
    stall_after: Duration,
}

impl<S> TimedStream<S> {
    pub(crate) fn new(inner: S, first_byte: Duration, stall_after: Duration) -> Self {
        Self {
            inner,
            first_byte_timer: Some(Box::pin(sleep(first_byte))),
            preface_bytes: 0,
            // Reset when a write begins to wait; until then nobody polls it.
            stall_timer: Box::pin(sleep(stall_after)),
            is_stalled: false,
            stall_after,
        }
    }

    /// Notes the first bytes of a peer. A part of the HTTP/2 preface does not count, because
    /// nothing else bounds the time until it is complete.
    fn note_first_bytes(&mut self, bytes: &[u8]) {
        if self.first_byte_timer.is_none() || bytes.is_empty() {
            return;
        }
        let rest = &PREFACE[self.preface_bytes..];
        // Bytes may come one by one, so the comparison goes on where it stopped.
        let same = bytes.iter().zip(rest).take_while(|(a, b)| a == b).count();
        self.preface_bytes += same;
        // Something else than the preface, or all of it: from here on the timers of the HTTP layer
        // hold.
        if same < bytes.len() || self.preface_bytes == PREFACE.len() {
            self.first_byte_timer = None;
        }
    }

    /// Checks a write: each one may wait for the peer for the time `stall_after`.
    fn check_write<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.is_stalled = false;
            return written;
        }
        if !self.is_stalled {
            // The timer runs from the first write that waits, not from the last.
            self.is_stalled = true;
            self.stall_timer.as_mut().reset(Instant::now() + self.stall_after);
        }
        // Polled after the write, so that this task is woken by whichever comes first.
        ready!(self.stall_timer.as_mut().poll(cx));
        Poll::Ready(Err(timed_out("timed out: the peer does not read")))
    }
}

fn timed_out(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what.to_owned())
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        // An end of the stream is ready too, and leaves the timer running.
        if read.is_ready() {
            self.note_first_bytes(&buf.filled()[before..]);
            return read;
        }
        if let Some(first) = &mut self.first_byte_timer {
            // After the read, so that the task is woken by a byte as well as by the timer.
            ready!(first.as_mut().poll(cx));
            return Poll::Ready(Err(timed_out("timed out: the peer sends nothing")));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.check_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.check_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.check_write(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.check_write(cx, shut)
    }
}

/// Socket that returns to the accept loop when the protocol has finished with it.
pub(crate) struct LentStream {
    stream: Option<TcpStream>,
    give_back: Option<oneshot::Sender<TcpStream>>,
}

/// Receiver of the returned socket.
pub(crate) type StreamReturn = oneshot::Receiver<TcpStream>;

impl LentStream {
    pub(crate) fn new(stream: TcpStream) -> (Self, StreamReturn) {
        let (back, receiver) = oneshot::channel();
        (Self { stream: Some(stream), give_back: Some(back) }, receiver)
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        Ok(Pin::new(stream))
    }
}

impl Drop for LentStream {
    fn drop(&mut self) {
        // On every way out of the protocol, a panic included.
        if let (Some(stream), Some(back)) = (self.stream.take(), self.give_back.take()) {
            // If nobody waits for it, it is closed.
            let _ = back.send(stream);
        }
    }
}

impl AsyncRead for LentStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for LentStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }
}

/// Time for which a closed connection is still read.
const LINGER: Duration = Duration::from_secs(2);
/// Bytes that are still read of a closed connection.
const LINGER_BYTES: usize = 32 << 20;

/// Reads until the peer closes too. A socket that is closed with unread bytes resets the
/// connection, and the peer loses the bytes on their way to it.
pub(crate) async fn linger(returned: StreamReturn) {
    let Ok(mut stream) = returned.await else { return };
    let read = async {
        let mut buffer = [0; 4096];
        let mut all = 0;
        // A bound, because a peer that goes on sending would be read forever.
        while all < LINGER_BYTES {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => all += count,
            }
        }
    };
    // A peer that does not close in time is cut off.
    let _ = tokio::time::timeout(LINGER, read).await;
}
