package org.alongside.shell.world

import kotlinx.coroutines.runBlocking
import org.alongside.core.Body
import org.alongside.core.Command
import org.alongside.core.HowKnown
import org.alongside.core.Observation
import org.alongside.core.PersonHex
import org.alongside.core.Replica
import org.alongside.core.Section
import org.alongside.core.StaffHex
import org.alongside.core.UnixMs
import org.alongside.core.Value
import org.alongside.core.VisitHex
import org.alongside.core.VisitKind
import org.alongside.core.VisitPlanned
import org.alongside.core.catalogueVersion
import org.alongside.core.fileKeystore
import java.io.File

/** Somebody else of the story, on a device of their own, always with signal. */
class Colleague(folder: File, clock: StoryClock, ticket: String) : AutoCloseable {
    val replica = folder.apply { mkdirs() }.let { Replica.open(it.path, fileKeystore(File(it, "key").path), clock.ofCore()) }

    init {
        runBlocking { replica.enrol(ticket) }
        sync()
    }

    fun sync() = runBlocking { replica.sync() }

    /** Adds entries to the plan and syncs: section, entry, order, fields. */
    fun plan(person: String, reason: String, vararg entries: Entry) {
        val commands = entries.map { Command.AddEntry(it.section, it.name, it.fields.mapValues { (_, value) -> value(value) }, it.order) }
        replica.editPlan(PersonHex(person), commands, reason)
        sync()
    }

    fun set(person: String, reason: String, section: Section, entry: String, field: String, to: Any) {
        replica.editPlan(PersonHex(person), listOf(Command.SetField(section, entry, field, value(to))), reason)
        sync()
    }

    /** As [set], without a sync: somebody who changes the plan where there is no signal. */
    fun setOffline(person: String, reason: String, section: Section, entry: String, field: String, to: Any) {
        replica.editPlan(PersonHex(person), listOf(Command.SetField(section, entry, field, value(to))), reason)
    }

    fun planVisit(person: String, visit: String, at: String, staff: String, kind: VisitKind = VisitKind.CARE, timeCritical: Boolean = false) {
        val start = StoryClock.ms(at)
        val planned = VisitPlanned(
            visit = VisitHex(visit), visitKind = kind, start = UnixMs(start), windowEnd = UnixMs(start + HALF_HOUR_MS),
            staff = listOf(StaffHex(staff)), cancelled = false, ends = UnixMs(start + 2 * HALF_HOUR_MS), timeCritical = timeCritical,
        )
        replica.record(PersonHex(person), Body.VisitPlanned(planned))
    }

    fun observe(person: String, kind: String, site: String?, vararg fields: Pair<String, Any>) {
        observeOffline(person, kind, site, *fields)
        sync()
    }

    /** As [observe], where there is no signal. */
    fun observeOffline(person: String, kind: String, site: String?, vararg fields: Pair<String, Any>) {
        val observation = Observation(
            kind = kind, catalogueVersion = catalogueVersion(), site = site, howKnown = HowKnown.SEEN_NOW,
            fields = fields.associate { (name, value) -> name to value(value) },
        )
        replica.record(PersonHex(person), Body.Observation(observation))
    }

    override fun close() = replica.close()

    private fun value(of: Any): Value = when (of) {
        is Int -> Value.Int(of.toLong())
        is Boolean -> Value.Bool(of)
        else -> Value.Text(of.toString())
    }

    private companion object {
        const val HALF_HOUR_MS = 30 * 60_000L
    }
}

/** An entry of a plan. */
class Entry(val section: Section, val name: String, val order: Long, vararg fields: Pair<String, Any>) {
    val fields = fields.toMap()
}
