const KEY = 'rxhome-page';

/**
 * Who this page is to the hub. A reload is the same page, and a copy of its tab is another one: so the
 * id is put away only when the page is left, and a tab copied before finds none.
 */
export function pageId(): string {
  try {
    const id = sessionStorage.getItem(KEY) ?? crypto.randomUUID();
    sessionStorage.removeItem(KEY);
    addEventListener('pagehide', () => sessionStorage.setItem(KEY, id));
    return id;
  } catch {
    // Nothing may be stored here: then a reload is another page.
    return crypto.randomUUID();
  }
}
