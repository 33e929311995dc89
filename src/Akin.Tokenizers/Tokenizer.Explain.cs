using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>What each stage does with a text, the members of sequences one by one: for looking at, not for speed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether special tokens are put in. Default true.</param>
    public IReadOnlyList<TokenizationStage> Explain(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = Utf16.WellFormed(text);
        List<TokenizationStage> stages = [new("text", string.Empty, [text])];
        Normalizer[] normalizers = [.. Members(Normalizer)];
        PreTokenizer[] preTokenizers = [.. Members(PreTokenizer)];
        if (AddedTokens.Count > 0)
            stages.Add(new("added tokens", string.Empty, PiecesAfter(text, [], [])));
        for (int i = 1; i <= normalizers.Length; i++)
            stages.Add(new("normalizer", normalizers[i - 1].Type, PiecesAfter(text, normalizers[..i], [])));
        for (int i = 1; i <= preTokenizers.Length; i++)
            stages.Add(new("pre-tokenizer", preTokenizers[i - 1].Type, PiecesAfter(text, normalizers, preTokenizers[..i])));
        stages.Add(new("model", Model.Type, Tokenize(text)));
        if (PostProcessor is not null)
            stages.Add(new("post-processor", PostProcessor.Type, Encode(text, options: EncodeOptions.Default with { AddSpecialTokens = addSpecialTokens }).Tokens));
        return stages;
    }

    /// <summary>The pieces that a text is in after some of the stages.</summary>
    private string[] PiecesAfter(string text, Normalizer[] normalizers, PreTokenizer[] preTokenizers)
    {
        Tokenizer part = new(Model, new NormalizerSequence(normalizers), new PreTokenizerSequence(preTokenizers));
        part.AddFromFile(AddedTokens.Select(static entry => (entry.Value, (int?)entry.Key)));
        PreTokenizedText pieces = part.CutIntoPieces(text, splitSpecialTokens: false, tracksOrigins: true, new StageScratch());
        return [.. pieces.Pieces.Select(static piece => piece.Text.ToString())];
    }

    private static IEnumerable<Normalizer> Members(Normalizer? normalizer) => normalizer switch
    {
        null => [],
        NormalizerSequence sequence => sequence.Normalizers.SelectMany(Members),
        _ => [normalizer],
    };

    private static IEnumerable<PreTokenizer> Members(PreTokenizer? preTokenizer) => preTokenizer switch
    {
        null => [],
        PreTokenizerSequence sequence => sequence.PreTokenizers.SelectMany(Members),
        _ => [preTokenizer],
    };
}
