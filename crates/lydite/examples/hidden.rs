//! Hidden signatures: verified mail without its signatures, half of it altered, so that quotes and
//! replies have to judge:
//!
//! ```text
//! cargo run -p lydite --example hidden -- target/debug/lydite DUMP FOLDER [COUNT] [SEED]
//! ```
//!
//! FOLDER is new and gets `before.case` (DUMP as it is); `dump/`, every mail of it as one file, the
//! signatures of COUNT (500) verified ones taken off and every other of these changed in one word of
//! its own text; `truth.jsonl`, as `lydite lab score` reads it; and `after.case`. Mails that another
//! one answers come first. What is quoted is decided without Lydite's aligner: by the words around
//! the change behind a `>` in the decoded text of another mail. Ends with 1 if an altered mail was
//! lifted or an untouched one hard accused. `docs/quotes.md` has the outcome.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lydite_core::evidence::{Claim, Span};
use lydite_core::item::Kind;
use lydite_core::parse::email::{self, Entity, Media};
use lydite_core::text::normalise::{self, Word};
use lydite_core::text::quote::{self, Line, Text};
use lydite_core::text::{decode_charset, decode_header, decode_transfer};
use lydite_core::verdict::Status;
use lydite_corpus::case::Case;
use lydite_corpus::reading::Reader;
use lydite_lab::random::Random;
use lydite_lab::score::Judged;
use lydite_lab::truth::{Row, UNTOUCHED};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is changed, in turn.
const KINDS: [&str; 3] = ["word", "number", "name"];
/// Words on each side of the changed one that have to stand in a quote.
const BESIDE: usize = 3;

/// One mail of the dump.
struct Letter {
    /// In the first case.
    path: String,
    raw: Vec<u8>,
    id: Option<String>,
    from: String,
    references: Vec<String>,
    status: Status,
}

/// What was done to a mail whose signatures are taken off.
struct Hidden {
    /// Its place among the letters.
    letter: usize,
    change: Option<Change>,
}

struct Change {
    kind: &'static str,
    was: String,
    is: String,
    /// The words around it before the change, blanks collapsed.
    words: String,
    raw: Vec<u8>,
}

/// A mail behind whose marks the words around a change stand.
struct Quoter {
    letter: usize,
    /// The place of the quoted mail among its References and In-Reply-To, from the last: 1.
    place: Option<usize>,
    /// The words stand behind as many marks, so that they are this mail's and no other one's of the
    /// conversation that has the same line.
    is_in_place: bool,
    is_verified: bool,
    is_other_author: bool,
}

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, dump, folder, more @ ..] = arguments.as_slice() else {
        return Err("usage: hidden LYDITE DUMP FOLDER [COUNT] [SEED]".into());
    };
    let count: usize = more.first().map_or(Ok(500), |n| n.parse())?;
    let seed: u64 = more.get(1).map_or(Ok(1), |n| n.parse())?;
    let folder = Path::new(folder);
    fs::create_dir(folder)?;
    assay(Path::new(program), Path::new(dump), &folder.join("before.case"))?;
    let mut letters = letters(&folder.join("before.case"))?;
    let (chosen, answered) = chosen(&letters, count, seed);
    println!(
        "{} mails, {} of them verified; signatures taken off {}: {answered} that another mail names \
         last, {} others",
        letters.len(),
        letters.iter().filter(|l| l.status == Status::Verified).count(),
        chosen.len(),
        chosen.len() - answered
    );
    let hidden = hidden(&letters, &chosen, seed);
    for one in &hidden {
        let letter = &mut letters[one.letter];
        let raw = one.change.as_ref().map_or(&letter.raw, |change| &change.raw);
        letter.raw = unsigned(raw);
    }
    fs::create_dir(folder.join("dump"))?;
    for (at, letter) in letters.iter().enumerate() {
        fs::write(folder.join("dump").join(name(at)), &letter.raw)?;
    }
    assay(Path::new(program), &folder.join("dump"), &folder.join("after.case"))?;
    let judged = judged(&folder.join("after.case"))?;
    let quoters = quoters(&letters, &hidden, &judged);
    fs::write(folder.join("truth.jsonl"), truth(&letters, &hidden, &quoters)?)?;
    Ok(told(&Outcome { letters, hidden, quoters, judged }))
}

