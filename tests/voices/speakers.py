"""How often `aslant voice` names the right speaker, against articles whose attributions were marked by hand.

    python3 tests/voices/speakers.py MARKED.jsonl [ASLANT]

MARKED.jsonl has a line an article, in the form of PolNeAR (Newell, Margolin, Ruths 2018): `id`, `text`, and
`attributions`, each with `source`, `cue` and `content` as lists of [start, end] in characters. Standard library only.

A span belongs to the attribution in whose content most of it lies. Asked are those whose source stands in the same
paragraph, quoted and reported ones apart. The answer is right where what the program says the text attributes the span to (`mention`) overlaps the source;
none counts as wrong. Printed are the part that is right, and the part among those that have an answer.
"""
import json
import subprocess
import sys
import tempfile


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def source_of(span, attributions):
    """The source of the attribution in whose content most of the span lies; None where there is none."""
    inside = [(sum(overlap(span, part) for part in a["content"]), a["source"]) for a in attributions]
    most, source = max(inside, key=lambda x: x[0], default=(0, []))
    return source if 2 * most > span[1] - span[0] else None


def source_in_paragraph(span, article):
    text, place = article["text"], (span["start"], span["end"])
    source = source_of(place, article["attributions"])
    start, end = text.rfind("\n", 0, place[0]) + 1, text.find("\n", place[1])
    paragraph = (start, end if end >= 0 else len(text))
    return source if source and any(overlap(part, paragraph) for part in source) else None


def main(marked, aslant):
    with open(marked, encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps({"id": article["id"], "text": article["text"]}) + "\n")
        file.flush()
        out = subprocess.run([aslant, "voice", "--quiet", file.name], capture_output=True, text=True, check=True).stdout
    found = {line["id"]: line["spans"] for line in map(json.loads, out.splitlines())}
    for voice in ("quoted", "reported"):
        asked = answered = right = 0
        for article in articles:
            for span in (s for s in found[article["id"]] if s["voice"] == voice):
                source = source_in_paragraph(span, article)
                if source:
                    asked += 1
                    answered += span["mention"] is not None
                    right += span["mention"] is not None and any(overlap(part, span["mention"]) for part in source)
        print(
            f"{voice}: right {right / max(1, asked):.3f}, answered {answered / max(1, asked):.3f}, right among answered "
            f"{right / max(1, answered):.3f}, of {asked} spans in {len(articles)} articles"
        )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "target/release/aslant")
