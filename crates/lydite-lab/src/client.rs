//! What mail programs write of themselves: ids, boundaries, names and the clocks inside. Counted here
//! by their own grammars and not by Lydite's readers, so that an error in one shows.
//!
//! Sources: `research/email.md` section 3 as `lydite-core/data/client_grammars.tsv` and
//! `clock_bands.tsv` measured them; MS-DTYP §2.3.3 (FILETIME); MS-OXOMSG §2.2.1.3 (Thread-Index).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::moment::Moment;
use crate::people::Client;
use crate::random::Random;

/// Steps of 100 ns since 1601.
pub fn filetime(micros: i64) -> u64 {
    u64::try_from((micros + 11_644_473_600_000_000) * 10).unwrap_or(0)
}

/// What a client gives one mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Without brackets.
    pub id: String,
    pub boundary: String,
    /// Of the multipart inside, where there are two.
    pub inner: String,
}

impl Client {
    /// X-Mailer or User-Agent, as versions of the winter of 2016 to 2017 call themselves.
    pub fn name(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Client::Thunderbird => (
                "User-Agent",
                "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:45.0) Gecko/20100101\r\n Thunderbird/45.4.0",
            ),
            Client::Outlook => ("X-Mailer", "Microsoft Outlook 16.0"),
            Client::Gmail | Client::Service => return None,
            Client::PhpMailer => {
                ("X-Mailer", "PHPMailer 5.2.16 (https://github.com/PHPMailer/PHPMailer)")
            }
            Client::AppleMail => ("X-Mailer", "Apple Mail (2.3259)"),
            Client::IPhone => ("X-Mailer", "iPhone Mail (14B150)"),
            Client::Roundcube => ("User-Agent", "Roundcube Webmail/1.2.2"),
            Client::Zimbra => {
                ("X-Mailer", "Zimbra 8.6.0_GA_1153 (ZimbraWebClient - FF45 (Win)/8.6.0_GA_1153)")
            }
        })
    }

    /// The marks of a mail written at that moment; `host` is the domain of the account.
    pub fn marks(self, at: Moment, host: &str, random: &mut Random) -> Marks {
        let fraction = random.between(0, 999_999);
        let micros = at.epoch * 1_000_000 + fraction;
        let (id, boundary, inner) = match self {
            Client::Thunderbird => {
                let dashes = format!("------------{}", random.letters(b"0123456789ABCDEF", 24));
                let inner = format!("------------{}", random.letters(b"0123456789ABCDEF", 24));
                let id = format!("{:08X}.{}@{host}", at.epoch, random.digits(7));
                (id, dashes, inner)
            }
            Client::Outlook => {
                let steps = filetime(micros);
                let id = format!(
                    "{}{:08x}${:08x}${}$@{host}",
                    random.hex(4),
                    steps >> 32,
                    steps & 0xffff_ffff,
                    random.hex(8)
                );
                // The wall clock of the machine, not UTC.
                let wall = filetime(micros + i64::from(at.offset) * 1_000_000);
                let part = |n: usize| {
                    format!(
                        "----=_NextPart_{n:03}_{:04X}_{:08X}.{:08X}",
                        17 * n + 3,
                        wall >> 32,
                        wall & 0xffff_ffff
                    )
                };
                (id, part(0), part(1))
            }
            Client::Gmail => {
                let part = |micros: i64| {
                    let clock = format!("{micros:014x}");
                    format!("000000000000{}{}", &clock[8..], &clock[..8])
                };
                let id = format!("CA{}@mail.gmail.com", random.letters(GMAIL, 48));
                let end = random.hex(2);
                (id, format!("{}{end}", part(micros)), format!("{}{end}", part(micros - 9)))
            }
            Client::AppleMail | Client::IPhone => {
                let lead = if self == Client::IPhone { "Apple-Mail-" } else { "Apple-Mail=_" };
                let id = format!("{}@{host}", random.uuid().to_ascii_uppercase());
                let part = |random: &mut Random| random.uuid().to_ascii_uppercase();
                (id, format!("{lead}{}", part(random)), format!("{lead}{}", part(random)))
            }
            Client::Roundcube => {
                let part = |random: &mut Random| format!("=_{}", random.hex(32));
                (format!("{}@{host}", random.hex(32)), part(random), part(random))
            }
            Client::Zimbra => {
                let millis = micros / 1_000;
                let part =
                    |n: usize| format!("----=_Part_{}_{}.{millis}", 4_000 + n, 900_000_000 + 7 * n);
                let (count, pid) =
                    (random.between(10_000_000, 99_999_999), random.between(1_000, 99_999));
                (format!("{count}.{pid}.{millis}.JavaMail.zimbra@{host}"), part(1), part(2))
            }
            Client::PhpMailer => {
                let part = |random: &mut Random, n: usize| format!("b{n}_{}", random.hex(32));
                (format!("{}@{host}", random.hex(32)), part(random, 1), part(random, 2))
            }
            Client::Service => {
                let millis = micros / 1_000;
                let id =
                    format!("0102{millis:012x}-{}-000000@eu-west-1.amazonses.com", random.uuid());
                (id, format!("----=_Part_9_31.{millis}"), format!("----=_Part_10_32.{millis}"))
            }
        };
        Marks { id, boundary, inner }
    }
}

const GMAIL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=";

/// A Thread-Index and the time its last level counts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadIndex {
    bytes: Vec<u8>,
    level: u64,
}

impl ThreadIndex {
    /// A new conversation.
    pub fn root(at: Moment, random: &mut Random) -> Self {
        let steps = filetime(at.epoch * 1_000_000);
        let mut bytes = steps.to_be_bytes()[..6].to_vec();
        bytes.extend((0..16).map(|_| u8::try_from(random.below(256)).unwrap_or(0)));
        ThreadIndex { bytes, level: steps >> 16 << 16 }
    }

    /// A reply whose window was opened at that moment.
    pub fn reply(&self, at: Moment, random: &mut Random) -> Self {
        let passed = filetime(at.epoch * 1_000_000).saturating_sub(self.level) >> 18;
        let steps = u32::try_from(passed & 0x7fff_ffff).unwrap_or(0);
        let mut bytes = self.bytes.clone();
        bytes.extend(steps.to_be_bytes());
        bytes.push(u8::try_from(random.below(256)).unwrap_or(0));
        ThreadIndex { bytes, level: self.level + (u64::from(steps) << 18) }
    }

    pub fn text(&self) -> String {
        STANDARD.encode(&self.bytes)
    }
}
