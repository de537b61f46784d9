"""The cases beside the checks of packed documents: OOXML and OpenDocument, built part by part.

A case is `crates/lydite-core/src/checks/document/<id>/<name>.<kind>` and `.toml`. People, firms and
domains are invented. The zip is written here byte by byte, since the checks look at its headers:
`office` as Microsoft's programs write it, `libre` as LibreOffice, `unix` as Info-ZIP or Python.
"""

import base64
import hashlib
import json
import re
import shutil
import struct
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import utils

import personal

CHECKS = Path(__file__).parents[2] / "crates/lydite-core/src/checks/document"
NS = "http://schemas.openxmlformats.org"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
WORD, WORD_MAC, EXCEL = "Microsoft Office Word", "Microsoft Macintosh Word", "Microsoft Excel"
MADE, CHANGED = "2017-03-14T08:05:00Z", "2017-03-14T09:12:00Z"


# --- zip -------------------------------------------------------------------------------------

def dos(stamp):
    """`2017-04-27 10:20:30` as date << 16 | time; none as 1 January 1980."""
    if stamp is None:
        return 0x00210000
    day, time = stamp.split(" ")
    year, month, date = (int(n) for n in day.split("-"))
    hour, minute, second = (int(n) for n in time.split(":"))
    return ((year - 1980) << 9 | month << 5 | date) << 16 | hour << 11 | minute << 5 | second // 2


STYLES = {"office": (45, 6), "libre": (20, 0x800), "unix": (3 << 8 | 30, 0)}


class Zip:
    """Entries in order; `style` and `stamp` may differ from entry to entry."""

    def __init__(self, style, stamp=None):
        self.style, self.stamp = style, stamp
        self.out, self.directory, self.count = b"", b"", 0

    def add(self, name, data, style=None, stamp=None, listed=True, local_name=None):
        style = style or self.style
        made_by, flags = STYLES[style]
        when = dos(stamp or (self.stamp if style == self.style else None))
        stored = name == "mimetype"
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = data if stored else packer.compress(data) + packer.flush()
        method = 0 if stored else 8
        flags = flags & ~6 if stored else flags
        extra = b""
        if style == "office" and name == "[Content_Types].xml":
            extra = struct.pack("<HHHH", 0xA220, 4 + 40, 0xA028, 40) + b"\0" * 40
        raw, local_raw = name.encode(), (local_name or name).encode()
        head = struct.pack("<HHHIIIIHH", 20, flags, method, when, zlib.crc32(data), len(packed),
                           len(data), len(local_raw), len(extra))
        if listed:
            self.directory += b"PK\1\2" + struct.pack(
                "<HHHHIIIIHHHHHII", made_by, 20, flags, method, when, zlib.crc32(data), len(packed),
                len(data), len(raw), 0, 0, 0, 0, 0, len(self.out)) + raw
            self.count += 1
        self.out += b"PK\3\4" + head + local_raw + extra + packed

    def bytes(self):
        end = struct.pack("<HHHHIIH", 0, 0, self.count, self.count, len(self.directory),
                          len(self.out), 0)
        return self.out + self.directory + b"PK\5\6" + end


# --- Office Open XML -------------------------------------------------------------------------

def core(made=MADE, changed=CHANGED, author="Anna Morel", last="Luc Perrin", printed=None, revision=3):
    printed = f"<cp:lastPrinted>{printed}</cp:lastPrinted>" if printed else ""
    return (f'{XML}<cp:coreProperties xmlns:cp="{NS}/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{last}</cp:lastModifiedBy>"
            f"<cp:revision>{revision}</cp:revision>{printed}"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{changed}</dcterms:modified>'
            "</cp:coreProperties>")


def app(program=WORD, version="16.0000", minutes=25, words=12):
    return (f'{XML}<Properties xmlns="{NS}/officeDocument/2006/extended-properties">'
            f"<Template>Normal.dotm</Template><TotalTime>{minutes}</TotalTime><Words>{words}</Words>"
            f"<Application>{program}</Application><Company>Parti Horizon</Company>"
            f"<AppVersion>{version}</AppVersion></Properties>")


def rels(rows):
    body = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"{mode}/>'
        for n, (kind, target, mode) in enumerate(rows, 1))
    return f'{XML}<Relationships xmlns="{NS}/package/2006/relationships">{body}</Relationships>'


def inside(kind, target):
    return (f"{NS}/officeDocument/2006/relationships/{kind}", target, "")


def outside(kind, target):
    return (f"{NS}/officeDocument/2006/relationships/{kind}", target, ' TargetMode="External"')


MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main"),
}


def types(kind):
    part, name = MAIN[kind]
    return (f'{XML}<Types xmlns="{NS}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{name}+xml"/>'
            "</Types>")


def package(kind, parts, core_xml=None, app_xml=None):
    """Names and contents of a whole package, in Office's order."""
    main, _ = MAIN[kind]
    root = rels([inside("officeDocument", main),
                 (f"{NS}/package/2006/relationships/metadata/core-properties", "docProps/core.xml", ""),
                 inside("extended-properties", "docProps/app.xml")])
    program = {"docx": WORD, "xlsx": EXCEL, "pptx": "Microsoft Office PowerPoint"}[kind]
    return [("[Content_Types].xml", types(kind)), ("_rels/.rels", root), *parts,
            ("docProps/core.xml", core_xml or core()),
            ("docProps/app.xml", app_xml or app(program))]


