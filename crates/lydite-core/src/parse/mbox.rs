//! Splits an mbox (RFC 4155 and its kin mboxo, mboxrd, mboxcl, mboxcl2, Thunderbird, Takeout) that
//! arrives in chunks, and accounts for every byte of it.
//!
//! A separator is a line `From `, sender, date, that stands at the start or behind an empty line
//! and is followed by a header field. The line and the empty line before it are framing; the bytes
//! between are the member, still stuffed. `Content-Length` is believed only when a separator or the
//! end lies where it points.

use std::collections::VecDeque;

use memchr::{memchr, memmem};
use sha2::Digest;

use crate::item::Sha256;
use crate::limits;

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The separator line without its line end; empty for bytes before the first separator.
    pub envelope: Vec<u8>,
    /// Empty when the member is larger than the bound.
    pub bytes: Vec<u8>,
    pub size: u64,
    /// Set when the member is larger than the bound and its bytes were only hashed.
    pub oversize: Option<Sha256>,
    /// Offset of the next separator, or of the end: where reading can go on.
    pub next: u64,
    pub defects: Vec<&'static str>,
}

/// A line that may separate; offsets are of the stream.
struct Candidate {
    start: u64,
    /// Behind the line end: the member starts here.
    end: u64,
    envelope: Vec<u8>,
    /// Stands where a separator may; a weak one counts only where a `Content-Length` points.
    strong: bool,
    length: Length,
    defects: Vec<&'static str>,
}

/// What the header of a member says about its length.
#[derive(Clone, Copy, PartialEq)]
enum Length {
    Unread,
    Unsaid,
    /// The body would end at this offset.
    Until(u64),
}

/// Bytes of the open member that were hashed and let go.
struct Spilled {
    hash: sha2::Sha256,
    size: u64,
}

/// The splitter: [`Splitter::push`] chunks, then [`Splitter::finish`].
pub struct Splitter {
    held: Vec<u8>,
    /// Stream offset of `held[0]`.
    base: u64,
    origin: u64,
    /// Line ends before this index of `held` were looked at.
    scanned: usize,
    started: bool,
    /// The first is the open member's separator.
    candidates: VecDeque<Candidate>,
    /// Offsets of lines like a separator that have no header behind them.
    rejected: VecDeque<u64>,
    spilled: Option<Spilled>,
    members: u64,
    bound: usize,
}

impl Splitter {
    /// `origin` is the offset of the first byte that will be pushed: 0, or a [`Member::next`].
    pub fn new(origin: u64) -> Self {
        Splitter {
            held: Vec::new(),
            base: origin,
            origin,
            scanned: 0,
            started: false,
            candidates: VecDeque::from([Candidate::new(origin, origin, &[], false)]),
            rejected: VecDeque::new(),
            spilled: None,
            members: 0,
            bound: limits::ITEM_BYTES,
        }
    }

    /// Bytes since the origin that belong to no member, once finished.
    pub fn framing(&self) -> u64 {
        self.base - self.origin - self.members
    }

    pub fn push(&mut self, chunk: &[u8], emit: &mut dyn FnMut(Member)) {
        self.held.extend_from_slice(chunk);
        self.advance(false, emit);
    }

    pub fn finish(&mut self, emit: &mut dyn FnMut(Member)) {
        self.advance(true, emit);
    }

    fn advance(&mut self, at_end: bool, emit: &mut dyn FnMut(Member)) {
        self.scan(at_end);
        self.resolve(at_end, emit);
        if let Some(open) = self.candidates.front() {
            self.drop_before(open.start);
        }
        // Only what is surely larger: a separator and the line behind it may still be undecided.
        if !at_end && self.held.len() > self.bound + 3 * limits::MBOX_LINE {
            self.spill();
        }
    }

    fn end(&self) -> u64 {
        self.base + self.held.len() as u64
    }

