//! Which addresses may be asked: only what is reachable from the whole internet, and what the
//! operator permits. Pure: no packet leaves from here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anyhow::{Context, bail};
use url::{Host, Url};

/// IPv4 blocks that are not the public internet, with what says so.
const SPECIAL_V4: [(Ipv4Addr, u8, &str); 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network, RFC 791"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private, RFC 1918"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by carriers, RFC 6598"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine, RFC 1122"),
    // Public by its number, yet answered by the virtual machine's own host.
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's platform channel"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local, RFC 3927"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private, RFC 1918"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments, RFC 6890"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation, RFC 5737"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "name-server sink, RFC 7535"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "multicast tunnels, RFC 7450"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relays, RFC 7526"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private, RFC 1918"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "name-server sink, RFC 7534"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarks, RFC 2544"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation, RFC 5737"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation, RFC 5737"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast, RFC 5771"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved and broadcast, RFC 1112"),
];

/// The one IPv6 block that is handed out for the public internet (RFC 4291).
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The well-known NAT64 prefix: the last 32 bits are an IPv4 address (RFC 6052).
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// IPv6 blocks that are not the public internet. Those outside 2000::/3 would be refused anyway and
/// stand here so that the message can say what they are. 6to4 and Teredo carry an IPv4 address of
/// the sender's choice and are out of use, so they are refused whole.
const SPECIAL_V6: [(Ipv6Addr, u8, &str); 19] = [
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified, RFC 4291"),
    (Ipv6Addr::LOCALHOST, 128, "this machine, RFC 4291"),
    (Ipv6Addr::UNSPECIFIED, 96, "IPv4-compatible, RFC 4291"),
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, "IPv4-translated, RFC 2765"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "local NAT64, RFC 8215"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discard, RFC 6666"),
    (Ipv6Addr::new(0x100, 0, 0, 1, 0, 0, 0, 0), 64, "dummy, RFC 9780"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "Teredo, RFC 4380"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments, RFC 2928"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation, RFC 3849"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4, RFC 7526"),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, "name-server sink, RFC 7534"),
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16, "6bone, RFC 3701"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation, RFC 9637"),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, "segment routing, RFC 9602"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "unique local, RFC 4193"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local, RFC 4291"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local, RFC 3879"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast, RFC 4291"),
];

/// Ports behind which something listens that is not the web and can be talked into harm by a line
/// of text: mail, shells, name servers, databases, container and cluster doors.
const PORTS_REFUSED: [u16; 71] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 87, 95, 109, 110,
    111, 113, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 540,
    548, 554, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433, 1521, 2049, 2375, 2379, 3306,
    3389, 3659, 5060, 5432, 6000, 6379, 6667, 9200, 10250, 11211, 27017,
];

/// Names that belong to no one on the public internet. What they resolve to is checked as well;
/// this only spares the asking.
const SUFFIXES_REFUSED: [&str; 12] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
    "metadata.goog",
];

/// Names under public domains that clouds answer with an instance's own secrets.
const NAMES_REFUSED: [&str; 2] = ["metadata.packet.net", "metadata.platformequinix.com"];

/// Why an IP address is not one of the public internet; `None` if it is.
pub fn why_not_public(ip: IpAddr) -> Option<&'static str> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            SPECIAL_V4.iter().find(|(net, bits, _)| within_v4(ip, *net, *bits)).map(|row| row.2)
        }
        IpAddr::V6(ip) => {
            if within_v6(ip, NAT64.0, NAT64.1) {
                return why_not_public(IpAddr::V4(last_32(ip)));
            }
            let special = SPECIAL_V6.iter().find(|(net, bits, _)| within_v6(ip, *net, *bits));
            match special {
                Some(row) => Some(row.2),
                None if !within_v6(ip, GLOBAL_V6.0, GLOBAL_V6.1) => {
                    Some("outside 2000::/3, RFC 4291")
                }
                None => None,
            }
        }
    }
}

fn last_32(ip: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = ip.octets();
    Ipv4Addr::new(a, b, c, d)
}

fn within_v4(ip: Ipv4Addr, net: Ipv4Addr, bits: u8) -> bool {
    let shift = 32 - u32::from(bits.min(32));
    ip.to_bits().checked_shr(shift) == net.to_bits().checked_shr(shift)
}

fn within_v6(ip: Ipv6Addr, net: Ipv6Addr, bits: u8) -> bool {
    let shift = 128 - u32::from(bits.min(128));
    ip.to_bits().checked_shr(shift) == net.to_bits().checked_shr(shift)
}

/// What the operator permits beyond the public internet.
#[derive(Debug, Clone, Default)]
pub(super) struct Allow {
    nets: Vec<(IpAddr, u8, Option<u16>)>,
    names: Vec<(String, Option<u16>)>,
}

impl Allow {
    /// Reads the entries of `[http] allow`.
    ///
    /// # Errors
    /// Names the first entry that is none of the permitted forms.
    pub(super) fn parse(entries: &[String]) -> anyhow::Result<Self> {
        let mut allow = Self::default();
        for entry in entries {
            allow.add(entry.trim()).with_context(|| {
                format!(
                    "http.allow: {entry:?} is not permitted there; write an address \
                     (\"127.0.0.1:8001\", \"[::1]:8001\"), a network (\"10.0.0.0/8\") or a host \
                     (\"intranet.example:443\")"
                )
            })?;
        }
        Ok(allow)
    }

