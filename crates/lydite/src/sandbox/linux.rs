//! Confinement by Linux: Landlock, seccomp and resource limits.

use std::collections::BTreeMap;

use anyhow::Result;
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, Ruleset, RulesetAttr, RulesetCreatedAttr, Scope,
    path_beneath_rules,
};
use lydite_core::limits;
use lydite_corpus::collect::foreign::programs;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::Profile;

/// The newest whose rights are known here; the kernel takes those it knows.
const NEWEST: ABI = ABI::V7;

/// Folders and files that a program of the system needs to start.
const LIBRARIES: [&str; 6] =
    ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/ld.so.preload"];

pub fn limits(profile: &Profile) -> Result<()> {
    let (memory, files, written) = match profile {
        // Standard input, output and error.
        Profile::Worker => (limits::WORKER_MEMORY, 3, 0),
        Profile::Collector { .. } => {
            (limits::COLLECTOR_MEMORY, limits::COLLECTOR_FILES, limits::SPOOL_BYTES)
        }
    };
    let starts_none = matches!(profile, Profile::Worker) || programs().is_empty();
    let processes = starts_none.then_some((Resource::Nproc, 0));
    let all = [
        (Resource::As, memory),
        (Resource::Nofile, files),
        (Resource::Fsize, written),
        (Resource::Core, 0),
    ];
    for (resource, most) in all.into_iter().chain(processes) {
        let most = getrlimit(resource).maximum.map_or(most, |now| now.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

pub fn landlock(profile: &Profile) -> Result<()> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    if let Profile::Collector { sources, spool_dir } = profile {
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let spool: BitFlags<AccessFs> = AccessFs::ReadFile
            | AccessFs::WriteFile
            | AccessFs::MakeReg
            | AccessFs::RemoveFile
            | AccessFs::Truncate;
        rules = rules
            .add_rules(path_beneath_rules(*sources, read))?
            .add_rules(path_beneath_rules([*spool_dir], spool))?;
        let programs = programs();
        if !programs.is_empty() {
            let start = AccessFs::Execute | AccessFs::ReadFile;
            rules = rules
                .add_rules(path_beneath_rules(programs, start))?
                .add_rules(path_beneath_rules(LIBRARIES, start | AccessFs::ReadDir))?
                .add_rules(path_beneath_rules(
                    ["/dev/null"],
                    AccessFs::ReadFile | AccessFs::WriteFile,
                ))?;
        }
    }
    rules.restrict_self()?;
    Ok(())
}

/// System calls that touch nothing outside the process and its open files.
const HARMLESS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_ppoll,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getcpu,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_membarrier,
    libc::SYS_rseq,
    libc::SYS_sysinfo,
    libc::SYS_uname,
];

/// What reading folders and keeping files without names needs; which ones, Landlock says.
const FILES: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_unlinkat,
    libc::SYS_fcntl,
    libc::SYS_ftruncate,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_fadvise64,
    libc::SYS_fsync,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
];

/// What starting one program of the system and waiting for it needs, and what that program needs.
const STARTING: &[i64] = &[
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_execve,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_kill,
    libc::SYS_tgkill,
    libc::SYS_pipe2,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_close_range,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_set_tid_address,
    libc::SYS_set_robust_list,
    libc::SYS_prlimit64,
    libc::SYS_prctl,
    libc::SYS_ioctl,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_umask,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getppid,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_arch_prctl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
];

/// What the allocator asks of the system besides memory: how many nodes of memory there are, and to
/// give memory a name. It does without an answer.
const REFUSED: &[i64] = &[
    libc::SYS_faccessat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
];
/// PR_SET_VMA of prctl(2).
const NAME_MEMORY: u64 = 0x5356_4d41;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Everything that is not allowed ends the process. Two filters, of which the stricter answer
/// counts: the first answers what is to be refused without that.
pub fn seccomp(profile: &Profile) -> Result<()> {
    let starts = matches!(profile, Profile::Collector { .. }) && !programs().is_empty();
    let is_name = condition(0, SeccompCmpOp::Eq, NAME_MEMORY)?;
    let name_memory = (libc::SYS_prctl, vec![SeccompRule::new(vec![is_name])?]);
    if !starts {
        let refused: Rules = whole(REFUSED).chain([name_memory.clone()]).collect();
        let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        apply(refused, SeccompAction::Allow, refuse)?;
    }
    let mut allowed: Rules = whole(HARMLESS).chain(whole(REFUSED)).chain([name_memory]).collect();
    // No memory becomes code, and signals go to the process itself (abort).
    for (call, argument) in [(libc::SYS_mmap, 2), (libc::SYS_mprotect, 2)] {
        let code = SeccompCmpOp::MaskedEq(u64::from(libc::PROT_EXEC.unsigned_abs()));
        allowed.insert(call, vec![SeccompRule::new(vec![condition(argument, code, 0)?])?]);
    }
    let own = condition(0, SeccompCmpOp::Eq, u64::from(std::process::id()))?;
    allowed.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
    if matches!(profile, Profile::Collector { .. }) {
        allowed.extend(whole(FILES));
    }
    if starts {
        allowed.extend(whole(STARTING));
    }
    apply(allowed, SeccompAction::KillProcess, SeccompAction::Allow)
}

/// Calls with any arguments.
fn whole(calls: &[i64]) -> impl Iterator<Item = (i64, Vec<SeccompRule>)> + '_ {
    calls.iter().map(|call| (*call, Vec::new()))
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition> {
    Ok(SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?)
}

fn apply(rules: Rules, otherwise: SeccompAction, listed: SeccompAction) -> Result<()> {
    let filter = SeccompFilter::new(rules, otherwise, listed, std::env::consts::ARCH.try_into()?)?;
    let program: BpfProgram = filter.try_into()?;
    Ok(seccompiler::apply_filter_all_threads(&program)?)
}
