//! Which part brings which constants.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::{ConstExpr, DataSection};

use super::{
    program::{Program, place_of_data},
    references::Reached,
};

/// Two places with fewer bytes between them are one: a segment of its own takes as many.
const APART: u32 = 12;

/// Returns the places of the constants that come after a part, in order.
pub(super) fn later(reached: &Reached<'_>) -> Vec<Range<u32>> {
    let mut apart = reached.other_constants();
    apart.retain(|place| place.end - place.start > APART);
    let mut joined: Vec<Range<u32>> = Vec::new();
    for place in apart {
        match joined.last_mut() {
            Some(last) if last.end == place.start => last.end = place.end,
            _ => joined.push(place),
        }
    }
    joined
}

/// Writes the data of each part. `later` has for each part but the last the places that come after it.
pub(super) fn write(program: &Program<'_>, later: &[Vec<Range<u32>>]) -> Result<Vec<DataSection>> {
    let mut parts = vec![DataSection::new(); later.len() + 1];
    let Some(section) = &program.data else {
        return Ok(parts);
    };
    let mut moved = 0;
    for segment in section.clone() {
        let segment = segment?;
        let base = place_of_data(&segment)?;
        let end = base + u32::try_from(segment.data.len())?;
        let mut pieces = vec![(base..end, 0)];
        for (part, places) in later.iter().enumerate() {
            pieces = divided(pieces, part, places);
        }
        for (place, part) in pieces {
            let within = (place.start - base) as usize..(place.end - base) as usize;
            let bytes = segment.data.get(within).context("beside its segment")?;
            let data = parts.get_mut(part).context("a part too many")?;
            let at = ConstExpr::i32_const(place.start.cast_signed());
            data.active(0, &at, bytes.iter().copied());
            moved += if part == 0 { 0 } else { bytes.len() };
        }
    }
    let wanted = later.first().into_iter().flatten();
    if moved != wanted.map(ExactSizeIterator::len).sum::<usize>() {
        bail!("constants are not where the linker put them");
    }
    Ok(parts)
}

/// Divides those pieces that are of `part`: what is in `places` comes one part later.
fn divided(
    pieces: Vec<(Range<u32>, usize)>,
    part: usize,
    places: &[Range<u32>],
) -> Vec<(Range<u32>, usize)> {
    let mut all = Vec::new();
    for (piece, of) in pieces {
        let mut at = piece.start;
        let within = places
            .iter()
            .filter(|place| of == part && place.start >= piece.start && place.end <= piece.end);
        for place in within {
            all.push((at..place.start, of));
            all.push((place.clone(), of + 1));
            at = place.end;
        }
        all.push((at..piece.end, of));
    }
    all.retain(|(place, _)| !place.is_empty());
    all
}
