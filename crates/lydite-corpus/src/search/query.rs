//! What a query asks: tantivy's grammar (fields, phrases, `+ - AND OR NOT`, ranges), with our rules for
//! what its parts mean.
//!
//! Words beside each other must all be there; where one is marked `+`, the others only help to rank.
//! A word is looked for with its stems, a phrase between quotes as it stands.

use std::collections::HashSet;
use std::fmt;
use std::ops::Bound;

use lydite_core::limits;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ExistsQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    RangeQuery, TermQuery,
};
use tantivy::query_grammar::{
    Delimiter, UserInputAst, UserInputBound, UserInputLeaf, UserInputLiteral, parse_query_lenient,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::fields::{Asked, Fields, NAMES, Stemmed};
use super::words;

/// What is not understood, and the character (from 1) where, if one is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub at: Option<usize>,
    pub why: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "character {at}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

fn malformed(why: impl Into<String>) -> Malformed {
    Malformed { at: None, why: why.into() }
}

/// Words to mark in what is shown.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Words as they stand, one behind the other.
    pub phrases: HashSet<Vec<String>>,
    pub prefixes: HashSet<String>,
    pub english: HashSet<String>,
    pub french: HashSet<String>,
}

/// A query that can be run.
pub struct Asking {
    pub query: Box<dyn Query>,
    pub marks: Marks,
}

pub fn parse(fields: &Fields, text: &str) -> Result<Asking, Malformed> {
    let depth = text.matches('(').count();
    if text.len() > limits::SEARCH_QUERY || depth > limits::SEARCH_DEPTH {
        let (bytes, depth) = (limits::SEARCH_QUERY, limits::SEARCH_DEPTH);
        return Err(malformed(format!(
            "it is longer than {bytes} bytes, or has more than {depth} parentheses"
        )));
    }
    let (ast, errors) = parse_query_lenient(&with_apostrophes(text));
    if let Some(error) = errors.first() {
        let read = with_apostrophes(text);
        let at = read.get(..error.pos).map_or(0, |before| before.chars().count()) + 1;
        return Err(Malformed { at: Some(at), why: error.message.clone() });
    }
    let mut building = Building { fields, marks: Marks::default() };
    let query = building.of(&ast, true)?;
    let query = query.ok_or_else(|| malformed("no word stands in it"))?;
    Ok(Asking { query, marks: building.marks })
}

/// The grammar takes `'` for a quote; inside a word it is none.
fn with_apostrophes(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let is_letter = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
    let read = |(at, &c): (usize, &char)| {
        let is_inside = at > 0 && is_letter(all.get(at - 1)) && is_letter(all.get(at + 1));
        if c == '\'' && is_inside { '’' } else { c }
    };
    all.iter().enumerate().map(read).collect()
}

type Built = Result<Option<Box<dyn Query>>, Malformed>;

struct Building<'a> {
    fields: &'a Fields,
    marks: Marks,
}

