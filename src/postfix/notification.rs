//! What a sender wants to hear of a delivery (RFC 3461).

/// What can be heard of a recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Occasion {
    /// The mail is late.
    Delay,
    /// The mail did not arrive.
    Failure,
    /// The mail arrived, or went to where nothing more will be heard of it.
    Success,
}

/// What the sender wants to hear of a recipient (`NOTIFY`, RFC 3461 §4.1).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Notify {
    /// The sender did not say: of failures and delays.
    #[default]
    Usual,
    /// Nothing.
    Never,
    /// Of these.
    Of(Vec<Occasion>),
}

/// What the sender wants of reports about a message (RFC 3461 §4.3, §4.4).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Request {
    /// The sender's own name for the message (`ENVID`), decoded.
    pub envelope_id: Option<String>,
    /// How much of the message a report is to hold (`RET`).
    pub extent: Option<Extent>,
}

/// How much of a message is sent back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extent {
    /// All of it.
    Full,
    /// The headers.
    Headers,
}

impl Notify {
    /// Reads the value of `NOTIFY`, which is well formed.
    pub fn parse(value: &str) -> Self {
        if value.eq_ignore_ascii_case("NEVER") {
            return Self::Never;
        }
        let occasions = value.split(',').filter_map(|word| {
            let is = |occasion: &&Occasion| occasion.keyword().eq_ignore_ascii_case(word);
            OCCASIONS.iter().find(is).copied()
        });
        Self::Of(occasions.collect())
    }

    /// The parameter of RCPT that says so; `None`: the sender said nothing.
    pub fn parameter(&self) -> Option<String> {
        let words = match self {
            Self::Usual => return None,
            Self::Never => vec!["NEVER"],
            Self::Of(occasions) => occasions.iter().map(|it| it.keyword()).collect(),
        };
        Some(format!("NOTIFY={}", words.join(",")))
    }

    /// Whether the sender wants to hear of this.
    pub fn wants(&self, occasion: Occasion) -> bool {
        match self {
            Self::Usual => occasion != Occasion::Success,
            Self::Never => false,
            Self::Of(occasions) => occasions.contains(&occasion),
        }
    }
}

impl Request {
    /// The parameters of MAIL that say so.
    pub fn parameters(&self) -> String {
        let id = self.envelope_id.as_deref().map(to_xtext);
        let id = id.map(|id| format!("ENVID={id}"));
        let extent = self.extent.map(|extent| match extent {
            Extent::Full => "RET=FULL".to_owned(),
            Extent::Headers => "RET=HDRS".to_owned(),
        });
        let words: Vec<String> = id.into_iter().chain(extent).collect();
        words.join(" ")
    }
}

/// Encodes as xtext (RFC 3461 §4).
pub fn to_xtext(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'+' | b'=' => format!("+{byte:02X}"),
            b'!'..=b'~' => char::from(byte).to_string(),
            _ => format!("+{byte:02X}"),
        })
        .collect::<Vec<_>>()
        .concat()
}

impl Occasion {
    /// As `NOTIFY` has it.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Delay => "DELAY",
            Self::Failure => "FAILURE",
            Self::Success => "SUCCESS",
        }
    }
}

const OCCASIONS: [Occasion; 3] = [Occasion::Success, Occasion::Failure, Occasion::Delay];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_nothing_hears_of_trouble() {
        let heard = |notify: &Notify| OCCASIONS.map(|occasion| notify.wants(occasion));
        assert_eq!(heard(&Notify::Usual), [false, true, true]);
        assert_eq!(heard(&Notify::parse("never")), [false; 3]);
        assert_eq!(heard(&Notify::parse("success,DELAY")), [true, false, true]);
    }

    #[test]
    fn wishes_are_passed_on() {
        let request = Request {
            envelope_id: Some("abc+1".to_owned()),
            extent: Some(Extent::Headers),
        };
        assert_eq!(request.parameters(), "ENVID=abc+2B1 RET=HDRS");
        let wish = Notify::parse("success,delay").parameter();
        assert_eq!(wish.as_deref(), Some("NOTIFY=SUCCESS,DELAY"));
        assert_eq!(Notify::Usual.parameter(), None);
    }
}
