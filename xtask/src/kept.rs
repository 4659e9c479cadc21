//! A server that is started again whenever it ends, as an init system does it: tests may kill it.

use crate::{Outcome, process};
use std::{
    path::PathBuf,
    process::{Child, Command},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// How often it is looked after.
const LOOK: Duration = Duration::from_millis(50);
/// Between its end and the next start.
const PAUSE: Duration = Duration::from_millis(500);

/// Keeps a server running until the value goes.
#[derive(Debug)]
pub(crate) struct Kept {
    leave: Arc<AtomicBool>,
    keeper: Option<JoinHandle<()>>,
}

impl Kept {
    /// Keeps what `command` has started as `child`. The number of its process is in the file `pid`;
    /// `last` is the signal that ends it for good.
    pub(crate) fn keep(
        mut command: Command,
        mut child: Child,
        pid: PathBuf,
        last: &'static str,
    ) -> Outcome<Self> {
        let leave = Arc::<AtomicBool>::default();
        let asked = leave.clone();
        write(&pid, &child)?;
        let keeper = std::thread::spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                std::thread::sleep(LOOK);
                if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                    std::thread::sleep(PAUSE);
                    match command.spawn() {
                        Ok(next) => child = next,
                        Err(error) => eprintln!("{command:?}: {error}"),
                    }
                    if let Err(message) = write(&pid, &child) {
                        eprintln!("{message}");
                    }
                }
            }
            let id = child.id().to_string();
            process::output(Command::new("kill").args([last, &id]), "kill").ok();
            child.wait().ok();
        });
        Ok(Self { leave, keeper: Some(keeper) })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.leave.store(true, Ordering::Relaxed);
        if let Some(keeper) = self.keeper.take() {
            keeper.join().ok();
        }
    }
}

/// Whole or not at all: somebody may read at any time.
fn write(pid: &std::path::Path, child: &Child) -> Outcome<()> {
    let new = pid.with_extension("new");
    std::fs::write(&new, child.id().to_string())
        .and_then(|()| std::fs::rename(&new, pid))
        .map_err(|e| format!("{}: {e}", pid.display()))
}
