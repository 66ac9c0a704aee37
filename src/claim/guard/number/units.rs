//! What a word after a number makes of it: units of money, time, length and others, and parts of
//! a whole.

use super::super::words::Text;
use super::quantity::Kind;

/// What a word after a number makes of it, and by how much its value is multiplied.
pub(in crate::claim::guard) fn unit(word: &str, lang: &str) -> Option<(Kind, f64)> {
    // Words that are a unit in one language and something else in others.
    match (lang, word) {
        ("es", "miles") | ("pt" | "es" | "fr", "mal") | ("en" | "es", "real") => return None,
        _ => {}
    }
    money(word).or_else(|| time(word)).or_else(|| measure(word)).or_else(|| {
        Some(match word {
            "%" | "percent" | "pct" | "prozent" | "porciento" | "percentage" => {
                (Kind::Percent, 1.0)
            }
            "x" | "times" | "veces" | "vezes" | "fois" | "mal" => (Kind::Times, 1.0),
            "yo" | "yrold" => (Kind::Age, 1.0),
            _ => return None,
        })
    })
}

fn money(word: &str) -> Option<(Kind, f64)> {
    let factor = match word {
        "$" | "€" | "£" | "dollar" | "dollars" | "bucks" | "usd" | "euro" | "euros" | "eur"
        | "pound" | "pounds" | "quid" | "reais" | "real" | "peso" | "pesos" | "dolar"
        | "dolares" | "rupee" | "rupees" | "rupien" | "rs" | "franken" | "francs" => 1.0,
        "grand" => 1e3,
        "cents" | "cent" | "pence" | "centimos" | "centavos" | "centimes" => 0.01,
        _ => return None,
    };
    Some((Kind::Money, factor))
}

/// In days.
pub(in crate::claim::guard) fn time(word: &str) -> Option<(Kind, f64)> {
    let days = match word {
        "seconds" | "secs" | "segundos" | "secondes" | "sekunden" => 1.0 / 86_400.0,
        "minute" | "minutes" | "mins" | "min" | "minuto" | "minutos" | "minuten" => 1.0 / 1_440.0,
        "hour" | "hours" | "hr" | "hrs" | "hora" | "horas" | "heure" | "heures" | "stunde"
        | "stunden" => 1.0 / 24.0,
        "day" | "days" | "dia" | "dias" | "jour" | "jours" | "tag" | "tage" | "tagen" => 1.0,
        "week" | "weeks" | "semana" | "semanas" | "semaine" | "semaines" | "woche" | "wochen" => {
            7.0
        }
        "month" | "months" | "mes" | "meses" | "mois" | "monat" | "monate" | "monaten" => 30.4,
        "year" | "years" | "yr" | "yrs" | "ano" | "anos" | "an" | "ans" | "annee" | "annees"
        | "jahr" | "jahre" | "jahren" => 365.25,
        "decade" | "decades" | "decadas" | "decennies" | "jahrzehnte" | "jahrzehnten" => 3_652.5,
        "century" | "centuries" | "siglos" | "seculos" | "siecles" | "jahrhunderte" => 36_525.0,
        _ => return None,
    };
    Some((Kind::Time, days))
}

fn measure(word: &str) -> Option<(Kind, f64)> {
    Some(match word {
        "mm" | "millimetres" | "millimeters" => (Kind::Length, 1e-3),
        "cm" | "centimetres" | "centimeters" | "centimetros" | "zentimeter" => (Kind::Length, 1e-2),
        "inches" | "inch" => (Kind::Length, 0.0254),
        "foot" | "feet" | "ft" => (Kind::Length, 0.3048),
        "metre" | "metres" | "meters" | "metro" | "metros" | "meter" | "metern" => {
            (Kind::Length, 1.0)
        }
        "km" | "kms" | "kilometre" | "kilometres" | "kilometers" | "kilometros" | "quilometros"
        | "kilometer" | "kilometern" => (Kind::Length, 1e3),
        "mile" | "miles" => (Kind::Length, 1_609.3),
        "mg" | "milligrams" => (Kind::Mass, 1e-3),
        "g" | "grams" | "gramos" | "gramas" | "grammes" | "gramm" => (Kind::Mass, 1.0),
        "kg" | "kgs" | "kilo" | "kilos" | "kilograms" | "kilogramm" | "quilos" => (Kind::Mass, 1e3),
        "lbs" | "lb" => (Kind::Mass, 453.6),
        "ton" | "tons" | "tonnes" | "toneladas" | "tonnen" => (Kind::Mass, 1e6),
        "ml" => (Kind::Volume, 1e-3),
        "litre" | "litres" | "liters" | "liter" | "litro" | "litros" => (Kind::Volume, 1.0),
        "gallons" | "gallon" => (Kind::Volume, 3.785),
        "w" | "watt" | "watts" => (Kind::Power, 1.0),
        "kw" | "kilowatts" => (Kind::Power, 1e3),
        "mw" | "megawatts" => (Kind::Power, 1e6),
        _ => return None,
    })
}

/// A part of a whole, as percent.
pub(super) fn part(word: &str) -> Option<f64> {
    Some(match word {
        "half" | "mitad" | "metade" | "moitie" | "halfte" => 50.0,
        "third" | "tercio" | "terco" | "tiers" | "drittel" => 100.0 / 3.0,
        "quarter" | "cuarto" | "quart" | "viertel" => 25.0,
        "fifth" | "funftel" => 20.0,
        "tenth" | "zehntel" => 10.0,
        _ => return None,
    })
}

/// One of the parts that a number before it counts, as percent: "two thirds".
pub(super) fn parts(word: &str) -> Option<f64> {
    Some(match word {
        "thirds" | "tercios" | "tercos" | "tiers" | "drittel" => 100.0 / 3.0,
        "quarters" | "fourths" | "cuartos" | "quarts" | "viertel" => 25.0,
        "fifths" | "quintos" | "cinquiemes" | "funftel" => 20.0,
        "sixths" => 100.0 / 6.0,
        "tenths" | "decimos" | "dixiemes" | "zehntel" => 10.0,
        _ => return None,
    })
}

/// Whether the time from `start` to `end` is told as one gone by: "ago", "hace", "il y a", "vor".
pub(in crate::claim::guard) fn is_ago(text: &Text, start: usize, end: usize, lang: &str) -> bool {
    let before = |back: usize| text.get(start.wrapping_sub(back));
    matches!(text.get(end), "ago" | "atras")
        || match lang {
            "es" => before(1) == "hace",
            "pt" => before(1) == "ha",
            "fr" => before(1) == "a" && before(2) == "y",
            "de" => before(1) == "vor",
            _ => false,
        }
}
