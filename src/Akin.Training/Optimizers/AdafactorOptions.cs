namespace Akin.Training.Optimizers;

/// <summary>Settings of <see cref="Adafactor"/>, named as in transformers.</summary>
public sealed record AdafactorOptions
{
    /// <summary>Added to squared gradients. Default: 1e-30.</summary>
    public double SquareEpsilon { get; init; } = 1e-30;

    /// <summary>The least size of a parameter that <see cref="ScaleParameter"/> counts with. Default: 1e-3.</summary>
    public double ScaleEpsilon { get; init; } = 1e-3;

    /// <summary>The largest root mean square of an update. Default: 1.</summary>
    public double ClipThreshold { get; init; } = 1;

    /// <summary>The exponent of the step in the decay of mean squares, negative. Default: -0.8.</summary>
    public double DecayRate { get; init; } = -0.8;

    /// <summary>The share of the last update that is kept; <see langword="null"/>: no momentum, and no memory for it. Default: none.</summary>
    public double? Beta1 { get; init; }

    /// <summary>Whether rates are relative to the size of the parameter. Default: yes.</summary>
    public bool ScaleParameter { get; init; } = true;

    /// <summary>Whether the rate follows from the step (<c>min(1e-2, 1/√t)</c>) instead of the group's learning rate. Default: yes.</summary>
    public bool RelativeStep { get; init; } = true;

    /// <summary>Whether a relative rate begins at 1e-6 and grows with the steps. Default: no.</summary>
    public bool WarmupInit { get; init; }
}
