"""Two real Telegram clients walk through the tests' Bot API server.

Called by the test `botapi_is_honest` with the client's name. What readers do is asked for on
stdout and done by the test, one JSON line each way. Exit 0: the client understood everything.
"""

import asyncio
import json
import os
import sys

from aiohttp import web

URL = os.environ["BOTAPI_URL"]
TOKEN = os.environ["BOTAPI_TOKEN"]
CHAT = int(os.environ["BOTAPI_CHAT"])
GROUP = int(os.environ["BOTAPI_GROUP"])
WITHIN_S = 60
TEXT = "🧪 not true: see the check"
LINK = "https://example.org/check/1"


def reader(*what):
    """Has the test do something as a reader; returns what came of it."""
    print(json.dumps(what), flush=True)
    return json.loads(sys.stdin.readline())


class Ptb:
    """python-telegram-bot."""

    def __init__(self):
        import telegram
        from telegram import error

        self.t = telegram
        self.bad, self.forbidden, self.flood = error.BadRequest, error.Forbidden, error.RetryAfter
        self.conflict, self.moved = error.Conflict, error.ChatMigrated
        # This client reports 401 and 404 alike.
        self.token = error.InvalidToken

    def bot(self, token):
        from telegram.request import HTTPXRequest

        # Two polls at once need two connections.
        polls = HTTPXRequest(connection_pool_size=2)
        return self.t.Bot(token, base_url=f"{URL}/bot", base_file_url=f"{URL}/file/bot",
                          get_updates_request=polls)

    async def open(self):
        self.b = self.bot(TOKEN)
        await self.b.initialize()

    async def close(self):
        await self.b.shutdown()

    async def wrong_token(self):
        await self.bot("1:wrong").get_me()

    async def me(self):
        return await self.b.get_me()

    async def updates(self, offset, timeout):
        return await self.b.get_updates(offset=offset, timeout=timeout, allowed_updates=[
            "message", "edited_message", "callback_query", "my_chat_member"])

    def entities(self):
        e = self.t.MessageEntity
        return [e("bold", 3, 8), e("text_link", 13, 13, url=LINK)]

    def buttons(self, label):
        b = self.t.InlineKeyboardButton
        return self.t.InlineKeyboardMarkup([[b(label, callback_data="q1")], [b("Read", url=LINK)]])

    async def send(self, chat, text, entities=None, buttons=None, reply_to=None):
        preview = self.t.LinkPreviewOptions(url=LINK, prefer_small_media=True)
        reply = self.t.ReplyParameters(reply_to) if reply_to else None
        return await self.b.send_message(chat, text, entities=entities, reply_markup=buttons,
                                         link_preview_options=preview, reply_parameters=reply)

    async def edit(self, message, text):
        return await self.b.edit_message_text(text, chat_id=CHAT, message_id=message)

    async def delete(self, message):
        return await self.b.delete_message(CHAT, message)

    async def answer(self, callback, text):
        return await self.b.answer_callback_query(callback, text=text)

    async def react(self, message, emoji):
        return await self.b.set_message_reaction(CHAT, message, emoji)

    async def typing(self):
        return await self.b.send_chat_action(CHAT, "typing")

    async def chat(self, chat):
        return await self.b.get_chat(chat)

    async def member(self, chat, user):
        return await self.b.get_chat_member(chat, user)

    async def set_commands(self, commands, language):
        scope = self.t.BotCommandScopeAllPrivateChats()
        return await self.b.set_my_commands(commands, scope=scope, language_code=language)

    async def commands(self, language):
        scope = self.t.BotCommandScopeAllPrivateChats()
        return await self.b.get_my_commands(scope=scope, language_code=language)

    async def describe(self, text, short, language):
        await self.b.set_my_short_description(short, language_code=language)
        await self.b.set_my_description(text, language_code=language)
        return (await self.b.get_my_description(language_code=language)).description

    async def set_webhook(self, url, secret):
        return await self.b.set_webhook(url, secret_token=secret, max_connections=7,
                                        allowed_updates=["message"])

    async def webhook(self):
        return await self.b.get_webhook_info()

    async def delete_webhook(self):
        return await self.b.delete_webhook(drop_pending_updates=True)

    async def download(self, file_id):
        file = await self.b.get_file(file_id)
        return bytes(await file.download_as_bytearray())


