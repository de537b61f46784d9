//! Whether a text shows its reader more, less or other than the lines that are read of it.
//!
//! What repeats all lines of such a text has not repeated all of the text. Read are elements, attributes and
//! declarations that people's mail programs write (Outlook, Gmail, Apple Mail, Thunderbird); whatever else is
//! taken for more, since it could draw, hide, move or turn words. That errs to one side: then a quote vouches
//! for a part.

use memchr::memchr;

use super::normalise::unwrapped;
use crate::limits;
use crate::parse::html;

/// Elements whose words are shown as text, where they stand. Lists with numbers, heads and feet of tables,
/// raised figures, what opens at a click draw or move something.
const ELEMENTS: &[&str] = &[
    "a",
    "address",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "hr",
    "html",
    "i",
    "li",
    "meta",
    "nobr",
    "o:p",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "style",
    "table",
    "tbody",
    "td",
    "th",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];
/// Attributes that change nothing of what is read, whatever their value.
const ATTRIBUTES: &[&str] = &[
    "align",
    "border",
    "cellpadding",
    "cellspacing",
    "charset",
    "cite",
    "class",
    "clear",
    "colspan",
    "content",
    "height",
    "id",
    "lang",
    "name",
    "nowrap",
    "rel",
    "size",
    "span",
    "spellcheck",
    "target",
    "title",
    "type",
    "valign",
    "width",
];
const ATTRIBUTE_KINDS: &[&str] = &["data-", "xml:", "xmlns"];
/// Declarations that neither hide nor draw words, whatever their value.
const HARMLESS: &[&str] = &[
    "-webkit-line-break",
    "-webkit-nbsp-mode",
    "-webkit-text-size-adjust",
    "border",
    "caret-color",
    "font-style",
    "font-variant",
    "font-variant-caps",
    "font-variant-ligatures",
    "font-weight",
    "line-break",
    "orphans",
    "overflow-wrap",
    "page",
    "page-break-after",
    "page-break-before",
    "panose-1",
    "size",
    "tab-interval",
    "text-align",
    "white-space",
    "widows",
    "word-break",
    "word-wrap",
];
/// The same by how their names begin. Of what only Word reads, numbers of lists and fills of letters are none.
const HARMLESS_KINDS: &[&str] = &[
    "border-",
    "mso-ansi-",
    "mso-ascii-",
    "mso-bidi-",
    "mso-border-",
    "mso-cellspacing",
    "mso-default-props",
    "mso-fareast-",
    "mso-font-alt",
    "mso-font-charset",
    "mso-font-format",
    "mso-font-pitch",
    "mso-font-signature",
    "mso-footer-margin",
    "mso-generic-font-family",
    "mso-hansi-",
    "mso-header-margin",
    "mso-hyphenate",
    "mso-ligatures",
    "mso-line-height-rule",
    "mso-margin-",
    "mso-no-proof",
    "mso-outline-level",
    "mso-padding-",
    "mso-pagination",
    "mso-paper-source",
    "mso-para-margin",
    "mso-style-link",
    "mso-style-name",
    "mso-style-noshow",
    "mso-style-parent",
    "mso-style-priority",
    "mso-style-qformat",
    "mso-style-type",
    "mso-style-unhide",
    "mso-table-",
    "mso-tstyle-",
    "mso-yfti-",
];
/// In the names of letters that are pictures or other letters than they stand for.
const PICTURE_LETTERS: &[&str] = &["dings", "symbol", "marlett", "mt extra", "outlook"];
/// Sizes and lengths without a number.
const KEYWORDS: &[&str] = &[
    "auto", "inherit", "initial", "large", "larger", "medium", "none", "normal", "small",
    "x-large", "x-small", "xx-large", "xx-small",
];
/// Names of colours that stand out from white.
const DARK: &[&str] = &[
    "black",
    "blue",
    "brown",
    "darkblue",
    "dimgray",
    "gray",
    "green",
    "grey",
    "inherit",
    "initial",
    "maroon",
    "navy",
    "purple",
    "red",
    "teal",
    "windowtext",
];
/// Brightness, of 255, of letters at most and of grounds at least.
const INK: u32 = 160;
const GROUND: u32 = 224;

