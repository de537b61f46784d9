//! What is said of a made leak and its score.

use lydite_core::check::Text;

use crate::wording::texts;

texts! {
    MADE: "a made leak of fictional people, with the truth about each item, is in",
        "une fuite fabriquée de personnages fictifs, avec la vérité sur chaque élément, se trouve dans";
    ITEMS: "items in truth.jsonl", "éléments dans truth.jsonl";
    NEXT: "next", "ensuite";
    LIFTS: "planted items whose attacked claim came out verified or corroborated",
        "éléments glissés dont l'affirmation attaquée ressort vérifiée ou corroborée";
    HARD: "untouched items altered or contradicted", "éléments intacts altérés ou contredits";
    SOFT: "untouched items anomalous", "éléments intacts anormaux";
    RECALL: "planted items that something could tell, brought to light",
        "éléments glissés que quelque chose pouvait trahir, mis au jour";
    REACHED: "untouched items that a chain reaches, settled",
        "éléments intacts qu'une chaîne atteint, tranchés";
    OF_ALL: "all untouched items, settled", "tous les éléments intacts, tranchés";
    SIGNED: "by a signature of their own alone", "par leur seule signature";
    BEYOND: "settled without a chain in the truth", "tranchés sans chaîne dans la vérité";
    PLANTED: "Planted, by who planted it and what", "Glissé, par qui et quoi";
    TOLD: "brought to light of those that something could tell; of the others; lifted; how judged",
        "mis au jour parmi ceux que quelque chose pouvait trahir ; parmi les autres ; élevés ; jugés";
    INNOCENT: "Untouched, by what is odd about it", "Intact, par ce qui s'y trouve d'étrange";
    ACCUSED: "how many; anomalous; altered or contradicted; how judged",
        "combien ; anormaux ; altérés ou contredits ; jugés";
    OTHERS: "Neither planted to attack a claim nor untouched",
        "Ni glissé pour attaquer une affirmation, ni intact";
    CHAINS: "Settled, by what reaches it", "Tranché, par ce qui l'atteint";
    MISSING: "items of the truth that the case does not have",
        "éléments de la vérité absents du dossier";
    UNKNOWN: "items of the case that the truth does not have",
        "éléments du dossier absents de la vérité";
}
