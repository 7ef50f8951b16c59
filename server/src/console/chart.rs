//! A small chart of one value over time, as SVG. Every value also stands beside it as text.

use alongside_domain::care::aligned::Trend;
use alongside_domain::value::Value;
use std::fmt::Write;

const WIDTH: i64 = 320;
const HEIGHT: i64 = 96;
const LEFT: i64 = 26;
const EDGE: i64 = 12;

/// The chart of a trend of whole numbers between 0 and `top`; empty for fewer than two values.
pub fn svg(trend: &Trend, top: i64) -> String {
    let points: Vec<(i64, i64)> = trend
        .values
        .iter()
        .filter_map(|at| match at.value {
            Value::Int(value) => Some((at.at.0, value.clamp(0, top))),
            _ => None,
        })
        .collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    if points.len() < 2 {
        return String::new();
    }
    let span = (last.0 - first.0).max(1);
    let x = |at: i64| LEFT + EDGE + (at - first.0) * (WIDTH - LEFT - 2 * EDGE) / span;
    let y = |value: i64| HEIGHT - EDGE - value * (HEIGHT - 2 * EDGE) / top.max(1);
    let mut drawn = String::new();
    for line in [0, top / 2, top] {
        let at = y(line);
        let _ = write!(
            drawn,
            r#"<line class="grid" x1="{LEFT}" y1="{at}" x2="{WIDTH}" y2="{at}"/><text x="{}" y="{}">{line}</text>"#,
            LEFT - 6,
            at + 4
        );
    }
    let path: Vec<String> = points.iter().map(|(at, value)| format!("{},{}", x(*at), y(*value))).collect();
    let _ = write!(drawn, r#"<polyline points="{}"/>"#, path.join(" "));
    for (at, value) in &points {
        let _ = write!(drawn, r#"<circle cx="{}" cy="{}" r="4"/>"#, x(*at), y(*value));
    }
    format!(
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{} values from {} to {}">{drawn}</svg>"#,
        points.len(),
        first.1,
        last.1
    )
}
