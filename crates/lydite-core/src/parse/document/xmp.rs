//! XMP (ISO 16684-1): an RDF/XML packet to its values, each under its path.
//!
//! A path is written as the specification writes it, with the usual prefix of each namespace:
//! `xmp:CreateDate`, `dc:creator[1]`, `xmpMM:History[2]/stEvt:softwareAgent`. Qualifiers other than
//! the value are left out. Texts are as they stand; blanks around them are kept out.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::profile::{Name, Property};
use super::time;
use crate::evidence::Span;
use crate::limits;
use crate::parse::Defect;

/// All values of one packet, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// The library that wrote it (`x:xmptk`), as it names itself.
    pub toolkit: Option<String>,
    pub fields: Vec<Field>,
    pub defects: Vec<Defect>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub path: String,
    pub value: String,
    /// The element or tag it stands in; the whole packet where that is not in UTF-8.
    pub span: Span,
}

/// One entry of `xmpMM:History` (ISO 16684-2 §9.2, ResourceEvent).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step<'a> {
    pub action: Option<&'a str>,
    pub when: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub changed: Option<&'a str>,
    pub instance: Option<&'a str>,
}

/// Usual prefixes of namespaces that XMP in documents and images uses (ISO 16684-1 §7 and -2,
/// Adobe XMP Specification part 2, IPTC Photo Metadata 2023, EXIF 2.32 for XMP, C2PA 2.1).
const PREFIXES: &[(&str, &str)] = &[
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://www.w3.org/XML/1998/namespace", "xml"),
    ("adobe:ns:meta/", "x"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://purl.org/dc/terms/", "dcterms"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/xap/1.0/mm/", "xmpMM"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xap/1.0/bj/", "xmpBJ"),
    ("http://ns.adobe.com/xap/1.0/t/pg/", "xmpTPg"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "stEvt"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "stRef"),
    ("http://ns.adobe.com/xap/1.0/sType/Version#", "stVer"),
    ("http://ns.adobe.com/xap/1.0/sType/Dimensions#", "stDim"),
    ("http://ns.adobe.com/xap/1.0/sType/Font#", "stFnt"),
    ("http://ns.adobe.com/xap/1.0/g/img/", "xmpGImg"),
    ("http://ns.adobe.com/xmp/note/", "xmpNote"),
    ("http://ns.adobe.com/xmp/1.0/DynamicMedia/", "xmpDM"),
    ("http://ns.adobe.com/pdf/1.3/", "pdf"),
    ("http://ns.adobe.com/pdfx/1.3/", "pdfx"),
    ("http://www.aiim.org/pdfa/ns/id/", "pdfaid"),
    ("http://www.aiim.org/pdfua/ns/id/", "pdfuaid"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/camera-raw-settings/1.0/", "crs"),
    ("http://ns.adobe.com/lightroom/1.0/", "lr"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://ns.adobe.com/illustrator/1.0/", "illustrator"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt"),
    ("http://ns.useplus.org/ldf/xmp/1.0/", "plus"),
    ("http://ns.google.com/photos/1.0/container/", "Container"),
    ("http://ns.google.com/photos/1.0/camera/", "GCamera"),
    ("http://www.gimp.org/xmp/", "GIMP"),
    ("http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto"),
];

/// Elements that only give the form: they take no place in a path.
const FORM: &[&str] = &[
    "x:xmpmeta",
    "x:xapmeta",
    "rdf:RDF",
    "rdf:Description",
    "rdf:Seq",
    "rdf:Bag",
    "rdf:Alt",
    "rdf:value",
];

/// Reads a packet whose first byte stands at `start` of the blob. Whatever is before an error
/// stays; the error is a defect.
pub fn read(raw: &[u8], start: usize) -> Packet {
    let whole = Span::new(start, start + raw.len());
    let cut = &raw[..raw.len().min(limits::XMP_BYTES)];
    let mut packet = Packet::default();
    if cut.len() < raw.len() {
        packet.defects.push(defect("an XMP packet is longer than what is read", whole));
    }
    let (text, skipped) = decode(cut);
    let mut walk = Walk { packet, whole, skipped, open: Vec::new(), is_full: false };
    walk.run(&text);
    walk.packet
}

/// The text, and how many bytes of the packet stand before it; None where offsets are not kept.
fn decode(raw: &[u8]) -> (Cow<'_, str>, Option<usize>) {
    let zeros = |at: &[usize]| at.iter().all(|at| raw.get(*at) == Some(&0));
    let wide = |big: bool| {
        let units = raw.chunks_exact(4).map(|c| {
            let bytes = [c[0], c[1], c[2], c[3]];
            if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        });
        let text: String = units.map(|u| char::from_u32(u).unwrap_or('\u{fffd}')).collect();
        (Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()), None)
    };
    if raw.starts_with(&[0, 0, 0xfe, 0xff]) || (zeros(&[0, 1, 2]) && raw.get(3) == Some(&b'<')) {
        return wide(true);
    }
    if raw.starts_with(&[0xff, 0xfe, 0, 0]) || (zeros(&[1, 2, 3]) && raw.first() == Some(&b'<')) {
        return wide(false);
    }
    if raw.starts_with(&[0xfe, 0xff]) || (zeros(&[0]) && raw.get(1) == Some(&b'<')) {
        let text = encoding_rs::UTF_16BE.decode_with_bom_removal(raw).0;
        return (Cow::Owned(text.into_owned()), None);
    }
    if raw.starts_with(&[0xff, 0xfe]) || (zeros(&[1]) && raw.first() == Some(&b'<')) {
        let text = encoding_rs::UTF_16LE.decode_with_bom_removal(raw).0;
        return (Cow::Owned(text.into_owned()), None);
    }
    let skipped = if raw.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    match std::str::from_utf8(&raw[skipped..]) {
        Ok(text) => (Cow::Borrowed(text), Some(skipped)),
        // Padding behind the packet may be cut or hold anything.
        Err(error) if raw[skipped..skipped + error.valid_up_to()].ends_with(b">") => {
            let text = std::str::from_utf8(&raw[skipped..skipped + error.valid_up_to()]);
            (Cow::Borrowed(text.unwrap_or("")), Some(skipped))
        }
        Err(_) => (Cow::Owned(String::from_utf8_lossy(&raw[skipped..]).into_owned()), None),
    }
}

/// An element that is open.
struct Open {
    /// None within an item that is left out.
    path: Option<String>,
    /// Where its tag begins in the text.
    start: usize,
    text: String,
    has_children: bool,
    /// Items of the list met so far.
    items: usize,
}

struct Walk {
    packet: Packet,
    whole: Span,
    skipped: Option<usize>,
    open: Vec<Open>,
    is_full: bool,
}

impl Walk {
    fn run(&mut self, text: &str) {
        let mut reader = NsReader::from_str(text);
        // What a damaged packet holds is read as far as it goes.
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        reader.config_mut().allow_dangling_amp = true;
        while !self.is_full {
            let before = position(&reader);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let what = format!("an XMP packet ends in broken XML: {error}");
                    let at = self.span(before, before);
                    self.packet.defects.push(defect(&what, at));
                    break;
                }
            };
            let after = position(&reader);
            match event {
                Event::Start(tag) => self.start(&reader, &tag, before, after, false),
                Event::Empty(tag) => self.start(&reader, &tag, before, after, true),
                Event::End(_) => self.end(after),
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.into_inner()),
                Event::GeneralRef(entity) => {
                    if let Some(c) = entity_char(&entity) {
                        self.text(c.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        while !self.open.is_empty() {
            self.end(text.len());
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            let left = limits::XMP_VALUE.saturating_sub(open.text.len());
            open.text.extend(text.chars().take(left));
        }
    }

    fn start(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart,
        before: usize,
        after: usize,
        is_empty: bool,
    ) {
        if self.open.len() >= limits::XMP_DEPTH {
            let what = "an XMP packet nests deeper than is read";
            self.packet.defects.push(defect(what, self.span(before, after)));
            self.is_full = true;
            return;
        }
        let name = canonical(reader.resolver().resolve_element(tag.name()).0, tag.name());
        let (parent, item) = match self.open.last_mut() {
            Some(open) => {
                open.has_children = true;
                open.items += 1;
                (open.path.clone(), open.items)
            }
            None => (Some(String::new()), 0),
        };
        let span = self.span(before, after);
        let is_form = FORM.contains(&name.as_str());
        let path = match parent {
            Some(_) if name == "rdf:li" && item > limits::XMP_ITEMS => {
                if item == limits::XMP_ITEMS + 1 {
                    self.packet.defects.push(defect("an XMP list is longer than is read", span));
                }
                None
            }
            Some(parent) if name == "rdf:li" => Some(format!("{parent}[{item}]")),
            Some(parent) if is_form => Some(parent),
            Some(parent) if parent.is_empty() => Some(name),
            Some(parent) => Some(format!("{parent}/{name}")),
            None => None,
        };
        if let Some(path) = &path {
            self.attributes(reader, tag, path, is_form, span);
        }
        if !is_empty {
            let text = String::new();
            self.open.push(Open { path, start: before, text, has_children: false, items: 0 });
        }
    }

    /// Values that stand in a tag instead of in elements of their own (ISO 16684-1 §7.9.2.2).
    fn attributes(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart,
        path: &str,
        is_form: bool,
        span: Span,
    ) {
        for attribute in tag.attributes().with_checks(false).flatten() {
            let namespace = reader.resolver().resolve_attribute(attribute.key).0;
            let key = canonical(namespace, attribute.key);
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .unwrap_or_else(|_| attribute.value.clone());
            match key.as_str() {
                "x:xmptk" => self.packet.toolkit = Some(value.trim().to_owned()),
                "rdf:resource" | "rdf:value" if !is_form => {
                    self.field(path.to_owned(), &value, span);
                }
                _ if key.starts_with("rdf:") || key.starts_with("xml") => {}
                _ if !key.contains(':') || key.starts_with("x:") => {}
                _ if !path.is_empty() => self.field(format!("{path}/{key}"), &value, span),
                _ if is_form => self.field(key, &value, span),
                _ => {}
            }
        }
    }

    fn end(&mut self, after: usize) {
        let Some(Open { path: Some(path), start, text, has_children, .. }) = self.open.pop() else {
            return;
        };
        if !has_children && !text.trim().is_empty() && !path.is_empty() {
            let span = self.span(start, after);
            self.field(path, &text, span);
        }
    }

    fn field(&mut self, path: String, value: &str, span: Span) {
        if self.packet.fields.len() >= limits::XMP_FIELDS {
            let what = "an XMP packet has more fields than are read";
            self.packet.defects.push(defect(what, span));
            self.is_full = true;
            return;
        }
        let value: String = value.trim().chars().take(limits::XMP_VALUE).collect();
        self.packet.fields.push(Field { path, value, span });
    }

    /// Of the blob.
    fn span(&self, start: usize, end: usize) -> Span {
        match self.skipped {
            Some(skipped) => {
                let at = self.whole.start + skipped;
                Span::new(at + start, at + end)
            }
            None => self.whole,
        }
    }
}

fn position(reader: &NsReader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn defect(what: &str, span: Span) -> Defect {
    Defect { what: what.to_owned(), span }
}

fn entity_char(entity: &BytesRef) -> Option<char> {
    if entity.is_char_ref() {
        return entity.resolve_char_ref().ok().flatten();
    }
    let name = entity.xml10_content();
    let found = ["amp", "lt", "gt", "quot", "apos"].iter().position(|n| *n == name)?;
    "&<>\"'".chars().nth(found)
}

/// `prefix:name` with the namespace's usual prefix; of an unknown one, as it stands.
fn canonical(namespace: ResolveResult, name: QName) -> String {
    let local = name.local_name();
    let known = match namespace {
        ResolveResult::Bound(Namespace(uri)) => {
            PREFIXES.iter().find(|(known, _)| *known == uri).map(|(_, prefix)| *prefix)
        }
        _ => None,
    };
    match known {
        Some(prefix) => format!("{prefix}:{}", local.into_inner()),
        None => name.into_inner().to_owned(),
    }
}

/// Where in `raw` XMP packets stand, outermost elements included: for formats whose containers
/// need not be walked to find them. From `<?xpacket begin` or `<x:xmpmeta` to the packet's end.
pub fn find(raw: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < limits::XMP_PACKETS {
        let rest = &raw[at.min(raw.len())..];
        let Some(open) = memchr::memmem::find(rest, b"<x:xmpmeta") else {
            break;
        };
        let end = memchr::memmem::find(&rest[open..], b"</x:xmpmeta>");
        let length = end.map_or(rest.len() - open, |e| e + b"</x:xmpmeta>".len());
        found.push(Span::new(at + open, at + open + length));
        at += open + length;
    }
    found
}

impl Packet {
    /// The first value of that path.
    pub fn get(&self, path: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.path == path)
    }

    /// Values of a path and of the items of a list under it.
    pub fn list<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |f| base(&f.path) == path)
    }

    /// `xmpMM:History`, the first step first.
    pub fn history(&self) -> Vec<Step<'_>> {
        let mut steps: Vec<Step> = Vec::new();
        for field in &self.fields {
            let Some(rest) = field.path.strip_prefix("xmpMM:History[") else {
                continue;
            };
            let Some((number, name)) = rest.split_once("]/") else {
                continue;
            };
            let Some(at) =
                number.parse::<usize>().ok().filter(|n| (1..=limits::XMP_ITEMS).contains(n))
            else {
                continue;
            };
            if steps.len() < at {
                steps.resize(at, Step::default());
            }
            let step = &mut steps[at - 1];
            let slot = match name {
                "stEvt:action" => &mut step.action,
                "stEvt:when" => &mut step.when,
                "stEvt:softwareAgent" => &mut step.agent,
                "stEvt:changed" => &mut step.changed,
                "stEvt:instanceID" => &mut step.instance,
                _ => continue,
            };
            *slot = Some(&field.value);
        }
        steps
    }

    /// What the profile knows, in the packet's order; `source` names the packet (`XMP`).
    pub fn properties(&self, source: &str) -> Vec<Property> {
        let known = |field: &Field| {
            let name = name_of(&field.path)?;
            let place = format!("{source} {}", field.path);
            let is_date = matches!(name, Name::Created | Name::Modified | Name::Edited);
            Some(if is_date {
                let moment = time::iso(&field.value).or_else(|| time::exif(&field.value, None));
                time::property(name, &field.value, moment, place, field.span)
            } else {
                Property::text(name, &field.value, place, field.span)
            })
        };
        self.fields.iter().filter(|f| !f.value.is_empty()).filter_map(known).collect()
    }
}

/// A path without the number of its last item.
fn base(path: &str) -> &str {
    match path.rsplit_once('[') {
        Some((base, number)) if number.ends_with(']') => base,
        _ => path,
    }
}

/// Which property of the profile a path is (ISO 16684-1 §8, -2; Adobe part 2; IPTC Core).
fn name_of(path: &str) -> Option<Name> {
    if let Some((_, step)) = path.strip_prefix("xmpMM:History[").and_then(|p| p.split_once("]/")) {
        return match step {
            "stEvt:when" => Some(Name::Edited),
            "stEvt:softwareAgent" => Some(Name::Program),
            "stEvt:instanceID" => Some(Name::Id),
            _ => None,
        };
    }
    Some(match base(path) {
        "dc:creator" | "tiff:Artist" | "pdf:Author" | "xmp:Author" => Name::Author,
        "photoshop:CaptionWriter" => Name::LastAuthor,
        "dc:title" | "photoshop:Headline" | "pdf:Title" => Name::Title,
        "dc:subject" | "pdf:Keywords" | "lr:hierarchicalSubject" => Name::Keywords,
        "dc:description" | "tiff:ImageDescription" | "exif:UserComment" | "pdf:Subject" => {
            Name::Description
        }
        "dc:language" => Name::Language,
        "photoshop:Credit" | "photoshop:Source" => Name::Company,
        "xmp:CreateDate" | "exif:DateTimeOriginal" | "exif:DateTimeDigitized" => Name::Created,
        "photoshop:DateCreated" | "pdf:CreationDate" | "exif:GPSTimeStamp" => Name::Created,
        "xmp:ModifyDate" | "tiff:DateTime" | "pdf:ModDate" => Name::Modified,
        "xmp:MetadataDate" => Name::Edited,
        "xmp:CreatorTool" | "pdf:Producer" | "tiff:Software" => Name::Program,
        "crs:Version" | "pdf:PDFVersion" | "exif:ExifVersion" => Name::Version,
        "xmpMM:DocumentID" | "xmpMM:InstanceID" | "xmpMM:OriginalDocumentID" => Name::Id,
        "xmpMM:VersionID" => Name::Revision,
        "xmpMM:DerivedFrom/stRef:documentID"
        | "xmpMM:DerivedFrom/stRef:instanceID"
        | "xmpMM:DerivedFrom/stRef:originalDocumentID"
        | "exif:ImageUniqueID" => Name::Id,
        "xmpMM:DerivedFrom/stRef:filePath" | "xmpMM:ManageTo" | "crs:RawFileName" => Name::Path,
        "tiff:Make" | "tiff:Model" | "exifEX:BodySerialNumber" | "aux:SerialNumber" => Name::Device,
        "photoshop:City" | "photoshop:State" | "photoshop:Country" | "Iptc4xmpCore:Location" => {
            Name::Place
        }
        "exif:GPSLatitude" | "exif:GPSLongitude" => Name::Place,
        "dc:rights" | "xmp:Label" => Name::Label,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Example Core 5.6">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:CreatorTool="Drawer &amp; Co"
   xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
   xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
   xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#">
  <xap:CreateDate>2017-05-04T20:35:00+02:00</xap:CreateDate>
  <dc:creator><rdf:Seq><rdf:li>Ada &#233;</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A table</rdf:li></rdf:Alt></dc:title>
  <xmpMM:DerivedFrom stRef:documentID="uuid:1"/>
  <xmpMM:History><rdf:Seq>
   <rdf:li rdf:parseType="Resource"><stEvt:action>created</stEvt:action><stEvt:when>2017-05-04</stEvt:when></rdf:li>
   <rdf:li><rdf:Description stEvt:action="saved" stEvt:softwareAgent="Drawer 2" stEvt:changed="/"/></rdf:li>
   <rdf:li stEvt:action="converted" stEvt:instanceID="x:2"/>
  </rdf:Seq></xmpMM:History>
 </rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"#;

    #[test]
    fn a_packet_gives_its_values_under_their_paths() {
        let packet = read(PACKET.as_bytes(), 100);
        assert_eq!(packet.toolkit.as_deref(), Some("Example Core 5.6"));
        assert!(packet.defects.is_empty(), "{:?}", packet.defects);
        let get = |path: &str| packet.get(path).map(|f| f.value.as_str());
        assert_eq!(get("xmp:CreatorTool"), Some("Drawer & Co"));
        assert_eq!(get("xmp:CreateDate"), Some("2017-05-04T20:35:00+02:00"));
        assert_eq!(get("dc:creator[1]"), Some("Ada é"));
        assert_eq!(get("dc:creator[2]"), Some("Bob"));
        assert_eq!(get("dc:title[1]"), Some("A table"));
        assert_eq!(get("xmpMM:DerivedFrom/stRef:documentID"), Some("uuid:1"));
        let steps = packet.history();
        let actions: Vec<_> = steps.iter().map(|s| s.action.unwrap()).collect();
        assert_eq!(actions, ["created", "saved", "converted"]);
        assert_eq!((steps[1].agent, steps[1].changed), (Some("Drawer 2"), Some("/")));
        let date = packet.get("xmp:CreateDate").unwrap().span;
        let date = Span::new(date.start - 100, date.end - 100);
        let element = "<xap:CreateDate>2017-05-04T20:35:00+02:00</xap:CreateDate>";
        assert_eq!(date.of(PACKET.as_bytes()), element.as_bytes());
    }

    #[test]
    fn properties_have_names_places_and_instants() {
        let properties = read(PACKET.as_bytes(), 0).properties("XMP");
        let created = properties.iter().find(|p| p.name == Name::Created).unwrap();
        assert_eq!((created.at, created.offset), (Some(1_493_922_900), Some(7_200)));
        assert_eq!(created.place, "XMP xmp:CreateDate");
        let edited = properties.iter().find(|p| p.name == Name::Edited).unwrap();
        assert_eq!(edited.place, "XMP xmpMM:History[1]/stEvt:when");
        assert!(edited.is_local);
        let programs: Vec<_> = properties.iter().filter(|p| p.name == Name::Program).collect();
        assert_eq!(programs.len(), 2);
    }

    #[test]
    fn other_encodings_are_read_without_offsets() {
        let plain = read(PACKET.as_bytes(), 0).fields;
        let values = |fields: &[Field]| -> Vec<(String, String)> {
            fields.iter().map(|f| (f.path.clone(), f.value.clone())).collect()
        };
        let big: Vec<u8> = PACKET.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = PACKET.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide: Vec<u8> = PACKET.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        for raw in [big, little, wide] {
            let packet = read(&raw, 7);
            assert_eq!(values(&packet.fields), values(&plain));
            assert!(packet.fields.iter().all(|f| f.span == Span::new(7, 7 + raw.len())));
        }
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for end in (0..PACKET.len()).filter(|at| PACKET.is_char_boundary(*at)) {
            let packet = read(&PACKET.as_bytes()[..end], 0);
            assert!(packet.fields.iter().all(|f| f.span.end <= end));
        }
        let cut = PACKET.find("<dc:title>").unwrap();
        let packet = read(&PACKET.as_bytes()[..cut], 0);
        assert_eq!(packet.get("dc:creator[2]").map(|f| f.value.as_str()), Some("Bob"));
        let broken = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a:b></ <<";
        assert_eq!(read(broken.as_bytes(), 0).fields, []);
        let deep = "<a:b>".repeat(limits::XMP_DEPTH + 10);
        assert_eq!(read(deep.as_bytes(), 0).defects.len(), 1);
        assert_eq!(find(PACKET.as_bytes()).len(), 1);
    }
}
