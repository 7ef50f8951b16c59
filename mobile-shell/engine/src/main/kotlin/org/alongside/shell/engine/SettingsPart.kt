package org.alongside.shell.engine

import org.alongside.core.Problem
import org.alongside.core.catalogueVersion
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SettingsIntent
import org.alongside.shell.model.SettingsModel

internal class SettingsPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val me = core.replica.me()
        return SettingsModel(
            holder = me?.name.orEmpty(),
            role = me?.role?.name?.lowercase()?.let(core::code).orEmpty(),
            organisation = me?.organisation.orEmpty(),
            device = me?.device?.hex.orEmpty().take(DEVICE_DIGITS),
            version = core.phone.version,
            catalogue = catalogueVersion().toLong(),
            look = core.look,
            textSizes = TEXT_PERCENT,
            waiting = core.replica.syncState().waiting.toLong(),
            pinSet = core.replica.pinState().isSet,
        )
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel {
        if (old !is SettingsModel || loaded !is SettingsModel) return loaded
        return loaded.copy(present = old.present, pin = old.pin, again = old.again, pinSaved = old.pinSaved, problem = old.problem)
    }

    /** A half-typed PIN stays nowhere. */
    override fun kept(model: ScreenModel): ScreenModel =
        if (model is SettingsModel) model.copy(present = "", pin = "", again = "", pinSaved = false, problem = null) else model

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is SettingsModel) return null
        return when (intent) {
            is SettingsIntent.Draw -> model.copy(look = intent.look)
            is SettingsIntent.Present -> model.copy(present = intent.digits, problem = null, pinSaved = false)
            is SettingsIntent.Pin -> model.copy(pin = intent.digits, problem = null, pinSaved = false)
            is SettingsIntent.Again -> model.copy(again = intent.digits, problem = null, pinSaved = false)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is SettingsModel) return
        when (intent) {
            is SettingsIntent.Draw -> {
                core.choose(intent.look)
                stage.look(intent.look)
                stage.reload()
            }
            SettingsIntent.SavePin -> savePin(model, stage)
            else -> Unit
        }
    }

    private fun savePin(model: SettingsModel, stage: Stage) {
        val said = try {
            core.replica.setPin(model.pin, model.present.ifEmpty { null })
            null
        } catch (problem: Problem.ShowAndKeep) {
            problem.words
        } catch (problem: Problem.TryLater) {
            problem.words
        }
        stage.change { now ->
            if (now !is SettingsModel) return@change now
            if (said != null) now.copy(problem = said) else now.copy(present = "", pin = "", again = "", pinSet = true, pinSaved = true)
        }
    }
}

/** Enough to tell the phones of one office apart. */
internal const val DEVICE_DIGITS = 8
