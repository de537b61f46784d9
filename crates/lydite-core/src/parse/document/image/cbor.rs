//! CBOR (RFC 8949), as far as the claims of C2PA use it.

use crate::limits;

#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Number(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// Booleans, null, floating point: nothing here needs them.
    Other,
}

impl<'a> Value<'a> {
    pub fn text(&self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub fn list(&self) -> &[Value<'a>] {
        match self {
            Value::List(list) => list,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.find(|k| *k == Value::Text(key))
    }

    pub fn at(&self, key: i64) -> Option<&Value<'a>> {
        self.find(|k| *k == Value::Number(key))
    }

    fn find(&self, is_it: impl Fn(&Value) -> bool) -> Option<&Value<'a>> {
        match self {
            Value::Map(pairs) => pairs.iter().find(|(k, _)| is_it(k)).map(|(_, v)| v),
            _ => None,
        }
    }
}

/// The first value; None of anything cut, or larger than is read. Tags are left out.
pub fn read(raw: &[u8]) -> Option<Value<'_>> {
    Reader { raw, values: 0 }.value(0)
}

struct Reader<'a> {
    raw: &'a [u8],
    values: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.raw.split_at_checked(count)?;
        self.raw = rest;
        Some(taken)
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        self.values += 1;
        if depth > limits::CBOR_DEPTH || self.values > limits::CBOR_VALUES {
            return None;
        }
        let head = self.take(1)?[0];
        let argument = match head & 31 {
            small @ 0..24 => Some(u64::from(small)),
            wide @ 24..=27 => {
                let bytes = self.take(1 << (wide - 24))?;
                Some(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
            }
            31 => None,
            _ => return None,
        };
        let size = argument.map(usize::try_from);
        Some(match head >> 5 {
            0 => Value::Number(i64::try_from(argument?).ok()?),
            1 => Value::Number(-1 - i64::try_from(argument?).ok()?),
            2 => Value::Bytes(self.take(size?.ok()?)?),
            3 => Value::Text(std::str::from_utf8(self.take(size?.ok()?)?).ok()?),
            4 => {
                let mut list = Vec::new();
                while self.goes_on(size.map(Result::ok), list.len())? {
                    list.push(self.value(depth + 1)?);
                }
                Value::List(list)
            }
            5 => {
                let mut pairs = Vec::new();
                while self.goes_on(size.map(Result::ok), pairs.len())? {
                    pairs.push((self.value(depth + 1)?, self.value(depth + 1)?));
                }
                Value::Map(pairs)
            }
            6 => self.value(depth + 1)?,
            _ => Value::Other,
        })
    }

    /// Whether a list has another item: by its length, or until the break byte.
    fn goes_on(&mut self, size: Option<Option<usize>>, len: usize) -> Option<bool> {
        match size {
            Some(size) => Some(len < size?),
            None if self.raw.first()? == &0xff => {
                self.take(1)?;
                Some(false)
            }
            None => Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind() {
        // {"a": [1, -2, h'03'], 33: 0("x")}, once with stated and once with open lengths.
        let stated = b"\xa2\x61a\x83\x01\x21\x41\x03\x18\x21\xc0\x61x";
        let open = b"\xbf\x61a\x9f\x01\x21\x41\x03\xff\x18\x21\xc0\x61x\xff";
        for raw in [&stated[..], open] {
            let value = read(raw).unwrap();
            let list = value.get("a").unwrap().list();
            assert_eq!(list, [Value::Number(1), Value::Number(-2), Value::Bytes(&[3])]);
            assert_eq!(value.at(33).and_then(Value::text), Some("x"));
            for end in 0..raw.len() {
                assert_eq!(read(&raw[..end]), None);
            }
        }
        assert_eq!(read(&[0x81; 100]), None);
        assert_eq!(read(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), None);
    }
}
