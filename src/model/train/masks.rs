//! Masks the names of the outlets, so that a model can't recognise an article's outlet by a name in the text.

use crate::corpus::{Corpus, Pass};
use crate::error::Result;
use crate::model::recipe::Recipe;
use std::collections::BTreeSet;

/// The names by which texts may refer to the outlets of a corpus, sorted: in full, and without a part in parentheses or
/// after a dash, which is a desk rather than a name ("CNN (Web News)", "The Lantern - Opinion").
///
/// # Errors
/// Those of [`Corpus::for_each`].
pub fn names_of_outlets(corpus: &Corpus) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    corpus.survey(
        Pass::new(),
        |article| article.outlet,
        |_, outlet| {
            names.extend(outlet.iter().flat_map(|outlet| forms(outlet)));
            Ok(())
        },
    )?;
    Ok(names.into_iter().collect())
}

/// Adds the names of a corpus's outlets to the masks, and returns those that the recipe didn't mask before.
///
/// # Errors
/// Those of [`names_of_outlets`].
pub fn mask_outlets(recipe: &mut Recipe, corpus: &Corpus) -> Result<Vec<String>> {
    let mut names = names_of_outlets(corpus)?;
    names.retain(|name| !recipe.masked.contains(name));
    recipe.masked.extend(names.iter().cloned());
    recipe.masked.sort_unstable();
    recipe.masked.dedup();
    Ok(names)
}

fn forms(outlet: &str) -> Vec<String> {
    // Masks may have globs, names don't. In a text these characters are ordinary marks.
    let whole = outlet.replace(['*', '?'], " ");
    let whole = whole.trim();
    if whole.is_empty() {
        return Vec::new();
    }
    let short = whole.split(['(', '[']).next().unwrap_or(whole);
    let short = [" - ", " – ", " — ", " | "].iter().fold(short, |name, dash| name.split(dash).next().unwrap_or(name));
    let mut forms = vec![whole.to_owned()];
    forms.extend(Some(short.trim()).filter(|short| !short.is_empty() && *short != whole).map(str::to_owned));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Article;
    use crate::model::cutter::Cutter;
    use crate::model::recipe::{Block, Boilerplate, Recipe};

    #[test]
    fn a_desk_is_no_part_of_the_name() {
        assert_eq!(forms("CNN (Web News)"), ["CNN (Web News)", "CNN"]);
        assert_eq!(forms("The Lantern - Opinion"), ["The Lantern - Opinion", "The Lantern"]);
        assert_eq!(forms("Post-Gazette"), ["Post-Gazette"]);
        assert_eq!(forms("*"), [""; 0]);
    }

    #[test]
    fn a_mark_in_a_name_is_no_glob() {
        let masked = forms("Watts Up With That?");
        assert_eq!(masked, ["Watts Up With That"]);
        let article = Article { text: "He wrote for Watts Up With That? Often.".to_owned(), ..Article::default() };
        let recipe = Recipe { boilerplate: Boilerplate::Keep, masked, blocks: vec![Block::WORDS] };
        assert_eq!(Cutter::new(&recipe).cut(&article).words, "he wrote for\noften");
    }
}
