using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Folders;

/// <summary>A folder with vocabulary files, seen as a class of transformers: its settings, and its special and added tokens.</summary>
internal sealed class TokenizerFolder
{
    private const string ConfigName = "tokenizer_config.json";
    private const string AddedTokensName = "added_tokens.json";

    private readonly TokenizerSettings ofFolder; // without the class's defaults

    public TokenizerFolder(string folder, TokenizerClass @class, TokenizerSettings settings, string chosenBy)
    {
        (Folder, Class, ChosenBy, ofFolder) = (folder, @class, chosenBy, settings);
        Config = TokenizerSettings.Open(folder, ConfigName);
        Settings = settings with { SpecialTokens = settings.SpecialTokens.OrElse(@class.Defaults), TokenizerClass = settings.TokenizerClass ?? @class.Name };
        if (Config is null || !Config.Has("padding_side"))
            Settings = Settings with { PaddingSide = @class.PaddingSide };
        if (Config is null || !Config.Has("pad_token_type_id"))
            Settings = Settings with { PaddingTypeId = @class.PaddingTypeId };
    }

    public string Folder { get; }

    public TokenizerClass Class { get; }

    /// <summary>What named the class: a file, or the caller.</summary>
    public string ChosenBy { get; }

    /// <summary><c>tokenizer_config.json</c>, or null when there is none.</summary>
    public JsonFields? Config { get; }

    public TokenizerSettings Settings { get; }

    public SpecialTokens Special => Settings.SpecialTokens;

