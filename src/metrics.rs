//! What is counted, and how it is written out for Prometheus. No label ever holds a user, a chat,
//! an address or a text: labels are words of this program, or a feed's name in the configuration.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// Media type of what [`Metrics::text`] returns.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What every metric's name begins with.
const PREFIX: &str = "claimwatch";
/// Upper bounds of the answers' durations, in seconds.
const ASK_SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

type Label = (&'static str, &'static str);
type Counts<const N: usize> = Family<[Label; N], Counter>;

/// What the running program counts. Shared by all who do something worth counting.
pub struct Metrics {
    registry: Registry,
    answers: Counts<1>,
    ask_seconds: Histogram,
    polls: Counts<2>,
    posts: Counts<2>,
    updates: Counts<1>,
    sends: Counts<1>,
    streamed: Counts<2>,
    streams_open: Family<[(&'static str, String); 1], Gauge>,
    followups: Counts<1>,
    claims: Counts<1>,
    corrections: Counts<1>,
    shed: Counter,
}

/// What is read where it is kept when somebody looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// Checks that may be sent.
    pub checks: u64,
    /// Publishers' hosts they are from.
    pub publishers: u64,
    /// Changes in the database that the index has not taken over.
    pub index_lag: u64,
    /// Rows of the inbox by state.
    pub inbox: Vec<(String, u64)>,
    /// Rows of the outbox by state.
    pub outbox: Vec<(String, u64)>,
    /// How each feed fares.
    pub feeds: Vec<FeedReading>,
}

/// How a feed fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedReading {
    /// Configured source, `KIND.NAME`.
    pub name: String,
    /// When its newest post was published, in seconds since 1970.
    pub last_post_s: Option<u64>,
    /// Seconds from publishing to receiving it.
    pub lag_s: Option<u64>,
    /// Whether it is silent for longer than ever.
    pub is_silent: bool,
    /// Polls that failed, one after the other.
    pub failures: u64,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program that runs", build);
        let answers = Counts::default();
        registry.register("answers", "Answers given, by decision", answers.clone());
        let ask_seconds = Histogram::new(ASK_SECONDS);
        registry.register("ask_seconds", "Time from a question to its answer", ask_seconds.clone());
        let polls = Counts::default();
        registry.register("polls", "Polls of sources, by kind and result", polls.clone());
        let posts = Counts::default();
        let meaning = "Posts that feeds brought, by kind of feed and what became of them";
        registry.register("feed_posts", meaning, posts.clone());
        let updates = Counts::default();
        registry.register("updates", "Updates received from chats, by outcome", updates.clone());
        let sends = Counts::default();
        registry.register("sends", "Attempts to send, by outcome", sends.clone());
        let streamed = Counts::default();
        let meaning = "Events of streams, by kind and outcome";
        registry.register("stream_events", meaning, streamed.clone());
        let streams_open = Family::default();
        registry.register("stream_open", "1: a stream is being followed", streams_open.clone());
        let [followups, claims, corrections] = [
            ("followups", "Questions that waited and were looked up again, by outcome"),
            ("claim_lookups", "Spreading claims looked up again, by outcome"),
            ("corrections", "Answers found outdated, by outcome"),
        ]
        .map(|(name, meaning)| {
            let counts = Counts::default();
            registry.register(name, meaning, counts.clone());
            counts
        });
        let shed: Counter<u64, AtomicU64> = Counter::default();
        registry.register("asks_shed", "Questions turned away for want of room", shed.clone());
        Self {
            registry,
            answers,
            ask_seconds,
            polls,
            posts,
            updates,
            sends,
            streamed,
            streams_open,
            followups,
            claims,
            corrections,
            shed,
        }
    }

    /// An answer was given: its decision's name and how long it took.
    pub fn answered(&self, decision: &'static str, seconds: f64) {
        self.answers.get_or_create(&[("decision", decision)]).inc();
        self.ask_seconds.observe(seconds);
    }

    /// A source of this kind was polled.
    pub fn polled(&self, kind: &'static str, good: bool) {
        let result = if good { "good" } else { "bad" };
        self.polls.get_or_create(&[("kind", kind), ("result", result)]).inc();
    }

    /// So many posts of this kind of feed were `new`, `known`, `over` a budget, `empty` or
    /// `malformed`.
    pub fn posts(&self, kind: &'static str, outcome: &'static str, count: u64) {
        if count > 0 {
            self.posts.get_or_create(&[("kind", kind), ("outcome", outcome)]).inc_by(count);
        }
    }

    /// An update came in and was `stored`, `known`, `skipped` or `refused`.
    pub fn update(&self, outcome: &'static str) {
        self.updates.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// An attempt to send ended as `sent`, `later`, `uncertain` or `dead`.
    pub fn sent(&self, outcome: &'static str) {
        self.sends.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// So many events of a stream of this kind were `read`, `filtered`, `malformed`, `new` or
    /// `gone`.
    pub fn streamed(&self, kind: &'static str, outcome: &'static str, count: u64) {
        if count > 0 {
            self.streamed.get_or_create(&[("kind", kind), ("outcome", outcome)]).inc_by(count);
        }
    }

    /// A configured stream, by its `KIND.NAME`, is being followed, or is not.
    pub fn stream_open(&self, feed: &str, is_open: bool) {
        self.streams_open.get_or_create(&[("feed", feed.to_owned())]).set(is_open.into());
    }

    /// So many questions that waited were looked up, and so many of their readers are told.
    pub fn followed_up(&self, looked_up: usize, told: usize) {
        count(&self.followups, looked_up, told);
    }

    /// So many spreading claims were looked up, and moderators are told of so many of them.
    pub fn checked(&self, looked_up: usize, told: usize) {
        count(&self.claims, looked_up, told);
    }

    /// So many answers were found outdated, and so many of them are put right.
    pub fn corrected(&self, outdated: usize, put_right: usize) {
        count(&self.corrections, outdated, put_right);
    }

    /// A question was turned away for want of room.
    pub fn shed(&self) {
        self.shed.inc();
    }

    /// Everything, in the OpenMetrics text format.
    pub fn text(&self, readings: &Readings) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = encode_registry(&mut text, &self.registry);
        let _ = encode_registry(&mut text, &readings.registry());
        let _ = encode_eof(&mut text);
        text
    }
}

