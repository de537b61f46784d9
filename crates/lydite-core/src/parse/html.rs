//! HTML of mail, scanned for its text and for what style keeps from sight. No browser: style sheets
//! and scripts are passed over, only what stands on the element itself counts.

use mail_parser::decoders::html::add_html_token;
use memchr::{memchr, memmem};

use crate::limits;

/// The text of a page, what a reader sees and what not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Entities decoded, elements parted by blanks.
    pub shown: String,
    pub hidden: Vec<Hidden>,
    /// A bound of `limits.rs` ended the scan.
    pub cut: bool,
}

/// One stretch of text that style keeps from sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// What hides it (`display:none`).
    pub by: &'static str,
    pub text: String,
}

/// An open element and what it lays on its text.
#[derive(Clone, Copy, Default)]
struct Open<'a> {
    name: &'a [u8],
    /// Hides everything inside, whatever the inner elements say.
    gone: Option<&'static str>,
    invisible: bool,
    /// Text of no size; inner elements may set another.
    tiny: bool,
    color: Option<[u8; 3]>,
    /// None where an image or a class may have painted it.
    ground: Option<[u8; 3]>,
}

/// Elements without an end tag (HTML §13.1.2), and those whose start ends an open one of the same
/// name.
const VOID: &[&[u8]] = &[
    b"br", b"img", b"hr", b"meta", b"link", b"input", b"area", b"base", b"col", b"embed",
    b"source", b"wbr", b"param", b"track",
];
const SELF_ENDING: &[&[u8]] = &[b"p", b"li", b"td", b"th", b"tr", b"option", b"dt", b"dd"];
/// Elements whose content is no text of the page.
const NO_TEXT: &[&[u8]] = &[b"style", b"script", b"title", b"template", b"noscript"];

/// Scans a page. Anything gives something.
pub fn read(html: &str) -> Page {
    let mut page = Page::default();
    let bytes = html.as_bytes();
    page.cut = bytes.len() > limits::HTML_BYTES;
    let end = html.floor_char_boundary(limits::HTML_BYTES);
    let white = Open { ground: Some([255; 3]), color: Some([0; 3]), ..Open::default() };
    let mut open = vec![white];
    let mut at = 0;
    while at < end {
        let tag = memchr(b'<', &bytes[at..end]).map_or(end, |found| at + found);
        text(&html[at..tag], open.last().unwrap_or(&white), &mut page);
        if tag == end {
            break;
        }
        at = tag_at(html, tag, end, &mut open, &mut page);
    }
    page
}

/// Handles what begins with `<` at `tag`; the offset behind it.
fn tag_at<'a>(
    html: &'a str,
    tag: usize,
    end: usize,
    open: &mut Vec<Open<'a>>,
    page: &mut Page,
) -> usize {
    let bytes = html.as_bytes();
    let rest = &bytes[tag..end];
    if rest.starts_with(b"<!--") {
        return memmem::find(&rest[4..], b"-->").map_or(end, |found| tag + 4 + found + 3);
    }
    let is_tag =
        rest.get(1).is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, b'/' | b'!' | b'?'));
    if !is_tag {
        page.shown.push('<');
        return tag + 1;
    }
    let close = tag_end(rest).map_or(end, |found| tag + found);
    let inner = &bytes[tag + 1..close];
    let (closes, inner) = match inner.strip_prefix(b"/") {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let name_end = inner.iter().position(|c| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = &inner[..name_end];
    page.shown.push(' ');
    let behind = (close + 1).min(end);
    let is = |list: &[&[u8]]| list.iter().any(|n| name.eq_ignore_ascii_case(n));
    if closes {
        if let Some(found) = open.iter().skip(1).rposition(|e| e.name.eq_ignore_ascii_case(name)) {
            open.truncate(found + 1);
        }
        return behind;
    }
    if is(NO_TEXT) {
        return element_end(&bytes[behind..end], name).map_or(end, |found| behind + found);
    }
    if is(VOID) || inner.ends_with(b"/") {
        return behind;
    }
    if is(SELF_ENDING) && open.len() > 1 && open[open.len() - 1].name.eq_ignore_ascii_case(name) {
        open.pop();
    }
    if open.len() < limits::HTML_DEPTH {
        let outer = open.last().copied().unwrap_or_default();
        open.push(element(name, &html[tag + 1 + name_end..close], outer));
    } else {
        page.cut = true;
    }
    behind
}

/// Offset of the `>` that ends a tag, quotes respected as far as they are closed.
pub(crate) fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.iter().enumerate().take(limits::HTML_TAG) {
        match (quote, c) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if at > 0 && matches!(tag[at - 1], b'=' | b' ') => {
                quote = Some(*c)
            }
            (Some(open), c) if *c == open => quote = None,
            _ => {}
        }
    }
    memchr(b'>', tag)
}

