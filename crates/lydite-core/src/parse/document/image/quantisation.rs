//! Which quality of the IJG's library a quantisation table is.
//!
//! Its tables are the examples of T.81 Annex K.1 times a factor (`jpeg_quality_scaling`: `5000 / q`
//! below 50, `200 − 2q` from there on, in hundredths, rounded, held within 1 to 255). Most programs,
//! messengers, phones and many cameras use them, so they say how a file was written and not by whom.

use super::jpeg::Jpeg;

/// T.81 table K.1, luminance, row by row.
const LUMINANCE: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// T.81 table K.2, chrominance.
const CHROMINANCE: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// Row-by-row place of each value in zigzag order (T.81 figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The quality, 1 to 100, whose tables these are; None when there is none. Where several give the
/// same tables (qualities 1 and 2 of small pictures do not), the highest.
pub fn ijg_quality(jpeg: &Jpeg) -> Option<u16> {
    let frame = jpeg.frame.as_ref()?;
    let table = |id: u8| jpeg.tables.iter().rev().find(|t| t.id == id).map(|t| &t.values);
    let luminance = table(frame.components.first()?.table)?;
    let chrominance = match frame.components.get(1) {
        Some(component) if component.table != frame.components[0].table => {
            Some(table(component.table)?)
        }
        _ => None,
    };
    (1..=100).rev().find(|quality| {
        is_scaled(luminance, &LUMINANCE, *quality)
            && chrominance.is_none_or(|values| is_scaled(values, &CHROMINANCE, *quality))
    })
}

fn is_scaled(values: &[u16; 64], base: &[u16; 64], quality: u16) -> bool {
    ZIGZAG.iter().zip(values).all(|(place, value)| scaled(base[*place], quality) == *value)
}

fn scaled(base: u16, quality: u16) -> u16 {
    let factor = if quality < 50 { 5_000 / quality } else { 200 - 2 * quality };
    let value = (u32::from(base) * u32::from(factor) + 50) / 100;
    u16::try_from(value.clamp(1, 255)).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zigzag_visits_every_place_once() {
        let mut places = ZIGZAG;
        places.sort_unstable();
        assert!(places.iter().enumerate().all(|(at, place)| at == *place));
    }

    #[test]
    fn a_table_is_known_by_its_quality() {
        for quality in 1..=100 {
            let values = ZIGZAG.map(|place| scaled(LUMINANCE[place], quality));
            assert!(is_scaled(&values, &LUMINANCE, quality));
            let mut other = values;
            other[63] += 1;
            assert!(!(1..=100).any(|q| is_scaled(&other, &LUMINANCE, q)), "{quality}");
        }
    }
}
