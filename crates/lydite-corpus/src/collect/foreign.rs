//! Archives that libarchive's programs open: RAR, cab, iso, cpio, ar, lha, xar, rpm; and the packed
//! streams compress, lzip, lz4 and lzop.
//!
//! `bsdtar` reads the archive from standard input and writes a pax tar to standard output, which
//! our own reader walks; nothing is unpacked to the disk. Where the program is not installed the
//! archive is handed over closed, with the remedy.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lydite_core::item::encode_name;
use lydite_core::limits;
use lydite_core::parse::sniff::Format;

use super::input::{Input, Level};
use super::source::Source;
use super::{Collector, Flow, Place, Tally, rar, stream};

/// Where the programs are looked for; not along PATH, which a dump's folder may stand in.
const FOLDERS: [&str; 4] = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"];
const SHELL: &str = "/bin/sh";
/// The shell bounds the memory, names the version on standard error, and becomes the program.
const SCRIPT: &str = r#"ulimit -v "$0"; "$1" --version >&2; exec "$@""#;

const REMEDY: &str = "is opened by libarchive's programs, which are not on this machine: install \
     libarchive-tools (bsdtar, bsdcat), then assay again";

/// Starts the program that unpacks an archive of that format, which it reads from its start. None
/// if it is not installed.
pub fn convert(format: Format, archive: &File) -> Option<io::Result<Child>> {
    // Blocks of 512 bytes: a larger one that is not full is lost when the program gives up.
    let (name, arguments): (_, &[&str]) = match format {
        Format::ForeignStream(_) => ("bsdcat", &["-"]),
        _ => ("bsdtar", &["-c", "-b", "1", "-f", "-", "--format=pax", "@-"]),
    };
    let program = find(name)?;
    let start = |mut archive: File| {
        io::Seek::seek(&mut archive, io::SeekFrom::Start(0))?;
        Command::new(SHELL)
            .args(["-c", SCRIPT, &limits::FOREIGN_KIB.to_string()])
            .arg(program)
            .args(arguments)
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(archive)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    };
    Some(archive.try_clone().and_then(start))
}

/// Every program that may be started, as far as it is installed; none where archives stay closed.
/// Who confines the collector lets it start these and no other.
pub fn programs() -> Vec<PathBuf> {
    let found: Vec<PathBuf> = ["bsdtar", "bsdcat"].into_iter().filter_map(find).collect();
    if found.is_empty() { found } else { [vec![SHELL.into()], found].concat() }
}

pub(super) fn find(name: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

/// What a running program gives. Ends with an error when it hangs or fails.
struct Converted {
    child: Child,
    chunks: Receiver<Vec<u8>>,
    chunk: io::Cursor<Vec<u8>>,
    said: Option<JoinHandle<Vec<u8>>>,
    waited: Duration,
    received: u64,
    /// It is stopped for being slow.
    was_slow: bool,
    /// Its output was read to the end.
    has_ended: bool,
}

impl Converted {
    fn new(mut child: Child) -> Converted {
        let (sender, chunks) = sync_channel(4);
        let stdout = child.stdout.take();
        thread::spawn(move || {
            let Some(mut stdout) = stdout else { return };
            let mut buffer = vec![0; limits::READ_BYTES];
            while let Ok(count @ 1..) = stdout.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let stderr = child.stderr.take();
        let said = thread::spawn(move || {
            let mut kept = Vec::new();
            let Some(mut stderr) = stderr else { return kept };
            let bound = limits::FOREIGN_STDERR_BYTES as u64;
            let _ = stderr.by_ref().take(bound).read_to_end(&mut kept);
            let _ = io::copy(&mut stderr, &mut io::sink());
            kept
        });
        let (chunk, waited) = (io::Cursor::default(), Duration::ZERO);
        Converted {
            child,
            chunks,
            chunk,
            said: Some(said),
            waited,
            received: 0,
            was_slow: false,
            has_ended: false,
        }
    }

    /// Waits for the program. Whether it succeeded; its version; what it complained of.
    fn finish(mut self) -> (bool, String, Vec<String>) {
        let start = Instant::now();
        let status = loop {
            let is_late = start.elapsed() > Duration::from_secs(limits::FOREIGN_SECONDS);
            if !self.has_ended || is_late {
                let _ = self.child.kill();
            }
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(2)),
                Ok(status) => break status,
                Err(_) => break None,
            }
        };
        let is_good = status.is_some_and(|status| status.success()) && !self.was_slow;
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let mut lines = said.lines().map(|line| encode_name(line.as_bytes()));
        let version = lines.next().unwrap_or_default().trim_end().to_owned();
        let mut complaints: Vec<String> = lines.take(limits::DEFECTS / 2).collect();
        if self.was_slow {
            complaints.push("the program gave nothing for too long and was stopped".to_owned());
        }
        (is_good, version, complaints)
    }
}

impl Read for Converted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.chunk.read(buffer)?;
            if count > 0 || buffer.is_empty() || self.was_slow {
                return Ok(count);
            }
            let allowed = Duration::from_secs(limits::FOREIGN_SECONDS + (self.received >> 20));
            let start = Instant::now();
            let chunk = self.chunks.recv_timeout(allowed.saturating_sub(self.waited));
            self.waited += start.elapsed();
            match chunk {
                Ok(chunk) => {
                    self.received += chunk.len() as u64;
                    self.chunk = io::Cursor::new(chunk);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.has_ended = true;
                    return Ok(0);
                }
                Err(RecvTimeoutError::Timeout) => self.was_slow = true,
            }
        }
    }
}

