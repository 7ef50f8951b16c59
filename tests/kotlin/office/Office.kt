// The organisation's office, for tests: its server as a process of its own, and what an administrator does there.
package org.alongside.office

import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.util.concurrent.TimeUnit.SECONDS
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory

/**
 * An organisation in a folder. Its server keeps its address when it is stopped and started again; with `testClock` the
 * test moves its time.
 */
class Office(folder: File, private val testClock: Boolean = false) : AutoCloseable {
    private val data = File(folder, "server")
    private var listen = "127.0.0.1:0"
    private var url = ""
    private var process: Process? = null
    private val token: String
    private val http: HttpClient

    init {
        val made = run("init", "--data", data.path, "--organisation", "Larkfield Homecare")
        token = text(made, "administrator_token")
        http = HttpClient.newBuilder().sslContext(trusting(File(data, "tls/ca.pem"))).build()
    }

    /** Where it listens, once it has started. */
    val port get() = listen.substringAfter(':').toInt()

    fun start(): Office {
        val builder = ProcessBuilder(server, "serve").redirectError(ProcessBuilder.Redirect.INHERIT)
        builder.environment() += mapOf(
            "ALONGSIDE_DATA" to data.path, "ALONGSIDE_LISTEN" to listen, "ALONGSIDE_LOG" to "warn")
        if (testClock) builder.environment() += "ALONGSIDE_TEST_CLOCK" to "1"
        val started = builder.start()
        process = started
        // Also where a test fails before it has anything to close.
        Runtime.getRuntime().addShutdownHook(Thread { started.destroyForcibly() })
        val line = started.inputReader().readLine() ?: error("the server did not start: ${started.waitFor()}")
        url = text(line, "listening")
        listen = url.removePrefix("https://")
        return this
    }

    fun stop() {
        process?.run {
            destroy()
            check(waitFor(20, SECONDS)) { "the server does not end" }
        }
        process = null
    }

    override fun close() = stop()

    fun moveClock(ms: Long) {
        ask("PUT", "/test/clock", """{"now_ms":$ms}""")
    }

    fun addStaff(name: String, role: String, organisation: String = "Larkfield Homecare") =
        text(admin("staff", """{"name":"$name","role":"$role","organisation":"$organisation"}"""), "staff")

    fun addPerson(vararg careTeam: String): String {
        val person = text(admin("people", "{}"), "person")
        careTeam.forEach { addToCareTeam(person, it) }
        return person
    }

    fun addToCareTeam(person: String, staff: String) {
        admin("care-team", """{"person":"$person","staff":"$staff"}""")
    }

    /** Who receives concerns, in order. */
    fun setRecipients(vararg staff: String) {
        admin("restricted-recipients", staff.joinToString(",", """{"staff":[""", "]}") { "\"$it\"" })
    }

    /** A one-time ticket for a new device, as the text of its QR code. */
    fun ticket(staff: String) = admin("device-codes", """{"staff":"$staff"}""")

    private fun admin(what: String, body: String) = ask("POST", "/v1/admin/$what", body)

    private fun ask(method: String, path: String, body: String): String {
        val request = HttpRequest.newBuilder(URI(url + path))
            .header("Authorization", "Bearer $token").header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)).build()
        val answer = http.send(request, BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return answer.body()
    }

    companion object {
        /** The server's binary; `cargo xtask test` builds it and names it. */
        private val server = checkNotNull(System.getenv("ALONGSIDE_SERVER")) { "ALONGSIDE_SERVER names the server" }

        private fun run(vararg arguments: String): String {
            val process = ProcessBuilder(server, *arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            val said = process.inputReader().readText()
            check(process.waitFor() == 0) { "alongside ${arguments.first()} ended with ${process.exitValue()}" }
            return said
        }

        /** The value of a field of a flat JSON object. */
        fun text(json: String, field: String) =
            checkNotNull(Regex("\"$field\"\\s*:\\s*\"([^\"]*)\"").find(json)) { "no $field" }.groupValues[1]

        private fun trusting(authority: File): SSLContext {
            val certificate = authority.inputStream().use { CertificateFactory.getInstance("X.509").generateCertificate(it) }
            val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply {
                load(null)
                setCertificateEntry("office", certificate)
            }
            val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
            return SSLContext.getInstance("TLS").apply { init(null, trust.trustManagers, null) }
        }
    }
}
