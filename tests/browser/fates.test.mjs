// What became of a change that was declined, in a real browser: its author is told by the office after 14 days in which no
// screen has shown it to her.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/refused-not-lost.json';
const HEADING = 'Tell them: they have not seen what became of their change';

async function openNeeds(browser, demo, username, options) {
  const page = await signIn(browser, demo, username, options);
  await page.getByRole('link', { name: 'Needs you' }).click();
  await page.getByRole('heading', { name: 'Needs you' }).waitFor();
  return page;
}

test('what was declined and nobody looked at asks the supervisor to tell her, once', { timeout: 180_000 }, () =>
  withDemo(
    '2026-04-20T12:00',
    (demo) =>
      withBrowser(async (browser) => {
        const sam = await openNeeds(browser, demo, 'sam', { javaScriptEnabled: false });
        assert.ok(await isSeen(sam.getByRole('heading', { name: HEADING })), 'it is not in the first viewport');
        const card = sam.locator('.card', { hasText: 'the physio visits on Friday, ask her first' });
        await card.getByText('he asks to go again in the afternoon').waitFor();
        await keep(sam, 'unseen-fate');
        await accessible(await openNeeds(browser, demo, 'sam'), 'needs you with a fate that nobody has seen');
        await card.getByLabel('How did you tell Amina?').fill('Rang her at noon');
        await card.getByRole('button', { name: 'I have told Amina' }).click();
        await sam.getByText('Written down: they have been told.').waitFor();
        assert.equal(await sam.getByRole('heading', { name: HEADING }).count(), 0);
        await keep(sam, 'unseen-fate-told');
      }),
    STORY,
  ),
);

test('before 14 days are over the supervisor is not asked', { timeout: 180_000 }, () =>
  withDemo(
    '2026-04-20T10:30',
    (demo) =>
      withBrowser(async (browser) => {
        const sam = await openNeeds(browser, demo, 'sam');
        assert.equal(await sam.getByRole('heading', { name: HEADING }).count(), 0);
      }),
    STORY,
  ),
);
