import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';

const ALLOWED: Config = {
  ALLOWED_TAGS: [
    ...['a', 'b', 'blockquote', 'br', 'code', 'del', 'details', 'summary', 'em', 'h1', 'h2', 'h3'],
    ...['h4', 'h5', 'h6', 'hr', 'i', 'input', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'span', 'strong'],
    ...['sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ],
  ALLOWED_ATTR: ['href', 'title', 'align', 'start', 'type', 'checked', 'disabled', 'open'],
  // These hold no address, so the rule for addresses is not theirs.
  ADD_URI_SAFE_ATTR: ['align', 'start', 'type', 'checked', 'disabled', 'open'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // An image of an agent could tell a stranger that it was read, so it is shown as a link.
    image: ({ href, text }) =>
      `<a href="${escapeAttribute(href)}">${escapeAttribute(text || href)}</a>`,
  },
});

/**
 * Turns Markdown of any origin into HTML that is safe to show.
 *
 * Only plain formatting survives: no scripts, styles, forms, images or frames; links open outside and tell nothing of us.
 */
export function renderMarkdown(source: string): string {
  const template = document.createElement('template');
  template.innerHTML = DOMPurify.sanitize(marked.parse(source, { async: false }), ALLOWED);
  for (const link of template.content.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const input of template.content.querySelectorAll('input')) {
    if (input.type === 'checkbox') {
      input.disabled = true;
      input.parentElement?.closest('li')?.setAttribute('class', 'task');
    } else input.remove();
  }
  return template.innerHTML;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
