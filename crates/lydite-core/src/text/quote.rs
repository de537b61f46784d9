//! What a mail quotes: the lines of its texts, told apart into its own and those of earlier mails, with
//! who is named as their writer and when.
//!
//! Read are marks (`>`), blockquotes, blocks of fields as Outlook writes them, forwarded mails, and a
//! quote without any mark behind an attribution line. Every line of a text has exactly one role, so
//! nothing is lost. What is own and what is quoted is a reading of habits, not evidence: [`super::align`]
//! looks for the words in the original.

mod grammar;
mod moment;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::beyond;
use super::lines::{self, Hint, Raw};
use super::page;
use crate::evidence::Span;
use crate::limits;
use crate::parse::email::{Entity, Mail};

pub use moment::Moment;

/// What the texts of one mail say and quote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Text parts in the order of the mail; attached mails are items of their own.
    pub texts: Vec<Text>,
}

/// One text part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// As in paths behind `#`; empty where the mail is one part.
    pub section: String,
    pub is_html: bool,
    /// Another part with the same content was read before it (`multipart/alternative`).
    pub is_alternative: bool,
    pub lines: Vec<Line>,
    pub quotes: Vec<Quoted>,
    /// A bound of `limits.rs` ended the reading.
    pub cut: bool,
    /// Its reader sees something else than these lines ([`super::beyond`]), or gets other parts with them.
    pub shows_more: bool,
}

/// One line of a text part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// In the decoded part, in UTF-8: the line with its marks, without its end; of HTML in its source.
    pub span: Span,
    /// Where `text` begins in the decoded part; None in HTML, whose entities are decoded here.
    pub content: Option<usize>,
    /// Behind the marks.
    pub text: String,
    pub number: usize,
    /// Levels of quoting, by marks and by blocks: 0 is the mail's own.
    pub depth: usize,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Own,
    /// Part of that quote of the text, by its index.
    Quoted(usize),
    /// Introduces that quote.
    Attribution(usize),
}

/// One mail that is quoted, in one or more pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    pub attribution: Option<Attribution>,
    /// From 1.
    pub depth: usize,
    /// The quote that this one stands in.
    pub within: Option<usize>,
    pub style: Style,
    /// Numbers of its lines. Where they do not follow each other, answers or deeper quotes stand between.
    pub lines: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    Marks,
    Blockquote,
    /// Behind a block of fields (From, Sent, To, Subject).
    Fields,
    /// Behind a line such as `Forwarded message`.
    Separator,
    /// Behind an attribution line alone.
    Unmarked,
}

/// Who and what is said to be quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    pub name: Option<String>,
    /// Lower case.
    pub address: Option<String>,
    /// As it is written, from its first figure or month to the last.
    pub date: Option<String>,
    /// Its readings: two where the order of day and month is open.
    pub moments: Vec<Moment>,
    pub subject: Option<String>,
    pub to: Option<String>,
    /// In the decoded part.
    pub span: Span,
}

impl Text {
    /// Lines that nobody else is said to have written.
    pub fn own(&self) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.role == Role::Own).collect()
    }

    /// All lines: what whoever got the mail saw and can quote.
    pub fn all(&self) -> Vec<&Line> {
        self.lines.iter().collect()
    }

    /// Lines of one level without those that introduce quotes: 0 is the mail's own, 1 what it answers.
    pub fn level(&self, depth: usize) -> Vec<&Line> {
        let is_said =
            |line: &&Line| line.depth == depth && !matches!(line.role, Role::Attribution(_));
        self.lines.iter().filter(is_said).collect()
    }

    /// The lines of one quote; empty where there is none of that index.
    pub fn quoted(&self, index: usize) -> Vec<&Line> {
        let quote = self.quotes.get(index);
        quote.map(|q| q.lines.iter().map(|n| &self.lines[*n]).collect()).unwrap_or_default()
    }
}