/// The file of a mail in the new dump.
fn name(letter: usize) -> String {
    format!("{:05}.eml", letter + 1)
}

fn assay(program: &Path, dump: &Path, case: &Path) -> Result<()> {
    let output = Command::new(program).arg("assay").arg(dump).arg("--case").arg(case).output()?;
    // 1: something could not be read, and is listed.
    match output.status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Every mail of the dump, those attached to others left where they are.
fn letters(case: &Path) -> Result<Vec<Letter>> {
    let case = Case::open(case)?;
    let mut found = Vec::new();
    Reader::new(&case)?.walk(|item| {
        let mail = item.examined.and_then(|examined| examined.mail);
        let loose = !item.sighting.path.contains('#');
        if let (Some(mail), Some(verdict), Some(sha256), true) =
            (mail, item.verdict, item.sighting.sha256, loose)
        {
            let id = mail.message_id.map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
            let letter = Letter {
                path: item.sighting.path,
                raw: Vec::new(),
                id: id.filter(|id| !id.is_empty()),
                from: mail.from.unwrap_or_default().to_lowercase(),
                references: mail.references,
                status: verdict.status,
            };
            found.push((letter, sha256));
        }
        Ok::<(), lydite_corpus::case::Error>(())
    })?;
    let reader = Reader::new(&case)?;
    let read = |(letter, sha256)| Ok(Letter { raw: reader.bytes(&sha256)?, ..letter });
    found.into_iter().map(read).collect()
}

/// Verified mails whose Message-ID no other mail has, those first that another mail names last; and
/// how many of them are such.
fn chosen(letters: &[Letter], count: usize, seed: u64) -> (Vec<usize>, usize) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for id in letters.iter().filter_map(|l| l.id.as_deref()) {
        *known.entry(id).or_default() += 1;
    }
    let last = |l: &Letter| l.references.last().cloned();
    let asked: BTreeSet<String> = letters.iter().filter_map(last).collect();
    let fits = |at: &usize| {
        let letter = &letters[*at];
        let is_alone = letter.id.as_deref().is_some_and(|id| known.get(id) == Some(&1));
        letter.status == Status::Verified && is_alone
    };
    let is_answered = |at: &usize| letters[*at].id.as_ref().is_some_and(|id| asked.contains(id));
    let (mut first, mut others): (Vec<usize>, Vec<usize>) =
        (0..letters.len()).filter(fits).partition(is_answered);
    let mut random = Random::of(seed, "hidden order");
    random.shuffle(&mut first);
    random.shuffle(&mut others);
    let answered = first.len().min(count);
    first.extend(others);
    first.truncate(count);
    (first, answered)
}

/// Every other mail changed, the kinds in turn; a mail without a place for a kind gets the next one,
/// and one without any stays as it is.
fn hidden(letters: &[Letter], chosen: &[usize], seed: u64) -> Vec<Hidden> {
    let archive = Archive::of(letters);
    let mut counts = [0; KINDS.len()];
    let mut out = Vec::new();
    for (at, letter) in chosen.iter().enumerate() {
        let altered: usize = counts.iter().sum();
        let mut change = None;
        if 2 * altered <= at {
            let mut turn: Vec<usize> = (0..KINDS.len()).collect();
            turn.sort_by_key(|kind| counts[*kind]);
            let mut random = Random::of(seed, &format!("hidden change {letter}"));
            change = turn.into_iter().find_map(|kind| {
                let made = archive.change(&letters[*letter].raw, KINDS[kind], &mut random)?;
                counts[kind] += 1;
                Some(made)
            });
        }
        out.push(Hidden { letter: *letter, change });
    }
    out
}

/// What changes draw from.
struct Archive {
    /// Small words of its mails.
    words: Vec<String>,
    /// Of those who write: each part of a name, and the addresses of all who have it.
    names: BTreeMap<String, BTreeSet<String>>,
}

