package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.NoReplyStep
import org.alongside.core.Observation
import org.alongside.core.Value
import java.math.BigDecimal

/** What records say, in one line. */
internal class Sayings(private val core: Core) {
    fun of(body: Body): String? = when (body) {
        is Body.Observation -> observed(body.v1)
        is Body.VisitArrived -> saying("arrived")
        is Body.VisitLeft -> saying("left")
        is Body.HandoverNote -> saying("handover", body.v1.text)
        is Body.RunningLate -> saying("late", core.times.clock(body.v1.expected))
        is Body.NoReplyTried -> core.words.say("tried." + body.v1.result.name.lowercase(), step(body.v1.step))
        is Body.LocatedSafe -> saying("located", body.v1.locatedBy, body.v1.how)
        is Body.NotSafeToday -> saying("not_safe", body.v1.why)
        is Body.ContactAttempt -> saying(if (body.v1.answered) "rang_answered" else "rang_unanswered")
        is Body.Response -> saying("response", body.v1.from, body.v1.said)
        is Body.Closing -> saying("closing", body.v1.outcome)
        is Body.Communication -> saying("communication", body.v1.with, body.v1.said)
        is Body.PlanEdit -> saying("plan_edit", body.v1.reason)
        else -> null
    }

    fun observed(observation: Observation): String {
        val kind = observation.kind
        val key = "kind.$kind"
        val parts = mutableListOf(core.kinds.label(key))
        observation.site?.let { parts += core.kinds.label("site.$it") }
        observation.absent?.let { parts += core.kinds.label("absent.${it.name.lowercase()}") }
        core.kinds.of(kind)?.fields.orEmpty().forEach { field ->
            observation.fields[field.code]?.let { parts += "${field.label}: ${value(key, field.code, it)}" }
        }
        observation.note?.let { parts += it }
        observation.quoted?.let { parts += "“$it”" }
        observation.changed?.let { parts += core.words.say("saying.changed_${it.name.lowercase()}") }
        observation.present?.let { parts += core.words.say("saying.present", it) }
        observation.done?.let { parts += core.words.say("saying.done", it) }
        observation.firstNote?.let { parts += core.words.say("saying.first_note", it) }
        return parts.joinToString(" · ")
    }

    fun value(kindKey: String, field: String, value: Value): String = when (value) {
        is Value.Bool -> core.words.say(if (value.v1) "yes" else "no")
        is Value.Int -> value.v1.toString()
        is Value.Decimal -> BigDecimal.valueOf(value.v1.digits, value.v1.places.toInt()).toPlainString()
        is Value.Text -> core.kinds.known("$kindKey.field.$field.${value.v1}") ?: value.v1
    }

    fun step(step: NoReplyStep): String = core.words.say("step_do.${step.name.lowercase()}")

    private fun saying(key: String, vararg arguments: Any) = core.words.say("saying.$key", *arguments)
}
