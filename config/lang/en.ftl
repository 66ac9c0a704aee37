# Every sentence claimwatch says to people, in English.
# Rules: short, plain, warm; who speaks is one program and says “I”, on the page, too; no verdict of
# its own; no emoji; the same keys and { $placeholders } in every language (a test compares them).
# Text of publishers is never written here.

## Numbers and dates

own-name = English
thousands = ,
date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## A check that was found

# $age is dated, older (more than two years) or undated.
verdict = { $age ->
    [older] { $verdict }, says { $publisher } in an older check ({ $date }).
    [undated] { $verdict }, says { $publisher }.
   *[dated] { $verdict }, says { $publisher } ({ $date }).
}
# The same for a verdict that is a whole sentence.
verdict-long = { $age ->
    [older] { $publisher } says, in an older check ({ $date }): “{ $verdict }”
    [undated] { $publisher } says: “{ $verdict }”
   *[dated] { $publisher } says ({ $date }): “{ $verdict }”
}
unrated = { $age ->
    [older] { $publisher } checked this some time ago ({ $date }) and gives no rating.
    [undated] { $publisher } checked this and gives no rating.
   *[dated] { $publisher } checked this ({ $date }) and gives no rating.
}
unnamed = an unnamed publisher
differ = Publishers do not agree on this one. The others are listed below.
# Where messages must be short.
differ-short = Publishers do not agree on this one.
similar = I found a check of a similar claim. It may not be yours.
similar-group = I found a check of a similar claim. It may not be this one.
# Where the publisher states what it found; found-head where it is the beginning of its article.
found = What they found: { $summary }
found-head = From the check: { $summary }
found-in = Summary in { $language }: { $summary }
claim = The claim they checked: “{ $claim }”
question = The question they looked into: “{ $claim }”
title = Title of the check: “{ $claim }”
link = Read the check: { $link }
also = Also checked by:
also-line = { $verdict } { $link }
sources = Sources: { $sources }
sources-more = { $n ->
    [one] and { $count } more on the page
   *[other] and { $count } more on the page
}
matched = Matched automatically to your message. Not the same? Tell me.
matched-group = Matched automatically to this message. Not the same? Tell me.
matched-short = Matched automatically.

## Missing context, and who benefits

missing = { $foreign ->
    [yes] What is missing, according to { $publisher } (in { $language })
   *[no] What is missing, according to { $publisher }
}
benefits = { $foreign ->
    [yes] Possible bias and who benefits, according to { $publisher } (in { $language })
   *[no] Possible bias and who benefits, according to { $publisher }
}

## Buttons

button-read = Read it at { $host }
button-both = What is missing, and who benefits
button-missing = What is missing
button-benefits = Who benefits
button-back = Back to the short answer
button-not-same = Not the same claim
button-right = Right match
button-wrong = Wrong match
button-answer-now = Answer there
button-take-back = Take back
button-mute = Mute
button-unmute = Unmute
button-tell-me = Tell me when there is one
button-language-auto = Language of my message

## Nothing found

none = { $n ->
    [0] I cannot look this up yet: no published checks are loaded.
    [one] I found no check of this yet. I looked at the checks of { $count } publisher.
   *[other] I found no check of this yet. I looked at the checks of { $count } publishers.
}
none-meaning = That says nothing about whether it is true.
none-tip = A tip that often helps: find out who said it first, and when.
none-awaited = Noted. If a check of this appears by { $date }, I will tell you here.

## Told later

follow-up = You asked about this on { $date }. I had found nothing then.
follow-up-group = This was asked here on { $date }. I had found nothing then.
corrected-verdict = Correction ({ $date }): { $publisher } has changed its verdict.
corrected-verdict-was = Correction ({ $date }): { $publisher } has changed its verdict (before: “{ $was }”).
corrected-withdrawn = Correction ({ $date }): a check by { $publisher } that was listed here has been withdrawn.
withdrawn = Correction ({ $date }): the check by { $publisher } that was shown here has been withdrawn. Please do not rely on what it said.
withdrawn-tip = Send the message again, and I look for other checks.

## Feedback