impl Building<'_> {
    /// None where no word stands in it. `is_wanted` is false behind a `-`.
    fn of(&mut self, ast: &UserInputAst, is_wanted: bool) -> Built {
        match ast {
            UserInputAst::Clause(all) => self.clause(all, is_wanted),
            UserInputAst::Boost(inner, by) => {
                #[expect(clippy::cast_possible_truncation, reason = "a weight")]
                let by = by.into_inner() as f32;
                let boosted = |query| Box::new(BoostQuery::new(query, by)) as Box<dyn Query>;
                Ok(self.of(inner, is_wanted)?.map(boosted))
            }
            UserInputAst::Leaf(leaf) => self.leaf(leaf, is_wanted),
        }
    }

    fn clause(&mut self, all: &[(Option<Occur>, UserInputAst)], is_wanted: bool) -> Built {
        let has_must = all.iter().any(|(occur, _)| *occur == Some(Occur::Must));
        let unmarked = if has_must { Occur::Should } else { Occur::Must };
        let mut out: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (occur, ast) in all {
            let occur = occur.unwrap_or(unmarked);
            let query = self.of(ast, is_wanted && occur != Occur::MustNot)?;
            out.extend(query.map(|query| (occur, query)));
        }
        if out.is_empty() {
            return Ok(None);
        }
        if out.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            out.push((Occur::Must, Box::new(AllQuery)));
        }
        Ok(Some(Box::new(BooleanQuery::new(out))))
    }

    fn leaf(&mut self, leaf: &UserInputLeaf, is_wanted: bool) -> Built {
        match leaf {
            UserInputLeaf::All => Ok(Some(Box::new(AllQuery))),
            UserInputLeaf::Literal(literal) => self.literal(literal, is_wanted),
            UserInputLeaf::Set { field, elements } => {
                let asked = self.asked(field.as_deref())?;
                let mut out = Vec::new();
                for element in elements {
                    out.extend(self.anywhere(&asked, element, &Form::Word, is_wanted)?);
                }
                Ok(any(out))
            }
            UserInputLeaf::Range { field, lower, upper } => {
                self.range(field.as_deref(), lower, upper).map(Some)
            }
            UserInputLeaf::Exists { field } if field == "date" => {
                Ok(Some(Box::new(ExistsQuery::new(field.clone(), false))))
            }
            UserInputLeaf::Exists { field } => {
                Err(malformed(format!("only date:* is known, not {field}:*")))
            }
            UserInputLeaf::Regex { .. } => Err(malformed("regular expressions are not known")),
        }
    }

    /// The fields that are asked.
    fn asked(&self, name: Option<&str>) -> Result<Vec<Asked>, Malformed> {
        let Some(name) = name else { return Ok(self.fields.unnamed().to_vec()) };
        let known = self.fields.named(name).map(|asked| vec![asked]);
        known.ok_or_else(|| {
            malformed(format!(
                "there is no field {name:?}; there are {}; put text with a colon between quotes",
                NAMES.join(", ")
            ))
        })
    }

    fn literal(&mut self, literal: &UserInputLiteral, is_wanted: bool) -> Built {
        let asked = self.asked(literal.field_name.as_deref())?;
        let phrase = literal.phrase.as_str();
        let is_quoted = literal.delimiter != Delimiter::None;
        let start = phrase.strip_suffix('*').filter(|_| !is_quoted);
        let form = match start {
            _ if literal.prefix => Form::Start,
            Some(_) => Form::Start,
            None if is_quoted => Form::Phrase(literal.slop),
            None => Form::Word,
        };
        let found = self.anywhere(&asked, start.unwrap_or(phrase), &form, is_wanted)?;
        Ok(any(found))
    }

    /// One text, looked for in each of the fields.
    fn anywhere(
        &mut self,
        asked: &[Asked],
        text: &str,
        form: &Form,
        is_wanted: bool,
    ) -> Result<Vec<Box<dyn Query>>, Malformed> {
        let found = words::of(&mut words::plain(), text);
        let mut out: Vec<Box<dyn Query>> = Vec::new();
        for one in asked {
            match *one {
                Asked::Day(field) => {
                    let day = day(text)?;
                    out.push(between(field, Bound::Included(day.0), Bound::Included(day.1)));
                }
                Asked::Exact(field) => {
                    out.push(term(field, &text.trim().to_lowercase(), IndexRecordOption::Basic));
                }
                Asked::Words(field) => out.extend(in_order(field, &found, form)),
                Asked::Stemmed(fields) => {
                    out.extend(in_order(fields.plain, &found, form));
                    if *form == Form::Word && found.len() == 1 {
                        out.extend(self.stems(fields, text, is_wanted));
                    }
                }
            }
        }
        let is_text = asked.iter().any(|a| matches!(a, Asked::Stemmed(_) | Asked::Words(_)));
        if is_wanted && is_text && !found.is_empty() {
            if *form == Form::Start && found.len() == 1 {
                self.marks.prefixes.extend(found);
            } else {
                self.marks.phrases.insert(found);
            }
        }
        Ok(out)
    }

    fn stems(&mut self, fields: Stemmed, text: &str, is_wanted: bool) -> Vec<Box<dyn Query>> {
        let english = words::of(&mut words::english(), text);
        let french = words::of(&mut words::french(), text);
        let of = |field, all: &[String]| -> Vec<_> {
            all.iter().map(|word| term(field, word, IndexRecordOption::WithFreqs)).collect()
        };
        let mut out = of(fields.english, &english);
        out.extend(of(fields.french, &french));
        if is_wanted {
            self.marks.english.extend(english);
            self.marks.french.extend(french);
        }
        out
    }

    fn range(
        &self,
        name: Option<&str>,
        lower: &UserInputBound,
        upper: &UserInputBound,
    ) -> Result<Box<dyn Query>, Malformed> {
        let Some(Asked::Day(field)) = name.and_then(|name| self.fields.named(name)) else {
            return Err(malformed("only date has ranges"));
        };
        let lower = match lower {
            UserInputBound::Inclusive(text) => Bound::Included(day(text)?.0),
            UserInputBound::Exclusive(text) => Bound::Excluded(day(text)?.1),
            UserInputBound::Unbounded => Bound::Included(0),
        };
        let upper = match upper {
            UserInputBound::Inclusive(text) => Bound::Included(day(text)?.1),
            UserInputBound::Exclusive(text) => Bound::Excluded(day(text)?.0),
            UserInputBound::Unbounded => Bound::Included(u64::MAX),
        };
        Ok(between(field, lower, upper))
    }
}