/// Offset of the end tag of that name.
pub(crate) fn element_end(rest: &[u8], name: &[u8]) -> Option<usize> {
    memmem::find_iter(rest, b"</").find(|at| {
        let found = rest.get(at + 2..at + 2 + name.len());
        let behind = rest.get(at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
            && behind.is_none_or(|c| c.is_ascii_whitespace() || matches!(c, b'/' | b'>'))
    })
}

fn element<'a>(name: &'a [u8], attributes: &str, outer: Open<'a>) -> Open<'a> {
    let mut element = Open { name, ..outer };
    if memchr(b'=', attributes.as_bytes()).is_none() {
        if attributes.trim().eq_ignore_ascii_case("hidden") {
            element.gone = element.gone.or(Some("hidden"));
        }
        return element;
    }
    let lower = attributes.to_ascii_lowercase();
    if attribute(&lower, "class").is_some() || attribute(&lower, "background").is_some() {
        element.ground = None;
    }
    if let Some(paint) = attribute(&lower, "bgcolor") {
        element.ground = color(paint);
    }
    if name.eq_ignore_ascii_case(b"font")
        && let Some(paint) = attribute(&lower, "color")
    {
        element.color = color(paint);
    }
    if let Some(style) = attribute(&lower, "style") {
        apply(style, &mut element);
    }
    element
}

/// The value of an attribute, quoted or not, in text in lower case.
pub(crate) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let at = memmem::find_iter(attributes.as_bytes(), name).find(|at| {
        let before = at.checked_sub(1).map(|i| attributes.as_bytes()[i]);
        let behind = attributes[at + name.len()..].trim_start();
        before.is_some_and(|c| c.is_ascii_whitespace() || c == b'"') && behind.starts_with('=')
    })?;
    let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split_ascii_whitespace().next(),
    }
}

/// Lays the declarations of a `style` on an element.
fn apply(style: &str, element: &mut Open) {
    let (mut clipped, mut flat) = (false, false);
    for declaration in style.split(';').take(limits::TAGS) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value = value.trim().trim_end_matches("!important").trim_end();
        match name.trim() {
            "display" if value == "none" => element.gone = element.gone.or(Some("display:none")),
            "mso-hide" if value == "all" => element.gone = element.gone.or(Some("mso-hide:all")),
            "opacity" if number(value) == Some(0.0) => {
                element.gone = element.gone.or(Some("opacity:0"))
            }
            "visibility" => element.invisible = matches!(value, "hidden" | "collapse"),
            "font-size" => {
                element.tiny =
                    number(value).is_some_and(|size| size <= 1.0) && !value.ends_with("em")
            }
            "overflow" => clipped = value == "hidden",
            "height" | "max-height" | "width" | "max-width" => flat |= number(value) == Some(0.0),
            "text-indent" | "left" | "top" | "margin-left"
                if number(value).is_some_and(|by| by <= -999.0) =>
            {
                element.gone = element.gone.or(Some("moved off the page"));
            }
            "color" if value == "transparent" => {
                element.gone = element.gone.or(Some("transparent"))
            }
            "color" => element.color = color(value),
            "background-color" => element.ground = color(value),
            "background" | "background-image" => element.ground = color(value),
            _ => {}
        }
    }
    if clipped && flat {
        element.gone = element.gone.or(Some("clipped to nothing"));
    }
}

/// The number at the start of a value.
fn number(value: &str) -> Option<f32> {
    let end = value
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
        .unwrap_or(value.len());
    value[..end].parse().ok()
}

