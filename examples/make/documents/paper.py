"""Kinds of PDF."""

import datetime
import io
import pathlib
import re
import subprocess
import tempfile
import warnings
import zlib

import pikepdf
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont, ImageOps
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont
from reportlab.pdfgen import canvas

import seal
from forms import ANNA, NOTE, excel, word
from kept import keep
from office import office
from packed import zipped

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
PRODUCER, CREATOR = "Acrobat Distiller 11.0 (Windows)", "PScript5.dll Version 5.2.2"
FACTS = {"Producer": PRODUCER, "Creator": CREATOR, "Author": ANNA,
         "Title": "Note to the treasurer", "CreationDate": "D:20161114101200+01'00'",
         "ModDate": "D:20161114101200+01'00'"}


def xmp(producer=PRODUCER, creator=CREATOR, author=ANNA, created="2016-11-14T10:12:00+01:00",
        modified="2016-11-14T10:12:00+01:00", title="Note to the treasurer", more=""):
    return ("<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
            'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
            f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator><dc:title><rdf:Alt>"
            f'<rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
            f"<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{modified}</xmp:ModifyDate>"
            f"<xmp:MetadataDate>{modified}</xmp:MetadataDate><xmp:CreatorTool>{creator}"
            f"</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer><xmpMM:DocumentID>"
            f"uuid:7a1c0000-0000-4000-8000-00000000cafe</xmpMM:DocumentID>{more}</rdf:Description>"
            "</rdf:RDF></x:xmpmeta>\n<?xpacket end='w'?>").encode()


def shown(lines):
    def escaped(text):
        return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return ("BT /F1 12 Tf 72 760 Td 18 TL " +
            " ".join(f"({escaped(line)}) Tj T*" for line in lines) + " ET").encode("cp1252")


def stream(data, head=b"", packed=True):
    if packed:
        data, head = zlib.compress(data, 9), head + b"/Filter/FlateDecode"
    return b"<<" + head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"


def text_of(value):
    """A text string, as PDFDocEncoding."""
    return b"(" + re.sub(rb"([()\\])", rb"\\\1", value.encode("latin-1")) + b")"


def info(facts):
    return b"<<" + b"".join(b"/%s%s" % (k.encode(), text_of(v)) for k, v in facts.items()) + b">>"


def table_of(offsets, start):
    """Cross-reference sections for `offsets`: number to place; a new file also has entry 0."""
    out, numbers = b"xref\n", sorted(offsets)
    if start:
        out += b"0 1\n0000000000 65535 f \n"
    runs = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        out += b"%d %d\n" % (run[0], len(run))
        out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in run)
    return out


ID = ("7a1c0000000040008000000000000cafe0"[:32], "00f1e2d3c4b5a69788796a5b4c3d2e1f")


