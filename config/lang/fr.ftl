# Tout ce que claimwatch dit aux gens, en français. Espaces insécables devant la ponctuation double.

## Nombres et dates

own-name = Français
thousands = { "\u202F" }
date = { $day ->
    [1] 1er { $month } { $year }
   *[other] { $day } { $month } { $year }
}
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

## A check that was found

verdict = { $age ->
    [older] { $verdict }, selon { $publisher } dans une vérification ancienne ({ $date }).
    [undated] { $verdict }, selon { $publisher }.
   *[dated] { $verdict }, selon { $publisher } ({ $date }).
}
verdict-long = { $age ->
    [older] { $publisher } écrit, dans une vérification ancienne ({ $date }) : « { $verdict } »
    [undated] { $publisher } écrit : « { $verdict } »
   *[dated] { $publisher } écrit ({ $date }) : « { $verdict } »
}
unrated = { $age ->
    [older] { $publisher } l’a vérifié il y a un certain temps ({ $date }) et ne donne pas de note.
    [undated] { $publisher } l’a vérifié et ne donne pas de note.
   *[dated] { $publisher } l’a vérifié ({ $date }) et ne donne pas de note.
}
unnamed = un média sans nom
differ = Les médias ne sont pas d’accord sur ce point. Les autres figurent plus bas.
differ-short = Les médias ne sont pas d’accord sur ce point.
similar = J’ai trouvé la vérification d’une affirmation proche. Ce n’est peut-être pas la vôtre.
similar-group = J’ai trouvé la vérification d’une affirmation proche. Ce n’est peut-être pas celle-ci.
found = Ce qu’ils ont constaté : { $summary }
found-head = Extrait de la vérification : { $summary }
found-in = Résumé en { $language } : { $summary }
claim = L’affirmation vérifiée : « { $claim } »
question = La question étudiée : « { $claim } »
title = Titre de la vérification : « { $claim } »
link = Lire la vérification : { $link }
also = Également vérifié par :
also-line = { $verdict } { $link }
sources = Sources : { $sources }
sources-more = { $n ->
    [one] et { $count } autre sur la page
   *[other] et { $count } autres sur la page
}
matched = Rapproché automatiquement de votre message. Ce n’est pas la même chose ? Dites-le-moi.
matched-group = Rapproché automatiquement de ce message. Ce n’est pas la même chose ? Dites-le-moi.
matched-short = Rapproché automatiquement.

## Missing context, and who benefits

missing = { $foreign ->
    [yes] Ce qui manque, selon { $publisher } (en { $language })
   *[no] Ce qui manque, selon { $publisher }
}
benefits = { $foreign ->
    [yes] Biais possibles et à qui cela profite, selon { $publisher } (en { $language })
   *[no] Biais possibles et à qui cela profite, selon { $publisher }
}

## Buttons

button-read = Lire sur { $host }
button-both = Ce qui manque, à qui cela profite
button-missing = Ce qui manque
button-benefits = À qui cela profite
button-back = Revenir à la réponse courte
button-not-same = Ce n’est pas la même affirmation
button-right = Correspond
button-wrong = Ne correspond pas
button-answer-now = Répondre là-bas
button-take-back = Annuler l’envoi
button-mute = Mettre en sourdine
button-unmute = Réactiver
button-tell-me = Me prévenir quand il y en aura une
button-language-auto = La langue de mon message

## Nothing found

none = { $n ->
    [0] Je ne peux pas encore chercher : aucune vérification n’est chargée.
    [one] Je n’ai pas encore trouvé de vérification à ce sujet. J’ai cherché chez { $count } média.
   *[other] Je n’ai pas encore trouvé de vérification à ce sujet. J’ai cherché chez { $count } médias.
}
none-meaning = Cela ne dit pas si c’est vrai ou faux.
none-tip = Un conseil souvent utile : cherchez qui l’a dit en premier, et quand.
none-awaited = C’est noté. Si une vérification paraît d’ici au { $date }, je vous préviendrai ici.

## Told later

