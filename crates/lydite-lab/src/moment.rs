//! Moments, and how mail writes them.

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::Offset;

use crate::people::Lang;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 86_400;

/// Seconds since 1970 and the zone of whoever wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub epoch: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// Summer time of the European Union (Directive 2000/84/EC): from the last Sunday of March to that of
/// October, 01:00 UTC; here for the years of the campaign.
const SUMMERS: [(i64, i64); 2] = [(1_459_040_400, 1_477_789_200), (1_490_490_000, 1_509_238_800)];

impl Moment {
    /// As a clock in Paris shows it.
    pub fn paris(epoch: i64) -> Self {
        let is_summer = SUMMERS.iter().any(|(from, to)| (*from..*to).contains(&epoch));
        Moment { epoch, offset: if is_summer { 7_200 } else { 3_600 } }
    }

    pub fn utc(epoch: i64) -> Self {
        Moment { epoch, offset: 0 }
    }

    pub fn later(self, seconds: i64) -> Self {
        Moment { epoch: self.epoch + seconds, ..self }
    }

    /// What the wall clock shows.
    pub fn civil(self) -> DateTime {
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        offset.to_datetime(Timestamp::from_second(self.epoch).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// RFC 5322 §3.3, as `Date` and `Received` have it.
    pub fn mail(self) -> String {
        let at = self.civil();
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!(
            "{}, {} {} {} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            weekday(at.weekday()),
            at.day(),
            MONTHS[month(at)],
            at.year(),
            at.hour(),
            at.minute(),
            at.second(),
            minutes / 60,
            minutes % 60
        )
    }

    /// As the separator of a mailbox has it, in UTC.
    pub fn separator(self) -> String {
        let at = Moment::utc(self.epoch).civil();
        format!(
            "{} {} {:2} {:02}:{:02}:{:02} {}",
            weekday(at.weekday()),
            MONTHS[month(at)],
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.year()
        )
    }

    /// `14/03/2017`.
    pub fn day_figures(self) -> String {
        let at = self.civil();
        format!("{:02}/{:02}/{}", at.day(), at.month(), at.year())
    }

    /// `2017-03-14`.
    pub fn day_iso(self) -> String {
        self.civil().date().to_string()
    }

    /// `09:12`.
    pub fn clock(self) -> String {
        let at = self.civil();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `9:12 AM`.
    pub fn clock_english(self) -> String {
        let at = self.civil();
        let hour = (at.hour() + 11) % 12 + 1;
        format!("{hour}:{:02} {}", at.minute(), if at.hour() < 12 { "AM" } else { "PM" })
    }

    /// `14 mars 2017`, `March 14, 2017`.
    pub fn day_words(self, lang: Lang) -> String {
        let at = self.civil();
        match lang {
            Lang::Fr => format!("{} {} {}", at.day(), MONTHS_FR[month(at)], at.year()),
            Lang::En => format!("{} {}, {}", MONTHS_EN[month(at)], at.day(), at.year()),
        }
    }

    /// `mardi`, `Tuesday`.
    pub fn weekday_word(self, lang: Lang) -> &'static str {
        let at = usize::from(self.civil().weekday().to_monday_zero_offset().unsigned_abs());
        match lang {
            Lang::Fr => WEEKDAYS_FR[at],
            Lang::En => WEEKDAYS_EN[at],
        }
    }

    /// `Tue, Mar 14, 2017`, as Gmail's English attribution has it.
    pub fn day_short(self) -> String {
        let at = self.civil();
        format!("{}, {} {}, {}", weekday(at.weekday()), MONTHS[month(at)], at.day(), at.year())
    }

    /// `D:20170314091244+01'00'`, as PDF has it (ISO 32000-1 §7.9.4).
    pub fn pdf(self) -> String {
        let hours = self.offset / 3_600;
        format!("D:{}+{hours:02}'00'", self.civil().strftime("%Y%m%d%H%M%S"))
    }

    /// `2017-03-14T08:12:00Z`, as office packages have it.
    pub fn w3c(self) -> String {
        Moment::utc(self.epoch).civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `20170314091244`.
    pub fn packed(self) -> String {
        self.civil().strftime("%Y%m%d%H%M%S").to_string()
    }
}

fn month(at: DateTime) -> usize {
    usize::from(at.month().unsigned_abs()) - 1
}

fn weekday(day: Weekday) -> &'static str {
    &WEEKDAYS_EN[usize::from(day.to_monday_zero_offset().unsigned_abs())][..3]
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const WEEKDAYS_FR: [&str; 7] =
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const WEEKDAYS_EN: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_mail_does() {
        let winter = Moment::paris(1_489_479_164);
        assert_eq!(winter.mail(), "Tue, 14 Mar 2017 09:12:44 +0100");
        assert_eq!(winter.separator(), "Tue Mar 14 08:12:44 2017");
        assert_eq!(winter.pdf(), "D:20170314091244+01'00'");
        assert_eq!(Moment::paris(1_490_490_000).mail(), "Sun, 26 Mar 2017 03:00:00 +0200");
        assert_eq!(winter.day_words(Lang::Fr), "14 mars 2017");
        assert_eq!(winter.weekday_word(Lang::Fr), "mardi");
        assert_eq!(winter.later(4 * HOUR).clock_english(), "1:12 PM");
    }
}
