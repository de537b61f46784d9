"""The cases beside the clock checks: ids counted as the programs count them."""

from cases import BODY, SIGNED_AT, mail, received
from checks import CHECKS, case
import dkim

DAY = 86_400
HOST = "mail.parti-horizon.example"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"


def filetime(seconds):
    """High and low half of a FILETIME, of seconds since 1970."""
    steps = (seconds + 11_644_473_600) * 10_000_000
    return steps >> 32, steps & 0xFFFFFFFF


def outlook_id(seconds):
    high, low = filetime(seconds)
    return f"<0007{high:08x}${low:08x}$6031a8c0@anna>"


def next_part(seconds):
    high, low = filetime(seconds)
    return f"----=_NextPart_000_0001_{high:08X}.{low:08X}"


def gmail_boundary(seconds):
    micros = f"{seconds * 1_000_000 + 123_456:014x}"
    return f"000000000000{micros[8:]}{micros[:8]}5c"


def parts(boundary):
    kind = "Content-Type: text/plain\r\n\r\n"
    return f"--{boundary}\r\n{kind}{BODY}--{boundary}--\r\n"


def whole(body=BODY, hop=None, **changes):
    fields, body = mail(body, **changes)
    return dkim.render([received(hop), *fields], body)


def multipart(boundary, **changes):
    kind = f'multipart/mixed;\r\n boundary="{boundary}"'
    return whole(parts(boundary), Content_Type=kind, **changes)


def embedded_clock():
    def add(name, why, codes, data):
        case("embedded_clock", name, why, codes, data, keys=())

    late = "Received: from anna (anna [192.0.2.9])\r\n\tby mx.parti-horizon.example (Postfix) with " \
        "ESMTP id 4B1C22A0;\r\n\tWed, 14 Mar 2018 09:12:46 +0100 (CET)"
    year = 365 * DAY
    add("agrees", "Outlook's id, half a minute after Date.", ["agrees"],
        whole(Message_ID=outlook_id(SIGNED_AT + 30)))
    add("near", "The window of a reply was opened three hours before it was sent.", ["near"],
        whole(Message_ID=outlook_id(SIGNED_AT - 3 * 3600)))
    add("clock-later", "Date was put back a year; id and the first server's stamp were not.",
        ["clock-later"], whole(hop=late, Message_ID=outlook_id(SIGNED_AT + year)))
    add("made-later", "An export gave the mail a new id, years after it was delivered.",
        ["made-later"], whole(Message_ID=outlook_id(SIGNED_AT + 3 * year)))
    add("clock-later-gmail", "No exporter makes Gmail's boundaries.", ["clock-later"],
        multipart(gmail_boundary(SIGNED_AT + year), Message_ID="<a@parti-horizon.example>"))
    add("clock-earlier", "An id a year older than Date.", ["clock-earlier"],
        whole(Message_ID=outlook_id(SIGNED_AT - year)))
    add("dated-id", "A date that the eye reads supports nothing.", ["near"], whole())
    add("dated-id-later", "Anybody's script writes dates into ids; nothing follows.", ["near"],
        whole(Message_ID=f"<20180314081244.7A1C@{HOST}>"))
    add("sender-offset", "The boundary holds eight hours more than Date, which stands in UTC.",
        ["agrees", "sender-offset"],
        multipart(next_part(SIGNED_AT + 8 * 3600), Message_ID="<a@parti-horizon.example>",
                  Date="Tue, 14 Mar 2017 08:12:44 +0000"))
    add("other-zone", "The wall clock is five hours from the one that Date states.",
        ["near", "sender-offset"],
        multipart(next_part(SIGNED_AT + 6 * 3600), Message_ID="<a@parti-horizon.example>"))
    add("wall-clock", "The boundary holds the wall clock that Date states.", ["agrees"],
        multipart(next_part(SIGNED_AT + 3600), Message_ID="<a@parti-horizon.example>"))
    add("malformed", "Ids cut short, with other letters, without Date.", [],
        whole(Date="soon", Message_ID="<000701d29c9a$$6031a8c0@", Thread_Index="AdKc===",
              X_GM_MSGID="1e9", X_OriginalArrivalTime="FILETIME=[:]"))


def hop_clock():
    def add(name, why, codes, hop):
        case("hop_clock", name, why, codes, whole(hop=hop), keys=())

    def google(seconds):
        return ("X-Received: by 2002:a17:906:1 with SMTP id a17csp1234567abc.12."
                f"{seconds}001;\r\n        Tue, 14 Mar 2017 01:12:44 -0700 (PDT)")

    def sendmail(year):
        number = "".join(ALPHABET[n] for n in [(year - 1900) % 60, 2, 14, 8, 12, 40])
        return (f"Received: from anna by {HOST} (8.14.4/8.14.4) with ESMTP id {number}0K012345;\r\n"
                "\tTue, 14 Mar 2017 08:12:44 GMT")

    add("agree", "Milliseconds in a Google hop, its stamp beside them.", ["agree"],
        google(SIGNED_AT))
    add("agree-sendmail", "A year known modulo 60.", ["agree"], sendmail(2017))
    add("outside", "The stamp says 2017, the number a day in 2019.", ["outside"],
        google(SIGNED_AT + 700 * DAY))
    add("outside-sendmail", "The stamp says 2017, the number 2012.", ["outside"], sendmail(2012))
    add("no-such-time", "Postfix counts microseconds up to F423F.", ["no-such-time"],
        received().decode().replace("4B1C22A0", "FB1C22A0"))
    add("clock-never-set", "A relay without a clock stamps and counts the first seconds of 1970.", [],
        f"Received: from anna by {HOST} with esmtp (Exim 4.84)\r\n\tid 000002-0001Ab-00;"
        "\r\n\tThu, 01 Jan 1970 00:00:02 +0000")
    add("malformed", "Fields that end in their id.", [],
        "Received: by x (Postfix) id\r\nReceived: by y (8.1/8.1) id v2E;\r\nX-Received: id a.b.;")


def client_clock():
    def add(name, why, codes, data):
        case("client_clock", name, why, codes, data, keys=())

    outlook = "Microsoft Outlook Express 6.00.2600.0000"
    chance = "<000700e3e35c$2d5c1a60$6031a8c0@anna>"
    add("no-such-time", "Outlook's form, filled with chance.", ["no-such-time"],
        whole(Message_ID=chance, X_Mailer=outlook))
    add("no-such-time-gmail", "Gmail's boundary, filled with chance.", ["no-such-time"],
        multipart("000000000000ffffffffffffff5c", Message_ID="<CAF1@mail.gmail.com>"))
    add("another-client", "Nobody says that Outlook wrote it.", [], whole(Message_ID=chance))
    add("time", "Outlook's own.", [], whole(Message_ID=outlook_id(SIGNED_AT), X_Mailer=outlook))
    add("clock-never-set", "An empty battery: id and Date count from January 1980.", [],
        whole(Message_ID=outlook_id(315_800_000), X_Mailer=outlook,
              Date="Fri, 04 Jan 1980 02:46:40 +0100"))
    add("malformed", "The form is broken.", [],
        whole(Message_ID="<000700e3e35c$2d5c1a60$@anna", X_Mailer=outlook))


def make():
    for cases in [embedded_clock, hop_clock, client_clock]:
        for old in (CHECKS / cases.__name__).glob("*.*"):
            old.unlink()
        cases()
