//! Names of months and days of the week, in full and abbreviated.

/// In lower case, like the list below.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(crate) fn month_number(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let found = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word));
    let elsewhere =
        || MONTHS_ELSEWHERE.iter().position(|names| names.split(' ').any(|month| is_short_for(month, &word)));
    found.or_else(elsewhere).map(|month| month as u32 + 1)
}

/// Whether a word is a name, or its first three letters or more.
fn is_short_for(name: &str, word: &str) -> bool {
    name == word || word.chars().count() >= 3 && name.starts_with(word)
}

/// The months in Dutch, French, German, Italian, Portuguese and Spanish that aren't written as in English. In the order
/// of the year, so `jui` and `giu` are June rather than July.
const MONTHS_ELSEWHERE: [&str; 12] = [
    "januari janvier januar jänner gennaio janeiro enero",
    "februari février fevrier februar febbraio fevereiro febrero fév",
    "maart mars märz maerz mrz marzo março",
    "avril aprile abril",
    "mei mai maggio maio mayo",
    "juni juin giugno junho junio",
    "juli juillet luglio julho julio",
    "augustus août aout agosto",
    "septembre settembre setembro septiembre",
    "oktober octobre ottobre outubro octubre",
    "novembre novembro noviembre",
    "décembre decembre dezember dicembre dezembro diciembre",
];

pub(crate) const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(crate) fn is_weekday(word: &str) -> bool {
    let word = word.to_lowercase();
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word))
        || DAYS_ELSEWHERE.split(' ').any(|day| day == word || word.chars().count() >= 2 && day.starts_with(&word))
}

/// The days of the week in the languages of [`MONTHS_ELSEWHERE`].
const DAYS_ELSEWHERE: &str = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag lundi mardi mercredi jeudi vendredi \
    samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lunedì martedì mercoledì giovedì \
    venerdì sabato domenica segunda terça quarta quinta sexta sábado domingo lunes martes miércoles jueves viernes";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_its_month() {
        for (position, names) in MONTHS_ELSEWHERE.iter().enumerate() {
            for name in names.split(' ') {
                assert_eq!(month_number(name), Some(position as u32 + 1), "{name}");
            }
        }
    }
}
