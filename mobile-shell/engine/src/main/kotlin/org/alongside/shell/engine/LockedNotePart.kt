package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.HandoverNote
import org.alongside.core.Problem
import org.alongside.shell.model.Intent
import org.alongside.shell.model.LockedNoteIntent
import org.alongside.shell.model.LockedNoteModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

/** Something that somebody saw and must not forget, while the phone is locked. It goes to whoever comes next. */
internal class LockedNotePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = (route as Route.LockedNote).let { LockedNoteModel(it.person, it.visit) }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = if (old is LockedNoteModel) old else loaded

    /** It would be shown without the PIN on the way back. */
    override fun kept(model: ScreenModel): ScreenModel? = null

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is LockedNoteModel && intent is LockedNoteIntent.Typed) model.copy(text = intent.text, saved = null, problem = null) else null

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is LockedNoteModel || intent != LockedNoteIntent.Save) return
        val body = Body.HandoverNote(HandoverNote(visit(model.visit), model.text.trim()))
        val done = try {
            val recorded = core.replica.record(person(model.person), body)
            stage.send(recorded.wake)
            model.copy(text = "", saved = core.times.clock(recorded.recorded), problem = null)
        } catch (problem: Problem.ShowAndKeep) {
            model.copy(problem = problem.words)
        }
        stage.change { if (it is LockedNoteModel) done else it }
    }
}
