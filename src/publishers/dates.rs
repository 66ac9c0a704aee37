//! Days in any of the forms publishers write them: ISO, RFC 2822, month names of many languages,
//! unix time. What is ambiguous stays unread: no day is better than a wrong one.

use chrono::{DateTime, NaiveDate};

/// Longest text looked at; a date stands at its beginning.
const CHARS_MAX: usize = 80;

/// The day a text names, in the text's own time zone.
pub fn day(text: &str) -> Option<NaiveDate> {
    let text: String = text.trim().chars().take(CHARS_MAX).map(western_digit).collect();
    let tokens = tokens(&text);
    if let [Token::Number(number, digits)] = tokens[..]
        && text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
    {
        return bare_number(number, digits);
    }
    if let [Token::Number(number, 8), Token::Word(t), ..] = &tokens[..]
        && t == "t"
    {
        return bare_number(*number, 8);
    }
    numeric(&text, &tokens).or_else(|| named(&tokens))
}

/// Digits of other scripts as the western ones.
fn western_digit(c: char) -> char {
    let zero = match c {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '০'..='৯' => '০',
        '０'..='９' => '０',
        '๐'..='๙' => '๐',
        _ => return c,
    };
    char::from_digit(c as u32 - zero as u32, 10).unwrap_or(c)
}

#[derive(Debug, PartialEq)]
enum Token {
    /// A number and how many digits it was written with.
    Number(u64, usize),
    Word(String),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        rest = &rest[start..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            found.push(Token::Number(rest[..digits].parse().unwrap_or(u64::MAX), digits));
            rest = &rest[digits..];
        } else {
            // Vowel signs of Indic scripts are no letters, yet parts of the word.
            let end = rest
                .find(|c: char| c.is_ascii_digit() || c.is_whitespace() || c.is_ascii_punctuation())
                .unwrap_or(rest.len());
            found.push(Token::Word(rest[..end].to_lowercase()));
            rest = &rest[end..];
        }
    }
    found
}

