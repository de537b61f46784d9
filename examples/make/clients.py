"""The cases beside the checks of clients: names, and what stands beside them."""

from cases import SIGNED_AT
from checks import CHECKS, case
from clocks import gmail_boundary, multipart, next_part, outlook_id, whole

OUTLOOK = "Microsoft Outlook Express 6.00.2600.0000"
BAT = "The Bat! (v1.61) Personal"
BAT_ID = "<1411192817.20170314091244@parti-horizon.example>"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:45.0) Gecko/20100101 Thunderbird/"


def client_grammar():
    def add(name, why, codes, data):
        case("client_grammar", name, why, codes, data, keys=())

    add("agrees", "The Bat and its own id.", ["agrees"], whole(Message_ID=BAT_ID, X_Mailer=BAT))
    add("agrees-gmail", "Gmail's id, and the boundary that it writes.", ["agrees"],
        multipart(gmail_boundary(SIGNED_AT), Message_ID="<CAF1x@mail.gmail.com>"))
    add("another-clients-form", "The Bat is named, the id is in Outlook's form, and nobody "
        "rewrote it.", ["another-clients-form"],
        whole(Message_ID=outlook_id(SIGNED_AT), X_Mailer=BAT))
    add("another-clients-boundary", "The Bat is named and has its id; the boundary is Outlook's. "
        "Too few boundaries of The Bat were seen to say anything.", ["agrees"],
        multipart(next_part(SIGNED_AT), Message_ID=BAT_ID, X_Mailer=BAT))
    add("on-a-list", "The same, on a list that may have given it another id.", ["other-form"],
        whole(Message_ID=outlook_id(SIGNED_AT), X_Mailer=BAT, List_Id="<halls.example.org>"))
    add("sent-for-another", "The same, sent by another program for the author.", ["other-form"],
        whole(Message_ID=outlook_id(SIGNED_AT), X_Mailer=BAT, Sender="desk@parti-horizon.example"))
    add("chosen-name", "Mozilla lets its users choose the name: its id says nothing.",
        ["other-form"], whole(Message_ID="<58C7A3BC.7040105@parti-horizon.example>", X_Mailer=BAT))
    add("given-by-server", "A server gave the id, since the mail had none.", [],
        whole(Message_ID="<20170314081244.4B1C22A0@mx.parti-horizon.example>", X_Mailer=BAT))
    add("of-another-version", "A version whose forms were not measured.", [],
        whole(Message_ID=outlook_id(SIGNED_AT), User_Agent=THUNDERBIRD + "999.0"))
    add("no-time", "Outlook's form without a time agrees with nothing.", [],
        whole(Message_ID="<000700e3e35c$2d5c1a60$6031a8c0@anna>", X_Mailer=OUTLOOK))
    add("malformed", "An id without its end, a boundary without its text, a name of blanks.", [],
        multipart("", Message_ID="<1411192817.", X_Mailer=" The Bat! (v"))


def client_release():
    def add(name, why, codes, data):
        case("client_release", name, why, codes, data, keys=())

    add("newer-than-date", "Thunderbird 68.10.0 is of 2020, Date of 2017.", ["newer-than-date"],
        whole(User_Agent=THUNDERBIRD + "68.10.0"))
    add("within-margin", "Thunderbird 52.0 is of April 2017; testers had it before.", [],
        whole(User_Agent=THUNDERBIRD + "52.0"))
    add("older", "Thunderbird 45.2.0 is of 2016.", [], whole(User_Agent=THUNDERBIRD + "45.2.0"))
    add("unknown", "A version that nobody released.", [],
        whole(User_Agent=THUNDERBIRD + "68.10.0a1"))
    add("malformed", "A name that ends in its slash.", [], whole(User_Agent="Thunderbird/"))


def make():
    for cases in [client_grammar, client_release]:
        for old in (CHECKS / cases.__name__).glob("*.*"):
            old.unlink()
        cases()
