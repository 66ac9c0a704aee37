//! Server-sent events, out of bytes as they come.

/// Longest line, and event with all its lines.
pub(super) const EVENT_BYTES_MAX: usize = 1024 * 1024;
/// Longest name of an event.
const NAME_BYTES_MAX: usize = 100;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) data: String,
}

/// What stood there was no event that could be read: too long, or no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// The reader: what has come of a line and of an event so far.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    name: String,
    data: Vec<u8>,
    has_data: bool,
    /// The event can't be kept whole; the rest of it is passed over.
    spoilt: bool,
    /// The line before ended with a carriage return, whose line feed may follow.
    after_return: bool,
    begun: bool,
}

impl Events {
    /// Takes in bytes; what they complete is given to `told`.
    pub(super) fn push(&mut self, bytes: &[u8], mut told: impl FnMut(Result<Event, Malformed>)) {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (part, end) = (&rest[..at], rest[at]);
            rest = &rest[at + 1..];
            let second = end == b'\n' && self.after_return && at == 0 && self.line.is_empty();
            self.after_return = end == b'\r';
            if second {
                continue;
            }
            self.keep(part);
            self.end_line(&mut told);
        }
        if !rest.is_empty() {
            self.after_return = false;
            self.keep(rest);
        }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.line.len() + part.len() > EVENT_BYTES_MAX {
            self.spoilt = true;
        }
        // The first bytes of a line that is too long still tell it from an empty one.
        let room = EVENT_BYTES_MAX.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn end_line(&mut self, told: &mut impl FnMut(Result<Event, Malformed>)) {
        let mut line = std::mem::take(&mut self.line);
        if !self.begun && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        self.begun = true;
        if line.is_empty() {
            self.end_event(told);
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"event" if value.len() <= NAME_BYTES_MAX => {
                self.name = String::from_utf8_lossy(value).into_owned();
            }
            b"event" => self.spoilt = true,
            b"data" if self.data.len() + value.len() >= EVENT_BYTES_MAX => self.spoilt = true,
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            // Comments say that the server lives; other fields are not for us.
            _ => {}
        }
        // Most events are small: one that was not shall not hold its memory for ever.
        line.clear();
        line.shrink_to(64 * 1024);
        self.line = line;
    }

    fn end_event(&mut self, told: &mut impl FnMut(Result<Event, Malformed>)) {
        let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        let (spoilt, has_data) =
            (std::mem::take(&mut self.spoilt), std::mem::take(&mut self.has_data));
        if spoilt {
            told(Err(Malformed));
        } else if has_data {
            told(String::from_utf8(data).map(|data| Event { name, data }).map_err(|_| Malformed));
        }
    }
}

/// Reads a stream for a fuzzer, cut in two: how many events, and how many were spoilt.
#[doc(hidden)]
pub fn fuzz_events(bytes: &[u8]) -> (usize, usize) {
    let (mut events, mut whole, mut spoilt) = (Events::default(), 0, 0);
    let (first, second) = bytes.split_at(bytes.len() / 2);
    for part in [first, second] {
        events.push(part, |told| match told {
            Ok(_) => whole += 1,
            Err(Malformed) => spoilt += 1,
        });
    }
    (whole, spoilt)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&[u8]]) -> Vec<Result<(String, String), Malformed>> {
        let (mut events, mut all) = (Events::default(), Vec::new());
        for part in parts {
            events.push(part, |told| all.push(told.map(|event| (event.name, event.data))));
        }
        all
    }

    fn event(name: &str, data: &str) -> Result<(String, String), Malformed> {
        Ok((name.to_owned(), data.to_owned()))
    }

    #[test]
    fn events_are_read_however_they_are_cut_and_ended() {
        let text = "\u{feff}:)\nevent: update\ndata: {\"a\":1}\n\n:thump\n\nevent:delete\ndata:7\n\
                    id: 3\n\nevent: x\n\ndata: a\ndata\ndata:  b\n\ndata: never ended";
        let want = [event("update", "{\"a\":1}"), event("delete", "7"), event("", "a\n\n b")];
        assert_eq!(read(&[text.as_bytes()]), want);
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), want);
        for end in ["\r\n", "\r"] {
            let text = text.replace('\n', end);
            assert_eq!(read(&[text.as_bytes()]), want);
            assert_eq!(read(&text.as_bytes().chunks(1).collect::<Vec<_>>()), want);
        }
    }

    #[test]
    fn what_is_too_long_or_no_text_is_passed_over_alone() {
        let good = "event: delete\ndata: 7\n\n";
        let long = format!("event: update\ndata: {}\n\n{good}", "x".repeat(EVENT_BYTES_MAX));
        let half = "y".repeat(EVENT_BYTES_MAX / 2);
        let lines = format!("data: {half}\ndata: {half}\ndata: {half}\n\n{good}");
        let name = format!("event: {}\ndata: 1\n\n{good}", "n".repeat(101));
        for text in [long, lines, name] {
            let parts: Vec<&[u8]> = text.as_bytes().chunks(9_999).collect();
            assert_eq!(read(&parts), [Err(Malformed), event("delete", "7")]);
        }
        let mut broken = b"event: update\ndata: \xff\n\n".to_vec();
        broken.extend(good.bytes());
        assert_eq!(read(&[&broken]), [Err(Malformed), event("delete", "7")]);
        // A line without end is held no further than its limit.
        let mut events = Events::default();
        for _ in 0..100 {
            events.push(&[b'z'; 100_000], |_| panic!("no event"));
        }
        assert!(
            events.line.len() <= EVENT_BYTES_MAX && events.line.capacity() <= 4 * EVENT_BYTES_MAX
        );
    }

    #[test]
    fn a_recorded_stream_is_read() {
        let lines = include_str!("../../../tests/data/mastodon/recorded.jsonl").lines();
        let lines =
            lines.map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let stream =
            lines.into_iter().find(|line| line["name"] == "user_stream").expect("recorded");
        let told = read(&[stream["body"].as_str().expect("a text").as_bytes()]);
        let names: Vec<&str> =
            told.iter().map(|told| told.as_ref().expect("read").0.as_str()).collect();
        let want = ["update", "notification", "update", "notification", "status.update", "delete"];
        assert_eq!(names, want);
    }

    proptest! {
        #[test]
        fn where_bytes_are_cut_changes_nothing(
            text in "(event: [a-z]{0,3}|data: ?[a-z]{0,3}|:x|\n|\r\n|\r|\u{e9}|){0,30}",
            cut in 0_usize..200,
        ) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            prop_assert_eq!(read(&[bytes]), read(&[&bytes[..cut], &bytes[cut..]]));
        }
    }
}
