using Akin.Models.Checkpoints.PyTorch;

namespace Akin.Models.Checkpoints;

/// <summary>
/// Finds the weights in a folder and picks the reader. A folder is searched in the order in which transformers does:
/// <c>model.safetensors</c>, <c>model.safetensors.index.json</c>, <c>pytorch_model.bin</c>, <c>pytorch_model.bin.index.json</c>;
/// then TensorFlow's <c>checkpoint</c>, <c>bert_model.ckpt.index</c>.
/// </summary>
internal static class CheckpointFiles
{

    private static readonly string[] Names =
    [
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ];

    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFile(Names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists) ?? throw NoCheckpoint(path, "a folder without weights"));
        }

        return File.Exists(path) ? OpenFile(path) : throw NoCheckpoint(path, "no such file or folder");
    }

    private static Checkpoint OpenFile(string path) => path switch
    {
        _ when path.EndsWith(".safetensors.index.json", StringComparison.Ordinal) => new ShardedCheckpoint(path, shard => new SafetensorsCheckpoint(shard)),
        _ when path.EndsWith(".safetensors", StringComparison.Ordinal) => new SafetensorsCheckpoint(path),
        _ when path.EndsWith(".bin.index.json", StringComparison.Ordinal) => new ShardedCheckpoint(path, shard => new PyTorchCheckpoint(shard)),
        _ when Path.GetExtension(path) is ".bin" or ".pt" or ".pth" => new PyTorchCheckpoint(path),
        _ => throw NoCheckpoint(path, $"a file called '{Path.GetFileName(path)}'"),
    };

    private static CheckpointException NoCheckpoint(string path, string found) =>
        new(path, null, found, $"a folder that holds one of {string.Join(", ", Names)}, or such a file", "Give the folder of a model, as save_pretrained or a download leaves it.");
}