class Aiogram(Ptb):
    """aiogram; what it calls differently."""

    def __init__(self):
        from aiogram import exceptions as error, types

        self.t = types
        self.bad, self.forbidden = error.TelegramBadRequest, error.TelegramForbiddenError
        self.flood, self.conflict = error.TelegramRetryAfter, error.TelegramConflictError
        self.moved, self.token = error.TelegramMigrateToChat, error.TelegramUnauthorizedError

    def bot(self, token):
        from aiogram import Bot
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer

        return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(URL)))

    async def open(self):
        self.b = self.bot(TOKEN)

    async def close(self):
        await self.b.session.close()

    async def wrong_token(self):
        wrong = self.bot("1:wrong")
        try:
            await wrong.get_me()
        finally:
            await wrong.session.close()

    def entities(self):
        e = self.t.MessageEntity
        return [e(type="bold", offset=3, length=8),
                e(type="text_link", offset=13, length=13, url=LINK)]

    def buttons(self, label):
        b = self.t.InlineKeyboardButton
        return self.t.InlineKeyboardMarkup(inline_keyboard=[
            [b(text=label, callback_data="q1")], [b(text="Read", url=LINK)]])

    async def send(self, chat, text, entities=None, buttons=None, reply_to=None):
        preview = self.t.LinkPreviewOptions(url=LINK, prefer_small_media=True)
        reply = self.t.ReplyParameters(message_id=reply_to) if reply_to else None
        return await self.b.send_message(chat, text, entities=entities, reply_markup=buttons,
                                         link_preview_options=preview, reply_parameters=reply)

    async def react(self, message, emoji):
        emoji = self.t.ReactionTypeEmoji(emoji=emoji)
        return await self.b.set_message_reaction(CHAT, message, [emoji])

    async def set_commands(self, commands, language):
        commands = [self.t.BotCommand(command=c, description=d) for c, d in commands]
        return await super().set_commands(commands, language)

    async def download(self, file_id):
        file = await self.b.get_file(file_id)
        return (await self.b.download_file(file.file_path)).read()


async def refused(kind, words, call):
    """The call must fail with this exception, whose text holds these words."""
    try:
        await call
    except kind as error:
        assert words.lower() in str(error).lower(), f"{words!r} not in {error!r}"
        return error
    raise AssertionError(f"{words!r} was not refused")


async def walk(c):
    await c.open()
    me = await c.me()
    assert me.is_bot and me.id == int(TOKEN.split(":")[0]) and me.username, me
    await refused(c.token, "", c.wrong_token())
    offset = await polls(c)
    sent = await messages(c, offset)
    await refusals(c, sent)
    await profile(c)
    await webhook(c)
    await c.close()


async def polls(c):
    """A long poll wakes up; two at once conflict. Returns the next offset."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    reader("says_later", 300, "is it true? https://example.com/rumour")
    updates = await c.updates(None, 10)
    assert 0.2 < loop.time() - began < 5, loop.time() - began
    message = updates[0].message
    assert message.text.startswith("is it true?") and message.chat.type == "private"
    assert message.entities[0].type == "url" and message.from_user.language_code == "en"
    offset = updates[-1].update_id + 1
    older = asyncio.create_task(c.updates(offset, 8))
    await asyncio.sleep(0.3)
    newer = asyncio.create_task(c.updates(offset, 1))
    await refused(c.conflict, "terminated by other getUpdates", older)
    assert not await newer
    photo = reader("photo", "seen in a chat")
    update = (await c.updates(offset, 5))[0]
    assert update.message.message_id == photo and update.message.caption == "seen in a chat"
    assert await c.download(update.message.photo[-1].file_id) == b"picture"
    forward = reader("forwards", "a rumour")
    update = (await c.updates(update.update_id + 1, 5))[0]
    assert update.message.message_id == forward
    assert update.message.forward_origin.type == "channel"
    assert update.message.forward_origin.chat.title == "Rumours"
    reader("edits", forward, "a changed rumour")
    update = (await c.updates(update.update_id + 1, 5))[0]
    assert update.edited_message.text == "a changed rumour"
    return update.update_id + 1


async def messages(c, offset):
    """Send, press, answer, edit, react, delete. Returns a message's id."""
    asked = reader("says", "is it true?")
    update = (await c.updates(offset, 5))[0]
    await c.typing()
    assert await c.react(asked, "👀")
    assert reader("reactions", asked) == ["👀"]
    sent = await c.send(CHAT, TEXT, c.entities(), c.buttons("Why?"), reply_to=asked)
    assert sent.text == TEXT and sent.reply_to_message.message_id == asked
    assert [e.type for e in sent.entities] == ["bold", "text_link"]
    assert sent.entities[1].url == LINK and sent.link_preview_options.url.startswith(LINK)
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "q1"
    callback = reader("presses", sent.message_id, "Why?")
    update = (await c.updates(update.update_id + 1, 5))[0]
    assert update.callback_query.id == callback and update.callback_query.data == "q1"
    assert update.callback_query.message.message_id == sent.message_id
    assert await c.answer(callback, "a moment")
    await refused(c.bad, "query is too old", c.answer(callback, "again"))
    edited = await c.edit(sent.message_id, "changed")
    assert edited.text == "changed" and edited.edit_date and not edited.reply_markup
    await refused(c.bad, "message is not modified", c.edit(sent.message_id, "changed"))
    gone = await c.send(CHAT, "to be deleted")
    assert gone.message_id > sent.message_id
    assert await c.delete(gone.message_id)
    await refused(c.bad, "message to delete not found", c.delete(gone.message_id))
    await refused(c.bad, "message to edit not found", c.edit(gone.message_id, "too late"))
    private, group = await c.chat(CHAT), await c.chat(GROUP)
    assert private.type == "private" and group.title == "Town"
    owner = (await c.member(GROUP, reader("owner"))).status
    assert getattr(owner, "value", owner) == "creator"
    await c.updates(update.update_id + 1, 0)
    return sent.message_id


