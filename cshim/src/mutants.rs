//! Thousands of wrong declarations of well known headers, each refused on the very token; and the true ones, which pass.
//!
//! The truth is all that the headers declare, as discovered (see `truth`); what the manuals say, written down by hand,
//! and a program that prints the constants, say that this is true. Each declaration is changed in one place, in one way
//! at a time (`generate`); changes that leave the calling convention as it is (`abi`) have to pass. Findings have to be
//! on the changed token and nowhere else. Where the build script finds nothing, what the macro has rustc assert of the
//! record is evaluated against the layout that the reference gives to the declaration (`layout`).

use std::collections::BTreeSet;
use std::env;

use cgocall_syntax::{Import, ImportItem};
use quote::quote;

use crate::verify::verify;
use generate::{Generator, Mutant};
use layout::Layouts;
use tally::{Tally, asserted};
use truth::{Lab, run_constants};

mod abi;
mod by_alias;
mod by_hand;
mod generate;
mod layout;
mod members;
mod names;
mod tally;
mod truth;
mod types;

const HEADERS: [&str; 8] = [
    "sqlite3.h",
    "zlib.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "time.h",
    "sys/socket.h",
    "pthread.h",
];

/// What these headers have not.
const PREAMBLE: &str = "\
struct packet { unsigned version : 4; unsigned kind : 12; int level : 7; unsigned char flag : 1; long wide : 33; int z; };
struct __attribute__((packed)) wire { char tag; int length; short port; };
struct __attribute__((aligned(32))) broad { long a, b; };
struct outer { int a; union { int b; float c; }; struct { char d; long e; } f; };
enum colour { RED, GREEN = 5, BLUE = -3 };
enum big { BIG = 0x7fffffff, LITTLE = 1 };
long mixed(long a, long long b, unsigned long c, long long d, long e, long long f, long g, long long h, long i, \
           long long j, long k, unsigned long long l);
int slices(const void *key, int length, const unsigned char *data, unsigned long size, char *out, unsigned int room);
#define RATIO 0.1
#define TINY (-1e-300)
#define HALF 0.5f
#define GREETING \"good day\"
";

/// As a person declares them: there are more ways to spell such a signature in C than are tried.
const MIXED: [&str; 2] = [
    "fn mixed(a: i64, b: i64, c: u64, d: i64, e: i64, f: i64, g: i64, h: i64, i: i64, j: i64, k: i64, l: u64) -> i64;",
    "fn slices(key: &[u8], data: &[u8], out: &mut [u8]) -> c_int;",
];

/// Those enums that are to be enums of Rust.
const ENUMS: [&str; 4] = ["__socket_type", "idtype_t", "colour", "big"];

/// How many mutants there are in one compiler run.
const BATCH: usize = 3000;

/// Every so many-th mutant is tried; all of them if `CGOCALL_ALL_MUTANTS` is set.
const STRIDE: usize = 7;