    /// The held bytes from stream offset `from` to `to`.
    fn slice(&self, from: u64, to: u64) -> &[u8] {
        let at =
            |offset: u64| usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.held.get(at(from)..at(to)).unwrap_or(&[])
    }

    fn drop_before(&mut self, offset: u64) {
        let count = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(0);
        let count = count.min(self.held.len());
        self.held.drain(..count);
        self.base += count as u64;
        self.scanned = self.scanned.saturating_sub(count);
    }

    /// Finds candidates as far as the held bytes allow.
    fn scan(&mut self, at_end: bool) {
        if !self.started {
            if self.held.len() < 5 && !at_end {
                return;
            }
            if self.held.starts_with(b"From ") && !self.candidate(0, at_end) {
                return;
            }
            self.started = true;
        }
        while let Some(found) = memmem::find(&self.held[self.scanned..], b"\nFrom ") {
            let line = self.scanned + found + 1;
            if !self.candidate(line, at_end) {
                self.scanned = line - 1;
                return;
            }
            self.scanned = line;
        }
        self.scanned = self.scanned.max(self.held.len().saturating_sub(5));
    }

    /// Judges the line at index `at` of the held bytes. False when more bytes are needed for it.
    fn candidate(&mut self, at: usize, at_end: bool) -> bool {
        let rest = &self.held[at..];
        let Some((line, behind)) = bounded_line(rest) else {
            return at_end || rest.len() > limits::MBOX_LINE;
        };
        let next = bounded_line(behind).map(|(next, _)| next);
        if next.is_none() && !at_end && behind.len() <= limits::MBOX_LINE {
            return false;
        }
        if !is_separator(line) {
            return true;
        }
        let start = self.base + at as u64;
        let end = start + (rest.len() - behind.len()) as u64;
        let is_first = start == self.origin;
        let strong =
            is_first || follows_empty_line(&self.held[..at]) || line.starts_with(b"From - ");
        if starts_with_field(next.unwrap_or(behind)) || behind.is_empty() {
            let candidate = Candidate::new(start, end, line, strong);
            self.candidates.push_back(candidate);
        } else if strong {
            // One of each stretch between candidates is enough to say so.
            let stretch = self.candidates.back().map_or(start, |last| last.start);
            if self.rejected.back().is_none_or(|last| *last < stretch) {
                self.rejected.push_back(start);
            }
        }
        true
    }

    /// Emits every member whose end is known.
    fn resolve(&mut self, at_end: bool, emit: &mut dyn FnMut(Member)) {
        loop {
            self.read_length(at_end);
            let Some(open) = self.candidates.front() else {
                return;
            };
            let length = open.length;
            let ending = match length {
                Length::Unread => return,
                Length::Until(until) => {
                    let inside = self.candidates.partition_point(|c| c.start < until);
                    let looked = self.base + self.scanned as u64;
                    let ending = if inside > limits::MBOX_HELD_SEPARATORS {
                        None
                    } else if !at_end && looked < until.saturating_add(5) {
                        return;
                    } else {
                        self.ending_at(until, at_end)
                    };
                    if ending.is_none() {
                        self.give_up_length();
                        continue;
                    }
                    ending
                }
                Length::Unsaid => self.ending_at_next(at_end),
            };
            let Some((end, next)) = ending else { return };
            self.emit(end, next, emit);
            if next.is_none() {
                return;
            }
        }
    }

    /// Where the open member ends if its `Content-Length` is right, and the index of the
    /// candidate that follows.
    fn ending_at(&self, until: u64, at_end: bool) -> Option<(u64, Option<usize>)> {
        let mut at = until;
        for _ in 0..3 {
            if let Ok(index) = self.candidates.binary_search_by_key(&at, |c| c.start)
                && index > 0
            {
                return Some((until, Some(index)));
            }
            if at_end && at == self.end() {
                return Some((until, None));
            }
            let behind = self.slice(at, self.end().min(at.saturating_add(2)));
            at += line_end_length(behind)?;
        }
        None
    }