def written(objects, root=1, facts=6, ids=ID, head=b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"):
    out, offsets = head, {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += table_of(offsets, True) + b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\n" % (
        max(objects) + 1, root, facts, ids[0].encode(), ids[1].encode())
    return out + b"startxref\n%d\n%%%%EOF\n" % at


def note(lines=NOTE, facts=None, packet=None, ids=ID):
    """A page of text with Info and XMP of one tool chain."""
    facts = FACTS if facts is None else facts
    packet = xmp() if packet is None else packet
    return written({
        1: b"<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
           b"/Resources<</Font<</F1 5 0 R>>>>>>",
        4: stream(shown(lines)),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        6: info(facts),
        7: stream(packet, b"/Type/Metadata/Subtype/XML", False)}, ids=ids)


def update(data, objects, size=None):
    """An incremental update: new bodies of objects behind the end, and their own section."""
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    size = size or int(re.findall(rb"/Size (\d+)", data)[-1])
    size = max(size, max(objects) + 1)
    ids = re.findall(rb"/ID\s*\[.*?\]", data)[-1]
    facts = re.findall(rb"/Info \d+ 0 R", data)[-1]
    root = re.findall(rb"/Root \d+ 0 R", data)[-1]
    out, offsets = data, {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += table_of(offsets, False) + b"trailer\n<</Size %d%s%s%s/Prev %d>>\n" % (
        size, root, facts, ids, before)
    return out + b"startxref\n%d\n%%%%EOF\n" % at


def changed(old, new):
    return [line.replace(old, new) for line in NOTE]


def by_pikepdf(data, change, **saving):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **saving)
    return out.getvalue()


def run(*command, data, ending="pdf"):
    """A program that reads one file and writes another; `IN` and `OUT` stand for them."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder) / f"in.{ending}", pathlib.Path(folder) / f"out.{ending}"
        source.write_bytes(data)
        names = {"IN": source, "OUT": out}
        subprocess.run([names.get(c, c) for c in command], capture_output=True, timeout=60,
                       check=command[0] != "qpdf")
        return (out if out.exists() else source).read_bytes()


def exiftool(data, *options, ending="pdf"):
    return run("exiftool", "-q", *options, "-o", "OUT", "IN", data=data, ending=ending)


def with_font(modified, created):
    """A page in an embedded font whose head.modified is `modified`."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "font.ttf"
        font = TTFont(FONT, recalcTimestamp=False)
        font["head"].created = font["head"].modified = int(
            (modified - datetime.datetime(1904, 1, 1)).total_seconds())
        # reportlab keeps a font by its own name: another date needs another name.
        name = f"Lettre{modified.year}"
        for record in font["name"].names:
            if record.nameID == 6:
                record.string = name
        font.save(path)
        pdfmetrics.registerFont(EmbeddedFont(name, str(path)))
        out = io.BytesIO()
        page = canvas.Canvas(out, invariant=1)
        page.setFont(name, 12)
        for number, line in enumerate(NOTE):
            page.drawString(72, 760 - 18 * number, line)
        page.save()

    def facts(pdf):
        for key, value in {**FACTS, "CreationDate": created, "ModDate": created}.items():
            pdf.docinfo[f"/{key}"] = value
    return by_pikepdf(out.getvalue(), facts)


def forged():
    before = note()
    keep("pdf-amount-by-update", "forger", "A sum is changed by an incremental update; the first text stays.",
         "PD06: what the earlier revision said", ("pdf", update(before, {
             4: stream(shown(changed("4,200", "42,000")))})), before=before)
    keep("pdf-text-rewritten", "forger", "A sum is changed and the whole is written anew; Info and XMP stay.",
         "nothing in the file alone; the difference", ("pdf", by_pikepdf(
             before, lambda pdf: pdf.pages[0].Contents.write(shown(changed("4,200", "42,000"))))),
         before=before)
    keep("pdf-info-changed-not-xmp", "forger", "Author and dates are changed in Info, XMP stays.", "PD02",
         ("pdf", note(facts={**FACTS, "Author": "Tom Reyes", "CreationDate": "D:20150203090000+01'00'",
                             "ModDate": "D:20150203090000+01'00'"})), before=before)
    keep("pdf-xmp-changed-not-info", "forger", "Producer and dates are changed in XMP, Info stays.", "PD02",
         ("pdf", note(packet=xmp(producer="Microsoft® Word 2016", created="2017-04-28T09:00:00+02:00",
                                 modified="2017-04-28T09:00:00+02:00"))), before=before)
    keep("pdf-metadata-of-another", "forger", """ExifTool writes another file's author, title and date
        into it.""", "PD06: ExifTool appends an update", ("pdf", exiftool(
            before, "-Author=Tom Reyes", "-Title=Invoice", "-CreateDate=2014:01:02 03:04:05")),
         before=before)
    keep("pdf-dates-swapped", "forger", "ModDate lies before CreationDate.", "PD03", ("pdf", note(
        facts={**FACTS, "ModDate": "D:20140101090000+01'00'"},
        packet=xmp(modified="2014-01-01T09:00:00+01:00"))), before=before)
    keep("pdf-font-younger", "forger", "Dated 2009, with an embedded font last changed in 2021.", "PD11",
         ("pdf", with_font(datetime.datetime(2021, 9, 1), "D:20091103101200+01'00'")),
         before=with_font(datetime.datetime(2005, 4, 1), "D:20091103101200+01'00'"))
    white = b"q 1 1 1 rg 60 735 480 16 re f Q BT /F1 12 Tf 72 742 Td (The hall at the quay costs 42 euros.) Tj ET"
    keep("pdf-text-covered", "forger", "White is drawn over a line and another text upon it, by an update.",
         "PD06, PD10", ("pdf", update(before, {
             3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[4 0 R 8 0 R]"
                b"/Resources<</Font<</F1 5 0 R>>>>>>", 8: stream(white)})), before=before)
    page = {2: b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>",
            9: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 10 0 R"
               b"/Resources<</Font<</F1 5 0 R>>>>>>", 10: stream(shown(["Annex: paid in cash to Luc."]))}
    keep("pdf-page-added-by-update", "forger", "A page of another size is added by an update.", "PD06, PD17",
         ("pdf", update(before, page)), before=before)
    keep("pdf-bytes-behind-end", "forger", "Another whole file stands behind the end.", "PD16",
         ("pdf", before + note(changed("4,200", "42,000"))), before=before)
    signed = seal.signed(before)
    keep("pdf-changed-after-signing", "forger", "Signed, then a sum is changed by an update.", "PD08",
         ("pdf", update(signed, {4: stream(shown(changed("4,200", "42,000")))})), before=signed)
    raw = seal.signed(note_unpacked())
    keep("pdf-signed-bytes-changed", "forger", "Signed, then a digit of the signed bytes is changed.", "PD08",
         ("pdf", raw.replace(b"4,200", b"9,200", 1)), before=raw)
    keep("pdf-annotation-over-signed", "forger", """Signed, then a white note with another sum is laid over the
        text by an update.""", "PD08: neither form nor time stamp", ("pdf", seal.covered(signed)),
         before=signed)
    mark = b"/TouchUp_TextEdit MP\n"
    keep("pdf-edited-in-acrobat", "forger", "A sum edited in Acrobat, which leaves its mark in the page.",
         "PD09", ("pdf", note_raw(mark + shown(changed("4,200", "42,000")), {
             **FACTS, "ModDate": "D:20170305101200+01'00'"})), before=before)


def note_unpacked():
    return written({
        1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
           b"/Resources<</Font<</F1 5 0 R>>>>>>",
        4: stream(shown(NOTE), packed=False),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        6: info(FACTS)})


def note_raw(content, facts):
    return written({
        1: b"<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
           b"/Resources<</Font<</F1 5 0 R>>>>>>", 4: stream(content),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", 6: info(facts),
        7: stream(xmp(modified="2017-03-05T10:12:00+01:00"), b"/Type/Metadata/Subtype/XML", False)})


def scan(width=620, height=877):
    """The note as a scanner sees it, in black and white."""
    page = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 15)
    for number, line in enumerate(NOTE):
        draw.text((60, 80 + 28 * number), line[:60], fill=20, font=font)
    return page


