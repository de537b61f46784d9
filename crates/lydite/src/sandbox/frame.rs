//! Messages on a pipe: four bytes of length, little-endian, then that many bytes.

use std::io::{self, Error, ErrorKind, Read, Write};

/// Writes one message and flushes.
pub fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    put(to, bytes)?;
    to.flush()
}

/// Writes one message.
pub fn put(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len())
        .map_err(|_| Error::new(ErrorKind::InvalidInput, "message of 4 GiB or more"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)
}

/// Reads one message of at most `bound` bytes; `None` when the other side has closed the pipe
/// between two messages.
pub fn read(from: &mut impl Read, bound: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > bound {
        let why = format!("message of {length} bytes, more than the bound of {bound}");
        return Err(Error::new(ErrorKind::InvalidData, why));
    }
    // Grown while bytes arrive: a length alone allocates nothing.
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_in_order_and_the_end_is_clean() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"one").unwrap();
        write(&mut pipe, b"").unwrap();
        let mut pipe = &pipe[..];
        assert_eq!(read(&mut pipe, 3).unwrap().unwrap(), b"one");
        assert_eq!(read(&mut pipe, 3).unwrap().unwrap(), b"");
        assert!(read(&mut pipe, 3).unwrap().is_none());
    }

    #[test]
    fn what_is_too_long_or_cut_is_an_error() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"four").unwrap();
        assert_eq!(read(&mut &pipe[..], 3).unwrap_err().kind(), ErrorKind::InvalidData);
        for end in [2, 4, 6] {
            let cut = read(&mut &pipe[..end], 10).unwrap_err();
            assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "{end}");
        }
    }
}