def zipped(parts, style="office", stamp=None, other=(), **how):
    """`other`: parts by name that another program replaced, with style and stamp."""
    out, other = Zip(style, stamp), dict(other)
    for name, text in parts:
        data = text if isinstance(text, bytes) else text.encode()
        if name in other:
            out.add(name, data, *other[name])
        else:
            out.add(name, data, **how.get(name, {}))
    return out.bytes()


def document(body, namespaces="", extra=(), settings="", links=(), comments=""):
    w = f'xmlns:w="{NS}/wordprocessingml/2006/main" xmlns:r="{NS}/officeDocument/2006/relationships"'
    parts = [("word/document.xml",
              f"{XML}<w:document {w} {namespaces}><w:body>{body}</w:body></w:document>")]
    rows = [inside("settings", "settings.xml"), *links]
    if comments:
        rows.append(inside("comments", "comments.xml"))
        parts.append(("word/comments.xml", f"{XML}<w:comments {w}>{comments}</w:comments>"))
    parts.insert(0, ("word/_rels/document.xml.rels", rels(rows)))
    parts.append(("word/settings.xml", f"{XML}<w:settings {w}>{settings}<w:rsids>"
                  '<w:rsidRoot w:val="00A13F02"/><w:rsid w:val="00A13F02"/></w:rsids></w:settings>'))
    return [*parts, *extra]


