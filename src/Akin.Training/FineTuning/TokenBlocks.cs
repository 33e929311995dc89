using Akin.Datasets;
using Akin.Datasets.Collators;
using Akin.Tokenizers;
using Akin.Training.PreTraining;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>Texts as examples of a language model.</summary>
internal static class TokenBlocks
{
    private const int TextsAtOnce = 1024;
    private const string Pieces = "pieces";
    private static readonly Features Columns = new((Pieces, new ListFeature(Value.Int32)));

    /// <summary>Reads texts and cuts them, in memory while they are small and in a mapped file when they are not.</summary>
    /// <param name="file">The texts.</param>
    /// <param name="options">Their column, and whether they run on.</param>
    /// <param name="tokenizer">Makes the pieces.</param>
    /// <param name="length">Tokens of an example, special tokens included.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static Dataset Read(string file, MaskedLanguageModelOptions options, Tokenizer tokenizer, int length, CancellationToken cancellationToken)
    {
        int room = length - tokenizer.CountSpecialTokens();
        IEnumerable<WordPieces> texts = Texts(file, options, tokenizer, cancellationToken);
        IEnumerable<int[]> blocks = options.LineByLine
            ? texts.Where(text => text.Count > 0).Select(text => text.ToStored()[..Math.Min(text.Count, room)])
            : texts.SelectMany(text => text.ToStored()).Chunk(room);
        Dataset all = Dataset.FromRows(blocks.Select(block => new RowValues { [Pieces] = block }), Columns);
        return all.Count > 0
            ? all
            : throw new DataFormatException(InputFile.DisplayName(file), 0, "the file holds no text.");
    }

    /// <summary>The examples of blocks; a token's label is the number of its word, or <see cref="TokenMasker.NoWord"/> for a special token.</summary>
    public static IReadOnlyList<TokenLabelsExample> Examples(Dataset blocks, Tokenizer tokenizer) =>
        new MappedExamples<DatasetRow, TokenLabelsExample>(blocks, block => Example(WordPieces.FromStored(block.Get<int[]>(Pieces)), tokenizer));

    private static IEnumerable<WordPieces> Texts(string file, MaskedLanguageModelOptions options, Tokenizer tokenizer, CancellationToken cancellationToken)
    {
        EncodeOptions encode = new() { AddSpecialTokens = false };
        return ExampleTable.Read(file, options.Encoding)
            .Select(row => row.Text(options.TextColumn))
            .Chunk(TextsAtOnce)
            .SelectMany(texts => tokenizer.EncodeBatch(texts, encode, cancellationToken))
            .Select(WordPieces.From);
    }

    private static TokenLabelsExample Example(WordPieces pieces, Tokenizer tokenizer)
    {
        Encoding encoding = tokenizer.BuildInputsWithSpecialTokens(pieces.Ids);
        int[] words = new int[encoding.Ids.Length];
        int piece = 0, word = 0;
        for (int token = 0; token < words.Length; token++)
        {
            if (encoding.SpecialTokensMask[token] != 0)
            {
                words[token] = TokenMasker.NoWord;
                continue;
            }

            word += pieces.Continues[piece++] ? 0 : 1;
            words[token] = word;
        }

        return new TokenLabelsExample(EncodedText.From(encoding), words);
    }
}
