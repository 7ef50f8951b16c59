package org.alongside.shell.engine

import kotlinx.coroutines.yield
import org.alongside.core.Escalation
import org.alongside.core.EscalationState
import org.alongside.core.Section
import org.alongside.core.isOverdue
import org.alongside.shell.model.PersonStatus
import org.alongside.shell.model.Route
import org.alongside.shell.model.UntoldStand
import org.alongside.shell.model.Untold as UntoldModel

/** The met triggers that nobody has answered, of everyone on this phone. Each person is read when they may differ. */
internal class Untold(private val core: Core) {
    private val byPerson = LinkedHashMap<String, List<UntoldModel>>()
    private val notes = HashMap<String, Int>()

    val list: List<UntoldModel> get() = byPerson.values.flatten()

    /** How many handover notes about a person nobody else has read. */
    fun unread(person: String): Int = notes[person] ?: 0

    /** The phone is locked: nothing of it may show. */
    fun forget() {
        byPerson.clear()
        notes.clear()
    }

    fun read(person: String) {
        byPerson[person] = core.untold(person)
        notes[person] = core.unreadNotes(person)
    }

    /** Reads everyone, and lets what was tapped meanwhile go first. */
    suspend fun readAll(shown: () -> Unit) {
        if (core.replica.me() == null) return
        val people = runCatching { core.replica.people() }.getOrDefault(emptyList())
        for (each in people) {
            runCatching { read(each.person.hex) }
            yield()
        }
        shown()
    }
}

/** The notes of others that nobody has read. */
internal fun Core.unreadNotes(person: String): Int {
    val me = replica.me()?.staff
    return replica.day(person(person)).unread.count { it.by != me }
}

/** What nobody has been told about a person: signs of an emergency first, then met triggers and promises that are past. */
internal fun Core.untold(person: String): List<UntoldModel> {
    val signs = replica.untoldSigns(person(person))
    val open = replica.escalations(person(person)).list.filter { it.isUntold() || isOverdue(it, replica.now()) }
    if (open.isEmpty() && signs.isEmpty()) return emptyList()
    val plan = plans.of(person(person))
    val status = plan.header().status
    if (status == PersonStatus.DIED) return emptyList()
    val name = plan.main(Section.SAFETY)?.text("preferred_name").orEmpty()
    val emergency = signs.map { it.sign.code }.distinct().map { code ->
        UntoldModel(person, name, "sign-$code", kinds.label("sign.$code"), UntoldStand.SIGN, Route.Emergency(person))
    }
    return emergency + open.filterNot { status.isOver }.map {
        val stand = if (it.isUntold()) UntoldStand.NOBODY else UntoldStand.BROKEN
        UntoldModel(person, name, it.trigger.id, it.trigger.name, stand, Route.Escalation(person, it.trigger.id, it.raisedBy.toModel()))
    }
}

private fun Escalation.isUntold() = state == EscalationState.RAISED || state == EscalationState.HELP_REFUSED
