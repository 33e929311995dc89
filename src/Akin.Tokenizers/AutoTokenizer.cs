using Akin.Hub;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Gguf;
using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers;

/// <summary>Makes the tokenizer that a checkpoint ships with.</summary>
public static class AutoTokenizer
{
    private const string JsonName = "tokenizer.json";
    private const string ConfigName = "config.json";
    private const string TokenizerConfigName = "tokenizer_config.json";

    /// <summary>The files that hold a vocabulary, by what they are called on the hub.</summary>
    private static readonly string[] VocabularyNames =
    [
        "vocab.txt", "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "spm.model", "source.spm", "target.spm",
        "tokenizer_78b3253a26.model", "bpe_simple_vocab_16e6.txt.gz",
    ];

    /// <summary>
    /// Loads a tokenizer, and chooses as <c>AutoTokenizer</c> of Python's transformers 4 does. A <c>tokenizer.json</c> is law. Without one the class that
    /// <c>tokenizer_config.json</c> or <c>config.json</c> names says what becomes of the vocabulary files; a <c>vocab.txt</c> that no class goes with is BERT's.
    /// <see cref="Tokenizer.Description"/> says what was chosen.
    /// </summary>
    /// <param name="pathOrId">
    /// A folder, the name of a model on the hub, or a file: a <c>tokenizer.json</c>, a SentencePiece model (<c>.model</c>, <c>.spm</c>, read as its own
    /// library reads it), a <c>.gguf</c> file with a vocabulary inside, or a <c>.tiktoken</c> file whose name tells its pattern.
    /// </param>
    /// <param name="options">Where and how models are fetched by name.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="TokenizerFileException">The folder has no tokenizer, or one that is damaged or not supported.</exception>
    public static Tokenizer FromPretrained(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrId);
        return TryFromFile(pathOrId) ?? FromFolder(ModelHub.ResolveFolder(pathOrId, options, progress, cancellationToken), null);
    }

    /// <summary>Loads a tokenizer without blocking on the network; see <see cref="FromPretrained"/>.</summary>
    /// <param name="pathOrId">A folder, a file, or the name of a model on the hub.</param>
    /// <param name="options">Where and how models are fetched by name.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    public static async Task<Tokenizer> FromPretrainedAsync(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrId);
        return TryFromFile(pathOrId) ?? FromFolder(await ModelHub.ResolveFolderAsync(pathOrId, options, progress, cancellationToken).ConfigureAwait(false), null);
    }

    /// <summary>Loads a folder as a class of transformers, as <c>AlbertTokenizer.from_pretrained(folder)</c> does in Python.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizerClass">The name of the class, such as <c>AlbertTokenizer</c>; null to choose as <see cref="FromPretrained"/> does.</param>
    /// <exception cref="TokenizerFileException">The class is not known, or the folder lacks its files, or they are damaged.</exception>
    public static Tokenizer FromFolder(string folder, string? tokenizerClass)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        TokenizerSettings settings = TokenizerSettings.Read(folder);
        (TokenizerClass? known, string? name, string chosenBy) = Choose(folder, tokenizerClass, settings);
        string json = Path.Combine(folder, JsonName);
        if (File.Exists(json))
            return FromJson(json, known is null ? null : new TokenizerFolder(folder, known, settings, chosenBy), settings);
        if (known is not null)
            return known.Build(new TokenizerFolder(folder, known, settings, chosenBy));

        string[] found = [.. VocabularyNames.Where(file => File.Exists(Path.Combine(folder, file)))];
        string[] quantized = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.gguf") : [];
        if (found.Length == 0 && quantized.Length > 0)
            return GgufTokenizer.FromFile(quantized.Order(StringComparer.Ordinal).First()); // of several all hold the same vocabulary
        if (found.Length == 0)
        {
            throw new TokenizerFileException(
                folder, string.Empty, $"no tokenizer here; looked for {JsonName}, {string.Join(", ", VocabularyNames)}, *.gguf");
        }
        string supported = $"supported: {string.Join(", ", TokenizerClasses.Names)}";
        throw name is null
            ? new TokenizerFileException(
                folder, string.Empty, $"{string.Join(" and ", found)} can be read in several ways: name the class in {TokenizerConfigName} (tokenizer_class); {supported}")
            : new TokenizerFileException(
                Path.Combine(folder, chosenBy), chosenBy == ConfigName ? "model_type" : "tokenizer_class",
                $"{string.Join(" and ", found)} without {JsonName} is not supported for the class \"{name}\"; {supported}");
    }

    /// <summary>The class that a folder is for: by the caller's word, by either of its configurations, or as a <c>vocab.txt</c> by itself.</summary>
    private static (TokenizerClass? Class, string? Name, string ChosenBy) Choose(string folder, string? asked, TokenizerSettings settings)
    {
        if (asked is not null)
        {
            return (TokenizerClasses.Find(asked) ?? throw new TokenizerFileException(
                folder, string.Empty, $"the class \"{asked}\" is not known; known: {string.Join(", ", TokenizerClasses.Names)}"), asked, "the caller");
        }
        if (settings.TokenizerClass is { } named)
            return (TokenizerClasses.Find(named), named, TokenizerConfigName);
        if (TokenizerSettings.Open(folder, ConfigName) is { } config)
        {
            if (config.OptionalString("tokenizer_class") is { } byConfig)
                return (TokenizerClasses.Find(byConfig), byConfig, ConfigName);
            if (config.OptionalString("model_type") is { } modelType)
                return (TokenizerClasses.OfModelType(modelType), modelType, ConfigName);
        }
        return File.Exists(Path.Combine(folder, JsonName)) || !File.Exists(Path.Combine(folder, WordPieceFolder.VocabularyName))
            ? (null, null, string.Empty)
            : (TokenizerClasses.Find("BertTokenizer"), "BertTokenizer", WordPieceFolder.VocabularyName);
    }

    private static Tokenizer? TryFromFile(string path)
    {
        if (!File.Exists(path))
            return null;
        switch (Path.GetExtension(path))
        {
            case ".json":
                string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
                TokenizerSettings settings = TokenizerSettings.Read(folder);
                (TokenizerClass? known, _, string chosenBy) = Choose(folder, null, settings);
                return FromJson(path, known is null ? null : new TokenizerFolder(folder, known, settings, chosenBy), settings);
            case ".model" or ".spm":
                return SentencePieceTokenizer.FromFile(path);
            case ".gguf":
                return GgufTokenizer.FromFile(path);
            case ".tiktoken":
                return TiktokenTokenizer.FromFile(path);
            default:
                return null;
        }
    }

    /// <summary>A <c>tokenizer.json</c>, with the names that the class has for special tokens, as far as the file has these.</summary>
    private static Tokenizer FromJson(string file, TokenizerFolder? folder, TokenizerSettings settings)
    {
        byte[] json = TokenizerFile.ReadBytes(file);
        if (folder is null)
            return TokenizerFile.Read(json, file, settings, JsonName, null);
        return TokenizerFile.Read(json, file, settings, $"{JsonName} with the names of {folder.Class.Name}, named by {folder.ChosenBy}", folder);
    }
}
