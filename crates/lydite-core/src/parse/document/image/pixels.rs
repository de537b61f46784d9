//! The pixels of a JPEG or PNG, for what compares pictures. Other formats are not decoded.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::likeness::Grey;
use crate::limits;
use crate::parse::document::Format;

/// A picture, as it is stored: how it is to be turned for the eye (EXIF) is left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    /// Red, green and blue, row by row from the top.
    pub rgb: Vec<u8>,
}

impl Pixels {
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }
}

/// Luminance (ITU-R BT.601, as JFIF has it), in integers: the same on every machine.
pub fn luminance([red, green, blue]: [u8; 3]) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

/// Decodes; None where the format is another, the picture is larger than is looked at
/// (`limits::PICTURE_PIXELS`), or too damaged for its decoder.
pub fn decode(raw: &[u8]) -> Option<Pixels> {
    match super::format(raw)? {
        Format::Jpeg => jpeg(raw),
        Format::Png => png(raw),
        _ => None,
    }
}

/// The luminance alone.
pub fn grey(pixels: &Pixels) -> Grey {
    let each = pixels.rgb.chunks_exact(3).map(|p| luminance([p[0], p[1], p[2]]));
    Grey { width: pixels.width, height: pixels.height, pixels: each.collect() }
}

fn is_looked_at(width: usize, height: usize) -> bool {
    let sides = 1..=limits::PICTURE_SIDE;
    sides.contains(&width) && sides.contains(&height) && width * height <= limits::PICTURE_PIXELS
}

fn jpeg(raw: &[u8]) -> Option<Pixels> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(limits::PICTURE_SIDE)
        .set_max_height(limits::PICTURE_SIDE)
        .jpeg_set_max_scans(limits::PICTURE_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(raw), options);
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if !is_looked_at(width, height) {
        return None;
    }
    let rgb = decoder.decode().ok()?;
    (rgb.len() == width * height * 3).then_some(Pixels { width, height, rgb })
}

/// Palettes, sixteen bits and grey are made 8-bit colours; what is transparent lies on white paper.
/// Of an animation the first picture.
fn png(raw: &[u8]) -> Option<Pixels> {
    let limits = Limits { bytes: limits::PICTURE_PIXELS * 4 };
    let mut decoder = Decoder::new_with_limits(Cursor::new(raw), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let info = decoder.read_header_info().ok()?;
    let (width, height) = (info.width as usize, info.height as usize);
    if !is_looked_at(width, height) {
        return None;
    }
    let mut reader = decoder.read_info().ok()?;
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    if (frame.width as usize, frame.height as usize) != (width, height) {
        return None;
    }
    let on_paper = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let bytes = buffer.get(..frame.buffer_size())?;
    let rgb: Vec<u8> = match frame.color_type {
        ColorType::Rgb => bytes.to_vec(),
        ColorType::Rgba => bytes
            .chunks_exact(4)
            .flat_map(|p| [on_paper(p[0], p[3]), on_paper(p[1], p[3]), on_paper(p[2], p[3])])
            .collect(),
        ColorType::Grayscale => bytes.iter().flat_map(|p| [*p; 3]).collect(),
        ColorType::GrayscaleAlpha => {
            bytes.chunks_exact(2).flat_map(|p| [on_paper(p[0], p[1]); 3]).collect()
        }
        ColorType::Indexed => return None,
    };
    (rgb.len() == width * height * 3).then_some(Pixels { width, height, rgb })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::difference::image::encoded;

    fn noise(width: usize, height: usize) -> Pixels {
        let value = |n: usize| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
        Pixels { width, height, rgb: (0..width * height * 3).map(value).collect() }
    }

    #[test]
    fn a_png_gives_its_pixels_back() {
        let picture = noise(33, 7);
        assert_eq!(decode(&encoded(&picture)), Some(picture));
    }

    #[test]
    fn other_forms_of_a_png_are_made_eight_bit_colours_on_white() {
        let written = |color, depth, palette: &[u8], data: &[u8]| {
            let mut raw = Vec::new();
            let mut encoder = png::Encoder::new(&mut raw, 2, 1);
            encoder.set_color(color);
            encoder.set_depth(depth);
            if !palette.is_empty() {
                encoder.set_palette(palette);
            }
            encoder.write_header().unwrap().write_image_data(data).unwrap();
            decode(&raw).unwrap().rgb
        };
        use png::BitDepth::{Eight, One, Sixteen};
        let grey = written(ColorType::Grayscale, Sixteen, &[], &[9, 1, 200, 0]);
        assert_eq!(grey, [9, 9, 9, 200, 200, 200]);
        let indexed = written(ColorType::Indexed, One, &[1, 2, 3, 4, 5, 6], &[0b0100_0000]);
        assert_eq!(indexed, [1, 2, 3, 4, 5, 6]);
        let clear = written(ColorType::Rgba, Eight, &[], &[9, 9, 9, 0, 10, 20, 30, 255]);
        assert_eq!(clear, [255, 255, 255, 10, 20, 30]);
    }

    #[test]
    fn damage_gives_a_picture_or_nothing() {
        let whole = encoded(&noise(40, 40));
        for at in 0..whole.len() {
            let mut raw = whole.clone();
            raw[at] ^= 0x55;
            decode(&raw);
            decode(&whole[..at]);
        }
        assert_eq!(decode(b"\xff\xd8\xff\xe0"), None);
        assert_eq!(decode(b"GIF89a"), None);
        // 40,000 by 40,000 pixels in a few bytes.
        let mut vast = Vec::new();
        let encoder = png::Encoder::new(&mut vast, 40_000, 40_000);
        drop(encoder.write_header());
        assert_eq!(decode(&vast), None);
    }
}
