//! A mailbox in any chunks: what comes out and what lies between is what went in, and how the
//! bytes arrived changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lydite_core::parse::mbox::{Member, Splitter};

fn split(stream: &[u8], chunk: usize) -> (Vec<Member>, u64) {
    let mut members = Vec::new();
    let mut splitter = Splitter::new(0);
    for chunk in stream.chunks(chunk) {
        splitter.push(chunk, &mut |member| members.push(member));
    }
    splitter.finish(&mut |member| members.push(member));
    (members, splitter.framing())
}

fuzz_target!(|data: &[u8]| {
    let Some((first, stream)) = data.split_first() else { return };
    let (members, framing) = split(stream, usize::from(*first) + 1);
    let sum: u64 = members.iter().map(|member| member.size).sum();
    assert_eq!(sum + framing, stream.len() as u64);
    assert_eq!(split(stream, usize::MAX).0, members);
});
