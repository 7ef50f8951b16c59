// What tests ask of problems.
package org.alongside.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.assertThrows

/** What each problem has, whatever can be done about it. */
val Problem.told: Pair<String, String>
    get() = when (this) {
        is Problem.TryLater -> code to words
        is Problem.Enrol -> code to words
        is Problem.ShowAndKeep -> code to words
        is Problem.ReportFault -> code to words
    }

/** `act` raises this kind of problem, whose words hold what to do about it. */
inline fun <reified P : Problem> problem(code: String, words: String, noinline act: () -> Unit): P {
    val raised = assertThrows<P> { act() }
    assertEquals(code, raised.told.first)
    assertTrue(words in raised.told.second, raised.told.second)
    return raised
}
