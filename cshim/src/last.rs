//! The last run: what it asked of the machine, what it was answered, and what it said to cargo.
//!
//! A build script is run again more often than anything has changed for it: a file was saved as it was, another
//! branch was looked at, another script's answer came anew. While all answers are the same, so is all that comes of
//! them, and it is said again without a look at what any file means. Answers are kept and compared whole: neither
//! hashes nor the times of files are trusted, but of programs. So whatever a run looks at outside of its own memory is
//! asked here, but for what the C compiler alone looks at; of that it is what it listed, as in the stamps of
//! [`crate::fresh`], which tell what to do when something is different.
//!
//! Only a run that left nothing to be looked at again is kept, and none of whose files has changed since it began.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, fs, io};

use cgocall_syntax::{ImportAttr, Library};

use crate::files::{Disk, Files};
use crate::{compiler, libs, out};

/// Below `OUT_DIR/cgo`.
const FILE: &str = "last";
const END: &[u8] = b"cgocall-cshim, last run 1";
/// File systems have coarser clocks.
const TICK: Duration = Duration::from_millis(50);
/// Of how cargo spreads its work, and of nothing that comes of it.
const OF_CARGO: [&str; 2] = ["CARGO_MAKEFLAGS", "NUM_JOBS"];

/// What a run may ask. The subject is a path, relative to the package or absolute, if nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    IsFile,
    IsDir,
    /// What the path comes to, whatever links are on the way.
    Identity,
    /// The files in a folder.
    Names,
    Content,
    /// What pkg-config says to a query.
    PkgConfig,
}

/// `None`: no, or not there.
type Answer = Option<Vec<u8>>;

impl Question {
    const ALL: [Question; 6] = [
        Question::IsFile,
        Question::IsDir,
        Question::Identity,
        Question::Names,
        Question::Content,
        Question::PkgConfig,
    ];

    fn ask(self, dir: &Path, subject: &str) -> Answer {
        let path = dir.join(subject);
        match self {
            Question::IsFile => path.is_file().then(Vec::new),
            Question::IsDir => path.is_dir().then(Vec::new),
            Question::Identity => Some(
                Disk(dir)
                    .identity(Path::new(subject))
                    .into_os_string()
                    .into_encoded_bytes(),
            ),
            Question::Names => names(&path),
            // A device or a pipe may have no end.
            Question::Content => path.is_file().then(|| fs::read(&path).ok()).flatten(),
            Question::PkgConfig => Some(format!("{:?}", libs::pkg_config(subject)).into_bytes()),
        }
    }
}

fn names(folder: &Path) -> Answer {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        names.push(entry.ok()?.file_name());
    }
    names.retain(|name| name != FILE);
    names.sort();
    let mut answer = Vec::new();
    names
        .into_iter()
        .for_each(|name| field(&mut answer, &name.into_encoded_bytes()));
    Some(answer)
}

/// A run, and where the one before it is kept.
pub(crate) struct Last<'a> {
    dir: &'a Path,
    cgo: PathBuf,
    circumstances: Vec<u8>,
    began: SystemTime,
    answers: RefCell<BTreeMap<(Question, String), Answer>>,
    /// Whether each question has one answer, and can be written down.
    is_sure: Cell<bool>,
    /// Whether a file has changed since the run began, perhaps after the compiler had read it.
    is_late: Cell<bool>,
}