not-same = Thank you. I noted that this check is about another claim.
not-same-tip = If you like, send me only the sentence you want checked. That often works better.
not-same-again = I go on looking until { $date }, and tell you here if another check appears.

## Commands

start = Send me a message that makes you wonder, or forward it. I look for published fact checks of it and show you what they found, with the link.
start-who = I do not judge by myself. Every verdict you see comes from the publisher named beside it.
start-more = What I keep: /privacy. How it works: /help.
operator = This bot is run by { $operator }.

help-ask = Here: send or forward a text, a picture with a caption, or a link. No command is needed.
help-group = In a group: reply to a message with /check, or mention @{ $bot }. I stay silent otherwise, unless admins of the group switch on /listen.
help-answer = The answer names the publisher, its verdict, the date and the link. If the check is about something else, press “Not the same claim”.
help-scope = I look at { $checks } checks of { $publishers } publishers. I read text, not what is shown in pictures or videos.
help-commands = /settings changes the language, /report tells those who run this bot about a mistake, /privacy says what I keep, /forget deletes it.

privacy-read = I read what you send me here. In groups I read messages that mention me, answer me or use /check. Where those who run this bot watch a group, or its admins switched on /listen, I compare its other messages, too, and keep the words only of those that match a check or that several people repeat.
privacy-keep = { $n ->
    [one] Your messages and button presses are deleted { $count } hour after they are dealt with. Your name is not kept. The number of this chat is, for as long as I may have something to correct there.
   *[other] Your messages and button presses are deleted { $count } hours after they are dealt with. Your name is not kept. The number of this chat is, for as long as I may have something to correct there.
}
privacy-none = { $n ->
    [one] Only a question that I found no check for is kept longer, { $count } day, so that you can ask to be told later. In groups, too, only if it was meant for me.
   *[other] Only a question that I found no check for is kept longer, { $count } days, so that you can ask to be told later. In groups, too, only if it was meant for me.
}
privacy-awaited = { $n ->
    [one] If you do, it is kept for { $count } day from then on, also when you have been told: that may have been about another claim.
   *[other] If you do, it is kept for { $count } days from then on, also when you have been told: that may have been about another claim.
}
privacy-answers = { $n ->
    [one] Which check I showed in which message is kept for { $count } day, so that its buttons work and I can correct it if the check changes.
   *[other] Which check I showed in which message is kept for { $count } days, so that its buttons work and I can correct it if the check changes.
}
privacy-pressed = { $n ->
    [one] Who presses “Not the same claim” is kept for { $count } day, as a name under a secret, with a mark of the question from which no word can be read; then, for as long as the answer, only that it was pressed. Of /report only that it came is kept.
   *[other] Who presses “Not the same claim” is kept for { $count } days, as a name under a secret, with a mark of the question from which no word can be read; then, for as long as the answer, only that it was pressed. Of /report only that it came is kept.
}
privacy-people = { $n ->
    [one] Who wrote a public post that I look at is deleted once the post has been compared and counted. What is left is a name under a secret, and that secret is thrown away after { $count } day.
   *[other] Who wrote a public post that I look at is deleted once the post has been compared and counted. What is left is a name under a secret, and that secret is thrown away after { $count } days.
}
privacy-deleted = The address of such a post, which may name its author, stays as long as the post does. If the post is deleted on Bluesky or Mastodon, its words are deleted here, too, and its address soon after.
privacy-settings = Your choice of language, and whether a group wants me to listen, is kept until you change it or send /forget.
privacy-forget = /forget deletes what is still held about you, at once. In a group it deletes what is held about the group if an admin sends it, and what is held about the sender alone if anybody else does.

forget = Done. What was still held about you is deleted.
forget-group = Done. What was still held about this group is deleted, also its language and whether I listen.
forget-member = What was held about you alone is deleted: that you pressed “Not the same claim”, and by what name your posts here were counted. What this group asked and set stays, unless one of its admins sends /forget.
forget-more = You can go on using the bot whenever you like.

settings = In which language shall I answer?
settings-note = What publishers wrote stays in their own language.

check = What shall I check? Write it after /check, or reply to a message with /check.
unreadable = I can read text, captions and links, but not yet what pictures, videos and voice messages say: please send me the claim in words.
too-little = Send or forward me the sentence that makes you wonder, or a link: these few words are too little to look up.
report = Thank you. Your report is noted for the people who run this bot.
report-how = What is wrong? Write it after the command: /report TEXT. Or reply to one of my answers with /report.

