package org.alongside.shell.model

/** Where the holder of the phone is. Identifiers are the core's own, as text; nothing here knows what they mean. */
sealed interface Route {
    data object Enrol : Route
    data object Unlock : Route
    data object Pin : Route
    data object Today : Route
    data class Plan(val person: String) : Route
    data class Induction(val person: String) : Route
    data class Visit(val person: String, val visit: String) : Route
    data class Kinds(val person: String, val visit: String?) : Route
    /** A new record, of progress on one goal too, or in the place of an earlier one. */
    data class Record(val person: String, val visit: String?, val kind: String, val corrects: RecordId? = null, val goal: String? = null) : Route
    data class Escalation(val person: String, val trigger: String, val match: MatchId) : Route
    data class Answer(val person: String, val trigger: String, val match: MatchId, val contact: String) : Route
    data class Handover(val person: String, val visit: String) : Route
    data class Emergency(val person: String?) : Route

    /** A call about a person is noted. A purpose that is given stays as it is, so that it is found again by it. */
    data class Call(val person: String, val with: String? = null, val purpose: String? = null) : Route
    data class Concern(val person: String) : Route
    data class ConcernSaved(val person: String, val concern: RecordId, val later: Boolean = false) : Route
    data class NoReply(val person: String, val visit: String) : Route
    data class Late(val person: String, val visit: String) : Route
    data class Help(val person: String?, val visit: String?) : Route
    data class History(val person: String) : Route
    data object EndOfShift : Route
    data object Changes : Route
    data object Sync : Route
    data object Settings : Route
    data object More : Route
    data class Propose(val person: String) : Route
    data class LockedNote(val person: String, val visit: String) : Route
}

/** A record of the core, by its four parts. */
data class RecordId(val author: String, val epoch: String, val number: Long, val channel: String)

/** What met a trigger: a record, or the moment at which something was still absent. */
sealed interface MatchId {
    data class OfRecord(val record: RecordId) : MatchId
    data class OfAbsence(val ms: Long) : MatchId
}
