package org.alongside.shell.engine

import org.alongside.core.WakeReason
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Look
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

/** What stands behind one screen. */
internal interface Part {
    /** Reads the model from the core. */
    fun load(route: Route): ScreenModel

    /** What was typed or chosen, at once, on the screen's thread. It asks nobody. */
    fun typed(model: ScreenModel, intent: Intent): ScreenModel? = null

    /** What the core is asked to do. */
    fun act(model: ScreenModel, intent: Intent, stage: Stage) = Unit

    /** The model anew, with what is half typed in the old one. */
    fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = loaded

    /** What of this screen stays beneath the next one, for the way back; nothing where nothing of it may stay. */
    fun kept(model: ScreenModel): ScreenModel? = model

    /** What of this screen stays beneath the lock: only whoever knows the PIN comes back to it. */
    fun keptLocked(model: ScreenModel): ScreenModel? = kept(model)

    /** The holder goes to another screen: what this one has shown has been seen. */
    fun leave(model: ScreenModel) = Unit
}

/** What a part may ask of the engine. */
internal interface Stage {
    fun open(route: Route)

    /** In the place of the current screen. */
    fun replace(route: Route)

    /** To the screen before, and before all of which `past` is true. */
    fun back(past: (Route) -> Boolean = { false })

    /** Back to the first screen. */
    fun home()

    fun reload()

    fun notice(notice: Notice?)

    /** Changes the model of the screen that is on top. */
    fun change(change: (ScreenModel) -> ScreenModel)

    /** What is known of a person's escalations may be different now. */
    fun touched(person: String)

    /** The holder has been shown what a notification was about. */
    fun attended()

    /** There is something to send. When it goes is the core's to say, by the reason. */
    fun send(why: WakeReason)

    /** The PIN was taken, or none is asked for: to what was open before. */
    fun unlocked()

    fun dial(number: String)

    /** How everything is drawn from now on. */
    fun look(look: Look)

    /** For what waits for the network: it runs beside everything else. */
    fun beside(work: suspend () -> Unit)
}