/// Where a change can stand.
struct Place<'a> {
    text: &'a Text,
    line: &'a Line,
    /// In the decoded part.
    span: Span,
    was: String,
}

impl Archive {
    fn of(letters: &[Letter]) -> Archive {
        let mut words = BTreeSet::new();
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for letter in letters {
            let mail = email::parse(&letter.raw);
            for line in quote::read(&letter.raw, &mail).main().flat_map(Text::own) {
                let small = line.text.split_whitespace().filter(|word| is_small(word));
                words.extend(small.map(str::to_owned));
            }
            let from = mail.field(&letter.raw, "From").map(|f| f.value.of(&letter.raw));
            let shown = decode_header(from.unwrap_or_default());
            let shown = shown.split(['<', '(']).next().unwrap_or_default().trim_matches(['"', ' ']);
            // Lists write “Ada Lovelace via list”.
            let shown = shown.split(" via ").next().unwrap_or_default();
            for part in shown.split_whitespace().filter(|part| is_name(part)) {
                names.entry(part.to_owned()).or_default().insert(letter.from.clone());
            }
        }
        Archive { words: words.into_iter().collect(), names }
    }

    /// One word of that kind changed in the mail's own text, and in each other form of it.
    fn change(&self, raw: &[u8], kind: &'static str, random: &mut Random) -> Option<Change> {
        let mail = email::parse(raw);
        let read = quote::read(raw, &mail);
        let mut places: Vec<Place> = read.main().flat_map(|text| self.places(text, kind)).collect();
        random.shuffle(&mut places);
        places.into_iter().find_map(|place| {
            let is = self.other(kind, &place.was, random)?;
            let made = changed(raw, &mail.root, &read.texts, &place, &is)?;
            let words = around(place.line, place.span);
            Some(Change { kind, was: place.was, is, words, raw: made })
        })
    }

    fn places<'a>(&self, text: &'a Text, kind: &str) -> Vec<Place<'a>> {
        let own = text.own();
        let fits = |word: &Word, was: &str| match kind {
            "number" => word.kind == normalise::Kind::Number && was.is_ascii(),
            "name" => self.names.contains_key(was),
            _ => word.kind == normalise::Kind::Word && is_small(was),
        };
        let (words, _) = normalise::words(&own);
        let place = |word: Word| {
            let line = own[word.line];
            let from = line.content?;
            let was = line.text.get(word.span.start - from..word.span.end - from)?.to_owned();
            fits(&word, &was).then_some(Place { text, line, span: word.span, was })
        };
        words.into_iter().filter_map(place).collect()
    }

    /// What stands in place of a word.
    fn other(&self, kind: &str, was: &str, random: &mut Random) -> Option<String> {
        if kind == "number" {
            let draw = |random: &mut Random| -> String {
                let digit = |c: char| {
                    if c.is_ascii_digit() { random.digits(1) } else { c.to_string() }
                };
                was.chars().map(digit).collect()
            };
            return (0..20).map(|_| draw(random)).find(|number| number != was);
        }
        let bearers = self.names.get(was);
        let others: Vec<&String> = match kind {
            "name" => {
                let is_other = |of: &BTreeSet<String>| bearers.is_none_or(|b| b.is_disjoint(of));
                self.names.iter().filter(|(_, of)| is_other(of)).map(|(name, _)| name).collect()
            }
            _ => self.words.iter().filter(|word| *word != was).collect(),
        };
        (!others.is_empty()).then(|| (*random.pick(&others)).clone())
    }
}

fn is_small(word: &str) -> bool {
    (3..=12).contains(&word.len()) && word.bytes().all(|c| c.is_ascii_lowercase())
}

fn is_name(word: &str) -> bool {
    word.len() >= 3
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|c| c.is_ascii_alphabetic())
        && word.bytes().any(|c| c.is_ascii_lowercase())
}

