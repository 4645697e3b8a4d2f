"""Makes text.json: BLEU and self-BLEU of some token texts by NLTK (pip install nltk), smoothing method 1.

    python text.py > text.json
"""
import json

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

SMOOTHING = SmoothingFunction().method1


def texts(count, length, factor):
    """Rows of tokens 1…9, behind some of which the end mark 0 follows."""
    rows = []
    for row in range(count):
        kept = length - row % 5
        rows.append([(factor * row * row + 3 * place * row + 17 * place * place) % 31 % (7 + row % 6) + 1 if place < kept else 0
                     for place in range(length)])
    return rows


def words(row):
    return row[:row.index(0)] if 0 in row else row


def mean_bleu(references, hypotheses, order):
    return sum(sentence_bleu(references(index), hypothesis, [1 / order] * order, SMOOTHING)
               for index, hypothesis in enumerate(hypotheses)) / len(hypotheses)


real, fake = texts(40, 9, 7), texts(30, 9, 5)
fake[7] = fake[3]
known = [words(row) for row in real]
made = [words(row) for row in fake]
print(json.dumps({
    "real": real, "fake": fake,
    "bleu": [mean_bleu(lambda _: known, made, order) for order in (2, 3, 4)],
    "self-bleu": [mean_bleu(lambda index: made[:index] + made[index + 1:], made, order) for order in (2, 3, 4)],
    "unique": len(set(map(tuple, made))) / len(made),
}))
