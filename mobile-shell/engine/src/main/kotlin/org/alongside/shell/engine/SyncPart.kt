package org.alongside.shell.engine

import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.MoreModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SettingsModel
import org.alongside.shell.model.SyncModel

internal class SyncPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val state = core.replica.syncState()
        return SyncModel(
            waiting = state.waiting.toLong(),
            refusedPages = state.refusedPages.toLong(),
            lastHeard = state.lastHeard?.let(core.times::at),
            leaving = state.leaving.toLong(),
            ended = state.ended,
            setAside = state.setAside.toLong(),
            damaged = core.replica.damagedRecords().map { it.recorded?.let(core.times::at) ?: core.words.say("sync.time_unknown") },
            online = core.phone.connectivity.isOnline,
            sending = false,
            ringTheOffice = core.replica.ringTheOffice() != null,
            numbers = office(),
        )
    }

    /** The on-call and the coordinator, as the first plan that names them has them. */
    private fun office(): List<ContactRow> = core.replica.people().asSequence()
        .mapNotNull { runCatching { core.plans.of(it.person) }.getOrNull() }
        .map { plan -> plan.contacts().filter { it.role in setOf(core.code("on_call"), core.code("coordinator")) } }
        .firstOrNull { it.isNotEmpty() }.orEmpty()
}

internal class SettingsPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val me = core.replica.me()
        return SettingsModel(
            me?.name.orEmpty(), me?.role?.name?.lowercase()?.let(core::code).orEmpty(), me?.organisation.orEmpty(), me?.device?.hex.orEmpty(),
            core.replica.pinState().isSet,
        )
    }
}

internal class MorePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = MoreModel(core.replica.ownEdits().count { it.settled == null }, core.replica.pinState().isSet)
}
