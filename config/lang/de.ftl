# Alles, was claimwatch Menschen sagt, auf Deutsch. Anrede „Sie“, wo es ohne nicht geht.

## Zahlen und Daten

own-name = Deutsch
thousands = .
date = { $day }. { $month } { $year }
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

## A check that was found

verdict = { $age ->
    [older] { $verdict }, sagt { $publisher } in einem älteren Faktencheck ({ $date }).
    [undated] { $verdict }, sagt { $publisher }.
   *[dated] { $verdict }, sagt { $publisher } ({ $date }).
}
verdict-long = { $age ->
    [older] { $publisher } sagt in einem älteren Faktencheck ({ $date }): „{ $verdict }“
    [undated] { $publisher } sagt: „{ $verdict }“
   *[dated] { $publisher } sagt ({ $date }): „{ $verdict }“
}
unrated = { $age ->
    [older] { $publisher } hat das vor längerer Zeit geprüft ({ $date }) und gibt keine Bewertung ab.
    [undated] { $publisher } hat das geprüft und gibt keine Bewertung ab.
   *[dated] { $publisher } hat das geprüft ({ $date }) und gibt keine Bewertung ab.
}
unnamed = eine ungenannte Redaktion
differ = Die Redaktionen sind sich hier nicht einig. Die anderen stehen weiter unten.
differ-short = Die Redaktionen sind sich hier nicht einig.
similar = Ich habe einen Faktencheck zu einer ähnlichen Behauptung gefunden. Vielleicht ist es nicht Ihre.
similar-group = Ich habe einen Faktencheck zu einer ähnlichen Behauptung gefunden. Vielleicht ist es nicht diese.
found = Das Ergebnis: { $summary }
found-head = Aus dem Faktencheck: { $summary }
found-in = Zusammenfassung auf { $language }: { $summary }
claim = Die geprüfte Behauptung: „{ $claim }“
question = Die untersuchte Frage: „{ $claim }“
title = Titel des Faktenchecks: „{ $claim }“
link = Zum Faktencheck: { $link }
also = Auch geprüft von:
also-line = { $verdict } { $link }
sources = Quellen: { $sources }
sources-more = { $n ->
    [one] und { $count } weitere auf der Seite
   *[other] und { $count } weitere auf der Seite
}
matched = Automatisch Ihrer Nachricht zugeordnet. Nicht dasselbe? Sagen Sie es mir.
matched-group = Automatisch dieser Nachricht zugeordnet. Nicht dasselbe? Sagen Sie es mir.
matched-short = Automatisch zugeordnet.

## Missing context, and who benefits

missing = { $foreign ->
    [yes] Was fehlt, laut { $publisher } (auf { $language })
   *[no] Was fehlt, laut { $publisher }
}
benefits = { $foreign ->
    [yes] Mögliche Verzerrung und wem sie nützt, laut { $publisher } (auf { $language })
   *[no] Mögliche Verzerrung und wem sie nützt, laut { $publisher }
}

## Buttons

button-read = Lesen auf { $host }
button-both = Was fehlt und wem es nützt
button-missing = Was fehlt
button-benefits = Wem es nützt
button-back = Zurück zur kurzen Antwort
button-not-same = Nicht dieselbe Behauptung
button-right = Passt
button-wrong = Passt nicht
button-answer-now = Dort antworten
button-take-back = Zurücknehmen
button-mute = Stumm schalten
button-unmute = Nicht mehr stumm
button-tell-me = Bescheid geben, wenn es einen gibt
button-language-auto = Sprache meiner Nachricht

## Nothing found

none = { $n ->
    [0] Ich kann noch nicht suchen: Es sind keine Faktenchecks geladen.
    [one] Dazu habe ich noch keinen Faktencheck gefunden. Gesucht habe ich bei { $count } Redaktion.
   *[other] Dazu habe ich noch keinen Faktencheck gefunden. Gesucht habe ich bei { $count } Redaktionen.
}
none-meaning = Das sagt nichts darüber, ob es stimmt.
none-tip = Ein Tipp, der oft hilft: herausfinden, wer es zuerst gesagt hat und wann.
none-awaited = Notiert. Wenn bis zum { $date } ein Faktencheck dazu erscheint, sage ich hier Bescheid.

