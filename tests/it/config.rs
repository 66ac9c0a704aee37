//! Settings: every mistake at once, and what wins over what.

mod init;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use claimwatch::chats::settings::{Chat, Mode, Peer, Telegram};
use claimwatch::claim::publisher::Publishers;
use claimwatch::config::{self, Flags, INIT, Loaded, Mistake, Mistakes, Place, Settings};
use claimwatch::publishers::settings::Kind;

const TOKEN: &str = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ_-0123456";

/// A directory with a configuration file and two files that hold secrets.
struct Written {
    dir: tempfile::TempDir,
}

impl Written {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().expect("directory");
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("good.token"), format!("{TOKEN}\n")).expect("token");
        std::fs::write(path("short.token"), "123456:short").expect("token");
        for (name, bot) in [("other.token", "2"), ("third.token", "3")] {
            std::fs::write(path(name), TOKEN.replacen('1', bot, 1)).expect("token");
        }
        std::fs::write(path("smtp.url"), "smtps://me:word@mail.example.org\n").expect("address");
        std::fs::write(path("hook.url"), "https://alerts.example.org/hook\n").expect("address");
        let text = text.replace("{DIR}", &dir.path().display().to_string());
        std::fs::write(path("c.toml"), text).expect("file");
        Self { dir }
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("c.toml")
    }

    fn load(&self, env: &[(&str, &str)]) -> Result<Loaded, Mistakes> {
        self.load_with(env, Flags::default())
    }

    fn load_with(&self, env: &[(&str, &str)], flags: Flags) -> Result<Loaded, Mistakes> {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        config::load(Some(&self.file()), env, flags)
    }
}

fn settings(text: &str, env: &[(&str, &str)]) -> Settings {
    Written::new(text).load(env).expect("no mistakes").settings
}

fn bot(settings: &Settings) -> &Telegram {
    let bot = settings.chat.iter().find_map(|account| match &account.chat {
        Chat::Telegram(bot) => Some(bot),
        Chat::Bluesky(_) | Chat::Mastodon(_) => None,
    });
    bot.expect("a bot")
}

#[test]
fn every_seeded_mistake_is_found_on_its_own_line() {
    let text = include_str!("../data/config/mistakes.toml");
    let mut seeded: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let marks = line.rsplit_once('#').map_or(0, |(_, marks)| marks.matches('!').count());
        if marks > 0 && !line.starts_with('#') {
            seeded.insert(at + 1, marks);
        }
    }
    let mistakes = Written::new(text).load(&[]).expect_err("mistakes").0;
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    for mistake in &mistakes {
        match mistake.place {
            Place::Line(line, _) => *found.entry(line).or_default() += 1,
            _ => panic!("no line: {mistake}"),
        }
    }
    let total: usize = seeded.values().sum();
    assert!(total >= 60, "only {total} are seeded");
    let list = mistakes.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(found, seeded, "\n{list}");
}