def p(text, run=""):
    return (f'<w:p w:rsidR="00A13F02"><w:r><w:rPr>{run}</w:rPr>'
            f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>')


BUDGET = p("The board met on Tuesday.") + p("The budget of the campaign is 12,000 euros.")


def workbook(sheets, version="", calculation="", path="", names=""):
    """`sheets`: name, state, rows of XML."""
    s = f'xmlns="{NS}/spreadsheetml/2006/main" xmlns:r="{NS}/officeDocument/2006/relationships"'
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}"{state} r:id="rId{n}"/>'
        for n, (name, state, _) in enumerate(sheets, 1))
    rows = [inside("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    parts = [("xl/_rels/workbook.xml.rels", rels(rows)),
             ("xl/workbook.xml", f"{XML}<workbook {s}>{version}{path}<sheets>{listed}</sheets>"
                                 f"{names}{calculation}</workbook>")]
    for n, (_, _, data) in enumerate(sheets, 1):
        parts.append((f"xl/worksheets/sheet{n}.xml",
                      f"{XML}<worksheet {s}><sheetData>{data}</sheetData></worksheet>"))
    return parts


def column(numbers, total, formula=None):
    """Numbers in column A, their sum below."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{number}</v></c></row>'
                   for n, number in enumerate(numbers, 1))
    last = len(numbers) + 1
    formula = formula or f"SUM(A1:A{last - 1})"
    return f'{rows}<row r="{last}"><c r="A{last}"><f>{formula}</f><v>{total}</v></c></row>'


def slides(hidden):
    p_ = (f'xmlns:p="{NS}/presentationml/2006/main" xmlns:a="{NS}/drawingml/2006/main" '
          f'xmlns:r="{NS}/officeDocument/2006/relationships"')
    rows = [inside("slide", f"slides/slide{n}.xml") for n in (1, 2)]
    parts = [("ppt/_rels/presentation.xml.rels", rels(rows)),
             ("ppt/presentation.xml", f'{XML}<p:presentation {p_}><p:sldIdLst><p:sldId id="256" r:id="rId1"/>'
              '<p:sldId id="257" r:id="rId2"/></p:sldIdLst></p:presentation>')]
    for n in (1, 2):
        show = ' show="0"' if hidden and n == 2 else ""
        parts.append((f"ppt/slides/slide{n}.xml",
                      f"{XML}<p:sld {p_}{show}><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r>"
                      f"<a:t>Slide {n}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"))
    return parts


# --- OpenDocument ----------------------------------------------------------------------------

ODF = "urn:oasis:names:tc:opendocument:xmlns"
LIBRE = "LibreOffice/7.3.7.2$Linux_X86_64 LibreOffice_project/30m0$Build-2"


def opendocument(kind, body, styles="", generator=LIBRE, made="2017-03-14T09:05:00",
                 changed="2017-03-14T10:12:33.123456789", cycles=3, duration="PT25M"):
    o = " ".join(f'xmlns:{n}="{ODF}:{u}:1.0"' for n, u in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
        ("draw", "drawing"), ("presentation", "presentation"), ("meta", "meta")))
    o += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    meta = (f"{XML}<office:document-meta {o}><office:meta><meta:generator>{generator}</meta:generator>"
            f"<meta:initial-creator>Anna Morel</meta:initial-creator><dc:creator>Luc Perrin</dc:creator>"
            f"<meta:creation-date>{made}</meta:creation-date><dc:date>{changed}</dc:date>"
            f"<meta:editing-cycles>{cycles}</meta:editing-cycles>"
            f"<meta:editing-duration>{duration}</meta:editing-duration>"
            '<meta:document-statistic meta:word-count="12"/></office:meta></office:document-meta>')
    content = (f"{XML}<office:document-content {o}><office:automatic-styles>{styles}"
               f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>")
    manifest = f'{XML}<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0"/>'
    return [("mimetype", f"application/vnd.oasis.opendocument.{kind}"), ("meta.xml", meta),
            ("content.xml", content), ("META-INF/manifest.xml", manifest)]


def odt(text="The board met on Tuesday.", **how):
    return opendocument("text", f"<office:text><text:p>{text}</text:p></office:text>", **how)


def ods(numbers, total, styles="", display=""):
    rows = "".join(f'<table:table-row><table:table-cell office:value-type="float" office:value="{n}">'
                   f"<text:p>{n}</text:p></table:table-cell></table:table-row>" for n in numbers)
    rows += (f'<table:table-row><table:table-cell table:formula="of:=SUM([.A1:.A{len(numbers)}])" '
             f'office:value-type="float" office:value="{total}"><text:p>{total}</text:p>'
             "</table:table-cell></table:table-row>")
    return opendocument("spreadsheet", f'<office:spreadsheet><table:table table:name="Budget"{display}>{rows}'
                        "</table:table></office:spreadsheet>", styles)


# --- signatures ------------------------------------------------------------------------------

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def digest(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def reference(uri, data, transforms=""):
    transforms = f"<Transforms>{transforms}</Transforms>" if transforms else ""
    return (f'<Reference URI="{uri}">{transforms}<DigestMethod Algorithm="{SHA256}"></DigestMethod>'
            f"<DigestValue>{digest(data)}</DigestValue></Reference>")


def signature(info_references, objects, key="anna", method="rsa-sha256", attributes=f'xmlns="{DSIG}"'):
    """All of it is written in canonical form already; what is signed states its namespace itself."""
    info = (f'<SignedInfo xmlns="{DSIG}"><CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
            f'<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#{method}"></SignatureMethod>'
            f"{info_references}</SignedInfo>")
    value = personal.sign(key, "sha256", info.encode())[1]
    if method.startswith("ecdsa"):
        value = b"".join(n.to_bytes(32, "big") for n in utils.decode_dss_signature(value))
    certificate = base64.b64encode(personal.LEAF(key)).decode()
    return (f'<Signature {attributes} Id="idPackageSignature">{info}'
            f"<SignatureValue>{base64.b64encode(value).decode()}</SignatureValue><KeyInfo><X509Data>"
            f"<X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>{objects}</Signature>")


def signed(parts, leave_out=(), **how):
    """A package with Office's kind of signature over all parts but the properties."""
    by_name = {name: text.encode() for name, text in parts}
    rows = ""
    for name, data in by_name.items():
        if name in ("[Content_Types].xml", *leave_out) or name.startswith("docProps/"):
            continue
        if name.endswith(".rels"):
            ids = re.findall('Id="([^"]+)"', data.decode())
            kept = re.findall("<Relationship (.*?)/>", data.decode())
            if name == "_rels/.rels":  # the properties can be changed after signing
                ids, kept = ids[:1], kept[:1]
            kept = sorted(kept, key=lambda row: re.search('Id="([^"]+)"', row).group(1))
            whole = "".join(canonical_row(row) for row in kept)
            chosen = "".join(
                '<mdssi:RelationshipReference xmlns:mdssi="http://schemas.openxmlformats.org/package/2006/'
                f'digital-signature" SourceId="{i}"></mdssi:RelationshipReference>' for i in ids)
            rows += reference(f"/{name}?ContentType=x",
                              f'<Relationships xmlns="{NS}/package/2006/relationships">{whole}</Relationships>'.encode(),
                              f'<Transform Algorithm="{NS}/package/2006/RelationshipTransform">{chosen}</Transform>'
                              f'<Transform Algorithm="{C14N}"></Transform>')
        else:
            rows += reference(f"/{name}?ContentType=x", data)
    time = ('<SignatureProperties><SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">'
            '<mdssi:SignatureTime xmlns:mdssi="http://schemas.openxmlformats.org/package/2006/digital-signature">'
            "<mdssi:Value>2017-03-14T09:20:00Z</mdssi:Value></mdssi:SignatureTime></SignatureProperty>"
            "</SignatureProperties>")
    inner = f"<Manifest>{rows}</Manifest>{time}"
    whole = f'<Object xmlns="{DSIG}" Id="idPackageObject">{inner}</Object>'
    xml = XML + signature(reference("#idPackageObject", whole.encode()), whole, **how)
    types_xml = by_name["[Content_Types].xml"].decode().replace(
        "</Types>", '<Override PartName="/_xmlsignatures/sig1.xml" ContentType="application/'
        'vnd.openxmlformats-package.digital-signature-xmlsignature+xml"/></Types>')
    return [("[Content_Types].xml", types_xml), *parts[1:], ("_xmlsignatures/sig1.xml", xml)]


def canonical_row(row):
    fields = dict(re.findall('(\\w+)="([^"]*)"', row))
    fields.setdefault("TargetMode", "Internal")
    text = "".join(f' {name}="{fields[name]}"' for name in sorted(fields))
    return f"<Relationship{text}></Relationship>"


def signed_odt():
    parts = odt()
    rows = "".join(reference(name, text.encode()) for name, text in parts if name in ("mimetype", "meta.xml"))
    content = dict(parts)["content.xml"]
    # Canonical: without the declaration, empty elements written out.
    body = re.sub(r"<(\S+)((?: [^<>]*)?)/>", r"<\1\2></\1>", content.removeprefix(XML))
    head, rest = body.split(">", 1)
    names = sorted(re.findall(r' xmlns:(\S+)=("[^"]*")', head))
    body = "<office:document-content" + "".join(f" xmlns:{n}={u}" for n, u in names) + ">" + rest
    rows += reference("content.xml", body.encode(), f'<Transform Algorithm="{C14N}"></Transform>')
    sig = signature(rows, "")
    return [*parts, ("META-INF/documentsignatures.xml",
                     f'{XML}<document-signatures xmlns="{ODF}:digitalsignature:1.0">{sig}</document-signatures>')]


# --- cases -----------------------------------------------------------------------------------

def case(check, name, kind, why, codes, data):
    folder = CHECKS / check
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.{kind}").write_bytes(data)
    head = {"why": " ".join(why.split()), "origin": "synthetic, examples/make/packages.py", "codes": codes}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in head.items())
    (folder / f"{name}.toml").write_text(text)


