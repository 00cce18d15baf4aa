//! What the served world is made of, so that every thread that serves can have
//! one like it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::folder::Folder;
use super::{ServeError, Source};
use crate::clock::{Chance, Moment};
use crate::lesson::Lesson;
use crate::lesson::model::Client;
use crate::world::host::Host;
use crate::world::installation::{Furniture, Installation};
use crate::world::internet::Internet;
use crate::world::pen::Pen;

/// What is served, with its certificates made.
#[derive(Clone)]
pub(super) enum Ground {
    /// A folder with a Postfix configuration.
    Folder(Box<Folder>),
    /// The host that a lesson is about, and the world around it.
    Lesson {
        lesson: Arc<Lesson>,
        furniture: Box<Furniture>,
        /// Which of its clients callers count as; `None`: what they are.
        client: Option<Client>,
    },
}

/// A world to be served.
pub(super) struct Served {
    pub(super) internet: Rc<Internet>,
    /// The host that callers reach.
    pub(super) host: Rc<Host>,
    /// Whom callers count as.
    pub(super) counts_as: Option<Rc<Client>>,
}

impl Ground {
    /// Makes the certificates that are needed.
    pub(super) fn of(source: Source, now: Moment) -> Result<Self, ServeError> {
        Ok(match source {
            Source::Folder(mut folder) => {
                folder.furnish(now)?;
                Self::Folder(folder)
            }
            Source::Lesson { lesson, client } => Self::Lesson {
                furniture: Box::new(Furniture::of(&lesson, now)?),
                lesson,
                client,
            },
        })
    }

    /// Starts a world of it; `None` if it has no mail host.
    pub(super) fn start(
        self,
        pen: Pen,
        chance: Chance,
        connections: Arc<AtomicU32>,
    ) -> Option<Served> {
        let (internet, host, counts_as) = match self {
            Self::Folder(folder) => {
                let internet = folder.internet(pen, chance, connections);
                let host = internet.hosts.first().cloned();
                (internet, host, None)
            }
            Self::Lesson {
                lesson,
                furniture,
                client,
            } => {
                let installation = Installation::of(&lesson, *furniture);
                let internet = Internet::start(&lesson, &installation, pen, chance, connections);
                let host = internet.host(&lesson.study).cloned();
                (internet, host, client.map(Rc::new))
            }
        };
        Some(Served {
            internet: Rc::new(internet),
            host: host?,
            counts_as,
        })
    }
}
