//! Lines: what a work costs on a logarithmic scale, against how many there are of something, each number as far from
//! the next as all others are: powers of ten are on a logarithmic scale, too.

use super::bars::legend;
use super::style::{FAINT, GRID, INK, WHO, WIDTH, decades, text};
use crate::figure::{Figure, show};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use std::error::Error;
use std::path::Path;

/// A panel: its title, and figures whose works' names end in a number.
pub struct Panel<'a> {
    pub title: String,
    pub figures: Vec<&'a Figure>,
}

/// So many in a row, all with this on the axis.
pub fn draw(
    path: &Path,
    title: &str,
    axis: &str,
    panels: &[Panel],
    columns: usize,
) -> Result<(), Box<dyn Error>> {
    let rows = panels.len().div_ceil(columns);
    let high = if columns == 1 { 320 } else { 200 };
    let root = SVGBackend::new(path, (WIDTH, 44 + rows as u32 * high)).into_drawing_area();
    root.fill(&WHITE)?;
    root.draw(&Text::new(title, (16, 20), text(16, INK, HPos::Left)))?;
    let all: Vec<_> = panels
        .iter()
        .flat_map(|panel| panel.figures.clone())
        .collect();
    legend(&root, &all)?;
    let (_, below) = root.split_vertically(40);
    let areas = below.margin(0, 4, 4, 12).split_evenly((rows, columns));
    for (panel, area) in panels.iter().zip(areas) {
        draw_panel(&area, panel, axis)?;
    }
    root.present()?;
    Ok(())
}

fn draw_panel(
    area: &DrawingArea<SVGBackend, Shift>,
    panel: &Panel,
    axis: &str,
) -> Result<(), Box<dyn Error>> {
    let mut ticks: Vec<f64> = panel.figures.iter().filter_map(|f| number(f)).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    let place = |n: f64| ticks.iter().position(|tick| *tick == n).map(|at| at as f64);
    let right = ticks.len() as f64 - 0.9;
    let (low, high) = decades(panel.figures.iter().map(|figure| figure.min));
    let unit = panel.figures.first().ok_or("no figures")?.unit.clone();

    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, text(13, INK, HPos::Left))
        .x_label_area_size(30)
        .y_label_area_size(58)
        .margin_right(8)
        .build_cartesian_2d(-0.1..right, (low..high).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(GRID)
        .axis_style(FAINT)
        .label_style(text(11, FAINT, HPos::Center))
        .x_labels(ticks.len())
        .x_desc(axis)
        .axis_desc_style(text(11, FAINT, HPos::Center))
        .x_label_formatter(&|x| {
            let tick = ticks.get(x.round() as usize);
            tick.map_or_else(String::new, |n| thousands(*n))
        })
        .y_label_formatter(&|y| {
            let digit = y / 10_f64.powf((y.log10() + 1e-9).floor());
            let round = [1.0, 2.0, 5.0].iter().any(|one| (digit - one).abs() < 0.01);
            let label = || show(&unit, *y).replace(".00", "").replace(".0", "");
            if round { label() } else { String::new() }
        })
        .draw()?;
    for (who, color) in WHO {
        let theirs = panel.figures.iter().filter(|figure| figure.who == who);
        let points: Vec<_> = theirs
            .filter_map(|f| Some((place(number(f)?)?, f.min)))
            .collect();
        let wide = if who == crate::figure::OURS { 3 } else { 2 };
        chart.draw_series(LineSeries::new(points.clone(), color.stroke_width(wide)))?;
        let dots = points.into_iter();
        chart.draw_series(dots.map(|point| Circle::new(point, 3, color.filled())))?;
    }
    Ok(())
}

/// What comes after the name.
fn number(figure: &Figure) -> Option<f64> {
    figure.work.rsplit(['@', '/']).next()?.parse().ok()
}

fn thousands(n: f64) -> String {
    match n {
        ..1e3 => format!("{n:.0}"),
        ..1e6 => format!("{:.0}k", n / 1e3),
        _ => format!("{:.0}M", n / 1e6),
    }
}
