//! The search for a signed body: what it may have been before a list, a gateway or a mailbox
//! changed it, each guess hashed once and cut at every line on the way.

use aws_lc_rs::digest::Context;
use memchr::{memchr_iter, memrchr};

use super::super::canonical;
use super::super::message::{BodyForm, unstuff};
use super::steps::Step;
use super::{Residue, residue_of_part};
use super::{encode, fields};
use crate::evidence::Span;
use crate::limits;
use crate::parse::email::{Entity, Mail};
use crate::text::decode_transfer;

/// What a body may have been.
#[derive(Clone, Debug)]
pub struct Guess {
    pub text: Vec<u8>,
    /// The fields that say how to read it, where they are other than the message's own: name and
    /// value of every `Content-` field.
    pub fields: Option<Vec<(Vec<u8>, Vec<u8>)>>,
    pub steps: Vec<Step>,
    /// What the found body has beyond it.
    pub residue: Vec<Residue>,
}

/// What the search gave.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub found: Option<Guess>,
    pub hypotheses: u64,
}

/// Searches the body whose hash in that form is `digest`.
pub fn search(
    raw: &[u8],
    mail: &Mail,
    copies: &[(&[u8], Mail)],
    form: BodyForm,
    digest: &[u8],
) -> Search {
    let mut scan = Scan { form, digest, hypotheses: 0, hashed: 0 };
    let mut guesses = Vec::new();
    collect(raw, mail, &mut guesses);
    guesses.extend(copies.iter().map(|(copy, mail)| of_copy(raw, copy, mail)));
    for guess in &guesses {
        if let Some(found) = scan.ends(guess) {
            return Search { found: Some(found), hypotheses: scan.hypotheses };
        }
    }
    // Edits inside the text: on what is a body of its own, not on every way to encode it.
    let texts = || guesses.iter().filter(|g| !g.steps.contains(&Step::TransferRecoded));
    let bodies: Vec<Guess> =
        texts().flat_map(|guess| [vec![guess.clone()], cut_at_rules(guess)].concat()).collect();
    let found = texts()
        .find_map(|guess| scan.starts(guess))
        .or_else(|| bodies.iter().find_map(|guess| scan.lines(guess)))
        .or_else(|| bodies.iter().find_map(|guess| scan.digits(guess)));
    Search { found, hypotheses: scan.hypotheses }
}

// ---- guesses

fn collect(raw: &[u8], mail: &Mail, out: &mut Vec<Guess>) {
    let root = &mail.root;
    let body = root.body.of(raw);
    let plain = |text: Vec<u8>, steps: &[Step]| Guess {
        text,
        fields: None,
        steps: steps.to_vec(),
        residue: Vec::new(),
    };
    with_parts(raw, root, plain(body.to_vec(), &[]), root.body, out);
    if let Some(text) = unstuff(body, true) {
        offer(plain(text.bytes, &[Step::Unstuffed]), out);
    }
    recoded(raw, root, &[], &[], out);
    last_part_cut(raw, root, out);
    let (mut outer, mut residue) = (root, Vec::new());
    for _ in 0..3 {
        let Some((first, others)) = outer.children.split_first() else { break };
        residue.extend(others.iter().map(|part| residue_of_part(raw, part)));
        // Readers show one part of other types, and not the first.
        if outer.media.essence != "multipart/mixed" {
            residue.push(Residue::of_text("part of", outer.media.essence.as_bytes()));
        }
        let guess = Guess {
            text: first.body.of(raw).to_vec(),
            fields: Some(content_fields(raw, first)),
            steps: vec![Step::PartUnwrapped],
            residue: residue.clone(),
        };
        with_parts(raw, first, guess, first.body, out);
        recoded(raw, first, &[Step::PartUnwrapped], &residue, out);
        outer = first;
    }
}

