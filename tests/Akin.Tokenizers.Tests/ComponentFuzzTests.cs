using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Tests;

/// <summary>Every normalizer and pre-tokenizer of the goldens on text that nobody would write.</summary>
public class ComponentFuzzTests
{
    [Fact]
    public void Normalizers_OnRandomText_KeepOffsetsValidAndInOrder()
    {
        Random random = new(21);
        foreach ((string name, Normalizer normalizer) in Read("normalizers", Normalizer.Types))
        {
            for (int round = 0; round < 60; round++)
            {
                string text = Unicode.Utf16.WellFormed(FuzzTests.RandomText(random));
                NormalizedText normalized = new(text);
                normalizer.Normalize(normalized);
                Assert.True(Unicode.Utf16.IndexOfUnpairedSurrogate(normalized.Text) < 0, name);
                int last = 0;
                for (int i = 0; i < normalized.Length; i++)
                {
                    (int start, int end) = normalized.OriginalSpan(i, i + 1);
                    Assert.True(start >= last && end >= start && end <= text.Length, $"{name}: unit {i} has {start}..{end} after {last} of {text.Length}: {Units(text)}");
                    last = start;
                }
                NormalizedText untracked = new();
                untracked.Reset(text, 0, tracksOrigins: false);
                normalizer.Normalize(untracked);
                Assert.Equal(normalized.Text.ToString(), untracked.Text.ToString());
            }
        }
    }

    [Fact]
    public void PreTokenizers_OnRandomText_GivePiecesInOrder()
    {
        Random random = new(22);
        foreach ((string name, PreTokenizer preTokenizer) in Read("pre_tokenizers", PreTokenizer.Types))
        {
            for (int round = 0; round < 60; round++)
            {
                string text = FuzzTests.RandomText(random);
                int last = 0;
                foreach ((string piece, (int start, int end)) in preTokenizer.PreTokenize(text))
                {
                    Assert.True(piece.Length > 0, name);
                    Assert.True(start >= last && end >= start && end <= text.Length, $"{name}: {start}..{end} after {last} of {text.Length}: {Units(text)}");
                    last = start;
                }
            }
        }
    }

    /// <summary>Ten megabytes in one word, one script, one run of spaces: what takes more than a multiple of that would never end.</summary>
    [Fact]
    public void Components_OnOneHugeWord_TakeWorkInProportion()
    {
        (string, PreTokenizer)[] preTokenizers = [.. Read("pre_tokenizers", PreTokenizer.Types).Where(static item => !item.Name.Contains("Sequence", StringComparison.Ordinal)).DistinctBy(static item => item.Name.Split(' ')[0])];
        (string, Normalizer)[] normalizers = [.. Read("normalizers", Normalizer.Types).DistinctBy(static item => item.Name.Split(' ')[0])];
        foreach (char unit in "a한\u0301 ")
        {
            string text = new(unit, unit == 'a' ? 5_000_000 : 300_000);
            foreach ((string name, Normalizer normalizer) in normalizers)
                Assert.True(normalizer.Normalize(text).Length >= 0, name);
            foreach ((string name, PreTokenizer preTokenizer) in preTokenizers)
            {
                PreTokenizedText pieces = new();
                NormalizedText whole = new(text);
                pieces.Add(new TextPiece(whole, 0, whole.Length));
                preTokenizer.PreTokenize(pieces);
                Assert.True(pieces.Pieces.Count <= text.Length, name);
            }
        }
    }

    [Fact]
    public void Components_OnceWarm_AllocateNothing()
    {
        string[] texts = ["The cats' 3.14 Ünïcode, e\u0301 한국 \u1112\u1161\u11AB 中文 👍 ﬁ \u00AD don't--", "plain words only", "  \t\n x-y_z  "];
        PreTokenizedText pieces = new();
        NormalizedText normalized = new(string.Empty);
        void Normalize(Normalizer normalizer)
        {
            foreach (string text in texts)
            {
                normalized.Reset(text, 0, tracksOrigins: true);
                normalizer.Normalize(normalized);
            }
        }

        void PreTokenize(PreTokenizer preTokenizer)
        {
            foreach (string text in texts)
            {
                pieces.Clear(tracksOrigins: true);
                NormalizedText whole = pieces.AddText(text, 0);
                pieces.Add(new TextPiece(whole, 0, whole.Length));
                preTokenizer.PreTokenize(pieces);
            }
        }

        foreach ((string name, Normalizer normalizer) in Read("normalizers", Normalizer.Types))
            Assert.True(Allocations.During(() => Normalize(normalizer)) == 0, name);
        foreach ((string name, PreTokenizer preTokenizer) in Read("pre_tokenizers", PreTokenizer.Types))
            Assert.True(Allocations.During(() => PreTokenize(preTokenizer)) == 0, name);
    }

    private static IEnumerable<(string Name, T Component)> Read<T>(string kind, ComponentTypes<T> types)
        where T : TokenizerComponent
    {
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("components", kind + ".jsonl.gz")))
        {
            if (!row.GetProperty("json").GetRawText().Contains("precompiled_charsmap", StringComparison.Ordinal))
                yield return (row.GetProperty("name").GetString()!, types.Read(new JsonFields(row.GetProperty("json"), "golden", kind)));
        }
    }

    private static string Units(string text) => string.Join(' ', text.Select(static unit => ((int)unit).ToString("X4")));
}
