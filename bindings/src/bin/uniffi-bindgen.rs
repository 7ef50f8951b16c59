//! Writes the Python, Kotlin or Swift package from the library; only built with the feature `bindgen`.

fn main() {
    uniffi::uniffi_bindgen_main()
}
