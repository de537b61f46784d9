//! A stream of bytes that never fails: damage and bounds end it, and it remembers which.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use lydite_core::limits;

use super::source::Source;

/// What has come out of one packed container and everything in it, against what it weighs.
/// Levels form a chain, so that a bomb of archives in archives meets the bound of the outermost.
pub struct Level {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    outer: Option<Rc<Level>>,
}

impl Level {
    pub fn new(packed: u64, outer: Option<Rc<Level>>) -> Rc<Level> {
        Rc::new(Level { packed: Cell::new(packed), unpacked: Cell::new(0), outer })
    }

    /// Notes bytes read of the packed container.
    pub fn weigh(&self, packed: u64) {
        self.packed.set(self.packed.get().saturating_add(packed));
    }

    /// Why nothing more may come out, if so.
    pub fn exhausted(&self) -> Option<&'static str> {
        let unpacked = self.unpacked.get();
        let allowed = self.packed.get().saturating_mul(limits::CONTAINER_RATIO);
        if unpacked > limits::CONTAINER_BYTES {
            return Some("unpacks to more bytes than one container may");
        }
        if unpacked > limits::RATIO_FREE_BYTES.max(allowed) {
            return Some("unpacks to more times its size than one container may");
        }
        self.outer.as_ref().and_then(|outer| outer.exhausted())
    }

    /// Notes bytes that came out, here and all the way up.
    fn charge(&self, bytes: u64) {
        self.unpacked.set(self.unpacked.get().saturating_add(bytes));
        if let Some(outer) = &self.outer {
            outer.charge(bytes);
        }
    }
}

/// See the module.
pub struct Input<'a> {
    reader: Box<dyn Read + 'a>,
    /// Read ahead to tell the format.
    head: Vec<u8>,
    head_at: usize,
    /// Bytes that were read, the head included.
    pub taken: u64,
    /// The bytes themselves, when the input is a file from its start.
    pub source: Option<&'a Source>,
    /// Bounds what comes out, for packed content.
    pub level: Option<Rc<Level>>,
    /// Size and checksum that the container states of this content.
    pub stated_size: Option<u64>,
    pub stated_crc: Option<u32>,
    crc: flate2::Crc,
    ended: bool,
    /// Whether reading broke off.
    pub failed: bool,
    fault: Option<String>,
    /// The bound that cut it off.
    pub cut: Option<&'static str>,
    /// Called whenever bytes come in.
    pub working: Option<Rc<dyn Fn()>>,
}

impl<'a> Input<'a> {
    pub fn new(reader: impl Read + 'a) -> Self {
        Input {
            reader: Box::new(reader),
            head: Vec::new(),
            head_at: 0,
            taken: 0,
            source: None,
            level: None,
            stated_size: None,
            stated_crc: None,
            crc: flate2::Crc::new(),
            ended: false,
            failed: false,
            fault: None,
            cut: None,
            working: None,
        }
    }

    /// The first bytes, up to [`limits::SNIFF_BYTES`]; they are read again by `read`.
    pub fn peek(&mut self) -> &[u8] {
        let mut buffer = vec![0; limits::SNIFF_BYTES];
        while self.head.len() < limits::SNIFF_BYTES {
            let room = limits::SNIFF_BYTES - self.head.len();
            match self.next(&mut buffer[..room]) {
                0 => break,
                count => self.head.extend_from_slice(&buffer[..count]),
            }
        }
        &self.head
    }

    /// What is wrong with the content, once it was read.
    pub fn defects(&self) -> Vec<String> {
        let mut defects: Vec<String> = self.fault.iter().cloned().collect();
        if self.failed || self.cut.is_some() || !self.ended {
            return defects;
        }
        if let Some(stated) = self.stated_size.filter(|stated| *stated != self.taken) {
            defects.push(format!("{} bytes came out where {stated} were stated", self.taken));
        }
        if self.stated_crc.is_some_and(|stated| stated != self.crc.sum()) {
            defects.push("content does not fit the checksum its container states".to_owned());
        }
        defects
    }

    fn next(&mut self, buffer: &mut [u8]) -> usize {
        while !self.ended && !buffer.is_empty() {
            match self.reader.read(buffer) {
                Ok(0) => self.ended = true,
                Ok(count) => return self.took(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    (self.ended, self.failed) = (true, true);
                    self.fault = Some(format!("content breaks off: {}", lower(&error.to_string())));
                }
            }
        }
        0
    }

    fn took(&mut self, bytes: &[u8]) -> usize {
        self.taken += bytes.len() as u64;
        if let Some(working) = &self.working {
            working();
        }
        if self.stated_crc.is_some() {
            self.crc.update(bytes);
        }
        if let Some(level) = &self.level {
            level.charge(bytes.len() as u64);
            if let Some(cut) = level.exhausted() {
                (self.ended, self.cut) = (true, Some(cut));
            }
        }
        bytes.len()
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.head_at < self.head.len() {
            let count = (&self.head[self.head_at..]).read(buffer)?;
            self.head_at += count;
            return Ok(count);
        }
        Ok(self.next(buffer))
    }
}

fn lower(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}
