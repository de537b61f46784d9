//! Words of a page that it paints over itself: an opaque rectangle drawn later (ISO 32000-2 §8.5).
//!
//! Only rectangles along the page's sides count, whose colour is plain and whose state lets nothing
//! through, as far as they are not clipped away. Images are left out: scanners lay them over the text
//! that they recognise.

use super::content::Matrix;
use super::cover::Covered;
use crate::limits;

/// A glyph that is seen: a point near its foot, one at half its height, and its text.
struct Mark {
    low: (f64, f64),
    high: (f64, f64),
    /// Bytes of the page's text.
    start: usize,
    end: usize,
}

/// Left, bottom, right, top.
pub type Sides = [f64; 4];

/// What of the state of graphics tells whether a fill covers.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    pub is_opaque: bool,
    pub is_plain: bool,
    clip: Option<Sides>,
}

impl Default for Paint {
    fn default() -> Self {
        Paint { is_opaque: true, is_plain: true, clip: None }
    }
}

/// One page as it is painted.
#[derive(Default)]
pub struct Canvas {
    marks: Vec<Mark>,
    /// Rectangles of the path that is being drawn, and the corners of its last part.
    rectangles: Vec<Sides>,
    corners: Vec<(f64, f64)>,
    /// Parts that are no rectangles.
    has_others: bool,
    around: Option<Sides>,
    clips: bool,
    /// Glyphs that were compared with rectangles.
    pub compared: usize,
    /// Layers may be switched off: nothing is told of the page.
    pub has_layers: bool,
    pub covered: Vec<Covered>,
}

fn within(sides: &Sides, (x, y): (f64, f64)) -> bool {
    (sides[0]..=sides[2]).contains(&x) && (sides[1]..=sides[3]).contains(&y)
}

