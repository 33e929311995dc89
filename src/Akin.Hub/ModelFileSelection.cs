using System.Text.Json;
using System.Text.RegularExpressions;

namespace Akin.Hub;

/// <summary>Chooses what a model needs out of a repository that also holds copies of its weights for other programs.</summary>
internal static partial class ModelFileSelection
{
    private static readonly string[] Extensions = [".json", ".txt", ".model", ".spm", ".bpe", ".jinja", ".tiktoken"];

    // What a training run leaves behind, and the lists of other weight files.
    private static readonly string[] UnwantedEnds =
        [".index.json", "trainer_state.json", "_results.json", "training_args.json", "data_config.json", "requirements.txt", "log.txt"];

    /// <summary>The files at the top, and those of the folders that <c>modules.json</c> names; folders such as <c>onnx</c>, <c>openvino</c>, <c>runs</c> stay away.</summary>
    /// <param name="files">All files of the repository.</param>
    /// <param name="moduleFolders">Folders of a sentence-transformers model, as <c>1_Pooling</c>.</param>
    /// <param name="includeWeights">Whether weights are wanted besides configuration and tokenizer.</param>
    public static List<RepositoryFile> Select(IReadOnlyList<RepositoryFile> files, IReadOnlyCollection<string> moduleFolders, bool includeWeights)
    {
        List<RepositoryFile> selected = [];
        foreach (IGrouping<string, RepositoryFile> folder in files.GroupBy(file => FolderOf(file.Path)))
        {
            if (folder.Key.Length == 0 || moduleFolders.Contains(folder.Key))
            {
                selected.AddRange(folder.Where(file => IsSmallPart(NameOf(file.Path))));
                if (includeWeights)
                {
                    selected.AddRange(SelectWeights([.. folder]));
                }
            }
        }

        return selected;
    }

    /// <summary>The folders of the modules of a sentence-transformers model; the top folder, which <c>""</c> stands for, is left out.</summary>
    public static HashSet<string> ReadModuleFolders(string modulesPath, string repository)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(modulesPath));
            return [.. document.RootElement.EnumerateArray()
                .Select(module => module.TryGetProperty("path", out JsonElement path) ? path.GetString() : null)
                .OfType<string>().Where(path => path.Length > 0)
                .Select(path => RepositoryName.CheckFile(repository, path))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new HubException($"modules.json of '{repository}' is not a list of modules ('{modulesPath}'): {error.Message}", error);
        }
    }

    // Once, in the order in which the loader prefers them: safetensors whole or in shards, PyTorch whole or in shards, TensorFlow.
    private static List<RepositoryFile> SelectWeights(RepositoryFile[] folder)
    {
        Regex[] kinds = [SafetensorsPattern(), SafetensorsShardPattern(), PyTorchPattern(), PyTorchShardPattern(), TensorFlowPattern()];
        return kinds.Select(kind => folder.Where(file => kind.IsMatch(NameOf(file.Path))).ToList()).FirstOrDefault(matches => matches.Count > 0) ?? [];
    }

    private static bool IsSmallPart(string name) =>
        Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal))
        && !UnwantedEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    private static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and int slash ? path[..slash] : "";

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"^model\.safetensors\z")]
    private static partial Regex SafetensorsPattern();

    [GeneratedRegex(@"^model(-\d{5}-of-\d{5}\.safetensors|\.safetensors\.index\.json)\z")]
    private static partial Regex SafetensorsShardPattern();

    [GeneratedRegex(@"^pytorch_model\.bin\z")]
    private static partial Regex PyTorchPattern();

    [GeneratedRegex(@"^pytorch_model(-\d{5}-of-\d{5}\.bin|\.bin\.index\.json)\z")]
    private static partial Regex PyTorchShardPattern();

    [GeneratedRegex(@"\.ckpt(-\d+)?\.(index|data-\d{5}-of-\d{5})\z|^checkpoint\z")]
    private static partial Regex TensorFlowPattern();
}