## Answering unasked, in groups whose admins want that

listen-how = In a group, its admins can let me answer without being asked: /listen on. I then answer below a message only if a published check clearly fits it. /listen off ends that at once.
listen-on = { $n ->
    [one] I listen here. I answer below a message only if a published check clearly fits it, at most once an hour, and the same check at most once a day.
   *[other] I listen here. I answer below a message only if a published check clearly fits it, at most { $count } times an hour, and the same check at most once a day.
}
listen-on-kept = What fits no check I do not keep. /listen off ends this at once.
listen-deaf = But Telegram does not show me what is said here. Make me an admin of this group; or whoever runs this bot switches its group privacy off with @BotFather and adds me to the group again.
listen-off = I do not listen here. I answer only when I am asked.
listen-no-admin = Only admins of this group can switch that.
listen-unknown = I could not find out whether you are an admin of this group. Please try again in a moment.
listen-not-permitted = Whoever runs this bot has not permitted listening in this group.
unasked = Nobody asked: admins of this group want me to answer what has been checked. /listen off ends that.
unasked-changed = The message was changed since. What I had answered was about its earlier words.

## Menu: at most 256 characters each

menu-check = Look for fact checks of a text
menu-help = How to use this bot
menu-settings = Choose the language
menu-privacy = What is kept, and for how long
menu-forget = Delete what is kept about me
menu-report = Report a mistake
menu-listen = For admins of a group: let me answer unasked, or not
menu-start = What this bot does

## Profile: at most 512 and 120 characters

description = Wondering whether something is true? Send or forward it. This bot looks for published fact checks of it and shows what they found, with the link. Verdicts always come from the publisher named beside them. Your messages are deleted soon after they are answered: see /privacy.
short-description = Send or forward a claim and see what fact-checkers have published about it.

## To moderators: a claim that spreads

# $sure is yes, or no where the check may be of another claim.
alert-first = { $sure ->
    [yes] New: a claim that has been checked
   *[no] New: perhaps a claim that has been checked
}
alert-first-unchecked = Spreading: a claim without a check
alert-growth = { $n ->
    [one] Growing: { $count } post so far
   *[other] Growing: { $count } posts so far
}
alert-answered = { $sure ->
    [yes] A claim that spreads has now been checked
   *[no] A claim that spreads has perhaps been checked now
}
alert-changed = A check was changed or taken back
alert-not-same = { $n ->
    [one] { $count } reader says: not the same claim
   *[other] { $count } readers say: not the same claim
}
alert-not-same-like = They got the check below for nearly this text, which was also seen in public:
alert-not-same-asked = They got the check below for nearly the same text. What readers ask is not shown.
alert-not-same-wrong = If it is wrong for them, press “{ $button }”: such questions do not get it any more.
alert-silent = { $place } has gone silent
alert-silent-since = The last post came on { $date }. It has never been silent for so long: please see whether it still works.
alert-urgent = Urgent. { $what }
alert-subject = { $headline }: “{ $post }”
alert-seen = Seen in { $place }
alert-seen-at = Seen in { $place }: { $link }
alert-place = “{ $title }” ({ $place })
alert-page = More about this claim: { $link }
alert-unchecked = I know of no check of it.
alert-linked = The post links to the check.
alert-words = In common: { $words }
alert-held = May be another claim: { $reasons }
guard-number = another number
guard-name = another name
guard-place = another place
guard-date = another date
guard-negation = says the opposite
guard-few-words = the post is very short
guard-few-shared = little in common
spread = { $numbers }, since { $date }.
spread-first = { $numbers } so far.
spread-posts = { $n ->
    [one] { $count } post
   *[other] { $count } posts
}
spread-people = { $n ->
    [one] { $count } account
   *[other] { $count } accounts
}
spread-places = { $n ->
    [one] { $count } place
   *[other] { $count } places
}
spread-last-hour = { $count } in the last hour
spread-asked = { $n ->
    [one] asked about once
   *[other] asked about { $count } times
}
spread-languages = Language: { $languages }

