//! Long work in parts.

/// Lets a page do something else: draw, and hear its person. Elsewhere there are threads for that.
pub(crate) async fn pause() {
    #[cfg(all(feature = "fetch", target_arch = "wasm32"))]
    crate::backend::breathe().await;
}
