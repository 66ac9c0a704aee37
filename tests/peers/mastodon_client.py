"""A real Mastodon client walks through the tests' Mastodon server.

Called by the test `mastodon_is_honest`. What people do is asked for on stdout and done by the test,
one JSON line each way. Exit 0: the client understood everything.
"""

import json
import os
import sys
import time

from mastodon import Mastodon, StreamListener
from mastodon.errors import (
    MastodonAPIError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonUnauthorizedError,
)

URL = os.environ["MASTODON_URL"]
TOKEN = os.environ["MASTODON_TOKEN"]
LIST = int(os.environ["MASTODON_LIST"])
WITHIN_S = 10


def people(*what):
    """Has the test do something as somebody; returns what came of it."""
    print(json.dumps(what), flush=True)
    return json.loads(sys.stdin.readline())


def numbers(statuses):
    return [int(one.id) for one in statuses]


def client(token=TOKEN):
    return Mastodon(access_token=token, api_base_url=URL, ratelimit_method="throw", request_timeout=5)


def refused(kind, words, call):
    """The call must fail with this exception, whose text holds these words."""
    try:
        call()
    except kind as error:
        assert words.lower() in str(error).lower(), f"{words!r} not in {error!r}"
        return
    raise AssertionError(f"{words!r} was not refused")


def until(what, holds):
    """Waits until something holds."""
    end = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end, f"{what} never came true"
        time.sleep(0.01)


class Heard(StreamListener):
    """Keeps all that a stream tells; what the client does not know is an error."""

    def __init__(self):
        self.events, self.alive, self.failed = [], 0, None

    def on_any_event(self, name, data=None):
        self.events.append((name, data))

    def on_unknown_event(self, name, unknown_event=None):
        raise AssertionError(f"unknown event {name}")

    def handle_heartbeat(self):
        self.alive += 1

    def on_abort(self, err):
        self.failed = err


def account(m):
    me = m.me()
    assert me.username == "claimwatch" and not me.bot and me.source.privacy == "public", me
    assert m.account_update_credentials(bot=True).bot
    assert m.account_verify_credentials().bot
    instance = m.instance_v2()
    assert instance.configuration.statuses.max_characters == 500
    assert instance.configuration.statuses.characters_reserved_per_url == 23
    refused(MastodonUnauthorizedError, "", client("wrong").me)


def statuses(m):
    asked = people("posts", "@claimwatch is it <true>? #News https://example.org/a")
    told = m.notifications(types=["mention"])
    assert len(told) == 1 and told[0].type == "mention", told
    status = told[0].status
    assert str(status.id) == asked and status.account.acct == "ana", status
    assert status.mentions[0].acct == "claimwatch" and status.tags[0].name == "News"
    assert "&lt;true&gt;" in status.content and 'href="https://example.org/a"' in status.content
    assert m.status(status.id).visibility == "public"
    sent = m.status_post("@ana so", in_reply_to_id=status.id, visibility="unlisted",
                         spoiler_text="health", language="en", idempotency_key="k1")
    again = m.status_post("@ana so", in_reply_to_id=status.id, visibility="unlisted",
                          spoiler_text="health", language="en", idempotency_key="k1")
    assert sent.id == again.id and people("said") == 1
    assert sent.visibility == "unlisted" and sent.spoiler_text == "health" and sent.sensitive
    assert sent.in_reply_to_id == status.id and sent.mentions[0].acct == "ana"
    context = m.status_context(status.id)
    assert [below.id for below in context.descendants] == [sent.id] and not context.ancestors
    assert m.status_context(sent.id).ancestors[0].id == status.id
    edited = m.status_update(sent.id, "@ana otherwise")
    assert "otherwise" in edited.content and edited.edited_at
    gone = m.status_delete(sent.id)
    assert gone.text == "@ana otherwise"
    refused(MastodonNotFoundError, "not found", lambda: m.status(sent.id))
    refused(MastodonAPIError, "limit of 500", lambda: m.status_post("x" * 501))
    refused(MastodonAPIError, "blank", lambda: m.status_post(" "))
    refused(MastodonNotFoundError, "reply to", lambda: m.status_post("x", in_reply_to_id=sent.id))


def pages(m):
    ids = [int(people("posts", f"number {n} #many")) for n in range(5)]
    newest = m.timeline_hashtag("many", limit=2)
    assert numbers(newest) == [ids[4], ids[3]], newest
    assert numbers(m.fetch_next(newest)) == [ids[2], ids[1]]
    assert numbers(m.timeline_public(min_id=ids[0], limit=2)) == [ids[2], ids[1]]
    rest = m.fetch_remaining(m.timeline_list(LIST, limit=2))
    assert set(numbers(rest)) >= set(ids)
    boost = int(people("boosts", ids[0]))
    listed = m.timeline_list(LIST, limit=1)[0]
    assert numbers([listed, listed.reblog]) == [boost, ids[0]] and listed.content == ""
    assert boost not in numbers(m.timeline_public())


def streams(m):
    assert m.stream_healthy()
    opens = {
        "public": m.stream_public,
        "hashtag news": lambda heard, **how: m.stream_hashtag("news", heard, **how),
        f"list {LIST}": lambda heard, **how: m.stream_list(LIST, heard, **how),
        f"user {m.me().id}": m.stream_user,
    }
    heard, handles = {}, []
    for channel, opened in opens.items():
        heard[channel] = Heard()
        handles.append(opened(heard[channel], run_async=True))
        until("an open stream", lambda: people("listening", channel) == 1)
    until("a first sign", lambda: all(one.alive for one in heard.values()))
    posted = int(people("posts", "@claimwatch some #News"))
    people("edits", posted, "@claimwatch other #News")
    people("deletes", posted)
    told = ["update", "status.update", "delete"]
    wanted = {channel: told for channel in heard if not channel.startswith("user")}
    wanted[f"user {m.me().id}"] = ["notification"]
    for channel, names in wanted.items():
        one = heard[channel]
        until(channel, lambda: len(one.events) >= len(names))
        assert [name for name, _ in one.events] == names, (channel, one.events)
    events = heard["public"].events
    assert int(events[0][1].id) == posted and events[1][1].edited_at and int(events[2][1]) == posted
    people("cut")
    for handle in handles:
        handle.close()


def limits(m):
    people("limit")
    refused(MastodonRatelimitError, "", m.notifications)
    time.sleep(max(0.0, m.ratelimit_reset - time.time()) + 1.1)
    assert len(client().notifications(types=["mention"])) >= 1
    people("revoke")
    refused(MastodonUnauthorizedError, "revoked", m.me)


def walk():
    m = client()
    account(m)
    statuses(m)
    pages(m)
    streams(m)
    limits(m)


if __name__ == "__main__":
    walk()
