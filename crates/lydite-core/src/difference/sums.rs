//! Sums of a table that held in one document and no longer hold in the other.
//!
//! A sum is found by its arithmetic: a number that is the sum of at least two numbers right above it
//! or before it, back to a text, to the sum before, or to one number less (a year as heading). Only
//! what held in the original is asked for again, so a table that never added up says nothing.

/// What stands in a cell, for arithmetic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Number {
        value: f64,
        /// Digits behind the decimal separator.
        decimals: u32,
    },
    Text,
}

/// A row or column of numbers: where each cell stands, and what in it.
pub(super) type Line = Vec<(usize, Value)>;

/// One sum of a line, by place: everything from `first` up to `total` adds up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Total {
    pub first: usize,
    pub total: usize,
}

/// The sums that hold in a line.
pub(super) fn totals(line: &Line) -> Vec<Total> {
    let mut found = Vec::new();
    // Places in `line` where the numbers that may be added begin.
    let mut start = 0;
    for at in 0..line.len() {
        let Value::Number { .. } = line[at].1 else {
            start = at + 1;
            continue;
        };
        let holds = |from: usize| {
            let addends = &line[from.min(at)..at];
            let others = addends
                .iter()
                .filter(|(_, v)| matches!(v, Value::Number { value, .. } if *value != 0.0));
            others.count() >= 2 && off(addends, line[at].1).is_some_and(|off| off.is_exact)
        };
        if let Some(from) = [start, start + 1].into_iter().find(|from| holds(*from)) {
            found.push(Total { first: line[from].0, total: line[at].0 });
            start = at + 1;
        }
    }
    found
}

/// How far addends are from their sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Off {
    pub sums_to: f64,
    /// But for what binary fractions leave.
    pub is_exact: bool,
    /// But for the rounding of every number to the digits it shows.
    pub is_rounding: bool,
}

pub(super) fn off(addends: &[(usize, Value)], total: Value) -> Option<Off> {
    let Value::Number { value: stated, mut decimals } = total else {
        return None;
    };
    let (mut sum, mut size, mut count) = (0.0, stated.abs(), 1.0);
    for (_, value) in addends {
        if let Value::Number { value, decimals: shown } = value {
            sum += value;
            size += value.abs();
            count += 1.0;
            decimals = decimals.min(*shown);
        }
    }
    let gap = (sum - stated).abs();
    let half = 0.5 * 10f64.powi(-(decimals.min(300) as i32));
    Some(Off {
        sums_to: sum,
        is_exact: gap <= size * 1e-12,
        is_rounding: decimals > 0 && gap <= half * count,
    })
}

/// A cell's text as a number: `1200`, `-3.5`, `1,200.50`, `1 200,50 €`. A single point is a decimal
/// one, as spreadsheets store it; a single comma before three digits groups thousands. No dates, no
/// numbers that begin with a zero they do not need, as telephone numbers do.
pub(super) fn value(text: &str) -> Value {
    number(text).map_or(Value::Text, |(value, decimals)| Value::Number { value, decimals })
}

fn number(text: &str) -> Option<(f64, u32)> {
    let kept: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let kept = kept.trim_matches(['€', '$', '£', '%']);
    let (sign, digits) = match kept.strip_prefix(['-', '−']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, kept.strip_prefix('+').unwrap_or(kept)),
    };
    let is_digit = |c: char| c.is_ascii_digit();
    if let Ok(value) = digits.parse::<f64>()
        && digits.starts_with(is_digit)
    {
        let plain = digits.split(['e', 'E']).next()?;
        let needless = plain.len() > 1 && plain.starts_with('0') && !plain.starts_with("0.");
        let decimals = plain.split_once('.').map_or(0, |(_, behind)| behind.len());
        return (!needless && value.is_finite()).then_some((sign * value, decimals as u32));
    }
    if !digits.starts_with(is_digit) || !digits.ends_with(is_digit) {
        return None;
    }
    let last = digits.rfind(['.', ','])?;
    let mark = digits[last..].chars().next()?;
    let behind = &digits[last + 1..];
    let is_alone = digits.matches(['.', ',']).count() == 1;
    let is_mixed = digits.contains('.') && digits.contains(',');
    let decimal = (is_mixed || is_alone) && !(is_alone && mark == ',' && behind.len() == 3);
    let (whole, fraction) = if decimal { (&digits[..last], behind) } else { (digits, "") };
    // Between separators of thousands stand three digits.
    let mut groups = whole.split(['.', ',', '\'']);
    let head = groups.next()?;
    let is_grouped = groups.all(|group| group.len() == 3 && group.chars().all(is_digit));
    if !is_grouped || head.is_empty() || head.len() > 3 && whole != head {
        return None;
    }
    let joined: String = whole.chars().filter(char::is_ascii_digit).collect();
    let value = format!("{joined}.{fraction}0").parse::<f64>().ok().filter(|v| v.is_finite())?;
    Some((sign * value, fraction.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(texts: &[&str]) -> Line {
        texts.iter().enumerate().map(|(at, text)| (at, value(text))).collect()
    }

    fn sums(texts: &[&str]) -> Vec<(usize, usize)> {
        totals(&line(texts)).into_iter().map(|t| (t.first, t.total)).collect()
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let cases = [
            ("1200", 1200.0),
            ("-3.5", -3.5),
            ("1,200.50", 1200.5),
            ("1 200,50 €", 1200.5),
            ("1.200.000", 1_200_000.0),
            ("4,200", 4200.0),
            ("4.200", 4.2),
            ("12,5", 12.5),
            ("0.1", 0.1),
            ("2e3", 2000.0),
            ("33.3 %", 33.3),
        ];
        for (text, expected) in cases {
            let Value::Number { value, .. } = value(text) else { panic!("{text} is no number") };
            assert_eq!(value, expected, "{text}");
        }
        for text in ["", "2017-03-02", "12:30", "0612345678", "a1", "1,2,3", "1.2.3", "inf", "."] {
            assert_eq!(value(text), Value::Text, "{text}");
        }
    }

    #[test]
    fn sums_are_found_by_their_arithmetic() {
        assert_eq!(sums(&["January", "4200", "1850", "640", "6690"]), [(1, 4)]);
        assert_eq!(sums(&["2016", "4200", "1850", "6050"]), [(1, 3)], "a year stands above");
        assert_eq!(sums(&["1", "2", "3", "4", "5", "9"]), [(0, 2), (3, 5)], "sum after sum");
        assert_eq!(sums(&["0.1", "0.2", "0.3"]), [(0, 2)], "binary fractions");
        assert_eq!(sums(&["33.3", "33.3", "33.3", "100"]), [], "never held");
        assert_eq!(sums(&["0", "5", "5"]), [], "nothing was added");
        assert_eq!(sums(&["3", "x", "4", "7"]), [], "across a text");
    }

    #[test]
    fn rounding_is_told_from_a_wrong_sum() {
        let off = |texts: &[&str]| {
            let line = line(texts);
            off(&line[..line.len() - 1], line[line.len() - 1].1).unwrap()
        };
        let rounded = off(&["33.3", "33.3", "33.3", "100.0"]);
        assert!(!rounded.is_exact && rounded.is_rounding);
        let wrong = off(&["4200", "1850", "6051"]);
        assert!(!wrong.is_exact && !wrong.is_rounding);
        assert_eq!(wrong.sums_to, 6050.0);
    }
}
