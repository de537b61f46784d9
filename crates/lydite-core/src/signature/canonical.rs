//! Canonical forms of header fields and body (RFC 6376 §3.4).
//!
//! Line feeds without a carriage return are read as CRLF: that is what the bytes were on the wire.
//! Regular text is passed on in long runs, so the cost is that of a copy.

use memchr::{memchr, memchr2};

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
    out.extend(name.iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    relaxed_value(value, &mut out);
    out.extend_from_slice(b"\r\n");
    out
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
pub fn body(bytes: &[u8], canon: Canon, limit: u64, sink: &mut dyn FnMut(&[u8])) -> Pass {
    let relaxed = canon == Canon::Relaxed;
    let mut out = Emitter { limit, sink, pass: Pass::default() };
    let end = content_end(bytes, relaxed);
    if end == 0 && relaxed {
        return out.pass;
    }
    // `run..at` is regular text not yet passed on.
    let (mut run, mut at) = (0, 0);
    while at < end {
        // Not soon behind a line that was not regular: where one is, more are.
        if at == 0 || at - run > BLOCK {
            at = skip_regular(&bytes[..end], at, relaxed);
        }
        let Some(k) = memchr(b'\n', &bytes[at..end]) else { break };
        let (next, has_cr) = (at + k + 1, k > 0 && bytes[at + k - 1] == b'\r');
        let line = &bytes[at..at + k - usize::from(has_cr)];
        if !has_cr || (relaxed && !is_regular(line)) {
            out.put(&bytes[run..at], run);
            if relaxed {
                out.relaxed_line(line, at);
            } else {
                out.put(line, at);
            }
            out.line_end(at + line.len(), has_cr);
            run = next;
        }
        at = next;
    }
    let line = &bytes[at..end];
    if relaxed && !is_regular(line) {
        out.put(&bytes[run..at], run);
        out.relaxed_line(line, at);
    } else {
        out.put(&bytes[run..end], run);
    }
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

/// Bytes looked at together for whether all of them are regular.
const BLOCK: usize = 128;

/// Offset up to which, from the line that starts at `from` on, the canonical form leaves the text
/// as it is, in whole blocks. Each byte is looked at together with the next one, so no block ends inside a run of
/// blanks. Written without early exit, so that it vectorises.
fn skip_regular(bytes: &[u8], from: usize, relaxed: bool) -> usize {
    let is_odd = |a: u8, b: u8| {
        let bare = (a != b'\r') & (b == b'\n');
        let blank = (b == b' ') | (b == b'\t') | (b == b'\r') | (b == b'\n');
        bare | (relaxed & ((a == b'\t') | ((a == b' ') & blank)))
    };
    if bytes[from] == b'\n' {
        return from;
    }
    let mut at = from;
    while let Some(block) = bytes.get(at..=at + BLOCK) {
        let pairs = block[..BLOCK].iter().zip(&block[1..]);
        if pairs.fold(0, |odd, (a, b)| odd | u8::from(is_odd(*a, *b))) != 0 {
            break;
        }
        at += BLOCK;
    }
    // A carriage return stays with what follows it.
    at - usize::from(at > from && bytes[at - 1] == b'\r')
}

/// Whether relaxing leaves the line as it is. Written without early exit, so that it vectorises.
fn is_regular(line: &[u8]) -> bool {
    let Some((last, _)) = line.split_last() else { return true };
    let odd = line
        .iter()
        .zip(&line[1..])
        .fold(0, |odd, (a, b)| odd | u8::from(((*a == b' ') & (*b == b' ')) | (*a == b'\t')));
    odd == 0 && !matches!(last, b' ' | b'\t')
}

struct Emitter<'a> {
    limit: u64,
    sink: &'a mut dyn FnMut(&[u8]),
    pass: Pass,
}

impl Emitter<'_> {
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

    /// A line without its end, blanks at its end dropped, runs of blanks as one space.
    fn relaxed_line(&mut self, line: &[u8], offset: usize) {
        let line = trim_blanks(line);
        // An indent and blanks at the end are most of what relaxing finds to do.
        let mut start = leading_blanks(line);
        if start == 1 && line[0] == b' ' {
            start = 0;
        } else if start > 0 {
            self.put(b" ", offset);
        }
        let mut at = if is_regular(&line[start..]) { line.len() } else { start };
        while let Some(k) = memchr2(b' ', b'\t', &line[at..]) {
            let blanks = at + k;
            let run = leading_blanks(&line[blanks..]);
            at = blanks + run;
            if run > 1 || line[blanks] == b'\t' {
                self.put(&line[start..blanks], offset + start);
                self.put(b" ", offset + blanks);
                start = at;
            }
        }
        self.put(&line[start..], offset + start);
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
        let pass = body(bytes, canon, limit, &mut |piece| out.extend_from_slice(piece));
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
