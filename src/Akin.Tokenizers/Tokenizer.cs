using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers;

/// <summary>
/// Turns texts into token ids and back: normalizer, pre-tokenizer, model, post-processor and decoder as <c>tokenizer.json</c> has them.
/// Safe for use by several threads, except while tokens are being added.
/// </summary>
/// <remarks>Gives the ids, offsets and masks of Hugging Face tokenizers 0.23. Unpaired surrogates in a text count as U+FFFD.</remarks>
public sealed partial class Tokenizer
{
    private readonly AddedVocabulary added;
    private readonly PreTokenizer[] cutters; // all pre-tokenizers but the speller
    private readonly ByteLevel? speller; // the last pre-tokenizer, if it spells pieces in bytes
    private readonly bool cuttingNeedsOrigins; // even where nobody asks for offsets
    private readonly IReadOnlyList<LayoutPiece> singleLayout; // of one text with special tokens
    private readonly IReadOnlyList<LayoutPiece> plainLayout; // and without
    private BertIdEncoder? idEncoder;
    private bool idEncoderIsMade;

    /// <summary>Puts a tokenizer together.</summary>
    /// <param name="model">Cuts pieces into tokens.</param>
    /// <param name="normalizer">Rewrites the text first, or null.</param>
    /// <param name="preTokenizer">Cuts the text into pieces, or null for one piece.</param>
    /// <param name="postProcessor">Puts the special tokens in, or null for none.</param>
    /// <param name="decoder">Turns tokens into text, or null to join them with spaces.</param>
    public Tokenizer(Model model, Normalizer? normalizer = null, PreTokenizer? preTokenizer = null, PostProcessor? postProcessor = null, Decoder? decoder = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Normalizer, PreTokenizer, PostProcessor, Decoder) = (model, normalizer, preTokenizer, postProcessor, decoder);
        added = new AddedVocabulary(model, normalizer);
        PreTokenizer[] members = [.. Members(preTokenizer)];
        speller = members.Length > 0 ? members[^1] as ByteLevel : null;
        cutters = speller is null ? members : members[..^1];
        cuttingNeedsOrigins = normalizer is not null && members.Any(static member => member.NeedsOrigins);
        singleLayout = postProcessor?.Layout(pair: false, addSpecialTokens: true) ?? PostProcessor.PlainLayout(pair: false);
        plainLayout = postProcessor?.Layout(pair: false, addSpecialTokens: false) ?? PostProcessor.PlainLayout(pair: false);
    }

    /// <summary>Cuts pieces into tokens.</summary>
    public Model Model { get; }

    /// <summary>Rewrites the text first, or null.</summary>
    public Normalizer? Normalizer { get; }

    /// <summary>Cuts the text into pieces, or null for one piece.</summary>
    public PreTokenizer? PreTokenizer { get; }

    /// <summary>Puts the special tokens in, or null for none.</summary>
    public PostProcessor? PostProcessor { get; }

    /// <summary>Turns tokens into text, or null to join them with spaces.</summary>
    public Decoder? Decoder { get; }

    /// <summary>Names of special tokens, lengths and sides.</summary>
    public TokenizerSettings Settings { get; set; } = new();

    /// <summary>The truncation section of <c>tokenizer.json</c>. As in Python it does not apply by itself: pass it in <see cref="EncodeOptions"/>.</summary>
    public Truncation? StoredTruncation { get; init; }

    /// <summary>The padding section of <c>tokenizer.json</c>. As in Python it does not apply by itself: pass it in <see cref="EncodeOptions"/>.</summary>
    public Padding? StoredPadding { get; init; }

    /// <summary>The file that the tokenizer was made from, or null for one made in code.</summary>
    public string? Origin { get; init; }

    /// <summary>What the tokenizer was made from and as what, such as <c>spiece.model as AlbertTokenizer, named by config.json</c>; null for one made in code.</summary>
    public string? Description { get; init; }

    /// <summary>The tokenizer of the language that is translated into, for models that have one of its own (Marian); else null.</summary>
    public Tokenizer? Target { get; init; }

    /// <summary>Files that are saved as they were read, because the pipeline cannot be written as a <c>tokenizer.json</c>; empty for all others.</summary>
    internal IReadOnlyList<(string Name, byte[] Bytes)> SavedFiles { get; init; } = [];

    /// <summary>What decoding turns into a space, as CLIP's class does with <c>&lt;/w&gt;</c>; null for nothing.</summary>
    internal string? DecodedWordEnd { get; init; }

    /// <summary>The tokens that are looked for in the text before the model sees it, by id.</summary>
    public IReadOnlyDictionary<int, AddedToken> AddedTokens => added.Tokens;

    /// <summary>Number of tokens, added ones included.</summary>
    public int VocabularySize => added.Count;

    /// <summary>One more than the largest id: the number of rows that an embedding table needs.</summary>
    public int IdLimit => added.IdLimit;

    /// <summary>The id of the padding token, or null when there is none.</summary>
    public int? PaddingId => TokenToId(Settings.SpecialTokens.Padding);

    /// <summary>The id of the token that hides another, or null when there is none.</summary>
    public int? MaskId => TokenToId(Settings.SpecialTokens.Mask);

    /// <summary>The id of the unknown token, or null when there is none.</summary>
    public int? UnknownId => TokenToId(Settings.SpecialTokens.Unknown);

    /// <summary>The id of the separator, or null when there is none.</summary>
    public int? SeparatorId => TokenToId(Settings.SpecialTokens.Separator);

    /// <summary>The id of the first token of a classified text, or null when there is none.</summary>
    public int? ClassificationId => TokenToId(Settings.SpecialTokens.Classification);

    /// <summary>How many special tokens an encoding gets.</summary>
    /// <param name="pair">Whether there are two texts.</param>
    public int CountSpecialTokens(bool pair = false) => EncodingBuilder.CountSpecial(PostProcessor, pair);

    /// <summary>Adds tokens to look for. One that the model knows keeps its id, others get the next free ids. Not safe while other threads encode.</summary>
    /// <param name="tokens">The tokens; empty ones are ignored.</param>
    /// <returns>How many were added.</returns>
    public int AddTokens(params IEnumerable<AddedToken> tokens)
    {
        int count = added.Add(tokens.Select(static token => (token, (int?)null)));
        idEncoderIsMade = false;
        return count;
    }

    /// <summary>The id of a token.</summary>
    /// <param name="token">The token as the vocabulary has it, such as <c>##ing</c>.</param>
    /// <returns>The id, or null when there is no such token.</returns>
    public int? TokenToId(string? token) => token is not null && added.TryGetId(token, out int id) ? id : null;

    /// <summary>The token of an id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The token, or null when no token has this id.</returns>
    public string? IdToToken(int id) => added.TryGetToken(id, out string? token) ? token : null;

    /// <summary>The ids of tokens; those that do not exist get the id of the unknown token.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="TokenizerException">A token does not exist and there is no unknown token.</exception>
    public int[] ConvertTokensToIds(IEnumerable<string> tokens) =>
        [.. tokens.Select(token => TokenToId(token) ?? UnknownId ?? throw new TokenizerException(
            $"the token \"{token}\" is not in the vocabulary, and the tokenizer names no unknown token"))];

    /// <summary>The tokens of ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="TokenizerException">No token has an id.</exception>
    public string[] ConvertIdsToTokens(IEnumerable<int> ids) =>
        [.. ids.Select(id => IdToToken(id) ?? throw new TokenizerException($"no token has the id {id}; ids go from 0 to {IdLimit - 1}"))];

    /// <summary>The tokens of a text, without special tokens.</summary>
    /// <param name="text">The text.</param>
    public string[] Tokenize(string text) => [.. TokenizeText(text, EncodeOptions.Default with { AddSpecialTokens = false }).Select(static token => token.Text)];

    /// <summary>Makes a tokenizer from the text of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">The text, UTF-8.</param>
    /// <param name="name">What the file is called in messages.</param>
    /// <exception cref="TokenizerFileException">The text is no such file, or asks for something that is not supported.</exception>
    public static Tokenizer Parse(ReadOnlyMemory<byte> json, string name = "tokenizer.json") => TokenizerFile.Read(json, name, new TokenizerSettings());

    /// <summary>
    /// Writes a folder that Python's transformers loads, in the layout of version 4, which newer ones read too: <c>tokenizer.json</c>,
    /// <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c> where there are such, and the vocabulary files of the
    /// tokenizer's class. Marian, KoBERT and tokenizers that cut as SentencePiece does have no <c>tokenizer.json</c>, as in Python.
    /// </summary>
    /// <param name="folder">Where to; made if it does not exist.</param>
    public void SavePretrained(string folder) => TokenizerFolderWriter.Write(this, folder);

    /// <summary>The SentencePiece model that the tokenizer was made from, which is copied when it is saved; null for others.</summary>
    internal string? ModelFile { get; init; }

    internal System.Text.Json.JsonElement? TruncationDefinition { get; set; }

    internal System.Text.Json.JsonElement? PaddingDefinition { get; set; }

    internal void AddFromFile(IEnumerable<(AddedToken Token, int? Id)> tokens) => added.Add(tokens);
}
