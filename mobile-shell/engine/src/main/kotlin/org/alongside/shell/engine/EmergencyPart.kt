package org.alongside.shell.engine

import org.alongside.core.emergencySignsJson
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.FirstCallRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SignRow

/** The signs that need no plan. The list is the provider's; who may come before 999 is the plan's. */
internal class EmergencyPart(private val core: Core) : Part {
    private val list by lazy { Json.read(emergencySignsJson()) }

    override fun load(route: Route): ScreenModel {
        val person = (route as Route.Emergency).person?.let(::person)
        val signedOff = list.member("signed_off") != null
        val first = person?.let { core.plannedFirst(it) } ?: FirstCallRow(null, NINE_NINE_NINE, null)
        val signs = list.list("signs").map { sign ->
            val code = sign.text("code").orEmpty()
            SignRow(code, core.kinds.label("sign.$code"), core.kinds.label("sign.$code.sees"), first, signedOff)
        }
        return EmergencyModel(person?.let(core.plans::header), signs, signedOff)
    }
}