impl Readings {
    fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        let mut gauge = |name: &str, meaning: &str, value: u64| {
            let gauge: Gauge = Gauge::default();
            gauge.set(whole(value));
            registry.register(name, meaning, gauge);
        };
        gauge("checks", "Checks that may be sent", self.checks);
        gauge("publishers", "Publishers of the checks that may be sent", self.publishers);
        gauge("index_sequence_lag", "Changes the index has not taken over yet", self.index_lag);
        for (name, meaning, states) in [
            ("inbox_rows", "Rows of the inbox, by state", &self.inbox),
            ("outbox_rows", "Rows of the outbox, by state", &self.outbox),
        ] {
            let rows: Family<[(&str, String); 1], Gauge> = Family::default();
            for (state, count) in states {
                rows.get_or_create(&[("state", state.clone())]).set(whole(*count));
            }
            registry.register(name, meaning, rows);
        }
        self.of_feeds(&mut registry);
        registry
    }
}

impl Readings {
    fn of_feeds(&self, registry: &mut Registry) {
        type Reading = fn(&FeedReading) -> Option<u64>;
        let gauges: [(&str, &str, Reading); 4] = [
            ("feed_last_post_timestamp_seconds", "When the newest post of a feed was published", {
                |feed| feed.last_post_s
            }),
            ("feed_lag_seconds", "Time from publishing to receiving a feed's newest post", {
                |feed| feed.lag_s
            }),
            ("feed_silent", "1: a feed is silent for longer than it ever was", {
                |feed| Some(feed.is_silent.into())
            }),
            ("feed_failures", "Polls of a feed that failed, one after the other", {
                |feed| Some(feed.failures)
            }),
        ];
        for (name, meaning, reading) in gauges {
            let rows: Family<[(&str, String); 1], Gauge> = Family::default();
            for feed in &self.feeds {
                if let Some(value) = reading(feed) {
                    rows.get_or_create(&[("feed", feed.name.clone())]).set(whole(value));
                }
            }
            registry.register(name, meaning, rows);
        }
    }
}

/// Of so many something came of `told`, and of the others nothing.
fn count(counts: &Counts<1>, all: usize, told: usize) {
    for (outcome, many) in [("told", told), ("nothing", all.saturating_sub(told))] {
        if many > 0 {
            let many = u64::try_from(many).unwrap_or(u64::MAX);
            counts.get_or_create(&[("outcome", outcome)]).inc_by(many);
        }
    }
}

fn whole(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_counted_is_written_out_once() {
        let metrics = Metrics::new();
        metrics.answered("match", 0.004);
        metrics.answered("match", 0.3);
        metrics.polled("rss", false);
        metrics.posts("push", "new", 3);
        metrics.posts("push", "over", 0);
        metrics.update("stored");
        metrics.sent("uncertain");
        metrics.stream_open("bluesky.all", true);
        metrics.stream_open("bluesky.all", false);
        metrics.followed_up(32, 2);
        metrics.checked(3, 3);
        metrics.corrected(2, 1);
        metrics.shed();
        let outbox = vec![("planned".to_owned(), 2), ("sent".to_owned(), 5)];
        let feed = FeedReading { name: "rss.town".into(), lag_s: Some(9), ..Default::default() };
        let feeds = vec![feed];
        let readings = Readings { checks: 7, index_lag: 3, outbox, feeds, ..Readings::default() };
        let text = metrics.text(&readings);
        for line in [
            &format!("claimwatch_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")),
            "claimwatch_answers_total{decision=\"match\"} 2",
            "claimwatch_ask_seconds_count 2",
            "claimwatch_ask_seconds_bucket{le=\"0.005\"} 1",
            "claimwatch_polls_total{kind=\"rss\",result=\"bad\"} 1",
            "claimwatch_feed_posts_total{kind=\"push\",outcome=\"new\"} 3",
            "claimwatch_updates_total{outcome=\"stored\"} 1",
            "claimwatch_sends_total{outcome=\"uncertain\"} 1",
            "claimwatch_stream_open{feed=\"bluesky.all\"} 0",
            "claimwatch_followups_total{outcome=\"told\"} 2",
            "claimwatch_followups_total{outcome=\"nothing\"} 30",
            "claimwatch_claim_lookups_total{outcome=\"told\"} 3",
            "claimwatch_corrections_total{outcome=\"told\"} 1",
            "claimwatch_corrections_total{outcome=\"nothing\"} 1",
            "claimwatch_asks_shed_total 1",
            "claimwatch_checks 7",
            "claimwatch_index_sequence_lag 3",
            "claimwatch_outbox_rows{state=\"planned\"} 2",
            "claimwatch_outbox_rows{state=\"sent\"} 5",
            "claimwatch_feed_lag_seconds{feed=\"rss.town\"} 9",
            "claimwatch_feed_silent{feed=\"rss.town\"} 0",
            "# EOF",
        ] {
            assert_eq!(text.lines().filter(|own| own == &line).count(), 1, "{line} in\n{text}");
        }
    }
}
