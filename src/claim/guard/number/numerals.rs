//! Numbers in digits and words, in the languages the guards know.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::words::Text;
use super::units::{time, unit};

/// Words of one number that are read at most.
const NUMBER_WORDS_MAX: usize = 8;
/// Longest number in digits; what is longer is a telephone number or the like.
const DIGITS_MAX: usize = 18;

/// Number words of each language as `word=value`; those of English count in all.
const NUMERALS: [(&str, &str); 5] = [
    (
        "en",
        "zero=0 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 \
         twelve=12 dozen=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 \
         eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fourty=40 fifty=50 sixty=60 \
         seventy=70 eighty=80 ninety=90",
    ),
    (
        "es",
        "cero=0 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 \
         doce=12 docena=12 trece=13 catorce=14 quince=15 dieciseis=16 diecisiete=17 \
         dieciocho=18 diecinueve=19 veinte=20 veintiuno=21 veintiun=21 veintidos=22 \
         veintitres=23 veinticuatro=24 veinticinco=25 veintiseis=26 veintisiete=27 \
         veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 \
         setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200 doscientas=200 \
         trescientos=300 trescientas=300 cuatrocientos=400 cuatrocientas=400 quinientos=500 \
         quinientas=500 seiscientos=600 seiscientas=600 setecientos=700 setecientas=700 \
         ochocientos=800 ochocientas=800 novecientos=900 novecientas=900",
    ),
    (
        "pt",
        "dois=2 duas=2 tres=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 \
         doze=12 duzia=12 treze=13 catorze=14 quatorze=14 quinze=15 dezesseis=16 \
         dezasseis=16 dezessete=17 dezassete=17 dezoito=18 dezenove=19 dezanove=19 vinte=20 \
         trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70 oitenta=80 noventa=90 \
         cem=100 cento=100 duzentos=200 duzentas=200 trezentos=300 trezentas=300 \
         quatrocentos=400 quatrocentas=400 quinhentos=500 quinhentas=500 seiscentos=600 \
         seiscentas=600 setecentos=700 setecentas=700 oitocentos=800 oitocentas=800 \
         novecentos=900 novecentas=900",
    ),
    (
        "fr",
        "deux=2 trois=3 quatre=4 cinq=5 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 \
         douzaine=12 treize=13 quatorze=14 quinze=15 seize=16 vingt=20 vingts=20 trente=30 \
         quarante=40 cinquante=50 soixante=60 septante=70 huitante=80 nonante=90",
    ),
    (
        "de",
        "null=0 zwei=2 zwo=2 drei=3 vier=4 funf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 \
         elf=11 zwolf=12 dutzend=12 dreizehn=13 vierzehn=14 funfzehn=15 sechzehn=16 \
         siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreissig=30 vierzig=40 funfzig=50 \
         sechzig=60 siebzig=70 achtzig=80 neunzig=90",
    ),
];

static VALUES: LazyLock<HashMap<&'static str, Vec<(&'static str, f64)>>> = LazyLock::new(|| {
    let mut values: HashMap<_, Vec<_>> = HashMap::new();
    for (lang, words) in NUMERALS {
        for (word, value) in words.split(' ').filter_map(|pair| pair.split_once('=')) {
            values.entry(word).or_default().push((lang, value.parse().unwrap_or_default()));
        }
    }
    values
});

/// Numerals of one language are words of another: "once", "sept", "elf".
fn numeral(word: &str, lang: &str) -> Option<f64> {
    let in_lang = |one: &str| one == lang || one == "en";
    let known = VALUES.get(word).and_then(|all| all.iter().find(|(one, _)| in_lang(one)));
    known.map(|(_, value)| *value).or_else(|| joined(word).filter(|_| lang == "de"))
}

