"""The plan through the Python package: edits, proposals and their fates, conflicts, and triggers met offline."""
import datetime
import json
import unittest
import zoneinfo

import alongside
from alongside import Body, Command, Section, Value
from cases import WithOffice
from devices import fields, observation, pain

PAIN_IS_FIVE_OR_MORE = json.dumps({"compare": {"kind": "pain", "field": "score", "op": "at_least", "value": 5}})


def add(section, entry, order=1, **values):
    return Command.ADD_ENTRY(section=section, entry=entry, fields=fields(**values), order=order)


def set_interval(minutes):
    return Command.SET_FIELD(section=Section.ACTIONS, entry="turn", field="interval_min", value=Value.INT(minutes))


class Plan(WithOffice):
    """Sam, the supervisor, has begun the plan; Beth, the nurse, has added what is clinical."""

    def setUp(self):
        super().setUp()
        self.sam, self.beth, self.amina = self.device("sam"), self.device("beth"), self.device("amina")
        self.edit(self.sam, add(Section.SAFETY, "main", preferred_name="Grace"),
                  add(Section.CONTACTS, "DN", role="district_nursing", name="District nurses", phone="01632 960001"),
                  add(Section.CONTACTS, "OC", order=9, role="on_call", name="On-call", phone="01632 960009"),
                  add(Section.ACTIONS, "turn", text="change position"), set_interval(180))
        self.edit(self.beth, add(Section.ASKED, "a1", kind="pain", field="score"),
                  add(Section.TRIGGERS, "T1", name="pain is five or more", condition=PAIN_IS_FIVE_OR_MORE,
                      contact="district_nursing", urgency=60, say="Grace is in pain", agreed_by="Beth"))
        for device in (self.sam, self.beth, self.amina):
            self.assertEqual(device.sync().outcome, alongside.Outcome.UP_TO_DATE())

    def edit(self, device, *commands):
        device.replica.edit_plan(self.person, list(commands), "agreed today")
        self.assertEqual(device.sync().waiting, 0)

    def interval(self, device):
        """The values of the interval, each with whether it is only this device's own."""
        field = device.replica.plan(self.person).view.sections[Section.ACTIONS]["turn"].fields["interval_min"]
        return [candidate.value[0] for candidate in field.candidates], field.unconfirmed

    def test_everyone_reads_the_plan_and_the_persons_name(self):
        [grace] = self.amina.replica.people()
        self.assertEqual(grace.name, "Grace")
        plan = self.amina.replica.plan(self.person)
        self.assertEqual(plan.conflicts, [])
        self.assertEqual(list(plan.view.sections[Section.TRIGGERS]), ["T1"])
        self.assertEqual(self.interval(self.amina), ([180], False))

    def test_a_note_with_a_diagnosis_is_offered_what_to_write_and_is_never_refused(self):
        note = "\U0001f642 wound looks infected, she ate well"
        [found] = self.amina.replica.check_note(self.person, note)
        self.assertEqual((found.words, found.diagnostic), ("infected", True))
        self.assertEqual(note[found.first:found.first + found.characters], "infected")
        self.assertIn("smell", found.offer)
        self.amina.replica.record(self.person, pain(2, note=note))

    def test_a_diagnosis_that_the_plan_has_is_left_alone(self):
        self.edit(self.sam, add(Section.RISKS, "uti", text="has a UTI since Monday"))
        self.amina.sync()
        self.assertEqual(self.amina.replica.check_note(self.person, "antibiotic given for UTI"), [])

    def test_what_to_say_on_the_phone_holds_what_was_observed_and_no_note(self):
        recorded = self.amina.replica.record(self.person, pain(6, note="looks infected", quoted="it burns"))
        [met] = recorded.met
        about = alongside.MatchRef(trigger="T1", matched=met.raised_by)
        said = self.amina.replica.sbard(self.person, about)
        self.assertEqual(said.situation[0], "I am ringing about Grace.")
        self.assertEqual(said.recommendation[0], "Grace is in pain")
        self.assertIn("it burns", said.assessment[-1])
        self.assertNotIn("infected", repr(said))

    def test_the_week_is_summed_up_by_the_goals_of_the_plan(self):
        self.edit(self.sam, add(Section.GOALS, "G1", text="get out of bed", baseline=3, target=0))
        self.amina.sync()
        for level in ("prompting", "prompting", "help_of_one"):
            self.amina.replica.record(self.person, observation("goal_progress", fields(goal="G1", level=level)))
        self.amina.sync()
        self.sam.sync()
        today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/London")).date().isoformat()
        week = self.sam.replica.weekly(self.person, today)
        [goal] = week.goals
        self.assertEqual((goal.goal.text, goal.goal.baseline, goal.level, goal.state),
                         ("get out of bed", 3, 1, alongside.GoalState.IMPROVING))
        self.assertEqual(week.proposal.step, alongside.Step.MAINTAIN)
        self.assertEqual(self.sam.replica.weekly_versions(self.person, today), [])
        self.assertEqual(self.sam.replica.weeks(self.person), [])

    def test_an_edit_shows_at_once_and_is_marked_until_the_server_has_confirmed_it(self):
        self.office.stop()
        self.sam.replica.edit_plan(self.person, [set_interval(120)], "redder skin")
        self.assertEqual(self.interval(self.sam), ([120], True))
        self.office.start()
        self.sam.sync()
        self.assertEqual(self.interval(self.sam), ([120], False))
        self.assertEqual([type(edit.settled.outcome) for edit in self.sam.replica.own_edits()],
                         [alongside.FateOutcome.ACCEPTED] * 2)

    def test_a_carers_proposal_is_held_until_the_supervisor_answers(self):
        proposal = self.amina.replica.edit_plan(self.person, [set_interval(120)], "she is sore")
        self.amina.sync()
        [mine] = self.amina.replica.own_edits()
        self.assertEqual(mine.held.outcome, alongside.FateOutcome.HELD(
            role=alongside.Role.SUPERVISOR, why=alongside.HeldWhy.MAY_NOT))
        self.assertIsNone(mine.settled)

        self.sam.sync()
        self.sam.replica.decide_edit(self.person, proposal, False, "Beth looks tomorrow")
        self.sam.sync()
        self.amina.sync()
        [mine] = self.amina.replica.own_edits()
        self.assertEqual(mine.settled.outcome, alongside.FateOutcome.DECLINED(reason="Beth looks tomorrow"))
        self.assertEqual(self.interval(self.amina), ([180], False))

    def test_a_carer_can_take_a_proposal_back(self):
        proposal = self.amina.replica.edit_plan(self.person, [set_interval(120)], "she is sore")
        self.amina.sync()
        self.amina.replica.withdraw_edit(self.person, proposal)
        self.amina.sync()
        [mine] = self.amina.replica.own_edits()
        self.assertEqual(mine.settled.outcome, alongside.FateOutcome.WITHDRAWN())

    def test_two_who_differ_are_both_shown_until_the_responsible_one_chooses(self):
        manager = self.office.add_staff("Mo", "manager")
        self.office.add_to_care_team(self.person.hex, manager)
        self.staff["mo"] = manager
        mo = self.device("mo")
        self.office.stop()
        mo.replica.edit_plan(self.person, [set_interval(120)], "at the review")
        self.sam.replica.edit_plan(self.person, [set_interval(240)], "she sleeps better")
        self.office.start()
        for device in (mo, self.sam, mo, self.amina):
            device.sync()

        [conflict] = self.amina.replica.plan(self.person).conflicts
        self.assertEqual((conflict.section, conflict.entry, conflict.field), (Section.ACTIONS, "turn", "interval_min"))
        self.assertEqual({candidate.value[0] for candidate in conflict.candidates}, {120, 240})
        self.assertFalse(conflict.may_choose)
        self.assertTrue(self.sam.replica.plan(self.person).conflicts[0].may_choose)
        self.edit(self.sam, set_interval(120))
        self.amina.sync()
        self.assertEqual(self.amina.replica.plan(self.person).conflicts, [])
        self.assertEqual(self.interval(self.amina), ([120], False))

    def test_a_met_trigger_says_whom_to_ring_without_a_server(self):
        self.office.stop()
        self.assertEqual(self.amina.replica.record(self.person, pain(4)).met, [])
        [met] = self.amina.replica.record(self.person, pain(6)).met
        self.assertEqual((met.trigger.name, met.state), ("pain is five or more", alongside.EscalationState.RAISED))
        self.assertEqual([json.loads(condition) for condition in met.trigger.conditions],
                         [json.loads(PAIN_IS_FIVE_OR_MORE)])
        self.assertEqual(met.offers.next, alongside.Offer.CONTACT("DN"))
        self.assertEqual(met.offers.list[-1], alongside.Offer.NINE_NINE_NINE_IF_WORSE())
        self.assertEqual(met.due.ms - met.raised.ms, 60 * 60_000)

        about = alongside.MatchRef(trigger=met.trigger.id, matched=met.raised_by)
        self.amina.replica.record(self.person, Body.CONTACT_ATTEMPT(alongside.ContactAttempt(
            about=about, contact="DN", means=alongside.Means.PHONE, answered=False)))
        [unanswered] = self.amina.replica.escalations(self.person).list
        self.assertEqual((unanswered.offers.next, unanswered.offers.retry), (alongside.Offer.CONTACT("OC"), ["DN"]))

        self.amina.replica.record(self.person, Body.RESPONSE(alongside.Response(
            about=about, _from="Beth", said="I will come by three")))
        self.office.start()
        self.amina.sync()
        self.beth.sync()
        [known] = self.beth.replica.escalations(self.person).list
        self.assertEqual((known.raised, known.state), (met.raised, alongside.EscalationState.ANSWERED))
        self.assertEqual([(answer._from, answer.said) for answer in known.responses],
                         [("Beth", "I will come by three")])
        [trigger] = self.beth.replica.aligned(self.person).segments[-1].triggers
        self.assertEqual([(answer.who, answer.said) for answer in trigger.answers],
                         [("Beth", "I will come by three")])

    def test_what_the_nurse_asked_for_and_nobody_recorded_is_a_gap_in_the_aligned_notes(self):
        visit = alongside.VisitId(hex="2c" * 16)
        arrived = alongside.VisitArrived(visit=visit, visit_kind=alongside.VisitKind.CARE)
        self.amina.replica.record(self.person, Body.VISIT_ARRIVED(arrived))
        self.amina.replica.record(self.person, observation("meal", fields(eaten="half"), visit=visit))
        [todays] = self.amina.replica.today()
        self.assertEqual((todays.visit.id, todays.name), (visit, "Grace"))
        self.amina.sync()
        self.beth.sync()
        segment = self.beth.replica.aligned(self.person).segments[-1]
        self.assertEqual([(gap.visit, gap.item.kind, gap.item.field) for gap in segment.gaps],
                         [(visit, "pain", "score")])

    def test_a_gap_in_a_risk_needs_the_supervisor_until_services_have_decided(self):
        self.edit(self.sam, add(Section.CONTACTS, "SAM", role="coordinator", name="Sam", staff=self.sam.replica.me().staff.hex),
                  add(Section.RISKS, "garden", text="walks alone", owner="Sam", likelihood_provider=2, impact_provider=4))
        self.beth.sync()
        self.edit(self.beth, Command.SET_FIELD(section=Section.RISKS, entry="garden", field="likelihood_nursing",
                                               value=Value.INT(4)))
        self.sam.sync()
        self.assertTrue(self.sam.replica.together(self.person).risks[0].asks_for_decision)
        [needs] = self.sam.replica.needs_you()
        [gap] = [one for one in needs.needs.deadlines if one.kind == alongside.DeadlineKind.RISK_GAP]
        self.assertEqual((gap.entry, gap.owner.words, gap.state), ("garden", "Sam", alongside.DeadlineState.OPEN))
        self.assertEqual(gap.owner.staff, self.sam.replica.me().staff)
        self.edit(self.beth, add(Section.DECISIONS, "rail", text="which support?", whose="best_interests",
                                 capacity="lacks", decision="a rail", final_by="Beth", because="risks/garden"))
        self.sam.sync()
        [gap] = [one for one in self.sam.replica.together(self.person).deadlines
                 if one.kind == alongside.DeadlineKind.RISK_GAP]
        self.assertEqual((gap.state, gap.done.by), (alongside.DeadlineState.DONE_IN_TIME, self.beth.replica.me().staff))

    def test_an_edit_that_names_an_owner_whom_nobody_knows_is_refused_with_field_and_reason(self):
        nobody = [add(Section.RISKS, "r", text="a risk", owner="Nobody")]
        self.problem(alongside.Problem.ShowAndKeep, self.sam.replica.edit_plan, self.person, nobody, "agreed",
                     code="plan_field", words="risks.owner: nobody of this name")


if __name__ == "__main__":
    unittest.main()
