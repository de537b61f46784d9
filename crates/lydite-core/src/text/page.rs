//! A page of HTML cut into lines as a reader sees them, with the levels of quoting its blockquotes
//! give and what mail programs name their elements. No browser: tables give a line a row.

use memchr::{memchr, memmem};

use super::lines::{Hint, Raw, marks};
use crate::evidence::Span;
use crate::limits;
use crate::parse::html;

/// Elements whose start and end break a line; `td` and `th` only part words.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "html",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
const VOID: &[&str] =
    &["br", "img", "hr", "meta", "link", "input", "area", "base", "col", "embed", "wbr", "o:p"];
const NO_TEXT: &[&str] = &["style", "script", "title", "template", "noscript"];
/// Names, in `class` or `id`, of elements that introduce a quote: Gmail, Thunderbird.
const ATTRIBUTIONS: &[&str] = &["gmail_attr", "moz-cite-prefix"];
/// Of those that name sender, date and subject: Outlook, its web page, its forms for Macintosh and
/// telephones, Thunderbird's forwarding.
const HEADERS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "olk_src_body_section",
    "moz-email-headers-table",
    "mail-editor-reference-message-container",
    "stopspelling",
    "zwchr",
];

/// An open element.
struct Open {
    name: String,
    quotes: bool,
    hint: Hint,
    pre: bool,
}

#[derive(Default)]
struct Page {
    lines: Vec<Raw>,
    /// The line under way: its text, where it began and ended in the source.
    text: String,
    span: Option<Span>,
    pending_blank: bool,
    /// Says what the next line with text is.
    next: Hint,
}

/// The lines of a page, and whether a bound of `limits.rs` ended it. Anything gives something.
pub(super) fn cut(source: &str) -> (Vec<Raw>, bool) {
    let bytes = source.as_bytes();
    let end = source.floor_char_boundary(limits::HTML_BYTES);
    let mut page = Page::default();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while at < end && page.lines.len() < limits::TEXT_LINES {
        let tag = memchr(b'<', &bytes[at..end]).map_or(end, |found| at + found);
        page.text(source, at, tag, &open);
        if tag == end {
            at = end;
            break;
        }
        at = element(source, tag, end, &mut open, &mut page);
    }
    page.line(&open);
    (page.lines, end < source.len() || at < end)
}

