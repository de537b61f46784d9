//! Whether a text shows its reader more, less or other than the lines that are read of it.
//!
//! What repeats all lines of such a text has not repeated all of the text. Read are elements and
//! declarations that people's mail programs write (Outlook, Gmail, Apple Mail, Thunderbird); whatever else
//! could draw, hide or turn words is taken for more. That errs to one side: then a quote vouches for a part.

use memchr::{memchr, memmem};

use super::normalise::unwrapped;
use crate::limits;
use crate::parse::html;

/// Elements that draw something which is no text, hide or turn text, or fetch how it looks.
const ELEMENTS: &[&str] = &[
    "applet", "area", "audio", "base", "bdo", "button", "canvas", "del", "dialog", "embed",
    "frame", "iframe", "image", "img", "input", "link", "marquee", "math", "noscript", "object",
    "picture", "progress", "s", "script", "select", "strike", "svg", "textarea", "video",
];
/// Declarations that neither hide nor draw words, whatever their value.
const HARMLESS: &[&str] = &[
    "-webkit-line-break",
    "-webkit-nbsp-mode",
    "-webkit-text-size-adjust",
    "border",
    "caret-color",
    "font-family",
    "font-style",
    "font-variant",
    "font-variant-caps",
    "font-variant-ligatures",
    "font-weight",
    "line-break",
    "list-style",
    "list-style-type",
    "orphans",
    "overflow-wrap",
    "page",
    "page-break-after",
    "page-break-before",
    "panose-1",
    "size",
    "tab-interval",
    "text-align",
    "vertical-align",
    "white-space",
    "widows",
    "word-break",
    "word-wrap",
];
/// The same by how their names begin. What only Word reads begins with `mso-`.
const HARMLESS_KINDS: &[&str] = &["border-", "mso-", "padding"];
/// Sizes and lengths without a number.
const KEYWORDS: &[&str] = &[
    "auto", "inherit", "initial", "large", "larger", "medium", "none", "normal", "small",
    "smaller", "x-large", "x-small", "xx-large", "xx-small",
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

/// Marks of direction that turn what stands between them (UAX 9), and controls that no text has.
pub fn is_turned(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}')
    })
}

/// Whether a page shows other than its lines: pictures, links to elsewhere than they say, words that style
/// hides or writes.
pub fn page_shows_more(source: &str) -> bool {
    let end = source.floor_char_boundary(limits::HTML_BYTES);
    let bytes = &source.as_bytes()[..end];
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let tag = at + found;
        let rest = &bytes[tag..];
        if rest.starts_with(b"<!--") {
            let close = memmem::find(&rest[4..], b"-->").map_or(end, |found| tag + 4 + found);
            if is_shown_comment(&source[tag + 4..close]) {
                return true;
            }
            at = (close + 3).min(end);
            continue;
        }
        let close = html::tag_end(rest).map_or(end, |found| tag + found);
        let behind = (close + 1).min(end);
        let inner = source[tag + 1..close].to_ascii_lowercase();
        let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect();
        if ELEMENTS.contains(&name.as_str()) || is_styled(&inner[name.len()..]) {
            return true;
        }
        if name == "style" {
            let close = html::element_end(&bytes[behind..], b"style").map_or(end, |n| behind + n);
            if !is_plain_sheet(&source[behind..close].to_ascii_lowercase()) {
                return true;
            }
            at = close;
            continue;
        }
        if name == "a" && !leads_where_it_says(&source[tag + 1..close], &source[behind..end]) {
            return true;
        }
        at = behind;
    }
    let page = html::read(source);
    !page.hidden.is_empty() || is_turned(&page.shown)
}

/// Comments that one program shows (`[if mso]`), other than the settings that Word puts there.
fn is_shown_comment(comment: &str) -> bool {
    let Some((_, inner)) = comment.split_once("[if").and_then(|(_, rest)| rest.split_once(']'))
    else {
        return false;
    };
    let inner = inner.trim_start_matches('>').trim_start().to_ascii_lowercase();
    if inner.starts_with("<style") {
        return !is_plain_sheet(&inner);
    }
    !(inner.starts_with("<xml") || inner.starts_with("<!") || inner.is_empty())
}

/// Whether attributes, in lower case, change what is seen.
fn is_styled(attributes: &str) -> bool {
    let has = |name: &str| html::attribute(attributes, name);
    let paint = |value: &str| !is_plain("color", value);
    has("style").is_some_and(|style| !is_plain_list(style))
        || has("color").is_some_and(paint)
        || has("background").is_some()
        || has("bgcolor").is_some_and(|value| !is_plain("background-color", value))
        || attributes.split_ascii_whitespace().any(|word| word == "hidden")
}