impl Conversation {
    /// The texts that are no second form of another: plain text where there is some, else HTML.
    pub fn main(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter().filter(|text| !text.is_alternative)
    }
}

/// Reads the text parts of a mail, at most [`limits::TEXT_PARTS`].
pub fn read(raw: &[u8], mail: &Mail) -> Conversation {
    let mut texts = Vec::new();
    collect(raw, &mail.root, &mut texts);
    if has_other_parts(&mail.root) || texts.len() >= limits::TEXT_PARTS {
        texts.iter_mut().for_each(|text| text.shows_more = true);
    }
    Conversation { texts }
}

/// Whether anything is sent beside the texts that are read: pictures, files, mails, texts of other types.
fn has_other_parts(root: &Entity) -> bool {
    let mut found = false;
    root.walk(&mut |entity| {
        let media = &entity.media;
        let is_text = matches!(media.essence.as_str(), "text/plain" | "text/html");
        let is_container = media.essence.starts_with("multipart/");
        let is_leaf = entity.children.is_empty();
        found |= media.is_attachment || !(if is_leaf { is_text } else { is_container });
    });
    found
}

fn collect(raw: &[u8], entity: &Entity, texts: &mut Vec<Text>) {
    if texts.len() >= limits::TEXT_PARTS || entity.media.essence == "message/rfc822" {
        return;
    }
    if entity.media.essence == "multipart/alternative" {
        let from = texts.len();
        entity.children.iter().for_each(|child| collect(raw, child, texts));
        let said = |text: &Text| text.lines.iter().any(|line| !line.text.trim().is_empty());
        let plain = texts[from..].iter().position(|text| !text.is_html && said(text));
        let main = plain.or_else(|| texts[from..].iter().position(said)).unwrap_or(0);
        for (number, text) in texts[from..].iter_mut().enumerate() {
            // Texts beside the plain one inside one alternative (pictures between them) are its own.
            text.is_alternative |=
                number != main && (plain.is_none() || text.is_html || !said(text));
        }
        return;
    }
    entity.children.iter().for_each(|child| collect(raw, child, texts));
    let media = &entity.media;
    let is_html = media.essence == "text/html";
    if !entity.children.is_empty()
        || media.is_attachment
        || !(is_html || media.essence == "text/plain")
    {
        return;
    }
    let bytes = super::decode_transfer(entity.body.of(raw), &media.encoding);
    let decoded = super::decode_charset(&bytes, media.charset.as_deref());
    let flowed = !is_html && says(raw, entity, b"format=flowed");
    let text = if is_html { of_html(&decoded) } else { of_plain(&decoded, flowed) };
    // RFC 3676 §4.2: with DelSp lines are joined without a blank.
    let shows_more = text.cut
        || text.shows_more
        || says(raw, entity, b"delsp=yes")
        || beyond::has_lone_cr(entity.body.of(raw))
        || if is_html {
            beyond::page_shows_more(&decoded)
        } else {
            beyond::is_read_otherwise(&decoded)
        };
    texts.push(Text { section: entity.section.clone(), shows_more, ..text });
}

/// Whether Content-Type has that parameter (RFC 3676), in lower case.
fn says(raw: &[u8], entity: &Entity, parameter: &[u8]) -> bool {
    let field = entity.fields(raw, "Content-Type").next();
    let value = field.map(|f| f.value.of(raw).to_ascii_lowercase()).unwrap_or_default();
    let text: Vec<u8> =
        value.into_iter().filter(|c| *c != b'"' && !c.is_ascii_whitespace()).collect();
    memchr::memmem::find(&text, parameter).is_some()
}

/// Reads a decoded plain text.
pub fn of_plain(text: &str, flowed: bool) -> Text {
    let (mut raws, cut) = lines::cut(text, flowed);
    let typed: Vec<usize> = raws.iter().map(|line| line.marks).collect();
    if !flowed {
        lines::rejoin(&mut raws);
    }
    other_marks(&mut raws);
    // Whoever reads it sees the marks as they stand.
    let shows_more = raws.iter().zip(typed).any(|(line, typed)| line.marks != typed);
    Text { shows_more, ..told_apart(raws, false, cut) }
}

