# Todo lo que claimwatch dice a las personas, en español. Sin «tú» ni «usted» donde sea posible.

## Números y fechas

own-name = Español
thousands = .
date = { $day } de { $month } de { $year }
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre

## A check that was found

verdict = { $age ->
    [older] { $verdict }, según { $publisher } en una verificación antigua ({ $date }).
    [undated] { $verdict }, según { $publisher }.
   *[dated] { $verdict }, según { $publisher } ({ $date }).
}
verdict-long = { $age ->
    [older] { $publisher } dice, en una verificación antigua ({ $date }): «{ $verdict }»
    [undated] { $publisher } dice: «{ $verdict }»
   *[dated] { $publisher } dice ({ $date }): «{ $verdict }»
}
unrated = { $age ->
    [older] { $publisher } lo verificó hace tiempo ({ $date }) y no da una calificación.
    [undated] { $publisher } lo verificó y no da una calificación.
   *[dated] { $publisher } lo verificó ({ $date }) y no da una calificación.
}
unnamed = un medio sin nombre
differ = Los medios no coinciden en este caso. Los demás están más abajo.
differ-short = Los medios no coinciden en este caso.
similar = Encontré una verificación de una afirmación parecida. Puede que no sea la misma.
similar-group = Encontré una verificación de una afirmación parecida. Puede que no sea esta.
found = Lo que encontraron: { $summary }
found-head = De la verificación: { $summary }
found-in = Resumen en { $language }: { $summary }
claim = La afirmación verificada: «{ $claim }»
question = La pregunta que investigaron: «{ $claim }»
title = Título de la verificación: «{ $claim }»
link = Leer la verificación: { $link }
also = También lo verificaron:
also-line = { $verdict } { $link }
sources = Fuentes: { $sources }
sources-more = { $n ->
    [one] y { $count } más en la página
   *[other] y { $count } más en la página
}
matched = Relacionado automáticamente con su mensaje. ¿No es lo mismo? Avíseme.
matched-group = Relacionado automáticamente con este mensaje. ¿No es lo mismo? Avíseme.
matched-short = Relacionado automáticamente.

## Missing context, and who benefits

missing = { $foreign ->
    [yes] Lo que falta, según { $publisher } (en { $language })
   *[no] Lo que falta, según { $publisher }
}
benefits = { $foreign ->
    [yes] Posibles sesgos y a quién beneficia, según { $publisher } (en { $language })
   *[no] Posibles sesgos y a quién beneficia, según { $publisher }
}

## Buttons

button-read = Leer en { $host }
button-both = Qué falta y a quién beneficia
button-missing = Qué falta
button-benefits = A quién beneficia
button-back = Volver a la respuesta corta
button-not-same = No es la misma afirmación
button-right = Coincide
button-wrong = No coincide
button-answer-now = Responder allí
button-take-back = Cancelar el envío
button-mute = Silenciar
button-unmute = Reactivar
button-tell-me = Avisarme cuando haya una
button-language-auto = El idioma de mi mensaje

## Nothing found

none = { $n ->
    [0] Todavía no puedo buscarlo: no hay verificaciones cargadas.
    [one] Por ahora no encontré ninguna verificación de esto. Busqué en las de { $count } medio.
   *[other] Por ahora no encontré ninguna verificación de esto. Busqué en las de { $count } medios.
}
none-meaning = Eso no dice si es cierto o no.
none-tip = Un consejo que suele ayudar: averiguar quién lo dijo primero y cuándo.
none-awaited = Anotado. Si aparece una verificación de esto hasta el { $date }, avisaré aquí.

## Told later

follow-up = Usted preguntó por esto el { $date }. Entonces no había encontrado nada.
follow-up-group = Aquí se preguntó por esto el { $date }. Entonces no había encontrado nada.
corrected-verdict = Corrección ({ $date }): { $publisher } ha cambiado su veredicto.
corrected-verdict-was = Corrección ({ $date }): { $publisher } ha cambiado su veredicto (antes: «{ $was }»).
corrected-withdrawn = Corrección ({ $date }): se ha retirado una verificación de { $publisher } que figuraba aquí.
withdrawn = Corrección ({ $date }): se ha retirado la verificación de { $publisher } que se mostraba aquí. No se fíe de lo que decía, por favor.
withdrawn-tip = Envíe el mensaje de nuevo y busco otras verificaciones.

