//! Lasting connections: a stream of bytes to a host, checked as every other request is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::address::{Way, check, written};
use super::response::place;
use super::trust::Distrust;
use super::{Door, FetchError};

/// Most addresses of one name that are tried, each for so long.
const ADDRESSES_MAX: usize = 4;
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// Bytes in both directions.
pub trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// An open connection.
pub type Socket = Box<dyn Bytes>;

impl Door {
    /// Opens a connection to the host of an address: `ws://` in the clear, `wss://` with TLS.
    /// `trusted`: the operator wrote this address himself, so it may be private.
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried twice.
    pub async fn connect(&self, url: &Url, trusted: bool) -> Result<Socket, FetchError> {
        let (as_http, tls) = as_http(url)?;
        let place_of = written(&as_http);
        let refused = |why: &str| FetchError::Refused { place: place(url), why: why.to_owned() };
        let operator = place_of.as_ref().filter(|_| trusted);
        let way = check(&as_http, self.allow(), operator).map_err(refused)?;
        let (host, port) = place_of.ok_or_else(|| refused("it names no host"))?;
        let deadline_ms = self.deadline_ms();
        let open = async {
            let addresses = self.addresses(url, &host, port, way).await?;
            let stream = first_of(url, &addresses).await?;
            if tls { secured(url, &host, stream).await } else { Ok(Box::new(stream) as Socket) }
        };
        match tokio::time::timeout(Duration::from_millis(deadline_ms), open).await {
            Ok(opened) => opened,
            Err(_) => Err(FetchError::Deadline { place: place(url), deadline_ms }),
        }
    }

    /// Where a host is, as far as we may go there.
    async fn addresses(
        &self,
        url: &Url,
        host: &Host<String>,
        port: u16,
        way: Way,
    ) -> Result<Vec<SocketAddr>, FetchError> {
        let all = match host {
            Host::Ipv4(ip) => vec![SocketAddr::new((*ip).into(), port)],
            Host::Ipv6(ip) => vec![SocketAddr::new((*ip).into(), port)],
            Host::Domain(name) => {
                let found = self.resolver().resolve(name).await;
                let mut found = found.map_err(|error| unreachable_for(url, &error))?;
                found.iter_mut().for_each(|address| address.set_port(port));
                found
            }
        };
        let mut refused = None;
        let mut kept = Vec::new();
        for address in all {
            let why = match way {
                Way::Named => None,
                Way::Checked => self.allow().why_refused(address.ip(), port),
            };
            match why {
                Some(why) => refused = Some(why),
                None if kept.len() < ADDRESSES_MAX => kept.push(address),
                None => {}
            }
        }
        match (kept.is_empty(), refused) {
            (true, Some(why)) => {
                let why = format!("its name leads to an address that is not public ({why})");
                Err(FetchError::Refused { place: place(url), why })
            }
            (true, None) => {
                let why = "its name has no address".to_owned();
                Err(FetchError::Connect { place: place(url), why })
            }
            (false, _) => Ok(kept),
        }
    }
}

/// The address as `http` checks it, and whether it wants TLS.
fn as_http(url: &Url) -> Result<(Url, bool), FetchError> {
    let (scheme, tls) = match url.scheme() {
        "ws" => ("http", false),
        "wss" => ("https", true),
        _ => {
            let why = "only ws and wss are connected to".to_owned();
            return Err(FetchError::Refused { place: place(url), why });
        }
    };
    let text = format!("{scheme}{}", &url.as_str()[url.scheme().len()..]);
    match Url::parse(&text) {
        Ok(as_http) => Ok((as_http, tls)),
        Err(error) => Err(FetchError::Refused { place: place(url), why: error.to_string() }),
    }
}

async fn first_of(url: &Url, addresses: &[SocketAddr]) -> Result<TcpStream, FetchError> {
    let mut why = "its name has no address".to_owned();
    for address in addresses {
        match tokio::time::timeout(CONNECT_WAIT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Small frames are not to wait for more.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Ok(Err(error)) => why = error.to_string(),
            Err(_) => "no connection came about in time".clone_into(&mut why),
        }
    }
    Err(FetchError::Connect { place: place(url), why })
}

async fn secured(url: &Url, host: &Host<String>, stream: TcpStream) -> Result<Socket, FetchError> {
    let failed = |error: &(dyn std::error::Error + 'static)| match Distrust::of(error) {
        Some(why) => FetchError::Untrusted { place: place(url), why },
        None => unreachable_for(url, error),
    };
    let name = match host {
        Host::Domain(name) => {
            ServerName::try_from(name.trim_end_matches('.').to_owned()).map_err(|e| failed(&e))?
        }
        Host::Ipv4(ip) => ServerName::IpAddress(std::net::IpAddr::from(*ip).into()),
        Host::Ipv6(ip) => ServerName::IpAddress(std::net::IpAddr::from(*ip).into()),
    };
    let config = rustls::ClientConfig::builder()
        .with_platform_verifier()
        .map_err(|e| failed(&e))?
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, stream).await.map_err(|e| failed(&e))?;
    Ok(Box::new(stream))
}

fn unreachable_for(url: &Url, error: &(dyn std::error::Error + 'static)) -> FetchError {
    let why = error.to_string().chars().filter(|mark| !mark.is_control()).take(200).collect();
    FetchError::Connect { place: place(url), why }
}
