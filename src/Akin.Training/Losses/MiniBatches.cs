namespace Akin.Training.Losses;

/// <summary>The size of the mini-batches of the losses whose names begin with Cached.</summary>
internal static class MiniBatches
{
    /// <summary>As Sentence-Transformers has it.</summary>
    public const int DefaultSize = 32;

    public static int Checked(int size) => size >= 1
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, "A mini-batch has one text or more.");
}
