package org.alongside.shell.engine

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
        )
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is SettingsModel && intent is SettingsIntent.Draw) model.copy(look = intent.look) else null

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (intent !is SettingsIntent.Draw) return
        core.choose(intent.look)
        stage.look(intent.look)
        stage.reload()
    }
}

/** Enough to tell the phones of one office apart. */
internal const val DEVICE_DIGITS = 8