fn date(year: u64, month: u64, day: u64) -> Option<NaiveDate> {
    let year = match year {
        1900..=2199 => year,
        // The Buddhist calendar of Thai pages.
        2443..=2742 => year - 543,
        _ => return None,
    };
    let (year, month, day) =
        (i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    NaiveDate::from_ymd_opt(year, month, day)
}

/// `20190722`, unix seconds, unix milliseconds.
fn bare_number(number: u64, digits: usize) -> Option<NaiveDate> {
    let number = i64::try_from(number).ok()?;
    let moment = match digits {
        8 => {
            let number = u64::try_from(number).ok()?;
            return date(number / 10_000, number / 100 % 100, number % 100);
        }
        9 | 10 => DateTime::from_timestamp(number, 0),
        12 | 13 => DateTime::from_timestamp_millis(number),
        _ => None,
    };
    moment.map(|moment| moment.date_naive())
}

/// Year, month and day as numbers: `2015-05-26T...`, `2015年5月26日`, `26.05.2015`, `5/26/2015`.
fn numeric(text: &str, tokens: &[Token]) -> Option<NaiveDate> {
    let mut numbers = tokens.iter().filter_map(|token| match token {
        Token::Number(number, digits) => Some((*number, *digits)),
        Token::Word(_) => None,
    });
    let (one, two, three) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let first_is_number = matches!(tokens.first(), Some(Token::Number(..)));
    if one.1 == 4 && two.1 <= 2 && three.1 <= 2 && first_is_number {
        let words_between = tokens.iter().skip(1).take(2).any(|token| match token {
            Token::Word(word) => !["年", "月", "년", "월"].contains(&word.as_str()),
            Token::Number(..) => false,
        });
        return if words_between { None } else { date(one.0, two.0, three.0) };
    }
    let all_numbers = tokens.iter().take(3).all(|token| matches!(token, Token::Number(..)));
    if !all_numbers || three.1 != 4 || one.1 > 2 || two.1 > 2 {
        return None;
    }
    let month_first_is_possible = one.0 <= 12 && text.contains('/');
    let day_first_is_possible = two.0 <= 12;
    match (day_first_is_possible, month_first_is_possible) {
        (true, true) if one.0 != two.0 => None,
        (true, _) => date(three.0, two.0, one.0),
        (false, true) => date(three.0, one.0, two.0),
        (false, false) => None,
    }
}

/// A month's name with a day beside it and a year after it.
fn named(tokens: &[Token]) -> Option<NaiveDate> {
    let (place, month) = tokens.iter().enumerate().find_map(|(place, token)| match token {
        Token::Word(word) => Some((place, month(word)?)),
        Token::Number(..) => None,
    })?;
    let small = |token: &Token| match token {
        Token::Number(number @ 1..=31, 1..=2) => Some(*number),
        _ => None,
    };
    let year_of = |token: &Token| match token {
        Token::Number(number, 4) => Some(*number),
        _ => None,
    };
    let (before, after) = tokens.split_at(place);
    // At most one word ("de", "th", "ta'") between the day and the month.
    let day = before
        .iter()
        .rev()
        .take(2)
        .find_map(small)
        .or_else(|| after.iter().skip(1).take(2).find_map(small))?;
    let year = after.iter().find_map(year_of).or_else(|| before.iter().find_map(year_of))?;
    date(year, month, day)
}

/// Beginnings of the months' names in the languages publishers write in.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "oca", "янв", "січ", "sty", "led", "يناير", "جنور", "जन", "জান", "ιαν"],
    &[
        "feb",
        "fev",
        "fév",
        "şub",
        "фев",
        "лют",
        "lut",
        "úno",
        "فبراير",
        "فرور",
        "फर",
        "फ़र",
        "ফেব",
        "φεβ",
    ],
    &["mar", "mär", "maa", "mrt", "мар", "бер", "bře", "مارس", "مارچ", "मार्च", "মার্চ", "μαρ", "μάρ"],
    &[
        "apr",
        "abr",
        "avr",
        "nis",
        "апр",
        "кві",
        "kwi",
        "dub",
        "أبريل",
        "ابريل",
        "اپریل",
        "अप्र",
        "এপ্র",
        "απρ",
    ],
    &[
        "may", "mai", "mag", "mei", "maj", "май", "мая", "тра", "kvě", "مايو", "مئی", "मई", "মে",
        "μαΐ", "μάι",
    ],
    &["jun", "giu", "juin", "haz", "июн", "чер", "cze", "يونيو", "جون", "जून", "জুন", "ιουν", "ιούν"],
    &["jul", "lug", "juil", "tem", "июл", "лип", "lip", "يوليو", "جولا", "जुल", "জুল", "ιουλ", "ιούλ"],
    &[
        "aug",
        "ago",
        "aoû",
        "aou",
        "ağu",
        "авг",
        "сер",
        "sie",
        "srp",
        "أغسطس",
        "اگست",
        "अग",
        "আগ",
        "αυγ",
        "αύγ",
    ],
    &["sep", "set", "eyl", "сен", "вер", "wrz", "zář", "سبتمبر", "ستمبر", "सित", "সেপ", "σεπ"],
    &[
        "oct",
        "okt",
        "out",
        "ott",
        "eki",
        "окт",
        "жов",
        "paź",
        "říj",
        "أكتوبر",
        "اکتوبر",
        "अक्",
        "অক্",
        "οκτ",
    ],
    &["nov", "kas", "ноя", "лис", "lis", "نوفمبر", "نومبر", "नव", "নভ", "νοε", "νοέ"],
    &[
        "dec",
        "dic",
        "dez",
        "déc",
        "des",
        "ara",
        "дек",
        "гру",
        "gru",
        "pro",
        "ديسمبر",
        "دسمبر",
        "दिस",
        "ডিস",
        "δεκ",
    ],
];
/// Week days that begin like a month.
const WEEK_DAYS: [&str; 4] = ["martes", "mardi", "martedì", "martedi"];

fn month(word: &str) -> Option<u64> {
    if WEEK_DAYS.contains(&word) {
        return None;
    }
    let place = MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)))?;
    u64::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_forms_are_read() {
        for text in [
            "2015-05-26",
            "2015-05-26T23:59:00-08:00",
            "2015-05-26 18:30:00",
            "2015/5/26",
            "20150526",
            "20150526T101500Z",
            "Tue, 26 May 2015 16:20:04 +0000",
            "26 May 2015",
            "May 26, 2015",
            "May 26th, 2015 at 10:15",
            "Posted on May 26 2015",
            "martes, 26 de mayo de 2015",
            "26 de maio de 2015",
            "mardi 26 mai 2015",
            "26. Mai 2015",
            "26 maggio 2015",
            "26 мая 2015 г.",
            "26 Mayıs 2015",
            "26 मई 2015",
            "२६ मई २०१५",
            "26 مايو 2015",
            "2015年5月26日",
            "2015년 5월 26일",
            "26/05/2015",
            "5/26/2015",
            "26.05.2015",
            "26-05-2015",
            "26 พ.ค. 2558 / May 26 2558",
            "1432598400",
            "1432598400000",
        ] {
            assert_eq!(day(text), NaiveDate::from_ymd_opt(2015, 5, 26), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_or_more_than_one_stays_unread() {
        for text in [
            "",
            "yesterday",
            "2015",
            "May 2015",
            "04/05/2015",
            "99999999999999999999999",
            "2015-13-40",
            "31 February 2015",
            "0000-00-00",
            "12",
            "١",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
