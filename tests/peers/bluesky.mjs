// The network in small: directory, server and AppView of the reference implementation, and two
// people on it. Reads one JSON list a line, answers with one JSON value a line.
//
//   ["mention", TEXT]       ann mentions the bot: {uri, cid}
//   ["post", TEXT]          ann posts: {uri, cid}
//   ["below", URI, CID, TEXT]  ann mentions the bot below a post
//   ["delete", URI]         ann deletes a post
//   ["thread", URI]         the thread as the AppView shows it
//   ["profile"]             the bot's profile as the AppView shows it
//   ["records"]             the bot's posts as its server has them
//
// Needs Node 22, @atproto/dev-env, PostgreSQL (DB_POSTGRES_URL) and Redis (REDIS_HOST).
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(`${process.env.TEST_BLUESKY}/package.json`))
const { TestNetwork } = await import(pathToFileURL(require.resolve('@atproto/dev-env')).href)

const network = await TestNetwork.create({
  pds: { inviteRequired: false },
  bsky: {},
})
const pds = network.pds.url

async function call(method, token, body) {
  const headers = { 'content-type': 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  const how = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${pds}/xrpc/${method}`, how)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${text}`)
  return text ? JSON.parse(text) : null
}

const account = (name) =>
  call('com.atproto.server.createAccount', null, {
    handle: `${name}.test`,
    email: `${name}@example.org`,
    password: `password of ${name}`,
  })

const bot = await account('checkbot')
const ann = await account('ann')
const app = await call('com.atproto.server.createAppPassword', bot.accessJwt, { name: 'claimwatch' })
await network.processAll()

function post(text, reply) {
  const record = { $type: 'app.bsky.feed.post', text, langs: ['en'], createdAt: new Date().toISOString() }
  const name = '@checkbot.test'
  const at = text.indexOf(name)
  if (at >= 0) {
    const byteStart = Buffer.byteLength(text.slice(0, at))
    const feature = { $type: 'app.bsky.richtext.facet#mention', did: bot.did }
    record.facets = [{ index: { byteStart, byteEnd: byteStart + name.length }, features: [feature] }]
  }
  if (reply) record.reply = reply
  return call('com.atproto.repo.createRecord', ann.accessJwt, {
    repo: ann.did,
    collection: 'app.bsky.feed.post',
    record,
  })
}

const acts = {
  mention: (text) => post(`@checkbot.test ${text}`),
  post: (text) => post(text),
  below: (uri, cid, text) =>
    post(`@checkbot.test ${text}`, { root: { uri, cid }, parent: { uri, cid } }),
  delete: (uri) =>
    call('com.atproto.repo.deleteRecord', ann.accessJwt, {
      repo: ann.did,
      collection: 'app.bsky.feed.post',
      rkey: uri.split('/').pop(),
    }),
  thread: async (uri) => {
    await network.processAll()
    return call(`app.bsky.feed.getPostThread?uri=${encodeURIComponent(uri)}`, ann.accessJwt)
  },
  profile: async () => {
    await network.processAll()
    return call(`app.bsky.actor.getProfile?actor=${bot.did}`, ann.accessJwt)
  },
  records: () =>
    call(`com.atproto.repo.listRecords?repo=${bot.did}&collection=app.bsky.feed.post&reverse=true`),
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
say({ pds, identifier: 'checkbot.test', did: bot.did, password: app.password, ann: ann.did })
for await (const line of createInterface({ input: process.stdin })) {
  const [act, ...rest] = JSON.parse(line)
  say((await acts[act](...rest)) ?? null)
}
await network.close()
process.exit(0)