## Told later

follow-up = Danach haben Sie am { $date } gefragt. Damals hatte ich nichts gefunden.
follow-up-group = Danach wurde hier am { $date } gefragt. Damals hatte ich nichts gefunden.
corrected-verdict = Berichtigung ({ $date }): { $publisher } hat die Bewertung geändert.
corrected-verdict-was = Berichtigung ({ $date }): { $publisher } hat die Bewertung geändert (zuvor: „{ $was }“).
corrected-withdrawn = Berichtigung ({ $date }): Ein Faktencheck von { $publisher }, der hier genannt war, wurde zurückgezogen.
withdrawn = Berichtigung ({ $date }): Der Faktencheck von { $publisher }, der hier stand, wurde zurückgezogen. Bitte verlassen Sie sich nicht mehr darauf.
withdrawn-tip = Schicken Sie die Nachricht noch einmal, dann suche ich nach anderen Faktenchecks.

## Feedback

not-same = Danke. Ich habe notiert, dass es in diesem Faktencheck um eine andere Behauptung geht.
not-same-tip = Gern können Sie nur den Satz schicken, um den es geht. Das klappt oft besser.
not-same-again = Ich suche bis zum { $date } weiter und sage hier Bescheid, wenn ein anderer Faktencheck erscheint.

## Commands

start = Schicken Sie mir eine Nachricht, bei der Sie unsicher sind, oder leiten Sie sie weiter. Ich suche veröffentlichte Faktenchecks dazu und zeige, was sie ergeben haben, mit Link.
start-who = Ich urteile nicht selbst. Jede Bewertung stammt von der Redaktion, die daneben steht.
start-more = Was ich speichere: /privacy. Wie es geht: /help.
operator = Diesen Bot betreibt { $operator }.

help-ask = Hier: einen Text, ein Bild mit Beschreibung oder einen Link schicken oder weiterleiten. Ein Befehl ist nicht nötig.
help-group = In einer Gruppe: mit /check auf eine Nachricht antworten oder @{ $bot } erwähnen. Sonst schweige ich, außer Admins der Gruppe schalten /listen ein.
help-answer = Die Antwort nennt die Redaktion, ihre Bewertung, das Datum und den Link. Geht es im Faktencheck um etwas anderes, hilft ein Druck auf „Nicht dieselbe Behauptung“.
help-scope = Ich suche in { $checks } Faktenchecks von { $publishers } Redaktionen. Ich lese Text, nicht was auf Bildern oder in Videos zu sehen ist.
help-commands = /settings ändert die Sprache, /report meldet einen Fehler, /privacy sagt, was ich speichere, /forget löscht es.

