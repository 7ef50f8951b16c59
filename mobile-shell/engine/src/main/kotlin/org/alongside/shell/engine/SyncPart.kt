package org.alongside.shell.engine

import org.alongside.shell.model.MoreModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SyncModel

/** It is there on a locked phone too, with numbers and times only. */
internal class SyncPart(private val core: Core, private val reported: Reported) : Part {
    override fun load(route: Route): ScreenModel {
        val state = core.replica.syncState()
        val damaged = core.readable { core.replica.damagedRecords() }
        return SyncModel(
            waiting = state.waiting.toLong(),
            refusedPages = state.refusedPages.toLong(),
            lastHeard = state.lastHeard?.let(core.times::at),
            leaving = state.leaving.toLong(),
            ended = state.ended,
            setAside = state.setAside.toLong(),
            damaged = damaged.orEmpty().map { it.recorded?.let(core.times::at) ?: core.words.say("sync.time_unknown") },
            online = core.phone.connectivity.isOnline,
            ringTheOffice = core.replica.ringTheOffice() != null,
            numbers = core.office(),
            lapsed = damaged == null && !core.replica.isLocked(),
            noteOfCall = reported.last(),
        )
    }
}

internal class MorePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = MoreModel(core.replica.ownEdits().count { it.settled == null })
}
