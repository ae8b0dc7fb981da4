//! LIWC's dictionaries (`.dic`): numbered categories between two lines with `%`, then one word with its numbers per
//! line.
//!
//! A category indented by tabs or spaces belongs to the nearest one above with a smaller indent.

use super::check::{Draft, Word, error};
use super::tree::{self, Key};
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// A category while the file is read.
struct Category {
    /// How far it is indented.
    indent: usize,
    name: Word,
    words: Vec<Word>,
}

/// Reads a dictionary's text.
pub(super) fn read(name: &str, text: &str) -> Result<Draft> {
    let reader = Reader { name };
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    match lines.next() {
        Some((_, line)) if line.trim() == "%" => {}
        other => {
            let (line, found) = other.unwrap_or((1, "nothing"));
            return Err(reader.error(line).found(clip(found)).expected("a line with % alone, above the categories"));
        }
    }
    let (mut categories, mut by_number): (Vec<Category>, BTreeMap<String, usize>) = Default::default();
    for (line, content) in lines.by_ref().take_while(|(_, line)| line.trim() != "%") {
        let (number, category) = reader.category(line, content)?;
        if by_number.insert(number.clone(), categories.len()).is_some() {
            return Err(reader
                .error(line)
                .found(format!("number {number} a second time"))
                .expected("a number of its own"));
        }
        categories.push(category);
    }
    let mut conditional = Vec::new();
    for (line, content) in lines {
        reader.entry(line, content, &by_number, &mut categories, &mut conditional)?;
    }
    let mut draft = tree::draft(name, nest(categories));
    if !conditional.is_empty() {
        let what = if conditional.len() == 1 { "line" } else { "lines" };
        let named = conditional.iter().take(5).map(|l: &u64| l.to_string()).collect::<Vec<_>>().join(", ");
        let more = if conditional.len() > 5 { ", …" } else { "" };
        draft.notes.push(format!(
            "{name}: numbers that depend on neighbouring words, (…) and <…>, were left out in {} {what}: {named}{more}",
            conditional.len()
        ));
    }
    Ok(draft)
}

struct Reader<'n> {
    name: &'n str,
}

impl Reader<'_> {
    fn error(&self, line: u64) -> Error {
        error(self.name, "a LIWC dictionary that can't be read", line).help("fix this line, or remove it")
    }

    /// A line such as `31  posemo`, with its number.
    fn category(&self, line: u64, content: &str) -> Result<(String, Category)> {
        let indent = content.len() - content.trim_start().len();
        let mut parts = content.trim().splitn(2, char::is_whitespace);
        let number = parts.next().unwrap_or_default();
        let name = parts.next().unwrap_or_default().trim();
        if name.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.error(line).found(clip(content)).expected("a number, a tab, and a category's name"));
        }
        let name = Word { text: name.to_owned(), line };
        Ok((number.to_owned(), Category { indent, name, words: Vec::new() }))
    }

    /// A line such as `happy*  31  30`.
    fn entry(
        &self,
        line: u64,
        content: &str,
        by_number: &BTreeMap<String, usize>,
        categories: &mut [Category],
        conditional: &mut Vec<u64>,
    ) -> Result<()> {
        let content = content.trim();
        // If tabs separate the word from its numbers, it may be a phrase with spaces.
        let parts: Vec<&str> = if content.contains('\t') {
            content.split('\t').map(str::trim).filter(|p| !p.is_empty()).collect()
        } else {
            content.split_whitespace().collect()
        };
        let (word, numbers) = parts.split_first().unwrap_or((&"", &[]));
        if numbers.is_empty() {
            return Err(self.error(line).found(clip(content)).expected("a word, and the numbers of its categories"));
        }
        for number in numbers {
            if number.contains(['(', '<', '/']) {
                conditional.push(line);
                continue;
            }
            let Some(&at) = by_number.get(*number) else {
                return Err(self
                    .error(line)
                    .found(format!("number {number:?}"))
                    .expected("a number of the categories above the second %"));
            };
            categories[at].words.push(Word { text: (*word).to_owned(), line });
        }
        conditional.dedup();
        Ok(())
    }
}

/// The tree given by the indents.
fn nest(categories: Vec<Category>) -> Vec<Key> {
    let mut open: Vec<(usize, Key)> = Vec::new();
    let mut top = Vec::new();
    let close = |open: &mut Vec<(usize, Key)>, top: &mut Vec<Key>, indent: usize| {
        while open.last().is_some_and(|(i, _)| *i >= indent) {
            let Some((_, key)) = open.pop() else { break };
            match open.last_mut() {
                Some((_, above)) => above.below.push(key),
                None => top.push(key),
            }
        }
    };
    for Category { indent, name, words } in categories {
        close(&mut open, &mut top, indent);
        open.push((indent, Key { name, words, below: Vec::new() }));
    }
    close(&mut open, &mut top, 0);
    top
}

/// A line, shortened for an error message.
fn clip(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 60 { line.to_owned() } else { line.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use crate::cues::Lexicon;

    fn shape(text: &str) -> String {
        super::super::tests::shape(&Lexicon::parse("a.dic", text).expect("reads"))
    }

    #[test]
    fn categories_of_one_level_are_categories() {
        let text = "%\n1\tposemo\n2\tsocial\n%\nhapp*\t1\nfriend*\t1\t2\nkind of\t2\n";
        assert_eq!(shape(text), "posemo{posemo: happ*, friend*} social{social: friend*, kind of}");
    }

    #[test]
    fn indented_categories_compete_unless_they_share_a_word() {
        let text = "%\n1 state\n\t2 government\n\t3 regime\n4 mood\n\t5 glad\n\t6 calm\n%\ncabinet 2\nregime 3\nserene 5 6\nmerry 5\n";
        assert_eq!(
            shape(text),
            "state{government: cabinet | regime: regime} mood.glad{mood.glad: serene, merry} mood.calm{mood.calm: serene}"
        );
    }

    #[test]
    fn conditional_numbers_are_left_out_and_told() {
        let lexicon = Lexicon::parse("a.dic", "%\n1 a\n2 b\n%\nlike\t(02 134)1/2\t1\nfoot\t2\n").expect("reads");
        assert_eq!(super::super::tests::shape(&lexicon), "a{a: like} b{b: foot}");
        let told = "a.dic: numbers that depend on neighbouring words, (…) and <…>, were left out in 1 line: 5";
        assert_eq!(lexicon.notes, [told]);
    }

    #[test]
    fn defects_name_their_lines() {
        let message = |text: &str| Lexicon::parse("a.dic", text).expect_err("an error").to_string();
        insta::assert_snapshot!(message("%\n1\ta\n%\nword\t7\n"), @r#"
        a LIWC dictionary that can't be read
         --> a.dic:4
          found:    number "7"
          expected: a number of the categories above the second %
          help: fix this line, or remove it
        "#);
        assert!(message("1\ta\n").contains("a line with % alone"));
        assert!(message("%\na\n%\n").contains("a.dic:2"));
        assert!(message("%\n1 a\n1 b\n%\n").contains("a second time"));
        assert!(message("%\n1 a\n%\nword\n").contains("a.dic:4"));
        assert!(message("%\n%\n").contains("without contrasts"));
    }
}