follow-up = Vous avez posé la question le { $date }. Je n’avais alors rien trouvé.
follow-up-group = La question a été posée ici le { $date }. Je n’avais alors rien trouvé.
corrected-verdict = Correction ({ $date }) : { $publisher } a changé son verdict.
corrected-verdict-was = Correction ({ $date }) : { $publisher } a changé son verdict (avant : « { $was } »).
corrected-withdrawn = Correction ({ $date }) : une vérification de { $publisher } qui figurait ici a été retirée.
withdrawn = Correction ({ $date }) : la vérification de { $publisher } affichée ici a été retirée. Merci de ne plus vous fier à ce qu’elle disait.
withdrawn-tip = Renvoyez le message, et je chercherai d’autres vérifications.

## Feedback

not-same = Merci. J’ai noté que cette vérification porte sur une autre affirmation.
not-same-tip = Vous pouvez aussi envoyer seulement la phrase à vérifier. Cela marche souvent mieux.
not-same-again = Je continue à chercher jusqu’au { $date } et vous préviendrai ici si une autre vérification paraît.

## Commands

start = Envoyez ou transférez un message qui vous fait douter. Je cherche les vérifications déjà publiées et je montre ce qu’elles ont constaté, avec le lien.
start-who = Je ne juge pas moi-même. Chaque verdict vient du média nommé à côté.
start-more = Ce que je garde : /privacy. Comment ça marche : /help.
operator = Ce bot est géré par { $operator }.

help-ask = Ici : envoyez ou transférez un texte, une image avec légende ou un lien. Aucune commande n’est nécessaire.
help-group = Dans un groupe : répondez à un message avec /check ou mentionnez @{ $bot }. Sinon, je reste silencieux, à moins que les administrateurs n’activent /listen.
help-answer = La réponse donne le média, son verdict, la date et le lien. Si la vérification parle d’autre chose, appuyez sur « Ce n’est pas la même affirmation ».
help-scope = Je cherche dans { $checks } vérifications de { $publishers } médias. Je lis les textes, pas ce que montrent les images ou les vidéos.
help-commands = /settings change la langue, /report signale une erreur, /privacy dit ce que je garde, /forget l’efface.

privacy-read = Je lis ce que vous m’envoyez ici. Dans les groupes, je lis les messages qui me mentionnent, me répondent ou utilisent /check. Là où ceux qui gèrent ce bot suivent un groupe, ou si ses administrateurs ont activé /listen, je compare aussi les autres messages et ne garde que les mots de ceux qui correspondent à une vérification ou que plusieurs personnes répètent.
privacy-keep = { $n ->
    [one] Vos messages et vos appuis sur les boutons sont effacés { $count } heure après leur traitement. Votre nom n’est pas gardé. Le numéro de cette discussion l’est, tant que je peux avoir quelque chose à y corriger.
   *[other] Vos messages et vos appuis sur les boutons sont effacés { $count } heures après leur traitement. Votre nom n’est pas gardé. Le numéro de cette discussion l’est, tant que je peux avoir quelque chose à y corriger.
}
privacy-none = { $n ->
    [one] Seule une question pour laquelle je n’ai trouvé aucune vérification est gardée plus longtemps, { $count } jour, pour que vous puissiez demander à être prévenu. De même dans les groupes, seulement si elle m’était adressée.
   *[other] Seule une question pour laquelle je n’ai trouvé aucune vérification est gardée plus longtemps, { $count } jours, pour que vous puissiez demander à être prévenu. De même dans les groupes, seulement si elle m’était adressée.
}
privacy-awaited = { $n ->
    [one] Dans ce cas, elle est gardée { $count } jour à partir de là, même une fois que vous avez été prévenu : il s’agissait peut-être d’une autre affirmation.
   *[other] Dans ce cas, elle est gardée { $count } jours à partir de là, même une fois que vous avez été prévenu : il s’agissait peut-être d’une autre affirmation.
}
privacy-answers = { $n ->
    [one] Quelle vérification j’ai montrée dans quel message est gardé { $count } jour, pour que ses boutons marchent et que je puisse corriger si la vérification change.
   *[other] Quelle vérification j’ai montrée dans quel message est gardé { $count } jours, pour que ses boutons marchent et que je puisse corriger si la vérification change.
}
privacy-pressed = { $n ->
    [one] Qui appuie sur « Ce n’est pas la même affirmation » est gardé { $count } jour, sous un nom protégé par un secret, avec une empreinte de la question où aucun mot ne peut être lu ; ensuite, aussi longtemps que la réponse, seulement le fait qu’on a appuyé. De /report, seul est gardé le fait qu’il est venu.
   *[other] Qui appuie sur « Ce n’est pas la même affirmation » est gardé { $count } jours, sous un nom protégé par un secret, avec une empreinte de la question où aucun mot ne peut être lu ; ensuite, aussi longtemps que la réponse, seulement le fait qu’on a appuyé. De /report, seul est gardé le fait qu’il est venu.
}
privacy-people = { $n ->
    [one] L’auteur d’une publication que je regarde est effacé dès qu’elle a été comparée et comptée. Il reste un nom protégé par un secret, et ce secret est jeté après { $count } jour.
   *[other] L’auteur d’une publication que je regarde est effacé dès qu’elle a été comparée et comptée. Il reste un nom protégé par un secret, et ce secret est jeté après { $count } jours.
}
privacy-deleted = L’adresse de cette publication, qui peut nommer son auteur, reste aussi longtemps qu’elle. Si elle est effacée sur Bluesky ou Mastodon, ses mots sont effacés ici aussi, et son adresse peu après.
privacy-settings = La langue choisie, et le fait qu’un groupe veuille que j’écoute, sont gardés jusqu’à ce que vous le changiez ou envoyiez /forget.
privacy-forget = /forget efface tout de suite ce qui est encore gardé à votre sujet. Dans un groupe, il efface ce qui est gardé au sujet du groupe si un administrateur l’envoie, et sinon seulement ce qui concerne la personne qui l’envoie.

