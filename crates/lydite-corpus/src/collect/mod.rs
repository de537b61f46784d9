//! Collecting: walks the sources, opens containers by content, and hands over every leaf and every
//! thing that was skipped, in an order that depends on nothing but the input.
//!
//! Bytes are streamed: what is held is one item, whatever the container weighs. Nothing is ever
//! written to a path that an archive names; a zip inside another container is spooled to a file
//! without a name. Damage ends the content it sits in and becomes a defect; it never ends a run.

mod attached;
pub mod foreign;
mod input;
mod mapi;
pub mod passwords;
mod rar;
mod seven_zip;
mod source;
mod stream;
mod tar;
#[cfg(test)]
mod tests;
mod volumes;
mod walk;
pub mod wire;
mod zip;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lydite_core::item::{Kind, Sha256, encode_name};
use lydite_core::limits;
use lydite_core::parse::emlx;
use lydite_core::parse::mbox::{Member, Splitter};
use lydite_core::parse::sniff::{Format, sniff};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use input::{Input, Level};
use passwords::Passwords;
use source::{Section, Source};
use wire::{Avoid, Told, Word};

/// A blob at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Path inside the dump, as the contract spells it.
    pub path: String,
    /// Path of the folder or container it lies in; empty for the top.
    pub parent: String,
    /// `folder`, or the format of the container: `mbox`, `pst`, `zip`, `7z`, `tar`, `rar`, `gz` …
    #[serde(deserialize_with = "wire::word")]
    pub container: Word,
    /// Position in its container, from 1. Tells entries of the same name apart.
    pub order: u64,
    pub bytes: Vec<u8>,
    pub kind: Kind,
    /// What the container says about it (times, flags, the mbox envelope line), sorted.
    pub meta: Vec<(String, String)>,
    /// Lower case, no full stop.
    pub defects: Vec<String>,
}

/// Why something was not handed over as a leaf: the closed list.
pub const REASONS: [&str; 12] = [
    "symlink",
    "link",
    "special-file",
    "unreadable",
    "too-large",
    "encrypted",
    "unsupported-compression",
    "unsupported-version",
    "sparse",
    "damaged",
    "over-bound",
    LOST,
];
/// Reason of what is left of a container or entry at which the collector was lost each time.
pub const LOST: &str = "worker-lost";

/// One event of collecting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    Leaf(Leaf),
    /// A container that was opened, told after everything in it.
    Container {
        path: String,
        #[serde(deserialize_with = "wire::word")]
        format: Word,
        /// Bytes read of it.
        bytes_in: u64,
        /// Those that belong to no member.
        framing: u64,
        /// Entries met, read or skipped.
        members: u64,
        defects: Vec<String>,
        /// Path and size of each file it was joined from, in reading order; else empty.
        volumes: Vec<(String, u64)>,
    },
    Skipped {
        path: String,
        parent: String,
        /// One of [`REASONS`].
        #[serde(deserialize_with = "wire::word")]
        reason: Word,
        /// Lower case, no full stop.
        detail: String,
        /// Size as far as it is known.
        bytes: u64,
        /// Of the whole content, where it could be read.
        sha256: Option<Sha256>,
    },
}

/// Where a later run goes on: right behind an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Files of the walk that are done.
    pub file: u64,
    /// Bytes of those files.
    pub bytes: u64,
    /// Events told of the file that is open.
    pub events: u64,
    /// Bytes read of the file that is open; of a mailbox, where the member starts that is open.
    pub offset: u64,
    /// Of those, bytes of a mailbox that belong to no member.
    pub framing: u64,
    /// Members of the mailbox before `offset`.
    pub members: u64,
    /// Of `events`, those told of the member that starts at `offset`.
    pub inside: u64,
    /// Where that member ends.
    pub behind: u64,
}

/// All files of the sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub files: u64,
    pub bytes: u64,
}

/// Why collecting could not run or go on.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("{}: {source}. Check the path and its permissions, then run again", path.display())]
    Source { path: PathBuf, source: io::Error },
    #[error("no source was given. Name at least one file or folder")]
    NoSource,
    #[error(
        "{}: {source}. Opening a nested archive needs room there; free some and run again",
        dir.display()
    )]
    Spool { dir: PathBuf, source: io::Error },
    /// Said by a collector in a process of its own, or of one that could not run.
    #[error("{0}")]
    Elsewhere(String),
}

