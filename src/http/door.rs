//! The door itself: clients whose resolver checks each address at connect, the redirect loop, and
//! the deadline around all of it.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use reqwest::header::{ACCEPT, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, Response, StatusCode, redirect};
use url::Url;

use super::address::{Allow, Way, Written, check, written};
use super::response::{place, read};
use super::trust::Distrust;
use super::turns::{Turn, Turns};
use super::{FetchError, Fetched, Resolve, Settings, Want};

/// Most addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;
/// Most time for connecting.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept for the next page of the same host.
const IDLE: Duration = Duration::from_secs(15);
/// Longest text that the far side's mistakes may add to an error.
const WHY_CHARS_MAX: usize = 200;

/// The outbound door. Cloning is cheap, and all clones share connections and turns.
#[derive(Clone)]
pub struct Door(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) settings: Settings,
    allow: Allow,
    resolver: Arc<dyn Resolve>,
    /// For every port that `allow` does not name beside an address.
    checked: Client,
    /// For each port that `allow` names beside an address: a resolver is told the host only, so the
    /// port has to be known before.
    checked_on: HashMap<u16, Client>,
    /// For hosts the operator named: whatever they resolve to. Kept apart, so that a connection it
    /// opened is never lent to an address from outside.
    named: Client,
    pub(super) turns: Arc<Turns>,
}

impl fmt::Debug for Door {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Door")
    }
}

impl Door {
    /// A door with the operator's settings.
    ///
    /// # Errors
    /// If an entry of `allow` cannot be read, no TLS provider has been installed, or the system's
    /// root certificates cannot be.
    pub fn new(settings: &Settings, resolver: Arc<dyn Resolve>) -> anyhow::Result<Self> {
        anyhow::ensure!(
            rustls::crypto::CryptoProvider::get_default().is_some(),
            "no TLS provider is installed; call rustls::crypto::ring's install_default first"
        );
        let turns = Turns::new(settings.per_host_max);
        Self::build(settings, resolver, turns, settings.per_host_max)
    }

    /// The same door, turns at hosts included, for asking many hosts one thing each: it keeps no
    /// connection that nobody uses.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_many_hosts(&self) -> anyhow::Result<Self> {
        let inner = &self.0;
        Self::build(&inner.settings, Arc::clone(&inner.resolver), Arc::clone(&inner.turns), 0)
    }

    fn build(
        settings: &Settings,
        resolver: Arc<dyn Resolve>,
        turns: Arc<Turns>,
        idle_max: usize,
    ) -> anyhow::Result<Self> {
        let allow = Allow::parse(&settings.allow)?;
        let client =
            |rule| client(settings, idle_max, Guard { inner: Arc::clone(&resolver), rule });
        let checked = client(Some((allow.clone(), None)))?;
        let mut checked_on = HashMap::new();
        for port in allow.ports() {
            if let std::collections::hash_map::Entry::Vacant(free) = checked_on.entry(port) {
                free.insert(client(Some((allow.clone(), Some(port))))?);
            }
        }
        let named = client(None)?;
        let settings = settings.clone();
        Ok(Self(Arc::new(Inner { settings, allow, resolver, checked, checked_on, named, turns })))
    }

    /// Fetches a page. Waiting for a turn at its host is not counted into the deadline; waiting for
    /// one where it redirects to is.
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried twice.
    pub async fn get(&self, url: &Url, want: &Want<'_>) -> Result<Fetched, FetchError> {
        let operator = if want.trusted { written(url) } else { None };
        self.client_for(url, operator.as_ref())?;
        let turn = self.0.turns.take(&turn_name(url)).await;
        let deadline_ms = self.0.settings.deadline_ms;
        let follow = self.follow(url.clone(), want, operator.as_ref(), turn);
        match tokio::time::timeout(Duration::from_millis(deadline_ms), follow).await {
            Ok(result) => result,
            Err(_) => Err(FetchError::Deadline { place: place(url), deadline_ms }),
        }
    }

    /// What we call ourselves.
    pub fn user_agent(&self) -> &str {
        &self.0.settings.user_agent
    }

    /// Most bytes of a body unless one is asked for with another cap.
    pub(super) fn body_bytes_max(&self) -> usize {
        self.0.settings.body_bytes_max
    }

    /// Most time for a request and its answer, in milliseconds.
    pub(super) fn deadline_ms(&self) -> u64 {
        self.0.settings.deadline_ms
    }

    /// What the operator permits.
    pub(super) fn allow(&self) -> &Allow {
        &self.0.allow
    }

    /// Who turns names into addresses.
    pub(super) fn resolver(&self) -> &dyn Resolve {
        &*self.0.resolver
    }

    async fn follow(
        &self,
        url: Url,
        want: &Want<'_>,
        operator: Option<&Written>,
        turn: Turn,
    ) -> Result<Fetched, FetchError> {
        let (response, here, turn) = self.arrive(url, want, operator, turn).await?;
        let bytes_max = want.body_bytes_max.unwrap_or(self.0.settings.body_bytes_max);
        let fetched = read(response, &here, want.validators.is_some(), bytes_max).await;
        drop(turn);
        fetched
    }

    /// Follows redirects to a response that is none; with it where it is from, and the turn there.
    pub(super) async fn arrive(
        &self,
        mut here: Url,
        want: &Want<'_>,
        operator: Option<&Written>,
        mut turn: Turn,
    ) -> Result<(Response, Url, Turn), FetchError> {
        let redirects_max = self.0.settings.redirects_max;
        for _ in 0..=redirects_max {
            let client = self.client_for(&here, operator)?;
            let response = ask(client, &here, want).await.map_err(|error| failed(&error, &here))?;
            let Some(next) = redirected(&response, &here)? else {
                return Ok((response, here, turn));
            };
            // Refused before any line is joined, and the old turn is given back before the next
            // is waited for: two hosts that redirect to each other cannot block one another.
            self.client_for(&next, operator)?;
            drop(response);
            drop(turn);
            turn = self.0.turns.take(&turn_name(&next)).await;
            here = next;
        }
        Err(FetchError::Redirects { place: place(&here), redirects_max })
    }

    /// The client that may ask this address.
    pub(super) fn client_for(
        &self,
        url: &Url,
        operator: Option<&Written>,
    ) -> Result<&Client, FetchError> {
        let inner = &self.0;
        match check(url, &inner.allow, operator) {
            Ok(Way::Named) => Ok(&inner.named),
            Ok(Way::Checked) => {
                let port = url.port_or_known_default().unwrap_or_default();
                Ok(inner.checked_on.get(&port).unwrap_or(&inner.checked))
            }
            Err(why) => Err(FetchError::Refused { place: place(url), why: why.to_owned() }),
        }
    }
}

