//! Pictures: JPEG, PNG, TIFF, GIF, WebP, HEIF and BMP, with what cameras, newsrooms and programs wrote
//! into them. The picture itself is decoded by the one check that needs it ([`likeness`]).

pub mod binding;
pub mod c2pa;
pub mod cbor;
pub mod exif;
pub mod heif;
pub mod icc;
pub mod iptc;
pub mod joined;
pub mod jpeg;
pub mod likeness;
pub mod other;
pub mod photoshop;
pub mod png;
pub mod quantisation;
pub mod tiff;

use md5::{Digest, Md5};

use super::profile::{Name, Profile, Property};
use super::xmp::{self, Packet};
use super::{Detail, Document, Format, Piece, iso, time};
use crate::evidence::Span;
use crate::limits;
use crate::parse::{Defect, date};
use joined::Joined;
use tiff::{Directory, Tiff};

/// What is read of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    pub width: u32,
    pub height: u32,
    pub jpeg: Option<jpeg::Jpeg>,
    pub png: Option<png::Png>,
    pub exif: Option<Tiff>,
    pub xmp: Vec<Packet>,
    pub iptc: Vec<iptc::Dataset>,
    /// Whether the MD5 that Photoshop keeps of the IPTC block is still that of the block, and where
    /// it stands. None without a block or digest.
    pub iptc_digest: Option<(bool, Span)>,
    pub photoshop: Vec<photoshop::Resource>,
    pub icc: Option<icc::Profile>,
    pub c2pa: Vec<c2pa::Manifest>,
    pub thumbnails: Vec<Thumbnail>,
    /// Pictures behind the first that an index announces (CIPA DC-007, Multi-Picture Format).
    pub further: Vec<Span>,
    /// Bytes behind the end that no index announces, blanks and zeros left out.
    pub behind: Option<Span>,
    pub comments: Vec<(String, Span)>,
}

/// A small JPEG of the picture, kept in its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// `Exif` or `Photoshop`.
    pub source: &'static str,
    pub jpeg: Vec<u8>,
    pub span: Span,
}

/// The format, by the first bytes.
pub fn format(raw: &[u8]) -> Option<Format> {
    Some(match raw {
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        _ if raw.starts_with(b"\x89PNG\r\n\x1a\n") => Format::Png,
        _ if raw.starts_with(b"GIF87a") || raw.starts_with(b"GIF89a") => Format::Gif,
        _ if raw.starts_with(b"II*\0") || raw.starts_with(b"MM\0*") => Format::Tiff,
        _ if raw.starts_with(b"RIFF") && raw.get(8..12) == Some(b"WEBP") => Format::Webp,
        _ if other::is_bmp(raw) => Format::Bmp,
        _ if iso::brand(raw).is_some_and(|brand| iso::is_picture(&brand)) => Format::Heif,
        _ => return None,
    })
}

/// Reads a picture; None of bytes of no format that is read. Pictures inside other documents are
/// read by the same call on their bytes.
pub fn parse(raw: &[u8]) -> Option<Document<'_>> {
    let format = format(raw)?;
    let mut walk = Walk { raw, image: Image::default(), profile: Vec::new(), defects: Vec::new() };
    match format {
        Format::Jpeg => walk.jpeg(),
        Format::Png => walk.png(),
        Format::Tiff => walk.tiff(),
        Format::Gif => walk.other(other::gif(raw)),
        Format::Webp => walk.other(other::webp(raw)),
        Format::Heif => walk.heif(),
        _ => walk.other(other::bmp(raw)),
    }
    walk.profile.retain(|p| !p.value.is_empty());
    let text = walk.pieces();
    let Walk { image, profile, mut defects, .. } = walk;
    defects.truncate(limits::DEFECTS);
    Some(Document {
        raw,
        format,
        profile: Profile { properties: profile },
        text,
        detail: Detail::Image(Box::new(image)),
        defects,
    })
}

/// What was read of a document that is a picture.
pub fn of<'a>(document: &'a Document) -> Option<&'a Image> {
    match &document.detail {
        Detail::Image(image) => Some(image),
        _ => None,
    }
}

struct Walk<'a> {
    raw: &'a [u8],
    image: Image,
    profile: Vec<Property>,
    defects: Vec<Defect>,
}

