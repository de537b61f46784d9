//! Conversations: mails that name each other, directly or by others.
//!
//! References, In-Reply-To and Outlook's Thread-Index tie mails together; equal subjects do not, since
//! newsletters and forms share them. What is tied is a component of that graph. SQL hands over the
//! edges once; the components are found here, in one pass (union by the least name).

use std::collections::HashMap;

use lydite_core::item::Sha256;
use serde::Deserialize;

use super::rows;
use crate::case::Result;
use crate::engine::Engine;
use crate::tables::links::{self, Relation};
use crate::tables::threads;

#[derive(Deserialize)]
struct Mail {
    sha256: Sha256,
    id: Option<String>,
    references: Vec<String>,
    conversation: Option<String>,
}

/// The thread of every mail, by SHA-256.
pub fn threads(engine: &Engine) -> Result<Vec<threads::Row>> {
    let statement = "SELECT sha256, btrim(message_id, '<> ') AS id, \"references\", conversation
        FROM mails ORDER BY sha256";
    let mut graph = Graph::default();
    let mut mails = Vec::new();
    engine.each(statement, |batch| {
        for mail in rows::<Mail>(&batch)? {
            let own = graph.node(&match mail.id.filter(|id| !id.is_empty()) {
                Some(id) => id,
                None => format!("sha256:{}", mail.sha256),
            });
            for other in &mail.references {
                let other = graph.node(other);
                graph.tie(own, other);
            }
            if let Some(conversation) = mail.conversation {
                let other = graph.node(&format!("thread-index:{conversation}"));
                graph.tie(own, other);
            }
            mails.push((mail.sha256, own));
        }
        Ok(())
    })?;
    Ok(graph.components(mails))
}

/// A mail and the one it names last: what it answers.
pub fn replies(engine: &Engine) -> Result<Vec<links::Row>> {
    #[derive(Deserialize)]
    struct Row {
        sha256: Sha256,
        other: Sha256,
    }
    let statement = "WITH answering AS (
            SELECT sha256, \"references\"[-1] AS id FROM mails
            WHERE array_length(\"references\") > 0)
        SELECT a.sha256, m.sha256 AS other FROM answering a
        JOIN mails m ON btrim(m.message_id, '<> ') = a.id AND m.sha256 <> a.sha256
        ORDER BY a.sha256, other";
    let mut out = Vec::new();
    engine.each(statement, |batch| {
        let link = |row: Row| {
            let (relation, note) = (Relation::Reply, String::new());
            links::Row { sha256: row.sha256, other: row.other, relation, note }
        };
        out.extend(rows::<Row>(&batch)?.into_iter().map(link));
        Ok(())
    })?;
    Ok(out)
}

/// Names tied together.
#[derive(Default)]
struct Graph {
    numbers: HashMap<String, usize>,
    names: Vec<String>,
    parents: Vec<usize>,
}

impl Graph {
    fn node(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        self.parents.push(number);
        number
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn tie(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// A component is called by the least of its names, so that no order of mails shows in it.
    fn components(mut self, mails: Vec<(Sha256, usize)>) -> Vec<threads::Row> {
        let mut least: HashMap<usize, usize> = HashMap::new();
        for at in 0..self.names.len() {
            let root = self.root(at);
            let known = least.entry(root).or_insert(at);
            if self.names[at] < self.names[*known] {
                *known = at;
            }
        }
        let mut row = |(sha256, at)| {
            let root = self.root(at);
            let thread = self.names[least[&root]].clone();
            threads::Row { sha256, thread }
        };
        mails.into_iter().map(&mut row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tied_by_others_is_one_thread_whatever_the_order() {
        let edges = [("b", "c"), ("x", "y"), ("c", "a"), ("d", "b")];
        let names = ["a", "b", "c", "d", "x", "y", "z"];
        let threads = |order: &[usize]| {
            let mut graph = Graph::default();
            for at in order {
                let (a, b) = (graph.node(edges[*at].0), graph.node(edges[*at].1));
                graph.tie(a, b);
            }
            let mails: Vec<_> =
                names.iter().map(|n| (Sha256::of(n.as_bytes()), graph.node(n))).collect();
            graph.components(mails).into_iter().map(|row| row.thread).collect::<Vec<_>>()
        };
        let expected = ["a", "a", "a", "a", "x", "x", "z"];
        assert_eq!(threads(&[0, 1, 2, 3]), expected);
        assert_eq!(threads(&[3, 2, 1, 0]), expected);
    }
}
