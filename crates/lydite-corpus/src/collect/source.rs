//! The bytes of a file, or of several that are volumes of one archive, read at any place.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// See the module.
pub struct Source {
    /// Each file and where it ends, counted over all.
    parts: Vec<(File, u64)>,
}

impl Source {
    /// Files and their sizes, in the order they are read.
    pub fn new(files: impl IntoIterator<Item = (File, u64)>) -> Source {
        let mut end = 0u64;
        let part = |(file, size)| {
            end = end.saturating_add(size);
            (file, end)
        };
        Source { parts: files.into_iter().map(part).collect() }
    }

    pub fn len(&self) -> u64 {
        self.parts.last().map_or(0, |(_, end)| *end)
    }

    /// Where the `index`th file starts; none if there is no such file.
    pub fn start_of(&self, index: usize) -> Option<u64> {
        self.parts.get(index)?;
        Some(index.checked_sub(1).map_or(0, |before| self.parts[before].1))
    }

    /// The file, if it is only one.
    pub fn single(&self) -> Option<&File> {
        match &self.parts[..] {
            [(file, _)] => Some(file),
            _ => None,
        }
    }

    pub fn section(&self, at: u64, end: u64) -> Section<'_> {
        Section { source: self, at, end, consumed: None }
    }

    /// The last file is read to its end, wherever that lies by now.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let last = self.parts.len().saturating_sub(1);
        let index = self.parts.iter().position(|(_, end)| at < *end).unwrap_or(last);
        let (Some((file, end)), Some(start)) = (self.parts.get(index), self.start_of(index)) else {
            return Ok(0);
        };
        let room = if index == last { u64::MAX } else { end - at };
        let room = usize::try_from(room).unwrap_or(usize::MAX).min(buffer.len());
        let mut file = file;
        file.seek(SeekFrom::Start(at - start))?;
        file.read(&mut buffer[..room])
    }
}

/// Bytes `at..end` of a source. Seeks before each read, so that several can share the files.
pub struct Section<'a> {
    source: &'a Source,
    pub at: u64,
    end: u64,
    /// Counts what was read.
    pub consumed: Option<Rc<Cell<u64>>>,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = room.min(buffer.len());
        let count = self.source.read_at(self.at, &mut buffer[..room])?;
        self.at += count as u64;
        if let Some(consumed) = &self.consumed {
            consumed.set(consumed.get() + count as u64);
        }
        Ok(count)
    }
}

impl Seek for Section<'_> {
    /// Places count from the start of the source.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