impl Walk<'_> {
    fn jpeg(&mut self) {
        let raw = self.raw;
        let mut jpeg = jpeg::read(raw);
        self.defects.append(&mut jpeg.defects);
        if let Some(frame) = &jpeg.frame {
            (self.image.width, self.image.height) = (frame.width, frame.height);
        }
        let of = |marker, signature: &[u8]| jpeg.application(raw, marker, signature);
        if let Some(exif) = of(0xe1, b"Exif\0").first() {
            // One byte of filling follows.
            self.exif(&Joined::within(raw, Span::new(exif.start + 1, exif.end)), "Exif");
        }
        for xmp in of(0xe1, b"http://ns.adobe.com/xap/1.0/") {
            // One zero byte follows; some writers put others there.
            let filling = xmp.of(raw).iter().take(16).take_while(|b| !b.is_ascii_graphic()).count();
            self.xmp(&Joined::within(raw, Span::new(xmp.start + filling, xmp.end)), "XMP");
        }
        if let Some(extended) =
            extended_xmp(raw, &of(0xe1, b"http://ns.adobe.com/xmp/extension/\0"))
        {
            self.xmp(&extended, "XMP");
        }
        if let Some(block) = Joined::of(raw, &of(0xed, b"Photoshop 3.0\0")) {
            self.photoshop(&block);
        }
        if let Some(icc) = Joined::of(raw, &numbered(raw, of(0xe2, b"ICC_PROFILE\0"))) {
            self.icc(&icc);
        }
        if let Some(store) = Joined::of(raw, &jumbf_pieces(raw, &of(0xeb, b"JP"))) {
            self.c2pa(&store);
        }
        for index in of(0xe2, b"MPF\0") {
            self.image.further.extend(pictures(raw, index));
        }
        for comment in of(0xfe, b"") {
            self.comment(tiff::text(comment.of(raw)), comment);
        }
        self.behind(jpeg.end, jpeg.has_end);
        self.image.jpeg = Some(jpeg);
    }

    fn png(&mut self) {
        let raw = self.raw;
        let mut png = png::read(raw);
        self.defects.append(&mut png.defects);
        (self.image.width, self.image.height) = (png.width, png.height);
        if let Some(chunk) = png.first(b"eXIf") {
            self.exif(&Joined::within(raw, chunk.data), "Exif");
        }
        for text in &png.texts {
            self.png_text(text);
        }
        if let Some(chunk) = png.first(b"tIME") {
            self.png_time(chunk.data);
        }
        if let Some(icc) = png.first(b"iCCP").and_then(|chunk| png::profile(raw, chunk)) {
            self.icc(&icc);
        }
        if let Some(chunk) = png.first(b"caBX") {
            self.c2pa(&Joined::within(raw, chunk.data));
        }
        self.behind(png.end, png.has_end);
        self.image.png = Some(png);
    }

    fn png_text(&mut self, text: &png::Text) {
        let keyword = text.keyword.to_ascii_lowercase();
        match keyword.as_str() {
            "xml:com.adobe.xmp" => {
                let packet = Joined::unpacked(text.text.clone().into_bytes(), text.span);
                let plain = Joined::within(self.raw, text.span);
                return self.xmp(if text.is_packed { &packet } else { &plain }, "XMP");
            }
            "raw profile type xmp" => {
                return if let Some(xmp) = png::raw_profile(text) {
                    self.xmp(&xmp, "XMP")
                };
            }
            "raw profile type exif" | "raw profile type app1" => {
                let Some(profile) = png::raw_profile(text) else { return };
                if profile.bytes.starts_with(b"http://ns.adobe.com/xap/1.0/\0") {
                    return self.xmp(&profile.part(29, profile.bytes.len()), "XMP");
                }
                let signed = if profile.bytes.starts_with(b"Exif\0\0") { 6 } else { 0 };
                return self.exif(&profile.part(signed, profile.bytes.len()), "Exif");
            }
            "raw profile type iptc" | "raw profile type 8bim" => {
                return if let Some(block) = png::raw_profile(text) {
                    self.photoshop(&block)
                };
            }
            _ => {}
        }
        let place = format!("PNG {}", text.keyword);
        let name = match keyword.as_str() {
            "title" => Name::Title,
            "author" => Name::Author,
            "description" | "comment" => Name::Description,
            "copyright" => Name::Label,
            "software" => Name::Program,
            "source" => Name::Device,
            "creation time" => Name::Created,
            // ImageMagick's, of the file it read.
            "date:create" | "date:modify" | "date:timestamp" => Name::Stored,
            _ => return,
        };
        self.profile.push(if matches!(name, Name::Created | Name::Stored) {
            let value = text.text.trim();
            let moment = time::iso(value).or_else(|| time::exif(value, None)).or_else(|| {
                // The standard recommends the form of mail (§11.3.4.2).
                let stated = date::parse(value.as_bytes())?;
                Some(time::Moment {
                    at: stated.epoch,
                    offset: Some(stated.offset),
                    is_local: false,
                    precision: time::Precision::Second,
                })
            });
            time::property(name, value, moment, place, text.span)
        } else {
            Property::text(name, &text.text, place, text.span)
        });
        if name == Name::Description {
            self.image.comments.push((text.text.clone(), text.span));
        }
    }

    /// tIME, the last change of the picture, UTC (§11.3.6.1).
    fn png_time(&mut self, span: Span) {
        let [high, low, month, day, hour, minute, second] = *span.of(self.raw) else {
            return;
        };
        let year = u16::from_be_bytes([high, low]);
        let value = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        let moment = time::iso(&value);
        self.profile.push(time::property(Name::Modified, &value, moment, "PNG tIME", span));
    }

    fn tiff(&mut self) {
        let raw = self.raw;
        let whole = Joined::within(raw, Span::new(0, raw.len()));
        self.exif(&whole, "TIFF");
        let Some(tiff) = self.image.exif.clone() else {
            return;
        };
        let main = |tag| tiff.entry(Directory::Main(0), tag);
        let side = |tag| tiff.number(Directory::Main(0), tag).and_then(|n| u32::try_from(n).ok());
        (self.image.width, self.image.height) =
            (side(0x100).unwrap_or(0), side(0x101).unwrap_or(0));
        if let Some(entry) = main(0x02bc) {
            self.xmp(&Joined::within(raw, entry.span), "XMP");
        }
        if let Some(entry) = main(0x8649) {
            self.photoshop(&Joined::within(raw, entry.span));
        }
        if let Some(entry) = main(0x83bb) {
            self.iptc(&Joined::within(raw, entry.span));
        }
        if let Some(entry) = main(0x8773) {
            self.icc(&Joined::within(raw, entry.span));
        }
        if let Some(entry) = main(0xcd41) {
            self.c2pa(&Joined::within(raw, entry.span));
        }
    }

    fn heif(&mut self) {
        let raw = self.raw;
        let found = heif::read(raw);
        (self.image.width, self.image.height) = (found.width, found.height);
        if let Some(block) = Joined::of(raw, &found.exif) {
            self.exif(&block, "Exif");
        }
        for spans in &found.xmp {
            if let Some(block) = Joined::of(raw, spans) {
                self.xmp(&block, "XMP");
            }
        }
        if let Some(icc) = found.icc {
            self.icc(&Joined::within(raw, icc));
        }
        if let Some(store) = found.c2pa {
            self.c2pa(&Joined::within(raw, store));
        }
        self.behind(found.end, true);
    }

    fn other(&mut self, mut found: other::Found) {
        let raw = self.raw;
        self.defects.append(&mut found.defects);
        (self.image.width, self.image.height) = (found.width, found.height);
        if let Some(span) = found.exif {
            self.exif(&other::webp_exif(raw, span), "Exif");
        }
        if let Some(span) = found.xmp {
            self.xmp(&Joined::within(raw, span), "XMP");
        }
        if let Some(icc) = Joined::of(raw, &found.icc) {
            self.icc(&icc);
        }
        if let Some(span) = found.c2pa {
            self.c2pa(&Joined::within(raw, span));
        }
        for (text, span) in found.comments {
            self.comment(text, span);
        }
        self.behind(found.end, found.has_end);
    }

    fn exif(&mut self, block: &Joined, source: &str) {
        let Some(mut tiff) = tiff::read(block) else {
            let what = format!("{source} data that is no TIFF");
            return self.defects.push(Defect { what, span: block.whole });
        };
        self.defects.append(&mut tiff.defects);
        self.profile.extend(exif::properties(&tiff, source));
        if let Some((start, end)) = exif::thumbnail(&tiff) {
            match block.bytes.get(start..end) {
                Some(jpeg) => self.thumbnail("Exif", jpeg.to_vec(), block.span(start, end)),
                None => self.defects.push(Defect {
                    what: "a thumbnail runs past the end of its data".to_owned(),
                    span: block.whole,
                }),
            }
        }
        if self.image.exif.is_none() {
            self.image.exif = Some(tiff);
        }
    }

    fn xmp(&mut self, block: &Joined, source: &str) {
        if self.image.xmp.len() >= limits::XMP_PACKETS {
            return;
        }
        let mut packet = xmp::read(&block.bytes, 0);
        for field in &mut packet.fields {
            field.span = block.span(field.span.start, field.span.end);
        }
        for mut defect in packet.defects.drain(..) {
            defect.span = block.span(defect.span.start, defect.span.end);
            self.defects.push(defect);
        }
        self.profile.extend(packet.properties(source));
        self.image.xmp.push(packet);
    }

    fn photoshop(&mut self, block: &Joined) {
        let resources = photoshop::read(block);
        for resource in &resources {
            let inner = block.part(resource.start, resource.end);
            match resource.id {
                photoshop::IPTC => self.iptc(&inner),
                photoshop::THUMBNAIL => {
                    if let Some(jpeg) = photoshop::thumbnail(&inner.bytes)
                        && jpeg.len() <= limits::THUMBNAIL_BYTES
                    {
                        self.thumbnail("Photoshop", jpeg.to_vec(), resource.span);
                    }
                }
                photoshop::EXIF if self.image.exif.is_none() => self.exif(&inner, "Exif"),
                photoshop::XMP if self.image.xmp.is_empty() => self.xmp(&inner, "XMP"),
                _ => {}
            }
        }
        let data = |id| {
            let resource = resources.iter().find(|r| r.id == id)?;
            Some((&block.bytes[resource.start..resource.end], resource.span))
        };
        if let (Some((iptc, _)), Some((digest, span))) =
            (data(photoshop::IPTC), data(photoshop::IPTC_DIGEST))
        {
            // Sixteen zeros say that nobody counted.
            if digest.iter().any(|b| *b != 0) {
                self.image.iptc_digest = Some((Md5::digest(iptc)[..] == *digest, span));
            }
        }
        self.image.photoshop.extend(resources);
    }

    fn iptc(&mut self, block: &Joined) {
        if self.image.iptc.is_empty() {
            self.image.iptc = iptc::read(block);
            self.profile.extend(iptc::properties(&self.image.iptc));
        }
    }

    /// A profile's date is that of the profile; its name often that of a screen or scanner.
    fn icc(&mut self, block: &Joined) {
        let Some(icc) = icc::read(block) else {
            return;
        };
        if let Some(description) = &icc.description {
            self.profile.push(Property::text(Name::Device, description, "ICC desc", icc.span));
        }
        if let Some(stamp) = icc.made.and_then(|at| jiff::Timestamp::from_second(at).ok()) {
            let value = stamp.to_string();
            let moment = time::iso(&value);
            self.profile.push(time::property(Name::Stored, &value, moment, "ICC date", icc.span));
        }
        self.image.icc = Some(icc);
    }

    fn c2pa(&mut self, store: &Joined) {
        self.image.c2pa = c2pa::read(self.raw, store);
        for manifest in &self.image.c2pa {
            if let Some(generator) = &manifest.generator {
                let place = "C2PA claim_generator";
                self.profile.push(Property::text(Name::Program, generator, place, manifest.span));
            }
            for action in &manifest.actions {
                let place = format!("C2PA {}", action.action);
                if let Some(when) = &action.when {
                    let moment = time::iso(when);
                    self.profile.push(time::property(
                        Name::Edited,
                        when,
                        moment,
                        &place,
                        action.span,
                    ));
                }
                if let Some(agent) = &action.agent {
                    self.profile.push(Property::text(Name::Program, agent, &place, action.span));
                }
            }
        }
    }

    fn thumbnail(&mut self, source: &'static str, jpeg: Vec<u8>, span: Span) {
        if self.image.thumbnails.len() < limits::THUMBNAILS && jpeg.starts_with(b"\xff\xd8") {
            self.image.thumbnails.push(Thumbnail { source, jpeg, span });
        }
    }

    fn comment(&mut self, text: String, span: Span) {
        if !text.trim().is_empty() && self.image.comments.len() < limits::PNG_TEXTS {
            self.profile.push(Property::text(Name::Description, &text, "comment", span));
            self.image.comments.push((text, span));
        }
    }

    /// What stands behind the end and is no filling.
    fn behind(&mut self, end: usize, has_end: bool) {
        if !has_end {
            return;
        }
        let filling = |b: &u8| matches!(b, 0 | b'\n' | b'\r' | b' ' | 0xff);
        let mut start = end;
        let mut further = self.image.further.clone();
        further.sort();
        for picture in further {
            let between = Span::new(start, picture.start.max(start)).of(self.raw);
            if between.iter().all(filling) {
                start = start.max(picture.end);
            }
        }
        let rest = self.raw.get(start..).unwrap_or(&[]);
        if let Some(first) = rest.iter().position(|b| !filling(b)) {
            self.image.behind = Some(Span::new(start + first, self.raw.len()));
        }
    }

    /// Everything in words, each text once.
    fn pieces(&self) -> Vec<Piece> {
        let named = [Name::Title, Name::Subject, Name::Keywords, Name::Description];
        let properties = self.profile.iter().filter(|p| named.contains(&p.name));
        let each = properties.map(|p| (p.place.clone(), p.value.clone()));
        let comments = self.image.comments.iter().enumerate();
        let comments = comments.map(|(n, (text, _))| (format!("comment {}", n + 1), text.clone()));
        let mut out: Vec<Piece> = Vec::new();
        for (place, text) in comments.chain(each) {
            let text = text.trim();
            if !text.is_empty() && out.iter().all(|p| p.text != text) {
                out.push(Piece { place, text: text.to_owned() });
            }
        }
        out
    }
}

