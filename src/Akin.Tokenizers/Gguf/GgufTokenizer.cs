using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Gguf;

/// <summary>
/// Makes the tokenizer whose vocabulary is inside a GGUF file, as llama.cpp writes it: WordPiece (<c>bert</c>), Unigram (<c>t5</c>; XLM-R and T5) and
/// byte-level BPE (<c>gpt2</c>). The pipeline is that of the Python class that the vocabulary came from, so that the ids are those of Python.
/// </summary>
public static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";
    private const string ModelField = Prefix + "model";
    private const string PreField = Prefix + "pre";
    private const string TokensField = Prefix + "tokens";
    private const string ScoresField = Prefix + "scores";
    private const string TypesField = Prefix + "token_type";
    private const char EscapedSpace = '\u2581';

    /// <summary>How texts are cut before byte-level BPE, by the name in the file.</summary>
    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["default"] = string.Empty,
        ["gpt-2"] = string.Empty,
        ["roberta-bpe"] = string.Empty,
        ["llama-bpe"] = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ["qwen2"] = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    };

    /// <summary>Loads the tokenizer of a file. The weights are not read.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TokenizerFileException">The file is missing or damaged, or its vocabulary is of a kind that is not supported.</exception>
    public static Tokenizer FromFile(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        GgufMetadata metadata = GgufMetadata.Read(file, Prefix);
        string[] tokens = metadata.List<string>(TokensField);
        if (tokens.Length is 0 or > Vocabulary.MaximumId)
            throw metadata.Wrong(TokensField, $"1 to {Vocabulary.MaximumId} tokens were expected, found {tokens.Length}");
        return metadata.String(ModelField) switch
        {
            "bert" => ReadWordPiece(file, metadata, tokens),
            "t5" => ReadUnigram(file, metadata, tokens),
            "gpt2" => ReadByteLevel(file, metadata, tokens),
            string other => throw metadata.Wrong(ModelField, $"the vocabulary \"{other}\" is not supported; supported: bert, gpt2, t5"),
        };
    }

    /// <summary>
    /// llama.cpp marks what starts a word (with ▁) where BERT marks what continues one (with ##). Whether texts are lower-cased the file does not say: they
    /// are when no token has a capital letter.
    /// </summary>
    private static Tokenizer ReadWordPiece(string file, GgufMetadata metadata, string[] tokens)
    {
        string[] own = [.. tokens.Select(static token =>
            token is ['[', .., ']'] ? token : token.StartsWith(EscapedSpace) ? token[1..] : "##" + token)];
        SpecialTokens special = ReadSpecial(metadata, own);
        bool lowercase = !own.Any(static token => token is not ['[', .., ']'] && token.AsSpan().ContainsAnyInRange('A', 'Z'));
        WordPiece model = new(Vocabulary.FromTokens(own, file, TokensField), special.Unknown ?? throw metadata.Wrong(Prefix + "unknown_token_id", "the value is missing"));
        string first = special.Classification ?? special.Beginning ?? throw metadata.Wrong(Prefix + "cls_token_id", "the value is missing");
        string end = special.Separator ?? special.End ?? throw metadata.Wrong(Prefix + "seperator_token_id", "the value is missing");
        TemplateProcessing template = PipelineJson.Template($"{first}:0 $A:0 {end}:0", $"{first}:0 $A:0 {end}:0 $B:1 {end}:1", token => Array.IndexOf(own, token));
        return Assemble(
            file, metadata, own, special with { Classification = first, Separator = end }, model, new BertNormalizer { Lowercase = lowercase }, new BertPreTokenizer(), template,
            new WordPieceDecoder(), "BertTokenizer");
    }

    private static Tokenizer ReadUnigram(string file, GgufMetadata metadata, string[] tokens)
    {
        float[] scores = metadata.List<float>(ScoresField);
        if (scores.Length != tokens.Length)
            throw metadata.Wrong(ScoresField, $"{tokens.Length} scores were expected, one for each token, found {scores.Length}");
        SpecialTokens special = ReadSpecial(metadata, tokens);
        int? unknown = metadata.OptionalInt(Prefix + "unknown_token_id", tokens.Length);
        Unigram model = new(Vocabulary.FromTokens(tokens, file, TokensField), [.. scores.Select(static score => (double)score)], unknown, byteFallback: false);
        List<Normalizer> normalizers = [];
        if (metadata.OptionalList<byte>(Prefix + "precompiled_charsmap") is { Length: > 0 } map)
            normalizers.Add(new Precompiled(CharacterMap.Parse(map, problem => metadata.Wrong(Prefix + "precompiled_charsmap", problem))));
        if (metadata.OptionalBool(Prefix + "remove_extra_whitespaces") ?? false)
        {
            normalizers.Add(PipelineJson.Normalizer("""{"type": "Strip", "strip_left": false, "strip_right": true}"""));
            normalizers.Add(PipelineJson.Normalizer("""{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}"""));
        }
        string metaspace = $$"""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{(metadata.OptionalBool(Prefix + "add_space_prefix") ?? true ? "always" : "never")}}", "split": true}""";
        string? first = metadata.OptionalBool(Prefix + "add_bos_token") ?? false ? special.Beginning : null;
        string? end = metadata.OptionalBool(Prefix + "add_eos_token") ?? true ? special.End : null;
        string between = first is not null && end is not null ? $"{end} {end}" : end ?? string.Empty; // XLM-R has two separators, T5 one
        TemplateProcessing template = PipelineJson.Template($"{first} $A {end}", $"{first} $A {between} $B {end}", token => Array.IndexOf(tokens, token));
        return Assemble(
            file, metadata, tokens, first is null ? special : special with { Classification = special.Classification ?? first }, model,
            normalizers.Count == 0 ? null : new NormalizerSequence(normalizers), PipelineJson.PreTokenizer(metaspace), template, PipelineJson.Decoder(metaspace),
            first is null ? "T5Tokenizer" : "XLMRobertaTokenizer");
    }

    private static Tokenizer ReadByteLevel(string file, GgufMetadata metadata, string[] tokens)
    {
        string pre = metadata.OptionalString(PreField) ?? "default";
        if (!Patterns.TryGetValue(pre, out string? pattern))
            throw metadata.Wrong(PreField, $"the way \"{pre}\" of cutting texts is not supported; supported: {string.Join(", ", Patterns.Keys)}");
        string[] merges = metadata.List<string>(Prefix + "merges");
        Vocabulary vocabulary = Vocabulary.FromTokens(tokens, file, TokensField);
        MergeTable table = new(vocabulary, string.Empty, merges.Length, (rank, problem) => metadata.Wrong($"{Prefix}merges[{rank}]", problem));
        for (int i = 0; i < merges.Length; i++)
        {
            int space = merges[i].IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || space == merges[i].Length - 1)
                throw metadata.Wrong($"{Prefix}merges[{i}]", $"two tokens with a space between them were expected, found \"{merges[i]}\"");
            table.Add(merges[i].AsSpan(0, space), merges[i].AsSpan(space + 1));
        }
        BPE model = new(vocabulary, table, new BpeOptions { ContinuingSubwordPrefix = string.Empty, EndOfWordSuffix = string.Empty });
        SpecialTokens special = ReadSpecial(metadata, tokens);
        bool prefixes = metadata.OptionalBool(Prefix + "add_space_prefix") ?? false;
        string level = $$"""{"type": "ByteLevel", "add_prefix_space": {{PipelineJson.Of(prefixes)}}, "trim_offsets": true, "use_regex": {{PipelineJson.Of(pattern.Length == 0)}}}""";
        PreTokenizer preTokenizer = PipelineJson.PreTokenizer(pattern.Length == 0 ? level : $$"""
            {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": {{PipelineJson.Of(pattern)}}}, "behavior": "Isolated", "invert": false}, {{level}}]}
            """);
        string? first = metadata.OptionalBool(Prefix + "add_bos_token") ?? false ? special.Beginning : null;
        string? end = metadata.OptionalBool(Prefix + "add_eos_token") ?? false ? special.End : null;
        PostProcessor postProcessor = first is null && end is null
            ? PipelineJson.PostProcessor("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}""")
            : PipelineJson.Template($"{first} $A {end}", $"{first} $A {(pre == "roberta-bpe" ? $"{end} {end}" : end)} $B {end}", token => Array.IndexOf(tokens, token));
        return Assemble(
            file, metadata, tokens, special, model, pre == "qwen2" ? new UnicodeForm(UnicodeFormKind.NFC) : null, preTokenizer, postProcessor,
            PipelineJson.Decoder("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"""), null);
    }

    private static SpecialTokens ReadSpecial(GgufMetadata metadata, string[] tokens)
    {
        string? Token(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (metadata.OptionalInt(Prefix + name, tokens.Length) is { } id)
                    return tokens[id];
            }
            return null;
        }
        return new SpecialTokens
        {
            Beginning = Token("bos_token_id"),
            End = Token("eos_token_id"),
            Unknown = Token("unknown_token_id"),
            Separator = Token("seperator_token_id", "separator_token_id"), // the first is how the specification spells it
            Padding = Token("padding_token_id"),
            Classification = Token("cls_token_id"),
            Mask = Token("mask_token_id"),
        };
    }

    private static Tokenizer Assemble(
        string file, GgufMetadata metadata, string[] tokens, SpecialTokens special, Model model, Normalizer? normalizer, PreTokenizer preTokenizer,
        PostProcessor postProcessor, Decoder decoder, string? className)
    {
        int[]? types = metadata.OptionalList<int>(TypesField);
        if (types is not null && types.Length != tokens.Length)
            throw metadata.Wrong(TypesField, $"{tokens.Length} types were expected, one for each token, found {types.Length}");
        HashSet<string> named = [.. special.Named.Select(static item => item.Token)];
        List<(AddedToken Token, int? Id)> added = [];
        for (int id = 0; id < tokens.Length; id++)
        {
            bool isControl = named.Contains(tokens[id]) || types?[id] == (int)SentencePieceType.Control;
            if (isControl || types?[id] == (int)SentencePieceType.UserDefined)
                added.Add((new AddedToken(tokens[id]) { Special = isControl, LeftStrip = tokens[id] == "<mask>" }, id));
        }
        Tokenizer tokenizer = new(model, normalizer, preTokenizer, postProcessor, decoder)
        {
            Settings = new TokenizerSettings { SpecialTokens = special, TokenizerClass = className },
            Origin = file,
            Description = $"the vocabulary \"{metadata.String(ModelField)}\" inside {Path.GetFileName(file)}",
        };
        tokenizer.AddFromFile(added);
        return tokenizer;
    }
}
