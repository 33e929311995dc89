namespace Akin.Training.Metrics.Generation;

/// <summary>Settings of <see cref="Bleu"/>; the defaults are sacreBLEU's.</summary>
public sealed record BleuOptions
{
    /// <summary>How text is cut into words.</summary>
    public BleuTokenizer Tokenizer { get; init; } = BleuTokenizer.Mteval13a;

    /// <summary>Whether case is ignored.</summary>
    public bool LowerCase { get; init; }

    /// <summary>What counts where nothing is shared.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>The number that <see cref="BleuSmoothing.Floor"/> (0.1 by default) and <see cref="BleuSmoothing.AddK"/> (1 by default) use.</summary>
    public double? SmoothingValue { get; init; }

    /// <summary>Whether lengths that the text is too short for are left out; wanted for single sentences.</summary>
    public bool EffectiveOrder { get; init; }

    /// <summary>The longest n-gram; 4 by default.</summary>
    public int MaxOrder { get; init; } = 4;
}
