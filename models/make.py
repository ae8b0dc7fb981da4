#!/usr/bin/env python3
"""Makes the models in this folder again from the articles that they were trained on, which can't be shipped.

usage: models/make.py [--aslant PROGRAM] [--syria fa-kes.csv] [--us-politics FILE]

fa-kes.csv: FA-KES, 804 articles on the Syrian war of 15 outlets (CC BY), https://doi.org/10.5281/zenodo.2607278
the other (JSON lines, .zst or not): Article-Bias-Prediction (Apache-2.0), one object a line with `id, outlet, date, title, text, label`,
https://github.com/ramybaly/Article-Bias-Prediction

Needs Python 3.9 and nothing else; the program must have been built (`cargo build --release`).
"""
import argparse, csv, json, pathlib, subprocess, tempfile

HERE = pathlib.Path(__file__).resolve().parent

# Who owns the outlets of FA-KES, which is what the model's label is: not what is said in any article.
CAMPS = {
    'state': ['sana', 'manar', 'alalam', 'sputnik', 'tass'],
    'opposition': ['etilaf', 'alaraby', 'trt', 'dailysabah', 'arabiya', 'asharqalawsat'],
    'wire': ['reuters', 'ahram', 'jordantimes', 'nna'],
}
CAMP_OF = {outlet: camp for camp, outlets in CAMPS.items() for outlet in outlets}


def syria(path, labelled):
    """FA-KES with the camp of every outlet. Some unit_id stand twice, so articles are numbered."""
    with open(path, encoding='latin-1', newline='') as f, open(labelled, 'w', encoding='utf-8') as out:
        for number, row in enumerate(csv.DictReader(f)):
            article = {'id': f'{number:04}', 'outlet': row['source'], 'date': row['date'], 'title': row['article_title'],
                       'text': row['article_content'], 'camp': CAMP_OF[row['source']]}
            out.write(json.dumps(article, ensure_ascii=False) + '\n')


def train(aslant, articles, name, *options):
    # Run beside the articles, so that the model tells their name and no path of this machine.
    command = [pathlib.Path(aslant).resolve(), 'train', articles.name, '--group', 'outlet', '--without-training-data',
               '--out', HERE / name, *options]
    subprocess.run([str(part) for part in command], check=True, cwd=articles.parent)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--aslant', default=HERE.parent / 'target/release/aslant')
    arguments.add_argument('--syria', metavar='FILE')
    arguments.add_argument('--us-politics', metavar='FILE')
    given = arguments.parse_args()
    if not (given.syria or given.us_politics):
        arguments.error('name the articles of one model at least')
    with tempfile.TemporaryDirectory() as folder:
        if given.syria:
            labelled = pathlib.Path(folder, 'fa-kes.jsonl')
            syria(given.syria, labelled)
            train(given.aslant, labelled, 'syria-camp', '--label', 'camp', '--features', 'word',
                  '--outlet-weight', 'balanced')
        if given.us_politics:
            # Few enough terms for a model of 3 MB, and words in normal form: case and marks tell outlets.
            train(given.aslant, pathlib.Path(given.us_politics).resolve(), 'us-politics', '--label', 'label', '--features', 'word',
                  '--max-features', '30000')


if __name__ == '__main__':
    main()
