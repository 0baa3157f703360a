//! How charts look: colours that differ for the colour-blind too, on white, so that they are read on any page.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, IntoFont, RGBColor, TextStyle};

pub const WIDTH: u32 = 860;
pub const INK: RGBColor = RGBColor(40, 44, 52);
pub const FAINT: RGBColor = RGBColor(110, 116, 128);
pub const GRID: RGBColor = RGBColor(228, 231, 236);

/// Who is drawn, in this order: Okabe and Ito's colours.
pub const WHO: [(&str, RGBColor); 10] = [
    ("direct", RGBColor(140, 145, 155)),
    ("cgocall", RGBColor(213, 94, 0)),
    ("cgocall migrate", RGBColor(245, 176, 120)),
    ("cgocall traced", RGBColor(245, 176, 120)),
    ("go", RGBColor(0, 114, 178)),
    ("go alone", RGBColor(86, 180, 233)),
    ("tokio", RGBColor(0, 158, 115)),
    ("tokio inline", RGBColor(130, 210, 185)),
    ("may", RGBColor(204, 121, 167)),
    ("smol", RGBColor(225, 190, 40)),
];

pub fn text(size: u32, color: RGBColor, h: HPos) -> TextStyle<'static> {
    let font = ("sans-serif", size)
        .into_font()
        .transform(FontTransform::None);
    font.color(&color.to_rgba()).pos(Pos::new(h, VPos::Center))
}

/// Powers of ten that have all of these between them.
pub fn decades(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(f64::INFINITY, f64::min).max(1e-3);
    let most = values.fold(0.0, f64::max).max(least);
    let down = 10_f64.powf(least.log10().floor());
    let up = 10_f64.powf(most.log10().ceil());
    (down, if up > down { up } else { down * 10.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_hold_all() {
        assert_eq!(decades([3.0, 250.0].into_iter()), (1.0, 1000.0));
        assert_eq!(decades([10.0].into_iter()), (10.0, 100.0));
    }
}