impl<'a> Last<'a> {
    /// The run that begins now. `settings`: what the build script wants.
    pub(crate) fn new(dir: &'a Path, out_dir: &Path, settings: &str) -> Last<'a> {
        Last {
            dir,
            cgo: out_dir.join("cgo"),
            circumstances: circumstances(settings),
            began: SystemTime::now(),
            answers: RefCell::default(),
            is_sure: Cell::new(true),
            is_late: Cell::new(false),
        }
    }

    /// What the last run said to cargo, if there is nothing else to say now. What cannot be read is no run of ours.
    pub(crate) fn said(&self) -> Option<String> {
        let file = fs::read(self.cgo.join(FILE)).ok()?;
        let mut rest = &file[..];
        let same = take(&mut rest)? == self.circumstances;
        let said = take(&mut rest)?;
        let mut answers = take(&mut rest)?;
        if !same || take(&mut rest)? != END || !rest.is_empty() {
            return None;
        }
        while !answers.is_empty() {
            let (&question, subject) = take(&mut answers)?.split_first()?;
            let question = *Question::ALL.get(usize::from(question))?;
            let subject = str::from_utf8(subject).ok()?;
            let (is_there, answer) = take(&mut answers)?.split_first()?;
            let known = (*is_there == 1).then_some(answer);
            (question.ask(self.dir, subject).as_deref() == known).then_some(())?;
        }
        String::from_utf8(said.to_vec()).ok()
    }

    /// Sees to it that nothing is kept of a run that does not come to its end.
    pub(crate) fn forget(&self) -> io::Result<()> {
        out::clear(&self.cgo.join(FILE))
    }

    /// Keeps a question, and the answer that there is now.
    pub(crate) fn ask(&self, question: Question, subject: &Path) {
        match subject.to_str() {
            Some(text) => self.keep(question, subject, question.ask(self.dir, text)),
            None => self.is_sure.set(false),
        }
    }

    /// As [`ask`](Last::ask), if it has not been asked before.
    fn ask_once(&self, question: Question, subject: &Path) {
        let known = subject.to_str().is_some_and(|text| {
            let answers = self.answers.borrow();
            answers.contains_key(&(question, text.to_owned()))
        });
        if !known {
            self.ask(question, subject);
        }
    }

    /// A file that somebody else has read in this run, and not we. Many groups read the same headers.
    pub(crate) fn read(&self, file: &Path) {
        self.ask_once(Question::Content, file);
        let changed = fs::metadata(self.dir.join(file)).and_then(|data| data.modified());
        if changed.is_ok_and(|time| time >= self.began - TICK) {
            self.is_late.set(true);
        }
    }

    /// Takes back what the run has said of files that are no longer what the compiler may have read.
    pub(crate) fn doubt(&self) -> io::Result<()> {
        let entries = fs::read_dir(self.cgo.join("group")).into_iter().flatten();
        for entry in entries.filter(|_| self.is_late.get()) {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "stamp") {
                out::clear(&path)?;
            }
        }
        Ok(())
    }

    /// What an import's or an export's attribute has us ask.
    pub(crate) fn attribute(&self, attr: &ImportAttr) {
        // One of the package's own stands before the system's.
        for include in &attr.include {
            self.ask(Question::IsFile, Path::new(&include.value));
        }
        for folder in &attr.link_search {
            let folder = Path::new(&folder.value);
            self.ask(Question::IsDir, folder);
            for link in &attr.link {
                if let Ok(library) = Library::parse(&link.value) {
                    let archive = folder.join(format!("lib{}.a", library.name));
                    self.ask(Question::IsFile, &archive);
                }
            }
        }
        for query in &attr.pkg_config {
            self.ask_once(Question::PkgConfig, Path::new(&query.value));
        }
    }

    fn keep(&self, question: Question, subject: &Path, answer: Answer) {
        let Some(subject) = subject.to_str() else {
            self.is_sure.set(false);
            return;
        };
        let mut answers = self.answers.borrow_mut();
        match answers.entry((question, subject.to_owned())) {
            Entry::Vacant(entry) => {
                entry.insert(answer);
            }
            Entry::Occupied(known) if *known.get() != answer => self.is_sure.set(false),
            Entry::Occupied(_) => {}
        }
    }

    /// Keeps this run: what it has asked, what it has written to `OUT_DIR` and to `written`, and what it `said`.
    pub(crate) fn leave(&self, written: &[PathBuf], said: &str) -> io::Result<()> {
        self.ask(Question::Names, &self.cgo);
        let out_dir = self.cgo.parent().unwrap_or(&self.cgo);
        for folder in [&self.cgo, out_dir] {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let is_ours = folder == self.cgo && name != FILE || name.starts_with("libcgo_");
                if is_ours && path.is_file() {
                    self.ask(Question::Content, &path);
                }
            }
        }
        written
            .iter()
            .for_each(|path| self.ask(Question::Content, path));
        for list in libs::sys_lists() {
            self.ask(Question::IsDir, Path::new(&list));
        }
        if self.is_late.get() || !self.is_sure.get() {
            return Ok(());
        }
        let mut answers = Vec::new();
        for ((question, subject), answer) in &*self.answers.borrow() {
            field(
                &mut answers,
                &[&[*question as u8], subject.as_bytes()].concat(),
            );
            let is_there = [u8::from(answer.is_some())];
            let answer = answer.as_deref().unwrap_or_default();
            field(&mut answers, &[&is_there, answer].concat());
        }
        let mut file = Vec::new();
        for part in [&self.circumstances, said.as_bytes(), &answers, END] {
            field(&mut file, part);
        }
        out::write_own(&self.cgo.join(FILE), &file)
    }
}