def plain(**how):
    return package("docx", document(BUDGET), **how)


SAVED = "2017-03-14 10:12:34"
LATER = "2017-04-27 10:20:30"
# Ends inside an element, and names a checksum that is not that of its bytes.
BROKEN = plain(core_xml=core()[:-200])


def malformed(check):
    data = zipped(BROKEN)
    case(check, "malformed", "docx", "Properties end inside an element, the last part is cut short.",
         [], data[:data.rfind(b"PK\1\2") - 40] + data[data.find(b"PK\1\2"):])


def zip_writer():
    def add(name, kind, why, codes, data):
        case("zip_writer", name, kind, why, codes, data)

    add("as-named", "docx", "As Word packs.", ["as-named"], zipped(plain()))
    add("as-named-libre", "odt", "As LibreOffice packs.", ["as-named"], zipped(odt(), "libre", SAVED))
    add("other-writer", "docx", "Unpacked, changed by hand and zipped again.", ["other-writer"],
        zipped(plain(), "unix", LATER))
    add("parts-replaced", "docx", "The text alone was replaced six weeks after the last change.",
        ["parts-replaced"],
        zipped(plain(), other={"word/document.xml": ("unix", LATER)}))
    add("label", "docx", "A gateway writes a label into the properties: the same, neutral, code.",
        ["parts-replaced"],
        zipped(plain(), other={"docProps/app.xml": ("unix", LATER)}))
    add("names-itself", "docx", "A library that names itself says nothing false.", [],
        zipped(plain(app_xml=app("python-docx")), "unix", LATER))
    add("malformed", "docx", "A directory that breaks off: what is left tells nothing.",
        [], zipped(plain())[:-60])


    add("parts-replaced-odt", "odt", "LibreOffice's file, its text put in six weeks later.", ["parts-replaced"],
        zipped(odt(), "libre", SAVED, other={"content.xml": ("unix", LATER)}))
    add("other-writer-odt", "odt", "LibreOffice's file, unpacked and zipped again by Info-ZIP.",
        ["other-writer"], zipped(odt(), "unix", LATER))
    add("mimetype-moved", "odt", "The same with the parts in the order of their names.",
        ["other-writer", "mimetype-moved"], zipped(sorted(odt()), "unix", LATER))


def word_seconds():
    def add(name, why, codes, data):
        case("word_seconds", name, "docx", why, codes, data)

    late = core(changed="2017-03-14T09:12:41Z")
    with_seconds = plain(core_xml=late, app_xml=app(version="15.0000"))
    add("word-2016", "Word for the web may go by this version: it only tells.", ["seconds-of-others"],
        zipped(plain(core_xml=late)))
    add("seconds", "Packed as by Word, with seconds in the time of saving.", ["seconds"],
        zipped(with_seconds))
    add("seconds-of-others", "A library kept the name of Word and set its own time.",
        ["seconds-of-others"], zipped(with_seconds, "unix", SAVED))
    add("fraction", "Seven digits of a second, as .NET writes them.", ["seconds-of-others"],
        zipped(plain(core_xml=core(changed="2017-03-14T09:12:41.5412574Z"))))
    add("minute", "As Word writes it.", [], zipped(plain()))
    add("mac", "As Word for macOS writes it.", [],
        zipped(plain(app_xml=app(WORD_MAC, "15.0000"))))
    add("web", "Word for the web keeps seconds.", [],
        zipped(plain(core_xml=core(changed="2017-03-14T09:12:41Z"),
                     app_xml=app("Microsoft Word for the web"))))
    malformed("word_seconds")


