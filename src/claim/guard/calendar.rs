//! Words of dates: names of months, weekdays and seasons, and what stands around them.

/// Names of months, each with its short and foreign forms; the place is the month less one.
pub(super) const MONTHS: [&[&str]; 12] = [
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

pub(super) const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "lunes", "segunda-feira", "lundi", "montag"],
    &["tuesday", "martes", "mardi", "dienstag"],
    &["wednesday", "miercoles", "mercredi", "mittwoch"],
    &["thursday", "jueves", "jeudi", "donnerstag"],
    &["friday", "viernes", "vendredi", "freitag"],
    &["saturday", "sabado", "samedi", "samstag", "sonnabend"],
    &["sunday", "domingo", "dimanche", "sonntag"],
];

pub(super) const SEASONS: [&[&str]; 4] = [
    &["spring", "primavera", "printemps", "fruhling"],
    &["summer", "verano", "verao", "ete", "sommer"],
    &["autumn", "fall", "otono", "outono", "automne", "herbst"],
    &["winter", "invierno", "inverno", "hiver"],
];

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
pub(super) fn place(table: &[&[&str]], word: &str) -> Option<usize> {
    table.iter().position(|forms| forms.contains(&word))
}
