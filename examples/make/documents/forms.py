"""Word's, Excel's and PowerPoint's own form, written by hand: parts in their order, as Office packs
them. Words and people are the demo's; nobody in them exists."""

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
TYPES = "application/vnd.openxmlformats-officedocument."
MICROSOFT = "http://schemas.microsoft.com/office/"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# Namespaces by the Word that first wrote them; the year stands in the name.
WORD = {2010: [("w14", "word/2010/wordml")],
        2013: [("w14", "word/2010/wordml"), ("w15", "word/2012/wordml")],
        2016: [("w14", "word/2010/wordml"), ("w15", "word/2012/wordml"),
               ("w16se", "word/2015/wordml/symex")],
        2024: [("w14", "word/2010/wordml"), ("w15", "word/2012/wordml"),
               ("w16se", "word/2015/wordml/symex"), ("w16cid", "word/2016/wordml/cid"),
               ("w16", "word/2018/wordml"), ("w16cex", "word/2018/wordml/cex"),
               ("w16sdtdh", "word/2020/wordml/sdtdatahash"),
               ("w16du", "word/2023/wordml/word16du")]}
VERSION = {2010: "14.0000", 2013: "15.0000", 2016: "16.0000", 2024: "16.0000"}
ANNA, LUC, TOM = "Anna Morel", "Luc Besnard", "Tom Reyes"
STAFF = "Élodie Garnier"


def core(creator=ANNA, last=LUC, created="2016-11-14T09:12:00Z", modified="2017-03-02T16:40:00Z",
         revision=7, title="", printed=""):
    title = f"<dc:title>{title}</dc:title>" if title else ""
    printed = f"<cp:lastPrinted>{printed}</cp:lastPrinted>" if printed else ""
    revision = f"<cp:revision>{revision}</cp:revision>" if revision else ""
    return (f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:dcmitype="http://purl.org/dc/dcmitype/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"{title}<dc:creator>{creator}</dc:creator><cp:lastModifiedBy>{last}</cp:lastModifiedBy>"
            f"{revision}{printed}"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{modified}</dcterms:modified>'
            "</cp:coreProperties>")


def app(application, version, company="Parti Horizon", minutes=38, template="Normal.dotm", more=""):
    template = f"<Template>{template}</Template><TotalTime>{minutes}</TotalTime>{more}" \
        if application.endswith("Word") else ""
    return (f'{XML}<Properties xmlns="{OFFICE}/extended-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
            f"{template}<Application>{application}</Application><DocSecurity>0</DocSecurity>"
            f"<ScaleCrop>false</ScaleCrop><Company>{company}</Company>"
            "<LinksUpToDate>false</LinksUpToDate><SharedDoc>false</SharedDoc>"
            f"<HyperlinksChanged>false</HyperlinksChanged><AppVersion>{version}</AppVersion>"
            "</Properties>")


def relations(*rows):
    """(id, type behind `…/relationships/` or a whole one, target)."""
    def one(number, kind, target):
        kind = kind if kind.startswith("http") else f"{OFFICE}/relationships/{kind}"
        return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
    return (f'{XML}<Relationships xmlns="{PACKAGE}/relationships">' +
            "".join(one(*row) for row in rows) + "</Relationships>")


def types(parts):
    rows = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>')


def encoded(parts):
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in parts.items()}


def namespaces(year):
    spaces = "".join(f' xmlns:{short}="{MICROSOFT}{name}"' for short, name in WORD[year])
    ignorable = " ".join(short for short, _ in WORD[year])
    return (f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            f'xmlns:r="{OFFICE}/relationships" xmlns:w="{MAIN}"{spaces} mc:Ignorable="{ignorable}"')


def paragraph(text, rsid="00A74F01"):
    if text.startswith("<"):
        return text
    return (f'<w:p w:rsidR="{rsid}" w:rsidRDefault="{rsid}"><w:r><w:t xml:space="preserve">{text}'
            "</w:t></w:r></w:p>")


