//! Words of dates: names of months, weekdays, seasons, holidays and parts of the day, and what
//! stands around them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::words::{Text, Word};

/// Names of months, each with its short and foreign forms; the place is the month less one.
pub(in crate::claim::guard) const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "enero", "janeiro", "janvier", "januar", "janner", "janv"],
    &["february", "feb", "febrero", "fevereiro", "fevrier", "februar", "fevr"],
    &["march", "mar", "marzo", "marco", "mars", "marz"],
    &["april", "apr", "abril", "avril", "abr", "avr"],
    &["may", "mayo", "maio", "mai"],
    &["june", "jun", "junio", "junho", "juin", "juni"],
    &["july", "jul", "julio", "julho", "juillet", "juli", "juil"],
    &["august", "aug", "agosto", "aout"],
    &["september", "sep", "sept", "septiembre", "setembro", "septembre"],
    &["october", "oct", "octubre", "outubro", "octobre", "oktober", "okt"],
    &["november", "nov", "noviembre", "novembro", "novembre"],
    &["december", "dec", "diciembre", "dezembro", "decembre", "dezember", "dic", "dez"],
];

pub(in crate::claim::guard) const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "lunes", "lundi", "montag"],
    &["tuesday", "tues", "martes", "mardi", "dienstag"],
    &["wednesday", "weds", "miercoles", "mercredi", "mittwoch"],
    &["thursday", "thurs", "jueves", "jeudi", "donnerstag"],
    &["friday", "viernes", "vendredi", "freitag"],
    &["saturday", "sabado", "samedi", "samstag", "sonnabend"],
    &["sunday", "domingo", "dimanche", "sonntag"],
];

/// Days of the week that Portuguese counts: "segunda-feira".
const COUNTED_WEEKDAYS: [&str; 5] = ["segunda", "terca", "quarta", "quinta", "sexta"];

const SEASONS: [&[&str]; 4] = [
    &["spring", "primavera", "printemps", "fruhling", "fruhjahr"],
    &["summer", "verano", "verao", "ete", "sommer"],
    &["autumn", "fall", "otono", "outono", "automne", "herbst"],
    &["winter", "invierno", "inverno", "hiver"],
];

/// Holidays, each with the ways to write it.
const HOLIDAYS: [&[&str]; 23] = [
    &["christmas", "xmas", "navidad", "nochebuena", "natal", "noel", "weihnachten", "heiligabend"],
    &["easter", "pascua", "pascoa", "paques", "ostern", "good friday", "semana santa"],
    &["halloween"],
    &["thanksgiving", "accion de gracias", "acao de gracas"],
    &["ramadan", "ramadao"],
    &["eid"],
    &["hanukkah", "chanukah", "januca"],
    &["passover", "pesach"],
    &["new year", "ano nuevo", "nochevieja", "ano novo", "reveillon", "nouvel an", "neujahr"],
    &["valentine", "san valentin", "saint valentin", "valentinstag", "dia dos namorados"],
    &["independence day", "fourth of july"],
    &["memorial day"],
    &["labor day", "labour day", "may day"],
    &["veterans day", "remembrance day"],
    &["mother day", "dia de la madre", "dia das maes", "fete des meres", "muttertag"],
    &["father day", "dia del padre", "dia dos pais", "fete des peres", "vatertag"],
    &["carnival", "carnaval", "karneval", "mardi gras"],
    &["diwali"],
    &["purim"],
    &["yom kippur"],
    &["epiphany", "dia de reyes", "dia de reis", "epiphanie", "dreikonigstag"],
    &["pentecost", "whitsun", "pentecostes", "pentecote", "pfingsten"],
    &["all saints", "todos los santos", "todos os santos", "toussaint", "allerheiligen"],
];

/// The holidays by the first word of each way to write them.
static HOLIDAYS_BY_WORD: LazyLock<HashMap<&'static str, Vec<(&'static str, usize)>>> =
    LazyLock::new(|| {
        let mut by_word: HashMap<_, Vec<_>> = HashMap::new();
        for (place, forms) in HOLIDAYS.iter().enumerate() {
            for form in *forms {
                let first = form.split(' ').next().unwrap_or_default();
                by_word.entry(first).or_default().push((*form, place));
            }
        }
        by_word
    });

/// Words before what comes again and again.
pub(super) const EVERY: [&str; 10] =
    ["every", "each", "per", "all", "cada", "chaque", "jeden", "jedes", "toda", "todo"];