fn common(a: Sides, b: Sides) -> Sides {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

/// The box around points.
fn around(points: &[(f64, f64)]) -> Sides {
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    points.iter().fold(start, |s, (x, y)| [s[0].min(*x), s[1].min(*y), s[2].max(*x), s[3].max(*y)])
}

fn place(m: Matrix, x: f64, y: f64) -> (f64, f64) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

impl Canvas {
    /// A glyph that is painted: `at` is its space, `by` how far it goes on.
    pub fn mark(&mut self, at: Matrix, middle: (f64, f64), text: std::ops::Range<usize>) {
        if self.marks.len() < limits::PDF_MARKS {
            let up = |part: f64| (middle.0 + at[2] * part, middle.1 + at[3] * part);
            let (low, high) = (up(0.1), up(0.45));
            self.marks.push(Mark { low, high, start: text.start, end: text.end });
        }
    }

    /// An operator of a path or of painting one.
    pub fn operator(
        &mut self,
        word: &[u8],
        number: impl Fn(usize) -> f64,
        count: usize,
        ctm: Matrix,
        paint: &mut Paint,
        text: &str,
    ) {
        match word {
            b"re" => {
                self.close();
                let (x, y, w, h) = (number(0), number(1), number(2), number(3));
                for (x, y) in [(x, y), (x + w, y), (x + w, y + h), (x, y + h)] {
                    self.corner(place(ctm, x, y));
                }
                self.close();
            }
            b"m" => {
                self.close();
                self.corner(place(ctm, number(0), number(1)));
            }
            b"l" => self.corner(place(ctm, number(0), number(1))),
            b"c" | b"v" | b"y" => {
                self.has_others = true;
                for n in 0..count / 2 {
                    self.corner(place(ctm, number(2 * n), number(2 * n + 1)));
                }
            }
            b"W" | b"W*" => self.clips = true,
            b"f" | b"F" | b"B" | b"b" => self.end(true, paint, text),
            // What lies in two parts is left free.
            b"f*" | b"B*" | b"b*" => {
                self.close();
                let is_one = self.rectangles.len() == 1 && !self.has_others;
                self.end(is_one, paint, text);
            }
            b"S" | b"s" | b"n" => self.end(false, paint, text),
            _ => {}
        }
    }

    fn corner(&mut self, point: (f64, f64)) {
        if !point.0.is_finite() || !point.1.is_finite() {
            return;
        }
        let whole = around(&[point]);
        self.around = Some(self.around.map_or(whole, |old| {
            [old[0].min(whole[0]), old[1].min(whole[1]), old[2].max(whole[2]), old[3].max(whole[3])]
        }));
        // A rectangle has four corners, and the first once more.
        if self.corners.len() < 6 {
            self.corners.push(point);
        }
    }

    /// Ends a part of the path, and keeps it where it is a rectangle along the page's sides.
    fn close(&mut self) {
        let corners = std::mem::take(&mut self.corners);
        if corners.len() < 2 {
            return;
        }
        let near = |a: f64, b: f64| (a - b).abs() < 0.01;
        let is_closed = corners.len() == 5
            && near(corners[0].0, corners[4].0)
            && near(corners[0].1, corners[4].1);
        let sides = corners.windows(2).all(|w| near(w[0].0, w[1].0) != near(w[0].1, w[1].1));
        if sides && (corners.len() == 4 || is_closed) && self.rectangles.len() < limits::PDF_COVERS
        {
            self.rectangles.push(around(&corners));
        } else {
            self.has_others = true;
        }
    }

    fn end(&mut self, fills: bool, paint: &mut Paint, text: &str) {
        self.close();
        let rectangles = std::mem::take(&mut self.rectangles);
        if fills && paint.is_opaque && paint.is_plain && !self.has_layers {
            for sides in &rectangles {
                let seen = paint.clip.map_or(*sides, |clip| common(*sides, clip));
                self.cover(seen, text);
            }
        }
        if let (true, Some(path)) = (self.clips, self.around) {
            paint.clip = Some(paint.clip.map_or(path, |clip| common(clip, path)));
        }
        (self.clips, self.has_others, self.around) = (false, false, None);
    }

    /// A form shows nothing outside its box (§8.10.1).
    pub fn form(&self, sides: Sides, ctm: Matrix, paint: &mut Paint) {
        let [x, y, right, top] = sides;
        let corners = [(x, y), (right, y), (right, top), (x, top)].map(|(x, y)| place(ctm, x, y));
        let path = around(&corners);
        paint.clip = Some(paint.clip.map_or(path, |clip| common(clip, path)));
    }

    /// Takes the glyphs below a rectangle out of those that are seen.
    fn cover(&mut self, sides: Sides, text: &str) {
        if sides[2] <= sides[0]
            || sides[3] <= sides[1]
            || self.marks.is_empty()
            || self.compared > limits::PDF_MARKS_COMPARED
        {
            return;
        }
        self.compared += self.marks.len();
        let is_below = |m: &Mark| within(&sides, m.low) && within(&sides, m.high);
        let mut below = String::new();
        for mark in self.marks.iter().filter(|m| is_below(m)) {
            if below.len() < limits::PDF_SAID_TEXT {
                below.push_str(text.get(mark.start..mark.end).unwrap_or_default());
            }
        }
        self.marks.retain(|m| !is_below(m));
        let letters = below.chars().filter(|c| c.is_alphanumeric()).count();
        if letters >= super::content::COVERED_LETTERS && self.covered.len() < limits::PDF_SAID {
            let kind = "a rectangle of the page".to_owned();
            self.covered.push(Covered { annotation: None, kind, text: below.trim().to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    const SIZE: Matrix = [12.0, 0.0, 0.0, 12.0, 0.0, 0.0];

    /// Three letters at (100, 100), then what is drawn.
    fn drawn(paint: Paint, drawing: &[(&str, &[f64])]) -> usize {
        let (mut canvas, mut paint) = (Canvas::default(), paint);
        for n in 0..3 {
            canvas.mark(SIZE, (100.0 + 8.0 * n as f64, 100.0), n..n + 1);
        }
        for (word, numbers) in drawing {
            let number = |n: usize| numbers.get(n).copied().unwrap_or(0.0);
            canvas.operator(word.as_bytes(), number, numbers.len(), PAGE, &mut paint, "abc");
        }
        canvas.covered.len()
    }

    #[test]
    fn opaque_rectangles_cover_what_was_painted_before() {
        let over: (&str, &[f64]) = ("re", &[90.0, 95.0, 60.0, 20.0]);
        let plain = Paint::default();
        assert_eq!(drawn(plain, &[over, ("f", &[])]), 1);
        let by_hand: [(&str, &[f64]); 5] = [
            ("m", &[90.0, 95.0]),
            ("l", &[150.0, 95.0]),
            ("l", &[150.0, 115.0]),
            ("l", &[90.0, 115.0]),
            ("f", &[]),
        ];
        assert_eq!(drawn(plain, &by_hand), 1);
        // Lines, strokes through, faint and patterned fills, and what is clipped away cover nothing.
        assert_eq!(drawn(plain, &[over, ("S", &[])]), 0);
        assert_eq!(drawn(plain, &[("re", &[90.0, 103.0, 60.0, 1.0]), ("f", &[])]), 0);
        assert_eq!(drawn(Paint { is_opaque: false, ..plain }, &[over, ("f", &[])]), 0);
        assert_eq!(drawn(Paint { is_plain: false, ..plain }, &[over, ("f", &[])]), 0);
        let clip: (&str, &[f64]) = ("re", &[0.0, 0.0, 50.0, 50.0]);
        assert_eq!(drawn(plain, &[clip, ("W", &[]), ("n", &[]), over, ("f", &[])]), 0);
        // A frame of two rectangles leaves its inside free.
        let inner: (&str, &[f64]) = ("re", &[92.0, 97.0, 56.0, 16.0]);
        assert_eq!(drawn(plain, &[over, inner, ("f*", &[])]), 0);
    }
}