privacy-read = Ich lese, was Sie mir hier schicken. In Gruppen lese ich Nachrichten, die mich erwähnen, mir antworten oder /check verwenden. Wo die Betreiber dieses Bots eine Gruppe beobachten oder ihre Admins /listen eingeschaltet haben, vergleiche ich auch die anderen Nachrichten und speichere die Worte nur, wenn sie zu einem Faktencheck passen oder mehrere Leute dasselbe sagen.
privacy-keep = { $n ->
    [one] Ihre Nachrichten und Tastendrücke werden { $count } Stunde nach der Bearbeitung gelöscht. Ihr Name wird nicht gespeichert. Die Nummer dieses Chats schon, solange ich dort noch etwas zu berichtigen haben könnte.
   *[other] Ihre Nachrichten und Tastendrücke werden { $count } Stunden nach der Bearbeitung gelöscht. Ihr Name wird nicht gespeichert. Die Nummer dieses Chats schon, solange ich dort noch etwas zu berichtigen haben könnte.
}
privacy-none = { $n ->
    [one] Nur eine Frage, zu der ich keinen Faktencheck fand, bleibt länger gespeichert, { $count } Tag, damit Sie um Nachricht bitten können. Auch in Gruppen nur, wenn sie an mich gerichtet war.
   *[other] Nur eine Frage, zu der ich keinen Faktencheck fand, bleibt länger gespeichert, { $count } Tage, damit Sie um Nachricht bitten können. Auch in Gruppen nur, wenn sie an mich gerichtet war.
}
privacy-awaited = { $n ->
    [one] Dann bleibt sie von da an { $count } Tag gespeichert, auch nach der Nachricht: Die könnte eine andere Behauptung betroffen haben.
   *[other] Dann bleibt sie von da an { $count } Tage gespeichert, auch nach der Nachricht: Die könnte eine andere Behauptung betroffen haben.
}
privacy-answers = { $n ->
    [one] Welchen Faktencheck ich in welcher Nachricht gezeigt habe, bleibt { $count } Tag gespeichert, damit die Tasten gehen und ich berichtigen kann, wenn er sich ändert.
   *[other] Welchen Faktencheck ich in welcher Nachricht gezeigt habe, bleibt { $count } Tage gespeichert, damit die Tasten gehen und ich berichtigen kann, wenn er sich ändert.
}
privacy-pressed = { $n ->
    [one] Wer „Nicht dieselbe Behauptung“ drückt, bleibt { $count } Tag als Name unter einem Geheimnis gespeichert, mit einem Abdruck der Frage, aus dem sich kein Wort lesen lässt; danach, so lange wie die Antwort, nur, dass gedrückt wurde. Von /report bleibt nur, dass es kam.
   *[other] Wer „Nicht dieselbe Behauptung“ drückt, bleibt { $count } Tage als Name unter einem Geheimnis gespeichert, mit einem Abdruck der Frage, aus dem sich kein Wort lesen lässt; danach, so lange wie die Antwort, nur, dass gedrückt wurde. Von /report bleibt nur, dass es kam.
}
privacy-people = { $n ->
    [one] Wer einen öffentlichen Beitrag schrieb, den ich ansehe, wird gelöscht, sobald der Beitrag verglichen und gezählt ist. Übrig bleibt ein Name unter einem Geheimnis, das nach { $count } Tag weggeworfen wird.
   *[other] Wer einen öffentlichen Beitrag schrieb, den ich ansehe, wird gelöscht, sobald der Beitrag verglichen und gezählt ist. Übrig bleibt ein Name unter einem Geheimnis, das nach { $count } Tagen weggeworfen wird.
}
privacy-deleted = Die Adresse so eines Beitrags, die den Autor nennen kann, bleibt so lange wie der Beitrag. Wird er auf Bluesky oder Mastodon gelöscht, werden seine Worte auch hier gelöscht, und bald danach seine Adresse.
privacy-settings = Die gewählte Sprache, und ob eine Gruppe mein Zuhören will, bleibt gespeichert, bis Sie es ändern oder /forget schicken.
privacy-forget = /forget löscht sofort, was noch über Sie gespeichert ist. In einer Gruppe löscht es, was über die Gruppe gespeichert ist, wenn ein Admin es schickt, und sonst nur, was über die Absenderin oder den Absender gespeichert ist.

forget = Erledigt. Was noch über Sie gespeichert war, ist gelöscht.
forget-group = Erledigt. Was noch über diese Gruppe gespeichert war, ist gelöscht, auch ihre Sprache und ob ich zuhöre.
forget-member = Gelöscht ist, was nur über Sie gespeichert war: dass Sie „Nicht dieselbe Behauptung“ gedrückt haben, und unter welchem Namen Ihre Beiträge hier gezählt wurden. Was diese Gruppe gefragt und eingestellt hat, bleibt, bis ein Admin /forget schickt.
forget-more = Sie können den Bot jederzeit weiter benutzen.

settings = In welcher Sprache soll ich antworten?
settings-note = Was die Redaktionen geschrieben haben, bleibt in deren Sprache.

