//! Certificates that are not trusted: found in whatever error that ended in, and how to mend it.

use std::error::Error;
use std::{fmt, io};

use rustls::CertificateError as Wrong;

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It was valid.
    Expired,
    /// It will be valid.
    NotYetValid,
    /// It is not for the host that was asked.
    OtherName,
    /// Nobody we trust vouches for it.
    UnknownIssuer,
    /// The same, where only well-known authorities count.
    NotWellKnown,
    /// Something else.
    Unacceptable,
}

impl Distrust {
    /// What is wrong with a certificate, if an error came of that.
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(here) = cause {
            // Errors of input and output hide what they hold from the chain of causes.
            let held = here.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            let held = held.and_then(|held| Self::of(held));
            let told = here.downcast_ref::<rustls::Error>().and_then(Self::told);
            if held.or(told).is_some() {
                return held.or(told);
            }
            cause = here.source();
        }
        None
    }

    fn told(error: &rustls::Error) -> Option<Self> {
        let rustls::Error::InvalidCertificate(wrong) = error else { return None };
        Some(match wrong {
            Wrong::Expired | Wrong::ExpiredContext { .. } => Self::Expired,
            Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => Self::NotYetValid,
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => Self::OtherName,
            Wrong::UnknownIssuer => Self::UnknownIssuer,
            _ => Self::Unacceptable,
        })
    }
}

impl fmt::Display for Distrust {
    /// What is wrong and how to mend it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Expired => {
                "its certificate has expired; have it renewed, unless this machine's clock is wrong"
            }
            Self::NotYetValid => {
                "its certificate is not valid yet; see whether this machine's clock is right"
            }
            Self::OtherName => {
                "its certificate is for another name; correct the host in the address, or have the \
                 certificate made for it"
            }
            Self::UnknownIssuer => {
                "its certificate is from an authority that is not known here; add that authority to \
                 this machine's certificates, or have the certificate made by a known one"
            }
            Self::NotWellKnown => {
                "its certificate is not from a well-known authority, and no others count here; have \
                 it made by one of these"
            }
            Self::Unacceptable => "its certificate is not acceptable; whoever runs it has to mend it",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_found_in_errors_of_input_and_output() {
        let wrong = |wrong: Wrong| {
            let error = rustls::Error::InvalidCertificate(wrong);
            Distrust::of(&io::Error::other(io::Error::other(error)))
        };
        assert_eq!(wrong(Wrong::Expired), Some(Distrust::Expired));
        assert_eq!(wrong(Wrong::NotValidYet), Some(Distrust::NotYetValid));
        assert_eq!(wrong(Wrong::NotValidForName), Some(Distrust::OtherName));
        assert_eq!(wrong(Wrong::UnknownIssuer), Some(Distrust::UnknownIssuer));
        assert_eq!(wrong(Wrong::BadEncoding), Some(Distrust::Unacceptable));
        let other = rustls::Error::HandshakeNotComplete;
        assert_eq!(Distrust::of(&io::Error::other(other)), None);
        assert_eq!(Distrust::of(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
    }
}
