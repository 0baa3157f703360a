//! Functions of random signatures: one language calls, the other says what it has seen.

use crate::random::Random;
use crate::types::{Type, Types};
use std::fmt::Write as _;

/// How the two meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rust calls C.
    Import,
    /// The same, whose last parameters stand in the place of a `...`.
    Variadic,
    /// Rust calls C, which calls an export of Rust by its address.
    Callback,
    /// The same with a closure.
    Closure,
    /// C calls an export of Rust by its name.
    Export,
}

pub(crate) const KINDS: [Kind; 5] = [
    Kind::Import,
    Kind::Variadic,
    Kind::Callback,
    Kind::Closure,
    Kind::Export,
];

/// Parameters and a result.
struct Signature {
    parameters: Vec<Type>,
    result: Option<Type>,
    /// Among the parameters.
    has_union: bool,
}

impl Signature {
    fn random(random: &mut Random, types: &Types, least: usize, sendable: bool) -> Signature {
        let most = *random.of(&[0, 1, 2, 4, 6, 8, 12]);
        let count = least + random.below(most + 1);
        let parameters: Vec<Type> = (0..count).map(|_| types.any(random, sendable)).collect();
        Signature {
            has_union: parameters.iter().any(|ty| types.has_union(ty)),
            result: (!random.once_in(8)).then(|| types.any(random, sendable)),
            parameters,
        }
    }

    /// `int32_t a0, S1 a1`, or what `one` makes of each.
    fn each(&self, one: impl Fn(usize, &Type) -> String) -> String {
        let all: Vec<String> = self
            .parameters
            .iter()
            .enumerate()
            .map(|(i, ty)| one(i, ty))
            .collect();
        all.join(", ")
    }

    fn c_result(&self) -> String {
        self.result.as_ref().map_or("void".to_owned(), Type::c)
    }

    fn rust_result(&self) -> String {
        match &self.result {
            Some(ty) => format!(" -> {}", ty.rust()),
            None => String::new(),
        }
    }

    /// What C gets when Rust panics has to be said.
    fn has_no_zero(&self) -> bool {
        matches!(&self.result, Some(Type::Enum(_) | Type::Struct(_)))
    }

    /// As a person would read it.
    fn shown(&self) -> String {
        format!("({}){}", self.each(|_, ty| ty.rust()), self.rust_result())
    }

    /// Digests the parameters, `a0` and so on, in C.
    fn c_digest(&self) -> String {
        let mut text = String::new();
        for (i, ty) in self.parameters.iter().enumerate() {
            write!(text, "digest_{}(s, a{i}); ", ty.word()).unwrap();
        }
        text
    }

    fn rust_digest(&self) -> String {
        (0..self.parameters.len())
            .map(|i| format!("a{i}.digest(s); "))
            .collect()
    }

    /// Calls `callee` with arguments made of `s`, perhaps one more at the end, and digests the result, in C.
    fn c_call(&self, callee: &str, last: Option<&str>) -> String {
        let mut text = String::new();
        for (i, ty) in self.parameters.iter().enumerate() {
            write!(text, "{} b{i} = make_{}(s); ", ty.c(), ty.word()).unwrap();
        }
        let places = (0..self.parameters.len()).map(|i| format!("b{i}"));
        let arguments: Vec<String> = places.chain(last.map(str::to_owned)).collect();
        let arguments = arguments.join(", ");
        match &self.result {
            Some(ty) => write!(text, "digest_{}(s, {callee}({arguments})); ", ty.word()),
            None => write!(text, "{callee}({arguments}); "),
        }
        .unwrap();
        text
    }

    /// What the callee does to `s`, as who knows both sides can tell.
    fn rust_expected(&self) -> String {
        let mut text = String::new();
        for (i, ty) in self.parameters.iter().enumerate() {
            write!(text, "let b{i} = <{}>::make(s); ", ty.rust()).unwrap();
        }
        text += "let theirs = &mut 0; ";
        for i in 0..self.parameters.len() {
            write!(text, "b{i}.digest(theirs); ").unwrap();
        }
        text += "*last = *theirs; ";
        if let Some(ty) = &self.result {
            write!(text, "<{}>::make(theirs).digest(s); ", ty.rust()).unwrap();
        }
        text
    }
}

/// One of them.
pub(crate) struct Function {
    kind: Kind,
    n: usize,
    signature: Signature,
    /// Of a [`Kind::Variadic`], those after the `...`.
    variadic: usize,
    /// What C calls back.
    callback: Option<Signature>,
    mode: &'static str,
}

