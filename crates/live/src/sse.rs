//! Frames as server-sent events. The event id is the frame's number, so that a browser comes back
//! with `Last-Event-ID`.

use axum::{
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use std::{convert::Infallible, hash::Hash};
use tokio_util::sync::CancellationToken;

use crate::{Connected, Frame, HEARTBEAT, Subscription};

/// The number in `Last-Event-ID`, when the client comes back.
#[must_use]
pub fn last_event_id(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

/// An answer that follows `subscription` until it is cut, `stop` is called or `is_last` says that
/// nothing can follow a frame. `event` fills in name and data; the id is set here. The comment that
/// keeps the connection alive is sent every ten seconds.
pub fn answer<K, T, E, L>(
    subscription: Subscription<K, T>,
    stop: CancellationToken,
    event: E,
    is_last: L,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<K, T, E, L>>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    E: Fn(&Frame<T>) -> Event + Send + 'static,
    L: Fn(&Frame<T>) -> bool + Send + 'static,
{
    let begin = Some((subscription, stop, event, is_last, Connected::by("sse")));
    let frames = stream::unfold(begin, async |state| {
        let (mut subscription, stop, event, is_last, connected) = state?;
        let frame = tokio::select! {
            next = subscription.next() => next.ok()?,
            () = stop.cancelled() => return None,
        };
        let sent = event(&frame).id(frame.seq.to_string());
        let rest = (!is_last(&frame)).then_some((subscription, stop, event, is_last, connected));
        Some((Ok(sent), rest))
    });
    Sse::new(frames).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"))
}