forget = C’est fait. Ce qui était encore gardé à votre sujet est effacé.
forget-group = C’est fait. Ce qui était encore gardé au sujet de ce groupe est effacé, y compris sa langue et mon écoute.
forget-member = Ce qui était gardé à votre seul sujet est effacé : le fait que vous ayez appuyé sur « Ce n’est pas la même affirmation », et le nom sous lequel vos messages étaient comptés ici. Ce que ce groupe a demandé et réglé reste, tant qu’un administrateur n’envoie pas /forget.
forget-more = Vous pouvez continuer à utiliser le bot quand vous voulez.

settings = Dans quelle langue dois-je répondre ?
settings-note = Ce que les médias ont écrit reste dans leur propre langue.

check = Que voulez-vous vérifier ? Écrivez-le après /check, ou répondez à un message avec /check.
unreadable = Je peux lire les textes, les légendes et les liens, mais pas encore ce que disent les images, les vidéos et les messages vocaux : envoyez-moi l’affirmation en mots, s’il vous plaît.
too-little = Envoyez-moi ou transférez-moi la phrase qui vous fait douter, ou un lien : ces quelques mots ne suffisent pas pour chercher.
report = Merci. Votre signalement est noté pour les personnes qui gèrent ce bot.
report-how = Qu’est-ce qui ne va pas ? Écrivez-le après la commande : /report TEXTE. Ou répondez par /report à l’une de mes réponses.

## Répondre sans demande, là où les administrateurs le veulent

listen-how = Dans un groupe, les administrateurs peuvent me laisser répondre sans qu’on me le demande : /listen on. Je réponds alors sous un message seulement si une vérification publiée correspond clairement. /listen off y met fin aussitôt.
listen-on = { $n ->
    [one] J’écoute ici. Je réponds sous un message seulement si une vérification publiée correspond clairement, au plus une fois par heure, et avec la même vérification au plus une fois par jour.
   *[other] J’écoute ici. Je réponds sous un message seulement si une vérification publiée correspond clairement, au plus { $count } fois par heure, et avec la même vérification au plus une fois par jour.
}
listen-on-kept = Ce qui ne correspond à aucune vérification, je ne le garde pas. /listen off y met fin aussitôt.
listen-deaf = Mais Telegram ne me montre pas ce qui se dit ici. Nommez-moi administrateur de ce groupe ; ou bien la personne qui gère ce bot désactive sa confidentialité de groupe auprès de @BotFather et m’ajoute de nouveau.
listen-off = Je n’écoute pas ici. Je réponds seulement quand on me le demande.
listen-no-admin = Seuls les administrateurs de ce groupe peuvent changer cela.
listen-unknown = Je n’ai pas pu savoir si vous administrez ce groupe. Veuillez réessayer dans un moment.
listen-not-permitted = La personne qui gère ce bot n’a pas permis que j’écoute dans ce groupe.
unasked = Personne n’a demandé : les administrateurs de ce groupe veulent que je réponde à ce qui a été vérifié. /listen off y met fin.
unasked-changed = Le message a été modifié depuis. Ce que j’avais répondu portait sur ce qu’il disait avant.

