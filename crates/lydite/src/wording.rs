//! Every word of the binary that is shown in more than one language. JSON is never translated.
//!
//! What a check says stands with the check (`lydite_core::check::Code`).

use clap::ValueEnum;
use lydite_core::check::Text;
use lydite_core::evidence::{Claim, Cover, Direction, Mark, Strength};
use lydite_core::parse::document::profile::Name;
use lydite_core::signature::{Alignment, CannotTell, Family, NeutralStep, Outcome};
use lydite_core::verdict::Status;
use lydite_corpus::tables::links::Relation;

use crate::sandbox::probe::Attempt;

/// A language Lydite speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    #[default]
    En,
    Fr,
}

impl Lang {
    pub fn say(self, text: Text) -> &'static str {
        match self {
            Lang::En => text.en,
            Lang::Fr => text.fr,
        }
    }
}

/// Constants of [`Text`], and the list of them all that the wording test walks.
macro_rules! texts {
    ($($name:ident: $en:literal, $fr:literal;)*) => {
        $(pub const $name: Text = Text { en: $en, fr: $fr };)*
        #[cfg(test)]
        pub const ALL: &[(&str, Text)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use texts;

texts! {
    VERIFIED: "verified", "vérifié";
    CORROBORATED: "corroborated", "corroboré";
    CONSISTENT: "consistent", "cohérent";
    UNDETERMINED: "undetermined", "indéterminé";
    ANOMALOUS: "anomalous", "anormal";
    ALTERED: "altered", "altéré";
    CONTRADICTED: "contradicted", "contredit";

    VERIFIED_SAYS:
        "the servers of the From domain sent these bytes; not that they were delivered here, \
         typed by the person named, or true",
        "les serveurs du domaine From ont envoyé ces octets ; non qu'ils ont été remis ici, \
         tapés par la personne nommée, ou vrais";
    CORROBORATED_SAYS:
        "something outside the control of whoever made the dump supports it",
        "un élément hors du contrôle de qui a constitué la fuite l'appuie";
    CONSISTENT_SAYS:
        "a check that an altered item could have failed ran, and nothing speaks against it",
        "un contrôle qu'un élément altéré aurait pu échouer a eu lieu, et rien ne s'y oppose";
    UNDETERMINED_SAYS:
        "no check that applies can tell, or the evidence conflicts; not a suspicion",
        "aucun contrôle applicable ne tranche, ou les indices s'opposent ; ce n'est pas un soupçon";
    ANOMALOUS_SAYS:
        "findings speak against it; an innocent cause is not excluded",
        "des constats parlent contre ; une cause innocente n'est pas exclue";
    ALTERED_SAYS:
        "it differs from what was signed, and no neutral step or known relay explains it",
        "il diffère de ce qui a été signé, et aucune étape neutre ni relais connu ne l'explique";
    CONTRADICTED_SAYS:
        "it cannot be what it claims to be",
        "il ne peut pas être ce qu'il prétend être";

    VERIFIED_CHANGES:
        "evidence that the key was in other hands, or its private half public, before the dump \
         was taken",
        "un indice que la clé était en d'autres mains, ou sa partie privée publique, avant la \
         prise des données";
    CORROBORATED_CHANGES:
        "evidence that the supporting source is not independent of the dump; or a signature that \
         can be opened",
        "un indice que la source d'appui dépend de la fuite ; ou une signature qui s'ouvre";
    CONSISTENT_CHANGES:
        "an archived key of the signer, a copy from outside the dump, or a finding against it",
        "une clé archivée du signataire, une copie hors de la fuite, ou un constat contraire";
    UNDETERMINED_CHANGES:
        "an archived key of the signer, or a copy of the mail from outside the dump",
        "une clé archivée du signataire, ou une copie du courriel venue d'ailleurs";
    ANOMALOUS_CHANGES:
        "a copy from outside the dump, or a documented innocent cause such as a relay that \
         rewrites",
        "une copie hors de la fuite, ou une cause innocente documentée, tel un relais qui réécrit";
    ALTERED_CHANGES:
        "a relay or export tool shown to make the same difference in other mail",
        "un relais ou un outil d'export qui produit la même différence sur d'autres courriels";
    CONTRADICTED_CHANGES:
        "an error shown in one of the facts it rests on",
        "une erreur montrée dans l'un des faits sur lesquels il repose";

    RESIDUE: "residue: something stands beside what was signed, outside coverage",
        "reliquat : quelque chose s’ajoute à ce qui est signé, hors couverture";
    ORIGINAL: "Difference from what was signed", "Différence avec ce qui a été signé";
    ORIGINAL_KEY: "[-signed-] {+found here+}", "[-signé-] {+trouvé ici+}";
    ORIGINAL_WHOLE:
        "the mail that was signed is recovered, letter for letter; --original prints it",
        "le message signé est retrouvé à la lettre ; --original l’affiche";
    ORIGINAL_HEADERS: "only the signed headers are recovered",
        "seuls les en-têtes signés sont retrouvés";
    STEPS_BACK: "steps back", "étapes de retour";
    NO_DIFFERENCE: "nothing that is shown differs", "rien d’affiché ne diffère";
    REPAIRED: "repaired: the signature holds once what happened on the way is undone",
        "réparé : la signature tient une fois défait ce qui est arrivé en chemin";
    AMBIGUOUS: "ambiguous: the same bytes can be read in different ways",
        "ambigu : les mêmes octets peuvent se lire de plusieurs façons";
    CONFLICT: "conflict: evidence for and against; a person must look",
        "conflit : indices pour et contre ; une personne doit regarder";
    DECOY: "decoy: the attacked organisation says that it put this there itself",
        "leurre : l'organisation attaquée dit l'avoir placé elle-même";
    DUPLICATE: "duplicate: the same bytes stand elsewhere in the dump",
        "doublon : les mêmes octets se trouvent ailleurs dans la fuite";
    TRUNCATED: "truncated: the end is missing", "tronqué : la fin manque";
    ENCRYPTED: "encrypted: the content cannot be read", "chiffré : le contenu ne peut être lu";
    EXPOSED_TAIL: "exposed tail: bytes stand behind the signed end of the body",
        "queue exposée : des octets suivent la fin signée du corps";
    WEAK_KEY: "weak key: 1024 bits or SHA-1", "clé faible : 1024 bits ou SHA-1";
    SUPPLIED_KEY: "supplied key: rests on a key that the user supplied",
        "clé fournie : repose sur une clé fournie par l'utilisateur";

    WEAK: "weak", "faible";
    MODERATE: "moderate", "modéré";
    MODERATELY_STRONG: "moderately strong", "modérément fort";
    STRONG: "strong", "fort";
    VERY_STRONG: "very strong", "très fort";
    EXTREMELY_STRONG: "extremely strong", "extrêmement fort";

    SENT_BY_DOMAIN: "sent by the From domain", "envoyé par le domaine From";
    BODY_AS_SENT: "body as sent", "corps tel qu'envoyé";
    HEADERS_AS_SENT: "headers as sent", "en-têtes tels qu'envoyés";
    DATE_AS_STATED: "date as stated", "date telle qu'affichée";

    COVERED: "covered", "couvert";
    UNCOVERED: "not covered", "non couvert";
    TAIL: "covered up to a tail", "couvert sauf la queue";
    ABSENT: "absent", "absent";

    SUPPORTS: "supports", "appuie";
    CONTRADICTS: "speaks against", "parle contre";
    NEUTRAL: "speaks neither way on", "ne tranche pas sur";
    INCONCLUSIVE: "cannot tell on", "ne peut dire sur";

    HOLDS: "holds", "tient";
    BODY_DIFFERS: "headers hold, body differs from the signed one",
        "les en-têtes tiennent, le corps diffère de celui signé";
    HEADERS_DIFFER: "real signature over other headers",
        "signature réelle sur d'autres en-têtes";
    BOTH_DIFFER: "real signature over other headers and another body",
        "signature réelle sur d'autres en-têtes et un autre corps";
    CANNOT_TELL: "cannot tell", "indécidable";

    KEY_UNKNOWN: "key not known", "clé inconnue";
    KEY_DOES_NOT_OPEN: "no known key opens it", "aucune clé connue ne l'ouvre";
    KEY_REVOKED: "key revoked", "clé révoquée";
    KEY_NOT_FOR_THIS: "key not meant for this use", "clé non prévue pour cet usage";
    MALFORMED: "malformed", "mal formée";
    UNSUPPORTED: "algorithm of no standard", "algorithme hors norme";
    ED25519: "Ed25519 accepts or says nothing", "Ed25519 accepte ou ne dit rien";
    ONE_DIGEST: "headers and body share one digest", "en-têtes et corps partagent une empreinte";
    BOUNDED: "a bound was reached", "une borne a été atteinte";

    LINE_ENDS: "line ends read as CRLF", "fins de ligne lues comme CRLF";
    UNSTUFFED: "“>From ” lines unstuffed", "lignes « >From » rétablies";

    STRICT: "signer is the From domain", "le signataire est le domaine From";
    RELAXED: "signer belongs to the From organisation",
        "le signataire relève de l'organisation du From";
    TENANT: "signer is the From domain's Google tenant",
        "le signataire est le client Google du domaine From";
    UNALIGNED: "signer is not the From domain", "le signataire n'est pas le domaine From";

    STRENGTH: "Strength", "Force";
    CLAIMS: "Claims", "Affirmations";
    COVERAGE: "Coverage", "Couverture";
    SIGNATURES: "Signatures", "Signatures";
    MESSAGE: "Message", "Message";
    PROFILE: "What it says of itself", "Ce qu'il dit de lui-même";
    WALL_CLOCK: "wall clock of an unstated zone", "heure locale d'un fuseau non précisé";
    DOCUMENT_AS_SAVED: "document as saved", "document tel qu'enregistré";
    MAILED_BY_DOMAIN: "these bytes were mailed by a domain", "ces octets ont été envoyés par un domaine";
    AUTHOR: "Author", "Auteur";
    LAST_AUTHOR: "Last saved by", "Dernier enregistrement par";
    LAST_OPENED_BY: "Last opened by", "Dernière ouverture par";
    EDITOR: "Edited or commented by", "Révisé ou commenté par";
    TITLE: "Title", "Titre";
    TOPIC: "Subject", "Sujet";
    KEYWORDS: "Keywords", "Mots-clés";
    DESCRIPTION: "Description", "Description";
    COMPANY: "Company", "Société";
    MANAGER: "Manager", "Responsable";
    CREATED: "Created", "Créé";
    MODIFIED: "Modified", "Modifié";
    PRINTED: "Printed", "Imprimé";
    EDITED: "Edited", "Révisé";
    STORED: "Noted by the container", "Noté par le conteneur";
    PROGRAM: "Program", "Logiciel";
    PROGRAM_VERSION: "Version", "Version";
    TEMPLATE: "Template", "Modèle";
    LANGUAGE: "Language", "Langue";
    CODEPAGE: "Code page", "Page de code";
    REVISION: "Revision", "Révision";
    EDIT_MINUTES: "Minutes of editing", "Minutes d'édition";
    PAGES: "Pages", "Pages";
    WORDS: "Words", "Mots";
    PRINTER: "Printer", "Imprimante";
    FILE_PATH: "Path", "Chemin";
    IDENTIFIER: "Identifier", "Identifiant";
    EDITING_SESSION: "Editing sessions", "Sessions de rédaction";
    FONT: "Font", "Police";
    DEVICE: "Device", "Appareil";
    GEOGRAPHIC_PLACE: "Place", "Lieu";
    LABEL: "Label", "Étiquette";
    FINDINGS: "Findings", "Constats";
    DEFECTS: "Defects", "Défauts";
    SEEN_AT: "Found at", "Trouvé en";
    CAN_ALSO_ARISE: "can also arise when", "peut aussi venir de ceci";
    RESTS_ON: "rests on", "repose sur";
    CHAIN: "Chain to the signature", "Chaîne jusqu'à la signature";
    CHAIN_COVERS: "covers", "couvre";
    CHAIN_ANCHOR: "signed by", "signé par";
    CHAIN_KNOWN: "its writer is known from", "son auteur est connu par";
    LINKED: "Linked items", "Éléments liés";
    LINKED_MORE: "more links, see table links", "autres liens, voir la table links";
    LINK_COPY: "displays the same", "affiche la même chose";
    LINK_SAME_ID: "the same Message-ID, another mail", "même Message-ID, autre message";
    LINK_REPLY: "answers", "répond à";
    LINK_ANSWERED: "is answered by", "a pour réponse";
    LINK_QUOTE: "quotes", "cite";
    LINK_QUOTED: "is quoted by", "est cité par";
    LINK_ATTACHMENT: "carries", "transporte";
    LINK_ATTACHED: "is carried by", "est transporté par";
    LINK_VARIANT: "nearly the same text", "presque le même texte";
    LINK_LOOK_ALIKE: "a picture that looks alike", "image d'aspect semblable";
    LINK_REFERENCE: "a copy from outside the dump", "copie venue d'ailleurs que la fuite";
    IN_THIS_DUMP: "items of this dump with the same finding",
        "éléments de cette fuite portant le même constat";
    WOULD_CHANGE: "What would change this", "Ce qui changerait ce verdict";
    MISSING_KEYS: "keys not known to Lydite that were asked for",
        "clés demandées que Lydite ne connaît pas";
    LEGEND: "covered by the strongest signature, as signed", "couvert par la meilleure signature, tel que signé";
    LEGEND_NOT: "not covered", "non couvert";
    LEGEND_TAIL: "behind the signed end (l=)", "après la fin signée (l=)";
    NO_COVER: "no signature that holds covers anything of it",
        "aucune signature valable n'en couvre rien";
    CUT: "cut here; bytes not shown", "coupé ici ; octets non montrés";
    NOTHING_FOUND: "none", "aucun";
    NOT_EXAMINED: "not examined", "non examiné";

    SEEN: "seen", "vus";
    EXAMINED: "examined", "examinés";
    SKIPPED: "not examined", "non examinés";
    ITEMS: "items", "éléments";
    BYTES: "bytes", "octets";
    NEXT: "Look next", "Voir ensuite";
    NEXT_VERDICTS: "every item, one line each", "chaque élément, une ligne chacun";
    NEXT_SHOW: "one item with its signed parts marked", "un élément, ses parties signées marquées";
    NEXT_REPORT: "all of it as one page for people", "le tout en une page pour des personnes";
    NEXT_KEYS: "keys that would settle more mail", "clés qui trancheraient d'autres courriels";
    NEXT_FAILURES: "what was not examined, and why", "ce qui n'a pas été examiné, et pourquoi";
    UNCONFINED: "items were read inside the main process (--no-sandbox): a crash ends the run",
        "les éléments ont été lus dans le processus principal (--no-sandbox) : un plantage arrête tout";
    STANDS_AS_BEFORE: "could not be examined again, its verdict stands as before",
        "n'a pu être réexaminé, son verdict reste tel quel";
    INDEXING: "indexing the words of all texts, once for this state of the case",
        "indexation des mots de tous les textes, une fois pour cet état du dossier";
    NOT_INDEXED: "the words of all texts are not indexed; the next search tries again",
        "les mots des textes ne sont pas indexés ; la prochaine recherche réessaiera";
    SEARCH_HITS: "items found", "éléments trouvés";
    SEARCH_LEFT: "more are not listed: --limit N", "de plus ne sont pas listés : --limit N";
    SEARCH_UNDATED: "no date   ", "sans date ";

    PRELIMINARY: "preliminary: what each item says by itself, not weighed beside the others yet",
        "provisoire : ce que dit chaque élément à lui seul, pas encore pesé avec les autres";
    NO_CHANGE: "no verdict changed", "aucun verdict n'a changé";
    CHANGED: "verdicts changed", "verdicts changés";
    NO_FAILURES: "every item was examined", "tous les éléments ont été examinés";
    NO_WANTED: "no key would settle more mail", "aucune clé ne trancherait d'autres courriels";
    OPENED: "opened, its members collected", "ouvert, ses membres collectés";
    OPENED_OR_LISTED: "opened; with a password of --passwords FILE where encrypted, else listed",
        "ouvert ; si chiffré, avec un mot de passe de --passwords FICHIER, sinon listé";
    OPENED_BY_LIBARCHIVE: "opened if libarchive-tools is installed, else kept closed and marked",
        "ouvert si libarchive-tools est installé, sinon conservé fermé et signalé";
    OPENED_JOINED: "joined and opened; a missing volume is named",
        "réunis et ouverts ; un volume manquant est nommé";
    LISTED_UNPACK: "listed: unpack it with 7-Zip, then assay the folder",
        "listé : le décompresser avec 7-Zip, puis analyser le dossier";
    LISTED_UNRAR: "listed: unpack it with unrar or 7-Zip, then assay the folder",
        "listé : le décompresser avec unrar ou 7-Zip, puis analyser le dossier";
    LISTED_STRONG: "listed: unpack it with PKZIP or SecureZIP, then assay the folder",
        "listé : le décompresser avec PKZIP ou SecureZIP, puis analyser le dossier";
    KEPT_UNPACK: "kept as an item: unpack it with 7-Zip, then assay the folder",
        "conservé comme élément : le décompresser avec 7-Zip, puis analyser le dossier";
    READ: "examined", "examiné";
    KEPT: "kept and counted, not examined by this version",
        "conservé et compté, non examiné par cette version";
    RENDERED: "opened; messages are rendered from their properties, since it keeps no sent bytes",
        "ouvert ; messages reconstitués de leurs propriétés, faute d’octets d’origine";
    NAMED: "kept and counted as what it is, not examined", "conservé et compté pour ce qu’il est, non examiné";
    OPENED_XML: "opened as a zip; its XML mails are kept, not read: export them as .eml or mbox",
        "ouvert comme zip ; ses messages XML sont conservés, non lus : exportez-les en .eml ou mbox";
    NEW_OST: "listed, not opened: export it to a PST in Outlook, or convert it with pffexport",
        "listé, non ouvert : exportez-le en PST depuis Outlook, ou convertissez-le avec pffexport";
    CLOSED_MAIL: "kept and counted, not opened: export or convert its mails to .eml or mbox",
        "conservé et compté, non ouvert : exportez ou convertissez ses messages en .eml ou mbox";
    LAYER_PROCESS: "items are read by separate worker processes; a crash costs one item",
        "les éléments sont lus par des processus séparés ; un plantage coûte un élément";
    LAYER_TIME: "a worker that gives no answer in time is ended",
        "un processus qui ne répond pas à temps est arrêté";
    LAYER_ANSWER: "what a worker answers is bounded and typed",
        "ce que répond un processus est borné et typé";
    LAYER_LANDLOCK: "workers reach no file, network or other process (Landlock)",
        "les processus n'atteignent ni fichiers, ni réseau, ni autres processus (Landlock)";
    LAYER_SECCOMP: "workers make few system calls; any other ends them (seccomp)",
        "les processus ont peu d'appels système ; tout autre les arrête (seccomp)";
    LAYER_MEMORY: "workers have bounds on memory, open files and bytes written (rlimit)",
        "les processus ont des bornes de mémoire, de fichiers et d'écriture (rlimit)";
    LAYER_COLLECTOR: "archives are opened by a process that reads the sources and nothing else",
        "les archives sont ouvertes par un processus qui ne lit que les sources";
    REFUSED: "refused", "refusé";
    NOT_REFUSED: "not refused", "non refusé";
    TRY_READ: "open a file", "ouvrir un fichier";
    TRY_WRITE: "make a file", "créer un fichier";
    TRY_APPEND: "write into an open file", "écrire dans un fichier ouvert";
    TRY_CONNECT: "connect to a port", "se connecter à un port";
    TRY_PROGRAM: "become another program", "devenir un autre programme";
    TRY_PROCESS: "start a process", "lancer un processus";
    TRY_TRACE: "trace its parent", "tracer son parent";
    TRY_SIGNAL: "send its parent a signal", "envoyer un signal à son parent";
    TRY_ALLOCATE: "take 4 GiB of memory", "prendre 4 Gio de mémoire";
    TRY_HANG: "give no answer", "ne pas répondre";
    TRY_BOAST: "announce an answer of 4 GiB", "annoncer une réponse de 4 Gio";
    LAYERS_HELD: "Isolation", "Isolement";
    LAYERS_UNKNOWN: "not recorded", "non consigné";
    NOT_HERE: "not here", "absent";
    SETTLES: "settles", "tranche";
    MAILS: "mails", "courriels";
    KEY: "key", "clé";
    WEIGH_NEXT: "judge again with them", "rejuger avec elles";
    DEMO_LEAK: "a leak of fictional people, with what was planted in it, is in",
        "une fuite de personnages fictifs, avec ce qui y a été glissé, se trouve dans";
    DEMO_PLANTED: "planted, and what Lydite says of it", "glissé, et ce que Lydite en dit";
    DEMO_ATTACKED: "the claim attacked is", "l'affirmation attaquée est";
    DEMO_UNTOUCHED: "untouched mails", "courriels intacts";
    DEMO_LIFTED: "planted mails whose attacked claim came out verified or corroborated",
        "courriels glissés dont l'affirmation attaquée ressort vérifiée ou corroborée";
    DEMO_ACCUSED: "untouched mails that came out anomalous or worse",
        "courriels intacts qui ressortent anormaux ou pire";
    ROWS_TAKEN: "keys taken", "clés retenues";
    NOTHING_TO_RECOVER: "no key to recover: none is missing, or too few signatures of each",
        "aucune clé à retrouver : aucune ne manque, ou trop peu de signatures de chacune";
    SECONDS: "seconds", "secondes";
    IN_ALL: "in all", "en tout";
    NOT_RECOVERED: "given up: no pair of signatures gave a key; headers changed on the way, or \
         several keys",
        "abandonné : aucune paire de signatures n'a donné de clé ; en-têtes modifiés en chemin, ou \
         plusieurs clés";
    GRADE: "consistency only, grade", "cohérence seulement, degré";
    OPENS_EXACTLY: "signatures as they stand:", "signatures telles quelles :";
    OTHER_MAILS: "mails besides the pair", "courriels hors de la paire";
    SENDERS: "senders", "expéditeurs";
    RECIPIENTS: "recipients", "destinataires";
    DAYS: "days", "jours";
    ARCHIVE_EQUAL: "equal to the key known for this selector",
        "égale à la clé connue pour ce sélecteur";
    ARCHIVE_DIFFERENT: "not the key known for this selector: another one of that name, or made by \
         somebody else",
        "autre que la clé connue pour ce sélecteur : une autre du même nom, ou l'œuvre d'un tiers";
    ROWS_REJECTED: "lines rejected", "lignes rejetées";
}

pub fn status(status: Status) -> Text {
    match status {
        Status::Verified => VERIFIED,
        Status::Corroborated => CORROBORATED,
        Status::Consistent => CONSISTENT,
        Status::Undetermined => UNDETERMINED,
        Status::Anomalous => ANOMALOUS,
        Status::Altered => ALTERED,
        Status::Contradicted => CONTRADICTED,
    }
}

/// What the status says and does not say.
pub fn status_says(status: Status) -> Text {
    match status {
        Status::Verified => VERIFIED_SAYS,
        Status::Corroborated => CORROBORATED_SAYS,
        Status::Consistent => CONSISTENT_SAYS,
        Status::Undetermined => UNDETERMINED_SAYS,
        Status::Anomalous => ANOMALOUS_SAYS,
        Status::Altered => ALTERED_SAYS,
        Status::Contradicted => CONTRADICTED_SAYS,
    }
}

/// What would change a verdict of that status (design rule 16).
pub fn status_changes(status: Status) -> Text {
    match status {
        Status::Verified => VERIFIED_CHANGES,
        Status::Corroborated => CORROBORATED_CHANGES,
        Status::Consistent => CONSISTENT_CHANGES,
        Status::Undetermined => UNDETERMINED_CHANGES,
        Status::Anomalous => ANOMALOUS_CHANGES,
        Status::Altered => ALTERED_CHANGES,
        Status::Contradicted => CONTRADICTED_CHANGES,
    }
}

pub fn mark(mark: Mark) -> Text {
    match mark {
        Mark::Repaired => REPAIRED,
        Mark::Residue => RESIDUE,
        Mark::Ambiguous => AMBIGUOUS,
        Mark::Conflict => CONFLICT,
        Mark::Decoy => DECOY,
        Mark::Duplicate => DUPLICATE,
        Mark::Truncated => TRUNCATED,
        Mark::Encrypted => ENCRYPTED,
        Mark::ExposedTail => EXPOSED_TAIL,
        Mark::WeakKey => WEAK_KEY,
        Mark::SuppliedKey => SUPPLIED_KEY,
    }
}

pub fn strength(strength: Strength) -> Text {
    match strength {
        Strength::Weak => WEAK,
        Strength::Moderate => MODERATE,
        Strength::ModeratelyStrong => MODERATELY_STRONG,
        Strength::Strong => STRONG,
        Strength::VeryStrong => VERY_STRONG,
        Strength::ExtremelyStrong => EXTREMELY_STRONG,
    }
}

pub fn claim(claim: Claim) -> Text {
    match claim {
        Claim::SentByDomain => SENT_BY_DOMAIN,
        Claim::BodyAsSent => BODY_AS_SENT,
        Claim::HeadersAsSent => HEADERS_AS_SENT,
        Claim::DateAsStated => DATE_AS_STATED,
        Claim::DocumentAsSaved => DOCUMENT_AS_SAVED,
        Claim::MailedByDomain => MAILED_BY_DOMAIN,
    }
}

/// What a document's property says.
pub fn property(name: Name) -> Text {
    match name {
        Name::Author => AUTHOR,
        Name::LastAuthor => LAST_AUTHOR,
        Name::LastOpenedBy => LAST_OPENED_BY,
        Name::Editor => EDITOR,
        Name::Title => TITLE,
        Name::Subject => TOPIC,
        Name::Keywords => KEYWORDS,
        Name::Description => DESCRIPTION,
        Name::Company => COMPANY,
        Name::Manager => MANAGER,
        Name::Created => CREATED,
        Name::Modified => MODIFIED,
        Name::Printed => PRINTED,
        Name::Edited => EDITED,
        Name::Stored => STORED,
        Name::Program => PROGRAM,
        Name::Version => PROGRAM_VERSION,
        Name::Template => TEMPLATE,
        Name::Language => LANGUAGE,
        Name::Codepage => CODEPAGE,
        Name::Revision => REVISION,
        Name::EditMinutes => EDIT_MINUTES,
        Name::Pages => PAGES,
        Name::Words => WORDS,
        Name::Printer => PRINTER,
        Name::Path => FILE_PATH,
        Name::Id => IDENTIFIER,
        Name::RevisionSaveId => EDITING_SESSION,
        Name::Font => FONT,
        Name::Device => DEVICE,
        Name::Place => GEOGRAPHIC_PLACE,
        Name::Label => LABEL,
    }
}

pub fn cover(cover: Cover) -> Text {
    match cover {
        Cover::Covered => COVERED,
        Cover::Uncovered => UNCOVERED,
        Cover::Tail => TAIL,
        Cover::Absent => ABSENT,
    }
}

pub fn direction(direction: Direction) -> Text {
    match direction {
        Direction::Supports => SUPPORTS,
        Direction::Contradicts => CONTRADICTS,
        Direction::Neutral => NEUTRAL,
        Direction::Inconclusive => INCONCLUSIVE,
    }
}

/// How an item is tied to another one; `is_other` where it is the one that something is said of.
pub fn relation(relation: Relation, is_other: bool) -> Text {
    match (relation, is_other) {
        (Relation::Copy, _) => LINK_COPY,
        (Relation::SameId, _) => LINK_SAME_ID,
        (Relation::Reply, false) => LINK_REPLY,
        (Relation::Reply, true) => LINK_ANSWERED,
        (Relation::Quote, false) => LINK_QUOTE,
        (Relation::Quote, true) => LINK_QUOTED,
        (Relation::Attachment, false) => LINK_ATTACHMENT,
        (Relation::Attachment, true) => LINK_ATTACHED,
        (Relation::Variant, _) => LINK_VARIANT,
        (Relation::LookAlike, _) => LINK_LOOK_ALIKE,
        (Relation::Reference, _) => LINK_REFERENCE,
    }
}

pub fn outcome(outcome: Outcome) -> Text {
    match outcome {
        Outcome::Holds => HOLDS,
        Outcome::BodyDiffers => BODY_DIFFERS,
        Outcome::HeadersDiffer => HEADERS_DIFFER,
        Outcome::BothDiffer => BOTH_DIFFER,
        Outcome::CannotTell => CANNOT_TELL,
    }
}

pub fn cannot_tell(why: CannotTell) -> Text {
    match why {
        CannotTell::KeyUnknown => KEY_UNKNOWN,
        CannotTell::KeyDoesNotOpen => KEY_DOES_NOT_OPEN,
        CannotTell::KeyRevoked => KEY_REVOKED,
        CannotTell::KeyNotForThis => KEY_NOT_FOR_THIS,
        CannotTell::Malformed => MALFORMED,
        CannotTell::Unsupported => UNSUPPORTED,
        CannotTell::Ed25519 => ED25519,
        CannotTell::OneDigest => ONE_DIGEST,
        CannotTell::Bounded => BOUNDED,
    }
}

pub fn step(step: NeutralStep) -> Text {
    match step {
        NeutralStep::LineEnds => LINE_ENDS,
        NeutralStep::UnstuffedMboxrd | NeutralStep::UnstuffedMboxo => UNSTUFFED,
    }
}

pub fn alignment(alignment: Alignment) -> Text {
    match alignment {
        Alignment::Strict => STRICT,
        Alignment::Relaxed => RELAXED,
        Alignment::Tenant => TENANT,
        Alignment::None => UNALIGNED,
    }
}

/// A layer of protection, by its name in JSON.
pub fn layer(name: &str) -> Text {
    match name {
        "process" => LAYER_PROCESS,
        "time" => LAYER_TIME,
        "answer" => LAYER_ANSWER,
        "file-system-and-network" => LAYER_LANDLOCK,
        "system-calls" => LAYER_SECCOMP,
        "memory" => LAYER_MEMORY,
        _ => LAYER_COLLECTOR,
    }
}

pub fn attempt(attempt: Attempt) -> Text {
    match attempt {
        Attempt::ReadFile => TRY_READ,
        Attempt::WriteFile => TRY_WRITE,
        Attempt::AppendFile => TRY_APPEND,
        Attempt::Connect => TRY_CONNECT,
        Attempt::StartProgram => TRY_PROGRAM,
        Attempt::StartProcess => TRY_PROCESS,
        Attempt::Trace => TRY_TRACE,
        Attempt::Signal => TRY_SIGNAL,
        Attempt::Allocate => TRY_ALLOCATE,
        Attempt::Hang => TRY_HANG,
        Attempt::Boast => TRY_BOAST,
    }
}

/// The header field a family stands for; a name, the same in every language.
pub fn family(family: Family) -> &'static str {
    match family {
        Family::Dkim => "DKIM-Signature",
        Family::XGoogle => "X-Google-DKIM-Signature",
        Family::ArcMessage => "ARC-Message-Signature",
        Family::ArcSeal => "ARC-Seal",
        Family::DomainKeys => "DomainKey-Signature",
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use lydite_core::checks;
    use lydite_corpus::joins;

    use super::*;

    /// Design rule 16, as whole words or phrases.
    const FORBIDDEN: &[&str] = &[
        "fake",
        "fakes",
        "faked",
        "forged",
        "forger",
        "genuine",
        "proved",
        "proven",
        "bot",
        "bots",
        "hacked by",
        "faux",
        "fausse",
        "fausses",
        "falsifié",
        "falsifiée",
        "forgé",
        "forgée",
        "truqué",
        "truquée",
        "authentique",
        "authentiques",
        "prouvé",
        "prouvée",
        "piraté par",
        "piratée par",
    ];

    fn assert_clean(place: &str, text: &str) {
        let words: String = text
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in FORBIDDEN {
            let found = format!(" {words} ").contains(&format!(" {word} "));
            assert!(!found, "{place} says “{word}”: {text}");
        }
    }

    #[test]
    fn the_binary_never_says_what_no_machine_can_know() {
        let commands = crate::cli::custody_words::ALL.iter().chain(crate::cli::lab_words::ALL);
        let commands = commands.chain(crate::beside::words::ALL);
        for (name, text) in ALL.iter().chain(crate::report::words::ALL).chain(commands) {
            assert_clean(name, text.en);
            assert_clean(name, text.fr);
            assert!(!text.en.is_empty() && !text.fr.is_empty(), "{name}");
        }
    }

    #[test]
    fn no_check_says_what_no_machine_can_know() {
        let joins = joins::ALL.iter().map(|join| (join.id, join.codes));
        for (id, codes) in checks::ALL.iter().map(|check| (check.id, check.codes)).chain(joins) {
            for code in codes {
                let place = format!("{id} {}", code.name);
                for text in [code.meaning.en, code.meaning.fr, code.innocent.en, code.innocent.fr] {
                    assert_clean(&place, text);
                }
            }
        }
    }

    #[test]
    fn the_help_never_says_what_no_machine_can_know() {
        fn walk(command: &mut clap::Command) {
            let help = command.render_long_help().to_string();
            assert_clean(command.get_name(), &help);
            command.get_subcommands_mut().for_each(walk);
        }
        walk(&mut crate::cli::Cli::command());
    }

    #[test]
    fn a_forbidden_word_is_found() {
        let caught = std::panic::catch_unwind(|| assert_clean("test", "it is (Forged)."));
        assert!(caught.is_err());
        assert_clean("test", "both, bottom, robot");
    }
}
