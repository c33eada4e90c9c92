//! Circles in a graph of files.

use std::collections::{BTreeMap, BTreeSet};

/// From which file to which: with one of the names that make the arrow.
pub(crate) type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// Each set of files that reach each other, as lines `file -> file: name`.
pub(crate) fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows
        .keys()
        .map(|file| (file.as_str(), reached_from(arrows, file)))
        .collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|set| set.contains(to));
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for &file in reached.keys() {
        if told.contains(file) || !reaches(file, file) {
            continue;
        }
        let circle: BTreeSet<&str> = reached
            .keys()
            .copied()
            .filter(|other| reaches(file, other) && reaches(other, file))
            .collect();
        let lines = arrows
            .iter()
            .filter(|(from, _)| circle.contains(from.as_str()))
            .flat_map(|(from, targets)| targets.iter().map(move |(to, name)| (from, to, name)))
            .filter(|(_, to, _)| circle.contains(to.as_str()))
            .map(|(from, to, name)| format!("{from} -> {to}: {name}"))
            .collect();
        told.extend(circle);
        circles.push(lines);
    }
    circles
}

/// Every file that `file` reaches by one arrow or more.
fn reached_from<'a>(arrows: &'a Arrows, file: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = vec![file];
    while let Some(file) = next.pop() {
        for target in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(target.as_str()) {
                next.push(target);
            }
        }
    }
    reached
}

#[test]
fn a_circle_is_found_and_a_diamond_is_none() {
    let graph = |edges: &[(&str, &str)]| {
        let mut arrows = Arrows::new();
        for (from, to) in edges {
            arrows
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned(), "x".to_owned());
        }
        arrows
    };
    let diamond = graph(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]);
    assert_eq!(circles(&diamond), Vec::<Vec<String>>::new());
    let circle = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]);
    assert_eq!(circles(&circle), [["b -> c: x", "c -> b: x"]]);
}
