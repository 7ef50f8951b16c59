// What needs whom, in a real browser, over the played story of coming home: what moved and who was told, clashes of
// the schedule, the decision with its dissent, and the review that a fall opened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/discharge-and-decisions.json';

async function openDeadlines(browser, demo, username, options) {
  const page = await signIn(browser, demo, username, options);
  await page.getByRole('link', { name: 'Needs you' }).click();
  await page.getByRole('heading', { name: 'Needs you' }).waitFor();
  return page;
}

test('what going home has moved is told to its owner, and then asks no more', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-11T10:15',
    (demo) =>
      withBrowser(async (browser) => {
        const beth = await openDeadlines(browser, demo, 'beth', { javaScriptEnabled: false });
        await keep(beth, 'needs-you-nurse');
        const moved = 'First nurse visit: moved from Wed 13 May 11:00 to Thu 14 May 11:00';
        await beth.getByText(moved).waitFor();
        assert.equal(await beth.getByText('Medicines to take home').count(), 0, 'she is shown what is not hers');

        const sam = await openDeadlines(browser, demo, 'sam', { javaScriptEnabled: false });
        await sam.getByText('Medicines to take home: moved').waitFor();
        await accessible(await openDeadlines(browser, demo, 'sam'), 'needs you');
        await sam.getByRole('link', { name: /Pryce/ }).first().click();
        await sam.getByRole('heading', { name: /Going home moved/ }).waitFor();
        await keep(sam, 'deadlines-moved');
        await sam.getByRole('button', { name: /They know.*First nurse visit/ }).click();
        await sam.getByText('Noted in the plan: the owner knows').waitFor();
        assert.equal(await sam.getByRole('button', { name: /They know/ }).count(), 3);
        assert.equal(await sam.getByText('The walking frame was not delivered').first().isVisible(), true);

        await beth.reload();
        assert.equal(await beth.getByText(moved).count(), 0, 'she has been told');
      }),
    STORY,
  ),
);

test('clashes of the schedule stand on the day on which it is made', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-14T15:00',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openDeadlines(browser, demo, 'sam');
        await page.getByText('Shower would wet the dressing of Mon 18 May 09:00').waitFor();
        await page.getByText('Wash and breakfast is at the same time as Dressing').waitFor();
        await keep(page, 'needs-you-clashes');
        await accessible(page, 'needs you with clashes');
        await page.getByRole('link', { name: /Pryce/ }).first().click();
        assert.ok(await isSeen(page.getByRole('heading', { name: 'Visits that clash' })), 'clashes are not in sight');
        const risk = page.locator('.card', { hasText: 'A gap of two or more: it asks for a decision.' });
        assert.match(await risk.innerText(), /Nursing\s+4\s+4\s+Homecare\s+2\s+4/);
        await keep(page, 'deadlines-risk', { whole: true });
        await accessible(page, 'deadlines with a gap');
      }),
    STORY,
  ),
);

test('the decision can be read with its dissent, its final decider, and the review that a fall opened', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-20T09:02',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openDeadlines(browser, demo, 'priya');
        const opened = page.getByRole('row', { name: /review that its trigger opened/ });
        assert.match(await opened.innerText(), /Priya\s+Thu 21 May\s+open/);
        await page.getByRole('link', { name: /Pryce/ }).first().click();
        const decision = page.locator('.card', { hasText: 'Which support for her walk to the garden?' });
        await decision.getByText('review open', { exact: true }).waitFor();
        for (const words of [
          'Beth: with this ulcer a fall is too likely; she asks for a carer each time',
          'Priya, as therapist',
          'Support for going out',
          'Wed 20 May 08:15: its review is open, due Thu 21 May',
        ]) {
          await decision.getByText(words).waitFor();
        }
        await page.getByText('“I would rather fall in my garden than sit”').first().waitFor();
        await keep(page, 'deadlines-decision');
        await accessible(page, 'deadlines with an open review');
      }),
    STORY,
  ),
);
