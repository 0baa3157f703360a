//! Bars on a logarithmic scale: a block for each work, a bar for each who does it, up to the least of its runs; a thin
//! line goes on to the median.

use super::style::{FAINT, GRID, INK, WHO, WIDTH, decades, text};
use crate::figure::{Figure, show};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use std::error::Error;
use std::path::Path;

const LEFT: i32 = 200;
const RIGHT: i32 = WIDTH as i32 - 100;
const TOP: i32 = 56;
const BAR: i32 = 14;
const GAP: i32 = 12;

/// Of one unit all, work by work.
pub fn draw(path: &Path, title: &str, figures: &[&Figure]) -> Result<(), Box<dyn Error>> {
    let blocks = blocks(figures);
    let bars: usize = blocks.iter().map(|(_, bars)| bars.len()).sum();
    let bottom = TOP + bars as i32 * BAR + blocks.len() as i32 * GAP;
    let root = SVGBackend::new(path, (WIDTH, bottom as u32 + 30)).into_drawing_area();
    root.fill(&WHITE)?;
    root.draw(&Text::new(title, (16, 20), text(16, INK, HPos::Left)))?;

    let unit = figures.first().ok_or("no figures")?.unit.clone();
    let scale = Scale::of(
        figures
            .iter()
            .flat_map(|figure| [figure.min, figure.median]),
    );
    for decade in scale.lines() {
        let x = scale.x(decade);
        root.draw(&PathElement::new(vec![(x, TOP - 10), (x, bottom)], GRID))?;
        let label = show(&unit, decade).replace(".00", "").replace(".0", "");
        root.draw(&Text::new(
            label,
            (x, bottom + 12),
            text(11, FAINT, HPos::Center),
        ))?;
    }
    legend(&root, figures)?;
    let mut y = TOP;
    for (work, bars) in blocks {
        let middle = y + bars.len() as i32 * BAR / 2;
        root.draw(&Text::new(
            work,
            (LEFT - 10, middle),
            text(13, INK, HPos::Right),
        ))?;
        for (figure, color) in bars {
            let (min, median) = (scale.x(figure.min), scale.x(figure.median));
            let bar = [(LEFT, y + 2), (min.max(LEFT + 2), y + BAR - 1)];
            root.draw(&Rectangle::new(bar, color.filled()))?;
            let line = vec![(min, y + BAR / 2 + 1), (median, y + BAR / 2 + 1)];
            root.draw(&PathElement::new(line, color.stroke_width(2)))?;
            let end = (median.max(min).max(LEFT + 2) + 6, y + BAR / 2 + 1);
            root.draw(&Text::new(
                figure.show(figure.min),
                end,
                text(11, INK, HPos::Left),
            ))?;
            y += BAR;
        }
        y += GAP;
    }
    root.present()?;
    Ok(())
}

type Block<'a> = (&'a str, Vec<(&'a Figure, RGBColor)>);

fn blocks<'a>(figures: &[&'a Figure]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = Vec::new();
    for figure in figures {
        if !blocks.iter().any(|(work, _)| *work == figure.work) {
            let who = WHO.iter().filter_map(|(who, color)| {
                let theirs = figures
                    .iter()
                    .find(|f| f.work == figure.work && f.who == *who);
                Some((*theirs?, *color))
            });
            blocks.push((&figure.work, who.collect()));
        }
    }
    blocks
}

/// Those who are in it, from the right to the left.
pub fn legend(
    root: &DrawingArea<SVGBackend, Shift>,
    figures: &[&Figure],
) -> Result<(), Box<dyn Error>> {
    let mut x = WIDTH as i32 - 16;
    for (who, color) in WHO.iter().rev() {
        if figures.iter().any(|figure| figure.who == *who) {
            x -= who.len() as i32 * 7;
            root.draw(&Text::new(*who, (x, 20), text(12, INK, HPos::Left)))?;
            root.draw(&Rectangle::new([(x - 15, 15), (x - 5, 25)], color.filled()))?;
            x -= 32;
        }
    }
    Ok(())
}

struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Scale {
        let (least, most) = decades(values);
        Scale { least, most }
    }

    fn x(&self, value: f64) -> i32 {
        let part = (value / self.least).ln() / (self.most / self.least).ln();
        LEFT + (part.max(0.0) * f64::from(RIGHT - LEFT)) as i32
    }

    fn lines(&self) -> Vec<f64> {
        let mut lines = vec![self.least];
        while let Some(last) = lines.last().filter(|last| **last < self.most * 0.9) {
            lines.push(last * 10.0);
        }
        lines
    }
}
