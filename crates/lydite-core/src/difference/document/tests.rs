use proptest::prelude::*;

use super::super::Piece as Words;
use super::*;

fn piece(place: impl Into<String>, text: &str) -> Piece {
    Piece { place: place.into(), text: text.to_owned() }
}

/// Rows by `/`, cells by `|`; an empty cell is none.
fn sheet(name: &str, text: &str) -> Vec<Piece> {
    let rows = text.split('/').enumerate();
    let cells = rows.flat_map(|(row, cells)| {
        let cells = cells.split('|').enumerate().filter(|(_, text)| !text.is_empty());
        cells.map(move |(column, text)| {
            let letter = char::from(b'A' + column as u8);
            piece(format!("{name}!{letter}{}", row + 1), text)
        })
    });
    cells.collect()
}

fn paragraphs(texts: &[&str]) -> Vec<Piece> {
    let numbered = texts.iter().enumerate();
    numbered.map(|(at, text)| piece(format!("paragraph {}", at + 1), text)).collect()
}

/// `class before -> after`, places and texts.
fn told(found: &[Piece], original: &[Piece]) -> Vec<String> {
    let list = |pieces: &[Piece], numbers: &[usize]| {
        let texts = numbers.iter().map(|n| format!("{}={}", pieces[*n].place, pieces[*n].text));
        texts.collect::<Vec<_>>().join(",")
    };
    let comparison = compare(found, original);
    let told = comparison.changes.iter().map(|change| {
        let (was, is) = (list(original, &change.original), list(found, &change.found));
        format!("{:?} {was} -> {is}", change.class)
    });
    told.collect()
}

const BUDGET: &str = "Post|Jan|Feb|Sum/Hall|4200|0|4200/Print|1850|1850|3700/Trains|640|710|1350/\
                      Sum|6690|2560|9250";

#[test]
fn a_changed_cell_is_one_change_and_its_sums_no_longer_hold() {
    let (was, is) =
        (sheet("Budget", BUDGET), sheet("Budget", &BUDGET.replacen("1850", "18500", 1)));
    assert_eq!(told(&is, &was), ["Number Budget!B3=1850 -> Budget!B3=18500"]);
    let comparison = compare(&is, &was);
    let sums: Vec<_> = comparison
        .broken_sums
        .iter()
        .map(|s| {
            (
                is[s.first].place.as_str(),
                is[s.last].place.as_str(),
                is[s.total].place.as_str(),
                s.sums_to,
            )
        })
        .collect();
    let expected = [
        ("Budget!B2", "Budget!B4", "Budget!B5", 23340.0),
        ("Budget!B3", "Budget!C3", "Budget!D3", 20350.0),
    ];
    assert_eq!(sums, expected);
}

#[test]
fn an_inserted_row_moves_nothing_and_its_sum_is_asked_again() {
    let was = sheet("Budget", BUDGET);
    let is = BUDGET.replace("/Print", "/Foundation|240000||240000/Print");
    let is = sheet("Budget", &is);
    let row = "RowInserted  -> Budget!A3=Foundation,Budget!B3=240000,Budget!D3=240000";
    assert_eq!(told(&is, &was), [row]);
    let totals: Vec<&str> =
        compare(&is, &was).broken_sums.iter().map(|s| is[s.total].place.as_str()).collect();
    assert_eq!(totals, ["Budget!B6", "Budget!D6"], "the row stands inside both sums");
    assert_eq!(told(&was, &is).len(), 1);
    assert!(told(&was, &is)[0].starts_with("RowRemoved Budget!A3"));
}

#[test]
fn an_inserted_row_whose_sums_were_made_again_breaks_none() {
    let is = "Post|Jan|Feb|Sum/Hall|4200|0|4200/Tea|40|40|80/Print|1850|1850|3700/Trains|640|710|1350/\
              Sum|6730|2600|9330";
    let (is, was) = (sheet("Budget", is), sheet("Budget", BUDGET));
    assert_eq!(compare(&is, &was).broken_sums, []);
    assert_eq!(told(&is, &was).len(), 4, "the row and three sums");
}

#[test]
fn a_column_is_inserted_and_a_renamed_sheet_is_the_same() {
    let was = sheet("Budget", "Post|Jan|Sum/Hall|1|1/Print|2|2/Trains|3|3");
    let is = sheet("Plan", "Post|Jan|Note|Sum/Hall|1|x|1/Print|2|y|2/Trains|3||3");
    let column = "ColumnInserted  -> Plan!C1=Note,Plan!C2=x,Plan!C3=y";
    assert_eq!(told(&is, &was), [column]);
}

#[test]
fn numbers_of_equal_value_and_dashes_are_formatting() {
    let was = sheet("S", "Sum|4200/Day|2017-03-02/Who|Luc Besnard");
    let is = sheet("S", "Sum|4,200.00/Day|2017-03-04/Who|Tom Reyes");
    let classes: Vec<Class> = compare(&is, &was).changes.iter().map(|c| c.class).collect();
    assert_eq!(classes, [Class::FormattingOnly, Class::Date, Class::Name]);
}

