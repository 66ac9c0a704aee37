//! Faults a test arms: what goes wrong at the next call that fits.

use std::time::Duration;

use super::Mastodon;
use super::state::State;

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// 429; calling again before the end is a violation.
    TooManyRequests {
        /// Seconds to stay away.
        seconds: i64,
    },
    /// A bare error page of this status, as a proxy in front of Mastodon sends it.
    ServerError(u16),
    /// The connection closes without an answer; nothing was done.
    DropBefore,
    /// The call is carried out, then the connection closes without an answer.
    DropAfter,
    /// The call is carried out, then the connection closes amid the answer.
    Truncate,
    /// The answer comes this much later; the call is carried out before.
    Delay(Duration),
    /// 200 with a body that is no JSON; nothing was done.
    Garbage,
}

/// A fault waiting for its call.
#[derive(Debug, Clone)]
pub(super) struct Armed {
    /// Method and path begin so; empty: whatever is called.
    beginning: String,
    left: usize,
    fault: Fault,
}

impl Mastodon {
    /// Arms a fault for the next call whose method and path begin so.
    pub(crate) fn fail_next(&self, beginning: &str, fault: Fault) {
        self.fail_times(beginning, 1, fault);
    }

    /// Arms a fault for so many calls.
    pub(crate) fn fail_times(&self, beginning: &str, left: usize, fault: Fault) {
        let armed = Armed { beginning: beginning.to_owned(), left, fault };
        self.shared.lock().faults.push(armed);
    }
}

impl State {
    /// The fault armed for this call, used up by one.
    pub(super) fn take_fault(&mut self, call: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|armed| call.starts_with(&armed.beginning))?;
        let fault = self.faults[at].fault.clone();
        self.faults[at].left -= 1;
        if self.faults[at].left == 0 {
            self.faults.remove(at);
        }
        Some(fault)
    }
}