/// A German number in one word: `zweiunddreissig`, `fünfhundert`, `hunderttausend`.
fn joined(word: &str) -> Option<f64> {
    let simple = |part: &str| {
        let known = VALUES.get(part).and_then(|all| all.iter().find(|(one, _)| *one == "de"));
        known.map(|(_, value)| *value).or_else(|| matches!(part, "ein" | "eine").then_some(1.0))
    };
    let below_hundred = |part: &str| {
        simple(part).or_else(|| {
            let (one, ten) = part.split_once("und")?;
            Some(simple(one)? + simple(ten)?)
        })
    };
    let rest = |part: &str| if part.is_empty() { Some(0.0) } else { below_hundred(part) };
    let below_thousand = |part: &str| match part.split_once("hundert") {
        Some(("", tail)) => Some(100.0 + rest(tail)?),
        Some((head, tail)) => Some(100.0 * below_hundred(head)? + rest(tail)?),
        None => below_hundred(part),
    };
    match word.split_once("tausend") {
        // "tausend" alone is a scale.
        Some(("", _)) => None,
        Some((head, "")) => Some(1e3 * below_thousand(head)?),
        Some((head, tail)) => Some(1e3 * below_thousand(head)? + below_thousand(tail)?),
        None if word.contains("und") || word.contains("hundert") => below_thousand(word),
        None => None,
    }
}

/// By how much a word multiplies the number before it. "Billion" is a thousand times more in the
/// long scale.
fn scale(word: &str, lang: &str) -> Option<f64> {
    let long = matches!(lang, "es" | "de" | "fr");
    Some(match word {
        "hundred" | "hundreds" => 1e2,
        "cent" | "cents" if lang == "fr" => 1e2,
        "mil" | "mill" if lang == "en" => 1e6,
        "mi" if lang == "pt" => 1e6,
        "bi" if lang == "pt" => 1e9,
        "tri" if lang == "pt" => 1e12,
        "billion" | "billions" | "billionen" | "billon" | "billones" if long => 1e12,
        "k" | "thousand" | "thousands" | "mil" | "mille" | "tausend" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "m" | "mn" | "mio" | "million" | "millions" | "millon" | "millones" | "milhao"
        | "milhoes" | "millionen" | "mill" => 1e6,
        "crore" | "crores" => 1e7,
        "b" | "bn" | "billion" | "billions" | "milliard" | "milliards" | "milliarde"
        | "milliarden" | "bilhoes" | "bilhao" | "mrd" | "mds" => 1e9,
        "t" | "tn" | "trillion" | "trillions" | "trilhoes" | "trilhao" | "billones" | "billon" => {
            1e12
        }
        _ => return None,
    })
}

/// Scales that say a number without one before them: "a million", "mil personas", "cent euros".
fn alone(word: &str, lang: &str) -> bool {
    matches!(word, "thousand" | "hundred" | "million" | "billion" | "trillion")
        || match lang {
            "es" | "pt" => matches!(word, "mil" | "millon" | "milhao" | "bilhao" | "billon"),
            "fr" => matches!(word, "cent" | "mille" | "milliard"),
            "de" => matches!(word, "tausend" | "milliarde"),
            _ => false,
        }
}

/// The value of one word: digits with marks of thousands and decimals and a letter for the scale,
/// or a numeral.
fn value_of<'a>(word: &'a str, lang: &str) -> Option<(f64, Option<&'a str>)> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return numeral(word, lang).map(|value| (value, None));
    }
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    if digits.len() > DIGITS_MAX || digits.chars().any(char::is_alphabetic) {
        return None;
    }
    let comma_decimal = matches!(lang, "es" | "pt" | "fr" | "de");
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    let grouped = groups.len() > 2
        || (groups.len() == 2
            && groups.last().is_some_and(|last| last.len() == 3)
            && groups.first().is_some_and(|first| first.len() <= 3 && *first != "0")
            && (digits.contains(',') || comma_decimal));
    let plain = if grouped { groups.concat() } else { groups.join(".") };
    let value = plain.parse().ok()?;
    match ending {
        "" => Some((value, None)),
        "st" | "nd" | "rd" | "th" | "er" | "g" | "s" => None,
        _ if scale(ending, lang).is_some() || unit(ending, lang).is_some() => {
            Some((value, Some(ending)))
        }
        _ => None,
    }
}

