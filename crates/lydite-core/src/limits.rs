//! Every bound of Lydite, with its reason. What a bound cuts is reported, never dropped silently.

/// Containers inside containers. Real exports nest four deep (a zip of a tar.gz of an mbox);
/// deeper is a quine or a bomb.
pub const CONTAINER_DEPTH: usize = 8;
/// Bytes of one item that is examined. Exchange's largest message is 150 MB, Gmail's 50 MB.
pub const ITEM_BYTES: usize = 160 << 20;
/// Bytes one container may unpack to (1 TiB), so that a bomb ends.
pub const CONTAINER_BYTES: u64 = 1 << 40;
/// Unpacked bytes allowed per packed byte once [`RATIO_FREE_BYTES`] have come out. zip's deflate
/// reaches 1,032; text of one mailbox 20.
pub const CONTAINER_RATIO: u64 = 1_100;
/// Unpacked bytes that are free of the ratio, so that small, very repetitive files pass.
pub const RATIO_FREE_BYTES: u64 = 64 << 20;
/// Entries of one archive.
pub const CONTAINER_ENTRIES: u64 = 50_000_000;
/// Bytes of one archive entry's name; POSIX's PATH_MAX is 4,096.
pub const NAME_BYTES: usize = 4_096;
/// Ranges of bytes, and names, of one zip that are remembered to tell gaps, overlaps and repetitions:
/// some 16 MB each. An archive whose entries follow each other makes one range.
pub const ZIP_SPANS: usize = 1 << 20;
/// End records of one zip besides the first that are followed; every one is a way to read it.
pub const ZIP_END_RECORDS: usize = 16;
/// Entries of one zip that only some readers see and that are told beside the others.
pub const ZIP_SECOND_READING: u64 = 10_000;
/// Passwords tried on one archive. 7-Zip's key takes a tenth of a second to derive each.
pub const PASSWORD_TRIES: usize = 1_000;
/// Tries of passwords on all entries of one archive; then only the last that fitted goes on.
pub const ARCHIVE_TRIES: usize = 10_000;
/// Bytes unpacked to see that a password is the right one.
pub const PASSWORD_TRIAL_BYTES: u64 = 64 << 20;
/// KiB of memory one 7z decoder may take: `7z -mx=9` writes dictionaries of 64 MiB, `ultra` of
/// 256 MiB for the largest archives.
pub const SEVEN_ZIP_KIB: usize = 300 << 10;
/// KiB of address space of libarchive's program: RAR dictionaries reach 128 MiB unless asked for more.
pub const FOREIGN_KIB: usize = 512 << 10;
/// Entries of a RAR whose names are listed where it is encrypted.
pub const RAR_ENTRIES: usize = 1_000_000;
/// Seconds that libarchive's program may go without a byte, and one more for each MiB it gave.
pub const FOREIGN_SECONDS: u64 = 30;
/// Bytes it may say on its error stream that are kept.
pub const FOREIGN_STDERR_BYTES: usize = 8_000;

/// Bytes from the start of a stream that tell its format; real header blocks end within 64 KiB.
pub const SNIFF_BYTES: usize = 64 << 10;
/// Bytes of an mbox separator line (RFC 5322 §2.1.1 allows 998 a line), and of the line behind it.
pub const MBOX_LINE: usize = 1_000;
/// Separator lines held back inside one member while its `Content-Length` is tried.
pub const MBOX_HELD_SEPARATORS: usize = 10_000;

/// Properties of a document that the report prints; the case has them all.
pub const REPORT_PROPERTIES: usize = 24;
/// Characters kept of one property of a document; Office itself stops at 255.
pub const PROPERTY_TEXT: usize = 1_000;
/// Properties kept of one document; RTF of Word has some hundreds, most of them fonts.
pub const PROPERTIES: usize = 2_000;
/// Bytes of text kept of one document, places included: an answer of [`ANSWER_BYTES`] must hold
/// them. A novel of 1,000 pages has 3 MB.
pub const DOCUMENT_TEXT: usize = 16 << 20;
/// Entries of a compound file's directory, 128 bytes each, and objects of a presentation; documents
/// with many embedded objects have some thousands.
pub const OLE_ENTRIES: usize = 100_000;
/// Documents inside one compound document whose text is read; each may be as large as the file.
pub const OLE_OBJECTS: usize = 50;
/// Properties of one set, times of storages, and pairs of a list of people. Office writes under 100.
pub const OLE_PROPERTIES: usize = 1_000;
/// Sheets of one workbook; memory bounds them at some thousands.
pub const SHEETS: usize = 10_000;
/// Strings shared by the cells of one workbook; 65,536 rows of 60 columns that all differ.
pub const SHARED_STRINGS: usize = 4_000_000;
/// Fonts of one RTF document, and sessions of its list. Word writes under 300 and some hundreds.
pub const RTF_FONTS: usize = 5_000;
pub const RTF_SESSIONS: usize = 20_000;
/// Runs of text that a saving by parts left in one document; Word wrote it whole after some fifteen.
pub const OLE_LEFT_OVER: usize = 200;
/// Bytes of a page in which properties are looked for; Word's head with all its styles takes 100 kB.
pub const HTML_HEAD: usize = 256 << 10;
/// Edits of a presentation that are followed back; PowerPoint writes a file whole after some dozens.
pub const SLIDE_EDITS: usize = 10_000;