/// A text that holds parts, with the parts written the ways they may have been sent.
fn with_parts(raw: &[u8], holder: &Entity, guess: Guess, span: Span, out: &mut Vec<Guess>) {
    let mut inside: Vec<&Entity> = Vec::new();
    holder.walk(&mut |entity| {
        let is_inside = entity.header.start >= span.start && entity.body.end <= span.end;
        if is_inside && entity.section != holder.section {
            inside.push(entity);
        }
    });
    offer(guess.clone(), out);
    // Edits are for bodies that are cut too; of a long one they would cost memory many times over.
    if span.len() > limits::REPAIR_BYTES {
        return;
    }
    let decoded: Vec<Edits> = inside
        .iter()
        .map(|part| decoded(raw, part))
        .filter(|edits| !edits.is_empty())
        .take(limits::REPAIR_PARTS)
        .collect();
    let ways: [(Step, Edits); 3] = [
        (Step::PartFieldsUnfolded, inside.iter().flat_map(|part| unfolded(raw, part)).collect()),
        (Step::PartsClosedUp, inside.iter().filter_map(|part| closed_up(raw, part)).collect()),
        (Step::PartsRecoded, decoded.concat()),
    ];
    let tail = guess.text[span.len().min(guess.text.len())..].to_vec();
    let with = |edits: &[(Span, Vec<u8>)], steps: &[Step]| {
        let mut other = guess.clone();
        other.text = [edited(raw, span, edits), tail.clone()].concat();
        other.steps.extend_from_slice(steps);
        other
    };
    // Every set of the ways that there is something to do for, small sets first.
    for set in [1, 2, 4, 3, 5, 6, 7] {
        let chosen = || ways.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        if chosen().all(|(_, (_, edits))| !edits.is_empty()) {
            let edits: Edits = chosen().flat_map(|(_, (_, edits))| edits.clone()).collect();
            let steps: Vec<Step> = chosen().map(|(_, (step, _))| *step).collect();
            offer(with(&edits, &steps), out);
        }
    }
    if decoded.len() > 1 {
        decoded.iter().for_each(|one| offer(with(one, &[Step::PartsRecoded]), out));
    }
}

/// Pieces of the mail and what stands in their place.
type Edits = Vec<(Span, Vec<u8>)>;

/// `raw[span]` with some of its pieces replaced.
fn edited(raw: &[u8], span: Span, edits: &[(Span, Vec<u8>)]) -> Vec<u8> {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort();
    let (mut out, mut from) = (Vec::with_capacity(span.len()), span.start);
    for (place, text) in edits.into_iter().filter(|(place, _)| place.start >= span.start) {
        out.extend_from_slice(Span::new(from, place.start).of(raw));
        out.extend_from_slice(text);
        from = place.end;
    }
    out.extend_from_slice(Span::new(from, span.end).of(raw));
    out
}

/// The fields of a part on one line each, as they were before a list folded them.
fn unfolded(raw: &[u8], leaf: &Entity) -> Edits {
    let folded = leaf.fields.iter().filter(|f| memchr::memchr(b'\n', f.value.of(raw)).is_some());
    folded.map(|f| (f.value, [b" ", fields::unfold(f.value.of(raw)).as_slice()].concat())).collect()
}

/// The empty line that lists write behind a multipart inside another (Python's generator).
fn closed_up(raw: &[u8], part: &Entity) -> Option<(Span, Vec<u8>)> {
    let text = part.body.of(raw);
    let end = text.strip_suffix(b"\n")?;
    let end = end.strip_suffix(b"\r").unwrap_or(end);
    let closes = !part.children.is_empty() && end.ends_with(b"--");
    closes.then(|| (Span::new(part.body.start + end.len(), part.body.end), Vec::new()))
}

/// A quoted-printable part as the 8-bit part it was before a relay recoded it (RFC 6152 §3).
fn decoded(raw: &[u8], leaf: &Entity) -> Edits {
    let field = leaf.fields(raw, "content-transfer-encoding").next();
    let Some(field) = field.filter(|_| leaf.media.encoding == "quoted-printable") else {
        return Vec::new();
    };
    let text = decode_transfer(leaf.body.of(raw), "quoted-printable");
    vec![(field.value, b" 8bit".to_vec()), (leaf.body, canonical::crlf(&text))]
}

/// The body of another copy, the found one being what stands in its place.
fn of_copy(raw: &[u8], copy: &[u8], mail: &Mail) -> Guess {
    let found = Residue {
        part: "body".to_owned(),
        text: format!("sha256:{}", crate::item::Sha256::of(raw)),
    };
    Guess {
        text: mail.root.body.of(copy).to_vec(),
        fields: Some(content_fields(copy, &mail.root)),
        steps: vec![Step::TakenFromCopy],
        residue: vec![found],
    }
}