/// A number being read word by word.
#[derive(Default)]
struct Sum {
    /// What is complete: "two thousand" of "two thousand and five".
    total: f64,
    /// What a scale may still multiply.
    current: f64,
}

impl Sum {
    fn times(&mut self, scale: f64) {
        if scale <= 100.0 {
            self.current *= scale;
        } else if self.current == 0.0 {
            // "mil millones"
            self.total *= scale;
        } else {
            self.total += self.current * scale;
            self.current = 0.0;
        }
    }

    /// Whether a numeral may follow: "two hundred five", "thirty five", "soixante dix".
    fn takes(&self, value: f64, lang: &str) -> bool {
        let tens = match lang {
            "fr" if self.current == 60.0 || self.current == 80.0 => value < 20.0,
            _ => self.current % 10.0 == 0.0 && value < 10.0,
        };
        let begun = self.current != 0.0 || self.total != 0.0;
        let smaller = self.current == 0.0 || value < self.current;
        begun && smaller && (self.current % 100.0 == 0.0 || tens)
    }
}

/// Whether "one" before this word counts: "one teacher", not "one thing", "one more".
fn counts_one(text: &Text, at: usize) -> bool {
    let vague = ["thing", "way", "side", "person", "another", "more", "time", "final", "guy"];
    text.words.get(at).is_some_and(|word| word.content()) && !vague.contains(&text.get(at))
}

/// How many things a plural of a scale says there are at least: "thousands", "cientos".
pub(super) fn vague(word: &str, lang: &str) -> Option<f64> {
    Some(match word {
        "dozens" | "docenas" | "decenas" | "duzias" | "dezenas" | "dizaines" | "douzaines"
        | "dutzende" | "dutzenden" => 12.0,
        "hundreds" | "cientos" | "centenares" | "centenas" | "centaines" | "hunderte"
        | "hunderten" => 1e2,
        "miles" if lang == "es" => 1e3,
        "thousands" | "milhares" | "millares" | "milliers" | "tausende" | "tausenden" => 1e3,
        "millions" | "millones" | "milhoes" | "millionen" => 1e6,
        "billions" | "bilhoes" | "milliards" | "milliarden" => 1e9,
        "trillions" | "trilhoes" | "billones" | "billionen" => 1e12,
        _ => return None,
    })
}

/// Whether a word only joins two parts of a number.
fn joins(word: &str, lang: &str) -> bool {
    match lang {
        "es" => word == "y",
        "pt" => word == "e",
        "fr" => word == "et",
        _ => word == "and",
    }
}

/// What begins a number only by what follows, and the place after it: "one", "half", "a", or a
/// scale alone, which is left to be read.
fn begun(text: &Text, start: usize, lang: &str) -> Option<(f64, usize)> {
    let (first, next, second) = (text.get(start), text.get(start + 1), text.get(start + 2));
    match first {
        "one" | "un" | "uno" | "una" | "um" | "uma" | "ein" | "eine" => {
            let english = || {
                unit(next, lang).is_some()
                    || matches!((next, second), ("in", _) | ("out", "of"))
                    || counts_one(text, start + 1)
            };
            let counted = scale(next, lang).is_some()
                || (next, second) == ("de", "cada")
                || (first == "one" && english());
            counted.then_some((1.0, start + 1))
        }
        // "Half a million", "medio millón"
        "half" | "medio" | "meio" | "demi" | "halbe" => {
            let at = start + if next == "a" { 2 } else { 1 };
            scale(text.get(at), lang).map(|_| (0.5, at))
        }
        // "In a week" is as long as "in one week", "the week after" comes "one week after".
        "a" | "an" | "the" => {
            let within = matches!(text.get(start.wrapping_sub(1)), "in" | "within" | "under");
            let apart = matches!(second, "after" | "before" | "later" | "earlier");
            let long = (within && first != "the") || apart;
            time(next).filter(|_| long).map(|_| (1.0, start + 1))
        }
        _ => alone(first, lang).then_some((1.0, start)),
    }
}

