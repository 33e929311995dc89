namespace Akin.Tokenizers.Folders;

/// <summary>What a tokenizer class of Python's transformers 4 makes of a folder.</summary>
/// <param name="Name">The name of the class without <c>Fast</c>.</param>
/// <param name="Files">The vocabulary files that it reads, in words.</param>
/// <param name="ModelTypes">The values of <c>model_type</c> in <c>config.json</c> that stand for it.</param>
/// <param name="Build">Builds the pipeline from the vocabulary files.</param>
internal sealed record TokenizerClass(string Name, string Files, string[] ModelTypes, Func<TokenizerFolder, Tokenizer> Build)
{
    /// <summary>The special tokens unless the folder names others.</summary>
    public SpecialTokens Defaults { get; init; } = new();

    /// <summary>The special tokens, by what they are for, that are looked for in normalized text.</summary>
    public IReadOnlyList<string> NormalizedRoles { get; init; } = [];

    /// <summary>Whether the mask takes the space before it along.</summary>
    public bool MaskStripsLeft { get; init; }

    /// <summary>The end that padding is put at.</summary>
    public Side PaddingSide { get; init; } = Side.Right;

    /// <summary>The type id of padding.</summary>
    public int PaddingTypeId { get; init; }

    /// <summary>The name of the SentencePiece model that the class reads, which is copied when a tokenizer is saved; null for others.</summary>
    public string? ModelName { get; init; }

    /// <summary>Whether the vocabulary is saved as <c>vocab.json</c>, with <c>merges.txt</c> where there are merges.</summary>
    public bool SavesVocabularyJson { get; init; }

    /// <summary>What decoding turns into a space; null for nothing.</summary>
    public string? DecodedWordEnd { get; init; }
}
