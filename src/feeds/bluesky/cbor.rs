//! DAG-CBOR: the small, strict part of CBOR in which the network's firehose speaks. Every length is
//! checked against what is there, depth and number of values against limits.

use serde_json::{Map, Value};

/// Deepest nesting, and most values of one piece.
const DEPTH_MAX: u32 = 32;
const VALUES_MAX: u32 = 50_000;
/// The tag of a link to another block.
const LINK_TAG: u64 = 42;

/// A value, borrowed from the bytes it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cbor<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Cbor<'a>>),
    Map(Vec<(&'a str, Cbor<'a>)>),
    /// A link, by its bytes.
    Link(&'a [u8]),
}

/// Why bytes are no DAG-CBOR.
pub(super) type Malformed = &'static str;

/// Reads one value and gives what follows it.
pub(super) fn read(bytes: &[u8]) -> Result<(Cbor<'_>, &[u8]), Malformed> {
    let mut reader = Reader { rest: bytes, values: 0 };
    let value = reader.value(0)?;
    Ok((value, reader.rest))
}

struct Reader<'a> {
    rest: &'a [u8],
    values: u32,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u32) -> Result<Cbor<'a>, Malformed> {
        self.values += 1;
        if depth > DEPTH_MAX || self.values > VALUES_MAX {
            return Err("nested too deep, or too many values");
        }
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 31);
        if major == 7 {
            return self.simple(info);
        }
        let number = self.number(info)?;
        match major {
            0 => i64::try_from(number).map(Cbor::Int).map_err(|_| "a number out of range"),
            1 => i64::try_from(number)
                .map(|n| Cbor::Int(-1 - n))
                .map_err(|_| "a number out of range"),
            2 => Ok(Cbor::Bytes(self.take_long(number)?)),
            3 => Ok(Cbor::Text(self.text(number)?)),
            4 => {
                let mut all = Vec::new();
                for _ in 0..self.count(number)? {
                    all.push(self.value(depth + 1)?);
                }
                Ok(Cbor::Array(all))
            }
            5 => {
                let mut all = Vec::new();
                for _ in 0..self.count(number)? {
                    let key = self.key()?;
                    all.push((key, self.value(depth + 1)?));
                }
                Ok(Cbor::Map(all))
            }
            _ if number == LINK_TAG => match self.value(depth + 1)? {
                // The leading zero is of another notation.
                Cbor::Bytes([0, link @ ..]) => Ok(Cbor::Link(link)),
                _ => Err("a link that is none"),
            },
            _ => Err("an unknown tag"),
        }
    }

    fn simple(&mut self, info: u8) -> Result<Cbor<'a>, Malformed> {
        match info {
            20 => Ok(Cbor::Bool(false)),
            21 => Ok(Cbor::Bool(true)),
            22 => Ok(Cbor::Null),
            27 => {
                let bits = self.number(info)?;
                Ok(Cbor::Float(f64::from_bits(bits)))
            }
            _ => Err("an unknown simple value"),
        }
    }

    fn number(&mut self, info: u8) -> Result<u64, Malformed> {
        let bytes = match info {
            0..=23 => return Ok(info.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err("a length that is not told"),
        };
        Ok(self.take(bytes)?.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// As many values as there can be: each takes a byte at least.
    fn count(&self, number: u64) -> Result<usize, Malformed> {
        usize::try_from(number).ok().filter(|count| *count <= self.rest.len()).ok_or("cut short")
    }

    fn key(&mut self) -> Result<&'a str, Malformed> {
        let first = self.take(1)?[0];
        if first >> 5 != 3 {
            return Err("a key that is no text");
        }
        let number = self.number(first & 31)?;
        self.text(number)
    }

    fn text(&mut self, number: u64) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.take_long(number)?).map_err(|_| "a text that is not UTF-8")
    }

    fn take_long(&mut self, number: u64) -> Result<&'a [u8], Malformed> {
        self.take(usize::try_from(number).map_err(|_| "cut short")?)
    }

    fn take(&mut self, bytes: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or("cut short")?;
        self.rest = rest;
        Ok(taken)
    }
}

impl<'a> Cbor<'a> {
    /// What stands under a key of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(all) => all.iter().find(|(name, _)| *name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A text under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number under a key.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The same as JSON, as the network writes it there; bytes are left out.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Null | Self::Bytes(_) => Value::Null,
            Self::Bool(is) => Value::Bool(*is),
            Self::Int(number) => Value::from(*number),
            Self::Float(number) => Value::from(*number),
            Self::Text(text) => Value::from(*text),
            Self::Array(all) => Value::Array(all.iter().map(Self::to_json).collect()),
            Self::Map(all) => {
                let all = all.iter().map(|(key, value)| ((*key).to_owned(), value.to_json()));
                Value::Object(all.collect())
            }
            Self::Link(link) => {
                Value::Object(Map::from_iter([("$link".to_owned(), Value::from(cid(link)))]))
            }
        }
    }
}

/// A link as the network writes it: base32 (RFC 4648), small letters, marked by a `b`.
pub(super) fn cid(link: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = String::with_capacity(1 + link.len().div_ceil(5) * 8);
    out.push('b');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in link {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[((held >> bits) & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(LETTERS[((held << (5 - bits)) & 31) as usize]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_what_is_not_strict_is_refused() {
        // {"a": [1, -2, true, null, "é", h'00ff', 1.5], "l": a link}
        let mut bytes = vec![0xa2, 0x61, b'a', 0x87, 0x01, 0x21, 0xf5, 0xf6, 0x62, 0xc3, 0xa9];
        bytes.extend([0x42, 0x00, 0xff, 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
        bytes.extend([0x61, b'l', 0xd8, 0x2a, 0x43, 0x00, 0x01, 0x71, 0x07]);
        let (value, rest) = read(&bytes).expect("a value");
        assert_eq!(rest, [0x07]);
        assert_eq!(
            value.to_json().to_string(),
            r#"{"a":[1,-2,true,null,"é",null,1.5],"l":{"$link":"bafyq"}}"#
        );
        assert!(matches!(value.get("l"), Some(Cbor::Link([1, 0x71]))));
        for cut in 0..bytes.len() - 1 {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
        let refused: [&[u8]; 7] = [
            &[0x9f, 0x01, 0xff],                         // no length
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // longer than everything
            &[0xa1, 0x01, 0x01],                         // a number as a key
            &[0xc1, 0x01],                               // a date's tag
            &[0xf9, 0x3e, 0x00],                         // half a float
            &[0x61, 0xff],                               // not UTF-8
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ];
        for bytes in refused {
            assert!(read(bytes).is_err(), "{bytes:x?}");
        }
    }

    #[test]
    fn depth_and_number_are_limited() {
        let mut deep = vec![0x81; DEPTH_MAX as usize];
        deep.push(0x01);
        assert!(read(&deep).is_ok());
        deep.insert(0, 0x81);
        assert!(read(&deep).is_err());
        let many = |count: u32| {
            let mut many = vec![0x9a];
            many.extend(count.to_be_bytes());
            many.resize(many.len() + count as usize, 0x01);
            read(&many).is_ok()
        };
        assert!(many(VALUES_MAX - 1) && !many(VALUES_MAX));
    }
}