#[test]
fn paragraphs_are_aligned_by_content() {
    let was =
        paragraphs(&["Note", "The hall costs 4,200 euros.", "Please sign before Friday.", "Luc"]);
    let is = paragraphs(&[
        "Note",
        "It is for the party alone.",
        "The hall costs 42,000 euros.",
        "Please sign before Friday.",
    ]);
    let expected = [
        "Inserted  -> paragraph 2=It is for the party alone.",
        "Number paragraph 2=The hall costs 4,200 euros. -> paragraph 3=The hall costs 42,000 euros.",
        "Removed paragraph 4=Luc -> ",
    ];
    assert_eq!(told(&is, &was), expected);
    let words = compare(&is, &was).changes[1].words.clone();
    assert!(words.contains(&Words::Original("4,200".into())));
    assert!(words.contains(&Words::Found("42,000".into())));
}

#[test]
fn pages_comments_and_cells_are_not_mixed() {
    let mut was = sheet("S", "a|b");
    was.push(piece("page 1", "a"));
    let mut is = sheet("S", "a|b");
    is.push(piece("comment 1", "a"));
    assert_eq!(told(&is, &was), ["Inserted  -> comment 1=a", "Removed page 1=a -> "]);
}

#[test]
fn a_sheet_that_is_hidden_now_has_the_same_cells() {
    let was = sheet("S", "a|1/b|2");
    let is: Vec<Piece> =
        was.iter().map(|p| piece(format!("{} (hidden)", p.place), &p.text)).collect();
    assert_eq!(compare(&is, &was), Comparison::default());
}

/// Makes the found document of the original and the changes: pieces that no change names are those of
/// the original, one after the other within what can be compared.
fn applied(found: &[Piece], original: &[Piece], changes: &[Change]) -> Option<Vec<String>> {
    let mut texts: Vec<Option<String>> = vec![None; found.len()];
    let mut is_used = vec![false; original.len()];
    for change in changes {
        for o in &change.original {
            assert!(!std::mem::replace(&mut is_used[*o], true), "named twice");
        }
        let whole: String = change
            .words
            .iter()
            .map(|word| match word {
                Words::Same(text) | Words::Found(text) => text.as_str(),
                Words::Original(_) => "",
            })
            .collect();
        for n in &change.found {
            let text = if change.words.is_empty() { found[*n].text.clone() } else { whole.clone() };
            assert!(texts[*n].replace(text).is_none(), "named twice");
        }
    }
    let key = |piece: &Piece| {
        cell(&piece.place).map_or_else(
            || piece.place.chars().filter(|c| !c.is_ascii_digit()).collect::<String>(),
            |_| "cells".to_owned(),
        )
    };
    let mut left: BTreeMap<String, Vec<&Piece>> = BTreeMap::new();
    for (at, piece) in original.iter().enumerate().rev() {
        if !is_used[at] {
            left.entry(key(piece)).or_default().push(piece);
        }
    }
    for (at, text) in texts.iter_mut().enumerate() {
        if text.is_none() {
            *text = Some(left.get_mut(&key(&found[at]))?.pop()?.text.clone());
        }
    }
    left.values().all(Vec::is_empty).then(|| texts.into_iter().flatten().collect())
}

fn some_sheet() -> impl Strategy<Value = Vec<Piece>> {
    let row = prop::collection::vec("[ab]?|[1-3]{1,2}|1,0|2017-03-0[1-3]", 1..5);
    prop::collection::vec(row, 0..7).prop_map(|rows| {
        let rows: Vec<String> = rows.iter().map(|row| row.join("|")).collect();
        sheet("S", &rows.join("/"))
    })
}

fn some_text() -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec("([ab]{0,2}[ .]?[1-3]{0,2} ?){0,4}", 0..7)
        .prop_map(|texts| paragraphs(&texts.iter().map(String::as_str).collect::<Vec<_>>()))
}

proptest! {
    #[test]
    fn a_document_does_not_differ_from_itself(cells in some_sheet(), text in some_text()) {
        let both = [cells, text].concat();
        prop_assert_eq!(compare(&both, &both), Comparison::default());
    }

    #[test]
    fn the_changes_make_the_found_document_of_the_original(
        was in (some_sheet(), some_text()), is in (some_sheet(), some_text())
    ) {
        let (was, is) = ([was.0, was.1].concat(), [is.0, is.1].concat());
        let comparison = compare(&is, &was);
        let texts: Vec<String> = is.iter().map(|piece| piece.text.clone()).collect();
        prop_assert_eq!(applied(&is, &was, &comparison.changes), Some(texts));
    }

    #[test]
    fn both_directions_tell_as_much(was in some_sheet(), is in some_sheet()) {
        let (there, back) = (compare(&is, &was), compare(&was, &is));
        let named = |c: &Comparison| -> (bool, bool) {
            (c.changes.iter().any(|c| !c.found.is_empty()), c.changes.iter().any(|c| !c.original.is_empty()))
        };
        prop_assert_eq!(named(&there).0 || named(&there).1, named(&back).0 || named(&back).1);
    }

    #[test]
    fn any_places_and_texts_are_compared(was: Vec<(String, String)>, is: Vec<(String, String)>) {
        let pieces = |list: &[(String, String)]| -> Vec<Piece> {
            list.iter().map(|(place, text)| piece(place.clone(), text)).collect()
        };
        compare(&pieces(&is), &pieces(&was));
    }
}