    fn add(&mut self, entry: &str) -> anyhow::Result<()> {
        if let Some((net, rest)) = entry.split_once('/') {
            let (bits, port) = match rest.split_once(':') {
                Some((bits, port)) => (bits, Some(port_of(port)?)),
                None => (rest, None),
            };
            let net: IpAddr = net.trim_start_matches('[').trim_end_matches(']').parse()?;
            let bits: u8 = bits.parse()?;
            if bits > if net.is_ipv4() { 32 } else { 128 } {
                bail!("a network of {bits} bits is longer than its address");
            }
            self.nets.push((net, bits, port));
            return Ok(());
        }
        // A bare IPv6 address is full of colons, so it is tried before a port is looked for.
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if entry.parse::<Ipv6Addr>().is_err() && !port.ends_with(']') => {
                (host, Some(port_of(port)?))
            }
            _ => (entry, None),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            self.nets.push((ip, if ip.is_ipv4() { 32 } else { 128 }, port));
            return Ok(());
        }
        match Host::parse(host)? {
            Host::Domain(name) => self.names.push((plain_name(&name).to_owned(), port)),
            Host::Ipv4(ip) => self.nets.push((ip.into(), 32, port)),
            Host::Ipv6(ip) => self.nets.push((ip.into(), 128, port)),
        }
        Ok(())
    }

    /// Whether the operator permits this address on this port.
    pub(super) fn ip(&self, ip: IpAddr, port: u16) -> bool {
        let ip = ip.to_canonical();
        self.nets.iter().any(|(net, bits, only)| {
            only.is_none_or(|only| only == port)
                && match (ip, net) {
                    (IpAddr::V4(ip), IpAddr::V4(net)) => within_v4(ip, *net, *bits),
                    (IpAddr::V6(ip), IpAddr::V6(net)) => within_v6(ip, *net, *bits),
                    _ => false,
                }
        })
    }

    /// Whether the operator permits this host by its name on this port.
    pub(super) fn name(&self, name: &str, port: u16) -> bool {
        let name = plain_name(name);
        self.names.iter().any(|(known, only)| {
            known.eq_ignore_ascii_case(name) && only.is_none_or(|only| only == port)
        })
    }

    /// The ports for which some address is permitted on that port alone.
    pub(super) fn ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.nets.iter().filter_map(|(_, _, port)| *port)
    }

    fn has_net_on(&self, port: u16) -> bool {
        self.nets.iter().any(|(_, _, only)| only.is_none_or(|only| only == port))
    }

    /// Why an address may not be connected to; `None` if it may.
    pub(super) fn why_refused(&self, ip: IpAddr, port: u16) -> Option<&'static str> {
        why_not_public(ip).filter(|_| !self.ip(ip, port))
    }
}

/// A port that something can listen on.
fn port_of(text: &str) -> anyhow::Result<u16> {
    let port: std::num::NonZeroU16 = text.parse().context("its port is not one")?;
    Ok(port.get())
}

fn plain_name(name: &str) -> &str {
    name.trim_end_matches('.')
}

/// How an address may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Each address the name resolves to is checked at connect.
    Checked,
    /// The operator named this host and port: whatever it resolves to.
    Named,
}

/// Host and port of an address the operator wrote himself.
pub(super) type Written = (Host<String>, u16);

/// Host and port, the two things a connection is made to.
pub(super) fn written(url: &Url) -> Option<Written> {
    Some((url.host()?.to_owned(), url.port_or_known_default()?))
}

/// Checks everything about an address that can be told without asking a name server.
///
/// # Errors
/// Why it may not be asked, and how the operator could permit it.
pub(super) fn check(
    url: &Url,
    allow: &Allow,
    operator: Option<&Written>,
) -> Result<Way, &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are fetched");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it carries a user name or password; remove them");
    }
    let Some((host, port)) = written(url) else {
        return Err("it names no host");
    };
    if operator.is_some_and(|(h, p)| *h == host && *p == port) {
        return Ok(Way::Named);
    }
    let ip = match &host {
        Host::Domain(name) if allow.name(name, port) => return Ok(Way::Named),
        Host::Domain(name) => {
            if is_inner(name) && !allow.has_net_on(port) {
                return Err("the name belongs to a private network; permit it in http.allow");
            }
            None
        }
        Host::Ipv4(ip) => Some(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(*ip)),
    };
    if let Some(ip) = ip {
        if allow.ip(ip, port) {
            return Ok(Way::Checked);
        }
        if let Some(why) = why_not_public(ip) {
            return Err(why);
        }
    }
    // A port the operator names beside an address is meant for that address; the name behind which
    // it hides is checked at connect.
    if PORTS_REFUSED.contains(&port) && !allow.ports().any(|known| known == port) {
        return Err("the port is not one of the web; permit it in http.allow");
    }
    Ok(Way::Checked)
}

/// Whether a name can only mean something inside a private network.
fn is_inner(name: &str) -> bool {
    let name = plain_name(name).to_ascii_lowercase();
    !name.contains('.')
        || NAMES_REFUSED.contains(&name.as_str())
        || SUFFIXES_REFUSED.iter().any(|suffix| {
            name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}
