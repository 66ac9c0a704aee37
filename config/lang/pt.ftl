# Tudo o que o claimwatch diz às pessoas, em português do Brasil.

## Números e datas

own-name = Português
thousands = .
date = { $day } de { $month } de { $year }
month-1 = janeiro
month-2 = fevereiro
month-3 = março
month-4 = abril
month-5 = maio
month-6 = junho
month-7 = julho
month-8 = agosto
month-9 = setembro
month-10 = outubro
month-11 = novembro
month-12 = dezembro

## A check that was found

verdict = { $age ->
    [older] { $verdict }, segundo { $publisher } em uma checagem antiga ({ $date }).
    [undated] { $verdict }, segundo { $publisher }.
   *[dated] { $verdict }, segundo { $publisher } ({ $date }).
}
verdict-long = { $age ->
    [older] { $publisher } diz, em uma checagem antiga ({ $date }): “{ $verdict }”
    [undated] { $publisher } diz: “{ $verdict }”
   *[dated] { $publisher } diz ({ $date }): “{ $verdict }”
}
unrated = { $age ->
    [older] { $publisher } checou isto há algum tempo ({ $date }) e não dá uma classificação.
    [undated] { $publisher } checou isto e não dá uma classificação.
   *[dated] { $publisher } checou isto ({ $date }) e não dá uma classificação.
}
unnamed = um veículo sem nome
differ = Os veículos não concordam neste caso. Os outros estão listados abaixo.
differ-short = Os veículos não concordam neste caso.
similar = Encontrei uma checagem de uma alegação parecida. Pode não ser a mesma.
similar-group = Encontrei uma checagem de uma alegação parecida. Pode não ser esta.
found = O que descobriram: { $summary }
found-head = Da checagem: { $summary }
found-in = Resumo em { $language }: { $summary }
claim = A alegação checada: “{ $claim }”
question = A pergunta investigada: “{ $claim }”
title = Título da checagem: “{ $claim }”
link = Leia a checagem: { $link }
also = Também checaram:
also-line = { $verdict } { $link }
sources = Fontes: { $sources }
sources-more = { $n ->
    [one] e mais { $count } na página
   *[other] e mais { $count } na página
}
matched = Associado automaticamente à sua mensagem. Não é a mesma coisa? Avise.
matched-group = Associado automaticamente a esta mensagem. Não é a mesma coisa? Avise.
matched-short = Associado automaticamente.

## Missing context, and who benefits

missing = { $foreign ->
    [yes] O que falta, segundo { $publisher } (em { $language })
   *[no] O que falta, segundo { $publisher }
}
benefits = { $foreign ->
    [yes] Possível viés e quem se beneficia, segundo { $publisher } (em { $language })
   *[no] Possível viés e quem se beneficia, segundo { $publisher }
}

## Buttons

button-read = Ler em { $host }
button-both = O que falta e quem se beneficia
button-missing = O que falta
button-benefits = Quem se beneficia
button-back = Voltar à resposta curta
button-not-same = Não é a mesma alegação
button-right = Corresponde
button-wrong = Não corresponde
button-answer-now = Responder lá
button-take-back = Cancelar o envio
button-mute = Silenciar
button-unmute = Reativar
button-tell-me = Avise-me quando houver uma
button-language-auto = O idioma da minha mensagem

## Nothing found

none = { $n ->
    [0] Ainda não é possível pesquisar: nenhuma checagem foi carregada.
    [one] Ainda não encontrei uma checagem disto. Procurei nas checagens de { $count } veículo.
   *[other] Ainda não encontrei uma checagem disto. Procurei nas checagens de { $count } veículos.
}
none-meaning = Isso não diz se é verdade ou não.
none-tip = Uma dica que costuma ajudar: descubra quem disse isso primeiro e quando.
none-awaited = Anotado. Se surgir uma checagem disto até { $date }, avisarei aqui.

## Told later