def table(rows):
    def cell(text):
        return (f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{paragraph(text)}</w:tc>')
    body = "".join("<w:tr>" + "".join(cell(t) for t in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


NOTE = ["Note to the treasurer", "The hall at the quay costs 4,200 euros for the evening of 6 April.",
        "The printer asks for 1,850 euros; Imprimerie Duvivier sends its invoice on Monday.",
        "The volunteers are paid nothing and get their train fares back.",
        "Please sign before Friday."]


def word(year=2016, text=NOTE, dates=None, comments="", styles_font="Calibri", language="fr-FR",
         rsids=("007C7212", "00A74F01"), application="Microsoft Office Word", extra=None, template="Normal.dotm",
         company="Parti Horizon", minutes=38):
    """The parts of a document as that year's Word packs them."""
    spaces = namespaces(year)
    body = "".join(paragraph(line) for line in text)
    font = f'<w:rFonts w:ascii="{styles_font}" w:hAnsi="{styles_font}" w:eastAsia="{styles_font}"/>'
    document = (f"{XML}<w:document {spaces}><w:body>{body}<w:sectPr><w:pgSz w:w=\"11906\" "
                'w:h="16838"/></w:sectPr></w:body></w:document>')
    settings = (f'{XML}<w:settings {spaces}><w:zoom w:percent="100"/><w:rsids>'
                f'<w:rsidRoot w:val="{rsids[0]}"/>' +
                "".join(f'<w:rsid w:val="{one}"/>' for one in rsids) +
                f'</w:rsids><w:themeFontLang w:val="{language}"/></w:settings>')
    styles = (f"{XML}<w:styles {spaces}><w:docDefaults><w:rPrDefault><w:rPr>{font}"
              f'<w:lang w:val="{language}" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
              '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
              '<w:name w:val="Normal"/></w:style></w:styles>')
    fonts = (f'{XML}<w:fonts {spaces}><w:font w:name="{styles_font}"><w:panose1 '
             'w:val="020F0502020204030204"/></w:font></w:fonts>')
    rows = [(1, "styles", "styles.xml"), (2, "settings", "settings.xml"),
            (3, "fontTable", "fontTable.xml")]
    listed = [("word/document.xml", TYPES + "wordprocessingml.document.main+xml"),
              ("word/styles.xml", TYPES + "wordprocessingml.styles+xml"),
              ("word/settings.xml", TYPES + "wordprocessingml.settings+xml"),
              ("word/fontTable.xml", TYPES + "wordprocessingml.fontTable+xml"),
              ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
              ("docProps/app.xml", TYPES + "extended-properties+xml")]
    notes = {}
    if comments:
        rows.append((4, "comments", "comments.xml"))
        listed.append(("word/comments.xml", TYPES + "wordprocessingml.comments+xml"))
        notes = {"word/comments.xml": f"{XML}<w:comments {spaces}>{comments}</w:comments>"}
    return encoded({
        "[Content_Types].xml": types(listed),
        "_rels/.rels": relations((3, "extended-properties", "docProps/app.xml"),
                                 (2, f"{PACKAGE}/relationships/metadata/core-properties",
                                  "docProps/core.xml"),
                                 (1, "officeDocument", "word/document.xml")),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": relations(*rows), **notes,
        "word/settings.xml": settings, "word/styles.xml": styles, "word/fontTable.xml": fonts,
        "docProps/core.xml": core(**(dates or {})),
        "docProps/app.xml": app(application, VERSION[year], company, minutes, template), **(extra or {})})


def comment(number, author, date, text, utc=""):
    return (f'<w:comment w:id="{number}" w:author="{author}" w:date="{date}" w:initials="{author[0]}">'
            f"{paragraph(text)}</w:comment>")


def inserted(text, author, date):
    return (f'<w:p><w:ins w:id="9" w:author="{author}" w:date="{date}"><w:r><w:t>{text}</w:t></w:r>'
            "</w:ins></w:p>")


def deleted(text, author, date):
    return (f'<w:p><w:del w:id="8" w:author="{author}" w:date="{date}"><w:r><w:delText>{text}'
            "</w:delText></w:r></w:del></w:p>")


BUDGET = [["Post", "January", "February", "March", "Sum"],
          ["Hall", 4200, 0, 3900, "=SUM(B2:D2)"], ["Print", 1850, 1850, 2400, "=SUM(B3:D3)"],
          ["Trains", 640, 712.5, 980, "=SUM(B4:D4)"], ["Posters", 1200, 800, 1500, "=SUM(B5:D5)"],
          ["Sum", "=SUM(B2:B5)", "=SUM(C2:C5)", "=SUM(D2:D5)", "=SUM(E2:E5)"]]


def letter(column):
    return "ABCDEFGHIJ"[column]


def computed(rows):
    """Value of every cell; formulas are sums over one row or column of plain numbers."""
    known = {}

    def value(name):
        at = rows[int(name[1:]) - 1]["ABCDEFGHIJ".index(name[0])]
        if isinstance(at, str) and at.startswith("=SUM("):
            first, last = at[5:-1].split(":")
            if first[0] == last[0]:
                names = [f"{first[0]}{n}" for n in range(int(first[1:]), int(last[1:]) + 1)]
            else:
                names = [f"{chr(c)}{first[1:]}" for c in range(ord(first[0]), ord(last[0]) + 1)]
            known.setdefault(name, sum(value(n) for n in names))
            return known[name]
        return at

    return [[value(f"{letter(c)}{r + 1}") for c in range(len(row))] for r, row in enumerate(rows)]


def excel(rows=BUDGET, values=None, dates=None, build="14420", edited="6", version="16.0300",
          sheet="Budget", path="C:\\\\Users\\\\anna.morel\\\\Documents\\\\".replace("\\\\", "\\"),
          application="Microsoft Excel", extra=None, company="Parti Horizon"):
    """The parts of a workbook as Excel packs them. `values` are what Excel calculated, if they are
    others than the formulas give."""
    values = values or computed(rows)
    strings = []

    def shared(text):
        if text not in strings:
            strings.append(text)
        return strings.index(text)

    lines = []
    for r, row in enumerate(rows):
        cells = ""
        for c, content in enumerate(row):
            name = f"{letter(c)}{r + 1}"
            if isinstance(content, str) and content.startswith("="):
                cells += f'<c r="{name}"><f>{content[1:]}</f><v>{values[r][c]}</v></c>'
            elif isinstance(content, str):
                cells += f'<c r="{name}" t="s"><v>{shared(content)}</v></c>'
            else:
                cells += f'<c r="{name}"><v>{values[r][c]}</v></c>'
        lines.append(f'<row r="{r + 1}" spans="1:{len(row)}">{cells}</row>')
    ends = f"{letter(max(len(r) for r in rows) - 1)}{len(rows)}"
    worksheet = (f'{XML}<worksheet xmlns="{SHEET}" xmlns:r="{OFFICE}/relationships"><dimension '
                 f'ref="A1:{ends}"/><sheetData>{"".join(lines)}</sheetData></worksheet>')
    workbook = (f'{XML}<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}/relationships" xmlns:mc='
                '"http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x15" '
                f'xmlns:x15="{MICROSOFT}spreadsheetml/2010/11/main"><fileVersion appName="xl" '
                f'lastEdited="{edited}" lowestEdited="{edited}" rupBuild="{build}"/><workbookPr/>'
                f'<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="{path}" '
                f'xmlns:x15ac="{MICROSOFT}spreadsheetml/2010/11/ac"/></mc:Choice>'
                f'</mc:AlternateContent><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/>'
                "</sheets><calcPr calcId=\"162913\"/></workbook>")
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    listed = [("xl/workbook.xml", TYPES + "spreadsheetml.sheet.main+xml"),
              ("xl/worksheets/sheet1.xml", TYPES + "spreadsheetml.worksheet+xml"),
              ("xl/styles.xml", TYPES + "spreadsheetml.styles+xml"),
              ("xl/sharedStrings.xml", TYPES + "spreadsheetml.sharedStrings+xml"),
              ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
              ("docProps/app.xml", TYPES + "extended-properties+xml")]
    styles = (f'<styleSheet xmlns="{SHEET}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
              '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
              '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
              '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
              "</cellXfs></styleSheet>")
    dates = dates or {"created": "2016-12-05T08:31:17Z", "modified": "2017-03-14T15:20:44Z",
                      "revision": 0}
    return encoded({
        "[Content_Types].xml": types(listed),
        "_rels/.rels": relations((3, "extended-properties", "docProps/app.xml"),
                                 (2, f"{PACKAGE}/relationships/metadata/core-properties",
                                  "docProps/core.xml"),
                                 (1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": relations((1, "worksheet", "worksheets/sheet1.xml"),
                                                (2, "styles", "styles.xml"),
                                                (3, "sharedStrings", "sharedStrings.xml")),
        "xl/worksheets/sheet1.xml": worksheet, "xl/styles.xml": XML + styles,
        "xl/sharedStrings.xml": (f'{XML}<sst xmlns="{SHEET}" count="{len(strings)}" '
                                 f'uniqueCount="{len(strings)}">{items}</sst>'),
        "docProps/core.xml": core(**dates), "docProps/app.xml": app(application, version, company),
        **(extra or {})})