## Menu

menu-check = Chercher les vérifications d’un texte
menu-help = Comment utiliser ce bot
menu-settings = Choisir la langue
menu-privacy = Ce qui est gardé, et combien de temps
menu-forget = Effacer ce qui est gardé à mon sujet
menu-report = Signaler une erreur
menu-listen = Pour les administrateurs d’un groupe : me laisser répondre sans demande, ou non
menu-start = Ce que fait ce bot

## Profile

description = Un doute sur une information ? Envoyez-la ou transférez-la. Ce bot cherche les vérifications déjà publiées et montre ce qu’elles ont constaté, avec le lien. Les verdicts viennent toujours du média nommé à côté. Vos messages sont effacés peu après la réponse : voir /privacy.
short-description = Envoyez ou transférez une affirmation et voyez ce que les vérificateurs en ont publié.

## À l’équipe de modération : une affirmation qui circule

# $sure vaut yes, ou no si la vérification concerne peut-être une autre affirmation.
alert-first = { $sure ->
    [yes] Nouveau : une affirmation déjà vérifiée
   *[no] Nouveau : peut-être une affirmation déjà vérifiée
}
alert-first-unchecked = En circulation : une affirmation sans vérification
alert-growth = { $n ->
    [one] En hausse : { $count } publication jusqu’ici
   *[other] En hausse : { $count } publications jusqu’ici
}
alert-answered = { $sure ->
    [yes] Une affirmation qui circule vient d’être vérifiée
   *[no] Une affirmation qui circule vient peut-être d’être vérifiée
}
alert-changed = Une vérification a été modifiée ou retirée
alert-not-same = { $n ->
    [one] { $count } personne dit : ce n’est pas la même affirmation
   *[other] { $count } personnes disent : ce n’est pas la même affirmation
}
alert-not-same-like = La vérification ci-dessous a été donnée pour un texte presque identique à celui-ci, vu aussi en public :
alert-not-same-asked = La vérification ci-dessous a été donnée pour des textes presque identiques. Ce que l’on demande n’est pas montré.
alert-not-same-wrong = Si elle ne convient pas, appuyez sur « { $button } » : de telles questions ne la recevront plus.
alert-silent = { $place } ne publie plus rien
alert-silent-since = La dernière publication date du { $date }. Jamais le silence n’a duré si longtemps : vérifiez que tout fonctionne.
alert-urgent = Urgent. { $what }
alert-subject = { $headline } : « { $post } »
alert-seen = Vu dans { $place }
alert-seen-at = Vu dans { $place } : { $link }
alert-place = « { $title } » ({ $place })
alert-page = Plus sur cette affirmation : { $link }
alert-unchecked = Je n’en connais aucune vérification.
alert-linked = La publication renvoie à la vérification.
alert-words = En commun : { $words }
alert-held = Peut-être une autre affirmation : { $reasons }
guard-number = autre nombre
guard-name = autre nom
guard-place = autre lieu
guard-date = autre date
guard-negation = dit le contraire
guard-few-words = la publication est très courte
guard-few-shared = peu de points communs
spread = { $numbers }, depuis le { $date }.
spread-first = Pour l’instant, { $numbers }.
spread-posts = { $n ->
    [one] { $count } publication
   *[other] { $count } publications
}
spread-people = { $n ->
    [one] { $count } compte
   *[other] { $count } comptes
}
spread-places = { $n ->
    [one] { $count } endroit
   *[other] { $count } endroits
}
spread-last-hour = { $count } dans la dernière heure
spread-asked = { $n ->
    [one] { $count } question
   *[other] { $count } questions
}
spread-languages = Langue : { $languages }

# Le résumé : un seul message pour tout ce qui s’est passé depuis le précédent.
digest = Du { $from } au { $to }
digest-day = Le { $date }
digest-claims = Affirmations vérifiées qui circulent
digest-gaps = Affirmations sans vérification
digest-post = « { $post } »
digest-private = Question posée en privé ; le texte n’est pas montré.
digest-unkept = Le texte n’est pas conservé.
digest-asked = { $n ->
    [one] Demandé une fois.
   *[other] Demandé { $count } fois.
}
digest-more = … et { $count } de plus

## To moderators

