//! Reading crontab(5) text, and writing it the way the cron crate wants it: seconds first, every
//! value spelled out, 1 for Sunday.

/// Why a schedule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Neither five nor six fields.
    #[error(
        "schedule {text:?} has {found} fields; write five (minute hour day month weekday), six \
         with seconds first, or @hourly, @daily, @weekly, @monthly, @yearly"
    )]
    Fields {
        /// The schedule.
        text: String,
        /// How many fields it has.
        found: usize,
    },
    /// One field is wrong.
    #[error(
        "schedule: {field} {part:?}: {why}; permitted are {permitted}, `*`, lists, ranges and steps such as `*/2`"
    )]
    Field {
        /// Which field.
        field: &'static str,
        /// Which part of it.
        part: String,
        /// What is wrong with it.
        why: &'static str,
        /// What may stand there.
        permitted: &'static str,
    },
    /// A word after `@` that means nothing here.
    #[error(
        "schedule {text:?} is not known; write @hourly, @daily, @weekly, @monthly, @yearly or \
         five fields"
    )]
    Word {
        /// The word.
        text: String,
    },
    /// No day is ever due, such as 30 February.
    #[error("schedule {text:?} is never due; correct its day and month")]
    Never {
        /// The schedule.
        text: String,
    },
    /// No such time zone.
    #[error("time zone {time_zone:?} is not known; write an IANA name such as Europe/Berlin")]
    TimeZone {
        /// The name.
        time_zone: String,
    },
    /// The cron crate and we disagree; a mistake of ours.
    #[error("schedule cannot be read: {why}; please report this")]
    Unreadable {
        /// What the cron crate says.
        why: String,
    },
}

/// One kind of field.
struct Kind {
    name: &'static str,
    min: u8,
    max: u8,
    names: &'static [&'static str],
    permitted: &'static str,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The six fields, in the order in which they stand.
const KINDS: [Kind; 6] = [
    Kind { name: "second", min: 0, max: 59, names: &[], permitted: "0 to 59" },
    Kind { name: "minute", min: 0, max: 59, names: &[], permitted: "0 to 59" },
    Kind { name: "hour", min: 0, max: 23, names: &[], permitted: "0 to 23" },
    Kind { name: "day of the month", min: 1, max: 31, names: &[], permitted: "1 to 31" },
    Kind { name: "month", min: 1, max: 12, names: &MONTHS, permitted: "1 to 12, jan to dec" },
    Kind {
        name: "day of the week",
        min: 0,
        max: 7,
        names: &WEEKDAYS,
        permitted: "0 to 7 (0 and 7 are Sunday), sun to sat",
    },
];
const HOUR: usize = 2;
const DAY: usize = 3;
const WEEKDAY: usize = 5;

/// One field: the values it names, and whether it contains a `*`.
#[derive(Default)]
struct Field {
    values: Vec<u8>,
    starred: bool,
}

/// The fields of a schedule.
pub(super) struct Fields([Field; 6]);

/// Reads a schedule's text.
pub(super) fn parse(text: &str) -> Result<Fields, ScheduleError> {
    let text = text.trim();
    let text = match text.to_ascii_lowercase().as_str() {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        word if word.starts_with('@') => {
            return Err(ScheduleError::Word { text: shortened(text) });
        }
        _ => text,
    };
    let mut parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() == 5 {
        parts.insert(0, "0");
    }
    if parts.len() != KINDS.len() {
        return Err(ScheduleError::Fields { text: shortened(text), found: parts.len() });
    }
    let mut fields: [Field; 6] = Default::default();
    for ((field, kind), part) in fields.iter_mut().zip(&KINDS).zip(parts) {
        *field = kind.field(part)?;
    }
    Ok(Fields(fields))
}

/// Enough of a text to recognise it by.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

impl Kind {
    fn field(&self, text: &str) -> Result<Field, ScheduleError> {
        let mut named = [false; 60];
        for part in text.split(',') {
            let wrong = |why| ScheduleError::Field {
                field: self.name,
                part: shortened(part),
                why,
                permitted: self.permitted,
            };
            let (from, to, step) = self.span(part).map_err(wrong)?;
            for value in (from..=to).step_by(step) {
                // Sunday is 0 and 7; months and the rest never fold.
                let value = if self.max == 7 { value % 7 } else { value };
                named[usize::from(value)] = true;
            }
        }
        let values = (0..60).filter(|value| named[usize::from(*value)]).collect();
        Ok(Field { values, starred: text.contains('*') })
    }

    /// First value, last value and step of one part of a list.
    fn span(&self, part: &str) -> Result<(u8, u8, usize), &'static str> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let stepped = step.is_some();
        let step = match step.map(str::parse::<u8>) {
            None => 1,
            Some(Ok(step)) if step > 0 => usize::from(step),
            Some(_) => return Err("the step is not a number above 0"),
        };
        if range == "*" {
            // A `*` counts Sunday once.
            let last = if self.max == 7 { 6 } else { self.max };
            return Ok((self.min, last, step));
        }
        let Some((from, to)) = range.split_once('-') else {
            if stepped {
                return Err("a step needs a range before it, such as 5-59/15");
            }
            let value = self.value(range)?;
            return Ok((value, value, 1));
        };
        let (from, mut to) = (self.value(from)?, self.value(to)?);
        if to == 0 && self.max == 7 && from > 0 {
            to = 7;
        }
        if from > to {
            return Err("the range runs backwards; write it as two, such as 22-23,0-4");
        }
        Ok((from, to, step))
    }

    fn value(&self, text: &str) -> Result<u8, &'static str> {
        if let Some(place) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(place as u8 + self.min);
        }
        if text.is_empty() {
            return Err("something is missing");
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("this is not a number");
        }
        match text.parse::<u8>() {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err("the number is out of range"),
        }
    }
}

impl Fields {
    /// Whether the hour begins with `*`.
    pub(super) fn every_hour(&self) -> bool {
        self.0[HOUR].starred
    }

    /// The schedule as one or two lines for the cron crate: two where day of the month and day of
    /// the week are both restricted (contain no `*`), because then either of them is enough.
    pub(super) fn forms(&self) -> Vec<String> {
        if self.0[DAY].starred || self.0[WEEKDAY].starred {
            return vec![self.form(None)];
        }
        vec![self.form(Some(DAY)), self.form(Some(WEEKDAY))]
    }

    fn form(&self, left_out: Option<usize>) -> String {
        let write = |(place, field): (usize, &Field)| {
            let kind = &KINDS[place];
            let whole = usize::from(if kind.max == 7 { 7 } else { kind.max - kind.min + 1 });
            if left_out == Some(place) || field.values.len() == whole {
                return "*".to_owned();
            }
            let shift = u8::from(place == WEEKDAY);
            let numbers: Vec<String> =
                field.values.iter().map(|value| (value + shift).to_string()).collect();
            numbers.join(",")
        };
        self.0.iter().enumerate().map(write).collect::<Vec<_>>().join(" ")
    }
}