impl Files for Last<'_> {
    fn read(&self, file: &Path) -> Option<String> {
        let Some(subject) = file.to_str() else {
            self.is_sure.set(false);
            return Disk(self.dir).read(file);
        };
        let content = Question::Content.ask(self.dir, subject);
        self.keep(Question::Content, file, content.clone());
        String::from_utf8(content?).ok()
    }

    fn is_file(&self, path: &Path) -> bool {
        self.ask(Question::IsFile, path);
        Disk(self.dir).is_file(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.ask(Question::IsDir, path);
        Disk(self.dir).is_dir(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.ask(Question::Identity, path);
        Disk(self.dir).identity(path)
    }
}

/// What is around a run: who it is, what it was told, and which compilers it would start.
fn circumstances(settings: &str) -> Vec<u8> {
    let mut all = Vec::new();
    field(&mut all, settings.as_bytes());
    field(&mut all, env!("CARGO_PKG_VERSION").as_bytes());
    let program = env::current_exe().and_then(fs::metadata);
    let built = program.map(|file| (file.len(), file.modified().ok())).ok();
    let programs = (built, compiler::programs(), env::current_dir().ok());
    field(&mut all, format!("{programs:?}").as_bytes());
    let mut variables: Vec<(OsString, OsString)> = env::vars_os().collect();
    variables.retain(|(name, _)| OF_CARGO.iter().all(|it| name != it));
    variables.sort();
    for (name, value) in variables {
        field(&mut all, name.as_encoded_bytes());
        field(&mut all, value.as_encoded_bytes());
    }
    all
}

/// A length before each: where one ends cannot be mistaken.
fn field(all: &mut Vec<u8>, bytes: &[u8]) {
    all.extend((bytes.len() as u64).to_le_bytes());
    all.extend(bytes);
}

fn take<'f>(rest: &mut &'f [u8]) -> Option<&'f [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_not_whole_or_not_ours_is_none() {
        let dir = env::temp_dir().join(format!("cgocall-last-{}", std::process::id()));
        fs::create_dir_all(dir.join("out/cgo")).unwrap();
        fs::write(dir.join("a.rs"), "fn a() {}").unwrap();
        let out = dir.join("out");
        let run = |settings| Last::new(&dir, &out, settings);
        let last = run("a.rs");
        assert_eq!(last.said(), None, "there was no run");
        assert_eq!(
            Files::read(&last, Path::new("a.rs")).as_deref(),
            Some("fn a() {}")
        );
        assert!(!last.is_file(Path::new("b.rs")));
        last.leave(&[], "said").unwrap();
        let said = || run("a.rs").said();
        assert_eq!(said().as_deref(), Some("said"));
        assert_eq!(run("b.rs").said(), None, "of other settings");
        let file = dir.join("out/cgo").join(FILE);
        let whole = fs::read(&file).unwrap();
        for length in (0..whole.len()).step_by(whole.len() / 100) {
            fs::write(&file, &whole[..length]).unwrap();
            assert_eq!(said(), None, "{length} of {} bytes", whole.len());
        }
        fs::write(&file, [&whole[..], b"more"].concat()).unwrap();
        assert_eq!(said(), None);
        let text = String::from_utf8_lossy(&whole).replace("last run 1", "last run 0");
        fs::write(&file, text).unwrap();
        assert_eq!(said(), None, "another version's");
        fs::write(&file, &whole).unwrap();
        assert_eq!(said().as_deref(), Some("said"));
        fs::write(dir.join("b.rs"), "").unwrap();
        assert_eq!(said(), None, "what was not there is");
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_file_whose_name_cannot_be_kept_is_read_still() {
        use std::os::unix::ffi::OsStrExt as _;

        let dir = env::temp_dir().join(format!("cgocall-name-{}", std::process::id()));
        let out = dir.join("out");
        fs::create_dir_all(out.join("cgo")).unwrap();
        let file = Path::new(std::ffi::OsStr::from_bytes(b"a\xff.rs"));
        fs::write(dir.join(file), "fn a() {}").unwrap();
        let last = Last::new(&dir, &out, "");
        assert_eq!(Files::read(&last, file).as_deref(), Some("fn a() {}"));
        last.leave(&[], "said").unwrap();
        assert_eq!(last.said(), None, "nobody would see it change");
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn two_answers_to_one_question_are_not_kept() {
        let dir = env::temp_dir().join(format!("cgocall-answers-{}", std::process::id()));
        let out = dir.join("out");
        fs::create_dir_all(out.join("cgo")).unwrap();
        let last = Last::new(&dir, &out, "");
        last.ask(Question::IsFile, Path::new("a"));
        fs::write(dir.join("a"), "").unwrap();
        last.ask(Question::IsFile, Path::new("a"));
        last.leave(&[], "said").unwrap();
        assert_eq!(last.said(), None);
        fs::remove_dir_all(&dir).unwrap();
    }
}
