// Keeps the waiting room's page true without reloading it. The page works without this, by reloading itself.
'use strict'

;(() => {
  const KEPT = 'seawall.place.signup'
  const address = new URL(location.href)

  function main() {
    return document.getElementById('main')
  }

  function remember() {
    try {
      const kept = main().dataset.keep
      if (kept === 'none') localStorage.removeItem(KEPT)
      else if (kept) localStorage.setItem(KEPT, kept)
      return localStorage.getItem(KEPT)
    } catch {
      return null
    }
  }

  /** Only what changed is put in, so that a screen reader says no more than what is new. */
  function show(next) {
    const was = main()
    const before = was.querySelector('.when')
    const after = next.querySelector('.when')
    if (before && after && before.dataset.state === after.dataset.state) {
      if (before.innerHTML !== after.innerHTML) before.innerHTML = after.innerHTML
      was.dataset.look = next.dataset.look
      was.dataset.keep = next.dataset.keep
      return
    }
    was.replaceWith(next)
    ;(next.querySelector('[type=email]') ?? next.querySelector('h1')).focus()
  }

  async function look() {
    try {
      const answer = await fetch(address, { cache: 'no-store', credentials: 'same-origin' })
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
        const next = page.getElementById('main')
        if (next) {
          document.title = page.title
          show(document.importNode(next, true))
        }
      }
    } catch {
      // Away: the place is kept, and the next look is soon.
    }
    later()
  }

  function later() {
    const place = remember()
    if (place && address.searchParams.has('place') && main().dataset.keep === place) {
      address.searchParams.set('place', place)
      history.replaceState(null, '', address)
    }
    const look_s = Number(main().dataset.look)
    if (look_s) setTimeout(look, look_s * 1000)
  }

  const kept = remember()
  if (kept && address.pathname === '/waiting-room' && !address.searchParams.has('place') && !main().querySelector('.note')) {
    address.searchParams.set('place', kept)
    location.replace(address)
  } else later()
})()