/// Whether a reader of a plain text has other words than its lines: turned or unreadable ones, and what is
/// dropped where words are cut (`normalise`), as the rest of `<mailto:a@b?…>` and ` =20` at the end of a line.
pub fn is_read_otherwise(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let asks = |rest: &str| rest.split(['>', ']']).next().is_some_and(|inner| inner.contains('?'));
    is_turned(text)
        || lower.split("mailto:").skip(1).any(asks)
        || lower.lines().any(|line| line.trim_end().ends_with("=20"))
}

/// Marks of direction that turn what stands between or behind them (UAX 9), controls that no text has, and
/// bytes that are no letters in the charset named: programs show what they guess.
fn is_turned(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffd}')
            || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}')
    }) || has_lone_cr(text.as_bytes())
}

/// Whether a line ends in CR alone: some programs begin a new one there, some show nothing.
pub fn has_lone_cr(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// Whether a page shows other than its lines: pictures, links to elsewhere than they say, words that style
/// hides or writes.
pub fn page_shows_more(source: &str) -> bool {
    let end = source.floor_char_boundary(limits::HTML_BYTES);
    let source = &source[..end];
    let mut tree = Tree::default();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &source.as_bytes()[at..]) {
        let tag = at + found;
        let Some(behind) =
            tree.text(&source[at..tag]).and_then(|()| behind_tag(source, tag, &mut tree))
        else {
            return true;
        };
        at = behind;
    }
    let page = html::read(source);
    tree.text(&source[at..]).is_none() || !page.hidden.is_empty() || is_read_otherwise(&page.shown)
}

/// The offset behind what begins with `<` at `tag`; None where it shows more.
fn behind_tag(source: &str, tag: usize, tree: &mut Tree) -> Option<usize> {
    let rest = &source[tag..];
    if let Some(comment) = rest.strip_prefix("<!--") {
        let length = comment.find("-->").unwrap_or(comment.len());
        // Browsers end a comment in more ways than one.
        let ends_before = comment.starts_with(['>', '-']) || comment[..length].contains("--!>");
        if ends_before || is_shown_comment(&comment[..length]) {
            return None;
        }
        return Some((tag + 4 + length + 3).min(source.len()));
    }
    let first = rest[1..].chars().next().unwrap_or(' ');
    if !(first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?')) {
        tree.text("<")?;
        return Some(tag + 1);
    }
    let length = html::tag_end(rest.as_bytes()).unwrap_or(rest.len());
    let inner = rest[1..length].to_ascii_lowercase();
    // A tag with that sign inside ends elsewhere for some programs.
    if inner.contains('>') || first == '!' && !inner.starts_with("!doctype") {
        return None;
    }
    let behind = (tag + length + 1).min(source.len());
    if !first.is_ascii_alphabetic() {
        return if let Some(name) = inner.strip_prefix('/') {
            tree.close(name.trim_ascii_end()).map(|()| behind)
        } else {
            Some(behind)
        };
    }
    let name = inner.split(|c: char| c.is_ascii_whitespace() || c == '/').next()?;
    let attributes = attributes(&inner[name.len()..])?;
    let is_empty = VOID.contains(&name);
    if !ELEMENTS.contains(&name)
        || !attributes.iter().all(|(key, value)| is_read(name, key, value))
        // Browsers pass over that sign, some programs do not.
        || inner.ends_with('/') && !is_empty
    {
        return None;
    }
    if matches!(name, "style" | "title") {
        let rest = &source[behind..];
        let length = html::element_end(rest.as_bytes(), name.as_bytes())?;
        let inside = rest[..length].to_ascii_lowercase();
        let is_plain =
            if name == "style" { is_plain_sheet(&inside) } else { !inside.contains('<') };
        let close = html::tag_end(&rest.as_bytes()[length..])?;
        return is_plain.then_some(behind + length + close + 1);
    }
    tree.open(name, is_empty)?;
    let target = attributes.iter().find(|(key, _)| *key == "href");
    let leads = target.is_none_or(|(_, target)| leads_where_it_says(target, &source[behind..]));
    leads.then_some(behind)
}

const VOID: &[&str] = &["br", "col", "hr", "meta", "o:p", "wbr"];

/// The open elements. Tags that stand where HTML has no place for them are passed over, or move what
/// they hold; there every method gives None.
#[derive(Default)]
struct Tree {
    open: Vec<String>,
    /// Words stood before; the page was closed.
    has_text: bool,
    is_closed: bool,
}