def date_order():
    def add(name, kind, why, codes, data):
        case("date_order", name, kind, why, codes, data)

    add("made-after-changed", "docx", "Made a month after the last change.", ["made-after-changed"],
        zipped(plain(core_xml=core(made="2017-04-14T09:00:00Z"))))
    add("printed-before-made", "docx", "Saved under another name: printing is kept, making renewed.",
        ["printed-before-made"], zipped(plain(core_xml=core(printed="2016-11-02T08:00:00Z"))))
    add("packed-later", "odt", "Changed, it says, six weeks before it was packed.", ["packed-later"],
        zipped(odt(), "libre", LATER))
    add("in-order", "odt", "Packed when it was changed; the zone is the packer's.", [],
        zipped(odt(), "libre", "2017-03-15 02:12:34"))
    add("unset", "docx", "A program without a clock: 1601 is no date.", [],
        zipped(plain(core_xml=core(changed="1601-01-01T00:00:00Z"))))
    malformed("date_order")


def newer_than_dates():
    def add(name, kind, why, codes, data):
        case("newer_than_dates", name, kind, why, codes, data)

    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    old = core(made="2003-01-14T08:00:00Z", changed="2003-01-14T09:12:00Z")
    add("format-of-its-program", "docx", "Word's own package, dated 2003, when its format had no name yet.",
        ["format-of-its-program", "version"], zipped(plain(core_xml=old)))
    add("format-of-others", "docx", "A converter kept the dates of an old document.",
        ["format-of-others"], zipped(plain(core_xml=old), "unix", LATER))
    add("backdated", "docx", "Word 2010's namespace in a document of 2008 by Word 2007.",
        ["format-of-its-program"], zipped(package("docx", document(BUDGET, w14), core(
            made="2008-01-14T08:00:00Z", changed="2008-01-14T09:12:00Z"), app(version="12.0000"))))
    add("beta", "docx", "The same in autumn 2009: the technical preview had it.", [],
        zipped(package("docx", document(BUDGET, w14),
                       core(made="2009-10-01T08:00:00Z", changed="2009-10-01T09:12:00Z"),
                       app(version="14.0000"))))
    book = workbook([("Budget", "", column([1, 2], 3))],
                    '<fileVersion appName="xl" lastEdited="7" lowestEdited="4" rupBuild="24326"/>')
    year = lambda y: core(made=f"{y}-03-14T08:05:00Z", changed=f"{y}-03-14T09:12:41Z")
    add("version", "xlsx", "Saved in 2011, it says, by the Office of 2016.", ["version"],
        zipped(package("xlsx", workbook([("Budget", "", column([1, 2], 3))]),
                       core(made="2011-03-14T08:05:00Z", changed="2011-03-14T09:12:41Z"),
                       app(EXCEL, "16.0300"))))
    add("version-inside", "xlsx", "Inside Microsoft, two years before it came out.", [],
        zipped(package("xlsx", workbook([("Budget", "", column([1, 2], 3))]),
                       core(made="2010-11-29T08:05:00Z", changed="2010-11-29T10:29:39Z"),
                       app(EXCEL, "15.0300"))))
    add("version-in-time", "xlsx", "By the Office of 2010 in the same year.", [],
        zipped(package("xlsx", workbook([("Budget", "", column([1, 2], 3))]),
                       core(made="2012-03-14T08:05:00Z", changed="2012-03-14T09:12:41Z"),
                       app(EXCEL, "14.0300"))))
    add("build", "xlsx", "Saved in 2017, it says, by a build of August 2021.", ["build"],
        zipped(package("xlsx", book, year(2017), app(EXCEL, "16.0300"))))
    add("build-in-time", "xlsx", "The same build in 2022.", [],
        zipped(package("xlsx", book, year(2022), app(EXCEL, "16.0300"))))
    add("build-of-a-mac", "xlsx", "Excel for macOS counts its builds otherwise.", [],
        zipped(package("xlsx", book, year(2017), app("Microsoft Macintosh Excel", "16.0300"))))
    add("unset", "docx", "1980 says that nobody set a date.", [],
        zipped(plain(core_xml=core(changed="1980-01-01T00:00:00Z"))))
    malformed("newer_than_dates")


def newer_content():
    def add(name, kind, why, codes, data):
        case("newer_content", name, kind, why, codes, data)

    year = lambda y: core(made=f"{y}-03-14T08:05:00Z", changed=f"{y}-03-14T09:12:00Z")
    fonts = f'{XML}<w:fonts xmlns:w="{NS}/wordprocessingml/2006/main"><w:font w:name="{{}}"/></w:fonts>'

    def of(font="Calibri", text="The board met.", y=2012, *how):
        parts = document(p(text), extra=[("word/fontTable.xml", fonts.format(font))],
                         links=[inside("fontTable", "fontTable.xml")])
        return zipped(package("docx", parts, year(y)), *how)

    add("font-of-its-program", "docx", "Aptos in 2012.", ["font-of-its-program"], of("Aptos Display"))
    add("font-of-others", "docx", "A converter kept the dates of an old document.", ["font-of-others"],
        of("Aptos", "The board met.", 2012, "unix", LATER))
    add("font-in-time", "docx", "Calibri in 2012, and Aptos a year before it came out: testers had it.", [],
        of("Aptos", y=2022))
    add("font-of-another-name", "docx", "A font whose name only begins alike.", [], of("Aptosia"))
    add("character-of-its-program", "docx", "The rouble sign in 2010.", ["character-of-its-program"],
        of(text="Paid in cash, 5000 \u20bd.", y=2010))
    add("character-of-others", "odt", "A sign of 2021 in a document of 2017, by a LibreOffice of 2022.",
        ["character-of-others", "program"],
        zipped(odt("Yes \U0001fae1"), "libre", SAVED))
    add("character-in-time", "docx", "The rouble sign in 2013, half a year before: fonts had it.", [],
        of(text="Paid in cash, 5000 \u20bd.", y=2013))
    add("program", "odt", "LibreOffice 24.8 and dates of 2017.", ["program"],
        zipped(odt(generator="LibreOffice/24.8.1.2$Linux_X86_64 LibreOffice_project/0"), "libre", SAVED))
    malformed("newer_content")


