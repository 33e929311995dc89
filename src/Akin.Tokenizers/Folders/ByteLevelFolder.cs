using System.IO.Compression;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Folders;

/// <summary>Folders with <c>vocab.json</c> and <c>merges.txt</c>: GPT-2 and the classes that came from it, CLIP, and OpenAI's first GPT.</summary>
internal static class ByteLevelFolder
{
    private const string ClipMerges = "bpe_simple_vocab_16e6.txt";
    private const int ClipMergeCount = 49152 - 256 - 2; // a vocabulary of 49,152 less the bytes, inside and at the end of words: OpenAI's CLIP, simple_tokenizer.py
    private const string WordEnd = "</w>";

    private static readonly BpeOptions Plain = new() { ContinuingSubwordPrefix = string.Empty, EndOfWordSuffix = string.Empty };

    public static Tokenizer ReadGpt2(TokenizerFolder folder)
    {
        BPE model = ReadModel(folder, Plain, out string file);
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(model.Vocabulary);
        string beginning = folder.Special.Beginning!;
        return folder.Assemble(file, model, null, ByteLevel(folder), folder.Flag("add_bos_token", absent: false)
            ? PipelineJson.Template($"{beginning}:0 $A:0", $"{beginning}:0 $A:0 $B:1", token => TokenizerFolder.SpecialId(token, model.Vocabulary, added, file))
            : PipelineJson.PostProcessor("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}"""), Decoder, added);
    }

    public static Tokenizer ReadRoberta(TokenizerFolder folder)
    {
        BPE model = ReadModel(folder, Plain, out string file);
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(model.Vocabulary);
        return folder.Assemble(file, model, null, ByteLevel(folder), Roberta(folder, model, added, file, trim: folder.Flag("trim_offsets", absent: true)), Decoder, added);
    }

    public static Tokenizer ReadClip(TokenizerFolder folder)
    {
        BpeOptions options = Plain with { EndOfWordSuffix = WordEnd, UnknownToken = folder.Special.Unknown };
        BPE model = folder.Find("vocab.json") is null && folder.Find(ClipMerges + ".gz", ClipMerges) is { } simple
            ? ReadClipModel(simple, folder.Special, options, out string file)
            : ReadModel(folder, options, out file);
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(model.Vocabulary);
        return folder.Assemble(
            file,
            model,
            PipelineJson.Normalizer("""{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}, {"type": "Lowercase"}]}"""),
            PipelineJson.PreTokenizer("""
                {"type": "Sequence", "pretokenizers": [
                  {"type": "Split", "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"}, "behavior": "Removed", "invert": true},
                  {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]}
                """),
            Roberta(folder, model, added, file, trim: false),
            Decoder,
            added);
    }

    public static Tokenizer ReadOpenAiGpt(TokenizerFolder folder)
    {
        BPE model = ReadModel(folder, new BpeOptions { EndOfWordSuffix = WordEnd, UnknownToken = folder.Special.Unknown }, out string file);
        return folder.Assemble(
            file,
            model,
            PipelineJson.Normalizer("""{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}"""),
            PipelineJson.PreTokenizer("""{"type": "BertPreTokenizer"}"""),
            null,
            PipelineJson.Decoder("""{"type": "BPEDecoder", "suffix": "</w>"}"""),
            folder.AddedTokens(model.Vocabulary));
    }

    private static Decoders.Decoder Decoder => PipelineJson.Decoder("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""");

    private static PreTokenizers.PreTokenizer ByteLevel(TokenizerFolder folder) => PipelineJson.PreTokenizer(
        $$"""{"type": "ByteLevel", "add_prefix_space": {{PipelineJson.Of(folder.Flag("add_prefix_space", absent: false))}}, "trim_offsets": true, "use_regex": true}""");

    private static PostProcessors.RobertaProcessing Roberta(
        TokenizerFolder folder, BPE model, List<(AddedToken Token, int? Id)> added, string file, bool trim)
    {
        bool isClip = folder.Class.Name == "CLIPTokenizer"; // names the ends of a text by other words
        string first = (isClip ? folder.Special.Beginning : folder.Special.Classification)!, end = (isClip ? folder.Special.End : folder.Special.Separator)!;
        return new PostProcessors.RobertaProcessing(
            (end, TokenizerFolder.SpecialId(end, model.Vocabulary, added, file)), (first, TokenizerFolder.SpecialId(first, model.Vocabulary, added, file)))
        {
            TrimOffsets = trim,
            AddPrefixSpace = !isClip && folder.Flag("add_prefix_space", absent: false),
        };
    }

