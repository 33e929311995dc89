using Akin.Datasets;
using Akin.Tokenizers;

namespace Akin.Training.PreTraining;

/// <summary>Documents as sentences of pieces, in memory while they are small and in a mapped file when they are not.</summary>
internal sealed class TokenizedDocuments
{
    private const int LinesAtOnce = 4096;
    private const string Pieces = "pieces";
    private static readonly Features Columns = new((Pieces, new ListFeature(Value.Int32)));

    private readonly Dataset _sentences;
    private readonly List<int> _firsts = [0];

    /// <param name="path">A sentence a line, an empty line between documents.</param>
    /// <param name="encoding">What it is written in; null for UTF-8.</param>
    /// <param name="tokenizer">Makes the pieces.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">The file cannot be read, or holds no text.</exception>
    public TokenizedDocuments(string path, string? encoding, Tokenizer tokenizer, CancellationToken cancellationToken)
    {
        _sentences = Dataset.FromRows(Read(path, encoding, tokenizer, cancellationToken), Columns);
        if (Count == 0)
        {
            throw new DataFormatException(InputFile.DisplayName(path), 0, "the file holds no text: write a sentence a line, an empty line between documents.");
        }
    }

    /// <summary>How many documents there are.</summary>
    public int Count => _firsts.Count - 1;

    /// <summary>How many sentences they have together.</summary>
    public int SentenceCount => _sentences.Count;

    /// <summary>The sentences of a document, at least one, none of them empty.</summary>
    public WordPieces[] this[int document] =>
        [.. Enumerable.Range(_firsts[document], _firsts[document + 1] - _firsts[document]).Select(i => WordPieces.FromStored(_sentences[i].Get<int[]>(Pieces)))];

    private IEnumerable<RowValues> Read(string path, string? encoding, Tokenizer tokenizer, CancellationToken cancellationToken)
    {
        EncodeOptions options = new() { AddSpecialTokens = false };
        int count = 0;
        foreach (TextLine[] lines in TextLines.Read(path, encoding).Chunk(LinesAtOnce))
        {
            foreach (Encoding sentence in tokenizer.EncodeBatch([.. lines.Select(line => line.Text)], options, cancellationToken))
            {
                if (sentence.Ids.Length > 0)
                {
                    count++;
                    yield return new RowValues { [Pieces] = WordPieces.From(sentence).ToStored() };
                }
                else if (count > _firsts[^1]) // an empty line, or one of nothing that counts
                {
                    _firsts.Add(count);
                }
            }
        }

        if (count > _firsts[^1])
        {
            _firsts.Add(count);
        }
    }
}