def changed_after_saving():
    def add(name, kind, why, codes, data):
        case("changed_after_saving", name, kind, why, codes, data)

    def changed(date, more=""):
        du = 'xmlns:w16du="http://schemas.microsoft.com/office/word/2023/wordml/word16du"'
        body = BUDGET + (f'<w:p><w:ins w:id="1" w:author="Luc Perrin" w:date="{date}"{more}>'
                         "<w:r><w:t>And more.</w:t></w:r></w:ins></w:p>")
        return package("docx", document(body, du if more else ""))

    add("in-its-program", "docx", "Saved on 14 March, it says; changed on 2 May.", ["in-its-program"],
        zipped(changed("2017-05-02T10:10:00Z")))
    add("by-others", "docx", "The same, packed by a library.", ["by-others"],
        zipped(changed("2017-05-02T10:10:00Z"), "unix", LATER))
    add("next-morning", "docx", "Fourteen hours later, by a clock in New Zealand.", [],
        zipped(changed("2017-03-14T23:10:00Z")))
    add("before", "docx", "Changed a year before the saving.", [], zipped(changed("2016-03-14T10:10:00Z")))
    note = ('<office:annotation><dc:creator>Luc Perrin</dc:creator><dc:date>2017-05-02T10:10:00</dc:date>'
            "<text:p>Good.</text:p></office:annotation>")
    add("by-others-odt", "odt", "A comment in OpenDocument.", ["by-others"],
        zipped([(n, t.replace("The board", note + "The board") if n == "content.xml" else t)
                for n, t in odt()], "libre", SAVED))
    malformed("changed_after_saving")


def unlisted_session():
    def add(name, why, codes, data):
        case("unlisted_session", name, "docx", why, codes, data)

    def run(text, rsid="", default=""):
        ids = (f' w:rsidRDefault="{default}"' if default else ""), (f' w:rsidR="{rsid}"' if rsid else "")
        return f"<w:p{ids[0]}><w:r{ids[1]}><w:t>{text}</w:t></w:r></w:p>"

    add("words", "A run of a session that the settings do not list.", ["words"],
        zipped(package("docx", document(BUDGET + run("And 900 more.", "00BADBAD", "00A13F02")))))
    add("words-of-a-paragraph", "The same by the paragraph's word for its runs.", ["words"],
        zipped(package("docx", document(BUDGET + run("And 900 more.", default="00BADBAD")))))
    add("paragraph-alone", "A paragraph of the template's session, its words of a listed one.", [],
        zipped(package("docx", document(BUDGET + run("And so.", "00A13F02", "00BADBAD")
                                        .replace("<w:p ", '<w:p w:rsidR="00BADBAD" ')))))
    add("by-a-library", "Packed by a library, which lists nothing.", [],
        zipped(package("docx", document(BUDGET + run("And 900 more.", "00BADBAD"))), "unix", LATER))
    malformed("unlisted_session")


def edit_time():
    def add(name, kind, why, codes, data):
        case("edit_time", name, kind, why, codes, data)

    add("longer-than-its-dates", "docx", "Nine hundred minutes between 8:05 and 9:12.",
        ["longer-than-its-dates"], zipped(plain(app_xml=app(minutes=900))))
    add("longer-odt", "odt", "The same of OpenDocument.", ["longer-than-its-dates"],
        zipped(odt(duration="P1DT2H5M"), "libre", SAVED))
    add("never-edited", "docx", "Four thousand words, saved once, edited for no minute.", ["never-edited"],
        zipped(plain(core_xml=core(revision=1), app_xml=app(minutes=0, words=4000))))
    add("agrees", "docx", "Twenty-five minutes within an hour.", [], zipped(plain()))
    malformed("edit_time")


