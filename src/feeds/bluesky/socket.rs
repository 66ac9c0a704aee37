//! A WebSocket that is read only: over the outbound door, with caps on what comes and a deadline on
//! silence.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use url::Url;

use super::super::StreamError;
use crate::http::{Door, Socket as Bytes};

/// Longest message; servers of the network send 5 MB at most.
const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A server that says nothing is asked whether it is there, and left after so many questions.
const PING_EVERY: Duration = Duration::from_secs(20);
const PINGS_MAX: u32 = 3;
/// Most time for the handshake.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// An open WebSocket.
pub(super) struct Socket {
    stream: WebSocketStream<Bytes>,
    /// Questions since anything came.
    pings: u32,
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Message {
    Text(String),
    Binary(Vec<u8>),
}

impl Socket {
    /// Opens an address that the operator wrote.
    pub(super) async fn open(door: &Door, url: &Url) -> Result<Self, StreamError> {
        let bytes = door.connect(url).await?;
        let request = url.as_str().into_client_request();
        let mut request = request.map_err(|error| StreamError::Refused(error.to_string()))?;
        if let Ok(name) = door.user_agent().parse() {
            request.headers_mut().insert("user-agent", name);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let shake = tokio_tungstenite::client_async_with_config(request, bytes, Some(config));
        match tokio::time::timeout(HANDSHAKE, shake).await {
            Ok(Ok((stream, _))) => Ok(Self { stream, pings: 0 }),
            Ok(Err(Error::Http(answer))) if answer.status().is_client_error() => {
                let status = answer.status().as_u16();
                Err(StreamError::Refused(format!("status {status}; check `service` and `mode`")))
            }
            Ok(Err(error)) => Err(ended(&error)),
            Err(_) => Err(StreamError::Ended("no handshake in time".to_owned())),
        }
    }

    /// Waits for the next message. Giving up on it loses nothing.
    pub(super) async fn next(&mut self) -> Result<Message, StreamError> {
        loop {
            let Ok(next) = tokio::time::timeout(PING_EVERY, self.stream.next()).await else {
                if self.pings == PINGS_MAX {
                    return Err(StreamError::Ended("nothing comes any more".to_owned()));
                }
                self.pings += 1;
                let ping = self.stream.send(Frame::Ping(Vec::new().into()));
                // A connection that takes nothing is as dead as one that gives nothing.
                match tokio::time::timeout(PING_EVERY, ping).await {
                    Ok(Ok(())) => continue,
                    Ok(Err(error)) => return Err(ended(&error)),
                    Err(_) => {
                        return Err(StreamError::Ended("nothing is taken any more".to_owned()));
                    }
                }
            };
            self.pings = 0;
            match next {
                Some(Ok(Frame::Text(text))) => return Ok(Message::Text(text.as_str().to_owned())),
                Some(Ok(Frame::Binary(bytes))) => return Ok(Message::Binary(bytes.to_vec())),
                Some(Ok(Frame::Close(_))) | None => {
                    return Err(StreamError::Ended("the server closed it".to_owned()));
                }
                Some(Ok(_)) => {}
                // The same message would come again and again: what lies there is passed over.
                Some(Err(Error::Capacity(_))) => {
                    return Err(StreamError::Lost("a message is too large".to_owned()));
                }
                Some(Err(error)) => return Err(ended(&error)),
            }
        }
    }
}

fn ended(error: &Error) -> StreamError {
    let words = error.to_string();
    StreamError::Ended(words.chars().filter(|mark| !mark.is_control()).take(200).collect())
}