/// Handles what begins with `<` at `tag`; the offset behind it.
fn element(source: &str, tag: usize, end: usize, open: &mut Vec<Open>, page: &mut Page) -> usize {
    let rest = &source.as_bytes()[tag..end];
    if rest.starts_with(b"<!--") {
        return memmem::find(&rest[4..], b"-->").map_or(end, |found| tag + 4 + found + 3);
    }
    let next = rest.get(1).copied().unwrap_or(b' ');
    if !(next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')) {
        page.text(source, tag, tag + 1, open);
        return tag + 1;
    }
    let close = html::tag_end(rest).map_or(end, |found| tag + found);
    let behind = (close + 1).min(end);
    let inner = &source[tag + 1..close];
    let (closes, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let name_end =
        inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    if BLOCKS.contains(&name.as_str()) || name == "br" {
        page.end_line(&name, open);
    } else if matches!(name.as_str(), "td" | "th") {
        page.pending_blank = true;
    }
    if closes {
        if let Some(found) = open.iter().rposition(|e| e.name == name) {
            open.truncate(found);
        }
        return behind;
    }
    if NO_TEXT.contains(&name.as_str()) {
        return html::element_end(&source.as_bytes()[behind..end], name.as_bytes())
            .map_or(end, |found| behind + found);
    }
    let attributes = inner[name_end..].to_ascii_lowercase();
    let hint = hint(&name, &attributes);
    if hint == Hint::Header {
        page.next = hint;
    }
    if VOID.contains(&name.as_str()) || inner.ends_with('/') {
        return behind;
    }
    if matches!(name.as_str(), "p" | "li" | "td" | "th" | "tr")
        && open.last().is_some_and(|last| last.name == name)
    {
        open.pop();
    }
    if open.len() < limits::HTML_DEPTH {
        let quotes = name == "blockquote" && is_quote(&attributes);
        let outer = open.last();
        open.push(Open {
            quotes,
            hint: if hint == Hint::Attribution {
                hint
            } else {
                outer.map_or(Hint::None, |o| o.hint)
            },
            pre: name == "pre" || outer.is_some_and(|o| o.pre),
            name,
        });
    }
    behind
}

/// Editors indent by a blockquote without a line at its side.
fn is_quote(attributes: &str) -> bool {
    let style = html::attribute(attributes, "style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let named = html::attribute(attributes, "class").is_some_and(|c| c.contains("quote"))
        || html::attribute(attributes, "type").is_some()
        || html::attribute(attributes, "cite").is_some();
    named || !(style.contains("border:none") || style.contains("margin:00040px"))
}

fn hint(name: &str, attributes: &str) -> Hint {
    if memchr(b'=', attributes.as_bytes()).is_none() {
        return Hint::None;
    }
    let named = |list: &[&str]| {
        ["class", "id"]
            .iter()
            .filter_map(|which| html::attribute(attributes, which))
            .any(|value| list.iter().any(|n| value.contains(n)))
    };
    if named(ATTRIBUTIONS) {
        return Hint::Attribution;
    }
    let style = html::attribute(attributes, "style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    // Word's editor draws this line above sender and date, and nothing else.
    let outlook = name == "div"
        && (style.contains("border:none;border-top:solid")
            || style.contains("border-top-style:solid") && style.contains("padding-top"));
    if outlook || named(HEADERS) { Hint::Header } else { Hint::None }
}

impl Page {
    fn text(&mut self, source: &str, from: usize, to: usize, open: &[Open]) {
        if open.last().is_some_and(|o| o.pre) {
            let mut at = from;
            while let Some(end) = memchr(b'\n', &source.as_bytes()[at..to]) {
                self.run(source, at, at + end, true);
                self.end_line("br", open);
                at += end + 1;
            }
            return self.run(source, at, to, true);
        }
        self.run(source, from, to, false);
    }

    fn run(&mut self, source: &str, from: usize, to: usize, pre: bool) {
        let text = &source[from..to];
        let mut decoded = String::new();
        html::decode(text, &mut decoded);
        if decoded.chars().all(char::is_whitespace) && !(pre && self.span.is_some()) {
            self.pending_blank |= !decoded.is_empty();
            return;
        }
        let lead = text.len() - text.trim_ascii_start().len();
        let tail = text.len() - text.trim_ascii_end().len();
        if !self.text.is_empty() && (self.pending_blank || decoded.starts_with(char::is_whitespace))
        {
            self.text.push(' ');
        }
        if pre {
            self.text.push_str(decoded.trim_end_matches('\r'));
        } else {
            let mut words = decoded.split_whitespace();
            self.text.extend(words.next());
            words.for_each(|word| {
                self.text.push(' ');
                self.text.push_str(word);
            });
        }
        self.pending_blank = decoded.ends_with(char::is_whitespace) && !pre;
        let span = Span::new(from + lead, (to - tail).max(from + lead));
        self.span = Some(self.span.map_or(span, |s| Span::new(s.start, span.end)));
    }

    /// A line ends; an empty one is kept only where `br` asks for it.
    fn end_line(&mut self, name: &str, open: &[Open]) {
        if self.span.is_some() || name == "br" {
            self.line(open);
        }
        self.pending_blank = false;
    }

    fn line(&mut self, open: &[Open]) {
        let text = std::mem::take(&mut self.text);
        let last = self.lines.last().map_or(0, |l| l.span.end);
        let span = self.span.take().unwrap_or(Span::new(last, last));
        let (typed, behind) = marks(&text);
        let rest = &text[behind..];
        let rest = if typed > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
        let quotes = open.iter().filter(|o| o.quotes).count();
        let mut hint = open.last().map_or(Hint::None, |o| o.hint);
        if !text.is_empty() && std::mem::take(&mut self.next) == Hint::Header {
            hint = Hint::Header;
        }
        self.lines.push(Raw {
            span,
            content: span.start,
            text: rest.to_owned(),
            marks: (quotes + typed).min(limits::QUOTE_DEPTH),
            hint,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(html: &str) -> Vec<(usize, String)> {
        cut(html).0.into_iter().map(|l| (l.marks, l.text)).collect()
    }

    #[test]
    fn blockquotes_are_levels_and_indentation_is_none() {
        let html = "<p>Hi <b>An</b>n,&nbsp;caf&eacute;</p>on<br>two<blockquote type=cite>a\n b<blockquote>c</blockquote>\
            </blockquote><blockquote style=\"margin: 0 0 0 40px; border: none\">in</blockquote>&gt; typed";
        let expected = [
            (0, "Hi Ann, café"),
            (0, "on"),
            (0, "two"),
            (1, "a b"),
            (2, "c"),
            (0, "in"),
            (1, "typed"),
        ];
        assert_eq!(read(html), expected.map(|(n, t)| (n, t.to_owned())));
    }

    #[test]
    fn hints_stand_on_the_line_behind_them() {
        let html =
            "a<div id=\"x_divRplyFwdMsg\"><b>Frá:</b> B<br>c</div><div class=gmail_attr>D:</div>e";
        let hints: Vec<Hint> = cut(html).0.iter().map(|l| l.hint).collect();
        assert_eq!(hints, [Hint::None, Hint::Header, Hint::None, Hint::Attribution, Hint::None]);
    }

    proptest! {
        #[test]
        fn any_page_gives_lines_that_lie_in_it(html in "(<|>|/|p|div|br|blockquote|pre|td|style=\"|class=|gmail_attr|\n|é|&|&amp;|\"|<!--|-->|<style>|=| |x){0,60}") {
            for line in cut(&html).0 {
                prop_assert!(line.span.start <= line.span.end && line.span.end <= html.len());
                prop_assert!(html.is_char_boundary(line.span.start) && html.is_char_boundary(line.span.end));
            }
        }
    }
}
