using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Models;

/// <summary>Whole words: a piece is one token, or the unknown token.</summary>
/// <param name="vocabulary">The words.</param>
/// <param name="unknownToken">What stands for a word that is not in the vocabulary.</param>
public sealed class WordLevel(Vocabulary vocabulary, string unknownToken) : Model
{
    /// <inheritdoc/>
    public override string Type => "WordLevel";

    /// <inheritdoc/>
    public override Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>What stands for a word that is not in the vocabulary.</summary>
    public string UnknownToken { get; } = unknownToken;

    internal static new WordLevel Read(JsonFields fields) => new(Vocabulary.Read(fields, "vocab"), fields.String("unk_token"));

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (!Vocabulary.TryGetId(piece, out int id) && !Vocabulary.TryGetId(UnknownToken, out id))
            throw Vocabulary.Wrong("model.unk_token", $"\"{piece}\" is not in the vocabulary, and neither is the unknown token \"{UnknownToken}\" that should stand for it");
        tokens.Add(new ModelToken(id, Vocabulary[id], 0, piece.Length));
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteString("unk_token", UnknownToken);
}
