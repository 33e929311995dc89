namespace Akin.Tokenizers.SentencePiece;

/// <summary>Makes tokenizers that cut texts exactly as SentencePiece's own library (version 0.2) does.</summary>
public static class SentencePieceTokenizer
{
    /// <summary>
    /// Loads a <c>.model</c> or <c>.spm</c> file. Encodings have no special tokens, as the library gives them; <see cref="TokenizerSettings.SpecialTokens"/>
    /// names those that the model has.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TokenizerFileException">The file is missing, damaged, or asks for something that is not supported.</exception>
    public static Tokenizer FromFile(string file) => From(SentencePieceFile.Read(file));

    internal static Tokenizer From(SentencePieceFile model)
    {
        string? Name(int? id) => id is { } known ? model.Pieces[known].Text : null;
        return new Tokenizer(new SentencePieceModel(model), new SentencePieceNormalizer(model), decoder: new SentencePieceDecoder(model))
        {
            Settings = new TokenizerSettings
            {
                SpecialTokens = new SpecialTokens
                {
                    Unknown = Name(model.UnknownId),
                    Beginning = Name(model.BeginningId),
                    End = Name(model.EndId),
                    Padding = Name(model.PaddingId),
                },
            },
            Origin = model.File,
        };
    }
}
