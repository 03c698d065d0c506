// A dialog over the whole page. Knows the veil's one gap: the scrollbar's gutter, which the page's own ground fills.
//
// A class, because `html:has(dialog:modal)` has the browser look again for each element that an answer grows by: half as much
// again for styles while one streams.

export function shownModal(dialog: HTMLDialogElement): () => void {
  const { classList } = document.documentElement
  dialog.showModal()
  classList.add('veiled')
  return () => classList.remove('veiled')
}
