package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.HandoverNote
import org.alongside.core.Problem
import org.alongside.shell.model.Intent
import org.alongside.shell.model.LockedNoteIntent
import org.alongside.shell.model.LockedNoteModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.UnlockIntent
import org.alongside.shell.model.UnlockModel

internal class UnlockPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val pin = core.replica.pinState()
        return UnlockModel(
            pinAsked = pin.isAsked,
            triesLeft = pin.triesLeft.toInt(),
            waitMinutes = ((pin.waitMs.toLong() + Times.MINUTE_MS - 1) / Times.MINUTE_MS).toInt(),
            ringTheOffice = core.replica.ringTheOffice() != null,
            numbers = core.office,
            visit = core.lastVisit,
        )
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is UnlockModel && loaded is UnlockModel) loaded.copy(typed = old.typed, problem = old.problem) else loaded

    override fun kept(model: ScreenModel): ScreenModel =
        if (model is UnlockModel) model.copy(typed = "", problem = null) else model

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is UnlockModel) return null
        return when (intent) {
            is UnlockIntent.Digit -> model.copy(typed = (model.typed + intent.digit).take(DIGITS), problem = null)
            UnlockIntent.Rub -> model.copy(typed = model.typed.dropLast(1), problem = null)
            UnlockIntent.Open -> model.copy(working = true, problem = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is UnlockModel || intent != UnlockIntent.Open) return
        val said = try {
            core.replica.unlock(model.typed)
            null
        } catch (problem: Problem.ShowAndKeep) {
            problem.words
        } catch (problem: Problem.TryLater) {
            problem.words
        }
        if (said == null) return stage.unlocked()
        val stand = load(Route.Unlock) as UnlockModel
        stage.change { if (it is UnlockModel) stand.copy(problem = said) else it }
    }

    private companion object {
        const val DIGITS = 12
    }
}

/** Something that somebody saw and must not forget, while the phone is locked. It goes to whoever comes next. */
internal class LockedNotePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = (route as Route.LockedNote).let { LockedNoteModel(it.person, it.visit) }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = if (old is LockedNoteModel) old else loaded

    override fun kept(model: ScreenModel): ScreenModel? = null

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is LockedNoteModel && intent is LockedNoteIntent.Typed) model.copy(text = intent.text, saved = null, problem = null) else null

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is LockedNoteModel || intent != LockedNoteIntent.Save) return
        val body = Body.HandoverNote(HandoverNote(visit(model.visit), model.text.trim()))
        val done = try {
            val recorded = core.replica.record(person(model.person), body)
            model.copy(text = "", saved = core.times.clock(recorded.recorded), problem = null)
        } catch (problem: Problem.ShowAndKeep) {
            model.copy(problem = problem.words)
        }
        stage.change { if (it is LockedNoteModel) done else it }
        stage.sync()
    }
}
