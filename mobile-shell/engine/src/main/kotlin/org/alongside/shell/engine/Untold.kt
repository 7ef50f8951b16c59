package org.alongside.shell.engine

import kotlinx.coroutines.yield
import org.alongside.core.EscalationState
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

/** What nobody has answered about a person. */
internal fun Core.untold(person: String): List<UntoldModel> {
    val open = replica.escalations(person(person)).list.filter {
        it.state == EscalationState.RAISED || it.state == EscalationState.HELP_REFUSED
    }
    if (open.isEmpty()) return emptyList()
    val plan = plans.of(person(person))
    if (plan.header().status.isOver) return emptyList()
    val name = plan.main(org.alongside.core.Section.SAFETY)?.text("preferred_name").orEmpty()
    return open.map { UntoldModel(person, name, it.trigger.id, it.raisedBy.toModel(), it.trigger.name) }
}