## Feedback

not-same = Gracias. Tomé nota de que esta verificación trata de otra afirmación.
not-same-tip = También puede enviar solo la frase que quiere comprobar. Suele funcionar mejor.
not-same-again = Sigo buscando hasta el { $date } y aviso aquí si aparece otra verificación.

## Commands

start = Envíe o reenvíe un mensaje que le genere dudas. Busco verificaciones publicadas y muestro lo que encontraron, con el enlace.
start-who = No juzgo por mi cuenta. Cada veredicto viene del medio que se nombra al lado.
start-more = Qué guardo: /privacy. Cómo funciona: /help.
operator = Este bot lo gestiona { $operator }.

help-ask = Aquí: envíe o reenvíe un texto, una imagen con descripción o un enlace. No hace falta ningún comando.
help-group = En un grupo: responda a un mensaje con /check o mencione a @{ $bot }. Si no, guardo silencio, salvo que los administradores activen /listen.
help-answer = La respuesta indica el medio, su veredicto, la fecha y el enlace. Si la verificación trata de otra cosa, pulse «No es la misma afirmación».
help-scope = Busco en { $checks } verificaciones de { $publishers } medios. Leo textos, no lo que se ve en imágenes o videos.
help-commands = /settings cambia el idioma, /report avisa de un error, /privacy explica qué guardo y /forget lo borra.

privacy-read = Leo lo que se me envía aquí. En los grupos leo los mensajes que me mencionan, me responden o usan /check. Donde quienes gestionan este bot observan un grupo, o sus administradores activaron /listen, comparo también los demás mensajes, y guardo las palabras solo de los que encajan con una verificación o repiten varias personas.
privacy-keep = { $n ->
    [one] Sus mensajes y pulsaciones de botones se borran { $count } hora después de atenderlos. Su nombre no se guarda. El número de este chat sí, mientras pueda tener algo que corregir allí.
   *[other] Sus mensajes y pulsaciones de botones se borran { $count } horas después de atenderlos. Su nombre no se guarda. El número de este chat sí, mientras pueda tener algo que corregir allí.
}
privacy-none = { $n ->
    [one] Solo se guarda más tiempo, { $count } día, una pregunta para la que no encontré ninguna verificación, para que pueda pedir un aviso. También en los grupos, solo si iba dirigida a mí.
   *[other] Solo se guarda más tiempo, { $count } días, una pregunta para la que no encontré ninguna verificación, para que pueda pedir un aviso. También en los grupos, solo si iba dirigida a mí.
}
privacy-awaited = { $n ->
    [one] Si lo pide, se guarda { $count } día más desde entonces, también después del aviso: podría tratar de otra afirmación.
   *[other] Si lo pide, se guarda { $count } días más desde entonces, también después del aviso: podría tratar de otra afirmación.
}
privacy-answers = { $n ->
    [one] Qué verificación mostré en qué mensaje se guarda { $count } día, para que sus botones funcionen y pueda corregirlo si la verificación cambia.
   *[other] Qué verificación mostré en qué mensaje se guarda { $count } días, para que sus botones funcionen y pueda corregirlo si la verificación cambia.
}
privacy-pressed = { $n ->
    [one] Quién pulsa «No es la misma afirmación» se guarda { $count } día, como nombre bajo un secreto, con una huella de la pregunta en la que no se puede leer ninguna palabra; después, tanto como la respuesta, solo que se pulsó. De /report solo se guarda que llegó.
   *[other] Quién pulsa «No es la misma afirmación» se guarda { $count } días, como nombre bajo un secreto, con una huella de la pregunta en la que no se puede leer ninguna palabra; después, tanto como la respuesta, solo que se pulsó. De /report solo se guarda que llegó.
}
privacy-people = { $n ->
    [one] Quién escribió una publicación que miro se borra en cuanto se ha comparado y contado. Queda un nombre bajo un secreto, y ese secreto se desecha tras { $count } día.
   *[other] Quién escribió una publicación que miro se borra en cuanto se ha comparado y contado. Queda un nombre bajo un secreto, y ese secreto se desecha tras { $count } días.
}
privacy-deleted = La dirección de esa publicación, que puede nombrar a quien la escribió, se guarda tanto como la publicación. Si se borra en Bluesky o Mastodon, sus palabras se borran también aquí, y poco después su dirección.
privacy-settings = El idioma elegido, y si un grupo quiere que escuche, se guarda hasta que lo cambie o envíe /forget.
privacy-forget = /forget borra de inmediato lo que aún se guarda sobre usted. En un grupo borra lo que se guarda sobre el grupo si lo envía un administrador, y solo lo de quien lo envía si es otra persona.

