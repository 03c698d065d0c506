// One file to the server, told how far it is: what fetch cannot tell. Knows XMLHttpRequest; knows no message.

import { refusalIn, Unreachable } from '../api'
import type { Added } from './shapes'

export function sendFile(file: File, csrfToken: string | null, progress: (share: number) => void, signal: AbortSignal): Promise<Added> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/attachments?name=${encodeURIComponent(file.name.slice(-200))}`)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    if (csrfToken) request.setRequestHeader('X-CSRF-Token', csrfToken)
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = request.onabort = () => reject(new Unreachable('not sent'))
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Added)
      else reject(refusalIn(request.status, request.responseText, request.getResponseHeader('Retry-After')))
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
