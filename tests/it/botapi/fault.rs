//! Faults a test arms: what goes wrong at the next call of a method.

use std::time::Duration;

use super::state::State;

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// 429; calling the same method in the same chat again before the end is a violation.
    TooManyRequests {
        /// Seconds to stay away.
        retry_after: u64,
    },
    /// A bare error page of this status, as a proxy in front of Telegram sends it.
    ServerError(u16),
    /// The connection closes without an answer; nothing was done.
    DropBefore,
    /// The call is carried out, then the connection closes without an answer.
    DropAfter,
    /// The call is carried out, then the connection closes amid the answer.
    Truncate,
    /// The answer comes this much later; the call is carried out at its end.
    Delay(Duration),
    /// 200 with a body that is no JSON; nothing was done.
    Garbage,
    /// This error code and whole description.
    Refuse(u16, &'static str),
}

/// A fault waiting for its call.
#[derive(Debug, Clone)]
pub(crate) struct Armed {
    /// Method name in lower case, or `*`.
    pub(crate) method: String,
    /// Only in this chat.
    pub(crate) chat: Option<i64>,
    pub(crate) left: usize,
    pub(crate) fault: Fault,
}

impl State {
    /// The fault armed for this call, used up by one.
    pub(crate) fn take_fault(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        let fits = |armed: &Armed| {
            (armed.method == "*" || armed.method == method)
                && (armed.chat.is_none() || armed.chat == chat)
        };
        let at = self.faults.iter().position(fits)?;
        let fault = self.faults[at].fault.clone();
        self.faults[at].left -= 1;
        if self.faults[at].left == 0 {
            self.faults.remove(at);
        }
        Some(fault)
    }
}