/// Pieces in the order their number says: one byte number, one byte count (ICC.1 annex B.4).
fn numbered(raw: &[u8], mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|s| s.len() > 2);
    spans.sort_by_key(|s| raw.get(s.start).copied());
    spans.into_iter().map(|s| Span::new(s.start + 2, s.end)).collect()
}

/// Pieces of the first JUMBF box of APP11: box number, sequence number, and in all but the first
/// piece the box's header again (ISO 19566-5 annex D).
fn jumbf_pieces(raw: &[u8], spans: &[Span]) -> Vec<Span> {
    let mut pieces: Vec<(u32, Span)> = Vec::new();
    let Some(first) = spans.iter().find_map(|s| joined::BIG.u16(s.of(raw), 0)) else {
        return Vec::new();
    };
    for span in spans {
        let content = span.of(raw);
        if joined::BIG.u16(content, 0) == Some(first)
            && let Some(number) = joined::BIG.u32(content, 2)
        {
            pieces.push((number, Span::new(span.start + 6, span.end)));
        }
    }
    pieces.sort();
    let header = |raw: &[u8]| if joined::BIG.u32(raw, 0) == Some(1) { 16 } else { 8 };
    let each = pieces.iter().enumerate().map(|(at, (_, span))| {
        let skipped = if at == 0 { 0 } else { header(span.of(raw)) };
        Span::new((span.start + skipped).min(span.end), span.end)
    });
    each.collect()
}

