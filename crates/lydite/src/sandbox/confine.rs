//! What a process behind the boundary does to itself before it reads anything: it gives up files,
//! network, programs, other processes and most system calls, for good.
//!
//! Every layer is tried, none is required: what the system lacks is left out, and [`super::probe`]
//! finds by trying what holds. On systems other than Linux on x86-64 and AArch64 nothing is here.

use std::path::{Path, PathBuf};

/// What a process needs.
pub enum Profile<'a> {
    /// Nothing but its pipes.
    Worker,
    /// To read beneath the sources and to keep files without names in the spool folder.
    Collector { sources: &'a [PathBuf], spool_dir: &'a Path },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Files, network, other processes.
    Landlock,
    /// System calls.
    Seccomp,
    /// Memory, open files, bytes written.
    Limits,
}

pub const ALL: [Layer; 3] = [Layer::Limits, Layer::Landlock, Layer::Seccomp];

/// Confines this process and everything it starts. What fails is left out.
pub fn confine(profile: &Profile, layers: &[Layer]) {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    for layer in layers {
        // A layer that is not there is found by `probe`, whatever it says.
        let _ = match layer {
            Layer::Limits => linux::limits(profile),
            Layer::Landlock => linux::landlock(profile),
            Layer::Seccomp => linux::seccomp(profile),
        };
    }
    #[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
    let _ = (profile, layers);
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[path = "linux.rs"]
mod linux;
