using Akin.Hub;

namespace Akin.Tokenizers;

/// <summary>Makes the tokenizer that a checkpoint ships with.</summary>
public static class AutoTokenizer
{
    /// <summary>
    /// Loads a tokenizer. A <c>tokenizer.json</c> is law; without one <c>vocab.txt</c> gives BERT's pipeline (or MPNet's, if the folder names that
    /// class) with the settings of <c>tokenizer_config.json</c>. <see cref="Tokenizer.Origin"/> says which file it was.
    /// </summary>
    /// <param name="pathOrId">A folder, a <c>tokenizer.json</c>, or the name of a model on the hub.</param>
    /// <param name="options">Where and how models are fetched by name.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="TokenizerFileException">The folder has no tokenizer, or one that is damaged or not supported.</exception>
    public static Tokenizer FromPretrained(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrId);
        return File.Exists(pathOrId) && Path.GetExtension(pathOrId) == ".json"
            ? FromFile(pathOrId)
            : FromFolder(ModelHub.ResolveFolder(pathOrId, options, progress, cancellationToken));
    }

    /// <summary>Loads a tokenizer without blocking on the network; see <see cref="FromPretrained"/>.</summary>
    /// <param name="pathOrId">A folder, a <c>tokenizer.json</c>, or the name of a model on the hub.</param>
    /// <param name="options">Where and how models are fetched by name.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    public static async Task<Tokenizer> FromPretrainedAsync(
        string pathOrId, HubOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrId);
        return File.Exists(pathOrId) && Path.GetExtension(pathOrId) == ".json"
            ? FromFile(pathOrId)
            : FromFolder(await ModelHub.ResolveFolderAsync(pathOrId, options, progress, cancellationToken).ConfigureAwait(false));
    }

    private static Tokenizer FromFile(string file) =>
        TokenizerFile.Read(TokenizerFile.ReadBytes(file), file, TokenizerSettings.Read(Path.GetDirectoryName(Path.GetFullPath(file))!));

    private static Tokenizer FromFolder(string folder)
    {
        string json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
            return FromFile(json);
        if (File.Exists(Path.Combine(folder, WordPieceFolder.VocabularyName)))
            return WordPieceFolder.Read(folder);
        throw new TokenizerFileException(
            folder, string.Empty, "no tokenizer here: a tokenizer.json or a vocab.txt was expected (vocab.json with merges.txt and SentencePiece models are not supported)");
    }
}
