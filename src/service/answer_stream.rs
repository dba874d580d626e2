//! What goes out as its caller takes it, and ends with a reason.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};
use tokio_stream::Stream;

/// Messages of an answer that may wait for a slow caller.
const MESSAGES_AHEAD: usize = 2;

/// The side that a caller reads.
#[derive(Debug)]
pub(crate) struct AnswerReceiver<T> {
    messages: mpsc::Receiver<T>,
    last: LastMessage<T>,
}

/// What is told after all others, however full the way is: why an answer ends before it is whole.
#[derive(Debug)]
pub(crate) struct LastMessage<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for LastMessage<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> LastMessage<T> {
    /// Sets it; what was set first stays.
    pub(crate) fn set(&self, message: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
    }

    /// Waits for a caller who is late to take the rest; one who never does has its connection asked to go.
    pub(crate) async fn wait_for_reader(&self, stuck: &Notify, patience: Duration) {
        tokio::time::sleep(patience).await;
        // The other one is the side that the caller reads.
        if Arc::strong_count(&self.0) > 1 {
            stuck.notify_one();
        }
    }
}

/// Both sides of a way with room for few messages.
pub(crate) fn answer_channel<T>() -> (mpsc::Sender<T>, LastMessage<T>, AnswerReceiver<T>) {
    let (sender, messages) = mpsc::channel(MESSAGES_AHEAD);
    let last = LastMessage(Arc::default());
    (sender, last.clone(), AnswerReceiver { messages, last })
}

/// Sends messages as the caller takes them, until its time is up: then what is left is let go of, and the caller is told
/// `late` if it reads on after all.
pub(crate) fn send_until_deadline<T: Send + 'static>(
    (deadline, stuck, patience): (Instant, Arc<Notify>, Duration),
    messages: impl Iterator<Item = T> + Send + 'static,
    late: T,
) -> AnswerReceiver<T> {
    let (sender, last, sending) = answer_channel();
    tokio::spawn(async move {
        let send = async {
            for message in messages {
                if sender.send(message).await.is_err() {
                    // The caller has gone.
                    return;
                }
            }
        };
        if tokio::time::timeout_at(deadline.into(), send).await.is_err() {
            last.set(late);
            drop(sender);
            last.wait_for_reader(&stuck, patience).await;
        }
    });
    sending
}

impl<T> Stream for AnswerReceiver<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
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

    use super::send_until_deadline;

    #[tokio::test]
    async fn who_is_late_is_told_after_what_was_on_its_way() {
        let deadline = Instant::now() + Duration::from_millis(50);
        let stuck = Arc::new(Notify::new());
        let patience = Duration::from_millis(50);
        let late = send_until_deadline((deadline, Arc::clone(&stuck), patience), 0..100, -1);
        stuck.notified().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let got: Vec<i32> = late.collect().await;
        assert_eq!(got.last(), Some(&-1), "{got:?}");
        assert!(got.len() < 10, "{got:?}");
        let deadline = Instant::now() + Duration::from_secs(60);
        let got: Vec<i32> =
            send_until_deadline((deadline, stuck, patience), 0..100, -1).collect().await;
        assert_eq!(got, (0..100).collect::<Vec<_>>());
    }
}
