package org.alongside.shell.engine

import org.alongside.core.PersonId
import org.alongside.shell.model.EmergencyIntent
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.FirstCallRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SignRow
import org.alongside.shell.model.UntoldSignRow

/** The signs that need no plan, also on a locked phone. The list is the provider's; the core says who may come before 999. */
internal class EmergencyPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val person = (route as Route.Emergency).person?.let(::person)
        val first = person?.let { core.readable { core.first(it) } } ?: NINES
        val signs = core.kinds.emergencySigns.map { sign ->
            val code = sign.text("code").orEmpty()
            SignRow(code, core.kinds.label("sign.$code"), core.kinds.label("sign.$code.sees"), first, sign.member("signed_off") != null, sign.text("label").orEmpty())
        }
        return EmergencyModel(person?.let { core.readable { core.plans.header(it) } }, signs, person?.let(::untold).orEmpty())
    }

    /** Each sign once, as it was seen last: a call about it tells all of it. */
    private fun untold(person: PersonId): List<UntoldSignRow> = core.readable { core.replica.untoldSigns(person) }.orEmpty().associateBy { it.sign.code }.values.map {
        UntoldSignRow(core.kinds.label("sign.${it.sign.code}"), core.times.at(it.seen), it.sign.label)
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is EmergencyModel && loaded is EmergencyModel) loaded.copy(rang = old.rang) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is EmergencyModel && intent is EmergencyIntent.Ring) model.copy(rang = true) else null

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is EmergencyModel || intent !is EmergencyIntent.Ring) return
        stage.dial(intent.number)
        val person = model.header?.person ?: return
        val with = model.before?.takeIf { it.phone == intent.number }?.name ?: intent.number
        stage.notice(Notice.Rang(Route.Call(person, with, intent.sign ?: model.untold.firstOrNull()?.purpose)))
    }

    private companion object {
        val NINES = FirstCallRow(null, NINE_NINE_NINE, null)
    }
}
