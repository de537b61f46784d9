//! Cells of spreadsheets of any format: places, values, and sums that are certain.

use std::collections::HashMap;

use crate::limits;

/// A cell that holds something.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Number of its sheet, from 0.
    pub sheet: usize,
    /// From 0.
    pub row: u32,
    /// From 0.
    pub column: u32,
    /// As stored: of a number its digits, never the display.
    pub text: String,
    pub number: Option<f64>,
    /// In Excel's grammar, without `=`.
    pub formula: Option<String>,
}

/// A sheet and how it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    pub visibility: Visibility,
    /// Name of its part.
    pub part: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    #[default]
    Visible,
    Hidden,
    /// Excel's menus do not offer to show it.
    VeryHidden,
}

/// A stored sum that its cells do not add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherSum {
    /// Index into the cells.
    pub cell: usize,
    pub stored: f64,
    pub added: f64,
}

/// `B3` of row 2, column 1.
pub fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", u64::from(row) + 1)
}

/// Whether a number format of Excel shows a date or time (ECMA-376 part 1 §18.8.30 and §18.8.31).
pub fn is_date_format(id: u32, code: Option<&str>) -> bool {
    let Some(code) = code else {
        return matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
    };
    // Quoted and bracketed words (colours, currencies) and escaped letters are no placeholders.
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        let is_plain = !quoted && !bracketed && !std::mem::take(&mut escaped);
        match c {
            '"' if is_plain || quoted => quoted = !quoted,
            '[' if is_plain => bracketed = true,
            ']' => bracketed = false,
            '\\' | '_' | '*' if is_plain => escaped = true,
            _ => {}
        }
        is_plain && matches!(c.to_ascii_lowercase(), 'y' | 'd' | 'h' | 's' | 'm')
    })
}

/// A serial number of Excel as a date: days since 1899-12-30, or since 1904-01-01.
pub fn date_of(serial: f64, since_1904: bool) -> Option<String> {
    // 31 December 9999, the last that Excel shows.
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let epoch = if since_1904 { -2_082_844_800 } else { -2_209_161_600 };
    let seconds = (serial * 86_400.0).round() as i64;
    let text = super::w3c::written(epoch + seconds, true);
    match (serial < 1.0, seconds % 86_400) {
        (true, _) => text.get(11..).map(str::to_owned),
        (_, 0) => text.get(..10).map(str::to_owned),
        _ => Some(text),
    }
}

/// Row and column of `B3` or `$B$3`.
pub fn position(address: &str) -> Option<(u32, u32)> {
    let address = address.strip_prefix('$').unwrap_or(address);
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = address.split_at(letters);
    let digits = digits.strip_prefix('$').unwrap_or(digits);
    if letters.is_empty() || letters.len() > 3 || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let place = |sum: u32, c: u8| sum * 26 + u32::from(c.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, place) - 1;
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column))
}

/// Sums over plain numbers of the same sheet whose stored value is another one. A sum over cells
/// that are computed themselves, over errors, or without a stored value is passed over, as is a
/// stored nought: writers that compute nothing put it there.
pub fn other_sums(cells: &[Cell]) -> Vec<OtherSum> {
    let places: HashMap<(usize, u32, u32), usize> =
        cells.iter().enumerate().map(|(at, c)| ((c.sheet, c.row, c.column), at)).collect();
    let mut work = limits::DOCUMENT_SUM_CELLS;
    let mut found = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let (Some(formula), Some(stored)) = (&cell.formula, cell.number) else { continue };
        if stored == 0.0 {
            continue;
        }
        let Some((added, size)) = add(formula, cell, cells, &places, &mut work) else { continue };
        if (stored - added).abs() > size.max(stored.abs()) * 1e-9 {
            found.push(OtherSum { cell: at, stored, added });
        }
    }
    found
}

/// Of a sheet that was not read whole no sum is certain.
pub fn leave_sums(cells: &mut [Cell]) {
    for formula in cells.iter_mut().filter_map(|cell| cell.formula.as_mut()) {
        formula.clear();
    }
}

