package org.alongside.shell.world

import org.alongside.core.Section.SAFETY
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route

/** Grace's plan on Amina's phone, with all that a safety header may hold, and two versions of the last of it. */
fun fullHeader(grace: Grace): AppModel = grace.colleague("dee").use { dee ->
    fun Colleague.say(vararg fields: Pair<String, Any>) = fields.forEach { (field, to) -> setOffline(grace.person, "asked", SAFETY, "main", field, to) }
    grace.beth.say(
        "allergies" to "Penicillin: rash and swelling", "allergies_known" to "listed", "cpr_form" to "held",
        "blood_thinner" to "yes", "insulin" to "yes", "oxygen" to "yes", "food_texture" to 5, "drink_texture" to 2,
        "time_critical_medicines" to "Co-careldopa at 08:00, 12:00, 16:00 and 20:00",
        "infection_precautions" to "MRSA in the wound: gloves and apron", "baselines" to "Knows her daughter, not always the day",
    )
    grace.beth.sync()
    grace.sam.say(
        "cpr_form_where" to "In the blue folder by the phone", "carers_needed" to 2, "communication" to "Hard of hearing: speak to her left ear",
        "interpreter" to "Yoruba, by telephone", "attorney" to "Ngozi Okafor, health and welfare",
    )
    grace.sam.sync()
    dee.sync()
    grace.sam.say("hazards" to "Loose rug in the hall")
    dee.say("hazards" to "Dog in the kitchen")
    grace.sam.sync()
    dee.sync()
    grace.amina.enrol()
    grace.amina.engine.send(Intent.Open(Route.Plan(grace.person)))
    grace.amina.settle()
    grace.amina.engine.model.value
}
