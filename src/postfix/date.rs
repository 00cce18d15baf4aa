//! Dates in the headers that Postfix writes.

use time::format_description::StaticFormatDescription;
use time::macros::format_description;

use crate::clock::Moment;

/// A date as Postfix writes it: `Mon, 12 Jan 2026 09:00:00 +0000 (UTC)`.
pub fn mail_date(moment: Moment) -> String {
    const FORMAT: StaticFormatDescription = format_description!(
        "[weekday repr:short], [day padding:space] [month repr:short] [year] \
         [hour]:[minute]:[second] +0000 (UTC)"
    );
    moment.to_date().format(FORMAT).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_postfix_own() {
        let date = mail_date(Moment::LESSON_START);
        assert_eq!(date, "Mon, 12 Jan 2026 09:00:00 +0000 (UTC)");
    }
}
