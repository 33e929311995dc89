using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.SentencePiece;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Folders;

/// <summary>
/// Folders with a SentencePiece model and no <c>tokenizer.json</c>: the pipelines that the fast classes of transformers 4.57 make of it
/// (<c>convert_slow_tokenizer.py</c>). Version 5 makes others, which are further from SentencePiece: see docs/tokenizers.md.
/// </summary>
internal static class SentencePieceFolder
{
    private const string CollapseToSpace = """{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}""";
    private const string CollapseToEscape = """{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}""";
    private const string StripRight = """{"type": "Strip", "strip_left": false, "strip_right": true}""";
    private const double NumberCommaPenalty = 100;

    public static Tokenizer ReadAlbert(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "spiece.model");
        return Build(folder, file, AlbertPieces(file), file.UnknownId, AlbertNormalizer(folder, file, lowercase: true), "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1");
    }

    public static Tokenizer ReadXlnet(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "spiece.model");
        return Build(folder, file, AlbertPieces(file), file.UnknownId, AlbertNormalizer(folder, file, lowercase: false), "$A:0 <sep>:0 <cls>:2", "$A:0 <sep>:0 $B:1 <sep>:1 <cls>:2");
    }

    public static Tokenizer ReadT5(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "spiece.model");
        int extraIds = folder.Config?.OptionalInt("extra_ids") ?? T5ExtraIds;
        if (extraIds > Vocabulary.MaximumId)
            throw folder.Config!.Refuse("extra_ids", $"0 to {Vocabulary.MaximumId} was expected, found {extraIds}");
        List<(string, double)> pieces = Pieces(file, from: 0);
        for (int i = extraIds - 1; i >= 0; i--)
            pieces.Add(($"<extra_id_{i}>", 0));
        IEnumerable<AddedToken> extra = Enumerable.Range(0, extraIds).Select(static i => new AddedToken($"<extra_id_{i}>") { Special = true });
        return Build(folder, file, pieces, file.UnknownId, PlainNormalizer(file), "$A </s>", "$A </s> $B </s>", extra: extra);
    }

    public static Tokenizer ReadXlmRoberta(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "sentencepiece.bpe.model");
        // fairseq puts four tokens of its own where SentencePiece has <unk>, <s> and </s>, so that all ids are one more.
        List<(string, double)> pieces = [("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), .. Pieces(file, from: 3), ("<mask>", 0)];
        return Build(folder, file, pieces, 3, PlainNormalizer(file), "<s> $A </s>", "<s> $A </s> </s> $B </s>");
    }

    public static Tokenizer ReadCamembert(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "sentencepiece.bpe.model");
        List<(string, double)> pieces =
            [("<s>NOTUSED", 0), ("<pad>", 0), ("</s>NOTUSED", 0), ("<unk>", 0), ("<unk>NOTUSED", -100), .. Pieces(file, from: 1), ("<mask>", 0)];
        return Build(folder, file, pieces, 3, PlainNormalizer(file), "<s> $A </s>", "<s> $A </s> </s> $B </s>");
    }

    public static Tokenizer ReadBigBird(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "spiece.model");
        return Build(folder, file, Pieces(file, from: 0), file.UnknownId, PlainNormalizer(file), "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1");
    }

    public static Tokenizer ReadDebertaV2(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "spm.model");
        List<Normalizer> normalizers = folder.Flag("do_lower_case", absent: false) ? [new Lowercase()] : [];
        normalizers.Add(PipelineJson.Normalizer("""{"type": "Strip", "strip_left": true, "strip_right": true}"""));
        AddRule(normalizers, file);
        normalizers.Add(PipelineJson.Normalizer(CollapseToSpace));
        string punctuation = folder.Flag("split_by_punct", absent: false) ? """{"type": "Punctuation", "behavior": "Isolated"}, """ : string.Empty;
        PreTokenizer preTokenizer = PipelineJson.PreTokenizer($$"""{"type": "Sequence", "pretokenizers": [{{punctuation}}{{Metaspace("always")}}]}""");
        return Build(
            folder, file, Pieces(file, from: 0), file.UnknownId, new NormalizerSequence(normalizers), "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", preTokenizer);
    }

    public static Tokenizer ReadLlama(TokenizerFolder folder)
    {
        SentencePieceFile file = Open(folder, "tokenizer.model");
        bool legacy = folder.Flag("legacy", absent: true), addsPrefix = folder.Flag("add_prefix_space", absent: true);
        string prepend = addsPrefix ? """{"type": "Prepend", "prepend": "▁"}, """ : string.Empty;
        Normalizer? normalizer = legacy
            ? PipelineJson.Normalizer($$"""{"type": "Sequence", "normalizers": [{{prepend}}{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""")
            : null;
        PreTokenizer? preTokenizer = legacy ? null : PipelineJson.PreTokenizer(Metaspace(addsPrefix ? "first" : "never", split: false));
        string strip = addsPrefix ? """, {"type": "Strip", "content": " ", "start": 1, "stop": 0}""" : string.Empty;
        Decoder decoder = PipelineJson.Decoder(
            $$"""{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}{{strip}}]}""");
        string beginning = folder.Flag("add_bos_token", absent: true) ? folder.Special.Beginning! : string.Empty;
        string end = folder.Flag("add_eos_token", absent: false) ? folder.Special.End! : string.Empty;
        string Part(string token, int type) => token.Length == 0 ? string.Empty : $"{token}:{type}";
        string single = $"{Part(beginning, 0)} $A:0 {Part(end, 0)}";
        return Build(
            folder, file, Pieces(file, from: 0), 0, normalizer, single, $"{single} {Part(beginning, 1)} $B:1 {Part(end, 1)}", preTokenizer, decoder, byteFallback: true);
    }

    private const int T5ExtraIds = 100;

    private static SentencePieceFile Open(TokenizerFolder folder, params ReadOnlySpan<string> names) => SentencePieceFile.Read(folder.Require(names));

    private static Tokenizer Build(
        TokenizerFolder folder, SentencePieceFile file, List<(string Token, double Score)> pieces, int unknownId, Normalizer? normalizer, string single, string pair,
        PreTokenizer? preTokenizer = null, Decoder? decoder = null, IEnumerable<AddedToken>? extra = null, bool byteFallback = false)
    {
        Model model = file.Algorithm switch
        {
            SentencePieceAlgorithm.Unigram => UnigramOf(file, pieces, unknownId, byteFallback),
            SentencePieceAlgorithm.Bpe => BpeOf(file, pieces, byteFallback),
            SentencePieceAlgorithm other => throw file.Wrong("trainer_spec.model_type", $"{folder.Class.Name} takes unigram and BPE models, found {other}"),
        };
        if (decoder is null)
        {
            preTokenizer ??= PipelineJson.PreTokenizer(Metaspace("always"));
            decoder = PipelineJson.Decoder(Metaspace("always"));
        }
        IEnumerable<AddedToken> ofModel = file.Pieces.Where(static piece => piece.Type is SentencePieceType.Control or SentencePieceType.UserDefined)
            .Select(static piece => new AddedToken(piece.Text) { Special = piece.Type == SentencePieceType.Control });
        List<(AddedToken Token, int? Id)> added = folder.AddedTokens(model.Vocabulary, ofModel.Concat(extra ?? []));
        TemplateProcessing template = PipelineJson.Template(single, pair, token => TokenizerFolder.SpecialId(token, model.Vocabulary, added, file.File));
        return folder.Assemble(file.File, model, normalizer, preTokenizer, template, decoder, added);
    }

    private static Unigram UnigramOf(SentencePieceFile file, List<(string Token, double Score)> pieces, int unknownId, bool byteFallback) => new(
        Vocabulary.FromTokens([.. pieces.Select(static piece => piece.Token)], file.File, "pieces"), [.. pieces.Select(static piece => piece.Score)], unknownId, byteFallback);

    /// <summary>Every way to make a piece of two others is a merge, those that make the piece with the highest score first.</summary>
    private static BPE BpeOf(SentencePieceFile file, List<(string Token, double Score)> pieces, bool byteFallback)
    {
        Vocabulary vocabulary = Vocabulary.FromTokens([.. pieces.Select(static piece => piece.Token)], file.File, "pieces");
        List<Merge> merges = [];
        foreach ((string token, double score) in pieces)
        {
            int first = merges.Count;
            for (int cut = 1; cut < token.Length; cut++)
            {
                if (!char.IsLowSurrogate(token[cut])
                    && vocabulary.TryGetId(token.AsSpan(0, cut), out int left) && vocabulary.TryGetId(token.AsSpan(cut), out int right))
                    merges.Add(new Merge(token, cut, left, right, score));
            }
            merges.Sort(first, merges.Count - first, Comparer<Merge>.Create(static (a, b) => (a.Left, a.Right).CompareTo((b.Left, b.Right))));
        }
        MergeTable table = new(vocabulary, null, merges.Count, (_, problem) => file.Wrong("pieces", problem));
        foreach (Merge merge in merges
            .OrderByDescending(static merge => merge.Score)
            .ThenByDescending(static merge => Utf16.CountCodePoints(merge.Token.AsSpan(0, merge.Cut)))
            .ThenByDescending(static merge => Utf16.CountCodePoints(merge.Token.AsSpan(merge.Cut))))
            table.Add(merge.Token.AsSpan(0, merge.Cut), merge.Token.AsSpan(merge.Cut));
        return new BPE(vocabulary, table, new BpeOptions { UnknownToken = file.Pieces[file.UnknownId].Text, FuseUnknown = true, ByteFallback = byteFallback });
    }

    private static List<(string, double)> Pieces(SentencePieceFile file, int from) =>
        [.. file.Pieces.Skip(from).Select(static piece => (piece.Text, (double)piece.Score))];

    /// <summary>Numbers that end in a comma are not to be pieces.</summary>
    private static List<(string, double)> AlbertPieces(SentencePieceFile file) =>
        [.. file.Pieces.Select(static piece => (piece.Text, EndsInNumberComma(piece.Text) ? piece.Score - NumberCommaPenalty : piece.Score))];

    private static bool EndsInNumberComma(string text) => text.Length >= 2 && text[^1] == ',' && char.IsDigit(text[^2]);

    private static NormalizerSequence AlbertNormalizer(TokenizerFolder folder, SentencePieceFile file, bool lowercase)
    {
        List<Normalizer> normalizers =
        [
            PipelineJson.Normalizer("""{"type": "Replace", "pattern": {"String": "``"}, "content": "\""}"""),
            PipelineJson.Normalizer("""{"type": "Replace", "pattern": {"String": "''"}, "content": "\""}"""),
        ];
        if (!folder.Flag("keep_accents", absent: false))
        {
            normalizers.Add(new UnicodeForm(UnicodeFormKind.NFKD));
            normalizers.Add(new StripAccents());
        }
        if (folder.Flag("do_lower_case", absent: lowercase))
            normalizers.Add(new Lowercase());
        AddRule(normalizers, file);
        normalizers.Add(PipelineJson.Normalizer(CollapseToSpace));
        return new NormalizerSequence(normalizers);
    }

    private static NormalizerSequence PlainNormalizer(SentencePieceFile file)
    {
        List<Normalizer> normalizers = [];
        AddRule(normalizers, file);
        normalizers.Add(PipelineJson.Normalizer(StripRight));
        normalizers.Add(PipelineJson.Normalizer(CollapseToEscape));
        return new NormalizerSequence(normalizers);
    }

    private static void AddRule(List<Normalizer> normalizers, SentencePieceFile file)
    {
        if (file.Normalization.CharacterMap is { } map)
            normalizers.Add(new Precompiled(map));
    }

    private static string Metaspace(string scheme, bool split = true) =>
        $$"""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": {{PipelineJson.Of(split)}}}""";

    private readonly record struct Merge(string Token, int Cut, int Left, int Right, double Score);
}