def change_zone():
    def add(name, why, codes, data):
        case("change_zone", name, "docx", why, codes, data)

    def changed(date, more=""):
        du = 'xmlns:w16du="http://schemas.microsoft.com/office/word/2023/wordml/word16du"'
        body = BUDGET + (f'<w:p><w:ins w:id="1" w:author="Luc Perrin" w:date="{date}"{more}>'
                         "<w:r><w:t>And more.</w:t></w:r></w:ins></w:p>")
        return document(body, du)

    add("near-the-saving", "Saved at 9:12 UTC, changed at 10:10 by the writer's clock.", ["near-the-saving"],
        zipped(package("docx", changed("2017-03-14T10:10:00Z"))))
    add("stated-both-ways", "Word of 2023 writes both.", ["stated-both-ways"],
        zipped(package("docx", changed("2024-06-14T13:10:00Z", ' w16du:dateUtc="2024-06-14T09:10:00Z"'),
                       core(made="2024-06-14T08:00:00Z", changed="2024-06-14T11:12:00Z"))))
    add("hours-before", "Changed 37 minutes away from any zone.", [],
        zipped(package("docx", changed("2017-03-14T09:35:00Z"))))
    add("no-date", "A change without a date, as after removing personal information.", [],
        zipped(package("docx", document(BUDGET + '<w:p><w:ins w:id="1" w:author="Author"><w:r>'
                                        "<w:t>x</w:t></w:r></w:ins></w:p>"))))
    malformed("change_zone")


def outside_paths():
    def add(name, kind, why, codes, data):
        case("outside_paths", name, kind, why, codes, data)

    link = outside("hyperlink", "file:///C:\\Users\\aperrin\\Documents\\budget.xlsx")
    add("user-folder", "docx", "A link into a user's folder.", ["user-folder"],
        zipped(package("docx", document(BUDGET, links=[link]))))
    book = workbook([("Budget", "", column([1, 2], 3))],
                    path='<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" '
                         'url="C:\\Users\\lperrin\\Desktop\\"/>')
    add("absolute-path", "xlsx", "Excel notes where the workbook lay.", ["user-folder"],
        zipped(package("xlsx", book, app_xml=app(EXCEL))))
    settings_rels = ("word/_rels/settings.xml.rels",
                     rels([outside("attachedTemplate", "file:///\\\\files.parti-horizon.example\\models\\letter.dotx")]))
    template = document(BUDGET, settings='<w:attachedTemplate r:id="rId1"/>', extra=[settings_rels])
    add("share", "docx", "A house template on a server; opening fetches it.", ["share", "fetched"],
        zipped(package("docx", template)))
    remote = outside("oleObject", "https://files.example.com/x.docx")
    add("fetched", "docx", "An object on a server.", ["fetched"],
        zipped(package("docx", document(BUDGET, links=[remote]))))
    add("web-link", "docx", "A link to a page is no path.", [],
        zipped(package("docx", document(BUDGET, links=[outside("hyperlink", "https://example.com/users/anna")]))))
    malformed("outside_paths")


def stored_sums():
    def add(name, kind, why, codes, data):
        case("stored_sums", name, kind, why, codes, data)

    def book(data, **how):
        return zipped(package("xlsx", workbook([("Budget", "", data)], **how), app_xml=app(EXCEL)))

    add("other-sum", "xlsx", "A grant was changed from 240,000 to 122,000; the total stands.", ["other-sum"],
        book(column([122000, 5000, 0.5], 245000.5)))
    add("other-sum-ods", "ods", "The same in OpenDocument.", ["other-sum"],
        zipped(ods([122000, 5000], 245000), "libre", SAVED))
    add("other-sum-of-others", "xlsx", "A library filled in a prepared table.", ["other-sum-of-others"],
        zipped(package("xlsx", workbook([("Budget", "", column([122000, 5000], 245000))]),
                       app_xml=app(EXCEL)), "unix", SAVED))
    add("adds-up", "xlsx", "Tenths that no binary number holds add up all the same.", [],
        book(column([0.1, 0.2, 0.3], 0.6000000000000001)))
    add("adds-up-ods", "ods", "A sum that holds.", [], zipped(ods([240000, 5000], 245000), "libre", SAVED))
    add("not-computed", "xlsx", "A library put nought and left computing to the reader.", [],
        book(column([1, 2], 0)))
    add("on-load", "xlsx", "The workbook asks its reader to compute all.", [],
        book(column([1, 2], 9), calculation='<calcPr fullCalcOnLoad="1"/>'))
    add("other-sheet", "xlsx", "A sum over another sheet is not looked at.", [],
        book(column([1, 2], 9, "SUM(Other!A1:A2)")))
    malformed("stored_sums")


