// Draws one diagram for the page around this frame. Knows Mermaid and two messages; can reach nothing else.
// A classic script: the frame has no origin, and modules would need one.
;(() => {
  const MOST_CHARACTERS = 20_000
  const MOST_EDGES = 400
  const { mermaid } = globalThis

  function settings(colours) {
    return {
      startOnLoad: false,
      securityLevel: 'strict',
      maxTextSize: MOST_CHARACTERS,
      maxEdges: MOST_EDGES,
      suppressErrorRendering: true,
      // As an image it can hold no HTML.
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      fontFamily: 'system-ui, sans-serif',
      look: 'classic',
      theme: 'base',
      themeVariables: {
        fontSize: '15px',
        useGradient: false,
        dropShadow: 'none',
        background: colours.surface,
        primaryColor: colours.sand,
        primaryTextColor: colours.ink,
        primaryBorderColor: colours.muted,
        secondaryColor: colours.surface,
        tertiaryColor: colours.surface,
        lineColor: colours.muted,
        textColor: colours.ink,
        noteBkgColor: colours.sand,
        noteTextColor: colours.ink,
        edgeLabelBackground: colours.surface,
        clusterBkg: colours.surface,
        clusterBorder: colours.line,
      },
    }
  }

  async function draw({ source, colours }) {
    mermaid.initialize(settings(colours))
    const { svg } = await mermaid.render('drawing', source)
    const place = document.createElement('div')
    place.innerHTML = svg
    const picture = place.querySelector('svg')
    const { width, height } = picture.viewBox.baseVal
    picture.setAttribute('width', width)
    picture.setAttribute('height', height)
    // What the page shows stays readable when its colours change.
    picture.style.background = colours.surface
    return { svg: new XMLSerializer().serializeToString(picture), width, height }
  }

  addEventListener('message', ({ source, data }) => {
    if (source !== parent) return
    draw(data).then(
      (drawing) => parent.postMessage(drawing, '*'),
      () => parent.postMessage(null, '*'),
    )
  })
  parent.postMessage('ready', '*')
})()
