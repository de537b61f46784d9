//! Canonical forms of header fields and body (RFC 6376 §3.4).
//!
//! Line feeds without a carriage return are read as CRLF: that is what the bytes were on the wire.
//! Regular text is passed on in long runs, so the cost is that of a copy.

use memchr::memchr;
use wide::u8x16;

use crate::evidence::Span;
use crate::parse::email::Field;

/// `simple` or `relaxed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canon {
    Simple,
    Relaxed,
}

impl Canon {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "simple" => Some(Canon::Simple),
            "relaxed" => Some(Canon::Relaxed),
            _ => None,
        }
    }
}

/// One field in canonical form, with its final CRLF.
pub fn header(raw: &[u8], field: &Field, canon: Canon) -> Vec<u8> {
    match canon {
        Canon::Relaxed => relaxed_header(field.name.of(raw), field.value.of(raw)),
        Canon::Simple => {
            let text = Span::new(field.span.start, field.value.end).of(raw);
            let mut out = Vec::with_capacity(text.len() + 8);
            push_crlf_lines(text, &mut out);
            out.extend_from_slice(b"\r\n");
            out
        }
    }
}

/// RFC 6376 §3.4.2.
pub fn relaxed_header(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + value.len() + 3);
    push_relaxed_header(name, value, &mut out);
    out
}

pub fn push_relaxed_header(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(name);
    out[start..].make_ascii_lowercase();
    out.push(b':');
    relaxed_value(value, out);
    out.extend_from_slice(b"\r\n");
}

/// A value unfolded, its white space reduced to single spaces, none at either end.
pub fn relaxed_value(value: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let is_space = |at: usize| match value[at] {
        b' ' | b'\t' | b'\n' => true,
        // A carriage return is white space only as part of a line end.
        b'\r' => value.get(at + 1) == Some(&b'\n'),
        _ => false,
    };
    let mut at = 0;
    while at < value.len() {
        if is_space(at) {
            at += 1;
            continue;
        }
        let end = (at..value.len()).find(|&i| is_space(i)).unwrap_or(value.len());
        if out.len() > start {
            out.push(b' ');
        }
        out.extend_from_slice(&value[at..end]);
        at = end;
    }
}

/// Appends `text` with every line feed as CRLF.
pub fn push_crlf_lines(text: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    while let Some(k) = memchr(b'\n', &text[from..]) {
        let end = from + k;
        out.extend_from_slice(&text[from..end]);
        if !text[..end].ends_with(b"\r") {
            out.push(b'\r');
        }
        out.push(b'\n');
        from = end + 1;
    }
    out.extend_from_slice(&text[from..]);
}

/// `text` with every line feed as CRLF.
pub fn crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    push_crlf_lines(text, &mut out);
    out
}

/// Whether any line feed stands without its carriage return.
pub fn has_bare_lf(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', text).any(|at| at == 0 || text[at - 1] != b'\r')
}

/// What a pass over a body met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Bytes of the whole canonical body.
    pub length: u64,
    /// Where in the given bytes the first canonical byte beyond the limit comes from.
    pub cut: Option<usize>,
    /// A line feed without carriage return stood within the limit.
    pub bare_lf: bool,
}

/// Hands the first `limit` bytes of the canonical body to `sink` (RFC 6376 §3.4.3, §3.4.4).
pub fn body(bytes: &[u8], canon: Canon, limit: u64, sink: impl FnMut(&[u8])) -> Pass {
    let relaxed = canon == Canon::Relaxed;
    let mut out = Emitter { limit, sink, pass: Pass::default() };
    let end = content_end(bytes, relaxed);
    if end == 0 && relaxed {
        return out.pass;
    }
    // What stands before `run` is passed on; from there on all was regular so far.
    let (text, mut run) = (&bytes[..end], 0);
    for start in (0..end).step_by(BLOCK) {
        let mut odd = odd_bytes(text, start, relaxed);
        while odd != 0 {
            let at = start + odd.trailing_zeros() as usize;
            odd &= odd - 1;
            if at >= run {
                run = out.odd(text, run, at);
            }
        }
    }
    out.put(&text[run..], run);
    let rest = &bytes[end..];
    let bare = memchr(b'\n', rest).is_some_and(|k| k == 0 || rest[k - 1] != b'\r');
    out.line_end(end, !bare);
    // Of a line end that is not there nothing can lie beyond the text.
    out.pass.cut = out.pass.cut.map(|cut| cut.min(bytes.len()));
    out.pass
}

