//! Frames of `com.atproto.sync.subscribeRepos`, as a server or relay of the network sends them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::cbor::{self, Cbor, Malformed};
use super::event::{Account, Event, Told};
use crate::atproto::POSTS;

/// Most blocks of one commit that are looked through.
const BLOCKS_MAX: usize = 10_000;
/// Most changes of one commit; the network allows 200.
const CHANGES_MAX: usize = 1_000;
/// How the links begin that blocks are named by: version 1, DAG-CBOR, SHA-256 of 32 bytes.
const LINK_BEGINS: [u8; 4] = [0x01, 0x71, 0x12, 0x20];
const LINK_BYTES: usize = LINK_BEGINS.len() + 32;

/// Reads a frame.
pub(super) fn read(frame: &[u8]) -> Result<Told, Malformed> {
    let (header, rest) = cbor::read(frame)?;
    let (body, _) = cbor::read(rest)?;
    if header.int("op") == Some(-1) {
        return Ok(Told::of(Event::Error(name_of(&body, "error"))));
    }
    let told = match header.text("t").ok_or("a frame of no kind")? {
        "#commit" => return commit(&body),
        "#account" => {
            let did = body.text("did").ok_or("an account without a name")?.to_owned();
            Event::Account(Account { did, active: active(&body) })
        }
        "#info" => return Ok(Told::of(Event::Notice(name_of(&body, "name")))),
        _ => Event::Other,
    };
    Ok(Told { at: at(&body), place: body.int("seq"), events: vec![told] })
}

fn name_of(body: &Cbor<'_>, key: &str) -> String {
    body.text(key).unwrap_or_default().chars().take(64).collect()
}

fn active(body: &Cbor<'_>) -> bool {
    !matches!(body.get("active"), Some(Cbor::Bool(false)))
}

fn at(body: &Cbor<'_>) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(body.text("time")?).ok()?;
    Some(at.to_utc())
}

fn commit(body: &Cbor<'_>) -> Result<Told, Malformed> {
    let did = body.text("repo").ok_or("a commit of nobody")?;
    let Some(Cbor::Array(changes)) = body.get("ops") else { return Err("a commit of nothing") };
    let mut told = Told { at: at(body), place: body.int("seq"), events: Vec::new() };
    let mut archive = None;
    for change in changes.iter().take(CHANGES_MAX) {
        let path = change.text("path").ok_or("a change of nothing")?;
        let Some(rkey) = path.strip_prefix(POSTS).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let (did, rkey) = (did.to_owned(), rkey.to_owned());
        if change.text("action") == Some("delete") {
            told.events.push(Event::Deleted { did, rkey });
            continue;
        }
        let (Some(Cbor::Link(link)), Some(Cbor::Bytes(blocks))) =
            (change.get("cid"), body.get("blocks"))
        else {
            return Err("a post without its record");
        };
        let archive = match &mut archive {
            Some(archive) => archive,
            none => none.insert(Archive::read(blocks)?),
        };
        let (record, _) = cbor::read(archive.block(link)?)?;
        let (cid, record) = (cbor::cid(link), record.to_json());
        told.events.push(Event::Posted { did, rkey, cid, record });
    }
    Ok(told)
}

/// The blocks of a CAR file (version 1) by the links that name them.
struct Archive<'a> {
    blocks: HashMap<&'a [u8], &'a [u8]>,
    /// Bytes of records that may still be read: as many as there are in all, so that one long
    /// record can't be that of a thousand posts.
    left: usize,
}

impl<'a> Archive<'a> {
    fn read(car: &'a [u8]) -> Result<Self, Malformed> {
        let (header, mut rest) = piece(car)?;
        if cbor::read(header)?.0.int("version") != Some(1) {
            return Err("blocks of an unknown version");
        }
        let mut blocks = HashMap::new();
        for _ in 0..BLOCKS_MAX {
            if rest.is_empty() {
                break;
            }
            let (named, after) = piece(rest)?;
            rest = after;
            let (link, block) =
                named.split_at_checked(LINK_BYTES).ok_or("a block without a name")?;
            blocks.entry(link).or_insert(block);
        }
        Ok(Self { blocks, left: car.len() })
    }

    /// The block of that name, checked against the hash it is named by.
    fn block(&mut self, link: &[u8]) -> Result<&'a [u8], Malformed> {
        let block = *self.blocks.get(link).ok_or("a post without its record")?;
        let hash = link.strip_prefix(&LINK_BEGINS).ok_or("a block of an unknown kind")?;
        self.left = self.left.checked_sub(block.len()).ok_or("one record for too many posts")?;
        if Sha256::digest(block)[..] == *hash { Ok(block) } else { Err("a forged block") }
    }
}

/// A piece behind its length, and what follows it.
fn piece(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (mut length, mut rest) = (0_u64, bytes);
    for shift in (0..35).step_by(7) {
        let (first, after) = rest.split_first().ok_or("cut short")?;
        rest = after;
        length |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            let length = usize::try_from(length).map_err(|_| "cut short")?;
            return rest.split_at_checked(length).ok_or("cut short");
        }
    }
    Err("a length out of range")
}
