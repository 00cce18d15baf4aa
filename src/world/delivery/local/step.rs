//! A step on the way from a recipient to mailboxes.

/// Where `local` is on its way from a recipient to mailboxes.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The address that is being delivered to.
    pub(super) address: String,
    /// How many aliases, files and addresses led here.
    pub(super) level: usize,
    /// Envelope sender of mail that is sent on: an alias may have an owner.
    pub(super) sender: String,
    /// The owner of the alias, or the user whose `.forward` it is.
    pub(super) owner: Option<String>,
    /// The alias that led here.
    pub(super) alias: Option<String>,
    /// In what the address was found.
    pub(super) found: Found,
    /// Whether this is what `luser_relay` made of an unknown user.
    pub(super) is_misaddressed: bool,
}

/// In what an address was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    /// The envelope.
    Envelope,
    /// An alias.
    Alias,
    /// A user's `.forward` file.
    Forward,
    /// A file that an alias or another file includes.
    Include,
}

impl Step {
    /// The beginning: the address in the envelope.
    pub(super) fn first(sender: &str, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            level: 0,
            sender: sender.to_owned(),
            owner: None,
            alias: None,
            found: Found::Envelope,
            is_misaddressed: false,
        }
    }

    /// The same address, inside of what it stands for.
    pub(super) fn within(&self, found: Found) -> Self {
        Self {
            level: self.level + 1,
            found,
            ..self.clone()
        }
    }

    /// Another address that stood there.
    pub(super) fn at(&self, address: String) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    /// Whether mail for `user` gets a message of its own, so that what becomes
    /// of it is known by itself: the members of a list that has an owner or
    /// lies in a file, and those to whom a user forwards mail.
    pub(super) fn is_for_others(&self, user: &str) -> bool {
        self.found == Found::Include
            || self
                .owner
                .as_ref()
                .is_some_and(|owner| !owner.eq_ignore_ascii_case(user))
    }
}

impl Found {
    /// Its word in `allow_mail_to_files`; the envelope names no files.
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::Envelope => "",
            Self::Alias => "alias",
            Self::Forward => "forward",
            Self::Include => "include",
        }
    }
}