follow-up = Você perguntou sobre isto em { $date }. Na época eu não tinha encontrado nada.
follow-up-group = Perguntaram sobre isto aqui em { $date }. Na época eu não tinha encontrado nada.
corrected-verdict = Correção ({ $date }): { $publisher } mudou seu veredito.
corrected-verdict-was = Correção ({ $date }): { $publisher } mudou seu veredito (antes: “{ $was }”).
corrected-withdrawn = Correção ({ $date }): uma checagem de { $publisher } que constava aqui foi retirada.
withdrawn = Correção ({ $date }): a checagem de { $publisher } que aparecia aqui foi retirada. Por favor, não confie no que ela dizia.
withdrawn-tip = Envie a mensagem de novo e procuro outras checagens.

## Feedback

not-same = Obrigado. Anotei que esta checagem trata de outra alegação.
not-same-tip = Se quiser, envie só a frase que deseja verificar. Costuma funcionar melhor.
not-same-again = Continuo procurando até { $date } e aviso aqui se surgir outra checagem.

## Commands

start = Envie ou encaminhe uma mensagem que deixou dúvida. Procuro checagens publicadas e mostro o que descobriram, com o link.
start-who = Não julgo por conta própria. Cada veredito vem do veículo indicado ao lado.
start-more = O que guardo: /privacy. Como funciona: /help.
operator = Este bot é mantido por { $operator }.

help-ask = Aqui: envie ou encaminhe um texto, uma imagem com legenda ou um link. Não precisa de comando.
help-group = Em um grupo: responda a uma mensagem com /check ou mencione @{ $bot }. Fora isso, fico em silêncio, a menos que os administradores ativem /listen.
help-answer = A resposta indica o veículo, o veredito, a data e o link. Se a checagem for sobre outra coisa, toque em “Não é a mesma alegação”.
help-scope = Procuro em { $checks } checagens de { $publishers } veículos. Leio textos, não o que aparece em imagens ou vídeos.
help-commands = /settings muda o idioma, /report avisa sobre um erro, /privacy explica o que guardo e /forget apaga.

privacy-read = Leio o que você envia aqui. Em grupos, leio as mensagens que me mencionam, me respondem ou usam /check. Onde quem cuida deste bot observa um grupo, ou os administradores ativaram /listen, comparo também as outras mensagens e guardo só as palavras das que se encaixam em uma checagem ou que várias pessoas repetem.
privacy-keep = { $n ->
    [one] Suas mensagens e toques em botões são apagados { $count } hora depois de atendidos. Seu nome não fica guardado. O número desta conversa fica, enquanto eu puder ter algo a corrigir ali.
   *[other] Suas mensagens e toques em botões são apagados { $count } horas depois de atendidos. Seu nome não fica guardado. O número desta conversa fica, enquanto eu puder ter algo a corrigir ali.
}
privacy-none = { $n ->
    [one] Só uma pergunta para a qual não encontrei checagem fica guardada por mais tempo, { $count } dia, para que você possa pedir um aviso. Em grupos também, só se foi dirigida a mim.
   *[other] Só uma pergunta para a qual não encontrei checagem fica guardada por mais tempo, { $count } dias, para que você possa pedir um aviso. Em grupos também, só se foi dirigida a mim.
}
privacy-awaited = { $n ->
    [one] Se pedir, ela fica guardada por { $count } dia a partir daí, também depois do aviso: ele pode ter tratado de outra alegação.
   *[other] Se pedir, ela fica guardada por { $count } dias a partir daí, também depois do aviso: ele pode ter tratado de outra alegação.
}
privacy-answers = { $n ->
    [one] Qual checagem mostrei em qual mensagem fica guardado por { $count } dia, para que os botões funcionem e eu possa corrigir se a checagem mudar.
   *[other] Qual checagem mostrei em qual mensagem fica guardado por { $count } dias, para que os botões funcionem e eu possa corrigir se a checagem mudar.
}
privacy-pressed = { $n ->
    [one] Quem toca em “Não é a mesma alegação” fica guardado por { $count } dia, como nome sob um segredo, com uma marca da pergunta em que nenhuma palavra pode ser lida; depois, tanto tempo quanto a resposta, só que alguém tocou. De /report só fica guardado que chegou.
   *[other] Quem toca em “Não é a mesma alegação” fica guardado por { $count } dias, como nome sob um segredo, com uma marca da pergunta em que nenhuma palavra pode ser lida; depois, tanto tempo quanto a resposta, só que alguém tocou. De /report só fica guardado que chegou.
}
privacy-people = { $n ->
    [one] Quem escreveu uma publicação que eu olho é apagado assim que ela foi comparada e contada. Fica um nome sob um segredo, e esse segredo é jogado fora depois de { $count } dia.
   *[other] Quem escreveu uma publicação que eu olho é apagado assim que ela foi comparada e contada. Fica um nome sob um segredo, e esse segredo é jogado fora depois de { $count } dias.
}
privacy-deleted = O endereço dessa publicação, que pode dizer quem a escreveu, fica tanto tempo quanto ela. Se ela for apagada no Bluesky ou no Mastodon, as palavras dela são apagadas aqui também, e o endereço logo depois.
privacy-settings = O idioma escolhido, e se um grupo quer que eu escute, fica guardado até você mudar ou enviar /forget.
privacy-forget = /forget apaga na hora o que ainda está guardado sobre você. Num grupo, apaga o que está guardado sobre o grupo se um administrador enviar, e só o de quem enviou se for outra pessoa.

