//! Prints the Content-Security-Policy of a page that talks to one other host.

use std::error::Error;

use countermand_page::{Origin, content_security};

fn main() -> Result<(), Box<dyn Error>> {
    let provider: Origin = "https://api.example".parse()?;
    let html = "<!doctype html><script>console.log('hello')</script>";
    println!("{}", content_security::policy(html, &[provider]));
    Ok(())
}