/// Bytes of one XMP packet. A JPEG's main packet has at most 65 kB; lists of ancestors that
/// Photoshop copies along reach some megabytes.
pub const XMP_BYTES: usize = 16 << 20;
/// Values of one packet, and items of one list in it: histories have hundreds.
pub const XMP_FIELDS: usize = 20_000;
pub const XMP_ITEMS: usize = 1_000;
/// Open elements of one packet; real ones nest under 15.
pub const XMP_DEPTH: usize = 64;
/// Characters of one value: a thumbnail in base64 and longer is of no use in a profile.
pub const XMP_VALUE: usize = 10_000;
/// Packets looked for in one file: a picture and its previews, or one a page.
pub const XMP_PACKETS: usize = 100;

/// Segments of one JPEG; a long profile in pieces of 64 kB takes hundreds.
pub const JPEG_SEGMENTS: usize = 10_000;
/// Quantisation tables kept; a frame uses four, each scan may bring others.
pub const JPEG_TABLES: usize = 64;
/// Chunks of one PNG or WebP. Writers cut pictures into pieces of 8 kB, so a large one has thousands.
pub const PNG_CHUNKS: usize = 100_000;
/// Texts and comments kept of one picture, and bytes one of them may unpack to.
pub const PNG_TEXTS: usize = 200;
pub const PNG_UNPACKED: usize = 16 << 20;
/// Blocks of one GIF: two a frame.
pub const GIF_BLOCKS: usize = 100_000;
/// Directories of one TIFF: a fax of 200 pages has as many. Entries of one: real ones have under 100.
pub const TIFF_DIRECTORIES: usize = 500;
pub const TIFF_ENTRIES: usize = 1_000;
/// Numbers kept of one entry, and bytes of a text or an opaque value.
pub const TIFF_VALUES: usize = 256;
pub const TIFF_OPAQUE: usize = 64 << 10;
/// Datasets of one IPTC block and resources of one Photoshop block; real ones have under 100.
pub const IPTC_DATASETS: usize = 1_000;
pub const PHOTOSHOP_RESOURCES: usize = 500;
/// Thumbnails kept of one picture, and bytes of one; EXIF allows 64 kB.
pub const THUMBNAILS: usize = 4;
pub const THUMBNAIL_BYTES: usize = 1 << 20;
/// Side of a thumbnail that is compared, in pixels: EXIF asks for 160 by 120, the largest measured has
/// 320. The search for a cut picture looks at each of some 3,000 parts of it.
pub const THUMBNAIL_SIDE: usize = 640;
/// Boxes, nesting and manifests of content credentials: each edit adds one manifest.
pub const JUMBF_BOXES: usize = 2_000;
pub const JUMBF_DEPTH: usize = 16;
pub const C2PA_MANIFESTS: usize = 100;
pub const C2PA_ACTIONS: usize = 200;
pub const C2PA_ASSERTIONS: usize = 1_000;
/// Boxes of one level of a HEIF or film, items of one HEIF and pieces of one item: a picture of 48
/// megapixels is made of some hundred tiles, a film in fragments has thousands of boxes.
pub const ISO_BOXES: usize = 50_000;
pub const ISO_ITEMS: usize = 10_000;
pub const ISO_EXTENTS: usize = 1_000;
/// Nesting of boxes in a film, and properties kept of one film or sound.
pub const ISO_DEPTH: usize = 12;
pub const FILM_PROPERTIES: usize = 500;
/// Values and nesting of one CBOR item.
pub const CBOR_VALUES: usize = 20_000;
pub const CBOR_DEPTH: usize = 32;
/// Pixels, side and scans of a picture that is decoded to be compared with its thumbnail: 50 million
/// pixels are more than cameras make but for a few, and take under half a second.
pub const PICTURE_PIXELS: usize = 50_000_000;
pub const PICTURE_SIDE: usize = 20_000;
pub const PICTURE_SCANS: usize = 32;
/// Places told in which two pictures differ; a page altered in more was made anew.
pub const PICTURE_REGIONS: usize = 100;
/// Points at which two pictures of one scale are compared for each of up to some thousand shifts.
pub const ALIGNED_POINTS: usize = 20_000;
/// Longer side in pixels of each of two pictures that are shown side by side.
pub const SHOWN_SIDE: usize = 900;
/// Of 64 bits of a picture's look, those that at least must be set, and unset, for it to say anything.
pub const LOOK_BITS: u32 = 6;
/// Standard deviation of luminance, of 255, below which a picture is too even to be compared.
pub const PICTURE_EVEN: f64 = 8.0;
/// Side of a picture in pixels below which it is not compared: a cell of the grid has four.
pub const PICTURE_LEAST: u32 = 64;
/// Correlation below which a thumbnail shows another picture, unless a part of it reaches that of a cut
/// one; and difference of one cell, in standard
/// deviations, above which a part differs: `tests/it/images.rs` measures both.
pub const PICTURE_OTHER: f64 = 0.55;
pub const PICTURE_CUT: f64 = 0.8;
pub const PICTURE_PART: f64 = 1.6;
/// Parts of one package. PowerPoint writes under 3,000 for a thousand slides.
pub const DOCUMENT_PARTS: usize = 20_000;
/// Unpacked bytes of one part, and of all parts of one package that are read. A sheet of a million
/// rows takes some 60 MB; XML packs up to a thousandfold, so that a bomb ends here.
pub const DOCUMENT_PART_BYTES: usize = 64 << 20;
pub const DOCUMENT_BYTES: usize = 256 << 20;
/// Open elements of one part. Word refuses tables nested over 64 deep, each five elements or so.
pub const DOCUMENT_XML_DEPTH: usize = 1_000;
/// Namespaces of one package, and attributes of one element. Word declares under 50.
pub const DOCUMENT_NAMESPACES: usize = 300;
pub const DOCUMENT_ATTRIBUTES: usize = 300;
/// Relationships of one package; a sheet may hold 65,530 links.
pub const DOCUMENT_RELATIONSHIPS: usize = 100_000;
/// Bytes of one text box's words that are compared with those of its other form for older programs.
pub const DOCUMENT_CHOICE: usize = 100_000;
/// Cells kept of one workbook, and its different strings.
pub const DOCUMENT_CELLS: usize = 500_000;
/// Cells or rows that a sheet says stand once more beside the first; LibreOffice writes empty rest so too.
pub const DOCUMENT_REPEATED: u32 = 1_000;
/// Sheets or slides of one document, and defined names of one workbook.
pub const DOCUMENT_SHEETS: usize = 10_000;
pub const DOCUMENT_NAMES: usize = 10_000;
/// Cells looked at to add up the sums of one workbook.
pub const DOCUMENT_SUM_CELLS: usize = 5_000_000;
/// Tracked changes and comments of one document, and different moments of them that are listed.
pub const DOCUMENT_CHANGES: usize = 20_000;
pub const DOCUMENT_MOMENTS: usize = 1_000;
/// Different revision ids of one document; Word keeps some thousand of a long-lived one.
pub const DOCUMENT_RSIDS: usize = 20_000;
/// Of them, rows of `properties`. Documents that share an origin share the earliest, which Word's list need
/// not begin with; a table of a thousand is that of a document of years.
pub const DOCUMENT_RSID_ROWS: usize = 1_000;
/// Bytes and open elements of an XML text that is read as a tree to make its canonical form: some 10
/// times as much memory. Office's signatures have 30 kB, a long text of LibreOffice 5 MB.
pub const XML_TREE_BYTES: usize = 8 << 20;
pub const XML_TREE_DEPTH: usize = 256;
/// XML signatures of one part, parts of signatures, and parts that one signature names.
pub const XML_SIGNATURES: usize = 20;
pub const XML_REFERENCES: usize = 5_000;
/// Different languages of one part.
pub const DOCUMENT_LANGUAGES: usize = 50;
/// Properties of one document.
pub const DOCUMENT_PROPERTIES: usize = 2_000;

