using Akin.Models.Checkpoints.Gguf;
using Akin.Models.Checkpoints.PyTorch;
using Akin.Models.Checkpoints.TensorFlow;

namespace Akin.Models.Checkpoints;

/// <summary>
/// Finds the weights in a folder and picks the reader. A folder is searched in transformers' order; TensorFlow's checkpoints come last.
/// Another format is one more name and one more line in <see cref="OpenFile"/>.
/// </summary>
internal static class CheckpointFiles
{
    private static readonly string[] Names =
    [
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        "checkpoint",
        "bert_model.ckpt.index",
    ];

    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFile(Names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists) ?? GgufConfig.FindFile(path) ?? throw NoCheckpoint(path, "a folder without weights"));
        }

        if (File.Exists(path))
        {
            return OpenFile(path);
        }

        // TensorFlow's users name a checkpoint by what its files have in common.
        return File.Exists(path + ".index") ? new TensorFlowCheckpoint(path) : throw NoCheckpoint(path, "no such file or folder");
    }

    private static Checkpoint OpenFile(string path) => path switch
    {
        _ when path.EndsWith(".safetensors.index.json", StringComparison.Ordinal) => new ShardedCheckpoint(path, shard => new SafetensorsCheckpoint(shard)),
        _ when path.EndsWith(".safetensors", StringComparison.Ordinal) => new SafetensorsCheckpoint(path),
        _ when path.EndsWith(".bin.index.json", StringComparison.Ordinal) => new ShardedCheckpoint(path, shard => new PyTorchCheckpoint(shard)),
        _ when Path.GetExtension(path) is ".bin" or ".pt" or ".pth" => new PyTorchCheckpoint(path),
        _ when path.EndsWith(GgufCheckpoint.Extension, StringComparison.OrdinalIgnoreCase) => new GgufCheckpoint(path),
        _ when Path.GetFileName(path) == "checkpoint" => new TensorFlowCheckpoint(CheckpointState.ReadPrefix(path)),
        _ when path.EndsWith(".index", StringComparison.Ordinal) => new TensorFlowCheckpoint(path[..^".index".Length]),
        _ => throw NoCheckpoint(path, $"a file called '{Path.GetFileName(path)}'"),
    };

    private static CheckpointException NoCheckpoint(string path, string found) =>
        new(path, null, found, $"a folder that holds one of {string.Join(", ", Names)}, *.gguf, or such a file", "Give the folder of a model, as save_pretrained or a download leaves it.");
}