forget = Pronto. O que ainda estava guardado sobre você foi apagado.
forget-group = Pronto. O que ainda estava guardado sobre este grupo foi apagado, também o idioma e se eu escuto.
forget-member = Foi apagado o que estava guardado só sobre você: que você tocou em “Não é a mesma alegação” e com que nome suas mensagens daqui foram contadas. O que este grupo perguntou e configurou fica, até um administrador enviar /forget.
forget-more = Você pode continuar usando o bot quando quiser.

settings = Em que idioma devo responder?
settings-note = O que os veículos escreveram continua no idioma deles.

check = O que você quer verificar? Escreva depois de /check ou responda a uma mensagem com /check.
unreadable = Consigo ler textos, legendas e links, mas ainda não o que dizem imagens, vídeos e mensagens de voz: envie a afirmação em palavras, por favor.
too-little = Envie ou encaminhe a frase que faz você duvidar, ou um link: estas poucas palavras não bastam para procurar.
report = Obrigado. Seu aviso foi anotado para quem mantém este bot.
report-how = O que está errado? Escreva depois do comando: /report TEXTO. Ou responda com /report a uma das minhas respostas.

## Responder sem pergunta, onde os administradores querem

listen-how = Em um grupo, os administradores podem me deixar responder sem que perguntem: /listen on. Então respondo abaixo de uma mensagem só se uma checagem publicada se encaixa claramente. /listen off encerra isso na hora.
listen-on = { $n ->
    [one] Eu escuto aqui. Respondo abaixo de uma mensagem só se uma checagem publicada se encaixa claramente, no máximo uma vez por hora, e com a mesma checagem no máximo uma vez por dia.
   *[other] Eu escuto aqui. Respondo abaixo de uma mensagem só se uma checagem publicada se encaixa claramente, no máximo { $count } vezes por hora, e com a mesma checagem no máximo uma vez por dia.
}
listen-on-kept = O que não se encaixa em nenhuma checagem eu não guardo. /listen off encerra isso na hora.
listen-deaf = Mas o Telegram não me mostra o que se diz aqui. Façam de mim um administrador deste grupo; ou quem cuida deste bot desativa a privacidade de grupo dele no @BotFather e me adiciona de novo.
listen-off = Eu não escuto aqui. Respondo só quando perguntam.
listen-no-admin = Só administradores deste grupo podem mudar isso.
listen-unknown = Não consegui descobrir se você é administrador deste grupo. Tente de novo daqui a pouco, por favor.
listen-not-permitted = Quem cuida deste bot não permitiu que eu escute neste grupo.
unasked = Ninguém perguntou: os administradores deste grupo querem que eu responda ao que já foi checado. /listen off encerra isso.
unasked-changed = A mensagem foi alterada depois. O que eu tinha respondido era sobre o que ela dizia antes.

