// One file to the server, told how far it is: what fetch cannot tell. Knows XMLHttpRequest; knows no message.

import { refusalIn, Unreachable } from '../api'
import type { Added, ImportState } from './shapes'

type Progress = (share: number) => void

export const sendFile = (file: File, csrfToken: string | null, progress: Progress, signal: AbortSignal) =>
  send<Added>(`/api/attachments?name=${encodeURIComponent(file.name.slice(-200))}`, file, csrfToken, progress, signal)

/** Answered once the file has come, not once it is read: no proxy between has to wait for minutes. */
export const sendImport = (file: File, csrfToken: string | null, progress: Progress, signal: AbortSignal) =>
  send<ImportState>('/api/import', file, csrfToken, progress, signal, { Prefer: 'respond-async' })

function send<T>(path: string, file: File, csrfToken: string | null, progress: Progress, signal: AbortSignal, more: Record<string, string> = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(more)) request.setRequestHeader(name, value)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    if (csrfToken) request.setRequestHeader('X-CSRF-Token', csrfToken)
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = request.onabort = () => reject(new Unreachable('not sent'))
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as T)
      else reject(refusalIn(request.status, request.responseText, request.getResponseHeader('Retry-After')))
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