/// Reads a decoded page of HTML.
pub fn of_html(source: &str) -> Text {
    let (raws, cut) = page::cut(source);
    told_apart(raws, true, cut)
}

/// Marks of other kinds than `>`: what the line behind an attribution begins with, if others do too (`| `,
/// `# `, and the writer's initials, `AL> `, as The Bat! puts them).
fn other_marks(raws: &mut [Raw]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let marks = raws.iter().filter(|line| line.marks == 0).filter_map(other_mark);
    marks.for_each(|mark| *seen.entry(mark.to_owned()).or_default() += 1);
    seen.retain(|_, lines| *lines > 1);
    for at in 0..raws.len() {
        if !raws[at].text.trim_end().ends_with(':') || raws[at].marks > 0 || seen.is_empty() {
            continue;
        }
        let behind = (at + 1..raws.len().min(at + 4)).find(|n| !raws[*n].text.trim().is_empty());
        let mark =
            behind.and_then(|n| other_mark(&raws[n])).filter(|mark| seen.contains_key(*mark));
        let Some(mark) = mark.map(str::to_owned) else { continue };
        let from = at.saturating_sub(limits::ATTRIBUTION_LINES - 1);
        let start = (from..=at).rev().take_while(|n| !raws[*n].text.trim().is_empty()).last();
        // Tried once for each mark: nobody quotes a second mail with a mark that was none before.
        seen.remove(&mark);
        if grammar::attribution(&raws[start.unwrap_or(at)..=at]).is_some() {
            let is_marked = |line: &Raw| line.marks == 0 && other_mark(line) == Some(&mark);
            raws[at..]
                .iter_mut()
                .filter(|line| is_marked(line))
                .for_each(|line| unmark(line, mark.len()));
        }
    }
    // Inside a quote initials need no attribution: two lines that begin with the same ones.
    let initials = |line: &Raw| {
        let mark = other_mark(line).filter(|mark| line.marks > 0 && mark.ends_with('>'));
        mark.map(str::to_owned)
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    raws.iter().filter_map(initials).for_each(|mark| *seen.entry(mark).or_default() += 1);
    for line in raws.iter_mut() {
        if let Some(mark) = initials(line).filter(|mark| seen[mark] > 1) {
            unmark(line, mark.len());
        }
    }
}

/// Takes a mark of so many bytes, and those of the usual kind behind it, off a line.
fn unmark(line: &mut Raw, bytes: usize) {
    let rest = &line.text[bytes..];
    let (more, behind) = lines::marks(rest);
    let taken = bytes + behind + usize::from(rest[behind..].starts_with(' '));
    line.marks = (line.marks + 1 + more).min(limits::QUOTE_DEPTH);
    line.content += taken;
    line.text = line.text[taken..].to_owned();
}

/// What could be a mark: one or two signs that begin no sentence, or initials with `>`.
fn other_mark(line: &Raw) -> Option<&str> {
    let first = line.text.split(' ').next()?;
    let initials = first.strip_suffix('>').is_some_and(|letters| {
        (1..=4).contains(&letters.chars().count()) && letters.chars().all(char::is_uppercase)
    });
    let sign =
        |c: char| matches!(c, '|' | '#' | ')' | '}' | ':' | '%' | '!' | '=' | '+' | '»' | '¦');
    let signs = (1..=2).contains(&first.chars().count()) && first.chars().all(sign);
    (initials || signs).then_some(first)
}

/// Gives every line its role.
fn told_apart(raws: Vec<Raw>, is_html: bool, cut: bool) -> Text {
    let mut deeper = vec![0; limits::QUOTE_DEPTH + 1];
    for (number, raw) in raws.iter().enumerate().filter(|(_, raw)| !raw.text.is_empty()) {
        deeper[..raw.marks.min(limits::QUOTE_DEPTH)].fill(number);
    }
    let mut reader = Reader { raws: &raws, is_html, deeper, ..Reader::default() };
    let mut at = 0;
    while at < raws.len() {
        at = reader.step(at);
    }
    let Reader { roles, mut quotes, .. } = reader;
    let lines: Vec<Line> = raws
        .into_iter()
        .zip(roles)
        .enumerate()
        .map(|(number, (raw, (depth, role)))| Line {
            span: raw.span,
            content: (!is_html).then_some(raw.content),
            text: raw.text,
            number,
            depth,
            role,
        })
        .collect();
    for line in &lines {
        if let Role::Quoted(quote) = line.role {
            quotes[quote].lines.push(line.number);
        }
    }
    Text { is_html, lines, quotes, cut, ..Text::default() }
}

/// The reading under way: which quote is open at every depth.
#[derive(Default)]
struct Reader<'a> {
    raws: &'a [Raw],
    is_html: bool,
    /// Of every level of marks the last line that has more.
    deeper: Vec<usize>,
    /// How often an attribution was looked for.
    tried: usize,
    /// Of the lines so far.
    roles: Vec<(usize, Role)>,
    quotes: Vec<Quoted>,
    /// The last quote of every depth, from depth 1, inside the last one of the depth above.
    last: Vec<usize>,
    /// Levels of marks at which a block of fields opened a quote that goes on to the end of its level.
    blocks: Vec<usize>,
    /// Depth of the line before, blank ones aside.
    depth: usize,
    /// A line such as `Begin forwarded message` came, and the quote has not begun.
    announced: Option<usize>,
}