def fax(image):
    """CCITT group 4 data of an image. TIFF's black is zero, so the image goes in inverted."""
    out = io.BytesIO()
    ImageOps.invert(image).convert("1", dither=Image.Dither.NONE).save(out, "TIFF", compression="group4",
                                             tiffinfo={278: image.height})
    tiff = Image.open(io.BytesIO(out.getvalue()))
    at, size = tiff.tag_v2[273], tiff.tag_v2[279]
    assert len(at) == 1 and tiff.tag_v2[262] == 1
    return out.getvalue()[at[0]:at[0] + size[0]]


def jbig2(image):
    """A JBIG2 page for a PDF (ISO 14492): page information, one generic region packed as MMR."""
    import struct
    width, height = image.size
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + fax(image)
    head = struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page
    return head + struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region


def image_object(image, data, filters, more=b""):
    space = b"/DeviceRGB" if image.mode == "RGB" else b"/DeviceGray"
    bits = 1 if b"JBIG2" in filters or b"CCITT" in filters else 8
    return (b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d%s/Filter/%s%s"
            b"/Length %d>>\nstream\n" % (
                *image.size, bits, b"" if b"ImageMask" in more else b"/ColorSpace" + space, filters,
                more, len(data)) + data + b"\nendstream")


def jpeg(image, quality=60):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


