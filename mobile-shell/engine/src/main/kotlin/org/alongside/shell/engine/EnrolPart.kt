package org.alongside.shell.engine

import org.alongside.core.Problem
import org.alongside.core.WakeReason
import org.alongside.shell.model.EnrolIntent
import org.alongside.shell.model.EnrolModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.JoinedAs
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class EnrolPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = EnrolModel()

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = if (old is EnrolModel) old else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is EnrolModel) return null
        return when (intent) {
            is EnrolIntent.Typed -> model.copy(ticket = intent.ticket, problem = null)
            EnrolIntent.Join -> model.copy(working = true, problem = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is EnrolModel) return
        when (intent) {
            EnrolIntent.Scan -> stage.beside {
                core.phone.tickets.scan()?.let { ticket ->
                    stage.change { (it as? EnrolModel)?.copy(working = true, problem = null) ?: it }
                    join(ticket, stage)
                }
            }
            EnrolIntent.Join -> stage.beside { join(model.ticket.trim(), stage) }
            EnrolIntent.Start -> stage.home()
            else -> Unit
        }
    }

    /** It needs the network, this once. */
    private suspend fun join(ticket: String, stage: Stage) {
        val me = try {
            core.replica.enrol(ticket)
        } catch (problem: Problem) {
            stage.change { (it as? EnrolModel)?.copy(working = false, problem = problem.parts().second) ?: it }
            return
        }
        val joined = JoinedAs(me.name, core.code(me.role.name.lowercase()), me.organisation, me.device.hex.take(DEVICE_DIGITS))
        stage.change { (it as? EnrolModel)?.copy(ticket = "", working = false, joined = joined) ?: it }
        stage.send(WakeReason.AT_ONCE)
    }
}
