//! The table of measures: what was measured, its limit, the target, and whether it is met.

use serde_json::{Value, json};

/// What is asked of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// At most this many times its limit.
    TimesLimit(f64),
    /// At most this, in the figure's own unit.
    AtMost(f64),
    /// At most its limit and this much more, in the figure's own unit.
    AboveLimit(f64),
    /// Nothing: it is shown because others are read beside it.
    Shown,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is.
    pub what: String,
    /// Its unit.
    pub unit: &'static str,
    /// What the product needs.
    pub measured: f64,
    /// The least that anyone would need, from the same run.
    pub limit: Option<f64>,
    /// What is asked.
    pub target: Target,
}

impl Figure {
    /// A figure without a limit that nothing is asked of.
    pub fn shown(what: impl Into<String>, unit: &'static str, measured: f64) -> Figure {
        Figure { what: what.into(), unit, measured, limit: None, target: Target::Shown }
    }

    /// The same beside its limit.
    pub fn beside(self, limit: f64) -> Figure {
        Figure { limit: Some(limit), ..self }
    }

    /// The same with a target.
    pub fn target(self, target: Target) -> Figure {
        Figure { target, ..self }
    }

    /// Times its limit.
    pub fn ratio(&self) -> Option<f64> {
        self.limit.filter(|limit| *limit > 0.0).map(|limit| self.measured / limit)
    }

    /// How many times what is allowed it is: 1 is just met. Nothing where nothing is asked.
    pub fn of_allowed(&self) -> Option<f64> {
        let allowed = match (self.target, self.limit) {
            (Target::AtMost(most), _) => most,
            (Target::TimesLimit(times), Some(limit)) => times * limit,
            (Target::AboveLimit(more), Some(limit)) => limit + more,
            _ => return None,
        };
        Some(self.measured / allowed)
    }

    fn verdict(&self) -> String {
        match self.of_allowed() {
            None => String::new(),
            Some(times) if times <= 1.0 => "met".to_owned(),
            Some(times) => format!("MISSED by {:.0}%", (times - 1.0) * 100.0),
        }
    }

    fn asked(&self) -> String {
        match self.target {
            Target::AtMost(most) => format!("<= {}", number(most)),
            Target::TimesLimit(times) => format!("<= {times:.2} x limit"),
            Target::AboveLimit(more) => format!("<= limit + {}", number(more)),
            Target::Shown => String::new(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what, "unit": self.unit, "measured": self.measured, "limit": self.limit,
            "ratio": self.ratio(), "target": self.asked(), "met": self.of_allowed().map(|times| times <= 1.0),
        })
    }
}

/// What one measure found, or why it could not be taken here.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// What was done, in a line.
    pub title: String,
    /// What was found.
    pub figures: Vec<Figure>,
    /// How to read them, and what could not be measured.
    pub notes: Vec<String>,
}

impl Section {
    /// A section without figures yet.
    pub fn titled(title: impl Into<String>) -> Section {
        Section { title: title.into(), figures: Vec::new(), notes: Vec::new() }
    }
}

/// The table as text.
pub fn table(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        text.push_str(&format!("\n{}\n", section.title));
        if !section.figures.is_empty() {
            text.push_str(&row(["", "measured", "limit", "ratio", "target", ""]));
        }
        for figure in &section.figures {
            let limit = figure.limit.map(number).unwrap_or_default();
            let ratio = figure.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            let what = format!("{} ({})", figure.what, figure.unit);
            text.push_str(&row([
                &what,
                &number(figure.measured),
                &limit,
                &ratio,
                &figure.asked(),
                &figure.verdict(),
            ]));
        }
        section.notes.iter().for_each(|note| text.push_str(&format!("  {note}\n")));
    }
    text
}

fn row([what, measured, limit, ratio, asked, verdict]: [&str; 6]) -> String {
    format!("  {what:44} {measured:>10} {limit:>10} {ratio:>6}  {asked:16} {verdict}").trim_end().to_owned()
        + "\n"
}

/// Three or four digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The table as JSON.
pub fn json(sections: &[Section]) -> Value {
    let section = |section: &Section| {
        json!({
            "title": section.title, "notes": section.notes,
            "figures": section.figures.iter().map(Figure::json).collect::<Vec<_>>(),
        })
    };
    json!({ "sections": sections.iter().map(section).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(measured: f64, limit: f64, target: Target) -> String {
        Figure::shown("a", "s", measured).beside(limit).target(target).verdict()
    }

    #[test]
    fn a_target_is_met_up_to_and_with_its_bound() {
        assert_eq!(verdict(1.25, 1.0, Target::TimesLimit(1.25)), "met");
        assert_eq!(verdict(1.5, 1.0, Target::TimesLimit(1.25)), "MISSED by 20%");
        assert_eq!(verdict(2.2, 1.0, Target::AtMost(2.2)), "met");
        assert_eq!(verdict(4.0, 1.0, Target::AtMost(2.0)), "MISSED by 100%");
        assert_eq!(verdict(9.0, 8.0, Target::AboveLimit(1.0)), "met");
        assert_eq!(verdict(9.9, 8.0, Target::AboveLimit(1.0)), "MISSED by 10%");
        assert_eq!(verdict(9.9, 8.0, Target::Shown), "");
    }
}
