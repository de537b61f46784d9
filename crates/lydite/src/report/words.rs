//! Words that only the report says. What statuses, marks and findings are called stands in
//! `wording.rs` and with the checks.

use lydite_core::check::Text;

use crate::wording::texts;

texts! {
    KICKER: "Lydite · report on a dump", "Lydite · rapport sur une fuite";
    TITLE: "What the bytes can show", "Ce que les octets peuvent montrer";
    SKIP: "Skip to the summary", "Aller au résumé";
    CONTENTS: "Contents", "Sommaire";
    CASE: "Case", "Dossier";
    SOURCES: "Dump", "Fuite";
    PROGRAM: "Program", "Programme";
    DIGEST: "Digest of verdicts", "Empreinte";

    READ: "How to read this report", "Comment lire ce rapport";
    READ_WHAT:
        "Lydite looked at every item of the dump, opened its signatures with archived public keys \
         and compared what they say with what stands there. This report lists what came out, item \
         by item, with the bytes each finding rests on, so that another newsroom can check it \
         again without trusting this one.",
        "Lydite a examiné chaque élément de la fuite, ouvert ses signatures avec des clés publiques \
         archivées et comparé ce qu’elles disent à ce qui s’y trouve. Ce rapport énumère les \
         résultats, élément par élément, avec les octets sur lesquels repose chaque constat, pour \
         qu’une autre rédaction puisse tout vérifier sans devoir nous croire.";
    READ_STATUS:
        "A status speaks of bytes, never of people. It says whether a mail is what was signed; not \
         whether what it says is true, who typed it, or why it is in the dump.",
        "Un statut parle d’octets, jamais de personnes. Il dit si un courriel est ce qui a été \
         signé ; non si ce qu’il raconte est vrai, qui l’a tapé, ni pourquoi il est dans la fuite.";
    READ_ABSENCE:
        "No signature is evidence of nothing. Most old mail has none, most keys were never \
         archived, and every mailing list breaks signatures: undetermined is no suspicion.",
        "L’absence de signature n’est un indice de rien. La plupart des vieux courriels n’en ont \
         pas, la plupart des clés n’ont jamais été archivées et chaque liste de diffusion casse \
         des signatures : indéterminé n’est pas un soupçon.";
    READ_AGAINST:
        "Where findings speak against an item, innocent causes stand beside them. They must be \
         excluded by people before anything is said in public.",
        "Là où des constats parlent contre un élément, leurs causes innocentes figurent à côté. \
         Des personnes doivent les exclure avant que rien ne soit dit en public.";
    READ_STRENGTH:
        "Strength is given as a word and a band: how many times more likely such a finding is \
         where the claim it supports holds than where it does not; for a finding against a claim, \
         the other way round. The band is fixed for each kind of finding and never computed for \
         the item. Bands are not added up.",
        "La force est donnée par un mot et une fourchette : combien de fois un tel constat est \
         plus probable là où l’affirmation qu’il appuie tient que là où elle ne tient pas ; pour \
         un constat contre une affirmation, l’inverse. La fourchette est fixée pour chaque sorte \
         de constat, jamais calculée pour l’élément. Les fourchettes ne s’additionnent pas.";
    READ_PERSON:
        "No machine decides what is published. A person does.",
        "Aucune machine ne décide de ce qui est publié. Une personne le fait.";
    READ_TEXT:
        "The texts of the mails are not printed here, only what is needed to check a finding; the \
         case holds them.",
        "Le texte des courriels n’est pas imprimé ici, seulement ce qu’il faut pour vérifier un \
         constat ; le dossier les conserve.";

    SUMMARY: "Summary", "Résumé";
    STATUS: "Status", "Statut";
    SHARE: "Share", "Part";
    MEANS: "What it says", "Ce qu’il dit";
    BAR: "Items by status, as a bar", "Éléments par statut, en barre";
    TOTAL: "Total", "Total";

    ACCOUNTING: "Nothing is lost: the accounting", "Rien ne se perd : le décompte";
    ACCOUNTING_SAYS:
        "Every item that was seen was examined or is listed here with its reason. Both sides are \
         counted apart and are equal.",
        "Chaque élément vu a été examiné ou figure ici avec sa raison. Les deux côtés sont comptés \
         séparément et sont égaux.";
    REASON: "What became of it", "Ce qu’il en est advenu";

    SIGNERS: "Signers", "Signataires";
    SIGNERS_SAYS:
        "How the signatures of each signer fare, counted in mails; the best signature of a mail \
         counts. A signature over another text says that something changed on the way; lists and \
         gateways do that every day.",
        "Le sort des signatures de chaque signataire, compté en courriels ; la meilleure signature \
         d’un courriel compte. Une signature sur un autre texte dit que quelque chose a changé en \
         chemin ; listes et passerelles le font chaque jour.";
    SIGNER: "Signer", "Signataire";
    HOLD: "Hold", "Tiennent";
    REPAIRED: "of them repaired", "dont réparées";
    BODY: "Body differs", "Corps différent";
    HEADERS: "Headers differ", "En-têtes différents";
    BOTH: "Both differ", "Les deux diffèrent";
    CANNOT: "Cannot tell", "Indécidable";
    SIGNED_MAILS: "Signed", "Signés";
    NO_SIGNATURE: "No signature", "Sans signature";
    ROUTES: "Routes", "Chemins";
    ROUTES_SAYS:
        "The same for the DKIM signatures, by the server that wrote the topmost Received field. \
         That field is not signed.",
        "De même pour les signatures DKIM, par serveur ayant écrit le champ Received du haut. Ce \
         champ n’est pas signé.";
    ROUTE: "Last server", "Dernier serveur";
    NO_ROUTE: "no Received field", "pas de champ Received";
    RELAYED: "through a list or gateway", "par une liste ou passerelle";
    RECOVERED:
        "(beside the mail that was signed, recovered letter for letter)",
        "(à côté du message signé, retrouvé à la lettre)";
    RECOVERED_HEADERS:
        "(beside the signed headers, recovered; the signed body is not)",
        "(à côté des en-têtes signés, retrouvés ; le corps signé ne l’est pas)";
    SEARCHED: "Signed mail recovered", "Messages signés retrouvés";
    SEARCHED_SAYS:
        "Of mails whose signature is real and does not hold as found: how often the signed headers, \
         the signed body, and with both the whole original were recovered.",
        "Parmi les messages dont la signature est réelle et ne tient pas telle quelle : combien de \
         fois les en-têtes signés, le corps signé, et avec les deux l’original entier ont été \
         retrouvés.";
    SEARCHED_MAILS: "Searched", "Cherchés";
    FOUND_HEADERS: "Headers", "En-têtes";
    FOUND_BODY: "Body", "Corps";
    FOUND_WHOLE: "Whole original", "Original entier";
    BACK: "Steps back to what was signed", "Étapes de retour vers le signé";
    STEPS: "Neutral steps", "Étapes neutres";
    STEPS_SAYS:
        "Signatures that hold once a change of transport is undone. Such a step changes how bytes \
         travelled, not what they say.",
        "Signatures qui tiennent une fois défait un changement de transport. Une telle étape change \
         la façon dont les octets ont voyagé, non ce qu’ils disent.";
    STEP: "Step", "Étape";
    OTHERS: "others", "autres";
    REST: "others, counted together", "autres, comptés ensemble";

    KEYS: "Keys", "Clés";
    KEYS_USED: "Keys that opened a signature", "Clés qui ont ouvert une signature";
    KEYS_USED_NONE: "No key opened a signature.", "Aucune clé n’a ouvert de signature.";
    KEYS_WANTED: "Keys that would settle more mail", "Clés qui trancheraient d’autres courriels";
    KEYS_WANTED_SAYS:
        "Public keys that signatures name and that are not known here. An archived record of one \
         can settle the number of mails beside it.",
        "Clés publiques que des signatures nomment et qui ne sont pas connues ici. Un \
         enregistrement archivé de l’une peut trancher le nombre de courriels indiqué.";
    NAME: "Name in DNS", "Nom DNS";
    BITS: "Bits", "Bits";
    GRADE: "Grade", "Rang";
    SEEN_FROM: "Seen", "Vue";
    SOURCE: "Source", "Source";
    SETTLES: "Would settle", "Trancherait";
    WANTED_BY: "Named by", "Nommée par";
    GRADES:
        "Grades: A, published and archived; B, found again from mail outside the dump; supplied, \
         given by the user of this case. C and D, recovered from the dump itself, anchor no \
         verdict.",
        "Rangs : A, publiée et archivée ; B, retrouvée à partir de courriels extérieurs à la \
         fuite ; fournie, donnée par l’utilisateur de ce dossier. C et D, retrouvées dans la \
         fuite même, n’ancrent aucun verdict.";
    SUPPLIED: "supplied", "fournie";
    UNKNOWN_DAY: "unknown", "inconnu";

    VERDICTS: "Verdicts", "Verdicts";
    VERDICT: "Verdict", "Verdict";
    ITEM: "Item", "Élément";
    DATE: "Date stated", "Date affichée";
    NO_DATE: "no date", "sans date";
    NO_SUBJECT: "no subject", "sans objet";
    NO_FROM: "no sender", "sans expéditeur";

    EVIDENCE: "Evidence, item by item", "Les indices, élément par élément";
    CHOSEN_ALL: "All items follow.", "Tous les éléments suivent.";
    CHOSEN:
        "Printed in full: every item that findings speak against, every conflict, every mark that \
         asks for a person (ambiguous, truncated, encrypted, exposed tail), and the first items of \
         each other status, as many as the number behind. For the others: lydite show CASE ITEM, \
         or this report with --items all.",
        "Imprimés en entier : chaque élément contre lequel parlent des constats, chaque conflit, \
         chaque marque qui demande une personne (ambigu, tronqué, chiffré, queue exposée), et les \
         premiers éléments de chaque autre statut, autant que le nombre ci-après. Pour les \
         autres : lydite show DOSSIER ÉLÉMENT, ou ce rapport avec --items all.";
    EACH: "items of each other status", "éléments de chaque autre statut";
    PRINTED: "items printed in full", "éléments imprimés en entier";
    OF: "of", "sur";
    ROWS_CUT:
        "The table is cut here. Not listed, and to be had with lydite verdicts CASE --csv, or this \
         report with --items all:",
        "Le tableau est coupé ici. Non listés, à obtenir par lydite verdicts DOSSIER --csv ou ce \
         rapport avec --items all :";
    FROM: "From", "De";
    TO: "To", "À";
    CC: "Cc", "Copie";
    MESSAGE_ID: "Message-ID", "Message-ID";
    SIZE: "Size", "Taille";
    GROUNDS: "Grounds", "Motif";
    CLAIM: "Claim", "Affirmation";
    PART_BODY: "Body", "Corps";
    PART_READING: "Reading of the body", "Lecture du corps";
    PART_ATTACHMENTS: "Attachments", "Pièces jointes";
    OUTCOME: "Outcome", "Issue";
    RELATION: "Signer and From", "Signataire et From";
    SIGNED_AT: "Signed at", "Signé le";
    OTHER_FINDINGS: "Findings that speak neither way", "Constats qui ne tranchent pas";
    PARTICULARS: "Particulars", "Détail";
    CHECK: "Check", "Contrôle";
    DIFFERENCE: "Difference", "Différence";
    DIFFERENCE_KEY:
        "Struck out with −: only in the original. Underlined with +: only in what was found.",
        "Barré avec − : seulement dans l’original. Souligné avec + : seulement dans ce qui a été \
         trouvé.";
    ONLY_ORIGINAL: "only in the original:", "seulement dans l’original :";
    ONLY_FOUND: "only in what was found:", "seulement dans ce qui a été trouvé :";
    END_OF_PIECE: "end.", "fin.";
    COPY_SIGNED:
        "The original is the copy that the signature carries (z=), and the signature holds over it.",
        "L’original est la copie que porte la signature (z=), et la signature la couvre et tient.";
    COPY_CLAIMED:
        "The original is the copy that the signature carries (z=). The signature does not hold \
         over the headers as they stand, so the copy is a claim like any other.",
        "L’original est la copie que porte la signature (z=). La signature ne tient pas sur les \
         en-têtes tels qu’ils sont, la copie est donc une affirmation comme une autre.";
    EXPLAINED: "The rest equals what this list or gateway adds to other mail.",
        "Le reste est égal à ce que cette liste ou passerelle ajoute à d’autres courriels.";
    UNEXPLAINED: "The rest is not explained.", "Le reste n’est pas expliqué.";
    BY_LINES: "compared line by line: too long for words",
        "comparé ligne à ligne : trop long pour les mots";
    BY_BLOCK: "shown as one replaced block: too long to compare",
        "montré comme un seul bloc remplacé : trop long à comparer";
    ALIKE: "characters alike", "caractères identiques";
    NOT_SHOWN: "characters not shown", "caractères non montrés";
    AGAIN: "This item on its own", "Cet élément seul";

    CHECKS: "Checks that ran, and how to run them again",
        "Les contrôles effectués, et comment les refaire";
    CHECKS_SAYS:
        "What each check can and cannot show, and how it can be fooled, is printed by lydite \
         explain.",
        "Ce que chaque contrôle peut et ne peut pas montrer, et comment on peut le tromper : \
         lydite explain.";
    VERSION: "Version", "Version";
    GROUP: "Group", "Groupe";
    RERUN:
        "The same dump, keys and version give the same verdicts, byte for byte. The last command \
         must print the digest at the head of this report.",
        "La même fuite, les mêmes clés et la même version donnent les mêmes verdicts, à l’octet \
         près. La dernière commande doit imprimer l’empreinte en tête de ce rapport.";
    RERUN_KEYS: "Keys that the user supplied are in the case:",
        "Les clés fournies par l’utilisateur sont dans le dossier :";

    METHOD: "Method and limits", "Méthode et limites";
    METHOD_HOW:
        "Collected item by item, each identified by its SHA-256; split into header fields and \
         parts; every signature opened with the keys known for its day; every check run; then \
         judged by a fixed table of conditions, never by adding up points. Lydite opens no network \
         connection.",
        "Collecte élément par élément, chacun identifié par son SHA-256 ; découpe en champs \
         d’en-tête et parties ; ouverture de chaque signature avec les clés connues pour son jour ; \
         exécution de chaque contrôle ; puis jugement par une table fixe de conditions, jamais par \
         addition de points. Lydite n’ouvre aucune connexion réseau.";
    METHOD_KEYS:
        "A verdict is as good as its keys. A key that fell into other hands, or a provider that \
         signs whatever an opened account sends, signs a planted mail as well as any other.",
        "Un verdict vaut ce que valent ses clés. Une clé tombée en d’autres mains, ou un \
         fournisseur qui signe tout ce qu’envoie un compte ouvert, signe un courriel glissé aussi \
         bien qu’un autre.";
    METHOD_DATE:
        "Dates are those a mail states. Servers sign the date a client gives them; where no time \
         of signing supports it, the claim on the date stays open.",
        "Les dates sont celles qu’affiche le courriel. Les serveurs signent la date que leur donne \
         le logiciel ; sans heure de signature à l’appui, l’affirmation sur la date reste ouverte.";
    METHOD_KINDS:
        "Mail, documents and images are examined. Everything else is kept, counted and listed, not \
         examined.",
        "Courriels, documents et images sont examinés. Tout le reste est conservé, compté et listé, \
         non examiné.";
    METHOD_ESCAPED:
        "Control characters and characters that hide or reorder text are shown as signs or \
         numbers. Offsets count bytes from 0 of the item's raw bytes, the end excluded.",
        "Les caractères de commande et ceux qui cachent ou déplacent du texte sont montrés par des \
         signes ou des nombres. Les positions comptent les octets bruts depuis 0, fin exclue.";
    METHOD_LANGUAGE:
        "Particulars of findings and reasons are in English in every language, as in the tables.",
        "Le détail des constats et les raisons sont en anglais dans toutes les langues, comme dans \
         les tables.";
}
