//! Small documents: a sheet as CSV, a page as PDF, a letter as DOCX. Written here byte by byte, without
//! the programs they name.

use crate::letter::Attachment;
use crate::moment::Moment;
use crate::people::{Lang, plain};
use crate::random::Random;
use crate::words::{self, Names, amount};
use crate::zip;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv,
    Pdf,
    Docx,
}

/// What a document says and when it was saved, so that it can be saved again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub form: Form,
    /// Without its ending.
    pub name: String,
    pub title: String,
    pub author: String,
    pub created: Moment,
    pub saved: Moment,
    pub saved_by: String,
    pub lines: Vec<(String, i64)>,
    pub lang: Lang,
    /// When its zip was made, where that is not when it was saved.
    pub packed: Option<Moment>,
    /// 32 hexadecimal digits: the file id of a PDF.
    pub id: String,
}

impl Document {
    pub fn of(lang: Lang, author: &str, at: Moment, names: Names, random: &mut Random) -> Self {
        let form = [Form::Csv, Form::Pdf, Form::Docx][random.below(3)];
        let stems = match lang {
            Lang::Fr => ["budget", "devis", "liste", "note", "facture", "planning", "compte-rendu"],
            Lang::En => ["budget", "quote", "list", "note", "invoice", "schedule", "minutes"],
        };
        let lines = (0..5 + random.below(8)).map(|_| {
            let what = words::subject(lang, names, random);
            (what, random.between(40, 9_900))
        });
        Document {
            form,
            lines: lines.collect(),
            name: format!("{}-{}", random.pick(&stems), random.digits(4)),
            title: words::subject(lang, names, random),
            author: author.to_owned(),
            created: at,
            saved: at.later(random.between(300, 9_000)),
            saved_by: author.to_owned(),
            lang,
            packed: None,
            id: random.hex(32),
        }
    }

    pub fn file_name(&self) -> String {
        let ending = match self.form {
            Form::Csv => "csv",
            Form::Pdf => "pdf",
            Form::Docx => "docx",
        };
        format!("{}.{ending}", self.name)
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self.form {
            Form::Csv => self.csv(),
            Form::Pdf => self.pdf(),
            Form::Docx => self.docx(),
        }
    }

    pub fn attachment(&self) -> Attachment {
        let media_type = match self.form {
            Form::Csv => "text/csv",
            Form::Pdf => "application/pdf",
            Form::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        };
        Attachment { name: self.file_name(), media_type, bytes: self.bytes() }
    }

    fn csv(&self) -> Vec<u8> {
        let mut out = format!("{};{}\r\n", self.title, self.saved.day_iso());
        for (what, number) in &self.lines {
            out.push_str(&format!("{what};{number}\r\n"));
        }
        out.into_bytes()
    }

    /// PDF 1.4 with one page (ISO 32000-1 §7.5).
    fn pdf(&self) -> Vec<u8> {
        let mut shown = format!("BT /F1 12 Tf 72 760 Td ({}) Tj 0 -24 Td ", ascii(&self.title));
        for (what, number) in &self.lines {
            let line = format!("{} {} EUR", ascii(what), amount(Lang::En, *number));
            shown.push_str(&format!("({line}) Tj 0 -18 Td "));
        }
        shown.push_str("ET");
        let info = format!(
            "<</Producer (LibreOffice 5.2)/Creator (Writer)/Author ({})/CreationDate ({})/ModDate ({})>>",
            ascii(&self.author),
            self.created.pdf(),
            self.saved.pdf()
        );
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 6 0 R>>>>>>"
                .to_owned(),
            format!("<</Length {}>>\nstream\n{shown}\nendstream", shown.len()),
            info,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        ];
        let mut out = String::from("%PDF-1.4\n");
        let mut table = String::from("0000000000 65535 f \n");
        for (at, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
        }
        let start = out.len();
        let (size, id) = (objects.len() + 1, &self.id);
        out.push_str(&format!(
            "xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R/Info 5 0 R/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n"
        ));
        out.into_bytes()
    }

    /// ECMA-376 part 1 §11.3, packed as LibreOffice packs.
    fn docx(&self) -> Vec<u8> {
        let paragraph = |text: &str| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(text));
        let mut body = paragraph(&self.title);
        for (what, number) in &self.lines {
            body.push_str(&paragraph(&format!("{what} : {} EUR", amount(self.lang, *number))));
        }
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        let core = format!(
            "{head}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dcterms:created xsi:type=\"dcterms:W3CDTF\">{}</dcterms:created><dc:creator>{}</dc:creator><cp:lastModifiedBy>{}</cp:lastModifiedBy><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified></cp:coreProperties>",
            self.created.w3c(),
            escaped(&self.author),
            escaped(&self.saved_by),
            self.saved.w3c()
        );
        let document = format!(
            "{head}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
        );
        let files = [
            ("_rels/.rels", format!("{head}{RELATIONS}")),
            ("docProps/core.xml", core),
            ("docProps/app.xml", format!("{head}{PROGRAM}")),
            ("word/document.xml", document),
            ("[Content_Types].xml", format!("{head}{TYPES}")),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        zip::archive(&files, self.packed.unwrap_or(self.saved))
    }
}

const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/><Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
const PROGRAM: &str = "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>LibreOffice/5.2.3.3$Windows_x86 LibreOffice_project/d54a8868f08a7b39642414cf2c8ef2f228f780cf</Application></Properties>";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/></Types>";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Letters that the standard font of a PDF shows everywhere, brackets escaped.
fn ascii(text: &str) -> String {
    let plain = text.chars().map(|c| {
        if c.is_ascii() { c } else { plain(&c.to_string()).chars().next().unwrap_or('?') }
    });
    let plain: String = plain.map(|c| if c.is_ascii() { c } else { '?' }).collect();
    plain.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lydite_core::examine::examine;
    use lydite_core::item::Kind;

    #[test]
    fn documents_are_read_and_nothing_speaks_against_them() {
        let mut random = Random::of(3, "documents");
        let names = ["Anna".to_owned()];
        for form in [Form::Pdf, Form::Docx] {
            let at = Moment::paris(1_489_479_164);
            let mut document = Document::of(Lang::Fr, "Anna Morel", at, &names, &mut random);
            document.form = form;
            let examined = examine(&document.bytes(), &Default::default());
            assert_eq!(examined.kind, Kind::Document, "{form:?}");
            let text: String =
                examined.document.unwrap().text.iter().map(|p| p.text.clone()).collect();
            assert!(text.contains("EUR"), "{form:?}: {text}");
            let against = |f: &&lydite_core::evidence::Finding| {
                f.direction == lydite_core::evidence::Direction::Contradicts
            };
            assert_eq!(examined.findings.iter().find(against), None, "{form:?}");
        }
    }
}
