//! What is said of custody: actions, what is wrong with a file and what to do.

use lydite_core::check::Text;
use lydite_corpus::verify::{Problem, What};

use crate::wording::texts;

texts! {
    CASE_MADE: "case made from its sources", "dossier constitué à partir de ses sources";
    LOG_BEGUN: "log begun; the case was there before", "journal commencé ; le dossier existait déjà";
    HANDOVER: "handed over: another key signs from here on",
        "transmis : une autre clé signe à partir d'ici";
    FOUND_UNSIGNED: "entries before this one were found unsigned: a command was interrupted",
        "des entrées précédentes ont été trouvées non signées : une commande a été interrompue";
    FOUND_CHANGED:
        "files beside the tables were found changed: a command was interrupted, or they were edited",
        "des fichiers à côté des tables ont été trouvés modifiés : commande interrompue, ou édition";
    COLLECTED: "collected and examined", "collecté et examiné";
    WEIGHED: "joined and weighed", "croisé et pesé";
    PURGED: "bytes removed by order", "octets retirés sur ordre";
    PURGE_ORDERED: "removal ordered", "retrait ordonné";
    ASSAYED: "assay ended", "assay terminé";
    WEIGH_ENDED: "weigh ended", "weigh terminé";
    KEYS_IMPORTED: "keys imported", "clés importées";
    KEYS_RECOVERED: "keys recovered", "clés retrouvées";
    REPORTED: "report written", "rapport écrit";
    EXPORTED: "bag written", "paquet écrit";
    SEALED: "to be sealed in one encrypted file", "à sceller en un seul fichier chiffré";
    NOTED: "note", "note";
    COSIGNED: "checkpoint cosigned by a witness", "point de contrôle contresigné par un témoin";
    STAMPED: "checkpoint time-stamped", "point de contrôle horodaté";
    REPAIRED: "tables made again from the packs", "tables refaites à partir des paquets d'octets";

    MISSING: "missing", "manquant";
    CHANGED: "changed", "modifié";
    SHORTER: "cut", "tronqué";
    LONGER: "longer than it was", "plus long qu'il n'était";
    SWAPPED: "swapped", "échangé";
    ADDED: "not of the case", "étranger au dossier";
    LEFT_OVER: "left over", "reste";
    NOT_REMOVED: "removed by order, and still there", "retiré sur ordre, et toujours là";
    LOG_BAD: "log does not hold together", "le journal ne se tient pas";
    LEDGER_BAD: "ledger is not the one the log names", "le registre n'est pas celui du journal";
    UNSIGNED: "not signed yet", "pas encore signé";

    DO_RESTORE: "restore the file from a copy of the case",
        "restaurer le fichier depuis une copie du dossier";
    DO_REPAIR: "`lydite verify --repair CASE` makes it again from the packs; else restore a copy",
        "`lydite verify --repair DOSSIER` le refait à partir des paquets ; sinon restaurer une copie";
    DO_RUN: "run the interrupted command again; `lydite custody note` signs what is left",
        "relancer la commande interrompue ; `lydite custody note` signe ce qui reste";
    DO_REMOVE: "take it out of the folder", "le sortir du dossier";
    DO_PURGE: "close what reads the case and run the same `lydite purge` again",
        "fermer ce qui lit le dossier et relancer le même `lydite purge`";
    DO_COMPARE: "compare with a copy, or with a checkpoint that somebody else kept",
        "comparer avec une copie, ou un point de contrôle gardé par un tiers";

    ALL_HOLDS: "every byte is as the case was left", "chaque octet est tel que le dossier a été laissé";
    NOT_ALL: "things are not as the case was left", "choses ne sont pas telles que le dossier a été laissé";
    FILES: "files", "fichiers";
    ENTRIES: "entries", "entrées";
    ROOT: "root", "racine";
    SIGNED_BY: "signed by", "signé par";
    KEY_HERE: "its private half is kept on this machine", "sa partie privée est sur cette machine";
    KEY_ELSEWHERE:
        "its private half is not kept on this machine: whoever could write in the folder could have \
         made it anew; compare with a checkpoint kept elsewhere (--checkpoint FILE)",
        "sa partie privée n'est pas sur cette machine : qui pouvait écrire dans le dossier a pu le \
         refaire ; comparer avec un point de contrôle gardé ailleurs (--checkpoint FICHIER)";
    SIGNATURE_HOLDS: "the signature holds over all entries", "la signature couvre toutes les entrées";
    CLOCK_BACK: "the clock stood earlier than at the entry before",
        "l'horloge était en retard sur l'entrée précédente";
    WITNESSED: "cosigned by", "contresigné par";
    STAMP_ASK: "send it to a time stamp authority from any machine; what comes back: lydite custody \
         add. It carries this SHA-256 and nothing else",
        "à envoyer à une autorité d'horodatage depuis n'importe quelle machine ; au retour : lydite \
         custody add. Elle ne porte que ce SHA-256";
    STAMP_CHECK: "the authority's signature is not checked here: openssl ts -verify -digest HEX -in \
         FILE -CAfile CERTIFICATES",
        "la signature de l'autorité n'est pas contrôlée ici : openssl ts -verify -digest HEX -in \
         FICHIER -CAfile CERTIFICATS";
    WITNESS_KEY: "the witness's public key", "la clé publique du témoin";
    NOT_NOTED: "not noted in the custody log", "non consigné dans le journal";
    BAG_CHECK: "to check it without Lydite: python3 data/verify.py, or",
        "pour le contrôler sans Lydite : python3 data/verify.py, ou";
    READ_BACK: "read back and compared, byte for byte", "relu et comparé, octet par octet";
    PLAIN_REMOVED: "the plain folder was removed; a disk may keep traces of it",
        "le dossier en clair a été supprimé ; un disque peut en garder des traces";
    PLAIN_KEPT: "the plain folder stays; --remove takes it away",
        "le dossier en clair reste ; --remove le supprime";
    PASSPHRASE: "passphrase", "phrase de passe";
    PURGE_DONE: "its bytes and what was read in them are gone from the case",
        "ses octets et ce qui y fut lu ont disparu du dossier";
    PURGE_STAYS:
        "its hash, size and paths stay, and the log entry; reports and copies made before, the dump \
         itself and mails that quote it are not touched",
        "son empreinte, sa taille et ses chemins restent, et l'entrée au journal ; rapports et \
         copies antérieurs, la fuite elle-même et les courriels qui le citent ne sont pas touchés";
}

