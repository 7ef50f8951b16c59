package org.alongside.shell.engine

import org.alongside.core.ConcernCall
import org.alongside.core.Means
import org.alongside.core.Problem
import org.alongside.core.StaffHex
import org.alongside.shell.model.ConcernCallIntent
import org.alongside.shell.model.ConcernSavedModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class ConcernSavedPart(private val core: Core, private val reported: Reported) : Part {
    private var route: Route.ConcernSaved? = null
    private var left: Set<String> = emptySet()

    override fun load(route: Route): ScreenModel {
        route as Route.ConcernSaved
        // Whoever was left out stays left out, also where the concern has been received while this is open.
        if (this.route != route) left = reported.leftOut(route.concern)
        this.route = route
        val reference = if (route.later) "" else core.replica.concernReference(route.concern.toCore())
        return ConcernSavedModel(reference, core.recipients().filterNot { it.staff in left }, core.routes(), later = route.later)
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = old

    override fun kept(model: ScreenModel): ScreenModel? {
        leave(model)
        return null
    }

    override fun leave(model: ScreenModel) {
        route = null
        left = emptySet()
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is ConcernSavedModel) return null
        return when (intent) {
            is ConcernCallIntent.With -> model.copy(with = intent.name, problem = null)
            is ConcernCallIntent.Answered -> model.copy(answered = intent.answered, problem = null)
            is ConcernCallIntent.Said -> model.copy(said = intent.text, problem = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        val route = this.route
        if (model !is ConcernSavedModel || intent != ConcernCallIntent.Save || route == null) return
        val call = ConcernCall(route.concern.toCore(), model.with.trim(), Means.PHONE, model.answered == true, model.said.trim())
        val problem = try {
            core.replica.recordConcernCall(person(route.person), call, null, left.map { StaffHex(it) })
            null
        } catch (problem: Problem.ShowAndKeep) {
            problem.words
        }
        stage.change { now ->
            if (now !is ConcernSavedModel) return@change now
            if (problem == null) now.copy(with = "", answered = null, said = "", problem = null, callSaved = true) else now.copy(problem = problem)
        }
    }
}
