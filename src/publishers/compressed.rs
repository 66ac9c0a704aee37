//! Gzip and zstd, told by their first bytes, under a cap on what comes out.

use std::io::{self, BufRead, BufReader, Read};

/// The decoded bytes of a stream that may be gzipped (also in several members), zstd or plain.
/// Reading fails once more than `bytes_max` bytes have come out.
///
/// # Errors
/// If the beginning cannot be read or is a broken header.
pub fn decompress<'a>(
    mut bytes: impl BufRead + 'a,
    bytes_max: u64,
) -> io::Result<Box<dyn BufRead + 'a>> {
    let head = bytes.fill_buf()?;
    Ok(if head.starts_with(&[0x1f, 0x8b]) {
        let plain = flate2::bufread::MultiGzDecoder::new(bytes);
        Box::new(BufReader::new(Capped { plain, left: bytes_max, bytes_max }))
    } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let plain = zstd::stream::read::Decoder::with_buffer(bytes)?;
        Box::new(BufReader::new(Capped { plain, left: bytes_max, bytes_max }))
    } else {
        Box::new(BufReader::new(Capped { plain: bytes, left: bytes_max, bytes_max }))
    })
}

struct Capped<R> {
    plain: R,
    left: u64,
    bytes_max: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.plain.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(io::Error::other(format!(
                "more than {} bytes once decompressed",
                self.bytes_max
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn unpacked(bytes: &[u8], bytes_max: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        decompress(bytes, bytes_max)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn gzip_zstd_and_plain_are_told_apart_and_capped() {
        let text = b"claim\n".repeat(1_000);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).expect("gzip");
        let gzip = gzip.finish().expect("gzip");
        let zstd = zstd::encode_all(text.as_slice(), 1).expect("zstd");
        for bytes in [&gzip, &zstd, &text] {
            assert_eq!(unpacked(bytes, 6_000).expect("whole"), text);
            let error = unpacked(bytes, 5_999).expect_err("capped");
            assert!(error.to_string().contains("more than 5999 bytes"), "{error}");
        }
        assert!(unpacked(&gzip[..gzip.len() / 2], 6_000).is_err());
        assert_eq!(unpacked(b"", 1).expect("empty"), b"");
    }
}
