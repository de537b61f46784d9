//! One message while its signatures are opened: header fields by name, canonical forms and body
//! hashes, each computed once.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use aws_lc_rs::digest::{Context, Digest};
use compact_str::CompactString;
use memchr::memmem;

use super::canonical::{self, Canon, Pass};
use super::{CannotTell, Hash, NeutralStep, Stop};
use crate::evidence::Span;
use crate::limits;
use crate::parse::email::{Field, Mail};

/// See the module.
pub struct Message<'a> {
    pub raw: &'a [u8],
    pub fields: &'a [Field],
    /// Positions in `fields` by name without case, then top to bottom.
    by_name: Vec<usize>,
    /// Where in `by_name` each name stands; before it the name's [`fold`], which tells most names
    /// apart.
    names: Vec<(u64, Range<usize>)>,
    /// Fields in relaxed form, one behind the other, each computed once; where each lies.
    relaxed: Vec<u8>,
    relaxed_at: Vec<Option<Range<usize>>>,
    /// Bytes hashed so far for one signature alone, against `limits::SIGNED_BYTES`.
    spent: u64,
    body: Span,
    bodies: HashMap<(BodyForm, Option<NeutralStep>), BodyHash>,
    unstuffed: [OnceCell<Option<Unstuffed>>; 2],
    pub has_attachments: bool,
}

/// A way to hash the body.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct BodyForm {
    pub canon: Canon,
    pub hash: Hash,
    /// `l=`.
    pub limit: Option<u64>,
}

/// The body hashed in one form.
#[derive(Clone)]
pub struct BodyHash {
    pub digest: Digest,
    pub pass: Pass,
}

/// A body matched against `bh=`.
pub struct BodyMatch {
    /// As the body stands.
    pub digest: Digest,
    pub holds: bool,
    pub step: Option<NeutralStep>,
    /// Of the form that holds; as it stands when none does. `cut` counts in the raw message.
    pub pass: Pass,
}

pub(super) struct Unstuffed {
    pub(super) bytes: Vec<u8>,
    /// Offsets in `bytes` before which a `>` was taken out, ascending.
    removed: Vec<usize>,
}

impl<'a> Message<'a> {
    pub fn new(raw: &'a [u8], mail: &'a Mail) -> Self {
        let fields = &mail.root.fields;
        let name = |at: usize| fields[at].name.of(raw);
        let mut sorted: Vec<(u64, usize)> =
            (0..fields.len()).map(|at| (fold(name(at)), at)).collect();
        sorted.sort_by(|(fold_a, a), (fold_b, b)| {
            fold_a.cmp(fold_b).then_with(|| compare(name(*a), name(*b)))
        });
        let mut names: Vec<(u64, Range<usize>)> = Vec::with_capacity(sorted.len());
        for (place, (fold, at)) in sorted.iter().enumerate() {
            match names.last_mut() {
                Some((last, places))
                    if last == fold && compare(name(sorted[places.start].1), name(*at)).is_eq() =>
                {
                    places.end = place + 1;
                }
                _ => names.push((*fold, place..place + 1)),
            }
        }
        Message {
            raw,
            fields,
            by_name: sorted.into_iter().map(|(_, at)| at).collect(),
            names,
            relaxed: Vec::with_capacity(1_024),
            relaxed_at: vec![None; fields.len()],
            spent: 0,
            body: mail.root.body,
            bodies: HashMap::new(),
            unstuffed: [OnceCell::new(), OnceCell::new()],
            has_attachments: mail.root.has_attachment(),
        }
    }

    /// Positions of the fields with that name, without case, top to bottom.
    pub fn named(&self, name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.by_name[self.range(name)].iter().copied()
    }

    pub fn count(&self, name: &str) -> usize {
        self.range(name).len()
    }

    /// Where in `by_name` the fields with that name stand.
    fn range(&self, name: &str) -> Range<usize> {
        let wanted = fold(name.as_bytes());
        let order = |(fold, places): &(u64, Range<usize>)| {
            let first = || self.fields[self.by_name[places.start]].name.of(self.raw);
            fold.cmp(&wanted).then_with(|| compare(first(), name.as_bytes()))
        };
        // Of few names the walk is quicker than a search, which guesses wrong at every step.
        if self.names.len() <= WALKED {
            let found = self.names.iter().find(|entry| entry.0 == wanted && order(entry).is_eq());
            return found.map_or(0..0, |(_, places)| places.clone());
        }
        match self.names.binary_search_by(order) {
            Ok(at) => self.names[at].1.clone(),
            Err(_) => 0..0,
        }
    }