alert = Publication : « { $post } » { $verdict } { $link }
alert-at = Publication sur { $place } : « { $post } » { $verdict } { $link }
reported = Une personne signale : « { $text } »
reported-empty = Une personne signale un problème, sans préciser lequel.
reported-about = Envoyé en réponse à ce que j’ai dit : { $verdict } { $link }
decided-right = Décidé : correspond.
decided-wrong = Décidé : ne correspond pas.
ruled-answered = Réponse là-bas demandée.
ruled-muted = En sourdine jusqu’au { $date }.

## Toasts

toast-not-same = Merci, c’est noté.
toast-tell-me = C’est noté. Je vous préviendrai ici.
toast-tell-me-again = C’est déjà noté.
toast-tell-me-full = Vous attendez déjà autant de réponses que je peux en retenir. /forget les efface.
toast-language = C’est fait. Je réponds désormais en français.
toast-language-auto = C’est fait. Je réponds dans la langue de chaque message.
toast-expired = Ce bouton est trop ancien. Renvoyez le message, s’il vous plaît.
toast-failed = Cela n’a pas marché. Réessayez dans un instant, s’il vous plaît.
toast-decided = Noté pour toute l’équipe de modération.
toast-decided-before = Quelqu’un l’a déjà décidé.
toast-muted = Muet. Vous n’aurez plus de nouvelles de cette affirmation pendant un certain temps.
toast-unmuted = N’est plus en sourdine.
toast-answered = La réponse part là où se trouve le message.
toast-taken-back = Annulée. Rien n’est envoyé.
toast-too-late = Trop tard : elle a été envoyée.
toast-no-place = On ne peut pas répondre à ce message là où il se trouve.
toast-no-admin = Seuls les administrateurs de ce groupe peuvent changer cela.

## The search page

page-title = A-t-on déjà vérifié ?
page-lead = Collez ce que vous avez vu ou entendu. Je cherche des vérifications publiées et montre ce qu’elles ont constaté, avec le lien.
page-label = Qu’avez-vous vu ou entendu ?
page-button = Chercher
page-answer = Ce que j’ai trouvé
page-matched = Rapproché automatiquement de ce que vous avez écrit. Il peut s’agir d’une autre affirmation : lisez la vérification elle-même.
page-more = La suite de cette vérification de { $publisher }
page-section = Partie de la vérification
page-sources = Toutes les sources de cette vérification : { $count }
page-language = Langue
page-who = Je ne juge pas moi-même. Chaque verdict vient du média nommé à côté.
page-kept = Je ne conserve pas ce que vous écrivez ici. Mais cela figure dans l’adresse de la réponse, donc dans l’historique de ce navigateur.
page-long = Ce texte est trop long. Saisissez au plus { $count } caractères.
page-busy = Trop de questions en ce moment. Réessayez dans quelques secondes.
page-failed = Cela n’a pas marché. Réessayez dans un instant.
page-lost = Il n’y a pas de page à cette adresse.
page-method = Cette adresse ne fait qu’afficher des pages : ce qui lui a été envoyé n’a pas été lu. Utilisez la recherche.
page-home = Vers la recherche

## Names of languages

language-ar = arabe
language-bg = bulgare
language-bn = bengali
language-ca = catalan
language-cs = tchèque
language-da = danois
language-de = allemand
language-el = grec
language-en = anglais
language-es = espagnol
language-et = estonien
language-fa = persan
language-fi = finnois
language-fr = français
language-gu = gujarati
language-he = hébreu
language-hi = hindi
language-hr = croate
language-hu = hongrois
language-id = indonésien
language-it = italien
language-ja = japonais
language-ka = géorgien
language-ko = coréen
language-lt = lituanien
language-lv = letton
language-mk = macédonien
language-ml = malayalam
language-mr = marathi
language-ms = malais
language-my = birman
language-ne = népalais
language-nl = néerlandais
language-no = norvégien
language-pa = pendjabi
language-pl = polonais
language-pt = portugais
language-ro = roumain
language-ru = russe
language-si = cingalais
language-sk = slovaque
language-sl = slovène
language-sq = albanais
language-sr = serbe
language-sv = suédois
language-sw = swahili
language-ta = tamoul
language-te = télougou
language-th = thaï
language-tl = tagalog
language-tr = turc
language-uk = ukrainien
language-ur = ourdou
language-vi = vietnamien
language-zh = chinois
language-other = une autre langue
