//! What this process has used, as Linux says.

#![allow(dead_code, reason = "each benchmark uses its own")]

use std::{fs, time::Duration};

/// Linux counts processor time in hundredths of a second, whatever its clock's rate.
const TICK: Duration = Duration::from_millis(10);

/// Processor time so far, of all threads.
pub(crate) fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name in brackets may hold anything, so what follows it is counted from there.
    let (_, rest) = stat.rsplit_once(')').unwrap();
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next().unwrap().parse::<u32>().unwrap();
    TICK * (ticks() + ticks())
}

/// The most memory that it ever had, in bytes.
pub(crate) fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().unwrap();
    kilobytes * 1024
}
