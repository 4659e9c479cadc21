//! A request's body has to come in time: what a handler has looked at before it reads the body, such as
//! who is signed in, must not be long past when it goes on, and nobody holds a connection for ever.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// From a request's headers to the end of its body. Enough for a photo of 10 MiB at 0.7 Mbit/s, and
/// shorter than the life of a session's token.
pub const BODY_TIME: Duration = Duration::from_secs(120);

/// The body did not come in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooSlow;

impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the body took longer than {} s", BODY_TIME.as_secs())
    }
}

impl std::error::Error for TooSlow {}

/// `request` whose body fails when it has not come within `time`.
pub(crate) fn limit(request: Request, time: Duration) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    let until = Instant::now() + time;
    request.map(|body| Body::new(Limited { body, until, alarm: None }))
}

/// Whether that is why a body could not be read.
pub(crate) fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| error.downcast_ref::<TooSlow>().is_some())
}

struct Limited {
    body: Body,
    until: Instant,
    /// Set when the body is waited for.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame);
        }
        let until = self.until;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(alarm.as_mut().poll(context));
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    async fn read(body: Body, time: Duration) -> Result<usize, bool> {
        let request = limit(Request::new(body), time);
        let read = axum::body::to_bytes(request.into_body(), 1024).await;
        read.map(|bytes| bytes.len()).map_err(|error| is_too_slow(&error))
    }

    #[tokio::test]
    async fn a_body_that_comes_in_time_is_read_and_one_that_trickles_is_not() {
        let part = || stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"part"))]);
        assert_eq!(read(Body::from_stream(part()), BODY_TIME).await, Ok(4));
        let held = Body::from_stream(part().chain(stream::pending()));
        assert_eq!(read(held, Duration::ZERO).await, Err(true));
        let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("gone"))]);
        assert_eq!(read(Body::from_stream(broken), BODY_TIME).await, Err(false));
    }
}