    pub fn body(&self) -> &'a [u8] {
        self.body.of(self.raw)
    }

    pub fn body_end(&self) -> usize {
        self.body.end
    }

    /// The fields that `h=` names, each name taking the next instance from the bottom up (RFC 6376
    /// §5.4.2), `own` never among them (§3.5), and the names that found none.
    pub fn pick(&self, names: &[CompactString], own: usize) -> (Vec<usize>, Vec<String>) {
        // Of each name how many of its instances are taken, by where in `by_name` they begin.
        let mut taken = vec![0; self.by_name.len()];
        let (mut picked, mut missing) = (Vec::with_capacity(names.len()), Vec::new());
        for name in names {
            let all = self.range(name);
            let mut next = None;
            while next.is_none() && !all.is_empty() && taken[all.start] < all.len() {
                taken[all.start] += 1;
                let at = self.by_name[all.end - taken[all.start]];
                next = (at != own).then_some(at);
            }
            match next {
                Some(at) => picked.push(at),
                None if missing.iter().any(|known| known == name) => {}
                None => missing.push(name.to_string()),
            }
        }
        (picked, missing)
    }

    /// Hash of the canonical fields, and of the signature's own field as `own` gives it.
    pub fn header_digest(
        &mut self,
        picked: &[usize],
        canon: Canon,
        own: &[u8],
        hash: Hash,
    ) -> Result<Digest, Stop> {
        let bytes: usize = picked.iter().map(|at| self.fields[*at].span.len()).sum();
        self.spend(bytes + own.len())?;
        let mut context = Context::new(hash.algorithm());
        for &at in picked {
            match canon {
                Canon::Relaxed => context.update(self.relaxed(at)),
                Canon::Simple => {
                    context.update(&canonical::header(self.raw, &self.fields[at], canon));
                }
            }
        }
        context.update(own);
        Ok(context.finish())
    }

    /// Counts bytes to be hashed once more, for one signature alone.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Stop> {
        self.spent = self.spent.saturating_add(bytes as u64);
        if self.spent > limits::SIGNED_BYTES {
            return Err(Stop::new(CannotTell::Bounded, "more signed bytes than the bound"));
        }
        Ok(())
    }

    /// A field in relaxed form, computed once.
    pub fn relaxed(&mut self, at: usize) -> &[u8] {
        let place = self.relaxed_at[at].get_or_insert_with(|| {
            let (field, start) = (&self.fields[at], self.relaxed.len());
            let (name, value) = (field.name.of(self.raw), field.value.of(self.raw));
            canonical::push_relaxed_header(name, value, &mut self.relaxed);
            start..self.relaxed.len()
        });
        &self.relaxed[place.clone()]
    }

    pub fn has_bare_lf(&self, at: usize) -> bool {
        canonical::has_bare_lf(self.fields[at].span.of(self.raw))
    }

    /// Compares the body with `bh=`: as it stands, then with mbox stuffing taken out.
    pub fn match_body(&mut self, form: BodyForm, signed: &[u8]) -> Result<BodyMatch, Stop> {
        let holds = |hash: &BodyHash| {
            hash.digest.as_ref() == signed && form.limit.is_none_or(|l| l <= hash.pass.length)
        };
        let start = self.body.start;
        let mut found = self.hash_body(form, None)?;
        found.pass.cut = found.pass.cut.map(|cut| start + cut);
        let mut out =
            BodyMatch { holds: holds(&found), digest: found.digest, step: None, pass: found.pass };
        for step in [NeutralStep::UnstuffedMboxrd, NeutralStep::UnstuffedMboxo] {
            if out.holds || self.unstuffed(step).is_none() {
                continue;
            }
            let hash = self.hash_body(form, Some(step))?;
            if holds(&hash) {
                (out.holds, out.step, out.pass) = (true, Some(step), hash.pass);
                let text = self.unstuffed(step);
                out.pass.cut = hash.pass.cut.zip(text).map(|(cut, text)| start + text.offset(cut));
            }
        }
        Ok(out)
    }

    fn hash_body(&mut self, form: BodyForm, step: Option<NeutralStep>) -> Result<BodyHash, Stop> {
        if let Some(known) = self.bodies.get(&(form, step)) {
            return Ok(known.clone());
        }
        if self.bodies.len() >= limits::BODY_HASHES {
            return Err(Stop::new(
                CannotTell::Bounded,
                "more body hashes asked for than the bound",
            ));
        }
        let unstuffed = step.and_then(|step| self.unstuffed(step));
        let hash = hash_body(unstuffed.map_or(self.body(), |text| &text.bytes), form);
        self.bodies.insert((form, step), hash.clone());
        Ok(hash)
    }

    /// The body with `>From ` lines unstuffed; `None` when it has none.
    fn unstuffed(&self, step: NeutralStep) -> Option<&Unstuffed> {
        let many = step == NeutralStep::UnstuffedMboxrd;
        self.unstuffed[usize::from(many)].get_or_init(|| unstuff(self.body(), many)).as_ref()
    }
}