/// The changed word with [`BESIDE`] words on each side, as far as its line goes.
fn around(line: &Line, span: Span) -> String {
    let at = span.start - line.content.unwrap_or(span.start);
    let before = line.text[..at].split_whitespace().count();
    let words: Vec<&str> = line.text.split_whitespace().collect();
    // A token that begins before the word is among those counted.
    let at_token = before - usize::from(!line.text[..at].ends_with(char::is_whitespace) && at > 0);
    let end = words.len().min(at_token + BESIDE + 1);
    words[at_token.saturating_sub(BESIDE)..end].join(" ")
}

/// The mail with another word at a place of one text, and in every other form of that text where the
/// word stands once. None where it stands more often, or its encoding does not let it be changed.
fn changed(raw: &[u8], root: &Entity, texts: &[Text], at: &Place, is: &str) -> Option<Vec<u8>> {
    let mut edits = Vec::new();
    for text in texts.iter().filter(|text| text.section == at.text.section || text.is_alternative) {
        let entity = root.leaves().into_iter().find(|leaf| leaf.section == text.section)?;
        let body = entity.body.of(raw);
        let decoded = decoded(body, &entity.media);
        let span = if text.section == at.text.section { at.span } else { once(&decoded, &at.was)? };
        if decoded.get(span.start..span.end) != Some(at.was.as_str()) {
            return None;
        }
        let wanted = [&decoded[..span.start], is, &decoded[span.end..]].concat();
        edits.push((entity.body, encoded(body, &entity.media, &at.was, is, &wanted)?));
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut out = raw.to_vec();
    for (span, body) in edits {
        out.splice(span.start..span.end, body);
    }
    Some(out)
}

fn decoded(body: &[u8], media: &Media) -> String {
    let bytes = decode_transfer(body, &media.encoding);
    decode_charset(&bytes, media.charset.as_deref()).into_owned()
}

/// Where a word stands, if it does so once.
fn once(text: &str, word: &str) -> Option<Span> {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let whole = |at: &usize| {
        !is_part(text[..*at].chars().next_back())
            && !is_part(text[*at + word.len()..].chars().next())
    };
    let mut found = text.match_indices(word).map(|(at, _)| at).filter(whole);
    let at = found.next().filter(|_| found.next().is_none())?;
    Some(Span::new(at, at + word.len()))
}

/// A body that decodes to the wanted text: one place of its bytes changed, or base64 written anew.
fn encoded(body: &[u8], media: &Media, was: &str, is: &str, wanted: &str) -> Option<Vec<u8>> {
    if media.encoding == "base64" {
        let lines = STANDARD.encode(wanted);
        let lines: Vec<&[u8]> = lines.as_bytes().chunks(76).collect();
        let made = [lines.join(&b"\r\n"[..]), b"\r\n".to_vec()].concat();
        return Some(made).filter(|made| decoded(made, media) == wanted);
    }
    let places = body.windows(was.len()).enumerate().filter(|(_, bytes)| *bytes == was.as_bytes());
    let made = places.map(|(at, _)| [&body[..at], is.as_bytes(), &body[at + was.len()..]].concat());
    made.into_iter().find(|made| decoded(made, media) == wanted)
}

/// A mail without what signs it and what states that it was signed.
fn unsigned(raw: &[u8]) -> Vec<u8> {
    let mail = email::parse(raw);
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    for field in &mail.root.fields {
        let name = String::from_utf8_lossy(field.name.of(raw)).to_ascii_lowercase();
        let value = String::from_utf8_lossy(field.value.of(raw)).to_ascii_lowercase();
        let states = ["dkim", "domainkeys", "arc="].iter().any(|method| value.contains(method));
        let signs = match name.as_str() {
            "dkim-signature" | "domainkey-signature" | "x-google-dkim-signature" => true,
            "authentication-results" | "x-original-authentication-results" => states,
            name => name.starts_with("arc-"),
        };
        if signs {
            out.extend_from_slice(&raw[at..field.span.start]);
            at = field.span.end;
        }
    }
    out.extend_from_slice(&raw[at..]);
    out
}

/// What a case says of every mail, by path.
fn judged(case: &Path) -> Result<BTreeMap<String, Judged>> {
    let case = Case::open(case)?;
    let mut out = BTreeMap::new();
    Reader::new(&case)?.walk(|item| {
        let is_mail = item.examined.as_ref().is_some_and(|e| e.kind == Kind::Message);
        if let (Some(verdict), Some(examined), true) = (item.verdict, item.examined, is_mail) {
            let claims = verdict.claims.iter().map(|(claim, s)| (claim.name().to_owned(), *s));
            let findings = examined.findings.iter().map(|f| (f.check.clone(), f.code.clone()));
            let one = Judged {
                status: verdict.status,
                claims: claims.collect(),
                has_counterpart: verdict.counterpart.is_some(),
                findings: findings.collect(),
            };
            out.insert(item.sighting.path, one);
        }
        Ok::<(), lydite_corpus::case::Error>(())
    })?;
    Ok(out)
}

/// Of every hidden mail those that quote the words around its change.
fn quoters(
    letters: &[Letter],
    hidden: &[Hidden],
    judged: &BTreeMap<String, Judged>,
) -> Vec<Vec<Quoter>> {
    let marked: Vec<Vec<(usize, String)>> = letters.iter().map(|l| marked(&l.raw)).collect();
    let of = |one: &Hidden| -> Vec<Quoter> {
        let Some(change) = &one.change else { return Vec::new() };
        let (own, words) = (&letters[one.letter], format!(" {} ", change.words));
        let quoter = |(letter, texts): (usize, &Vec<(usize, String)>)| {
            let of: Vec<usize> =
                texts.iter().filter(|(_, t)| t.contains(&words)).map(|(marks, _)| *marks).collect();
            let other = &letters[letter];
            let from_last =
                other.references.iter().rev().position(|id| Some(id) == own.id.as_ref());
            let place = from_last.map(|at| at + 1);
            let status = judged.get(&name(letter)).map(|judged| judged.status);
            (!of.is_empty() && letter != one.letter).then(|| Quoter {
                letter,
                place,
                is_in_place: place.is_some_and(|place| of.contains(&place)),
                is_verified: status == Some(Status::Verified),
                is_other_author: other.from != own.from,
            })
        };
        marked.iter().enumerate().filter_map(quoter).collect()
    };
    hidden.iter().map(of).collect()
}

/// What stands behind `>` in the plain texts of a mail, with the number of marks: lines with as many
/// that follow each other are one text, blanks collapsed, a blank before and behind it.
fn marked(raw: &[u8]) -> Vec<(usize, String)> {
    let mail = email::parse(raw);
    let mut out: Vec<(usize, String)> = Vec::new();
    for leaf in mail.root.leaves().into_iter().filter(|leaf| leaf.media.essence == "text/plain") {
        let mut before = 0;
        for line in decoded(leaf.body.of(raw), &leaf.media).lines() {
            let text = line.trim_start_matches(['>', ' ']);
            let marks = line[..line.len() - text.len()].matches('>').count();
            if marks != before && marks > 0 {
                out.push((marks, " ".to_owned()));
            }
            before = marks;
            if let Some((_, quote)) = out.last_mut().filter(|_| marks > 0) {
                text.split_whitespace().for_each(|word| quote.extend([word, " "]));
            }
        }
    }
    out
}

/// One row for each mail, as the lab writes it.
fn truth(letters: &[Letter], hidden: &[Hidden], quoters: &[Vec<Quoter>]) -> Result<String> {
    let of: BTreeMap<usize, usize> =
        hidden.iter().enumerate().map(|(n, h)| (h.letter, n)).collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let one = of.get(&at).map(|n| (&hidden[*n].change, &quoters[*n]));
        let change = one.and_then(|(change, _)| change.as_ref());
        let story = change.map(|c| format!(": “{}” for “{}” in “{}”", c.is, c.was, c.words));
        let row = Row {
            path: name(at),
            what: change.map_or(UNTOUCHED, |change| change.kind).to_owned(),
            class: change.map(|_| "altered".to_owned()),
            oddity: one.map(|_| "signatures-off".to_owned()),
            attacked: change.map(|_| Claim::BodyAsSent.name().to_owned()),
            detectable: one.is_some_and(|(_, quoters)| quoters.iter().any(|q| q.is_in_place)),
            anchored: false,
            anchor: None,
            by_signature: one.is_none() && letter.status == Status::Verified,
            chain: Vec::new(),
            message: None,
            story: format!("{}{}", letter.path, story.unwrap_or_default()),
        };
        out.push_str(&serde_json::to_string(&row)?);
        out.push('\n');
    }
    Ok(out)
}

