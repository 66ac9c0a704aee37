//! Quantities: numbers in digits and words with what they count or measure.

use std::collections::BTreeSet;

use super::numerals::number;
use super::words::Text;

/// Quantities of a text that are compared.
const QUANTITIES_MAX: usize = 24;

/// What a number measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Percent,
    Money,
    Age,
    /// In days.
    Time,
    /// In metres.
    Length,
    /// In grams.
    Mass,
    /// In litres.
    Volume,
    /// In watts.
    Power,
    Times,
    Count,
}

/// Which side of the number the truth may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Exact,
    /// "More than", "at least".
    Over,
    /// "Less than", "up to".
    Under,
}

/// A number with what it is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub(super) value: f64,
    pub(super) kind: Kind,
    pub(super) bound: Bound,
    /// Its first word and the one after its last.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a word after a number makes of it, and by how much its value is multiplied.
pub(super) fn unit(word: &str) -> Option<(Kind, f64)> {
    Some(match word {
        "%" | "percent" | "pct" | "prozent" | "porciento" => (Kind::Percent, 1.0),
        "$" | "€" | "£" | "dollar" | "dollars" | "bucks" | "usd" | "euro" | "euros" | "eur"
        | "pound" | "pounds" | "quid" | "reais" | "real" | "pesos" | "dolares" | "rupees"
        | "rupien" => (Kind::Money, 1.0),
        "grand" => (Kind::Money, 1e3),
        "cents" | "pence" | "centimos" | "centavos" => (Kind::Money, 0.01),
        "x" | "times" | "veces" | "vezes" | "fois" | "mal" => (Kind::Times, 1.0),
        "seconds" | "secs" => (Kind::Time, 1.0 / 86_400.0),
        "minutes" | "mins" | "minutos" | "minuten" => (Kind::Time, 1.0 / 1_440.0),
        "hours" | "hrs" | "horas" | "heures" | "stunden" => (Kind::Time, 1.0 / 24.0),
        "day" | "days" | "dias" | "jours" | "tage" | "tagen" => (Kind::Time, 1.0),
        "weeks" | "semanas" | "semaines" | "wochen" => (Kind::Time, 7.0),
        "months" | "meses" | "mois" | "monate" | "monaten" => (Kind::Time, 30.4),
        "year" | "years" | "yrs" | "anos" | "ans" | "jahre" | "jahren" => (Kind::Time, 365.25),
        "mm" | "millimetres" | "millimeters" => (Kind::Length, 1e-3),
        "cm" | "centimetres" | "centimeters" => (Kind::Length, 1e-2),
        "inches" | "inch" => (Kind::Length, 0.0254),
        "foot" | "feet" | "ft" => (Kind::Length, 0.3048),
        "metres" | "meters" | "metros" | "meter" => (Kind::Length, 1.0),
        "km" | "kilometres" | "kilometers" | "kilometros" => (Kind::Length, 1e3),
        "mile" | "miles" => (Kind::Length, 1609.3),
        "mg" | "milligrams" => (Kind::Mass, 1e-3),
        "g" | "grams" => (Kind::Mass, 1.0),
        "kg" | "kilos" | "kilograms" => (Kind::Mass, 1e3),
        "lbs" | "lb" => (Kind::Mass, 453.6),
        "tons" | "tonnes" | "toneladas" | "tonnen" => (Kind::Mass, 1e6),
        "ml" => (Kind::Volume, 1e-3),
        "litre" | "litres" | "liters" | "liter" | "litros" => (Kind::Volume, 1.0),
        "gallons" | "gallon" => (Kind::Volume, 3.785),
        "w" | "watt" | "watts" => (Kind::Power, 1.0),
        "kw" | "kilowatts" => (Kind::Power, 1e3),
        "mw" | "megawatts" => (Kind::Power, 1e6),
        _ => return None,
    })
}

/// Parts of a whole, as percent.
fn part(word: &str) -> Option<f64> {
    Some(match word {
        "half" | "mitad" | "metade" | "moitie" | "halfte" => 50.0,
        "third" | "tercio" | "terco" | "tiers" | "drittel" => 100.0 / 3.0,
        "quarter" | "cuarto" | "quart" | "viertel" => 25.0,
        "fifth" | "funftel" => 20.0,
        _ => return None,
    })
}

/// All quantities of a text but those that are part of a date.
pub(super) fn quantities(
    text: &Text,
    dates: &BTreeSet<usize>,
    lang: Option<&str>,
) -> Vec<Quantity> {
    let lang = lang.map_or("en", |lang| lang.split(['-', '_']).next().unwrap_or("en"));
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.words.len() && all.len() < QUANTITIES_MAX {
        if dates.contains(&at)
            || text.get(at).starts_with('\'')
            || text.words.get(at).is_some_and(|word| word.tagged)
        {
            at += 1;
            continue;
        }
        match quantity(text, at, lang) {
            Some(found) => {
                at = found.end.max(at + 1);
                all.push(found);
            }
            None => at += 1,
        }
    }
    all
}

