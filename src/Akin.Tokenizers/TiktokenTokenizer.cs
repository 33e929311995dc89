using System.Buffers.Text;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>
/// Reads <c>.tiktoken</c> files: one token a line, its bytes in base64, a space, its rank, which is its id. Gives the ids of tiktoken's
/// <c>encode_ordinary</c>; special tokens are no part of such files and can be added with <c>Tokenizer.AddTokens</c>.
/// </summary>
public static class TiktokenTokenizer
{
    private const string Gpt2Pattern = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";
    private const string Cl100kPattern =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";

    private const string O200kPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // In Oniguruma, whose patterns tokenizer.json has, {1,3}+ is not possessive but a repetition; without the + both mean the same.
    /// <summary>The patterns of the files that OpenAI publishes, by their names.</summary>
    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2Pattern,
        ["multilingual"] = Gpt2Pattern, // Whisper
        ["r50k_base"] = Gpt2Pattern,
        ["p50k_base"] = Gpt2Pattern,
        ["cl100k_base"] = Cl100kPattern,
        ["o200k_base"] = O200kPattern,
    };

    /// <summary>Loads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pattern">What cuts the text into pieces, as Oniguruma reads it; null takes the one that goes with the name of the file.</param>
    /// <exception cref="TokenizerFileException">The file is missing or damaged, or its name tells no pattern.</exception>
    public static Tokenizer FromFile(string file, string? pattern = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (pattern is null && !Patterns.TryGetValue(Path.GetFileNameWithoutExtension(file), out pattern))
        {
            throw new TokenizerFileException(
                file, string.Empty, $"the name of the file tells no pattern to cut texts with; known: {string.Join(", ", Patterns.Keys)}. Give the pattern.");
        }
        BPE model = ReadModel(file);
        return new Tokenizer(
            model,
            null,
            PipelineJson.PreTokenizer($$"""
                {"type": "Sequence", "pretokenizers": [
                  {"type": "Split", "pattern": {"Regex": {{PipelineJson.Of(pattern)}}}, "behavior": "Isolated", "invert": false},
                  {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
                """),
            PipelineJson.PostProcessor("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}"""),
            PipelineJson.Decoder("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"""))
        {
            Origin = file,
            Description = $"{Path.GetFileName(file)} as tiktoken reads it",
        };
    }

    private static BPE ReadModel(string file)
    {
        List<string> lines = VocabularyFile.ReadLines(file);
        int limit = 0;
        List<(string Token, int Rank)> read = new(lines.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0)
                continue;
            (string token, int rank) = ReadLine(lines[i], file, i + 1);
            if (rank > Vocabulary.MaximumId)
                throw new TokenizerFileException(file, $"line {i + 1}", $"the rank {rank} is too large; the largest supported is {Vocabulary.MaximumId}");
            limit = Math.Max(limit, rank + 1);
            read.Add((token, rank));
        }
        if (read.Count == 0)
            throw new TokenizerFileException(file, string.Empty, "the file has no tokens");
        string?[] tokens = new string?[limit];
        foreach ((string token, int rank) in read)
        {
            if (tokens[rank] is not null)
                throw new TokenizerFileException(file, string.Empty, $"the rank {rank} is there twice");
            tokens[rank] = token;
        }
        Vocabulary vocabulary = Vocabulary.FromSparseTokens(tokens, file);

        // Every pair of tokens that makes another one is a merge, with the rank of what it makes.
        MergeTable merges = new(vocabulary, null, read.Count * 2, (_, problem) => new TokenizerFileException(file, string.Empty, problem));
        List<(int Left, int Right, int Cut)> pairs = [];
        foreach (string token in tokens.OfType<string>())
        {
            pairs.Clear();
            for (int cut = 1; cut < token.Length; cut++)
            {
                if (vocabulary.TryGetId(token.AsSpan(0, cut), out int left) && vocabulary.TryGetId(token.AsSpan(cut), out int right))
                    pairs.Add((left, right, cut));
            }
            pairs.Sort();
            foreach ((_, _, int cut) in pairs)
                merges.Add(token.AsSpan(0, cut), token.AsSpan(cut));
        }
        return new BPE(vocabulary, merges, new BpeOptions { IgnoreMerges = true });
    }

    private static (string Token, int Rank) ReadLine(string line, string file, int number)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || !int.TryParse(line.AsSpan(space + 1), System.Globalization.NumberStyles.None, null, out int rank))
            throw new TokenizerFileException(file, $"line {number}", $"a token in base64, a space and its rank were expected, found \"{line}\"");
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(space)];
        int length = 0;
        if (line.AsSpan(0, space) is not "=" && !Convert.TryFromBase64Chars(line.AsSpan(0, space), bytes, out length)) // Whisper has "=" for an empty token
            throw new TokenizerFileException(file, $"line {number}", $"the token is not base64: \"{line[..space]}\"");
        return (string.Create(length, bytes, static (units, bytes) =>
        {
            for (int i = 0; i < units.Length; i++)
                units[i] = ByteAlphabet.CharacterOf[bytes[i]];
        }), rank);
    }
}
