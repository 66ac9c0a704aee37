//! Reading an update of Telegram's, whatever it holds: nothing panics but the library that knows
//! its types, which is caught, and what a group says to others is not kept.
#![no_main]

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chrono::DateTime;
use claimwatch::chats::settings::Listening;
use claimwatch::chats::telegram::{Me, read, update_id};
use claimwatch::claim::post::Intent;
use claimwatch_fuzz::panics_are_caught;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Most addresses of one message.
const LINKS_MAX: usize = 16;

static ME: LazyLock<Me> = LazyLock::new(|| Me {
    id: 7_000_000_001,
    username: "claims_bot".to_owned(),
    watch: HashSet::from(["-1001".to_owned(), "@news".to_owned()]),
    listen: Listening::Anywhere,
    hears_groups: true,
});

fuzz_target!(init: panics_are_caught(), |bytes: &[u8]| {
    let Ok(raw) = serde_json::from_slice::<Value>(bytes) else { return };
    update_id(&raw);
    let listened = HashMap::from([("-1002".to_owned(), "-1002".to_owned())]);
    let told = read(&raw, "telegram.main", &ME, &listened, DateTime::UNIX_EPOCH);
    match &told.incoming {
        Ok(incoming) => {
            assert!(incoming.post.urls.len() <= LINKS_MAX);
            if let Some(place) = &incoming.reply_to {
                assert_eq!(place.conversation, told.conversation);
                assert!(incoming.seen_at.is_none());
            }
            if incoming.intent == Intent::Question || incoming.intent == Intent::Edited {
                let asked = &incoming.post;
                assert!(!asked.text.trim().is_empty() || !asked.urls.is_empty());
            }
        }
        Err(_) => assert!(told.keep_raw || told.conversation.is_empty()),
    }
});
