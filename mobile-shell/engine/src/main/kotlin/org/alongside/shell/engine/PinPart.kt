package org.alongside.shell.engine

import org.alongside.core.Problem
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PinIntent
import org.alongside.shell.model.PinMode
import org.alongside.shell.model.PinModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

/** Unlocking by the PIN, and choosing one. Digits are on the screen's model alone, and go as they are given. */
internal class PinPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val state = core.replica.pinState()
        val mode = when {
            route == Route.Unlock -> if (state.isAsked) PinMode.UNLOCK else PinMode.LAPSED
            state.isSet -> PinMode.PRESENT
            else -> PinMode.CHOOSE
        }
        return PinModel(
            mode = mode,
            isFirst = !state.isSet,
            wait = state.waitMs.toLong().takeIf { it > 0 && mode == PinMode.UNLOCK }?.let { (it + 59_999) / 60_000 },
            ringTheOffice = core.replica.ringTheOffice() != null,
            visit = core.lastVisit,
            numbers = core.office(),
        )
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel {
        if (old !is PinModel || loaded !is PinModel) return loaded
        val same = old.mode == loaded.mode || loaded.mode == PinMode.CHOOSE || loaded.mode == PinMode.PRESENT
        return if (same) old.copy(ringTheOffice = loaded.ringTheOffice, wait = loaded.wait, visit = loaded.visit, numbers = loaded.numbers) else loaded
    }

    /** Digits stay on no screen that is beneath another. */
    override fun kept(model: ScreenModel): ScreenModel =
        if (model is PinModel) model.copy(typed = "", present = "", chosen = "", mode = if (model.mode == PinMode.AGAIN) PinMode.CHOOSE else model.mode) else model

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is PinModel) return null
        return when (intent) {
            is PinIntent.Digit -> model.copy(typed = (model.typed + intent.digit).take(LONGEST), problem = null)
            PinIntent.Erase -> model.copy(typed = model.typed.dropLast(1))
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is PinModel || intent != PinIntent.Done) return
        when (model.mode) {
            PinMode.UNLOCK -> tried(stage) {
                core.replica.unlock(model.typed)
                stage.unlocked()
            }
            PinMode.LAPSED -> stage.unlocked()
            PinMode.PRESENT -> next(stage, PinMode.CHOOSE) { it.copy(present = model.typed) }
            PinMode.CHOOSE -> next(stage, PinMode.AGAIN) { it.copy(chosen = model.typed) }
            PinMode.AGAIN -> again(model, stage)
        }
    }

    private fun again(model: PinModel, stage: Stage) {
        if (model.typed != model.chosen) {
            next(stage, PinMode.CHOOSE) { it.copy(chosen = "", differs = true) }
            return
        }
        tried(stage) {
            core.replica.setPin(model.typed, model.present.ifEmpty { null })
            stage.unlocked()
        }
    }

    private fun next(stage: Stage, mode: PinMode, with: (PinModel) -> PinModel) =
        stage.change { screen -> (screen as? PinModel)?.let { with(it).copy(mode = mode, typed = "") } ?: screen }

    private fun tried(stage: Stage, work: () -> Unit) {
        try {
            work()
        } catch (problem: Problem) {
            val words = problem.parts().second
            val loaded = load(Route.Unlock) as PinModel
            stage.change { screen ->
                val pin = screen as? PinModel ?: return@change screen
                val back = if (pin.mode == PinMode.AGAIN) PinMode.CHOOSE else pin.mode
                pin.copy(mode = back, typed = "", chosen = "", problem = words, wait = loaded.wait)
            }
        }
    }

    private companion object {
        const val LONGEST = 12
    }
}
