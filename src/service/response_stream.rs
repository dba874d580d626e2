//! Responses sent as their caller reads them, which end with a reason.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};
use tokio_stream::Stream;

/// Messages of a response that may wait for a slow caller.
const MESSAGES_AHEAD: usize = 2;

/// Terms on which a response is delivered.
#[derive(Clone, Debug)]
pub(crate) struct ResponseTerms {
    /// Time by which the response has to be read.
    pub(crate) deadline: Instant,
    /// Notified when the caller has stopped reading: its connection is then closed.
    pub(crate) stalled: Arc<Notify>,
    /// Time that a late caller has to read the rest.
    pub(crate) stall_limit: Duration,
}

/// Receiving side of a response.
#[derive(Debug)]
pub(crate) struct ResponseReceiver<T> {
    messages: mpsc::Receiver<T>,
    last: LastMessage<T>,
}

/// Message after all others, even if the channel is full: the reason why a response is incomplete.
#[derive(Debug)]
pub(crate) struct LastMessage<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for LastMessage<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> LastMessage<T> {
    /// Sets the message, unless one is set already.
    pub(crate) fn set(&self, message: T) {
        // The first reason stays; later ones follow from it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
    }

    /// Waits for a late caller to read the rest. If it does not, its connection is reported as
    /// stalled.
    pub(crate) async fn wait_for_reader(&self, delivery: &ResponseTerms) {
        tokio::time::sleep(delivery.stall_limit).await;
        // The other reference is held by the receiving side.
        if Arc::strong_count(&self.0) > 1 {
            delivery.stalled.notify_one();
        }
    }
}

/// Makes the sides of a channel that holds few messages.
pub(crate) fn response_channel<T>() -> (mpsc::Sender<T>, LastMessage<T>, ResponseReceiver<T>) {
    let (sender, messages) = mpsc::channel(MESSAGES_AHEAD);
    let last = LastMessage(Arc::default());
    (sender, last.clone(), ResponseReceiver { messages, last })
}

/// Sends messages as the caller reads them, until the deadline. Then the rest is dropped, and a
/// caller that reads on gets `late`.
pub(crate) fn send_until_deadline<T: Send + 'static>(
    delivery: ResponseTerms,
    messages: impl Iterator<Item = T> + Send + 'static,
    late: T,
) -> ResponseReceiver<T> {
    let (sender, last, receiver) = response_channel();
    // A separate task, because the response is read by hyper while this call has returned.
    tokio::spawn(async move {
        let send = async {
            for message in messages {
                if sender.send(message).await.is_err() {
                    // The caller has gone.
                    return;
                }
            }
        };
        if tokio::time::timeout_at(delivery.deadline.into(), send).await.is_err() {
            // Beside the channel, which may be full: a slow caller must still learn why it ends.
            last.set(late);
            // Closes the channel, so that the receiver comes to the last message.
            drop(sender);
            last.wait_for_reader(&delivery).await;
        }
    });
    receiver
}

impl<T> Stream for ResponseReceiver<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // `take` leaves nothing behind: after the last message the stream ends.
        let next = self.messages.poll_recv(cx);
        next.map(|next| {
            next.or_else(|| self.last.0.lock().unwrap_or_else(PoisonError::into_inner).take())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use tokio::sync::Notify;
    use tokio_stream::StreamExt as _;

    use super::{ResponseTerms, send_until_deadline};

    #[tokio::test]
    async fn a_late_reader_gets_the_reason_after_what_was_on_its_way() {
        let stalled = Arc::new(Notify::new());
        let delivery = |time| ResponseTerms {
            deadline: Instant::now() + time,
            stalled: Arc::clone(&stalled),
            stall_limit: Duration::from_millis(50),
        };
        let late = send_until_deadline(delivery(Duration::from_millis(50)), 0..100, -1);
        stalled.notified().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let got: Vec<i32> = late.collect().await;
        assert_eq!(got.last(), Some(&-1), "{got:?}");
        assert!(got.len() < 10, "{got:?}");
        let whole = send_until_deadline(delivery(Duration::from_secs(60)), 0..100, -1);
        let got: Vec<i32> = whole.collect().await;
        assert_eq!(got, (0..100).collect::<Vec<_>>());
    }
}
