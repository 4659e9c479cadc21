//! Frames over a WebSocket: a heartbeat each ten seconds both ways, a receipt when a frame has
//! reached the other end, and close codes that tell a client whether to come back.

use axum::extract::{
    WebSocketUpgrade,
    ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::{hash::Hash, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use crate::{Connected, Cut, Frame, HEARTBEAT, Subscription};

/// Longest message that a client may send, in bytes.
const MESSAGE_LIMIT: usize = 64 * 1024;

/// What a client sends is short, and ten thousand screens each hold such a buffer; the library's own
/// choice is 128 KiB.
const READ_BUFFER: usize = 1024;

/// Close code 1012 (service restart): come back.
pub const COME_BACK: u16 = 1012;
/// Close code 1013 (try again later): the reader was too slow, or nobody answered.
pub const TOO_SLOW: u16 = 1013;
/// Close code 4403: no longer allowed to look; sign in again.
pub const NOT_ALLOWED: u16 = 4403;

/// A write that takes longer than this has nobody at its other end.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// The wait for a client's goodbye.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
/// Without a word or pong for so long, the other end is gone.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);
/// How often permission is asked for again.
const PERMISSION_EVERY: Duration = Duration::from_secs(60);

type Permission = dyn Fn() -> BoxFuture<'static, bool> + Send + Sync;
type Arrival = dyn Fn(u64) -> BoxFuture<'static, ()> + Send + Sync;

/// How frames of `T` become messages, and what the sender wants to know of the client.
pub struct Wire<T> {
    /// A frame as text.
    pub text: fn(&Frame<T>) -> Utf8Bytes,
    /// The heartbeat as text.
    pub heartbeat: Box<dyn Fn() -> Utf8Bytes + Send + Sync>,
    /// Whether the sender wants to know that this frame has arrived.
    pub wants_receipt: fn(&Frame<T>) -> bool,
    /// Called when everything up to a number has arrived at the other end.
    pub arrived: Box<Arrival>,
    /// Whether the client may go on looking. Asked every minute.
    pub is_allowed: Box<Permission>,
}

impl<T> std::fmt::Debug for Wire<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

/// Bounds what a client can make us keep in memory.
pub fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .max_message_size(MESSAGE_LIMIT)
        .max_frame_size(MESSAGE_LIMIT)
}

/// Sends the frames of `subscription` until the client goes, is too slow, may no longer look, or
/// `stop` is called.
pub async fn serve<K: Clone + Eq + Hash, T: Clone>(
    mut socket: WebSocket,
    mut subscription: Subscription<K, T>,
    wire: Wire<T>,
    stop: CancellationToken,
) {
    let connected = Connected::by("websocket");
    let end = converse(&mut socket, &mut subscription, &wire, &stop).await;
    drop(connected);
    if let End::Close(code, reason) = end {
        let _ = timeout(CLOSE_LIMIT, say_goodbye(socket, code, reason)).await;
    }
}

/// Waits for the client's own goodbye (RFC 6455, 7.1.1): a connection that is dropped while a pong is
/// on its way is reset, and the client would never read why.
async fn say_goodbye(mut socket: WebSocket, code: u16, reason: &'static str) {
    let close = CloseFrame { code, reason: reason.into() };
    let mut said = socket.send(Message::Close(Some(close))).await;
    while said.is_ok() {
        let Some(message) = socket.recv().await else { return };
        said = message.map(drop);
    }
}

enum End {
    Gone,
    Close(u16, &'static str),
}

const SLOW: End = End::Close(TOO_SLOW, "too slow, come back");

async fn converse<K: Clone + Eq + Hash, T: Clone>(
    socket: &mut WebSocket,
    subscription: &mut Subscription<K, T>,
    wire: &Wire<T>,
    stop: &CancellationToken,
) -> End {
    let start = Instant::now();
    let mut beat = interval_at(start + HEARTBEAT, HEARTBEAT);
    let mut permission = interval_at(start + PERMISSION_EVERY, PERMISSION_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = start;
    loop {
        let sent = tokio::select! {
            frame = subscription.next() => match frame {
                Ok(frame) => send_frame(socket, wire, &frame).await,
                Err(Cut::Slow) => return SLOW,
                Err(Cut::Ended) => return End::Close(COME_BACK, "come back"),
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
                Some(Ok(message)) => {
                    heard = Instant::now();
                    if let Some(seq) = receipt(&message) {
                        (wire.arrived)(seq).await;
                    }
                    Ok(())
                }
            },
            _ = beat.tick() => {
                if heard.elapsed() > SILENCE_LIMIT {
                    return SLOW;
                }
                send_beat(socket, (wire.heartbeat)()).await
            },
            _ = permission.tick() => {
                if !(wire.is_allowed)().await {
                    return End::Close(NOT_ALLOWED, "sign in again");
                }
                Ok(())
            },
            () = stop.cancelled() => return End::Close(COME_BACK, "come back"),
        };
        if let Err(end) = sent {
            return end;
        }
    }
}

async fn send_frame<T>(
    socket: &mut WebSocket,
    wire: &Wire<T>,
    frame: &Frame<T>,
) -> Result<(), End> {
    send(socket, Message::Text((wire.text)(frame))).await?;
    if (wire.wants_receipt)(frame) {
        // The pong brings the number back once all that went before it has arrived.
        let number = Bytes::copy_from_slice(&frame.seq.to_be_bytes());
        send(socket, Message::Ping(number)).await?;
    }
    Ok(())
}

async fn send_beat(socket: &mut WebSocket, heartbeat: Utf8Bytes) -> Result<(), End> {
    send(socket, Message::Text(heartbeat)).await?;
    send(socket, Message::Ping(Bytes::new())).await
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    match timeout(WRITE_LIMIT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(SLOW),
    }
}

fn receipt(message: &Message) -> Option<u64> {
    let Message::Pong(number) = message else { return None };
    Some(u64::from_be_bytes(number.as_ref().try_into().ok()?))
}