/// `#rgb`, `#rrggbb`, `rgb(…)`, white and black; None for anything else.
fn color(value: &str) -> Option<[u8; 3]> {
    let value = value.trim();
    match value {
        "white" => return Some([255; 3]),
        "black" => return Some([0; 3]),
        _ => {}
    }
    if let Some(inner) = value.strip_prefix("rgb(").and_then(|v| v.strip_suffix(')')) {
        let mut parts = inner.split(',').map(|part| part.trim().parse::<u8>().ok());
        return Some([parts.next()??, parts.next()??, parts.next()??]);
    }
    let hex = value.strip_prefix('#').unwrap_or(value);
    let digits: Option<Vec<u8>> =
        hex.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    match digits?.as_slice() {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [a, b, c, d, e, f] => Some([a * 16 + b, c * 16 + d, e * 16 + f]),
        _ => None,
    }
}

fn text(text: &str, within: &Open, page: &mut Page) {
    if text.trim_ascii().is_empty() {
        page.shown.push(' ');
        return;
    }
    let same = within.color.is_some() && within.color == within.ground;
    let by = within
        .gone
        .or(within.invisible.then_some("visibility:hidden"))
        .or(within.tiny.then_some("font-size:0"))
        .or(same.then_some("the colour of its ground"));
    let Some(by) = by else {
        decode(text, &mut page.shown);
        return;
    };
    match page.hidden.last_mut().filter(|last| last.by == by) {
        Some(last) => {
            last.text.push(' ');
            decode(text, &mut last.text);
        }
        None => {
            let mut decoded = String::new();
            decode(text, &mut decoded);
            page.hidden.push(Hidden { by, text: decoded });
        }
    }
}

/// Appends text with its entities decoded.
pub(crate) fn decode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let ends = rest.bytes().take(12).position(|c| c == b';');
        match ends {
            Some(end) => {
                add_html_token(out, &rest.as_bytes()[..=end], false);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hidden(html: &str) -> Vec<(&'static str, String)> {
        read(html).hidden.into_iter().map(|h| (h.by, h.text.trim().to_owned())).collect()
    }

    #[test]
    fn what_style_hides_is_found() {
        for (html, by) in [
            ("<p style=\"display: none\">x</p>y", "display:none"),
            ("<DIV STYLE='DISPLAY:NONE !important'><b>x</b></DIV>y", "display:none"),
            ("<span style=\"font-size:0px\">x</span>y", "font-size:0"),
            ("<font color=\"#FFFFFF\">x</font>y", "the colour of its ground"),
            (
                "<td bgcolor=#123456><a style=\"color:#123456\">x</a></td>y",
                "the colour of its ground",
            ),
            ("<div style=\"max-height:0;overflow:hidden\">x</div>y", "clipped to nothing"),
            ("<div style=\"visibility:hidden\">x</div>y", "visibility:hidden"),
            ("<div hidden>x</div>y", "hidden"),
            ("<div style=\"position:absolute;left:-9999px\">x</div>y", "moved off the page"),
            ("<p style=\"opacity:0\">x<p>y", "opacity:0"),
        ] {
            assert_eq!(hidden(html), [(by, "x".to_owned())], "{html}");
            assert_eq!(read(html).shown.trim(), "y", "{html}");
        }
    }

    #[test]
    fn what_is_shown_is_not_hidden() {
        for html in [
            "<table style=\"font-size:0\"><td style=\"font-size:14px\">x</td></table>",
            "<div style=\"color:#fff;background:#000\">x</div>",
            "<div class=dark><span style=\"color:white\">x</span></div>",
            "<div style=\"visibility:hidden\"><b style=\"visibility:visible\">x</b></div>",
            "<div style=\"max-height:0\">x</div>",
            "<div style=\"display:none\"></div>x",
            "<img style=\"display:none\">x",
            "<style>p {display:none}</style><p>x</p>",
            "<p style=\"font-size:0.9em\">x",
            "<!-- <p style='display:none'>y</p> -->x",
        ] {
            assert_eq!(hidden(html), [], "{html}");
            assert_eq!(read(html).shown.trim(), "x", "{html}");
        }
        assert_eq!(read("caf&eacute; &#8364; a < b &c").shown, "café € a < b &c");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_page(html in "(<|>|/|p|div|style=\"|color:|#fff|rgb\\(|;|:|é|&|&amp;|\"|'|<!--|-->|<style>|hidden| |=){0,60}") {
            read(&html);
        }
    }
}