SCANNER = {"Producer": "Xerox WorkCentre 7655", "Creator": "Xerox WorkCentre 7655",
           "CreationDate": "D:20110427101200", "ModDate": "D:20110427101200"}


def scanned(images, content, facts=SCANNER, extra=b""):
    names = b"".join(b"/I%d %d 0 R" % (n, 7 + n) for n in range(len(images)))
    return written({
        1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<<" +
           names + b">>" + extra + b">>>>", 4: stream(content),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", 6: info(facts),
        **{7 + n: image for n, image in enumerate(images)}})


def innocent_scans():
    page = scan()
    whole = b"q 595 0 0 842 0 0 cm /I0 Do Q"
    keep("pdf-scan-jpeg", "innocent", "One JPEG a page, as scanners write it.", "", (
        "pdf", scanned([image_object(page, jpeg(page), b"DCTDecode")], whole)))
    keep("pdf-scan-jbig2", "innocent", "Packed as JBIG2, as scanners do.", "", (
        "pdf", scanned([image_object(page, jbig2(page), b"JBIG2Decode")], whole)))
    ground = Image.new("RGB", (155, 219), (236, 230, 214))
    ink = Image.new("RGB", (155, 219), (24, 24, 40))
    mask = image_object(page, fax(page), b"CCITTFaxDecode",
                        b"/ImageMask true/DecodeParms<</K -1/Columns %d/Rows %d>>" % page.size)
    layers = [image_object(ground, jpeg(ground), b"DCTDecode"),
              image_object(ink, jpeg(ink), b"DCTDecode", b"/Mask 9 0 R"), mask]
    keep("pdf-scan-layers", "innocent", """Mixed raster content: paper, ink and mask are layers, made by the
        scanner.""", "", ("pdf", scanned(layers, whole + b" q 595 0 0 842 0 0 cm /I1 Do Q")))
    hidden = b" BT 3 Tr /F1 11 Tf 60 750 Td (" + NOTE[1].encode() + b") Tj ET"
    keep("pdf-scan-with-text", "innocent", "Scanned, with the invisible text that recognition puts behind.", "",
         ("pdf", scanned([image_object(page, jpeg(page), b"DCTDecode")], whole + hidden,
                         extra=b"/Font<</F1 5 0 R>>")))


