//! A plain text cut into lines, with the marks of quoting (`>`) apart from what stands behind them.

use crate::evidence::Span;
use crate::limits;

/// One line as a grammar of quoting sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Raw {
    /// In the decoded text of the part, marks included, without the line end; of HTML in its source.
    pub span: Span,
    /// Where what stands behind the marks begins; of HTML the start of `span`.
    pub content: usize,
    /// Behind the marks; entities of HTML decoded, blanks of HTML joined.
    pub text: String,
    /// Levels of quoting by marks or by blockquotes.
    pub marks: usize,
    /// What the element around it says. Plain text says nothing.
    pub hint: Hint,
}

/// What HTML says about a line by the names that mail programs give their elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hint {
    #[default]
    None,
    /// Introduces a quote (`gmail_attr`, `moz-cite-prefix`).
    Attribution,
    /// Names sender, date and subject of what follows (`divRplyFwdMsg`, Outlook's line above).
    Header,
}

/// The lines of a decoded text, at most [`limits::TEXT_LINES`], and whether there were more. In
/// `format=flowed` (RFC 3676 §4.4) a blank before a mark stuffs it: it was no mark to its writer.
pub(super) fn cut(text: &str, flowed: bool) -> (Vec<Raw>, bool) {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if lines.len() == limits::TEXT_LINES {
            return (lines, true);
        }
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |e| at + e);
        let line = text[at..end].strip_suffix('\r').unwrap_or(&text[at..end]);
        lines.push(raw(line, at, flowed));
        at = end + 1;
    }
    unstuff_from(&mut lines);
    (lines, false)
}

fn raw(line: &str, at: usize, flowed: bool) -> Raw {
    let (marks, behind) = if flowed && line.starts_with(' ') { (0, 0) } else { marks(line) };
    // The one blank that programs put between mark and text, or that stuffs a flowed line.
    let stuffed = (marks > 0 || flowed) && line[behind..].starts_with(' ');
    let content = behind + usize::from(stuffed);
    Raw {
        span: Span::new(at, at + line.len()),
        content: at + content,
        text: line[content..].to_owned(),
        marks,
        hint: Hint::None,
    }
}

/// How many marks a line begins with, and the offset behind the last: `>> > x` has three. A blank may
/// stand before the first and up to three before each other; more is an indented text about marks.
pub(super) fn marks(line: &str) -> (usize, usize) {
    let bytes = line.as_bytes();
    let (mut count, mut at) = (0, 0);
    while count < limits::QUOTE_DEPTH {
        let most = if count == 0 { 1 } else { 3 };
        let blank = bytes[at..].iter().take(most).take_while(|c| **c == b' ').count();
        if bytes.get(at + blank) != Some(&b'>') {
            break;
        }
        count += 1;
        at += blank + 1;
    }
    (count, at)
}

/// `>From ` between lines without marks is what a mailbox makes of `From `, no quote.
fn unstuff_from(lines: &mut [Raw]) {
    for at in 0..lines.len() {
        let stuffed = lines[at].marks == 1
            && lines[at].content == lines[at].span.start + 1
            && lines[at].text.starts_with("From ");
        let marked = |n: Option<usize>| n.and_then(|n| lines.get(n)).is_some_and(|l| l.marks > 0);
        if stuffed && !marked(at.checked_sub(1)) && !marked(Some(at + 1)) {
            lines[at].marks = 0;
        }
    }
}

/// A program that wraps what it sends also wraps quoted lines, and the rest of each then stands with fewer
/// marks between two lines that have them: shorter than the line above, which had no room for its
/// first word.
pub(super) fn rejoin(lines: &mut [Raw]) {
    for at in 1..lines.len() {
        let above = &lines[at - 1];
        let (marks, length) = (above.marks, above.text.chars().count() + 2 * above.marks);
        let word = lines[at].text.split_whitespace().next().map_or(0, |w| w.chars().count());
        if word == 0 || lines[at].marks >= marks || !limits::WRAPPED.contains(&(length + 1 + word))
        {
            continue;
        }
        // A word too long for the rest is wrapped once more.
        let below = (at + 1..lines.len().min(at + 3)).find(|n| lines[*n].marks >= marks);
        let Some(below) = below.filter(|n| lines[*n].marks == marks) else { continue };
        let is_rest =
            |line: &Raw| !line.text.trim().is_empty() && line.text.chars().count() < length;
        if lines[at..below].iter().all(is_rest) {
            lines[at..below].iter_mut().for_each(|line| line.marks = marks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, flowed: bool) -> Vec<(usize, String)> {
        let mut lines = cut(text, flowed).0;
        rejoin(&mut lines);
        lines.into_iter().map(|l| (l.marks, l.text)).collect()
    }

    #[test]
    fn marks_are_counted_and_stuffing_is_none() {
        let lines = read("a\r\n> b\n>> c\n> > > d\n>\n    > e\n>From here\n", false);
        let expected = [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (1, ""), (0, "    > e")];
        assert_eq!(lines[..6], expected.map(|(n, t)| (n, t.to_owned())));
        assert_eq!(lines[6], (0, "From here".to_owned()));
        assert_eq!(read("> a\n>From b\n", false)[1], (1, "From b".to_owned()));
        assert_eq!(read(" > a\n", true), [(0, "> a".to_owned())]);
        assert_eq!(read(" > a\n", false), [(1, "a".to_owned())]);
        let long = "a line that is as long as lines become before programs wrap them at";
        assert_eq!(
            read(&format!("> {long}\nsixty-eight\n> b\n"), false)[1],
            (1, "sixty-eight".to_owned())
        );
        assert_eq!(read(&format!("> {long}\nsixty-eight\n\n> b\n"), false)[1].0, 0);
    }

    proptest! {
        #[test]
        fn lines_are_the_text(text in "([ >a\\n\\r]|é){0,60}", flowed: bool) {
            let mut at = 0;
            for line in cut(&text, flowed).0 {
                prop_assert!(text[at..line.span.start].chars().all(|c| c == '\n' || c == '\r'));
                prop_assert_eq!(&text[line.content..line.span.end], &line.text);
                at = line.span.end;
            }
            prop_assert!(text[at..].chars().all(|c| c == '\n' || c == '\r'));
        }
    }
}
