use proptest::prelude::*;

use super::*;
use crate::text::quote::of_plain;

fn of(quote: &str, original: &str) -> Aligned {
    let (quote, original) = (of_plain(quote, false), of_plain(original, false));
    align(&quote.all(), &original.all())
}

const LETTER: &str = "Dear Ann,\n\nthe council met on 4 May and agreed to pay 320,000 euros to the\nharbour \
company before the end of June. Tom Reyes will sign for us, and\nyou should not tell the press \
before that day.\n\nBest wishes\nLuc\n";

#[test]
fn an_equal_quote_has_no_change_however_it_is_wrapped() {
    let quote = "the council met on 4 May and agreed\nto pay 320,000 euros to the harbour company\n\
        before the end of June.  Tom Reyes will sign for us, and you\nshould not tell the press before that day.";
    let found = of(quote, LETTER);
    assert_eq!((found.changes.len(), found.foreign.len()), (0, 0), "{found:?}");
    assert_eq!(found.equal, found.words);
    assert!(found.tells() && found.runs.len() == 1);
}

#[test]
fn a_changed_word_number_or_name_is_shown() {
    for (was, is, class) in [
        ("320,000", "32,000", Class::Number),
        ("Tom Reyes", "Tom Besnard", Class::Name),
        ("should not tell", "should tell", Class::Words),
        ("harbour", "railway", Class::Words),
        ("4 May", "9 May", Class::Number),
        ("before the end of June", "before the end of March", Class::Name),
        ("agreed to pay", "never agreed to pay", Class::Words),
    ] {
        let found = of(LETTER, &LETTER.replace(was, is));
        let classes: Vec<Class> = found.altering().map(|c| c.class).collect();
        assert_eq!(classes, [class], "{was} -> {is}: {found:?}");
    }
    let found = of(LETTER, &LETTER.replace("320,000", "32,000"));
    assert_eq!(
        (found.changes[0].was.as_str(), found.changes[0].is.as_str()),
        ("32,000", "320,000")
    );
}

#[test]
fn what_is_left_out_is_no_change() {
    for quote in [
        "the council met on 4 May and agreed to pay 320,000 euros to the\n",
        "the council met on 4 May and agreed to pay 320,000 euros to the\n[...]\nyou should not tell the press",
        "agreed to pay 320,000 euros [snip] you should not tell the press before that day",
        "Dear Ann,\nharbour company before the end of June. Tom Reyes will sign for us, and\n",
    ] {
        let found = of(quote, LETTER);
        assert_eq!((found.changes.len(), found.foreign.len()), (0, 0), "{quote}: {found:?}");
        assert_eq!(found.equal, found.words, "{quote}");
    }
}

#[test]
fn lines_of_somebody_else_are_foreign() {
    let found = of(
        &format!("{LETTER}I think that this is all wrong and nobody should sign it at all\n"),
        LETTER,
    );
    assert_eq!(found.changes, []);
    assert_eq!(found.foreign.len(), 1);
    assert_eq!(of("nothing of this stands there", LETTER).equal, 0);
}

#[test]
fn carriage_is_named() {
    for (was, is, class) in [
        ("harbour company", "harbour compa ny", Class::Blanks),
        ("Best wishes", "*Best* wishes", Class::Signs),
        ("wishes\nLuc", "wishes\nLuc [image: logo.png] from here", Class::Picture),
    ] {
        let found = of(&LETTER.replace(was, is), LETTER);
        assert_eq!(
            found.altering().count(),
            usize::from(class == Class::Picture),
            "{was}: {found:?}"
        );
    }
    let address = "write to Ann Li at ann@li.example before the end of the day or call";
    let twice = address.replace("ann@li.example", "ann@li.example <ann@li.example>");
    let found = of(&twice, address);
    assert_eq!((found.altering().count(), found.changes[0].class), (0, Class::Link), "{found:?}");
    let other = address.replace("ann@li.example", "bob@li.example");
    assert_eq!(of(&other, address).altering().count(), 1);
    let french = "le café est fermé le lundi et l’été nous irons à la plage";
    for quote in [
        "le caf? est ferm? le lundi et l'?t? nous irons ? la plage",
        "le cafÃ© est fermÃ© le lundi et l'Ã©tÃ© nous irons Ã  la plage",
    ] {
        let found = of(quote, french);
        assert!(
            found.changes.iter().all(|c| c.class == Class::Encoding || c.class == Class::Signs),
            "{found:?}"
        );
    }
}

proptest! {
    #[test]
    fn words_of_the_quote_are_equal_changed_or_foreign(quote in "((Ann|the|pay|12|,|x)( |\n)){0,30}", original in "((Ann|the|pay|13|,|y)( |\n)){0,30}") {
        let found = of(&quote, &original);
        prop_assert!(found.equal <= found.words);
        let changed: usize = found.changes.iter().map(|c| c.is_words).sum();
        let foreign: usize = found.foreign.iter().map(|f| f.words).sum();
        if found.equal > 0 {
            prop_assert_eq!(found.equal + changed + foreign, found.words);
        }
        for run in &found.runs {
            prop_assert!(run.original.end <= original.len() && run.quote.end <= quote.len());
        }
    }
}