/// Rules without what is selected; nested ones (`@media`) are read as one.
fn is_plain_sheet(sheet: &str) -> bool {
    if ["@import", "@media", "::before", "::after", ":before", ":after"]
        .iter()
        .any(|no| sheet.contains(no))
    {
        return false;
    }
    let rules = sheet.split('{').skip(1).map(|rule| rule.split('}').next().unwrap_or_default());
    // Sources of letters draw other letters.
    rules.into_iter().all(|list| !list.contains("src:") && is_plain_list(list))
}

fn is_plain_list(list: &str) -> bool {
    list.split(';').map(str::trim).filter(|one| !one.is_empty()).all(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| is_plain(name.trim(), value.trim()))
    })
}

/// Whether a declaration neither hides nor writes words.
fn is_plain(name: &str, value: &str) -> bool {
    let value = value.trim_end_matches("!important").trim_end();
    if value.contains("url(") {
        // Word's vector graphics, which no other program knows.
        return name == "behavior";
    }
    if value.contains(['"', '\'']) && name != "font-family" && !name.starts_with("mso-") {
        return false;
    }
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let unit = &value[number.len()..];
    let number: Option<f32> = number.trim().parse().ok();
    let at_least = |least: f32| number.map_or(KEYWORDS.contains(&value), |n| n >= least);
    match name {
        "mso-hide" => value != "all",
        // Below five points nobody reads.
        "font-size" => at_least(match unit {
            "em" | "rem" | "ex" => 0.5,
            "%" => 50.0,
            _ => 5.0,
        }),
        "line-height" => at_least(0.7),
        "text-indent" => at_least(-100.0),
        "width" | "height" | "max-width" | "max-height" | "min-width" => at_least(20.0),
        "letter-spacing" | "word-spacing" | "-webkit-text-stroke-width" => {
            value == "normal" || number == Some(0.0)
        }
        "float" => value == "none",
        "display" => matches!(value, "block" | "inline" | "inline-block" | "table" | "table-cell"),
        "direction" => value == "ltr",
        "text-decoration" | "text-decoration-line" => !value.contains("line-through"),
        "text-transform" => value == "none",
        "color" => is_light(value) == Some(false),
        "background" | "background-color" => {
            matches!(value, "none" | "inherit" | "initial") || is_light(value) == Some(true)
        }
        // Off the page is some thousand points away.
        _ if name.starts_with("margin") => {
            value.split(' ').all(|part| part.strip_prefix('-').is_none_or(|rest| rest.len() <= 6))
        }
        _ => HARMLESS.contains(&name) || HARMLESS_KINDS.iter().any(|kind| name.starts_with(kind)),
    }
}

/// Whether a colour is nearly white or nothing, as grounds are; None where that is not known.
fn is_light(value: &str) -> Option<bool> {
    if DARK.contains(&value) {
        return Some(false);
    }
    if matches!(value, "white" | "transparent") {
        return Some(true);
    }
    let pair = |hex: &str, n: usize| u32::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok();
    let parts: Vec<u32> = match value.strip_prefix('#') {
        Some(hex) if hex.len() == 3 => {
            hex.chars().map(|c| c.to_digit(16).map(|digit| digit * 17)).collect::<Option<_>>()?
        }
        Some(hex) => (0..3).map(|n| pair(hex, n)).collect::<Option<_>>()?,
        // With alpha it may hardly be there.
        None => value
            .strip_prefix("rgb(")?
            .trim_end_matches(')')
            .split(',')
            .map(|part| part.trim().parse().ok())
            .collect::<Option<_>>()?,
    };
    Some(parts.len() == 3 && parts.iter().all(|part| *part >= 0xd0))
}

/// Whether a link's words are its target, or it has no target that leads anywhere.
fn leads_where_it_says(tag: &str, behind: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let Some(target) = html::attribute(&lower, "href") else { return true };
    let end = html::element_end(behind.as_bytes(), b"a").unwrap_or(0);
    let said = html::read(&behind[..end]).shown.to_lowercase();
    let said: String = said.split_whitespace().collect();
    let mut meant = String::new();
    html::decode(target, &mut meant);
    let meant = meant.trim();
    let meant = meant.strip_prefix("mailto:").map_or_else(
        || unwrapped(meant).to_lowercase(),
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
        ] {
            assert!(page_shows_more(page), "{page}");
        }
        assert!(is_turned("\u{202e}04") && is_turned("a\u{8}b"));
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read(page in "(<|>|/|a |img|style=\"|href=|:|;|#|é|&|\"|'|<!--|\\[if|\\]|-->|<style>|\\{|\\}|hidden| |=|1px){0,60}") {
            page_shows_more(&page);
        }
    }
}
