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

/// Where the quote may leave out cheaply: before word `n` of it, `n` up to its length.
pub(super) fn steps(original: &Side, quote: &Side, cheap: &dyn Fn(usize) -> bool) -> Vec<Step> {
    let (rows, columns) = (quote.numbers.len(), original.numbers.len());
    let width = columns + 1;
    // Three tables in one byte of each cell: how each state was reached.
    let mut from = vec![0u8; (rows + 1) * width];
    let mut above = vec![[NEVER; 3]; width];
    let mut now = vec![[NEVER; 3]; width];
    for row in 0..=rows {
        let leave = if cheap(row) { LEAVE_AT_LINE } else { LEAVE };
        for column in 0..=columns {
            let mut cell = [NEVER; 3];
            let mut came = [0u8; 3];
            if row == 0 && column == 0 {
                cell[0] = 0;
            }
            if row > 0 && column > 0 {
                let same = quote.numbers[row - 1] == original.numbers[column - 1];
                let signs = quote.signs[row - 1] && original.signs[column - 1];
                let either = quote.signs[row - 1] || original.signs[column - 1];
                let cost = match (same, signs, either) {
                    (true, ..) => 0,
                    (_, true, _) => SIGN,
                    (.., true) => REPLACED + SIGN,
                    _ => REPLACED,
                };
                (cell[0], came[0]) = least(above[column - 1], [cost; 3]);
            }
            if column > 0 {
                let begin = if original.signs[column - 1] { SIGN.min(leave) } else { leave };
                (cell[1], came[1]) = least(now[column - 1], [begin, LEFT, begin]);
            }
            if row > 0 {
                let sign = quote.signs[row - 1];
                let (begin, go) = if sign { (SIGN, SIGN) } else { (PUT_FIRST + PUT, PUT) };
                (cell[2], came[2]) = least(above[column], [begin, begin, go]);
            }
            now[column] = cell;
            from[row * width + column] = came[0] | came[1] << 2 | came[2] << 4;
        }
        std::mem::swap(&mut above, &mut now);
    }
    traced(original, quote, &from, least(above[columns], [0; 3]).1)
}

/// The cheapest of three states with what each adds, and which it is.
fn least(states: [u32; 3], adds: [u32; 3]) -> (u32, u8) {
    let cost = |n: usize| states[n].saturating_add(adds[n]);
    let best = (0..3).min_by_key(|n| cost(*n)).unwrap_or(0);
    (cost(best).min(NEVER), best as u8)
}

fn traced(original: &Side, quote: &Side, from: &[u8], mut state: u8) -> Vec<Step> {
    let (mut row, mut column) = (quote.numbers.len(), original.numbers.len());
    let width = column + 1;
    let mut steps = Vec::with_capacity(row + column);
    while row > 0 || column > 0 {
        let came = from[row * width + column] >> (2 * state) & 3;
        let step = match state {
            0 if row > 0 && column > 0 => {
                (row, column) = (row - 1, column - 1);
                match quote.numbers[row] == original.numbers[column] {
                    true => Step::Same,
                    false => Step::Replaced,
                }
            }
            // At an edge only one way is left.
            1 if column > 0 => {
                column -= 1;
                Step::Left
            }
            2 if row > 0 => {
                row -= 1;
                Step::Put
            }
            _ if column > 0 => {
                column -= 1;
                Step::Left
            }
            _ => {
                row -= 1;
                Step::Put
            }
        };
        steps.push(step);
        state = came;
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