## Menu

menu-check = Procurar checagens de um texto
menu-help = Como usar este bot
menu-settings = Escolher o idioma
menu-privacy = O que é guardado e por quanto tempo
menu-forget = Apagar o que é guardado sobre mim
menu-report = Avisar sobre um erro
menu-listen = Para administradores de um grupo: me deixar responder sem perguntarem, ou não
menu-start = O que este bot faz

## Profile

description = Ficou em dúvida se algo é verdade? Envie ou encaminhe. Este bot procura checagens publicadas e mostra o que descobriram, com o link. Os vereditos são sempre do veículo indicado ao lado. As mensagens são apagadas pouco depois da resposta: veja /privacy.
short-description = Envie ou encaminhe uma alegação e veja o que os checadores publicaram sobre ela.

## Para a moderação: uma alegação que se espalha

# $sure é yes, ou no quando a checagem pode ser de outra alegação.
alert-first = { $sure ->
    [yes] Nova: uma alegação já checada
   *[no] Nova: talvez uma alegação já checada
}
alert-first-unchecked = Espalhando-se: uma alegação sem checagem
alert-growth = { $n ->
    [one] Crescendo: { $count } publicação até agora
   *[other] Crescendo: { $count } publicações até agora
}
alert-answered = { $sure ->
    [yes] Uma alegação que se espalha acaba de ser checada
   *[no] Uma alegação que se espalha talvez já tenha sido checada
}
alert-changed = Uma checagem foi alterada ou retirada
alert-not-same = { $n ->
    [one] { $count } pessoa diz: não é a mesma alegação
   *[other] { $count } pessoas dizem: não é a mesma alegação
}
alert-not-same-like = Receberam a checagem abaixo por um texto quase igual a este, que também foi visto em público:
alert-not-same-asked = Receberam a checagem abaixo por textos quase iguais. O que alguém pergunta não é mostrado.
alert-not-same-wrong = Se não servir, toque em “{ $button }”: perguntas assim deixam de recebê-la.
alert-silent = { $place } parou de publicar
alert-silent-since = A última publicação chegou em { $date }. Nunca houve um silêncio tão longo: veja se tudo ainda funciona.
alert-urgent = Urgente. { $what }
alert-subject = { $headline }: “{ $post }”
alert-seen = Vista em { $place }
alert-seen-at = Vista em { $place }: { $link }
alert-place = “{ $title }” ({ $place })
alert-page = Mais sobre esta alegação: { $link }
alert-unchecked = Não conheço nenhuma checagem dela.
alert-linked = A publicação tem o link da checagem.
alert-words = Em comum: { $words }
alert-held = Talvez seja outra alegação: { $reasons }
guard-number = outro número
guard-name = outro nome
guard-place = outro lugar
guard-date = outra data
guard-negation = diz o contrário
guard-few-words = a publicação é muito curta
guard-few-shared = pouco em comum
spread = { $numbers }, desde { $date }.
spread-first = Até agora, { $numbers }.
spread-posts = { $n ->
    [one] { $count } publicação
   *[other] { $count } publicações
}
spread-people = { $n ->
    [one] { $count } conta
   *[other] { $count } contas
}
spread-places = { $n ->
    [one] { $count } lugar
   *[other] { $count } lugares
}
spread-last-hour = { $count } na última hora
spread-asked = { $n ->
    [one] { $count } pergunta
   *[other] { $count } perguntas
}
spread-languages = Idioma: { $languages }

# O resumo: uma só mensagem com o que houve desde a anterior.
digest = De { $from } a { $to }
digest-day = Em { $date }
digest-claims = Alegações checadas que se espalham
digest-gaps = Alegações sem checagem
digest-post = “{ $post }”
digest-private = Perguntada em privado; o texto não é mostrado.
digest-unkept = O texto não é guardado.
digest-asked = { $n ->
    [one] Perguntaram uma vez.
   *[other] Perguntaram { $count } vezes.
}
digest-more = … e mais { $count }

## To moderators