    private static BPE ReadModel(TokenizerFolder folder, BpeOptions options, out string file)
    {
        file = folder.Require("vocab.json");
        Vocabulary vocabulary = Vocabulary.Read(new JsonFields(TokenizerFile.ParseJson(TokenizerFile.ReadBytes(file), file), file, string.Empty));
        string merges = folder.Require("merges.txt");
        MergeTable table = new(vocabulary, options.ContinuingSubwordPrefix, vocabulary.Count, (_, problem) => new TokenizerFileException(merges, string.Empty, problem));
        int number = 0;
        foreach (string line in VocabularyFile.ReadLines(merges))
        {
            if (number++ == 0 && line.StartsWith("#version", StringComparison.Ordinal))
                continue;
            if (line.Length > 0)
                AddMerge(table, line, merges, number);
        }
        return new BPE(vocabulary, table, options);
    }

    private static BPE ReadClipModel(string source, SpecialTokens special, BpeOptions options, out string file)
    {
        file = source;
        List<string> tokens = [];
        // The bytes in the order of their characters, printable ones first: bytes_to_unicode of GPT-2.
        IEnumerable<char> alphabet = Enumerable.Range(0, 256).Select(static value => ByteAlphabet.CharacterOf[value]).Order();
        tokens.AddRange(alphabet.Select(static letter => letter.ToString()));
        tokens.AddRange(tokens.ToArray().Select(static letter => letter + WordEnd));
        string[] merges = [.. Lines(source).Skip(1).Take(ClipMergeCount)];
        if (merges.Length < ClipMergeCount)
            throw new TokenizerFileException(source, string.Empty, $"{ClipMergeCount} merges were expected after the first line, found {merges.Length}");
        tokens.AddRange(merges.Select(static line => line.Replace(" ", string.Empty, StringComparison.Ordinal)));
        tokens.Add(special.Beginning!);
        tokens.Add(special.End!);
        Vocabulary vocabulary = Vocabulary.FromTokens([.. tokens], source, string.Empty);
        MergeTable table = new(vocabulary, options.ContinuingSubwordPrefix, merges.Length, (rank, problem) => new TokenizerFileException(source, $"line {rank + 2}", problem));
        for (int i = 0; i < merges.Length; i++)
            AddMerge(table, merges[i], source, i + 2);
        return new BPE(vocabulary, table, options);
    }

    private static List<string> Lines(string file)
    {
        if (!file.EndsWith(".gz", StringComparison.Ordinal))
            return VocabularyFile.ReadLines(file);
        const int LongestFile = 64 << 20; // unpacked; OpenAI's has 3 MB
        try
        {
            using GZipStream unpacked = new(new MemoryStream(TokenizerFile.ReadBytes(file)), CompressionMode.Decompress);
            using MemoryStream bytes = new();
            byte[] buffer = new byte[1 << 16];
            for (int count = unpacked.Read(buffer); count > 0; count = unpacked.Read(buffer))
            {
                bytes.Write(buffer.AsSpan(0, count));
                if (bytes.Length > LongestFile)
                    throw new TokenizerFileException(file, string.Empty, $"the file unpacks to more than {LongestFile} bytes");
            }
            return VocabularyFile.SplitLines(bytes.ToArray(), file);
        }
        catch (InvalidDataException problem)
        {
            throw new TokenizerFileException(file, string.Empty, $"not a gzip file, or a damaged one: {problem.Message}", problem);
        }
    }

    private static void AddMerge(MergeTable table, string line, string file, int number)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || space == line.Length - 1 || line.AsSpan(space + 1).Contains(' '))
            throw new TokenizerFileException(file, $"line {number}", $"two tokens with one space between them were expected, found \"{line}\"");
        try
        {
            table.Add(line.AsSpan(0, space), line.AsSpan(space + 1));
        }
        catch (TokenizerFileException problem) when (problem.Field.Length == 0)
        {
            throw new TokenizerFileException(file, $"line {number}", problem.Message[(file.Length + 2)..], problem);
        }
    }
}