impl Collector<'_> {
    pub(super) fn foreign(&mut self, mut place: Place, input: &mut Input, format: Format) -> Flow {
        let is_stream = matches!(format, Format::ForeignStream(_));
        if find(if is_stream { "bsdcat" } else { "bsdtar" }).is_none() {
            place.defects.push(format!("{} {REMEDY}", format.name()));
            return self.leaf(place, input, format);
        }
        let spool;
        let source = match input.source {
            Some(source) => source,
            None => {
                spool = self.spooled(input)?;
                &spool
            }
        };
        if format == Format::ForeignArchive("rar") {
            let listed = rar::list(source);
            if listed.hidden || listed.any_encrypted {
                return self.closed_rar(place, input, source, listed);
            }
        }
        self.converted(place, input, source, format)
    }

    /// Runs the program and walks what it gives.
    fn converted(
        &mut self,
        mut place: Place,
        input: &mut Input,
        source: &Source,
        format: Format,
    ) -> Flow {
        let joined;
        let file = match source.single() {
            Some(file) => file,
            None => {
                joined = self.spooled(&mut Input::new(source.section(0, source.len())))?;
                match joined.single() {
                    Some(file) => file,
                    None => return self.unopened(place, input, source, format),
                }
            }
        };
        let child = match convert(format, file) {
            Some(Ok(child)) => child,
            Some(Err(error)) => {
                place.defects.push(format!("libarchive's program cannot be started: {error}"));
                return self.unopened(place, input, source, format);
            }
            None => return self.unopened(place, input, source, format),
        };
        let mut converted = Converted::new(child);
        let mut content = Input::new(&mut converted);
        let level = Level::new(source.len(), place.level.clone());
        content.level = Some(level.clone());
        let mut tally = Tally::default();
        let outer_level = place.level.replace(level);
        let is_stream = matches!(format, Format::ForeignStream(_));
        if !content.peek().is_empty() {
            if is_stream {
                let name = stream::content_name(&place.path, format);
                tally.members = 1;
                self.content(place.inside(format.name(), &name, 1), &mut content)?;
            } else {
                self.tar_entries(&place, &mut content, format.name(), &mut tally)?;
            }
        }
        place.level = outer_level;
        let cut = content.cut;
        drop(content);
        let (is_good, version, complaints) = converted.finish();
        if let Some(cut) = cut {
            self.tell(place.skipped("over-bound", cut, 0), false)?;
        } else if tally.members == 0 && !is_good {
            place.defects.push(format!("it could not be opened by {version}"));
            place.defects.extend(complaints);
            return self.unopened(place, input, source, format);
        } else if !is_good {
            let detail = format!("the rest cannot be read: {}", complaints.join("; "));
            self.tell(place.skipped("damaged", detail, 0), false)?;
        } else {
            let lost = complaints.iter().filter(|line| line.contains("cannot archive"));
            for detail in lost.cloned().collect::<Vec<_>>() {
                tally.members += 1;
                self.tell(place.skipped("damaged", detail, 0), false)?;
            }
        }
        tally.defect(format!("read by {version}"));
        complaints.into_iter().for_each(|line| tally.defect(line));
        input.taken = source.len();
        tally.member_bytes = source.len();
        self.close(place, input, format, tally)
    }

    /// A RAR with encrypted entries: libarchive opens none, and stops at the first of them.
    fn closed_rar(
        &mut self,
        place: Place,
        input: &mut Input,
        source: &Source,
        listed: rar::Listed,
    ) -> Flow {
        let remedy = "encrypted RAR: unpack it with unrar or 7-Zip, then assay the folder";
        if listed.files.is_empty() {
            return self.closed(place, source, "encrypted", remedy.to_owned());
        }
        let mut tally = Tally { member_bytes: source.len(), ..Tally::default() };
        for (name, size) in listed.files {
            tally.members += 1;
            let entry = place.inside("rar", &encode_name(&name), tally.members);
            self.tell(entry.skipped("encrypted", remedy, size), false)?;
        }
        input.taken = source.len();
        self.close(place, input, Format::ForeignArchive("rar"), tally)
    }
}