/// A number from `start`: its value, the word after it, and a unit written at its end.
pub(in crate::claim::guard) fn number(
    text: &Text,
    start: usize,
    lang: &str,
) -> Option<(f64, usize, Option<String>)> {
    let first = text.get(start);
    let (current, mut at) = if let Some((value, ending)) = value_of(first, lang) {
        let scaled = ending.and_then(|ending| scale(ending, lang));
        if let (Some(ending), None) = (ending, scaled) {
            return Some((value, start + 1, Some(ending.to_owned())));
        }
        (value * scaled.unwrap_or(1.0), start + 1)
    } else {
        begun(text, start, lang)?
    };
    let mut sum = Sum { current, ..Sum::default() };
    let digits = first.starts_with(|c: char| c.is_ascii_digit());
    while at < start + NUMBER_WORDS_MAX {
        let word = text.get(at);
        let group = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        if digits && group && first.len() <= 3 && at < start + 4 && sum.total == 0.0 {
            sum.current = sum.current * 1e3 + word.parse::<f64>().unwrap_or_default();
        } else if let Some(scale) = scale(word, lang) {
            sum.times(scale);
        } else if joins(word, lang) && !digits {
            // "two hundred and fifty"
            match value_of(text.get(at + 1), lang) {
                Some((value, None)) if value < 100.0 && sum.takes(value, lang) => {
                    sum.current += value;
                    at += 1;
                }
                _ => break,
            }
        } else if lang == "fr" && sum.current == 4.0 && word.starts_with("vingt") && !digits {
            sum.current = 80.0;
        } else if let Some(value) = numeral(word, lang).filter(|value| !digits && *value < 1e3)
            && sum.takes(value, lang)
        {
            sum.current += value;
        } else {
            break;
        }
        at += 1;
    }
    (at > start).then_some((sum.total + sum.current, at, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, lang: &str) -> Option<f64> {
        number(&Text::of(text), 0, lang).map(|(value, _, _)| value)
    }

    #[test]
    fn numbers_in_the_words_of_each_language() {
        for (lang, text, expected) in [
            ("en", "one million", 1e6),
            ("en", "two hundred and fifty thousand", 250e3),
            ("en", "one in five", 1.0),
            ("en", "half a million", 500e3),
            ("es", "medio millón", 500e3),
            ("es", "treinta y cinco", 35.0),
            ("es", "cinco mil millones", 5e9),
            ("es", "mil personas", 1e3),
            ("es", "doscientos cincuenta", 250.0),
            ("pt", "trezentos e vinte", 320.0),
            ("pt", "R$ 5 mi".trim_start_matches("R$ "), 5e6),
            ("pt", "um milhão", 1e6),
            ("fr", "quatre-vingt dix", 90.0),
            ("fr", "soixante douze", 72.0),
            ("fr", "trois cents", 300.0),
            ("de", "fünfundzwanzig", 25.0),
            ("de", "zweihundertfünfzig", 250.0),
            ("de", "hunderttausend", 100e3),
            ("de", "hundert", 100.0),
            ("de", "drei Billionen", 3e12),
        ] {
            assert_eq!(value(text, lang), Some(expected), "{lang}: {text}");
        }
    }

    #[test]
    fn articles_and_words_of_other_languages_are_no_numbers() {
        assert_eq!(value("one of them", "en"), None);
        assert_eq!(value("once again", "en"), None);
        assert_eq!(value("eine Frau", "de"), None);
        assert_eq!(value("un homme", "fr"), None);
        assert_eq!(value("undhundert", "de"), None);
        assert_eq!(value("two three", "en"), Some(2.0));
    }
}