/// Collects `sources` from a position on, spooling into a folder: [`collect`], or a process that
/// does so.
pub type Collect<'a> = dyn Fn(
        &[PathBuf],
        &Path,
        &Passwords,
        Position,
        &mut dyn FnMut(Found, Position) -> ControlFlow<()>,
    ) -> Result<Totals, CollectError>
    + Sync
    + 'a;

/// What somebody needs who looks after a collector that may be lost.
pub struct Watch<'a> {
    pub avoid: &'a [Avoid],
    /// Told every step between events, where one is looked for that a collector does not survive.
    pub step: Option<&'a dyn Fn(Told)>,
    /// Called whenever bytes come in.
    pub working: Rc<dyn Fn()>,
}

/// Counts files and bytes of the sources without reading them.
pub fn measure(sources: &[PathBuf]) -> Result<Totals, CollectError> {
    let mut totals = Totals::default();
    for entry in walk::walk(sources)? {
        totals.files += 1;
        totals.bytes += entry.size;
    }
    Ok(totals)
}

/// A file of the sources, unopened.
pub struct Listed {
    pub path: PathBuf,
    /// Where it lies in the dump.
    pub name: String,
    pub size: u64,
    /// Named as a source itself, or directly in a folder that is one.
    pub is_top: bool,
}

/// All files of the sources, in the order they are collected.
pub fn list(sources: &[PathBuf]) -> Result<impl Iterator<Item = Listed>, CollectError> {
    let is_top = |path: &Path| {
        sources.iter().any(|source| path == source || path.parent() == Some(source.as_path()))
    };
    Ok(walk::walk(sources)?.map(move |entry| Listed {
        is_top: entry.skip.is_none() && is_top(&entry.path),
        path: entry.path,
        name: entry.name,
        size: entry.size,
    }))
}

/// Tells everything that lies in the sources, from `from` on, until `emit` breaks. Files that
/// were named with the position are not read again, a mailbox is entered at its offset; other
/// containers are read again without telling what was told before. A split archive is one file of
/// the walk.
pub fn collect(
    sources: &[PathBuf],
    spool_dir: &Path,
    passwords: &Passwords,
    from: Position,
    emit: &mut dyn FnMut(Found, Position) -> ControlFlow<()>,
) -> Result<Totals, CollectError> {
    let watch = Watch { avoid: &[], step: None, working: Rc::new(|| ()) };
    collect_watched(sources, spool_dir, passwords, from, &watch, emit)
}