forget = Listo. Lo que aún se guardaba sobre usted está borrado.
forget-group = Listo. Lo que aún se guardaba sobre este grupo está borrado, también su idioma y si escucho.
forget-member = Está borrado lo que se guardaba solo sobre usted: que pulsó «No es la misma afirmación» y con qué nombre se contaron aquí sus mensajes. Lo que este grupo preguntó y configuró se queda, hasta que un administrador envíe /forget.
forget-more = Puede seguir usando el bot cuando quiera.

settings = ¿En qué idioma debo responder?
settings-note = Lo que escribieron los medios queda en su propio idioma.

check = ¿Qué quiere comprobar? Escríbalo después de /check o responda a un mensaje con /check.
unreadable = Puedo leer texto, pies de foto y enlaces, pero todavía no lo que dicen imágenes, vídeos y mensajes de voz: envíeme la afirmación con palabras, por favor.
too-little = Envíeme o reenvíeme la frase que le hace dudar, o un enlace: estas pocas palabras no bastan para buscar.
report = Gracias. Su aviso queda anotado para quienes gestionan este bot.
report-how = ¿Qué está mal? Escríbalo después del comando: /report TEXTO. O responda con /report a una de mis respuestas.

## Responder sin pregunta, donde los administradores lo quieren

listen-how = En un grupo, los administradores pueden dejar que responda sin que se me pregunte: /listen on. Entonces respondo bajo un mensaje solo si una verificación publicada encaja claramente. /listen off lo termina al instante.
listen-on = { $n ->
    [one] Escucho aquí. Respondo bajo un mensaje solo si una verificación publicada encaja claramente, como mucho una vez por hora, y con la misma verificación como mucho una vez al día.
   *[other] Escucho aquí. Respondo bajo un mensaje solo si una verificación publicada encaja claramente, como mucho { $count } veces por hora, y con la misma verificación como mucho una vez al día.
}
listen-on-kept = Lo que no encaja con ninguna verificación no lo guardo. /listen off lo termina al instante.
listen-deaf = Pero Telegram no me muestra lo que se dice aquí. Pueden hacerme administrador de este grupo; o bien quien gestiona este bot desactiva su privacidad de grupo con @BotFather y vuelve a añadirme.
listen-off = Aquí no escucho. Respondo solo cuando se me pregunta.
listen-no-admin = Solo los administradores de este grupo pueden cambiarlo.
listen-unknown = No pude averiguar si administra este grupo. Inténtelo de nuevo en un momento, por favor.
listen-not-permitted = Quien gestiona este bot no ha permitido que escuche en este grupo.
unasked = Nadie preguntó: los administradores de este grupo quieren que responda a lo ya verificado. /listen off lo termina.
unasked-changed = El mensaje se modificó después. Lo que yo había respondido se refería a lo que decía antes.

## Menu

menu-check = Buscar verificaciones de un texto
menu-help = Cómo usar este bot
menu-settings = Elegir el idioma
menu-privacy = Qué se guarda y por cuánto tiempo
menu-forget = Borrar lo que se guarda sobre mí
menu-report = Avisar de un error
menu-listen = Para administradores de un grupo: dejar que responda sin que me pregunten, o no
menu-start = Qué hace este bot

