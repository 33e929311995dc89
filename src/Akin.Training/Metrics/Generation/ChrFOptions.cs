namespace Akin.Training.Metrics.Generation;

/// <summary>Settings of <see cref="ChrF"/>; the defaults give chrF2.</summary>
public sealed record ChrFOptions
{
    /// <summary>The longest run of characters; 6 by default.</summary>
    public int CharacterOrder { get; init; } = 6;

    /// <summary>The longest run of words; 0 by default, 2 makes it chrF++.</summary>
    public int WordOrder { get; init; }

    /// <summary>How much more recall counts than precision; 2 by default.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>Whether case is ignored.</summary>
    public bool LowerCase { get; init; }
}
