//! Checkpoints (c2sp.org/tlog-checkpoint): the text of a note that names a log, its size and root.

use super::{base64, decimal, unbase64};
use crate::item::Sha256;

/// The head of a log. Extension lines, which the specification advises against, are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; its key has the same name.
    pub origin: String,
    pub size: u64,
    pub root: Sha256,
}

impl Checkpoint {
    /// The text to be signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, base64(&self.root.0))
    }

    /// None if it is no checkpoint, or not written the one way it can be.
    pub fn parse(text: &str) -> Option<Checkpoint> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let size = decimal(lines.next()?)?;
        let root = Sha256(unbase64(lines.next()?)?.try_into().ok()?);
        lines.next().is_none().then_some(Checkpoint { origin, size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_reads_back_to_the_letter() {
        let text = "example.com/behind-the-sofa\n20852163\n\
                    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(text).unwrap();
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.text(), text);
        for bad in [
            &text.replace("20852163", "020852163"),
            &text.replace("20852163", "+20852163"),
            &text.replace("20852163", ""),
            &text.replace("q2I=", "q2J="),
            &text.replace("q2I=", "q2I"),
            &format!("{text}extension\n"),
            text.trim_end(),
            "",
            "\n\n\n",
        ] {
            assert_eq!(Checkpoint::parse(bad), None, "{bad}");
        }
    }
}