fn content_fields(raw: &[u8], entity: &Entity) -> Vec<(Vec<u8>, Vec<u8>)> {
    let is_content = |name: &[u8]| name.len() > 8 && name[..8].eq_ignore_ascii_case(b"content-");
    let fields = entity.fields.iter().filter(|f| is_content(f.name.of(raw)));
    fields.map(|f| (f.name.of(raw).to_vec(), f.value.of(raw).to_vec())).collect()
}

/// The text of a leaf in the transfer encodings it may have been sent in.
fn recoded(raw: &[u8], leaf: &Entity, steps: &[Step], residue: &[Residue], out: &mut Vec<Guess>) {
    let found = leaf.media.encoding.as_str();
    if !leaf.children.is_empty()
        || !leaf.media.essence.starts_with("text/")
        || leaf.body.len() > limits::REPAIR_BYTES
    {
        return;
    }
    let body = leaf.body.of(raw);
    let text = decode_transfer(body, found);
    let mut push = |coded: Vec<u8>, encoding: &str, footer: &[u8]| {
        let mut fields = content_fields(raw, leaf);
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"content-transfer-encoding"));
        fields.push((b"Content-Transfer-Encoding".to_vec(), format!(" {encoding}").into_bytes()));
        let mut steps = [steps, &[Step::TransferRecoded]].concat();
        let mut residue = residue.to_vec();
        if !footer.trim_ascii().is_empty() {
            steps.push(Step::EndCut);
            residue.push(Residue::of_text("body end", footer));
        }
        offer(Guess { text: coded, fields: Some(fields), steps, residue }, out);
    };
    if matches!(found, "base64" | "quoted-printable") {
        push(canonical::crlf(&text), "8bit", b"");
    }
    for width in [76, 75, 77, 73, 72, 78] {
        push(encode::quoted_printable(&text, width), "quoted-printable", b"");
    }
    // Base64 hides where lines end, so the cut comes first.
    for (kept, footer) in without_footers(&text) {
        for width in [76, 72, 64, 60] {
            push(encode::base64(&kept, width), "base64", footer);
        }
    }
}

/// Takes a guess on while all of them stay within the bound.
fn offer(guess: Guess, out: &mut Vec<Guess>) {
    let bytes: usize = out.iter().map(|known| known.text.len()).sum();
    if bytes + guess.text.len() <= limits::REPAIR_GUESSES || out.is_empty() {
        out.push(guess);
    }
}

/// Offsets of the lines under which lists write their footers.
fn rules(text: &[u8]) -> Vec<usize> {
    let is_rule = |line: &[u8]| {
        line.starts_with(b"____") || line.starts_with(b"----") || line.starts_with(b"-- ")
    };
    let starts = [0].into_iter().chain(memchr_iter(b'\n', text).map(|at| at + 1));
    starts.filter(|at| is_rule(&text[*at..])).take(RULES).collect()
}

/// Footers taken for one in one text.
const RULES: usize = 5;

/// The guess without what may be a footer.
fn cut_at_rules(guess: &Guess) -> Vec<Guess> {
    let cut = |at: usize| {
        let mut kept = guess.clone();
        kept.residue.push(Residue::of_text("body end", &guess.text[at..]));
        kept.text.truncate(at);
        kept.steps.push(Step::EndCut);
        kept
    };
    rules(&guess.text).into_iter().map(cut).collect()
}

/// A text whole and without what lists write under it, with the line ends it may have had; and what
/// was cut.
fn without_footers(text: &[u8]) -> Vec<(Vec<u8>, &[u8])> {
    let cuts = [text.len()].into_iter().chain(rules(text));
    let mut out = Vec::new();
    for cut in cuts {
        let kept = &text[..cut];
        let bare = kept.trim_ascii_end();
        let lines = canonical::crlf(bare);
        for end in [&b""[..], b"\n", b"\n\n"] {
            out.push(([bare, end].concat(), &text[cut..]));
            out.push(([lines.as_slice(), &canonical::crlf(end)].concat(), &text[cut..]));
        }
        out.push((kept.to_vec(), &text[cut..]));
        out.push((canonical::crlf(kept), &text[cut..]));
    }
    out.sort();
    out.dedup_by(|a, b| a.0 == b.0);
    out
}