struct Outcome {
    letters: Vec<Letter>,
    hidden: Vec<Hidden>,
    quoters: Vec<Vec<Quoter>>,
    judged: BTreeMap<String, Judged>,
}

/// One altered mail with what became of it.
struct Altered<'a> {
    letter: usize,
    change: &'a Change,
    quoters: &'a [Quoter],
    judged: &'a Judged,
}

impl Altered<'_> {
    /// By a mail that names it.
    fn is_quoted(&self) -> bool {
        self.quoters.iter().any(|q| q.place.is_some())
    }

    fn is_quoted_in_place(&self) -> bool {
        self.quoters.iter().any(|q| q.is_in_place)
    }

    fn is_quoted_by_verified(&self) -> bool {
        self.quoters.iter().any(|q| q.is_in_place && q.is_verified)
    }

    fn can_be_accused(&self) -> bool {
        self.quoters.iter().any(|q| q.is_in_place && q.is_verified && q.is_other_author)
    }

    fn is_told(&self) -> bool {
        self.judged.is_brought_to_light()
    }

    fn is_accused(&self) -> bool {
        self.judged.status >= Status::Anomalous
    }

    /// Whether its altered text counts as vouched for.
    fn is_lifted(&self) -> bool {
        let body = self.judged.claims.get(Claim::BodyAsSent.name());
        self.judged.status <= Status::Corroborated
            || body.is_some_and(|status| *status <= Status::Corroborated)
    }
}