    /// <summary>A file that is there, or null.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            string file = Path.Combine(Folder, name);
            if (File.Exists(file))
                return file;
        }
        return null;
    }

    /// <summary>The first of some files that is there.</summary>
    /// <exception cref="TokenizerFileException">None is.</exception>
    public string Require(params ReadOnlySpan<string> names) => Find(names) ?? throw new TokenizerFileException(
        Folder, string.Empty, $"the class {Class.Name} (named by {ChosenBy}) needs {Class.Files}; not found: {string.Join(", ", names.ToArray())}");

    /// <summary>A setting of <c>tokenizer_config.json</c>.</summary>
    public bool Flag(string name, bool absent) => Config?.Bool(name, absent) ?? absent;

    /// <summary>
    /// The added tokens with their ids: those of <c>added_tokens_decoder</c> (transformers 4.34 and later) or of <c>added_tokens.json</c> (before),
    /// those of the model's file, and the named special tokens. Ones that the vocabulary lacks get the next free ids, as in Python.
    /// </summary>
    /// <param name="vocabulary">The vocabulary of the model.</param>
    /// <param name="ofModel">Tokens that the model's file marks.</param>
    public List<(AddedToken Token, int? Id)> AddedTokens(Vocabulary vocabulary, IEnumerable<AddedToken>? ofModel = null)
    {
        List<AddedToken> tokens = [];
        Dictionary<string, int> given = new(StringComparer.Ordinal), places = new(StringComparer.Ordinal);
        void Add(AddedToken token, bool overrides)
        {
            if (token.Content.Length == 0)
                return;
            if (places.TryAdd(token.Content, tokens.Count))
                tokens.Add(token);
            else if (overrides)
                tokens[places[token.Content]] = token;
        }
        HashSet<string> fixedTokens = new(StringComparer.Ordinal);
        foreach ((AddedToken token, int id) in OfFolder())
        {
            given[token.Content] = id;
            fixedTokens.Add(token.Content);
            Add(token, overrides: true);
        }
        foreach (AddedToken token in ofModel ?? [])
            Add(token, overrides: false);
        foreach ((string name, string content) in Special.InOrder)
        {
            AddedToken? described = Settings.Described.GetValueOrDefault(content);
            AddedToken token = described ?? new AddedToken(content)
            {
                LeftStrip = name == "mask_token" && Class.MaskStripsLeft,
                Normalized = Class.NormalizedRoles.Contains(name),
            };
            bool overrides = (described is not null || token != new AddedToken(content)) && !fixedTokens.Contains(content);
            Add(token with { Special = true }, overrides);
        }
        foreach (string content in Special.Additional)
            Add((Settings.Described.GetValueOrDefault(content) ?? new AddedToken(content)) with { Special = true }, overrides: false);

        List<(AddedToken Token, int? Id)> withIds = [];
        HashSet<int> taken = [.. given.Values];
        int next = vocabulary.IdLimit;
        foreach (AddedToken token in tokens)
        {
            if (!vocabulary.TryGetId(token.Content, out int id) && !given.TryGetValue(token.Content, out id))
            {
                while (taken.Contains(next))
                    next++;
                id = next++;
            }
            withIds.Add((token, id));
        }
        withIds.Sort(static (a, b) => a.Id!.Value.CompareTo(b.Id!.Value));
        return withIds;
    }

    /// <summary>The settings for a <c>tokenizer.json</c>: the class's special tokens only as far as the file has them; what the folder itself names stays.</summary>
    public TokenizerSettings SettingsFor(Vocabulary vocabulary, IReadOnlyList<(AddedToken Token, int? Id)> added)
    {
        HashSet<string> known = [.. added.Select(static item => item.Token.Content)];
        string? Known(string token) => known.Contains(token) || vocabulary.TryGetId(token, out _) ? token : null;
        return Settings with
        {
            TokenizerClass = ofFolder.TokenizerClass,
            SpecialTokens = ofFolder.SpecialTokens.OrElse(Class.Defaults.Select(Known)),
        };
    }

    /// <summary>The id of a special token that every text is given.</summary>
    public static int SpecialId(string? token, Vocabulary vocabulary, IReadOnlyList<(AddedToken Token, int? Id)> added, string file)
    {
        if (token is not null && vocabulary.TryGetId(token, out int id))
            return id;
        foreach ((AddedToken known, int? knownId) in added)
        {
            if (known.Content == token)
                return knownId!.Value;
        }
        throw new TokenizerFileException(file, string.Empty, $"the vocabulary lacks the special token \"{token}\" that every text is given");
    }

    /// <summary>Puts the tokenizer together.</summary>
    public Tokenizer Assemble(
        string file, Model model, Normalizers.Normalizer? normalizer, PreTokenizers.PreTokenizer? preTokenizer, PostProcessors.PostProcessor? postProcessor,
        Decoders.Decoder? decoder, IEnumerable<(AddedToken Token, int? Id)> added)
    {
        Tokenizer tokenizer = new(model, normalizer, preTokenizer, postProcessor, decoder)
        {
            Settings = Settings,
            Origin = file,
            Description = $"{Path.GetFileName(file)} as {Class.Name}, named by {ChosenBy}",
            DecodedWordEnd = Class.DecodedWordEnd,
            ModelFile = Class.ModelName is null ? null : file,
        };
        tokenizer.AddFromFile(added);
        return tokenizer;
    }

    private IEnumerable<(AddedToken Token, int Id)> OfFolder()
    {
        HashSet<string> named = [.. Special.Named.Select(static item => item.Token), .. Special.Additional];
        if (Config?.OptionalObject("added_tokens_decoder") is { } decoder)
        {
            foreach (JsonProperty property in decoder.Element.EnumerateObject())
            {
                string path = decoder.At(decoder.NameOf(property));
                if (!int.TryParse(property.Name, out int id) || id is < 0 or > Vocabulary.MaximumId)
                    throw decoder.Wrong(path, $"the name of the field must be an id from 0 to {Vocabulary.MaximumId}");
                yield return (AddedToken.Read(new JsonFields(property.Value, decoder.File, path)), id);
            }
        }
        else if (TokenizerSettings.Open(Folder, AddedTokensName) is { } added)
        {
            foreach (JsonProperty property in added.Element.EnumerateObject())
            {
                string token = added.NameOf(property);
                int id = added.AsInt(property.Value, added.At(token), minimum: 0);
                if (id > Vocabulary.MaximumId)
                    throw added.Refuse(token, $"the id {id} is too large; the largest supported is {Vocabulary.MaximumId}");
                yield return (Settings.Described.GetValueOrDefault(token) ?? new AddedToken(token) { Special = named.Contains(token), Normalized = !named.Contains(token) }, id);
            }
        }
    }
}