async def refusals(c, sent):
    """400, 403, 429 and a migration reach the caller as what they are."""
    await refused(c.bad, "chat not found", c.send(4, "nobody"))
    await refused(c.bad, "message is too long", c.send(CHAT, "x" * 4097))
    await refused(c.bad, "text must be non-empty", c.send(CHAT, " \n "))
    await refused(c.bad, "message to be replied not found", c.send(CHAT, "x", reply_to=9999))
    await refused(c.bad, "surrogate", c.send(CHAT, "ab🧪", [type(c.entities()[0])(
        type="bold", offset=0, length=3)]))
    await refused(c.bad, "can't be edited", c.edit(1, "not mine"))
    reader("fail", "sendMessage", 1)
    flood = await refused(c.flood, "retry", c.send(CHAT, "too fast"))
    assert int(getattr(flood.retry_after, "seconds", flood.retry_after)) == 1
    await asyncio.sleep(1.1)
    await c.send(CHAT, "now it may")
    reader("blocks")
    await refused(c.forbidden, "bot was blocked by the user", c.send(CHAT, "anyone?"))
    reader("unblocks")
    blocked, back = await c.updates(None, 1)
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member.new_chat_member.status == "member"
    old, new = reader("migrates")
    await refused(c.moved, str(new), c.send(old, "still there?"))
    assert (await c.send(new, "there")).chat.id == new
    told = await c.updates(back.update_id + 1, 1)
    assert told[0].message.migrate_to_chat_id == new
    assert told[1].message.migrate_from_chat_id == old
    await c.updates(told[1].update_id + 1, 0)


async def profile(c):
    commands = [("check", "prüft einen Text"), ("help", "Hilfe")]
    assert await c.set_commands(commands, "de")
    assert [(x.command, x.description) for x in await c.commands("de")] == commands
    assert not await c.commands("fr")
    await refused(c.bad, "BOT_COMMAND_INVALID", c.set_commands([("Check", "no capitals")], "de"))
    assert await c.describe("Prüft Behauptungen", "prüft", "de") == "Prüft Behauptungen"
    await refused(c.bad, "description", c.describe("x" * 513, "", "de"))


async def webhook(c):
    """Set, told, delivered with its secret, retried, deleted."""
    got, statuses = asyncio.Queue(), [500, 200, 200]

    async def hook(request):
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        await got.put((secret, await request.json()))
        return web.Response(status=statuses.pop(0))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await refused(c.bad, "HTTPS URL must be provided", c.set_webhook(url, "s3cret"))
    reader("local_webhook")
    await refused(c.bad, "unallowed characters", c.set_webhook(url, "s3cret!"))
    assert await c.set_webhook(url, "s3cret")
    info = await c.webhook()
    assert info.url == url and info.max_connections == 7, info
    assert list(info.allowed_updates) == ["message"], info
    await refused(c.conflict, "webhook is active", c.updates(None, 0))
    asked = reader("says", "by webhook")
    first, second = await got.get(), await got.get()
    assert first == second and first[0] == "s3cret", "retried as it was"
    assert first[1]["message"]["message_id"] == asked
    assert "500" in (await c.webhook()).last_error_message
    assert await c.delete_webhook()
    info = await c.webhook()
    assert info.url == "" and info.pending_update_count == 0, info
    await runner.cleanup()


if __name__ == "__main__":
    CLIENTS = {"python-telegram-bot": Ptb, "aiogram": Aiogram}
    asyncio.run(asyncio.wait_for(walk(CLIENTS[sys.argv[1]]()), WITHIN_S))
