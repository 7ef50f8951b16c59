package org.alongside.shell

import org.alongside.core.Section
import org.alongside.core.labels
import org.alongside.shell.engine.PlanFields
import org.alongside.shell.words.Words
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The plan on the phone says what the plan says. */
class PlanTest {
    @TempDir
    lateinit var folder: File

    private val known = labels(Words.ENGLISH).keys

    @Test
    fun `every field of the plan that the shell names is in the core's sections`() {
        val named = PlanFields.named.flatMap { (section, fields) -> fields.map { "plan.${section.name.lowercase()}.$it" } }
        assertEquals(emptyList<String>(), named.filter { it !in known })
        assertTrue(named.size > 50, "it still finds them")
    }

    @Test
    fun `every field that the engine reads of an entry is in one of the core's sections`() {
        val fields = known.filter { it.startsWith("plan.") && it.count('.'::equals) == 2 }.map { it.substringAfterLast('.') }.toSet()
        val read = Sources.of("engine").filter { "PlanEntry" in it.readText() || "entries(Section" in it.readText() || "Section.SAFETY" in it.readText() }
            .flatMap { file -> READ.findAll(file.withoutComments()).map { it.groupValues[1] } }.toSet()
        assertEquals(emptySet<String>(), read - fields)
        assertTrue(read.size > 10, "the pattern still finds what is read")
    }

    @Test
    fun `a piece of equipment is shown by its name, place and state, and a change of its place can be proposed`() {
        Grace(folder).use { grace ->
            grace.sam.plan(
                grace.person, "delivered",
                Entry(
                    Section.EQUIPMENT, "hoist", 10, "text" to "Standing hoist", "place" to "Bedroom", "state" to "in_use",
                    "owner" to "Community equipment store", "checked_on" to "2026-02-20",
                ),
            )
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                assertTrue(sees("Standing hoist"))
                assertTrue(sees("Bedroom"))
                assertTrue(sees("in use"))
                assertTrue(sees("Community equipment store"))
                assertTrue(sees("20 Feb 2026"))
                tap("propose")
                tap("propose-equipment-hoist-place")
                assertTrue(sees("Bedroom"))
            }
        }
    }

    @Test
    fun `who opens a plan for the first time is offered it in short, and hours later it is not offered again`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                tap("induction")
                assertTrue(sees("Number of carers: 1"), "what is safe")
                assertTrue(sees("Pressure damage"), "a risk")
                assertTrue(sees("Change position"), "what is done at visits")
                tap("back")
                tap("back")
                grace.at("2026-03-02T12:00")
                tap("person-${grace.person}")
                assertFalse(has("induction"))
            }
        }
    }

    @Test
    fun `what is usual, what the family does, and what was said of the care can be read`() {
        Grace(folder).use { grace ->
            grace.sam.plan(
                grace.person, "told by Ngozi",
                Entry(Section.BASELINES, "pain", 10, "kind" to "pain", "field" to "score", "usual" to "2", "said_by" to "Ngozi", "since" to "2026-02-01"),
                Entry(Section.VIEWS, "tea", 10, "words" to "Tea comes too late", "from" to "Grace", "answer" to "Tea is at four from now on"),
                Entry(Section.FAMILY, "ngozi", 10, "name" to "Ngozi Okafor", "relation" to "daughter", "contingency" to "Her brother comes"),
            )
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                listOf("Pain", "2", "Ngozi", "1 Feb 2026", "Tea comes too late", "Tea is at four from now on", "daughter", "Her brother comes")
                    .forEach { assertTrue(sees(it), it) }
            }
        }
    }

    private companion object {
        val READ = Regex("\\b(?:raw|text|number|fact)\\(\"([a-z_]+)\"")
    }
}