/// Bytes from the start of a PDF in which its mark is looked for, as readers do (ISO 32000-1 annex H).
pub const PDF_HEAD: usize = 1_024;
/// Arrays and dictionaries inside each other, and objects that have to be read to read one.
pub const PDF_DEPTH: usize = 64;
/// References that refer to references; real files have one.
pub const PDF_LINKS: usize = 16;
/// Bytes kept of one name (ISO 32000-1 annex C: 127).
pub const PDF_NAME: usize = 1_000;
/// Elements of one array, and four times the keys of one dictionary. A catalogue of 20,000 pages has as
/// many children.
pub const PDF_ELEMENTS: usize = 400_000;
/// Keys of a dictionary that are compared out of order.
pub const PDF_KEYS: usize = 1_000;
/// Objects of one PDF, over all its revisions. The specification itself has 100,000.
pub const PDF_OBJECTS: usize = 1_000_000;
/// The highest number of an object (ISO 32000-1 annex C).
pub const PDF_NUMBER: u32 = 8_388_607;
/// Objects kept in memory, and bytes of unpacked object streams.
pub const PDF_OBJECTS_KEPT: usize = 100_000;
pub const PDF_PACKED_KEPT: usize = 64 << 20;
/// Bytes of one object that is kept in memory, and times the file's bytes may be read as objects: broken
/// ones can reach to the end of the file, each of them.
pub const PDF_OBJECT_KEPT: usize = 256 << 10;
pub const PDF_READINGS: usize = 4;
/// Objects of one revision that are looked at for fonts, and compared for a signature.
pub const PDF_OBJECTS_COMPARED: usize = 100_000;
/// Cross-reference sections that are followed. Real files have under 20; a form saved daily for years
/// has hundreds.
pub const PDF_REVISIONS: usize = 2_000;
/// Revisions whose pages are read, from the newest back.
pub const PDF_REVISIONS_READ: usize = 50;
/// Filters of one stream.
pub const PDF_FILTERS: usize = 8;
/// Bytes one stream may unpack to, and all of one file.
pub const PDF_STREAM_BYTES: usize = 64 << 20;
pub const PDF_UNPACKED: usize = 512 << 20;
/// Pages of one revision; the largest catalogues have 20,000.
pub const PDF_PAGES: usize = 50_000;
/// Operators of the content of all pages and revisions: a page of text has 1,000, a map 500,000.
pub const PDF_OPERATORS: usize = 10_000_000;
/// Operands of one operator, graphics states saved inside each other, forms inside forms.
pub const PDF_OPERANDS: usize = 64;
pub const PDF_STATES: usize = 512;
pub const PDF_FORMS: usize = 12;
/// Bytes of text of one page, and of all.
pub const PDF_PAGE_TEXT: usize = 4 << 20;
pub const PDF_TEXT: usize = 32 << 20;
/// Characters kept of one annotation or form field.
pub const PDF_NOTE: usize = 20_000;
/// Annotations of one page, and fields of one form.
pub const PDF_ANNOTATIONS: usize = 10_000;
/// Opaque annotations of one page that are held against its words, and forms inside their appearances.
/// Redaction tools lay some dozens upon a page.
pub const PDF_COVERS: usize = 200;
pub const PDF_COVER_FORMS: usize = 3;
/// Glyphs of one page that may be painted over, and how many are compared with rectangles: some 10 ms.
pub const PDF_MARKS: usize = 20_000;
pub const PDF_MARKS_COMPARED: usize = 4_000_000;
/// Whole files in the same bytes.
pub const PDF_FILES: usize = 8;
/// Entries of one font's maps: Unicode's first plane.
pub const PDF_GLYPHS: usize = 65_536;
/// Fonts and embedded files that are told.
pub const PDF_FONTS: usize = 500;
pub const PDF_EMBEDDED: usize = 500;
/// Signatures of one PDF, and ranges of one.
pub const PDF_SIGNATURES: usize = 32;
pub const PDF_RANGES: usize = 8;
/// Bytes before a signature's ranges in which its object begins; its value may stand between.
pub const PDF_SIGNATURE_BYTES: usize = 4 << 20;
/// Changes that are told of one revision or signature, and characters of each.
pub const PDF_SAID: usize = 20;
pub const PDF_SAID_TEXT: usize = 200;
/// Seconds since 1970 that a font's clock can show: from 1990, before TrueType, to 2100.
pub const FONT_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// Bytes read at once.
pub const READ_BYTES: usize = 256 << 10;
/// Bytes of memory one unpacker may take; `xz -9` and `zstd -19` need under 65 MiB, and zstd's
/// decoder refuses windows over 128 MiB of itself.
pub const UNPACK_MEMORY: u64 = 128 << 20;
/// Bytes of one pax record block of a tar; a path and times take under 5,000.
pub const TAR_RECORDS: usize = 1 << 20;

