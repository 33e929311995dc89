namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>A Python class or function that a pickle names. Only those of <see cref="PickleReader"/>'s allow-list come into being, and none is ever called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