impl Tree {
    fn top(&self) -> &str {
        self.open.last().map_or("", String::as_str)
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let has_text = !text.trim_ascii().is_empty();
        // Words between the cells of a table are shown above it.
        let is_out_of_place =
            matches!(self.top(), "table" | "tbody" | "tr" | "colgroup") || self.is_closed;
        self.has_text |= has_text;
        (!has_text || !is_out_of_place).then_some(())
    }

    fn open(&mut self, name: &str, is_empty: bool) -> Option<()> {
        if matches!(name, "html" | "head" | "body") {
            return (!self.has_text).then_some(());
        }
        let ends: &[&str] = match name {
            "p" => &["p"],
            "li" => &["p", "li"],
            "td" | "th" => &["p", "td", "th"],
            "tr" => &["p", "td", "th", "tr"],
            "tbody" => &["p", "td", "th", "tr", "tbody", "colgroup"],
            _ => &[],
        };
        while ends.contains(&self.top()) {
            self.open.pop();
        }
        let is_placed = match name {
            "li" => self.top() == "ul",
            "td" | "th" => self.top() == "tr",
            "tr" => matches!(self.top(), "table" | "tbody"),
            "tbody" | "colgroup" => self.top() == "table",
            "col" => matches!(self.top(), "table" | "colgroup"),
            _ => !matches!(self.top(), "table" | "tbody" | "tr" | "colgroup" | "ul"),
        };
        // Behind an empty one words are parted, too.
        self.has_text |= is_empty && name != "meta";
        if !is_empty {
            self.open.push(name.to_owned());
        }
        (is_placed && !self.is_closed && self.open.len() < limits::HTML_DEPTH).then_some(())
    }

    fn close(&mut self, name: &str) -> Option<()> {
        if matches!(name, "html" | "head" | "body") {
            self.is_closed |= name != "head";
            return (name != "head" || !self.has_text).then_some(());
        }
        if name == "o:p" {
            return Some(());
        }
        let ends: &[&str] = match name {
            "li" | "td" | "th" | "div" | "blockquote" | "center" | "section" | "article"
            | "address" => &["p"],
            "ul" => &["p", "li"],
            "tr" => &["p", "td", "th"],
            "tbody" => &["p", "td", "th", "tr"],
            "table" => &["p", "td", "th", "tr", "tbody", "colgroup"],
            _ => &[],
        };
        while self.top() != name && ends.contains(&self.top()) {
            self.open.pop();
        }
        (self.open.pop()? == name).then_some(())
    }
}

/// Names and values in order; None where a name is twice there or other than letters.
fn attributes(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut out: Vec<(&str, &str)> = Vec::new();
    let is_gap = |c: char| c.is_ascii_whitespace() || c == '/';
    let mut rest = text.trim_start_matches(is_gap);
    while !rest.is_empty() {
        let length = rest.find(|c: char| is_gap(c) || c == '=').unwrap_or(rest.len());
        let (name, behind) = rest.split_at(length);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_');
        if name.is_empty() || !name.chars().all(is_name) || out.iter().any(|(n, _)| *n == name) {
            return None;
        }
        let (value, behind) = match behind.trim_start().strip_prefix('=').map(str::trim_start) {
            None => ("", behind),
            Some(value) => match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split_once(quote)?,
                _ => value
                    .split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
            },
        };
        out.push((name, value));
        rest = behind.trim_start_matches(is_gap);
    }
    Some(out)
}

/// Whether an attribute leaves the words of an element as they are.
fn is_read(element: &str, name: &str, value: &str) -> bool {
    // What stands for another sign may end a declaration.
    if value.contains('&') && name != "href" {
        return false;
    }
    match name {
        "style" => is_plain_list(value),
        "color" | "text" | "link" | "vlink" | "alink" => is_plain("color", value),
        "bgcolor" => is_plain("background-color", value),
        "face" => is_plain("font-family", value),
        "href" => element == "a",
        "dir" => matches!(value, "ltr" | "auto"),
        "http-equiv" => matches!(value, "content-type" | "x-ua-compatible"),
        // Tables beside each other are read in another order.
        "align" if element == "table" => value == "center",
        _ => {
            ATTRIBUTES.contains(&name) || ATTRIBUTE_KINDS.iter().any(|kind| name.starts_with(kind))
        }
    }
}

