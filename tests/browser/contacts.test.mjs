// The contact log in a real browser: the office notes a call about what is open, and closes it with its outcome.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

test('the supervisor notes who answered and closes what is open; what does not fit stays in the form', { timeout: 180_000 }, () =>
  withDemo('2026-03-05T10:55', (demo) =>
    withBrowser(async (browser) => {
      const sam = await signIn(browser, demo, 'sam', { javaScriptEnabled: false });
      await sam.getByRole('link', { name: /Grace/ }).first().click();
      await sam.getByRole('link', { name: 'Contact log' }).click();
      const card = sam.locator('.card', { hasText: 'T1' });
      assert.ok(await isSeen(card), 'what is open is not in the first viewport');
      await keep(sam, 'contact-log', { fullPage: true });
      await card.getByText('Note a call').click();
      await card.getByLabel('Whom did you try to reach?').selectOption({ index: 1 });
      await card.getByLabel('Yes').check();
      await card.getByLabel('What did they say?').fill('I am on my way');
      await card.getByRole('button', { name: 'Note this call' }).click();
      await sam.getByRole('alert').getByText('name who answered').waitFor();
      assert.equal(await card.getByLabel('What did they say?').inputValue(), 'I am on my way');
      await keep(sam, 'contact-log-not-noted', { fullPage: true });
      await card.getByLabel(/Who answered/).fill('Beth');
      await card.getByRole('button', { name: 'Note this call' }).click();
      await sam.getByRole('status').getByText('The call is noted.').waitFor();
      await card.getByText('Beth answered: “I am on my way”').waitFor();
      await card.getByText('Close it').first().click();
      await card.getByLabel('What came of it?').fill('Dressing changed');
      await card.getByRole('button', { name: 'Close it' }).click();
      await sam.getByText('It is closed, with its outcome.').waitFor();
      assert.equal(await sam.locator('[data-escalation^="T1"]').count(), 0);
      await sam.getByRole('cell', { name: 'closed: Dressing changed', exact: true }).waitFor();
      const page = await signIn(browser, demo, 'sam');
      await page.getByRole('link', { name: /Grace/ }).first().click();
      await page.getByRole('link', { name: 'Contact log' }).click();
      for (const summary of await page.locator('summary').all()) {
        await summary.click();
      }
      await accessible(page, 'the contact log');
    }),
  ),
);
