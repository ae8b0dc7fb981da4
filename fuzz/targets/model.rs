//! A model's folder: `model.json`, a line of three dashes, `terms.csv`. What is read can score.
#![no_main]

use aslant::corpus::Article;
use aslant::model::Model;
use aslant::model::score::Scorer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    aslant_fuzz::alone();
    let (header, terms) = aslant_fuzz::halves(bytes);
    let folder = aslant_fuzz::folder();
    aslant_fuzz::write(&folder.join("model.json"), header);
    aslant_fuzz::write(&folder.join("terms.csv"), terms);
    match Model::read(&folder) {
        Ok(model) => {
            let scorer = Scorer::new(model);
            let target = scorer.targets().next().unwrap_or_default().to_owned();
            let text = "The government closed the old bridge. “We will mend it,” Mr Darwish said.".to_owned();
            let article = Article { id: "a".to_owned(), text, ..Article::default() };
            if let Err(error) = scorer.score(&article, &target) {
                aslant_fuzz::is_told(&error);
            }
        }
        Err(error) => aslant_fuzz::is_told(&error),
    }
});
