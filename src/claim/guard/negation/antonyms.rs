//! Words that say the opposite of each other in the same sentence.

/// Pairs of sides. `*` at the end of a form: any word that begins so.
const PAIRS: [(&[&str], &[&str]); 41] = [
    (
        &["legal", "legally", "lawful", "legalize*", "legalise*"],
        &["illegal", "illegally", "unlawful", "outlaw*", "criminali*"],
    ),
    (&["constitutional"], &["unconstitutional"]),
    (
        &["ban", "bans", "banned", "banning", "prohibit*", "forbid*", "forbade", "outlaw*"],
        &["allow*", "permit*", "unbanned", "legaliz*", "legalis*"],
    ),
    (
        &[
            "increase*",
            "increasing",
            "rise",
            "rises",
            "rose",
            "rising",
            "risen",
            "raise*",
            "raising",
            "up",
            "higher",
            "grew",
            "grow*",
            "soar*",
            "doubled",
            "more",
            "emit",
        ],
        &[
            "decrease*",
            "decreasing",
            "fall",
            "falls",
            "fell",
            "falling",
            "fallen",
            "drop",
            "dropped",
            "drops",
            "lower",
            "lowers",
            "lowered",
            "down",
            "shrink*",
            "shrank",
            "cut",
            "cuts",
            "reduce*",
            "reduc*",
            "declin*",
            "less",
            "fewer",
            "halved",
            "shrunk",
        ],
    ),
    (&["win", "wins", "won", "winning"], &["lose", "loses", "lost", "losing", "loss"]),
    (&["alive", "living", "lives"], &["dead", "died", "deceased", "passed"]),
    (
        &["safe", "harmless", "safely"],
        &["dangerous", "unsafe", "harmful", "deadly", "toxic", "poisonous"],
    ),
    (&["before"], &["after"]),
    (&["more"], &["less", "fewer"]),
    (
        &["open", "opens", "opened", "opening", "reopen*"],
        &["close", "closes", "closed", "closing", "shut", "shutting"],
    ),
    (&["accept*", "took", "take*"], &["reject*", "refuse*", "refusing", "declin*"]),
    (&["approve*", "approving"], &["reject*", "refuse*", "disapprov*", "denied", "veto*"]),
    (
        &["support*", "back", "backs", "backed", "backing", "favor*", "favour*", "endorse*", "for"],
        &["oppose*", "opposing", "against", "opposition"],
    ),
    (&["prevent*", "cure", "cures", "cured", "heal*"], &["cause", "causes", "caused", "causing"]),
    (&["cause", "causes", "caused"], &["prevent*", "cure", "cures"]),
    (&["first", "oldest", "earliest"], &["last", "latest", "newest"]),
    (&["highest", "most", "largest", "biggest", "record"], &["lowest", "least", "smallest"]),
    (&["guilty", "convicted"], &["innocent", "acquitted", "cleared"]),
    (&["hire", "hired", "hires", "hiring"], &["fire", "fired", "fires", "firing", "sacked"]),
    (&["join", "joined", "joins"], &["leave", "left", "leaves", "quit"]),
    (&["enter*"], &["exit*"]),
    (&["arrest", "arrested"], &["release", "released", "freed"]),
    (&["buy", "buys", "bought"], &["sell", "sells", "sold"]),
    (&["add", "adds", "added"], &["remove", "removed", "removes"]),
    (&["with"], &["without"]),
    (&["real", "genuine", "authentic"], &["fake", "staged", "faked", "doctored"]),
    (&["natural", "naturally"], &["artificial", "manmade"]),
    (&["strengthen*", "boost*"], &["weaken*"]),
    (&["warm*", "hotter", "melting"], &["cool*", "colder", "freezing"]),
    (&["rich", "richer", "richest"], &["poor", "poorer", "poorest"]),
    (&["mandatory", "compulsory", "obligatory"], &["voluntary", "optional"]),
    (&["pass", "passed", "passes"], &["fail", "failed", "fails"]),
    (&["pro"], &["anti"]),
    (&["man", "men", "male"], &["woman", "women", "female"]),
    (
        &["subir", "sube*", "subio", "aument*"],
        &["bajar", "baja", "bajo", "bajan", "reduc*", "diminu*"],
    ),
    (&["prohib*", "proib*"], &["permit*", "autoriza*", "libero*", "liberou", "legaliz*"]),
    (&["interdit", "interdire", "interdite", "interdits"], &["autorise*", "permet", "permis"]),
    (&["verboten", "verbietet", "verbot"], &["erlaubt", "erlaubt", "erlaubnis"]),
    (&["steigt", "steigen", "gestiegen", "erhoht"], &["sinkt", "sinken", "gesunken", "gesenkt"]),
    (
        &["ganar", "gano", "gana", "ganhou", "ganha", "gagne"],
        &["perder", "perdio", "pierde", "perdeu", "perdu"],
    ),
    (&["vivo", "viva", "vivant", "lebt"], &["muerto", "muerta", "morto", "mort", "tot"]),
];

fn is(form: &str, word: &str) -> bool {
    match form.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => form == word,
    }
}

/// The side of each pair that a word is on, for all pairs it is in: `(pair, left)`.
pub(super) fn sides(word: &str) -> impl Iterator<Item = (usize, bool)> {
    PAIRS.iter().enumerate().flat_map(move |(pair, (left, right))| {
        let on = |side: &[&str]| side.iter().any(|form| is(form, word));
        let left = on(left).then_some((pair, true));
        let right = on(right).then_some((pair, false));
        left.into_iter().chain(right)
    })
}