/// Comments that one program shows (`[if mso]`), other than the settings that Word puts there.
fn is_shown_comment(comment: &str) -> bool {
    let Some((_, inner)) = comment.split_once("[if").and_then(|(_, rest)| rest.split_once(']'))
    else {
        return false;
    };
    let inner = inner.trim_start_matches('>').trim().to_ascii_lowercase();
    let Some(inner) = inner.strip_suffix("<![endif]").map(str::trim_end) else { return true };
    let element = |name: &str| {
        let inside =
            inner.strip_prefix(&format!("<{name}"))?.strip_suffix(&format!("</{name}>"))?;
        (!inside.contains(&format!("</{name}"))).then_some(inside)
    };
    let is_setting = inner.is_empty() || element("xml").is_some();
    !(is_setting || element("style").is_some_and(is_plain_sheet))
}

/// Rules without what is selected, between braces that no string or comment holds.
fn is_plain_sheet(sheet: &str) -> bool {
    let mut bare = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, behind)) = rest.split_once("/*") {
        let Some((_, behind)) = behind.split_once("*/") else { return false };
        bare.push_str(before);
        rest = behind;
    }
    bare.push_str(rest);
    let is_known = |rule: &str| ["page", "font-face", "list"].iter().any(|n| rule.starts_with(n));
    let is_drawing = [":before", ":after", ":first", "\\"].iter().any(|no| {
        // Word's selectors of its vector graphics (`v\:*`) hold a backslash.
        bare.replace("\\:*", "").contains(no)
    });
    if is_drawing || !bare.split('@').skip(1).all(is_known) || !are_strings_plain(&bare) {
        return false;
    }
    let rules = bare.split('{').skip(1).map(|rule| rule.split('}').next().unwrap_or_default());
    // Sources of letters draw other letters.
    rules.into_iter().all(|list| !list.contains("src:") && is_plain_list(list))
}

/// Whether every string ends, in its line, and holds nothing that ends a rule.
fn are_strings_plain(sheet: &str) -> bool {
    let mut open = None;
    for c in sheet.chars() {
        match (open, c) {
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), c) if c == quote => open = None,
            (Some(_), '{' | '}' | ';' | '\n' | '"' | '\'') => return false,
            _ => {}
        }
    }
    open.is_none()
}

fn is_plain_list(list: &str) -> bool {
    let is_split = !list.contains(['\\', '{', '}']) && !list.contains("/*");
    is_split
        && are_strings_plain(list)
        && list.split(';').map(str::trim).filter(|one| !one.is_empty()).all(|declaration| {
            declaration
                .split_once(':')
                .is_some_and(|(name, value)| is_plain(name.trim(), value.trim()))
        })
}

/// Whether a declaration neither hides nor writes words.
fn is_plain(name: &str, value: &str) -> bool {
    if value.contains("url(") {
        // Word's vector graphics, which no other program knows.
        return name == "behavior";
    }
    if value.contains(['"', '\'']) && name != "font-family" && !name.starts_with("mso-") {
        return false;
    }
    let one_of = |values: &[&str]| values.contains(&value);
    match name {
        "font-family" => !PICTURE_LETTERS.iter().any(|part| value.contains(part)),
        // Below five points nobody reads; sizes relative to what is around shrink as they are nested.
        "font-size" => is_length(value, [5.0, 1.0, 100.0]),
        "line-height" => is_length(value, [8.0, 0.9, 90.0]),
        "text-indent" => is_length(value, [0.0; 3]),
        "width" | "height" | "max-width" | "max-height" | "min-width" => {
            is_length(value, [20.0, 2.0, 20.0])
        }
        "letter-spacing" | "word-spacing" | "-webkit-text-stroke-width" => {
            matches!(value, "normal" | "0" | "0px" | "0pt")
        }
        "float" => value == "none",
        "display" => one_of(&["block", "inline", "inline-block", "table", "table-cell"]),
        "direction" => value == "ltr",
        // A raised figure is a power or a note.
        "vertical-align" => one_of(&["baseline", "bottom", "inherit", "initial", "middle", "top"]),
        // Numbers are words that are not in the text.
        "list-style" | "list-style-type" => one_of(&["circle", "disc", "none", "square"]),
        "text-decoration" | "text-decoration-line" => !value.contains("line-through"),
        "text-transform" => value == "none",
        "color" => brightness(value).is_some_and(|bright| bright <= INK),
        "background" | "background-color" => {
            one_of(&["none", "inherit", "initial", "transparent"])
                || brightness(value).is_some_and(|bright| bright >= GROUND)
        }
        // To the left and above there is no page, or what stands there.
        _ if name.starts_with("margin") || name.starts_with("padding") => {
            value.split(' ').all(|part| is_length(part, [0.0; 3]))
        }
        _ => HARMLESS.contains(&name) || HARMLESS_KINDS.iter().any(|kind| name.starts_with(kind)),
    }
}