#[test]
fn every_mutant_is_refused_on_its_token() {
    let lab = Lab::new();
    let mut truth = lab.truth();
    truth.declare(&lab, MIXED);
    let names = truth.names();
    let mut layouts = Layouts::default();
    truth.aggregates.iter().for_each(|item| layouts.add(item));
    for why in &truth.inexpressible {
        println!("left out: {}", why.chars().take(200).collect::<String>());
    }
    let (functions, structs) = (truth.functions.len(), truth.aggregates.len());
    let constants = truth.constants.len();
    println!(
        "{functions} functions, {structs} structs, {constants} constants, {} variables, {} aliases, {} enums",
        truth.variables.len(),
        truth.aliases.len(),
        truth.enums.len()
    );

    let values = run_constants(&lab, &truth.constants);
    // The true ones.
    let mut imports: Vec<(String, Import)> = truth
        .imports
        .iter()
        .map(|import| (String::new(), import.clone()))
        .collect();
    for (name, ty) in &truth.constants {
        let (ident, value) = (
            syn::parse_str::<syn::Ident>(name).unwrap(),
            values[name].tokens(),
        );
        imports.push((
            name.clone(),
            lab.import(quote!(const #ident: #ty = #value;)).unwrap(),
        ));
    }
    let mut alarms = Vec::new();
    let mut wrong = BTreeSet::new();
    {
        let items: Vec<&ImportItem> = imports.iter().map(|(_, import)| &import.item).collect();
        let verdicts = verify(&lab.unit(&names, "truth"), &items).unwrap();
        for (item, verdict) in items.iter().zip(&verdicts) {
            for finding in &verdict.findings {
                alarms.push(format!("{}: {}", finding.node, finding.message));
            }
            let findings = verdict.findings.iter().map(|finding| finding.node.clone());
            let mut nodes: Vec<String> = findings.collect();
            if nodes.is_empty() {
                nodes = asserted(&layouts, item, verdict);
                alarms.extend(
                    nodes
                        .iter()
                        .map(|node| format!("{node}: rustc's assertion fails")),
                );
            }
            let names = nodes.iter().filter_map(|node| node.split('/').next());
            wrong.extend(names.map(str::to_owned));
        }
    }

    let by_hand = lab.by_hand(&truth, &names, &values, &mut alarms);
    println!("by hand: {by_hand}");
    let aliases = lab.by_alias(&truth, &mut alarms);
    println!("by aliases of the package: {aliases}");

    let every = env::var_os("CGOCALL_ALL_MUTANTS").is_some();
    let mut generator = Generator {
        pointers: &truth.pointers,
        made: Vec::new(),
        all: 0,
        stride: if every { 1 } else { STRIDE },
    };
    truth
        .functions
        .iter()
        .for_each(|function| generator.function(function));
    truth
        .variables
        .iter()
        .for_each(|variable| generator.variable(variable));
    truth
        .aggregates
        .iter()
        .for_each(|item| generator.aggregate(item));
    truth
        .aliases
        .iter()
        .for_each(|alias| generator.alias(alias));
    truth
        .enums
        .iter()
        .for_each(|list| generator.enumeration(list));
    for (name, ty) in &truth.constants {
        generator.constant(name, ty, &values[name]);
    }
    let (all, mut mutants) = (generator.all, generator.made);
    // Of what is refused as it is, no mutant tells anything.
    mutants.retain(|mutant| {
        let mut nodes = mutant.allowed.iter();
        !nodes.any(|node| wrong.contains(node.split('/').next().unwrap_or_default()))
    });
    let mut tally = Tally {
        alarms,
        ..Tally::default()
    };
    for (batch, mutants) in mutants.chunks(BATCH).enumerate() {
        let parsed: Vec<(&Mutant, Import)> = mutants
            .iter()
            .filter_map(|mutant| match lab.import(mutant.item.clone()) {
                Ok(import) => Some((mutant, import)),
                Err(error) => {
                    *tally.ungrammatical.entry(error).or_default() += 1;
                    None
                }
            })
            .collect();
        let items: Vec<&ImportItem> = parsed.iter().map(|(_, import)| &import.item).collect();
        let verdicts = verify(&lab.unit(&names, &format!("mutants{batch}")), &items).unwrap();
        for ((mutant, import), verdict) in parsed.iter().zip(&verdicts) {
            tally.count(&layouts, mutant, &import.item, verdict);
        }
    }
    println!("{:?}", tally.ungrammatical);
    println!("{:?}", tally.by_kind);
    for miss in tally.missed.iter().take(4000) {
        println!("missed: {miss}");
    }
    for alarm in tally.alarms.iter().take(400) {
        println!("false alarm: {alarm}");
    }
    println!(
        "mutants: {} tried of {all}, {} missed, {} by rustc's assertion, {} equal, {} false alarms; {functions} functions, \
         {structs} structs, {constants} constants",
        tally.tried,
        tally.missed.len(),
        tally.by_assertion,
        tally.equal,
        tally.alarms.len(),
    );
    assert!(
        functions >= 300 && structs >= 40 && constants >= 200,
        "the headers have shrunk"
    );
    assert_eq!(tally.missed.len(), 0);
    assert_eq!(tally.alarms, Vec::<String>::new());
}