fn quantity(text: &Text, start: usize, lang: &str) -> Option<Quantity> {
    let bound = bound(text, start);
    if let Some(percent) = part(text.get(start)) {
        let of = matches!(
            text.get(start + 1),
            "of" | "the" | "de" | "des" | "do" | "da" | "der" | "all" | "dos" | "our" | "falls"
        );
        let counted = matches!(text.get(start.wrapping_sub(1)), "a" | "one" | "la" | "ein");
        let whole = of || (counted && text.get(start) == "viertel");
        return whole.then_some(Quantity {
            value: percent,
            kind: Kind::Percent,
            bound,
            start,
            end: start + 1,
        });
    }
    let (value, end, ending) = number(text, start, lang)?;
    if let Some(ratio) = ratio(text, value, start, end, lang) {
        return Some(ratio);
    }
    let money_before = matches!(text.get(start.wrapping_sub(1)), "$" | "€" | "£" | "usd" | "r");
    let plain = Quantity { value, kind: Kind::Count, bound, start, end };
    if money_before {
        return Some(Quantity { kind: Kind::Money, ..plain });
    }
    let next = text.get(end);
    let named = ending.as_deref().and_then(unit).map(|unit| (unit, end));
    let next_two =
        matches!((next, text.get(end + 1)), ("per" | "pour", "cent") | ("por", "ciento" | "cento"));
    let named = named.or_else(|| next_two.then_some(((Kind::Percent, 1.0), end + 2)));
    let named = named.or_else(|| {
        // "15 millones de euros"
        let skip = usize::from(matches!(next, "de" | "d" | "us"));
        unit(text.get(end + skip)).map(|unit| (unit, end + skip + 1))
    });
    let aged = matches!(text.get(start.wrapping_sub(1)), "age" | "aged")
        || (text.get(start.wrapping_sub(1)) == "of" && text.get(start.wrapping_sub(2)) == "age");
    let Some(((kind, factor), after)) = named else {
        return Some(if aged { Quantity { kind: Kind::Age, ..plain } } else { plain });
    };
    let old = matches!(text.get(after), "old" | "olds");
    if kind == Kind::Time && (old || aged) {
        return Some(Quantity { kind: Kind::Age, end: after, ..plain });
    }
    // "Two years ago" places a thing in time and measures nothing.
    let ago = text.get(after) == "ago";
    (!ago).then_some(Quantity { value: value * factor, kind, end: after, ..plain })
}

/// "1 in 240", "three out of four", as percent.
fn ratio(text: &Text, value: f64, start: usize, end: usize, lang: &str) -> Option<Quantity> {
    let skip = match (text.get(end), text.get(end + 1)) {
        ("out", "of") => 2,
        ("in" | "sur", _) => 1,
        ("de", "cada") => 2,
        _ => return None,
    };
    let (whole, end, _) = number(text, end + skip, lang)?;
    let year = (1700.0..=2100.0).contains(&whole);
    (whole > value && value > 0.0 && !year).then_some(Quantity {
        value: 100.0 * value / whole,
        kind: Kind::Percent,
        bound: Bound::Exact,
        start,
        end,
    })
}

fn bound(text: &Text, start: usize) -> Bound {
    let before = |back: usize| start.checked_sub(back).map_or("", |at| text.get(at));
    let signed = usize::from(matches!(before(1), "$" | "€" | "£"));
    let (one, two) = (before(1 + signed), before(2 + signed));
    match (two, one) {
        (_, "over" | "exceeds" | "above" | "uber") => Bound::Over,
        (
            "more" | "at" | "greater" | "mas" | "al" | "mais" | "plus" | "mehr" | "au",
            "than" | "least" | "de" | "menos" | "que" | "als" | "moins",
        ) => Bound::Over,
        (_, "under" | "below" | "unter") => Bound::Under,
        ("less" | "fewer" | "up" | "menos" | "moins" | "weniger", "than" | "to" | "de" | "als") => {
            Bound::Under
        }
        _ => Bound::Exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, lang: &str) -> Vec<(f64, Kind)> {
        let text = Text::of(text);
        let found = quantities(&text, &BTreeSet::new(), Some(lang));
        found.into_iter().map(|one| (one.value, one.kind)).collect()
    }

    #[test]
    fn one_number_in_many_writings() {
        for text in ["5,000", "5000", "5k", "five thousand", "5 thousand", "5 000"] {
            assert_eq!(read(text, "en"), [(5000.0, Kind::Count)], "{text}");
        }
        assert_eq!(read("two hundred and fifty", "en"), [(250.0, Kind::Count)]);
        assert_eq!(read("thirty five", "en"), [(35.0, Kind::Count)]);
        assert_eq!(read("1.200 euros", "es"), [(1200.0, Kind::Money)]);
        assert_eq!(read("quatre millions d'euros", "fr"), [(4e6, Kind::Money)]);
    }

    #[test]
    fn what_it_is_of() {
        assert_eq!(read("$1.9 trillion", "en"), [(1.9e12, Kind::Money)]);
        assert_eq!(read("$3.8B and 39 grand", "en"), [(3.8e9, Kind::Money), (39e3, Kind::Money)]);
        for text in ["50%", "50 per cent", "half of them", "5 out of 10"] {
            assert_eq!(read(text, "en"), [(50.0, Kind::Percent)], "{text}");
        }
        assert_eq!(read("44 years old", "en"), [(44.0, Kind::Age)]);
        assert_eq!(read("3 mm", "en"), [(3e-3, Kind::Length)]);
        assert_eq!(read("10x", "en"), [(10.0, Kind::Times)]);
        assert!(read("two years ago, 5G, COVID-19x, the 3rd", "en").len() <= 1);
    }
}