/// Offset behind the last line that is not empty, its line end (and, relaxed, blanks) left out.
fn content_end(bytes: &[u8], relaxed: bool) -> usize {
    let mut text = bytes;
    loop {
        if relaxed {
            text = trim_blanks(text);
        }
        match text {
            [before @ .., b'\r', b'\n'] | [before @ .., b'\n'] => text = before,
            _ => return text.len(),
        }
    }
}

fn trim_blanks(mut text: &[u8]) -> &[u8] {
    while let [before @ .., b' ' | b'\t'] = text {
        text = before;
    }
    text
}

/// Bytes looked at together.
const BLOCK: usize = 64;

/// Of the block at `start`, a bit for each byte where the canonical form may leave the text: a line
/// feed alone, and, relaxed, a tab or a space with white space behind it.
fn odd_bytes(text: &[u8], start: usize, relaxed: bool) -> u64 {
    let mut padded = [b'.'; BLOCK];
    let block = match text[start..].first_chunk() {
        Some(block) => block,
        None => {
            padded[..text.len() - start].copy_from_slice(&text[start..]);
            &padded
        }
    };
    let (mut tab, mut space, mut cr, mut lf) = (0, 0, 0, 0);
    for (at, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let sixteen = u8x16::new(*sixteen);
        let bits = |c| u64::from(sixteen.simd_eq(u8x16::splat(c)).to_bitmask()) << (16 * at);
        cr |= bits(b'\r');
        lf |= bits(b'\n');
        if relaxed {
            tab |= bits(b'\t');
            space |= bits(b' ');
        }
    }
    let bit = |byte: Option<&u8>, of: &[u8]| u64::from(byte.is_some_and(|c| of.contains(c)));
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let bare = lf & !(cr << 1 | bit(before, b"\r"));
    let white = tab | space | cr | lf;
    bare | tab | space & (white >> 1 | bit(text.get(start + BLOCK), b"\t \r\n") << (BLOCK - 1))
}

struct Emitter<F> {
    limit: u64,
    sink: F,
    pass: Pass,
}

impl<F: FnMut(&[u8])> Emitter<F> {
    /// Passes on the regular text from `run` and what the odd byte at `at` becomes; the offset
    /// behind it. `text` does not end with blanks.
    fn odd(&mut self, text: &[u8], run: usize, at: usize) -> usize {
        self.put(&text[run..at], run);
        if text[at] == b'\n' {
            self.line_end(at, false);
            return at + 1;
        }
        let behind = at + leading_blanks(&text[at..]);
        if !matches!(text[behind..], [b'\n', ..] | [b'\r', b'\n', ..]) {
            self.put(b" ", at);
        }
        behind
    }

    /// Passes on canonical bytes that stem from offset `at` on.
    fn put(&mut self, piece: &[u8], at: usize) {
        let room = self.limit.saturating_sub(self.pass.length);
        let taken = usize::try_from(room).unwrap_or(usize::MAX).min(piece.len());
        if taken > 0 {
            (self.sink)(&piece[..taken]);
        }
        if taken < piece.len() && self.pass.cut.is_none() {
            self.pass.cut = Some(at + taken);
        }
        self.pass.length += piece.len() as u64;
    }

    fn line_end(&mut self, at: usize, has_cr: bool) {
        if !has_cr && self.pass.length < self.limit {
            self.pass.bare_lf = true;
        }
        self.put(b"\r\n", at);
    }
}

