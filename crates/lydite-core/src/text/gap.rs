//! Alignment of two short runs of words between words that are equal: the cheapest way to make one of the
//! other, where leaving out a long stretch costs little more than leaving out a word (Gotoh 1982). Myers'
//! search, which the differences of documents use, counts words alone and would rather pick `the` out of
//! three paragraphs than leave them out whole.

/// What becomes of one word, or of one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Same,
    Replaced,
    /// Only in the original.
    Left,
    /// Only in the quote.
    Put,
}

/// Costs: of a replaced word, of beginning and going on to leave out, of beginning and going on to put in.
/// Two to four words in a row are rather replaced one by one, five and more rather foreign text.
const REPLACED: u32 = 20;
const LEAVE: u32 = 30;
/// Where the quote goes on in a new line, leaving out is what people do.
const LEAVE_AT_LINE: u32 = 12;
const LEFT: u32 = 0;
const PUT_FIRST: u32 = 20;
const PUT: u32 = 10;
/// A sign is less than a word.
const SIGN: u32 = 6;
const NEVER: u32 = u32::MAX / 4;

/// One side: numbers that equal words share, and whether each is a sign.
pub(super) struct Side<'a> {
    pub numbers: &'a [u32],
    pub signs: &'a [bool],
}

/// How a cell was reached: the state before in two bits, and the move into state 0 in two more.
const DIAGONAL: u16 = 0;
const SIGN_LEFT: u16 = 1;
const SIGN_PUT: u16 = 2;

/// The steps from one run to the other. `cheap` says before which word of the quote, its length included,
/// leaving out costs little. States: 0 nothing under way, 1 leaving out, 2 putting in.
pub(super) fn steps(original: &Side, quote: &Side, cheap: &dyn Fn(usize) -> bool) -> Vec<Step> {
    let (rows, columns) = (quote.numbers.len(), original.numbers.len());
    let width = columns + 1;
    let mut from = vec![0u16; (rows + 1) * width];
    let mut above = vec![[NEVER; 3]; width];
    let mut now = vec![[NEVER; 3]; width];
    for row in 0..=rows {
        let leave = if cheap(row) { LEAVE_AT_LINE } else { LEAVE };
        for column in 0..=columns {
            let mut cell = [NEVER; 3];
            let mut came = [0u16; 3];
            if row == 0 && column == 0 {
                cell[0] = 0;
            }
            let mut reach = |state: usize, (cost, before): (u32, u16), how: u16| {
                if cost < cell[state] {
                    (cell[state], came[state]) = (cost, before | how << 2);
                }
            };
            if row > 0 && column > 0 {
                let cost = pair(original, quote, row - 1, column - 1);
                reach(0, least(above[column - 1], [cost; 3]), DIAGONAL);
            }
            if column > 0 {
                let sign = original.signs[column - 1];
                if sign {
                    // Signs alone come and go; they begin no stretch of words.
                    reach(0, least(now[column - 1], [SIGN; 3]), SIGN_LEFT);
                }
                reach(1, least(now[column - 1], [leave, LEFT, leave]), 0);
            }
            if row > 0 {
                if quote.signs[row - 1] {
                    reach(0, least(above[column], [SIGN; 3]), SIGN_PUT);
                }
                let begin = PUT_FIRST + PUT;
                let go = if quote.signs[row - 1] { SIGN } else { PUT };
                reach(2, least(above[column], [begin, begin, go]), 0);
            }
            now[column] = cell;
            from[row * width + column] = came[0] | came[1] << 4 | came[2] << 8;
        }
        std::mem::swap(&mut above, &mut now);
    }
    let state = least(above[columns], [0; 3]).1;
    traced(original, quote, &from, state)
}

/// What it costs that one word stands for the other.
fn pair(original: &Side, quote: &Side, row: usize, column: usize) -> u32 {
    if quote.numbers[row] == original.numbers[column] {
        return 0;
    }
    match (quote.signs[row], original.signs[column]) {
        (true, true) => SIGN,
        (false, false) => REPLACED,
        _ => REPLACED + SIGN,
    }
}

/// The cheapest of three states with what each adds, and which it is.
fn least(states: [u32; 3], adds: [u32; 3]) -> (u32, u16) {
    let cost = |n: usize| states[n].saturating_add(adds[n]).min(NEVER);
    let mut best = 0;
    for n in 1..3 {
        if cost(n) < cost(best) {
            best = n;
        }
    }
    (cost(best), best as u16)
}

fn traced(original: &Side, quote: &Side, from: &[u16], mut state: u16) -> Vec<Step> {
    let (mut row, mut column) = (quote.numbers.len(), original.numbers.len());
    let width = column + 1;
    let mut steps = Vec::with_capacity(row + column);
    while row > 0 || column > 0 {
        let came = from[row * width + column] >> (4 * state) & 15;
        let step = match (state, came >> 2) {
            (0, DIAGONAL) if row > 0 && column > 0 => {
                match quote.numbers[row - 1] == original.numbers[column - 1] {
                    true => Step::Same,
                    false => Step::Replaced,
                }
            }
            (0, SIGN_LEFT) | (1, _) if column > 0 => Step::Left,
            _ if row > 0 => Step::Put,
            _ => Step::Left,
        };
        row -= usize::from(step != Step::Left);
        column -= usize::from(step != Step::Put);
        steps.push(step);
        state = (came & 3).min(2);
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(original: &str, quote: &str) -> String {
        let number = |text: &str| text.bytes().map(u32::from).collect::<Vec<_>>();
        let signs = |text: &str| text.bytes().map(|c| c == b'.').collect::<Vec<_>>();
        let (a, b) = (number(original), number(quote));
        let (c, d) = (signs(original), signs(quote));
        let sides = (Side { numbers: &a, signs: &c }, Side { numbers: &b, signs: &d });
        let letter = |step: Step| match step {
            Step::Same => '=',
            Step::Replaced => 'r',
            Step::Left => 'l',
            Step::Put => 'p',
        };
        steps(&sides.0, &sides.1, &|_| false).into_iter().map(letter).collect()
    }

    #[test]
    fn a_long_stretch_is_left_out_whole() {
        assert_eq!(of("abc", "axc"), "=r=");
        assert_eq!(of("abc", "ac"), "=l=");
        assert_eq!(of("ac", "abc"), "=p=");
        assert_eq!(of("abxyzxyzxyzcd", "abcd"), "==lllllllll==");
        assert_eq!(of("axxxxb", "ahijklmnob").matches('p').count(), 8);
        assert_eq!(of("", ""), "");
    }

    proptest! {
        #[test]
        fn every_word_takes_one_step(original in "[ab.c]{0,12}", quote in "[ab.d]{0,12}") {
            let steps = of(&original, &quote);
            prop_assert_eq!(steps.chars().filter(|c| *c != 'p').count(), original.len());
            prop_assert_eq!(steps.chars().filter(|c| *c != 'l').count(), quote.len());
        }
    }
}