check = Was soll ich prüfen? Schreiben Sie es hinter /check oder antworten Sie auf eine Nachricht mit /check.
unreadable = Ich kann Text, Bildunterschriften und Links lesen, aber noch nicht, was Bilder, Videos und Sprachnachrichten sagen: Bitte schicken Sie mir die Behauptung in Worten.
too-little = Schicken Sie mir den Satz, der Sie stutzen lässt, oder leiten Sie ihn oder einen Link weiter: Diese wenigen Worte sind zu wenig zum Nachschlagen.
report = Danke. Ihre Meldung ist für die Betreiber dieses Bots notiert.
report-how = Was stimmt nicht? Schreiben Sie es hinter den Befehl: /report TEXT. Oder antworten Sie mit /report auf eine meiner Antworten.

## Ungefragt antworten, wo Admins einer Gruppe es wollen

listen-how = In einer Gruppe können die Admins mich ungefragt antworten lassen: /listen on. Ich antworte dann nur unter Nachrichten, zu denen ein veröffentlichter Faktencheck klar passt. /listen off beendet das sofort.
listen-on = { $n ->
    [one] Ich höre hier zu. Ich antworte nur unter einer Nachricht, zu der ein veröffentlichter Faktencheck klar passt, höchstens einmal pro Stunde, und mit demselben Faktencheck höchstens einmal am Tag.
   *[other] Ich höre hier zu. Ich antworte nur unter einer Nachricht, zu der ein veröffentlichter Faktencheck klar passt, höchstens { $count }-mal pro Stunde, und mit demselben Faktencheck höchstens einmal am Tag.
}
listen-on-kept = Was zu keinem Faktencheck passt, speichere ich nicht. /listen off beendet das sofort.
listen-deaf = Nur zeigt mir Telegram nicht, was hier gesagt wird. Machen Sie mich zum Admin dieser Gruppe; oder wer diesen Bot betreibt, schaltet bei @BotFather dessen Gruppen-Privatsphäre aus und fügt mich der Gruppe neu hinzu.
listen-off = Ich höre hier nicht zu. Ich antworte nur, wenn ich gefragt werde.
listen-no-admin = Das können nur Admins dieser Gruppe umschalten.
listen-unknown = Ich konnte nicht feststellen, ob Sie Admin dieser Gruppe sind. Bitte versuchen Sie es gleich noch einmal.
listen-not-permitted = Wer diesen Bot betreibt, hat das Zuhören in dieser Gruppe nicht erlaubt.
unasked = Niemand hat gefragt: Admins dieser Gruppe möchten, dass ich auf Geprüftes antworte. /listen off beendet das.
unasked-changed = Die Nachricht wurde inzwischen geändert. Was ich geantwortet hatte, galt ihrem früheren Wortlaut.

## Menu

menu-check = Faktenchecks zu einem Text suchen
menu-help = Wie dieser Bot funktioniert
menu-settings = Sprache wählen
menu-privacy = Was gespeichert wird und wie lange
menu-forget = Löschen, was über mich gespeichert ist
menu-report = Einen Fehler melden
menu-listen = Für Admins einer Gruppe: mich ungefragt antworten lassen oder nicht
menu-start = Was dieser Bot tut

## Profile

description = Stimmt das wirklich? Einfach schicken oder weiterleiten. Dieser Bot sucht veröffentlichte Faktenchecks dazu und zeigt, was sie ergeben haben, mit Link. Bewertungen stammen immer von der Redaktion, die daneben steht. Nachrichten werden bald nach der Antwort gelöscht: siehe /privacy.
short-description = Behauptung schicken oder weiterleiten und sehen, was Faktenchecks dazu ergeben haben.

## An Moderatoren: eine Behauptung, die sich verbreitet

