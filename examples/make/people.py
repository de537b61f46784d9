"""Kinds of the labelled set that bear a person's signature or key; after `labelled.py`."""

from cases import BODY, OTHER_BODY
from labelled import forged, odd
from personal import (LEAF, Gpg, entity, in_list, keydata, pgp_mail,
                      smime_mail, whole)


def careless():
    add, _ = forged("careless")
    add("smime-text-changed", "The text of an S/MIME mail was changed: its key signed another one.",
        "undetermined", smime_mail(found=entity(OTHER_BODY)), ["smime-signature:other-text"])
    anna, new = Gpg("anna"), Gpg("anna-new")
    add("openpgp-text-changed", """The text of an OpenPGP mail was changed: the digest it shows is
        another's, no key is needed to see it.""", "undetermined",
        pgp_mail(anna, found=entity(OTHER_BODY)), ["openpgp-signature:other-text"])
    add("smime-words-beside", "Words were put beside a signed part.", "undetermined",
        in_list(smime_mail(), OTHER_BODY.encode()), ["smime-signature:holds-part"])
    add("openpgp-key-not-yet", "Signed with a key made a year after Date.", "anomalous",
        pgp_mail(new, time="20180507T100000!", changes={"Autocrypt": keydata(new.public())}),
        ["openpgp-signature:key-later-than-date"])
    add("smime-certificate-not-yet", "Signed with a certificate that begins a year after Date.",
        "anomalous", smime_mail(certificates=[LEAF(begins="180301000000Z")], time="180314081244Z"),
        ["smime-signature:key-later-than-date"])
    add("smime-of-another", "A mail under the name of Anna, signed by another person.", "undetermined",
        smime_mail(certificates=[LEAF(address="luc.besnard@parti-horizon.example")]),
        ["smime-signature:holds-other-address"])
    add("key-of-his-own", "A key of the forger's, brought under the victim's name.", "undetermined",
        whole(OTHER_BODY.encode(), "text/plain; charset=utf-8", Autocrypt=keydata(new.public())),
        ["carried-keys:autocrypt"])
    anna.close()
    new.close()


def knowing():
    add, silent = forged("knowing")
    add("smime-text-replayed", "A text that she signed in December, put under a Date of March.",
        "consistent", smime_mail(time="161201100000Z"), ["smime-signature:signed-elsewhen"])
    silent("smime-authority-of-his-own", """He made an authority and a certificate in her name: nobody
        outside the mail vouches for them.""", "consistent", smime_mail(entity(OTHER_BODY)),
        ["smime-signature:holds-unanchored-key"])
    new = Gpg("anna-new")
    silent("openpgp-key-of-his-own", "He made a key in her name and brings it along.", "consistent",
           pgp_mail(new, entity(OTHER_BODY), changes={
               "Autocrypt": keydata(new.public()), "Date": "Thu, 10 May 2018 09:12:44 +0200",
               "Message-ID": "<20180510071244.7A1C@mail.parti-horizon.example>"},
               time="20180510T071244!"),
           ["openpgp-signature:holds-unanchored-key"])
    new.close()


def innocent():
    odd("smime-in-a-list", "A list wrapped the signed mail and put its footer beside it.",
        "undetermined", in_list(smime_mail()), found=["smime-signature:holds-part"])
    odd("smime-text-cut-by-gateway", "A gateway put a banner into the signed text.", "undetermined",
        smime_mail(found=entity("[external mail]\r\n" + BODY)), found=["smime-signature:other-text"])
    odd("smime-ended", "She went on signing with a certificate that had ended.", "undetermined",
        smime_mail(certificates=[LEAF(ends="170101000000Z")]),
        found=["smime-signature:holds-unfit-key"])
    odd("smime-of-an-assistant", "An assistant signs with his own certificate.", "undetermined",
        smime_mail(certificates=[LEAF(address="office@parti-horizon.example")]),
        found=["smime-signature:holds-other-address"])
    odd("smime-alone", "A signed mail with its chain, which nobody gave us.", "consistent",
        smime_mail(), found=["smime-signature:holds-unanchored-key"])
    anna = Gpg("anna")
    odd("openpgp-without-key", "A signed mail whose key is elsewhere.", "undetermined", pgp_mail(anna),
        found=["openpgp-signature:key-unknown"])
    odd("openpgp-a-day-in-drafts", "Signed a day before it was sent.", "consistent",
        pgp_mail(anna, time="20170313T081244!", changes={"Autocrypt": keydata(anna.public())}),
        found=["openpgp-signature:holds-unanchored-key"])
    anna.close()


def make():
    careless()
    knowing()
    innocent()


if __name__ == "__main__":
    make()