impl Reader<'_> {
    /// Gives roles to the line at `at`, and to those of a block of fields that begins there; the
    /// number of the next one.
    fn step(&mut self, at: usize) -> usize {
        let raw = &self.raws[at];
        if raw.text.trim().is_empty() {
            self.blank(raw.marks);
            return at + 1;
        }
        while self.blocks.last().is_some_and(|level| *level > raw.marks) {
            self.blocks.pop();
        }
        if raw.marks == 0 && !self.blocks.is_empty() && self.is_footer(at) {
            self.blocks.clear();
        }
        if let Some(next) = self.separated(at).or_else(|| self.fields(at)) {
            return next;
        }
        let depth = raw.marks + self.blocks.len();
        self.enter(at, depth);
        let role = match self.last.get(depth.wrapping_sub(1)) {
            Some(quote) if depth > 0 => Role::Quoted(*quote),
            _ => Role::Own,
        };
        self.roles.push((depth, role));
        self.unmarked(at);
        at + 1
    }

    /// A blank line goes with what stands around it.
    fn blank(&mut self, marks: usize) {
        let level = self.blocks.iter().filter(|level| **level <= marks).count();
        let depth = (marks + level).min(self.last.len());
        let role = match self.last.get(depth.wrapping_sub(1)) {
            Some(quote) if depth > 0 => Role::Quoted(*quote),
            _ => Role::Own,
        };
        self.roles.push((depth, role));
    }

    /// What a list puts below every mail, in the last lines.
    fn is_footer(&self, at: usize) -> bool {
        let rest = &self.raws[at..];
        rest.len() <= 12
            && grammar::is_rule(&rest[0].text)
            && rest.iter().take(4).any(|l| l.text.to_ascii_lowercase().contains("mailing list"))
    }

    /// The number of the next line that is not blank, among the two behind.
    fn behind(&self, at: usize) -> Option<usize> {
        (at + 1..self.raws.len().min(at + 4)).find(|n| !self.raws[*n].text.trim().is_empty())
    }

    /// A separator or rule with what it announces.
    fn separated(&mut self, at: usize) -> Option<usize> {
        let raw = &self.raws[at];
        let is_separator = grammar::is_separator(&raw.text);
        if !is_separator && !grammar::is_rule(&raw.text) {
            return None;
        }
        let next = self.behind(at)?;
        let same = self.raws[next].marks == raw.marks;
        if let Some((taken, attribution)) =
            same.then(|| grammar::header_block(&self.raws[next..], 2)).flatten()
        {
            let style = if is_separator { Style::Separator } else { Style::Fields };
            self.open(at, next + taken, Some(attribution), style);
            return Some(next + taken);
        }
        if !is_separator {
            return None;
        }
        if self.raws[next].marks > raw.marks {
            self.announced = Some(at);
            return None;
        }
        self.open(at, at + 1, None, Style::Separator);
        Some(at + 1)
    }

    /// A block of fields without a line above.
    fn fields(&mut self, at: usize) -> Option<usize> {
        let raw = &self.raws[at];
        let depth = raw.marks + self.blocks.len();
        let begins = raw.marks > 0 && depth > self.depth && self.above(at).is_none();
        let enough = match (begins, self.announced.is_some()) {
            (true, _) => 1,
            (_, true) => 2,
            _ => 3,
        };
        let (taken, attribution) = grammar::header_block(&self.raws[at..], enough)?;
        // The first lines of marked text say whose it is, where nothing above did.
        if begins {
            self.enter(at, depth);
            let quote = *self.last.get(depth - 1)?;
            if self.quotes[quote].attribution.is_none() && !self.has_lines(quote) {
                self.quotes[quote].attribution = Some(attribution);
                if let Some(above) = self.announced.take() {
                    self.quotes[quote].style = Style::Separator;
                    self.roles[above].1 = Role::Attribution(quote);
                }
                self.roles.extend((0..taken).map(|_| (depth, Role::Attribution(quote))));
                return Some(at + taken);
            }
            // One label in the middle of a quote is no mail.
            grammar::header_block(&self.raws[at..], 3)?;
        }
        self.open(at, at + taken, Some(attribution), Style::Fields);
        Some(at + taken)
    }

    fn has_lines(&self, quote: usize) -> bool {
        let near = self.roles.iter().rev().take(limits::ATTRIBUTION_FIELDS);
        near.into_iter().any(|(_, role)| *role == Role::Quoted(quote))
    }

    /// Opens a quote that goes on to the end of its level; the lines from `from` to `to` introduce it.
    fn open(&mut self, from: usize, to: usize, attribution: Option<Attribution>, style: Style) {
        let level = self.raws[from].marks;
        let depth = (level + self.blocks.len() + 1).min(limits::QUOTE_DEPTH);
        if self.quotes.len() >= limits::QUOTES {
            let role = self.last.last().map_or(Role::Own, |quote| Role::Quoted(*quote));
            self.roles.extend((from..to).map(|_| (depth - 1, role)));
            return;
        }
        if self.blocks.len() < limits::QUOTE_DEPTH {
            self.blocks.push(level);
        }
        self.fill(depth - 1);
        self.last.truncate(depth - 1);
        self.add(depth, attribution, style);
        let quote = self.quotes.len() - 1;
        self.roles.extend((from..to).map(|_| (depth - 1, Role::Attribution(quote))));
        self.depth = depth;
        self.announced = None;
    }

    /// Quotes of the depths above that have no line of their own.
    fn fill(&mut self, depth: usize) {
        while self.last.len() < depth && self.quotes.len() < limits::QUOTES {
            self.add(self.last.len() + 1, None, self.style());
        }
    }

    fn add(&mut self, depth: usize, attribution: Option<Attribution>, style: Style) {
        let within = depth.checked_sub(2).and_then(|n| self.last.get(n)).copied();
        self.last.push(self.quotes.len());
        self.quotes.push(Quoted { attribution, depth, within, style, lines: Vec::new() });
    }

    fn style(&self) -> Style {
        if self.is_html { Style::Blockquote } else { Style::Marks }
    }

    /// A line of that depth comes: new quotes begin where it is deeper than the one before, unless the
    /// last one of that depth goes on.
    fn enter(&mut self, at: usize, depth: usize) {
        if depth > self.depth {
            let first = self.depth + 1;
            let attribution = self.above(at);
            if attribution.is_some() || self.announced.is_some() || self.last.len() < first {
                self.last.truncate(first - 1);
                self.fill(first - 1);
                if self.quotes.len() < limits::QUOTES {
                    let style = self.style();
                    let quote = self.quotes.len();
                    let (taken, attribution) = attribution.unzip();
                    self.add(first, attribution, style);
                    for number in taken.into_iter().flatten() {
                        self.roles[number].1 = Role::Attribution(quote);
                    }
                }
            }
            self.fill(depth);
        }
        self.depth = depth;
    }

    /// The attribution in the lines directly above, with their numbers.
    fn above(&self, at: usize) -> Option<(Vec<usize>, Attribution)> {
        let is_blank = |n: &usize| self.raws[*n].text.trim().is_empty();
        let end = (at.saturating_sub(3)..at).rev().find(|n| !is_blank(n))? + 1;
        let level = self.raws[end - 1].marks;
        let is_free = |n: &usize| {
            !is_blank(n)
                && self.raws[*n].marks == level
                && !matches!(self.roles[*n].1, Role::Attribution(_))
        };
        let from = end.saturating_sub(limits::ATTRIBUTION_LINES);
        let start = (from..end).rev().take_while(is_free).last()?;
        if level >= self.raws[at].marks {
            return None;
        }
        let (taken, attribution) = grammar::attribution(&self.raws[start..end])?;
        Some(((end - taken..end).collect(), attribution))
    }

    /// An attribution line behind which text of its own level follows: the first line of a quote (Apple
    /// puts it there), or one above a quote without marks that goes on to the end.
    fn unmarked(&mut self, at: usize) {
        let raw = &self.raws[at];
        let ends = raw.text.trim_end().ends_with([':', '：']);
        let Some(next) = self.behind(at).filter(|_| ends) else { return };
        self.tried += 1;
        if self.raws[next].marks != raw.marks || self.tried > limits::ATTRIBUTIONS {
            return;
        }
        let from = at.saturating_sub(limits::ATTRIBUTION_LINES - 1);
        let is_level =
            |n: &usize| self.raws[*n].marks == raw.marks && !self.raws[*n].text.trim().is_empty();
        let Some(start) = (from..=at).rev().take_while(is_level).last() else { return };
        let Some((taken, attribution)) = grammar::attribution(&self.raws[start..=at]) else {
            return;
        };
        let start = at + 1 - taken;
        // Without a mark only a full attribution tells it from a sentence.
        let full = attribution.moments.iter().any(|m| m.precision < 86_400)
            && (attribution.address.is_some() || attribution.name.is_some());
        if !(full || raw.hint == Hint::Attribution) {
            return;
        }
        if let Some(quote) = self.begun(start, at) {
            self.quotes[quote].attribution = Some(attribution);
            self.roles[start..=at]
                .iter_mut()
                .for_each(|(_, role)| *role = Role::Attribution(quote));
        } else if self.deeper[raw.marks.min(limits::QUOTE_DEPTH)] < next {
            self.roles.truncate(start);
            self.open(start, at + 1, Some(attribution), Style::Unmarked);
        }
    }

    /// The quote whose first lines are those from `start` to `at`, if nothing names its writer.
    fn begun(&self, start: usize, at: usize) -> Option<usize> {
        let Role::Quoted(quote) = self.roles[at].1 else { return None };
        let is_said = |n: usize| {
            matches!(self.roles[n].1, Role::Quoted(q) if q == quote)
                && !self.raws[n].text.trim().is_empty()
        };
        let first = !(0..start).rev().take(limits::ATTRIBUTION_FIELDS).any(is_said);
        (first && self.quotes[quote].attribution.is_none()).then_some(quote)
    }
}

#[cfg(test)]
mod tests;