/// A multipart without its last part, which lists add for their footer.
fn last_part_cut(raw: &[u8], root: &Entity, out: &mut Vec<Guess>) {
    let [_, .., last] = root.children.as_slice() else { return };
    let Some(boundary) = root.media.boundary.as_deref() else { return };
    let start = last.header.start;
    // The delimiter stands on the line before the part.
    let line = memrchr(b'\n', &raw[root.body.start..start.saturating_sub(1).max(root.body.start)]);
    let cut = line.map_or(root.body.start, |at| root.body.start + at + 1);
    let closing = Span::new(last.body.end, root.body.end).of(raw);
    let epilogue = memchr::memmem::find(closing, b"--\r\n")
        .map(|at| &closing[at + 4..])
        .or_else(|| memchr::memmem::find(closing, b"--\n").map(|at| &closing[at + 3..]));
    let kept = Span::new(root.body.start, cut).of(raw);
    let text = [kept, b"--", boundary, b"--\r\n", epilogue.unwrap_or_default()].concat();
    let residue = vec![residue_of_part(raw, last)];
    let guess = Guess { text, fields: None, steps: vec![Step::LastPartCut], residue };
    with_parts(raw, root, guess, Span::new(root.body.start, cut), out);
}

// ---- hypotheses

struct Scan<'a> {
    form: BodyForm,
    digest: &'a [u8],
    hypotheses: u64,
    /// Bytes hashed so far, against `limits::REPAIR_HASHED`.
    hashed: usize,
}

/// What a hypothesis costs beside the bytes it hashes: padding, a copy of the state.
const HYPOTHESIS_BYTES: usize = 256;