/// Header fields kept of one entity. RFC 5322 sets none; Postfix stops at 102,400 bytes of header.
pub const HEADER_FIELDS: usize = 20_000;
/// Rounds of joins that rest on what other items are worth. A chain has few links (a signed mail, its
/// copy, what is attached); behind the bound items stand as they are, which is the safe side.
pub const ROUNDS: usize = 8;

/// Bytes kept of one text of a mail for search, quotes and comparison; the bytes are in the pack. A novel
/// has half a million.
pub const BODY_TEXT: usize = 1 << 20;
/// Mails of one Message-ID that display different things and are laid beside a quote: of more, none is said
/// to be repeated whole.
pub const ID_VERSIONS: usize = 16;
/// Quotes kept of one mail.
pub const MAIL_QUOTES: usize = 200;
/// Hashes kept of one text to find others that share some of it: texts alike by half share one of 16 in
/// all but two of 100,000 cases.
pub const BODY_SKETCH: usize = 16;

/// Ids kept of one mail's References and In-Reply-To. RFC 5322 sets none; long threads are trimmed by
/// mail programs at some 20 to 30.
pub const REFERENCES: usize = 100;
/// MIME parts of one message. Dovecot and others stop at 1,000 to 10,000.
pub const MIME_PARTS: usize = 10_000;
/// Lines that start with `--` compared with a boundary, over all levels of one message. Ten levels
/// of an enormous patch stay under it.
pub const DELIMITER_LINES: usize = 20_000_000;
/// Depth of MIME parts. Postfix's `mime_nesting_limit` is 100.
pub const MIME_DEPTH: usize = 100;
/// Defects kept of one item.
pub const DEFECTS: usize = 100;
/// Signature fields opened of one message; a defect says so. ARC allows 50 sets of
/// three (RFC 8617 §5.2.1), real mail carries under 20.
pub const SIGNATURES: usize = 200;
/// Different body canonicalisations computed for one message: 2 algorithms, times stuffing
/// variants, times distinct `l=`. A hostile mail could ask for one a signature.
pub const BODY_HASHES: usize = 24;
/// Names in `h=` of one signature. Real signatures name under 100.
pub const SIGNED_FIELDS: usize = 2_000;
/// Bytes hashed for single signatures of one message (header fields again for each; DomainKeys
/// the body too), so that 200 signatures over one enormous field end.
pub const SIGNED_BYTES: u64 = 512 << 20;
/// Bytes of one signature field that is opened; Postfix stops at 102,400 bytes of header.
pub const SIGNATURE_BYTES: usize = 100 << 10;
/// Names, addresses and commas read of one header field. Exchange and Gmail stop at 500 to 2,000
/// recipients of three each.
pub const MAILBOX_TOKENS: usize = 30_000;
/// `Received` fields read of one message. Servers refuse mail as looping at 25 to 100 (RFC 5321 §6.3).
pub const HOPS: usize = 200;
/// Words and comments read of one `Received` field. Real fields have under 40.
pub const RECEIVED_WORDS: usize = 200;
/// Characters of a name or id kept of a hop; a DNS name has at most 253.
pub const HOP_TEXT: usize = 255;
/// Bytes of HTML scanned of one part. Gmail clips what it shows at 102 kB; newsletters reach 500 kB.
pub const HTML_BYTES: usize = 2 << 20;
/// Open elements of one page; browsers stop at 512.
pub const HTML_DEPTH: usize = 512;
/// Bytes of one tag in which quotes are respected; an embedded image may stand in one.
pub const HTML_TAG: usize = 64 << 10;
/// Parts of one message whose text is scanned, and attachments whose content is looked at.
pub const TEXT_PARTS: usize = 100;
/// Encoded bytes of an attachment whose kind is looked at.
pub const CONTENT_HEAD: usize = 16 << 10;
/// Different words of one part that are compared.
pub const WORDS: usize = 20_000;
/// Tags read of one signature or key record, and parameters of one MIME field.
pub const TAGS: usize = 100;
/// RSA modulus in bits, least and most that is opened (RFC 8301 asks for 1,024 to 4,096;
/// leaked mail carries 384 upwards).
pub const RSA_BITS: (usize, usize) = (384, 8_192);
/// Characters of a header value kept in tables; the bytes stay in the pack.
pub const TABLE_TEXT: usize = 2_000;
/// Clocks read of one message. Real mail carries under 20, most of them in `Received`.
pub const CLOCKS: usize = 100;
/// Seconds since 1970 that a clock of mail can show: 1990, before MIME and the oldest id read here,
/// to 2100. Of 64 random bits a FILETIME lies there once in 500 times.
pub const MAIL_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;
/// Bytes one worker's answer may take.
pub const ANSWER_BYTES: usize = 64 << 20;
/// Seconds one item may take in a worker before it is listed as not examined.
pub const ITEM_SECONDS: u64 = 60;
/// Times an item is tried in a fresh worker after the first was lost; the same for the collector at
/// a place that is known.
pub const ITEM_RETRIES: usize = 1;
/// Times an item is tried again whose worker somebody else killed, and the collector at one place:
/// that says nothing about the item. An item that makes the system kill for memory ends there.
pub const KILLED_RETRIES: usize = 20;
/// Bytes of address space of a worker. The allocator reserves 1.2 GB at its start, and the largest
/// mails of everyday forms (attachments, text, HTML of [`ITEM_BYTES`]) stay within that, with 0.55 GB
/// in use (measured); millions of parts or header fields need more and are listed.
pub const WORKER_MEMORY: u64 = 3 << 30;
/// Bytes of address space of the collector: every container open at once ([`CONTAINER_DEPTH`])
/// may have an unpacker of [`UNPACK_MEMORY`], and one item is held twice.
pub const COLLECTOR_MEMORY: u64 = 4 << 30;
/// Files the collector may have open: one of each container, and what it starts with.
pub const COLLECTOR_FILES: u64 = 64;
/// Bytes of one spooled file (256 GiB), so that a bomb does not fill a disk for ever.
pub const SPOOL_BYTES: u64 = 1 << 38;
/// Seconds the collector may tell nothing before it is started again. It gives a sign every
/// [`BEAT_SECONDS`] while bytes come in; a slow disk may take some seconds for one read.
pub const COLLECTOR_SECONDS: u64 = 60;
pub const BEAT_SECONDS: u64 = 1;
/// Bytes of one record of the collector without the item: a path of [`CONTAINER_DEPTH`] names, each
/// byte of them written as three, and [`DEFECTS`] defects that may name one.
pub const FOUND_BYTES: usize = 4 << 20;
/// Bytes written to a pipe at once.
pub const PIPE_BYTES: usize = 64 << 10;