/// Names of a header that is walked through; a usual one has 15 to 40.
const WALKED: usize = 48;

/// A number that names have in common which differ in case only: length and last seven letters.
fn fold(name: &[u8]) -> u64 {
    let last = name.iter().rev().take(7);
    last.fold(name.len() as u64, |number, c| number << 8 | u64::from(c.to_ascii_lowercase()))
}

/// An order of names without case. The shorter first, which is quickly told.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let lower = |name: &[u8], at: usize| name[at].to_ascii_lowercase();
    let letters =
        || (0..a.len()).map(|at| lower(a, at).cmp(&lower(b, at))).find(|order| order.is_ne());
    a.len().cmp(&b.len()).then_with(|| letters().unwrap_or(Ordering::Equal))
}

/// Bytes of the canonical body handed to the hash at once.
const GATHERED: usize = 4_096;

fn hash_body(bytes: &[u8], form: BodyForm) -> BodyHash {
    let mut context = Context::new(form.hash.algorithm());
    let limit = form.limit.unwrap_or(u64::MAX);
    // A hash takes long pieces faster than short ones.
    let mut gathered = Vec::with_capacity(GATHERED.min(bytes.len() + bytes.len() / 16));
    let pass = canonical::body(bytes, form.canon, limit, |piece: &[u8]| {
        if gathered.len() + piece.len() > GATHERED {
            context.update(&gathered);
            gathered.clear();
        }
        if piece.len() > GATHERED {
            context.update(piece);
        } else {
            gathered.extend_from_slice(piece);
        }
    });
    context.update(&gathered);
    BodyHash { digest: context.finish(), pass }
}

/// Takes one `>` from every `^>From ` line, or, with `many`, from every `^>+From ` line.
pub(super) fn unstuff(body: &[u8], many: bool) -> Option<Unstuffed> {
    let mut out = Unstuffed { bytes: Vec::with_capacity(body.len()), removed: Vec::new() };
    let mut from = 0;
    for at in memmem::find_iter(body, b">From ") {
        let quotes = body[..at].iter().rev().take_while(|c| **c == b'>').count();
        let start = at - quotes;
        let starts_line = start == 0 || body[start - 1] == b'\n';
        if starts_line && (many || quotes == 0) {
            out.bytes.extend_from_slice(&body[from..start]);
            out.removed.push(out.bytes.len());
            from = start + 1;
        }
    }
    out.bytes.extend_from_slice(&body[from..]);
    (!out.removed.is_empty()).then_some(out)
}

impl Unstuffed {
    /// Where in the stuffed body an offset of the unstuffed one lies.
    fn offset(&self, at: usize) -> usize {
        at + self.removed.partition_point(|gone| *gone <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_picked_from_the_bottom() {
        let raw = b"A: 1\r\nB: 2\r\nDKIM-Signature: own\r\nA: 3\r\nDKIM-Signature: other\r\n\r\n";
        let mail = crate::parse::email::parse(raw);
        let message = Message::new(raw, &mail);
        let names = ["a", "dkim-signature", "a", "dkim-signature", "a", "c"];
        let names: Vec<CompactString> = names.map(CompactString::from).into();
        let (picked, missing) = message.pick(&names, 2);
        assert_eq!(picked, [3, 4, 0]);
        assert_eq!(missing, ["dkim-signature", "a", "c"]);
    }

    #[test]
    fn unstuffing_takes_one_quote_and_knows_where() {
        let body = b">From a\n>>From b\n >From c\nx>From d\n>>From e";
        let rd = unstuff(body, true).unwrap();
        assert_eq!(rd.bytes, b"From a\n>From b\n >From c\nx>From d\n>From e");
        let o = unstuff(body, false).unwrap();
        assert_eq!(o.bytes, b"From a\n>>From b\n >From c\nx>From d\n>>From e");
        assert!(unstuff(b"From a\n From b", true).is_none());
        for (at, byte) in rd.bytes.iter().enumerate() {
            assert_eq!(body[rd.offset(at)], *byte, "{at}");
        }
    }
}