# $sure ist yes, oder no, wenn der Faktencheck eine andere Behauptung meinen kann.
alert-first = { $sure ->
    [yes] Neu: eine geprüfte Behauptung
   *[no] Neu: vielleicht eine geprüfte Behauptung
}
alert-first-unchecked = Verbreitet sich: eine Behauptung ohne Faktencheck
alert-growth = { $n ->
    [one] Wächst: bisher { $count } Beitrag
   *[other] Wächst: bisher { $count } Beiträge
}
alert-answered = { $sure ->
    [yes] Zu einer verbreiteten Behauptung gibt es jetzt einen Faktencheck
   *[no] Zu einer verbreiteten Behauptung gibt es jetzt vielleicht einen Faktencheck
}
alert-changed = Ein Faktencheck wurde geändert oder zurückgezogen
alert-not-same = { $n ->
    [one] { $count } Person sagt: nicht dieselbe Behauptung
   *[other] { $count } Personen sagen: nicht dieselbe Behauptung
}
alert-not-same-like = Sie bekamen den Faktencheck unten zu fast diesem Text, der auch öffentlich zu lesen war:
alert-not-same-asked = Sie bekamen den Faktencheck unten zu fast dem gleichen Text. Was jemand fragt, wird nicht gezeigt.
alert-not-same-wrong = Passt er dazu nicht, hilft „{ $button }“: Solche Fragen bekommen ihn dann nicht mehr.
alert-silent = { $place } ist verstummt
alert-silent-since = Der letzte Beitrag kam am { $date }. So lange war es dort noch nie still: Bitte nachsehen, ob noch alles geht.
alert-urgent = Dringend. { $what }
alert-subject = { $headline }: „{ $post }“
alert-seen = Gesehen in { $place }
alert-seen-at = Gesehen in { $place }: { $link }
alert-place = „{ $title }“ ({ $place })
alert-page = Mehr zu dieser Behauptung: { $link }
alert-unchecked = Einen Faktencheck dazu kenne ich nicht.
alert-linked = Der Beitrag verlinkt den Faktencheck.
alert-words = Gemeinsam: { $words }
alert-held = Vielleicht eine andere Behauptung: { $reasons }
guard-number = andere Zahl
guard-name = anderer Name
guard-place = anderer Ort
guard-date = anderes Datum
guard-negation = sagt das Gegenteil
guard-few-words = der Beitrag ist sehr kurz
guard-few-shared = wenig gemeinsam
spread = { $numbers }, seit dem { $date }.
spread-first = Bisher { $numbers }.
spread-posts = { $n ->
    [one] { $count } Beitrag
   *[other] { $count } Beiträge
}
spread-people = { $n ->
    [one] { $count } Konto
   *[other] { $count } Konten
}
spread-places = { $n ->
    [one] { $count } Ort
   *[other] { $count } Orte
}
spread-last-hour = { $count } in der letzten Stunde
spread-asked = { $n ->
    [one] einmal gefragt
   *[other] { $count }-mal gefragt
}
spread-languages = Sprache: { $languages }

# Die Übersicht: eine Nachricht für alles seit der letzten.
digest = Vom { $from } bis zum { $to }
digest-day = Am { $date }
digest-claims = Geprüfte Behauptungen, die sich verbreiten
digest-gaps = Behauptungen ohne Faktencheck
digest-post = „{ $post }“
digest-private = Privat gefragt; der Text wird nicht gezeigt.
digest-unkept = Der Text ist nicht gespeichert.
digest-asked = { $n ->
    [one] Einmal gefragt.
   *[other] { $count } Mal gefragt.
}
digest-more = … und { $count } weitere

## To moderators

alert = Beitrag: „{ $post }“ { $verdict } { $link }
alert-at = Beitrag auf { $place }: „{ $post }“ { $verdict } { $link }
reported = Eine Person meldet: „{ $text }“
reported-empty = Eine Person meldet ein Problem, ohne zu sagen, welches.
reported-about = Als Antwort auf meine Auskunft geschickt: { $verdict } { $link }
decided-right = Entschieden: passt.
decided-wrong = Entschieden: passt nicht.
ruled-answered = Antwort dort veranlasst.
ruled-muted = Stumm bis zum { $date }.

## Toasts

