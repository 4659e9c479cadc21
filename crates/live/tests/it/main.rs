//! Live updates through the crate's public door.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod feed;
mod socket;
mod sse;

use futures_util::FutureExt;
use live::{Feed, Frame, LoadError, Options};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Keeps the runtime's stopped clock from moving by itself whenever everybody waits for a socket: it
/// then moves by `advance` alone, until the value goes.
fn hold_the_clock() -> std::sync::mpsc::Sender<()> {
    let (hold, held) = std::sync::mpsc::channel();
    tokio::task::spawn_blocking(move || held.recv());
    hold
}

/// A store of numbered words that counts how often it is read.
#[derive(Clone, Default)]
struct Book {
    words: Arc<Mutex<Vec<(u64, String)>>>,
    reads: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

impl Book {
    fn write(&self, word: &str) -> u64 {
        let mut words = self.words.lock().unwrap();
        let seq = words.last().map_or(1, |(seq, _)| seq + 1);
        words.push((seq, word.to_owned()));
        seq
    }

    fn read(&self, after: Option<u64>) -> Result<Vec<Frame<String>>, LoadError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if self.broken.load(Ordering::SeqCst) {
            return Err(LoadError::new("the store is away"));
        }
        let words = self.words.lock().unwrap();
        let after = after.unwrap_or(0);
        let news = words.iter().filter(|(seq, _)| *seq > after);
        Ok(news.map(|(seq, word)| Frame { seq: *seq, content: word.clone() }).collect())
    }

    fn feed(&self, options: Options) -> Feed<&'static str, String> {
        let book = self.clone();
        Feed::new(options, move |_, after| {
            let book = book.clone();
            async move { book.read(after) }.boxed()
        })
    }
}
