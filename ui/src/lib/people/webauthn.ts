// Passkeys as the browser knows them. Knows the standard's JSON and its bytes; knows no server.

export interface CreationOptions {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: { id: string; type: 'public-key'; transports?: string[] }[]
  [name: string]: unknown
}

export interface RequestOptions {
  challenge: string
  allowCredentials?: { id: string; type: 'public-key'; transports?: string[] }[]
  [name: string]: unknown
}

/** What the server is sent: the standard's JSON, base64url for bytes. */
export type Credential = Record<string, unknown>

/** Browsers have them on secure pages only, and only where the address is a name. */
export const canUsePasskeys = (): boolean => typeof PublicKeyCredential === 'function' && !isAddress(location.hostname)

const isAddress = (host: string): boolean => host.startsWith('[') || /^[\d.]+$/.test(host)

/** A new passkey, or null where its person thought better of it. */
export async function newPasskey(options: CreationOptions): Promise<Credential | null> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) })),
  } as unknown as PublicKeyCredentialCreationOptions
  return answered(() => navigator.credentials.create({ publicKey }))
}

/** The answer of a passkey that its person chose, or null where they chose none. */
export async function passkeyAnswer(options: RequestOptions): Promise<Credential | null> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) })),
  } as unknown as PublicKeyCredentialRequestOptions
  return answered(() => navigator.credentials.get({ publicKey }))
}

async function answered(ask: () => Promise<globalThis.Credential | null>): Promise<Credential | null> {
  try {
    const credential = await ask()
    return credential instanceof PublicKeyCredential ? told(credential) : null
  } catch (fault) {
    // Closing the browser's dialogue, or letting it time out, is an answer and no fault.
    if (fault instanceof DOMException && (fault.name === 'NotAllowedError' || fault.name === 'AbortError')) return null
    throw fault
  }
}

/** By hand, as browsers of before 2025 have no toJSON. */
function told(credential: PublicKeyCredential): Credential {
  const { response } = credential
  return {
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      ...(response instanceof AuthenticatorAttestationResponse
        ? { attestationObject: base64url(response.attestationObject), transports: response.getTransports() }
        : ofAssertion(response as AuthenticatorAssertionResponse)),
    },
  }
}

const ofAssertion = (response: AuthenticatorAssertionResponse) => ({
  authenticatorData: base64url(response.authenticatorData),
  signature: base64url(response.signature),
  userHandle: response.userHandle && base64url(response.userHandle),
})

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replace(/-/g, '+').replace(/_/g, '/')
  return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
}

export function base64url(buffer: ArrayBuffer): string {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(characters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