fn told(outcome: &Outcome) -> ExitCode {
    let Outcome { letters, hidden, quoters, judged } = outcome;
    let altered = hidden.iter().zip(quoters).filter_map(|(one, quoters)| {
        let judged = judged.get(&name(one.letter))?;
        Some(Altered { letter: one.letter, change: one.change.as_ref()?, quoters, judged })
    });
    let altered: Vec<Altered> = altered.collect();
    table(&altered);
    let changed = hidden.iter().filter(|one| one.change.is_some()).count();
    println!("\nnot in the case: {}", changed - altered.len());
    let places: BTreeSet<usize> = hidden.iter().map(|one| one.letter).collect();
    let unaltered: Vec<usize> =
        hidden.iter().filter(|one| one.change.is_none()).map(|one| one.letter).collect();
    let rest: Vec<usize> = (0..letters.len()).filter(|at| !places.contains(at)).collect();
    let (off, left) = (statuses(&unaltered, judged), statuses(&rest, judged));
    println!("signatures off, not altered ({}): {}", unaltered.len(), said(&off));
    println!("as they were ({}): {}", rest.len(), said(&left));
    let hard = |of: &BTreeMap<Status, usize>| -> usize {
        of.range(Status::Altered..).map(|(_, count)| count).sum()
    };
    for at in unaltered {
        if let Some(one) = judged.get(&name(at)).filter(|one| one.status >= Status::Anomalous) {
            println!(
                "  accused, not altered: {} {} {:?}",
                name(at),
                one.status.name(),
                one.findings
            );
        }
    }
    for one in altered.iter().filter(|one| one.is_quoted() && !one.is_told()) {
        missed(letters, one);
    }
    let lifted: Vec<&Altered> = altered.iter().filter(|one| one.is_lifted()).collect();
    println!("wrong corroborated spans: {}", lifted.len());
    for one in &lifted {
        println!("  {} {} {:?}", name(one.letter), one.judged.status.name(), one.judged.claims);
    }
    let is_well = lifted.is_empty() && hard(&off) + hard(&left) == 0;
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn statuses(letters: &[usize], judged: &BTreeMap<String, Judged>) -> BTreeMap<Status, usize> {
    let mut out = BTreeMap::new();
    for one in letters.iter().filter_map(|at| judged.get(&name(*at))) {
        *out.entry(one.status).or_default() += 1;
    }
    out
}

fn said(statuses: &BTreeMap<Status, usize>) -> String {
    let one = |(status, count): (&Status, &usize)| format!("{} {count}", status.name());
    statuses.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn table(altered: &[Altered]) {
    println!(
        "\n| changed | altered | quoted by a mail that names it | brought to light | at its level | \
         brought to light | by a verified mail | brought to light | of another author | accused |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for kind in KINDS.iter().map(Some).chain([None]) {
        let of: Vec<&Altered> =
            altered.iter().filter(|one| kind.is_none_or(|k| one.change.kind == *k)).collect();
        let count = |fits: &dyn Fn(&Altered) -> bool| of.iter().filter(|one| fits(one)).count();
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            kind.unwrap_or(&"all"),
            of.len(),
            count(&|one| one.is_quoted()),
            count(&|one| one.is_quoted() && one.is_told()),
            count(&|one| one.is_quoted_in_place()),
            count(&|one| one.is_quoted_in_place() && one.is_told()),
            count(&|one| one.is_quoted_by_verified()),
            count(&|one| one.is_quoted_by_verified() && one.is_told()),
            count(&|one| one.can_be_accused()),
            count(&|one| one.can_be_accused() && one.is_accused()),
        );
    }
    rest(altered);
}

/// What became of altered mails that are not quoted, and by what the others were told.
fn rest(altered: &[Altered]) {
    let apart: Vec<&Altered> = altered.iter().filter(|one| !one.is_quoted()).collect();
    let full = |one: &&&Altered| one.change.words.split(' ').count() > 2 * BESIDE;
    let elsewhere = || apart.iter().filter(|one| !one.quoters.is_empty());
    println!(
        "\nnot quoted by a mail that names it: {}, of these brought to light: {}; the words stand \
         behind a mark elsewhere: {}, {BESIDE} on each side: {}",
        apart.len(),
        apart.iter().filter(|one| one.is_told()).count(),
        elsewhere().count(),
        elsewhere().filter(full).count()
    );
    for quoted in [true, false] {
        let (mut items, mut bodies) = (BTreeMap::new(), BTreeMap::new());
        for one in altered.iter().filter(|one| one.is_quoted() == quoted) {
            let body = one.judged.claims.get(Claim::BodyAsSent.name()).copied();
            *items.entry(one.judged.status).or_default() += 1;
            *bodies.entry(body.unwrap_or(Status::Undetermined)).or_default() += 1;
        }
        let which = if quoted { "altered, quoted" } else { "altered, not quoted" };
        println!("{which}: {}; body-as-sent: {}", said(&items), said(&bodies));
    }
    let mut findings: BTreeMap<String, usize> = BTreeMap::new();
    for one in altered.iter().filter(|one| one.is_told()) {
        let joins = one.judged.findings.iter().filter(|(check, _)| check.starts_with("corpus/"));
        let codes: BTreeSet<String> =
            joins.map(|(check, code)| format!("{check} {code}")).collect();
        codes.into_iter().for_each(|code| *findings.entry(code).or_default() += 1);
    }
    println!("findings of joins on what was brought to light: {findings:?}");
}

/// Lists what quotes an altered mail that was not brought to light.
fn missed(letters: &[Letter], one: &Altered) {
    let Change { kind, was, is, words, .. } = one.change;
    let path = &letters[one.letter].path;
    println!("  missed {} ({path}) {kind} “{is}” for “{was}” in “{words}”", name(one.letter));
    for quoter in one.quoters {
        let Some(place) = quoter.place else { continue };
        let also = [
            (quoter.is_in_place, "at its level"),
            (quoter.is_verified, "verified"),
            (!quoter.is_other_author, "of the same author"),
        ];
        let also: Vec<&str> =
            also.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        println!("    {} names it at place {place} {}", name(quoter.letter), also.join(", "));
    }
}
