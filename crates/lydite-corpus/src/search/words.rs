//! How text becomes the words that are searched.
//!
//! Each text is indexed as it stands and as two streams of stems: English with Russian, and French.
//! No language is guessed: a mail quotes in other languages than it answers in, guessing from a line
//! errs, and a word that is not found is worse than one found too often. English rules leave Cyrillic
//! alone and Russian ones Latin, so these two share a stream; English and French would not.
//!
//! A word between quotes is looked for as it stands.

use lydite_core::limits;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// Words as they stand: lower case, without accents.
pub fn plain() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default()).filter(LowerCaser).filter(AsciiFoldingFilter).build()
}

/// English and Russian stems.
pub fn english() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::English))
        .filter(Stemmer::new(Language::Russian))
        .filter(AsciiFoldingFilter)
        .build()
}

/// French stems.
pub fn french() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::French))
        .filter(AsciiFoldingFilter)
        .build()
}

/// The words of a text.
pub fn of(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    analyzer.token_stream(text).process(&mut |token| out.push(token.text.clone()));
    out
}

/// Runs of letters and digits. Characters that nobody sees do not part a word, or a word would be
/// hidden by one of them; a sign of a script written without blanks is a word of its own. A word that
/// is too long is cut, in the index as in a query.
#[derive(Clone, Default)]
struct Words {
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.token.reset();
        Stream { text, at: 0, token: &mut self.token }
    }
}

struct Stream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let token = &mut *self.token;
        token.text.clear();
        token.position = token.position.wrapping_add(1);
        let mut letters = 0;
        for (offset, c) in self.text[self.at..].char_indices() {
            let (from, to) = (self.at + offset, self.at + offset + c.len_utf8());
            if is_unseen(c) || is_mark(c) {
                if letters > 0 && is_mark(c) {
                    compose(&mut token.text, c);
                }
                continue;
            }
            if !c.is_alphanumeric() || (is_alone(c) && letters > 0) {
                if letters == 0 {
                    continue;
                }
                self.at = from;
                return true;
            }
            if letters == 0 {
                token.offset_from = from;
            }
            letters += 1;
            token.offset_to = to;
            if letters <= limits::SEARCH_WORD {
                // Few write the dots.
                token.text.push(if matches!(c, 'ё' | 'Ё') { 'е' } else { c });
            }
            if is_alone(c) {
                self.at = to;
                return true;
            }
        }
        self.at = self.text.len();
        letters > 0
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Takes no room on a page: soft hyphens, joiners, marks of direction, selectors, tags.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// An accent that stands behind its letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Accents are left out of words. The Russian breve makes another letter.
fn compose(word: &mut String, mark: char) {
    let whole = match (word.chars().next_back(), mark) {
        (Some('и'), '\u{306}') => 'й',
        (Some('И'), '\u{306}') => 'Й',
        _ => return,
    };
    word.pop();
    word.push(whole);
}

/// Scripts written without blanks between words.
fn is_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_words(text: &str) -> Vec<String> {
        of(&mut plain(), text)
    }

    #[test]
    fn accents_case_and_unseen_characters_do_not_matter() {
        assert_eq!(plain_words("L’été à Genève"), ["l", "ete", "a", "geneve"]);
        assert_eq!(plain_words("e\u{301}te\u{301}"), ["ete"]);
        assert_eq!(plain_words("in\u{200b}vo\u{ad}ice \u{202e}x"), ["invoice", "x"]);
        assert_eq!(plain_words("Ёлка мои\u{306}"), ["елка", "мой"]);
        assert_eq!(plain_words("anna.b@x.example"), ["anna", "b", "x", "example"]);
        assert_eq!(plain_words("合同 v2"), ["合", "同", "v2"]);
        assert_eq!(plain_words("\u{301}\u{200b} -- "), Vec::<String>::new());
    }

    #[test]
    fn offsets_are_those_of_the_text() {
        let text = "…the in\u{200b}voice";
        let mut spans = Vec::new();
        plain().token_stream(text).process(&mut |t| spans.push(&text[t.offset_from..t.offset_to]));
        assert_eq!(spans, ["the", "in\u{200b}voice"]);
    }

    #[test]
    fn stems_of_three_languages() {
        assert_eq!(of(&mut english(), "invoices"), of(&mut english(), "invoice"));
        assert_eq!(of(&mut french(), "réunions"), of(&mut french(), "réunion"));
        assert_eq!(of(&mut english(), "договоры"), of(&mut english(), "договор"));
        assert_ne!(plain_words("invoices"), plain_words("invoice"));
    }

    #[test]
    fn a_long_word_is_cut_and_still_found() {
        let long = "a".repeat(3 * limits::SEARCH_WORD);
        let words = plain_words(&format!("{long} b"));
        assert_eq!(words, ["a".repeat(limits::SEARCH_WORD), "b".to_owned()]);
    }
}