/// Words of time before a season that is a noun of several meanings.
const BEFORE_SEASON: [&str; 9] =
    ["l", "cet", "na", "no", "nesta", "this", "una", "proxima", "pasada"];

/// Words before which a number of four digits is a year, and a month's name no verb or name.
pub(super) const BEFORE: [&str; 46] = [
    "in", "of", "since", "until", "till", "by", "from", "to", "last", "next", "this", "on", "late",
    "early", "mid", "before", "after", "during", "starts", "the", "year", "and", "between", "en",
    "de", "desde", "hasta", "em", "ate", "depuis", "le", "la", "au", "im", "seit", "bis", "ab",
    "vom", "jahr", "ano", "del", "do", "da", "pour", "para", "and",
];

/// Words by which a text is of the days on which it is said.
pub(super) const FRESH: [&str; 16] = [
    "today",
    "tonight",
    "yesterday",
    "tomorrow",
    "breaking",
    "hoy",
    "ayer",
    "anoche",
    "hoje",
    "ontem",
    "aujourd'hui",
    "hui",
    "demain",
    "heute",
    "gestern",
    "eilmeldung",
];

/// Words after a number of four digits that make it a quantity.
pub(super) const COUNTED: [&str; 22] = [
    "people",
    "dollars",
    "euros",
    "euro",
    "pounds",
    "percent",
    "%",
    "€",
    "votes",
    "times",
    "miles",
    "deaths",
    "cases",
    "years",
    "calories",
    "watts",
    "personas",
    "pessoas",
    "personnes",
    "menschen",
    "reais",
    "pesos",
];

/// The place of a word in a table.
pub(in crate::claim::guard) fn place(table: &[&[&str]], word: &str) -> Option<usize> {
    table.iter().position(|forms| forms.contains(&word))
}

/// The day of the week at `at`, in the plural too.
pub(super) fn weekday(text: &Text, at: usize) -> Option<usize> {
    let word = text.get(at);
    let spoken = || {
        matches!(text.get(at.wrapping_sub(1)), "nesta" | "desta" | "ultima" | "proxima" | "toda")
    };
    let counted = COUNTED_WEEKDAYS.iter().position(|known| *known == word);
    counted
        .filter(|_| matches!(text.get(at + 1), "feira" | "feiras") || spoken())
        .or_else(|| place(&WEEKDAYS, word))
        .or_else(|| short_weekday(text, at))
        .or_else(|| place(&WEEKDAYS, word.strip_suffix('s')?))
        .or_else(|| place(&WEEKDAYS, evening_of(word)?))
}

/// A weekday by three letters, where no other word can stand: "from Wed", "next fri".
fn short_weekday(text: &Text, at: usize) -> Option<usize> {
    let short = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let led = ["on", "from", "until", "till", "by", "next", "this", "last", "every", "since"];
    let at_day = led.contains(&text.get(at.wrapping_sub(1)));
    short.iter().position(|day| *day == text.get(at)).filter(|_| at_day)
}

/// The weekday before a part of the day in one German word: "Freitagabend".
fn evening_of(word: &str) -> Option<&str> {
    let parts = ["abend", "nacht", "morgen", "vormittag", "nachmittag", "mittag"];
    parts.iter().find_map(|part| word.strip_suffix(part))
}

/// The season at `at`: "spring", "fall" and their like only where they can be nothing else.
pub(super) fn season(text: &Text, at: usize) -> Option<usize> {
    let word = text.get(at);
    let season = place(&SEASONS, word).or_else(|| place(&SEASONS, word.strip_suffix('s')?))?;
    let sure = !matches!(word, "spring" | "springs" | "fall" | "falls" | "primavera" | "ete");
    let before = text.get(at.wrapping_sub(1));
    let dated = text.get(at + 1).len() == 4 && text.get(at + 1).parse::<u16>().is_ok();
    let led =
        at > 0 && (BEFORE_SEASON.contains(&before) || (BEFORE.contains(&before) && before != "to"));
    (sure || dated || (led && !(word == "ete" && before == "la"))).then_some(season)
}