    fn ending_at_next(&mut self, at_end: bool) -> Option<(u64, Option<usize>)> {
        let strong = self.candidates.iter().skip(1).position(|c| c.strong);
        if strong.is_none() {
            self.candidates.truncate(1);
        }
        match strong {
            Some(index) => {
                Some((self.without_empty_line(self.candidates[index + 1].start), Some(index + 1)))
            }
            None if at_end => Some((self.without_empty_line(self.end()), None)),
            None => None,
        }
    }

    /// `end` moved before the empty line that stands there.
    fn without_empty_line(&self, end: u64) -> u64 {
        let start = self.candidates.front().map_or(0, |open| open.end).max(self.base);
        let bytes = self.slice(start, end);
        let line_end = [&b"\r\n"[..], b"\n"].into_iter().find(|line_end| {
            bytes
                .strip_suffix(*line_end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"\n"))
        });
        end - line_end.map_or(0, |line_end| line_end.len() as u64)
    }

    fn emit(&mut self, end: u64, next: Option<usize>, emit: &mut dyn FnMut(Member)) {
        let next_start = next.map_or(self.end(), |index| self.candidates[index].start);
        let Some(open) = self.candidates.pop_front() else {
            return;
        };
        self.candidates.drain(..next.map_or(self.candidates.len(), |index| index - 1));
        let bytes = self.slice(open.end.max(self.base), end).to_vec();
        let is_framing = open.start == open.end && bytes.trim_ascii().is_empty();
        let mut member = Member {
            envelope: open.envelope,
            size: bytes.len() as u64,
            bytes,
            oversize: None,
            next: next_start,
            defects: open.defects,
        };
        while self.rejected.front().is_some_and(|line| *line < end) {
            self.rejected.pop_front();
            member.defect("a separator line without a header behind it was not taken as one");
        }
        if open.start == open.end {
            member.defect("bytes before the first separator");
        }
        if let Some(spilled) = self.spilled.take() {
            member.finish_spilled(spilled);
        } else if is_framing {
            self.drop_if_last(next);
            return;
        } else if member.bytes.len() > self.bound {
            let hash = sha2::Sha256::new();
            member.finish_spilled(Spilled { hash, size: 0 });
        }
        self.members += member.size;
        self.drop_if_last(next);
        emit(member);
    }

    /// At the end of the stream nothing is held any more.
    fn drop_if_last(&mut self, next: Option<usize>) {
        if next.is_none() {
            self.drop_before(self.end());
        }
    }

    /// Reads the open member's `Content-Length`, once its header is there.
    fn read_length(&mut self, at_end: bool) {
        let Some(open) = self.candidates.front() else {
            return;
        };
        if open.length != Length::Unread {
            return;
        }
        if open.start == open.end {
            self.set_length(Length::Unsaid);
            return;
        }
        let body = open.end;
        let next = self.candidates.iter().skip(1).find(|c| c.strong);
        let is_whole = at_end || next.is_some();
        let header = self.slice(body, next.map_or(self.end(), |next| next.start));
        let header = &header[..header.len().min(limits::SNIFF_BYTES)];
        let blank = [&b"\n\n"[..], b"\n\r\n"]
            .into_iter()
            .filter_map(|gap| memmem::find(header, gap).map(|at| at + gap.len()))
            .min();
        match blank {
            Some(length) => {
                let stated = content_length(&header[..length]);
                let until = stated.map(|stated| (body + length as u64).saturating_add(stated));
                self.set_length(until.map_or(Length::Unsaid, Length::Until));
                if until.is_some_and(|until| until - body > self.bound as u64) {
                    self.give_up_length();
                }
            }
            None if is_whole || header.len() == limits::SNIFF_BYTES => {
                self.set_length(Length::Unsaid);
            }
            None => {}
        }
    }

    fn set_length(&mut self, length: Length) {
        if let Some(open) = self.candidates.front_mut() {
            open.length = length;
        }
    }

    fn give_up_length(&mut self) {
        if let Some(open) = self.candidates.front_mut() {
            if matches!(open.length, Length::Until(_)) {
                open.defects.push("Content-Length does not point at a separator and was ignored");
            }
            open.length = Length::Unsaid;
        }
    }

    /// Hashes and lets go of the open member's bytes, but for those a separator may still need.
    fn spill(&mut self) {
        let Some(open) = self.candidates.front() else {
            return;
        };
        let from = open.end.max(self.base);
        let until = (self.base + self.scanned as u64).saturating_sub(4).max(from);
        let mut spilled =
            self.spilled.take().unwrap_or_else(|| Spilled { hash: sha2::Sha256::new(), size: 0 });
        spilled.hash.update(self.slice(from, until));
        spilled.size += until - from;
        self.spilled = Some(spilled);
        self.drop_before(until);
    }
}

