using System.Text.Json.Nodes;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Models.Tests.Generation;

/// <summary>What every architecture that writes writes, against transformers.</summary>
public sealed class GoldenGenerationTests
{
    /// <summary>From the goldens' README.</summary>
    private const double ScoreTolerance = 1e-4;

    private static readonly string[] Architectures = ["gpt2", "bart", "kobart", "marian", "t5", "t5-v1_1"];

    public static TheoryData<string, string> Cases => GoldenGeneration.CaseNames(Architectures);

    public static TheoryData<string> Names => [.. Architectures];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Generate_OfEveryCase_WritesTheReferencesTokens(string architecture, string name)
    {
        GoldenGeneration golden = new(architecture);
        JsonNode @case = golden.Case(name);
        GenerationConfig config = golden.Config(@case["options"]!);
        int[][]? prefixes = @case["options"]!["decoder_input_ids"] is { } ids ? GoldenGeneration.Rows(ids) : null;
        int promptLength = prefixes?[0].Length ?? (architecture == "gpt2" ? golden.PaddedLength : 1);
        GeneratedSequence[] found = [.. Write(golden, config, prefixes: prefixes).SelectMany(row => row)];
        int[][] expected = GoldenGeneration.Rows(@case["sequences"]!);
        if (config.EncoderRepetitionPenalty != 1)
        {
            // There, the padding of the text that was read counts as text: only a row without padding is comparable.
            int[] whole = [.. Enumerable.Range(0, golden.Inputs.Length).Where(i => golden.Inputs[i].Length == golden.PaddedLength)];
            (expected, found) = ([.. whole.Select(i => expected[i])], [.. whole.Select(i => found[i])]);
        }

        // Beam search there takes padding 0 for none, and fills with the end.
        int padding = config is { NumBeams: > 1, PadTokenId: 0 } ? config.EosTokenId[0] : config.PadTokenId!.Value;
        AssertEqual(expected, found, promptLength, padding);
        if (@case["sequences_scores"] is { } scores)
        {
            for (int i = 0; i < found.Length; i++)
            {
                Assert.Equal(scores[i]!.GetValue<double>(), found[i].Score!.Value, ScoreTolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_OfOneText_WritesWhatTheBatchDoes(string architecture)
    {
        GoldenGeneration golden = new(architecture);
        GenerationConfig config = golden.Config(new JsonObject { ["max_new_tokens"] = 12 });
        Assert.Equal(golden.GreedyRowsAlone, Write(golden, config).Select(row => row[0].Tokens));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_WithStopStrings_StopsWhereTheReferenceDoes(string architecture)
    {
        GoldenGeneration golden = new(architecture);
        if (golden.StopStrings?["sequences"] is not { } sequences)
        {
            return; // the reference fails over KoBART's vocabulary, and there is no tokenizer of T5 1.1
        }

        GenerationConfig config = golden.Config(new JsonObject { ["max_new_tokens"] = 12 }) with
        {
            StopStrings = [.. golden.StopStrings["stop_strings"]!.AsArray().Select(text => text!.GetValue<string>())],
        };
        GeneratedSequence[] found = [.. Write(golden, config, AutoTokenizer.FromPretrained(golden.Folder)).Select(row => row[0])];
        AssertEqual(GoldenGeneration.Rows(sequences), found, architecture == "gpt2" ? golden.PaddedLength : 1, config.PadTokenId!.Value);
    }

    private static IReadOnlyList<IReadOnlyList<GeneratedSequence>> Write(
        GoldenGeneration golden, GenerationConfig config, Tokenizer? tokenizer = null, int[][]? prefixes = null)
    {
        ForwardContext context = new();
        if (golden.Model is Seq2SeqLanguageModel writer)
        {
            return writer.Generate(context, golden.Inputs, config, tokenizer, prefixes);
        }

        // There, lengths count the padding before a text.
        CausalLanguageModel model = (CausalLanguageModel)golden.Model;
        return config is { MaxLength: null, MinLength: 0 }
            ? model.Generate(context, golden.Inputs, config, tokenizer)
            : [.. golden.Inputs.Select(input => model.Generate(context, [input], WithoutPadding(config, golden.PaddedLength - input.Length), tokenizer)[0])];
    }

    /// <summary>What follows the end is padding there.</summary>
    private static void AssertEqual(int[][] expected, GeneratedSequence[] found, int promptLength, int padding)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            IReadOnlyList<int> tokens = found[i].NewTokens;
            Assert.Equal(expected[i][promptLength..(promptLength + tokens.Count)], tokens);
            Assert.All(expected[i][(promptLength + tokens.Count)..], token => Assert.Equal(padding, token));
        }
    }

    private static GenerationConfig WithoutPadding(GenerationConfig config, int padding) =>
        config with { MaxLength = config.MaxLength - padding, MinLength = Math.Max(0, config.MinLength - padding) };
}
