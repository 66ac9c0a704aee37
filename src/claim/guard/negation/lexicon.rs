//! Words that deny, by how they do.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// First letters that forms of a word that denies share.
const KIN_CHARS: usize = 3;

/// How a word denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// It denies what follows: "not", "never", "no", "nobody".
    Not,
    /// A verb that denies what is done to it: "refused to", "denied".
    Verb,
    /// It may stand for a denial, yet doesn't say one by itself: "banned", "fake", "empty".
    Weak,
    /// It only tells of a thing that isn't, or isn't so.
    Trace,
}

/// Words that deny by themselves, by language.
const NOT: [(&str, &str); 5] = [
    (
        "en",
        "not never no cannot cant dont doesnt didnt isnt wasnt arent wont werent hasnt havent \
         hadnt wouldnt couldnt shouldnt aint nor neither none nobody nothing nowhere noone \
         without zero hardly scarcely barely",
    ),
    ("es", "no nunca jamas ningun ninguna ninguno nadie nada tampoco sin ni"),
    ("pt", "nao nunca jamais nenhum nenhuma ninguem nada tampouco sem"),
    ("fr", "pas jamais aucun aucune rien guere sans"),
    (
        "de",
        "nicht nie niemals niemand nichts kein keine keinen keinem keiner keines ohne weder \
            keinesfalls keineswegs",
    ),
];

/// Verbs that deny what is done to it, by language; `*` at the end: any word that begins so.
const VERBS: [(&str, &str); 5] = [
    (
        "en",
        "refuse refuses refused refusing decline declines declined declining deny denies denied \
         denying reject* fail fails failed failing stop stops stopped stopping cease ceases \
         ceased quit quits dismissed refute* disavow* unable \
         repudiat* disprove* disproven instead",
    ),
    (
        "es",
        "nego niega niegan negaron negado negarse rehus* rechaz* descart* desmint* \
         desmient* dejo dejaron deja dejan dejara dejaran",
    ),
    (
        "pt",
        "negou nega negam negaram negado recus* rejeit* descart* desment* deixou deixaram deixa",
    ),
    (
        "fr",
        "refuse refuses refusent refusait refusa nie nient niait dement dementi dementent \
         rejette rejettent rejete cesse cessent cessa arrete",
    ),
    (
        "de",
        "verweiger* weiger* geweigert leugn* geleugnet bestreit* bestritt* bestritten dementier* \
         abgelehnt abgestritten unterliess",
    ),
];

/// Words that may stand for a denial on the other side.
const WEAK: &str = "anti non free end ends ended ending ban bans banned banning bar bars barred \
    prohibit* forbid* forbad* illegal* outlaw* unlawful cancel* block* prevent* avoid* lack* \
    missing absent absence empty disallow* disqualif* stop* withhold* withheld abolish* eliminat* \
    repeal* oppos* fail* reject* declin* refus* denie* deny* denial* ineligible unable \
    impossible incapable unconstitutional prohib* proib* impid* falta* interdi* manque* verboten \
    verbiet* verbot* fehlt lehnt ablehn* unless otherwise only except";

/// Words that tell of a thing that isn't, or isn't so, in whatever way.
const TRACES: &str = "miss ignore* ignoring false fake hoax myth untrue lie lies lied liar hide \
    hides hid hiding hidden secret* remov* strip* withdr* exempt* escap* dodg* skip* lose* lost \
    loss gone dead died unfit unsafe away cut cuts cutting revok* fear* afraid peur miedo \
    medo angst inaccura* wrong misle* misinf* few little less nada zip 0 \
    longer illegitimate invalid falso falsa mentira faux fausse falsch";

/// "Not" of languages in which a second one in a clause only strengthens the first.
const CONCORD: &str = "no nunca jamas ningun ninguna ninguno nadie nada tampoco nao jamais nenhum \
    nenhuma ninguem tampouco pas aucun aucune rien guere plus personne";

/// Words said about what others don't say, do or know, so that the rest stays affirmed.
const ATTITUDE: &str = "tell told know knew knows care cares see saw seen hear heard forget \
    understand realize matter wonder mind trust surprise surprised worry expect notice listen \
    remember blame afraid joking kidding pretend sabe saben sabem sait savent weiss wissen cuenta \
    cuentan conta contam erzahlt erzahlen";

/// The same, unless it is the claim's own subject that says, wants or lets.
const SAYING: &str = "say said says want wants wanted report reported reports reporting mention \
    mentions mentioned cover covers show shows showed admit admits admitted believe believes \
    think thinks talk talks ask asks let lets call called need needs like likes allow share shares \
    muestra muestran mostra mostram montre montrent zeigt zeigen dice dicen diz dizem dit disent \
    sagt sagen fala falam habla hablan parle parlent berichtet berichten quiere quieren quer \
    querem veut veulent";

