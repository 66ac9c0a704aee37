//! From a fetched page to what is in it, on a thread that may take its time.

use std::borrow::Cow;
use std::io::Read;

use anyhow::{Context, Result};

use crate::http::Page;
use crate::publishers::{self, About, Form, HEAD_BYTES, Link, Parsed};

/// What gzip and zstd begin with.
const PACKED: [&[u8]; 2] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];

/// Reads a page of at most `bytes_max` decoded bytes; the inner error says why it is none of ours.
///
/// # Errors
/// If the reader panics.
pub(super) async fn read(
    page: Page,
    link: Option<Link>,
    bytes_max: usize,
) -> Result<Result<(Form, Parsed), String>> {
    tokio::task::spawn_blocking(move || parse(&page, link.as_ref(), bytes_max))
        .await
        .context("reading a page panicked")
}

fn parse(page: &Page, link: Option<&Link>, bytes_max: usize) -> Result<(Form, Parsed), String> {
    let mut bytes = Cow::Borrowed(page.body.as_slice());
    if PACKED.iter().any(|magic| page.body.starts_with(magic)) {
        let mut out = Vec::new();
        publishers::decompress(page.body.as_slice(), bytes_max as u64)
            .and_then(|mut unpacked| unpacked.read_to_end(&mut out))
            .map_err(|error| format!("it can't be unpacked: {error}"))?;
        bytes = Cow::Owned(out);
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let content_type = page.content_type.as_deref();
    let form = publishers::recognise(head, content_type).ok_or_else(|| {
        let what =
            if head.is_empty() { "it is empty" } else { "it is in no form that is read here" };
        what.to_owned()
    })?;
    let about = About {
        url: (page.url.scheme() != "file").then(|| page.url.as_str()),
        content_type,
        published: link.and_then(|link| link.published),
        title: link.and_then(|link| link.title.as_deref()),
    };
    Ok((form, publishers::read(form, &bytes, &about)))
}
