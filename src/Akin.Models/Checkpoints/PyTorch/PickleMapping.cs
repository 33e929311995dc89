namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>A <c>dict</c> or <c>OrderedDict</c>: its entries as they were set, keys not compared.</summary>
internal sealed class PickleMapping
{
    public List<(object? Key, object? Value)> Entries { get; } = [];
}
