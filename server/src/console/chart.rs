//! A small chart of one value over time, as SVG. Every value also stands beside it as text.

use alongside_domain::care::aligned::Trend;
use alongside_domain::value::Value;
use std::fmt::Write;

const WIDTH: i64 = 320;
const HEIGHT: i64 = 96;
const LEFT: i64 = 26;
const EDGE: i64 = 12;

/// Values over time, between 0 and `top`.
pub struct Line<'a> {
    /// Milliseconds and value, by time.
    pub points: &'a [(i64, i64)],
    /// The highest value there is.
    pub top: i64,
    /// The values that have a line and a number at the side.
    pub marks: &'a [i64],
    /// The value aimed at, if there is one.
    pub target: Option<i64>,
}

/// The chart of a trend of whole numbers between 0 and `top`; empty for fewer than two values.
pub fn svg(trend: &Trend, top: i64) -> String {
    let whole = trend.values.iter().filter_map(|at| match at.value {
        Value::Int(value) => Some((at.at.0, value.clamp(0, top))),
        _ => None,
    });
    let points: Vec<(i64, i64)> = whole.collect();
    line(&Line { points: &points, top, marks: &[0, top / 2, top], target: None })
}

/// The chart of a line; empty for fewer than two values.
pub fn line(line: &Line<'_>) -> String {
    let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else { return String::new() };
    if line.points.len() < 2 {
        return String::new();
    }
    let span = (last.0 - first.0).max(1);
    let x = |at: i64| LEFT + EDGE + (at - first.0) * (WIDTH - LEFT - 2 * EDGE) / span;
    let y = |value: i64| HEIGHT - EDGE - value * (HEIGHT - 2 * EDGE) / line.top.max(1);
    let mut drawn = String::new();
    for mark in line.marks {
        let at = y(*mark);
        let _ = write!(
            drawn,
            r#"<line class="grid" x1="{LEFT}" y1="{at}" x2="{WIDTH}" y2="{at}"/><text x="{}" y="{}">{mark}</text>"#,
            LEFT - 6,
            at + 4
        );
    }
    if let Some(target) = line.target {
        let at = y(target);
        let _ = write!(drawn, r#"<line class="target" x1="{LEFT}" y1="{at}" x2="{WIDTH}" y2="{at}"/>"#);
    }
    let path: Vec<String> =
        line.points.iter().map(|(at, value)| format!("{},{}", x(*at), y(*value))).collect();
    let _ = write!(drawn, r#"<polyline points="{}"/>"#, path.join(" "));
    for (at, value) in line.points {
        let _ = write!(drawn, r#"<circle cx="{}" cy="{}" r="4"/>"#, x(*at), y(*value));
    }
    format!(
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{} values from {} to {}">{drawn}</svg>"#,
        line.points.len(),
        first.1,
        last.1
    )
}