/// The holiday that begins at `at`.
pub(super) fn holiday(text: &Text, at: usize, lang: &str) -> Option<usize> {
    let word = |at: usize| text.get(at).trim_end_matches("'s");
    // Names of people, towns and hotels in other languages, and of an island.
    let foreign = |known: &str| {
        (known == "natal" && lang != "pt")
            || (known == "noel" && lang != "fr")
            || (known == "easter" && text.get(at + 1) == "island")
    };
    let fits = |known: &str| {
        let rest = known.split(' ').enumerate().skip(1);
        !foreign(known)
            && rest.into_iter().all(|(place, part)| {
                word(at + place) == part || word(at + place).strip_suffix('s') == Some(part)
            })
    };
    let compound = || {
        let stems = ["weihnacht", "oster"];
        stems.iter().position(|stem| lang == "de" && word(at).starts_with(stem))
    };
    let first = word(at);
    let begun =
        HOLIDAYS_BY_WORD.get(first).or_else(|| HOLIDAYS_BY_WORD.get(first.strip_suffix('s')?));
    let found = begun.and_then(|all| all.iter().find(|(known, _)| fits(known)));
    found.map(|(_, place)| *place).or_else(compound)
}

/// The part of the day at `at`, from morning on, as the first and last of those it may be.
pub(super) fn part_of_day(text: &Text, at: usize, lang: &str) -> Option<(i32, i32)> {
    let before = text.get(at.wrapping_sub(1));
    // "Good morning", "gute Nacht" are said at any time.
    if matches!(before, "good" | "buenos" | "buenas" | "bom" | "boa" | "guten" | "gute" | "bonne") {
        return None;
    }
    let led = matches!(before, "la" | "da" | "pela" | "a" | "na" | "de" | "esta" | "essa");
    let word = text.get(at);
    let day = evening_of(word).filter(|day| place(&WEEKDAYS, day).is_some());
    let word = day.and_then(|day| word.get(day.len()..)).unwrap_or(word);
    Some(match (word, lang) {
        ("morning" | "mornings" | "dawn" | "sunrise" | "matin" | "matinee" | "manha", _)
        | ("morgens" | "vormittag" | "vormittags", _) => (0, 0),
        ("manana", "es") if led => (0, 0),
        ("morgen", "de")
            if matches!(before, "am" | "jeden" | "diesen" | "gestern" | "heute")
                || day.is_some() =>
        {
            (0, 0)
        }
        ("midi", "fr") if before == "apres" => (2, 2),
        ("noon" | "midday" | "mediodia" | "mittag" | "mittags" | "midi", _) => (1, 1),
        ("afternoon" | "afternoons" | "nachmittag" | "nachmittags", _) => (2, 2),
        ("tarde", "es" | "pt") if led => (2, 3),
        ("evening" | "evenings" | "soir" | "soiree" | "abend" | "abends" | "dusk", _) => (3, 3),
        ("night" | "nights" | "overnight" | "midnight" | "nuit" | "noche" | "noite", _)
        | ("nacht" | "nachts" | "mitternacht" | "medianoche" | "minuit" | "tonight", _) => (3, 4),
        ("madrugada", _) => (4, 4),
        _ => return None,
    })
}

/// A year in four digits.
pub(super) fn year_of(word: &str) -> Option<u16> {
    let year: u16 = Some(word).filter(|word| word.len() == 4)?.parse().ok()?;
    (1700..=2100).contains(&year).then_some(year)
}

/// The day that goes with the month at `at`, and its place.
pub(super) fn day_at(text: &Text, at: usize, sure: bool) -> Option<(usize, u8)> {
    let number = |place: usize| day(text.get(place)).map(|day| (place, day));
    let before = at.checked_sub(1).and_then(number);
    // "the 3rd of March", "22 de noviembre"
    let linked = at
        .checked_sub(2)
        .and_then(number)
        .filter(|_| matches!(text.get(at - 1), "of" | "de" | "do"));
    let after = number(at + 1);
    let real = |found: &(usize, u8)| (1..=31).contains(&found.1);
    let dated =
        |(place, _): &(usize, u8)| sure && (*place < at || year_of(text.get(place + 1)).is_some());
    let found = [before, linked, after];
    let first = |fits: &dyn Fn(&(usize, u8)) -> bool| found.into_iter().flatten().find(fits);
    first(&real).or_else(|| first(&dated))
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(char::is_alphabetic);
    let ending = word.get(digits.len()..)?;
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª");
    Some(digits).filter(|digits| ordinal && digits.len() <= 2)?.parse().ok()
}

/// The last day of several that follow a month and its first day at `first`.
pub(super) fn last_day(text: &Text, month: usize, first: usize) -> Option<(usize, u8)> {
    let linked = matches!(text.get(first + 1), "to" | "and" | "until" | "through");
    let at = first + 1 + usize::from(linked);
    let counts = text.words.get(at + 1).is_some_and(Word::content);
    let last = day(text.get(at)).filter(|last| (1..=31).contains(last))?;
    (first == month + 1 && !counts).then_some((at, last))
}
