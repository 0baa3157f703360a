//! A page of the book: its blocks of code, its headings and its links.

use std::fs;
use std::path::{Path, PathBuf};

/// A page as it stands.
pub struct Page {
    /// Relative to the repository: `docs/tutorial.md`.
    pub path: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// A block between fences.
#[derive(Clone)]
pub struct Block {
    /// Of the opening fence, from 1.
    pub line: usize,
    /// What stands behind the fence, up to a comma.
    pub language: String,
    /// The comments directly before it, without their brackets.
    pub comments: Vec<String>,
    /// What is between the fences.
    pub lines: Vec<String>,
}

/// What a walk meets, in order.
pub enum Step {
    /// A block of code.
    Block(Block),
    /// `<!-- new folder -->`.
    NewFolder,
}

/// The repository.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("tests/book").to_path_buf()
}

impl Page {
    /// Reads it: `path` is relative to the repository.
    ///
    /// # Panics
    /// If it cannot be read.
    #[must_use]
    pub fn read(path: &str) -> Page {
        let text = fs::read_to_string(repository().join(path));
        let text = text.unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines = text.lines().map(str::to_owned).collect();
        let path = path.to_owned();
        Page { path, lines }
    }

    /// What a walk meets.
    ///
    /// # Panics
    /// If a fence is not closed.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let (mut steps, mut comments) = (Vec::new(), Vec::new());
        let mut lines = self.lines.iter().enumerate();
        while let Some((index, line)) = lines.next() {
            let line = line.trim();
            if let Some(language) = line.strip_prefix("```") {
                let inside = lines.by_ref().map(|(_, line)| line);
                let inside = inside.take_while(|line| line.trim() != "```");
                let block = Block {
                    line: index + 1,
                    language: language.split(',').next().unwrap_or_default().to_owned(),
                    comments: std::mem::take(&mut comments),
                    lines: inside.cloned().collect(),
                };
                let end = index + block.lines.len() + 1;
                assert!(
                    end < self.lines.len(),
                    "{}:{}: no end",
                    self.path,
                    block.line
                );
                steps.push(Step::Block(block));
            } else if let Some(comment) = comment(line) {
                match comment {
                    "new folder" => steps.push(Step::NewFolder),
                    _ => comments.push(comment.to_owned()),
                }
            } else if !line.is_empty() {
                comments.clear();
            }
        }
        steps
    }

    /// All blocks.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let block = |step| match step {
            Step::Block(block) => Some(block),
            Step::NewFolder => None,
        };
        self.steps().into_iter().filter_map(block).collect()
    }

    /// The lines that are no code, with their numbers.
    pub fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut inside = false;
        let lines = self.lines.iter().enumerate();
        lines.filter_map(move |(index, line)| {
            let is_fence = line.trim_start().starts_with("```");
            inside ^= is_fence;
            (!inside && !is_fence).then_some((index + 1, line.as_str()))
        })
    }

    /// What its headings are called in links, as GitHub and mdBook make it of them.
    #[must_use]
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for (_, line) in self.prose() {
            let text = line.trim_start_matches('#');
            if text.len() == line.len() || !text.starts_with(' ') {
                continue;
            }
            let plain = text.trim().to_lowercase();
            let plain = plain.chars().filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                _ => letter.is_alphanumeric().then_some(letter),
            });
            let plain: String = plain.collect();
            let is_it = |anchor: &&String| {
                let rest = anchor.strip_prefix(&plain);
                rest.is_some_and(|rest| rest.is_empty() || numbered(rest))
            };
            match anchors.iter().filter(is_it).count() {
                0 => anchors.push(plain),
                n => anchors.push(format!("{plain}-{n}")),
            }
        }
        anchors
    }

    /// Where its links lead, images too, with their lines.
    #[must_use]
    pub fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (line, text) in self.prose() {
            let mut code = false;
            let bytes = text.as_bytes();
            for (at, letter) in text.char_indices() {
                code ^= letter == '`';
                if letter != '(' || at == 0 || bytes[at - 1] != b']' || code {
                    continue;
                }
                let rest = &text[at + 1..];
                if let Some(end) = rest.find(')') {
                    links.push((line, rest[..end].to_owned()));
                }
            }
        }
        links
    }
}

/// `-1`, as behind the second of two equal headings.
fn numbered(rest: &str) -> bool {
    let digits = rest.strip_prefix('-');
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// What a line that is a comment says.
fn comment(line: &str) -> Option<&str> {
    Some(line.strip_prefix("<!--")?.strip_suffix("-->")?.trim())
}

impl Block {
    /// What stands behind `key` in a comment before it.
    #[must_use]
    pub fn says(&self, key: &str) -> Option<&str> {
        let mut all = self.comments.iter();
        all.find_map(|comment| Some(comment.strip_prefix(key)?.trim()))
    }

    /// Its text, which ends with a line's end.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// The pages of the book, in the order of `SUMMARY.md`, relative to the repository.
#[must_use]
pub fn chapters() -> Vec<String> {
    let summary = Page::read("docs/SUMMARY.md");
    let links = summary.links().into_iter();
    links.map(|(_, path)| format!("docs/{path}")).collect()
}