## Profile

description = ¿Dudas sobre si algo es cierto? Envíelo o reenvíelo. Este bot busca verificaciones publicadas y muestra lo que encontraron, con el enlace. Los veredictos son siempre del medio que se nombra al lado. Los mensajes se borran poco después de responderlos: véase /privacy.
short-description = Envíe o reenvíe una afirmación y vea qué publicaron los verificadores sobre ella.

## Para el equipo de moderación: una afirmación que se difunde

# $sure es yes, o no si la verificación puede ser de otra afirmación.
alert-first = { $sure ->
    [yes] Nueva: una afirmación ya verificada
   *[no] Nueva: quizá una afirmación ya verificada
}
alert-first-unchecked = Se difunde: una afirmación sin verificar
alert-growth = { $n ->
    [one] Crece: { $count } publicación hasta ahora
   *[other] Crece: { $count } publicaciones hasta ahora
}
alert-answered = { $sure ->
    [yes] Ya hay una verificación de una afirmación que se difunde
   *[no] Quizá ya haya una verificación de una afirmación que se difunde
}
alert-changed = Una verificación cambió o fue retirada
alert-not-same = { $n ->
    [one] { $count } persona dice: no es la misma afirmación
   *[other] { $count } personas dicen: no es la misma afirmación
}
alert-not-same-like = Recibieron la verificación de abajo por un texto casi igual a este, que también se vio en público:
alert-not-same-asked = Recibieron la verificación de abajo por textos casi iguales. Lo que alguien pregunta no se muestra.
alert-not-same-wrong = Si no corresponde, pulse «{ $button }»: esas preguntas ya no la recibirán.
alert-silent = { $place } ha dejado de publicar
alert-silent-since = La última publicación llegó el { $date }. Nunca hubo un silencio tan largo: compruebe si todo funciona.
alert-urgent = Urgente. { $what }
alert-subject = { $headline }: «{ $post }»
alert-seen = Vista en { $place }
alert-seen-at = Vista en { $place }: { $link }
alert-place = «{ $title }» ({ $place })
alert-page = Más sobre esta afirmación: { $link }
alert-unchecked = No conozco ninguna verificación.
alert-linked = La publicación enlaza la verificación.
alert-words = En común: { $words }
alert-held = Quizá sea otra afirmación: { $reasons }
guard-number = otro número
guard-name = otro nombre
guard-place = otro lugar
guard-date = otra fecha
guard-negation = dice lo contrario
guard-few-words = la publicación es muy corta
guard-few-shared = poco en común
spread = { $numbers }, desde el { $date }.
spread-first = Por ahora, { $numbers }.
spread-posts = { $n ->
    [one] { $count } publicación
   *[other] { $count } publicaciones
}
spread-people = { $n ->
    [one] { $count } cuenta
   *[other] { $count } cuentas
}
spread-places = { $n ->
    [one] { $count } lugar
   *[other] { $count } lugares
}
spread-last-hour = { $count } en la última hora
spread-asked = { $n ->
    [one] { $count } pregunta
   *[other] { $count } preguntas
}
spread-languages = Idioma: { $languages }

# El resumen: un solo mensaje con lo ocurrido desde el anterior.
digest = Del { $from } al { $to }
digest-day = El { $date }
digest-claims = Afirmaciones verificadas que se difunden
digest-gaps = Afirmaciones sin verificar
digest-post = «{ $post }»
digest-private = Pregunta hecha en privado; no se muestra el texto.
digest-unkept = El texto no se conserva.
digest-asked = { $n ->
    [one] Preguntaron una vez.
   *[other] Preguntaron { $count } veces.
}
digest-more = … y { $count } más

## To moderators

