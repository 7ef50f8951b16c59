package org.alongside.shell.world

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

/** An organisation and its real server process, whose clock a story moves. */
class Office(folder: File) : AutoCloseable {
    private val process: Process
    private val token: String
    private val http: HttpClient
    val url: String

    init {
        val data = File(folder, "server")
        val made = run("init", "--data", data.path, "--organisation", "Larkfield Homecare")
        token = text(made, "administrator_token")
        http = HttpClient.newBuilder().sslContext(trusting(File(data, "tls/ca.pem"))).build()
        val builder = ProcessBuilder(SERVER, "serve").redirectError(File(folder, "server.log"))
        builder.environment() += mapOf(
            "ALONGSIDE_DATA" to data.path,
            "ALONGSIDE_LISTEN" to "127.0.0.1:0",
            "ALONGSIDE_TEST_CLOCK" to "1",
            "ALONGSIDE_LOG" to "warn",
        )
        process = builder.start()
        // Also where a test fails before it has anything to close.
        Runtime.getRuntime().addShutdownHook(Thread { process.destroyForcibly() })
        val line = process.inputReader().readLine() ?: error("the server did not start: ${process.waitFor()}")
        url = text(line, "listening")
    }

    val port: Int get() = URI(url).port

    override fun close() {
        process.destroy()
        check(process.waitFor(20, SECONDS)) { "the server does not end" }
    }

    fun moveClock(ms: Long) {
        ask("PUT", "/test/clock", """{"now_ms":$ms}""")
    }

    fun addStaff(name: String, role: String, organisation: String = "Larkfield Homecare"): String =
        text(admin("staff", """{"name":"$name","role":"$role","organisation":"$organisation"}"""), "staff")

    fun addPerson(vararg careTeam: String): String {
        val person = text(admin("people", "{}"), "person")
        careTeam.forEach { admin("care-team", """{"person":"$person","staff":"$it"}""") }
        return person
    }

    /** Who receives concerns, in order. */
    fun setRecipients(vararg staff: String) {
        admin("restricted-recipients", staff.joinToString(",", """{"staff":[""", "]}") { "\"$it\"" })
    }

    /** A one-time ticket for a new device, as the text of its QR code. */
    fun ticket(staff: String): String = admin("device-codes", """{"staff":"$staff"}""")

    private fun admin(what: String, body: String) = ask("POST", "/v1/admin/$what", body)

    private fun ask(method: String, path: String, body: String): String {
        val request = HttpRequest.newBuilder(URI(url + path))
            .header("Authorization", "Bearer $token").header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)).build()
        val answer = http.send(request, BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return answer.body()
    }

    private companion object {
        /** `cargo xtask test` builds the server and names it. */
        val SERVER = checkNotNull(System.getenv("ALONGSIDE_SERVER")) { "ALONGSIDE_SERVER names the server" }

        fun run(vararg arguments: String): String {
            val process = ProcessBuilder(SERVER, *arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            val said = process.inputReader().readText()
            check(process.waitFor() == 0) { "alongside ${arguments.first()} ended with ${process.exitValue()}" }
            return said
        }

        fun text(json: String, field: String) =
            checkNotNull(Regex("\"$field\"\\s*:\\s*\"([^\"]*)\"").find(json)) { "no $field" }.groupValues[1]

        fun trusting(authority: File): SSLContext {
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
