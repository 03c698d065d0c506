// Runs before the first paint, so that neither theme nor language flashes. Knows two stored words and one attribute each.
try {
  var theme = localStorage.getItem('seawall.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  var language = localStorage.getItem('seawall.language')
  if (language) document.documentElement.lang = language
} catch (refused) {
  // Storage may be forbidden; the system's theme then holds.
}
