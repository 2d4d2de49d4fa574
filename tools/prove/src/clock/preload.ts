import { readFileSync } from 'node:fs'
import { clockFile } from '../config'
import { ACKNOWLEDGED, writeWhole } from './clock-file'
import { shiftDate } from './shifted-date'

const LOOK_EVERY_MS = 20

/** Loaded into a service before its own code: its clock is off by what the file says, from one moment to the next. */
function follow(file: string): void {
  let said = ''
  let offsetMs = 0
  const look = () => {
    const text = readFileSync(file, 'utf8')
    if (text === said) return
    said = text
    offsetMs = Number(text)
    writeWhole(`${file}${ACKNOWLEDGED}`, `${process.pid} ${text}`)
  }
  look()
  setInterval(look, LOOK_EVERY_MS).unref()
  shiftDate(globalThis, () => offsetMs)
}

follow(clockFile())
