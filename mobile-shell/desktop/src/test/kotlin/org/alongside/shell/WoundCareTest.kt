package org.alongside.shell

import org.alongside.shell.story.WoundStory
import org.alongside.shell.story.friday
import org.alongside.shell.story.monday
import org.alongside.shell.story.saturday
import org.alongside.shell.story.thursday
import org.alongside.shell.story.tuesday
import org.alongside.shell.story.wednesday
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The wound care story, as Amina and Joel tap through it. Each day is a file or a part of one in `story`. */
class WoundCareTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a week of a wound - without signal and with, it is told, answered, changed by three people, and closed`() {
        WoundStory(folder).use { story ->
            story.monday()
            story.tuesday()
            story.wednesday()
            story.thursday()
            story.friday()
            story.saturday()
        }
    }
}
