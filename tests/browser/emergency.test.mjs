// Opening a record in an emergency in a real browser: finding the person, the reason, what is read, what the office is
// told, and the audit trail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/break-glass.json';

test('a nurse opens a record with her reason, reads it, and shuts it; the manager is told and looks at it', { timeout: 240_000 }, () =>
  withDemo(
    '2026-05-11T12:31',
    (demo) =>
      withBrowser(async (browser) => {
        const noor = await signIn(browser, demo, 'noor', { javaScriptEnabled: false });
        await noor.getByRole('link', { name: 'Emergency' }).click();
        await noor.getByRole('heading', { name: 'Read a record in an emergency' }).waitFor();
        await keep(noor, 'emergency-find');
        await noor.getByRole('textbox', { name: /Full name/ }).fill('Mrs Grace Okafor');
        await noor.getByRole('textbox', { name: 'Date of birth' }).fill('1941-06-15');
        await noor.getByRole('button', { name: 'Find by name' }).click();
        await noor.getByText('Nobody was found').waitFor();
        await noor.getByRole('textbox', { name: /NHS number/ }).fill('999 000 0018');
        await noor.getByRole('button', { name: 'Find by NHS number' }).click();
        await noor.getByRole('heading', { name: 'Mrs Grace Okafor' }).waitFor();
        await keep(noor, 'emergency-reason');
        await noor.getByLabel(/Why must you read/).fill('she fell again, the ambulance asks what she takes');
        await noor.getByLabel(/For how long/).selectOption('4');
        await noor.getByRole('button', { name: 'Open the record' }).click();
        const banner = noor.getByText('You opened this record in an emergency.');
        assert.ok(await isSeen(banner), 'the banner is not in the first viewport');
        await noor.getByText('It ends at').waitFor();
        await keep(noor, 'emergency-open');

        const dee = await signIn(browser, demo, 'dee', { javaScriptEnabled: false });
        await dee.getByRole('link', { name: 'Needs you' }).click();
        const told = dee.getByRole('heading', { name: /Noor.*opened the record of Mrs Grace Okafor/ });
        assert.ok(await isSeen(told), 'what was opened is not in the first viewport');
        await keep(dee, 'emergency-told');
        await dee.getByRole('link', { name: 'Who read what of Mrs Grace Okafor' }).click();
        await dee.getByText('Opened the record in an emergency').first().waitFor();
        await keep(dee, 'audit');
        await dee.goBack();
        await dee.getByRole('button', { name: /I have looked at this/ }).click();
        await dee.getByText('Written down: you looked at why this record was opened.').waitFor();
        assert.equal(await told.count(), 0);

        await noor.getByRole('button', { name: /I have finished/ }).click();
        await noor.getByText('You ended it.').waitFor();
      }),
    STORY,
  ),
);

test('the pages of an emergency, the audit trail and the copy of a record have no barriers', { timeout: 240_000 }, () =>
  withDemo(
    '2026-05-11T10:05',
    (demo) =>
      withBrowser(async (browser) => {
        const noor = await signIn(browser, demo, 'noor');
        await accessible(noor, 'the caseload with the banner');
        await noor.getByRole('link', { name: 'Emergency' }).click();
        await accessible(noor, 'the page for emergencies');
        await noor.getByRole('textbox', { name: /NHS number/ }).fill('1');
        await noor.getByRole('button', { name: 'Find by NHS number' }).click();
        await noor.getByText('Nobody was found').waitFor();
        await accessible(noor, 'the page for emergencies with a problem');
        await noor.getByRole('link', { name: 'Mrs Grace Okafor' }).click();
        await accessible(noor, 'a record that is open in an emergency');

        const dee = await signIn(browser, demo, 'dee');
        await dee.getByRole('link', { name: 'Needs you' }).click();
        await accessible(dee, 'what needs a manager');
        await dee.getByRole('link', { name: 'Audit' }).click();
        await dee.getByRole('heading', { name: 'Who read or changed what' }).waitFor();
        await accessible(dee, 'the audit trail');
        await dee.getByLabel('or member of staff').selectOption({ label: 'Noor' });
        await dee.getByRole('button', { name: 'Show' }).click();
        await dee.getByRole('heading', { name: 'Who read or changed what: Noor' }).waitFor();
        await keep(dee, 'audit-of-staff');

        const ines = await signIn(browser, demo, 'ines');
        await ines.getByRole('link', { name: 'Mrs Grace Okafor' }).first().click();
        await ines.getByRole('link', { name: 'Copy of the record' }).click();
        await ines.getByRole('heading', { name: 'Copy of the record of Mrs Grace Okafor' }).waitFor();
        await accessible(ines, 'the copy of a record');
        await keep(ines, 'copy');
        await ines.getByLabel('Names and words to take out').fill('Grace');
        await ines.getByRole('checkbox').last().check();
        await ines.getByRole('button', { name: 'Make the copy without these' }).click();
        await ines.getByText('What you marked is left out').waitFor();
        assert.match(await ines.locator('article').innerText(), /\(left out: it is about somebody else\)$/);
        assert.equal(await ines.getByRole('checkbox').count(), 0);
        await accessible(ines, 'the copy without what is about other people');
        await keep(ines, 'copy-without');

        const narrow = await signIn(browser, demo, 'noor', { viewport: { width: 400, height: 800 } });
        await narrow.getByRole('link', { name: 'Mrs Grace Okafor' }).click();
        await keep(narrow, 'emergency-narrow');
      }),
    STORY,
  ),
);