/// The packet of which the main one is only the head: identifier, whole length, offset, data
/// (XMP specification part 3, §1.1.3.1).
fn extended_xmp<'a>(raw: &'a [u8], spans: &[Span]) -> Option<Joined<'a>> {
    let first = spans.first()?.of(raw).get(..32)?;
    let mut pieces: Vec<(u32, Span)> = Vec::new();
    for span in spans {
        let content = span.of(raw);
        if content.get(..32) == Some(first)
            && let Some(offset) = joined::BIG.u32(content, 36)
        {
            pieces.push((offset, Span::new(span.start + 40, span.end)));
        }
    }
    pieces.sort();
    pieces.dedup_by_key(|p| p.0);
    Joined::of(raw, &pieces.into_iter().map(|p| p.1).collect::<Vec<_>>())
}

/// Places of the pictures behind the first (MPEntry, tag 0xB002): attributes, size, offset from
/// the index's own start, of the first picture zero.
fn pictures(raw: &[u8], index: Span) -> Vec<Span> {
    let block = Joined::within(raw, index);
    let Some(tiff) = tiff::read(&block) else {
        return Vec::new();
    };
    let order = if tiff.is_big_endian { joined::BIG } else { joined::LITTLE };
    let Some(entry) = tiff.entry(Directory::Main(0), 0xb002) else {
        return Vec::new();
    };
    let each = entry.bytes().chunks_exact(16).filter_map(|e| {
        let (size, offset) = (order.size(e, 4)?, order.size(e, 8)?);
        let start = index.start.checked_add(offset).filter(|_| offset != 0)?;
        let end = start.checked_add(size).filter(|end| *end <= raw.len())?;
        Some(Span::new(start, end))
    });
    each.collect()
}

#[cfg(test)]
mod tests;
