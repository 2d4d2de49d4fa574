/**
 * From a fresh clone to a running command: installs the packages when they are missing or the lockfile has changed,
 * compiles, then hands over to tools/dev-stack with the Node that the lockfile names. Runs on any Node from 18 on and
 * imports nothing that would have to be installed first.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const BIN = join(ROOT, 'node_modules', '.bin')
const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')
const STAMP = join(ROOT, 'node_modules', '.laurel-stamp')

const [command = 'start', ...args] = process.argv.slice(2)
const testing = command === 'test' || command === 'check'
const operating = command === 'dead-letters' || command === 'fence'
const tool = operating ? 'operator' : command === 'prove' || command === 'bench' ? command : 'dev-stack'
const MAIN = join(ROOT, 'tools', tool, 'dist', 'main.js')
const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`, NX_DAEMON: 'false' }
const terminal = process.stdout.isTTY === true && !process.env.NO_COLOR

/** The process that is being waited for, so that signals reach it. */
let current
let stopped

// What an operator's command prints on standard output is its answer alone.
const say = (line) => (operating ? process.stderr : process.stdout).write(`${line}\n`)
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** Ends this process with a message for the person; for test commands also with the line that they always end with. */
function giveUp(message) {
  say(message)
  if (testing) say('0 passed, 1 failed')
  process.exit(1)
}

/** Runs a command without showing its output. Resolves with its exit code and what it said. */
function quietly(file, fileArgs) {
  return new Promise((resolve) => {
    const chunks = []
    const child = spawn(file, fileArgs, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    current = child
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.once('error', (error) => resolve({ code: 1, output: error.message }))
    child.once('close', (code, signal) => {
      if (stopped) process.exit(128 + (stopped === 'SIGINT' ? 2 : 15))
      resolve({ code: signal ? 1 : code, output: Buffer.concat(chunks).toString('utf8').trim() })
    })
  })
}

/** Shows what takes long: on a terminal with the seconds counting, elsewhere once. */
async function step(doing, done, work) {
  const began = Date.now()
  if (!terminal) say(`· ${doing}`)
  const show = () => process.stdout.write(`\r· ${doing}  ${Math.round((Date.now() - began) / 1000)} s`)
  const timer = terminal ? setInterval(show, 1000) : undefined
  const result = await work()
  clearInterval(timer)
  if (terminal) process.stdout.write('\r\u001b[K')
  if (result.code === 0) say(`✓ ${done}  ${seconds(began)}`)
  return result
}

async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  const has = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined
  if (has === wanted && existsSync(NODE)) return
  const why = existsSync(join(ROOT, 'node_modules')) ? 'package-lock.json has changed' : 'the first time takes about a minute'
  // Not `npm ci`: it refuses a lockfile that lacks a binary for another platform, and not every registry has all of those.
  // The versions are the lockfile's all the same, and neither it nor package.json is written.
  const npm = () => quietly('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
  const { code, output } = await step(`installing packages (${why})`, 'packages installed', npm)
  if (code !== 0)
    giveUp(`${output}\n\nnpm install failed: its own words are above. It needs the npm registry, or a cache that holds the packages.`)
  const node = await quietly(NODE, ['--version'])
  if (node.code !== 0)
    giveUp(
      `${NODE} does not run, because npm skipped the install script of the package "node": run npm install with install scripts allowed (npm config get ignore-scripts), then this again`,
    )
  writeFileSync(STAMP, wanted)
}

async function compile() {
  const began = Date.now()
  const { code, output } = await quietly(NODE, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  if (code === 0) return say(`✓ compiled  ${seconds(began)}`)
  // A test run goes on: its first stage reports the same errors, and the others may tell more.
  if (testing && existsSync(MAIN)) return
  giveUp(`${output}\n\nThe code above does not compile.`)
}

/** Hands over. The channel tells the other side when this process is gone, however it went. */
function handOver() {
  const child = spawn(NODE, [MAIN, command, ...args], { cwd: process.cwd(), env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  current = child
  child.once('error', (error) => giveUp(`${NODE} cannot be started: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(signal ? 1 : code))
}

function stop(signal) {
  stopped = signal
  current?.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))
process.stdout.on('error', () => undefined)

/** The parent, and its parent where it is the shell that npm puts between: a shell that is left alone stays alive. */
function lineage() {
  try {
    const above = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
    const [, grandparent] = above.slice(above.lastIndexOf(')') + 2).split(' ')
    return `${process.ppid} ${/^\d+ \((ba|da)?sh\)/.test(above) ? grandparent : ''}`
  } catch {
    return `${process.ppid} `
  }
}

// npm may be killed without a chance to pass it on: then this process, or the shell above it, gets another parent.
if (process.env.npm_lifecycle_event !== undefined) {
  const before = lineage()
  setInterval(() => {
    if (lineage() !== before) stop('SIGTERM')
  }, 500).unref()
}

if (Number(process.versions.node.split('.')[0]) < 18)
  giveUp(
    `Node ${process.versions.node} is too old to start with: 18 or newer is needed (Laurel itself then runs on the Node that it installs)`,
  )
await install()
await compile()
handOver()