toast-not-same = Danke, ist notiert.
toast-tell-me = Notiert. Ich sage hier Bescheid.
toast-tell-me-again = Das ist schon notiert.
toast-tell-me-full = Sie warten schon auf so viele Antworten, wie ich mir merken kann. /forget löscht sie.
toast-language = Erledigt. Ich antworte ab jetzt auf Deutsch.
toast-language-auto = Erledigt. Ich antworte in der Sprache Ihrer Nachricht.
toast-expired = Diese Taste ist zu alt. Bitte die Nachricht noch einmal schicken.
toast-failed = Das hat nicht geklappt. Bitte gleich noch einmal versuchen.
toast-decided = Für alle Moderatoren notiert.
toast-decided-before = Das hat schon jemand entschieden.
toast-muted = Stumm. Von dieser Behauptung hören Sie eine Weile nichts mehr.
toast-unmuted = Nicht mehr stumm.
toast-answered = Die Antwort geht dorthin, wo der Beitrag steht.
toast-taken-back = Zurückgenommen. Es wird nichts gesendet.
toast-too-late = Zu spät: Die Antwort wurde schon gesendet.
toast-no-place = Auf diesen Beitrag kann dort, wo er steht, nicht geantwortet werden.
toast-no-admin = Das können nur Admins dieser Gruppe ändern.

## The search page

page-title = Schon geprüft?
page-lead = Fügen Sie ein, was Sie gesehen oder gehört haben. Ich suche veröffentlichte Faktenchecks dazu und zeige, was sie ergeben haben, mit Link.
page-label = Was haben Sie gesehen oder gehört?
page-button = Nachsehen
page-answer = Was ich gefunden habe
page-matched = Automatisch Ihrem Text zugeordnet. Es kann um eine andere Behauptung gehen, lesen Sie also den Faktencheck selbst.
page-more = Mehr aus diesem Faktencheck von { $publisher }
page-section = Teil des Faktenchecks
page-sources = Alle Quellen dieses Faktenchecks: { $count }
page-language = Sprache
page-who = Ich urteile nicht selbst. Jedes Urteil stammt von der Redaktion, die daneben steht.
page-kept = Was Sie hier eingeben, speichere ich nicht. Es steht aber in der Adresse der Antwort und damit im Verlauf dieses Browsers.
page-long = Dieser Text ist zu lang. Bitte höchstens { $count } Zeichen eingeben.
page-busy = Gerade fragen zu viele. Bitte versuchen Sie es in einigen Sekunden noch einmal.
page-failed = Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
page-lost = Unter dieser Adresse gibt es keine Seite.
page-method = Diese Adresse zeigt nur Seiten: Was an sie geschickt wurde, wurde nicht gelesen. Bitte benutzen Sie die Suche.
page-home = Zur Suche

## Names of languages

language-ar = Arabisch
language-bg = Bulgarisch
language-bn = Bengalisch
language-ca = Katalanisch
language-cs = Tschechisch
language-da = Dänisch
language-de = Deutsch
language-el = Griechisch
language-en = Englisch
language-es = Spanisch
language-et = Estnisch
language-fa = Persisch
language-fi = Finnisch
language-fr = Französisch
language-gu = Gujarati
language-he = Hebräisch
language-hi = Hindi
language-hr = Kroatisch
language-hu = Ungarisch
language-id = Indonesisch
language-it = Italienisch
language-ja = Japanisch
language-ka = Georgisch
language-ko = Koreanisch
language-lt = Litauisch
language-lv = Lettisch
language-mk = Mazedonisch
language-ml = Malayalam
language-mr = Marathi
language-ms = Malaiisch
language-my = Birmanisch
language-ne = Nepalesisch
language-nl = Niederländisch
language-no = Norwegisch
language-pa = Punjabi
language-pl = Polnisch
language-pt = Portugiesisch
language-ro = Rumänisch
language-ru = Russisch
language-si = Singhalesisch
language-sk = Slowakisch
language-sl = Slowenisch
language-sq = Albanisch
language-sr = Serbisch
language-sv = Schwedisch
language-sw = Suaheli
language-ta = Tamil
language-te = Telugu
language-th = Thailändisch
language-tl = Tagalog
language-tr = Türkisch
language-uk = Ukrainisch
language-ur = Urdu
language-vi = Vietnamesisch
language-zh = Chinesisch
language-other = einer anderen Sprache