impl Candidate {
    fn new(start: u64, end: u64, line: &[u8], strong: bool) -> Self {
        let envelope = line.to_vec();
        Candidate { start, end, envelope, strong, length: Length::Unread, defects: Vec::new() }
    }
}

impl Member {
    fn defect(&mut self, what: &'static str) {
        if !self.defects.contains(&what) {
            self.defects.push(what);
        }
    }

    fn finish_spilled(&mut self, mut spilled: Spilled) {
        spilled.hash.update(&self.bytes);
        self.size = spilled.size + self.bytes.len() as u64;
        self.bytes = Vec::new();
        self.oversize = Some(Sha256(spilled.hash.finalize().into()));
    }
}

/// Whether `head` starts as an mbox does: a separator line with a header field behind it.
pub fn opens(head: &[u8]) -> bool {
    bounded_line(head).is_some_and(|(line, behind)| {
        is_separator(line)
            && starts_with_field(bounded_line(behind).map_or(behind, |(line, _)| line))
    })
}

/// The first line without its line end, and what follows; none when no line end stands within
/// the bound.
fn bounded_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b'\n', &text[..text.len().min(limits::MBOX_LINE)])?;
    Some((text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]), &text[end + 1..]))
}

fn starts_with_field(line: &[u8]) -> bool {
    let name = memchr(b':', line).map_or(&[][..], |colon| &line[..colon]);
    let is_name = !name.is_empty() && name.iter().all(|c| (33..=126).contains(c));
    is_name || line.starts_with(b">From ")
}

fn follows_empty_line(before: &[u8]) -> bool {
    before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n") || matches!(before, b"\n" | b"\r\n")
}

fn line_end_length(text: &[u8]) -> Option<u64> {
    match text {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

/// The value of the last `Content-Length` field of a header block.
fn content_length(header: &[u8]) -> Option<u64> {
    let value = header.split(|c| *c == b'\n').rev().find_map(|line| {
        let (name, value) = line.split_at_checked(b"content-length:".len())?;
        name.eq_ignore_ascii_case(b"content-length:").then_some(value)
    })?;
    std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()
}

/// Whether a line is `From `, a sender (which may hold blanks or miss) and a date: ctime's
/// `Mon Jan  1 00:00:00 2024` with a zone before or behind the year, or RFC 5322's order.
pub fn is_separator(line: &[u8]) -> bool {
    if !line.starts_with(b"From ") || line.len() > limits::MBOX_LINE {
        return false;
    }
    let tokens: Vec<&[u8]> =
        line[5..].split(u8::is_ascii_whitespace).filter(|t| !t.is_empty()).collect();
    (0..tokens.len()).any(|at| is_date(&tokens[at..]))
}

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

fn is_date(tokens: &[&[u8]]) -> bool {
    let [weekday, rest @ ..] = tokens else {
        return false;
    };
    if !WEEKDAYS.contains(&weekday.strip_suffix(b",").unwrap_or(weekday)) {
        return false;
    }
    match rest {
        [month, day, time, rest @ ..] if MONTHS.contains(month) => {
            let zones = rest.iter().take(2).take_while(|t| !is_year(t) && is_zone(t)).count();
            is_day(day) && is_time(time) && rest.get(zones).is_some_and(|year| is_year(year))
        }
        [day, month, year, time, ..] => {
            MONTHS.contains(month) && is_day(day) && is_year(year) && is_time(time)
        }
        _ => false,
    }
}

fn number(text: &[u8]) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| text.iter().fold(0, |sum, c| sum * 10 + u32::from(c - b'0')))
}