type Forms = HashMap<&'static str, Vec<(&'static str, Sort)>>;

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut forms = Forms::new();
    for (sort, lists) in [(Sort::Not, &NOT), (Sort::Verb, &VERBS)] {
        for (lang, words) in lists {
            for word in words.split_whitespace().filter(|word| !word.ends_with('*')) {
                forms.entry(word).or_default().push((lang, sort));
            }
        }
    }
    forms
});

static WEAKLY: LazyLock<HashSet<&'static str>> = LazyLock::new(|| set(WEAK));
static TRACING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| set(TRACES));
static STRENGTHENING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| set(CONCORD));
static FEELS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| set(ATTITUDE));
static SAYS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| set(SAYING));

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// The beginning of words that deny, its language, if they do so in one only, and how they do.
type Start = (&'static str, Option<&'static str>, Sort);

/// Those beginnings by their first letter.
static STARTS: LazyLock<HashMap<char, Vec<Start>>> = LazyLock::new(|| {
    let verbs = VERBS.iter().map(|(lang, words)| (*words, Some(*lang), Sort::Verb));
    let others = [(WEAK, None, Sort::Weak), (TRACES, None, Sort::Trace)];
    let mut starts: HashMap<char, Vec<Start>> = HashMap::new();
    for (words, lang, sort) in verbs.chain(others) {
        for start in words.split_whitespace().filter_map(|form| form.strip_suffix('*')) {
            let first = start.chars().next().unwrap_or_default();
            starts.entry(first).or_default().push((start, lang, sort));
        }
    }
    starts
});

/// Whether a word begins as those do that deny in this way, in a language that is `spoken`.
fn begins(word: &str, how: Sort, spoken: impl Fn(&str) -> bool) -> bool {
    let first = word.chars().next().unwrap_or_default();
    STARTS.get(&first).into_iter().flatten().any(|(start, lang, sort)| {
        *sort == how && word.starts_with(start) && lang.is_none_or(&spoken)
    })
}

/// How a word denies, in a language or in any.
pub(super) fn sort(word: &str, lang: Option<&str>) -> Option<Sort> {
    // English is written among all others, and few of its words deny in them.
    let own = |code: &str| code == "en" || lang.is_none_or(|lang| lang == code || !known(lang));
    if word.ends_with("n't") {
        return Some(Sort::Not);
    }
    let listed = FORMS.get(word).into_iter().flatten().find(|(code, _)| own(code));
    if let Some((_, sort)) = listed {
        return Some(*sort);
    }
    // Verbs are not: French "rejeter" is to throw out.
    let spoken = |code: &str| lang.is_none_or(|lang| lang == code || !known(lang));
    if begins(word, Sort::Verb, spoken) {
        return Some(Sort::Verb);
    }
    if WEAKLY.contains(word) || begins(word, Sort::Weak, |_| true) {
        return Some(Sort::Weak);
    }
    (TRACING.contains(word) || begins(word, Sort::Trace, |_| true)).then_some(Sort::Trace)
}

fn known(lang: &str) -> bool {
    NOT.iter().any(|(code, _)| *code == lang)
}

impl Sort {
    /// Whether it denies in so many words.
    pub(super) fn plain(self) -> bool {
        matches!(self, Self::Not | Self::Verb)
    }
}

/// Whether two words that deny are forms of one: "bans" and "banned".
pub(super) fn kin(one: &str, other: &str) -> bool {
    let start = |word: &str| word.chars().take(KIN_CHARS).collect::<String>();
    one.chars().count() >= KIN_CHARS && start(one) == start(other)
}

/// Whether a denial only strengthens one of these before it.
pub(super) fn concord(word: &str) -> bool {
    STRENGTHENING.contains(word)
}

/// Whether a word denies a verb, and so what is said of a subject before it.
pub(super) fn of_verbs(word: &str) -> bool {
    let german = matches!(word, "nicht" | "nie" | "niemals");
    let english = matches!(word, "not" | "never" | "cannot") || word.ends_with("nt");
    german
        || english
        || word.ends_with("n't")
        || matches!(word, "no" | "nao" | "pas" | "jamais" | "nunca" | "jamas")
}

/// Whether a word is the second of a French denial, after its verb.
pub(super) fn french(word: &str) -> bool {
    matches!(word, "pas" | "jamais" | "aucun" | "aucune" | "rien" | "guere" | "plus" | "personne")
}

/// Whether a verb says what somebody knows or feels.
pub(super) fn feels(word: &str) -> bool {
    FEELS.contains(word)
}

/// Whether a verb says what somebody says or wants.
pub(super) fn says(word: &str) -> bool {
    SAYS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_deny_in_their_language() {
        assert_eq!(sort("no", Some("es")), Some(Sort::Not));
        assert_eq!(sort("nicht", None), Some(Sort::Not));
        assert_eq!(sort("shouldn't", Some("en")), Some(Sort::Not));
        assert_eq!(sort("recusou", Some("pt")), Some(Sort::Verb));
        assert_eq!(sort("banned", Some("en")), Some(Sort::Weak));
        assert_eq!(sort("table", Some("en")), None);
    }
}