/// Whether a length is a word or at least so many points or pixels, so many times a letter (lines and larger
/// units too), so many per cent; and not thousands, which are off the page.
fn is_length(value: &str, [points, letters, percent]: [f32; 3]) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let Ok(length) = number.trim().parse::<f32>() else { return KEYWORDS.contains(&value) };
    let (least, most) = match &value[number.len()..] {
        "px" | "pt" => (points, 1_000.0),
        "%" => (percent, 1_000.0),
        "" | "em" | "rem" | "ex" | "cm" | "mm" | "in" => (letters, 100.0),
        _ => return false,
    };
    (least..=most).contains(&length)
}

/// How bright a colour is to the eye, of 255 (ITU-R BT.709); None where that is not known.
fn brightness(value: &str) -> Option<u32> {
    if DARK.contains(&value) {
        return Some(0);
    }
    if matches!(value, "white" | "yellow") {
        return Some(255);
    }
    let pair = |hex: &str, n: usize| u32::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok();
    let parts: Vec<u32> = match value.strip_prefix('#') {
        Some(hex) if hex.len() == 3 => {
            hex.chars().map(|c| c.to_digit(16).map(|digit| digit * 17)).collect::<Option<_>>()?
        }
        Some(hex) if hex.len() == 6 => (0..3).map(|n| pair(hex, n)).collect::<Option<_>>()?,
        Some(_) => return None,
        // With alpha it may hardly be there.
        None => value
            .strip_prefix("rgb(")?
            .strip_suffix(')')?
            .split(',')
            .map(|part| part.trim().parse().ok().filter(|part| *part < 256))
            .collect::<Option<_>>()?,
    };
    let &[red, green, blue] = parts.as_slice() else { return None };
    Some((2_126 * red + 7_152 * green + 722 * blue) / 10_000)
}