# The digest: one message for what there was since the last one.
digest = From { $from } to { $to }
digest-day = On { $date }
digest-claims = Checked claims that spread
digest-gaps = Claims without a check
digest-post = “{ $post }”
digest-private = Asked about in private; the text is not shown.
digest-unkept = The text is not kept.
digest-asked = { $n ->
    [one] Asked about once.
   *[other] Asked about { $count } times.
}
digest-more = … and { $count } more

## To moderators: one line

alert = Post: “{ $post }” { $verdict } { $link }
alert-at = Post at { $place }: “{ $post }” { $verdict } { $link }
reported = A reader reports: “{ $text }”
reported-empty = A reader reports a problem, without saying which.
reported-about = Sent as a reply to my answer: { $verdict } { $link }
decided-right = Decided: right match.
decided-wrong = Decided: wrong match.
ruled-answered = Answer there requested.
ruled-muted = Muted until { $date }.

## Toasts: at most 200 characters

toast-not-same = Thank you, noted.
toast-tell-me = Noted. I will tell you here.
toast-tell-me-again = That is noted already.
toast-tell-me-full = You are waiting for as many answers as I can remember. /forget clears them.
toast-language = Done. I answer in English from now on.
toast-language-auto = Done. I answer in the language of your message.
toast-expired = This button is too old. Please send the message again.
toast-failed = That did not work. Please try again in a moment.
toast-decided = Noted for all moderators.
toast-decided-before = Somebody has decided this before.
toast-muted = Muted. You will hear no more of this claim for a while.
toast-unmuted = No longer muted.
toast-answered = The answer is on its way to where the post stands.
toast-taken-back = Taken back. Nothing is sent.
toast-too-late = Too late: it was sent.
toast-no-place = This post can’t be answered where it stands.
toast-no-admin = Only admins of this group can change that.

## The search page

page-title = Has it been fact-checked?
page-lead = Paste something you saw or heard. I look for published fact checks of it and show what they found, with the link.
page-label = What did you see or hear?
page-button = Look it up
page-answer = What I found
page-matched = Matched automatically to what you wrote. It may be about another claim, so read the check itself.
page-more = More from this check by { $publisher }
page-section = Part of the check
page-sources = All sources of this check: { $count }
page-language = Language
page-who = I do not judge by myself. Every verdict comes from the publisher named beside it.
page-kept = I do not store what you type here. It stands in the address of the answer, though, and so in the history of this browser.
page-long = This text is too long. Please enter at most { $count } characters.
page-busy = Too many people are asking right now. Please try again in a few seconds.
page-failed = That did not work. Please try again in a moment.
page-lost = There is no page at this address.
page-method = This address only shows pages: what was sent to it was not read. Please use the search.
page-home = To the search

## Names of languages, as in “Summary in Spanish”

language-ar = Arabic
language-bg = Bulgarian
language-bn = Bengali
language-ca = Catalan
language-cs = Czech
language-da = Danish
language-de = German
language-el = Greek
language-en = English
language-es = Spanish
language-et = Estonian
language-fa = Persian
language-fi = Finnish
language-fr = French
language-gu = Gujarati
language-he = Hebrew
language-hi = Hindi
language-hr = Croatian
language-hu = Hungarian
language-id = Indonesian
language-it = Italian
language-ja = Japanese
language-ka = Georgian
language-ko = Korean
language-lt = Lithuanian
language-lv = Latvian
language-mk = Macedonian
language-ml = Malayalam
language-mr = Marathi
language-ms = Malay
language-my = Burmese
language-ne = Nepali
language-nl = Dutch
language-no = Norwegian
language-pa = Punjabi
language-pl = Polish
language-pt = Portuguese
language-ro = Romanian
language-ru = Russian
language-si = Sinhala
language-sk = Slovak
language-sl = Slovenian
language-sq = Albanian
language-sr = Serbian
language-sv = Swedish
language-sw = Swahili
language-ta = Tamil
language-te = Telugu
language-th = Thai
language-tl = Tagalog
language-tr = Turkish
language-uk = Ukrainian
language-ur = Urdu
language-vi = Vietnamese
language-zh = Chinese
language-other = another language