fn leading_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|c| matches!(c, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(bytes: &[u8], canon: Canon, limit: u64) -> (Vec<u8>, Pass) {
        let mut out = Vec::new();
        let pass = body(bytes, canon, limit, |piece: &[u8]| out.extend_from_slice(piece));
        (out, pass)
    }

    fn whole(bytes: &[u8], canon: Canon) -> Vec<u8> {
        run(bytes, canon, u64::MAX).0
    }

    /// RFC 6376 §3.4.5, the examples.
    #[test]
    fn rfc_examples() {
        let raw = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let mail = crate::parse::email::parse(raw);
        let fields = &mail.root.fields;
        assert_eq!(header(raw, &fields[0], Canon::Relaxed), b"a:X\r\n");
        assert_eq!(header(raw, &fields[1], Canon::Relaxed), b"b:Y Z\r\n");
        assert_eq!(header(raw, &fields[1], Canon::Simple), b"B : Y\t\r\n\tZ  \r\n");
        let text = mail.root.body.of(raw);
        assert_eq!(whole(text, Canon::Relaxed), b" C\r\nD E\r\n");
        assert_eq!(whole(text, Canon::Simple), b" C \r\nD \t E\r\n");
    }

    #[test]
    fn empty_bodies() {
        for empty in [&b""[..], b"\r\n", b"\n\n\r\n"] {
            assert_eq!(whole(empty, Canon::Simple), b"\r\n");
            assert_eq!(whole(empty, Canon::Relaxed), b"");
        }
        assert_eq!(whole(b" \t\r\n \r\n", Canon::Relaxed), b"");
        assert_eq!(whole(b" \r\n", Canon::Simple), b" \r\n");
        assert_eq!(whole(b"no end", Canon::Simple), b"no end\r\n");
    }

    #[test]
    fn a_limit_says_where_the_rest_begins() {
        let (out, pass) = run(b"one\r\ntwo  x\r\nthree\r\n", Canon::Relaxed, 10);
        assert_eq!(out, b"one\r\ntwo x");
        assert_eq!((pass.length, pass.cut), (19, Some(11)));
        assert!(!pass.bare_lf);
        let (_, pass) = run(b"one\r\ntwo\n", Canon::Simple, 5);
        assert_eq!((pass.cut, pass.bare_lf), (Some(5), false));
        assert!(run(b"one\r\ntwo\n", Canon::Simple, u64::MAX).1.bare_lf);
    }

    /// The canonical forms said plainly, line by line.
    fn plain(bytes: &[u8], relaxed: bool) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = bytes.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect();
        let last = lines.len() - 1;
        for (i, line) in lines.iter_mut().enumerate() {
            if i < last && line.last() == Some(&b'\r') {
                line.pop();
            }
            if relaxed {
                let mut out: Vec<u8> = Vec::new();
                for c in line.iter() {
                    let c = if *c == b'\t' { b' ' } else { *c };
                    if c != b' ' || out.last() != Some(&b' ') {
                        out.push(c);
                    }
                }
                if out.last() == Some(&b' ') {
                    out.pop();
                }
                *line = out;
            }
        }
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        if lines.is_empty() && !relaxed {
            lines.push(Vec::new());
        }
        lines.into_iter().flat_map(|l| [l, b"\r\n".to_vec()].concat()).collect()
    }

    proptest! {
        #[test]
        fn bodies_equal_the_plain_reading(
            text in "([ab \t\r\n]|\r\n|[ab]{40,140}|(ab\r\n){30}|(a b c\r\n){25,60}){0,60}",
            limit in prop_oneof![0u64..40, 0u64..2000],
        ) {
            for (canon, relaxed) in [(Canon::Simple, false), (Canon::Relaxed, true)] {
                let expected = plain(text.as_bytes(), relaxed);
                let (out, pass) = run(text.as_bytes(), canon, limit);
                prop_assert_eq!(pass.length, expected.len() as u64);
                let cut = expected.len().min(limit as usize);
                prop_assert_eq!(out, &expected[..cut]);
                prop_assert_eq!(pass.cut.is_some(), cut < expected.len());
                prop_assert!(pass.cut.is_none_or(|c| c <= text.len()));
                prop_assert_eq!(whole(text.as_bytes(), canon), expected);
            }
        }
    }
}