impl Scan<'_> {
    /// Whether that many bytes, in that many hypotheses, may still be hashed.
    fn affords(&mut self, bytes: usize, hypotheses: usize) -> bool {
        let more = bytes.saturating_add(hypotheses.saturating_mul(HYPOTHESIS_BYTES));
        if self.hashed.saturating_add(more) > limits::REPAIR_HASHED {
            return false;
        }
        self.hashed += more;
        true
    }

    fn start(&self) -> Context {
        Context::new(self.form.hash.algorithm())
    }

    fn is(&mut self, context: Context) -> bool {
        self.hypotheses += 1;
        context.finish().as_ref() == self.digest
    }

    fn canonical(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 64);
        canonical::body(
            text,
            self.form.canon,
            self.form.limit.unwrap_or(u64::MAX),
            |piece: &[u8]| {
                out.extend_from_slice(piece);
            },
        );
        out
    }

    /// The guess, cut behind one of its lines.
    fn ends(&mut self, guess: &Guess) -> Option<Guess> {
        let text = self.canonical(&guess.text);
        let end = self.end_of(&text)?;
        let mut found = guess.clone();
        if end < text.len() && self.form.limit.is_none() {
            let lines = memchr_iter(b'\n', &text[..end]).count();
            let cut = match lines {
                0 => 0,
                lines => memchr_iter(b'\n', &guess.text)
                    .nth(lines - 1)
                    .map_or(guess.text.len(), |at| at + 1),
            };
            found.residue.push(Residue::of_text("body end", &guess.text[cut..]));
            found.text.truncate(cut);
            found.steps.push(Step::EndCut);
        }
        Some(found)
    }

    /// Where the canonical text ends that has the digest: as it is, or behind one of its lines.
    fn end_of(&mut self, text: &[u8]) -> Option<usize> {
        let mut context = self.start();
        if self.form.limit.is_some() || text.len() > limits::REPAIR_BYTES {
            if !self.affords(text.len(), 1) {
                return None;
            }
            context.update(text);
            return self.is(context).then_some(text.len());
        }
        let lines = memchr_iter(b'\n', text).take(limits::REPAIR_LINES).count();
        if !self.affords(text.len(), lines) {
            return None;
        }
        // The empty body: CRLF in the simple form, nothing in the relaxed one.
        let mut from = 0;
        let lines = memchr_iter(b'\n', text).map(|at| at + 1).take(limits::REPAIR_LINES);
        for end in lines.chain([text.len()]) {
            let is_empty = matches!(&text[from..end], b"\r\n" | b"\n" | b"");
            context.update(&text[from..end]);
            from = end;
            if (!is_empty || from == 2) && self.is(context.clone()) {
                return Some(end);
            }
        }
        let empty = self.start();
        self.is(empty).then_some(0)
    }

    /// The guess without some of its first lines, cut behind one of the others.
    fn starts(&mut self, guess: &Guess) -> Option<Guess> {
        if self.form.limit.is_some() || guess.text.len() > limits::REPAIR_BYTES / 8 {
            return None;
        }
        let lines: Vec<usize> = memchr_iter(b'\n', &guess.text)
            .map(|at| at + 1)
            .take(limits::REPAIR_BANNER_LINES)
            .collect();
        lines.into_iter().find_map(|start| {
            let mut rest = guess.clone();
            if !self.affords(guess.text.len(), 1) {
                return None;
            }
            rest.text.drain(..start);
            rest.steps.push(Step::StartCut);
            rest.residue.push(Residue::of_text("body start", &guess.text[..start]));
            self.ends(&rest)
        })
    }

    /// The guess without one run of whole lines.
    fn lines(&mut self, guess: &Guess) -> Option<Guess> {
        let text = self.canonical(&guess.text);
        let ends: Vec<usize> = memchr_iter(b'\n', &text).map(|at| at + 1).collect();
        let bound = (limits::REPAIR_EDIT_BYTES / text.len().max(1)) as u64;
        let pairs = ends.len() * ends.len() / 2;
        if self.form.limit.is_some()
            || pairs as u64 > bound
            || !self.affords(pairs * text.len() / 2, pairs)
        {
            return None;
        }
        let mut before = self.start();
        let mut from = 0;
        for (at, start) in [0].iter().chain(&ends).enumerate() {
            before.update(&text[from..*start]);
            from = *start;
            for (to, end) in
                ends.iter().enumerate().skip(at).take(ends.len().saturating_sub(at + 1))
            {
                let mut context = before.clone();
                context.update(&text[*end..]);
                if self.is(context) {
                    return Some(without_lines(guess, at, to + 1));
                }
            }
        }
        None
    }

    /// The guess with one of its digits replaced.
    fn digits(&mut self, guess: &Guess) -> Option<Guess> {
        let text = self.canonical(&guess.text);
        let digits: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
        let tries = digits.len() * 9;
        if self.form.limit.is_some()
            || tries * text.len() > limits::REPAIR_EDIT_BYTES
            || !self.affords(tries * text.len() / 2, tries)
        {
            return None;
        }
        let mut before = self.start();
        let mut from = 0;
        for (number, at) in digits.into_iter().enumerate() {
            before.update(&text[from..at]);
            from = at;
            for digit in (b'0'..=b'9').filter(|d| *d != text[at]) {
                let mut context = before.clone();
                context.update(&[digit]);
                context.update(&text[at + 1..]);
                if self.is(context) {
                    let mut found = guess.clone();
                    let mut places =
                        (0..guess.text.len()).filter(|at| guess.text[*at].is_ascii_digit());
                    let place = places.nth(number)?;
                    found.residue.push(Residue {
                        part: "digit".to_owned(),
                        text: format!(
                            "{} for {}",
                            char::from(guess.text[place]),
                            char::from(digit)
                        ),
                    });
                    found.text[place] = digit;
                    found.steps.push(Step::DigitReplaced);
                    return Some(found);
                }
            }
        }
        None
    }
}

/// The guess without the lines from number `from` up to `to`.
fn without_lines(guess: &Guess, from: usize, to: usize) -> Guess {
    let line = |number: usize| match number {
        0 => 0,
        n => memchr_iter(b'\n', &guess.text).nth(n - 1).map_or(guess.text.len(), |at| at + 1),
    };
    let (start, end) = (line(from), line(to));
    let mut found = guess.clone();
    found.residue.push(Residue::of_text("body lines", &guess.text[start..end]));
    found.text.drain(start..end);
    found.steps.push(Step::LinesCut);
    found
}
