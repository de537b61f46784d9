use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use lydite_core::limits;
use lydite_corpus::search::{self, Found, Hit, Search, Snippet};

use super::Done;
use crate::face::{Face, thousands, visible};
use crate::wording;

/// Words, phrases and dates in the text of all items, with the verdict of each.
///
/// Words beside each other must all be there: contract OR invoice, contract -draft. A word is found
/// in its other forms too (English, French, Russian), "a phrase" between quotes as it stands, invo* by
/// its start. Fields: subject:report from:anna to:x.example attachment:budget path:inbox
/// message_id:"…" author: title: text: status:altered kind:document format:pdf date:2017-03
/// date:[2017-03-01 TO 2017-03-31]. The index is made when a case is weighed, or by the first search.
#[derive(clap::Args)]
pub struct Args {
    case: PathBuf,
    #[arg(allow_hyphen_values = true)]
    query: String,
    /// Items listed; all are counted.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, face: Face, out: &mut dyn Write) -> Result<Done> {
    let mut case = super::open(&args.case)?;
    if !search::is_current(&case)? {
        drop(case);
        let writing = super::open_to_write(&args.case)?;
        eprintln!("{}", face.say(wording::INDEXING));
        search::refresh(&writing, &|_| ())?;
        drop(writing);
        case = super::open(&args.case)?;
    }
    let limit = usize::try_from(args.limit)?.min(limits::SEARCH_HITS);
    let found = Search::open(&case)?.find(&args.query, limit)?;
    if args.json {
        super::print_json(out, &found)?;
    } else {
        print(&found, face, out)?;
    }
    Ok(Done::All)
}

fn print(found: &Found, face: Face, out: &mut dyn Write) -> Result<()> {
    let mut counts = format!("{} {}", face.lang.number(found.hits), face.say(wording::SEARCH_HITS));
    for (status, count) in found.status.iter().filter(|(_, count)| **count > 0) {
        counts.push_str(&format!("  {} {}", face.status(*status, 0), face.lang.number(*count)));
    }
    writeln!(out, "{counts}")?;
    let periods = periods(found);
    if !periods.is_empty() {
        writeln!(out, "{}", periods.join("  "))?;
    }
    for hit in &found.items {
        writeln!(out, "{}", heading(hit, face))?;
        if !hit.snippet.text.is_empty() {
            writeln!(out, "    {}", marked(&hit.snippet, face))?;
        }
    }
    let left = found.hits.saturating_sub(found.items.len() as u64);
    if left > 0 {
        writeln!(out, "{} {}", face.lang.number(left), face.say(wording::SEARCH_LEFT))?;
    }
    Ok(())
}

/// Hits by month; by year where there are more than twelve.
fn periods(found: &Found) -> Vec<String> {
    let length = if found.months.len() > 12 { 4 } else { 7 };
    let mut out: Vec<(&str, u64)> = Vec::new();
    for (month, count) in &found.months {
        let period = month.get(..length).unwrap_or(month);
        match out.last_mut() {
            Some(last) if last.0 == period => last.1 += count,
            _ => out.push((period, *count)),
        }
    }
    out.into_iter().map(|(period, count)| format!("{period} {}", thousands(count))).collect()
}

fn heading(hit: &Hit, face: Face) -> String {
    let date = hit.date.as_deref().unwrap_or_else(|| face.say(wording::SEARCH_UNDATED));
    let subject = hit.subject.as_deref().unwrap_or_default();
    let status = face.status(hit.status, 16);
    format!("{status} {:<32}  {date}  {}", visible(&hit.path), visible(subject))
        .trim_end()
        .to_owned()
}

/// Hits stand in brackets; colour repeats it.
fn marked(snippet: &Snippet, face: Face) -> String {
    let text: Vec<char> = snippet.text.chars().collect();
    let piece = |from: usize, to: usize| {
        let piece: String = text.get(from..to).into_iter().flatten().collect();
        visible(&piece)
    };
    let (mut out, mut at) = (String::new(), 0);
    for [from, to] in &snippet.marked {
        out.push_str(&piece(at, *from));
        out.push_str(&face.bold(&format!("[{}]", piece(*from, *to))));
        at = *to;
    }
    out + &piece(at, text.len())
}

#[cfg(test)]
mod tests {
    use lydite_core::verdict::Status;

    use super::*;
    use crate::wording::Lang;

    #[test]
    fn hits_are_marked_without_colour_and_harmless() {
        let snippet = Snippet { text: "a \u{1b}x hit".to_owned(), marked: vec![[2, 4], [5, 8]] };
        assert_eq!(marked(&snippet, Face::new(Lang::En)), "a [␛x] [hit]");
    }

    #[test]
    fn many_months_are_told_as_years() {
        let months =
            |n: u64| (1..=n).map(|m| (format!("{:04}-{:02}", 2016 + m / 12, 1 + m % 12), 2));
        let found = |n| Found {
            query: String::new(),
            hits: 0,
            status: Status::ALL.iter().map(|s| (*s, 0)).collect(),
            months: months(n).collect(),
            items: Vec::new(),
        };
        assert_eq!(periods(&found(2)), ["2016-02 2", "2016-03 2"]);
        assert_eq!(periods(&found(13)), ["2016 22", "2017 4"]);
    }
}
