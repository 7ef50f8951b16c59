// The manager's pages for concerns in a real browser, over the played story: what is new, the forms, what others get.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/safeguarding.json';

test('a manager acknowledges what waits, sees what it still asks for, and records what she does', { timeout: 180_000 }, () =>
  withDemo(
    '2026-04-14T13:31',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await signIn(browser, demo, 'dee');
        await page.getByRole('link', { name: 'Safeguarding' }).click();
        await page.getByText('Waiting for an acknowledgement').waitFor();
        await keep(page, 'safeguarding');
        await accessible(page, 'the list of concerns');
        await page.getByRole('row', { name: /Waiting/ }).getByRole('link').click();
        assert.ok(await isSeen(page.getByRole('button', { name: 'I have it' })), 'the first act is not in the first viewport');
        await page.getByText('they\'re helping me with the bank').waitFor();
        await keep(page, 'concern');
        await accessible(page, 'a concern that waits');
        await page.getByRole('button', { name: 'I have it' }).click();
        await page.getByText('Recorded, and sealed to those who take part').waitFor();
        await keep(page, 'case');
        await accessible(page, 'a case');

        await page.getByRole('link', { name: /Section 42/ }).click();
        const form = page.locator('#form-section_42');
        await form.getByLabel('Why').waitFor();
        await keep(page, 'case-form');
        await accessible(page, 'a form of a case');
        await form.getByRole('group', { name: 'Has needs' }).getByLabel('Yes').check();
        await form.getByRole('group', { name: /at risk of/ }).getByLabel('Reasonable cause').check();
        await form.getByRole('group', { name: /Cannot protect/ }).getByLabel('Not known').check();
        await form.getByRole('group', { name: /Refer/ }).getByLabel('Yes').check();
        await form.getByLabel('Why').fill('the council can look further');
        await form.getByRole('button').click();
        await page.getByText('the council can look further').waitFor();
        await keep(page, 'case-after');

        // What one field asks of another is known to the server alone: what was typed is there when it says so.
        await page.getByText('Interim measure', { exact: true }).click();
        const measure = page.locator('#form-measure');
        await measure.getByLabel('What', { exact: true }).fill('no visitors after six');
        await measure.getByLabel('Owner', { exact: true }).fill('Dee');
        await measure.getByLabel('Proportionate because').fill('she asked for quiet evenings');
        await measure.getByRole('group', { name: /blanket restriction/ }).getByLabel('Yes').check();
        await measure.getByRole('button').click();
        await page.getByRole('alert').getByText('nothing less would do').waitFor();
        await page.getByRole('link', { name: 'go on with the form' }).click();
        assert.ok(await isSeen(measure.getByLabel('What', { exact: true })), 'the form is not in view');
        assert.equal(await measure.getByLabel('What', { exact: true }).inputValue(), 'no visitors after six');
        await keep(page, 'case-refused');
        await accessible(page, 'a form of a case that does not fit');

        // Who refers is asked for the referral and for what was shared; who says that staff are accused, for their work.
        const todo = page.getByRole('region', { name: 'Still to do' });
        for (const asked of ['Referral', 'What was shared', 'Police', 'Duty of candour']) {
          assert.equal(await todo.getByRole('link', { name: asked, exact: true }).count(), 1, asked);
        }
        assert.equal(await todo.getByRole('link', { name: /Allegation against staff/ }).count(), 0);
        await todo.getByRole('link', { name: 'Category' }).click();
        const category = page.locator('#form-category');
        await category.getByLabel('Category').selectOption({ label: 'Financial or material abuse' });
        await category.getByRole('group', { name: /against staff/ }).getByLabel('Yes').check();
        await keep(page, 'case-category');
        await category.getByRole('button').click();
        await todo.getByRole('link', { name: /position-of-trust/ }).waitFor();
        await keep(page, 'case-staff');
        await accessible(page, 'a case of an allegation against staff');
      }),
    STORY,
  ),
);

test('access that is taken back is gone for whom it was given to, and the case says who takes part', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-14T09:10',
    (demo) =>
      withBrowser(async (browser) => {
        const imran = await signIn(browser, demo, 'imran');
        await imran.getByRole('link', { name: 'Safeguarding' }).click();
        await imran.getByRole('row', { name: /Alan/ }).getByRole('link').click();
        await imran.getByText('two strangers at the table').waitFor();
        assert.equal(await imran.getByText('Take access back').count(), 0);
        const path = imran.url();

        const dee = await signIn(browser, demo, 'dee');
        await dee.goto(path);
        await dee.getByText(/^Dee, Imran\. Nobody else/).waitFor();
        await dee.getByText('Take access back', { exact: true }).first().click();
        const form = dee.locator('#form-access_taken');
        await form.getByLabel('From whom').selectOption({ label: 'Imran, social worker, Northside Council' });
        await form.getByLabel('Why').fill('the enquiry is closed');
        await keep(dee, 'case-take-access');
        await accessible(dee, 'the form that takes access back');
        await form.getByRole('button').click();
        await dee.getByText(/^Dee\. Nobody else/).waitFor();
        await keep(dee, 'case-access-taken');

        // An answer without a body is no page that a browser would show.
        const answer = await imran.request.get(path, { maxRedirects: 0 });
        assert.equal(answer.status(), 404);
        await imran.goto(new URL('/', path).href);
        assert.equal(await imran.getByRole('link', { name: 'Safeguarding' }).count(), 0);
      }),
    STORY,
  ),
);

test('whoever is no recipient has no link, and the path is as unknown as any other', { timeout: 180_000 }, () =>
  withDemo(
    '2026-04-14T13:31',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await signIn(browser, demo, 'sam', { javaScriptEnabled: false });
        assert.equal(await page.getByRole('link', { name: 'Safeguarding' }).count(), 0);
        const answers = [];
        for (const path of ['/no-such-page', '/safeguarding', '/safeguarding/0000000000000000']) {
          const answer = await page.request.get(new URL(path, page.url()).href, { maxRedirects: 0 });
          const headers = answer.headers();
          delete headers.date;
          answers.push(JSON.stringify([answer.status(), headers, await answer.text()]));
        }
        assert.equal(new Set(answers).size, 1, answers.join('\n'));
        assert.match(answers[0], /^\[404/);
      }),
    STORY,
  ),
);
