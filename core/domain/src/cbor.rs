//! CBOR that is one value and nothing after it: how every page, header, body and message is read.

use minicbor::{Decode, Decoder, decode};

/// Reads one value that takes up all of `bytes`. What follows a value would be neither hashed nor shown by
/// whoever reads it, so it is refused.
pub(crate) fn decode_whole<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, decode::Error> {
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode()?;
    if decoder.position() == bytes.len() {
        Ok(value)
    } else {
        Err(decode::Error::message("bytes follow the value").at(decoder.position()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_value_is_refused() {
        assert_eq!(decode_whole::<u8>(&[7]).ok(), Some(7));
        assert!(decode_whole::<u8>(&[7, 7]).is_err());
        assert!(decode_whole::<u8>(&[]).is_err());
    }
}