/// How the words of a text are looked for.
#[derive(PartialEq, Eq)]
enum Form {
    /// As a word, by its stems too.
    Word,
    /// As they stand, with at most so many words between.
    Phrase(u32),
    /// The last one is the start of a word.
    Start,
}

/// The words as they stand, one behind the other.
fn in_order(field: Field, found: &[String], form: &Form) -> Option<Box<dyn Query>> {
    let terms: Vec<Term> = found.iter().map(|word| Term::from_field_text(field, word)).collect();
    if *form == Form::Start && !terms.is_empty() {
        let mut query = PhrasePrefixQuery::new(terms);
        // Its own bound of 50 words would leave hits out without a word.
        query.set_max_expansions(u32::MAX);
        return Some(Box::new(query));
    }
    match found {
        [] => None,
        [one] => Some(term(field, one, IndexRecordOption::WithFreqs)),
        _ => {
            let mut query = PhraseQuery::new(terms);
            if let Form::Phrase(slop) = form {
                query.set_slop(*slop);
            }
            Some(Box::new(query))
        }
    }
}

fn term(field: Field, word: &str, option: IndexRecordOption) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), option))
}

fn any(mut all: Vec<Box<dyn Query>>) -> Option<Box<dyn Query>> {
    if all.len() < 2 {
        return all.pop();
    }
    let all = all.into_iter().map(|query| (Occur::Should, query)).collect();
    Some(Box::new(BooleanQuery::new(all)))
}

fn between(field: Field, lower: Bound<u64>, upper: Bound<u64>) -> Box<dyn Query> {
    let term = |day| Term::from_field_u64(field, day);
    Box::new(RangeQuery::new(lower.map(term), upper.map(term)))
}

/// First and last day, `yyyymmdd`, that `2017`, `2017-03` or `2017-03-31` names; a time behind the day
/// is passed over.
fn day(text: &str) -> Result<(u64, u64), Malformed> {
    let wrong = || malformed(format!("{text:?} is no date: write 2017, 2017-03 or 2017-03-31"));
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    let mut numbers = Vec::new();
    for (part, digits) in date.split('-').zip([4, 2, 2, 0]) {
        let is_number = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        let number = part.parse().ok().filter(|_| is_number);
        numbers.push(number.ok_or_else(wrong)?);
    }
    let in_range = |n: &u64, most| (1..=most).contains(n);
    match numbers[..] {
        [year] => Ok((year * 10_000, year * 10_000 + 9_999)),
        [year, month] if in_range(&month, 12) => {
            let start = (year * 100 + month) * 100;
            Ok((start, start + 99))
        }
        [year, month, day] if in_range(&month, 12) && in_range(&day, 31) => {
            let day = (year * 100 + month) * 100 + day;
            Ok((day, day))
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Malformed {
        parse(&Fields::new(), text).err().unwrap()
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        assert_eq!(refused("subject:").at, Some(9));
        assert_eq!(refused("\"open").at, Some(6));
        assert!(refused("sender:anna").why.contains("message_id"));
        assert!(refused("date:March").why.contains("2017-03-31"));
        assert!(refused("date:2017-13").why.contains("is no date"));
        assert!(refused("from:[a TO b]").why.contains("only date"));
        assert!(refused("text:/a+/").why.contains("regular"));
        assert!(refused(", ;").why.contains("no word"));
        assert!(refused(&"(".repeat(100)).why.contains("parentheses"));
        assert!(refused(&"a ".repeat(5_000)).why.contains("bytes"));
    }

    #[test]
    fn days_months_and_years() {
        assert_eq!(day("2017-03-09").unwrap(), (20_170_309, 20_170_309));
        assert_eq!(day("2017-03-09T10:00:00Z").unwrap(), (20_170_309, 20_170_309));
        assert_eq!(day("2017-03").unwrap(), (20_170_300, 20_170_399));
        assert_eq!(day("2017").unwrap(), (20_170_000, 20_179_999));
        for text in ["", "17", "2017-3", "2017-03-32", "2017-03-01-01", "+017", "２０１７"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_apostrophe_in_a_word_is_no_quote() {
        assert_eq!(with_apostrophes("l'accord 'en vue'"), "l’accord 'en vue'");
        let asking = parse(&Fields::new(), "l'accord -secret").unwrap();
        let accord = vec!["l".to_owned(), "accord".to_owned()];
        assert_eq!(asking.marks.phrases, HashSet::from([accord]), "nothing behind a minus");
    }
}