#[test]
fn a_broken_file_reads_as_a_list_of_remedies() {
    let written = Written::new(
        "[publisher.rss.snopes]\nulr = \"https://www.snopes.com/feed/\"\nlanguage = \"en\"\n\
         \n[chat.telegram.main]\nmode = \"webhok\"\ntoken = \"1:secret\"\nmoderators = 1.5\n\
         \n[feed.rss.a]\nurl = \"https://example.org/\"\ntime_zone = \"Europe/Berln\"\n\n[web]\nlisten = 8080\n\n[match.group]\nmatch_min = 0.4\n",
    );
    let mistakes = written.load(&[]).expect_err("mistakes");
    let text = mistakes.to_string().replace(&written.file().display().to_string(), "c.toml");
    insta::assert_snapshot!(text, @r#"
    c.toml:2:1: unknown key `publisher.rss.snopes.ulr`; did you mean `url`?
    c.toml:6:8: `chat.telegram.main.mode` is "webhok"; did you mean "webhook"?
    c.toml:7:9: `chat.telegram.main.token` is a secret and must not stand here; put it into a file of its own and name that with `token_file`
    c.toml:8:14: `chat.telegram.main.moderators`: neither a chat's number nor its @name; write a chat's number or "@name"
    c.toml:12:13: `feed.rss.a.time_zone` is "Europe/Berln", which is no time zone; did you mean "Europe/Berlin"?
    c.toml:15:10: `web.listen` is a whole number; write an address and a port, such as "127.0.0.1:8080"
    c.toml:18:13: `match.group.possible_min` is 0.5, above match_min 0.4; possible_min may not be above match_min
    "#);
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let text = "data = \"file\"\n[web]\nlisten = \"127.0.0.1:1\"\n[http]\nredirects_max = 1\n";
    let written = Written::new(text);
    let from_file = written.load(&[]).expect("settings").settings;
    assert_eq!(from_file.data, Path::new("file"));
    assert_eq!(from_file.web.listen.port(), 1);
    let env = [
        ("CLAIMWATCH_DATA", "/data"),
        ("CLAIMWATCH_WEB__LISTEN", "0.0.0.0:8080"),
        ("CLAIMWATCH_HTTP__ALLOW", "[\"127.0.0.1:8001\"]"),
        ("CLAIMWATCH_LOG__FORMAT", "json"),
        ("HOME", "/root"),
    ];
    let from_env = written.load(&env).expect("settings").settings;
    assert_eq!(from_env.data, Path::new("/data"));
    assert_eq!(from_env.web.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(from_env.http.allow, ["127.0.0.1:8001"]);
    assert_eq!(from_env.http.redirects_max, 1, "what the environment leaves alone stays");
    let flags = Flags { data: Some("flag".into()), ..Flags::default() };
    let from_flags = written.load_with(&env, flags).expect("settings").settings;
    assert_eq!(from_flags.data, Path::new("flag"));
}

#[test]
fn a_mistake_in_the_environment_names_its_variable() {
    let written = Written::new("");
    let env = [("CLAIMWATCH_WEB__LISTEN", "nowhere"), ("CLAIMWATCH_WEB__LISTN", "1")];
    let mistakes = written.load(&env).expect_err("mistakes").to_string();
    let lines: Vec<&str> = mistakes.lines().collect();
    assert_eq!(lines.len(), 2, "{mistakes}");
    assert!(lines[0].starts_with("CLAIMWATCH_WEB__LISTEN: "), "{mistakes}");
    assert!(lines[1].contains("did you mean `listen`?"), "{mistakes}");
    let loaded = written.load(&[("CLAIMWATCH_PORT", "tcp://10.0.0.1:80")]).expect("settings");
    assert_eq!(loaded.warnings.len(), 1, "a platform's own variable is no mistake");
}

#[test]
fn a_named_file_must_exist_and_be_text() {
    let missing =
        config::load(Some(Path::new("no/such.toml")), std::iter::empty(), Flags::default());
    let text = missing.expect_err("mistake").to_string();
    assert!(text.starts_with("no/such.toml: the file does not exist; "), "{text}");
    let written = Written::new("");
    std::fs::write(written.file(), b"[web]\n\xff").expect("file");
    let text = written.load(&[]).expect_err("mistake").to_string();
    assert!(text.contains("no UTF-8 at byte 6"), "{text}");
}

#[test]
fn the_shipped_file_holds_and_polls_a_dozen_publishers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(config::FILE);
    let loaded = config::load(Some(&path), std::iter::empty(), Flags::default()).expect("holds");
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.settings.publisher.len(), 12);
    assert!(loaded.settings.publisher.iter().all(|source| source.kind == Kind::Rss));
    // What is commented out there must hold too once the comment marks are taken away.
    let text = std::fs::read_to_string(path).expect("file");
    let tables = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') || rest.contains(" = ") && !rest.contains('`') => rest,
        _ => line,
    });
    let text = tables.collect::<Vec<_>>().join("\n");
    let text = text.replace("\"telegram.token\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"telegram.secret\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"google.key\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"scanner.token\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"alerts.secret\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"smtp.url\"", "\"{DIR}/smtp.url\"");
    let text = text.replace("\"bluesky.password\"", "\"{DIR}/good.token\"");
    let text = text.replace("\"mastodon.token\"", "\"{DIR}/good.token\"");
    let settings = settings(&text, &[]);
    assert_eq!((settings.publisher.len(), settings.feed.len()), (14, 4));
    assert_eq!(bot(&settings).moderators, Some(Peer::Id(-1_001_234_567_890)));
    let topics = bot(&settings).topics;
    assert_eq!((topics.high, topics.digest, settings.alert.len()), (Some(12), Some(78), 2));
}

#[test]
fn what_init_prints_are_the_defaults() {
    assert_eq!(settings(INIT, &[]), Settings::default());
    let uncommented: Vec<&str> = INIT
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest,
            _ => line,
        })
        .collect();
    assert!(uncommented.iter().filter(|line| line.contains(" = ")).count() >= 16);
    assert_eq!(settings(&uncommented.join("\n"), &[]), Settings::default());
}

#[test]
fn a_secret_comes_from_a_file_or_the_environment_and_is_never_shown() {
    let from_file = settings("[chat.telegram.main]\ntoken_file = \"{DIR}/good.token\"\n", &[]);
    assert_eq!(bot(&from_file).token.as_ref().map(|token| token.reveal()), Some(TOKEN));
    let shown = format!("{from_file:?}");
    assert!(!shown.contains(TOKEN) && shown.contains("***"), "{shown}");

    let env = [
        ("CLAIMWATCH_CHAT__TELEGRAM__MAIN__TOKEN", TOKEN),
        ("CLAIMWATCH_CHAT__TELEGRAM__MAIN__MODE", "webhook"),
        ("CLAIMWATCH_CHAT__TELEGRAM__MAIN__WEBHOOK_URL", "https://bot.example.org/t"),
        ("CLAIMWATCH_CHAT__TELEGRAM__MAIN__WEBHOOK_SECRET", "1234567890"),
    ];
    let from_env = settings("", &env);
    assert_eq!(bot(&from_env).mode, Mode::Webhook);
    let secret = bot(&from_env).webhook_secret.as_ref().map(|secret| secret.reveal());
    assert_eq!(secret, Some("1234567890"), "a secret of digits is still a text");

    let inside = Written::new(&format!("[chat.telegram.main]\ntoken = \"{TOKEN}\"\n"));
    let mistakes = inside.load(&[]).expect_err("a mistake").to_string();
    assert!(mistakes.contains("token_file") && !mistakes.contains(TOKEN), "{mistakes}");
}

#[test]
fn a_command_without_secrets_does_not_open_their_files() {
    let written = Written::new("[chat.telegram.main]\ntoken_file = \"no/such.token\"\n");
    assert!(written.load(&[]).is_err());
    let flags = Flags { without_secrets: true, ..Flags::default() };
    assert!(written.load_with(&[], flags).is_ok());
}

#[test]
fn one_token_in_two_tables_and_one_name_in_two_kinds_are_mistakes() {
    let table = "token_file = \"{DIR}/good.token\"\n";
    let written = Written::new(&format!("[chat.telegram.a]\n{table}[chat.telegram.b]\n{table}"));
    let text = written.load(&[]).expect_err("a mistake").to_string();
    assert!(text.contains(":4:14: chat.telegram.b has the same token"), "{text}");
    let address = "url = \"https://example.org/\"\n";
    let written =
        Written::new(&format!("[publisher.rss.a]\n{address}[publisher.page.a]\n{address}"));
    let text = written.load(&[]).expect_err("a mistake").to_string();
    assert!(text.contains("the name `a` is taken"), "{text}");
}

#[test]
fn receivers_of_alerts_take_their_secrets_from_files_and_show_none() {
    let text = "[alert.webhook.desk]\nurl = \"https://alerts.example.org/hook\"\n\
                secret_file = \"{DIR}/good.token\"\n\
                [alert.webhook.chat]\nurl_file = \"{DIR}/hook\"\nform = \"slack\"\n\
                [alert.mail.desk]\nsmtp_url_file = \"{DIR}/smtp.url\"\n\
                from = \"Alerts <alerts@example.org>\"\nto = \"desk@example.org\"\n";
    let written = Written::new(text);
    std::fs::write(written.dir.path().join("hook"), "https://hooks.example/T0KEN").expect("file");
    let loaded = written.load(&[]).expect("no mistakes");
    assert_eq!(loaded.warnings, []);
    let alert = loaded.settings.alert;
    let names: Vec<String> = alert.iter().map(|receiver| receiver.place()).collect();
    assert_eq!(names, ["mail.desk", "webhook.chat", "webhook.desk"]);
    let repeatable: Vec<bool> = alert.iter().map(|receiver| receiver.repeatable()).collect();
    assert_eq!(repeatable, [false, false, true]);
    let shown = format!("{alert:?}");
    for secret in ["word", "T0KEN", TOKEN] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn alerts_that_leave_the_house_unprotected_are_a_warning() {
    let warned = |host: &str| {
        let text = format!("[alert.webhook.a]\nurl = \"http://{host}/h\"\nform = \"slack\"\n");
        let warnings = Written::new(&text).load(&[]).expect("no mistakes").warnings;
        warnings.iter().any(|warning| warning.what.contains("sends alerts unprotected"))
    };
    for public in ["alerts.example.org", "8.8.8.8", "[2606:4700::1111]"] {
        assert!(warned(public), "{public}");
    }
    for own in ["localhost", "127.0.0.1:8001", "10.0.0.5", "[::1]", "desk.lan", "mattermost"] {
        assert!(!warned(own), "{own}");
    }
}

#[test]
fn a_directory_without_a_model_is_a_warning_since_one_may_be_put_there() {
    let warned = |dir: &str| {
        let text = format!("[model]\nfetch = false\ndir = \"{dir}\"\n");
        let warnings = Written::new(&text).load(&[]).expect("no mistakes").warnings;
        warnings.iter().any(|warning| warning.what.contains("`model.dir`: there is no config.json"))
    };
    assert!(warned("/no/such/model") && warned("{DIR}"));
    assert!(!warned(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/model")));
}

#[test]
fn another_model_needs_its_own_checksums() {
    let sums = "a".repeat(64);
    let files = ["config.json", "tokenizer.json", "model.safetensors"];
    let files = files.map(|file| format!("{file:?} = {sums:?}\n")).concat();
    let url = "[model]\nurl = \"https://example.org/m/\"\n";
    let set = settings(&format!("{url}[model.sha256]\n{files}"), &[]).model;
    assert_eq!((set.name().as_str(), set.files().map(|files| files.len())), ("m", Ok(3)));
    for (text, wanted) in [
        (
            url.to_owned(),
            ":2:7: `model.url` leads to another model, but `model.sha256` is not given",
        ),
        (format!("{url}[model.sha256]\n"), "`model.sha256` does not name \"config.json\""),
        (
            format!("{url}[model.sha256]\n{files}\"x.bin\" = \"00\"\n"),
            "`model.sha256` names \"x.bin\", which is never read",
        ),
        (url.replace("https", "ftp"), "`model.url` is no address that can be used"),
        ("[model]\ndir = \"\"\n".to_owned(), ":2:7: `model.dir` is empty"),
    ] {
        let said = Written::new(&text).load(&[]).expect_err("a mistake").to_string();
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn names_with_hyphens_are_reached_from_the_environment() {
    let text = "[publisher.rss.fact-check]\nurl = \"https://example.org/\"\n";
    let env = [("CLAIMWATCH_PUBLISHER__RSS__FACT_CHECK__TIER", "1")];
    let settings = settings(text, &env);
    assert_eq!((settings.publisher.len(), settings.publisher[0].settings.tier), (1, 1));
}

#[test]
fn mistakes_of_form_are_all_told_and_the_rest_is_still_judged() {
    let text = "[publisher.rss.a]\nurl = \nschedule = \"0 * * * *\ntier = 0x\n\n[web\n\
                listen = \"127.0.0.1:1\"\n\n[log]\nformat = True\n[log]\nlevel = \"all\"\n";
    let mistakes = Written::new(text).load(&[]).expect_err("mistakes").0;
    let lines: std::collections::BTreeSet<usize> = mistakes
        .iter()
        .filter_map(|mistake| match mistake.place {
            Place::Line(line, _) => Some(line),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [2, 3, 4, 6, 10, 11, 12].into(), "{}", Mistakes(mistakes));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_makes_the_reader_panic(start in 0_usize..4000, length in 0_usize..200, put in "\\PC{0,8}") {
        let text = include_str!("../data/config/mistakes.toml");
        let chars: Vec<char> = text.chars().collect();
        let start = start.min(chars.len());
        let end = (start + length).min(chars.len());
        let cut: String = chars[..start].iter().copied().chain(put.chars())
            .chain(chars[end..].iter().copied()).collect();
        proptest::prop_assert!(Written::new(&cut).load(&[]).is_err());
    }
}

#[test]
fn an_operators_publisher_is_listed_and_may_be_marked_as_machine_written() {
    let text = "[publisher.rss.a]\nurl = \"https://www.robot.example/feed\"\nmachine_written = true\n\
                [publisher.rss.b]\nurl = \"https://www.snopes.com/feed/\"\n\
                [publisher.datafeed.c]\nurl = \"https://storage.example/dump.json\"\n";
    let settings = settings(text, &[]);
    let hosts: Vec<String> = settings.listed_hosts().into_iter().collect();
    assert_eq!(hosts, ["robot.example", "snopes.com"], "a dump's host is no publisher");
    let table = settings.publishers(Publishers::shipped().expect("table"));
    assert!(table.of_host("robot.example").is_some_and(|known| known.machine_written));
    let snopes = table.of_host("snopes.com").expect("known");
    assert!(snopes.name == "Snopes" && !snopes.machine_written);
}
