//! The compressed variants of the page's files.

use std::{
    collections::HashMap,
    fs,
    io::{Read, Write},
    path::Path,
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result};
use countermand_page::CONNECTIONS;

use crate::page::files_of;

/// Compressed variants from an earlier build, by name.
#[derive(Debug, Default)]
pub(super) struct Kept(HashMap<String, Vec<u8>>);

impl Kept {
    /// Reads those in these folders, as far as the folders exist. The first folder wins.
    pub(super) fn of(folders: &[&Path]) -> Result<Self> {
        let mut kept = HashMap::new();
        for folder in folders.iter().filter(|folder| folder.exists()) {
            for name in files_of(folder)? {
                if name.ends_with(".br") || name.ends_with(".gz") {
                    let content = fs::read(folder.join(&name))?;
                    kept.entry(name).or_insert(content);
                }
            }
        }
        Ok(Self(kept))
    }

    #[cfg(test)]
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// Writes the variants beside each file of `folder` that gets smaller. A kept variant that holds the file is used again.
pub(super) fn all(folder: &Path, kept: &Kept) -> Result<()> {
    let waiting = Mutex::new(
        files_of(folder)?
            .into_iter()
            // People put their own connections there, and would leave old compressed ones beside them.
            .filter(|name| is_text(name) && name != CONNECTIONS)
            .collect::<Vec<_>>(),
    );
    let work = || -> Result<()> {
        loop {
            // Poisoned by a panic of another thread, which ends everything anyway.
            let next = waiting.lock().ok().and_then(|mut waiting| waiting.pop());
            let Some(name) = next else { return Ok(()) };
            one(folder, kept, &name).with_context(|| name.clone())?;
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("a compressor panicked")))
        })
    })
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(
        ending,
        "html" | "js" | "wasm" | "css" | "svg" | "txt" | "json" | "webmanifest"
    )
}

fn one(folder: &Path, kept: &Kept, name: &str) -> Result<()> {
    let plain = fs::read(folder.join(name))?;
    type Form = (
        &'static str,
        fn(&[u8]) -> Result<Vec<u8>>,
        fn(&[u8]) -> Result<Vec<u8>>,
    );
    let forms: [Form; 2] = [("br", brotli, from_brotli), ("gz", gzip, from_gzip)];
    for (ending, compress, decompress) in forms {
        let name = format!("{name}.{ending}");
        let holds = |small: &&Vec<u8>| decompress(small).is_ok_and(|content| content == plain);
        let small = match kept.0.get(&name).filter(holds) {
            Some(small) => small.clone(),
            None => compress(&plain)?,
        };
        if small.len() < plain.len() {
            fs::write(folder.join(&name), small)?;
        }
    }
    Ok(())
}

/// Compresses with brotli at its best quality.
pub fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*plain, &mut small, &parameters).context("brotli")?;
    Ok(small)
}

fn from_brotli(small: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &*small, &mut plain)?;
    Ok(plain)
}

/// Compresses with gzip at its best, with neither a name nor a time.
fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

fn from_gzip(small: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(small).read_to_end(&mut plain)?;
    Ok(plain)
}