/// As [`collect`], looked after.
pub fn collect_watched(
    sources: &[PathBuf],
    spool_dir: &Path,
    passwords: &Passwords,
    from: Position,
    watch: &Watch,
    emit: &mut dyn FnMut(Found, Position) -> ControlFlow<()>,
) -> Result<Totals, CollectError> {
    let mut totals = Totals::default();
    let mut collector = Collector {
        spool_dir,
        passwords,
        at: from,
        resume: from,
        consumed: Rc::default(),
        size: 0,
        volumes: Vec::new(),
        emit,
        watch,
        fence: None,
        in_member: false,
    };
    for entry in walk::walk(sources)? {
        totals.files += 1;
        totals.bytes += entry.size;
        if totals.files <= from.file {
            continue;
        }
        match collector.file(entry) {
            // The fence is taken down where it was set up.
            Ok(()) | Err(Stop::Fence) => {}
            Err(Stop::Asked) => break,
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    Ok(totals)
}

/// Why the walk ends early.
enum Stop {
    Asked,
    /// The event was told behind which a container is passed over.
    Fence,
    Failed(CollectError),
}

type Flow = Result<(), Stop>;

struct Collector<'a> {
    spool_dir: &'a Path,
    passwords: &'a Passwords,
    /// Behind the last event, told or passed over.
    at: Position,
    /// Where this run set in.
    resume: Position,
    /// Bytes read of the top-level file.
    consumed: Rc<Cell<u64>>,
    /// Of the top-level file.
    size: u64,
    /// Files the top-level one is joined from; empty when it is one.
    volumes: Vec<(String, u64)>,
    emit: &'a mut dyn FnMut(Found, Position) -> ControlFlow<()>,
    watch: &'a Watch<'a>,
    /// Events of the top-level file behind which the container that is open is passed over.
    fence: Option<u64>,
    /// Whether a member of the mailbox that is the top-level file is open.
    in_member: bool,
}

/// Where a stream of bytes was found.
#[derive(Clone)]
struct Place {
    path: String,
    parent: String,
    container: &'static str,
    order: u64,
    meta: Vec<(String, String)>,
    defects: Vec<String>,
    /// Containers around it, folders not counted.
    depth: usize,
    /// What the innermost packed container around it may still unpack to.
    level: Option<Rc<Level>>,
}

impl Place {
    /// The place of an entry of the container at `self`.
    fn inside(&self, container: &'static str, name: &str, order: u64) -> Place {
        let climbs = name.split(['/', '\\']).any(|part| part == "..");
        let climbs = climbs.then(|| "its path climbs out of the archive".to_owned());
        Place {
            path: format!("{}!/{name}", self.path),
            parent: self.path.clone(),
            container,
            order,
            meta: Vec::new(),
            defects: climbs.into_iter().collect(),
            depth: self.depth + 1,
            level: self.level.clone(),
        }
    }

    fn leaf(mut self, bytes: Vec<u8>, kind: Kind) -> Found {
        self.meta.sort();
        Found::Leaf(Leaf {
            path: self.path,
            parent: self.parent,
            container: self.container,
            order: self.order,
            bytes,
            kind,
            meta: self.meta,
            defects: self.defects,
        })
    }

    fn skipped(&self, reason: &'static str, detail: impl Into<String>, bytes: u64) -> Found {
        Found::Skipped {
            path: self.path.clone(),
            parent: self.parent.clone(),
            reason,
            detail: detail.into(),
            bytes,
            sha256: None,
        }
    }
}

/// What a container held, for its [`Found::Container`].
#[derive(Default)]
struct Tally {
    members: u64,
    /// Bytes of the container that belong to members.
    member_bytes: u64,
    defects: Vec<String>,
}

impl Tally {
    /// Notes a defect, once.
    fn defect(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.defects.len() < limits::DEFECTS && !self.defects.contains(&what) {
            self.defects.push(what);
        }
    }
}

impl Collector<'_> {
    /// Tells one event. `is_last` when nothing more comes of the top-level file.
    fn tell(&mut self, found: Found, is_last: bool) -> Flow {
        self.at.events += 1;
        if self.in_member {
            self.at.inside += 1;
        } else {
            self.at.offset = self.at.offset.max(self.consumed.get().min(self.size));
        }
        let was_told = self.at.file == self.resume.file && self.at.events <= self.resume.events;
        if is_last {
            self.at = Position {
                file: self.at.file + 1,
                bytes: self.at.bytes + self.size,
                ..Position::default()
            };
        }
        if was_told {
            self.step(|at| Told::Passed { file: at.file, events: at.events });
        } else if (self.emit)(found, self.at).is_break() {
            return Err(Stop::Asked);
        }
        match self.fence {
            Some(fence) if !is_last && self.at.events >= fence => Err(Stop::Fence),
            _ => Ok(()),
        }
    }

    /// One entry of the walk; its last event closes it.
    fn file(&mut self, entry: walk::Entry) -> Flow {
        self.size = entry.size;
        self.consumed.set(0);
        let from = self.at;
        self.at = Position { file: from.file, bytes: from.bytes, ..Position::default() };
        let place = Place {
            path: entry.name,
            parent: entry.parent,
            container: "folder",
            order: entry.order,
            meta: entry.meta,
            defects: entry.defects,
            depth: 0,
            level: None,
        };
        if let Some((reason, detail)) = entry.skip {
            return self.tell(place.skipped(reason, detail, entry.size), true);
        }
        self.volumes = entry.volumes.iter().map(|v| (v.name.clone(), v.size)).collect();
        let alone = [(entry.path, entry.size)];
        let files: Vec<_> = if entry.volumes.is_empty() {
            alone.into()
        } else {
            entry.volumes.into_iter().map(|volume| (volume.path, volume.size)).collect()
        };
        self.guarded(place, |collector, place| collector.open(&files, from, place))
    }

    fn step(&self, told: impl FnOnce(Position) -> Told) {
        if let Some(step) = self.watch.step {
            step(told(self.at));
        }
    }

    /// Reads what lies at a place. Where collectors were lost at it, only as far as they came;
    /// what is left is listed.
    fn guarded(&mut self, place: Place, read: impl FnOnce(&mut Self, Place) -> Flow) -> Flow {
        let (file, watch) = (self.at.file, self.watch);
        self.step(|at| Told::Entering { path: place.path.clone(), file, events: at.events });
        let is_here = |avoid: &&Avoid| avoid.file == file && avoid.path == place.path;
        let flow = match watch.avoid.iter().find(is_here) {
            Some(avoid) => self.fenced(place, avoid, read),
            None => read(self, place),
        };
        self.step(|_| Told::Left);
        flow
    }

    fn fenced(
        &mut self,
        place: Place,
        avoid: &Avoid,
        read: impl FnOnce(&mut Self, Place) -> Flow,
    ) -> Flow {
        let (path, parent, is_top) = (place.path.clone(), place.parent.clone(), place.depth == 0);
        if self.at.events < avoid.events {
            let outer = self.fence.replace(avoid.events);
            let flow = read(self, place);
            self.fence = outer;
            let Err(Stop::Fence) = flow else {
                return flow;
            };
        }
        // A member that was told is not told again as lost.
        let done = if self.at.inside > 0 { self.at.behind } else { self.at.offset };
        let bytes = if is_top { self.size.saturating_sub(done) } else { 0 };
        let (reason, detail, sha256) = (LOST, avoid.why.clone(), None);
        self.tell(Found::Skipped { path, parent, reason, detail, bytes, sha256 }, is_top)
    }

    /// One file of the walk, or the volumes it is joined from.
    fn open(&mut self, files: &[(PathBuf, u64)], from: Position, place: Place) -> Flow {
        let mut opened = Vec::with_capacity(files.len());
        for (path, size) in files {
            match File::open(path) {
                Ok(file) => opened.push((file, *size)),
                Err(error) => {
                    let detail = format!("{}: {error}", path.display());
                    return self.tell(place.skipped("unreadable", detail, self.size), true);
                }
            }
        }
        let source = Source::new(opened);
        let mut input = Input::new(self.tracked(&source, 0));
        input.source = Some(&source);
        let is_mbox = sniff(input.peek()) == Format::Mbox;
        if is_mbox && from.offset > 0 {
            self.at = from;
            self.consumed.set(from.offset);
            if self.fence.is_some_and(|fence| from.events >= fence) {
                return Err(Stop::Fence);
            }
            // The member that was open is read again, and what was told of it passed over.
            self.at = Position { events: from.events - from.inside, inside: 0, ..from };
            input = Input::new(self.tracked(&source, from.offset));
            input.working = Some(Rc::clone(&self.watch.working));
            return self.mbox(place, &mut input);
        }
        self.content(place, &mut input)
    }

    /// The top-level file from a place on, with a count of what is read of it.
    fn tracked<'s>(&self, source: &'s Source, at: u64) -> Section<'s> {
        let mut section = source.section(at, u64::MAX);
        section.consumed = Some(Rc::clone(&self.consumed));
        section
    }

    /// What is left of an input, spooled to a file without a name, to be read at any place.
    fn spooled(&self, input: &mut Input) -> Result<Source, Stop> {
        let spool =
            |source| Stop::Failed(CollectError::Spool { dir: self.spool_dir.to_owned(), source });
        let mut file = tempfile::tempfile_in(self.spool_dir).map_err(spool)?;
        let length = io::copy(input, &mut file).map_err(spool)?;
        Ok(Source::new([(file, length)]))
    }

    /// Opens or hands over whatever the input holds.
    fn content(&mut self, place: Place, input: &mut Input) -> Flow {
        input.working = Some(Rc::clone(&self.watch.working));
        if place.depth == 0 {
            return self.known(place, input);
        }
        self.guarded(place, |collector, place| collector.known(place, input))
    }

    /// Content by its format.
    fn known(&mut self, place: Place, input: &mut Input) -> Flow {
        let format = sniff(input.peek());
        let is_container = !matches!(
            format,
            Format::Message
                | Format::Document
                | Format::Image
                | Format::Tnef
                | Format::ClosedMailbox
                | Format::Vcard
                | Format::Calendar
                | Format::Other
        );
        if !is_container {
            return self.leaf(place, input, format);
        }
        if place.depth >= limits::CONTAINER_DEPTH {
            let detail = format!("containers nested deeper than {}", limits::CONTAINER_DEPTH);
            return self.hashed(place, input, "over-bound", detail);
        }
        match format {
            Format::Mbox => self.mbox(place, input),
            Format::Tar => self.tar(place, input),
            Format::Zip => self.zip(place, input),
            Format::Pst => self.pst(place, input),
            Format::SevenZip => self.seven_zip(place, input),
            Format::ForeignArchive(_) | Format::ForeignStream(_) => {
                self.foreign(place, input, format)
            }
            _ => self.stream(place, input, format),
        }
    }

    /// Hands over an item. What ends as a zip does is opened as one too: readers of zips look at
    /// the end, others at the start.
    fn leaf(&mut self, mut place: Place, input: &mut Input, format: Format) -> Flow {
        let mut bytes = Vec::new();
        let bound = limits::ITEM_BYTES as u64;
        // An input never fails: what breaks it becomes its fault.
        let _ = input.by_ref().take(bound + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > bound {
            let mut whole = io::Cursor::new(bytes).chain(input.by_ref());
            let (size, sha256) = hash(&mut whole);
            let detail = format!("larger than {} MiB", bound >> 20);
            return self.tell_skipped(place, input, "too-large", detail, size, sha256);
        }
        if input.cut.is_some() || (input.failed && (bytes.is_empty() || place.depth == 0)) {
            let (size, sha256) = (bytes.len() as u64, Sha256::of(&bytes));
            return self.tell_skipped(place, input, "damaged", String::new(), size, sha256);
        }
        if let Some((format, message)) = mapi::message_of(&bytes, format) {
            return self.message_file(place, input, format, &message);
        }
        if let Some(emlx) = emlx::split(&bytes).filter(|_| format == Format::Message) {
            return self.emlx(place, input, emlx);
        }
        place.defects.extend(input.defects());
        if matches!(format, Format::Vcard | Format::Calendar) {
            place.meta.push(("format".to_owned(), format.name().to_owned()));
        }
        if format == Format::ClosedMailbox {
            let what = "a mailbox of a format that is not opened: export it as PST or mbox";
            place.defects.push(what.to_owned());
        }
        let is_last = place.depth == 0;
        if zip::may_end_as_zip(&bytes) && place.depth < limits::CONTAINER_DEPTH {
            let source = self.spooled(&mut Input::new(&bytes[..]))?;
            if Self::ends_as_zip(&source) {
                let mut archive = place.clone();
                place.defects.push("it ends as a zip archive does and is opened as one".to_owned());
                archive.defects = vec!["the archive does not start at the start".to_owned()];
                self.hand_over(place, bytes, format.kind(), false)?;
                let mut whole = Input::new(io::empty());
                return self.zip_source(archive, &mut whole, &source);
            }
        }
        self.hand_over(place, bytes, format.kind(), is_last)
    }

    /// An archive that could not be opened, handed over as it is.
    fn unopened(&mut self, place: Place, input: &Input, source: &Source, format: Format) -> Flow {
        let mut whole = Input::new(source.section(0, u64::MAX));
        (whole.cut, whole.failed) = (input.cut, input.failed);
        self.leaf(place, &mut whole, format)
    }

    /// An archive that is listed and not handed over.
    fn closed(
        &mut self,
        place: Place,
        source: &Source,
        reason: &'static str,
        detail: String,
    ) -> Flow {
        self.hashed(place, &mut Input::new(source.section(0, u64::MAX)), reason, detail)
    }

    /// Reads the rest to its end and lists it as skipped, with its size and hash.
    fn hashed(
        &mut self,
        place: Place,
        input: &mut Input,
        reason: &'static str,
        detail: String,
    ) -> Flow {
        let (size, sha256) = hash(input);
        self.tell_skipped(place, input, reason, detail, size, sha256)
    }

    /// A skipped entry whose input was read; what ended the input early goes before the reason.
    fn tell_skipped(
        &mut self,
        place: Place,
        input: &Input,
        mut reason: &'static str,
        mut detail: String,
        bytes: u64,
        sha256: Sha256,
    ) -> Flow {
        let mut sha256 = Some(sha256);
        if let Some(cut) = input.cut {
            (reason, detail, sha256) = ("over-bound", cut.to_owned(), None);
        } else if input.failed {
            (reason, sha256) = (if place.depth == 0 { "unreadable" } else { "damaged" }, None);
            detail = input.defects().join("; ");
        }
        let is_last = place.depth == 0;
        let Place { path, parent, .. } = place;
        self.tell(Found::Skipped { path, parent, reason, detail, bytes, sha256 }, is_last)
    }

    /// Closes a container. When its own bytes were cut or could not be read, that is told first.
    fn close(&mut self, place: Place, input: &Input, format: Format, mut tally: Tally) -> Flow {
        tally.defects.splice(0..0, place.defects.iter().cloned());
        tally.defects.extend(input.defects());
        if let Some(cut) = input.cut {
            self.tell(place.skipped("over-bound", cut, 0), false)?;
        } else if input.failed && place.depth == 0 {
            let unread = self.size.saturating_sub(self.consumed.get());
            self.tell(place.skipped("unreadable", input.defects().join("; "), unread), false)?;
        }
        let is_top = place.depth == 0;
        let container = Found::Container {
            path: place.path,
            format: format.name(),
            bytes_in: input.taken,
            framing: input.taken.saturating_sub(tally.member_bytes),
            members: tally.members,
            defects: tally.defects,
            volumes: if is_top { std::mem::take(&mut self.volumes) } else { Vec::new() },
        };
        self.tell(container, is_top)
    }

    /// A mailbox. At the top level the position stays at the member that is open, so that a later
    /// run can enter there.
    fn mbox(&mut self, place: Place, input: &mut Input) -> Flow {
        let is_top = place.depth == 0;
        let origin = if is_top { self.at.offset } else { 0 };
        let mut framing = if is_top { self.at.framing } else { 0 };
        let mut order = if is_top { self.at.members } else { 0 };
        let mut splitter = Splitter::new(origin);
        let mut flow = Ok(());
        let (mut start, mut buffer) = (origin, vec![0; limits::READ_BYTES]);
        loop {
            let count = input.read(&mut buffer).unwrap_or(0);
            let breaks_off = count == 0 && (input.failed || input.cut.is_some());
            let mut each = |mut member: Member| {
                if breaks_off {
                    member.defects.push("the mailbox breaks off in it");
                }
                if flow.is_err() {
                    return;
                }
                if is_top {
                    self.in_member = true;
                    let (offset, members, behind) = (start, order, member.next);
                    self.at = Position { offset, framing, members, inside: 0, behind, ..self.at };
                }
                order += 1;
                framing += (member.next - start) - member.size;
                start = member.next;
                flow = self.mbox_member(&place, member, order);
                self.in_member &= !is_top;
            };
            if count == 0 {
                splitter.finish(&mut each);
                break;
            }
            splitter.push(&buffer[..count], &mut each);
            if flow.is_err() {
                break;
            }
        }
        flow?;
        let bytes = origin + input.taken;
        framing += bytes - start;
        input.taken = bytes;
        let tally = Tally { members: order, member_bytes: bytes - framing, defects: Vec::new() };
        self.close(place, input, Format::Mbox, tally)
    }

    fn mbox_member(&mut self, mailbox: &Place, member: Member, order: u64) -> Flow {
        let mut place = mailbox.inside("mbox", &order.to_string(), order);
        if let Some(sha256) = member.oversize {
            let detail = format!("larger than {} MiB", limits::ITEM_BYTES >> 20);
            let Place { path, parent, .. } = place;
            let (reason, sha256) = ("too-large", Some(sha256));
            let bytes = member.size;
            let found = Found::Skipped { path, parent, reason, detail, bytes, sha256 };
            return self.tell(found, false);
        }
        // Bytes before the first separator are what they are; behind one stands a message.
        let kind =
            if member.envelope.is_empty() { sniff(&member.bytes).kind() } else { Kind::Message };
        place.meta.push(("mbox-envelope".to_owned(), encode_name(&member.envelope)));
        place.defects = member.defects.into_iter().map(str::to_owned).collect();
        self.hand_over(place, member.bytes, kind, false)
    }
}

/// Size and hash of what is left.
fn hash(reader: &mut dyn Read) -> (u64, Sha256) {
    let (mut size, mut hash) = (0, sha2::Sha256::new());
    let mut buffer = vec![0; limits::READ_BYTES];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        hash.update(&buffer[..count]);
        size += count as u64;
    }
    (size, Sha256(hash.finalize().into()))
}
