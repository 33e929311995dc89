namespace Akin.Tokenizers.SentencePiece;

/// <summary>Makes tokenizers that cut texts exactly as SentencePiece's own library (version 0.2) does.</summary>
public static class SentencePieceTokenizer
{
    /// <summary>What Akin calls the class in the folders that it saves; Python has none that cuts as the library does.</summary>
    internal const string ClassName = "SentencePieceTokenizer";

    /// <summary>What the model is called in the folders that Akin saves.</summary>
    internal const string FileName = "tokenizer.model";

    /// <summary>
    /// Loads a <c>.model</c> or <c>.spm</c> file. Encodings have no special tokens, as the library gives them; <see cref="TokenizerSettings.SpecialTokens"/>
    /// names those that the model has.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TokenizerFileException">The file is missing, damaged, or asks for something that is not supported.</exception>
    public static Tokenizer FromFile(string file) => From(SentencePieceFile.Read(file));

    /// <summary>The best cuts of a text by a Unigram model, the best first: <c>nbest_encode</c> of the library.</summary>
    /// <param name="tokenizer">A tokenizer of this class.</param>
    /// <param name="text">The text.</param>
    /// <param name="count">How many, at least 1; there may be fewer.</param>
    /// <returns>The ids of each cut and its score, the logarithm of its probability.</returns>
    /// <exception cref="TokenizerException">The tokenizer has no Unigram model of SentencePiece.</exception>
    public static IReadOnlyList<(int[] Ids, float Score)> EncodeNBest(Tokenizer tokenizer, string text, int count)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (tokenizer.Model is not SentencePieceModel model || tokenizer.Normalizer is not { } normalizer)
            throw new TokenizerException($"several cuts of a text are found by Unigram models of SentencePiece; this is a {tokenizer.Model.Type} model");
        return model.FindBest(normalizer.Normalize(text), count);
    }

    internal static Tokenizer From(SentencePieceFile model)
    {
        string? Name(int? id) => id is { } known ? model.Pieces[known].Text : null;
        return new Tokenizer(new SentencePieceModel(model), new SentencePieceNormalizer(model), decoder: new SentencePieceDecoder(model))
        {
            Settings = new TokenizerSettings
            {
                TokenizerClass = ClassName,
                SpecialTokens = new SpecialTokens
                {
                    Unknown = Name(model.UnknownId),
                    Beginning = Name(model.BeginningId),
                    End = Name(model.EndId),
                    Padding = Name(model.PaddingId),
                },
            },
            Origin = model.File,
            Description = $"{Path.GetFileName(model.File)} as SentencePiece reads it",
            SavedFiles = [(FileName, model.Bytes)],
        };
    }
}
