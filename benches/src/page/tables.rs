//! Tables in Markdown.

use super::style::WHO;
use crate::figure::{Figure, Figures, OURS, show, unit};
use std::fmt::Write;

/// A row for each work, a column for each who does it.
pub fn table(figures: &[&Figure]) -> String {
    rows(
        "",
        figures,
        |figure| figure.work.clone(),
        |figure| figure.who.clone(),
    )
}

/// The same, where the works' names end in numbers.
pub fn numbered(figures: &[&Figure]) -> String {
    let work = figures
        .first()
        .and_then(|figure| figure.work.split('/').next());
    let corner = format!("`{}`", work.unwrap_or_default());
    let number = |figure: &Figure| {
        figure
            .work
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    rows(&corner, figures, number, |figure| figure.who.clone())
}

/// A row for each work, a column for each number of procs.
pub fn by_procs(figures: &[&Figure]) -> String {
    let part = |figure: &Figure, at| {
        figure
            .work
            .split('@')
            .nth(at)
            .unwrap_or_default()
            .to_owned()
    };
    rows(
        "procs",
        figures,
        |figure| part(figure, 0),
        |figure| part(figure, 1),
    )
}

fn rows(
    corner: &str,
    figures: &[&Figure],
    row: impl Fn(&Figure) -> String,
    column: impl Fn(&Figure) -> String,
) -> String {
    let mut columns = distinct(figures, &column);
    columns.sort_by_key(|column| WHO.iter().position(|(who, _)| who == column));
    let mut text = format!("| {corner} |");
    for column in &columns {
        text += &format!(" {column} |");
    }
    text += &format!("\n|---|{}\n", "---:|".repeat(columns.len()));
    for name in distinct(figures, &row) {
        text += &format!("| {name} |");
        for wanted in &columns {
            let found = figures
                .iter()
                .find(|f| row(f) == name && column(f) == *wanted);
            text += &found.map_or(" |".to_owned(), |figure| format!(" {} |", cell(figure)));
        }
        text += "\n";
    }
    text + "\n"
}

fn cell(figure: &Figure) -> String {
    let (min, median) = (figure.show(figure.min), figure.show(figure.median));
    let min = if figure.who == OURS {
        format!("**{min}**")
    } else {
        min
    };
    if figure.runs == 1 {
        min
    } else {
        format!("{min} ({median})")
    }
}

fn distinct(figures: &[&Figure], name: impl Fn(&Figure) -> String) -> Vec<String> {
    let mut names = Vec::new();
    for figure in figures {
        let name = name(figure);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// With, without, and what that adds. Nothing, if it was not measured.
pub fn builds(figures: &Figures) -> String {
    let works = [
        ("build_cold_1", unit::TIME, "from nothing, 1 import"),
        ("build_again_1", unit::TIME, "after an edit, 1 import"),
        ("build_again_300", unit::TIME, "after an edit, 300 imports"),
        ("binary_1", unit::MEMORY, "the program, 1 import"),
        ("binary_300", unit::MEMORY, "the program, 300 imports"),
    ];
    let mut text = String::new();
    for (work, unit, what) in works {
        let (ours, bare) = (
            figures.find(work, OURS, unit),
            figures.find(work, "direct", unit),
        );
        if let (Some(ours), Some(bare)) = (ours, bare) {
            let added = show(unit, ours.min - bare.min);
            let _ = writeln!(
                text,
                "| {what} | {} | {} | **{added}** |",
                cell(bare),
                cell(ours)
            );
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("| | bare | cgocall | adds |\n|---|---:|---:|---:|\n{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_cell_for_each_who() {
        let ours = Figure::new("yield", OURS, unit::TIME, vec![15.0]);
        let go = Figure::new("yield", "go", unit::TIME, vec![70.0, 80.0]);
        let other = Figure::new("callback", "go", unit::TIME, vec![31.0]);
        let lines = table(&[&go, &ours, &other]);
        assert_eq!(
            lines,
            "|  | cgocall | go |\n|---|---:|---:|\n\
             | yield | **15.0 ns** | 70.0 ns (80.0 ns) |\n\
             | callback | | 31.0 ns |\n\n"
        );
    }
}