/// Whether a link's words are its target, or it leads nowhere.
fn leads_where_it_says(target: &str, behind: &str) -> bool {
    let end = html::element_end(behind.as_bytes(), b"a").unwrap_or(0);
    let said = html::read(&behind[..end]).shown.to_lowercase();
    let said: String = said.split_whitespace().collect();
    let mut meant = String::new();
    html::decode(target, &mut meant);
    let meant = meant.trim().to_lowercase();
    let meant = meant.strip_prefix("mailto:").map_or_else(
        || unwrapped(&meant).to_lowercase(),
        |address| address.split('?').next().unwrap_or_default().to_owned(),
    );
    meant.is_empty() || meant.starts_with('#') || unwrapped(&said) == meant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_shows_its_lines() {
        for page in [
            "<div dir=\"ltr\">a<br><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">b</blockquote></div>",
            "<!--[if gte mso 9]><xml><o:x v:ext=\"edit\"/></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;} @page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 70.85pt 70.85pt;} --></style><p class=MsoNormal style='color:#1F497D'>a",
            "<a href=\"http://www.party.example/\">www.party.example</a> <a href=\"mailto:a@b.example\">a@b.example</a>",
            "<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]--><p>a",
            "<font color=\"#000000\">a</font><!-- note -->",
            "<body bgcolor=\"#FFFFFF\" text=\"#000000\">a</body>",
            "<!DOCTYPE html><table border=0 width=\"100%\"><tbody>\n<tr><td style=\"padding:0cm 5.4pt\">a</td>\n<td>b</td></tr></tbody></table>",
            "<body lang=FR link=\"#0563C1\" vlink=purple><div class=WordSection1><p class=MsoNormal style='margin-bottom:.0001pt'><span lang=EN-US style='font-size:11.0pt;mso-fareast-language:EN-US'>a<o:p></o:p></span>",
            "1 < 2 <br/><ul type=disc><li>a</ul><span style=\"background-color:rgb(255,255,0)\">b</span>",
        ] {
            assert!(!page_shows_more(page), "{page}");
        }
        assert!(!is_turned("caf\u{e9}\u{200b}\u{200e} b\tc\r\n"));
    }

    #[test]
    fn what_is_hidden_drawn_or_turned_is_more() {
        for page in [
            "a<span style=\"display:none\">b</span>",
            "a<span style=\"font-size:2px\">b</span>",
            "a<span style=\"color:#fefefe\">b</span>",
            "a<span style=\"transform:scale(0)\">b</span>",
            "<style>i::after{content:\"b\"}</style><i>a</i>",
            "<style>i{display:none}</style><i>a</i>",
            "<a href=\"http://c.example/pay\">a</a>",
            "<a href=\"http://c.example\">www.b.example</a>",
            "<img src=\"cid:1\">a",
            "<del>a</del>",
            "<bdo dir=rtl>a</bdo>",
            "<!--[if mso]>b<![endif]-->a",
            "<p style=\"background:url(x.png)\">a",
            "a<b style=\"font-size:calc(0px)\">b</b>",
            "a<b style=\"color:hsl(0,0%,100%)\">b</b>",
            "a<b style=\"list-style-type:'b'\">b</b>",
            // What is not in the text: numbers, powers, letters that are pictures.
            "<ol start=5><li>a</ol>",
            "<ul><li value=5>a</ul>",
            "10<sup>2</sup>",
            "10<span style=\"vertical-align:super\">2</span>",
            "<font face=Wingdings>a</font>",
            "<b style=\"font-family:Webdings\">a</b>",
            "<style>@list l0:level1 {mso-level-text:\"not %1\";}</style>a",
            // Off the page, below what follows, smaller at each level, hardly there, by click alone.
            "<p style=\"text-indent:-40pt\">a",
            "<p style=\"margin-top:-12pt;background:white\">a",
            "<p style=\"margin-left:9999px\">a",
            "<b style=\"font-size:.5em\"><b style=\"font-size:.5em\">a</b></b>",
            "<small>a</small>",
            "<b style=\"line-height:1px\">a</b>",
            "<font color=\"#ffffc0\">a</font>",
            "<body text=white><font color=black>a</font>b",
            "<details>a</details>",
            // In another order.
            "<table><tr><td>a</td></tr>b<tr><td>c</td></tr></table>",
            "<table><thead><tr><td>a",
            "<table><tr><td>a</td></tr>b",
            "<table align=right><tr><td>a</table>b",
            "<p dir=rtl>3 25",
        ] {
            assert!(page_shows_more(page), "{page}");
        }
        for text in ["\u{202e}04", "a\u{8}b", "3\u{200f} 25"] {
            assert!(is_turned(text));
        }
    }

    #[test]
    fn what_programs_read_each_their_own_way_is_more() {
        for page in [
            // By one program alone.
            "<![if !mso]>a<![endif]>b",
            "<!--[if !mso]><!-->a<!--<![endif]-->",
            "<!--[if mso]><xml></xml>a<![endif]-->b",
            "<!-->a<!-- -->",
            "<!-- --!>a<!-- -->",
            "<p title=\">\">a",
            "<?a \">b\">",
            // Said twice, or in another attribute's value.
            "<b style=color:black style=display:none>a</b>",
            "<b title=\" style=color:black \" style=\"display:none\">a</b>",
            "<b/style=\"display:none\">a</b>",
            "<a HREF=\"http://c.example/pay\">a</a>",
            // Read otherwise by a browser.
            "We <title></titles>not</title> pay",
            "<title><!--</title><del>not</del><!-- -->a",
            "<b style=\"border:0&#59display:none\">a</b>",
            "<style>.x{font-family:\"}\";display:none}</style><b class=x>a</b>",
            "<style>.x{border:/*}*/0;display:none}</style><b class=x>a</b>",
            "<style>@\\69mport url(data:a);</style>a",
            "40</div>5",
            "40<td>5",
            "40</li>5",
            "40<body>5",
            "40<div\u{a0}>5",
            "<blockquote type=cite />a",
            "<blockquote type=cite>a<table><tr><td></blockquote>b</td></tr></table>",
            "a\rb",
            "a\u{fffd}b",
        ] {
            assert!(page_shows_more(page), "{page}");
        }
        for text in
            ["a@b.example <mailto:a@b.example?no, this was a joke>", "In per cent: =20\n", "a\rb"]
        {
            assert!(is_read_otherwise(text));
        }
        assert!(!is_read_otherwise("A <a@b.example<mailto:a@b.example>>\r\nand?\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read(page in "(<|>|/|a |img|style=\"|href=|:|;|#|é|&|\"|'|<!--|\\[if|\\]|-->|<style>|\\{|\\}|hidden| |=|1px){0,60}") {
            page_shows_more(&page);
        }
    }
}
