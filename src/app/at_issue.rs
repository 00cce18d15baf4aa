//! What the present step is about, in the files of its hosts.

use super::files::last_part;
use super::model::{Model, Place};

impl Model {
    /// The places that the step's solution edits, each with its host and
    /// directives first, as far as the step's text names them: what it leaves the student to
    /// find is not given away.
    pub fn places_at_issue(&self) -> Vec<(&str, Place)> {
        let Some(step) = self.present_step() else {
            return Vec::new();
        };
        let named = |name: &str| {
            let texts = [&step.text.es, &step.text.en];
            texts.into_iter().any(|text| says(text, name))
        };
        let settings = step.solution.iter().filter_map(|action| {
            let setting = action.set.as_ref()?;
            let place = Place::Directive {
                service: setting.service.clone(),
                parameter: setting.parameter.clone(),
            };
            named(&setting.parameter).then_some((setting.host.as_str(), place))
        });
        let files = step.solution.iter().filter_map(|action| {
            let writing = action.write.as_ref()?;
            let path = writing.path.clone();
            named(last_part(&path)).then_some((writing.host.as_str(), Place::File { path }))
        });
        settings.chain(files).collect()
    }
}

/// Whether `name` stands in `text` as a word of its own: `biff` does not in
/// `biff_service`.
fn says(text: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + name.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::testing::Stage;

    #[test]
    fn only_what_the_text_names_is_given_away() {
        let mut stage = Stage::answered();
        assert_eq!(stage.model.places_at_issue(), []);
        let lesson = Arc::make_mut(&mut stage.model.lesson);
        lesson.steps[0].text.en = "Edit `mynetworks`.".to_owned();
        let place = Place::Directive {
            service: None,
            parameter: "mynetworks".to_owned(),
        };
        let places = stage.model.places_at_issue();
        assert_eq!(places, [("mail.aula.example", place)]);
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert!(says("Set `mynetworks` to", "mynetworks"));
        assert!(says("/etc/postfix/virtual.", "virtual"));
        assert!(!says("mynetworks_style", "mynetworks"));
        assert!(!says("permit_mynetworks: yes", "mynetworks"));
    }
}