/// The sum a formula `SUM(A1:A5,B2)` comes to, and the sum of the amounts without their signs.
fn add(
    formula: &str,
    cell: &Cell,
    cells: &[Cell],
    places: &HashMap<(usize, u32, u32), usize>,
    work: &mut usize,
) -> Option<(f64, f64)> {
    let open = formula.get(..4).filter(|f| f.eq_ignore_ascii_case("SUM("))?.len();
    let inner = formula[open..].strip_suffix(')')?;
    let (mut sum, mut size, mut numbers) = (0.0, 0.0, 0);
    for argument in inner.split(',') {
        let (from, to) = argument.split_once(':').unwrap_or((argument, argument));
        let (from, to) = (position(from.trim())?, position(to.trim())?);
        let (rows, columns) = (ordered(from.0, to.0), ordered(from.1, to.1));
        let count = u64::from(rows.1 - rows.0 + 1) * u64::from(columns.1 - columns.0 + 1);
        *work = work.checked_sub(usize::try_from(count).ok()?)?;
        for row in rows.0..=rows.1 {
            for column in columns.0..=columns.1 {
                let Some(&at) = places.get(&(cell.sheet, row, column)) else { continue };
                let other = &cells[at];
                if other.formula.is_some() || is_error(other) {
                    return None;
                }
                if let Some(number) = other.number {
                    sum += number;
                    size += number.abs();
                    numbers += 1;
                }
            }
        }
    }
    (numbers > 0).then_some((sum, size))
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

fn is_error(cell: &Cell) -> bool {
    cell.number.is_none() && cell.text.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(place: &str, number: f64, formula: Option<&str>) -> Cell {
        let (row, column) = position(place).unwrap();
        let formula = formula.map(str::to_owned);
        Cell { sheet: 0, row, column, text: number.to_string(), number: Some(number), formula }
    }

    #[test]
    fn addresses_turn_both_ways() {
        for (text, place) in
            [("A1", (0, 0)), ("Z9", (8, 25)), ("AA10", (9, 26)), ("XFD1", (0, 16_383))]
        {
            assert_eq!(position(text), Some(place));
            assert_eq!(address(place.0, place.1), text);
        }
        assert_eq!(position("$B$3"), Some((2, 1)));
        for wrong in ["", "A", "1", "A0", "AAAA1", "Sheet!A1", "A1B", "A99999999999"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_told_from_numbers() {
        for (id, code) in
            [(14, None), (22, None), (164, Some("dd/mm/yyyy")), (165, Some("[$-F400]h:mm"))]
        {
            assert!(is_date_format(id, code), "{id} {code:?}");
        }
        for (id, code) in [
            (0, None),
            (2, None),
            (164, Some("#,##0 \"days\"")),
            (165, Some("[Red]0.00")),
            (166, Some("0\\d")),
        ] {
            assert!(!is_date_format(id, code), "{id} {code:?}");
        }
        assert_eq!(date_of(42_808.0, false).as_deref(), Some("2017-03-14"));
        assert_eq!(date_of(42_808.5, false).as_deref(), Some("2017-03-14T12:00:00"));
        assert_eq!(date_of(0.25, false).as_deref(), Some("06:00:00"));
        assert_eq!(date_of(41_346.0, true).as_deref(), Some("2017-03-14"));
        assert_eq!(date_of(-1.0, false), None);
    }

    #[test]
    fn a_sum_that_no_longer_adds_up_is_told() {
        let numbers = [cell("A1", 240_000.0, None), cell("A2", 0.1, None), cell("A3", 0.2, None)];
        let with = |total: f64, formula: &str| {
            let mut cells = numbers.to_vec();
            cells.push(cell("A9", total, Some(formula)));
            other_sums(&cells).len()
        };
        assert_eq!(with(240_000.3, "SUM(A1:A3)"), 0);
        assert_eq!(with(122_000.3, "sum($A$1:A3)"), 1);
        assert_eq!(with(240_000.0, "SUM(A1)"), 0);
        assert_eq!(with(240_000.3, "SUM(A1,A2:A3)"), 0);
        // What is not certain is passed over.
        for unsure in ["SUM(A1:A9)", "SUM(Other!A1:A3)", "SUM(A1:A3)+1", "SUM(A1:A3", "SUM(B1:B3)"]
        {
            assert_eq!(with(5.0, unsure), 0, "{unsure}");
        }
        assert_eq!(with(0.0, "SUM(A1:A3)"), 0);
        assert_eq!(with(5.0, "SUM(A1:XFD1048576)"), 0);
    }
}
