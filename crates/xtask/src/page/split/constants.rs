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

/// Returns the places of the constants that come with the second part, in order.
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

/// Writes the data of both parts.
pub(super) fn write(
    program: &Program<'_>,
    later: &[Range<u32>],
) -> Result<(DataSection, DataSection)> {
    let (mut first, mut second) = (DataSection::new(), DataSection::new());
    let mut left = later.iter().peekable();
    let Some(section) = &program.data else {
        return Ok((first, second));
    };
    for segment in section.clone() {
        let segment = segment?;
        let base = place_of_data(&segment)?;
        let end = base + u32::try_from(segment.data.len())?;
        let bytes = |place: &Range<u32>| {
            let place = (place.start - base) as usize..(place.end - base) as usize;
            segment
                .data
                .get(place)
                .context("a constant is beside its segment")
        };
        let mut at = base;
        while let Some(place) = left.next_if(|place| place.start >= base && place.end <= end) {
            add(&mut first, at, bytes(&(at..place.start))?);
            add(&mut second, place.start, bytes(place)?);
            at = place.end;
        }
        add(&mut first, at, bytes(&(at..end))?);
    }
    if left.next().is_some() {
        bail!("constants are not where the linker put them");
    }
    Ok((first, second))
}

fn add(data: &mut DataSection, at: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        data.active(
            0,
            &ConstExpr::i32_const(at.cast_signed()),
            bytes.iter().copied(),
        );
    }
}