def innocent_writers():
    before = note()
    keep("pdf-as-made", "innocent", "Info and XMP of one tool chain.", "", ("pdf", before))
    keep("pdf-linearized", "innocent", "Linearized by qpdf: two sections, one revision.", "",
         ("pdf", run("qpdf", "--linearize", "IN", "OUT", data=before)), before=before)
    keep("pdf-object-streams", "innocent", "Written anew by qpdf with object streams.", "",
         ("pdf", run("qpdf", "--object-streams=generate", "IN", "OUT", data=before)), before=before)
    keep("pdf-printed-again", "innocent", "Printed to PDF again, by Ghostscript; the first dates are gone.", "",
         ("pdf", run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf",
                     "-o", "OUT", "IN", data=before)), before=before)
    keep("pdf-libreoffice", "innocent", "Exported by LibreOffice.", "",
         ("pdf", office(zipped(word()), "docx", "pdf")))
    keep("pdf-a-libreoffice", "innocent", "Exported by LibreOffice as PDF/A-2.", "", ("pdf", office(
        zipped(excel()), "xlsx", 'pdf:calc_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}')))
    keep("pdf-copy-other-id", "innocent", "Saved again: the second of the two ids is new.", "",
         ("pdf", note(ids=(ID[0], ID[1][::-1]))), before=before)
    keep("pdf-two-programs", "innocent", """Word made it by Acrobat's add-in: Creator and Producer differ, XMP
        spells them with other characters.""", "", ("pdf", note(
            facts={**FACTS, "Creator": "Acrobat PDFMaker 17 pour Word", "Producer": "Adobe PDF Library 15.0",
                   "ModDate": "D:20161114101207+01'00'"},
            packet=xmp("Adobe PDF Library 15.0", "Acrobat PDFMaker 17 pour Word",
                       modified="2016-11-14T10:12:07+01:00"))))
    keep("pdf-zone-lost", "innocent", "Info's dates have no zone, XMP's have.", "", ("pdf", note(
        facts={**FACTS, "CreationDate": "D:20161114101200", "ModDate": "D:20161114101200"})))
    keep("pdf-zone-utc", "innocent", "Info's dates are local, XMP's the same instants in UTC.", "", ("pdf", note(
        packet=xmp(created="2016-11-14T09:12:00Z", modified="2016-11-14T09:12:00Z"))))
    keep("pdf-utf16-info", "innocent", "Info in UTF-16, XMP in UTF-8: the same text.", "", ("pdf", utf16()))
    keep("pdf-encrypted-empty", "innocent", "Protected against copying, opened without a password.", "", (
        "pdf", run("qpdf", "--encrypt", "", "owner", "256", "--extract=n", "--", "IN", "OUT", data=before)),
         before=before)
    keep("pdf-no-metadata", "innocent", "Exported by reportlab without Info.", "", ("pdf", written({
        1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
           b"/Resources<</Font<</F1 5 0 R>>>>>>", 4: stream(shown(NOTE)),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", 6: b"<<>>"})))
    keep("pdf-merged", "innocent", "A letter and its annex merged by qpdf.", "", ("pdf", by_pikepdf(
        before, lambda pdf: pdf.pages.extend(pikepdf.open(io.BytesIO(note(["Annex"]))).pages))))
    keep("pdf-font-older", "innocent", "An embedded font that is years older than the document.", "", (
        "pdf", with_font(datetime.datetime(2005, 4, 1), "D:20161114101200+01'00'")))
    keep("pdf-blank-before-header", "innocent", "A mailer put a line end before the header.", "",
         ("pdf", shifted(before)), before=before)
    keep("pdf-newlines-behind-end", "innocent", "A download ended with line ends.", "",
         ("pdf", before + b"\r\n\r\n"), before=before)
    keep("pdf-comment-added", "innocent", "A reader put a comment into the margin, by an update.", "",
         ("pdf", update(before, {
             3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[8 0 R]"
                b"/Resources<</Font<</F1 5 0 R>>>>>>",
             8: b"<</Type/Annot/Subtype/Text/Rect[500 740 520 760]/Contents(Good.)/T(Luc Besnard)"
                b"/M(D:20161115090000+01'00')/CreationDate(D:20161115090000+01'00')>>"})), before=before)


def shifted(data):
    """Offsets are counted from the header by readers that allow bytes before it."""
    return b"\r\n" + data


def utf16():
    title = b"<FEFF" + FACTS["Title"].encode("utf-16-be").hex().upper().encode() + b">"
    data = note().replace(b"/Title" + text_of(FACTS["Title"]), b"/Title" + title)
    return by_pikepdf(data, lambda pdf: None, static_id=True)


def innocent_signed():
    before = note()
    signed = seal.signed(before)
    keep("pdf-signed", "innocent", "Signed once; the signature covers the whole file.", "", ("pdf", signed),
         before=before)
    keep("pdf-signed-twice", "innocent", "Countersigned by an update.", "", ("pdf", seal.signed(
        signed, "Second", seal.TOM)), before=signed)
    form = seal.form(note)
    certified = seal.certified(form)
    keep("pdf-form-filled-after-signing", "innocent", """Certified so that forms may be filled, then a field was
        filled.""", "", ("pdf", seal.filled(certified)), before=certified)
    keep("pdf-validation-data-added", "innocent", """Certificates for long-term validation (DSS) were added by
        an update.""", "", ("pdf", seal.with_validation_data(signed)), before=signed)
    keep("pdf-time-stamped-later", "innocent", "A document time stamp was added after the signature.", "",
         ("pdf", seal.time_stamped(signed)), before=signed)


def make():
    warnings.filterwarnings("ignore")
    forged()
    innocent_writers()
    innocent_scans()
    innocent_signed()