alert = Publicação: “{ $post }” { $verdict } { $link }
alert-at = Publicação em { $place }: “{ $post }” { $verdict } { $link }
reported = Uma pessoa avisa: “{ $text }”
reported-empty = Uma pessoa avisa de um problema, sem dizer qual.
reported-about = Enviado em resposta ao que eu disse: { $verdict } { $link }
decided-right = Decidido: corresponde.
decided-wrong = Decidido: não corresponde.
ruled-answered = Resposta lá solicitada.
ruled-muted = Silenciada até { $date }.

## Toasts

toast-not-same = Obrigado, anotado.
toast-tell-me = Anotado. Avisarei aqui.
toast-tell-me-again = Isso já está anotado.
toast-tell-me-full = Você já espera tantas respostas quantas posso lembrar. /forget apaga todas.
toast-language = Pronto. A partir de agora respondo em português.
toast-language-auto = Pronto. Respondo no idioma de cada mensagem.
toast-expired = Este botão é antigo demais. Envie a mensagem de novo, por favor.
toast-failed = Não funcionou. Tente de novo daqui a pouco, por favor.
toast-decided = Anotado para toda a moderação.
toast-decided-before = Outra pessoa já decidiu.
toast-muted = Silenciado. Por um tempo você não receberá mais avisos desta afirmação.
toast-unmuted = Não está mais silenciada.
toast-answered = A resposta está a caminho de onde a mensagem está.
toast-taken-back = Cancelada. Nada é enviado.
toast-too-late = Tarde demais: já foi enviada.
toast-no-place = Não é possível responder a esta mensagem onde ela está.
toast-no-admin = Só administradores deste grupo podem mudar isso.

## The search page

page-title = Já foi checado?
page-lead = Cole algo que você viu ou ouviu. Procuro checagens publicadas e mostro o que descobriram, com o link.
page-label = O que você viu ou ouviu?
page-button = Procurar
page-answer = O que encontrei
page-matched = Associado automaticamente ao que você escreveu. Pode ser sobre outra alegação, então leia a própria checagem.
page-more = Mais desta checagem de { $publisher }
page-section = Parte da checagem
page-sources = Todas as fontes desta checagem: { $count }
page-language = Idioma
page-who = Não julgo por conta própria. Cada veredito é do veículo citado ao lado.
page-kept = Não guardo o que você escreve aqui. Mas fica no endereço da resposta e, portanto, no histórico deste navegador.
page-long = Este texto é longo demais. Escreva no máximo { $count } caracteres.
page-busy = Há perguntas demais neste momento. Tente de novo em alguns segundos.
page-failed = Não funcionou. Tente de novo daqui a pouco.
page-lost = Não há nenhuma página neste endereço.
page-method = Este endereço só mostra páginas: o que foi enviado para ele não foi lido. Use a busca.
page-home = Ir para a busca

## Names of languages

language-ar = árabe
language-bg = búlgaro
language-bn = bengali
language-ca = catalão
language-cs = tcheco
language-da = dinamarquês
language-de = alemão
language-el = grego
language-en = inglês
language-es = espanhol
language-et = estoniano
language-fa = persa
language-fi = finlandês
language-fr = francês
language-gu = guzerate
language-he = hebraico
language-hi = hindi
language-hr = croata
language-hu = húngaro
language-id = indonésio
language-it = italiano
language-ja = japonês
language-ka = georgiano
language-ko = coreano
language-lt = lituano
language-lv = letão
language-mk = macedônio
language-ml = malaiala
language-mr = marata
language-ms = malaio
language-my = birmanês
language-ne = nepalês
language-nl = holandês
language-no = norueguês
language-pa = punjabi
language-pl = polonês
language-pt = português
language-ro = romeno
language-ru = russo
language-si = cingalês
language-sk = eslovaco
language-sl = esloveno
language-sq = albanês
language-sr = sérvio
language-sv = sueco
language-sw = suaíli
language-ta = tâmil
language-te = telugu
language-th = tailandês
language-tl = tagalo
language-tr = turco
language-uk = ucraniano
language-ur = urdu
language-vi = vietnamita
language-zh = chinês
language-other = outro idioma