/// Blobs of one batch: the unit that is committed, and lost on a crash.
pub const BATCH_ITEMS: usize = 1_000;
/// Bytes of blobs that close a batch early, so that memory stays bounded.
pub const BATCH_BYTES: usize = 32 << 20;
/// Bytes of memory one query may take before it spills to the case's `tmp/`.
pub const QUERY_BYTES: usize = 512 << 20;
/// Of those, set aside for each sort to merge what it spilled. With DataFusion's 10 MB the fifty sorts of
/// a join in five partitions took all.
pub const SORT_BYTES: usize = 1 << 20;
/// Batches kept in memory while a case is read: a second copy of a mailbox runs along the first.
pub const BATCHES_KEPT: usize = 4;
/// Bytes a worker may say on its error stream that are kept for the reason it was lost.
pub const WORKER_STDERR_BYTES: usize = 2_000;
/// Bytes of one body part that `show` prints; the whole stays in the pack.
pub const SHOWN_BYTES: usize = 64 << 10;

/// Signatures of one message behind which the signed text is searched; lists leave two or three.
pub const REPAIR_SIGNATURES: usize = 4;
/// Combinations of header values hashed for one signature: a twentieth of a second.
pub const REPAIR_HEADERS: u64 = 40_000;
/// Bytes hashed in the search for one signature's headers: a fifth of a second. All hypotheses fit
/// where the signed headers take under 6 kB, as nearly all do.
pub const REPAIR_HEADER_BYTES: u64 = 256 << 20;
/// Bytes of a header value that is written other ways; a hundred recipients take 5,000.
pub const REPAIR_VALUE: usize = 16 << 10;
/// Names of one `h=` of which other values are tried; real signatures name under 60, and the search
/// goes one call deeper for each.
pub const REPAIR_FIELDS: usize = 100;
/// Bytes of a Subject that is written other ways, a thousand of them; one line has 998 at most.
pub const REPAIR_SUBJECT: usize = 2_000;
/// Fields of one name of which other values are tried; mail shows one of each.
pub const REPAIR_INSTANCES: usize = 2;
/// Bytes hashed in the search for one signed body: half a second.
pub const REPAIR_HASHED: usize = 512 << 20;
/// Bytes of all that one body may have been, held at once. A 100 kB text has some 20 MB of them.
pub const REPAIR_GUESSES: usize = 192 << 20;
/// Bytes of a line before `<` in which a name is looked for.
pub const REPAIR_NAME: usize = 1_000;
/// Bytes of a body that is cut and recoded; longer ones are compared as they are.
pub const REPAIR_BYTES: usize = 4 << 20;
/// Lines behind which a body is cut.
pub const REPAIR_LINES: usize = 20_000;
/// Lines at the start of a body taken for a banner.
pub const REPAIR_BANNER_LINES: usize = 12;
/// Bytes hashed in the search for lines put in or a digit replaced, for one body: a tenth of a
/// second.
pub const REPAIR_EDIT_BYTES: usize = 64 << 20;
/// Recoded parts of one message that are tried one at a time.
pub const REPAIR_PARTS: usize = 6;
/// Other copies of a mail, by Message-ID, in which its signed text is looked for.
pub const REPAIR_COPIES: usize = 4;
/// Words, blanks and signs of one text compared word by word; a 100 kB mail has 40,000. Two
/// random texts of this size, the worst of five vocabularies, took 1.2 s in the dev profile.
pub const DIFFERENCE_WORDS: usize = 100_000;
/// Lines of one text compared line by line where there are more words than that.
pub const DIFFERENCE_LINES: usize = 100_000;
/// Pairs of rows or paragraphs between two equal ones whose likeness is tried; more were rewritten.
pub const DIFFERENCE_PAIRS: usize = 250_000;
/// Lines of one text part that are read for quotes; a patch of 5 MB has 150,000.
pub const TEXT_LINES: usize = 200_000;
/// Characters a line would have had with the next word, where a program wrapped it before: programs wrap
/// at 65 to 80, and marks are added later.
pub const WRAPPED: std::ops::Range<usize> = 65..120;
/// Levels of quoting; a thread of a hundred answers seldom keeps ten.
pub const QUOTE_DEPTH: usize = 64;
/// Quotes of one text part.
pub const QUOTES: usize = 1_000;
/// Lines and bytes of one attribution; long names and addresses take three lines and 300 bytes.
pub const ATTRIBUTION_LINES: usize = 4;
pub const ATTRIBUTION_BYTES: usize = 600;
/// Lines that end in a colon of one text looked at for an attribution without a mark behind it.
pub const ATTRIBUTIONS: usize = 10_000;
/// Lines of one block of fields above a quoted mail: hundreds of recipients wrap over some.
pub const ATTRIBUTION_FIELDS: usize = 60;
/// Bytes of the local part or the host of an address inside a text (RFC 5321 §4.5.3.1).
pub const ADDRESS_BYTES: usize = 255;
/// Words of one text that is aligned with another; a 100 kB mail has 20,000.
pub const QUOTE_WORDS_READ: usize = 50_000;
/// Places of the original at which one run of words is looked at: what stands more often is a table.
pub const QUOTE_PLACES: usize = 8;
/// Equal words from which on a quote says whose text it is: in one run, or being most of it.
pub const QUOTE_RUN: usize = 8;
pub const QUOTE_TELLS: usize = 8;
/// Equal words directly before and behind a change, together, that make its place known.
pub const QUOTE_PLACED: usize = 5;
/// Words missing between two lines of a quote, a part of a line of the original, that are a change; whoever
/// shortens leaves out more.
pub const QUOTE_SHORT: usize = 3;
/// Words of one shingle, and hashes of one sketch (2 kB): see `text/shingle.rs` for the error.
pub const SHINGLE_WORDS: usize = 5;
pub const SKETCH: usize = 256;
/// Pairs of words compared between two runs that are equal, and in one alignment: 60 MB and a
/// tenth of a second. What is larger was not quoted.
pub const QUOTE_GAP: usize = 4_000_000;
pub const QUOTE_CELLS: usize = 16_000_000;
/// Changes, sums and properties told of two documents that differ, and bytes of the words of all changes:
/// an answer of [`ANSWER_BYTES`] holds them for every revision of a PDF.
pub const DIFFERENCE_TOLD: usize = 1_000;
pub const DIFFERENCE_TEXT: usize = 1 << 20;
/// Items of a case that is printed in full by `report`, evidence included.
pub const REPORT_WHOLE: usize = 100;
/// Items of one status that `report` prints in full where nothing asks for a person.
pub const REPORT_EACH: usize = 10;
/// Items that ask for a person which `report` prints in full: some 8 kB each, so that the page
/// stays under 15 MB and opens at once.
pub const REPORT_ASKING: usize = 1_000;
/// Rows of the table of verdicts in `report`: some 400 bytes each.
pub const REPORT_ROWS: usize = 10_000;
/// Rows of every other table in `report` and `summary`; the rest is counted in one row.
pub const REPORT_TOP: usize = 25;
pub const SUMMARY_TOP: usize = 10;
/// Characters of a difference that `report` prints, and of unchanged text kept on each side.
pub const REPORT_DIFFERENCE: usize = 20_000;
pub const REPORT_CONTEXT: usize = 200;
/// Changes, and values stated differently, of one comparison of documents that `report` prints, and
/// revisions of one PDF.
pub const REPORT_CHANGES: usize = 40;
pub const REPORT_REVISIONS: usize = 10;
/// RSA modulus in bits, most that is recovered: time and memory grow with it. 2,048 bits with
/// e = 65537 take 0.74 GB (measured, peak), 4,096 twice that; mail is signed with no more.
pub const RECOVERED_BITS: usize = 4_096;
/// Points (16 bytes and tables of the same size) of the transforms kept for one recovery, so that
/// its memory stays bounded: twice what the largest of a 2,048-bit key needs.
pub const PLANNED_POINTS: usize = 1 << 23;
/// Points of the buffers kept beside them.
pub const SPARE_POINTS: usize = 1 << 22;
/// Limb products one division of a recovery may take: a few seconds. Pairs that need a longer one
/// share a factor by somebody's choice and are no pair of signatures.
pub const DIVISION_WORK: usize = 1 << 32;
/// Pairs of signatures tried for one key. A header changed on the way spoils a pair; where half of
/// the mails arrived as they were signed, four pairs apart find one that is whole in two of three
/// tries, and signatures whose body is intact come first.
pub const RECOVERY_PAIRS: usize = 4;
/// What a recovered key must open, besides its pair, to be graded C instead of D: so many other
/// mails, of so many senders or to so many recipients, on so many days. Five others are what design
/// rule 10 asks of a template; a maker of the dump can plant as many, so neither grade lifts.
pub const RECOVERED_MAILS: usize = 5;
pub const RECOVERED_PEOPLE: usize = 3;
pub const RECOVERED_DAYS: usize = 3;
/// Parts of one mail that carry a signature of a person (S/MIME, OpenPGP), opened. Real mail has one.
pub const BODY_SIGNATURES: usize = 8;
/// Levels of an ASN.1 value; CMS with indefinite lengths has under 12.
pub const BER_DEPTH: usize = 32;
/// Bytes of one CMS object; a signed envelope holds the whole mail.
pub const CMS_BYTES: usize = 64 << 20;
/// Signers of one CMS object. Real mail has one, rarely two.
pub const CMS_SIGNERS: usize = 8;
/// Certificates read of one CMS object. Real mail carries one to five.
pub const CMS_CERTIFICATES: usize = 32;
/// Certificates of one chain above the signer's, and issuers' keys tried for it. Real chains have three.
pub const CHAIN: usize = 8;
pub const CHAIN_TRIED: usize = 32;
/// Addresses kept of one certificate or OpenPGP key.
pub const CERTIFICATE_ADDRESSES: usize = 20;
/// Bytes shown of a certificate's number (RFC 5280 §4.1.2.2 allows 20).
pub const SERIAL_BYTES: usize = 20;
/// Bytes of a signed part of which other forms than CRLF are hashed; each form is one pass more.
pub const SIGNED_PART_FORMS: usize = 4 << 20;
/// Bytes of OpenPGP keys or signatures that are read of one place. A key with many certifications takes
/// 100 kB, its Autocrypt form under 10 kB.
pub const OPENPGP_BYTES: usize = 1 << 20;
/// OpenPGP packets read of one place, keys and signatures kept of one mail.
pub const OPENPGP_PACKETS: usize = 1_000;
pub const OPENPGP_KEYS: usize = 8;
/// Subkeys, and signatures on one user or subkey, that are verified of one OpenPGP key.
pub const OPENPGP_SUBKEYS: usize = 16;
pub const OPENPGP_SELF_SIGNATURES: usize = 32;
/// Bytes of a signed note that is read: a checkpoint takes 200, each signature 150.
pub const NOTE_BYTES: usize = 64 << 10;
/// Signatures of a note; signed-note asks for 16 at least.
pub const NOTE_SIGNATURES: usize = 64;
/// Top-level files of a source whose SHA-256 stands in the first custody entry. A leak is one to a
/// hundred files; a folder of single mails is named by its listing, its mails by the tables.
pub const SOURCES_HASHED: usize = 1_000;
/// Work factor (log2 of scrypt's N) of a passphrase that is tried; the `age` program's own bound.
pub const PASSPHRASE_WORK: u8 = 22;
/// Attachments read of one message kept as properties; Exchange refuses more than 1,024 by default.
pub const MAPI_ATTACHMENTS: usize = 5_000;
/// Messages attached to messages; each is written out whole inside the next, and forwards nest
/// under ten deep.
pub const MAPI_DEPTH: usize = 16;
/// Values of one property of many.
pub const MAPI_VALUES: usize = 10_000;
/// Bytes of a key or of a short binary value that are written out; Outlook's keys take under 300.
pub const MAPI_KEY: usize = 1_024;
/// Pages of a PST's trees kept in memory, 512 bytes each: 16 MiB.
pub const PST_PAGES_KEPT: usize = 32_768;
/// Nodes of one PST. 50 GB, Outlook's bound, hold under ten million items.
pub const PST_NODES: usize = 20_000_000;
/// Subnodes of one PST item: attachments, long values and tables.
pub const PST_SUBNODES: usize = 100_000;
/// Data blocks of one value of a PST, 8 KiB each: as many as an item may have bytes.
pub const PST_BLOCKS: usize = ITEM_BYTES / 8_192 + 2;
/// Records of one tree on a PST's heap; a folder of a million items has as many.
pub const PST_RECORDS: usize = 5_000_000;
/// Rows of a table of recipients.
pub const PST_ROWS: usize = 30_000;
/// Folders inside folders of a PST; Exchange stops at 300.
pub const PST_FOLDER_DEPTH: usize = 300;
/// Characters of one word that is searched; what is longer is no word, and is cut. A SHA-512 has 128.
pub const SEARCH_WORD: usize = 128;
/// Bytes of words gathered before they are written to the index.
pub const SEARCH_HEAP: usize = 128 << 20;
/// Bytes and parentheses of a query: they are read by recursion.
pub const SEARCH_QUERY: usize = 4_096;
pub const SEARCH_DEPTH: usize = 32;
/// Hits listed of one query; all are counted.
pub const SEARCH_HITS: usize = 10_000;
/// Bytes of a snippet, and of a text in which its place is looked for.
pub const SNIPPET: usize = 240;
pub const SNIPPET_SCANNED: usize = 1 << 20;