impl Function {
    pub(crate) fn random(random: &mut Random, types: &Types, n: usize) -> Function {
        let kind = *random.of(&[
            Kind::Import,
            Kind::Import,
            Kind::Variadic,
            Kind::Callback,
            Kind::Closure,
            Kind::Export,
        ]);
        let mode = match kind {
            // A closure that a helper calls is another type.
            Kind::Closure => *random.of(&["", "", "parks", "native_stack"]),
            _ => *random.of(&["", "", "", "blocking", "parks", "inline", "native_stack"]),
        };
        let sendable = mode == "blocking";
        let least = usize::from(kind == Kind::Variadic);
        let mut signature = Signature::random(random, types, least, sendable);
        let mut variadic = 0;
        if kind == Kind::Variadic {
            variadic = random.below(6);
            for _ in 0..variadic {
                signature.parameters.push(Types::promoted(random, sendable));
            }
        }
        let has_callback = matches!(kind, Kind::Callback | Kind::Closure);
        let mut callback = has_callback.then(|| Signature::random(random, types, 0, false));
        // A closure is safe, and takes none from C.
        while kind == Kind::Closure && callback.as_ref().is_some_and(|callback| callback.has_union)
        {
            callback = Some(Signature::random(random, types, 0, false));
        }
        Function {
            kind,
            n,
            signature,
            variadic,
            callback,
            mode,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// As C sees it: the prototypes of both sides.
    pub(crate) fn header(&self) -> String {
        let n = self.n;
        let signature = &self.signature;
        if self.kind == Kind::Export {
            let parameters = signature.each(|_, ty| ty.c());
            let parameters = if parameters.is_empty() {
                "void".into()
            } else {
                parameters
            };
            return format!(
                "{} e{n}({parameters});\nvoid f{n}(uint64_t *s);\n",
                signature.c_result()
            );
        }
        format!("{} f{n}({});\n", signature.c_result(), self.c_parameters())
    }

    fn c_parameters(&self) -> String {
        let before = self.signature.parameters.len() - self.variadic;
        let mut all: Vec<String> = self.signature.parameters[..before]
            .iter()
            .enumerate()
            .map(|(i, ty)| format!("{} a{i}", ty.c()))
            .collect();
        if self.kind == Kind::Variadic {
            all.push("...".to_owned());
        }
        if let Some(callback) = &self.callback {
            let mut parameters: Vec<String> = callback.parameters.iter().map(Type::c).collect();
            if self.kind == Kind::Closure {
                parameters.push("void *".to_owned());
            }
            if parameters.is_empty() {
                parameters.push("void".to_owned());
            }
            all.push(format!(
                "{} (*f)({})",
                callback.c_result(),
                parameters.join(", ")
            ));
            if self.kind == Kind::Closure {
                all.push("void *user_data".to_owned());
            }
        }
        if all.is_empty() {
            "void".to_owned()
        } else {
            all.join(", ")
        }
    }

    pub(crate) fn c(&self) -> String {
        let (n, signature) = (self.n, &self.signature);
        if self.kind == Kind::Export {
            let call = signature.c_call(&format!("e{n}"), None);
            return format!("void f{n}(uint64_t *s) {{ {call}}}\n");
        }
        let mut body = "uint64_t seen = 0, *s = &seen; ".to_owned();
        if self.kind == Kind::Variadic {
            let before = signature.parameters.len() - self.variadic;
            write!(body, "va_list rest; va_start(rest, a{}); ", before - 1).unwrap();
            for (i, ty) in signature.parameters.iter().enumerate().skip(before) {
                write!(body, "{0} a{i} = va_arg(rest, {0}); ", ty.c()).unwrap();
            }
            body += "va_end(rest); ";
        }
        body += &signature.c_digest();
        if let Some(callback) = &self.callback {
            let user_data = (self.kind == Kind::Closure).then_some("user_data");
            body += &callback.c_call("f", user_data);
        }
        body += "last_seen = seen; ";
        if let Some(ty) = &signature.result {
            write!(body, "return make_{}(s); ", ty.word()).unwrap();
        }
        format!(
            "{} f{n}({}) {{ {body}}}\n",
            signature.c_result(),
            self.c_parameters()
        )
    }

    /// The declaration within the block.
    pub(crate) fn import(&self) -> String {
        let n = self.n;
        let mode = match self.mode {
            "" => String::new(),
            mode => format!("    #[cgo({mode})]\n"),
        };
        if self.kind == Kind::Export {
            return format!("{mode}    safe fn f{n}(s: &mut u64);\n");
        }
        let mut parameters: Vec<String> = self
            .signature
            .parameters
            .iter()
            .enumerate()
            .map(|(i, ty)| format!("a{i}: {}", ty.rust()))
            .collect();
        if let Some(callback) = &self.callback {
            let mut types: Vec<String> = callback.parameters.iter().map(Type::rust).collect();
            let result = callback.rust_result();
            if self.kind == Kind::Closure {
                types.push("UserData".to_owned());
                let on_panic = match callback.has_no_zero() {
                    true => "#[cgo(on_panic = abort)] ",
                    false => "",
                };
                let types = types.join(", ");
                parameters.push(format!("{on_panic}f: impl FnMut({types}){result}"));
                parameters.push("_: UserData".to_owned());
            } else {
                let types = types.join(", ");
                parameters.push(format!("f: unsafe extern \"C\" fn({types}){result}"));
            }
        }
        format!(
            "{mode}    safe fn f{n}({}){};\n",
            parameters.join(", "),
            self.signature.rust_result()
        )
    }

    /// What C calls, as an export.
    pub(crate) fn export(&self) -> String {
        let n = self.n;
        let (attribute, signature) = match (self.kind, &self.callback) {
            (Kind::Export, _) => ("include = \"c/signatures.h\"", &self.signature),
            (Kind::Callback, Some(callback)) => ("private", callback),
            _ => return String::new(),
        };
        let result = match &signature.result {
            Some(ty) => format!("<{}>::make(s)", ty.rust()),
            None => String::new(),
        };
        let on_panic = match signature.has_no_zero() {
            true => ", on_panic = abort",
            false => "",
        };
        // What is safe takes no union from C.
        let safety = if signature.has_union { "unsafe " } else { "" };
        format!(
            "#[cgo_export({attribute}{on_panic})]\n{safety}fn e{n}({}){} {{\n    let s = &mut 0;\n    {}LAST.store(*s, Relaxed);\n    {result}\n}}\n",
            signature.each(|i, ty| format!("a{i}: {}", ty.rust())),
            signature.rust_result(),
            signature.rust_digest(),
        )
    }

    /// A function that calls it and compares.
    pub(crate) fn call(&self) -> String {
        let (n, signature) = (self.n, &self.signature);
        let mut text = format!(
            "fn call{n}(seed: u64) {{\n    let s = &mut seed.clone();\n    let last = &mut 0;\n"
        );
        let shown = format!("{:?} {} {n}: {}", self.kind, self.mode, self.shown());
        if self.kind == Kind::Export {
            let expected = signature.rust_expected();
            write!(
                text,
                "    f{n}(s);\n    let called = *s;\n    *s = seed;\n    {expected}\n\
                 \x20   same({shown:?}, (called, LAST.load(Relaxed)), (*s, *last));\n}}\n"
            )
            .unwrap();
            return text;
        }
        for (i, ty) in signature.parameters.iter().enumerate() {
            writeln!(text, "    let a{i} = <{}>::make(s);", ty.rust()).unwrap();
        }
        let mut arguments = signature.each(|i, _| format!("a{i}"));
        if let Some(callback) = &self.callback {
            if !arguments.is_empty() {
                arguments += ", ";
            }
            if self.kind == Kind::Closure {
                let result = match &callback.result {
                    Some(ty) => format!("<{}>::make(s)", ty.rust()),
                    None => String::new(),
                };
                write!(
                    arguments,
                    "|{}| {{ let s = &mut 0; {}LAST.store(*s, Relaxed); {result} }}",
                    callback.each(|i, _| format!("a{i}")),
                    callback.rust_digest(),
                )
                .unwrap();
            } else {
                write!(arguments, "e{n}::C").unwrap();
            }
        }
        writeln!(text, "    let result = f{n}({arguments});").unwrap();
        writeln!(text, "    let called = (seen(), LAST.load(Relaxed));").unwrap();
        writeln!(text, "    let s = &mut 0;\n    {}", signature.rust_digest()).unwrap();
        if let Some(callback) = &self.callback {
            writeln!(text, "    {}", callback.rust_expected()).unwrap();
        } else {
            writeln!(text, "    *last = called.1;").unwrap();
        }
        writeln!(text, "    same({shown:?}, called, (*s, *last));").unwrap();
        match &signature.result {
            Some(ty) => write!(
                text,
                "    let (left, right) = (&mut 0, &mut 0);\n    result.digest(left);\n    <{}>::make(s).digest(right);\n\
                 \x20   same({shown:?}, (*left, 0), (*right, 0));\n}}\n",
                ty.rust()
            ),
            None => write!(text, "    let () = result;\n}}\n"),
        }
        .unwrap();
        text
    }

    fn shown(&self) -> String {
        let signature = self.signature.shown();
        match &self.callback {
            Some(callback) => format!("{signature}, which calls {}", callback.shown()),
            None => signature,
        }
    }
}
