use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType,
    NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::Validator;

use super::{division::Stub, *};

const FIRST: &str = "_RNvC4main5first";
const SECOND: &str = "_RNvC4main6second";
const THIRD: &str = "_RNvC4main5third";

/// A program of three functions: the first calls the second directly, the third is in the table, and the second calls
/// the first.
fn program() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("page", "log", wasm_encoder::EntityType::Function(0));
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for called in [2, 1, 0] {
        functions.function(0);
        let mut body = Function::new([]);
        body.instructions().local_get(0).call(called).end();
        code.function(&body);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 2,
        maximum: Some(2),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let stack = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(stack, &ConstExpr::i32_const(1024));
    let mut exports = ExportSection::new();
    exports
        .export("memory", ExportKind::Memory, 0)
        .export("start", ExportKind::Func, 1);
    let mut elements = ElementSection::new();
    let third = Elements::Functions(vec![3].into());
    elements.active(None, &ConstExpr::i32_const(1), third);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(16), *b"of the second part");
    let mut map = NameMap::new();
    for (index, name) in (1..).zip([FIRST, SECOND, THIRD]) {
        map.append(index, name);
    }
    let mut names = NameSection::new();
    names.functions(&map);

    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&elements)
        .section(&code)
        .section(&data)
        .section(&names);
    module.finish()
}

/// Divides the program so that each function comes in the part that `order` says. Constants come in the last part.
fn divided(
    order: [(&'static str, usize); 3],
    is_reached: fn(usize, u32) -> bool,
) -> (Division, Vec<Vec<u8>>) {
    let wasm = program();
    let program = Program::read(&wasm).unwrap();
    let part_of = |name: &str| order.iter().find(|(known, _)| *known == name).unwrap().1;
    let count = order.map(|(_, part)| part).into_iter().max().unwrap() + 1;
    let assigned = assign(&program, count, part_of, 0).unwrap();
    let division = Division::new(&program, assigned, is_reached).unwrap();
    let later = vec![vec![16..34]; count - 1];
    let renamed = [("log", "a"), ("start", "b")].map(|(old, new)| (old.to_owned(), new.to_owned()));
    let parts = parts::write(&program, &division, &later, &renamed.into()).unwrap();
    (division, parts)
}

fn stub(function: u32, slot: u32, part: u32) -> Stub {
    Stub {
        function,
        slot,
        part,
    }
}

/// The slots that a part fills.
fn slots(wasm: &[u8]) -> Vec<u32> {
    let mut slots = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ElementSection(elements) = payload.unwrap() else {
            continue;
        };
        for element in elements {
            let element = element.unwrap();
            let wasmparser::ElementKind::Active { offset_expr, .. } = element.kind else {
                panic!("not active");
            };
            let wasmparser::ElementItems::Functions(functions) = element.items else {
                panic!("no functions");
            };
            let start = program::place(&offset_expr).unwrap();
            slots.extend(start..start + functions.count());
        }
    }
    slots
}

fn has(wasm: &[u8], text: &[u8]) -> bool {
    wasm.windows(text.len()).any(|bytes| bytes == text)
}

#[test]
fn both_parts_are_valid_and_one_stands_in_for_the_other() {
    let (division, parts) = divided([(FIRST, 0), (SECOND, 1), (THIRD, 1)], |_, _| true);
    let [first, second] = division.parts.as_slice() else {
        panic!("not two parts");
    };
    assert_eq!(
        (&first.functions, &second.functions),
        (&vec![1], &vec![2, 3])
    );
    // The second has a slot of its own, the third the one that it had.
    assert_eq!(first.stubs, [stub(3, 1, 1), stub(2, 2, 1)]);
    assert_eq!(second.stubs, []);
    assert_eq!(
        (division.slots, &first.lent, &second.borrowed),
        (3, &vec![1], &vec![1])
    );
    for part in &parts {
        Validator::new().validate_all(part).unwrap();
    }
    let exports = Program::read(&parts[0]).unwrap().exports;
    assert!(exports.iter().any(|export| export.name == "b"));
    let imports = Parser::new(0).parse_all(&parts[1]);
    let imports = imports.filter_map(|payload| match payload.unwrap() {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    let mut imports =
        imports.flat_map(|imports| imports.into_imports().map(|import| import.unwrap().name));
    assert!(imports.any(|name| name == "a"));
    let text = b"the second part";
    assert!(!has(&parts[0], text) && has(&parts[1], text));
}

#[test]
fn of_three_parts_each_stands_in_for_the_later_ones() {
    let (division, parts) = divided([(FIRST, 0), (SECOND, 1), (THIRD, 2)], |part, _| part > 0);
    let [first, second, third] = division.parts.as_slice() else {
        panic!("not three parts");
    };
    assert_eq!(first.stubs, [stub(2, 2, 1)]);
    // Only the second part can reach the slot of what the third brings.
    assert_eq!(second.stubs, [stub(3, 1, 2)]);
    assert_eq!(third.stubs, []);
    assert_eq!((&second.borrowed, &third.borrowed), (&vec![1], &vec![]));
    assert!(slots(&parts[0]).is_empty());
    assert_eq!(slots(&parts[1]), [1, 2]);
    assert_eq!(slots(&parts[2]), [1]);
    let text = b"the second part";
    assert!(!has(&parts[0], text) && !has(&parts[1], text) && has(&parts[2], text));
}

#[test]
fn wherever_a_function_comes_all_parts_are_valid() {
    let places = || 0..3_usize;
    for (first, second) in places().flat_map(|first| places().map(move |second| (first, second))) {
        for third in places() {
            let none: fn(usize, u32) -> bool = |_, _| false;
            for is_reached in [none, |_, _| true, |part, _| part > 0] {
                let (_, parts) = divided(
                    [(FIRST, first), (SECOND, second), (THIRD, third)],
                    is_reached,
                );
                for part in &parts {
                    Validator::new().validate_all(part).unwrap();
                }
            }
        }
    }
}

#[test]
fn a_slot_that_the_first_part_cannot_reach_is_filled_by_the_second() {
    let (division, parts) = divided([(FIRST, 0), (SECOND, 1), (THIRD, 1)], |_, _| false);
    assert_eq!(division.parts[0].stubs, [stub(2, 2, 1)]);
    // Nobody but a stub calls what is in the slot that was added.
    assert!(slots(&parts[0]).is_empty());
    assert_eq!(slots(&parts[1]), [1, 2]);
}

#[test]
fn what_is_small_and_called_by_name_comes_with_its_caller() {
    let wasm = program();
    let program = Program::read(&wasm).unwrap();
    let assigned = |small| assign(&program, 2, |name| usize::from(name != FIRST), small).unwrap();
    let length = program.body(2).unwrap().as_bytes().len();
    assert_eq!(assigned(length - 1), [vec![1], vec![2, 3]]);
    // Nobody calls the third by its name.
    assert_eq!(assigned(length), [vec![1, 2], vec![3]]);
}

#[test]
fn a_program_that_is_profiled_is_valid_and_whole() {
    let wasm = profiled(&program()).unwrap();
    Validator::new().validate_all(&wasm).unwrap();
    let program = Program::read(&wasm).unwrap();
    assert_eq!(program.slots().next().map(|(slot, _)| slot), Some(1));
}

#[test]
fn what_the_splitter_does_not_know_is_an_error() {
    let mut module = Module::new();
    module.section(&wasm_encoder::StartSection { function_index: 0 });
    assert!(Program::read(&module.finish()).is_err());
    assert!(Program::read(b"no module").is_err());
}
