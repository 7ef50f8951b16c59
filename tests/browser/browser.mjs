// Drives pages in a real Chromium: opens them, checks them with axe, asks what a reader sees, takes pictures.
//
// Absent on purpose: starting servers and knowing pages. A test does both.

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

/** The size in which a page must show what matters without scrolling. */
export const DESKTOP = { width: 1280, height: 800 };

/** WCAG 2.2 AA, and the levels and versions that it includes. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** What scripts of a browser's pages threw. */
const thrown = new WeakMap();

/**
 * Starts Chromium (CHROMIUM names another than Debian's), runs `use`, and always closes it. An error that a page's
 * script threw meanwhile fails the test.
 */
export async function withBrowser(use) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const errors = [];
  thrown.set(browser, errors);
  try {
    const result = await use(browser);
    if (errors.length > 0) {
      throw new Error(`a page's script failed: ${errors.join('; ')}`);
    }
    return result;
  } finally {
    await browser.close();
  }
}

/**
 * Opens `url` in a context of its own: own cookies, no cache. The certificate is not checked, since a test server's
 * organisation is unknown to Chromium; that replicas check it is tested elsewhere. An answer of 400 or more
 * fails the test.
 */
export async function openPage(browser, url, { viewport = DESKTOP, javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport, javaScriptEnabled, locale: 'en-GB' });
  const page = await context.newPage();
  page.on('pageerror', (error) => thrown.get(browser).push(error.message));
  const answer = await page.goto(url);
  if (answer.status() >= 400) {
    throw new Error(`${url} answered ${answer.status()}`);
  }
  return page;
}

/** What axe finds wrong: one line for each element, "rule: selector". Empty means nothing. */
export async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

/** Whether the element is wholly on screen now, with nothing drawn over its middle. */
export async function isSeen(locator) {
  if ((await locator.count()) === 0 || !(await locator.isVisible())) {
    return false;
  }
  return locator.evaluate((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const inside = left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
    const drawn = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return inside && drawn !== null && (element.contains(drawn) || drawn.contains(element));
  });
}

/** Writes what is on screen to `path` as PNG; `whole` takes the page to its end. */
export async function picture(page, path, { whole = false } = {}) {
  return page.screenshot({ path, fullPage: whole, animations: 'disabled' });
}
