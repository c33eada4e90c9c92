//! The modules of a crate, and which file names what of which other.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Item, ItemUse, UseTree,
    visit::{self, Visit},
};

use crate::circles::Arrows;

/// A module's place in the crate: `[]` is the root, `["run", "engine"]` is `crate::run::engine`.
type Place = Vec<String>;

/// The modules of one crate, without those that only tests have.
#[derive(Debug, Default)]
pub(crate) struct Modules(BTreeMap<Place, Module>);

#[derive(Debug, Default)]
struct Module {
    /// The file that it stands in.
    file: String,
    /// What its `use` items bring in: the name here, and the whole path.
    imports: BTreeMap<String, Vec<String>>,
    /// The modules whose names it takes all.
    globs: Vec<Vec<String>>,
    /// What it defines, its modules too.
    defined: Vec<String>,
    /// The paths that it names, each in full.
    named: Vec<Vec<String>>,
}

impl Modules {
    /// Reads the crate whose root file this is, with all its modules.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        let folder = root.parent().expect("a folder");
        modules.read_file(root, folder, Vec::new());
        modules
    }

    fn read_file(&mut self, file: &Path, folder: &Path, place: Place) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.take(parsed.items, file, folder, place);
    }

    /// Takes in a module's items, and goes on with its modules, whose files are in `folder`.
    fn take(&mut self, items: Vec<Item>, file: &Path, folder: &Path, place: Place) {
        let mut module = Module {
            file: short(file),
            ..Module::default()
        };
        let mut reader = Reader::default();
        for item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            if let Item::Mod(child) = item {
                let name = child.ident.to_string();
                let inner = folder.join(&name);
                let below = [&place[..], std::slice::from_ref(&name)].concat();
                module.defined.push(name);
                match child.content {
                    Some((_, items)) => self.take(items, file, &inner, below),
                    None => self.read_file(&file_of(&inner), &inner, below),
                }
            } else {
                module.defined.extend(name_of(&item));
                reader.visit_item(&item);
            }
        }
        module.imports = reader.imports;
        module.globs = reader.globs;
        module.named = reader.named;
        self.0.insert(place, module);
    }

    /// Which file names something of which other.
    pub(crate) fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (place, module) in &self.0 {
            let paths = module.imports.values().chain(&module.globs);
            for path in paths.chain(&module.named) {
                let Some(target) = self.resolve(place, path, 0) else {
                    continue;
                };
                let to = &self.0[&target].file;
                if *to != module.file {
                    arrows
                        .entry(module.file.clone())
                        .or_default()
                        .insert(to.clone(), path.join("::"));
                }
            }
        }
        arrows
    }

    /// The module that defines what `path` names, as seen from `place`; none for what other crates define.
    fn resolve(&self, place: &[String], path: &[String], depth: usize) -> Option<Place> {
        // An import that leads back to itself.
        if depth > 16 {
            return None;
        }
        let mut at = place.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            _ => {}
        }
        while let ["super", ..] = rest.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            at.pop()?;
            rest = &rest[1..];
        }
        let Some((name, after)) = rest.split_first() else {
            return Some(at);
        };
        let module = self.0.get(&at)?;
        let below = [&at[..], std::slice::from_ref(name)].concat();
        if self.0.contains_key(&below) {
            let inside = [&["self".to_owned()][..], after].concat();
            return self.resolve(&below, &inside, depth + 1);
        }
        if module.defined.contains(name) {
            return Some(at);
        }
        if let Some(import) = module.imports.get(name).filter(|import| *import != path) {
            return self.resolve(&at, &[&import[..], after].concat(), depth + 1);
        }
        module.globs.iter().find_map(|glob| {
            let whole = [&glob[..], rest].concat();
            self.resolve(&at, &whole, depth + 1)
        })
    }
}

/// Reads what a module's items name.
#[derive(Default)]
struct Reader {
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    named: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    // `pub(in path)` says who may use an item; it uses nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut before = Vec::new();
        self.read_use(&item.tree, &mut before);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        // A single name is defined here, imported (and so counted there) or foreign.
        if names.len() > 1 && path.leading_colon.is_none() {
            self.named.push(names);
        }
        visit::visit_path(self, path);
    }
}

impl Reader {
    fn read_use(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.read_use(&path.tree, before);
                before.pop();
            }
            UseTree::Name(name) if name.ident == "self" => {
                let name = before.last().cloned().unwrap_or_default();
                self.imports.insert(name, before.clone());
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let whole = [&before[..], std::slice::from_ref(&name)].concat();
                self.imports.insert(name, whole);
            }
            UseTree::Rename(rename) => {
                let whole = [&before[..], &[rename.ident.to_string()]].concat();
                self.imports.insert(rename.rename.to_string(), whole);
            }
            UseTree::Glob(_) => self.globs.push(before.clone()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_use(tree, before);
                }
            }
        }
    }
}

/// Whether the compiler sees it in tests alone.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition == "test" || condition.starts_with("all (test")
            })
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// Where the module whose parts are in `folder` stands: beside that folder.
fn file_of(folder: &Path) -> PathBuf {
    folder.with_extension("rs")
}

/// The path from the workspace's root on.
fn short(file: &Path) -> String {
    let root = crate::root().canonicalize().expect("a root");
    let file = file.canonicalize().expect("a file");
    let short = file.strip_prefix(&root).expect("in the workspace");
    short.display().to_string()
}
