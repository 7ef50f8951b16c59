// A supervisor starts a plan from a template, and the nurse is told on her page what is new since she looked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/seen-and-new.json';

async function openPerson(browser, demo, username, options) {
  const page = await signIn(browser, demo, username, options);
  await page.getByRole('link', { name: /Henry/ }).first().click();
  await page.getByRole('heading', { level: 1, name: /Henry Bell/ }).waitFor();
  return page;
}

test('a supervisor starts a plan from a template; what is clinical waits for the nurse', { timeout: 180_000 }, () =>
  withDemo(
    '2026-04-06T14:00',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openPerson(browser, demo, 'sam', {});
        await page.getByRole('link', { name: 'Start from a template' }).click();
        await page.getByRole('heading', { name: 'Falls prevention' }).waitFor();
        await accessible(page);
        await keep(page, 'templates');
        await page.getByRole('button', { name: 'Start from Falls prevention' }).click();
        await page.getByText('What is clinical waits for the nurse’s answer').waitFor();
        await accessible(page);

        const nurse = await openPerson(browser, demo, 'beth', {});
        await accessible(nurse);
        await keep(nurse, 'new-since');
        const news = await nurse.locator('.news').innerText();
        assert.match(news, /New since you looked/);
        assert.match(news, /Started from the template: Falls prevention/);
        await nurse.goto(new URL('/inbox', nurse.url()).href);
        await nurse.getByText('Started from the template: Falls prevention').first().waitFor();
      }),
    STORY,
  ),
);