fn is_day(text: &[u8]) -> bool {
    number(text).is_some_and(|day| (1..=31).contains(&day))
}

fn is_year(text: &[u8]) -> bool {
    text.len() == 4 && number(text).is_some_and(|year| (1_970..2_200).contains(&year))
}

fn is_time(text: &[u8]) -> bool {
    let parts: Vec<Option<u32>> = text.split(|c| *c == b':').map(number).collect();
    matches!(parts.as_slice(), [Some(h), Some(m)] | [Some(h), Some(m), Some(0..=60)]
        if *h < 24 && *m < 60)
}

fn is_zone(text: &[u8]) -> bool {
    match text {
        [b'+' | b'-', digits @ ..] => number(digits).is_some(),
        letters => letters.len() <= 5 && letters.iter().all(u8::is_ascii_alphabetic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split_at(stream: &[u8], chunk: usize, bound: usize) -> (Vec<Member>, u64) {
        let mut members = Vec::new();
        let mut splitter = Splitter::new(0);
        splitter.bound = bound;
        for chunk in stream.chunks(chunk) {
            splitter.push(chunk, &mut |m| members.push(m));
        }
        splitter.finish(&mut |m| members.push(m));
        (members, splitter.framing())
    }

    fn split(stream: &str) -> Vec<Member> {
        split_at(stream.as_bytes(), usize::MAX, 1 << 20).0
    }

    fn bodies(stream: &str) -> Vec<String> {
        split(stream).into_iter().map(|m| String::from_utf8(m.bytes).unwrap()).collect()
    }

    const A: &str = "From a@b.example Mon Jan  1 00:00:00 2024\n";

    #[test]
    fn separators_of_every_writer_are_known() {
        for line in [
            "From a@b.example Mon Jan  1 00:00:00 2024",
            "From - Mon Jan 01 00:00:00 2024",
            "From 1234567890123456789@xxx Mon Jan 01 00:00:00 +0000 2024",
            "From MAILER-DAEMON Fri Jul  8 12:08:34 2011 -0700",
            "From a at b.example  Mon Jan  1 00:00:00 2024",
            "From \"A B\" Mon Jan  1 00:00 CET 2024 remote from c",
            "From a@b.example Mon, 1 Jan 2024 00:00:00 +0100",
            "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001",
        ] {
            assert!(is_separator(line.as_bytes()), "{line}");
        }
        for line in [
            "From here on it is still the body",
            "From not-a-date but starts like one",
            "From a@b.example Mon Jan 99 00:00:00 2024",
            "From Monday to Friday 2024",
            ">From a@b.example Mon Jan  1 00:00:00 2024",
            "from a@b.example Mon Jan  1 00:00:00 2024",
        ] {
            assert!(!is_separator(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn members_are_the_bytes_between_separators() {
        assert_eq!(
            bodies(&format!("{A}S: 1\n\nbody\n>From x\n\n{A}S: 2\n\nlast")),
            ["S: 1\n\nbody\n>From x\n", "S: 2\n\nlast"]
        );
        let crlf = format!("{A}S: 1\n\nbody\n\n{A}S: 2\n\n\n").replace('\n', "\r\n");
        assert_eq!(bodies(&crlf), ["S: 1\r\n\r\nbody\r\n", "S: 2\r\n\r\n"]);
    }

    #[test]
    fn a_line_that_only_starts_like_a_separator_does_not_split() {
        for body in [
            "\nFrom here on\nS: x\n".to_owned(),
            format!("x\n{A}S: no empty line before\n"),
            format!("\n{A}no field behind\n"),
        ] {
            let stream = format!("{A}S: 1\n\n{body}");
            assert_eq!(split(&stream).len(), 1, "{stream}");
        }
        let warned = split(&format!("{A}S: 1\n\nx\n\n{A}no field behind\n"));
        assert_eq!(warned[0].defects.len(), 1);
    }

    #[test]
    fn thunderbird_needs_no_empty_line() {
        let line = "From - Mon Jan  1 00:00:00 2024\n";
        assert_eq!(
            bodies(&format!("{line}S: 1\n\nx\n{line}S: 2\n\ny")),
            ["S: 1\n\nx\n", "S: 2\n\ny"]
        );
    }

    #[test]
    fn content_length_is_believed_only_where_a_separator_follows() {
        let inner = format!("x\n\n{A}S: inner\n\ny\n");
        let right = format!("{A}Content-Length: {}\n\n{inner}\n{A}S: 2\n\nz\n", inner.len());
        let members = split(&right);
        assert_eq!(members.len(), 2);
        assert!(members[0].bytes.ends_with(inner.as_bytes()) && members[0].defects.is_empty());

        let wrong = format!("{A}Content-Length: 9\n\n{inner}\n{A}S: 2\n\nz\n");
        let members = split(&wrong);
        assert_eq!(members.len(), 3);
        assert_eq!(members[0].defects.len(), 1);
        // mboxcl2 writes no empty line before the separator.
        assert_eq!(bodies(&format!("{A}Content-Length: 2\n\nx\n{A}S: 2\n\n")).len(), 2);
    }

    #[test]
    fn a_member_over_the_bound_is_hashed_and_let_go() {
        let large = format!("S: 1\n\n{}\n", "x".repeat(20_000));
        let stream = format!("{A}{large}\n{A}S: 2\n\ny\n");
        for chunk in [700, 100_000] {
            let (members, _) = split_at(stream.as_bytes(), chunk, 1_000);
            assert_eq!(members.len(), 2);
            assert_eq!(members[0].oversize, Some(Sha256::of(large.as_bytes())));
            assert_eq!(members[0].size, large.len() as u64);
            assert!(members[0].bytes.is_empty() && members[1].oversize.is_none());
        }
    }

    #[test]
    fn reading_can_go_on_behind_any_member() {
        let stream = format!("\n\n{A}S: 1\n\nx\n\n{A}S: 2\n\ny\n\n{A}S: 3\n\nz\n");
        let all = split(&stream);
        assert_eq!(all.len(), 3);
        for done in 0..3 {
            let next = all[done].next;
            let mut rest = Vec::new();
            let mut splitter = Splitter::new(next);
            splitter
                .push(&stream.as_bytes()[usize::try_from(next).unwrap()..], &mut |m| rest.push(m));
            splitter.finish(&mut |m| rest.push(m));
            assert_eq!(rest, all[done + 1..]);
        }
    }

    proptest! {
        #[test]
        fn every_byte_is_accounted_for_whatever_the_chunks(
            pieces in prop::collection::vec(prop_oneof![
                Just(A.to_owned()), Just("From - Mon Jan  1 00:00:00 2024\r\n".to_owned()),
                Just("S: x\n".to_owned()), Just("\n".to_owned()), Just("\r\n".to_owned()),
                Just("Content-Length: 60\n".to_owned()), Just("Content-Length: 0\n".to_owned()),
                Just("From x\n".to_owned()), "[a-z\n]{0,30}",
            ], 0..40),
            chunk in 1usize..200,
            bound in 1usize..400,
        ) {
            let stream = pieces.concat();
            let (members, framing) = split_at(stream.as_bytes(), chunk, bound);
            let sum: u64 = members.iter().map(|m| m.size).sum();
            prop_assert_eq!(sum + framing, stream.len() as u64);
            prop_assert_eq!(&split_at(stream.as_bytes(), usize::MAX, bound).0, &members);
        }
    }
}