alert = Publicación: «{ $post }» { $verdict } { $link }
alert-at = Publicación en { $place }: «{ $post }» { $verdict } { $link }
reported = Una persona avisa: «{ $text }»
reported-empty = Una persona avisa de un problema, sin decir cuál.
reported-about = Enviado como respuesta a lo que dije: { $verdict } { $link }
decided-right = Decidido: coincide.
decided-wrong = Decidido: no coincide.
ruled-answered = Respuesta allí solicitada.
ruled-muted = Silenciada hasta el { $date }.

## Toasts

toast-not-same = Gracias, queda anotado.
toast-tell-me = Anotado. Avisaré aquí.
toast-tell-me-again = Ya está anotado.
toast-tell-me-full = Ya espera tantas respuestas como puedo recordar. /forget las borra.
toast-language = Listo. A partir de ahora respondo en español.
toast-language-auto = Listo. Respondo en el idioma de cada mensaje.
toast-expired = Este botón es demasiado antiguo. Envíe el mensaje de nuevo, por favor.
toast-failed = No ha funcionado. Inténtelo de nuevo en un momento, por favor.
toast-decided = Anotado para todo el equipo de moderación.
toast-decided-before = Otra persona ya lo decidió.
toast-muted = Silenciado. Durante un tiempo no recibirá más avisos de esta afirmación.
toast-unmuted = Ya no está silenciada.
toast-answered = La respuesta va de camino al lugar donde está el mensaje.
toast-taken-back = Cancelada. No se envía nada.
toast-too-late = Demasiado tarde: ya se envió.
toast-no-place = No se puede responder a este mensaje donde está.
toast-no-admin = Solo los administradores de este grupo pueden cambiarlo.

## The search page

page-title = ¿Ya se ha verificado?
page-lead = Pegue algo que vio o escuchó. Busco verificaciones publicadas y le muestro qué encontraron, con el enlace.
page-label = ¿Qué vio o escuchó?
page-button = Buscar
page-answer = Lo que encontré
page-matched = Relacionado automáticamente con lo que escribió. Puede tratarse de otra afirmación, así que lea la verificación misma.
page-more = Más de esta verificación de { $publisher }
page-section = Parte de la verificación
page-sources = Todas las fuentes de esta verificación: { $count }
page-language = Idioma
page-who = No juzgo por mi cuenta. Cada veredicto es del medio que aparece al lado.
page-kept = No guardo lo que escribe aquí. Pero figura en la dirección de la respuesta y, por tanto, en el historial de este navegador.
page-long = Este texto es demasiado largo. Escriba como máximo { $count } caracteres.
page-busy = Hay demasiadas consultas en este momento. Inténtelo de nuevo en unos segundos.
page-failed = Algo falló. Inténtelo de nuevo en un momento.
page-lost = No hay ninguna página en esta dirección.
page-method = Esta dirección solo muestra páginas: no se ha leído lo que se le envió. Use la búsqueda.
page-home = Ir a la búsqueda

## Names of languages

language-ar = árabe
language-bg = búlgaro
language-bn = bengalí
language-ca = catalán
language-cs = checo
language-da = danés
language-de = alemán
language-el = griego
language-en = inglés
language-es = español
language-et = estonio
language-fa = persa
language-fi = finés
language-fr = francés
language-gu = guyaratí
language-he = hebreo
language-hi = hindi
language-hr = croata
language-hu = húngaro
language-id = indonesio
language-it = italiano
language-ja = japonés
language-ka = georgiano
language-ko = coreano
language-lt = lituano
language-lv = letón
language-mk = macedonio
language-ml = malayalam
language-mr = maratí
language-ms = malayo
language-my = birmano
language-ne = nepalí
language-nl = neerlandés
language-no = noruego
language-pa = panyabí
language-pl = polaco
language-pt = portugués
language-ro = rumano
language-ru = ruso
language-si = cingalés
language-sk = eslovaco
language-sl = esloveno
language-sq = albanés
language-sr = serbio
language-sv = sueco
language-sw = suajili
language-ta = tamil
language-te = telugu
language-th = tailandés
language-tl = tagalo
language-tr = turco
language-uk = ucraniano
language-ur = urdu
language-vi = vietnamita
language-zh = chino
language-other = otro idioma
