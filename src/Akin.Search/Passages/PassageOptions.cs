namespace Akin.Search.Passages;

/// <summary>How long documents are cut into passages.</summary>
public sealed record PassageOptions
{
    /// <summary>Tokens of the longest passage. 256 unless said otherwise.</summary>
    public int Length { get; init; } = 256;

    /// <summary>Tokens of a passage, at most, that its follower repeats, so that what stands across a border is found too. None unless said otherwise.</summary>
    public int Overlap { get; init; }

    /// <summary>Where passages begin and end. Between sentences unless said otherwise.</summary>
    public PassageUnit Unit { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A passage has no token, or repeats all of the one before.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Overlap, Length);
    }
}
