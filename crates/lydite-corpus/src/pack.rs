//! Pack files: the bytes of a batch's blobs, one behind the other, without framing. Where bytes were
//! removed by order (`purge.rs`) a later generation of the pack has zeros in their place.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use lydite_core::item::Sha256;

use crate::case::{Case, Error, Result, cannot_read};
use crate::tables::blobs;

/// Reason of a blob that was removed by order.
pub const PURGED: &str = "purged";

/// Path of the pack of a batch as it was collected, relative to the case folder.
pub fn path(batch: u32) -> String {
    format!("packs/{batch:06}.pack")
}

/// Path of a pack without some of its bytes.
pub fn later_path(batch: u32, generation: u32) -> String {
    format!("packs/{batch:06}-{generation}.pack")
}

/// The bytes of a blob, compared with its SHA-256.
pub fn read(case: &Case, blob: &blobs::Row) -> Result<Vec<u8>> {
    if blob.reason.as_deref() == Some(PURGED) {
        return Err(Error::Purged(blob.sha256));
    }
    let path = case.pack_path(blob.pack);
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|mut file| {
        file.seek(SeekFrom::Start(blob.start))?;
        file.take(blob.size).read_to_end(&mut bytes)
    });
    read.map_err(cannot_read(&path))?;
    if Sha256::of(&bytes) != blob.sha256 {
        return Err(Error::Damaged {
            path,
            at: format!("offset {}", blob.start),
            why: format!("{} bytes there are not {}", blob.size, blob.sha256),
        });
    }
    Ok(bytes)
}