/// The closed list of actions; `None` for one of a later version.
pub fn action(name: &str) -> Option<Text> {
    Some(match name {
        "case-made" => CASE_MADE,
        "log-begun" => LOG_BEGUN,
        "handover" => HANDOVER,
        "found-unsigned" => FOUND_UNSIGNED,
        "found-changed" => FOUND_CHANGED,
        "collected" => COLLECTED,
        "weighed" => WEIGHED,
        "purged" => PURGED,
        "purge-ordered" => PURGE_ORDERED,
        "assay" => ASSAYED,
        "weigh" => WEIGH_ENDED,
        "keys-imported" => KEYS_IMPORTED,
        "keys-recovered" => KEYS_RECOVERED,
        "report" => REPORTED,
        "export" => EXPORTED,
        "seal" => SEALED,
        "note" => NOTED,
        "cosigned" => COSIGNED,
        "stamped" => STAMPED,
        "repaired" => REPAIRED,
        _ => return None,
    })
}

pub fn what(what: What) -> Text {
    match what {
        What::Missing => MISSING,
        What::Changed => CHANGED,
        What::Shorter => SHORTER,
        What::Longer => LONGER,
        What::Swapped => SWAPPED,
        What::Added => ADDED,
        What::LeftOver => LEFT_OVER,
        What::NotRemoved => NOT_REMOVED,
        What::Log => LOG_BAD,
        What::Ledger => LEDGER_BAD,
        What::Unsigned => UNSIGNED,
    }
}

/// What to do about it.
pub fn remedy(problem: &Problem) -> Text {
    let derived = problem.path.strip_prefix("tables/").is_some_and(|rest| {
        !["sightings/", "containers/", "blobs/"].iter().any(|base| rest.starts_with(base))
    });
    match problem.what {
        What::Added => DO_REMOVE,
        What::LeftOver | What::Unsigned => DO_RUN,
        What::NotRemoved => DO_PURGE,
        What::Log | What::Ledger => DO_COMPARE,
        _ if derived => DO_REPAIR,
        _ => DO_RESTORE,
    }
}