def hidden_content():
    def add(name, kind, why, codes, data):
        case("hidden_content", name, kind, why, codes, data)

    rows = column([1, 2], 3)
    add("sheet", "xlsx", "A hidden sheet.", ["sheet"],
        zipped(package("xlsx", workbook([("Budget", "", rows), ("Before", ' state="hidden"', rows)]))))
    add("deeply-hidden-sheet", "xlsx", "One that menus do not show.", ["deeply-hidden-sheet"],
        zipped(package("xlsx", workbook([("Budget", "", rows), ("Before", ' state="veryHidden"', rows)]))))
    style = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    add("sheet-ods", "ods", "A hidden sheet of OpenDocument.", ["sheet"],
        zipped(ods([1, 2], 3, style, ' table:style-name="ta2"'), "libre", SAVED))
    add("slide", "pptx", "A hidden slide.", ["slide"], zipped(package("pptx", slides(True))))
    add("slides-shown", "pptx", "All slides are shown.", [], zipped(package("pptx", slides(False))))
    add("text", "docx", "Hidden words.", ["text"],
        zipped(package("docx", document(BUDGET + p("Not for the press.", "<w:vanish/>")))))
    add("vanish-off", "docx", "The switch is written and off.", [],
        zipped(package("docx", document(BUDGET + p("For the press.", '<w:vanish w:val="0"/>')))))
    deleted = ('<w:p><w:del w:id="2" w:author="Luc Perrin" w:date="2017-03-01T10:00:00Z"><w:r>'
               "<w:delText>120,000</w:delText></w:r></w:del></w:p>")
    add("changes", "docx", "A deleted number.", ["changes"],
        zipped(package("docx", document(BUDGET + deleted))))
    chart = ("word/embeddings/Microsoft_Excel_Sheet1.xlsx", "PK")
    add("embedded", "docx", "The workbook of a chart.", ["embedded"],
        zipped(package("docx", document(BUDGET, extra=[chart]))))
    small = [(n, t.replace("</Relationships>", f'<Relationship Id="rId9" Type="{NS}/package/2006/relationships/'
              'metadata/thumbnail" Target="docProps/thumbnail.jpeg"/></Relationships>') if n == "_rels/.rels" else t)
             for n, t in plain()]
    add("thumbnail", "docx", "A picture of the first page.", ["thumbnail"],
        zipped([*small, ("docProps/thumbnail.jpeg", b"\xff\xd8\xff")]))
    malformed("hidden_content")


def two_readings():
    def add(name, kind, why, codes, data):
        case("two_readings", name, kind, why, codes, data)

    other = f'{XML}<w:document xmlns:w="{NS}/wordprocessingml/2006/main"><w:body>{p("Other words.")}</w:body></w:document>'
    add("repeated-part", "docx", "The text stands twice.", ["repeated-part"],
        zipped([*plain(), ("word/document.xml", other)]))
    add("same-twice", "docx", "The same part twice, byte for byte, reads one way.", [],
        zipped([*plain(), plain()[3]]))
    add("headers-differ", "docx", "A local header names another part.", ["headers-differ"],
        zipped([*plain(), ("word/media/a.xml", other)],
               **{"word/media/a.xml": {"local_name": "word/document.xml"}}))
    add("unlisted-part", "docx", "An earlier text lies between the parts.", ["unlisted-part"],
        zipped([*plain()[:3], ("word/old.xml", other), *plain()[3:]],
               **{"word/old.xml": {"listed": False}}))
    malformed("two_readings")


def package_signature():
    def add(name, kind, why, codes, data):
        case("package_signature", name, kind, why, codes, data)

    whole = signed(plain())
    add("holds", "docx", "Signed as Office signs: text, settings and chosen relationships.", ["holds"],
        zipped(whole))
    add("holds-ecdsa", "docx", "The same with a key on P-256.", ["holds"],
        zipped(signed(plain(), key="p256", method="ecdsa-sha256")))
    add("holds-odt", "odt", "LibreOffice's kind of signature, the text in canonical form.", ["holds"],
        zipped(signed_odt(), "libre", SAVED))
    add("properties-changed", "docx", "Dates were changed after signing, which Office leaves unsigned.",
        ["holds"],
        zipped([(n, core(changed="2017-04-01T09:12:00Z") if n == "docProps/core.xml" else t) for n, t in whole]))
    add("holds-in-part", "docx", "The text is not among the parts signed.", ["holds-in-part"],
        zipped(signed(plain(), leave_out=["word/document.xml"])))
    changed = [(n, t.replace("12,000", "120,000")) for n, t in whole]
    add("part-differs", "docx", "A number was changed after signing.", ["part-differs"], zipped(changed))
    header = f'{XML}<w:hdr xmlns:w="{NS}/wordprocessingml/2006/main">{p("Draft")}</w:hdr>'
    add("part-added", "docx", "A header was added after signing.", ["holds-in-part"],
        zipped([*whole, ("word/header1.xml", header)]))
    added = [(n, t.replace("</Relationships>", '<Relationship Id="rId9" Type="x" Target="y.xml"/></Relationships>')
              if n == "word/_rels/document.xml.rels" else t) for n, t in whole]
    add("relationship-added", "docx", "A relationship that nobody signed was added; those signed stand.",
        ["holds"], zipped(added))
    add("broken", "docx", "The list itself was changed.", ["broken"],
        zipped([(n, t.replace("2017-03-14T09:20:00Z", "2017-03-13T09:20:00Z")) for n, t in whole]))
    add("unread", "docx", "An algorithm that is not read.", ["unread"],
        zipped([(n, t.replace("#rsa-sha256", "#hmac-sha256")) for n, t in whole]))
    add("malformed", "docx", "The signature ends inside an element.", ["unread"],
        zipped([(n, t[:900] if n.endswith("sig1.xml") else t) for n, t in whole]))


def make():
    for check in (zip_writer, word_seconds, date_order, newer_than_dates, newer_content,
                  changed_after_saving, unlisted_session, edit_time, change_zone,
                  outside_paths, stored_sums, hidden_content, two_readings, package_signature):
        shutil.rmtree(CHECKS / check.__name__, ignore_errors=True)
        check()


if __name__ == "__main__":
    make()
