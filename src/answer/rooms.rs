//! What is particular to each configured chat: known only once its bot knows who it is.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::claim::alert::Severity;

/// What is particular to one configured chat.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// Conversation that gets alerts.
    pub moderators: Option<String>,
    /// Topics of it by severity: low, normal, high.
    pub topics: [Option<i64>; 3],
    /// The topic of it in which digests are told.
    pub digest_topic: Option<i64>,
    /// The bot's name without `@`.
    pub username: String,
    /// Most graphemes of one message, where answers must be short.
    pub graphemes_max: Option<usize>,
    /// Whether the chat knows what was sent to it before by the row's id, so that sending it again
    /// does no harm.
    pub keyed: bool,
    /// Most answers that nobody asked for in one group within an hour; 0: none anywhere.
    pub unasked_hourly_max: u32,
}

/// Where moderators are told beside chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its name, `KIND.NAME`.
    pub name: String,
    /// Whether it knows what was sent to it before by the row's id, so that sending it again does
    /// no harm.
    pub keyed: bool,
}

/// One configured chat, before and after its bot knows who it is.
#[derive(Debug)]
enum Known {
    /// Not yet; whether it will have moderators, and what holds of its network anyway.
    Expected { moderated: bool, room: Room },
    /// By now.
    Here(Room),
}

/// The rooms by chat.
#[derive(Debug, Default)]
pub struct Rooms(RwLock<BTreeMap<String, Known>>);

impl Rooms {
    /// Names a chat that is configured: what needs its bot's name or its moderators waits until
    /// these are known. What holds of its network whoever the bot is stands in `room`.
    pub fn expect(&self, chat: &str, moderated: bool, room: Room) {
        let mut rooms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        rooms.entry(chat.to_owned()).or_insert(Known::Expected { moderated, room });
    }

    /// Sets what is particular to a chat.
    pub fn set(&self, chat: &str, room: Room) {
        let mut rooms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        rooms.insert(chat.to_owned(), Known::Here(room));
    }

    /// Whether a chat's room is yet to be known.
    pub(super) fn awaits(&self, chat: &str) -> bool {
        matches!(self.known().get(chat), Some(Known::Expected { .. }))
    }

    /// Whether moderators of any chat are yet to be known.
    pub(super) fn awaits_moderators(&self) -> bool {
        self.known().values().any(|room| matches!(room, Known::Expected { moderated: true, .. }))
    }

    pub(super) fn get(&self, chat: &str) -> Room {
        match self.known().get(chat) {
            Some(Known::Here(room) | Known::Expected { room, .. }) => room.clone(),
            None => Room::default(),
        }
    }

    /// The topic in which moderators of a chat are told of what is so urgent.
    pub(super) fn topic(&self, chat: &str, severity: Severity) -> Option<i64> {
        let [low, normal, high] = self.get(chat).topics;
        match severity {
            Severity::Low => low,
            Severity::Normal => normal,
            Severity::High => high,
        }
    }

    /// Chats with moderators, and the conversation of these.
    pub(super) fn moderated(&self) -> Vec<(String, String)> {
        let rooms = self.known();
        let moderated = rooms.iter().filter_map(|(chat, room)| match room {
            Known::Here(room) => Some((chat.clone(), room.moderators.clone()?)),
            Known::Expected { .. } => None,
        });
        moderated.collect()
    }

    fn known(&self) -> RwLockReadGuard<'_, BTreeMap<String, Known>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