/// The host before whose door one waits.
pub(super) fn turn_name(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn client(settings: &Settings, idle_max: usize, guard: Guard) -> anyhow::Result<Client> {
    Client::builder()
        .user_agent(&settings.user_agent)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle_max)
        // Shorter than the deadline: what was surely not sent must be known for that.
        .connect_timeout(Duration::from_millis(settings.deadline_ms / 2).min(CONNECT))
        .dns_resolver(Arc::new(guard))
        .build()
        .context("the HTTP client cannot be built; check http.user_agent and the root certificates")
}

async fn ask(client: &Client, url: &Url, want: &Want<'_>) -> reqwest::Result<Response> {
    let mut request = client.get(url.clone()).header(ACCEPT, want.accept);
    if let Some(validators) = want.validators {
        let known =
            [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)];
        for (name, text) in known {
            // What no header can hold never came from one; the page is then asked for whole.
            if let Some(value) = text.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
                request = request.header(name, value);
            }
        }
    }
    request.send().await
}

/// Where a response sends us on to, if it does.
fn redirected(response: &Response, here: &Url) -> Result<Option<Url>, FetchError> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !moved.contains(&response.status()) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).map(|value| value.as_bytes());
    next_hop(here, location.unwrap_or_default()).map(Some)
}

/// The address a redirect names.
pub(super) fn next_hop(here: &Url, location: &[u8]) -> Result<Url, FetchError> {
    let broken = || FetchError::Broken {
        place: place(here),
        why: "it redirects without a readable address".to_owned(),
    };
    let location = std::str::from_utf8(location).map_err(|_| broken())?;
    if location.is_empty() {
        return Err(broken());
    }
    let next = here.join(location).map_err(|_| broken())?;
    if here.scheme() == "https" && next.scheme() == "http" {
        let why = format!("{} redirects there from https to http", place(here));
        return Err(FetchError::Refused { place: place(&next), why });
    }
    Ok(next)
}

/// Resolves a name and lets only permitted addresses through. It runs at connect, so that what was
/// checked is what is connected to.
struct Guard {
    inner: Arc<dyn Resolve>,
    /// `None` permits every address; the port is the one all connections of this client go to, if
    /// they all go to one.
    rule: Option<(Allow, Option<u16>)>,
}

/// All addresses of a name were refused.
#[derive(Debug, thiserror::Error)]
#[error("its name leads to an address that is not public ({0}); permit it in http.allow")]
struct NotPublic(&'static str);

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let answer = self.inner.resolve(name.as_str());
        let rule = self.rule.clone();
        Box::pin(async move {
            let all = answer.await?;
            let mut refused = None;
            let mut kept: Vec<SocketAddr> = Vec::new();
            for mut address in all {
                // The port comes from the address that is asked, never from a name server.
                address.set_port(0);
                let why = rule.as_ref().and_then(|(allow, port)| {
                    // Port 0 is refused before, so no entry with a port matches it.
                    allow.why_refused(address.ip(), port.unwrap_or(0))
                });
                match why {
                    Some(why) => refused = Some(why),
                    None if kept.len() < ADDRESSES_MAX => kept.push(address),
                    None => {}
                }
            }
            match (kept.is_empty(), refused) {
                (true, Some(why)) => Err(NotPublic(why).into()),
                (true, None) => Err(io::Error::other("its name has no address").into()),
                (false, _) => Ok(Box::new(kept.into_iter()) as reqwest::dns::Addrs),
            }
        })
    }
}

/// Says what failed, without the address that reqwest would add.
pub(super) fn failed(error: &reqwest::Error, here: &Url) -> FetchError {
    let place = place(here);
    if let Some(why) = Distrust::of(error).filter(|_| error.is_connect()) {
        return FetchError::Untrusted { place, why };
    }
    let mut why = String::new();
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<NotPublic>() {
            return FetchError::Refused { place, why: refused.to_string() };
        }
        // The innermost cause says the most.
        why = inner.to_string();
        cause = inner.source();
    }
    if why.is_empty() {
        "no reason was given".clone_into(&mut why);
    }
    why = why.chars().filter(|mark| !mark.is_control()).take(WHY_CHARS_MAX).collect();
    if error.is_connect() {
        FetchError::Connect { place, why }
    } else {
        FetchError::Broken { place, why }
    }
}
